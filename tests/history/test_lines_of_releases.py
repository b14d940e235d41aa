"""Histories that go over several releases: what is followed, in which order, and how versions are counted."""

from __future__ import annotations

import pytest
from tests.importing.conftest import KEYS, new_store
from tests.write.writing import NOW

from muniment.archive import Archive, open_archive
from muniment.canonical import Json
from muniment.errors import UnresolvedReferenceError
from muniment.history import blame
from muniment.history.lines_of_releases import line_of, read_line
from muniment.ingest import Source
from muniment.write.version import Author, add_publication


def archive_with(**releases: tuple[list[str], list[tuple[str, str]]]) -> Archive:
    """An archive in memory: texts and relations by release."""
    store = new_store()
    for release, (texts, relations) in releases.items():
        metadata: dict[str, Json] = {"relations": [{"relation": kind, "target": to} for kind, to in relations]}
        for text in texts:
            source = Source(text.encode(), "notice.txt", NOW)
            add_publication(store, KEYS, release, source, metadata, Author(NOW))
    return open_archive(store)


def test_the_oldest_comes_first() -> None:
    """A release that continues another one that replaces a third is followed to the beginning."""
    archive = archive_with(
        old=(["One.\n"], []),
        middle=(["Two.\n"], [("replaces", "old/v1")]),
        new=(["Three.\n"], [("continues", "middle")]),
    )
    assert line_of(archive, "new") == ("old", "middle", "new")
    assert line_of(archive, "old") == ("old",)


@pytest.mark.parametrize("target", ["https://example.org/old", "nowhere", "new", "sha256:" + "0" * 64, "#p1"])
def test_what_leads_nowhere_is_not_followed(target: str) -> None:
    """An address, a release that is not here, and the release itself are the end of the line."""
    assert line_of(archive_with(new=(["One.\n"], [("continues", target)])), "new") == ("new",)


def test_a_circle_ends() -> None:
    """Two releases that each continue the other are followed once."""
    archive = archive_with(one=(["One.\n"], [("continues", "two")]), two=(["Two.\n"], [("continues", "one")]))
    assert line_of(archive, "one") == ("two", "one")


def test_other_relations_are_not_followed() -> None:
    """A translation is no earlier state."""
    archive = archive_with(de=(["Eins.\n"], []), en=(["One.\n"], [("translation-of", "de")]))
    assert line_of(archive, "en") == ("en",)


def test_a_release_that_is_not_there() -> None:
    """A release that is not there is an error that says so."""
    with pytest.raises(UnresolvedReferenceError):
        line_of(archive_with(one=(["One.\n"], [])), "none")


def test_versions_are_counted_through() -> None:
    """Words are as old as they are over the whole line: blame names the version of the earlier release."""
    pier, tide = "The pier is closed until the tide turns.", "Boats of all kinds wait at the outer quay."
    archive = archive_with(
        old=([f"{pier}\n", f"{pier}\n\n{tide}\n"], []),
        new=([f"{pier}\n\n{tide}\n\nNothing else is known of it today.\n"], [("continues", "old")]),
    )
    versions = read_line(archive, "new")
    assert [(one.number, one.stored.statement.name) for one in versions] == [
        (1, "old/v1"),
        (2, "old/v2"),
        (3, "new/v1"),
    ]
    assert [one.brought for one in blame([one.record for one in versions]).paragraphs] == [1, 2, 3]
    assert len(read_line(archive, "new", last=1)) == 3
