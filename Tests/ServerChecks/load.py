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


class Span:
    """What some time of labelling has come to: tweets, seconds, and what threads and clients used of the processors."""

    def __init__(self):
        self.tweets, self.seconds, self.requests, self.spool, self.clients = 0, 0.0, 0.0, 0.0, 0.0

    @property
    def rate(self):
        """Tweets a second."""
        return self.tweets / self.seconds

    @property
    def cost(self):
        """Milliseconds of a processor that the spool's threads take for a tweet."""
        return 1000 * self.spool / self.tweets

    def share(self, processor):
        """A part of all processors."""
        return processor / self.seconds / os.cpu_count()


def processor_time(process, task=""):
    """The seconds of a processor that a process, or one of its threads, has used; and the thread's name."""
    try:
        with open(f"/proc/{process}{task}/stat") as file:
            text = file.read()
    except OSError:
        return 0.0, ""
    fields = text[text.rindex(")") + 2:].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), text[text.index("(") + 1:text.rindex(")")]


def used(daemon, load):
    """The seconds that requests, the spool's threads and the clients have used so far."""
    requests = spool = 0.0
    for task in os.listdir(f"/proc/{daemon.process.pid}/task"):
        seconds, name = processor_time(daemon.process.pid, f"/task/{task}")
        if name.startswith("NIO") or name == "requests":
            requests += seconds
        else:
            spool += seconds
    clients = time.process_time()
    if isinstance(load, subprocess.Popen):
        clients += processor_time(load.pid)[0]
    return requests, spool, clients


def label(daemon, name, seconds, load=None):
    """Lets the daemon label files for about that time, in seconds."""
    span, rounds, begin = Span(), 0, time.monotonic()
    while time.monotonic() - begin < seconds:
        rounds += 1
        file = f"{name}-{rounds}.jsonl"
        lines = list(tweets(2_000, time.time() - 5000, time.time(), seed=hash((name, rounds)) % 10_000))
        before, start = used(daemon, load), time.monotonic()
        daemon.drop(file, lines)
        daemon.wait_for_output(file)
        span.seconds += time.monotonic() - start
        span.tweets += len(lines)
        after = used(daemon, load)
        span.requests, span.spool, span.clients = (
            sum + new - old for sum, new, old in zip((span.requests, span.spool, span.clients), after, before))
    return span


def check(options):
    found = Findings()
    with Daemon(options.animo) as daemon:
        label(daemon, "warm", 3)
        script = os.path.join(daemon.folder, "post.lua")
        with open(script, "w") as file:
            file.write(POST)
        for name, begin in [
            ("GET without a pause", lambda: wrk(daemon, "/api/current", options.seconds)),
            ("POST without a pause", lambda: wrk(daemon, "/v1/classify", options.seconds, "-s", script)),
            ("300 slow and dripping clients", lambda: Drips(daemon)),
        ]:
            before = label(daemon, f"{name} before", options.seconds / 2)
            watch = Watch(daemon)
            watch.start()
            load = begin()
            during = label(daemon, f"{name} during", options.seconds, load)
            watch.is_over.set()
            watch.join()
            report = end(load)
            after = label(daemon, f"{name} after", options.seconds / 2)
            expect(found, name, before, during, after, watch, report)
    return found


def expect(found, name, before, during, after, watch, report):
    found.expect(f"{name}: health within a second", max(watch.times) <= 1 and not watch.failures,
                 f"longest {max(watch.times) * 1000:.0f} ms of {len(watch.times)}, {watch.failures} failures{report}")
    requests, clients = during.share(during.requests), during.share(during.clients)
    found.expect(f"{name}: requests take 5 % of the processors at most", requests <= 0.05, f"{100 * requests:.1f} %")
    cost = (before.cost + after.cost) / 2
    found.expect(f"{name}: a tweet costs the spool no more than without, within 5 %", during.cost <= cost / 0.95,
                 f"{during.cost:.3f} ms, alone {before.cost:.3f} and {after.cost:.3f} ms")
    # What clients on the same processors take is not the server's to give.
    alone = (before.rate + after.rate) / 2
    found.expect(f"{name}: spool at 95 % or more of what the clients leave it",
                 during.rate >= 0.95 * alone * (1 - max(0, clients - before.share(before.clients))),
                 f"{during.rate:.0f} tweets/s, alone {before.rate:.0f} and {after.rate:.0f}: {100 * during.rate / alone:.1f} %; "
                 f"the clients took {100 * clients:.1f} % of the processors")


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
