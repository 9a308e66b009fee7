"""Requests of all kinds, right and wrong, made from /openapi.json by schemathesis."""

import os
import subprocess
import time

from checks import Findings
from daemon import Daemon, tweets

# 413 refuses what is too much; schemathesis does not know it for a refusal.
CONFIGURATION = """
hooks = "hooks.py"

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
"""

# No schema says of a table that its records have as many fields as its header.
HOOKS = """
import schemathesis


@schemathesis.hook
def filter_body(context, body):
    header, _, records = body.partition("\\n") if isinstance(body, str) else ("", "", "")
    return not records or not set(header + records) & set(",\\t\\"")
"""


def check(options):
    found = Findings()
    with Daemon(options.animo) as daemon:
        daemon.drop("tweets.jsonl", list(tweets(50, time.time() - 5000, time.time())) + ["no JSON"])
        daemon.wait_for_output("tweets.jsonl")
        for name, text in [("schemathesis.toml", CONFIGURATION), ("hooks.py", HOOKS)]:
            with open(os.path.join(daemon.folder, name), "w") as file:
                file.write(text)
        run = subprocess.run(
            ["schemathesis", "run", f"{daemon.address}/openapi.json", "--exclude-path", "/api/events",
             "--max-examples", "40", "--request-timeout", "20"], capture_output=True, text=True, cwd=daemon.folder)
        found.expect("schemathesis", run.returncode == 0, run.stdout[-4000:] if run.returncode else run.stdout.strip().splitlines()[-1])
        found.expect("the daemon is well afterwards", daemon.get("/healthz") == b"ok\n")
    return found
