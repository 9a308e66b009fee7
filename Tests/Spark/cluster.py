"""What the tests of Spark share: the inputs, the right answers, spark-submit, and a cluster on this machine."""

import base64
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["ANIMO_PROGRAM"]
SCRIPT = ROOT / "etc/animo/spark/animo_spark.py"
# Loaded in no time; its labels make no sense, but are the same everywhere.
TINY = str(ROOT / "Tests/Golden/network-tiny")
# Small partitions, no web server, nothing that listens elsewhere than on this machine.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.files.maxPartitionBytes": "60000",
    "spark.sql.files.openCostInBytes": "60000",
    "spark.executor.memory": "512m",
    "spark.driver.memory": "1g",
}


def line(number):
    """A line: two of three are tweets, the others are of all kinds that are not."""
    kinds = [
        b'{"id":%d,"text":"tweet n\xc3\xbamero %d, qu\xc3\xa9 tal el d\xc3\xada"}' % (number, number),
        b"",
        b" \t ",
        b'{"id":%d,"text":' % number,
        b'{"id":%d,"text":"a\xf1o"}' % number,
        b'{"id":%d}' % number,
        b"[%d]" % number,
        b'{"id":%d,"text":"fin de l\xc3\xadnea"}\r' % number,
        b'{"line":%d,"error":{"reason":"x","detail":"y"},"text":"hola \\"%d\\""}' % (number, number),
        b'{"text":"@ana https://t.co/%d"}' % number,
    ]
    return kinds[0] if number % 3 else kinds[number // 3 % len(kinds)]


def lines(count, first=0):
    return [line(number) for number in range(first, first + count)]


def right_answers(lines):
    """The answers of the program itself, with the numbers of lines taken out as the script promises."""
    options = ["classify", "-q", "--lockstep", "--input", "jsonl", "--model", TINY]
    run = subprocess.run([PROGRAM, *options], input=b"".join(l + b"\n" for l in lines), stdout=subprocess.PIPE, check=True)
    answers = run.stdout.decode().split("\n")[:-1]
    assert len(answers) == len(lines)
    return [_placed(answer, line) for answer, line in zip(answers, lines)]


def _placed(answer, line):
    members = json.loads(answer)
    if "sentiment" in members:
        return answer
    members.pop("line")
    if "error" in members:
        try:
            members["raw"] = line.decode()
        except UnicodeDecodeError:
            members["raw_b64"] = base64.b64encode(line).decode()
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def written(folder):
    """The lines of a finished batch, in the order of its parts."""
    assert (folder / "_SUCCESS").exists()
    parts = sorted(folder.glob("part-*"))
    return [line for part in parts for line in part.read_bytes().decode().split("\n")[:-1]]


def command(*arguments, master="local[2,4]", script=SCRIPT, program=None, **settings):
    names = {**SETTINGS, **{name.replace("_", "."): value for name, value in settings.items()}}
    configuration = [word for name, value in names.items() for word in ("--conf", f"{name}={value}")]
    options = ["--program", str(program or PROGRAM), "--model", TINY]
    return ["spark-submit", "--master", master, *configuration, str(script), *options, *map(str, arguments)]


def submit(*arguments, log, **options):
    """Runs the script to its end; its exit status."""
    with open(log, "ab") as file:
        return subprocess.run(command(*arguments, **options), stdout=file, stderr=file, stdin=subprocess.DEVNULL).returncode


def begin(words, log):
    """Starts a process in a group of its own, so that it can be killed with its children."""
    with open(log, "ab") as file:
        return subprocess.Popen(words, stdout=file, stderr=file, stdin=subprocess.DEVNULL, start_new_session=True)


def kill(process):
    """Kills a process and its children with SIGKILL, and waits for it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def await_that(condition, what, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


class Cluster:
    """A standalone master and its workers, each with its executors a group of processes of its own."""

    def __init__(self, folder, workers):
        self.folder, self.processes = folder, []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"spark://127.0.0.1:{port}"
        self._start("master", "Master", "--port", port)
        await_that(lambda: "Starting Spark master" in self.log("master"), "the master")
        for number in range(workers):
            work = ["--work-dir", folder / f"work{number}", "--cores", 1, "--memory", "600m", self.url]
            self._start(f"worker{number}", "Worker", "--port", 0, *work)
        for number in range(workers):
            await_that(lambda: "Successfully registered" in self.log(f"worker{number}"), f"worker {number}")

    def _start(self, name, role, *arguments):
        words = ["spark-class", f"org.apache.spark.deploy.{role.lower()}.{role}", "--host", "127.0.0.1", "--webui-port", 0]
        self.processes.append(begin(list(map(str, [*words, *arguments])), self.folder / f"{name}.log"))

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def executors(self, number):
        """The number of executors that a worker has started."""
        return len(re.findall("Asked to launch executor", self.log(f"worker{number}")))

    def kill_worker(self, number):
        kill(self.processes[1 + number])

    def end(self):
        for process in self.processes:
            kill(process)
