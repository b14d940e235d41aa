"""The marker of an unfinished write excuses what the log key has promised, byte for byte, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.attacks.hands import lay, read, run
from tests.attacks.markers import add_bytes, add_first, add_later, claim, planted, stopped
from tests.conftest import NOTICE, NOW, ORIGIN
from tests.verify.forge import failed, seen
from tests.write.upkeep import add_next_root, add_stamp

from muniment.archive import Archive, open_archive
from muniment.archive.opening import NAMASTE
from muniment.archive.paths import CHECKPOINT, UNFINISHED
from muniment.archive.unfinished import Introduced, Marker, promise, read_marker, sign_marker
from muniment.archive.unfinished_rules import files_of_log
from muniment.errors import IntegrityError, MunimentError, NotAnArchiveError, StoreError, WriteConflictError
from muniment.ingest import Source
from muniment.log.note import format_vkey
from muniment.memory import remember
from muniment.ocfl.inventory import format_sidecar
from muniment.ssh.keys import PrivateKey, SigningKey
from muniment.store import FaultyStore, MemoryStore, Store
from muniment.trust.next_root import with_log_key
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.recover import Recovery, recover
from muniment.write.restore import restore
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Author, Keys, add_publication

STRANGER = PrivateKey.from_seed(bytes([77]) * 32)
NEW_LOG = PrivateKey.from_seed(bytes([78]) * 32)
HARBOUR = "releases/harbour"
V3 = f"{HARBOUR}/v3"
WORDS = b"Harbour notice\n\n1. The minister has resigned.\n"
STRANGE = ("PRESS RELEASE (official).html", "trust/verify-this-archive.sh", "log/tile/READ-ME.txt")


def forged_version(store: MemoryStore) -> tuple[MemoryStore, list[str]]:
    """Plausible files of a version that nobody signed, as a writer would lay them; and the paths of all."""
    files = store.files
    inventory = json.loads(files[f"{HARBOUR}/inventory.json"])
    inventory["head"] = "v3"
    inventory["versions"]["v3"] = inventory["versions"]["v2"]
    data = json.dumps(inventory, indent=2, sort_keys=True).encode() + b"\n"
    content = f"{V3}/content"
    version = {
        f"{content}/original.txt": WORDS,
        f"{content}/record.json": files[f"{HARBOUR}/v1/content/record.json"].replace(b"closed", b"opened"),
        f"{content}/record.json.sig": files[f"{HARBOUR}/v1/content/record.json.sig"],
        f"{V3}/inventory.json": data,
        f"{V3}/inventory.json.sha512": format_sidecar(data),
    }
    root = {f"{HARBOUR}/inventory.json": data, f"{HARBOUR}/inventory.json.sha512": format_sidecar(data)}
    log = dict.fromkeys(files_of_log(5)[:2], b"x")
    return MemoryStore({**files, **version, **root, **log}), [*version, *files_of_log(5)]


def version_marker(planted_in: MemoryStore, before: MemoryStore, paths: list[str]) -> Marker:
    """A marker of harbour/v3 that promises what was planted, upon the true inventory."""
    marker = claim(planted_in, paths, target=("harbour", 3, HARBOUR))
    old, new = before.files, planted_in.files
    swapped = tuple(promise(each.path, new[each.path], old[each.path]) for each in marker.replaced)
    return replace(marker, replaced=swapped)


def is_untouched(store: MemoryStore) -> bool:
    """Whether recovery refuses, and removes nothing."""
    before = store.files
    with pytest.raises(MunimentError):
        recover(store)
    return store.files == before


SIGNERS: dict[str, Callable[[Keys, InitialKeys], SigningKey]] = {
    "an unknown key": lambda *_: STRANGER,
    "a record key": lambda keys, _: keys.record,
    "a root key": lambda _, founders: founders.root,
}


@pytest.mark.parametrize("signer", SIGNERS)
def test_forged_marker(small_archive: MemoryStore, keys: Keys, founders: InitialKeys, signer: str) -> None:
    """Plausible files of a version and their marker, by whoever is not the log: each file is a finding."""
    store, paths = forged_version(small_archive)
    store = planted(store, version_marker(store, small_archive, paths), SIGNERS[signer](keys, founders))
    found = failed(store)
    new = set(store.files) - set(small_archive.files)
    assert new <= found[1]
    assert f"{HARBOUR}/inventory.json" in found[2]
    assert is_untouched(store)


def test_forged_marker_in_the_old_form(small_archive: MemoryStore) -> None:
    """An unsigned marker excuses nothing: not by its old name, nor as a bare line, nor with another's signature."""
    store, paths = forged_version(small_archive)
    line = sign_marker(version_marker(store, small_archive, paths), STRANGER).partition(b"\n")[0]
    signature = small_archive.files[f"{HARBOUR}/v1/content/record.json.sig"]
    cases = [
        ("unfinished.json", line),
        (UNFINISHED, line),
        (UNFINISHED, line + b"\n"),
        (UNFINISHED, line + b"\n" + signature),
    ]
    for name, data in cases:
        case = MemoryStore({**store.files, name: data})
        assert (set(store.files) - set(small_archive.files)) | {name} <= failed(case)[1]
        if name == UNFINISHED:
            assert is_untouched(case)


