"""The search index: whatever it says, the answer is that of the signed records."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import NOW, ORIGIN
from tests.synthesised import CountingStore, synthesise

from muniment.archive import Archive, StoredVersion, open_archive
from muniment.errors import InputError
from muniment.history import find_phrase
from muniment.history.index.growth_of_index import IndexGrowth, bring_up_to_date
from muniment.history.index.index_file import (
    ABSENT,
    AHEAD,
    BEHIND,
    CURRENT,
    DAMAGED,
    FOREIGN,
    OTHER_RULES,
    read_state,
)
from muniment.history.index.lookup import IndexedParagraph, SearchIndex, opened_index
from muniment.history.index.terms import query_for
from muniment.history.index.word_search import Looking, asked_for, search_words
from muniment.history.moments import read_versions
from muniment.ingest import Source
from muniment.log.statement import VersionEntry
from muniment.record import Paragraph
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_publication

TEXTS = {
    "harbour": (
        "Notice\n\n1. The harbour is closed.\n\n2. It opens on Monday.\n",
        "Notice\n\n1. The harbour is closed.\n\n2. It opens on Tuesday.\n\n3. Boats may wait outside.\n",
        "Notice\n\n1. The harbour is open.\n\n2. It opened on Tuesday.\n",
    ),
    "tide": ("Tide\n\nHigh at noon. Encloses on Monday the eastern quay.\n",),
    "port-zh": ("公告\n\n港口今天关闭。\n\n星期一重新开放。\n",),
    "port-th": ("ประกาศ\n\nท่าเรือปิดวันนี้\n\n***\n\nจะเปิดวันจันทร์\n",),
    "cafe": ("Café\n\n(a) Le café du port – “fermé”.\n\n(b) Straße nach Süden.\n",),
}


def filled(store: MemoryStore, keys: Keys, texts: Mapping[str, tuple[str, ...]]) -> MemoryStore:
    """Add texts as versions of releases."""
    for release, versions in texts.items():
        for text in versions:
            description = {"language": "en", "issuer": "Port of Example"} if release == "harbour" else {}
            source = Source(text.encode(), f"{release}.txt", NOW[:10])
            add_publication(store, keys, release, source, description, Author(NOW, note="as found"))
    return store


@pytest.fixture
def archive(empty_archive: MemoryStore, keys: Keys) -> Archive:
    """Releases in several scripts."""
    return open_archive(filled(empty_archive, keys, TEXTS))


def seen_without(archive: Archive, phrase: str, *, exact: bool, case_sensitive: bool = False) -> set[str]:
    """The releases that have a phrase, by reading all of them."""
    found = set()
    for release in archive.releases:
        records = [version.record for version in read_versions(archive, release)]
        if find_phrase(phrase, records, exact=exact, case_sensitive=case_sensitive).seen:
            found.add(release)
    return found


def pieces_of(archive: Archive) -> list[str]:
    """The stream of each version as a phrase may run through it: with labels, line feeds between paragraphs."""
    pieces = []
    for release in archive.releases:
        for version in read_versions(archive, release):
            for labels in (False, True):
                parts = [_printed(paragraph, labels=labels) for paragraph in version.record.paragraphs]
                pieces.append("\n".join(parts))
    return pieces


def _printed(paragraph: Paragraph, *, labels: bool) -> str:
    return f"{paragraph.label} {paragraph.text}" if labels and paragraph.label else paragraph.text


def test_no_release_with_a_phrase_is_left_out(archive: Archive, tmp_path: Path) -> None:
    """Whatever part of a text is asked for, over ends of paragraphs too, the index names every release that has it."""
    path = tmp_path / "index"
    bring_up_to_date(path, archive)
    texts, chance = pieces_of(archive), random.Random(16)  # noqa: S311 - seeded, not secret
    helped = 0
    with opened_index(path, archive) as index:
        for _ in range(1500):
            text = chance.choice(texts)
            start = chance.randrange(len(text))
            phrase = text[start : start + chance.choice((2, 5, 12, 30, 80))].strip()
            exact, case_sensitive = chance.random() < 0.3, chance.random() < 0.3
            if not phrase:
                continue
            named = index.releases_with(phrase, exact=exact)
            helped += named is not None and len(named) < len(archive.releases)
            wanted = seen_without(archive, phrase, exact=exact, case_sensitive=case_sensitive) if named else set()
            assert named is None or wanted <= named, (phrase, exact)
            assert named != frozenset() or not seen_without(archive, phrase, exact=exact), phrase
    assert helped > 1000


WORDS = st.sampled_from(["a", "ab", "b", "ba", "1.", "(a)", "—", "港", "口", "ー", "é", "e\u0301", "no-a", "***"])


@given(
    st.lists(st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=5), min_size=2, max_size=4),
    st.lists(WORDS, min_size=1, max_size=9),
    st.booleans(),
)
def test_short_words_at_every_border(
    founders: InitialKeys,
    keys: Keys,
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[list[list[str]]],
    words: list[str],
    exact: bool,  # noqa: FBT001 - given by hypothesis
) -> None:
    """In texts of few and short words, where a phrase begins and ends everywhere, no release is left out either."""
    store = MemoryStore()
    create_archive(store, founders, origin=ORIGIN, now=NOW)
    bodies = {f"r{at}": ("\n\n".join(" ".join(part) for part in text) + "\n",) for at, text in enumerate(texts)}
    archive = open_archive(filled(store, keys, bodies))
    path = tmp_path_factory.mktemp("index") / "index"
    bring_up_to_date(path, archive)
    asked = [" ".join(words), *(text.strip() for text in pieces_of(archive)), "".join(words)]
    with opened_index(path, archive) as index:
        for phrase in asked:
            for part in {phrase, phrase[1:].strip(), phrase[:-1].strip(), phrase[2:-2].strip()} - {""}:
                named = index.releases_with(part, exact=exact)
                assert named is None or seen_without(archive, part, exact=exact) <= named, part


QUERIES = (
    "harbour",
    "Monday",
    '"opens on"',
    "harbour closed",
    "港口",
    "关闭",
    '"ท่าเรือ"',
    "straße",
    "STRASSE süden",
    "no",
)


def hits(
    archive: Archive, index: SearchIndex, words: str, looking: Looking | None = None
) -> list[tuple[str, str, int]]:
    """What a search gives, as names."""
    found = list(search_words(archive, asked_for(words), index, looking))
    return [(hit.version.statement.name, hit.paragraph.id, hit.first) for hit in found]


@pytest.mark.parametrize("words", QUERIES)
def test_words_with_and_without_an_index(archive: Archive, tmp_path: Path, words: str) -> None:
    """A search gives the same paragraphs in the same order, and with the index it reads the versions of hits alone."""
    bring_up_to_date(tmp_path / "index", archive)
    with opened_index(None, archive) as none, opened_index(tmp_path / "index", archive) as index:
        with_index, without = Looking(), Looking()
        found = hits(archive, index, words, with_index)
        assert found == hits(archive, none, words, without)
        assert with_index.versions <= 2 * len(found) < without.versions or not found
        assert bool(found) == (words != "no")


def test_a_hit_names_where_it_stands(archive: Archive, tmp_path: Path) -> None:
    """A paragraph is given once, in the newest version that has it, with the first one."""
    bring_up_to_date(tmp_path / "index", archive)
    with opened_index(tmp_path / "index", archive) as index:
        assert hits(archive, index, '"harbour is closed"') == [("harbour/v2", "p1", 1)]
        assert hits(archive, index, "opens") == [("harbour/v2", "p2", 2), ("harbour/v1", "p2", 1)]


def test_what_is_said_of_a_version_narrows_a_search(archive: Archive, tmp_path: Path) -> None:
    """Issuer, language and date are held against the record of the version that is shown."""
    bring_up_to_date(tmp_path / "index", archive)
    with opened_index(tmp_path / "index", archive) as index:

        def found(**limits: str) -> int:
            return len(list(search_words(archive, asked_for("monday", **limits), index)))

        assert (found(), found(issuer="port of example"), found(issuer="harbour")) == (2, 1, 0)
        assert (found(language="en"), found(language="EN"), found(language="e"), found(language="fr")) == (1, 1, 0, 0)
        day = NOW[:10]
        assert (found(since=day), found(since=day[:4]), found(until=day[:7]), found(until="2020")) == (2, 2, 2, 0)
        assert found(since="2100") == 0


@pytest.mark.parametrize("words", ["", "  ", "—", '"', '"open'])
def test_nothing_to_search_for(words: str) -> None:
    """What has no word, or a quotation mark too much, is refused."""
    with pytest.raises(InputError):
        asked_for(words)


def test_adding_leaves_an_index_behind(empty_archive: MemoryStore, keys: Keys, tmp_path: Path) -> None:
    """After an addition an index still answers, and what it lacks is read; bringing it up to date reads that alone."""
    path, store = tmp_path / "index", filled(empty_archive, keys, TEXTS)
    bring_up_to_date(path, open_archive(store))
    filled(store, keys, {"tide": ("Tide\n\nLow at noon, on Monday.\n",), "new": ("New\n\nMonday at the quay.\n",)})
    archive = open_archive(store)
    assert read_state(path, archive).kind == BEHIND
    with opened_index(path, archive) as index, opened_index(None, archive) as none:
        assert index.unread == {"tide", "new"}
        assert index.releases_with("low at noon", exact=False) == frozenset({"tide", "new"})
        for words in QUERIES:
            assert hits(archive, index, words) == hits(archive, none, words)
    growth = bring_up_to_date(path, open_archive(store))
    assert (growth.before.kind, growth.read) == (BEHIND, 2)
    fresh = tmp_path / "fresh"
    assert bring_up_to_date(fresh, open_archive(store)).rows == growth.rows
    archive = open_archive(store)
    with opened_index(path, archive) as index, opened_index(fresh, archive) as other:
        for words in (*QUERIES, "low", "quay"):
            assert hits(archive, index, words) == hits(archive, other, words)


@pytest.mark.parametrize("size", [300, 3000])
def test_catching_up_reads_the_tail_alone(
    small_archive: MemoryStore, founders: InitialKeys, keys: Keys, tmp_path: Path, size: int
) -> None:
    """To cover three versions more, about as many files are read whether the log is short or long."""
    path = tmp_path / "index"
    long_log = synthesise(small_archive, size, founders.log)
    head = open_archive(long_log)
    # The invented releases have no folder, so the index of the long log is made of what is there.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Archive, "versions_from", lambda *_: ())
        bring_up_to_date(path, head)
    add_publication(
        long_log, keys, "quay", Source(b"Quay\n\nOpen.\n", "quay.txt", NOW[:10]), {}, Author(NOW, note="as found")
    )
    counting = CountingStore(long_log)
    growth = bring_up_to_date(path, open_archive(counting))
    assert (growth.before.kind, growth.read) == (BEHIND, 1)
    bundles = [name for name in counting.reads if "/entries/" in name]
    records = [name for name in counting.reads if name.endswith("record.json")]
    assert len(bundles) <= 2
    assert len(records) == 1
    assert len(counting.reads) <= 20


def test_an_index_that_cannot_be_used(archive: Archive, founders: InitialKeys, keys: Keys, tmp_path: Path) -> None:
    """An index that is absent, cut, of another archive or of a longer log is not asked, and is made anew."""
    path = tmp_path / "index"
    assert read_state(path, archive).kind == ABSENT
    bring_up_to_date(path, archive)
    whole = path.read_bytes()
    other = MemoryStore()
    create_archive(other, founders, origin="other.example.org/archive", now=NOW)
    elsewhere = open_archive(filled(other, keys, {"tide": TEXTS["tide"]}))
    assert read_state(path, elsewhere).kind == FOREIGN
    older = MemoryStore()
    create_archive(older, founders, origin=ORIGIN, now=NOW)
    filled(older, keys, {"harbour": TEXTS["harbour"][:1]})
    assert read_state(path, open_archive(older)).kind == AHEAD
    fork = filled(older, keys, {"other": ("Other\n\nWords.\n",) * 1, "tide": TEXTS["tide"]})
    for text in "abcdefgh":
        filled(fork, keys, {text: (f"{text}\n\nMore words.\n",)})
    assert read_state(path, open_archive(fork)).kind == FOREIGN
    for broken in (b"", whole[:100], whole[:-1], b"x" * 5000):
        path.write_bytes(broken)
        assert read_state(path, archive).kind == DAMAGED
        with opened_index(path, archive) as index:
            assert index.releases_with("monday", exact=False) is None
            assert hits(archive, index, "monday") == [("tide/v1", "nn1", 1), ("harbour/v1", "p2", 1)]
        assert bring_up_to_date(path, archive).before.kind == DAMAGED
        assert read_state(path, archive).kind == CURRENT


def test_every_bit_counts(archive: Archive, tmp_path: Path) -> None:
    """An index in which any bit changed is not asked: it could leave out what is there, and nothing would show it."""
    path = tmp_path / "index"
    bring_up_to_date(path, archive)
    whole, chance = path.read_bytes(), random.Random(1)  # noqa: S311 - seeded, not secret
    for _ in range(200):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        assert read_state(path, archive).kind == DAMAGED


def test_other_rules(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index made by other tables of letters is made anew: its words might be cut elsewhere."""
    path = tmp_path / "index"
    bring_up_to_date(path, archive)
    monkeypatch.setattr("muniment.history.index.index_file.FORMAT", "muniment-index/1 regex 9 unicode 99")
    assert read_state(path, archive).kind == OTHER_RULES
    assert bring_up_to_date(path, archive).read == 7


