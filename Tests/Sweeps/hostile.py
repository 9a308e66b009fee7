"""Members of the group that may drop files who mean harm, each a process of a user of his own.

Whatever they do is within their rights: they write to the inbox, and to files that are theirs.
"""

import contextlib
import ctypes
import gzip
import multiprocessing
import os
import random
import time

_libc = ctypes.CDLL(None, use_errno=True)
_HERE, _EXCHANGE = -100, 2
_BOMB = gzip.compress(b"a\n" * (1 << 19), mtime=0) * 160
"""1,000 times as many bytes of content as it has itself."""


def exchange(inbox, chance):
    """Gives a waiting file's name to something else and back, to be claimed in its place."""
    file, trap = os.path.join(inbox, f"evil-{chance.random()}.txt"), os.path.join(inbox, f".trap-{chance.random()}")
    with open(file, "w", encoding="utf-8") as content:
        content.write("malo\n")
    kind = chance.choice(["folder", "fifo", "link", "set-id"])
    if kind == "folder":
        os.mkdir(trap, 0o777)
    elif kind == "fifo":
        os.mkfifo(trap)
    elif kind == "link":
        os.symlink("/etc/passwd", trap)
    else:
        os.close(os.open(trap, os.O_CREAT | os.O_WRONLY, 0o644))
        os.chmod(trap, 0o6755)
    for _ in range(2000):
        _libc.renameat2(_HERE, os.fsencode(file), _HERE, os.fsencode(trap), _EXCHANGE)
        if not os.path.lexists(file):
            break
    for path in (file, trap):
        with contextlib.suppress(OSError):
            os.rmdir(path) if kind == "folder" and os.path.isdir(path) else os.unlink(path)
    time.sleep(0.02)


def sparse(inbox, chance):
    """A line and 10 TB of nothing."""
    _drop(inbox, f"evil-{chance.random()}.jsonl", b'{"text":"a"}\n', size=10 << 40)
    time.sleep(1)


def bomb(inbox, chance):
    """Little that expands to much."""
    _drop(inbox, f"evil-{chance.random()}.txt.gz", _BOMB)
    time.sleep(2)


def rewrite(inbox, chance):
    """Writes a file again and again after it was claimed, through a descriptor."""
    name = f"evil-{chance.random()}.txt"
    kept = _drop(inbox, name, b"malo\n" * 1000, keep=True)
    while os.path.exists(os.path.join(inbox, name)):
        time.sleep(0.01)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            again = os.open(f"/proc/self/fd/{kept}", os.O_WRONLY)
            os.pwrite(again, b"peor\n" * chance.randint(1, 1000), 0)
            os.ftruncate(again, 5 * chance.randint(1, 2000))
            os.close(again)
        time.sleep(0.1)
    os.close(kept)


def truncate(inbox, chance):
    """Cuts a file short and lengthens it while it is waiting or being read."""
    name = f"evil-{chance.random()}.jsonl"
    kept = _drop(inbox, name, b'{"text":"malo"}\n' * 50_000, keep=True)
    for _ in range(20):
        with contextlib.suppress(OSError):
            again = os.open(f"/proc/self/fd/{kept}", os.O_WRONLY)
            os.ftruncate(again, chance.randint(0, 1_000_000))
            os.close(again)
        time.sleep(0.05)
    os.close(kept)


def litter(inbox, chance):
    """Links, FIFOs and folders under ordinary names."""
    path = os.path.join(inbox, f"evil-{chance.random()}.txt")
    make = [lambda: os.symlink("/etc/passwd", path), lambda: os.mkfifo(path), lambda: os.mkdir(path)]
    chance.choice(make)()
    time.sleep(0.2)


def guess(inbox, chance):
    """Reads, overwrites, removes and takes the names of a neighbour's files, which are easy to guess."""
    first = 1000 * chance.randint(1, 9)
    for number in range(first, first + 50):
        path = os.path.join(inbox, f"victim-{number}.jsonl")
        for act in (
            lambda path=path: os.close(os.open(path, os.O_RDWR)),
            lambda path=path: os.unlink(path),
            lambda path=path: os.rename(path, path + ".stolen"),
            lambda path=path: os.link(path, path + ".linked"),
        ):
            with contextlib.suppress(OSError):
                act()
    time.sleep(0.05)


def flood(inbox, chance):
    """Small files without end, older than anyone's."""
    for _ in range(500):
        _drop(inbox, f"evil-{chance.random()}.txt", b"malo\n", age=1_000_000_000)
    time.sleep(0.5)


def storm(inbox, chance):
    """More changes at once than the kernel keeps for the daemon."""
    names = [os.path.join(inbox, f"evil-{chance.random()}.jsonl") for _ in range(2)]
    with open(names[0], "wb") as file:
        file.write(b"malo\n")
    for number in range(20_000):
        with contextlib.suppress(OSError):
            os.rename(names[number % 2], names[1 - number % 2])
    time.sleep(1)


KINDS = [exchange, sparse, bomb, rewrite, truncate, litter, guess, flood, storm]


class Gang:
    """One of each kind, as the user `user`, until the end of the block."""

    def __init__(self, inbox, user, seed):
        self._ends = multiprocessing.Event()
        self._acts = multiprocessing.Array("l", len(KINDS))
        self._members = [
            multiprocessing.Process(target=self._act, args=(inbox, user, seed, number), daemon=True)
            for number in range(len(KINDS))
        ]

    @property
    def acts(self):
        """How often each has done what he does."""
        return {kind.__name__: count for kind, count in zip(KINDS, self._acts)}

    def __enter__(self):
        for member in self._members:
            member.start()
        return self

    def __exit__(self, *_):
        alive = [member.is_alive() for member in self._members]
        self._ends.set()
        for member in self._members:
            member.terminate()
            member.join()
        gone = [kind.__name__ for kind, is_alive in zip(KINDS, alive) if not is_alive]
        if gone:
            raise RuntimeError(f"these have given up, by a fault of their own: {', '.join(gone)}")

    def _act(self, inbox, user, seed, number):
        # The daemon's share of the processor is not what is at stake.
        os.nice(10)
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
        chance = random.Random(f"{seed}/{number}")
        while not self._ends.is_set():
            with contextlib.suppress(OSError):
                KINDS[number](inbox, chance)
            self._acts[number] += 1


def _drop(inbox, name, content, size=None, age=None, keep=False):
    """Renames a file into the inbox; returns a descriptor of it for reading, if that is asked for."""
    hidden = os.path.join(inbox, f".{name}.tmp")
    with open(hidden, "wb") as file:
        file.write(content)
        if size:
            file.truncate(size)
    if age:
        os.utime(hidden, (age, age))
    kept = os.open(hidden, os.O_RDONLY) if keep else None
    os.rename(hidden, os.path.join(inbox, name))
    return kept
