"""A day of invented tweets, replayed many times as fast through the daemon while the page is open.

The mood of the day is known: more positive by day than by night, two hours without a tweet, one tweet in a hundred an
hour late. So what the page, the API and `animo stats --watch` say can be compared with what was written.
"""

import collections
import fcntl
import json
import math
import os
import pty
import random
import re
import select
import signal
import struct
import termios
import time

from browser import Browser
from checks import Findings
from daemon import Daemon, WORDS

DAY = 86_400
SILENT = range(13 * 3600, 15 * 3600)
STEP = 300
STATE = "document.getElementById('state').dataset.state"


def day(begin, each):
    """The tweets of a day by when they arrive: lists of (time of writing, text), one for each five minutes; `each` is how
    many there are in one of these."""
    chance = random.Random(7)
    parts = [[] for _ in range(DAY // STEP + 12)]
    for second in range(0, DAY, STEP):
        if second in SILENT:
            continue
        positive = 0.5 - 0.35 * math.cos(2 * math.pi * second / DAY)
        for _ in range(each):
            mood = "positive" if chance.random() < positive else "negative"
            text = " ".join(chance.choice(WORDS[mood]) for _ in range(chance.randint(4, 12)))
            late = 12 if chance.random() < 0.01 else 0
            parts[second // STEP + late].append((begin + second + chance.randrange(STEP), text))
    return parts


def check(options):
    found = Findings()
    with Daemon(options.animo) as daemon, Browser() as browser:
        browser.open(daemon.address + "/", 1280)
        found.expect("the page is live", browser.wait(f"{STATE} === 'live'"))
        # Whole hours, so that each of them is of one mood; the last tweet is of now.
        begin = int(time.time()) // 3600 * 3600 - DAY
        parts = day(begin, options.tweets)
        written = replay(found, daemon, browser, parts, options)
        compare(found, daemon, browser, begin, written)
        quiet = browser.errors()
        found.expect("no errors and warnings in the console", not quiet, "; ".join(quiet[:3]))
        if options.pictures:
            browser.picture(os.path.join(options.pictures, "replayed.png"))
    return found


def replay(found, daemon, browser, parts, options):
    """Drops each five minutes' tweets when it is time; returns how many were written in each hour."""
    written, sent, delays, heaps = collections.Counter(), 0, [], []
    start = time.monotonic()
    for number, part in enumerate(parts):
        time.sleep(max(0, start + number * STEP / options.speed - time.monotonic()))
        if part:
            lines = [json.dumps({"id": f"{number}-{place}", "text": text, "created_at": stamp(moment)}, ensure_ascii=False)
                     for place, (moment, text) in enumerate(part)]
            daemon.drop(f"part-{number:03}.jsonl", lines)
            written.update(moment // 3600 * 3600 for moment, _ in part)
            sent += len(part)
        if number % 24 == 23:
            dropped = time.monotonic()
            shown = browser.wait(f"document.getElementById('total').title.replace(/\\D/g, '') === '{sent}'", 30)
            found.expect(f"after {number * STEP / 3600:4.1f} h the page shows all {sent} tweets, and is live",
                         shown and browser.ask(STATE) == "live")
            delays.append(time.monotonic() - dropped)
            heaps.append(heap(browser))
        if number == len(parts) // 2:
            watch(found, daemon, options)
            if options.pictures:
                browser.picture(os.path.join(options.pictures, "replaying.png"))
    found.expect("the page shows a file soon after it was dropped", max(delays) < 10, f"{max(delays):.1f} s at most")
    found.expect("the page's memory does not grow with the day", heaps[-1] < 1.5 * heaps[2],
                 " ".join(f"{size / 1e6:.1f}" for size in heaps) + " MB")
    with open(f"/proc/{daemon.process.pid}/status") as file:
        memory = re.search(r"VmHWM:\s*(\d+)", file.read())
    print(f"        {sent} tweets of a day in {time.monotonic() - start:.0f} s; the daemon's memory was {int(memory[1]) / 1000:.0f} MB at most")
    return written


def heap(browser):
    browser.do("HeapProfiler.collectGarbage")
    return browser.do("Runtime.getHeapUsage")["usedSize"]


def compare(found, daemon, browser, begin, written):
    """Windows against what was written, and the chart against the windows."""
    # The inbox is empty before the last file is labelled.
    total = sum(written.values())
    found.expect("the page shows all tweets in the end", browser.wait(
        f"document.getElementById('total').title.replace(/\\D/g, '') === '{total}'", 30))
    history = daemon.json(f"/api/windows?step=1h&from={begin}&to={begin + DAY + 3600}")
    windows = {window["start"]: window for window in history["windows"]}
    counted = {stamp(hour): count for hour, count in written.items()}
    found.expect("each hour has the tweets that were written in it", {
        start: window["tweets"] for start, window in windows.items()} == counted)
    minutes = daemon.json(f"/api/windows?step=1m&from={begin}&to={begin + DAY + 3600}")["windows"]
    found.expect("and its minutes add up to it", sum(window["tweets"] for window in minutes) == total)
    shares = [windows[stamp(begin + hour * 3600)]["labels"]["positive"]["share"] for hour in (0, 6, 11)]
    found.expect("the mood rises from night to noon", shares == sorted(shares) and shares[2] - shares[0] > 0.3,
                 " ".join(f"{share:.2f}" for share in shares))
    found.expect("late tweets gave closed windows a new revision", any(window["rev"] > 1 for window in windows.values()))
    browser.ask("document.querySelector('#ranges input[value=week]').click()")
    found.expect("the chart has a column for each hour with tweets", browser.wait(
        f"document.querySelectorAll('#chart rect.volume').length === {len(windows)}", 40), len(windows))


def watch(found, daemon, options):
    """`animo stats --watch` on a terminal of 80 columns."""
    process, terminal = pty.fork()
    if not process:
        os.environ["TERM"] = "xterm-256color"
        os.execv(options.animo, [options.animo, "stats", "--watch", "--spool", daemon.spool])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.kill(process, signal.SIGWINCH)
    text, end = b"", time.monotonic() + 5
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            text += os.read(terminal, 1 << 16)
    os.kill(process, signal.SIGINT)
    os.waitpid(process, 0)
    os.close(terminal)
    screen = re.split(r"\x1b\[[0-9;]*[HJ]", text.decode(errors="replace"))
    lines = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line).rstrip("\r") for line in max(screen[-3:], key=len).split("\n")]
    widest = max(map(len, lines))
    found.expect("animo stats --watch fits 80 columns and 24 rows", 0 < widest <= 80 and len(lines) <= 24, f"{widest} by {len(lines)}")
    if options.pictures:
        with open(os.path.join(options.pictures, "stats-80.txt"), "w") as file:
            file.write("\n".join(lines) + "\n")


def stamp(moment):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
