"""Rows: WARC and WACZ files, and the answers in them."""

from __future__ import annotations

import gzip

from tests.fuzz.target import Target, hold
from tests.sources.warc.making import PAGE, chunked, digest, packed, record, response, wacz

from muniment.record.capture import read_capture
from muniment.sources.warc.answer import MAX_PAYLOAD, unpack_answer
from muniment.sources.warc.http_response import Body, decode_body, split_response

_WORDS = (
    b"WARC/1.1\r\n", b"\r\n\r\n", b"Content-Length: 7\r\n", b"WARC-Type: revisit\r\n", b"WARC-Type: resource\r\n",
    b"WARC-Block-Digest: sha1:AAAA\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n",
    b"WARC-Truncated: time\r\n", b"HTTP/1.1 200 OK\r\n", b"0\r\n\r\n", b"ffffffff\r\n", b"\x1f\x8b", b"PK\x03\x04",
    b"Content-Encoding: br\r\n", b"Content-Encoding: zstd\r\n", b"\x28\xb5\x2f\xfd",
)  # fmt: skip


def _seeds() -> list[bytes]:
    block = response(chunked(gzip.compress(PAGE, mtime=0)), "Transfer-Encoding: chunked", "Content-Encoding: gzip")
    one = record(block, WARC_Block_Digest=digest(block))
    return [one, packed(one), record(PAGE, "resource"), wacz({"archive/a.warc.gz": packed(one)})]


def _answer(data: bytes) -> dict[str, object]:
    return unpack_answer(data, None)


def _check_answer(_data: bytes, value: dict[str, object]) -> None:
    capture = value["capture"]
    hold(isinstance(capture, dict) and read_capture(capture).as_json() == capture, "a capture that reads otherwise")
    hold(bool(value["payload"]), "an original without a byte")


def _response(data: bytes) -> Body:
    head, wire = split_response(data)
    return decode_body(head, wire, most=MAX_PAYLOAD)


def _check_response(_data: bytes, value: Body) -> None:
    hold(len(value.payload) <= MAX_PAYLOAD, "a body beyond its bound")
    hold(bool(value.codings) or value.payload == value.wire, "a body that changed, and nothing was undone")


ROWS = (
    Target(
        "warc",
        (
            "record.capture.read_capture",
            "sources.warc.answer.read_content_type",
            "sources.warc.answer.unpack_answer",
            "sources.warc.records.read_records",
            "sources.warc.wacz.read_wacz",
        ),
        _answer,
        _seeds,
        why="a WARC file is read, and what is in it is taken as it is",
        check=_check_answer,
        words=_WORDS,
        cap=20_000,
    ),
    Target(
        "response",
        ("sources.warc.http_response.split_response", "sources.warc.http_response.decode_body"),
        _response,
        lambda: [response(), response(chunked(PAGE), "Transfer-Encoding: chunked")],
        why="a response is kept as it went over the wire",
        check=_check_response,
        words=_WORDS,
        cap=20_000,
    ),
)
