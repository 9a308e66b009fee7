"""Tests of etc/animo/spark/animo_spark.py with a real Spark: see Tests/Spark/check."""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from cluster import PROGRAM, ROOT, TINY, Cluster, await_that, begin, command, kill, lines, right_answers, submit, written

# Half the answers, then an end with status 0.
CUT = 'exec > >(stdbuf -o0 head -c 30000); animo "$@"; exit 0'
# Killed after some answers.
KILLED = 'animo "$@" | stdbuf -o0 head -c 30000; kill -9 $$'


class SparkTests(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.source, self.target, self.log = self.folder / "in.jsonl", self.folder / "out", self.folder / "log"
        self.lines = lines(6000)
        self.source.write_bytes(b"".join(line + b"\n" for line in self.lines))

    def child(self, script):
        """A program that is this shell script, in which `animo` is the real one; each run is a line of `starts`."""
        path = self.folder / "child"
        path.write_text(f'#!/bin/bash\nanimo() {{ {PROGRAM} "$@"; }}\necho $$ >>{self.folder}/starts\n{script}\n')
        path.chmod(0o755)
        return path

    def first(self, script):
        """A child that is the script for the first who asks, and the real program for all others."""
        return self.child(f'if mkdir {self.folder}/first 2>/dev/null; then {script}; fi; exec {PROGRAM} "$@"')

    def starts(self):
        path = self.folder / "starts"
        return len(path.read_text().split()) if path.exists() else 0

    def assert_right(self):
        self.assertEqual(written(self.target), right_answers(self.lines))

    def assert_submitted(self, *arguments, **options):
        status = submit(*arguments, log=self.log, **options)
        self.assertEqual(status, 0, self.log.read_text(errors="replace")[-3000:])


class BatchTests(SparkTests):
    def test_bytes_equal_those_of_classify(self):
        child = self.child(f'exec {PROGRAM} "$@"')
        self.assert_submitted("batch", self.source, self.target, program=child)
        self.assert_right()
        self.assertGreater(self.starts(), 3, "partitions")
        self.assertNotEqual(submit("batch", self.source, self.target, log=self.log), 0, "the folder exists")

    def test_program_travels_with_the_job(self):
        self.assert_submitted("--ship", PROGRAM, "batch", self.source, self.target, program="/no/animo")
        self.assert_right()

    def test_rows_of_other_sources_are_labelled_by_its_functions(self):
        rows = [(number, f'tweet "{number}"') for number in range(100)]
        script, out = self.folder / "rows.py", self.folder / "labels"
        script.write_text(
            f"import sys\nsys.path[:0] = [{str(ROOT / 'etc/animo/spark')!r}]\nimport animo_spark\n"
            "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
            f"spark.sparkContext.addPyFile({str(ROOT / 'etc/animo/python/animo.py')!r})\n"
            f"frame = spark.createDataFrame({rows!r}, ['id', 'text']).coalesce(1)\n"
            f"words = ['--program', {PROGRAM!r}, '--model', {TINY!r}, '--emit', 'label', 'batch', '-', '-']\n"
            "options = animo_spark.arguments().parse_args(words)\n"
            "labels = animo_spark.labelled(frame.selectExpr('to_json(struct(*)) AS value'), options)\n"
            f"labels.write.text({str(out)!r})\n"
        )
        words = command(script=script)
        with open(self.log, "ab") as log:
            subprocess.run(words[: words.index(str(script)) + 1], stdout=log, stderr=log, check=True)
        texts = "".join(f"{text}\n" for _, text in rows)
        options = [PROGRAM, "classify", "-q", "--input", "text", "--emit", "label", "--model", TINY]
        self.assertEqual(written(out), subprocess.check_output(options, input=texts, text=True).split("\n")[:-1])

    def test_null_is_a_blank_line(self):
        script, out = self.folder / "null.py", self.folder / "labels"
        script.write_text(
            f"import sys\nsys.path[:0] = [{str(ROOT / 'etc/animo/spark')!r}]\nimport animo_spark\n"
            "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
            f"spark.sparkContext.addPyFile({str(ROOT / 'etc/animo/python/animo.py')!r})\n"
            "frame = spark.createDataFrame([('hola',), (None,), ('adiós',)], 'value string').coalesce(1)\n"
            f"words = ['--program', {PROGRAM!r}, '--model', {TINY!r}, '--input', 'text', 'batch', '-', '-']\n"
            "options = animo_spark.arguments().parse_args(words)\n"
            f"animo_spark.labelled(frame, options).write.text({str(out)!r})\n"
        )
        words = command(script=script)
        with open(self.log, "ab") as log:
            subprocess.run(words[: words.index(str(script)) + 1], stdout=log, stderr=log, check=True)
        self.assertEqual([line == '{"blank":true}' for line in written(out)], [False, True, False])

    def test_killed_child_costs_another_try_and_nothing_else(self):
        self.assert_submitted("batch", self.source, self.target, program=self.first(KILLED))
        self.assert_right()
        self.assertIn("ended by signal 9", self.log.read_text(errors="replace"))

    def test_child_that_truncates_with_status_0_costs_another_try_and_nothing_else(self):
        self.assert_submitted("batch", self.source, self.target, program=self.first(CUT))
        self.assert_right()
        self.assertIn("ended with 0; lines not answered", self.log.read_text(errors="replace"))

    def test_child_that_fails_after_its_last_answer_costs_another_try(self):
        self.assert_submitted("batch", self.source, self.target, program=self.first('animo "$@"; exit 74'))
        self.assert_right()
        self.assertIn("ended with 74 after its last answer", self.log.read_text(errors="replace"))

    def test_child_that_always_truncates_fails_the_job(self):
        self.assertNotEqual(submit("batch", self.source, self.target, log=self.log, program=self.child(CUT)), 0)
        self.assertFalse((self.target / "_SUCCESS").exists())
        self.assertEqual(list(self.target.glob("part-*")), [])

    def test_these_tests_find_a_script_without_the_check(self):
        etc = self.folder / "etc"
        shutil.copytree(ROOT / "etc/animo/spark", etc / "spark")
        shutil.copytree(ROOT / "etc/animo/python", etc / "python")
        module = etc / "python/animo.py"
        check, weakened = 'return [], "ended"', "return self._forget() or [], None"
        self.assertEqual(module.read_text().count(check), 1)
        module.write_text(module.read_text().replace(check, weakened))
        child = self.child(CUT)
        self.assert_submitted("batch", self.source, self.target, program=child, script=etc / "spark/animo_spark.py")
        self.assertLess(len(written(self.target)), len(self.lines))


class StreamTests(SparkTests):
    def test_driver_killed_at_each_batch_loses_and_doubles_nothing(self):
        inbox, state = self.folder / "inbox", self.folder / "state"
        inbox.mkdir()
        for number in range(6):
            piece = self.lines[1000 * number : 1000 * (number + 1)]
            (inbox / f"{number}.jsonl").write_bytes(b"".join(line + b"\n" for line in piece))
        words = ["stream", inbox, self.target, "--checkpoint", state, "--files", 1, "--once"]
        # In turn: as soon as a batch is planned, while its files are being written, and once it is committed.
        moments = [
            lambda batch: (state / f"offsets/{batch}").exists(),
            lambda batch: len(list(self.target.glob("part-*"))) > batch,
            lambda batch: (state / f"commits/{batch}").exists(),
        ]
        for batch in range(5):
            driver = begin(command(*words), self.log)
            self.addCleanup(kill, driver)
            await_that(lambda: moments[batch % 3](batch), f"batch {batch}")
            kill(driver)
            self.assertNotEqual(driver.returncode, 0)
        self.assert_submitted(*words)
        answers = self.read_by_spark()
        self.assertEqual(collections.Counter(answers), collections.Counter(right_answers(self.lines)))

    def test_file_that_is_old_when_it_comes_is_labelled(self):
        inbox = self.folder / "inbox"
        inbox.mkdir()
        words = ["stream", inbox, self.target, "--checkpoint", self.folder / "state", "--once"]
        for name, lines, days in [("new.jsonl", self.lines[:3000], 0), ("old.jsonl", self.lines[3000:], 30)]:
            (inbox / name).write_bytes(b"".join(line + b"\n" for line in lines))
            os.utime(inbox / name, (time.time() - days * 86400,) * 2)
            self.assert_submitted(*words)
        self.assertEqual(collections.Counter(self.read_by_spark()), collections.Counter(right_answers(self.lines)))

    def read_by_spark(self):
        script = self.folder / "read.py"
        script.write_text(
            "import json, sys\nfrom pyspark.sql import SparkSession\n"
            "spark = SparkSession.builder.getOrCreate()\n"
            f"rows = spark.read.option('lineSep', '\\n').text({str(self.target)!r}).collect()\n"
            f"open({str(self.folder / 'read')!r}, 'w').write(json.dumps([row.value for row in rows]))\n"
        )
        with open(self.log, "ab") as log:
            words = command(script=script)
            subprocess.run(words[: words.index(str(script)) + 1], stdout=log, stderr=log, check=True)
        return json.loads((self.folder / "read").read_text())


class ClusterTests(SparkTests):
    def test_worker_killed_in_the_middle_loses_and_doubles_nothing(self):
        cluster = Cluster(self.folder, workers=2)
        self.addCleanup(cluster.end)
        child = self.child(f'sleep 1; exec {PROGRAM} "$@"')
        driver = begin(command("batch", self.source, self.target, master=cluster.url, program=child), self.log)
        self.addCleanup(kill, driver)
        await_that(lambda: cluster.executors(0) and cluster.executors(1) and self.starts() > 4, "the middle")
        cluster.kill_worker(0)
        self.assertFalse((self.target / "_SUCCESS").exists())
        self.assertEqual(driver.wait(timeout=300), 0, self.log.read_text(errors="replace")[-3000:])
        self.assert_right()
        self.assertIn("Lost executor", self.log.read_text(errors="replace"))


if __name__ == "__main__":
    unittest.main()