@dataclass
class Liar(SearchIndex):
    """An index that says what it is told."""

    lies: Sequence[IndexedParagraph] = ()

    def paragraphs_with(self, items: Sequence[Sequence[str]]) -> Iterator[IndexedParagraph]:
        """Give the lies."""
        assert items
        return iter(self.lies)


def test_a_lie_of_the_index_is_not_shown(archive: Archive, tmp_path: Path) -> None:
    """An index whose rows name what the records do not have shows nothing of it: those releases are read instead."""
    path = tmp_path / "index"
    bring_up_to_date(path, archive)
    looking = Looking()
    with opened_index(path, archive) as index:
        rows = list(index.paragraphs_with([["monday"]]) or ())
        assert {row.release for row in rows} == {"harbour", "tide"}
        lies = [replace(rows[0], digest=b"0" * 16), replace(rows[1], last=99)]
        found = hits(archive, Liar(index.state, lies=lies), "monday", looking)
    assert found == [("tide/v1", "nn1", 1), ("harbour/v1", "p2", 1)]
    assert looking.unfit == 2


def test_two_writers(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two who write at once each puts a whole index in its place, and nothing is left beside it."""
    path = tmp_path / "index"
    inner: list[IndexGrowth] = []
    read_entry = Archive.read_entry

    def interrupted(self: Archive, entry: VersionEntry) -> StoredVersion:
        if not inner:
            inner.append(IndexGrowth(read_state(path, archive), 0, 0, 0))
            inner.append(bring_up_to_date(path, archive))
            assert read_state(path, archive).kind == CURRENT
        return read_entry(self, entry)

    monkeypatch.setattr(Archive, "read_entry", interrupted)
    outer = bring_up_to_date(path, archive)
    assert outer.rows == inner[1].rows
    assert read_state(path, archive).kind == CURRENT
    assert [file.name for file in tmp_path.iterdir()] == ["index"]


def test_an_interrupted_writer_changes_nothing(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where making an index fails, what stood there stands, and no part of the new one does."""
    path = tmp_path / "index"

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Archive, "read_entry", fail)
    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(path, archive)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("phrase", "exact"), [("—", False), ("", False), ("é à", True), ("ç\nd e f", True)])
def test_what_the_index_cannot_tell(phrase: str, exact: bool) -> None:  # noqa: FBT001 - a parameter
    """Without a word, and for code points whose fold depends on what stands beside them, everything is read."""
    assert query_for(phrase, exact=exact) is None
