"""Tests of etc/animo/python/animo.py against the real program and against children that misbehave.

    ANIMO_PROGRAM=.build/release/animo python3 -m unittest discover -s Tests/Python

runs them by hand; the gate runs them as PythonTests.
"""

import doctest
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "etc/animo/python"))

import animo  # noqa: E402

PROGRAM = os.environ.setdefault("ANIMO_PROGRAM", str(ROOT / ".build/release/animo"))
# Loaded in no time; its labels make no sense.
TINY = str(ROOT / "Tests/Golden/network-tiny")
TEXTS = [f"tweet número {number}, qué {'alegría' if number % 3 else 'tristeza'} 😀\n{number * 7919 % 101}" for number in range(1500)]


def expected(texts):
    """What the program answers to these texts when it is run by itself."""
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    options = ["classify", "-q", "--lockstep", "--input", "jsonl", "--emit", "compact", "--model", TINY]
    run = subprocess.run([PROGRAM, *options], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [animo.Answer.parse(line) for line in run.stdout.splitlines()]


class Children(unittest.TestCase):
    """Tests with children of their own making."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def child(self, script):
        """A program that is this shell script, in which `animo` is the real one and `again` is true after its first run."""
        path = self.folder / "child"
        path.write_text(
            f'#!/bin/bash\nanimo() {{ {PROGRAM} "$@"; }}\n'
            f"again() {{ [[ -e {self.folder}/started ]] || {{ touch {self.folder}/started; false; }}; }}\n{script}\n"
        )
        path.chmod(0o755)
        return str(path)

    def classifier(self, script, **arguments):
        classifier = animo.Animo(program=self.child(script), model=TINY, **arguments)
        self.addCleanup(classifier.close)
        return classifier


class AnswersTests(Children):
    def test_answers_equal_those_of_the_program_in_order(self):
        for window in (1, 7, 4096):
            with self.subTest(window=window):
                texts = TEXTS if window > 1 else TEXTS[:50]
                self.assertEqual(list(animo.classify(texts, model=TINY, window=window)), expected(texts))

    def test_bad_texts_are_answers_in_their_places(self):
        texts = ["hola", None, float("nan"), "", " \n", "mitad \ud83d de un par", "https://t.co/a", "a" * 2_000_000, "adiós"]
        answers = list(animo.classify(texts, model=TINY, options=["--labels", "2"]))
        errors = [None, "no_text", "no_text", "no_text", "no_text", None, None, "line_too_long", None]
        self.assertEqual([answer.error for answer in answers], errors)
        self.assertEqual([answer.label is None for answer in answers], [bool(error) for error in errors[:6]] + [True, True, False])
        self.assertEqual(answers[5].flags, ("lone_surrogate",))
        self.assertEqual((answers[6].p, answers[6].flags[-1]), ({}, "nothing_to_judge"))
        self.assertAlmostEqual(sum(answers[0].p.values()), 1, places=5)
        self.assertEqual(answers[0].score, max(answers[0].p.values()))

    def test_words_that_decided_are_part_of_an_answer(self):
        [answer] = animo.classify(["qué día tan bonito"], model=TINY, options=["--explain", "2"])
        self.assertEqual(len(answer.why), 2)
        for word, worth in answer.why:
            self.assertIn(word, "qué día tan bonito")
            self.assertIsInstance(worth, float)
        [answer] = animo.classify(["qué día tan bonito"], model=TINY)
        self.assertEqual(answer.why, ())

    def test_only_compact_output_is_numbered_whatever_a_folder_is_called(self):
        os.symlink(TINY, self.folder / "compact")
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        for options, answer in ((["--emit", "label"], b"positive|negative"), (["--emit=compact"], rb'\{"line":1,.*')):
            with animo.Lockstep(["--input", "text", "--model", "compact", *options]) as child:
                self.assertRegex(list(child.answers([b"hola"]))[0], rb"^(" + answer + rb")$")
        self.assertEqual(list(animo.classify(TEXTS[:2], model=TINY, options=["--emit", "label"])), expected(TEXTS[:2]))

    def test_source_is_read_no_further_ahead_than_the_window(self):
        taken = 0

        def endless():
            nonlocal taken
            for taken in itertools.count(1):
                yield f"tweet {taken}"

        for answered, _ in enumerate(itertools.islice(animo.classify(endless(), model=TINY, window=40), 500)):
            self.assertLessEqual(taken, answered + 1 + 40)

    def test_live_source_is_answered_before_its_next_text(self):
        answered = []

        def live():
            for number in range(20):
                self.assertEqual(len(answered), number)
                yield f"tweet {number}"

        for answer in animo.classify(live(), model=TINY, window=1):
            answered.append(answer)
        self.assertEqual(len(answered), 20)

    def test_misuse_is_refused(self):
        with animo.Animo(model=TINY) as classifier:
            self.assertRaises(TypeError, classifier.classify, "hola")
            self.assertRaises(TypeError, list, classifier.classify([3]))
            first = classifier.classify(TEXTS)
            next(first)
            self.assertRaises(animo.AnimoError, list, classifier.classify(["otra"]))
            first = None
            self.assertEqual(list(classifier.classify(TEXTS[:5])), expected(TEXTS[:5]))
            self.assertRaises(ValueError, list, classifier.lockstep.answers([b"dos\nl\xc3\xadneas"]))
            self.assertEqual(classifier.one(TEXTS[7]), expected(TEXTS[7:8])[0])

    def test_source_that_fails_leaves_the_classifier_usable(self):
        def failing():
            yield from TEXTS[:200]
            raise KeyError("source")

        with animo.Animo(model=TINY) as classifier:
            self.assertRaises(KeyError, list, classifier.classify(failing()))
            self.assertEqual(list(classifier.classify(TEXTS[:200])), expected(TEXTS[:200]))

    def test_texts_that_no_child_was_started_for_are_not_answered_by_the_next_call(self):
        with animo.Animo(model=TINY) as classifier:
            self.assertRaises(TypeError, list, classifier.classify([TEXTS[0], 3]))
            self.assertEqual(list(classifier.classify(TEXTS[1:3])), expected(TEXTS[1:3]))
            classifier.close()
            classifier.lockstep.command[0] = "/no/animo"
            self.assertRaises(animo.AnimoError, list, classifier.classify(TEXTS[:2]))
            classifier.lockstep.command[0] = PROGRAM
            self.assertEqual(list(classifier.classify(TEXTS[2:5])), expected(TEXTS[2:5]))


class DeathTests(Children):
    # Ends well in the middle of an answer.
    CUT = 'exec > >(stdbuf -o0 head -c 40000); animo "$@"; exit 0'

    def test_nothing_is_lost_or_doubled_when_the_child_is_killed(self):
        with animo.Animo(model=TINY, window=150) as classifier:
            answers = []
            for answer in classifier.classify(TEXTS):
                answers.append(answer)
                if len(answers) % 200 == 0:
                    os.kill(classifier.lockstep._child.pid, signal.SIGKILL)
            self.assertGreater(classifier.lockstep.restarted, 3)
            os.kill(classifier.lockstep._child.pid, signal.SIGKILL)  # idle
            self.assertEqual(classifier.one(TEXTS[0]), answers[0])
        self.assertEqual(answers, expected(TEXTS))

    def test_half_answers_with_status_0_are_no_end(self):
        classifier = self.classifier(self.CUT)
        self.assertEqual(list(classifier.classify(TEXTS)), expected(TEXTS))
        self.assertGreater(classifier.lockstep.restarted, 3)

    def test_without_restarts_the_first_death_is_an_error(self):
        answers = []
        with self.assertRaisesRegex(animo.AnimoError, "ended with 0; lines not answered: [1-9]"):
            for answer in self.classifier(self.CUT, restarts=0).classify(TEXTS):
                answers.append(answer)
        self.assertEqual(answers, expected(TEXTS[: len(answers)]))
        self.assertGreater(len(answers), 100)

    def test_child_that_hangs_is_replaced(self):
        classifier = self.classifier('again || exec sleep 600; animo "$@"')
        start = classifier.lockstep._start

        def start_the_next():
            classifier.lockstep.timeout = 0.5 if classifier.lockstep.restarted == 0 else 60
            start()

        classifier.lockstep._start = start_the_next
        self.assertEqual(list(classifier.classify(TEXTS)), expected(TEXTS))
        self.assertEqual(classifier.lockstep.restarted, 1)

    def test_child_that_answers_nothing_is_given_up(self):
        with self.assertRaisesRegex(animo.AnimoError, "ended by signal 9; lines not answered: [1-9]") as raised:
            list(self.classifier("kill -9 $$", restarts=1).classify(TEXTS))
        self.assertEqual(raised.exception.status, -9)

    def test_answers_of_other_lines_are_an_error(self):
        for script in ('animo "$@" | sed -u 5p', 'animo "$@" | sed -u 5d'):
            with self.subTest(script=script), self.assertRaises(animo.AnimoError):
                list(self.classifier(script).classify(TEXTS))
        with self.assertRaisesRegex(animo.AnimoError, "was sent|not sent"):
            with animo.Lockstep(["--model", TINY, "--input", "text"], program=self.child('animo "$@" | sed -u p')) as merged:
                list(merged.answers([b"una"]))

    def test_what_another_try_would_only_repeat_is_an_error_at_once(self):
        classifier = animo.Animo(model=str(self.folder))
        with self.assertRaisesRegex(animo.AnimoError, "ended with 78.*config.json") as raised:
            classifier.one("hola")
        self.assertEqual((raised.exception.status, classifier.lockstep.restarted), (78, 0))
        self.assertRaisesRegex(animo.AnimoError, "cannot start /no/animo", animo.Animo(program="/no/animo").one, "hola")


def load_tests(loader, tests, pattern):
    tests.addTests(doctest.DocTestSuite(animo))
    return tests


if __name__ == "__main__":
    unittest.main()
