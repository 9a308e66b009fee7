"""The page in a browser."""

import os
import signal
import time

from browser import Browser
from checks import Findings
from daemon import Daemon, tweets

STATE = "document.getElementById('state').dataset.state"
FOCUSED = "(e => e.id || e.name || e.dataset.label || e.tagName)(document.activeElement)"


def check(options):
    found = Findings()
    with Daemon(options.animo) as daemon, Browser() as browser:
        begin(found, daemon, browser, options)
        update(found, daemon, browser)
        keys(found, browser)
        clocks(found, browser)
        older(found, browser)
        words(found, browser)
        nothing(found, browser)
        looks(found, daemon, browser, options)
        quiet = browser.errors()
        found.expect("no errors and warnings in the console", not quiet, "; ".join(quiet[:3]))
        gone_and_back(found, daemon, browser, options)
        elsewhere = [url for url in browser.requests() if not url.startswith((daemon.address, "data:", "about:"))]
        found.expect("no request elsewhere", not elsewhere, " ".join(elsewhere[:3]))
    return found


def begin(found, daemon, browser, options):
    browser.open(daemon.address + "/")
    found.expect("it is live", browser.wait(f"{STATE} === 'live'"))
    found.expect("an empty spool says what to do", browser.wait(
        "document.getElementById('files-note').textContent.includes('animo drop') && !document.getElementById('files-note').hidden"))
    found.expect("an empty history says so", browser.wait("!document.getElementById('chart-note').hidden"))
    if options.pictures:
        browser.picture(os.path.join(options.pictures, "empty.png"))


def update(found, daemon, browser):
    now = time.time()
    lines = list(tweets(3000, now - 20 * 3600, now - 9 * 3600)) + list(tweets(3000, now - 7 * 3600, now - 300, seed=2))
    daemon.drop("tweets.jsonl", lines + ["no JSON", '{"id":1}'])
    daemon.wait_for_output("tweets.jsonl")
    found.expect("a file that was dropped appears by itself", browser.wait(
        "document.querySelector('#files td.name')?.textContent === 'tweets.jsonl' && document.getElementById('total').title.length > 3", 30))
    found.expect("rejected lines appear by reason", browser.wait(
        "document.querySelectorAll('#rejects dt').length === 2 && document.getElementById('rejects').textContent.includes('no text')"))
    has_chart = found.expect("columns appear", browser.wait("document.querySelectorAll('#chart rect').length > 30", 15))
    if has_chart:
        found.expect("a gap stays a gap", browser.wait(
            "(places => Math.max(...places.slice(1).map((x, i) => x - places[i])) > 1.8 * Math.min(...places.slice(1).map((x, i) => x - places[i])))"
            "([...document.querySelectorAll('#chart rect.volume')].map(e => +e.getAttribute('x')))"))
    found.expect("shares add up to 100 %", browser.ask(
        "[...document.querySelectorAll('.legend .share')].reduce((sum, e) => sum + parseInt(e.textContent), 0)") == 100)


def keys(found, browser):
    browser.ask("document.activeElement.blur(), scrollTo(0, 0)")
    order = []
    for _ in range(14):
        browser.press("Tab")
        order.append(browser.ask(FOCUSED))
    found.expect("Tab reaches everything", all(name in order for name in ["range", "positive", "svg", "SUMMARY", "text"]), " ".join(order))
    browser.ask("document.querySelector('#chart svg').focus()")
    browser.press("End")
    last = browser.ask("document.getElementById('reading').textContent")
    browser.press("ArrowLeft")
    before = browser.ask("document.getElementById('reading').textContent")
    found.expect("arrow keys read the chart", "%" in last and last != before, last)
    browser.press("Escape")
    browser.ask("document.querySelector('#ranges input:checked').focus()")
    browser.press("ArrowRight")
    found.expect("arrow keys choose the period", browser.ask("document.querySelector('#ranges input:checked').value") == "week")
    browser.press("ArrowLeft")
    browser.ask("document.querySelector('[data-label=positive]').focus()")
    browser.press("Enter")
    found.expect("a label is singled out, and keeps the focus", browser.ask(
        "document.activeElement.dataset.label === 'positive' && document.activeElement.ariaPressed === 'true'"))
    browser.press("Enter")
    browser.ask("document.getElementById('text').focus()")
    browser.type("¡Qué alegría verte, gracias! 😡")
    browser.press("Enter")
    found.expect("a text is labelled, word by word", browser.wait(
        "document.querySelectorAll('#answer .weighed span').length === 8 && document.querySelector('#answer b').textContent.length > 5"))
    found.expect("the table has the chart's windows", browser.ask(
        "document.querySelectorAll('#windows tbody tr').length === document.querySelectorAll('#chart rect.volume').length"))
    unnamed = browser.ask(
        "[...document.querySelectorAll('input, textarea, button, a, svg:not([aria-hidden]), [role=img]')]"
        ".filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels?.length)).map(e => e.outerHTML.slice(0, 80)).join()")
    found.expect("everything has a name for screen readers", not unnamed, unnamed)


