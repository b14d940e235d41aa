"""Tests of ``muniment.history.steps`` and of ``muniment.history.moments``."""

from __future__ import annotations

import pytest

from muniment.archive import open_archive
from muniment.errors import UnresolvedReferenceError
from muniment.history import steps
from muniment.history.moments import Moment, read_versions
from muniment.ingest import Source
from muniment.record import Emendation, Issued
from muniment.store import MemoryStore
from muniment.write.version import Author, Keys, add_emendations, add_publication

NOW = "2026-11-22T10:00:00Z"
TEXT = b"Notice on the harbour\n\n1. The harbour is shut.\n\n2. It opens on Monday.\n"


@pytest.fixture
def archive(small_archive: MemoryStore, keys: Keys) -> MemoryStore:
    """The small archive, where harbour has an emendation as v3 and other bytes as v4."""
    made = Emendation("p2", 0, 2, "corrected", "The harbour", "said plainly", "A. Editor")
    add_emendations(small_archive, keys, "harbour", lambda _before, _by: [made], {}, Author(NOW))
    source = Source(TEXT, "harbour.txt", NOW[:10])
    add_publication(
        small_archive, keys, "harbour", source, {"language": "en", "uri": "https://example.org/"}, Author(NOW)
    )
    return small_archive


def test_steps(archive: MemoryStore) -> None:
    """Each version is told against the one before it: words, description, emendations."""
    seen: list[tuple[int, int]] = []
    records = [stored.record for stored in read_versions(open_archive(archive), "harbour")]
    made = steps(records, progress=lambda done, total: seen.append((done, total)))
    assert [(s.version, s.words.edited, s.description, s.emended, s.withdrawn) for s in made] == [
        (2, 0, ("subjects",), 0, 0),
        (3, 0, (), 1, 0),
        (4, 1, ("uri",), 0, 1),
    ]
    assert seen == [(2, 4), (3, 4), (4, 4)]


def test_read_versions(archive: MemoryStore) -> None:
    """Versions come oldest first, up to the one that is asked for."""
    opened = open_archive(archive)
    seen: list[tuple[int, int]] = []
    versions = read_versions(opened, "harbour", last=2, progress=lambda done, total: seen.append((done, total)))
    assert [stored.record.version for stored in versions] == [1, 2]
    assert seen == [(1, 2), (2, 2)]
    with pytest.raises(UnresolvedReferenceError, match="there is no release pier"):
        read_versions(opened, "pier")


def test_moment(archive: MemoryStore) -> None:
    """A moment has the claimed times of a version and its hash."""
    opened = open_archive(archive)
    stored = read_versions(opened, "harbour")[1]
    assert Moment.of(stored) == Moment(
        2, "harbour/v2", stored.statement.record, "description", None, Issued(None, "unknown"), None, NOW
    )
