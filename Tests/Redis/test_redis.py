"""Tests of etc/animo/redis/animo_redis.py with a real server: see Tests/Redis/check."""

import collections
import json
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

import redis

from server import PROGRAM, ROOT, SCRIPT, TINY, Server, await_that


def tweet(number):
    """A tweet, or now and then something that is none."""
    kinds = [b'{"id":%d,"text":', b"", b'{"id":%d}', b"[%d]", b'{\n"id": %d,\n"text": "en l\xc3\xadneas"\n}', b'{"text":"a\xf1o %d"}']
    if number % 10:
        return b'{"id":%d,"text":"tweet n\xc3\xbamero %d, qu\xc3\xa9 tal"}' % (number, number)
    kind = kinds[number // 10 % len(kinds)]
    return kind % number if b"%d" in kind else kind


def right_answers(tweets):
    """What the program itself answers to each, as parsed JSON without the number of the line."""
    lines = b"".join(tweet.replace(b"\n", b" ") + b"\n" for tweet in tweets)
    options = ["classify", "-q", "--lockstep", "--input", "jsonl", "--model", TINY]
    run = subprocess.run([PROGRAM, *options], input=lines, stdout=subprocess.PIPE, check=True)
    return [without_place(json.loads(line)) for line in run.stdout.splitlines()]


def without_place(members):
    return {name: value for name, value in members.items() if name not in ("line", "raw", "raw_b64")}


class ConsumerTests(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.end)
        self.redis = self.server.client
        self.tweets, self.entries = [], []

    def send(self, count):
        new = [tweet(len(self.tweets) + number) for number in range(count)]
        pipeline = self.redis.pipeline(transaction=False)
        for text in new:
            pipeline.xadd("tweets", {"tweet": text})
        self.entries += pipeline.execute()
        self.tweets += new

    def await_answers(self, seconds=90):
        await_that(lambda: self.is_all_acknowledged(), "all answers", seconds)

    def is_all_acknowledged(self):
        try:
            groups = self.redis.xinfo_groups("tweets")
            return bool(groups) and groups[0]["pending"] == 0 and groups[0]["last-delivered-id"] == self.entries[-1]
        except redis.RedisError:
            return False



    def assert_each_is_answered_once(self):
        answers = [(fields[b"entry"], fields[b"answer"]) for _, fields in self.redis.xrange("answers")]
        counts = collections.Counter(entry for entry, _ in answers)
        self.assertEqual([entry for entry, count in counts.items() if count > 1], [], "doubled")
        self.assertEqual(set(self.entries) - set(counts), set(), "lost")
        by_entry = dict(answers)
        got = [without_place(json.loads(by_entry[entry])) for entry in self.entries]
        self.assertEqual(got, right_answers(self.tweets))

    def pending(self, consumer):
        return {c["name"].decode(): c["pending"] for c in self.redis.xinfo_consumers("tweets", "animo")}.get(consumer, 0)

    # What it does

    def test_each_entry_is_answered_as_by_classify_and_in_order(self):
        self.send(700)
        consumer = self.server.consumer("a", "--batch", "50")
        self.await_answers()
        self.send(10)
        self.await_answers()
        self.assert_each_is_answered_once()
        self.assertEqual([fields[b"entry"] for _, fields in self.redis.xrange("answers")], self.entries)
        raws = [json.loads(f[b"answer"]).get("raw") for _, f in self.redis.xrange("answers")]
        self.assertEqual(raws[0], tweet(0).decode())
        consumer.terminate()
        self.assertEqual(consumer.wait(timeout=30), 0)
        self.assertEqual(self.redis.xlen("tweets"), 710)

    def test_answered_entries_are_deleted_on_request_and_answers_limited(self):
        self.send(1000)
        self.server.consumer("a", "--batch", "20", "--limit", "100", "--delete")
        most = seen = 0
        deadline = time.monotonic() + 60
        while seen < 1000 and time.monotonic() < deadline:
            length = self.redis.xlen("answers")
            most = max(most, length)
            read = self.redis.xrange("answers", count=40) if length >= 100 or seen + length == 1000 else []
            for name, _ in read:
                self.redis.xdel("answers", name)
            seen += len(read)
            time.sleep(0.01)
        self.assertEqual((seen, self.redis.xlen("tweets")), (1000, 0))
        self.assertLess(most, 120)

    def test_stops_gracefully(self):
        self.send(4000)
        consumer = self.server.consumer("a")
        await_that(lambda: self.redis.xlen("answers") > 300, "some answers")
        consumer.send_signal(signal.SIGTERM)
        self.assertEqual(consumer.wait(timeout=30), 0)
        self.assertEqual(self.redis.xpending("tweets", "animo")["pending"], 0)
        self.assertLess(self.redis.xlen("answers"), 4000)
        self.server.consumer("a")
        self.await_answers()
        self.assert_each_is_answered_once()

    # What it survives

    def test_killed_consumers_lose_and_double_nothing(self):
        chance = random.Random(1)
        alive = {name: self.server.consumer(name, "--claim", "0.5", "--batch", "64") for name in "abc"}
        for round in range(12):
            self.send(400)
            time.sleep(chance.uniform(0.05, 0.6))
            name = chance.choice("abc")
            alive[name].kill()
            alive[name].wait()
            # Under its name it goes on with what it had begun; under another one, that is claimed by someone.
            back = name if round % 2 else f"{name}{round}"
            alive[name] = self.server.consumer(back, "--claim", "0.5", "--batch", "64")
        self.await_answers()
        self.assert_each_is_answered_once()

    def stall(self, script):
        """A consumer stops in its tracks with entries that another one then claims, and goes on."""
        program = self.server.folder / "slow"
        program.write_text(f'#!/bin/bash\nsleep 1\nexec {PROGRAM} "$@"\n')
        program.chmod(0o755)
        self.send(200)
        stalled = self.server.consumer("stalled", script=script, program=program)
        await_that(lambda: self.redis.exists("tweets") and self.redis.xinfo_groups("tweets") and self.pending("stalled"), "a read")
        stalled.send_signal(signal.SIGSTOP)
        other = self.server.consumer("other", "--claim", "0.3", script=script)
        self.await_answers()
        other.terminate()
        other.wait()
        stalled.send_signal(signal.SIGCONT)
        time.sleep(0.2)
        stalled.terminate()
        self.assertEqual(stalled.wait(timeout=30), 0)

    def test_stalled_consumer_doubles_nothing(self):
        self.stall(ROOT / "etc/animo/redis/animo_redis.py")
        self.assert_each_is_answered_once()

    def test_these_tests_find_a_script_without_the_guard(self):
        etc = self.server.folder / "etc"
        for name in ("redis", "python"):
            shutil.copytree(ROOT / "etc/animo" / name, etc / name)
        script = etc / "redis/animo_redis.py"
        guard = "ARGV[1], ARGV[i]) == 1"
        self.assertEqual(script.read_text().count(guard), 1)
        script.write_text(script.read_text().replace(guard, "ARGV[1], ARGV[i]) >= 0"))
        self.stall(script)
        with self.assertRaisesRegex(AssertionError, "doubled"):
            self.assert_each_is_answered_once()

    def test_killed_server_loses_and_doubles_nothing(self):
        for name in "ab":
            self.server.consumer(name, "--claim", "0.5", "--batch", "32")
        for _ in range(5):
            self.send(800)
            time.sleep(0.3)
            self.server.kill()
            time.sleep(0.1)
            self.server.start()
        self.await_answers()
        self.assert_each_is_answered_once()
        self.assertIn("trying again", self.server.log())

    # What it refuses

    def test_tweet_that_ends_the_program_gets_an_error_and_holds_up_no_other(self):
        program = self.server.folder / "fragile"
        program.write_text(f'#!/bin/bash\nsed -u "/veneno/Q" | {PROGRAM} "$@"\n')
        program.chmod(0o755)
        self.send(30)
        poison = self.redis.xadd("tweets", {"tweet": '{"text":"veneno"}'})
        self.send(30)
        self.server.consumer("a", program=program)
        self.await_answers()
        answers = {fields[b"entry"]: fields[b"answer"] for _, fields in self.redis.xrange("answers")}
        self.assertEqual(json.loads(answers.pop(poison))["error"]["reason"], "program_failed")
        self.assertEqual(list(answers), self.entries)

    def test_program_that_does_not_work_answers_nothing(self):
        self.send(5)
        consumer = self.server.consumer("a", program="/bin/false")
        self.assertEqual(consumer.wait(timeout=60), 70)
        self.assertEqual((self.redis.xlen("answers"), self.pending("a")), (0, 5))

    def test_answers_that_cannot_be_written_are_not_acknowledged(self):
        self.redis.set("answers", "of another kind")
        self.send(5)
        consumer = self.server.consumer("a")
        self.assertEqual(consumer.wait(timeout=30), 74)
        self.assertIn("WRONGTYPE", self.server.log())
        self.assertNotIn("Traceback", self.server.log())
        self.assertEqual(self.pending("a"), 5)
        self.redis.delete("answers")
        self.server.consumer("a")
        self.await_answers()
        self.assert_each_is_answered_once()

    def test_server_without_memory_refuses_and_loses_nothing(self):
        self.send(20)
        self.redis.config_set("maxmemory", 1)
        consumer = self.server.consumer("a")
        self.assertEqual(consumer.wait(timeout=30), 74)
        self.redis.config_set("maxmemory", 0)
        self.server.consumer("a")
        self.await_answers()
        self.assert_each_is_answered_once()

    def test_answers_do_not_go_into_the_stream_of_the_tweets(self):
        words = [sys.executable, str(SCRIPT), "tweets", "tweets"]
        run = subprocess.run(words, stderr=subprocess.PIPE, timeout=30)
        self.assertEqual(run.returncode, 2)
        self.assertIn(b"a stream of their own", run.stderr)

    def test_group_that_disappears_is_not_created_anew(self):
        self.send(5)
        consumer = self.server.consumer("a")
        self.await_answers()
        self.redis.xgroup_destroy("tweets", "animo")
        self.assertEqual(consumer.wait(timeout=30), 69)
        self.assertEqual(self.redis.xlen("answers"), 5)


if __name__ == "__main__":
    unittest.main()
