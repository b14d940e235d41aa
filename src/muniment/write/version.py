"""Adding a version: publication, reextraction, description or emendation, each through the one commit.

The head is read, the draft made and signed, the files planned, the plan executed.  What is read from the archive is
the entries of the log, once; its edge; the trust roots; and the versions of the release.  All of it is verified before
anything is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from muniment.archive import Archive
from muniment.archive.judgement import judge_capture
from muniment.canonical import Json
from muniment.digest import sha256_hex, sha512_hex
from muniment.errors import FormatError, SourceError, UnresolvedReferenceError
from muniment.ingest import Position, Source, emended, redescription, reextraction, written_publication
from muniment.memory import Recall
from muniment.record import ATTESTATION_PATH, EXCHANGE_PATH, KEPT_PATHS, RECORD_PATH, SIGNATURE_PATH, Emendation, Record
from muniment.reference import check_release_id
from muniment.sources import Wish, charset_again
from muniment.store import Store
from muniment.write.batch import Added, Draft, Keys, Outcome, Request, preview_head, write_version, write_versions
from muniment.write.head import ReleaseHead, read_head

__all__ = [
    "Added",
    "Author",
    "Emend",
    "Keys",
    "Outcome",
    "Publication",
    "add_description",
    "add_emendations",
    "add_publication",
    "add_publications",
    "add_reextraction",
    "draft_publication",
    "preview_description",
    "preview_emendations",
    "preview_publication",
    "preview_reextraction",
]

Emend: TypeAlias = Callable[[Record, str], Sequence[Emendation]]


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a version, when, and in what words.

    Attributes:
        now: RFC 3339 in UTC, to the second.
        by: The agent; empty for the archive itself.
        note: The keeper's words about the change, or None.
    """

    now: str
    by: str = ""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publisher published.

    Attributes:
        release: Identifier of the release; a new one begins a release.
        source: The bytes, and what is claimed about them.
        metadata: Members of the description, and ``uri`` and ``retrieved``.
        author: Who adds it, when, and in what words; None where that is said of the batch.
    """

    release: str
    source: Source
    metadata: Mapping[str, Json]
    author: Author | None = None


def add_publications(
    store: Store,
    keys: Keys,
    publications: Sequence[Publication],
    author: Author,
    *,
    recall: Recall | None = None,
) -> list[Outcome]:
    """Add what was published in one batch: each as ``add_publication`` does, all under one checkpoint, or none.

    One that cannot be added is left out, and its error takes its place in what is given.

    Args:
        store: The archive.
        keys: Record key and log key.
        publications: In order, 256 at most; those of one release follow one another.
        author: Who adds them, when, and in what words.
        recall: Gives the highest checkpoint seen, below which nothing is signed; None to do without.

    Raises:
        InputError: These are too many, or a key cannot be used; nothing was written.
        IntegrityError: The archive does not verify; nothing was written.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """
    requests = [Request(one.release, partial(draft_publication, author, one)) for one in publications]
    return write_versions(store, keys, requests, author.now, recall=recall)


def draft_publication(author: Author, wanted: Publication, archive: Archive, head: ReleaseHead | None) -> Draft | None:
    """Draft what ``add_publication`` would sign after a head; None where nothing changes.

    Args:
        author: Who adds it, unless ``wanted`` says so.
        wanted: What was published.
        archive: The archive.
        head: The newest version of the release; None for a new one.
    """
    release = check_release_id(wanted.release)
    return _draft(archive, head, release, wanted.source, wanted.metadata, wanted.author or author)


def add_publication(
    store: Store,
    keys: Keys,
    release: str,
    source: Source,
    metadata: Mapping[str, Json],
    author: Author,
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
        author: Who adds it, when, and in what words.
        recall: Gives the highest checkpoint seen, below which nothing is signed; None to do without.

    Raises:
        InputError: The id, the bytes, the metadata or a key cannot be used; nothing was written.
        IntegrityError: What it builds on does not verify, or was not logged; nothing was written.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """
    request = Request(
        check_release_id(release), partial(draft_publication, author, Publication(release, source, metadata))
    )
    return write_version(store, keys, request, author.now, recall=recall)


def _draft(
    archive: Archive,
    head: ReleaseHead | None,
    release: str,
    source: Source,
    metadata: Mapping[str, Json],
    author: Author,
) -> Draft | None:
    position = _position(archive, release, head, author)
    digest = sha512_hex(source.data)
    if head is not None and head.record.original.sha256 == sha256_hex(source.data):
        return _again(position, head, source, author.note)
    _refuse_own_files(head, digest, source.name)
    reverts_to = _version_with(head, digest)
    record, data = written_publication(position, source, metadata, note=author.note, reverts_to=reverts_to)
    if head is not None and _says_the_same(record, head.record):
        head.sound()
        return None
    return Draft(record, source.data, digest, _kept(record, source), data)


