"""The engine: what stops it, what it goes on with, and what it makes of a source that grew or was rewritten."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
from tests.importing.conftest import KEYS, Repository, bring_in, new_store, records, statements, words
from tests.write.writing import NOW

from muniment.archive import open_archive
from muniment.errors import MunimentError, SourceError, StoreError, UnavailableError, WriteConflictError
from muniment.importing import engine
from muniment.importing.engine import ImportJob, run_import, states_to_come
from muniment.importing.git_history import GitHistory
from muniment.importing.item import Item, Notice
from muniment.importing.map_file import ImportMap, parse_map
from muniment.importing.plan import make_plan
from muniment.ingest import Source
from muniment.record.provenance import Provenance, TimeClaim
from muniment.store import MemoryStore, Store
from muniment.store.testing import FaultyStore
from muniment.verify.archive import verify_archive
from muniment.write.version import Author, add_publication


@dataclass(slots=True)
class Listed:
    """A source that is a list: path, time and text of each state.

    Attributes:
        states: Bytes, or the error that reading raises.
        fixed: As for an item.
    """

    states: list[tuple[str, str, bytes | MunimentError]]
    fixed: bool = False
    kind: str = "folder"
    name: str = "list"
    ordered: bool = False
    asked: list[str] = field(default_factory=list)

    def items(self, since: str | None) -> Iterator[Item | Notice]:  # noqa: ARG002 - the engine leaves out what is older
        """Every state."""
        for number, (key, time, data) in enumerate(self.states):
            name = f"{key}/{time}" if not self.fixed else f"{key}/{time}/{number}"
            provenance = Provenance(self.kind, self.name, name, None, (TimeClaim("list", time),))
            yield Item(key, time, f"{key}.txt", partial(self._read, name, data), provenance, fixed=self.fixed)

    def _read(self, name: str, data: bytes | MunimentError) -> bytes:
        self.asked.append(name)
        if isinstance(data, MunimentError):
            raise data
        return data

    def covers(self, before: Provenance) -> bool:
        """Everything of its name."""
        return before.source == self.name

    def close(self) -> None:
        """Nothing is held."""


def days(count: int, *, documents: int = 3) -> list[tuple[str, str, bytes | MunimentError]]:
    """So many states, in turn of each document."""
    return [
        (f"doc-{number % documents}", f"2022-01-{number + 1:02d}", words(number).encode()) for number in range(count)
    ]


def test_states_come_in_the_order_of_time() -> None:
    """A source that has no order is sorted by time, whatever it yields first."""
    store = new_store()

    bring_in(store, Listed(days(9)[::-1]))

    assert [record.original.retrieved for record in records(store, "doc-0")] == [
        "2022-01-01", "2022-01-04", "2022-01-07",
    ]  # fmt: skip


@pytest.mark.parametrize("fixed", [False, True])
def test_only_the_news(fixed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A source that grew gives what is new; what is fixed is not even read again."""
    store = new_store()
    bring_in(store, Listed(days(6), fixed=fixed))
    grown = Listed(days(8), fixed=fixed)

    plan, result = bring_in(store, grown)

    assert [name for name, _ in result.added] == ["doc-0/v3", "doc-1/v3"]
    assert all(record.change.note is None for record in records(store, "doc-0"))
    assert len(grown.asked) == (2 if fixed else 8)
    assert (plan.present, plan.known_by_bytes) == ((6, 0) if fixed else (0, 6))


def test_a_state_as_the_one_before_is_no_version() -> None:
    """A source that shows the same words again brings nothing new, at the first import and at every later one."""
    same = words(1).encode()
    states: list[tuple[str, str, bytes | MunimentError]] = [("a", f"2022-01-0{day}", same) for day in range(1, 5)]
    states += [("a", "2022-01-05", words(2).encode())]
    store = new_store()

    _, first = bring_in(store, Listed(states))
    _, again = bring_in(store, Listed(states))

    assert ([name for name, _ in first.added], first.unchanged) == (["a/v1", "a/v2"], 3)
    assert (again.added, again.unchanged) == ([], 5)


def test_a_file_that_changed_under_an_old_date() -> None:
    """Nothing is replaced: both states are named, and the new one comes in as a version that says so."""
    store, states = new_store(), days(6)
    bring_in(store, Listed(states))
    before = statements(store)
    states[0] = ("doc-0", "2022-01-01", words(99).encode())

    _, result = bring_in(store, Listed(states))
    _, again = bring_in(store, Listed(states))

    assert [name for name, _ in result.added] == ["doc-0/v3"]
    newest = records(store, "doc-0")[2]
    assert newest.change.note == "The source was rewritten: under doc-0/2022-01-01 it had other bytes, which are v1."
    assert newest.original.retrieved == "2022-01-01"
    assert result.news == [("doc-0/v3", newest.change.note)]
    assert [line for line in statements(store) if line in before] == before
    assert again.added == []