def clocks(found, browser):
    """Marks of the days around the change of Madrid's clocks, on 25 October 2026, and of twenty years."""
    browser.do("Emulation.setTimezoneOverride", timezoneId="Europe/Madrid")
    hours = browser.ask(
        "(kept => { mood = { from: Date.UTC(2026, 9, 22) / 1000, to: Date.UTC(2026, 9, 29) / 1000 };"
        " const marks = timeMarks(time => time, 0, 1000).filter(e => e.tagName === 'text'); mood = kept;"
        " return marks.map(e => new Date(1000 * e.getAttribute('x')).getHours()).join(); })(mood)")
    found.expect("days begin at midnight, also after clocks were put back", hours == "0,0,0,0,0,0,0", hours)
    years = browser.ask(
        "(kept => { mood = { from: Date.UTC(2006, 2, 21) / 1000, to: Date.UTC(2026, 10, 29) / 1000 };"
        " const marks = timeMarks(time => time, 0, 1000).filter(e => e.tagName === 'text'); mood = kept;"
        " return marks.map(e => new Date(1000 * e.getAttribute('x')).toLocaleString('en-CA')).join(); })(mood)")
    found.expect("twenty years have marks at some of their first days, with room for each",
                 years == ",".join(f"{year}-01-01, 12:00:00 a.m." for year in [2010, 2015, 2020, 2025]), years)
    browser.do("Emulation.setTimezoneOverride", timezoneId="")


def older(found, browser):
    """A newest tweet that is of the minute before the period."""
    asked = browser.ask(
        "(async kept => { document.querySelector('#ranges input[value=day]').click(); const asked = [];"
        " const from = Math.ceil(Date.now() / 3600000) * 3600 - 86400;"
        " load = async address => { asked.push(new URLSearchParams(address.split('?')[1]).get('to') - from);"
        " return { windows: [], watermark: new Date((from - 660) * 1000).toISOString() }; };"
        " await loadWindows(); load = kept; await loadWindows(); return asked.join(); })(load)")
    found.expect("a period without tweets ends at the newest, be it the minute before", asked.endswith("86400,0"), asked)


def words(found, browser):
    """Which days the words of a long period are of."""
    note = browser.ask(
        "(kept => { mood = { from: 0, to: 61 * 86400, labels: ['x'], words: { x: { frequent: [{ word: 'w' }] } } };"
        " showWords(); const text = $('words').textContent; mood = kept; showWords(); return text; })(mood)")
    found.expect("the words of a long period are said to be of its last days", "60 at most" in note, note)


def nothing(found, browser):
    """A text that has no mood."""
    browser.ask("$('text').value = '@ana'; $('answer').replaceChildren(); $('try').requestSubmit();")
    found.expect("a text with nothing to judge is said to be that", browser.wait(
        "document.querySelector('#answer .verdict').textContent.startsWith('Nothing to judge')", 10),
        browser.ask("$('answer').textContent"))


def looks(found, daemon, browser, options):
    for width in [360, 800, 1600]:
        for dark in [False, True]:
            browser.resize(width, dark)
            time.sleep(0.5)
            overflow = browser.ask("document.documentElement.scrollWidth - innerWidth")
            found.expect(f"no overflow at {width} px, {'dark' if dark else 'light'}", overflow <= 0, overflow or "")
            if options.pictures:
                browser.picture(os.path.join(options.pictures, f"page-{width}-{'dark' if dark else 'light'}.png"))
    browser.resize(1280)


def gone_and_back(found, daemon, browser, options):
    daemon.stop(signal.SIGKILL)
    found.expect("a daemon that has gone is said to be gone", browser.wait(f"{STATE} === 'gone'", 15),
                 browser.ask("document.getElementById('state-text').textContent"))
    if options.pictures:
        browser.picture(os.path.join(options.pictures, "gone.png"))
    daemon.start()
    found.expect("when it is back, the page is live again", browser.wait(f"{STATE} === 'live'", 30))
    daemon.drop("more.jsonl", tweets(50, time.time() - 3000, time.time() - 900, seed=3))
    found.expect("and goes on", browser.wait("document.querySelector('#files td.name')?.textContent === 'more.jsonl'", 30))
