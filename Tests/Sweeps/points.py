"""The points of the sweeps: what is done to the program at which of its durable calls, and what comes of it."""

import errno
import os
import random
import shutil
import signal
import sqlite3
from dataclasses import dataclass, field

import bench as benches
import oracle
from tracer import CUTS, RENAMES, SYNCS, WRITES, Answer, Half, Kill

_OPENS = {"open", "openat", "openat2", "creat"}
_MAKES = _OPENS | {"mkdir", "mkdirat"}
# Errors, and the calls that may end with them.
ERRORS = {
    "ENOSPC": WRITES | _MAKES | RENAMES | SYNCS | {"fallocate"},
    "EDQUOT": WRITES | _MAKES | RENAMES | {"fallocate"},
    "EIO": WRITES | _MAKES | RENAMES | SYNCS | CUTS | {"fallocate", "unlink", "unlinkat"},
    "EINTR": WRITES | _OPENS | CUTS | {"fallocate"},
    "EMFILE": _OPENS,
    # Half of a write succeeds; the rest, and cutting back to what was there before, meet a disk that is read-only.
    "half": {"write", "pwrite64"},
}
# What the program may end with because of an error: it cannot create, read or write, or was not started well.
GIVING_UP = (71, 73, 74, 78)


@dataclass(frozen=True)
class Point:
    """One place to strike, or one first place whose recovery is struck too."""

    sweep: str
    """kill, stop, power or errors."""
    flavour: str
    """Of power: journal or nothing, what else reaches the disk. Of errors: ENOSPC*3, the error and how often."""
    first: int
    second: str = ""
    """At which calls of the recovery to strike again: all, none, a number, or SEED/COUNT for a sample.

    Of errors: at which call a run before was killed, so that it is the recovery that meets them.
    """

    def __str__(self):
        return " ".join(part for part in (self.sweep, self.flavour, str(self.first), self.second) if part)


@dataclass
class Outcome:
    """What came of a point."""

    point: Point
    reached: bool = True
    points: int = 0
    crashes: int = 0
    restarts: int = 0
    violations: list = field(default_factory=list)
    """(point, sentences, folder) of each that came out otherwise than it must."""


class Strike:
    """Decides about calls: strikes at the `number`-th that `concerns`, and leaves out those that `forged` names."""

    def __init__(self, number, act, concerns=lambda call: True, forged=lambda call: False, times=1):
        self._range = range(number, number + times)
        self._act, self._concerns, self._forged = act, concerns, forged
        self._count = 0
        self.calls = []
        """The calls that were struck."""

    @property
    def call(self):
        """The first of them, if any was."""
        return self.calls[0] if self.calls else None

    def __call__(self, call):
        if self._concerns(call):
            self._count += 1
            if self._count in self._range:
                self.calls.append(call)
                return self._act()
        return Answer(0) if self._forged(call) else None


class HalfStrike(Strike):
    """Lets the `number`-th write write half, and then fail what is done to the same file so many times."""

    def __init__(self, number, times, forged):
        super().__init__(number, lambda: Half, lambda call: call.name in ERRORS["half"], forged)
        self._left = times

    def __call__(self, call):
        if self.call and self._left and call.path == self.call.path and call.name in WRITES | CUTS:
            self._left -= 1
            self.calls.append(call)
            return Answer(-errno.EROFS)
        return super().__call__(call)


def strike(subject, point, folder, kept, forged=lambda call: False):
    """Does what a point says in a spool below `folder`; what fails is moved below `kept`."""
    if point.sweep == "errors":
        return _fail(benches.Bench(subject, folder), point, kept, forged)
    if point.sweep == "power":
        return _crash(benches.DiskBench(subject, folder), point, kept, forged)
    return _crash(benches.Bench(subject, folder), point, kept, forged)


def _crash(bench, point, kept, forged):
    """Crashes once, and again in each recovery that the point asks for, always from the same crashed state."""
    outcome = Outcome(point)
    bench.lay()
    first, seen = _crash_at(bench, point, point.first, forged)
    if not first.call:
        outcome.reached = False
        bench.clear()
        return outcome
    bench.keep("crashed")
    story = [f"{point.sweep} at {first.call}"]
    calls = _recover(bench, outcome, 0, story, seen, kept, forged)
    for number in _seconds(point, len(calls)):
        if not _recover(bench, outcome, number, story, seen, kept, forged):
            break
    bench.clear()
    return outcome


