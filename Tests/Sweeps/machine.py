"""What of ptrace(2) and seccomp(2) depends on the kernel and the processor: numbers, and where registers are.

Nothing here knows what a spool is.
"""

import ctypes
import os
import platform
import struct

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4

# Requests, options and events of ptrace(2).
_TRACEME, _CONT, _DETACH, _SETOPTIONS, _GETREGSET, _SETREGSET = 0, 7, 17, 0x4200, 0x4204, 0x4205
_SEIZE, _INTERRUPT = 0x4206, 0x4207
_FOLLOW_FORK, _FOLLOW_VFORK, _FOLLOW_CLONE, _TELL_EXEC = 2, 4, 8, 0x10
_TELL_SECCOMP, _EXIT_KILL = 0x80, 0x100000
EVENT_SECCOMP = 7
_NT_PRSTATUS, _NT_ARM_SYSTEM_CALL = 1, 0x404

# Numbers of system calls on the processors that the program is built for.
_X86_64 = {
    "write": 1, "open": 2, "pwrite64": 18, "writev": 20, "fsync": 74, "fdatasync": 75, "truncate": 76,
    "ftruncate": 77, "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85, "link": 86, "unlink": 87,
    "openat": 257, "mkdirat": 258, "unlinkat": 263, "renameat": 264, "linkat": 265, "sync_file_range": 277,
    "fallocate": 285, "pwritev": 296, "syncfs": 306, "renameat2": 316, "copy_file_range": 326, "openat2": 437,
}  # fmt: skip
_AARCH64 = {
    "mkdirat": 34, "unlinkat": 35, "linkat": 37, "renameat": 38, "truncate": 45, "ftruncate": 46,
    "fallocate": 47, "openat": 56, "write": 64, "writev": 66, "pwrite64": 68, "pwritev": 70, "fsync": 82,
    "fdatasync": 83, "sync_file_range": 84, "syncfs": 267, "renameat2": 276, "copy_file_range": 285,
    "openat2": 437,
}  # fmt: skip
_ARM = platform.machine() == "aarch64"
NUMBERS = _AARCH64 if _ARM else _X86_64
NAMES = {number: name for name, number in NUMBERS.items()}


def is_known():
    """Whether calls can be told and changed on this processor."""
    return platform.machine() in ("x86_64", "aarch64")


def _ptrace(request, pid, address=0, data=0):
    if _libc.ptrace(request, pid, address, data) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


class _Block(ctypes.Structure):
    """struct iovec."""

    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Registers:
    """The registers of a thread that has stopped before a system call."""

    # struct user_regs_struct: the call's number, its six arguments, and where its result goes.
    _COUNT, _NUMBER, _ARGUMENTS, _RESULT = (
        (34, 8, (0, 1, 2, 3, 4, 5), 0) if _ARM else (27, 15, (14, 13, 12, 7, 9, 8), 10)
    )

    def __init__(self, thread):
        self._thread = thread
        self._values = (ctypes.c_uint64 * self._COUNT)()
        self._transfer(_GETREGSET, _NT_PRSTATUS, self._values)

    @property
    def number(self):
        return self._values[self._NUMBER]

    @property
    def arguments(self):
        return [self._values[index] for index in self._ARGUMENTS]

    def skip(self, result):
        """Lets the call be left out: the program sees `result` in its place, a negative error number or a value."""
        self._values[self._RESULT] = result & 0xFFFF_FFFF_FFFF_FFFF
        if _ARM:
            self._transfer(_SETREGSET, _NT_ARM_SYSTEM_CALL, (ctypes.c_int * 1)(-1))
        else:
            self._values[self._NUMBER] = 0xFFFF_FFFF_FFFF_FFFF
        self._transfer(_SETREGSET, _NT_PRSTATUS, self._values)

    def halve(self):
        """Lets a write write half of what it should, at least a byte."""
        self._values[self._ARGUMENTS[2]] = max(1, self._values[self._ARGUMENTS[2]] // 2)
        self._transfer(_SETREGSET, _NT_PRSTATUS, self._values)

    def _transfer(self, request, kind, values):
        block = _Block(ctypes.addressof(values), ctypes.sizeof(values))
        _ptrace(request, self._thread, kind, ctypes.addressof(block))


def let_go(thread, signal=0):
    """Lets a stopped thread go on, with a signal if one was on its way to it; one that is dead already may stay so."""
    try:
        _ptrace(_CONT, thread, 0, signal)
    except ProcessLookupError:
        pass


def hold(thread):
    """Stops one thread of a process, and no other, until `release`; a signal would stop them all."""
    _ptrace(_SEIZE, thread)
    _ptrace(_INTERRUPT, thread)
    os.waitpid(thread, 0x40000000)  # __WALL: threads too


def release(thread):
    """Lets a thread that is held go on as if nothing had been."""
    _ptrace(_DETACH, thread)


def follow(pid):
    """Follows all threads and children of `pid`, which has stopped itself; they die when this process does."""
    events = _FOLLOW_FORK | _FOLLOW_VFORK | _FOLLOW_CLONE | _TELL_EXEC | _TELL_SECCOMP
    _ptrace(_SETOPTIONS, pid, 0, events | _EXIT_KILL)


def be_followed():
    """Makes this process, a child about to execute a program, stop before the calls in `NUMBERS`."""
    _ptrace(_TRACEME, 0)
    os.kill(os.getpid(), 19)
    _libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    program = ctypes.create_string_buffer(_filter())
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(program)))
    if _libc.prctl(22, 2, ctypes.addressof(header), 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        os._exit(71)


def _filter():
    """A program for seccomp(2): tell the tracer of calls in `NUMBERS`, allow all others without a stop."""
    numbers = list(NAMES)
    load, jump_if_equal, answer = 0x20, 0x15, 0x06
    instructions = [struct.pack("HBBI", load, 0, 0, 0)]
    for index, number in enumerate(numbers):
        instructions.append(struct.pack("HBBI", jump_if_equal, len(numbers) - index, 0, number))
    instructions.append(struct.pack("HBBI", answer, 0, 0, 0x7FFF0000))
    instructions.append(struct.pack("HBBI", answer, 0, 0, 0x7FF00000))
    return b"".join(instructions)
