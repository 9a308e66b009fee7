"""Minutes of mishaps: files dropped well and badly, the daemon stopped in every way, the disk filled and freed.

All that happens is drawn from a seed beforehand, in rounds. After each round the daemon may finish; then everything
that was ever dropped is compared with the filter. Rounds of mishaps alternate with those of a siege by hostile neighbours.
"""

import contextlib
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import bench
import inputs
import oracle
import producer
import siege

ROUND = 40
"""For so many seconds things happen before the daemon may finish."""
_NAMES = [f"{name}.jsonl" for name in "abcdef"] + ["t.csv", "z.jsonl.gz", "ñ.txt", "refused.jsonl.gz"]
_FULL = "ballast"
# Good and bad configurations; a reload changes nothing of what is written.
_GOOD = ['log_level = "debug"\n', 'log_level = "info"\n', "keep_days = 9\n"]
_BAD = ["log_levle = 1\n", "log_level = \n", 'keep_days = "ñ"\n']


@dataclass
class Event:
    """Something that happens `at` so many seconds of a round."""

    at: float
    kind: str
    """drop, write, abandon, TERM, KILL, STOP, HUP or full."""
    name: str = ""
    seconds: float = 0
    content: bytes = b""

    def __str__(self):
        return f"{self.at:5.1f} {self.kind} {self.name} {self.seconds or ''} {len(self.content) or ''}".strip()


def plan(seed, number):
    """What happens in a round."""
    chance = random.Random(f"{seed}/{number}")
    drops = [_drop(chance, number * 1000 + index) for index in range(chance.randint(15, 50))]
    events = list(drops)
    for kind, least, most in (("TERM", 0, 3), ("KILL", 3, 12), ("STOP", 0, 2), ("HUP", 1, 3), ("full", 0, 2)):
        for _ in range(chance.randint(least, most)):
            name = chance.choice(_GOOD + _BAD) if kind == "HUP" else ""
            seconds = round(chance.uniform(0.1, 5), 1) if kind in ("STOP", "full") else 0
            # Soon after something was dropped there is something to interrupt.
            at = chance.choice(drops).at + chance.uniform(0, 0.4)
            events.append(Event(round(at, 3), kind, name, seconds))
    return sorted(events, key=lambda event: event.at)


def _drop(chance, identity):
    name = chance.choice(_NAMES)
    count = chance.choice([1, 1, 2, 5, 20, 300, 8000, 25_000])
    content = inputs.lines(chance, count, identity * 10_000)
    if name.endswith(".csv"):
        content = inputs.table(chance, min(count, 300) + 1)
    elif name.endswith(".txt"):
        content = f"número {identity}: {inputs.tweet(chance)}\n".encode() * min(count, 20)
    elif name.endswith(".gz"):
        content = gzip.compress(content, mtime=0)
        content = content[:-9] if name.startswith("refused") else content
    kind = chance.choices(["drop", "write", "abandon"], [10, 6, 1])[0]
    at = round(chance.uniform(0, ROUND), 2)
    return Event(at, kind, name, round(chance.uniform(0, 6), 1) if kind == "write" else 0, content)


