"""The command line of `Tests/sweep-spool`, and which points are struck in which order."""

import argparse
import os
import random
import sys
import tempfile

import bench
import chaos
import inputs
import mutants
import points
import pool
import siege
import tracer
from points import Point

ROUTES = ("kill", "stop", "power", "errors", "mutants")
_LAST = 65535


def main(tests, description):
    """Runs what the command line asks for; returns the exit status, 1 if there were violations."""
    arguments = _arguments(tests, description)
    os.makedirs(arguments.kept, exist_ok=True)
    files = inputs.mixed(arguments.seed, arguments.lines)
    subject = bench.Subject.of(os.path.realpath(arguments.animo), os.path.realpath(arguments.model), files)
    if arguments.sweep == "chaos":
        return chaos.run(subject, arguments.minutes, arguments.seed, arguments.kept)
    if arguments.sweep == "siege":
        return siege.run(subject, arguments.minutes, arguments.seed, arguments.kept, arguments.scratch)
    if reason := tracer.why_not():
        print(f"skipped: {reason}")
        return 0
    if arguments.point:
        return _repeat(subject, arguments)
    sums = {}
    with pool.Pool(subject, arguments.jobs, arguments.scratch, arguments.kept) as crew:
        plan = Plan(subject, crew, arguments)
        for name in ROUTES if arguments.sweep == "all" else [arguments.sweep]:
            sums |= getattr(plan, name)()
    print(pool.as_json(sums))
    lost = arguments.short and siege.try_briefly(subject, arguments.seed, arguments.kept, arguments.scratch)
    return 1 if lost or any(total.violations for total in sums.values()) else 0


class Plan:
    """Which points a sweep strikes at, in which order."""

    def __init__(self, subject, crew, arguments):
        self._subject, self._crew, self._arguments = subject, crew, arguments
        self._calls = self._untouched()

    def kill(self):
        return self._sweep("kill", [""], self._arguments.second, sample=12)

    def stop(self):
        return self._sweep("stop", [""], self._arguments.second, sample=4)

    def power(self):
        if os.geteuid():
            print("power: skipped, as only root may mount file systems")
            return {}
        return self._sweep("power", ["nothing", "journal"], self._arguments.second, sample=4)

    def errors(self):
        flavours = [f"{name}*{times}" for name in points.ERRORS for times in (1, 2, 5)]
        sums = self._sweep("errors", flavours, "", sample=1)
        if self._arguments.short:
            return sums
        # Then what the recovery from a kill meets, for some kills.
        for number in random.Random(self._arguments.seed).sample(range(1, len(self._calls)), 3):
            sums |= self._sweep("errors", flavours, str(number), sample=1, title=f"errors after a kill at {number}")
        return sums

    def mutants(self):
        """Each mutant must be found out: a sum with a violation if it is not."""
        sums = {}
        for mutant in mutants.FORGED:
            if mutant.sweep != "power" or not os.geteuid():
                sums |= self._hunt(mutant.name, mutant.sweep, mutant.flavours, mutant.forged)
        for patch in mutants.patches(self._arguments.tests):
            if not mutants.applies(self._arguments.tests, patch):
                sys.exit(f"{patch}: does not apply any more")
            if self._arguments.short:
                continue
            program = mutants.build(self._arguments.tests, patch, tempfile.gettempdir())
            name = os.path.basename(patch).removesuffix(".patch").replace("-", " ")
            with self._crew.another(self._subject.with_program(program)) as crew:
                sums |= Plan(crew.subject, crew, self._arguments)._hunt(name, "kill", [""], None)
        return sums

    def _sweep(self, name, flavours, second, sample, title=None):
        """Strikes at all points, or at so many of each flavour; in the short form at `sample` unless told otherwise."""
        title, sample = title or name, self._arguments.sample or (sample if self._arguments.short else None)
        if not sample:
            sequences = [self._all(name, flavour, second) for flavour in flavours]
            return {title: self._crew.sweep(title, sequences, expected=sum(map(self._reach, flavours)))}
        chance = random.Random(f"{self._arguments.seed}/{title}")
        sequences = [
            [Point(name, flavour, number, second)]
            for flavour in flavours
            for number in sorted(chance.sample(range(1, self._reach(flavour) + 1), min(sample, self._reach(flavour))))
        ]
        return {title: self._crew.sweep(title, sequences, expected=len(sequences))}

    def _reach(self, flavour):
        """How many calls there are that can be struck so."""
        names = points.ERRORS.get(flavour.partition("*")[0])
        return sum(names is None or call.name in names for call in self._calls)

    @staticmethod
    def _all(name, flavour, second):
        """Points from the first durable call on; the sweep ends with the first that is not reached."""
        return (Point(name, flavour, number, second) for number in range(1, _LAST))

    def _hunt(self, name, sweep, flavours, forged):
        """Strikes in random order until something is wrong; nothing wrong at all is the violation."""
        found = [Point(sweep, flavour, number) for number in range(1, len(self._calls)) for flavour in flavours]
        random.Random(self._arguments.seed).shuffle(found)
        sequences = [[point] for point in found]
        total = self._crew.sweep(f"mutant: {name}", sequences, forged, is_hunt=True)
        if total.violations:
            print(f"  found out at {total.violations[0][0]}: {'; '.join(total.violations[0][1][:3])}")
            total.violations = []
        else:
            print("  VIOLATION: it was not found out")
            total.violations = [(f"mutant {name}", ["not found out"], "")]
        return {f"mutant: {name}": total}

    def _untouched(self):
        """The durable calls of a run that nothing happens to; it must come out well."""
        stage = bench.Bench(self._subject, os.path.join(self._crew.scratch, "untouched"))
        stage.lay()
        run = stage.serve()
        wrong = stage.faults({})
        if run.status not in bench.WELL or wrong:
            sys.exit(f"untouched, it ends with {run.status}: {'; '.join(wrong)}; see {stage.log}")
        stage.clear()
        print(f"untouched: {len(run.calls)} durable calls of {self._subject.animo}", flush=True)
        return run.calls


