"""Protocols that are weakened on purpose: a sweep that does not notice is no good.

Most are made of the unmodified program: the tracer leaves calls out and says that they went well. One is a patch.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass

from tracer import CUTS, SYNCS


@dataclass(frozen=True)
class Mutant:
    """A weakened protocol, and the sweep that must notice."""

    name: str
    sweep: str
    flavours: tuple
    forged: object
    """Which calls are left out."""


def _syncs(call):
    return call.name in SYNCS


def _syncs_of_parts(call):
    return call.name in SYNCS and (call.path.startswith("work/") or call.name == "syncfs")


def _syncs_of_ledger(call):
    return call.name in SYNCS and call.path.startswith("state/")


def _cuts_of_parts(call):
    return call.name in CUTS and call.path.startswith("work/")


FORGED = (
    Mutant("no sync at all", "power", ("nothing", "journal"), _syncs),
    Mutant("no sync of parts", "power", ("nothing", "journal"), _syncs_of_parts),
    Mutant("no sync of the ledger", "power", ("nothing", "journal"), _syncs_of_ledger),
    Mutant("no truncate of parts", "kill", ("",), _cuts_of_parts),
)


def patches(tests):
    """The patches that weaken the program itself."""
    folder = os.path.join(tests, "Sweeps/mutants")
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".patch"))


def applies(tests, patch):
    """Whether a patch is still one of the program as it is."""
    asked = ["patch", "--dry-run", "--force", "-p1", "-i", patch]
    return subprocess.run(asked, cwd=os.path.dirname(tests), capture_output=True).returncode == 0


def build(tests, patch, scratch):
    """Builds the program with a patch, in a copy of the tree that is kept for the next time; returns its path."""
    tree = os.path.join(scratch, "animo-mutants")
    os.makedirs(tree, exist_ok=True)
    files = subprocess.run(["git", "ls-files", "-z"], cwd=os.path.dirname(tests), capture_output=True, check=True)
    for name in filter(None, os.fsdecode(files.stdout).split("\0")):
        source, copy = os.path.join(os.path.dirname(tests), name), os.path.join(tree, name)
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        shutil.copy2(source, copy)
    subprocess.run(["patch", "-p1", "-i", patch], cwd=tree, check=True)
    command = "swift build -c release --product animo".split()
    subprocess.run(command, cwd=tree, check=True)
    return os.path.join(tree, ".build/release/animo")
