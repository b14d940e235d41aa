"""``archive status``: where the archive is, who may sign, what came last, and what is to be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

import click

from muniment.archive import Archive, StoredVersion
from muniment.archive.paths import UNFINISHED
from muniment.archive.staged import find_marker
from muniment.cli.clock import now
from muniment.cli.lines import print_words
from muniment.cli.memory_files import Memory, memory_folder
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import find_archive, how_found, open_target
from muniment.cli.terminal import BOLD, cells, json_text, paint, screen_width, wants_colour, wrap
from muniment.display import plain
from muniment.errors import MunimentError
from muniment.log.encoding import say_entries
from muniment.memory import Remembered
from muniment.record.phrases import published_words
from muniment.ssh.keys import PublicKey
from muniment.trust.root import record_keys_at

_LABEL_WIDTH = 12
_STALE = 90
"""Days after which a copy is due to be compared again, whether the log grew or not: disks fail unseen."""


@dataclass(frozen=True, slots=True)
class Backup:
    """When a copy was compared last on this machine, and whether that is due.

    Attributes:
        compared: The day, or None for never.
        entries: How many log entries that copy had, or None.
        due: Whether it is time to compare one.
        why: In words.
    """

    compared: str | None
    entries: int | None
    due: bool
    why: str


@dataclass(frozen=True, slots=True)
class Status:
    """What there is to know of an archive without checking it.

    Attributes:
        archive: Its origin.
        folder: Where it is.
        found: How it was found.
        root: Digest of trust root 1.
        may_sign: Fingerprints of the keys that may sign records now.
        log_keys: Fingerprints of the keys that may sign the log now.
        entries: How many entries its log has.
        last: The version that was logged last, or None.
        seen: What this machine knows of it, or None for nothing.
        unfinished: What a writer has left undone, or None.
        backup: Whether a copy is due to be compared.
    """

    archive: str
    folder: str
    found: str
    root: str
    may_sign: tuple[str, ...]
    log_keys: tuple[str, ...]
    entries: int
    last: StoredVersion | None
    seen: Remembered | None
    unfinished: str | None
    backup: Backup


def read_status(archive: Archive, folder: str, found: str, today: str) -> Status:
    """Gather it; nothing is verified but what is read.

    Raises:
        MunimentError: The newest version cannot be read, or the memory cannot be used.
    """
    size, newest = archive.checkpoint.size, archive.chain[-1]
    entries = [entry for versions in archive.versions.values() for entry in versions]
    recall = Memory(memory_folder()).recall
    seen = None if recall is None else recall(archive.origin)
    return Status(
        archive.origin,
        folder,
        found,
        archive.roots[0].digest,
        tuple(key.fingerprint for key in record_keys_at(newest, size)),
        tuple(PublicKey(key.public).fingerprint for key in archive.log_verifiers if key.counts_at(size + 1)),
        size,
        archive.read_entry(max(entries, key=lambda entry: entry.index)) if entries else None,
        seen,
        _unfinished(archive),
        judge_backup(seen, size, today),
    )


def judge_backup(seen: Remembered | None, size: int, today: str) -> Backup:
    """Say whether a copy is due to be compared: never done, the log grew since, or long ago."""
    compared = None if seen is None else seen.compared
    if compared is None:
        return Backup(None, None, due=True, why="no copy was compared on this machine")
    days = (date.fromisoformat(today) - date.fromisoformat(compared.seen)).days
    if compared.size < size:
        grown = size - compared.size
        why = f"the log has {say_entries(grown)} more than the copy had"
    else:
        why = f"{days} days ago" if days > _STALE else "the copy had all of the log"
    return Backup(compared.seen, compared.size, due=compared.size < size or days > _STALE, why=why)


def _unfinished(archive: Archive) -> str | None:
    try:
        signed = find_marker(archive.store)
    except MunimentError:
        return f"something that cannot be read ({UNFINISHED})"
    return None if signed is None else f"an addition of {signed.marker.subject}"


def status_json(status: Status) -> dict[str, object]:
    """Give the JSON value (``schemas/status.schema.json``)."""
    last, seen = status.last, status.seen
    return {
        "format": "muniment-status/1",
        "archive": status.archive,
        "folder": status.folder,
        "found": status.found,
        "root": status.root,
        "may_sign": list(status.may_sign),
        "log_keys": list(status.log_keys),
        "entries": status.entries,
        "last": None if last is None else _last_json(last),
        "seen": None if seen is None else {"day": seen.seen, "entries": seen.size, "root": seen.root},
        "unfinished": status.unfinished,
        "backup": asdict(status.backup),
    }


def _last_json(last: StoredVersion) -> dict[str, object]:
    description = last.record.description
    return {
        "reference": last.statement.name,
        "title": description.title,
        "issued": description.issued.date,
        "issued_basis": description.issued.basis,
        "retrieved": last.record.original.retrieved,
        "logged_at": last.statement.logged_at,
        "record": last.statement.record,
    }


def status_lines(status: Status) -> Iterator[tuple[str, str]]:
    """Give the lines, each with its label; what is to be done has its command."""
    yield "archive", f"{status.archive}, in {status.folder} (found by {status.found})"
    yield "trust root", status.root
    yield "may sign", "; ".join(status.may_sign) or "nobody: no record key is left (archive key add)"
    yield "log key", "; ".join(status.log_keys)
    yield from _last_lines(status.last)
    yield "last seen", _say_seen(status)
    todo = "; archive recover ends it, unless a writer is at work"
    yield "unfinished", f"{status.unfinished}{todo}" if status.unfinished else "nothing"
    backup = status.backup
    on = f"compared on {backup.compared}, {backup.why}" if backup.compared else backup.why
    yield "back-up", f"{on}; due: archive verify --against COPY" if backup.due else on


def _last_lines(last: StoredVersion | None) -> Iterator[tuple[str, str]]:
    if last is None:
        yield "last version", "none yet (archive add FILE --release ID)"
        return
    description = last.record.description
    yield "last version", f"{last.statement.name}, “{description.title}”"
    yield "", published_words(description.issued, last.record.original.retrieved)
    yield "", f"logged {last.statement.logged_at} (claimed), log index {last.index}"


def _say_seen(status: Status) -> str:
    if status.seen is None:
        return "never on this machine: archive verify"
    seen, more = status.seen, status.entries - status.seen.size
    if seen.root != status.root or more < 0:
        return f"on {seen.seen}, and what is here now does not continue it: archive verify"
    said = f"on {seen.seen}, at {say_entries(seen.size)} of the log"
    return f"{said}; {more} more since: archive verify" if more else f"{said}, which is all of it"


@verb(
    "archive status",
    "archive status --json",
)
@in_archive
@as_json
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool) -> None:
    """Say where the archive is, and what is to be done.

    Who may sign, what was logged last, when this machine checked or signed last, what is unfinished, and whether a
    copy is due to be compared. Nothing is checked here but what is read: archive verify does that.
    """
    archive = open_target()
    status = read_status(archive, str(find_archive()), how_found(ctx), now()[:10])
    if as_json:
        print(json_text(status_json(status)))
        return
    for label, text in status_lines(status):
        _print_status_line(label, plain(text))


def _print_status_line(label: str, text: str) -> None:
    """Print what there is to say beside its label, or below it where a word, a hash say, is too long for that."""
    beside = screen_width() - _LABEL_WIDTH - 2
    if max(cells(word) for word in text.split(" ")) > beside:
        print(paint(label, BOLD, colour=wants_colour() and bool(label)))
        print_words(text, 2)
        return
    for row, line in enumerate(wrap(text, beside)):
        head = paint(f"{'' if row else label:<{_LABEL_WIDTH}}", BOLD, colour=wants_colour() and bool(label))
        print(f"{head}  {line}".rstrip())
