"""Requests of all kinds, right and wrong, made from /openapi.json by schemathesis."""

import subprocess
import sys
import time

from checks import Findings
from daemon import Daemon, tweets


def check(options):
    found = Findings()
    with Daemon(options.animo) as daemon:
        daemon.drop("tweets.jsonl", list(tweets(50, time.time() - 5000, time.time())) + ["no JSON"])
        daemon.wait_for_output("tweets.jsonl")
        run = subprocess.run(
            ["schemathesis", "run", f"{daemon.address}/openapi.json", "--exclude-path", "/api/events",
             "--max-examples", "40", "--request-timeout", "20"], capture_output=True, text=True, cwd=daemon.folder)
        found.expect("schemathesis", run.returncode == 0, run.stdout[-4000:] if run.returncode else run.stdout.strip().splitlines()[-1])
        found.expect("the daemon is well afterwards", daemon.get("/healthz") == b"ok\n")
    return found
