#!/usr/bin/python3
"""Label tweets from a Redis stream: a member of a consumer group with one animo as its child.

Each entry of the stream has a field `tweet`, a JSON object such as {"id":1,"text":"…"}; its answer becomes an entry of
another stream, with the fields `entry` (the id of the first one) and `answer` (a line of animo classify). The answer is
written, and the entry acknowledged, by one script inside Redis, and only if the entry had not been acknowledged: on one
server each entry is answered exactly once, whatever dies and however often it is tried.
"""

import argparse
import contextlib
import os
import pathlib
import shlex
import signal
import socket
import sys
import time
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

import redis

with contextlib.suppress(IndexError):
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "python"))

import animo  # noqa: E402

EXAMPLES = """
examples:
  redis-cli XADD tweets '*' tweet '{"id":1,"text":"qué día tan horrible"}'
  animo_redis.py tweets answers
  redis-cli XRANGE answers - +
  animo_redis.py --url unix:///run/redis/redis.sock --consumer a --delete --limit 1000000 tweets answers

Start as many as there are processors, each with a --consumer name of its own that it keeps when it is started again.
SIGTERM ends it after the entries that it has begun. Exit status: 0 after a signal; 69 if the stream or its group has
disappeared or the server lost data; 70 if animo does not work; 74 if the server refuses a request, for want of memory
for example; see "Beyond one machine" in the manual.
"""

# KEYS: the stream, the stream of answers; ARGV: group, delete or keep, and in turn the id of an entry and its answer.
# A script that fails keeps what it had written by then, so that all that may fail comes before the first XACK. An entry
# that is acknowledged already was answered by another consumer, or by this one before its connection broke.
ANSWER = """
local kind = redis.call('TYPE', KEYS[2]).ok
if kind ~= 'stream' and kind ~= 'none' then return redis.error_reply('WRONGTYPE the answers go to a stream') end
local answered = 0
for i = 3, #ARGV, 2 do
  if redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) == 1 then
    redis.call('XADD', KEYS[2], '*', 'entry', ARGV[i], 'answer', ARGV[i + 1])
    if ARGV[2] == 'delete' then redis.call('XDEL', KEYS[1], ARGV[i]) end
    answered = answered + 1
  end
end
return answered
"""

# A script, as versions of redis-py differ in how much of this reply they pass on.
CLAIM = "return redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5])"

Entry = Tuple[bytes, Optional[Dict[bytes, bytes]]]

# Errors that pass once the server is there, and may be written to.
ABSENCE = (redis.ConnectionError, redis.TimeoutError, redis.exceptions.ReadOnlyError)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="animo_redis.py", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stream", help="stream of tweets")
    parser.add_argument("answers", help="stream of answers")
    parser.add_argument("--url", default="redis://127.0.0.1:6379", help="server (default: redis://127.0.0.1:6379)")
    parser.add_argument("--group", default="animo", help="consumer group, created if need be (default: animo)")
    name = f"{socket.gethostname()}-{os.getpid()}"
    parser.add_argument("--consumer", default=name, metavar="NAME", help="name in the group (default: host and process id)")
    parser.add_argument("--field", default="tweet", metavar="NAME", help="field with the JSON object (default: tweet)")
    parser.add_argument("--batch", type=int, default=256, metavar="N", help="most entries at a time (default: 256)")
    parser.add_argument("--claim", type=float, default=60, metavar="S", help="claim what others left for S seconds (default: 60)")
    parser.add_argument("--limit", type=int, metavar="N", help="pause while there are N answers (default: none)")
    parser.add_argument("--delete", action="store_true", help="delete entries that are answered; for a single group")
    parser.add_argument("--emit", choices=["merge", "label"], default="merge", help="as for animo classify")
    parser.add_argument("--options", default="", metavar="OPTIONS", help="further options of animo classify: '--labels 2'")
    parser.add_argument("--program", metavar="FILE", help="the program (default: animo in $PATH)")
    return parser


class GroupIsGone(Exception):
    """The stream or its group disappeared while entries were pending: to create it anew would answer them twice."""


