"""Nothing is lost: a crash after any store operation leaves the version absent or whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from tests.captures import captured
from tests.conftest import NOTICE, NOW, ORIGIN
from tests.write.syscalls import expected_verdict

from muniment.archive import open_archive
from muniment.errors import NotAnArchiveError, StoreError, UnfinishedError
from muniment.ingest import Source
from muniment.record import Emendation, Record
from muniment.store import FaultyStore, MemoryStore, Store
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.recover import recover
from muniment.write.version import Added, Author, Keys, add_description, add_emendations, add_publication

Writer = Callable[[Store, Keys], Added]


def add_first(store: Store, keys: Keys) -> Added:
    """Publish the first version of a new release."""
    return add_publication(store, keys, "pier", Source(NOTICE, "pier.txt", NOW), {}, Author(NOW))


def add_later(store: Store, keys: Keys) -> Added:
    """Publish other bytes of a release."""
    return add_publication(store, keys, "harbour", Source(NOTICE + b"\n3. New.\n", "h.txt", NOW), {}, Author(NOW))


def describe(store: Store, keys: Keys) -> Added:
    """Describe a release anew."""
    return add_description(store, keys, "tide", {"title": "High tide"}, Author(NOW, note="title"))


def emend(store: Store, keys: Keys) -> Added:
    """Supply a word."""

    def make(record: Record, by: str) -> list[Emendation]:
        place = len(record.emendations)
        return [Emendation("p1", place, place, "supplied", "Now ", "a word is missing", by)]

    return add_emendations(store, keys, "harbour", make, {}, Author(NOW))


def capture(store: Store, keys: Keys) -> Added:
    """Publish other bytes of a release that were captured, with the exchange beside them."""
    return add_publication(store, keys, "harbour", captured(NOTICE + b"\n3. New.\n"), {}, Author(NOW))


WRITERS: dict[str, Writer] = {
    "first add": add_first,
    "later add": add_later,
    "describe": describe,
    "emend": emend,
    "capture": capture,
}


def operations(write: Callable[[Store], object], start: MemoryStore) -> int:
    """Count the store operations that an undisturbed write takes."""
    store = FaultyStore(MemoryStore(start.files))
    write(store)
    return store.operations


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("after", ["recover", "the same again", "another"])
def test_crash_while_adding(small_archive: MemoryStore, keys: Keys, name: str, after: str) -> None:
    """After a crash at every single operation, the next command leaves a valid archive, the version absent or whole."""
    write = WRITERS[name]
    before = verify_archive(small_archive).counts.versions
    points = operations(lambda store: write(store, keys), small_archive)

    assert points > 10
    for stop_after in range(points):
        inner = MemoryStore(small_archive.files)
        store = FaultyStore(inner, stop_after=stop_after)
        committed = True
        try:
            write(store, keys)
        except StoreError:
            committed = False

        during = verify_archive(inner)
        assert during.verdict == expected_verdict(inner.files), (stop_after, during.failures)
        assert (during.counts.versions == before + 1) == committed, stop_after
        assert len(during.findings) > 1 or stop_after == 0, f"an unfinished addition is not told of at {stop_after}"

        versions = _next_command(inner, keys, write, after)
        report = verify_archive(inner)
        assert report.verdict == "verified", (stop_after, report.failures)
        assert len(report.findings) == 1, (stop_after, report.findings)
        absent_or_whole = {before, before + 1} if after == "recover" else {before + 1, before + 2}
        assert report.counts.versions in absent_or_whole, stop_after
        assert versions == report.counts.versions


def _next_command(store: MemoryStore, keys: Keys, write: Writer, after: str) -> int:
    if after == "recover":
        with store.lock():
            recover(store)
    elif after == "the same again":
        write(store, keys)
        assert write is emend or write(store, keys).unchanged
    else:
        add_publication(store, keys, "other", Source(b"Other\n\nText.\n", "o.txt", NOW), {}, Author(NOW))
    return sum(map(len, open_archive(store).versions.values()))


@pytest.mark.parametrize("name", WRITERS)
def test_crash_while_recovering(small_archive: MemoryStore, keys: Keys, name: str) -> None:
    """A recovery that is interrupted at every single operation can be recovered from."""
    points = operations(lambda store: WRITERS[name](store, keys), small_archive)
    tried = 0

    for stop_after in range(points):
        crashed = _crash(small_archive, keys, WRITERS[name], stop_after)
        for second in range(operations(recover, crashed)):
            inner = MemoryStore(crashed.files)
            with pytest.raises(StoreError):
                recover(FaultyStore(inner, stop_after=second))
            assert verify_archive(inner).verdict == expected_verdict(inner.files)
            recover(inner)
            report = verify_archive(inner)
            assert report.verdict == "verified", (stop_after, second, report.failures)
            assert len(report.findings) == 1
            tried += 1

    assert tried > points


def _crash(start: MemoryStore, keys: Keys, write: Writer, stop_after: int) -> MemoryStore:
    inner = MemoryStore(start.files)
    with suppress(StoreError):
        write(FaultyStore(inner, stop_after=stop_after), keys)
    return inner


def test_crash_while_making_an_archive(founders: InitialKeys) -> None:
    """After a crash at every operation of init, running init again makes a valid archive."""

    def make(store: Store) -> object:
        return create_archive(store, founders, origin=ORIGIN, now=NOW)

    points = operations(make, MemoryStore())
    for stop_after in range(points):
        inner = MemoryStore()
        committed = True
        try:
            make(FaultyStore(inner, stop_after=stop_after))
        except StoreError:
            committed = False
        if not committed:
            with pytest.raises((UnfinishedError, NotAnArchiveError)):
                open_archive(inner)
        recovered = MemoryStore(inner.files)
        recover(recovered)
        assert not recovered.files or verify_archive(recovered).verdict == "verified", stop_after
        if "log/checkpoint" not in recovered.files:
            make(inner)
            assert verify_archive(inner).verdict == "verified", stop_after


def test_counts_of_crash_points(small_archive: MemoryStore, keys: Keys) -> None:
    """The number of store operations of each write stays what the documentation says."""
    counted = {
        name: operations(lambda store, write=write: write(store, keys), small_archive)  # type: ignore[misc]
        for name, write in WRITERS.items()
    }
    assert counted == {"first add": 14, "later add": 13, "describe": 12, "emend": 12, "capture": 14}


def test_adding_costs_the_logarithm_of_the_log(keys: Keys, empty_archive: MemoryStore) -> None:
    """Adding to a log of 300 entries reads and writes as many files as adding to one of 30."""
    costs = {}
    for number in range(300):
        store = FaultyStore(empty_archive)
        counting = CountingStore(store)
        data = f"Title\n\nText {number}.\n".encode()
        add_publication(counting, keys, f"r{number}", Source(data, "t.txt", NOW), {}, Author(NOW))
        costs[number] = (counting.reads, store.operations)

    assert max(reads for reads, _ in costs.values()) <= min(reads for reads, _ in costs.values()) + 4
    # Entry 256 makes a tile full: then the 510 partial tiles and bundles that it replaces are dropped, once.
    assert sorted(writes for _, writes in costs.values())[-2] <= 15


class CountingStore:
    """Counts what is read through it."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.reads = 0
        self.list, self.create, self.replace = inner.list, inner.create, inner.replace
        self.remove, self.lock, self.clean_temporary = inner.remove, inner.lock, inner.clean_temporary
        self.is_locked, self.walk, self.exclusive = inner.is_locked, inner.walk, inner.exclusive
        self.remove_many, self.probe = inner.remove_many, inner.probe
        self.together = inner.together

    def read(self, path: str, *, max_size: int = 2**28) -> bytes:
        """Count, and read."""
        self.reads += 1
        return self.inner.read(path, max_size=max_size)