def test_a_late_state_says_so() -> None:
    """What turns up between states that are there comes in after them, and says before which it belongs."""
    store, states = new_store(), days(6)
    late = states.pop(3)
    bring_in(store, Listed(states))

    _, result = bring_in(store, Listed([*states, late]))

    assert [name for name, _ in result.added] == ["doc-0/v2"]
    (_, after) = records(store, "doc-0")
    assert after.change.note is None, "nothing of this document came after it"
    states = [("a", "2022-01-01", words(1).encode()), ("a", "2022-01-03", words(3).encode())]
    bring_in(store, Listed(states))
    bring_in(store, Listed([*states, ("a", "2022-01-02", words(2).encode())]))
    assert records(store, "a")[2].change.note == "Imported late: the source has this state before that of v2."


def test_a_force_push(repository: Repository) -> None:
    """Of a rewritten branch the report names both states, and the new one comes in as a version that says so."""
    repository.commit(harbour=words(1))
    old = repository.commit(harbour=words(2))
    store = new_store()
    bring_in(store, GitHistory(repository.folder))
    repository.write("harbour.txt", words(3))
    repository.git("add", "-A")
    repository.git("commit", "-q", "--amend", "--no-edit")
    new = repository.git("rev-parse", "HEAD")
    assert new != old

    plan, result = bring_in(store, GitHistory(repository.folder))

    (told,) = plan.rewritten
    assert (told.release, told.old.version, told.old.provenance.item) == ("harbour", 2, old)
    assert told.now is not None
    assert told.now.item == new
    assert [name for name, _ in result.added] == ["harbour/v3"]
    note = records(store, "harbour")[2].change.note
    assert note == f"The source was rewritten: at this time it had {old}, which is v2."


def test_new_commit_ids_alone(repository: Repository) -> None:
    """Where the same states have other commits, nothing is written, and the report says so."""
    for number in (1, 2):
        repository.commit("Change by anna@example.org", harbour=words(number))
    store = new_store()
    bring_in(store, GitHistory(repository.folder))
    repository.git("checkout", "-q", "--orphan", "again")
    repository.clock = 1_600_000_000
    for number in (1, 2):
        repository.commit("Say it otherwise", harbour=words(number))

    plan, result = bring_in(store, GitHistory(repository.folder))

    assert result.added == []
    assert [plan.has_same_bytes(one) for one in plan.rewritten] == [True, True]


def test_commits_that_are_gone(repository: Repository) -> None:
    """A branch that was cut back and went another way: what is gone is named, and the news say so."""
    first = repository.commit(harbour=words(1))
    gone = repository.commit(harbour=words(2))
    store = new_store()
    bring_in(store, GitHistory(repository.folder))
    repository.git("reset", "-q", "--hard", first)
    cut, nothing = bring_in(store, GitHistory(repository.folder))
    repository.commit(harbour=words(3))
    repository.commit(harbour=words(4))

    plan, result = bring_in(store, GitHistory(repository.folder))

    assert (nothing.added, [one.now for one in cut.rewritten]) == ([], [None])
    assert [one.old.provenance.item for one in plan.rewritten] == [gone]
    notes = [record.change.note for record in records(store, "harbour")]
    assert notes[2:] == [f"The source was rewritten: it no longer has {gone}, which is v2.", None]
    assert [name for name, _ in result.added] == ["harbour/v3", "harbour/v4"]


def test_a_document_that_is_gone_altogether(repository: Repository) -> None:
    """Of a document that a rewritten history has nothing of, each state is named; a shallow clone says nothing."""
    repository.commit(harbour=words(1))
    gone = repository.commit(pier=words(2))
    store = new_store()
    bring_in(store, GitHistory(repository.folder))
    bring_in(store, Listed(days(1)))
    repository.git("reset", "-q", "--hard", "HEAD~1")

    plan, result = bring_in(store, GitHistory(repository.folder))
    later, _ = bring_in(store, GitHistory(repository.folder), since="2090")
    shallow = repository.folder / ".git/shallow"
    shallow.write_text(repository.git("rev-parse", "HEAD") + "\n", encoding="ascii")
    in_part, _ = bring_in(store, GitHistory(repository.folder))

    assert [(one.release, one.old.provenance.item, one.now) for one in plan.rewritten] == [("pier", gone, None)]
    assert (result.added, later.rewritten, in_part.rewritten) == ([], [], [])


