"""Somebody who puts files into an inbox, properly or not so properly, and does not give up when the disk is full."""

import ctypes
import errno
import os
import time

_libc = ctypes.CDLL(None, use_errno=True)
_NOREPLACE = 1


def rename_in(inbox, name, content):
    """The proper way: a hidden file, then a rename that replaces nothing."""
    hidden = os.path.join(inbox, f".{name}.{time.monotonic_ns()}.tmp")
    _insist(lambda: _write(hidden, content))
    _insist(lambda: _rename(hidden, os.path.join(inbox, name)))


def write_in_place(inbox, name, content, pauses):
    """The other way: in pieces, with pauses between them, under the final name, open all the while."""
    path = os.path.join(inbox, name)
    descriptor = _insist(lambda: os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    step = len(content) // len(pauses) + 1
    for begin, pause in zip(range(0, len(pauses) * step, step), pauses):
        piece = content[begin : begin + step]
        while piece:
            piece = piece[_insist(lambda: os.write(descriptor, piece)) :]
        time.sleep(pause)
    os.close(descriptor)


def abandon(inbox, name, content):
    """A producer that dies in the middle: its hidden file is nobody's business."""
    _insist(lambda: _write(os.path.join(inbox, f".{name}.abandoned.tmp"), content[: len(content) // 2]))


def _insist(act):
    """Tries again while the disk is full or the name is taken."""
    while True:
        try:
            return act()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EEXIST):
                raise
            time.sleep(0.1)


def _write(path, content):
    try:
        with open(path, "wb") as file:
            file.write(content)
    except OSError:
        os.unlink(path)
        raise


def _rename(old, new):
    here = -100
    if _libc.renameat2(here, os.fsencode(old), here, os.fsencode(new), _NOREPLACE):
        raise OSError(ctypes.get_errno(), "renameat2", new)