def _recover(bench, outcome, number, story, seen, kept, forged):
    """Recovers from the crash that was kept, struck at the `number`-th call if that is not 0.

    Returns the durable calls of the last run; nothing where there are not so many.
    """
    point, story, seen = outcome.point, list(story), dict(seen)
    bench.come_back("crashed")
    if number:
        second, seen_later = _crash_at(bench, point, number, forged)
        if not second.call:
            return None
        bench.rise()
        story.append(f"then at {second.call}")
        seen |= seen_later
    run = bench.serve(Strike(0, None, forged=forged))
    outcome.points += 1
    outcome.crashes += 2 if number else 1
    outcome.restarts += 2 if number else 1
    here = Point(point.sweep, point.flavour, point.first, str(number or ""))
    _judge(bench, outcome, here, run, story, seen, kept)
    return run.calls


def _crash_at(bench, point, number, forged):
    """Runs until the `number`-th durable call; returns the strike and what readers had seen by then."""
    seen = {}

    def act():
        seen.update(oracle.published(bench.spool))
        if point.sweep == "stop":
            os.kill(strike.call.pid, signal.SIGTERM)
            return None
        if point.sweep == "power":
            bench.cut_power(journal=point.flavour == "journal")
        return Kill

    strike = Strike(number, act, forged=forged)
    run = bench.serve(strike)
    if point.sweep == "stop" and run.status not in benches.WELL:
        bench.odd.append(f"told to stop, it ends with {run.status}")
    return strike, seen


def _seconds(point, count):
    """Where to strike a recovery that makes `count` durable calls when left alone."""
    wanted = point.second
    if wanted == "all":
        return list(range(1, 2 * count))  # Ends where it is not reached any more.
    seed, _, number = wanted.partition("/")
    if number:
        return sorted(random.Random(f"{seed}/{point.first}").sample(range(1, count + 1), min(int(number), count)))
    return [int(wanted)] if wanted not in ("", "none") else []


def _fail(bench, point, kept, forged):
    """Lets calls fail, and starts again if the program gives up."""
    outcome = Outcome(point, points=1)
    name, _, times = point.flavour.partition("*")
    if name == "half":
        strike = HalfStrike(point.first, int(times), forged)
    else:
        act = lambda: Answer(-getattr(errno, name))
        strike = Strike(point.first, act, lambda call: call.name in ERRORS[name], forged, int(times))
    bench.lay()
    if point.second:
        outcome.crashes, outcome.restarts = 1, 1
        bench.serve(Strike(int(point.second), lambda: Kill))
    run = bench.serve(strike)
    if not strike.call:
        outcome.reached, outcome.points = False, 0
    else:
        story = [f"{point.flavour} from {strike.call} on", f"status {run.status}"]
        # What the ledger knows the next start writes; and it removes a probe that could not be removed.
        is_for_next = any(call.path.startswith("stats") or "animo-probe" in call.path for call in strike.calls)
        if run.status in GIVING_UP or is_for_next:
            outcome.restarts += 1
            run = bench.serve()
        _judge(bench, outcome, point, run, story, {}, kept)
    bench.clear()
    return outcome


def _judge(bench, outcome, point, run, story, seen, kept):
    """Notes whatever is wrong after the last run, and keeps the spool and the log if anything is."""
    found = [] if run.status in benches.WELL else [f"the last run ends with {run.status}"]
    try:
        found += bench.faults(seen)
    except (OSError, ValueError, KeyError, sqlite3.Error) as error:
        found.append(f"cannot be compared: {error!r}")
    if not found:
        return
    folder = os.path.join(kept, str(point).replace(" ", "-").replace("*", "x"))
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(bench.spool, os.path.join(folder, "spool"), ignore=shutil.ignore_patterns("control"))
    shutil.copyfile(bench.log, os.path.join(folder, "log"))
    outcome.violations.append((str(point), story + found, folder))
