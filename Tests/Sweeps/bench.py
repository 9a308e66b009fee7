"""A spool to be crashed: on a plain folder, or on a disk of its own whose power can be cut."""

import ctypes
import fcntl
import os
import shutil
import struct
import subprocess
import time
from dataclasses import dataclass, replace

import inputs
import ledger
import oracle
from tracer import Tracer

# What --once may end with when nothing stands in its way: all is well, or lines were rejected.
WELL = (0, 65)


@dataclass
class Subject:
    """The program that is swept, what its spool is to hold, and what must come of it."""

    animo: str
    model: str
    files: list
    answers: list
    can_check: bool

    @classmethod
    def of(cls, animo, model, files):
        return cls(animo, model, files, oracle.ask(animo, model, files), ledger.can_check(animo))

    def with_program(self, animo):
        """The same for another program, which answers like this one."""
        return replace(self, animo=animo)


class Bench:
    """A spool in a folder, laid out again for every point; for crashes that lose nothing that was written."""

    def __init__(self, subject, folder):
        self.subject, self.folder = subject, folder
        self.spool = os.path.join(folder, "spool")
        self.log = os.path.join(folder, "log")
        self.odd = []
        """What has already gone wrong on the way, in sentences."""
        os.makedirs(folder, exist_ok=True)

    def lay(self):
        """Begins anew: a spool whose inbox holds the files."""
        self.clear()
        inputs.write(self.subject.files, os.path.join(self.spool, "inbox"))

    def serve(self, decide=lambda call: None):
        """Drains the inbox, and says how that went."""
        asked = ["serve", "--spool", self.spool, "--once", "--settle", "0", "--model", self.subject.model]
        return Tracer(self.spool).run([self.subject.animo, *asked], decide, self.log)

    def keep(self, name):
        """Keeps the spool as it is, to come back to."""
        # The socket of a daemon that was killed cannot be copied.
        ignored = shutil.ignore_patterns("control")
        shutil.copytree(self.spool, os.path.join(self.folder, name), ignore=ignored)
        shutil.copytree(self.spool, os.path.join(self.folder, name + ".same"), ignore=ignored, copy_function=os.link)

    def come_back(self, name):
        """Makes the spool what it was when it was kept under a name, with the very same inodes.

        Files are linked back and their content is put back where it has changed since: a claimed file is known by its
        inode.
        """
        content = os.path.join(self.folder, name)
        shutil.rmtree(self.spool)
        shutil.copytree(content + ".same", self.spool, copy_function=os.link)
        for folder, _, names in os.walk(content):
            for path in (os.path.join(folder, name) for name in names):
                _put_back(path, os.path.join(self.spool, os.path.relpath(path, content)))

    def rise(self):
        """What follows a crash before the program can be started again."""

    def faults(self, seen):
        """What is wrong with the spool at rest, in sentences; `seen` is what readers have seen published before."""
        subject = self.subject
        now = oracle.published(self.spool)
        gone = [f"seen and gone: {path}" for path, digest in seen.items() if now.get(path) != digest]
        gone += ledger.faults(subject.animo, self.spool, subject.answers, subject.can_check)
        return self.odd + gone + oracle.faults(self.spool, subject.answers)

    def clear(self):
        """Removes everything."""
        self.odd = []
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)


class DiskBench(Bench):
    """A spool on an ext4 image of its own. Loses at a crash what was not made durable."""

    MIB = 24

    def __init__(self, subject, folder):
        super().__init__(subject, folder)
        self.disk, self.image = os.path.join(folder, "disk"), os.path.join(folder, "image")
        self.spool = os.path.join(self.disk, "spool")

    def lay(self):
        self.clear()
        template = self.folder + ".image"
        if not os.path.exists(template):
            make_image(template, self.MIB)
            self._mount(template)
            inputs.write(self.subject.files, os.path.join(self.spool, "inbox"))
            self._unmount()
        shutil.copyfile(template, self.image)
        self._mount()

    def cut_power(self, journal):
        """Nothing reaches the disk any more; what waits in the journal is lost too, unless `journal` says otherwise."""
        folder = os.open(self.disk, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(folder, 0x8004587D, struct.pack("I", 1 if journal else 2))  # EXT4_IOC_SHUTDOWN
        finally:
            os.close(folder)

    def keep(self, name):
        self._unmount()
        shutil.copyfile(self.image, os.path.join(self.folder, name))

    def come_back(self, name):
        self._unmount()
        shutil.copyfile(os.path.join(self.folder, name), self.image)
        self._mount()

    def rise(self):
        self._unmount()
        self._mount()

    def clear(self):
        self._unmount()
        super().clear()

    def _mount(self, image=None):
        os.makedirs(self.disk, exist_ok=True)
        # So that nothing becomes durable by the mere passing of time.
        run("mount", "-o", "loop,commit=300", image or self.image, self.disk)

    def _unmount(self):
        # The kernel may still be closing the files of a process that has just been killed.
        end = time.monotonic() + 10
        while os.path.ismount(self.disk):
            try:
                run("umount", self.disk)
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)


def _put_back(kept, path):
    """Gives the file at `path` the content and times of the one that was kept."""
    was, now = os.stat(kept), os.stat(path)
    if (was.st_size, was.st_mtime_ns) == (now.st_size, now.st_mtime_ns):
        return
    with open(kept, "rb") as source, open(path, "r+b") as file:
        file.truncate(file.write(source.read()))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def make_image(path, mib):
    """Makes a file that holds an empty ext4 file system."""
    with open(path, "wb") as file:
        file.truncate(mib << 20)
    run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,nodiscard", "-J", "size=4", path)


def enter_own_mounts():
    """Gives this process mounts of its own, which end with it; raises OSError where it may not have them."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x20000):  # CLONE_NEWNS
        raise OSError(ctypes.get_errno(), "no mounts of its own")
    run("mount", "--make-rprivate", "/")


def run(*command):
    """Runs a tool that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
