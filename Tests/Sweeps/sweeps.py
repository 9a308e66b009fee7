"""The command line of `Tests/sweep-spool`, and the order in which points are struck."""

import argparse
import os
import random
import sys
import tempfile

import bench
import inputs
import points
import pool
from points import Point

ROUTES = ("kill", "power", "errors")


def main(tests, description):
    """Runs what the command line asks for; returns the exit status, 1 if there were violations."""
    arguments = _arguments(tests, description)
    files = inputs.mixed(arguments.seed, arguments.lines)
    subject = bench.Subject.of(os.path.realpath(arguments.animo), os.path.realpath(arguments.model), files)
    if arguments.point:
        return _repeat(subject, arguments)
    sums = {}
    with pool.Pool(subject, arguments.jobs, _scratch(arguments), arguments.kept) as crew:
        plan = Plan(subject, crew, arguments)
        for name in ROUTES if arguments.sweep == "all" else [arguments.sweep]:
            if name == "power" and os.geteuid():
                print("power: skipped, as only root may mount file systems")
            else:
                sums |= getattr(plan, name)()
    print(pool.as_json(sums))
    return 1 if any(total.violations for total in sums.values()) else 0


class Plan:
    """Which points a sweep strikes at, in which order."""

    def __init__(self, subject, crew, arguments):
        self._subject, self._crew, self._arguments = subject, crew, arguments
        self._chance = random.Random(arguments.seed)
        self._calls = self._untouched()

    def kill(self):
        return {"kill": self._crew.sweep("kill", [self._points("kill", "")], expected=len(self._calls))}

    def power(self):
        sequences = [self._points("power", flavour) for flavour in ("nothing", "journal")]
        return {"power": self._crew.sweep("power", sequences, expected=2 * len(self._calls))}

    def errors(self):
        flavours = [f"{name}*{times}" for name in points.ERRORS for times in (1, 5)]
        sequences = [self._points("errors", flavour) for flavour in flavours]
        return {"errors": self._crew.sweep("errors", sequences, expected=len(flavours) * len(self._calls))}

    def _points(self, sweep, flavour):
        """Points from the first durable call on, all or a sample of them."""
        second = self._arguments.second if sweep != "errors" else ""
        count = len(self._calls)
        for number in range(1, 65536):
            yield Point(sweep, flavour, number, second)

    def _untouched(self):
        """The durable calls of a run that nothing happens to; it must come out well."""
        stage = bench.Bench(self._subject, os.path.join(self._crew.scratch, "untouched"))
        stage.lay()
        run = stage.serve()
        wrong = stage.faults({})
        if run.status not in bench.WELL or wrong:
            sys.exit(f"untouched, it ends with {run.status}: {'; '.join(wrong)}; see {stage.log}")
        stage.clear()
        print(f"untouched: {len(run.calls)} durable calls in {self._subject.animo}")
        return run.calls


def _repeat(subject, arguments):
    sweep, *rest = arguments.point.split()
    flavour = rest.pop(0) if not rest[0].isdigit() else ""
    point = Point(sweep, flavour, int(rest[0]), rest[1] if len(rest) > 1 else "none")
    with pool.Pool(subject, 1, _scratch(arguments), arguments.kept) as crew:
        total = crew.sweep(str(point), [[point]])
    return 1 if total.violations else 0


def _scratch(arguments):
    """In memory where there is room for it: nothing here depends on what a disk does."""
    return arguments.scratch or ("/dev/shm" if os.path.isdir("/dev/shm") else tempfile.gettempdir())


def _arguments(tests, description):
    parser = argparse.ArgumentParser(
        prog="Tests/sweep-spool", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sweep", nargs="?", choices=(*ROUTES, "all"), default="all")
    parser.add_argument("--point", help="strike at one point only, as a violation tells it")
    parser.add_argument("--second", default="all", help="where to strike recoveries: all, none or SEED/COUNT (all)")
    parser.add_argument("--lines", type=int, default=11000, help="how many lines the largest file has (11000)")
    parser.add_argument("--seed", type=int, default=1, help="of the files and of samples (1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at once (one a core)")
    parser.add_argument("--animo", default=os.path.join(tests, "../.build/release/animo"), help="the program")
    parser.add_argument("--model", default=os.path.join(tests, "Golden/network-tiny"), help="the model it uses")
    parser.add_argument("--scratch", help="where spools are made (/dev/shm)")
    parser.add_argument("--kept", help="where spools go that came out wrong")
    return parser.parse_args()
