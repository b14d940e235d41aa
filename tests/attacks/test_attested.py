"""The snapshot of another archive that came in with its proof: whatever of that proof is changed, verification says it.

Who has no key changes the file: then our own record does not name it.  Who has ours, or makes the other archive, signs
whatever they like of it: then its own parts do not hold together, which is told beside our verdict.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.importing.conftest import KEYS, bring_in, new_store, records
from tests.importing.test_snapshots import BY_NAME, source
from tests.snapshot.conftest import RELEASE, TEXT, World
from tests.verify.test_snapshot import unpack
from tests.write.writing import NOW

from muniment.canonical import format_canonical
from muniment.digest import sha256_hex
from muniment.ingest import Source
from muniment.record import ATTESTATION_PATH, Attestation, Record
from muniment.snapshot.zip import format_zip
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.attested import check_attested
from muniment.verify.report import Attested, Tally
from muniment.write.version import Author, add_publication

KEPT = f"releases/{RELEASE}/v1/content/{ATTESTATION_PATH}"
STEP = 11
"""Every byte of so many is changed: signatures, hashes, names, blanks and brackets all have some."""


@pytest.fixture(scope="module")
def other() -> World:
    """Another archive, whose notice has two versions, and another release."""
    world = World()
    world.publish(TEXT)
    world.publish("Notice\n\n1. The pier is closed.\n")
    world.publish("Tide\n\n1. High at noon.\n", "tide")
    return world


@pytest.fixture(scope="module")
def archive(other: World) -> MemoryStore:
    """Our archive, in which v1 of the notice has come."""
    store = new_store()
    bring_in(store, source(other.snapshot(f"{RELEASE}/v1").data), BY_NAME)
    return store


@pytest.fixture(scope="module")
def good(archive: MemoryStore) -> dict[str, bytes]:
    """The parts of its attestation."""
    return unpack(archive.files[KEPT])[1]


def named(record: Record, data: bytes) -> Attestation:
    """What our record would say of another attestation, had our key signed it."""
    kept = record.original.attestation
    assert kept is not None
    return replace(kept, sha256=sha256_hex(data), size=len(data))


def judged(archive: MemoryStore, files: dict[str, bytes], folder: str = "") -> Attested:
    """What verification says of an attestation of these parts, which our record names by its hash."""
    (record,) = records(archive, RELEASE)
    folder = folder or unpack(archive.files[KEPT])[0]
    data = format_zip(folder, files)
    tally = Tally()
    original = archive.files[KEPT.replace(ATTESTATION_PATH, record.original.path)]
    check_attested(tally, record, named(record, data), data, original)
    (one,) = tally.attested
    assert tally.findings == []  # of ours nothing is said
    return one


def test_snapshot_attested(archive: MemoryStore, good: dict[str, bytes], other: World) -> None:
    """Without our key the file is ours and 6 names it; with it, a part changed, lost, added or another's is told."""
    assert judged(archive, good).outcome == "unknown"
    for data in (archive.files[KEPT][:-1], archive.files[KEPT] + b"x", b""):
        report = verify_archive(MemoryStore({**archive.files, KEPT: data}))
        assert KEPT in {finding.subject for finding in report.failures if finding.check in {1, 6}}
    anothers = unpack(other.snapshot(f"{RELEASE}/v2").data)[1]
    for path, data in good.items():
        for changed in (data[:-1], data + b"\n", b"", anothers.get(path, b"x")):
            if changed != data:
                one = judged(archive, {**good, path: changed})
                assert (one.outcome, bool(one.faults)) == ("failed", True), (path, changed[:40])
        assert judged(archive, {each: file for each, file in good.items() if each != path}).outcome == "failed", path
    for path in ("data/original.txt", "data/notes.txt", "data/trust/root/2.json", "data/trust/root/notes.txt", "x"):
        assert judged(archive, {**good, path: b"x"}).outcome == "failed", path


def test_attested_byte_by_byte(archive: MemoryStore, good: dict[str, bytes]) -> None:
    """Bytes of each part, each changed alone, are told."""
    for path, data in good.items():
        for at in range(0, len(data), STEP):
            changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            one = judged(archive, {**good, path: changed})
            assert (one.outcome, bool(one.faults)) == ("failed", True), (path, at)


def members(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every member of a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*way, name)
        yield from members(inner, (*way, name))


def without(value: object, way: tuple[str | int, ...]) -> object:
    """A JSON value without one of its members."""
    copy = json.loads(json.dumps(value))
    inner = copy
    for step in way[:-1]:
        inner = inner[step]
    del inner[way[-1]]
    return copy


def test_attested_member_by_member(archive: MemoryStore, good: dict[str, bytes]) -> None:
    """Each member of record, statement and trust root, left out so that the rest is in its one form, is told."""
    tried = 0
    for path in (path for path in good if path.endswith(".json")):
        value = json.loads(good[path])
        for way in members(value):
            changed = format_canonical(without(value, way))  # type: ignore[arg-type]
            assert judged(archive, {**good, path: changed}).outcome == "failed", (path, way)
            tried += 1
    assert tried > 40


def test_attested_and_of_another_version(archive: MemoryStore, other: World) -> None:
    """A whole attestation that holds, of another version or another release, is not that of these bytes."""
    for name in (f"{RELEASE}/v2", "tide/v1"):
        store = new_store()
        bring_in(store, source(other.snapshot(name).data), BY_NAME)
        (path,) = (path for path in store.files if path.endswith(ATTESTATION_PATH))
        folder, files = unpack(store.files[path])
        one = judged(archive, files, folder)
        assert (one.outcome, bool(one.faults)) == ("failed", True), name


def test_attested_by_a_keeper_who_lies(archive: MemoryStore, good: dict[str, bytes]) -> None:
    """Signed and logged by our own key, a broken attestation verifies with our archive and is told all the same."""
    (record,) = records(archive, RELEASE)
    data = format_zip("x", {path: file for path, file in good.items() if not path.endswith("tlog-proof")})
    kept, store = named(record, data), new_store()
    words = archive.files[KEPT.replace(ATTESTATION_PATH, record.original.path)]
    add_publication(store, KEYS, RELEASE, Source(words, "n.txt", NOW, attestation=kept, attested=data), {}, Author(NOW))
    report = verify_archive(store)
    assert report.verdict == "verified"
    assert [one.outcome for one in report.attested] == ["failed"]
