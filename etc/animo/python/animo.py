"""Classify the sentiment of Spanish tweets, with the program animo as a child process.

    >>> import animo
    >>> for answer in animo.classify(["qué alegría verte, gracias por todo", "qué día tan horrible"]):
    ...     print(answer.label)
    positive
    negative

`classify` takes any iterable of texts and gives an iterator of as many answers, in the same order. It reads at most
`window` texts ahead of the answers, so that a source of any length needs little memory, and a slow consumer slows the
source down. For a live source, whose next text may be long in coming, pass `window=1`: each text is then answered
before the next one is read.

`Animo` keeps the child between calls:

    >>> with animo.Animo() as classifier:
    ...     classifier.one("no está nada mal").label
    'positive'

A text that cannot be labelled is an answer with `error`, not an exception: one bad text does not end a stream of
millions. Exceptions are for the child: `AnimoError` if it cannot be started or does not stay alive. A child that dies
or hangs is replaced, and the texts that it had not answered are sent again; none is lost and none is answered twice.

The program is found in $PATH as `animo`, unless $ANIMO_PROGRAM or the argument `program` names it. Needs Python 3.9 on
Linux and nothing else. Objects of this module are not to be shared between threads; each thread may have its own.
"""

import base64
import collections
import contextlib
import fcntl
import json
import os
import re
import select
import subprocess
import tempfile
import time
from typing import Any, Deque, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

__all__ = ["Animo", "AnimoError", "Answer", "Lockstep", "classify", "unnumbered"]


class AnimoError(Exception):
    """The program could not be started, does not stay alive, or broke its protocol.

    `status` is its exit status, negative for a signal; None if it was never started.
    """

    def __init__(self, message: str, status: Optional[int] = None) -> None:
        super().__init__(message)
        self.status = status


class Answer(NamedTuple):
    """What animo says about one text.

    `label` is None if there is no answer: the text could not be labelled (`error` is then the reason, `detail` an
    explanation), or there is nothing to judge and the model does not know neutral. `p` has the probability of each
    label, `flags` what was remarkable about the text. `why` has the words that decided and what each was worth, in log-odds,
    where `options` ask for them (`["--explain", "3"]`).

    >>> Answer("positive", 0.75, {"negative": 0.25, "positive": 0.75}).score
    0.75
    """

    label: Optional[str]
    score: Optional[float]
    p: Dict[str, float]
    flags: Tuple[str, ...] = ()
    error: Optional[str] = None
    detail: Optional[str] = None
    why: Tuple[Tuple[str, float], ...] = ()

    @classmethod
    def parse(cls, line: bytes) -> "Answer":
        """The answer in one line of `animo classify --lockstep --emit compact`."""
        members: Dict[str, Any] = json.loads(line)
        error = members.get("error") or {}
        label, score, p = members.get("label"), members.get("score"), members.get("p") or {}
        why = tuple((word["word"], word["worth"]) for word in members.get("why", ()))
        return cls(label, score, p, tuple(members.get("flags", ())), error.get("reason"), error.get("detail"), why)