class Consumer:
    """Reads entries, has them labelled, and writes the answers; one batch after the other."""

    # Longest wait for entries, and so for a signal, in milliseconds; and the pause while there are too many answers.
    WAIT = 500

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.must_stop = False
        # A stalled connection is broken off; what was sent over it may be sent again.
        self.redis = redis.Redis.from_url(options.url, socket_timeout=30, health_check_interval=15)
        self.answer, self.claim = self.redis.register_script(ANSWER), self.redis.register_script(CLAIM)
        command = ["--input", "jsonl", "--workers", "1", "--emit", options.emit, *shlex.split(options.options)]
        self.child = animo.Lockstep(command, program=options.program)
        self.cursor = "0-0"
        self.last_claim = 0.0
        self.answered = 0

    def run(self) -> None:
        """Answers entries until `must_stop`; one of ABSENCE where the server is not to be reached."""
        self._patiently(self._join)
        notify("READY=1")
        for entries in self._batches():
            if entries:
                self._settle(entries)
            if self.must_stop:
                return

    # Entries

    def _join(self) -> None:
        try:
            self.redis.xgroup_create(self.options.stream, self.options.group, id="0", mkstream=True)
        except redis.ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    def _batches(self) -> Iterator[List[Entry]]:
        """What this consumer had begun when it was last ended, then what others left, and new entries."""
        last = "0"
        while True:
            entries = self._patiently(lambda: self._read(last))
            if not entries:
                break
            yield entries
            last = entries[-1][0].decode()
        while True:
            if self._has_too_many_answers():
                time.sleep(self.WAIT / 1000)
                yield []
                continue
            entries = self._patiently(self._claim)
            yield entries or self._patiently(lambda: self._read(">"))

    def _read(self, after: str) -> List[Entry]:
        streams = {self.options.stream: after}
        replies = self.redis.xreadgroup(
            self.options.group, self.options.consumer, streams, count=self.options.batch, block=self.WAIT
        )
        return replies[0][1] if replies else []

    def _claim(self) -> List[Entry]:
        """Entries that another consumer, dead or stalled, has had for too long; looked for now and then."""
        pause = min(self.options.claim / 4, 5)
        if self.cursor == "0-0" and time.monotonic() < self.last_claim + pause:
            return []
        self.last_claim = time.monotonic()
        arguments = [self.options.group, self.options.consumer, int(1000 * self.options.claim), self.cursor]
        cursor, entries, *_ = self.claim([self.options.stream], [*arguments, self.options.batch])
        self.cursor = cursor.decode()
        if None in entries:  # Redis 6.2 does not name those that have been deleted; the list of this consumer does
            return self._read("0")
        return [(name, dict(zip(fields[::2], fields[1::2]))) for name, fields in entries]

    def _has_too_many_answers(self) -> bool:
        limit = self.options.limit
        return bool(limit) and self._patiently(lambda: self.redis.xlen(self.options.answers)) >= limit

    # Answers

    def _settle(self, entries: List[Entry]) -> None:
        """Answers a batch; if animo does not survive it, each of its entries alone."""
        lines = [self._line(entry) for entry in entries]
        try:
            answers = [animo.unnumbered(answer, line) for answer, line in zip(self.child.answers(lines), lines)]
        except animo.AnimoError as error:
            if len(entries) > 1:
                for entry in entries:
                    self._settle([entry])
                return
            complain(f"{entries[0][0].decode()}: {error}")
            list(self.child.answers([b'{"text":"hola"}']))  # else it is not the tweet's fault, and no answer
            answers = [b'{"error":{"reason":"program_failed","detail":"animo ended at this tweet"}}']
        self._write(entries, answers)

    def _line(self, entry: Entry) -> bytes:
        # Line feeds between the members of an object are white space; those inside of strings are escaped.
        return (entry[1] or {}).get(self.options.field.encode(), b"{}").replace(b"\n", b" ")

    def _write(self, entries: Sequence[Entry], answers: Sequence[bytes]) -> None:
        pairs = [value for (name, _), answer in zip(entries, answers) for value in (name, answer)]
        mode = "delete" if self.options.delete else "keep"
        keys = [self.options.stream, self.options.answers]
        # If the reply is lost, this is sent again: entries that are acknowledged by then are passed over.
        self.answered += self._patiently(lambda: self.answer(keys, [self.options.group, mode, *pairs]))

    # The server

    def _patiently(self, request: Any) -> Any:
        """The reply to a request that may be repeated, once the server is there to give it."""
        pause = 0.05
        while True:
            try:
                return request()
            except ABSENCE as error:
                if self.must_stop:
                    raise
                complain(f"{self.options.url}: {error}; trying again")
            except redis.ResponseError as error:
                if "NOGROUP" in str(error):  # at its beginning, except for an error in a script of Redis 6.2
                    raise GroupIsGone(str(error)) from error
                raise
            time.sleep(pause)
            pause = min(2 * pause, 2)


def complain(text: str) -> None:
    print(f"animo_redis: {text}", file=sys.stderr, flush=True)


def notify(state: str) -> None:
    """Tells systemd, if it is listening (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)


def main() -> int:
    parser = arguments()
    options = parser.parse_args()
    if options.stream == options.answers:
        parser.error("the answers need a stream of their own; in that of the tweets they would be answered too")
    consumer = Consumer(options)

    def stop(*_: object) -> None:
        consumer.must_stop = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    status = 0
    try:
        consumer.run()
    except ABSENCE as error:
        complain(f"{error}; what was not acknowledged stays pending")
    except GroupIsGone as error:
        complain(f"{error}; not created anew, as its entries would be answered again")
        status = 69
    except redis.RedisError as error:
        complain(f"{options.url}: {error}; what was not acknowledged stays pending")
        status = 74
    except animo.AnimoError as error:
        complain(str(error))
        status = 70
    notify("STOPPING=1")
    consumer.child.kill()
    complain(f"{consumer.answered} answers")
    return status


if __name__ == "__main__":
    sys.exit(main())
