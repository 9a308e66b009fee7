"""Tests of `animo model export --hub` against PyTorch: see Tests/Hub/check."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["ANIMO_PROGRAM"]
GOLDEN = ROOT / "Tests/Golden"
TEXTS = [
    "qué alegría verte, gracias por todo", "qué día tan horrible", "no está nada mal", "mañana se reúne el Congreso",
    "", " ", "hola", "@ana https://t.co/x", "😡", "feliz 😍😍😍😍 y triste :( :(", "#QuéAsco #queasco jajajajaja",
    "NO NO NO NO puede ser!!!!!!", "ᶠᵉˡⁱᶻ ｆｅｌｉｚ 𝐟𝐞𝐥𝐢𝐳", "línea\nsegunda\ttercera", "a" * 3000, "palabra " * 300,
    "&lt;3 &amp; ¯\\_(ツ)_/¯", "nunca me ha gustado tanto, pero sin embargo no lo haría nadie",
]
TEXTS += [f"{text} número {number}" for number, text in enumerate(TEXTS)]


class HubTests(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def exported(self, *options):
        """A folder for the Hub, and its model in PyTorch by the folder's own module."""
        hub = self.folder / "hub"
        subprocess.run([PROGRAM, "model", "export", "--hub", *options, str(hub)], check=True)
        names = {path.name for path in hub.iterdir()} - {"marks.txt"}
        self.assertEqual(names, {"README.md", "config.json", "model.safetensors", "modeling_animo.py", "vocab.txt"})
        specification = importlib.util.spec_from_file_location("modeling_animo", hub / "modeling_animo.py")
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return hub, module.Animo.from_folder(hub, program=PROGRAM)

    def answers(self, hub):
        """The probabilities by the program itself, with the same folder."""
        lines = "".join(json.dumps({"text": text or "."}) + "\n" for text in TEXTS)
        options = ["-q", "--lockstep", "--emit", "compact", "--input", "jsonl", "--model", str(hub)]
        run = subprocess.run([PROGRAM, "classify", *options], input=lines.encode(), stdout=subprocess.PIPE, check=True)
        return [json.loads(line).get("p") for line in run.stdout.splitlines()]

    def greatest_difference(self, model, expected):
        """The greatest difference of a probability, over the texts that have an answer."""
        got = model.classify([text or "." for text in TEXTS])
        pairs = [(p, q) for p, q in zip(got, expected) if q]
        self.assertGreater(len(pairs), 20)
        return max(abs(p[label] - q[label]) for p, q in pairs for label in q)

    def test_models_give_the_same_probabilities(self):
        for name in ("network-tiny", "network-three"):
            with self.subTest(model=name):
                hub, model = self.exported("--model", str(GOLDEN / name))
                self.assertLess(self.greatest_difference(model, self.answers(hub)), 3e-6)
                shutil.rmtree(hub)

    def test_built_in_model_does_with_wide_term_marks_and_temperature(self):
        hub, model = self.exported()
        expected = self.answers(hub)
        self.assertLess(self.greatest_difference(model, expected), 3e-6)
        # Each part matters, and would be missed.
        for part in ("wide", "marks"):
            kept = getattr(model, part)
            setattr(model, part, None)
            self.assertGreater(self.greatest_difference(model, expected), 0.01, part)
            setattr(model, part, kept)
        temperature = model.config.pop("temperature")
        self.assertGreater(self.greatest_difference(model, expected), 0.001)
        model.config["temperature"] = temperature

    def test_logits_have_gradients(self):
        _, model = self.exported("--model", str(GOLDEN / "network-three"))
        loss = torch.nn.functional.cross_entropy(model(model.read(TEXTS[:4])), torch.tensor([0, 1, 2, 0]))
        loss.backward()
        self.assertTrue(all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters()))


if __name__ == "__main__":
    unittest.main()