def _repeat(subject, arguments):
    """Strikes at one point."""
    sweep, *rest = arguments.point.split()
    flavour = "" if rest[0].isdigit() else rest.pop(0)
    point = Point(sweep, flavour, int(rest[0]), rest[1] if len(rest) > 1 else "")
    with pool.Pool(subject, 1, arguments.scratch, arguments.kept) as crew:
        total = crew.sweep(str(point), [[point]])
    return 1 if total.violations else 0


def _arguments(tests, description):
    # In memory where there is room for it: nothing here depends on what a disk does.
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else tempfile.gettempdir()
    kept = os.path.join(tempfile.gettempdir(), "sweep-spool-kept")
    parser = argparse.ArgumentParser(
        prog="Tests/sweep-spool", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sweep", nargs="?", choices=(*ROUTES, "all", "chaos", "siege"), default="all", help="(all)")
    parser.add_argument("--short", action="store_true", help="some points only: for the gate, about a minute")
    parser.add_argument("--sample", type=int, help="so many points of each kind, drawn by the seed (all)")
    parser.add_argument("--point", help="strike at one point only, as a violation tells it")
    parser.add_argument("--second", help="where to strike recoveries: all, none or SEED/COUNT (all; short: 1/1)")
    parser.add_argument("--minutes", type=float, default=60, help="of chaos or a siege (60)")
    parser.add_argument("--lines", type=int, help="how many lines the largest file has (11000; short: 5500)")
    parser.add_argument("--seed", type=int, default=1, help="of files, samples and chaos (1)")
    parser.add_argument("--jobs", type=int, default=8 * os.cpu_count(), help="how many at once (8 a core: they mostly wait)")
    parser.add_argument("--animo", default=os.path.join(tests, "../.build/release/animo"), help="the program")
    parser.add_argument("--model", default=os.path.join(tests, "Golden/network-tiny"), help="the model it uses")
    parser.add_argument("--scratch", default=memory, help=f"where spools are made ({memory})")
    parser.add_argument("--kept", default=kept, help=f"where spools go that came out wrong ({kept})")
    arguments = parser.parse_args()
    arguments.tests = tests
    arguments.second = arguments.second or ("1/1" if arguments.short else "all")
    arguments.lines = arguments.lines or (5500 if arguments.short else 11_000)
    return arguments
