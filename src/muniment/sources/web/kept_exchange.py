"""What the archive keeps of an exchange beside the original: a WARC file (ISO 28500, version 1.1), not packed.

Of each request it has all bytes.  Of each answer it has the status line and the headers of a list, each line as it
came; the others may be meant for one reader, as a cookie is.  It has no body: that of the last answer is the original,
which lies beside it, and those of the answers before it led on and are not kept.  So each answer is a ``response``
that says ``WARC-Truncated``, and a ``metadata`` record says what was left out, and gives the digest of all that came.

The file has one form, and is a pure function of what it says (``docs/capture.md``, *The exchange that is kept*).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, SourceError
from muniment.record import Original
from muniment.record.capture import KEPT_HEADERS, Capture, Hop, keep_headers
from muniment.sources.warc.http_response import split_response
from muniment.sources.warc.records import read_records
from muniment.sources.warc.writing import FIELDS, HTTP, record_id, warc_fields, warc_record
from muniment.sources.web.visit import Exchange, Visit

MAX_EXCHANGE: Final = 1 << 20
"""Bytes of a file."""
_FORMAT: Final = "muniment-exchange/1"
_KEPT: Final = KEPT_HEADERS | {"location"}
_LINE: Final = re.compile(rb"(?<![^\r\n:])([^\r\n:]++):[^\n]*\n(?:[ \t][^\n]*\n)*")
_LEFT_OUT: Final = "headers that are not of the list, and the body"


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A request, and what is kept of the answer to it.

    Attributes:
        url: Of what was asked.
        time: When, RFC 3339 in UTC.
        ip_address: Of the server.
        certificate: ``sha256:…`` of the certificate that it showed, in DER; None without TLS.
        request: The request, whole.
        head: Status line and kept headers of the answer, each line as it came, with the empty line.
        left_out: How many headers were left out.
        size: Bytes of the answer as it came, head and body.
        digest: ``sha256:…`` of these.
    """

    url: str
    time: str
    ip_address: str
    certificate: str | None
    request: bytes
    head: bytes
    left_out: int
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class KeptVisit:
    """A visit as it is kept.

    Attributes:
        software: What asked.
        robots: As ``Visit`` has it.
        answers: In order; the last one has the original.
        codings: What was undone of its body, in the order of undoing.
        original: ``sha256:…`` of what came out.
        original_size: Bytes of that.
    """

    software: str
    robots: str
    answers: tuple[KeptAnswer, ...]
    codings: tuple[str, ...]
    original: str
    original_size: int


def keep_exchange(visit: Visit, software: str) -> bytes:
    """Give what the archive keeps of a visit that brought a page.

    Args:
        visit: What was asked and answered.
        software: What asked.
    """
    body = visit.body
    assert body is not None  # noqa: S101 - what did not change is there already
    answers = tuple(_kept(exchange) for exchange in visit.exchanges)
    digest, size = format_digest(sha256_hex(body.payload)), len(body.payload)
    return format_exchange(KeptVisit(software, visit.robots, answers, body.codings, digest, size))


def check_exchange(data: bytes, original: Original, *, where: str = "") -> None:
    """Check 6 on the exchange: it has its one form, and says what the record says of the capture.

    Args:
        data: The file, whose digest the record names.
        original: The original that it lies beside, as the record has it.
        where: What errors name.

    Raises:
        FormatError: It has another form, or says something else.
    """
    capture = original.capture
    assert capture is not None  # noqa: S101 - it names the file
    for name, said, recorded in _facts(parse_exchange(data, where=where), original, capture):
        if said != recorded:
            raise FormatError(
                f"it gives another {name} than the record", where=where, expected=str(recorded), found=str(said)
            )


def parse_exchange(data: bytes, *, where: str = "") -> KeptVisit:
    """Read a file that ``format_exchange`` wrote.

    Raises:
        FormatError: It has another form.
    """
    try:
        kept = _parse(data)
        written = format_exchange(kept)
    except (SourceError, ValueError, KeyError, IndexError) as error:
        raise FormatError("not an exchange in its one form", where=where) from error
    if written != data:
        raise FormatError("not an exchange in its one form", where=where)
    return kept


def _facts(kept: KeptVisit, original: Original, capture: Capture) -> Sequence[tuple[str, object, object]]:
    last = kept.answers[-1]
    head, _ = split_response(last.head)
    hops = tuple(
        Hop(one.url, split_response(one.head)[0].status, one.ip_address, one.certificate) for one in kept.answers[:-1]
    )
    # A browser's document is no answer: what was answered stands beside it.
    answered = original if capture.rendered is None else capture.rendered.plain
    return (
        ("address", last.url, capture.address),
        ("time", last.time, capture.time),
        ("status", head.status, capture.status),
        ("list of headers", keep_headers(head.headers), capture.headers),
        ("list of codings", kept.codings, capture.codings),
        ("list of redirects", hops, capture.redirects),
        ("server", last.ip_address, capture.ip_address),
        ("certificate", last.certificate, capture.certificate),
        ("word on robots.txt", kept.robots, capture.robots),
        ("software", kept.software, capture.software),
        ("original", (kept.original, kept.original_size), (format_digest(answered.sha256), answered.size)),
    )