def test_another_source_is_no_rewriting() -> None:
    """A second source of the same release is not taken for the first one, rewritten."""
    store = new_store()
    bring_in(store, Listed(days(3)))

    plan, result = bring_in(store, Listed([("doc-0", "2022-02-01", words(50).encode())], name="other"))

    assert plan.rewritten == []
    assert [name for name, _ in result.added] == ["doc-0/v2"]
    what = "goes on from v1 of doc-0, which came from another source, "
    assert [(notice.sort, notice.what.startswith(what)) for notice in plan.notices] == [("release-was-there", True)]
    assert bring_in(store, Listed(days(3)))[0].notices == []


def test_a_release_that_no_import_made() -> None:
    """That states come after versions that were added by hand is told."""
    store = new_store()
    add_publication(store, KEYS, "doc-0", Source(b"By hand.\n", "a.txt", NOW), {}, Author(NOW))

    plan, result = bring_in(store, Listed(days(2)))

    assert [(notice.sort, notice.where) for notice in plan.notices] == [("release-was-there", "doc-0")]
    assert [name for name, _ in result.added] == ["doc-0/v2", "doc-1/v1"]


def test_since_leaves_out_what_is_older() -> None:
    """With a date only states from then on come in, and older ones are not taken for gone."""
    store = new_store()
    bring_in(store, Listed(days(4)))

    plan, result = bring_in(store, Listed(days(9)), since="2022-01-08")

    assert plan.rewritten == []
    assert [name for name, _ in result.added] == ["doc-1/v2", "doc-2/v2"]


def test_since_keeps_what_may_be_as_new() -> None:
    """Of a time of less precision nobody can say that it is older: it comes in."""
    source = Listed([("a", day, words(number).encode()) for number, day in enumerate(["2020", "2021", "2021-03"])])

    plan, _ = bring_in(new_store(), source, since="2021-02-01")

    assert [item.time for lineage in plan.lineages.values() for item in lineage.items] == ["2021", "2021-03"]


def test_a_bad_item_is_told_and_the_others_come() -> None:
    """What cannot be read or kept is told, with its time; the import goes on."""
    states = days(6)
    states[1] = ("doc-1", "2022-01-02", SourceError("unreadable", where="doc-1"))
    states[3] = ("doc-0", "2022-01-04", b"\x00\x01")
    store = new_store()

    _, result = bring_in(store, Listed(states))

    assert [name for name, _ in result.added] == ["doc-0/v1", "doc-2/v1", "doc-1/v1", "doc-2/v2"]
    assert [(one.where, one.time) for one in result.failed] == [
        ("doc-1/2022-01-02", "2022-01-02"), ("doc-0/2022-01-04", "2022-01-04"),
    ]  # fmt: skip


def test_what_failed_comes_when_it_can() -> None:
    """A state that could not be read is tried at the next import, and says that it came late."""
    states, store = days(6), new_store()
    broken = [*states]
    broken[0] = ("doc-0", "2022-01-01", SourceError("unreadable", where="doc-0"))
    bring_in(store, Listed(broken))

    _, result = bring_in(store, Listed(states))

    assert [name for name, _ in result.added] == ["doc-0/v2"]
    assert records(store, "doc-0")[1].change.note == "Imported late: the source has this state before that of v1."


def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make batches of four, so that a few states are many of them."""
    monkeypatch.setattr("muniment.importing.engine.MOST", 4)


def attempt(store: Store, source: Listed) -> bool:
    """Import, and say whether it came to its end."""
    plan = make_plan(open_archive(store), source, ImportMap(), None)
    try:
        run_import(store, KEYS, plan, ImportJob(Author(NOW)))
    except UnavailableError:
        return False
    return True


def test_stopped_anywhere_and_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at any write, as by a kill, and run again: records and paragraph roots are those of one whole import."""
    small_batches(monkeypatch)
    whole = new_store()
    assert attempt(whole, Listed(days(11)))
    expected = statements(whole)
    monkeypatch.setattr("muniment.write.recover._completes", lambda _: False)
    counting = FaultyStore(new_store())
    assert attempt(counting, Listed(days(11)))
    for stop in range(0, counting.operations, 7):
        store = new_store()
        ended = attempt(FaultyStore(store, stop), Listed(days(11)))
        assert not ended
        assert attempt(store, Listed(days(11)))
        assert statements(store) == expected
        assert verify_archive(store).passed


