"""Paragraphs that have words, in the newest version that has them: with the index or without, the answer is the same.

A search is for words and for phrases in quotation marks; a paragraph must have all of them, in any order.  Words are
whole, and folded as ``when`` folds a phrase.  The index only says where to look; a paragraph is given because the
signed record of its version has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import regex

from muniment.archive import Archive, StoredVersion
from muniment.errors import InputError, IntegrityError
from muniment.history.index.lookup import IndexedParagraph, SearchIndex
from muniment.history.index.terms import digest_of, words_of
from muniment.log.statement import VersionEntry
from muniment.record import Paragraph, Record

_ITEM = regex.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES = str.maketrans("“”„«»", '"' * 5)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for.

    Attributes:
        words: As they were typed.
        items: The words of each word and each phrase, folded.
        issuer: The issuer must have these words; None for any.
        language: Tag that the language must be, or begin with; None for any.
        since: The first day, month or year on which the version may have come out; None for any.
        until: The last.
    """

    words: str
    items: tuple[tuple[str, ...], ...]
    issuer: str | None = None
    language: str | None = None
    since: str | None = None
    until: str | None = None

    def is_met_by(self, record: Record, logged_at: str) -> bool:
        """Whether a version is one of those that are asked for, by what its record says of it."""
        description = record.description
        if self.issuer is not None and not _has(words_of(description.issuer or ""), words_of(self.issuer)):
            return False
        if self.language is not None:
            language, wanted = (description.language or "").lower(), self.language.lower()
            if language != wanted and not language.startswith(f"{wanted}-"):
                return False
        day = date_of(record, logged_at)
        # What is known by its month or year alone may have come out on any day of it.
        return (self.since is None or f"{day}~" >= self.since) and (self.until is None or day <= f"{self.until}~")


