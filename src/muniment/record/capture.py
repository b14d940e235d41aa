"""What is known of a capture: the answer of a server from which an original was taken, as the capture claims it.

Nothing of it can be proven later from the bytes of the original alone, so it is provenance: a claim, and signed as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

KEPT_HEADERS: Final = frozenset(
    {
        "content-disposition", "content-encoding", "content-language", "content-length", "content-location",
        "content-type", "date", "etag", "last-modified", "memento-datetime", "server", "transfer-encoding",
        "x-robots-tag",
    }
)  # fmt: skip
"""Headers of an answer that a record has.  No other: they may hold what is meant for one reader, as a cookie does."""

DOCUMENT_FORM: Final = "muniment-document/1"
"""Of an original that a browser made: its document as HTML in UTF-8 (``docs/format.md``)."""

EXCHANGE_PATH: Final = "exchange.warc"
"""Logical path of the exchange that is kept."""

_LONGEST: Final = 1000
_CREDENTIALS: Final = re.compile(r"\A([^/?#\\@:]*:[/\\]{2,}|https?:[/\\]*|[/\\]{2,})[^/?#]*@", re.IGNORECASE)
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Hop:
    """An answer that led elsewhere.

    Attributes:
        address: Of what was asked.
        status: Of the answer.
        ip_address: Of the server, where it is known.
        certificate: ``sha256:…`` of the certificate that the server showed, in DER; None without TLS, or unknown.
    """

    address: str
    status: int
    ip_address: str | None = None
    certificate: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class WarcFile:
    """The WARC or WACZ file that holds the exchange.

    Attributes:
        sha256: Of the file, 64 hexadecimal digits.
        size: In bytes.
        record: The WARC-Record-ID of the record that holds the original.
        digests: The digests that this record states; each was compared.
    """

    sha256: str
    size: int
    record: str
    digests: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "digests": list(self.digests)}


@dataclass(frozen=True, slots=True)
class KeptExchange:
    """The exchange as the archive keeps it beside the original: a WARC file of requests and of heads of answers.

    Attributes:
        sha256: Of the file, 64 hexadecimal digits.
        size: In bytes.
        path: Logical path in the OCFL object.
    """

    sha256: str
    size: int
    path: str = EXCHANGE_PATH

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """The body of the answer with its codings undone, of which the archive keeps no bytes.

    Attributes:
        sha256: Of the bytes, 64 hexadecimal digits.
        size: In bytes.
    """

    sha256: str
    size: int

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {"sha256": self.sha256, "size": self.size}


@dataclass(frozen=True, slots=True)
class Refusals:
    """What a page wanted while it was rendered and did not get, in numbers.

    Attributes:
        connections: To servers that may not be asked.
        dialogs: Such as an alert.
        downloads: Of files.
        windows: Beside its own.
    """

    connections: int = 0
    dialogs: int = 0
    downloads: int = 0
    windows: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {name: getattr(self, name) for name in self.__slots__}

    def words(self) -> str:
        """Say what there was: ``2 connections, 1 window``; empty where there was nothing."""
        counts = ((getattr(self, name), name) for name in self.__slots__)
        return ", ".join(f"{count} {name if count > 1 else name[:-1]}" for count, name in counts if count)


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a browser made the original out of a page: it is its document after loading, not the publisher's bytes.

    Attributes:
        engine: Name and version of the browser.
        user_agent: How it named itself and who asks.
        rule: When a page counts as loaded, in words.
        ended: ``quiet`` where it was, ``limit`` where it never was and the document was taken as it stood.
        width: Of the window, in CSS pixels.
        height: Of the window.
        language: Of the browser.
        time_zone: Of the browser.
        requests: That the page made in it, itself among them.
        refused: What it did not get.
        size: Bytes that went over the wire for it, both ways.
        milliseconds: From its start to the document.
        frames: In the document; the words in them are not in it.
        shadow_roots: In the document, written as templates, whose words the rules for pages do not take.
        plain: The answer without a browser.
        form: Of the original.
    """

    engine: str
    user_agent: str
    rule: str
    ended: str
    width: int
    height: int
    language: str
    time_zone: str
    requests: int
    refused: Refusals
    size: int
    milliseconds: int
    frames: int
    shadow_roots: int
    plain: PlainAnswer
    form: str = DOCUMENT_FORM

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "refused": self.refused.as_json(),
            "plain": self.plain.as_json(),
        }


