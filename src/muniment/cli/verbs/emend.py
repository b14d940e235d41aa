"""``archive emend``: an editorial correction, rendered in brackets beside the words that stay.

Spaces around supplied words are added where the text needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from unicodedata import category, east_asian_width

import click

from muniment.archive import Archive
from muniment.cli.authoring import (
    Members,
    author_options,
    dry_run_option,
    key_options,
    member_options,
    open_to_write,
)
from muniment.cli.clock import now
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.outcomes import Previewed, finish, print_previewed
from muniment.cli.target import open_target
from muniment.cli.verbs.add import newest
from muniment.display import plain
from muniment.errors import InputError
from muniment.ingest import locate
from muniment.record import Emendation, Paragraph, Record
from muniment.reference import Reference, parse_reference
from muniment.write.version import Author, add_emendations, preview_emendations

_OPENING = {"Ps", "Pi", "Pd"}
_CLOSING = {"Po", "Pe", "Pf"}


def with_spaces(words: str, before: str, after: str) -> str:
    """Put the blanks around supplied words that keep them apart from the text; words that have some are left alone.

    Where the text itself goes on without a blank, in the middle of a word or in a script that has none, there is none.

    Args:
        words: What is supplied.
        before: The text up to there.
        after: The text from there on.
    """
    if words != words.strip():
        return words
    left, right = before[-1:], after[:1]
    if _wide(words[0]) or _wide(left) or _wide(right):
        return words
    leading = _joins(left, words[0]) and (not right or right.isspace() or category(right) in _CLOSING)
    trailing = _joins(words[-1], right) and (not left or left.isspace() or category(left) in _OPENING)
    return f"{' ' if leading else ''}{words}{' ' if trailing else ''}"


def _joins(left: str, right: str) -> bool:
    """Whether two characters side by side need a blank between them."""
    if not left or not right or left.isspace() or right.isspace():
        return False
    return category(left) not in _OPENING and category(right) not in _CLOSING


def _wide(character: str) -> bool:
    return bool(character) and east_asian_width(character[0]) in "WF"


_WAYS = "--after or --before with --supply, --correct with --to, --omit, or --unclear"


@dataclass(frozen=True, slots=True)
class Correction:
    """The correction that the user asks for; quoted words are those of the text as received.

    Attributes:
        after: Words after which something is supplied.
        before: Words before which something is supplied.
        supply: The words supplied.
        correct: Words that are corrected.
        to: What they should be.
        omit: Words to be left out.
        unclear: Words that are in doubt.
    """

    after: str | None = None
    before: str | None = None
    supply: str | None = None
    correct: str | None = None
    to: str | None = None
    omit: str | None = None
    unclear: str | None = None

    def check(self) -> None:
        """Refuse options that are not exactly one of the ways to emend.

        Raises:
            InputError: None, several, or half of one was given; or words are empty.
        """
        options = {name for name in Correction.__slots__ if getattr(self, name) is not None}
        ways = ({"after", "supply"}, {"before", "supply"}, {"correct", "to"}, {"omit"}, {"unclear"})
        if options not in ways:
            names = ", ".join(f"--{name}" for name in Correction.__slots__ if name in options)
            raise InputError("say in one way what to emend", expected=_WAYS, found=names or "none of them")
        for name in options:
            if not getattr(self, name).strip():
                raise InputError(f"--{name} is empty", hint="quote the words")

    def resolve(self, paragraph: Paragraph) -> tuple[int, int, str, str]:
        """Find where the correction applies: start, end, kind and replacement."""
        quoted = self.after or self.before or self.correct or self.omit or self.unclear or ""
        start, end = locate(paragraph, quoted)
        if self.supply is not None:
            at = end if self.after is not None else start
            return at, at, "supplied", with_spaces(self.supply, paragraph.text[:at], paragraph.text[at:])
        if self.to is not None:
            return start, end, "corrected", self.to
        return start, end, "omitted" if self.omit is not None else "unclear", ""


def correction_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the ways to emend; the command gets them as one ``Correction``."""

    @click.option("--after", metavar="TEXT", help="Supply words after these.")
    @click.option("--before", metavar="TEXT", help="Supply words before these.")
    @click.option("--supply", metavar="WORDS", help="The words supplied.")
    @click.option("--correct", metavar="TEXT", help="Correct these words.")
    @click.option("--to", metavar="WORDS", help="What they should be.")
    @click.option("--omit", metavar="TEXT", help="Leave these words out.")
    @click.option("--unclear", metavar="TEXT", help="Mark these words as doubtful.")
    @wraps(command)
    def bundled(**options: object) -> None:
        values: dict[str, Any] = {name: options.pop(name) for name in Correction.__slots__}
        command(correction=Correction(**values), **options)

    return bundled


@verb(
    'archive emend harbour-notice#p2 --after day --supply of --reason "left out"',
    "archive emend harbour-notice#p2 --correct teh --to the --reason misprint",
    'archive emend harbour-notice#p2 --omit "the the" --reason "misprint"',
)
@reference_argument
@correction_options
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@dry_run_option
@member_options
@author_options
@key_options
@memory_option
@in_archive
@as_json
def command(
    reference: str,
    *,
    correction: Correction,
    reason: str,
    members: Members,
    key_files: KeyFiles,
    memory: Memory,
    as_json: bool,
    **rest: str,
) -> None:
    """Correct the reading text of one paragraph, in brackets.

    This makes a new version; the text as received does not change. Quote enough of the text that it occurs only
    once in the paragraph. Spaces around supplied words are added where needed.
    """
    wanted = parse_reference(reference)
    correction.check()
    moment, dry_run = now(), bool(rest["dry_run"])
    metadata = members.gather(moment)
    archive = open_target() if dry_run else open_to_write(memory)
    if wanted.paragraph is None:
        ids = [paragraph.id for paragraph in archive.read(wanted).record.paragraphs]
        named = plain(f"{reference}#{next((id_ for id_ in ids if not id_.startswith('h')), ids[0])}")
        hint = f"for example {named}; archive show {plain(reference)} lists them"
        raise InputError("no paragraph is named", where=reference, hint=hint)
    release = newest(archive, wanted).release
    author = Author(moment, rest["by"], rest["note"])
    if dry_run:
        emend = _emend(archive, wanted, correction, reason)
        would, before = preview_emendations(archive, release, emend, metadata, author)
        print_previewed(Previewed(would, before, frozenset(metadata)), as_json=as_json)
        return
    keys = load_keys(archive, key_files)
    emend = _emend(archive, wanted, correction, reason)
    added = add_emendations(archive.store, keys, release, emend, metadata, author, recall=memory.recall)
    finish(added, archive.store, memory, as_json=as_json)


def _emend(
    archive: Archive, wanted: Reference, correction: Correction, reason: str
) -> Callable[[Record, str], Sequence[Emendation]]:
    paragraph = archive.read(wanted).paragraph(wanted.paragraph or "")

    def emend(record: Record, by: str) -> Sequence[Emendation]:
        # Another writer may have come first, with other words.
        if paragraph not in record.paragraphs:
            raise InputError(f"{record.name} has other words in {paragraph.id}", hint="look at them, then try again")
        start, end, kind, replacement = correction.resolve(paragraph)
        return [Emendation(paragraph.id, start, end, kind, replacement, reason, by)]

    return emend
