"""What is kept of a visit: the body of its answer, what is known of it, and the WARC files about it.

``kept_exchange`` makes the one that the archive keeps.  The one that is made here is for a keeper who wants all of it:
it has each request and each answer as it went over the wire, to the byte, and is a pure function of the visit.
"""

from __future__ import annotations

import gzip

from muniment.digest import sha256_hex
from muniment.record.capture import Capture, KeptExchange, WarcFile, keep_headers
from muniment.sources.warc import Unpacked
from muniment.sources.warc.answer import read_content_type
from muniment.sources.warc.http_response import split_response
from muniment.sources.warc.writing import FIELDS, HTTP, block_digest, record_id, warc_record
from muniment.sources.web.kept_exchange import keep_exchange
from muniment.sources.web.visit import Exchange, Visit


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
    exchange = keep_exchange(visit, software)
    media_type, charset = read_content_type(last.head.get("content-type"))
    warc = WarcFile(sha256_hex(file), len(file), record_id("response", last.time, last.response), tuple(_digests(last)))
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
        exchange=KeptExchange(sha256_hex(exchange), len(exchange)),
    )
    return Unpacked(visit.body.payload, media_type, charset, capture, exchange), file


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
    records = [warc_record("warcinfo", last.time, info, ("Content-Type", FIELDS))]
    for exchange in visit.exchanges:
        records += _exchange_records(exchange)
    return b"".join(gzip.compress(each, 9, mtime=0) for each in records)


def _exchange_records(exchange: Exchange) -> list[bytes]:
    target = ("WARC-Target-URI", exchange.request.target.url)
    answer = record_id("response", exchange.time, exchange.response)
    concurrent = ("WARC-Concurrent-To", f"<{answer}>")
    address = ("WARC-IP-Address", exchange.ip_address)
    payload = [("WARC-Payload-Digest", digest) for digest in _digests(exchange)[1:]]
    response, request = ("Content-Type", f"{HTTP}response"), ("Content-Type", f"{HTTP}request")
    records = [
        warc_record("response", exchange.time, exchange.response, target, address, response, *payload),
        warc_record("request", exchange.time, exchange.request.data, target, concurrent, request),
    ]
    if exchange.certificate is not None:
        fields = f"tls-certificate: {exchange.certificate}\r\n".encode()
        records.append(warc_record("metadata", exchange.time, fields, target, concurrent, ("Content-Type", FIELDS)))
    return records


def _digests(exchange: Exchange) -> list[str]:
    """Of the block; and of the body, but for one in chunks: of what that is, readers have several opinions."""
    digests = [block_digest(exchange.response)]
    if not exchange.head.get("transfer-encoding"):
        digests.append(block_digest(split_response(exchange.response)[1]))
    return digests
