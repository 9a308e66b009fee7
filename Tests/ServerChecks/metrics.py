"""Metrics, alert rules and the dashboard, with Prometheus' own tools."""

import json
import os
import re
import subprocess
import time

from checks import Findings
from daemon import Daemon, tweets


def check(options):
    found = Findings()
    folder = os.path.join(options.tests, "../etc/animo")
    with Daemon(options.animo) as daemon:
        daemon.drop("tweets.jsonl", list(tweets(500, time.time() - 5000, time.time())) + ["no JSON"])
        daemon.wait_for_output("tweets.jsonl")
        text = daemon.get("/metrics")
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    found.expect("promtool check metrics", checked.returncode == 0 and not checked.stderr, checked.stderr.decode().strip())
    rules = os.path.join(folder, "prometheus")
    for command in [["check", "rules", "animo.rules.yml"], ["test", "rules", "animo.rules.test.yml"]]:
        run = subprocess.run(["promtool", *command], cwd=rules, capture_output=True, text=True)
        found.expect("promtool " + " ".join(command), run.returncode == 0, (run.stdout + run.stderr).strip()[-500:] if run.returncode else "")
    names = set(re.findall(r"^([a-z_]+)[{ ]", text.decode(), re.M))
    for file in ["prometheus/animo.rules.yml", "grafana/animo.json"]:
        with open(os.path.join(folder, file)) as opened:
            content = opened.read()
        used = set(re.findall(r"\b((?:animo|process)_[a-z0-9_]+)\b", content))
        missing = sorted(used - names)
        found.expect(f"{file}: its metrics exist", used and not missing, " ".join(missing))
    with open(os.path.join(folder, "grafana/animo.json")) as opened:
        panels = json.load(opened)["panels"]
    places = [panel["gridPos"] for panel in panels]
    overlap = [(a, b) for i, a in enumerate(places) for b in places[:i]
               if a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]]
    found.expect("grafana/animo.json: each panel has a query and a place of its own", all(p["targets"] for p in panels) and not overlap)
    return found
