"""What the program itself keeps about a spool: its statistics, and its own check of spool against ledger."""

import json
import os
import subprocess
from collections import Counter
from datetime import datetime, timedelta

import windows


def can_check(animo):
    """Whether the program can check a spool against its ledger."""
    return "fsck" in subprocess.run([animo, "help"], capture_output=True, text=True).stdout


def faults(animo, spool, answers, can_check):
    """Whatever is wrong with statistics and ledger of a spool at rest, in sentences."""
    wrong = [*_wrong_statistics(spool, answers), *windows.faults(spool, answers)]
    return wrong + (list(_complaints(animo, spool)) if can_check else [])


def _complaints(animo, spool):
    run = subprocess.run([animo, "fsck", "--spool", spool], capture_output=True, text=True)
    if run.returncode:
        yield f"fsck says {run.returncode}: {(run.stdout + run.stderr).strip()}"


def _wrong_statistics(spool, answers):
    with open(os.path.join(spool, "stats/current.json"), "rb") as file:
        statistics = json.load(file)
    total = statistics["total"]
    yield from _wrong_windows(statistics)
    names = ("labelled", "unjudged", "rejected", "blank", "left_out", "lines", "files", "refused_files")
    found = {name: total[name] for name in names}
    found["labels"] = {name: label["count"] for name, label in total["labels"].items() if label["count"]}
    found["reasons"] = {name: count for name, count in total["rejected_by_reason"].items() if count}
    expected = _fold(answers)
    for name in found:
        if found[name] != expected[name]:
            yield f"statistics: {name} is {found[name]}, not {expected[name]}"
    for name, label in total["labels"].items():
        mean = expected["probabilities"][name] / max(1, expected["labelled"])
        if abs(label["mean_probability"] - mean) > 2e-6:
            yield f"statistics: mean probability of {name} is {label['mean_probability']}, not {mean:.6f}"


def _wrong_windows(statistics):
    """While the first hour lasts, its window holds what the totals hold, whatever was done twice."""
    since, time = (datetime.fromisoformat(statistics[name]) for name in ("since", "time"))
    if time - since > timedelta(minutes=55):
        return
    for name, count in statistics["total"].items():
        found = statistics["windows"]["1h"][name]
        if found != count:
            yield f"statistics: {name} of the last hour is {found}, not {count}"


def _fold(answers):
    """The statistics of what was committed, by its lines."""
    done = [answer for answer in answers if not answer.refusal]
    labels, probabilities, unjudged = Counter(), Counter(), 0
    for answer in done:
        one_labels, one_probabilities, one_unjudged = _sums(answer)
        labels.update(one_labels)
        probabilities.update(one_probabilities)
        unjudged += one_unjudged
    reasons = Counter(reason for answer in done for _, reason, _ in answer.rejects)
    labelled, rejected, blank = labels.total(), reasons.total(), sum(answer.blanks for answer in done)
    return {
        "labelled": labelled, "unjudged": unjudged, "rejected": rejected, "blank": blank, "left_out": 0,
        "lines": labelled + unjudged + rejected + blank,
        "files": len(done), "refused_files": len(answers) - len(done), "labels": dict(labels),
        "reasons": dict(reasons), "probabilities": probabilities,
    }  # fmt: skip


def _sums(answer):
    """Counts and summed probabilities of an answer's labels, and how many lines have nothing to judge.

    Remembered, as points of a sweep share their answers.
    """
    if "_sums" not in answer.__dict__:
        labels, probabilities, unjudged = Counter(), Counter(), 0
        for line in answer.labels.splitlines():
            sentiment = json.loads(line)["sentiment"]
            if "nothing_to_judge" in sentiment.get("flags", []):
                unjudged += 1
                continue
            labels[sentiment["label"]] += 1
            for name, value in sentiment["p"].items():
                probabilities[name] += value
        answer._sums = labels, probabilities, unjudged
    return answer._sums
