"""An archive in memory with one release in non-Latin scripts, and its snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from tests.captures import TIME, captured

from muniment.archive import Archive, open_archive
from muniment.canonical import Json
from muniment.export.snapshot import Snapshot, build_snapshot
from muniment.ingest import Source, locate
from muniment.record import Emendation, Record
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.trust.next_root import with_site
from muniment.write.create import InitialKeys, create_archive
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Author, Keys, add_emendations, add_publication

ORIGIN = "archive.example.org/press"
RELEASE = "declaration"
TEXT = (
    "Déclaration sur les événements « Ünïcode »\n\n"
    '1. First [sic] paragraph, with "quotes" and \u202ehidden\u202c turns.\n\n'
    "An unnumbered one follows: 中文, العربية.\n\n"
    "2. The last words.\n"
)


class World:
    """An archive that a test can let grow."""

    def __init__(self, first_seed: int = 1, site: str | None = None) -> None:
        self.store = MemoryStore()
        root, record, log = (PrivateKey.from_seed(bytes([first_seed + n]) * 32) for n in range(3))
        self.root_key = root
        self.keys = Keys(record, log)
        founders = InitialKeys(root, record, log)
        create_archive(self.store, founders, origin=ORIGIN, now="2026-11-22T10:00:00Z", url=site)

    @classmethod
    def forged(cls) -> World:
        """Another archive of the same name with the same v1, by other keys."""
        made = cls(first_seed=100)
        made.publish(TEXT)
        return made

    @property
    def archive(self) -> Archive:
        """The archive as it is now."""
        return open_archive(self.store)

    def publish(self, text: str, release: str = RELEASE, described: Mapping[str, Json] | None = None) -> None:
        """Add a publication."""
        metadata: dict[str, Json] = {"language": "fr", "issued": {"date": "2022-01", "basis": "inferred"}}
        metadata |= described or {}
        source = Source(text.encode(), "statement.txt", "2026-11-22")
        add_publication(self.store, self.keys, release, source, metadata, Author("2026-11-22T10:01:00Z"))

    def capture(self, text: str, *, time: str = TIME, packed: bool = False) -> None:
        """Add what a server answered, with the exchange beside it."""
        source = captured(text.encode(), time=time, packed=packed)
        add_publication(self.store, self.keys, RELEASE, source, {"language": "fr"}, Author("2026-11-22T10:01:30Z"))

    def move(self, site: str | None) -> None:
        """Name another address of the web site, in a new trust root."""

        def make(archive: Archive) -> NextRoot:
            return NextRoot(with_site(archive.chain[-1], site))

        add_root(self.store, RootKeys([self.root_key], self.keys.log), make, "2026-11-22T10:02:00Z")

    def emend(self) -> None:
        """Supply, correct, omit and doubt a word of paragraph 2."""
        add_emendations(self.store, self.keys, RELEASE, _emendations, {}, Author("2026-11-22T10:03:00Z"))

    def snapshot(self, reference: str = "v1", *, size: int | None = None) -> Snapshot:
        """Export a version."""
        archive = self.archive
        return build_snapshot(archive, archive.read(parse_reference(reference)), size=size)


def _emendations(record: Record, by: str) -> list[Emendation]:
    paragraph = record.paragraphs[-1]
    (the, the_end), (last, last_end), (words, words_end) = (locate(paragraph, w) for w in ("The", "last", "words"))
    return [
        Emendation(paragraph.id, the, the_end, "corrected", "These", "a plural follows", by),
        Emendation(paragraph.id, last, last_end, "omitted", "", "a name of a private person", by),
        Emendation(paragraph.id, words, words, "supplied", "very ", "missing", by),
        Emendation(paragraph.id, words, words_end, "unclear", "", "smudged", by),
    ]


@pytest.fixture
def world() -> World:
    """A fresh archive with v1."""
    made = World()
    made.publish(TEXT)
    return made


@pytest.fixture(scope="session")
def world_of() -> Callable[..., World]:
    """Make an archive with one version of a text, described as given."""

    def make(text: str, **described: Json) -> World:
        made = World()
        made.publish(text, described=described)
        return made

    return make


@pytest.fixture(scope="session")
def sited() -> Callable[..., World]:
    """Make an archive that has a web site, with one version, described as given."""

    def make(text: str = TEXT, **described: Json) -> World:
        made = World(site="https://press.example.org/kept")
        made.publish(text, described=described)
        return made

    return make


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    """The snapshot of v1."""
    made = World()
    made.publish(TEXT)
    return made.snapshot()
