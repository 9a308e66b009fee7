"""Runs a program and stops it before each of its durable calls, as strace(1) does, to decide what becomes of them.

strace itself counts per call and per thread ("accounting of syscalls … is done per syscall and per tracee"), so that
in a program with several threads most calls can never be the N-th. Here all durable calls of all threads are counted
together. A durable call is one that changes what is below a folder, or asks for it to be kept.
"""

import os
import re
import signal
import struct
import time
from dataclasses import dataclass, field

import machine

SYNCS = {"fsync", "fdatasync", "syncfs", "sync_file_range"}
RENAMES = {"rename", "renameat", "renameat2"}
CUTS = {"ftruncate", "truncate"}
WRITES = {"write", "writev", "pwrite64", "pwritev", "copy_file_range"}

_BY_PATH = {"open", "creat", "truncate", "rename", "link", "mkdir", "rmdir", "unlink"}
_BY_FOLDER = {"openat", "openat2", "renameat", "renameat2", "linkat", "mkdirat", "unlinkat"}
_OPENS = {"open": 1, "openat": 2}
_CREATE = 0o100
_HERE = -100
_JOB = re.compile(r"\d{8}-\d{6}-\d{6}")


def why_not():
    """Why programs cannot be traced here, or nothing if they can."""
    if not machine.is_known():
        return "not known how to trace on this processor"
    try:
        status = Tracer("/").run(["/bin/true"]).status
    except OSError as error:
        return f"tracing is not allowed here ({error.strerror})"
    return "" if status == 0 else f"tracing is not allowed here (status {status})"


@dataclass
class Call:
    """A durable call that a program is about to make."""

    number: int
    """How many durable calls it has made before, counted from 1."""
    name: str
    path: str
    """What it is made on, below the folder that is looked at."""
    pid: int

    def __str__(self):
        return f"{self.name}({_JOB.sub('JOB', self.path)})"


@dataclass
class Run:
    """What became of a program."""

    status: int
    """Its exit status; 128 + n when signal n ended it, 124 when it had to be ended as it took too long."""
    calls: list = field(default_factory=list)
    """Its durable calls, in the order in which they were begun."""


class Kill:
    """The program dies instead of making the call."""


class Half:
    """The call, a write, writes only half of what it should."""


@dataclass
class Answer:
    """The call is left out: the program sees this in its place, a negative error number or a value."""

    result: int


class Tracer:
    """Follows one program at a time. Its process must have no other children meanwhile."""

    def __init__(self, root, limit=120):
        self._root = os.path.realpath(root)
        self._limit = limit

    def run(self, arguments, decide=lambda call: None, output=os.devnull):
        """Runs a program to its end. `decide` gets each durable call and returns nothing, Kill, Half or an Answer.

        The program's two outputs are appended to the file `output`.
        """
        pid = self._start(arguments, output)
        deadline = time.monotonic() + self._limit
        previous = signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, self._limit)
        try:
            run = self._follow(pid, decide)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
        if time.monotonic() >= deadline:
            run.status = 124
        return run

    @staticmethod
    def _start(arguments, output):
        pid = os.fork()
        if pid:
            os.waitpid(pid, 0)
            machine.follow(pid)
            machine.let_go(pid)
            return pid
        try:
            log = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            machine.be_followed()
            os.execv(arguments[0], arguments)
        finally:
            os._exit(71)

    def _follow(self, pid, decide):
        run = Run(status=71)
        begun = {pid}
        while True:
            try:
                thread, status = os.waitpid(-1, 0x40000000)  # __WALL: threads too
            except ChildProcessError:
                return run
            if not os.WIFSTOPPED(status):
                if thread == pid:
                    run.status = os.waitstatus_to_exitcode(status)
                    run.status = 128 - run.status if run.status < 0 else run.status
                    # The first thread's end is told last. Other children, such as a pool's, are not waited for.
                    return run
            elif status >> 16 == machine.EVENT_SECCOMP:
                self._settle(run, pid, thread, decide)
            else:
                is_own_start = thread not in begun and os.WSTOPSIG(status) == signal.SIGSTOP
                begun.add(thread)
                machine.let_go(thread, 0 if status >> 16 or is_own_start else os.WSTOPSIG(status))

    def _settle(self, run, pid, thread, decide):
        """Lets the call before which `thread` has stopped become what it should."""
        try:
            registers = machine.Registers(thread)
            call = self._durable(registers, len(run.calls) + 1, pid, thread)
            verdict = None
            if call:
                run.calls.append(call)
                verdict = decide(call)
            if isinstance(verdict, Answer):
                registers.skip(verdict.result)
            if verdict is Half:
                registers.halve()
            if verdict is Kill:
                os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, FileNotFoundError):
            pass  # Killed by another thread's call meanwhile.
        machine.let_go(thread)

    def _durable(self, registers, number, pid, thread):
        name, arguments = machine.NAMES[registers.number], registers.arguments
        if name in _OPENS and not arguments[_OPENS[name]] & _CREATE:
            return None
        path = self._path(name, arguments, thread)
        if path != self._root and not path.startswith(self._root + "/"):
            return None
        return Call(number, name, os.path.relpath(path, self._root), pid)

    @staticmethod
    def _path(name, arguments, thread):
        """What a call is made on; of a rename, what is renamed."""
        process = f"/proc/{thread}"
        if name in _BY_PATH:
            return os.path.join(os.readlink(process + "/cwd"), _text(process, arguments[0]))
        descriptor = struct.unpack("i", struct.pack("I", arguments[0] & 0xFFFF_FFFF))[0]
        if name == "copy_file_range":
            descriptor = arguments[2]
        folder = process + ("/cwd" if descriptor == _HERE else f"/fd/{descriptor}")
        below = _text(process, arguments[1]) if name in _BY_FOLDER else ""
        return os.path.normpath(os.path.join(os.readlink(folder), below))


def _text(process, address):
    with open(process + "/mem", "rb", buffering=0) as memory:
        text = b""
        while b"\0" not in text and len(text) < 8192:
            step = 256 - (address + len(text)) % 256
            memory.seek(address + len(text))
            text += memory.read(step)
    return os.fsdecode(text.split(b"\0")[0])
