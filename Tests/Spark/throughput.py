"""Lines a second in Spark on this machine's cores compared with animo classify: see Tests/Spark/check.

    LINES=40000 ROUNDS=3 Tests/Spark/check throughput

The two take turns, as a busy machine changes its speed; the job's own time is compared, without the start of the JVM. The
share by CPU time is that of three quarters of the lines, the difference of two runs, and holds on a busy machine too.
"""

import itertools
import os
import pathlib
import re
import resource
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
        quarter = folder / "quarter.jsonl"
        with open(source) as whole, open(quarter, "w") as file:
            file.writelines(itertools.islice(whole, LINES // 4))
        shares = []
        for turn in range(ROUNDS):
            alone, alone_cpu = by_itself(source)
            job, around, cpu = in_spark(source, folder / f"out{turn}", folder / "log")
            _, _, start_cpu = in_spark(quarter, folder / f"quarter{turn}", folder / "log")
            shares.append(alone_cpu / (cpu - start_cpu) * 3 / 4)
            print(
                f"{LINES / alone:,.0f} lines a second by itself, {LINES / job:,.0f} in Spark ({100 * alone / job:.0f} %),"
                f" the job took {job:.1f} s, and {around:.1f} s around it; by CPU time {100 * shares[-1]:.0f} %",
                flush=True,
            )
        print(f"median by CPU time: {100 * statistics.median(shares):.0f} %")
    finally:
        shutil.rmtree(folder)


def by_itself(source):
    """Seconds on the clock, and of CPU time."""
    with open(source) as lines:
        return measured([PROGRAM, "classify", "-q", "--workers", str(CORES)], lines, subprocess.DEVNULL)


def in_spark(source, target, log):
    """Seconds that the job took, those around it, and all CPU time."""
    settings = {**SETTINGS, "spark.sql.files.maxPartitionBytes": str(source.stat().st_size // (2 * CORES) + 1)}
    configuration = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command = ["spark-submit", "--master", f"local[{CORES}]", *configuration, SCRIPT, "--program", PROGRAM, "batch", source, target]
    with open(log, "w") as file:
        whole, cpu = measured(command, subprocess.DEVNULL, file)
    job = sum(map(float, re.findall(r"Job \d+ finished.*?took ([\d.]+) s", log.read_text())))
    return job, whole - job, cpu


def measured(command, stdin, stdout):
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdin=stdin, stdout=stdout, stderr=stdout, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - begin, cpu


if __name__ == "__main__":
    main()
