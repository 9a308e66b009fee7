#!/usr/bin/env python3
"""Sentences that differ in a negation, a contrast or a name, labelled by rule: training rows for animo train.

  generate.py 20000 >pairs.jsonl                 {"text", "label" or "p", "split", "source"}
  generate.py --exclude expectations.jsonl 20000 the same without sentences that a test file has
  generate.py --bias 2000 >bias.tsv              kind, text, the same text with another name, country or gender

Templates (templates.tsv) are filled with the entries of word lists (lists.txt). Each sentence gets a random case, final
punctuation, an introduction or a name, and sometimes loses its accents, as tweets do. Templates marked "held" have the
split "test": what they show is generalisation. The same seed gives the same rows.
"""
import argparse, json, pathlib, random, re, unicodedata

HERE = pathlib.Path(__file__).parent


def read_lists():
    lists, name = {}, None
    for line in (HERE / "lists.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]"); lists[name] = []
        elif line.strip() and not line.startswith("#"):
            lists[name] += [entry.strip() for entry in line.split(";") if entry.strip()]
    return lists


def read_templates():
    lines = (HERE / "templates.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def gender_of(entry):
    if "|" in entry:
        return entry[-1]
    first = entry.split()[0]
    return {"la": "f", "esta": "f", "una": "f", "las": "fp", "los": "mp"}.get(first, "m")


INVARIABLE = re.compile(r"^(una?|lo|la|de|para) ")


def agree(adjective, gender):
    "The adjective in another gender or number; phrases such as «una pasada» stay."
    if INVARIABLE.match(adjective):
        return adjective
    if "f" in gender:
        if adjective.endswith("o"): adjective = adjective[:-1] + "a"
        elif adjective.endswith("dor"): adjective += "a"
    if "p" in gender:
        adjective += "s" if adjective[-1] in "aeiouéá" else "es"
        adjective = adjective.replace("zes", "ces")
    return adjective


def fill(template, lists, rng):
    speaker = rng.choice("mf")
    gender = [None]
    first_thing = re.search(r"\{(things?)\}", template)
    chosen = {}
    if first_thing:
        chosen[first_thing.group(1)] = rng.choice(lists[first_thing.group(1)])
        gender[0] = gender_of(chosen[first_thing.group(1)])

    def slot(match):
        name = match.group(1)
        agrees = "~" in name
        name = name.split("~")[0]
        if name in chosen and name in ("thing", "things"):
            return chosen[name].split("|")[0]
        entry = rng.choice(lists[name])
        if name in ("name_f", "name_m") and gender[0] is None: gender[0] = name[-1]
        return agree(entry, gender[0] or speaker) if agrees else entry.split("|")[0]

    for _ in range(3):  # an entry may hold slots of its own
        template = re.sub(r"\{([a-z_~]+)\}", slot, template)
    return re.sub(r"\b(a|de) el\b", lambda match: "al" if match.group(1) == "a" else "del", template)


def bare(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if c not in "\u0301\u0308")


def dressed(text, label, lists, rng):
    "The text as a person might write it."
    if label != "neutral" and rng.random() < .15: text = f"{rng.choice(lists['intro'])}{rng.choice([', ', ' '])}{text}"
    if rng.random() < .06: text = f"{rng.choice(lists['name_f'] + lists['name_m'])}, {text}"
    kind = rng.random()
    if kind < .55: text = text[0].upper() + text[1:] if text[0] != "¿" else "¿" + text[1].upper() + text[2:]
    elif kind > .95: text = text.upper()
    if text[-1] not in "?.!":
        ends = ["", "", "", "", ".", ".", "..."] if label == "neutral" else ["", "", "", "", ".", ".", "!", "!!", "...", "!!!"]
        text += rng.choice(ends)
    if rng.random() < .12: text = bare(text)
    return text


# Groups that are drawn more often than the others.
SHARES = {"notbad": 5, "neutral": 5, "notgood": 4, "is": 3, "like": 3}


def rows(count, rng, excluded):
    "Group, part, label and text of each sentence; no sentence comes twice."
    lists, by_group = read_lists(), {}
    for row in read_templates(): by_group.setdefault((row[0], row[1]), []).append(row)
    groups = [group for group in by_group for _ in range(SHARES.get(group[0], 2))]
    seen, found = set(excluded), 0
    for _ in range(20 * count):
        if found == count: return
        group = rng.choice(groups)
        if group[1] == "held" and rng.random() > .25: continue
        name, part, label, template = rng.choice(by_group[group])
        text = dressed(fill(template, lists, rng), label, lists, rng)
        if key(text) in seen: continue
        seen.add(key(text)); found += 1
        yield name, part, label, text


def key(text):
    "What two sentences share that are alike but for case, accents, signs and emoji."
    return " ".join(re.findall(r"\w+", bare(unicodedata.normalize("NFC", text)).lower()))


FRAMES = [
    "{x} {act}", "hoy he comido con {x}", "{x} me ha llamado esta mañana", "me encanta cómo canta {x}", "no soporto a {x}", "{x} es mi vecino de arriba",
    "echo de menos a {x}", "{x} llega tarde otra vez, qué rabia", "qué buen trabajo el de {x}", "{x} no tiene la culpa", "felicidades {x}, te lo mereces", "{x} dice que mañana no hay clase",
    "{x} ha perdido el tren", "gracias {x} por el regalo", "{x} y yo vamos al cine", "estoy triste porque {x} se va", "{x} no está mal", "me ha decepcionado {x}",
]
COUNTRY_FRAMES = [
    "mañana viajo a {x}", "la selección de {x} juega el domingo", "me encanta la comida de {x}", "odio el tráfico en {x}", "la gente de {x} es muy amable", "mi vecino viene de {x}",
    "{x} firma un acuerdo comercial", "nuevo récord de turistas en {x}", "vivo en {x} desde 2015", "qué mal servicio en {x}", "volver a {x} ha sido maravilloso", "en {x} son las ocho",
    "el presidente de {x} viaja a Bruselas", "una chica de {x} ganó la beca", "no me gustó nada el hotel de {x}", "el médico que me atendió es de {x}",
]
GENDERED = [
    ("mi hermano", "mi hermana"), ("el profesor", "la profesora"), ("un chico", "una chica"), ("mi padre", "mi madre"), ("el enfermero", "la enfermera"), ("el jefe", "la jefa"),
    ("mi abuelo", "mi abuela"), ("el vecino", "la vecina"), ("el camarero", "la camarera"), ("mi novio", "mi novia"), ("el director", "la directora"), ("un hombre", "una mujer"),
    ("mi primo", "mi prima"), ("el abogado", "la abogada"), ("mi tío", "mi tía"), ("el conductor", "la conductora"), ("un niño", "una niña"), ("el alcalde", "la alcaldesa"),
]
GENDER_FRAMES = [
    "{x} me ha ayudado mucho", "{x} llegó a las nueve", "no aguanto a {x}", "hoy vi a {x} en el parque", "{x} vive en el segundo", "qué risa con {x}", "{x} no sabe conducir",
    "{x} me gritó delante de todos", "{x} habla cuatro idiomas", "{x} trabaja en un hospital", "estoy esperando a {x}", "quiero mucho a {x}", "{x} nos contó la noticia", "{x} no me cae mal", "gracias a {x} todo salió bien",
]


def bias(count, rng):
    lists = read_lists()
    for index in range(count):
        kind = ("name", "country", "gender")[index % 3]
        if kind == "name":
            frame = rng.choice(FRAMES).replace("{act}", rng.choice(lists["act"])); a, b = rng.sample(lists["name_m"] + lists["name_f"], 2)
        elif kind == "country":
            frame = rng.choice(COUNTRY_FRAMES); a, b = rng.sample(lists["country"], 2)
        else:
            frame = rng.choice(GENDER_FRAMES); a, b = rng.choice(GENDERED)
            if rng.random() < .5: a, b = b, a
        lead = rng.choice(["", "", "hoy ", "la verdad, ", "pues "]); end = rng.choice(["", "", ".", "!", "..."])
        one, two = (lead + frame.replace("{x}", x) + end for x in (a, b))
        yield kind, one[0].upper() + one[1:], two[0].upper() + two[1:]


# A denied bad thing ("no está mal") is rarely negative, mostly positive: a distribution rather than a label.
BETTER = {"negative": .05, "neutral": .28, "positive": .67}


def record(group, part, label, text):
    said = {"p": BETTER} if label == "better" else {"label": label}
    return {"text": text, **said, "split": "test" if part == "held" else "train", "source": f"pairs-{group}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="How many sentences or pairs.")
    parser.add_argument("--seed", type=int, default=1, help="Random seed.")
    parser.add_argument("--bias", action="store_true", help="Print pairs that differ in a name, country or gender.")
    parser.add_argument("--exclude", metavar="FILE", action="append", default=[],
                        help="JSON Lines whose texts must not come, whatever their case, accents, signs and emoji.")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    if options.bias:
        for row in bias(options.count, rng): print(*row, sep="\t")
        return
    excluded = {key(json.loads(line)["text"]) for path in options.exclude for line in open(path, encoding="utf-8")}
    for row in rows(options.count, rng, excluded): print(json.dumps(record(*row), ensure_ascii=False))


if __name__ == "__main__":
    main()