def _says_the_same(record: Record, before: Record) -> bool:
    """Whether a browser made both originals and their words are the same: its document has other bytes at each load."""
    captures = (record.original.capture, before.original.capture)
    rendered = all(capture is not None and capture.rendered is not None for capture in captures)
    return rendered and record.paragraphs == before.paragraphs


def _kept(record: Record, source: Source) -> dict[str, tuple[str, bytes | None]]:
    """What is kept beside an original, which must be what the record names; an exchange must say what it says."""
    brought = {EXCHANGE_PATH: source.exchange, ATTESTATION_PATH: source.attested}
    files = {path: data for path, data in brought.items() if data is not None}
    named = {kept.path: (kept.sha256, kept.size) for kept in record.original.kept}
    found = {path: (sha256_hex(data), len(data)) for path, data in files.items()}
    if named.get(EXCHANGE_PATH) != found.get(EXCHANGE_PATH):
        raise SourceError("the exchange is not the one that its capture names", where=source.name)
    if named != found:
        raise SourceError("the attestation is not the one that its record names", where=source.name)
    if source.exchange is not None:
        try:
            judge_capture(source.name, source.exchange, record.original)
        except FormatError as error:
            raise error.as_(SourceError, where=error.where) from error
    return {path: (sha512_hex(data), data) for path, data in files.items()}


def preview_publication(
    archive: Archive,
    release: str,
    source: Source,
    metadata: Mapping[str, Json],
    author: Author,
    heads: MutableMapping[str, ReleaseHead] | None = None,
) -> tuple[Record | None, Record | None]:
    """Make the record that ``add_publication`` would sign, and write nothing; neither key nor lock is needed.

    Args:
        archive: The archive.
        release: As for ``add_publication``, and so are ``source``, ``metadata`` and ``author``.
        source: The bytes.
        metadata: What is said of them.
        author: Who would add them.
        heads: What earlier previews would have left of each release, on which this one builds and where it leaves its
            own; None for one alone.

    Returns:
        The record, or None where nothing changes; and that of the version before, or None for the first.

    Raises:
        InputError: As for ``add_publication``.
        IntegrityError: As for ``add_publication``.
    """
    heads = {} if heads is None else heads
    head = heads.get(check_release_id(release)) or read_head(archive, release)
    draft = _draft(archive, head, release, source, metadata, author)
    if draft is not None:
        heads[release] = preview_head(archive, head, draft, author.now)
    return (None if draft is None else draft.record), (None if head is None else head.record)


def preview_description(
    archive: Archive, release: str, metadata: Mapping[str, Json], author: Author
) -> tuple[Record | None, Record]:
    """Make the record that ``add_description`` would sign, as ``preview_publication`` does for ``add_publication``."""
    return _preview(archive, release, author, lambda position: redescription(position, metadata, note=author.note))


def preview_emendations(
    archive: Archive, release: str, emend: Emend, metadata: Mapping[str, Json], author: Author
) -> tuple[Record | None, Record]:
    """Make the record that ``add_emendations`` would sign, as ``preview_publication`` does for ``add_publication``."""
    return _preview(archive, release, author, _emending(emend, metadata, author))


def _preview(
    archive: Archive, release: str, author: Author, revise: Callable[[Position], Record | None]
) -> tuple[Record | None, Record]:
    head = _required(archive, release)
    return revise(_position(archive, release, head, author)), head.sound()


def _required(archive: Archive, release: str) -> ReleaseHead:
    head = read_head(archive, release)
    if head is None:
        raise UnresolvedReferenceError(f"there is no release {release}", hint="name a release that is there")
    return head


def add_description(
    store: Store,
    keys: Keys,
    release: str,
    metadata: Mapping[str, Json],
    author: Author,
    *,
    recall: Recall | None = None,
) -> Added:
    """Describe the newest version of a release anew; its words stay as they are.

    Arguments and errors are those of ``add_publication``; and the release must be there.
    """
    note = author.note
    return _revise(store, keys, release, author, recall, lambda position: redescription(position, metadata, note=note))


