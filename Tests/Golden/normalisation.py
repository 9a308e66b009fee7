#!/usr/bin/env python3
"""Writes what normalising knows of Unicode, and what Python makes of nasty strings.

    normalisation.py tables    Sources/TweetText/Normalising/UnicodeTables.swift
    normalisation.py golden    Tests/Golden/text-normalised.tsv: input, output
    normalisation.py million   a million such lines, to standard output, for a comparison by hand:
                               NORMALISED=<(normalisation.py million) swift test --filter NormalisingTests

All is taken from this Python's `unicodedata` (3.13 was used); the tables say which version of Unicode that is.
"""

import random
import sys
import unicodedata as unicode
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")

SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"))
# Lines through, under and over letters.
LINES = "\u0305\u0332\u0333\u0334\u0335\u0336\u0337"


def is_plain(text):
    """Whether a text is letters of ours and digits."""
    return text and unicode.category(text[0])[0] != "M" and all(
        unicode.category(c)[0] == "M" or c.isdigit() and c.isascii()
        or unicode.category(c)[0] == "L" and unicode.name(c).split()[0] in SCRIPTS
        for c in text)


def folded(c):
    """What a scalar is folded to, or None where it stays."""
    char = chr(c)
    if char in "ªºℹ" or unicode.normalize("NFC", char) != char:
        return None
    if char in SMALL_CAPITALS:
        return SMALL_CAPITALS[char]
    if char in LINES:
        return ""
    if 0xFF01 <= c <= 0xFF5E:
        return chr(c - 0xFF01 + 0x21)
    for first in (0x1F150, 0x1F170):  # white letters on black circles and squares
        if first <= c < first + 26:
            return chr(0x41 + c - first)
    compatible = "".join(SMALL_CAPITALS.get(c, c) for c in unicode.normalize("NFKC", char))
    name = unicode.name(char, "")
    if "PARENTHESIZED" in name:
        compatible = compatible.strip("()")
    if compatible == char or not is_plain(compatible):
        return None
    category = unicode.category(char)
    if category[0] == "S" and not name.startswith(("CIRCLED ", "PARENTHESIZED ", "SQUARED ", "SQUARE ", "TORTOISE")):
        return None
    return compatible


def combining_classes():
    ranges = []
    for c in EVERYTHING:
        value = unicode.combining(chr(c))
        if not value:
            continue
        if ranges and ranges[-1][1] == c - 1 and ranges[-1][2] == value:
            ranges[-1][1] = c
        else:
            ranges.append([c, c, value])
    return [f"{first:X} {last:X} {value:X}" for first, last, value in ranges]


def formats():
    """Format characters and variation selectors: `ScalarClass.format`."""
    ranges = []
    for c in EVERYTHING:
        if unicode.category(chr(c)) == "Cf" or "VARIATION SELECTOR" in unicode.name(chr(c), "") or c == 0x20E3:
            if ranges and ranges[-1][1] == c - 1:
                ranges[-1][1] = c
            else:
                ranges.append([c, c])
    return [f"{first:X} {last:X}" for first, last in ranges]


def compositions():
    """Pairs that compose, and decompositions that stay."""
    pairs, others = [], []
    for c in EVERYTHING:
        parts = unicode.decomposition(chr(c))
        if not parts or parts.startswith("<"):
            continue
        parts = [int(part, 16) for part in parts.split()]
        if unicode.normalize("NFC", chr(c)) == chr(c):
            pairs.append(f"{c:X} {parts[0]:X} {parts[1]:X}")
        else:
            others.append((c, parts))
    return pairs, others


def runs(mapped):
    """Mappings of one scalar to one, as `first count target` where targets rise with what maps to them."""
    result = []
    for c, target in mapped:
        if result and result[-1][0] + result[-1][1] == c and result[-1][2] + result[-1][1] == target:
            result[-1][1] += 1
        else:
            result.append([c, 1, target])
    return [f"{first:X} {count:X} {target:X}" for first, count, target in result]


def literal(name, comment, entries):
    lines = [f"  /// {line}" for line in comment] + [f'  static let {name} = """']
    line = "   "
    for entry in entries:
        for word in entry.split():
            if len(line) + 1 + len(word) > 110:
                lines.append(line)
                line = "   "
            line += " " + word
    return "\n".join(lines + [line, '    """'])


def tables():
    pairs, others = compositions()
    folds = {c: text for c in EVERYTHING if (text := folded(c)) is not None}
    for text in folds.values():
        assert unicode.normalize("NFC", text) == text and not any(ord(c) in folds for c in text), text
    assert all(len(parts) <= 2 for _, parts in others)
    single = [(c, parts[0]) for c, parts in others if len(parts) == 1]
    several = [f"{c:X} {len(p):X} " + " ".join(f"{part:X}" for part in p) for c, p in others if len(p) > 1]
    single += [(c, ord(text)) for c, text in folds.items() if len(text) == 1]
    several += [f"{c:X} {len(text):X} " + " ".join(f"{ord(t):X}" for t in text) for c, text in folds.items() if len(text) != 1]
    parts = [
        literal("combiningClasses", ["First, last, and their canonical combining class."], combining_classes()),
        literal("formats", ["First and last of those that have no glyph: `ScalarClass.format`."], formats()),
        literal("compositions", ["A scalar, and the two that it is composed of."], pairs),
        literal("replacements", ["First, how many, and what the first is replaced by: the others by those that follow it."], runs(sorted(single))),
        literal("sequences", ["A scalar, the number of those that it is replaced by, and these."], several),
    ]
    path = ROOT / "Sources/TweetText/Normalising/UnicodeTables.swift"
    path.write_text(
        f"/// What `Normaliser` knows of Unicode {unicode.unidata_version}, in hexadecimal numbers: written by\n"
        "/// `Tests/Golden/normalisation.py`.\nenum UnicodeTables {\n" + "\n\n".join(parts) + "\n}\n")
    return folds


def expected(text, folds):
    """Format characters between what belongs together are the cleaner's business: none is in these texts."""
    return unicode.normalize("NFC", "".join(folds.get(ord(c), c) for c in unicode.normalize("NFD", text)))


def pools():
    marks = [c for c in EVERYTHING if unicode.combining(chr(c))]
    canonical = [c for c in EVERYTHING if unicode.decomposition(chr(c))]
    latin = [c for c in range(0x20, 0x250) if c not in (0xAD,)] + [ord(c) for c in "aeiounAEIOUNcs"] * 20
    jamo = list(range(0x1100, 0x1200)) + list(range(0xAC00, 0xAC80)) + [0xAC00 + 28 * n for n in range(40)]
    return [marks, marks[:80] * 3, canonical, latin, latin, jamo, [0x1F600, 0x20, 0x61]]


def strings(count, folds):
    random.seed(20261127)
    groups = pools()
    for _ in range(count):
        text = "".join(chr(random.choice(random.choice(groups))) for _ in range(random.randint(1, 12)))
        text = "".join(c for c in text if unicode.category(c) not in ("Cf", "Cc", "Zl", "Zp"))
        yield text, expected(text, folds)


def main():
    folds = {c: text for c in EVERYTHING if (text := folded(c)) is not None}
    match sys.argv[1:]:
        case ["tables"]:
            print(len(tables()), "folds")
        case ["golden"]:
            lines = [f"{text}\t{result}\n" for text, result in strings(600, folds)]
            (ROOT / "Tests/Golden/text-normalised.tsv").write_text("".join(lines))
        case ["million"]:
            for text, result in strings(1_000_000, folds):
                sys.stdout.write(f"{text}\t{result}\n")
        case _:
            sys.exit(__doc__)


main()
