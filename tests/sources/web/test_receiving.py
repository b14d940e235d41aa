"""Answers as they come in: whole at the same byte however they are cut, and stopped where they are too much."""

from __future__ import annotations

import time

import pytest

from muniment.errors import SourceError
from muniment.sources.web.receiving import Receiving

BODY = b"<p>The harbour closes."
WHOLE = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n" + BODY,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"A;x=y\r\n<p>The har\r\nc\r\nbour closes.\r\n0\r\n\r\n",
    "trailer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\n<\r\n0\r\nX: y\r\n\r\n",
    "none": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 22\r\n\r\n",
    "bare line feeds": b"HTTP/1.0 200\nContent-Length: 22\n\n" + BODY,
}
"""Answers that say where they end."""


@pytest.mark.parametrize("answer", WHOLE.values(), ids=WHOLE.keys())
def test_whole_at_the_last_byte(answer: bytes) -> None:
    """An answer is whole at its last byte and at none before it, and what follows is no part of it."""
    receiving = Receiving()
    for at in range(len(answer)):
        assert receiving.feed(answer[at : at + 1]) is (at == len(answer) - 1)
    assert receiving.finish() == answer
    at_once = Receiving()
    assert at_once.feed(answer + b"more")
    assert at_once.finish() == answer


@pytest.mark.parametrize("answer", WHOLE.values(), ids=WHOLE.keys())
def test_cut_off_anywhere(answer: bytes) -> None:
    """An answer that stops before its end, at any byte, is no answer."""
    for end in range(len(answer)):
        receiving = Receiving()
        receiving.feed(answer[:end])
        with pytest.raises(SourceError, match="stopped before the end of its answer"):
            receiving.finish()


def test_until_the_server_closes() -> None:
    """An answer that does not say how long it is ends where its server closes."""
    receiving = Receiving()
    assert not receiving.feed(b"HTTP/1.0 200 OK\r\n\r\n" + BODY)
    assert receiving.finish().endswith(BODY)


def test_what_is_announced() -> None:
    """Answers that only announce one are no part of it."""
    receiving = Receiving()
    announced = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    assert receiving.feed(announced * 2 + WHOLE["length"])
    assert receiving.finish() == WHOLE["length"]
    with pytest.raises(SourceError, match="announces an answer, and gives none"):
        Receiving().feed(announced * 9)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
HOSTILE = {
    "no answer": (b"SSH-2.0-OpenSSH_9.6\r\n", "no HTTP answer"),
    "HTTP/0.9": (b"<html>" + b"x" * 100, "no HTTP answer"),
    "an endless head": (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20000, "no HTTP answer"),
    "a head that cannot be read": (b"HTTP/1.1 200 OK\r\nno header\r\n\r\n", "cannot be read"),
    "a huge length": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "too large: expected at most 1000"),
    "two lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "does not say one length"),
    "a length that is none": (b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n", "does not say one length"),
    "an endless length": (
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        "does not say one length",
    ),
    "an endless body": (b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2000), "too large"),
    "a huge chunk": (CHUNKED + b"ffffffff\r\n", "too large"),
    "endless chunks": (CHUNKED + b"1\r\nx\r\n" * 4000, "too large"),
    "a broken chunk": (CHUNKED + b"3\r\nabcdef\r\n", "chunks of the answer are broken"),
    "no chunk": (CHUNKED + b"<html>\n", "chunks of the answer are broken"),
    "an endless line": (CHUNKED + b"1;" + b"x" * 3000, "chunks of the answer are broken"),
    "an endless word beside a chunk": (
        CHUNKED + b"1;" + b"x" * 1001 + b"\r\nx\r\n0\r\n\r\n",
        "chunks of the answer are broken",
    ),
    "endless blanks beside a chunk": (
        CHUNKED + b"1" + b" " * 1001 + b"\r\nx\r\n0\r\n\r\n",
        "chunks of the answer are broken",
    ),
    "an endless trailer": (CHUNKED + b"0\r\n" + b"X: y\r\n" * 4000, "too large"),
    "another coding": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "coding of the transfer is not read"),
}


@pytest.mark.parametrize(("answer", "what"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_answers(answer: bytes, what: str) -> None:
    """What is no answer, lies about its length or never ends is stopped, in whatever pieces it comes."""
    for size in (len(answer), 997):
        with pytest.raises(SourceError, match=what):
            _feed_all(Receiving(most=1000), answer, size)


def _feed_all(receiving: Receiving, answer: bytes, size: int) -> None:
    for at in range(0, len(answer), size):
        receiving.feed(answer[at : at + size])


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\r\n\n"])
def test_a_head_byte_by_byte(end: bytes) -> None:
    """A head that drips is looked at once, and ends wherever its end is cut."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + b"y" * 60000 + end
    receiving, started = Receiving(), time.process_time()
    whole = [receiving.feed(head[at : at + 1]) for at in range(len(head))]
    assert whole.index(True) == len(head) - 1
    assert time.process_time() - started < 5