def add_reextraction(
    store: Store,
    keys: Keys,
    release: str,
    wish: Wish,
    charset: str | None,
    author: Author,
    *,
    recall: Recall | None = None,
) -> Added:
    """Take the words out of the newest version's original again, by the newest rules for its medium.

    Its bytes and its description stay; emendations go, as they belong to the text before.  Nothing is written where
    the words come out the same by the same rules.

    Args:
        store: The archive.
        keys: Record key and log key.
        release: Identifier; the release must be there.
        wish: What is to be taken, where the medium leaves a choice.
        charset: Named by the user, or None for that of the version before.
        author: Who does so, when, and in what words.
        recall: Gives the highest checkpoint seen, below which nothing is signed; None to do without.

    Raises:
        InputError: The words cannot be taken out so; nothing was written.
        IntegrityError: The version does not verify; nothing was written.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """

    def make(archive: Archive, head: ReleaseHead | None) -> Draft | None:
        assert head is not None  # noqa: S101 - required below
        return _reread(archive, head, release, wish, charset, author)

    return write_version(store, keys, Request(release, make, required=True), author.now, recall=recall)


def preview_reextraction(
    archive: Archive, release: str, wish: Wish, charset: str | None, author: Author
) -> tuple[Record | None, Record]:
    """Make the record that ``add_reextraction`` would sign, as ``preview_publication`` does for ``add_publication``."""
    head = _required(archive, release)
    draft = _reread(archive, head, release, wish, charset, author)
    return (None if draft is None else draft.record), head.record


def _reread(
    archive: Archive, head: ReleaseHead, release: str, wish: Wish, charset: str | None, author: Author
) -> Draft | None:
    original = head.sound().original
    data = archive.read_original(archive.read_entry(archive.history(release)[-1]))
    source = Source(data, original.path, author.now, original.media_type, charset, wish)
    return _again(_position(archive, release, head, author), head, source, author.note)


def add_emendations(
    store: Store,
    keys: Keys,
    release: str,
    emend: Emend,
    metadata: Mapping[str, Json],
    author: Author,
    *,
    recall: Recall | None = None,
) -> Added:
    """Add emendations to the newest version of a release; the text as received stays as it is.

    ``emend`` makes the emendations, given the newest record and who makes them.  The other arguments and the errors are
    those of ``add_publication``; and the release must be there, and each emendation must fit.
    """
    return _revise(store, keys, release, author, recall, _emending(emend, metadata, author))


def _emending(emend: Emend, metadata: Mapping[str, Json], author: Author) -> Callable[[Position], Record | None]:
    def revise(position: Position) -> Record | None:
        assert position.before is not None  # noqa: S101 - there is a newest version to revise
        return emended(position, emend(position.before, position.by), metadata, note=author.note)

    return revise


def _revise(
    store: Store,
    keys: Keys,
    release: str,
    author: Author,
    recall: Recall | None,
    revise: Callable[[Position], Record | None],
) -> Added:
    """Add a version of the same original as the newest one, which must verify."""

    def make(archive: Archive, head: ReleaseHead | None) -> Draft | None:
        assert head is not None  # noqa: S101 - required below
        head.sound()
        record = revise(_position(archive, release, head, author))
        return None if record is None else _same_files(record, head)

    return write_version(store, keys, Request(release, make, required=True), author.now, recall=recall)


def _position(archive: Archive, release: str, head: ReleaseHead | None, author: Author) -> Position:
    by = author.by or archive.origin
    if head is None:
        return Position(release, None, None, by, author.now)
    return Position(release, head.record, head.digest, by, author.now, head.base.description if head.base else None)


def _again(position: Position, head: ReleaseHead, source: Source, note: str | None) -> Draft | None:
    head.sound()
    original = head.record.original
    named = source.charset or charset_again(original.charset, original.extractor.parameters)
    # The bytes stay of the kind as which they were added: a reextraction keeps the original.
    record = reextraction(position, replace(source, charset=named, media_type=original.media_type), note=note)
    return None if record is None else _same_files(record, head)


def _same_files(record: Record, head: ReleaseHead) -> Draft:
    """Draft a version of the original that the newest one has, and of what is kept beside it."""
    files = head.inventory.versions[-1].files
    kept = {each.path: (files[each.path], None) for each in record.original.kept}
    return Draft(record, None, files[record.original.path], kept)


def _refuse_own_files(head: ReleaseHead | None, sha512: str, where: str) -> None:
    """Refuse another file of the very same release: OCFL would not store such an original as one."""
    if head is None or not head.inventory.has(sha512):
        return
    for number, block in enumerate(head.inventory.versions, 1):
        for path in (RECORD_PATH, SIGNATURE_PATH, *KEPT_PATHS):
            if block.files.get(path) == sha512:
                raise SourceError(
                    f"this is {path} of v{number} of the release", where=where, hint="add what the publisher published"
                )


def _version_with(head: ReleaseHead | None, sha512: str) -> int | None:
    """The newest version of a release that has an original of this digest."""
    if head is None or not head.inventory.has(sha512):
        return None
    versions = head.inventory.versions
    return next((n for n in range(len(versions), 0, -1) if sha512 in versions[n - 1].files.values()), None)