def _kept(exchange: Exchange) -> KeptAnswer:
    head, left_out = _kept_head(exchange.response)
    return KeptAnswer(
        url=exchange.request.target.url,
        time=exchange.time,
        ip_address=exchange.ip_address,
        certificate=exchange.certificate,
        request=exchange.request.data,
        head=head,
        left_out=left_out,
        size=len(exchange.response),
        digest=format_digest(sha256_hex(exchange.response)),
    )


def _kept_head(response: bytes) -> tuple[bytes, int]:
    """Take the lines out of a head that are kept, each with its continuations; and count the others."""
    _, body = split_response(response)
    status, _, rest = response[: len(response) - len(body)].partition(b"\n")
    lines = list(_LINE.finditer(rest.replace(b"\r\n", b"\n")))
    kept = [line[0] for line in lines if line[1].decode("latin-1").strip().lower() in _KEPT]
    head = b"\n".join((status.rstrip(b"\r"), b"".join(kept), b""))
    return head.replace(b"\n", b"\r\n"), len(lines) - len(kept)


def format_exchange(kept: KeptVisit) -> bytes:
    """Write the file in its one form."""
    last = kept.answers[-1]
    info = warc_fields(
        ("software", kept.software),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("description", _FORMAT),
        ("robots", kept.robots),
    )
    records = [warc_record("warcinfo", last.time, info, ("Content-Type", FIELDS))]
    for answer in kept.answers:
        records += _records(answer, _about_original(kept) if answer is last else ())
    return b"".join(records)


def _about_original(kept: KeptVisit) -> tuple[tuple[str, str], ...]:
    return (
        ("codings-undone", ", ".join(kept.codings) or "none"),
        ("original-digest", kept.original),
        ("original-size", str(kept.original_size)),
    )


def _records(answer: KeptAnswer, original: tuple[tuple[str, str], ...]) -> list[bytes]:
    # Two steps may have one head: what was asked, and the whole answer, tell them apart.
    of, time = f"{answer.url} {answer.digest}", answer.time
    target = ("WARC-Target-URI", answer.url)
    concurrent = ("WARC-Concurrent-To", f"<{record_id('response', time, answer.head, of)}>")
    kept = (
        ("WARC-IP-Address", answer.ip_address),
        ("WARC-Truncated", "unspecified"),
        ("Content-Type", f"{HTTP}response"),
    )
    known = warc_fields(
        ("left-out", _LEFT_OUT),
        ("left-out-headers", str(answer.left_out)),
        ("answer-digest", answer.digest),
        ("answer-size", str(answer.size)),
        ("tls-certificate", answer.certificate or "none"),
        *original,
    )
    request = ("Content-Type", f"{HTTP}request")
    return [
        warc_record("response", time, answer.head, target, *kept, of=of),
        warc_record("request", time, answer.request, target, concurrent, request, of=of),
        warc_record("metadata", time, known, target, concurrent, ("Content-Type", FIELDS), of=of),
    ]


def _parse(data: bytes) -> KeptVisit:
    """Read a file; that it has its one form is seen when it is written again."""
    if not data.startswith(b"WARC/1.1\r\n"):
        raise ValueError("packed, or no WARC file")
    records = [(record.head, record.block(MAX_EXCHANGE)) for record in read_records(data)]
    info, about = _read_fields(records[0][1]), _read_fields(records[-1][1])
    answers = []
    for (response, head), (_, request), (_, known) in zip(records[1::3], records[2::3], records[3::3], strict=True):
        split_response(head)
        fields = _read_fields(known)
        certificate = fields["tls-certificate"]
        answers.append(
            KeptAnswer(
                url=response.fields["warc-target-uri"],
                time=response.fields["warc-date"],
                ip_address=response.fields["warc-ip-address"],
                certificate=None if certificate == "none" else certificate,
                request=request,
                head=head,
                left_out=int(fields["left-out-headers"]),
                size=int(fields["answer-size"]),
                digest=fields["answer-digest"],
            )
        )
    codings = about["codings-undone"]
    return KeptVisit(
        software=info["software"],
        robots=info["robots"],
        answers=tuple(answers),
        codings=() if codings == "none" else tuple(codings.split(", ")),
        original=about["original-digest"],
        original_size=int(about["original-size"]),
    )


def _read_fields(block: bytes) -> dict[str, str]:
    lines = block.decode("utf-8").removesuffix("\r\n").split("\r\n")
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}
