"""Files for a spool: small and large, good and bad, with names that collide."""

import bz2
import gzip
import os
import random
from datetime import UTC, datetime, timedelta

_WORDS = (
    "hola qué día tan bonito horrible vamos a la playa nunca gracias adiós mañana trabajo triste feliz con el gato "
    "de mi hermana que no quiere más lluvia en su casa pero sí un café y los libros"
).split()


def tweet(chance):
    """An invented text."""
    return " ".join(chance.choices(_WORDS, k=chance.randint(1, 12)))


def time(chance):
    """A member that tells when a tweet was written, in one of many ways: over five days, long before, never, in 2100."""
    moment = datetime.fromtimestamp(1_759_536_000 + chance.randrange(5 * 86_400), UTC)
    kind = chance.random()
    if kind < 0.02:
        moment -= timedelta(days=chance.randrange(20, 200))
    elif kind < 0.04:
        moment = moment.replace(year=2100)
    seconds = int(moment.timestamp())
    return chance.choice([
        "", f',"created_at":"{moment:%Y-%m-%dT%H:%M:%SZ}"', f',"created_at":"{moment:%Y-%m-%dT%H:%M:%S.250+00:00}"',
        f',"created_at":"{moment:%a %b %d %H:%M:%S +0000 %Y}"', f',"created_at":{seconds}',
        f',"timestamp_ms":"{seconds}999"', f',"id_str":"{(seconds * 1000 - 1_288_834_974_657 << 22) + 5}"',
        f',"created_at":"{moment:%Y-%m-%d}"',
    ])  # fmt: skip


def lines(chance, count, identity=0):
    """JSON lines, most of them good; some hold nothing, some cannot be labelled. All good ones differ."""
    found = []
    for number in range(count):
        kind = chance.random()
        if kind < 0.01:
            found.append("")
        elif kind < 0.02:
            found.append(chance.choice(["mal", "[1]", '{"id":1}', '{"text":2}', '{"text":"' + tweet(chance)]))
        else:
            found.append(f'{{"id":{identity + number},"text":"{tweet(chance)}"{time(chance)}}}')
    return ("\n".join(found) + "\n").encode()


def table(chance, count):
    """CSV with a line break inside a text and a row that lacks it."""
    rows = [f'{number},"{tweet(chance)}"' for number in range(count)]
    rows[count // 2] = f'{count // 2},"{tweet(chance)}\n{tweet(chance)}"'
    return ("id,text\n" + "\n".join(rows) + "\n99\n").encode()


def stray(chance, count):
    """A table with semicolons, lines that end with CR, and a quote that does not close."""
    rows = [f'{number};"{tweet(chance)}"' for number in range(count)]
    rows[count // 3] = f'{count // 3};"{tweet(chance)}'
    return ("Id;Text\r" + "\r".join(rows)).encode()


def mixed(seed, count):
    """A folder's content as (name, bytes): two files of `count` lines among small ones of every kind."""
    chance = random.Random(seed)
    files = [(f"few-{number}.jsonl", lines(chance, number, 100 * number)) for number in range(1, 6)]
    damaged = gzip.compress(lines(chance, count // 2, 7_000_000), mtime=0)
    return files + [
        ("large.jsonl", lines(chance, count, 1_000_000)),
        ("a.jsonl", lines(chance, 3, 2_000)),
        ("a.jsonl.gz", gzip.compress(lines(chance, 4, 3_000), mtime=0)),
        ("a.txt", f"{tweet(chance)}\n\n  \n{tweet(chance)}".encode()),
        ("árbol de ñandúes.jsonl", lines(chance, 2, 4_000)),
        ("empty.jsonl", b""),
        ("only-bad.jsonl", b'mal\n{"text":1}\n'),
        ("latin.jsonl", '{"text":"año"}\n{"text":"sí"}\n{"id":5,"text":"bien"}\n'.encode("latin-1")),
        ("table.csv", table(chance, 9)),
        ("cut-off.jsonl.gz", damaged[: len(damaged) - 9]),
        ("wide.txt", "hola\n".encode("utf-16-le")),
        ("wide.csv", table(chance, 5).decode().encode("utf-16")),
        ("stray.csv", stray(chance, 40)),
        ("stray.csv.bz2", bz2.compress(stray(chance, 6))),
    ]


def write(files, folder):
    """Writes files into a folder, so that their order by age is that of their list, and keeps them there for good."""
    os.makedirs(folder, exist_ok=True)
    for age, (name, content) in enumerate(files):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, (1_700_000_000 + age,) * 2)
