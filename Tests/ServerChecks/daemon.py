"""A daemon with a spool in a fresh folder, on a port of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Daemon:
    def __init__(self, animo, *options):
        self.animo, self.options = animo, options
        self.folder = tempfile.mkdtemp(prefix="animo-check-")
        self.spool = os.path.join(self.folder, "spool")
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder)

    def start(self):
        with open(os.path.join(self.folder, "log"), "a") as log:
            self.process = subprocess.Popen(
                [self.animo, "serve", "--spool", self.spool, "--settle", "0", "--listen", f"127.0.0.1:{self.port}",
                 *self.options], stderr=log, stdout=subprocess.DEVNULL)
        self.wait_until(lambda: self.get("/healthz") == b"ok\n", "a healthy daemon")

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)

    def get(self, path, body=None, **fields):
        request = urllib.request.Request(
            self.address + path, data=body, headers={name.replace("_", "-"): value for name, value in fields.items()})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.read()
        except OSError:
            return None

    def json(self, path):
        return json.loads(self.get(path))

    def drop(self, name, lines):
        """Puts a file into the inbox, as producers should."""
        hidden = os.path.join(self.spool, "inbox", f".{name}.tmp")
        with open(hidden, "w") as file:
            file.writelines(line + "\n" for line in lines)
        os.rename(hidden, os.path.join(self.spool, "inbox", name))

    def wait_for_output(self, name, seconds=120):
        path = os.path.join(self.spool, "out", name)
        self.wait_until(lambda: os.path.exists(path), path, seconds)
        return path

    def wait_until(self, is_so, what, seconds=60):
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end or self.process.poll() is not None:
                with open(os.path.join(self.folder, "log")) as log:
                    raise TimeoutError(f"waited in vain for {what}\n{log.read()[-2000:]}")
            time.sleep(0.05)


WORDS = {
    "positive": "gracias alegría feliz genial amor me encanta buenos días maravilla contenta sonrisa éxito".split(),
    "negative": "horrible triste odio pena asco enfado cansada fatal dolor llorar injusto miedo".split(),
    "neutral": "mañana congreso reunión informe lunes tren oficina datos calle hora agenda mapa".split(),
}


def tweets(count, begin, end, seed=1):
    """Invented tweets, written at times between two moments (seconds since 1970)."""
    import random
    generator = random.Random(seed)
    for number in range(count):
        words = WORDS[generator.choice(list(WORDS))]
        moment = begin + (end - begin) * number / count
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
        text = " ".join(generator.choice(words) for _ in range(generator.randint(4, 18)))
        yield json.dumps({"id": str(number), "created_at": stamp, "text": text}, ensure_ascii=False)
