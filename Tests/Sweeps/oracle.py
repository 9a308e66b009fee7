"""What must become of files in a spool, by `animo classify`, and whether it did."""

import base64
import bz2
import gzip
import hashlib
import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass

_NUMBER = re.compile(r"\.~\d+$")
_DONE = re.compile(r"(\d{8}-\d{6}-\d{6})\.(.*)", re.DOTALL)


@dataclass
class Answer:
    """What the filter makes of a file."""

    name: str
    content: bytes
    labels: bytes = b""
    """The labelled lines."""
    rejects: tuple = ()
    """Line, reason and detail of each line that cannot be labelled."""
    refusal: str = ""
    """Why the file as a whole cannot, if it cannot."""

    @property
    def plain(self):
        """The content without compression."""
        content = gzip.decompress(self.content) if self.name.endswith(".gz") else self.content
        content = bz2.decompress(content) if self.name.endswith(".bz2") else content
        return content.decode("utf-16").encode() if content[:2] in (b"\xff\xfe", b"\xfe\xff") else content

    @property
    def blanks(self):
        """How many lines hold nothing; tables have none here."""
        return 0 if ".csv" in self.name else sum(not line.strip() for line in self.plain.splitlines())


def ask(animo, model, files):
    """The filter's answers to files, given as (name, bytes)."""
    return [_ask(animo, model, name, content) for name, content in files]


def _ask(animo, model, name, content):
    kind = {".csv": "csv", ".txt": "text", ".jsonl": "jsonl"}.get(os.path.splitext(uncompressed(name))[1], "auto")
    asked = [animo, "classify", "-q", "--model", model, "--input", kind]
    run = subprocess.run(asked, input=content, capture_output=True)
    if run.stderr:
        refusal = run.stderr.decode().strip().removeprefix("animo: ")
        return Answer(name, content, refusal=refusal.partition(": ")[2])
    found = run.stdout.splitlines(keepends=True)
    isError = [line.startswith(b'{"line":') and b',"error":{' in line for line in found]
    errors = [json.loads(line) for line, bad in zip(found, isError) if bad]
    return Answer(
        name, content, b"".join(line for line, bad in zip(found, isError) if not bad),
        tuple((error["line"], error["error"]["reason"], error["error"]["detail"]) for error in errors),
    )  # fmt: skip


def stem(name):
    """What the names of an input's outputs begin with, up to where a number goes."""
    return uncompressed(name).removesuffix(".jsonl")


def uncompressed(name):
    """An input's name without the ending of compression."""
    return name.removesuffix(".gz").removesuffix(".bz2")


def _digest(content):
    """What is remembered of bytes, to be compared and to be read."""
    return f"{len(content)} bytes, {content.count(10)} lines, sha256 {hashlib.sha256(content).hexdigest()[:16]}"


def published(spool):
    """A digest of every file that a reader may have seen, by its path."""
    found = {}
    for folder in ("out", "rejected"):
        for name in (name for name in _names(spool, folder) if not name.startswith(".")):
            found[f"{folder}/{name}"] = _digest(_read(spool, folder, name))
    return found


def faults(spool, answers):
    """Whatever is not as it must be in a spool at rest, in sentences; nothing if all is well."""
    return [*_left_over(spool), *_wrong_inputs(spool, answers), *_wrong_outputs(spool, answers)]


def _left_over(spool):
    for folder in ("inbox", "work"):
        for name in _names(spool, folder):
            yield f"left over: {folder}/{name}"


def _wrong_inputs(spool, answers):
    """Inputs are done, or refused with the reason beside them, byte for byte."""
    found = Counter()
    for name in _names(spool, "done"):
        job = _DONE.fullmatch(name)
        found["done", job[2] if job else name, _digest(_read(spool, "done", name))] += 1
    for name in _names(spool, "rejected"):
        if not name.endswith(".why.json"):
            continue
        why, refused = json.loads(_read(spool, "rejected", name)), name.removesuffix(".why.json")
        path = os.path.join(spool, "rejected", refused)
        content = _digest(_read(spool, "rejected", refused)) if os.path.exists(path) else "(gone)"
        found["refused", why["src"], content, why["detail"].partition(": ")[2]] += 1
    expected = Counter(
        ("refused", answer.name, _digest(answer.content), answer.refusal) if answer.refusal
        else ("done", answer.name, _digest(answer.content))
        for answer in answers
    )  # fmt: skip
    yield from _differences("input", expected, found)


def _wrong_outputs(spool, answers):
    """Outputs of a job have one number; they are what the filter says."""
    sources = {job[1]: (job[2], name) for name in _names(spool, "done") if (job := _DONE.fullmatch(name))}
    refused = {name.removesuffix(".why.json") for name in _names(spool, "rejected") if name.endswith(".why.json")}
    jobs = {}
    for name in _names(spool, "out"):
        jobs.setdefault(name.removesuffix(".jsonl"), {})["labels"] = _digest(_read(spool, "out", name))
    for name in _names(spool, "rejected"):
        if name.endswith(".rejects.jsonl"):
            letters, faulty = _letters(spool, name, sources)
            yield from faulty
            jobs.setdefault(name.removesuffix(".rejects.jsonl"), {})["rejects"] = letters
        elif not name.endswith(".why.json") and name not in refused:
            yield f"unknown: rejected/{name}"
    found = Counter(
        (_NUMBER.sub("", name), job.get("labels", "(none)"), job.get("rejects", ())) for name, job in jobs.items()
    )
    expected = Counter(
        (stem(answer.name), _digest(answer.labels), answer.rejects) for answer in answers if not answer.refusal
    )
    yield from _differences("output", expected, found)


def _letters(spool, name, sources):
    """The dead letters in a file as the filter would tell them, and what is wrong with them."""
    faulty, letters = [], []
    for line in _read(spool, "rejected", name).splitlines():
        try:
            letter = json.loads(line)
            source, done = sources[letter["job"]]
            raw = letter["raw"].encode() if "raw" in letter else base64.b64decode(letter["raw_b64"])
        except (ValueError, KeyError) as error:
            faulty.append(f"rejected/{name}: {error!r} in {line[:80]!r}")
            continue
        plain = Answer(source, _read(spool, "done", done)).plain
        if letter["src"] != source or plain[letter["offset"] : letter["offset"] + letter["bytes"]] != raw:
            faulty.append(f"rejected/{name}: not what {source} holds: {line[:80]!r}")
        letters.append((letter["line"], letter["reason"], letter["detail"]))
    return tuple(letters), faulty


def _differences(what, expected, found):
    for key, count in ((expected - found) + (found - expected)).items():
        if expected[key] > found[key]:
            yield f"{what} missing ({count}): {_short(key)}"
        else:
            yield f"{what} that should not be ({count}): {_short(key)}"


def _short(key):
    return ", ".join(f"{len(part)} dead letters" if isinstance(part, tuple) else part for part in key)


def _names(spool, folder):
    try:
        return sorted(os.listdir(os.path.join(spool, folder)))
    except FileNotFoundError:
        return []


def _read(spool, *path):
    with open(os.path.join(spool, *path), "rb") as file:
        return file.read()
