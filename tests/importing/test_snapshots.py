"""Another archive's snapshots: its versions come in as ours, its proof beside them, and nothing hostile does."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from tests.attacks.test_withdrawn import withdraw
from tests.importing.conftest import KEYS, bring_in, new_store, records, statements
from tests.snapshot.conftest import RELEASE, TEXT, World
from tests.verify.test_snapshot import flipped, rebag, unpack
from tests.write.writing import NOW, ORIGIN

from muniment.archive import open_archive
from muniment.canonical import format_canonical, parse_json
from muniment.errors import FormatError, InputError, IntegrityError, SourceError, StoreError
from muniment.export.snapshot import build_snapshot
from muniment.importing.engine import states_to_come
from muniment.importing.item import Item, Notice
from muniment.importing.map_file import ImportMap
from muniment.importing.patterns import parse_template
from muniment.importing.plan import make_plan
from muniment.importing.snapshots import OwnArchive, SnapshotSource
from muniment.ingest import Source
from muniment.record import ATTESTATION_PATH
from muniment.reference import parse_reference
from muniment.snapshot.container import Bag, read_zip
from muniment.snapshot.zip import parse_zip
from muniment.store import MemoryStore
from muniment.store.testing import FaultyStore
from muniment.verify.archive import verify_archive
from muniment.write.recover import recover
from muniment.write.version import Author, add_description, add_publication

BY_NAME = ImportMap(template=parse_template("{name}", frozenset(), where="test"))
THERE = "archive.example.org/press"


def source(*snapshots: bytes | Bag, own: OwnArchive | None = None) -> SnapshotSource:
    """Snapshots as they are handed in."""
    handed = [(f"{number}.zip", lambda data=data: data) for number, data in enumerate(snapshots, 1)]
    return SnapshotSource(handed, own or OwnArchive(ORIGIN, f"sha256:{'0' * 64}"))


def notices(*snapshots: bytes | Bag) -> list[tuple[str, bool]]:
    """What is told of snapshots: sort, and whether something is missing."""
    return [(one.sort, one.failed) for one in source(*snapshots).items(None) if isinstance(one, Notice)]


@pytest.fixture(scope="module")
def other() -> World:
    """Another archive: v1, v2 emended, v3 other bytes, v4 the first ones again; and one version that was captured."""
    world = World()
    world.publish(TEXT, described={"subjects": ["harbours"], "genre": {"term": "notice", "basis": "stated"}})
    world.emend()
    world.publish(TEXT.replace("last", "very last"))
    world.publish(TEXT)
    return world


def every(other: World) -> list[bytes]:
    """Snapshots of all its versions."""
    return [other.snapshot(f"v{number}").data for number in (1, 2, 3, 4)]


def test_a_history_comes_in(other: World) -> None:
    """Versions come in in the order that they have there, with bytes, words and description; both archives verify."""
    store = new_store()

    _, result = bring_in(store, source(*every(other)[::-1]), BY_NAME)

    assert [name for name, _ in result.added] == [f"{RELEASE}/v{number}" for number in (1, 2, 3)]
    theirs = [other.archive.read(parse_reference(f"v{number}")) for number in (1, 3, 4)]
    for ours, there in zip(records(store, RELEASE), theirs, strict=True):
        assert ours.paragraphs == there.record.paragraphs
        assert ours.description == there.record.description
        assert ours.original.sha256 == there.record.original.sha256
        kept, imported = ours.original.attestation, ours.original.imported
        assert kept is not None
        assert imported is not None
        assert (kept.archive, kept.root) == (THERE, other.archive.roots[0].digest)
        assert (kept.name, kept.record) == (there.statement.name, there.statement.record)
        assert (imported.kind, imported.item, imported.path) == ("snapshot", kept.record, kept.name)
        assert imported.times[-1].time == there.statement.logged_at
    assert records(store, RELEASE)[2].change.reverts_to == 1
    report = verify_archive(store)
    assert (report.verdict, report.failures) == ("verified", ())
    assert [(one.reference, one.version, one.outcome) for one in report.attested] == [
        (f"{RELEASE}/v1", f"{RELEASE}/v1", "unknown"),
        (f"{RELEASE}/v2", f"{RELEASE}/v3", "unknown"),
        (f"{RELEASE}/v3", f"{RELEASE}/v4", "unknown"),
    ]


def test_what_is_kept(other: World) -> None:
    """The attestation holds all that vouches for the version, but not the original, nor what is made from the rest."""
    store = new_store()
    bring_in(store, source(other.snapshot("v1").data), BY_NAME)
    data = store.files[f"releases/{RELEASE}/v1/content/{ATTESTATION_PATH}"]
    folder, entries = parse_zip(data)
    _, files = unpack(other.snapshot("v1").data)
    assert folder == other.snapshot("v1").name.removesuffix(".zip")
    kept = {entry.name.partition("/")[2]: entry.data for entry in entries}
    assert kept.items() <= files.items()
    assert sorted(path for path in kept if "trust/root" not in path) == [
        "data/inclusion.tlog-proof", "data/record.json", "data/record.json.sig", "data/statement.json",
    ]  # fmt: skip
    assert len(data) < len(other.snapshot("v1").data) / 4


def test_again_and_more(other: World) -> None:
    """The same snapshots bring nothing; one that came since is added."""
    store, snapshots = new_store(), every(other)
    bring_in(store, source(*snapshots[:3]), BY_NAME)

    plan, result = bring_in(store, source(*snapshots), BY_NAME)

    assert (plan.present, [name for name, _ in result.added]) == (2, [f"{RELEASE}/v3"])


def test_what_is_told_of_good_ones(other: World) -> None:
    """A version without bytes of its own, a snapshot handed in twice, and emendations that stay behind are told."""
    first, emended, *_ = every(other)
    assert notices(first, emended, first) == [("duplicate", False), ("same-bytes", False)]
    assert notices(emended) == [("emendations", False)]


def test_bytes_that_are_here_already(other: World) -> None:
    """Nothing is written for bytes that the newest version has; that the proof is not kept is told, and each time."""
    store = new_store()
    data = other.archive.read_original(other.archive.read(parse_reference("v1")))
    add_publication(store, KEYS, RELEASE, Source(data, "ours.txt", NOW), {}, Author(NOW))

    for _ in range(2):
        _, result = bring_in(store, source(other.snapshot("v1").data), BY_NAME)

        assert (result.added, result.unchanged) == ([], 1)
        assert [(one.sort, one.failed) for one in result.notices] == [("proof-not-kept", False)]
        assert result.notices[0].what == (
            f"{RELEASE}/v1 has these bytes already, so the proof of {THERE} is not kept here: "
            "keep this file, which verifies by itself"
        )
    assert [record.original.attestation for record in records(store, RELEASE)] == [None]


def test_a_dry_run_knows_what_is_not_kept(other: World) -> None:
    """A dry run says of bytes that the newest version has what the import will: nothing comes, and no proof is kept."""
    store = new_store()
    data = other.archive.read_original(other.archive.read(parse_reference("v1")))
    add_publication(store, KEYS, RELEASE, Source(data, "ours.txt", NOW), {}, Author(NOW))

    plan = make_plan(open_archive(store), source(other.snapshot("v1").data), BY_NAME, None)

    assert list(states_to_come(plan)) == []
    assert [one.sort for one in plan.proofs_left()] == ["proof-not-kept"]


def test_packed_again_and_unpacked(other: World) -> None:
    """A snapshot that another tool has packed, or that was unpacked, gives the very same record and attestation."""
    data = other.snapshot("v1").data
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name))
    made = []
    for form in (data, out.getvalue(), Bag(read_zip(data).files)):
        store = new_store()
        bring_in(store, source(form), BY_NAME)
        made.append((statements(store), store.files[f"releases/{RELEASE}/v1/content/{ATTESTATION_PATH}"]))
    assert made[0] == made[1] == made[2]


def altered(data: bytes, path: str, change: bytes) -> bytes:
    """A snapshot with another file in it, all lists made to fit."""
    folder, files = unpack(data)
    return rebag(folder, {**files, path: change})


def hostile(other: World) -> dict[str, bytes]:
    """Snapshots that do not verify, each by name."""
    first, _, third, _ = every(other)
    _, files = unpack(first)
    _, others = unpack(third)
    slip, bomb = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(slip, "w") as zipped:
        zipped.writestr("../../data/record.json", b"{}")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("s/bagit.txt", b"")
        zipped.writestr("s/data/original.txt", b"\0" * (64 << 20))
    value = parse_json(files["data/record.json"])
    assert isinstance(value, dict)
    record = format_canonical({**value, "title": "Another"})
    return {
        "no zip": b"hello",
        "a zip that leads out": slip.getvalue(),
        "a bomb": bomb.getvalue(),
        "cut off": first[:-100],
        "another record": altered(first, "data/record.json", record),
        "the record of another version": altered(first, "data/record.json", others["data/record.json"]),
        "another original": altered(first, "data/original.txt", b"Other words.\n"),
        "a proof of another version": altered(first, "data/inclusion.tlog-proof", others["data/inclusion.tlog-proof"]),
        "a changed proof": altered(first, "data/inclusion.tlog-proof", flipped(files["data/inclusion.tlog-proof"], 60)),
        "another signature": altered(first, "data/record.json.sig", others["data/record.json.sig"]),
        "the trust root of a forger": altered(
            first, "data/trust/root/1.json", unpack(World.forged().snapshot().data)[1]["data/trust/root/1.json"]
        ),
    }


HOSTILE = [
    "no zip", "a zip that leads out", "a bomb", "cut off", "another record", "the record of another version",
    "another original", "a proof of another version", "a changed proof", "another signature",
    "the trust root of a forger",
]  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_snapshots(other: World, kind: str) -> None:
    """A snapshot that does not verify is refused alone, and told among others; nothing of it comes in."""
    bad, store = hostile(other)[kind], new_store()
    before = dict(store.files)

    with pytest.raises(IntegrityError):
        bring_in(store, source(bad), BY_NAME)

    assert store.files == before
    good = other.snapshot("v3").data
    assert notices(bad, good) == [("does-not-verify", True)]
    bring_in(store, source(bad, good), BY_NAME)
    assert len(records(store, RELEASE)) == 1
    assert verify_archive(store).verdict == "verified"


def test_every_hostile_kind_is_tried(other: World) -> None:
    """The list of kinds is that of the snapshots."""
    assert list(hostile(other)) == HOSTILE


def test_a_snapshot_of_this_archive(other: World) -> None:
    """A snapshot of the archive itself is refused, and so is one of a log that has taken its name."""
    own = OwnArchive(THERE, other.archive.roots[0].digest)
    forged = World.forged().snapshot().data

    with pytest.raises(InputError, match="a snapshot of this archive itself"):
        list(source(other.snapshot("v1").data, own=own).items(None))
    with pytest.raises(InputError, match="calls itself a snapshot of this archive, and is by another trust root"):
        list(source(forged, own=own).items(None))


def test_two_archives_of_one_name(other: World) -> None:
    """Two trust roots that call themselves one archive are refused together: nobody can say here which one is right."""
    later = World(first_seed=100)
    later.publish(TEXT, "tide")
    store = new_store()
    before = dict(store.files)

    with pytest.raises(InputError, match="two trust roots call themselves"):
        bring_in(store, source(other.snapshot("v1").data, later.snapshot().data), BY_NAME)

    assert store.files == before


def test_a_version_that_its_archive_withdrew() -> None:
    """A withdrawal is told, also beside an older snapshot that does not have it yet, and stands in our record."""
    world = World()
    world.publish(TEXT)
    before = world.snapshot("v1").data
    withdraw(world, reason="It was not ours.")
    after = world.snapshot("v1").data
    store = new_store()

    plan, _ = bring_in(store, source(after), BY_NAME)

    told = [one.what for one in plan.notices if one.sort == "withdrawn-there"]
    assert [what.partition(" there is withdrawn on ")[0] for what in told] == [f"{RELEASE}/v1"]
    (record,) = records(store, RELEASE)
    assert record.original.imported is not None
    assert (record.original.imported.message or "").endswith("(claimed): It was not ours.")
    assert ("withdrawn-there", False) in notices(before, after)
    assert notices(before) == []


def test_an_archive_that_signed_two_records(other: World) -> None:
    """Two records of one version, both signed, are told: the first comes in, and the other is missing."""
    fork = World()
    fork.publish(TEXT.replace("last", "first"))

    assert notices(other.snapshot("v1").data, fork.snapshot().data) == [("two-records", True)]


def test_a_snapshot_that_changes_meanwhile(other: World) -> None:
    """A file that is another one when it is read again is told, and does not come in."""
    states = [other.snapshot("v1").data, other.snapshot("v3").data]
    changing = SnapshotSource([("s.zip", lambda: states.pop(0))], OwnArchive(ORIGIN, ""))
    item = next(one for one in changing.items(None) if isinstance(one, Item))
    with pytest.raises(SourceError, match="has changed since"):
        item.read()


def test_relations_that_lead_nowhere_here() -> None:
    """A relation to a version of the other archive stays there; one to an address comes along."""
    world = World()
    relations = [
        {"relation": "replaces", "target": "other-release/v1"},
        {"relation": "replaces", "target": "https://example.org/old"},
    ]
    world.publish(TEXT, described={"relations": list[dict[str, str]](relations)})  # type: ignore[dict-item]
    store, data = new_store(), world.snapshot().data

    bring_in(store, source(data), BY_NAME)

    (record,) = records(store, RELEASE)
    assert [relation.target for relation in record.description.relations] == ["https://example.org/old"]
    assert notices(data) == [("relations", False)]


def test_captured_there_and_passed_on(other: World) -> None:
    """A capture of the other archive keeps its exchange in the attestation; what came in can be handed on as ours."""
    world = World()
    world.capture(TEXT)
    middle = new_store()
    bring_in(middle, source(world.snapshot().data), BY_NAME)
    (record,) = records(middle, RELEASE)
    assert record.original.capture is None
    assert record.original.uri == "https://press.example.org/notice"
    held = middle.files[f"releases/{RELEASE}/v1/content/{ATTESTATION_PATH}"]
    assert any(entry.name.endswith("data/exchange.warc") for entry in parse_zip(held)[1])

    ours = open_archive(middle)
    passed_on = build_snapshot(ours, ours.read(parse_reference("v1"))).data
    last = new_store()
    last_source = source(passed_on, own=OwnArchive("third.example.org/archive", ""))
    bring_in(last, last_source, BY_NAME)
    (end,) = verify_archive(last).attested
    assert (end.archive, end.outcome, end.faults) == (ORIGIN, "unknown", ())
    assert other.archive.origin == THERE


def test_later_versions_keep_it(other: World) -> None:
    """A description after it has the attestation too, which lies there once, and is judged once."""
    store = new_store()
    bring_in(store, source(other.snapshot("v1").data), BY_NAME)
    add_description(store, KEYS, RELEASE, {"subjects": ["tides"]}, Author(NOW))

    first, second = records(store, RELEASE)
    assert first.original.attestation == second.original.attestation
    assert [path for path in store.files if path.endswith(ATTESTATION_PATH)] == [
        f"releases/{RELEASE}/v1/content/{ATTESTATION_PATH}"
    ]
    assert [one.reference for one in verify_archive(store).attested] == [f"{RELEASE}/v1"]


def test_a_stop_at_any_write(other: World) -> None:
    """An import that stops at any write, run again, makes the records and attestations of one that nothing stopped."""
    handed = source(*every(other))
    whole = new_store()
    counting = FaultyStore(whole)
    bring_in(counting, handed, BY_NAME)
    for stop in range(0, counting.operations, 5):
        store = new_store()
        with suppress(StoreError):
            bring_in(FaultyStore(store, stop), handed, BY_NAME)
        recover(store)
        bring_in(store, handed, BY_NAME)
        assert statements(store) == statements(whole)
        assert attestations(store) == attestations(whole)
        assert verify_archive(store).verdict == "verified"


def attestations(store: MemoryStore) -> dict[str, bytes]:
    """The attestations of an archive, by path."""
    return {path: data for path, data in store.files.items() if path.endswith(ATTESTATION_PATH)}


def test_no_error_is_untyped(other: World) -> None:
    """Whatever byte of a snapshot is changed, it is refused as one that does not verify, or is the same snapshot."""
    data = other.snapshot("v1").data
    for at in range(0, len(data), 4999):
        with pytest.raises((FormatError, IntegrityError, InputError)):
            list(source(flipped(data, at)).items(None))
