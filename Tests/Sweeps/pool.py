"""Many points at once, how far they are, and what came of them all."""

import collections
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, field

import bench
import points


# Of each violation so many sentences are printed.
_MOST_SENTENCES = 8


@dataclass
class Sum:
    """What came of many points."""

    points: int = 0
    crashes: int = 0
    restarts: int = 0
    violations: list = field(default_factory=list)
    seconds: float = 0

    def add(self, outcome):
        self.points += outcome.points
        self.crashes += outcome.crashes
        self.restarts += outcome.restarts
        self.violations += outcome.violations

    @property
    def members(self):
        """All of it for JSON; violations by point and folder only."""
        violations = [{"point": point, "kept": folder} for point, _, folder in self.violations]
        return asdict(self) | {"seconds": round(self.seconds, 1), "violations": violations}

    def __str__(self):
        return (
            f"{self.points} points, {self.crashes} crashes, {self.restarts} restarts, "
            f"{len(self.violations)} violations, {self.seconds:.0f} s"
        )


class Pool:
    """Strikes at points in processes of their own, each in a folder of its own."""

    def __init__(self, subject, jobs, scratch, kept):
        self.subject, self._jobs, self._parent, self._kept = subject, jobs, scratch, kept
        self.scratch = tempfile.mkdtemp(prefix="sweep-spool-", dir=scratch)

    def another(self, subject):
        """The same for another subject."""
        return Pool(subject, self._jobs, self._parent, self._kept)

    def __enter__(self):
        context = multiprocessing.get_context("fork")
        self._executor = ProcessPoolExecutor(self._jobs, context, initializer=_begin, initargs=(self.subject,))
        return self

    def __exit__(self, *_):
        self._executor.shutdown(cancel_futures=True)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def sweep(self, title, sequences, forged=None, expected=0, is_hunt=False):
        """Strikes at the points of each sequence until one is not reached any more; returns the sum.

        `forged` names calls that are left out throughout. A hunt ends with the first violation, and keeps nothing.
        """
        begin, self._said, total = time.monotonic(), time.monotonic(), Sum()
        kept = os.path.join(self.scratch, "kept") if is_hunt else self._kept
        firsts = 0
        waiting, running = collections.deque(map(iter, sequences)), {}
        while waiting or running:
            while waiting and len(running) < self._jobs:
                point = next(waiting[0], None)
                if point is None:
                    waiting.popleft()
                else:
                    running[self._executor.submit(_strike, point, self.scratch, kept, forged)] = waiting[0]
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                sequence, outcome = running.pop(future), future.result()
                total.add(outcome)
                firsts += 1
                if not is_hunt:
                    self._tell(outcome)
                if not outcome.reached and sequence in waiting:
                    waiting.remove(sequence)
            total.seconds = time.monotonic() - begin
            self._show(title, total, min(1, firsts / expected) if expected else 0)
            if is_hunt and total.violations:
                waiting.clear()
        self._clear_line()
        print(f"{title}: {total}", flush=True)
        return total

    def _tell(self, outcome):
        for point, sentences, folder in outcome.violations:
            self._clear_line()
            print(f"VIOLATION {point}: {sentences[0]}")
            for sentence in sentences[1 : _MOST_SENTENCES + 1]:
                print(f"  {sentence}")
            if len(sentences) > _MOST_SENTENCES + 1:
                print(f"  and {len(sentences) - _MOST_SENTENCES - 1} more")
            print(f"  kept in {folder}; again: Tests/sweep-spool --point '{point}'", flush=True)

    def _show(self, title, total, share):
        """A bar on a terminal; elsewhere a line every five minutes."""
        if sys.stderr.isatty():
            bar = "█" * int(30 * share) + "·" * (30 - int(30 * share))
            self._clear_line()
            print(f"{title} {bar if share else ''} {total}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() > self._said + 300:
            self._said = time.monotonic()
            print(f"{title}: so far {total}", file=sys.stderr, flush=True)

    @staticmethod
    def _clear_line():
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")


def _begin(subject):
    """What each process does first; mounts of its own are for root."""
    global _subject
    _subject = subject
    os.nice(5)
    if os.geteuid() == 0:
        bench.enter_own_mounts()


def _strike(point, scratch, kept, forged):
    folder = os.path.join(scratch, str(os.getpid()))
    return points.strike(_subject, point, folder, kept, forged or _nothing)


def _nothing(call):
    return False


def as_json(sums):
    """All sums by title, for programs to read."""
    return json.dumps({title: total.members for title, total in sums.items()}, ensure_ascii=False)
