"""The mood by event time, recomputed from the outputs, and whether the ledger and `stats/windows.jsonl` say the same."""

import json
import os
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from datetime import datetime

_SECONDS = {"1m": 60, "1h": 3600, "1d": 86_400}
_RETENTION = {"1m": 48 * 3600, "1h": 90 * 86_400}
_APART = ("no_time", "future")
_DELAY = 600


def faults(spool, answers):
    """Whatever is wrong with the windows of a spool at rest, in sentences."""
    expected, newest = _expected(answers)
    rows = _rows(os.path.join(spool, "state/ledger.sqlite"))
    found = defaultdict(Counter)
    for step, start, labels, counts, _ in rows:
        if step != "late":
            found[step, start].update(_named(labels, counts))
    found = {key: +counts for key, counts in found.items() if +counts}
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key) != found.get(key):
            yield f"window {key} is {found.get(key)}, not {expected.get(key)}"
    yield from _wrong_lines(spool, rows, found, newest)


def _expected(answers):
    """What was said of the tweets in each window, and the minute of the newest tweet."""
    minutes = defaultdict(Counter)
    for answer in answers:
        if not answer.refusal:
            for minute, counts in _minutes(answer).items():
                minutes[minute].update(counts)
    newest = max((minute for minute in minutes if isinstance(minute, int)), default=None)
    expected = defaultdict(Counter)
    for minute, counts in minutes.items():
        if minute in _APART:
            expected[minute, 0].update(counts)
            continue
        for step, seconds in _SECONDS.items():
            start = minute // seconds * seconds
            if step == "1d" or start >= (newest - _RETENTION[step]) // seconds * seconds:
                expected[step, start].update(counts)
    return dict(expected), newest


def _minutes(answer):
    """The same of one answer, by minute; remembered, as points of a sweep share their answers."""
    if "_minutes" not in answer.__dict__:
        minutes = defaultdict(Counter)
        for line in answer.labels.splitlines():
            tweet = json.loads(line)
            counts, sentiment = minutes[_minute(tweet)], tweet["sentiment"]
            if "nothing_to_judge" in sentiment.get("flags", []):
                counts["unjudged"] += 1
                continue
            counts[sentiment["label"]] += 1
            for name, value in sentiment["p"].items():
                if value:
                    counts[sentiment["label"], name] += round(value * 1e6)
        answer._minutes = minutes
    return answer._minutes


def _minute(tweet):
    """The minute of a tweet as `inputs` writes times, or why it is in none."""
    moment = _moment(tweet)
    if moment is None:
        return "no_time"
    return "future" if moment >= 4_000_000_000 else moment // 60 * 60


def _moment(tweet):
    for text in (tweet.get("created_at"), tweet.get("timestamp_ms")):
        if isinstance(text, int):
            return text
        if text and text.isdigit():
            return int(text) // 1000
        for form in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%a %b %d %H:%M:%S %z %Y"):
            try:
                return int(datetime.strptime(text or "", form).timestamp())
            except ValueError:
                pass
    identity = int(tweet.get("id_str", 0))
    return ((identity >> 22) + 1_288_834_974_657) // 1000 if 1 << 40 < identity < 1 << 63 else None


def _rows(path):
    # Closed also where a query fails: the disk under it will be taken away.
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as ledger:
        return ledger.execute(
            "SELECT step, start, window_labels.labels, counts, revision FROM windows "
            "JOIN window_labels ON window_labels.id = windows.labels"
        ).fetchall()


def _named(labels, counts):
    """The numbers of a row by what they say."""
    labels, numbers = json.loads(labels), [int(number) for number in counts.split()]
    names = ["unjudged", *labels, *((given, label) for given in labels for label in labels)]
    return Counter(dict(zip(names, numbers, strict=True)))


def _wrong_lines(spool, rows, found, newest):
    """Each closed window has one line for each of its revisions, and the last line is what the ledger says."""
    kept = Counter()
    for step, start, _, _, revision in rows:
        kept[step, start] = max(kept[step, start], revision)
    lines, is_whole = _lines(os.path.join(spool, "stats"))
    last = {}
    for line in lines:
        key = line["step"], int(datetime.fromisoformat(line["start"]).timestamp())
        if line["rev"] != (last[key]["rev"] if key in last else 0) + 1 and (is_whole or key in last):
            yield f"windows.jsonl: revision {line['rev']} of {key} follows {last.get(key)}"
        last[key] = line
    for key in kept:
        if key not in last and not is_whole:
            continue
        written = last[key]["rev"] if key in last else 0
        is_closed = key[0] in _SECONDS and key[1] + _SECONDS[key[0]] <= (newest or 0) - _DELAY
        if kept[key] != written or (is_closed and key in found and not kept[key]):
            yield f"windows.jsonl: {written} lines of {key}, and {kept[key]} revisions in the ledger"
        elif kept[key] and last[key]["tweets"] != _tweets(found.get(key, {})):
            yield f"windows.jsonl: the last line of {key} has {last[key]['tweets']} tweets, not {found.get(key)}"


def _lines(stats):
    """The lines of the file and of the one that it took the place of; whether no earlier ones can be gone."""
    lines = []
    old, new = (os.path.join(stats, name) for name in ("windows.1.jsonl", "windows.jsonl"))
    for path in filter(os.path.exists, (old, new)):
        with open(path, "rb") as file:
            lines += [json.loads(line) for line in file]
    return lines, not os.path.exists(old)


def _tweets(counts):
    return sum(number for name, number in counts.items() if isinstance(name, str))
