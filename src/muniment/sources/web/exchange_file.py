"""What is kept of a visit: the body of its answer, what is known of it, and a WARC file with all that was said.

The file (ISO 28500, version 1.1) has each request and each answer as it went over the wire, to the byte.  It is written
by hand, since libraries for that parse heads and write them anew, and is a pure function of the visit.
"""

from __future__ import annotations

import gzip
import hashlib
from base64 import b32encode
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from muniment.digest import sha256_hex
from muniment.record.capture import Capture, WarcFile, keep_headers
from muniment.sources.warc import Unpacked
from muniment.sources.warc.answer import read_content_type
from muniment.sources.warc.http_response import split_response
from muniment.sources.web.visit import Exchange, Visit

_HTTP: Final = "application/http;msgtype="
_FIELDS: Final = "application/warc-fields"


def keep_visit(visit: Visit, software: str, *, named: bool) -> tuple[Unpacked, bytes]:
    """Give the original that a visit brought, with what is known of it, and the WARC file of the visit.

    Args:
        visit: What was asked and answered.
        software: What asked.
        named: Whether what is known names the file: where somebody keeps it.  Else it is empty.
    """
    assert visit.body is not None  # noqa: S101 - what did not change is there already
    # What led to the page may be ten times as large, and is packed slowly: not where nobody keeps it.
    last, file = visit.exchanges[-1], format_exchanges(visit, software) if named else b""
    media_type, charset = read_content_type(last.head.get("content-type"))
    warc = WarcFile(sha256_hex(file), len(file), response_id(last), tuple(_digests(last)))
    capture = Capture(
        address=last.request.target.url,
        time=last.time,
        warc=warc if named else None,
        status=last.head.status,
        headers=keep_headers(last.head.headers),
        codings=visit.body.codings,
        redirects=tuple(exchange.as_hop() for exchange in visit.exchanges[:-1]),
        ip_address=last.ip_address,
        certificate=last.certificate,
        robots=visit.robots,
        software=software,
    )
    return Unpacked(visit.body.payload, media_type, charset, capture), file


def format_exchanges(visit: Visit, software: str) -> bytes:
    """Write a visit: what made the file, then each exchange with what is known of its connection.

    Args:
        visit: What was asked and answered.
        software: What asked.

    Returns:
        The file, one member of gzip for each record.
    """
    last = visit.exchanges[-1]
    info = f"software: {software}\r\nformat: WARC File Format 1.1\r\nrobots: {visit.robots}\r\n".encode()
    records = [_record("warcinfo", last.time, info, ("Content-Type", _FIELDS))]
    for exchange in visit.exchanges:
        records += _exchange_records(exchange)
    return b"".join(gzip.compress(each, 9, mtime=0) for each in records)


def response_id(exchange: Exchange) -> str:
    """The WARC-Record-ID of an answer, without brackets."""
    return _id("response", exchange.time, exchange.response)


def _exchange_records(exchange: Exchange) -> list[bytes]:
    target = ("WARC-Target-URI", exchange.request.target.url)
    answer = response_id(exchange)
    concurrent = ("WARC-Concurrent-To", f"<{answer}>")
    address = ("WARC-IP-Address", exchange.ip_address)
    payload = [("WARC-Payload-Digest", digest) for digest in _digests(exchange)[1:]]
    response, request = ("Content-Type", f"{_HTTP}response"), ("Content-Type", f"{_HTTP}request")
    records = [
        _record("response", exchange.time, exchange.response, target, address, response, *payload),
        _record("request", exchange.time, exchange.request.data, target, concurrent, request),
    ]
    if exchange.certificate is not None:
        fields = f"tls-certificate: {exchange.certificate}\r\n".encode()
        records.append(_record("metadata", exchange.time, fields, target, concurrent, ("Content-Type", _FIELDS)))
    return records


def _digests(exchange: Exchange) -> list[str]:
    """Of the block; and of the body, but for one in chunks: of what that is, readers have several opinions."""
    digests = [_digest(exchange.response)]
    if not exchange.head.get("transfer-encoding"):
        digests.append(_digest(split_response(exchange.response)[1]))
    return digests


def _record(kind: str, time: str, block: bytes, *fields: tuple[str, str]) -> bytes:
    head = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{_id(kind, time, block)}>"),
        ("WARC-Date", time),
        *fields,
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Length", str(len(block))),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def _digest(data: bytes) -> str:
    return f"sha256:{b32encode(hashlib.sha256(data).digest()).decode()}"


def _id(kind: str, time: str, block: bytes) -> str:
    """A name made of what it names: the same visit gives the same file."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{kind} {time} {hashlib.sha256(block).hexdigest()}')}"
