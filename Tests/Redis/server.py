"""A Redis server of its own in a temporary folder, and consumers of etc/animo/redis."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import redis

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "etc/animo/redis/animo_redis.py"
PROGRAM = os.environ["ANIMO_PROGRAM"]
# Loaded in no time; its labels make no sense, but are the same everywhere.
TINY = str(ROOT / "Tests/Golden/network-tiny")


def await_that(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds} s")
        time.sleep(0.01)


class Server:
    """A server that writes each change to disk before it replies, and can be killed and started again."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.socket = self.folder / "redis.sock"
        self.client = redis.Redis(unix_socket_path=str(self.socket))
        self.processes = []
        self.start()

    def start(self):
        durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        place = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *place, *durable], stdout=subprocess.DEVNULL)
        await_that(self.is_there, "the server")

    def is_there(self):
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def consumer(self, name, *options, script=SCRIPT, program=PROGRAM, model=TINY):
        """Starts a consumer; what it says goes to `log`."""
        words = ["--url", f"unix://{self.socket}", "--consumer", name, "--program", str(program)]
        words += ["--options", f"--model {model}"] if model else []
        with open(self.folder / "log", "ab") as log:
            command = [sys.executable, str(script), *words, *options, "tweets", "answers"]
            process = subprocess.Popen(command, stderr=log)
        self.processes.append(process)
        return process

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.client.close()
        self.kill()
        shutil.rmtree(self.folder)
