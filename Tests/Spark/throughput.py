"""Lines a second in Spark on this machine's cores compared with animo classify: see Tests/Spark/check.

    LINES=40000 ROUNDS=3 Tests/Spark/check throughput

The two take turns, as a busy machine changes its speed; the job's own time is compared, without the start of the JVM.
"""

import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from cluster import PROGRAM, SCRIPT, SETTINGS

LINES, ROUNDS = int(os.environ.get("LINES", 40000)), int(os.environ.get("ROUNDS", 3))
CORES = os.cpu_count()


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        source = folder / "in.jsonl"
        with open(source, "w") as file:
            for number in range(LINES):
                words = ("horrible", "bonito", "largo")[number % 3], number * 7919 % 1000003
                file.write('{"id":%d,"text":"%d: qué día tan %s en la ciudad, a ver qué trae la tarde"}\n' % (number, *words[::-1]))
        shares = []
        for turn in range(ROUNDS):
            alone = by_itself(source)
            job, around = in_spark(source, folder / f"out{turn}", folder / "log")
            shares.append(alone / job)
            print(
                f"{LINES / alone:,.0f} lines a second by itself, {LINES / job:,.0f} in Spark ({100 * alone / job:.0f} %);"
                f" the job took {job:.1f} s, and {around:.1f} s around it",
                flush=True,
            )
        print(f"median: {100 * statistics.median(shares):.0f} %")
    finally:
        shutil.rmtree(folder)


def by_itself(source):
    """The seconds that animo takes alone."""
    begin = time.monotonic()
    with open(source) as lines:
        command = [PROGRAM, "classify", "-q", "--workers", str(CORES)]
        subprocess.run(command, stdin=lines, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begin


def in_spark(source, target, log):
    """The seconds that the job took, and those around it."""
    settings = {**SETTINGS, "spark.sql.files.maxPartitionBytes": str(source.stat().st_size // (2 * CORES) + 1)}
    configuration = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command = ["spark-submit", "--master", f"local[{CORES}]", *configuration, SCRIPT, "--program", PROGRAM, "batch", source, target]
    begin = time.monotonic()
    with open(log, "w") as file:
        subprocess.run(command, stdout=file, stderr=file, check=True)
    whole = time.monotonic() - begin
    job = sum(map(float, re.findall(r"Job \d+ finished.*?took ([\d.]+) s", log.read_text())))
    return job, whole - job


if __name__ == "__main__":
    main()