def date_of(record: Record, logged_at: str) -> str:
    """When a version came out, as far as is said: the date of issue, else when it was retrieved, else when logged."""
    return (record.description.issued.date or record.original.retrieved or logged_at)[:10]


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph that has the words.

    Attributes:
        version: The newest version that has it, as it was read.
        paragraph: The paragraph there.
        first: The first version that has it.
    """

    version: StoredVersion
    paragraph: Paragraph
    first: int


@dataclass(slots=True)
class Looking:
    """How a search was done.

    Attributes:
        versions: Versions that were read for it.
        unfit: Releases for which the index said what the records do not bear out; they were read in full.
        left_out: Where a version that does not verify is left out: it goes here by its name.  None: it is an error.
    """

    versions: int = 0
    unfit: int = 0
    left_out: dict[str, IntegrityError] | None = None

    def read(self, archive: Archive, entry: VersionEntry) -> StoredVersion | None:
        """Read a version; None where it does not verify and is left out."""
        self.versions += 1
        try:
            return archive.read_entry(entry)
        except IntegrityError as error:
            if self.left_out is None:
                raise
            self.left_out[entry.statement.name] = error
            return None


def asked_for(
    words: str,
    *,
    issuer: str | None = None,
    language: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Asked:
    """Read what is searched for.

    Raises:
        InputError: There is no word in it or in the issuer, or a quotation mark too much.
    """
    plain = words.translate(_QUOTES)
    if plain.count('"') % 2:
        raise InputError("a quotation mark is not closed", found=repr(words[:40]), hint="quote a whole phrase")
    folded = (tuple(words_of(match[1] or match[2] or "")) for match in _ITEM.finditer(plain))
    items = tuple(item for item in folded if item)
    if not items:
        hint = "follow a sign that is no word with when" if plain.strip('" ') else "give some words"
        raise InputError("there is nothing to search for", found=repr(words[:40]), hint=hint)
    if issuer is not None and not words_of(issuer):
        raise InputError("there is no word in the issuer", found=repr(issuer[:40]), hint="give words of its name")
    return Asked(words, items, issuer, language, since, until)


def search_words(archive: Archive, asked: Asked, index: SearchIndex, looking: Looking | None = None) -> Iterator[Hit]:
    """Give every paragraph that has the words, newest release first, and in it what stood longest first.

    Args:
        archive: The archive.
        asked: What is searched for.
        index: Its index, open for this archive; or what does without.
        looking: Where to count what was read.

    Raises:
        IntegrityError: A version that had to be read is not what the log names.
    """
    looking = looking or Looking()
    rows = index.paragraphs_with(asked.items)
    order = archive.releases[::-1]
    if rows is None:
        for release in order:
            yield from _in_release(archive, release, asked, looking)
        return
    places = {release: number for number, release in enumerate(order)}
    unread = sorted((release for release in index.unread if release in places), key=places.__getitem__)
    for release, found in groupby(rows, key=lambda row: row.release):
        while unread and places[unread[0]] <= places.get(release, 0):
            yield from _in_release(archive, unread.pop(0), asked, looking)
        if release in places and release not in index.unread:
            yield from _checked(archive, release, list(found), asked, looking)
    for release in unread:
        yield from _in_release(archive, release, asked, looking)


def _checked(
    archive: Archive, release: str, rows: Sequence[IndexedParagraph], asked: Asked, looking: Looking
) -> Iterator[Hit]:
    """Give those of the rows that the records bear out; where they do not, the release is read in full."""
    entries = {entry.statement.version: entry for entry in archive.history(release)}
    read: dict[int, StoredVersion] = {}
    hits = []
    for row in rows:
        for number in {row.first, row.last} & entries.keys() - read.keys():
            version = looking.read(archive, entries[number])
            if version is not None:
                read[number] = version
        found = [_find(read.get(number), row.digest) for number in (row.first, row.last)]
        if None in found:
            looking.unfit += 1
            yield from _in_release(archive, release, asked, looking)
            return
        paragraph, newest = found[1], read[row.last]
        if paragraph is not None and _meets(newest, paragraph, asked):
            hits.append(Hit(newest, paragraph, row.first))
    yield from hits


def _find(version: StoredVersion | None, digest: bytes) -> Paragraph | None:
    paragraphs = () if version is None else version.record.paragraphs
    return next((paragraph for paragraph in paragraphs if digest_of(paragraph) == digest), None)


def _in_release(archive: Archive, release: str, asked: Asked, looking: Looking) -> Iterator[Hit]:
    """Read every version of a release, and give its paragraphs in the order in which an index has them."""
    hits: dict[bytes, Hit] = {}
    for entry in archive.history(release):
        version = looking.read(archive, entry)
        if version is None:
            continue
        for paragraph in version.record.paragraphs:
            digest = digest_of(paragraph)
            before = hits.get(digest)
            if before is None or before.version is not version:  # of two that are alike, the first is named
                hits[digest] = Hit(version, paragraph, version.record.version if before is None else before.first)
    order = sorted(hits.values(), key=lambda hit: (-hit.version.record.version, hit.first))
    yield from (hit for hit in order if _meets(hit.version, hit.paragraph, asked))


def _meets(version: StoredVersion, paragraph: Paragraph, asked: Asked) -> bool:
    words = words_of(paragraph.text)
    found = all(_has(words, item) for item in asked.items)
    return found and asked.is_met_by(version.record, version.statement.logged_at)


def _has(words: Sequence[str], item: Sequence[str]) -> bool:
    length = len(item)
    return any(list(words[at : at + length]) == list(item) for at in range(len(words) - length + 1))


def excerpt(paragraph: Paragraph, asked: Asked, length: int) -> str:
    """Give the part of a paragraph about the first of the words, on one line; what is left out is an ellipsis."""
    text = " ".join(f"{paragraph.label or ''} {paragraph.text}".split())
    if len(text) <= length:
        return text
    at = _place_of(text, asked)
    start = max(0, min(at - length // 3, len(text) - length))
    start = text.rfind(" ", max(0, start - 20), start + 1) + 1 if start else 0
    end = start + length
    if end < len(text):
        end = max(text.rfind(" ", end - 20, end), start + length - 20)
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def _place_of(text: str, asked: Asked) -> int:
    """About where the first word stands: pieces are folded one by one, as only whole texts fold exactly."""
    wanted = {item[0] for item in asked.items}
    for match in regex.finditer(r"\S+", text):
        if wanted & set(words_of(match[0])):
            return match.start()
    return 0