@pytest.mark.parametrize("strange", STRANGE)
def test_marker_that_names_strange_files(small_archive: MemoryStore, keys: Keys, strange: str) -> None:
    """Even signed by the log key: a marker that names a file which that write does not make excuses none of them."""
    left = stopped(small_archive, keys, 6)
    signed = read_marker(left)
    assert signed is not None
    assert verify_archive(left).verdict == "unfinished"
    more = replace(
        signed.marker, files=(*signed.marker.files[:3], promise(strange, b"click"), *signed.marker.files[3:])
    )
    store = MemoryStore({**left.files, strange: b"click", UNFINISHED: sign_marker(more, keys.log)})
    new = set(left.files) - set(small_archive.files)
    assert {strange, *new} <= failed(store)[1] | failed(store).get(11, set())
    assert is_untouched(store)


def test_marker_that_names_every_existing_file(small_archive: MemoryStore, keys: Keys) -> None:
    """A marker cannot hide a change by naming the file: whichever committed file it adds, it is refused."""
    left = stopped(small_archive, keys, 1)
    signed = read_marker(left)
    assert signed is not None
    for path, data in small_archive.files.items():
        changed = MemoryStore({**small_archive.files, path: data + b"x"})
        more = replace(signed.marker, files=(*signed.marker.files, promise(path, data + b"x")))
        if path == NAMASTE[0]:
            continue  # without it there is no archive to look at
        store = MemoryStore({**changed.files, UNFINISHED: sign_marker(more, keys.log)})
        found = failed(store)
        if not path.startswith("trust/root/"):  # where no root can be trusted, nothing else is looked at
            assert UNFINISHED in found.get(1, set()), path
        assert any(path in subject or subject in path for each in found for subject in found[each] - {UNFINISHED}), path
        assert is_untouched(store)


@pytest.mark.parametrize("at", range(2, 13))
def test_genuine_marker_with_one_file_changed(small_archive: MemoryStore, keys: Keys, at: int) -> None:
    """Beside a genuine marker a file is excused with its promised bytes alone: changed, it is a finding, and stays."""
    left = stopped(small_archive, keys, at)
    new = [path for path, data in left.files.items() if small_archive.files.get(path) != data]
    for path in set(new) - {UNFINISHED, CHECKPOINT}:
        store = MemoryStore({**left.files, path: b"forged"})
        assert path in {subject for subjects in failed(store).values() for subject in subjects}
        assert is_untouched(store)
    assert len(new) == at