def test_a_plan_of_an_archive_that_was_not_recovered_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what was interrupted is there after all, a plan that does not know it writes nothing, and the next does."""
    small_batches(monkeypatch)
    whole = new_store()
    assert attempt(whole, Listed(days(6)))
    expected = statements(whole)
    monkeypatch.setattr("muniment.write.recover._completes", lambda _: False)
    counting = FaultyStore(new_store())
    assert attempt(counting, Listed(days(6)))
    refused, left = 0, set()
    for stop in range(counting.operations):
        store = new_store()
        attempt(FaultyStore(store, stop), Listed(days(6)))
        plan = make_plan(open_archive(store), Listed(days(6)), ImportMap(), None)
        try:
            run_import(store, KEYS, plan, ImportJob(Author(NOW)))
        except WriteConflictError:
            refused += 1
            left.add(len(statements(store)))
            assert attempt(store, Listed(days(6)))
        assert statements(store) == expected
    assert refused >= 2  # of each batch
    assert left == {4, 6}  # what was interrupted, and no more


class _FullStore(MemoryStore):
    """A store that is full after so many bytes, until it is emptied."""

    room = 10**9

    def create(self, path: str, data: bytes) -> None:
        if len(data) > self.room:
            raise StoreError("no space is left", where=path)
        self.room -= len(data)
        super().create(path, data)


def full_after(room: int) -> _FullStore:
    """An archive on a disk that has so much room left."""
    made, store = new_store(), _FullStore()
    for entry in made.walk():
        store.create(entry.path, made.read(entry.path))
    store.room = room
    return store


@pytest.mark.parametrize("room", [0, 3_000, 30_000])
def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """A disk that is full stops the import; with room again it goes on, and all is as of one whole import."""
    small_batches(monkeypatch)
    whole, store = new_store(), full_after(room)
    attempt(whole, Listed(days(11)))

    assert not attempt(store, Listed(days(11)))
    assert verify_archive(store).passed
    store.room = 10**9
    assert attempt(store, Listed(days(11)))

    assert statements(store) == statements(whole)
    assert verify_archive(store).passed


@pytest.mark.parametrize("at", [0, 5, 10])
def test_a_source_that_vanishes(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """A source that is gone in the middle stops the import, counts nothing as bad, and goes on when it is back."""
    small_batches(monkeypatch)
    whole, store = new_store(), new_store()
    attempt(whole, Listed(days(11)))
    gone = [
        (key, time, data if number < at else UnavailableError("the source is gone"))
        for number, (key, time, data) in enumerate(days(11))
    ]

    assert not attempt(store, Listed(gone))
    assert verify_archive(store).passed
    assert attempt(store, Listed(days(11)))

    assert statements(store) == statements(whole)


def test_a_repository_that_vanishes(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository that is moved away in the middle of an import stops it, and no state is called bad."""
    small_batches(monkeypatch)
    for number in range(9):
        repository.commit(harbour=words(number))
    store = new_store()
    away = repository.folder.with_name("away")

    def committed(_: object) -> None:
        if repository.folder.exists():
            repository.folder.rename(away)

    source = GitHistory(repository.folder)
    plan = make_plan(open_archive(store), source, ImportMap(), None)
    with pytest.raises(UnavailableError, match="gone"):
        run_import(store, KEYS, plan, ImportJob(Author(NOW), committed=committed))
    source.close()
    away.rename(repository.folder)
    _, result = bring_in(store, GitHistory(repository.folder))

    assert [name for name, _ in result.added] == [f"harbour/v{number}" for number in range(5, 10)]


def test_batches_follow_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a batch leaves in memory is what reading it back gives: versions of many batches verify and are the same."""
    whole = new_store()
    attempt(whole, Listed(days(23)))
    small_batches(monkeypatch)
    store = new_store()

    attempt(store, Listed(days(23)))

    assert statements(store) == statements(whole)
    assert verify_archive(store).passed


def test_another_writer_between_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another one writes between two batches, the next one builds on what is there."""
    small_batches(monkeypatch)
    store, source = new_store(), Listed(days(8, documents=1))
    plan = make_plan(open_archive(store), source, ImportMap(), None)
    others = [Listed([("doc-0", "2023-01-01", words(70).encode())], name="other")]

    def committed(_: object) -> None:
        if others:
            bring_in(store, others.pop())

    run_import(store, KEYS, plan, ImportJob(Author(NOW), committed=committed))

    assert len(records(store, "doc-0")) == 9
    assert verify_archive(store).passed


