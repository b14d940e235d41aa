"""The parts of an e-mail, and what encodes them (RFC 2045 and 2046): one pass over the bytes, within limits.

Parts are numbered as mail servers number them (RFC 3501, section 6.4.5): ``1`` and ``2`` in a letter of two parts,
``1.1`` for the first in the first; a letter that is no ``multipart`` is its part ``1``.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, NamedTuple

from muniment.errors import SourceError
from muniment.sources.mail.header_fields import ContentType, HeaderFields

MAX_HEADERS: Final = 64 * 1024
"""Bytes of the headers of an e-mail, or of a part of it."""
MAX_PARTS: Final = 100
MAX_LEVELS: Final = 10
"""Parts inside of each other."""

_END_OF_HEAD: Final = re.compile(rb"\r?\n(?=\r?\n)|\A(?=\r?\n)")
_BLANK: Final = re.compile(rb"[\t\n\r ]+")


class MailPart(NamedTuple):
    """One part that has no parts.

    Attributes:
        number: Such as ``1.2``.
        fields: Its headers.
        kind: What it says it is.
        body: Its bytes as they stand in the e-mail.
        beside: Whether it only serves another part, as an image in a page does (RFC 2387).
    """

    number: str
    fields: HeaderFields
    kind: ContentType
    body: bytes
    beside: bool


def split_mail(data: bytes, *, where: str = "") -> tuple[HeaderFields, list[MailPart]]:
    """Give the headers of an e-mail and its parts, in their order.

    Raises:
        SourceError: It is cut short, or beyond the limits.
    """
    if data.startswith(b"From ") and b"\n" in data:
        data = data[data.index(b"\n") + 1 :]  # the line with which a mailbox begins an e-mail
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    head, body = _split_head(data, where)
    fields = HeaderFields(head)
    found: list[MailPart] = []
    pending = [("", fields, body, "text/plain", False)]
    while pending:
        number, own, content, default, beside = pending.pop()
        kind = own.content_type(default)
        if not kind.media_type.startswith("multipart/"):
            found.append(MailPart(number or "1", own, kind, content, beside))
            continue
        if number.count(".") + 1 >= MAX_LEVELS:
            raise SourceError("the e-mail is nested too deeply", where=where, expected=f"at most {MAX_LEVELS} levels")
        inner = _split_body(content, kind, where)
        if len(found) + len(pending) + len(inner) > MAX_PARTS:
            raise SourceError("the e-mail has too many parts", where=where, expected=f"at most {MAX_PARTS}")
        pending.extend(reversed(_numbered(number, kind, inner, where, beside=beside)))
    return fields, found


def _numbered(
    number: str, kind: ContentType, inner: list[bytes], where: str, *, beside: bool
) -> list[tuple[str, HeaderFields, bytes, str, bool]]:
    default = "message/rfc822" if kind.media_type == "multipart/digest" else "text/plain"
    parts = []
    for index, data in enumerate(inner):
        head, body = _split_head(data, where)
        serves = beside or (kind.media_type == "multipart/related" and index > 0)
        parts.append((f"{number}.{index + 1}".lstrip("."), HeaderFields(head), body, default, serves))
    return parts


def _split_head(data: bytes, where: str) -> tuple[bytes, bytes]:
    match = _END_OF_HEAD.search(data, 0, MAX_HEADERS + 4)
    if match is None:
        if len(data) > MAX_HEADERS:
            raise SourceError("the headers are too long", where=where, expected=f"at most {MAX_HEADERS} bytes")
        return data, b""
    rest = data[match.end() :]
    return data[: match.start()], rest[2:] if rest.startswith(b"\r\n") else rest[1:]


def _split_body(body: bytes, kind: ContentType, where: str) -> list[bytes]:
    """Cut a body at its boundary; what stands before the first and after the last is for nobody (RFC 2046, 5.1.1)."""
    boundary = kind.parameters.get("boundary", "")
    if not 0 < len(boundary) <= 100:
        raise SourceError("a part of the e-mail names no boundary between its parts", where=where)
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    parts: list[bytes] = []
    start = -1
    for match in line.finditer(body):
        if start >= 0:
            parts.append(_without_first_end(body[start : match.start()]))
        if match[1]:
            return parts
        start = match.end()
        if len(parts) > MAX_PARTS:
            break
    if len(parts) > MAX_PARTS:
        return parts
    raise SourceError(
        "the e-mail is cut short",
        where=where,
        expected=f"the end of its parts, --{boundary}--",
        found="the end of the file",
        hint="save it again",
    )


def _without_first_end(data: bytes) -> bytes:
    return data[2:] if data.startswith(b"\r\n") else data[1:]


def decode_part(part: MailPart, *, where: str = "") -> bytes:
    """Undo what encodes a part for its way.

    Raises:
        SourceError: It is encoded by nothing known, or is broken.
    """
    encoding = part.fields.first("content-transfer-encoding").lower() or "7bit"
    if encoding in {"7bit", "8bit", "binary"}:
        return part.body
    if encoding == "quoted-printable":
        return binascii.a2b_qp(part.body)
    if encoding == "base64":
        try:
            return base64.b64decode(_BLANK.sub(b"", part.body), validate=True)
        except ValueError as error:
            raise SourceError(f"part {part.number} is broken: it is no base64", where=where) from error
    raise SourceError(
        f"part {part.number} is encoded by nothing that is known",
        where=where,
        expected="7bit, 8bit, binary, quoted-printable or base64",
        found=repr(encoding[:40]),
    )
