"""Which record of WARC files is taken, and what is known of it: one answer of a server, or one page kept without it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from muniment.digest import sha256_hex
from muniment.errors import SourceError
from muniment.record.capture import Capture, WarcFile, keep_headers, one_line, without_credentials
from muniment.sources.kinds import WACZ, recognise
from muniment.sources.warc import Unpacked
from muniment.sources.warc.http_response import MAX_HEAD, ResponseHead, decode_body, split_response
from muniment.sources.warc.records import WarcHead, WarcRecord, check_digest, read_records
from muniment.sources.warc.wacz import read_wacz

MAX_PAYLOAD: Final = 16 * 1024 * 1024
"""Bytes of an original, with all codings undone; and of a body on the wire."""
MAX_BLOCK: Final = MAX_PAYLOAD + MAX_HEAD
"""Bytes of a record that is read."""
_TIME: Final = re.compile(
    r"([0-9]{4}(?:-[0-9]{2}){0,2})(?:(T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?Z|T[0-9:]{5}Z)?"
)
_PAGE_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)
_SHOWN: Final = 5
"""Addresses or times that an error names, at most."""
_MAX_SOFTWARE: Final = 300


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """A record that holds an answer, and what made its file, as that says of itself."""

    head: WarcHead
    block: bytes
    software: str | None


@dataclass(frozen=True, slots=True)
class WholeFile:
    """The file that was handed in: SHA-256 in hexadecimal digits, and size in bytes."""

    sha256: str
    size: int


@dataclass(slots=True)
class _Choice:
    """What the records offer; of many only the first is kept.

    Attributes:
        address: What is asked for; None for the only page.
        found: The first record that fits.
        fitting: What tells those that fit apart.
        unfit: What was there in their place.
        held: Some of what is there.
        software: What made the file, as it says of itself.
    """

    address: str | None
    found: AnswerRecord | None = None
    fitting: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    software: str | None = None

    def look(self, record: WarcRecord) -> None:
        """Look at a record; the blocks of those that cannot be the one are not read."""
        head = record.head
        asked = self.address is not None and same_address(head.target, self.address)
        if head.kind == "warcinfo" and record.size <= MAX_HEAD:
            self.software = software_of(record.block(MAX_HEAD)) or self.software
        elif head.kind == "revisit" and asked:
            self.unfit.append(f"a revisit of {head.get('warc-refers-to')[:80]}, which holds no body")
        elif head.kind == "resource" or (
            head.kind == "response" and _media_type(head.get("content-type")) == "application/http"
        ):
            if len(self.held) < _SHOWN:
                self.held.append(head.target[:200])
            if asked:
                self._offer(AnswerRecord(head, record.block(MAX_BLOCK), self.software))
            elif self.address is None and record.size <= MAX_BLOCK:
                self._offer_page(AnswerRecord(head, record.block(MAX_BLOCK), self.software))

    def _offer_page(self, candidate: AnswerRecord) -> None:
        try:
            if _media_type(_content_type(candidate)) in _PAGE_TYPES:
                self._offer(candidate)
        except SourceError:
            return  # no answer of a server that could be a page: of a crawl there are some

    def _offer(self, candidate: AnswerRecord) -> None:
        head = candidate.head
        status = 200 if head.kind == "resource" else split_response(candidate.block)[0].status
        if status != 200:
            self.unfit.append(f"{head.target[:200]} answers {status}")
            return
        self.fitting.append(head.target[:200] if self.address is None else head.get("warc-date"))
        self.found = self.found or candidate

    def chosen(self) -> AnswerRecord:
        """Give the one that is left.

        Raises:
            SourceError: There is none, or more than one.
        """
        what = "page" if self.address is None else f"answer of {without_credentials(self.address)[:200]}"
        if self.found is None:
            held = (self.unfit or self.held)[:_SHOWN]
            raise SourceError(f"there is no {what} in it", found=", ".join(held) or "nothing that was captured")
        if len(self.fitting) > 1:
            more = f" and {len(self.fitting) - _SHOWN} more" if len(self.fitting) > _SHOWN else ""
            raise SourceError(
                f"it holds more than one {what}",
                found=", ".join(self.fitting[:_SHOWN]) + more,
                hint="name its address, as FILE#ADDRESS" if self.address is None else "take a file with one of them",
            )
        return self.found


def unpack_answer(data: bytes, address: str | None) -> dict[str, Any]:
    """Take one answer out of a WARC or WACZ file, as JSON: what the process does that reads it.

    Raises:
        SourceError: As ``choose_answer`` and ``wacz.read_wacz``.
    """
    files = read_wacz(data) if recognise(data) == WACZ else [("", data)]
    return choose_answer(files, address, whole=data).as_json()


def choose_answer(files: Iterable[tuple[str, bytes]], address: str | None, *, whole: bytes) -> Unpacked:
    """Take one answer out of WARC files.

    Args:
        files: Their names, and their bytes.
        address: Of the answer; None for the only page.
        whole: The file that was handed in, which the record names by its hash.

    Raises:
        SourceError: A file is broken, the answer is not there or there twice, or it cannot be read.
    """
    choice = _Choice(address)
    for name, data in files:
        choice.software = None
        try:
            for record in read_records(data):
                choice.look(record)
        except SourceError as error:
            raise placed(error, name) from error
    chosen = choice.chosen()
    try:
        return unpack(chosen, WholeFile(sha256_hex(whole), len(whole)))
    except SourceError as error:
        raise placed(error, f"record {chosen.head.number}") from error


def read_content_type(value: str) -> tuple[str, str]:
    """Give the media type and the charset that a header ``Content-Type`` names, each empty where it names none."""
    named = _CHARSET.search(value)
    return _media_type(value), (named[1] or named[2] or "") if named else ""


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one (RFC 3986 section 6.2.2 and 6.2.3), but for escapes and a fragment."""
    return one == other or normal_address(one) == normal_address(other)