def test_collisions_are_named() -> None:
    """Two documents that would become one release are told, and the second is left out whole."""
    states = [("A b", "2022-01-01", words(1).encode()), ("a-b", "2022-01-02", words(2).encode())]
    store = new_store()

    _, result = bring_in(store, Listed([*states]))

    assert [name for name, _ in result.added] == ["a-b/v1"]
    assert "the release a-b is that of A b already" in str(result.failed[0].error)


def test_a_release_stays_with_its_document() -> None:
    """A document that turns up with an older state does not take the release of the one that has it."""
    store = new_store()
    bring_in(store, Listed([("a-b", "2022-01-02", words(2).encode())]))

    states = [("A b", "2022-01-01", words(1).encode()), ("a-b", "2022-01-02", words(2).encode())]
    _, result = bring_in(store, Listed([*states]))

    assert result.added == []
    assert "the release a-b is that of a-b already" in str(result.failed[0].error)


def test_a_key_of_no_letters() -> None:
    """A path of which no id can be made is missing, with what to do."""
    store = new_store()

    _, result = bring_in(store, Listed([("港", "2022-01-01", words(1).encode())]))

    assert result.added == []
    assert "no release id can be made of this" in str(result.failed[0].error)


def test_the_map_file_describes() -> None:
    """What the map file says stands in the record: title, issuer, language, subjects, relations and medium."""
    rules = parse_map(
        b'[[rule]]\nmatch = "doc-{number}"\nrelease = "notice-{number}"\ntitle = "Notice {number}"\nissuer = "Port"\n'
        b'language = "en"\nsubjects = ["harbours", "number {number}"]\ngenre = "notice"\nmedia_type = "text/markdown"\n'
        b'continues = "old-{number}"\nuri = "https://example.org/{number}"\n',
        where="import.toml",
    )
    store = new_store()

    bring_in(store, Listed(days(1)), rules)

    (record,) = records(store, "notice-0")
    about = record.description
    assert (about.title, about.issuer, about.language, about.subjects) == (
        "Notice 0", "Port", "en", ("harbours", "number 0"),
    )  # fmt: skip
    assert [(one.relation, one.target) for one in about.relations] == [("continues", "old-0")]
    assert (about.genre.term, record.original.media_type) == ("notice", "text/markdown")
    assert record.original.uri == "https://example.org/0"


def test_a_time_to_come_is_no_time_of_retrieval() -> None:
    """What its source dates after today keeps that as a claim of the source, and was not retrieved then."""
    store = new_store()

    bring_in(store, Listed([("a", "2999-01-01", words(1).encode())]))

    (record,) = records(store, "a")
    assert record.original.retrieved is None
    assert record.original.imported is not None
    assert record.original.imported.times[0].time == "2999-01-01"


def test_a_dry_run_writes_nothing() -> None:
    """What would come is told, and nothing is written."""
    states, store = days(6), new_store()
    states[2] = ("doc-2", "2022-01-03", SourceError("unreadable", where="doc-2"))
    before = open_archive(store).note
    plan = make_plan(open_archive(store), Listed(states), ImportMap(), None)

    came = list(states_to_come(plan))

    assert [(release, error is None) for _, release, error in came] == [
        (f"doc-{number % 3}", number != 2) for number in range(6)
    ]
    assert open_archive(store).note == before


def test_imported_records_verify_from_disk(repository: Repository, tmp_path: Path) -> None:
    """A copy of the archive on a disk verifies after the repository is gone: nothing else is needed."""
    from muniment.store import LocalStore  # noqa: PLC0415 - for this test alone

    repository.commit(harbour=words(1))
    store = new_store()
    bring_in(store, GitHistory(repository.folder))
    shutil.rmtree(repository.folder)
    local = LocalStore(tmp_path / "archive", sync=False)
    for entry in store.walk():
        local.create(entry.path, store.read(entry.path))

    assert verify_archive(local).passed
    assert replace(records(local, "harbour")[0]) == records(store, "harbour")[0]


def test_two_imports_at_once_bring_nothing_twice(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that another one overtakes after both were admitted leaves its states out, and says why."""
    repository.commit("One", pier=words(1))
    repository.commit("Two", pier=words(2))
    store = new_store()
    sources = [GitHistory(repository.folder) for _ in range(2)]
    plans = [make_plan(open_archive(store), source, ImportMap(), None) for source in sources]

    monkeypatch.setattr(engine, "_refuse_stale", lambda *_: None)  # both were admitted before either wrote
    first, second = (run_import(store, KEYS, plan, ImportJob(Author(NOW))) for plan in plans)
    for source in sources:
        source.close()

    assert [name for name, _ in first.added] == ["pier/v1", "pier/v2"]
    assert second.added == []
    assert [type(one.error) for one in second.failed] == [WriteConflictError] * 2