@pytest.mark.parametrize("name", [f"{V3}/content/original.html", f"{V3}/content/note.txt", f"{V3}/x", "stray", "log/x"])
@pytest.mark.parametrize("at", [1, 7, 12])
def test_genuine_marker_with_one_file_more(small_archive: MemoryStore, keys: Keys, at: int, name: str) -> None:
    """A file beside those that a genuine marker promises is a finding; recovery leaves it where it is."""
    left = stopped(small_archive, keys, at)
    store = MemoryStore({**left.files, name: b"forged"})
    assert failed(store) == {1: {name}}
    recover(store)
    assert name in store.files


def test_root_inventory_of_neither(small_archive: MemoryStore, keys: Keys) -> None:
    """The root inventory beside a genuine marker is the old one or the promised one; a third is a finding."""
    left = stopped(small_archive, keys, 6)
    path, side = f"{HARBOUR}/inventory.json", f"{HARBOUR}/inventory.json.sha512"
    forged, _ = forged_version(small_archive)
    for other in (forged.files[path], left.files[path] + b"\n", b""):
        store = MemoryStore({**left.files, path: other, side: format_sidecar(other)})
        assert failed(store)[2] & {path, side}
        assert is_untouched(store)


def test_copy_of_the_old_inventory_forged(small_archive: MemoryStore, keys: Keys) -> None:
    """Going back takes the inventory that the writer found: where its copy was changed, nothing is put back."""
    left = stopped(small_archive, keys, 9)
    path = f"{HARBOUR}/v2/inventory.json"
    store = MemoryStore({**left.files, path: left.files[path].replace(b'"v1"', b'"v9"')})
    with pytest.raises(IntegrityError, match="not what its writer wrote"):
        recover(MemoryStore(store.files))
    assert is_untouched(store)


@pytest.mark.parametrize("write", [add_next_root, add_stamp], ids=["a trust root", "a time stamp"])
def test_marker_of_a_root_and_of_a_stamp(
    small_archive: MemoryStore, keys: Keys, write: Callable[[Store, Keys], object]
) -> None:
    """What holds for a version holds for a trust root and for a time stamp, at every step of their writing."""
    for at in range(1, 7):
        left = stopped(small_archive, keys, at, write)
        assert verify_archive(left).verdict == "unfinished"
        signed = read_marker(left)
        assert signed is not None
        new = set(left.files) - set(small_archive.files)
        forged = MemoryStore({**left.files, UNFINISHED: sign_marker(signed.marker, STRANGER)})
        assert new <= {subject for subjects in failed(forged).values() for subject in subjects}
        assert is_untouched(forged)
        for path in new - {UNFINISHED}:
            store = MemoryStore({**left.files, path: b"forged"})
            assert not verify_archive(store).stands, path
            assert is_untouched(store)


@pytest.mark.parametrize("folder", ["releases", "releases/harbour", "releases/harbour/v1/content", "log", "trust", "x"])
def test_marker_in_a_subfolder(small_archive: MemoryStore, keys: Keys, folder: str) -> None:
    """A marker counts at the top of the archive alone; elsewhere it is a stray, and excuses nothing."""
    left = stopped(small_archive, keys, 5)
    files = left.files
    marker = files.pop(UNFINISHED)
    store = MemoryStore({**files, f"{folder}/{UNFINISHED}": marker})
    assert (set(store.files) - set(small_archive.files)) <= failed(store)[1]
    assert recover(store) is None
    assert f"{folder}/{UNFINISHED}" in store.files


# A genuine marker, put back at another time


def test_replayed_with_its_files_after_roll_back(small_archive: MemoryStore, keys: Keys) -> None:
    """Put back upon the very log that it was made for, it is what it was: an addition left unfinished, that ends."""
    for at in range(1, 13):
        left = stopped(small_archive, keys, at)
        back = MemoryStore(left.files)
        recover(back)
        if back.files != small_archive.files:
            continue
        for files in (left.files, {UNFINISHED: left.files[UNFINISHED]}):
            again = MemoryStore({**back.files, **files})
            assert verify_archive(again).verdict == "unfinished"
            assert recover(again) == Recovery("harbour/v3", completed=False)
            assert again.files == small_archive.files