def normal_address(address: str) -> str:
    """Write an address as others of the same thing are written, without a fragment; what is none stays as it is."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    scheme = parts.scheme.lower()
    host = (parts.hostname or "") + (f":{port}" if port not in {None, {"http": 80, "https": 443}.get(scheme)} else "")
    return urlunsplit((scheme, host, parts.path or "/", parts.query, ""))


def placed(error: SourceError, place: str) -> SourceError:
    """Say before where an error is, in which file or record."""
    where = ", ".join(dict.fromkeys(part for part in (place, error.where) if part))
    return error.as_(SourceError, where=where, hint=error.hint)


def _content_type(candidate: AnswerRecord) -> str:
    if candidate.head.kind == "resource":
        return candidate.head.get("content-type")
    return split_response(candidate.block)[0].get("content-type")


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].partition(",")[0].strip().lower()


def software_of(fields: bytes) -> str | None:
    """Give what made a file, as a record ``warcinfo`` says."""
    found = re.search(rb"^software:[ \t]*([^\r\n]+)", fields, re.IGNORECASE | re.MULTILINE)
    return one_line(found[1].decode("utf-8", errors="replace"))[:_MAX_SOFTWARE] or None if found else None


def unpack(chosen: AnswerRecord, whole: WholeFile) -> Unpacked:
    """Take an answer out of its record, and hold it to the digests there.

    Args:
        chosen: The record.
        whole: The file that it is in.

    Raises:
        SourceError: It is cut off, empty, broken, coded as is not read here, or not what its digests say.
    """
    head, block = chosen.head, chosen.block
    if head.get("warc-truncated") or head.get("warc-segment-number"):
        raise SourceError(
            "the record holds a part of the answer only", found=head.get("warc-truncated")[:80] or "a segment"
        )
    digests = [check_digest(head.get("warc-block-digest"), block)]
    if head.kind == "resource":
        digests.append(check_digest(head.get("warc-payload-digest"), block))
        return _found(chosen, None, block, (), digests, whole)
    response, wire = split_response(block)
    body = decode_body(response, wire, most=MAX_PAYLOAD)
    # The standard means the body without the coding of the transfer; writers take it of the others too.
    digests.append(check_digest(head.get("warc-payload-digest"), body.entity, body.wire, body.payload))
    return _found(chosen, response, body.payload, body.codings, digests, whole)


def _found(
    chosen: AnswerRecord,
    response: ResponseHead | None,
    payload: bytes,
    codings: tuple[str, ...],
    digests: list[str],
    whole: WholeFile,
) -> Unpacked:
    head, content_type = chosen.head, _content_type(chosen)
    if not payload:
        raise SourceError("the body is empty")
    media_type, charset = read_content_type(content_type)
    capture = Capture(
        address=_line(head.target, "WARC-Target-URI"),
        time=capture_time(head.get("warc-date")),
        warc=WarcFile(
            whole.sha256, whole.size, _line(head.id, "WARC-Record-ID"), tuple(each for each in digests if each)
        ),
        status=None if response is None else response.status,
        headers=keep_headers(response.headers if response else [("content-type", content_type)]),
        codings=codings,
        ip_address=_ip_address(head.get("warc-ip-address")),
        software=chosen.software,
    )
    return Unpacked(payload, media_type, charset, capture)


def _line(value: str, name: str) -> str:
    if not value or one_line(value) != value or len(value) > 1000:
        raise SourceError(f"the record has no usable {name}", found=repr(value[:80]))
    return value


def _ip_address(value: str) -> str | None:
    """The address of the server; None where what stands there is none, since it is shown as one."""
    address = value.partition("%")[0]
    try:
        ip_address(address)
    except ValueError:
        return None
    return address


def capture_time(value: str) -> str:
    """Give the time of a capture, without parts of a second; to the day where it is not to the second.

    Raises:
        SourceError: It is none that the standard has.
    """
    time = _TIME.fullmatch(value)
    if time is None:
        raise SourceError("the record has no usable WARC-Date", found=repr(value[:80]))
    return f"{time[1]}{time[2]}Z" if time[2] else time[1]
