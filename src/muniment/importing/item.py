"""What a source of a history yields, and the rules that it keeps.

A source knows one kind of place where versions lie, and nothing of archives.  It yields an ``Item`` for each state that
could become a version, and a ``Notice`` for each thing that could not, or that a reader of the report should know.  It
decides no release id, drops no state because it looks like another one, and reads no bytes before it is asked.

The rules of a source:

- **Identity.**  ``item.provenance.identity`` names a state: the same at every later import, and of any copy of the
  source.  By it an import goes on after a stop, and finds out what is new.  Two states of one source never share one.
- **Fixed.**  ``item.fixed`` says that this identity can only ever have these bytes, as a commit and a path have.  What
  is not fixed, as a file of a name, is read at every import, so that a change under an old date is found.
- **Order.**  The engine sorts all items by ``time``, those of one time by identity.  Where time tells no order,
  as of commits, ``ImportSource.ordered`` says that items come in their order; it is kept.  What grows at the source
  comes after what was there.
- **Key.**  All states of one document have one ``key``, at every import: its path without renames, or its address.  The
  map file and the patterns make the release id of it.
- **Bytes.**  ``item.read()`` gives them, once or again.  It raises a ``SourceError`` for what is wrong with this state
  alone: that is told, and the import goes on.  It raises an ``UnavailableError`` where the source is gone or cannot be
  read: then the import stops, and can be run again.  ``items`` raises likewise.
- **Hostile.**  Whatever a source reads may be written by an enemy.  What it puts into an item fits the record:
  one line each (``record.capture.one_line``), no longer than 1,000 characters, no credentials, no names of persons that
  the keeper did not ask for.  Times are RFC 3339 in UTC to the second, or a date; what is no time is None and noticed.
- **Choice.**  Where a pattern of the user says what is asked for, and it is nothing of what there is, the source tells
  so by ``AskedFor``: a slip of the pen must not look like an empty source.
- **Words.**  Notices of one ``sort`` are counted together, and the first are shown.  ``failed`` marks a state that is
  missing from the archive: then the command ends with exit code 1.

New members of these values have a default, so that a source that does not know them stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from muniment.canonical import Json
from muniment.record.attestation import Attestation
from muniment.record.capture import Capture
from muniment.record.provenance import Provenance
from muniment.sources import NO_WISH, Wish

_NAMED: Final = 5
"""So many names are told of what there is, where nothing of it is asked for."""


@dataclass(frozen=True, slots=True)
class ReadState:
    """The bytes of a state, and what is known of them only when they are read; it goes before what the item says.

    Attributes:
        data: The bytes.
        media_type: Of them; None to go by the bytes and the map file.
        charset: Where the answer states one.
        wish: What is to be taken of a page.
        capture: The answer of a server that it was.
        exchange: What is kept of the exchange that the capture names.
        attestation: What another archive attested of it.
        attested: The file that this names.
    """

    data: bytes
    media_type: str | None = None
    charset: str | None = None
    wish: Wish = NO_WISH
    capture: Capture | None = None
    exchange: bytes | None = None
    attestation: Attestation | None = None
    attested: bytes | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A state of a document, as a source has it.

    Attributes:
        key: The natural name of the document, before any rule makes a release id of it: ``notices/harbour.md``,
            ``https://example.org/notice``.
        time: When the source claims to have had this state: RFC 3339 in UTC or a date; None where it does not say.
            It becomes ``original.retrieved`` of the record.
        name: What the file is called, for errors and for the medium: ``harbour.md``.
        read: Gives the bytes; or a ``ReadState``, where more is known by then.
        provenance: What becomes part of the record.
        fixed: Whether the identity fixes the bytes.
        content: The source's own name for the bytes, such as a blob; equal for equal bytes, and different for
            others.  None where only reading tells.
        size: In bytes, where that is known without reading.
        media_type: Where the source states one; None to go by the bytes and the map file.
        charset: Where the source states one.
        uri: Where it was published, where the source says so.
        capture: The answer of a server that it was; None for a file of its own.
        wish: What is to be taken of a page.
        described: What the source itself says of the document, as members of a description; the map file wins.
        remote: Whether reading it asks a server, which is not done only to see what would come.
    """

    key: str
    time: str | None
    name: str
    read: Callable[[], bytes | ReadState]
    provenance: Provenance
    fixed: bool = False
    content: str | None = None
    size: int | None = None
    media_type: str | None = None
    charset: str | None = None
    uri: str | None = None
    capture: Capture | None = None
    wish: Wish = NO_WISH
    described: Mapping[str, Json] = field(default_factory=dict)
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told about a source that is no item.

    Attributes:
        sort: Small letters and hyphens, such as ``symbolic-link``: one for each thing that can be told.
        where: What it is about: a path, a commit and a path, an address.
        what: In words, without the place: ``a symbolic link, which is no text``.
        failed: Whether a state of a document is missing from the archive because of it.
        time: As for an item, where it is about one state.
    """

    sort: str
    where: str
    what: str
    failed: bool = False
    time: str | None = None


NOTHING_MATCHES: Final = "nothing-matches"
"""The sort of the notice that a source gives where it has much, and nothing of it is asked for."""


@dataclass(slots=True)
class AskedFor:
    """What of a source is asked for, while it is read: whether anything is, and what there is else.

    Attributes:
        met: Whether anything was asked for.
        others: The names of what was not, as long as nothing was.
    """

    met: bool = False
    others: set[str] = field(default_factory=set)

    def note(self, name: str, *, asked_for: bool) -> bool:
        """Note a name; give back whether it is asked for."""
        if asked_for and not self.met:
            self.met, self.others = True, set()
        elif not self.met:
            self.others.add(name)
        return asked_for

    def notices(self, where: str) -> Iterator[Notice]:
        """Tell, where nothing was asked for of much, what there is."""
        if self.others:
            first = sorted(self.others)[:_NAMED]
            more = ", …" if len(self.others) > len(first) else ""
            what = f"nothing matches of what there is: {', '.join(name[:200] for name in first)}{more}"
            yield Notice(NOTHING_MATCHES, where, what)


class ImportSource(Protocol):
    """A place where versions lie."""

    @property
    def kind(self) -> str:
        """As ``Provenance.kind``."""
        ...

    @property
    def name(self) -> str:
        """What it is called, as ``Provenance.source``; for reports."""
        ...

    @property
    def ordered(self) -> bool:
        """Whether items come in the order of the states, which time need not tell."""
        ...

    def items(self, since: str | None) -> Iterator[Item | Notice]:
        """Give what it has.

        Args:
            since: A date, or RFC 3339 in UTC: states that are known to be older may be left out, the engine leaves
                out the others of them.  None for all.

        Raises:
            InputError: This is no such source, or one that cannot be used.
            UnavailableError: It cannot be read.
        """
        ...

    def covers(self, before: Provenance) -> bool:
        """Whether ``items`` would give this state of an earlier import, if the source had it still.

        By that the engine tells what a rewritten source no longer has; where in doubt, say no.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds, such as a process; nothing is read after that."""
        ...
