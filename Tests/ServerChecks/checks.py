"""The command line of the checks."""

import argparse
import os
import sys


def main(tests, about):
    names = ["page", "metrics", "load", "api", "replay"]
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS)
    parser.add_argument("check", choices=names + ["all"])
    parser.add_argument("--animo", default=os.path.join(tests, "../.build/release/animo"))
    parser.add_argument("--pictures")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--speed", type=float, default=100)
    parser.add_argument("--tweets", type=int, default=300)
    options = parser.parse_args()
    options.animo, options.tests = os.path.realpath(options.animo), tests
    if not os.access(options.animo, os.X_OK):
        sys.exit(f"{options.animo}: no program to check; build it, or name one with --animo")
    failed = 0
    for name in names if options.check == "all" else [options.check]:
        print(f"== {name}", flush=True)
        failed += len(__import__(name).check(options))
    print("All is well." if not failed else f"{failed} checks failed.")
    return failed > 0


class Findings(list):
    """What is not as it should be."""

    def expect(self, what, is_so, found=""):
        """Prints a line about `what`, and notes it if it is not so. Returns whether it is."""
        print(("  ok    " if is_so else "  FAIL  ") + what + (f": {found}" if found != "" else ""), flush=True)
        if not is_so:
            self.append(what)
        return is_so
