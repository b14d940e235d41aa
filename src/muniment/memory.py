"""What was seen of a log before: the memory file.

A log only grows.  So anybody who saw it once can tell growth from a rollback and a second history, if they kept the
signed checkpoint that they saw.  A memory file keeps it, one file an origin, with the digest of trust root 1, as
``known_hosts`` keeps the keys of hosts.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import TypeAlias, cast

from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.digest import parse_digest, sha256_hex
from muniment.errors import FormatError, WriteConflictError
from muniment.log.checkpoint import Checkpoint, contradict, parse_checkpoint
from muniment.log.encoding import parse_hash
from muniment.log.note import MAX_NOTE, parse_note
from muniment.log_view import LogView, described

MAX_EARLIER = 64
"""At most this number of earlier sights is kept; beyond that every second one is dropped."""


@dataclass(frozen=True, slots=True)
class SeenHead:
    """An earlier sight of the log, which shows that its entries were there on that day.

    Attributes:
        size: Number of entries.
        root_hash: Root hash of the log at that size, 32 bytes.
        seen: The day, ``YYYY-MM-DD`` in UTC.
    """

    size: int
    root_hash: bytes
    seen: str


def format_sights(earlier: tuple[SeenHead, ...]) -> Json:
    """Give earlier sights as JSON."""
    return [
        {"root": base64.b64encode(sight.root_hash).decode(), "seen": sight.seen, "size": sight.size}
        for sight in earlier
    ]


def parse_sights(value: Json, where: str) -> tuple[SeenHead, ...]:
    """Read earlier sights: at least one, each later and larger than the one before.

    Raises:
        FormatError: They are not earlier sights.
    """
    sights = value if isinstance(value, list) else []
    if not 1 <= len(sights) <= MAX_EARLIER:
        raise FormatError("not a memory file", where=where, expected=f"1 to {MAX_EARLIER} earlier sights")
    earlier = tuple(_parse_sight(sight, where) for sight in sights)
    if any(one.size >= other.size or one.seen >= other.seen for one, other in pairwise(earlier)):
        raise FormatError("not a memory file", where=where, expected="earlier sights, smallest first")
    return earlier


def _parse_sight(value: Json, where: str) -> SeenHead:
    members = value if isinstance(value, dict) else {}
    root, seen, size = (members.get(name) for name in ("root", "seen", "size"))
    known = len(members) == 3 and isinstance(root, str) and isinstance(seen, str)
    if not known or type(size) is not int or size < 1:
        raise FormatError("not a memory file", where=where, expected="root, seen and size of an earlier sight")
    check_day(cast("str", seen), where)
    return SeenHead(size, parse_hash(cast("str", root).encode(), where), cast("str", seen))


def check_day(seen: str, where: str) -> None:
    """Refuse what is no day of the calendar.

    Raises:
        FormatError: It is not ``YYYY-MM-DD``.
    """
    try:
        plain = date.fromisoformat(seen).isoformat() == seen
    except ValueError:
        plain = False
    if not plain:
        raise FormatError("not a day", where=where, expected="YYYY-MM-DD", found=ascii(seen)[:40])


def with_sight(earlier: tuple[SeenHead, ...], sight: SeenHead) -> tuple[SeenHead, ...]:
    """Keep one sight more, unless the same size was seen earlier."""
    if earlier and earlier[-1].size >= sight.size:
        return earlier
    kept = (*earlier, sight)
    return kept if len(kept) <= MAX_EARLIER else kept[::2]


FORMAT = "muniment-memory/1"
MAX_MEMORY = 2 * MAX_NOTE  # bytes: in JSON the line feeds of a note take two


@dataclass(frozen=True, slots=True)
class Remembered:
    """The highest checkpoint that was seen of a log, and the trust root that it was seen under.

    Attributes:
        origin: Name of the archive and of its log.
        root: Digest of trust root 1, ``sha256:…``.
        size: Number of entries.
        root_hash: Root hash of the log at that size, 32 bytes.
        checkpoint: The signed note, byte for byte.
        seen: Day on which it was last seen, ``YYYY-MM-DD`` in UTC.
        where: The file it was read from, for hints.
        earlier: What was seen on earlier days, smallest first: the first day of each size that was kept.
        compared: The newest copy that was compared with the log and agreed, and on which day; None for never.
    """

    origin: str
    root: str
    size: int
    root_hash: bytes
    checkpoint: bytes
    seen: str
    where: str = field(default="", compare=False)
    earlier: tuple[SeenHead, ...] = ()
    compared: SeenHead | None = None

    @property
    def head(self) -> Checkpoint:
        """What the note says, the newest trust root too."""
        return parse_checkpoint(parse_note(self.checkpoint, self.where)[0], self.where)


Recall: TypeAlias = Callable[[str], Remembered | None]
"""Gives what is remembered of an origin, or None where nothing is."""


def remember(note: bytes, root: str, seen: str, *, where: str = "") -> Remembered:
    """Make the value of a checkpoint; the caller has verified its signature.

    Args:
        note: The checkpoint as signed.
        root: Digest of trust root 1.
        seen: The day, ``YYYY-MM-DD``.
        where: The file it comes from.

    Raises:
        FormatError: The note is no checkpoint, or ``root`` no digest, or ``seen`` no day.
    """
    checkpoint = parse_checkpoint(parse_note(note, where)[0], where)
    parse_digest(root, where)
    check_day(seen, where)
    return Remembered(checkpoint.origin, root, checkpoint.size, checkpoint.root, note, seen, where)


def format_memory(remembered: Remembered) -> bytes:
    """Give the canonical bytes of a memory file."""
    value: dict[str, Json] = {
        "checkpoint": remembered.checkpoint.decode(),
        "format": FORMAT,
        "root": remembered.root,
        "seen": remembered.seen,
    }
    if remembered.earlier:
        value["earlier"] = format_sights(remembered.earlier)
    if remembered.compared is not None:
        value["compared"] = format_sights((remembered.compared,))
    return format_canonical(value)


def parse_memory(data: bytes, origin: str, *, where: str = "") -> Remembered:
    """Read a memory file strictly: the bytes must be those that ``format_memory`` gives, for this origin.

    Raises:
        CanonicalError: The bytes are not canonical JSON.
        FormatError: They are not a memory, or that of another origin.
    """
    remembered = read_memory(data, where=where)
    if remembered.origin != origin:
        raise FormatError("the memory of another archive", where=where, expected=origin, found=remembered.origin)
    return remembered


def read_memory(data: bytes, *, where: str = "") -> Remembered:
    """Read a memory file in the same way, of any origin.

    Raises:
        CanonicalError: The bytes are not canonical JSON.
        FormatError: They are not a memory.
    """
    value = parse_canonical(data, where=where, max_size=MAX_MEMORY)
    members = dict(value) if isinstance(value, dict) else {}
    earlier = parse_sights(members.pop("earlier"), where) if "earlier" in members else ()
    compared = parse_sights(members.pop("compared"), where)[-1] if "compared" in members else None
    text = all(isinstance(member, str) for member in members.values())
    if set(members) != {"checkpoint", "format", "root", "seen"} or not text or members["format"] != FORMAT:
        raise FormatError("not a memory file", where=where, expected=FORMAT)
    strings = cast("dict[str, str]", members)
    remembered = remember(strings["checkpoint"].encode(), strings["root"], strings["seen"], where=where)
    if earlier and (earlier[-1].size > remembered.size or earlier[-1].seen > remembered.seen):
        raise FormatError("not a memory file", where=where, expected="earlier sights before the last one")
    return replace(remembered, earlier=earlier, compared=compared)


def memory_name(origin: str) -> str:
    """Name the memory file of an origin.

    The digits of a hash keep apart what is one name once ``/`` is ``_``, or on a disk that does not tell cases apart.
    """
    return f"{origin.replace('/', '_')}-{sha256_hex(origin.encode())[:16]}.json"


def raised(stored: Remembered | None, new: Remembered) -> Remembered:
    """Choose what to keep, given what is stored by now: the higher one, never a lower.

    The later day is kept with it.  A clock that was wrong once, ahead or behind, leaves a file that can be read.

    Args:
        stored: What the file holds, which another process may have written meanwhile.
        new: What was just seen.

    Raises:
        WriteConflictError: They contradict each other: another trust root, or two roots of one size.
    """
    if stored is None:
        return new
    if stored.root != new.root:
        raise WriteConflictError(
            "another archive of this name was seen meanwhile",
            where=stored.where,
            expected=new.root,
            found=stored.root,
            hint="verify the archive",
        )
    other = stored.size == new.size and stored.root_hash != new.root_hash
    if other or contradict(stored.head, new.head):
        raise WriteConflictError(
            "another history of this log was seen meanwhile",
            where=stored.where,
            expected=described(new.size, new.root_hash, None if other else new.head.newest),
            found=described(stored.size, stored.root_hash, None if other else stored.head.newest),
            hint="verify the archive",
        )
    compared = new.compared or stored.compared
    if (stored.size, stored.seen) >= (new.size, new.seen):
        return replace(stored, compared=compared)
    earlier = stored.earlier
    if stored.seen < new.seen:
        earlier = with_sight(earlier, SeenHead(stored.size, stored.root_hash, stored.seen))
    seen = max(stored.seen, new.seen)
    return replace(new, seen=seen, earlier=earlier, compared=compared)


@dataclass(frozen=True, slots=True)
class Past:
    """What a reader knows of the past of an archive.

    Attributes:
        recall: What this machine remembers; None to do without.
        against: An older view of the log to compare with, or None.
    """

    recall: Recall | None = None
    against: LogView | None = None

    def recalled(self, origin: str) -> Past:
        """Recall an origin now, before its log is read: later, another process may have seen more than was read.

        Raises:
            MunimentError: What ``recall`` raises.
        """
        if self.recall is None:
            return self
        remembered = self.recall(origin)
        return replace(self, recall=lambda _: remembered)
