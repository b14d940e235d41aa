"""Adding a version: publication, reextraction, description or emendation, each through the one commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from muniment.add.head import Head
from muniment.add.write import Added, Draft, Keys, write_version
from muniment.archive import Archive
from muniment.canonical import Json
from muniment.digest import sha256_hex, sha512_hex
from muniment.errors import SourceError
from muniment.ingest import Place, Source, emended, publication, redescription, reextraction
from muniment.memory import Recall
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Emendation, Record
from muniment.reference import check_release_id
from muniment.store import Store

__all__ = ["Added", "Emend", "Keys", "Occasion", "add_description", "add_emendations", "add_publication"]

Emend: TypeAlias = Callable[[Record, str], Sequence[Emendation]]


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who makes a version, when, and in what words.

    Attributes:
        now: RFC 3339 in UTC, to the second.
        by: The agent; empty for the archive itself.
        note: The keeper's words about the change, or None.
    """

    now: str
    by: str = ""
    note: str | None = None


def add_publication(
    store: Store,
    keys: Keys,
    release: str,
    source: Source,
    metadata: Mapping[str, Json],
    occasion: Occasion,
    *,
    recall: Recall | None = None,
) -> Added:
    """Add the bytes that a publisher published as the next version of a release.

    Those of the newest version change nothing; where the rules now give another text they make a ``reextraction``.

    Args:
        store: The archive.
        keys: Record key and log key.
        release: Identifier; a new one begins a release.
        source: The bytes, and what is claimed about them.
        metadata: Members of the description, and ``uri`` and ``retrieved``.
        occasion: Who adds it, when, and in what words.
        recall: Gives the highest checkpoint seen, below which nothing is signed; None to do without.

    Raises:
        InputError: The id, the bytes, the metadata or a key cannot be used; nothing was written.
        IntegrityError: What it builds on was not logged; nothing was written.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """
    check_release_id(release)

    def make(archive: Archive, head: Head | None) -> Draft | None:
        place = _place(archive, release, head, occasion)
        digest = sha512_hex(source.data)
        if head is not None and head.record.original.sha256 == sha256_hex(source.data):
            return _again(place, head, source, occasion.note)
        _refuse_own_files(head, digest, source.name)
        record = publication(place, source, metadata, note=occasion.note, reverts_to=_version_with(head, digest))
        return Draft(record, source.data, digest)

    return write_version(store, keys, release, make, occasion.now, required=False, recall=recall)


def add_description(
    store: Store,
    keys: Keys,
    release: str,
    metadata: Mapping[str, Json],
    occasion: Occasion,
    *,
    recall: Recall | None = None,
) -> Added:
    """Describe the newest version of a release anew; its words stay as they are.  ``recall``: as ``add_publication``.

    Raises:
        InputError: There is no such release, or the metadata or a key cannot be used; nothing was written.
        IntegrityError: The newest version does not verify, or is not what the log names; nothing was written.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """

    def make(archive: Archive, head: Head | None) -> Draft | None:
        _refuse_unsound(head)
        record = redescription(_place(archive, release, head, occasion), metadata, note=occasion.note)
        return _same_original(record, head)

    return write_version(store, keys, release, make, occasion.now, required=True, recall=recall)


def add_emendations(
    store: Store,
    keys: Keys,
    release: str,
    emend: Emend,
    metadata: Mapping[str, Json],
    occasion: Occasion,
    *,
    recall: Recall | None = None,
) -> Added:
    """Add emendations to the newest version of a release; the text as received stays as it is.

    Args:
        store: The archive.
        keys: Record key and log key.
        release: Identifier of the release.
        emend: Makes the emendations, given the newest record and who makes them.
        metadata: Members of the description that change with it.
        occasion: Who emends, when, and in what words.
        recall: As for ``add_publication``.

    Raises:
        InputError: There is no such release or paragraph, or an emendation does not fit; nothing was written.
        IntegrityError: The newest version does not verify, or is not what the log names; nothing was written.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """

    def make(archive: Archive, head: Head | None) -> Draft | None:
        _refuse_unsound(head)
        place = _place(archive, release, head, occasion)
        assert place.before is not None  # noqa: S101 - required=True below
        record = emended(place, emend(place.before, place.by), metadata, note=occasion.note)
        return _same_original(record, head)

    return write_version(store, keys, release, make, occasion.now, required=True, recall=recall)


def _place(archive: Archive, release: str, head: Head | None, occasion: Occasion) -> Place:
    by = occasion.by or archive.origin
    if head is None:
        return Place(release, None, None, by, occasion.now)
    return Place(release, head.record, head.digest, by, occasion.now, head.base.description if head.base else None)


def _refuse_unsound(head: Head | None) -> None:
    if head is not None:
        head.sound()


def _again(place: Place, head: Head, source: Source, note: str | None) -> Draft | None:
    head.sound()
    named = source.charset or head.record.original.charset
    record = reextraction(place, replace(source, charset=named), note=note)
    return Draft(record, None, sha512_hex(source.data)) if record is not None else None


def _refuse_own_files(head: Head | None, sha512: str, where: str) -> None:
    """Refuse a record or a signature of the very same release: OCFL would not store such an original as one."""
    for number, block in enumerate(head.inventory.versions if head else (), 1):
        for path in (RECORD_PATH, SIGNATURE_PATH):
            if block.files[path] == sha512:
                raise SourceError(
                    f"this is {path} of v{number} of the release", where=where, hint="add what the publisher published"
                )


def _version_with(head: Head | None, sha512: str) -> int | None:
    """The newest version of a release that has an original of this digest."""
    versions = head.inventory.versions if head else ()
    return next((n for n in range(len(versions), 0, -1) if sha512 in versions[n - 1].files.values()), None)


def _same_original(record: Record | None, head: Head | None) -> Draft | None:
    if record is None or head is None:
        return None
    return Draft(record, None, head.inventory.versions[-1].files[record.original.path])
