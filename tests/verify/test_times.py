"""What is proven of times, asked of an open archive: the same as ``verify`` says, and never more."""

from __future__ import annotations

import sys

import pytest
from tests.timestamp.stamping import STAMPED, WATCH, pin, stamp
from tests.verify.forge import with_log, with_witnesses
from tests.verify.test_cosignatures import ANNA, BEN, cosigned

from muniment.archive import open_archive
from muniment.archive.existence import Proven, covering
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.times import frontier, prove_times
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_description

TSR, PATH = "log/timestamps/5.1.tsr", "log/checkpoints/6"


@pytest.fixture
def stamped(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> MemoryStore:
    """Entries: root 1, three versions, root 2, stamp 5.1 by clock, tide v2, stamp 7.1 by watch."""
    pin(small_archive, founders)
    stamp(small_archive, founders, size=5)
    add_description(small_archive, keys, "tide", {"subjects": ["tides"]}, Author(STAMPED))
    stamp(small_archive, founders, "watch", WATCH.but(accuracy=1))
    return small_archive


def proven(store: MemoryStore) -> tuple[Proven, ...]:
    """What is proven."""
    return prove_times(open_archive(store)).proven


def doubts(store: MemoryStore) -> dict[str, str]:
    """What proves nothing, and why."""
    return {doubt.subject: doubt.what for doubt in prove_times(open_archive(store)).doubts}


def test_as_verify_says(stamped: MemoryStore) -> None:
    """For every entry the earliest proven time is the one that a full verification gives."""
    report = verify_archive(stamped)
    found = proven(stamped)

    assert found == (Proven(5, STAMPED, "clock"), Proven(7, "2026-11-22T10:30:01Z", "watch"))
    assert doubts(stamped) == {}
    for index in range(9):
        assert covering(found, index)[:1] == covering(report.proven, index)[:1]


def test_cosignatures(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The quorum of witnesses proves a time, the last of them; too few prove none, and are no doubt."""
    two = with_witnesses(small_archive, founders, [ANNA.vkey, BEN.vkey], 2)
    assert proven(cosigned(two, (4, ANNA, 0))) == ()
    both = cosigned(two, (4, ANNA, 60), (4, BEN, 0))
    assert proven(both) == (Proven(4, "2027-01-15T08:01:00Z", f"{ANNA.name}, {BEN.name}"),)
    assert doubts(both) == {}


def test_forged_cosignature(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A cosignature that does not hold proves nothing, and is named."""
    store = cosigned(with_witnesses(small_archive, founders, [ANNA.vkey], 1), (3, ANNA, 0), (4, ANNA, 0))
    path, other = (f"log/cosignatures/{size}.{ANNA.key_id.hex()}" for size in (3, 4))
    forged = MemoryStore({**store.files, path: store.files[other]})
    assert proven(forged) == (Proven(4, "2027-01-15T08:00:00Z", ANNA.name),)
    assert list(doubts(forged)) == [path]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (TSR, TSR),
        ("log/timestamps/5.1.tsq", "log/timestamps/5.1.tsq"),
        ("trust/authorities/clock.pem", "trust/authorities/clock.pem"),
        ("log/checkpoints/5", "log/checkpoints/5"),
    ],
)
@pytest.mark.parametrize("gone", [True, False], ids=["gone", "changed"])
def test_damaged_evidence(stamped: MemoryStore, path: str, said: str, gone: bool) -> None:  # noqa: FBT001 - a case
    """Whatever a stamp rests on, damaged or gone, it proves nothing then, and that is said; the other one stands."""
    files = {**stamped.files, path: stamped.files[path][:-9] + b"\n"}
    if gone:
        del files[path]
    store = MemoryStore(files)
    assert proven(store) == (Proven(7, "2026-11-22T10:30:01Z", "watch"),)
    assert said in doubts(store)


def test_checkpoint_of_another_log(small_archive: MemoryStore, keys: Keys, founders: InitialKeys) -> None:
    """A true stamp of a signed checkpoint that the log did not grow from proves nothing here, and that is said."""
    pin(small_archive, founders)
    twin = MemoryStore(small_archive.files)
    add_description(twin, keys, "tide", {"subjects": ["others"]}, Author(STAMPED))
    stamp(twin, founders)
    add_description(small_archive, keys, "tide", {"subjects": ["tides"]}, Author(STAMPED))
    # Whoever holds the log key can log the stamp of the other history here, and lay its checkpoint beside it.
    entries = [*open_archive(small_archive).statements, open_archive(twin).statements[-1]]
    borrowed = {path: twin.files[path] for path in (PATH, "log/timestamps/6.1.tsq", "log/timestamps/6.1.tsr")}
    store = MemoryStore({**with_log(small_archive, entries, founders.log).files, **borrowed})

    assert proven(twin) == (Proven(6, STAMPED, "clock"),)
    assert proven(store) == ()
    assert doubts(store) == {PATH: "the log did not grow from this checkpoint"}


def test_damaged_log(stamped: MemoryStore) -> None:
    """Entries that do not give the signed root prove nothing at all."""
    path = max(path for path in stamped.files if path.startswith("log/tile/entries/"))
    store = MemoryStore(
        {**stamped.files, path: stamped.files[path].replace(b"2026-11-22T10:00:00Z", b"2016-11-22T10:00:00Z")}
    )
    assert proven(store) == ()
    assert doubts(store) == {"log": "the entries do not give the signed root"}


def test_without_the_extra(stamped: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the software for time stamps is missing, they prove nothing, and that is said."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    assert proven(stamped) == ()
    (said,) = doubts(stamped).values()
    assert said.startswith("2 time stamps not checked, nothing is proven by them: ")


def test_frontier() -> None:
    """Of several times the first that covers an entry is the earliest; ties go by name."""
    late, early, same = Proven(3, "2026-01-03", "b"), Proven(5, "2026-01-02", "b"), Proven(5, "2026-01-02", "a")
    last = Proven(9, "2026-01-09", "c")
    assert frontier([last, late, early, same]) == (same, last)
    assert frontier([]) == ()
    for index in range(9):
        assert covering(frontier([late, early, last]), index)[0] == covering([late, early, last], index)[0]
