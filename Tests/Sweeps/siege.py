"""A neighbour who drops one line a second while others do whatever they may to stop the daemon.

Told is how long each line takes from its rename into the inbox until its output can be read. The neighbour's lines must
all come out, once and as the filter writes them, and nothing but plain files may get into the folders.
"""

import json
import os
import secrets
import shutil
import signal
import stat
import statistics
import subprocess
import tempfile
import threading
import time

import hostile

_VICTIM, _GANG = 65533, 65534
_PATIENCE = 60
"""A line that takes longer than this many seconds is lost."""
_ALLOWED = ("job held: ", "stranger in work/: ")
"""What may be left of attacks."""


class Siege:
    """One daemon on a spool that is never emptied."""

    def __init__(self, subject, folder, seed):
        self._subject, self._folder, self._seed = subject, folder, seed
        self._spool = os.path.join(folder, "spool")
        self._inbox = os.path.join(self._spool, "inbox")
        os.makedirs(self._inbox)
        os.chmod(self._inbox, 0o1777)
        self._log = os.path.join(folder, "log")
        self._process = None
        self._texts = {}
        self.latencies, self.wrong, self.acts = [], [], {}
        self.starts = self.rounds = self.memory = 0

    def round(self, seconds, kills=True):
        """Lets the gang act for some seconds, in the middle of which the daemon is killed once."""
        self.rounds += 1
        self._start()
        with hostile.Gang(self._inbox, _GANG, f"{self._seed}/{self.rounds}") as gang:
            neighbour = threading.Thread(target=self._drop_lines, args=(seconds,))
            neighbour.start()
            if kills:
                time.sleep(seconds / 2)
                self._end(signal.SIGKILL)
                self._start()
            neighbour.join()
            for kind, count in gang.acts.items():
                self.acts[kind] = self.acts.get(kind, 0) + count
        self._watch()
        self._end(signal.SIGTERM)
        self.wrong += [*self._wrong_lines(), *self._wrong_files(), *self._wrong_ledger()]
        self._texts = {}

    def sums(self):
        """What came of it."""
        times = sorted(self.latencies) or [0.0]
        return {
            "rounds": self.rounds, "lines": len(self.latencies), "p50": round(statistics.median(times), 2),
            "p99": round(times[min(len(times) - 1, len(times) * 99 // 100)], 2), "max": round(times[-1], 2),
            "starts": self.starts, "memory_MiB": self.memory, "acts": self.acts, "violations": len(self.wrong),
        }  # fmt: skip

    def _start(self):
        arguments = ["serve", "--spool", self._spool, "--settle", "0.3", "--model", self._subject.model]
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen([self._subject.animo, *arguments], stdout=log, stderr=log)
        self.starts += 1

    def _end(self, number):
        status = self._process.poll()
        if status is not None:
            self.wrong.append(f"the daemon ended with {status}")
            return
        self._process.send_signal(number)
        try:
            status = self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.wrong.append("the daemon does not stop")
            self._process.kill()
            status = self._process.wait()
        if status not in (0, -signal.SIGKILL):
            self.wrong.append(f"the daemon ended with {status}")

    def _watch(self):
        with open(f"/proc/{self._process.pid}/status", encoding="ascii") as file:
            peak = next((line.split()[1] for line in file if line.startswith("VmHWM")), 0)
        self.memory = max(self.memory, int(peak) // 1024)

    def _drop_lines(self, seconds):
        waiting = []
        for number in range(max(1, int(seconds))):
            waiting.append(threading.Thread(target=self._drop_line, args=(number,)))
            waiting[-1].start()
            time.sleep(1)
        for thread in waiting:
            thread.join()

    def _drop_line(self, number):
        number += 1000 * self.rounds
        name, text = f"victim-{number}.jsonl", f'{{"id":{number},"text":"hola número {number}"}}\n'
        hidden = os.path.join(self._inbox, f".{name}.{secrets.token_hex()}.tmp")
        with open(hidden, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(hidden, 0o640)
        os.chown(hidden, _VICTIM, _VICTIM)
        begin = time.monotonic()
        os.rename(hidden, os.path.join(self._inbox, name))
        output = os.path.join(self._spool, "out", name)
        while not os.path.exists(output):
            if time.monotonic() > begin + _PATIENCE:
                self.wrong.append(f"{name} is not labelled after {_PATIENCE} s")
                return
            time.sleep(0.01)
        self.latencies.append(time.monotonic() - begin)
        self._texts[name] = text

    def _wrong_lines(self):
        """Each line is what the filter says."""
        names = sorted(self._texts)
        asked = [self._subject.animo, "classify", "-q", "--model", self._subject.model, "--input", "jsonl"]
        answers = subprocess.run(asked, input="".join(self._texts[name] for name in names).encode(), capture_output=True)
        for name, answer in zip(names, answers.stdout.splitlines(keepends=True), strict=True):
            with open(os.path.join(self._spool, "out", name), "rb") as file:
                if file.read() != answer:
                    yield f"out/{name} is not what the filter says"

    def _wrong_files(self):
        for folder in ("out", "rejected", "done"):
            with os.scandir(os.path.join(self._spool, folder)) as entries:
                for entry in entries:
                    mode = entry.stat(follow_symlinks=False).st_mode
                    if not stat.S_ISREG(mode) or mode & (stat.S_ISUID | stat.S_ISGID):
                        yield f"{folder}/{entry.name} is no plain file: {stat.filemode(mode)}"

    def _wrong_ledger(self):
        run = subprocess.run([self._subject.animo, "fsck", "--spool", self._spool], capture_output=True, text=True)
        if run.returncode not in (0, 65):
            yield f"fsck ends with {run.returncode}: {run.stderr}"
        for line in run.stdout.splitlines():
            if not line.startswith(_ALLOWED):
                yield f"fsck says {line}"


    def report(self, kept, is_judged):
        """Prints what came of it, and keeps the spool if anything is wrong; returns whether something is.

        `is_judged` says whether the time that lines take is a matter of right and wrong.
        """
        sums = self.sums()
        if is_judged and sums["p99"] > 5:
            self.wrong.append(f"one in a hundred lines takes {sums['p99']} s or more, not 5")
        for sentence in self.wrong[:20]:
            print(f"VIOLATION siege {self._seed}: {sentence}")
        if self.wrong:
            place = os.path.join(kept, f"siege-{self._seed}")
            shutil.rmtree(place, ignore_errors=True)
            subprocess.run(["cp", "-a", "--sparse=always", self._folder, place], check=True)
            print(f"  kept in {place}")
        shutil.rmtree(self._folder)
        print(json.dumps({"siege": self.sums()}), flush=True)
        return bool(self.wrong)


def lay(subject, seed, scratch):
    """A siege that is about to begin; None where there are not several users, as for anyone but root."""
    if os.geteuid():
        print("siege: skipped, as only root may take the part of several users")
        return None
    folder = tempfile.mkdtemp(prefix="siege-", dir=scratch)
    os.chmod(folder, 0o755)
    return Siege(subject, folder, seed)


def run(subject, minutes, seed, kept, scratch):
    """Rounds of nothing but sieges, for some minutes; returns the exit status."""
    siege = lay(subject, seed, scratch)
    if not siege:
        return 0
    end = time.monotonic() + 60 * minutes
    while not siege.wrong and (siege.rounds == 0 or time.monotonic() < end):
        siege.round(40)
        print(f"siege: {siege.sums()}", flush=True)
    return 1 if siege.report(kept, True) else 0


def try_briefly(subject, seed, kept, scratch):
    """A few seconds of it; returns the sum of violations."""
    siege = lay(subject, seed, scratch)
    if not siege:
        return False
    siege.round(5, kills=False)
    return siege.report(kept, False)