class Lockstep:
    """A child that answers each line of bytes with one line of bytes: `animo classify --lockstep`.

    `options` are further options of `animo classify`. The child is started when the first line comes. If it dies, or
    answers nothing for `timeout` seconds, another one takes its place and gets the lines that were not answered;
    AnimoError follows if it dies more than `restarts` times in succession without having answered a line. With
    `restarts=0` the first death is an error. `restarted` counts the replacements.
    """

    # Statuses that another try would only repeat: wrong options, missing input, a model that cannot be read.
    _HOPELESS = (64, 66, 78)
    # Bytes that are read or written at a time, and the size that is asked for of the pipes.
    _PIECE = 1 << 16
    _PIPE = 1 << 20
    # Lines that are taken from the source before the child is looked at again.
    _TURN = 64
    # Bytes of lines that may be unanswered, however wide the window.
    _MOST_BYTES = 8 << 20

    def __init__(
        self, options: Sequence[str] = (), *, program: Optional[str] = None,
        window: int = 4096, restarts: int = 3, timeout: float = 60.0,
    ) -> None:
        if window < 1:
            raise ValueError("window must be at least 1")
        program = program or os.environ.get("ANIMO_PROGRAM") or "animo"
        self.command = [program, "classify", "--lockstep", "--quiet", *options]
        self.window, self.restarts, self.timeout = window, restarts, timeout
        self.restarted = 0
        # With compact output, answers carry their number, which is held against that of the line.
        self._is_numbered = _emit(options) == "compact"
        self._is_busy = False
        self._child: Optional["subprocess.Popen[bytes]"] = None
        self._complaints = b""
        self._forget()

    def __enter__(self) -> "Lockstep":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answers(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The answer to each line, without its line end; lines are given without theirs.

        If the iterator is left before its end, the child is ended, and the next call starts another one.
        """
        if self._is_busy:
            raise AnimoError("the previous answers have not been read to their end; use one Lockstep for each iterator")
        self._is_busy = True
        try:
            yield from self._converse(iter(lines))
        except AnimoError:
            self.kill()
            raise
        finally:
            self._is_busy = False
            if self._unanswered:
                self.kill()

    def close(self) -> int:
        """Lets the child end, and gives its exit status: 0 if it ended well, or if there was none.

        AnimoError if it answered more lines than it was sent: then the earlier answers cannot be trusted either.
        """
        status, said = self._end()
        if said:
            raise AnimoError("animo answered more lines than it was sent", status)
        return status

    def kill(self) -> None:
        """Ends the child at once; what it has not answered is forgotten."""
        if self._child is not None:
            self._child.kill()
        self._end()

    # The conversation

    def _forget(self) -> None:
        self._unanswered: Deque[bytes] = collections.deque()
        self._unanswered_bytes = 0
        self._unsent = bytearray()
        self._received = b""
        self._answered = 0

    def _converse(self, source: Iterator[bytes]) -> Iterator[bytes]:
        if self._child is not None and _can_be_read(self._child.stdout, 0):
            self.close()  # it has ended, or has written what nothing was asked for
        has_more, failures = True, 0
        while True:
            if has_more:
                has_more = self._take(source)
            if not self._unanswered and not has_more:
                return
            if self._child is None:
                self._start()
            answers, obstacle = self._exchange(waits=not (has_more and self._has_room()))
            if answers:
                failures = 0
            yield from answers
            if obstacle:
                failures += 1
                self._replace(obstacle, failures)

    def _has_room(self) -> bool:
        return len(self._unanswered) < self.window and self._unanswered_bytes < self._MOST_BYTES

    def _take(self, source: Iterator[bytes]) -> bool:
        """Takes some lines from the source if there is room for them; whether it may have more."""
        for _ in range(self._TURN):
            if not self._has_room():
                return True
            try:
                line = next(source)
            except StopIteration:
                return False
            if b"\n" in line:
                raise ValueError("a line must not contain a line feed")
            self._unanswered.append(line)
            self._unanswered_bytes += len(line)
            self._unsent += line
            self._unsent += b"\n"
        return True

    def _start(self) -> None:
        errors = tempfile.TemporaryFile()
        try:
            # In a session of its own it does not get the terminal's interrupt; it ends when its input does.
            pipe = subprocess.PIPE
            self._child = subprocess.Popen(
                self.command, stdin=pipe, stdout=pipe, stderr=errors, bufsize=0, start_new_session=True
            )
        except OSError as error:
            errors.close()
            raise AnimoError(f"cannot start {self.command[0]}: {error.strerror}") from error
        self._errors = errors
        assert self._child.stdin and self._child.stdout
        for file in (self._child.stdin, self._child.stdout):
            os.set_blocking(file.fileno(), False)
            with contextlib.suppress(OSError):
                fcntl.fcntl(file.fileno(), 1031, self._PIPE)  # F_SETPIPE_SZ, by name from Python 3.10 on

    def _exchange(self, waits: bool) -> Tuple[List[bytes], Optional[str]]:
        """Sends what the child takes and reads what it has written: whole answers, and why no more will come."""
        assert self._child and self._child.stdin and self._child.stdout
        ear, mouth = self._child.stdout.fileno(), self._child.stdin.fileno()
        poll = select.poll()
        poll.register(ear, select.POLLIN)
        if self._unsent:
            poll.register(mouth, select.POLLOUT)
        events = dict(poll.poll(1000 * self.timeout if waits else 0))
        if waits and not events:
            return [], f"answered nothing for {self.timeout:g} s"
        if events.get(mouth):
            self._send(mouth)
        if not events.get(ear):
            return [], None
        piece = os.read(ear, self._PIECE)
        if not piece:
            return [], "ended"
        *answers, self._received = (self._received + piece).split(b"\n")
        for answer in answers:
            self._check(answer)
        return answers, None

    def _send(self, mouth: int) -> None:
        try:
            sent = os.write(mouth, memoryview(self._unsent)[: self._PIECE])
        except BlockingIOError:
            sent = 0
        except BrokenPipeError:
            sent = len(self._unsent)  # it has ended: its output will say so
        del self._unsent[:sent]

    def _check(self, answer: bytes) -> None:
        """Takes note that the oldest line is answered."""
        if not self._unanswered:
            raise AnimoError("animo answered a line that was not sent")
        self._answered += 1
        if self._is_numbered and not answer.startswith(b'{"line":%d,' % self._answered):
            raise AnimoError(f"animo answered another line than number {self._answered}: {answer[:40]!r}")
        self._unanswered_bytes -= len(self._unanswered.popleft())

    def _end(self) -> Tuple[int, bytes]:
        """Closes the child's input and waits for its end: its status, and what it wrote that was not read."""
        child, self._child = self._child, None
        if child is None:
            self._forget()  # lines may have been taken that none was started for
            return 0, b""
        assert child.stdin and child.stdout
        with contextlib.suppress(OSError):
            child.stdin.close()
        said, deadline = self._received, time.monotonic() + self.timeout
        while _can_be_read(child.stdout, max(0, deadline - time.monotonic())):
            piece = os.read(child.stdout.fileno(), self._PIECE)
            if not piece:
                break
            said = piece
        else:
            child.kill()
        child.stdout.close()
        status = child.wait()
        with self._errors as errors:
            errors.seek(max(errors.seek(0, os.SEEK_END) - 1000, 0))
            self._complaints = errors.read()
        self._forget()
        return status, said

    def _replace(self, obstacle: str, failures: int) -> None:
        """Ends the child and has its unanswered lines sent to the next one."""
        assert self._child
        unanswered, size = self._unanswered, self._unanswered_bytes
        if obstacle != "ended":
            self._child.kill()
        status, _ = self._end()
        if failures > self.restarts or status in self._HOPELESS:
            raise AnimoError(self._complaint(obstacle, status, len(unanswered)), status)
        if failures > 1:
            time.sleep(min(0.1 * 2**failures, 5))
        self.restarted += 1
        self._unanswered, self._unanswered_bytes = unanswered, size
        for line in unanswered:
            self._unsent += line
            self._unsent += b"\n"

    def _complaint(self, obstacle: str, status: int, unanswered: int) -> str:
        said = self._complaints.decode(errors="replace").strip()
        how = obstacle if obstacle != "ended" else f"ended by signal {-status}" if status < 0 else f"ended with {status}"
        return f"{self.command[0]} {how}; lines not answered: {unanswered}" + (f"; it said: {said}" if said else "")


class Animo:
    """A classifier of texts: a context manager around one child, which is kept from call to call.

    - `program`: the program; by default $ANIMO_PROGRAM, or `animo` in $PATH.
    - `model`: a model folder; by default the built-in model.
    - `workers`: labelling threads; by default 2, as for `animo classify`.
    - `options`: further options of `animo classify`, such as `["--labels", "2"]`; not `--input` and `--emit`.
    - `window`: the number of texts that may be read ahead of the answers.
    - `restarts`, `timeout`: see `Lockstep`.
    """

    def __init__(
        self, *, program: Optional[str] = None, model: Optional[str] = None, workers: Optional[int] = None,
        options: Sequence[str] = (), window: int = 4096, restarts: int = 3, timeout: float = 60.0,
    ) -> None:
        arguments = [*options, "--input", "jsonl", "--emit", "compact"]  # of repeated options the last one counts
        if model is not None:
            arguments += ["--model", model]
        if workers is not None:
            arguments += ["--workers", str(workers)]
        self.lockstep = Lockstep(arguments, program=program, window=window, restarts=restarts, timeout=timeout)

    def __enter__(self) -> "Animo":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def classify(self, texts: Iterable[Optional[str]]) -> Iterator[Answer]:
        """An answer to each text, in order. None and NaN, the gaps of tables, are texts that cannot be labelled."""
        if isinstance(texts, (str, bytes)):
            raise TypeError("classify takes an iterable of texts; for a single text use one()")
        return map(Answer.parse, self.lockstep.answers(map(_line, texts)))

    def one(self, text: Optional[str]) -> Answer:
        """The answer to one text."""
        (answer,) = self.classify([text])
        return answer

    def close(self) -> None:
        """Ends the child; a further call would start another one."""
        self.lockstep.close()


def classify(texts: Iterable[Optional[str]], **arguments: Any) -> Iterator[Answer]:
    """An answer to each text, in order, from a child that lives as long as the iteration; arguments as for `Animo`."""
    with Animo(**arguments) as classifier:
        yield from classifier.classify(texts)


def _emit(options: Sequence[str]) -> Optional[str]:
    """The output that options of `animo classify` ask for; None for the default."""
    emit = None
    for option, following in zip(options, [*options[1:], None]):
        if option == "--emit":
            emit = following
        elif option.startswith("--emit="):
            emit = option[len("--emit="):]
    return emit


def _can_be_read(pipe: Any, seconds: float) -> bool:
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    return bool(poll.poll(1000 * seconds))


def _line(text: Optional[str]) -> bytes:
    if text is None or text != text:
        return b'{"text":null}'
    if not isinstance(text, str):
        raise TypeError(f"a text must be a string, not {type(text).__name__}")
    return b'{"text":%s}' % json.dumps(text).encode("ascii")


# What animo says of a line that it does not label. A labelled line goes on where this ends, whatever it begins with.
_UNLABELLED = re.compile(
    rb'\{"line":\d+,("error":\{"reason":"[^"]*","detail":"(?:[^"\\]|\\.)*"\}|"blank":true|"left_out":true)\}'
)


def unnumbered(answer: bytes, line: bytes) -> bytes:
    """The answer to a line without the number of that line, for readers who do not know what the child was sent.

    Only answers that are no label have one, with `--emit merge`; an error gets the line in its place.

    >>> unnumbered(b'{"line":7,"error":{"reason":"bad_json","detail":"byte 1"}}', b"{mal")
    b'{"error":{"reason":"bad_json","detail":"byte 1"},"raw":"{mal"}'
    """
    unlabelled = _UNLABELLED.fullmatch(answer)
    if unlabelled is None:
        return answer
    what = unlabelled[1]
    if not what.startswith(b'"error"'):
        return b"{%s}" % what
    try:
        raw = b'"raw":%s' % json.dumps(line.decode(), ensure_ascii=False).encode()
    except UnicodeDecodeError:
        raw = b'"raw_b64":"%s"' % base64.b64encode(line)
    return b"{%s,%s}" % (what, raw)