def _read_rendering(value: dict[str, Any]) -> Rendering:
    return Rendering(**{**value, "refused": Refusals(**value["refused"]), "plain": PlainAnswer(**value["plain"])})


@dataclass(frozen=True, slots=True)
class Capture:
    """The answer of a server that an original was taken from.

    Attributes:
        address: Of what was asked, the last one where others led to it.
        time: As claimed: RFC 3339 in UTC, or a date in its true precision.
        warc: The file that holds the exchange; None where nobody kept one.
        status: Of the answer; None where it was kept without its head.
        headers: Name, in small letters, and value; of ``KEPT_HEADERS`` alone, in the order of the answer.
        codings: What was undone, in the order of undoing: ``chunked``, ``gzip``, ``deflate``, ``br``, ``zstd``.
        redirects: What led to the address, in order.
        ip_address: Of the server, where it is known.
        certificate: As for a ``Hop``.
        robots: What ``robots.txt`` said: ``allowed``, ``refused`` where that was overruled, ``none`` where there is
            none; None where nobody says whether it was asked.
        software: What made the capture, where it says so.
        exchange: The exchange that the archive keeps; None where it keeps none, and no member of the record.
        rendered: How a browser made the original out of the answer; None where the answer itself is the original, and
            no member of the record.
    """

    address: str
    time: str
    warc: WarcFile | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    codings: tuple[str, ...] = ()
    redirects: tuple[Hop, ...] = ()
    ip_address: str | None = None
    certificate: str | None = None
    robots: str | None = None
    software: str | None = None
    exchange: KeptExchange | None = None
    rendered: Rendering | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {
            **{name: getattr(self, name) for name in self.__slots__ if name not in {"exchange", "rendered"}},
            # Absent where there is none, so that a capture out of a file has one form.
            **({} if self.exchange is None else {"exchange": self.exchange.as_json()}),
            **({} if self.rendered is None else {"rendered": self.rendered.as_json()}),
            "headers": [{"name": name, "value": value} for name, value in self.headers],
            "codings": list(self.codings),
            "redirects": [hop.as_json() for hop in self.redirects],
            "warc": None if self.warc is None else self.warc.as_json(),
        }


def read_capture(value: dict[str, Any]) -> Capture:
    """Turn an object that its schema has accepted into a capture."""
    warc = value["warc"]
    if warc is not None:
        warc = WarcFile(**{**warc, "digests": tuple(warc["digests"])})
    return Capture(
        **{
            **value,
            "headers": tuple((header["name"], header["value"]) for header in value["headers"]),
            "codings": tuple(value["codings"]),
            "redirects": tuple(Hop(**hop) for hop in value["redirects"]),
            "warc": warc,
            "exchange": KeptExchange(**value["exchange"]) if "exchange" in value else None,
            "rendered": _read_rendering(value["rendered"]) if "rendered" in value else None,
        }
    )


def keep_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Choose of the headers of an answer those that a record has, each on one line; what is too long is none."""
    folded = ((name.lower(), one_line(value)) for name, value in headers)
    return tuple((name, value) for name, value in folded if name in KEPT_HEADERS and 0 < len(value) <= _LONGEST)


def without_credentials(address: str) -> str:
    """Leave a name and a password out of an address: they are meant for one reader, and a record is for all."""
    return _CREDENTIALS.sub(r"\1", address)


def is_line(text: str) -> bool:
    """Whether a text is one line that the schema takes, with something to be seen in it."""
    return bool(text.strip()) and len(text) <= _LONGEST and _UNSEEN.search(text) is None


def one_line(text: str) -> str:
    """Fold what a stranger wrote to one line that the schema takes."""
    return " ".join(_UNSEEN.sub(" ", text).split())
