#!/usr/bin/env python3
"""Writes the goldens of TweetText: what Python answers for invented tweets.

    python3 Tests/Golden/text-goldens.py

text-notebook.tsv has a tweet and what the case study's cleanup() makes of it; text-tokens.tsv a cleaned tweet and its
tokens by the rules of fastai v1, a space between two. Columns are separated by a tab; a backslash and everything that
cannot be seen is written \\u{hexadecimal}.
"""
import html
import pathlib
import re

HERE = pathlib.Path(__file__).parent

# The case study's character class, whose ranges together are these.
EMOJI = re.compile("[\u200d\u231a\u23cf\u23e9\u24c2-\U0010ffff]+")


def cleanup(tweet):
    for smiley in (":)", ":-)", ":(", ":-(", ":D"):
        tweet = tweet.replace(smiley, "")
    tweet = EMOJI.sub("", tweet)
    tweet = re.sub(r"@[^\s]+", "", tweet)
    tweet = re.sub(r"https?:\/\/.*\/\w*", "", tweet)
    return re.sub(r"#\w*", "", tweet)


def replace_rep(match):
    character, rest = match.groups()
    return f" xxrep {1 + len(rest)} {character} "


def replace_wrep(match):
    word, rest, end = match.groups()
    return f" xxwrep {2 + len(rest.split())} {word} {end}"


def tokens(text):
    text = html.unescape(text)
    text = re.sub(r"(\S)(\1{3,})", replace_rep, text)
    text = re.sub(r"(?:\s|^)(\w+)\s+((?:\1\s+)+)\1(\s|\W|$)", replace_wrep, text)
    result = ["xxbos"]
    for word in re.findall(r"\w+(?:['’]\w+)?|\.{2,}|[^\w\s]", text):
        if len(word) > 1 and word.isupper():
            result.append("xxup")
        elif word[0].isupper() and word[1:].islower():
            result.append("xxmaj")
        result.append(word.lower())
    return result


TWEETS = [
    "", " ", "hola", "  dos espacios  ", "línea una\nlínea dos\ttab",
    # smileys
    "qué bien :)", "qué bien :-) gracias", "qué mal :(", "qué mal :-(", "jaja :D", ":):(", ":-):-(",
    "::))", "::)-)",
    ":-:))", ":::)))", ":(( nada", "}:)", ":-D", ": )", ":DD", ":D:D", "::DD", ":::(-))", ":-:D)", ":(:D)D",
    # emoji
    "sol ☀ y luna 🌙", "familia 👨‍👩‍👧 unida", "mano 👍🏽.", "♡ ♥️ ❤️", "reloj ⌚ ⏏ ⏩ ⏪", "1️⃣ 2⃣", "🇪🇸 🇲🇽",
    ":🙂)", ":\u200d)", "⑴ Ⓐ Ⓜ Ⓝ", "ab\u200dcd", "中文 y español", "𝐇ola", "\ufeffhola", "a\ufe0fb",
    "\u24c1\u24c2",
    # mentions
    "@ana hola", "hola @ana_paz: adiós", "@", "@ solo", "@@ana", "pan@casa.es", "a@b@c d",
    "@ana\u00a0sigue",
    "@ana\u2003sigue", "@ana\u001csigue", "@ana\u0085sigue", "@ana\u200bsigue aquí", "@🙂 nada",
    "@:) nada", "hola @",
    # links
    "mira http://t.co/abc", "mira https://t.co/abc ya", "http://t.co", "https://", "http:///",
    "http://a/b http://c/d fin",
    "antes http://a/b esto se pierde https://c/d después", "dos líneas http://a/b\nhttp://c/d fin",
    "http://a/ñandú_1-2",
    "https:/t.co/abc", "ftp://a/b", "http://a b/c d", "httpshttp://a/b", "http://a\u2028b/c",
    "http://a\rb/c d/e",
    "http:🙂//a/b", "http://a/@ana/b", "hhttp://a/b/", "http://a/b/c/d?e=f&g=h", "HTTP://A/B",
    "/ http://a", "http://a/Ⅷ²x-",
    # hashtags
    "#fútbol", "vamos #equipo!", "#", "# solo", "##doble", "#a_b-c", "#año2020 ya", "#²Ⅷ٣ª.", "#e\u0301",
    "a#b#c", "#@ana",
    "@#ana b", "#:)x", "#🙂x", "#http://a/b", "http://a/#b", "&lt;3 &amp; :)", "\x00nulo\x00",
    "עברית :) @ana #שלום", "e\u0301 :)",
]

TEXTS = [
    "", "hola", "Hola Mundo", "HOLA", "A", "a", "iPhone", "PSG2", "Covid19", "3D", "2X", "ÑU", "Ñu",
    "ñÑ", "É", "D'Alessandro",
    "d’or", "D'ALE", "'hola'", "o'", "a''b", "a'b'c", "12:30", "3.14", "fin. Otra", "fin.. otra",
    "fin... otra", "fin.... otra",
    "¿Qué? ¡Sí!", "!!", "!!!!", "holaaaa", "holaaa", "aaaabbbb", "ñññññ", "11111", "a aaaa a", "🙂🙂🙂🙂",
    "🙂🙂🙂", ".....a", "\n\n\n\n\na",
    "no no no", "no no", "no no no no", "no no no, ya", "no no, no", "no no nota", "no no no nota",
    " no no no ", "No no no",
    "ja ja ja no no no", "ja ja ja no no no no", "ja ja ja, no no no", "ja ja ja  no no no",
    "(no no no)", "a no\nno\tno b",
    "xaaaa aaaa aaaa aaaa", "4 4 4 4", "bla, bla, bla", "no_ no_ no_", "él él él",
    "de de de de de de de de de de de de",
    "a b a b a b", "no no no.", "no  no  no", "a\u00a0a\u00a0a", "a no no no'b",
    "xx xx xx yy yy yy yy zz zz zz",
    "&lt;3 T&uacute; &amp; yo", "&amp;lt;3", "&#39;s&#x27;", "&#128; &#0; &#1;", "&notas &ampx &para",
    "&", "&;", "&#;", "&#x;", "&hellip",
    "&hellip;", "&Aacute;RBOL", "&#65&#66", "&quot;hola&quot;", "&nbsp;a", "&#xD83D;", "&#1114112;",
    "&apos;", "&apos", "&thetasym;",
    "İstanbul", "İ", "ΟΔΟΣ", "ΣΑΣ Σ", "Σ'Σ", "ΑΣ'α", "ǅ", "ǅabc", "Aǅ", "ß", "ẞ", "Ⅷ", "Ⓐ", "ªB",
    "e\u0301a", "E\u0301A", "a_b", "_", "#tag", "@ana",
    "xxbos xxunk", "\u200b", "a\u00adb", "\x00", "٣٤", "²", "½ kilo", "中文", "𝐀𝐁", "K", "ſa", "Aª", "ʰA",
    "¡HOLAAAA!", "JAJAJA JAJAJA JAJAJA",
]


def escaped(text):
    return "".join(c if c.isprintable() and c != "\\" else f"\\u{{{ord(c):X}}}" for c in text)


def write(name, rows):
    lines = [f"{escaped(left)}\t{escaped(right)}\n" for left, right in rows]
    (HERE / name).write_text("".join(lines), encoding="utf-8")


write("text-notebook.tsv", [(tweet, cleanup(tweet)) for tweet in TWEETS])
write("text-tokens.tsv", [(text, " ".join(tokens(text))) for text in TEXTS])