def test_replayed_after_its_commit(small_archive: MemoryStore, keys: Keys) -> None:
    """Put back after the commit it says that its addition was not tidied up: all is vouched for, nothing removed."""
    marker = stopped(small_archive, keys, 1).files[UNFINISHED]
    store = MemoryStore(small_archive.files)
    add_later(store, keys)
    committed = store.files
    again = MemoryStore({**committed, UNFINISHED: marker})
    report = verify_archive(again)
    assert report.verdict == "unfinished"
    assert report.unfinished is not None
    assert report.unfinished.files == 0
    changed = f"{V3}/content/record.json"
    assert changed in failed(MemoryStore({**again.files, changed: b"{}"}))[2]
    assert recover(again) == Recovery("harbour/v3", completed=True)
    assert again.files == committed


@pytest.mark.parametrize("with_files", [False, True])
def test_replayed_marker(small_archive: MemoryStore, keys: Keys, with_files: bool) -> None:  # noqa: FBT001 - a case
    """Of a write that was taken back, upon the log that went on: a finding, and all that came with it."""
    left = stopped(small_archive, keys, 8).files
    for writes in ((add_first,), (add_next_root,), (add_stamp,), (add_first, add_stamp)):
        store = MemoryStore(small_archive.files)
        for write in writes:
            write(store, keys)
        kept = {path: data for path, data in left.items() if path not in store.files}
        again = MemoryStore({**store.files, **(kept if with_files else {}), UNFINISHED: left[UNFINISHED]})
        found = failed(again)
        assert UNFINISHED in found[1]
        assert not with_files or set(kept) <= found[1]
        assert is_untouched(again)


def test_replayed_where_the_same_version_was_added_otherwise(small_archive: MemoryStore, keys: Keys) -> None:
    """The same version was added with other bytes: the marker of the first try is not that of the last write."""
    left = stopped(small_archive, keys, 1)
    signed = read_marker(left)
    assert signed is not None
    store = MemoryStore(small_archive.files)
    add_later(store, keys)
    files = tuple(promise(f.path, b"tried") if f.path.startswith("log/checkpoints") else f for f in signed.marker.files)
    again = planted(store, replace(signed.marker, files=files), keys.log)
    assert failed(again) == {1: {UNFINISHED}}
    assert is_untouched(again)


def test_of_another_archive(small_archive: MemoryStore, keys: Keys, founders: InitialKeys) -> None:
    """A marker of an archive of another name, or of one of the same name, keys and size, is a finding."""
    for origin in ("press.example.net/archive", ORIGIN):
        other = MemoryStore()
        create_archive(other, founders, origin=origin, now="2026-11-21T10:00:00Z")
        for number in range(3):
            add_bytes(other, keys, f"release-{number}", WORDS)
        assert open_archive(other).checkpoint.size == open_archive(small_archive).checkpoint.size
        marker = stopped(other, keys, 1, add_first).files[UNFINISHED]
        store = MemoryStore({**small_archive.files, UNFINISHED: marker})
        assert failed(store) == {1: {UNFINISHED}}
        assert is_untouched(store)


def rotated(
    store: MemoryStore, keys: Keys, founders: InitialKeys, *, lost: bool, stop_after: int | None = None
) -> MemoryStore:
    """The archive after its log key was replaced; the old one was lost or not."""

    def make(archive: Archive) -> NextRoot:
        vkey = format_vkey(ORIGIN, NEW_LOG.public.raw)
        return NextRoot(with_log_key(archive.chain[-1], archive.checkpoint.size, vkey, lost=lost))

    inner = MemoryStore(store.files)
    log = NEW_LOG if lost else keys.log
    try:
        add_root(FaultyStore(inner, stop_after=stop_after), RootKeys([founders.root], log), make, NOW)
    except StoreError:
        assert stop_after is not None
    return inner


