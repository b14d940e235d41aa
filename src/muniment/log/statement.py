"""The entries of the log: one canonical JSON statement a line of history (``schemas/statement.schema.json``).

An entry bundle cannot hold an entry of more than 65,535 bytes (C2SP tlog-tiles), so the log holds statements that name
records by their digest, never the records themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from muniment.canonical import Json, format_without_floats, parse_canonical
from muniment.errors import FormatError, InputError
from muniment.log.merkle import leaf_hash, tree_root
from muniment.record import Paragraph
from muniment.reference import check_release_id
from muniment.schema import validate

MAX_SIZE = 8192


@dataclass(frozen=True, slots=True)
class VersionStatement:
    """Type ``version/1``: this archive holds this version, signed by this key.

    Attributes:
        archive: Origin of the log.
        release: Identifier of the release.
        version: From 1.
        record: Digest of ``record.json``, which is the citation hash.
        record_size: Size of ``record.json`` in bytes.
        signature: Digest of ``record.json.sig``.
        signer: Fingerprint of the record key, ``SHA256:…``.
        previous: Digest of the record of the version before, or None.
        original: Digest of the bytes as received.
        paragraph_root: Root of the RFC 6962 tree over the canonical JSON of each paragraph.
        paragraph_count: Number of its leaves.
        logged_at: When the keeper says it was logged, RFC 3339 in UTC.  A claim, not a proof.
    """

    archive: str
    release: str
    version: int
    record: str
    record_size: int
    signature: str
    signer: str
    previous: str | None
    original: str
    paragraph_root: str
    paragraph_count: int
    logged_at: str

    @property
    def name(self) -> str:
        """The reference of the version, ``kz-events-2022-01/v1``."""
        return f"{self.release}/v{self.version}"


@dataclass(frozen=True, slots=True)
class RootStatement:
    """Type ``root/1``: from here on this trust root says who may sign what."""

    archive: str
    version: int
    root: str
    logged_at: str

    @property
    def name(self) -> str:
        """What a reader calls it, ``trust root 1``."""
        return f"trust root {self.version}"


@dataclass(frozen=True, slots=True)
class StampStatement:
    """Type ``stamp/1``: this time stamp (RFC 3161) was got for the published checkpoint of this size.

    Logged, so that each later stamp renews the earlier ones.

    Attributes:
        archive: Origin of the log.
        size: Size of the checkpoint whose bytes were stamped, at most the index of this entry.
        number: Of the stamps of this size, from 1, without gaps.
        authority: Name of the authority in the trust root.
        request: Digest of the request's file.
        response: Digest of the response's file.
        logged_at: As in ``VersionStatement``.
    """

    archive: str
    size: int
    number: int
    authority: str
    request: str
    response: str
    logged_at: str

    @property
    def name(self) -> str:
        """What a reader calls it, ``time stamp 7.1``."""
        return f"time stamp {self.size}.{self.number}"


@dataclass(frozen=True, slots=True)
class Unparsed:
    """Stands for an entry that was not parsed, since nobody asked for it."""


Statement = VersionStatement | RootStatement | StampStatement

Stated_co = TypeVar("Stated_co", bound=Statement, covariant=True)


@dataclass(frozen=True, slots=True)
class LogEntry(Generic[Stated_co]):
    """A statement and its place in the log.

    Attributes:
        index: From 0.
        statement: What the entry says.
    """

    index: int
    statement: Stated_co

    @property
    def name(self) -> str:
        """What a finding calls it, ``log entry 7 (kz-events-2022-01/v1)``."""
        return f"log entry {self.index} ({self.statement.name})"


VersionEntry = LogEntry[VersionStatement]

_TYPES: dict[str, type[Statement]] = {
    "root/1": RootStatement,
    "stamp/1": StampStatement,
    "version/1": VersionStatement,
}
_NAMES = {kind: name for name, kind in _TYPES.items()}
_MEMBERS = {kind: tuple(member.name for member in fields(kind)) for kind in _NAMES}


def format_statement(statement: Statement) -> bytes:
    """Give the bytes of a log entry: canonical JSON (RFC 8785), at most 8,192 bytes."""
    members = {name: getattr(statement, name) for name in _MEMBERS[type(statement)]}
    value = {"type": _NAMES[type(statement)], **members}
    return format_without_floats(cast("Json", value))


def parse_statement(entry: bytes, *, where: str) -> Statement:
    """Read a log entry.

    Raises:
        CanonicalError: The entry is not canonical JSON, or larger than 8,192 bytes.
        SchemaError: Its type is unknown or its members are not those of its type.
        FormatError: Its release id could not name a folder on every system, or its time is not in the calendar.
    """
    value = parse_canonical(entry, where=where, max_size=MAX_SIZE)
    validate("statement", value, where=where)
    members = dict(cast("dict[str, Any]", value))
    statement = _TYPES[members.pop("type")](**members)
    _check_time(statement.logged_at, where)
    if isinstance(statement, VersionStatement):
        _check_release(statement.release, where)
    return statement


_DIGEST = rb'"(sha256:[0-9a-f]{64})"'
_COUNT = rb"([1-9][0-9]{0,8})"
_DAY = (
    rb"[12][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_FORM = (
    rb'\{"archive":"([^"\\]+)","logged_at":"(%bT(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)","original":%b,'
    rb'"paragraph_count":%b,"paragraph_root":%b,"previous":(?:null|%b),"record":%b,"record_size":%b,'
    rb'"release":"([a-z0-9][a-z0-9-]{0,62})","signature":%b,"signer":"(SHA256:[A-Za-z0-9+/]{43})",'
    rb'"type":"version/1","version":%b\}' % (_DAY, _DIGEST, _COUNT, _DIGEST, _DIGEST, _DIGEST, _COUNT, _DIGEST, _COUNT)
)
_PLAIN_VERSION = re.compile(_FORM.decode())


def plain_versions(data: bytes, archive: str) -> list[bytes]:
    """Find what ``parse_statement`` is sure to read as a version of an archive; it may read more.

    It is the form that every writer gives to nearly every entry, and to see that takes far less time than to parse it.

    Args:
        data: Entries, such as a bundle has them.
        archive: The origin of the log, which was checked.

    Returns:
        Every such entry, in order.
    """
    return [entry for entry, _ in named_versions(data, archive)]


def named_versions(data: bytes, archive: str) -> list[tuple[bytes, bytes]]:
    """Find the same, each with the name of its release."""
    return _plain_of(archive).findall(data)


@lru_cache(maxsize=1)
def _plain_of(archive: str) -> re.Pattern[bytes]:
    form = _FORM.replace(rb'([^"\\]+)', re.escape(archive.encode()))
    # The names that no release may have are among those that look like a version or like a device of Windows.
    form = re.sub(rb"\((?!\?)", b"(?:", form)
    form = form.replace(b'"release":"(?:', b'"release":"(?!v[0-9]+"|[a-z]{3}[0-9]?")(')
    return re.compile(b"(%b)" % form)


def read_plain_version(entry: bytes, archive: str) -> VersionStatement | None:
    """Read an entry of that form, as ``parse_statement`` would and in a tenth of the time; None for any other.

    Args:
        entry: The entry.
        archive: The origin of the log, which was checked.
    """
    try:
        match = _PLAIN_VERSION.fullmatch(entry.decode())
        if match is None or match[1] != archive:
            return None
        check_release_id(match[9])
    except (UnicodeDecodeError, InputError):
        return None
    texts = cast("tuple[str, ...]", match.groups())  # None for ``previous`` in a first version
    _, at, original, count, root, previous, record, size, release, signature, signer, version = texts
    return VersionStatement(
        archive, release, int(version), record, int(size), signature, signer, previous, original, root, int(count), at
    )


def _check_time(logged_at: str, where: str) -> None:
    try:
        datetime.fromisoformat(logged_at)
    except ValueError as error:
        raise FormatError("not a time of the calendar", where=where, found=logged_at) from error


def _check_release(release: str, where: str) -> None:
    try:
        check_release_id(release)
    except InputError as error:
        raise error.as_(FormatError, where=where) from error


def paragraph_root(paragraphs: tuple[Paragraph, ...]) -> bytes:
    """Hash paragraphs to the root of their tree (RFC 6962 section 2.1): 32 bytes.

    Each leaf is the canonical JSON of one paragraph.  It has no member ``type`` and every statement has one, so neither
    can be shown for the other.
    """
    return tree_root([_leaf(p) if len(p.text) <= _SHORT else leaf_hash(p.canonical()) for p in paragraphs])


_SHORT = 2000
"""Code points of a text up to which the leaf of its paragraph is kept: most stand in the next record too."""


@lru_cache(8192)
def _leaf(paragraph: Paragraph) -> bytes:
    return leaf_hash(paragraph.canonical())
