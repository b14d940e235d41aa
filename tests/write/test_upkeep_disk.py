"""Nothing is lost by a full disk, a kill or Ctrl-C while a trust root, a time stamp or a cosignature is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.conftest import NOW
from tests.joining import with_key
from tests.timestamp.stamping import pin, stamp
from tests.verify.forge import with_witnesses
from tests.verify.test_cosignatures import ANNA, BEN, KEYS
from tests.write.syscalls import Disk, KilledError, caught, expected_verdict, files_in, no_space, watched, write_files
from tests.write.test_every_act import InterruptedStore

from muniment.archive import Archive
from muniment.archive.paths import UNFINISHED
from muniment.log.cosignature import cosign, format_cosignature, parse_reply
from muniment.log.note import parse_note
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore, MemoryStore, Store
from muniment.trust.next_root import with_revoked
from muniment.trust.root import Revocation
from muniment.verify.archive import verify_archive
from muniment.write.cosign import add_cosignatures
from muniment.write.create import InitialKeys
from muniment.write.recover import recover
from muniment.write.trust_root import NextRoot, RootKeys, add_root

NEW = PrivateKey.from_seed(bytes([21]) * 32)


Files: TypeAlias = dict[str, bytes]


@dataclass(frozen=True)
class Upkeep:
    """One write.

    Attributes:
        write: Does it.
        before: The archive before it.
        acts: How many acts on the disk it has at least.
        signed: At how many of them a full disk leaves the new checkpoint signed and not in its place.
        tidied: At how many of them a full disk only keeps what follows from the commit from being made.
        partly: What else an error may leave: cosignatures are files that do not need each other, and are not undone.
    """

    write: Callable[[Store], object]
    before: Files
    acts: int
    signed: int = 0
    tidied: int = 0
    partly: tuple[Files, ...] = ()

    @property
    def whole(self) -> Files:
        """The archive after it."""
        store = MemoryStore(self.before)
        self.write(store)
        return store.files


def rotate(archive: Archive) -> NextRoot:
    """A new record key in the place of the old one."""
    return NextRoot(with_key(archive.chain[-1], archive.checkpoint.size, NEW))


def revoke(archive: Archive) -> NextRoot:
    """The record key was stolen after all that it signed here; a new one takes its place."""
    root, size = archive.chain[-1], archive.checkpoint.size
    stolen = root.record_keys[0].key
    revoked = with_revoked(root, size, stolen, Revocation(size, NOW, "stolen"))
    return NextRoot(with_key(revoked, size, NEW, newest=root))


@pytest.fixture(params=["rotate", "revoke", "stamp", "cosignatures"])
def upkeep(request: pytest.FixtureRequest, small_archive: MemoryStore, founders: InitialKeys) -> Upkeep:
    """Each of the writes that are no version."""
    if request.param == "stamp":
        pin(small_archive, founders)
        return Upkeep(lambda store: stamp(store, founders, size=5), small_archive.files, 60, 5)
    if request.param == "cosignatures":
        before = with_witnesses(small_archive, founders, [ANNA.vkey, BEN.vkey], 2)
        text = parse_note(before.read("log/checkpoints/4"))[0]
        anna, ben = (
            parse_reply(format_cosignature(cosign(text, one, 1800000000, KEYS[one.name.rpartition("/")[2]].sign)))
            for one in (ANNA, BEN)
        )
        one, both = MemoryStore(before.files), MemoryStore(before.files)
        add_cosignatures(one, anna)
        add_cosignatures(both, anna + ben)
        return Upkeep(
            lambda store: add_cosignatures(store, anna + ben), before.files, 10, partly=(one.files, both.files)
        )
    keys, make = RootKeys([founders.root], founders.log), {"rotate": rotate, "revoke": revoke}[request.param]
    return Upkeep(lambda store: add_root(store, keys, make, NOW), small_archive.files, 60, 5, 8)


@pytest.mark.parametrize("full", [False, True], ids=["for a moment", "until something is removed"])
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upkeep: Upkeep, full: bool) -> None:  # noqa: FBT001 - a case
    """A write that the disk has no room for leaves every byte as it was, and succeeds once there is room."""
    whole, signed, tidied = upkeep.whole, 0, 0
    for stop_at in range(1000):
        root = tmp_path / str(stop_at)
        write_files(upkeep.before, root)
        with watched(monkeypatch, Disk(stop_at, no_space, full=full)) as disk:
            error = caught(lambda: upkeep.write(LocalStore(root)))  # noqa: B023 - called at once
        left = files_in(root)
        # As before and whole were verified elsewhere; what lies between must be too.
        verdict = expected_verdict(left)
        assert left in (upkeep.before, whole) or verify_archive(LocalStore(root)).verdict == verdict, stop_at
        if error is not None:
            assert "no space is left (free some space, then try again" in str(error)
            assert (error.exit_code, str(error).count("\n")) == (3, 0)
        if error is not None and "signed, but not yet complete" in str(error):
            signed += 1
        elif error is not None:
            assert left == upkeep.before or left in upkeep.partly, stop_at
        elif left != whole:
            tidied += 1
        again = recover if UNFINISHED in left else upkeep.write
        if left != whole:
            again(LocalStore(root, sync=False))
        assert files_in(root) == whole, stop_at
        shutil.rmtree(root)
        if not disk.hit:
            break
    assert stop_at > upkeep.acts
    assert (signed, tidied) == (upkeep.signed if full else 0, upkeep.tidied)


def test_killed_at_every_act(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upkeep: Upkeep) -> None:
    """Killed at any act on the disk, the archive verifies, and once recovered the write is absent or whole."""
    outcomes = [upkeep.before, *upkeep.partly] if upkeep.partly else [upkeep.before, upkeep.whole]
    seen = []
    for stop_at in range(1000):
        root = tmp_path / str(stop_at)
        write_files(upkeep.before, root)
        with watched(monkeypatch, Disk(stop_at, KilledError, gone=True)) as disk, suppress(KilledError):
            upkeep.write(LocalStore(root))
        report = verify_archive(LocalStore(root))
        assert report.verdict == expected_verdict(files_in(root)), (stop_at, report.failures)
        recover(LocalStore(root, sync=False))
        seen.append(outcomes.index(files_in(root)))
        shutil.rmtree(root)
        if not disk.hit:
            break
    # One commit point: from some act on it is complete, and never again absent.
    assert seen == sorted(seen)
    assert set(seen) == set(range(len(outcomes)))
    assert stop_at > upkeep.acts


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_interrupted_at_every_change(upkeep: Upkeep, late: bool) -> None:  # noqa: FBT001 - a case
    """Ctrl-C is like a crash: the archive verifies, the lock is free, and recovery ends what was begun."""
    outcomes = (upkeep.before, *upkeep.partly, upkeep.whole)
    for stop_after in range(100):
        store = MemoryStore(upkeep.before)
        try:
            upkeep.write(InterruptedStore(store, stop_after, late=late))
        except KeyboardInterrupt:
            pass
        else:
            break
        assert verify_archive(store).verdict == expected_verdict(store.files), stop_after
        with store.lock():
            recover(store)
        assert verify_archive(store).verdict == "verified", stop_after
        assert store.files in outcomes, stop_after
    assert stop_after >= 2