@pytest.mark.parametrize("lost", [False, True])
def test_by_a_log_key_whose_range_has_ended(
    small_archive: MemoryStore,
    keys: Keys,
    founders: InitialKeys,
    lost: bool,  # noqa: FBT001 - a case
) -> None:
    """After a rotation a marker counts by the new log key alone: by the old one it is a finding."""
    store = rotated(small_archive, keys, founders, lost=lost)
    for key, verdict in ((keys.log, "failed"), (NEW_LOG, "unfinished")):
        signed = read_marker(stopped(store, Keys(keys.record, NEW_LOG), 1, add_first))
        assert signed is not None
        again = planted(store, signed.marker, key)
        assert verify_archive(again).verdict == verdict
    replayed = MemoryStore({**store.files, UNFINISHED: stopped(small_archive, keys, 1).files[UNFINISHED]})
    assert failed(replayed) == {1: {UNFINISHED}}


def test_log_key_that_comes_with_the_root(small_archive: MemoryStore, keys: Keys, founders: InitialKeys) -> None:
    """Where the old log key is lost the marker brings the root that names the new one, or is refused."""
    whole = rotated(small_archive, keys, founders, lost=True)
    outcomes = set()
    for at in range(1, 9):
        left = rotated(small_archive, keys, founders, lost=True, stop_after=at)
        if UNFINISHED not in left.files:
            break
        report = verify_archive(left)
        assert report.verdict == "unfinished", (at, report.failures)
        signed = read_marker(left)
        assert signed is not None
        assert signed.marker.introduced is not None
        for marker in (
            replace(signed.marker, introduced=None),
            replace(signed.marker, introduced=replace(signed.marker.introduced, signatures=())),
            replace(signed.marker, introduced=Introduced(b"{}", signed.marker.introduced.signatures)),
        ):
            forged = MemoryStore({**left.files, UNFINISHED: sign_marker(marker, NEW_LOG)})
            if CHECKPOINT not in left.files or open_archive(left).checkpoint.size == 4:
                assert UNFINISHED in failed(forged)[1]
                assert is_untouched(forged)
        by_stranger = MemoryStore({**left.files, UNFINISHED: sign_marker(signed.marker, STRANGER)})
        assert UNFINISHED in failed(by_stranger)[1]
        recover(left)
        outcomes.add(left.files == whole.files)
        assert left.files in (small_archive.files, whole.files)
    assert outcomes == {True, False}


# The marker of an archive that is being made


def making(founders: InitialKeys, at: int) -> MemoryStore:
    """What ``init`` leaves that is stopped after so many changes."""
    store = MemoryStore()
    with pytest.raises(StoreError):
        create_archive(FaultyStore(store, stop_after=at), founders, origin=ORIGIN, now=NOW)
    return store