class Daemon:
    """The daemon, and somebody who starts it again whenever it has ended."""

    def __init__(self, arguments, log):
        self._arguments, self._log = arguments, log
        self._ends = threading.Event()
        self.starts = 0
        self.odd_ends = []
        """Exit statuses that no signal of ours and no full disk explains."""
        self._process = None
        self._thread = threading.Thread(target=self._keep_up)
        self._thread.start()

    def send(self, name):
        """Sends a signal to the daemon if it runs just now."""
        process = self._process
        if process and process.poll() is None:
            process.send_signal(getattr(signal, "SIG" + name))

    def end(self):
        """Ends it in good order, for good."""
        self._ends.set()
        self.send("CONT")
        self.send("TERM")
        self._thread.join()

    def _keep_up(self):
        while not self._ends.is_set():
            with open(self._log, "ab") as log:
                self._process = subprocess.Popen(self._arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            self.starts += 1
            if self._ends.is_set():
                self.send("TERM")
            status = self._process.wait()
            if status not in (0, -signal.SIGKILL, -signal.SIGHUP, -signal.SIGTERM, 73, 74, 78):
                self.odd_ends.append(status)
            time.sleep(0.1)


class Chaos:
    """Rounds of mishaps on one spool that is never emptied."""

    def __init__(self, subject, folder, seed):
        self._subject, self._folder, self._seed = subject, folder, seed
        self._bench = bench.Bench(subject, folder)
        self._spool = self._bench.spool
        self._log = folder + ".log"
        self._configuration = folder + ".toml"
        self.counts = {"rounds": 0, "drops": 0, "signals": 0, "full": 0, "starts": 0}

    def round(self, number):
        """Lets one round happen; returns what is wrong after it, in sentences."""
        events = plan(self._seed, number)
        with open(self._folder + ".plan", "a", encoding="utf-8") as file:
            file.writelines([f"round {number}\n", *(f"{event}\n" for event in events)])
        os.makedirs(os.path.join(self._spool, "inbox"), exist_ok=True)
        with self._running() as daemon:
            self._happen(events, daemon)
            finished = self._rests()
        self.counts["rounds"] += 1
        self.counts["starts"] += daemon.starts
        with ThreadPoolExecutor(os.cpu_count()) as crew:
            dropped = [(event.name, event.content) for event in events if event.kind in ("drop", "write")]
            asked = crew.map(lambda file: oracle.ask(self._subject.animo, self._subject.model, [file]), dropped)
            self._subject.answers += [answer for answers in asked for answer in answers]
        self.counts["drops"] = len(self._subject.answers)
        odd = [f"the daemon ended with {status}" for status in daemon.odd_ends]
        return odd + ([] if finished else ["it does not come to rest"]) + self._wrong()

    def _wrong(self):
        for name in os.listdir(os.path.join(self._spool, "inbox")):
            if name.startswith("."):
                os.unlink(os.path.join(self._spool, "inbox", name))
        return self._bench.faults({})

    @contextlib.contextmanager
    def _running(self):
        asked = ["serve", "--spool", self._spool, "--settle", "0.3", "--model", self._subject.model]
        if "--config" in subprocess.run(
            [self._subject.animo, "help", "serve"], capture_output=True, text=True
        ).stdout:
            self._configure(_GOOD[0])
            asked += ["--config", self._configuration]
        daemon = Daemon([self._subject.animo, *asked], self._log)
        try:
            yield daemon
        finally:
            daemon.end()

    def _happen(self, events, daemon):
        begin = time.monotonic()
        threads = []
        for event in events:
            time.sleep(max(0, begin + event.at - time.monotonic()))
            threads.append(threading.Thread(target=self._do, args=(event, daemon)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def _do(self, event, daemon):
        inbox = os.path.join(self._spool, "inbox")
        if event.kind == "drop":
            producer.rename_in(inbox, event.name, event.content)
        elif event.kind == "write":
            pieces = random.Random(event.at).randint(1, 5)
            producer.write_in_place(inbox, event.name, event.content, [event.seconds / pieces] * pieces)
        elif event.kind == "abandon":
            producer.abandon(inbox, event.name, event.content)
        elif event.kind == "full":
            self.counts["full"] += 1
            self._fill(event.seconds)
        else:
            self.counts["signals"] += 1
            self._signal(event, daemon)

    def _signal(self, event, daemon):
        if event.kind == "HUP":
            self._configure(event.name)
        daemon.send(event.kind)
        if event.kind == "STOP":
            time.sleep(event.seconds)
            daemon.send("CONT")
        elif event.kind == "HUP":
            # A bad file leaves the old values in force, but would not do for a start.
            time.sleep(1)
            self._configure(_GOOD[0])

    def _configure(self, text):
        with open(self._configuration + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(self._configuration + ".new", self._configuration)

    def _fill(self, seconds):
        """Takes all room on the disk for a while."""
        path = os.path.join(self._spool, "..", f"{_FULL}-{time.monotonic_ns()}")
        with open(path, "wb") as ballast:
            size = 1 << 28
            while size >= 4096:
                try:
                    os.posix_fallocate(ballast.fileno(), os.fstat(ballast.fileno()).st_size, size)
                except OSError:
                    size //= 2
            time.sleep(seconds)
        os.unlink(path)

    def _rests(self, limit=180):
        """Waits until everything has been taken and is done; returns whether it comes to that."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if not any(self._open("inbox")) and not any(self._open("work")):
                return True
            time.sleep(0.2)
        return False

    def _open(self, folder):
        return [name for name in os.listdir(os.path.join(self._spool, folder)) if not name.startswith(".")]


def run(subject, minutes, seed, kept, scratch=None):
    """Lets things happen for some minutes; returns the exit status and prints what came of it."""
    folder = os.path.join(tempfile.mkdtemp(prefix="chaos-spool-", dir=scratch), "disk")
    os.makedirs(folder)
    where = _mount(folder)
    subject.answers = []
    chaos = Chaos(subject, folder, seed)
    print(f"chaos: seed {seed}, {minutes} minutes, on {where}, in {folder}", flush=True)
    begin, number, wrong = time.monotonic(), 0, []
    besieged = siege.lay(subject, seed, scratch)
    while not wrong and not (besieged and besieged.wrong) and (number == 0 or time.monotonic() < begin + 60 * minutes):
        number += 1
        wrong = chaos.round(number)
        print(f"round {number}: {chaos.counts}, {len(wrong)} violations", flush=True)
        if besieged:
            besieged.round(ROUND)
            print(f"siege: {besieged.sums()}", flush=True)
    for sentence in wrong[:20]:
        print(f"VIOLATION chaos {seed}, round {number}: {sentence}")
    if wrong:
        bench.run("cp", "-r", os.path.dirname(folder), os.path.join(kept, f"chaos-{seed}"))
        print(f"  kept in {kept}/chaos-{seed}; again: Tests/sweep-spool chaos --seed {seed}")
    _clear(folder)
    print(json.dumps({"chaos": chaos.counts | {"seed": seed, "violations": len(wrong)}}))
    lost = besieged.report(kept, True) if besieged else False
    return 1 if wrong or lost else 0


def _clear(folder):
    if os.path.ismount(folder):
        bench.run("umount", folder)
    shutil.rmtree(os.path.dirname(folder))


def _mount(folder):
    """Gives the spool a small disk of its own where that is allowed, so that it can be filled."""
    if os.geteuid():
        return "the file system that is there"
    bench.enter_own_mounts()
    bench.make_image(folder + ".image", 1024)
    bench.run("mount", "-o", "loop", folder + ".image", folder)
    return "ext4"
