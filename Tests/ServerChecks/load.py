"""Health and the spool's throughput while clients ask without a pause, slowly, and drop by drop."""

import os
import socket
import subprocess
import threading
import time

from checks import Findings
from daemon import Daemon, tweets

POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"text":"¡Qué alegría verte, gracias por todo!"}'
"""


class Watch(threading.Thread):
    """Asks for health five times a second, on a new connection each time, and keeps the times."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.server, self.times, self.failures, self.is_over = daemon, [], 0, threading.Event()

    def run(self):
        while not self.is_over.wait(0.2):
            begin = time.monotonic()
            if self.server.get("/healthz") != b"ok\n":
                self.failures += 1
            self.times.append(time.monotonic() - begin)


class Drips:
    """Clients that send a byte now and then, and such that ask and do not read; whoever is sent away comes again."""

    def __init__(self, daemon, count=300):
        self.port, self.count, self.is_over = daemon.port, count, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def connect(self, number):
        client = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        head = "GET /api/current HTTP/1.1\r\nHost: localhost\r\n" if number % 2 else \
            "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"
        client.sendall((head * (1 if number % 3 else 20)).encode())
        client.setblocking(False)
        return client

    def run(self):
        clients = {}
        while not self.is_over.is_set():
            for number in range(self.count):
                try:
                    if number not in clients:
                        clients[number] = self.connect(number)
                    clients[number].send(b"A")
                except BlockingIOError:
                    pass
                except OSError:
                    clients.pop(number).close() if number in clients else None
            self.is_over.wait(0.5)
        for client in clients.values():
            client.close()


def rate(daemon, name, seconds):
    """Labelled tweets a second while a file is read for about that time, in seconds."""
    rounds, begin, count = 0, time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        rounds += 1
        daemon.drop(f"{name}-{rounds}.jsonl", tweets(20_000, time.time() - 5000, time.time(), seed=hash((name, rounds)) % 10_000))
        start = time.monotonic()
        daemon.wait_for_output(f"{name}-{rounds}.jsonl")
        count += time.monotonic() - start
    return 20_000 * rounds / count


def check(options):
    found = Findings()
    with Daemon(options.animo) as daemon:
        rate(daemon, "warm", 3)
        script = os.path.join(daemon.folder, "post.lua")
        with open(script, "w") as file:
            file.write(POST)
        for name, begin in [
            ("GET without a pause", lambda: wrk(daemon, "/api/current", options.seconds)),
            ("POST without a pause", lambda: wrk(daemon, "/v1/classify", options.seconds, "-s", script)),
            ("300 slow and dripping clients", lambda: Drips(daemon)),
        ]:
            before = rate(daemon, f"{name} before", options.seconds / 2)
            watch = Watch(daemon)
            watch.start()
            load = begin()
            during = rate(daemon, f"{name} during", options.seconds)
            watch.is_over.set()
            watch.join()
            report = end(load)
            after = rate(daemon, f"{name} after", options.seconds / 2)
            alone = (before + after) / 2
            found.expect(f"{name}: health within a second", max(watch.times) <= 1 and not watch.failures,
                         f"longest {max(watch.times) * 1000:.0f} ms of {len(watch.times)}, {watch.failures} failures")
            found.expect(f"{name}: spool at 95 % or more", during >= 0.95 * alone,
                         f"{during:.0f} tweets/s, alone {before:.0f} and {after:.0f}: {100 * during / alone:.1f} %{report}")
    return found


def wrk(daemon, path, seconds, *more):
    # The client yields to the daemon: what it computes itself is not what is measured.
    return subprocess.Popen(
        ["nice", "-n", "19", "wrk", "-t", "1", "-c", "50", "-d", f"{seconds * 10}s", *more, daemon.address + path],
        stdout=subprocess.PIPE, text=True)


def end(load):
    if isinstance(load, Drips):
        load.is_over.set()
        load.thread.join()
        return ""
    load.send_signal(2)
    lines = load.communicate()[0].splitlines()
    return "; " + ", ".join(" ".join(line.split()) for line in lines if "Requests/sec" in line or "Non-2xx" in line)