def test_archive_made_unmade(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A marker of ``init``, true or forged, and a removed checkpoint do not make an archive one that was never made."""
    true = making(founders, 3).files[UNFINISHED]
    stranger = making(InitialKeys(STRANGER, NEW_LOG, PrivateKey.from_seed(bytes([79]) * 32)), 3).files[UNFINISHED]
    signed = read_marker(MemoryStore({UNFINISHED: true}))
    assert signed is not None
    resigned = sign_marker(signed.marker, STRANGER)
    gone = {CHECKPOINT, *(f"log/checkpoints/{size}" for size in range(1, 5))}
    for marker in (true, stranger, resigned):
        for removed in ({CHECKPOINT}, gone - {"log/checkpoints/1"}, gone):
            files = {path: data for path, data in small_archive.files.items() if path not in removed}
            store = MemoryStore({**files, UNFINISHED: marker})
            report = verify_archive(store)
            assert report.verdict == "failed"
            assert CHECKPOINT in {finding.subject for finding in report.failures}
            with pytest.raises(MunimentError) as caught:
                open_archive(store)
            assert "never finished" not in str(caught.value)
            assert is_untouched(store)
            with pytest.raises(MunimentError):
                create_archive(store, founders, origin=ORIGIN, now=NOW)
            assert store.files == {**files, UNFINISHED: marker}


def test_empty_archive_without_its_checkpoint(empty_archive: MemoryStore, founders: InitialKeys) -> None:
    """An archive without a version is taken back by its own marker alone, and not where this machine has seen it."""
    files = {path: data for path, data in empty_archive.files.items() if not path.startswith("log/checkpoint")}
    stranger = making(InitialKeys(STRANGER, NEW_LOG, PrivateKey.from_seed(bytes([79]) * 32)), 3).files[UNFINISHED]
    assert is_untouched(MemoryStore({**files, UNFINISHED: stranger}))
    own = MemoryStore({**files, UNFINISHED: making(founders, 3).files[UNFINISHED]})
    root = open_archive(empty_archive)
    seen = remember(empty_archive.files[CHECKPOINT], root.roots[0].digest, "2026-11-22")
    before = own.files
    with pytest.raises(WriteConflictError, match="has seen"):
        create_archive(own, founders, origin=ORIGIN, now=NOW, recall=lambda _: seen)
    assert own.files == before
    assert recover(own) == Recovery("a new archive", completed=False)


@pytest.mark.parametrize("name", ["thesis.txt", "README.txt", "schemas/record.schema.json", "releases/mine/a.txt"])
def test_owners_files_beside_a_marker_of_making(founders: InitialKeys, name: str) -> None:
    """Where anything of the owner's lies beside the marker of an interrupted ``init``, nothing is removed."""
    for at in range(1, 14):
        left = making(founders, at)
        store = MemoryStore({**left.files, name: b"mine"})
        assert is_untouched(store)
        with pytest.raises(MunimentError):
            create_archive(store, founders, origin=ORIGIN, now=NOW)
        assert store.files == {**left.files, name: b"mine"}


def test_marker_of_making_that_vouches_for_the_owners_file(founders: InitialKeys) -> None:
    """A stranger's marker and root may name the owner's bytes: what ``init`` does not write is not removed."""
    left = making(founders, 1)
    signed = read_marker(left)
    assert signed is not None
    mine = tuple(promise(f.path, b"mine") if f.path == "README.txt" else f for f in signed.marker.files)
    store = MemoryStore(
        {"README.txt": b"mine", UNFINISHED: sign_marker(replace(signed.marker, files=mine), founders.log)}
    )
    assert is_untouched(store)


# What a reader is told


def test_resting_and_at_work(small_archive: MemoryStore, keys: Keys, tmp_path: Path) -> None:
    """At rest it is a verdict of its own, and fails with --strict; while a writer holds the lock it is a notice."""
    left = stopped(small_archive, keys, 7)
    new = {path for path, data in left.files.items() if small_archive.files.get(path) != data} - {UNFINISHED}
    folder = lay(left.files, tmp_path / "archive")
    said = read(folder, "verify")
    assert said.exit_code == 0
    what = f"an addition of harbour/v3 was left unfinished: {len(new)} files of it lie here, not vouched for"
    assert f"; but {what}; archive recover ends it." in " ".join(said.stdout.split())
    assert read(folder, "verify", "--strict").exit_code == 1
    value = json.loads(read(folder, "verify", "--json").stdout)
    assert (value["verdict"], value["unfinished"]) == ("unfinished", {"files": len(new), "subject": "harbour/v3"})
    with left.lock():
        report = verify_archive(left)
    assert (report.verdict, report.unfinished, report.vouched) == ("verified", None, True)
    read(folder, "recover")
    assert read(folder, "verify", "--strict").exit_code == 0


def test_what_lies_aside(small_archive: MemoryStore) -> None:
    """What an interrupted write left aside is not vouched for; under any other name than a writer's it is a finding."""
    aside = MemoryStore({**small_archive.files, ".tmp/0123456789abcdef": b"x"})
    report = verify_archive(aside)
    assert report.verdict == "unfinished"
    assert report.unfinished is not None
    assert (report.unfinished.subject, report.unfinished.files) == (None, 1)
    for name in (".tmp/READ-ME.html", ".tmp/0123456789abcdef.html", ".tmp/a/0123456789abcdef", ".tmp/0123456789ABCDEF"):
        assert failed(MemoryStore({**small_archive.files, name: b"x"})) == {1: {name}}


READING = (
    ("list",), ("list", "--json"), ("show", "harbour"), ("show", "harbour", "--json"), ("show", "harbour/v3"), ("log",),
    ("log", "harbour"), ("cite", "harbour"), ("cite", "harbour/v3"), ("export", "harbour", "-o", "-"),
    ("export", "harbour/v3", "-o", "-"), ("prove", "harbour#p1", "-o", "-"), ("diff", "harbour/v1", "harbour/v3"),
    ("blame", "harbour"), ("when", "minister"), ("find-quote", "The minister has resigned."),
)  # fmt: skip


def test_excused_file_is_never_read(small_archive: MemoryStore, keys: Keys, tmp_path: Path) -> None:
    """What is excused is no version: no verb reads, shows, cites or exports a byte of it."""

    def add_secret(store: Store, keys: Keys) -> object:
        return add_bytes(store, keys, "harbour", WORDS)

    bare = lay(small_archive.files, tmp_path / "bare" / "archive")
    for at in range(1, 12):
        folder = lay(stopped(small_archive, keys, at, add_secret).files, tmp_path / str(at) / "archive")
        for arguments in READING:
            with_it, without = (run(*arguments, "--archive", str(place)) for place in (folder, bare))
            assert (with_it.exit_code, with_it.stdout) == (without.exit_code, without.stdout), arguments
            assert "resigned" not in with_it.stdout or arguments[0] == "find-quote"


def test_no_archive_and_a_marker(keys: Keys) -> None:
    """A marker in a folder that is no archive makes none of it."""
    marker = Marker(ORIGIN, 5, "00" * 32, "harbour", 1, HARBOUR, ())
    store = MemoryStore({UNFINISHED: sign_marker(marker, keys.log), "mine.txt": b"mine"})
    assert is_untouched(store)
    with pytest.raises(NotAnArchiveError):
        verify_archive(store)


@pytest.mark.parametrize("more", [0, 1])
def test_marker_kept_and_log_rolled_back(small_archive: MemoryStore, keys: Keys, more: int) -> None:
    """A committed version under a log that was rolled back, and its genuine marker: memory is asked before a removal.

    Neither recovery nor a writer touches a byte; the hint leads to ``recover --from``, which mends it.
    """
    marker = stopped(small_archive, keys, 1).files[UNFINISHED]
    store = MemoryStore(small_archive.files)
    add_later(store, keys)
    committed = dict(store.files)
    for _ in range(more):
        add_first(store, keys)
    newest, recall = dict(store.files), seen(store).recall
    log = {path: data for path, data in small_archive.files.items() if path.startswith("log/")}
    rest = {path: data for path, data in committed.items() if not path.startswith("log/")}
    rolled = {**rest, **log, UNFINISHED: marker}
    rolled |= {
        path: small_archive.files[path] for path in rolled if path in small_archive.files and "inventory" in path
    }

    def ending(store: MemoryStore) -> object:
        return recover(store, recall)

    def adding(store: MemoryStore) -> object:
        return add_publication(store, keys, "x", Source(NOTICE, "n.txt", NOW), {}, Author(NOW), recall=recall)

    for attempt in (ending, adding):
        again = MemoryStore(rolled)
        with pytest.raises(WriteConflictError, match="older than the archive that this machine has seen") as refused:
            attempt(again)
        assert "recover from the newer copy" in refused.value.hint
        assert again.files == rolled
    again = MemoryStore(rolled)
    assert restore(again, MemoryStore(newest), recall=recall).wanting == ()
    assert again.files == newest
    assert recover(MemoryStore(rolled)) == Recovery("harbour/v3", completed=False)  # what a machine without memory does
