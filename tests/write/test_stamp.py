"""Adding time stamps: what holds is one commit, what does not hold leaves no trace."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from tests.timestamp.authority import GENERATED, Authority, make_authority
from tests.timestamp.stamping import CLOCK, NONCE, STAMPED, WATCH, pin, stamp
from tests.write.syscalls import expected_verdict, write_files
from tests.write.test_crash import add_first, operations
from tests.write.test_every_act import _kill_everywhere

from muniment.archive import open_archive
from muniment.archive.unfinished import read_marker
from muniment.errors import (
    InputError,
    IntegrityError,
    KeyRejectedError,
    MunimentError,
    NotFoundError,
    ProofError,
    StampError,
    StoreError,
    WriteConflictError,
)
from muniment.memory import remember
from muniment.ssh.keys import PrivateKey
from muniment.store import FaultyStore, LocalStore, MemoryStore, Store
from muniment.timestamp.request import make_request
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys
from muniment.write.recover import Recovery, recover
from muniment.write.stamp import Reply, Stamped, add_stamp, current_stamp, newest_stamps
from muniment.write.version import Author, Keys, add_description


@pytest.fixture
def pinned(small_archive: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """The small archive, with trust root 2 that pins clock and watch: five entries."""
    pin(small_archive, founders)
    return small_archive


def test_one_stamp_is_one_commit(pinned: MemoryStore, founders: InitialKeys) -> None:
    """A stamp adds its two files, one entry and one checkpoint, and nothing else changes."""
    before = pinned.files
    added = stamp(pinned, founders)

    assert (added.index, added.statement.size, added.statement.number, added.stamp.time) == (5, 5, 1, STAMPED)
    assert pinned.files.keys() - before.keys() == {
        "log/timestamps/5.1.tsq",
        "log/timestamps/5.1.tsr",
        "log/checkpoints/6",
        "log/tile/0/000.p/6",
        "log/tile/entries/000.p/6",
    }
    assert [path for path in before if before[path] != pinned.files[path]] == ["log/checkpoint"]
    assert open_archive(pinned).statements[5] == added.statement
    assert verify_archive(pinned).verdict == "verified"


def test_second_authority(pinned: MemoryStore, founders: InitialKeys) -> None:
    """A second authority's stamp of the same checkpoint is number 2; a third is no stamp of it any more."""
    first = stamp(pinned, founders, size=5)
    second = stamp(pinned, founders, "watch", WATCH, size=5)

    assert (first.statement.number, second.statement.number) == (1, 2)
    assert (first.index, second.index) == (5, 6)
    assert len(verify_archive(pinned).proven) == 2
    with pytest.raises(InputError, match="watch has stamped the checkpoint of 5 entries already"):
        stamp(pinned, founders, "watch", WATCH, size=5)


def test_what_covers_everything_but_stamps(pinned: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """An authority is up to date until something is logged that is no stamp."""
    assert current_stamp(open_archive(pinned), "clock") is None
    first = stamp(pinned, founders)
    assert current_stamp(open_archive(pinned), "clock") == first.statement
    assert current_stamp(open_archive(pinned), "watch") is None
    second = stamp(pinned, founders, "watch", WATCH)
    assert second.statement.size == 6
    archive = open_archive(pinned)
    assert current_stamp(archive, "clock") == first.statement
    assert newest_stamps(archive) == (first.statement, second.statement)

    add_description(pinned, keys, "tide", {"subjects": ["tides"]}, Author(STAMPED))
    archive = open_archive(pinned)
    assert newest_stamps(archive) == ()
    assert current_stamp(archive, "clock") is None
    late = stamp(pinned, founders, size=5 + 1)  # an older checkpoint, as a response that came by file may be of
    assert current_stamp(open_archive(pinned), "clock") is None
    assert late.statement.size == 6


LIES: dict[str, tuple[Authority, str]] = {
    "forged root": (make_authority("Evil", 40), "clock: not by an authority of the pinned certificates"),
    "other pinned authority": (WATCH, "clock: not by an authority of the pinned certificates"),
    "wrong imprint": (CLOCK.but(imprint=bytes(32)), "clock: stamps other bytes"),
    "wrong nonce": (CLOCK.but(nonce=5), "clock: not the answer to this request"),
    "refusal": (CLOCK.but(status=2), "clock: the authority did not stamp"),
    "back-dated": (CLOCK.but(generated=GENERATED - timedelta(days=365)), "clock: its time is not that of this machine"),
    "post-dated": (CLOCK.but(generated=GENERATED + timedelta(days=1)), "clock: its time is not that of this machine"),
}


@pytest.mark.parametrize("name", LIES)
def test_liar(pinned: MemoryStore, founders: InitialKeys, name: str) -> None:
    """A found_marker authority is named, and nothing is written for it."""
    authority, what = LIES[name]
    before = pinned.files

    with pytest.raises(StampError, match=what):
        stamp(pinned, founders, authority=authority)
    assert pinned.files == before


def test_by_file_later(pinned: MemoryStore, founders: InitialKeys) -> None:
    """What was asked for long ago may be old, and not of the future."""
    request = make_request(pinned.read("log/checkpoints/5"), NONCE)
    reply = Reply("clock", 5, request, CLOCK.reply(request), fresh=False)

    with pytest.raises(StampError, match="its time is not that of this machine: expected at most 2026-11-21"):
        add_stamp(pinned, founders.log, reply, "2026-11-21T00:00:00Z")
    assert add_stamp(pinned, founders.log, reply, "2027-11-22T00:00:00Z").index == 5


def test_refused_keys_names_and_sizes(pinned: MemoryStore, founders: InitialKeys) -> None:
    """A wrong log key, an authority that is not pinned, a size that never was: refused, nothing written."""
    before = pinned.files
    request = make_request(pinned.read("log/checkpoints/5"), NONCE)
    reply = Reply("clock", 5, request, CLOCK.reply(request))

    with pytest.raises(KeyRejectedError, match="may not sign the log"):
        add_stamp(pinned, PrivateKey.from_seed(bytes(32)), reply, STAMPED)
    with pytest.raises(InputError, match="the trust root names no authority sundial: expected clock, watch"):
        stamp(pinned, founders, "sundial")
    with pytest.raises(NotFoundError):
        add_stamp(pinned, founders.log, Reply("clock", 9, request, reply.response), STAMPED)
    assert pinned.files == before


def test_damaged_checkpoint(pinned: MemoryStore, founders: InitialKeys) -> None:
    """A checkpoint that is damaged, or of another size, is not stamped."""
    for forged in (pinned.files["log/checkpoints/4"], pinned.files["log/checkpoints/5"].replace(b"\n5\n", b"\n6\n")):
        store = MemoryStore({**pinned.files, "log/checkpoints/5": forged})
        with pytest.raises(IntegrityError):
            stamp(store, founders)
    with pytest.raises(ProofError, match="log/checkpoints/5: the log did not grow from this checkpoint"):
        stamp(MemoryStore({**pinned.files, "log/checkpoints/5": pinned.files["log/checkpoints/4"]}), founders)


def test_changed_certificates(pinned: MemoryStore, founders: InitialKeys) -> None:
    """Certificates that are not those of the trust root pin nothing."""
    forged = make_authority("Evil", 40)
    store = MemoryStore({**pinned.files, "trust/authorities/clock.pem": forged.pinned})

    with pytest.raises(IntegrityError, match="not the certificates that the trust root pins"):
        stamp(store, founders, authority=forged)


def test_restored_backup(pinned: MemoryStore, founders: InitialKeys) -> None:
    """Upon a copy that is older than what was seen no stamp is logged."""
    old = MemoryStore(pinned.files)
    stamp(pinned, founders)
    archive = open_archive(pinned)
    seen = remember(pinned.read("log/checkpoints/6"), archive.roots[0].digest, "2026-11-22")
    request = make_request(old.read("log/checkpoints/5"), NONCE)
    reply = Reply("clock", 5, request, CLOCK.reply(request))

    with pytest.raises(WriteConflictError, match="older than the archive that this machine has seen"):
        add_stamp(old, founders.log, reply, STAMPED, recall=lambda _: seen)


@pytest.mark.parametrize("after", ["recover", "the same again", "a version"])
def test_crash(pinned: MemoryStore, founders: InitialKeys, keys: Keys, after: str) -> None:
    """After a crash at every single operation the archive verifies, and the next writer ends what was begun."""
    points = operations(lambda store: stamp(store, founders), pinned)

    assert points == 8
    for stop_after in range(points):
        inner, committed = MemoryStore(pinned.files), True
        try:
            stamp(FaultyStore(inner, stop_after=stop_after), founders)
        except StoreError:
            committed = False
        during = verify_archive(inner)
        assert (during.verdict, len(during.proven)) == (expected_verdict(inner.files), int(committed)), stop_after
        signed = read_marker(inner)
        assert signed is None or signed.marker.subject == "time stamp 5.1"

        if after == "recover":
            assert recover(inner) in {
                Recovery("time stamp 5.1", completed=True),
                Recovery("time stamp 5.1", completed=False),
                None,
            }
        elif after == "the same again":
            with suppress(InputError):
                stamp(inner, founders, size=5)
        else:
            add_first(inner, keys)
        report = verify_archive(inner)
        assert (report.verdict, len(report.findings)) == ("verified", 1), (stop_after, report.findings)
        assert len(report.proven) in {int(committed), 1}


def test_killed_at_every_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pinned: MemoryStore, founders: InitialKeys
) -> None:
    """Killed at any open, write, flush, rename, mkdir, unlink or rmdir, a stamp is absent or whole."""
    whole = MemoryStore(pinned.files)
    stamp(whole, founders)
    outcomes = {"as before": pinned.files, "complete": whole.files}
    tried = _kill_everywhere(tmp_path, monkeypatch, pinned.files, lambda store: stamp(store, founders), outcomes)
    assert tried > 60


def test_two_writers(tmp_path: Path, pinned: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """Two authorities' stamps and a version, written at once: all are there, in one history."""
    write_files(pinned.files, tmp_path / "archive")
    store = LocalStore(tmp_path / "archive", lock_timeout=60.0, sync=False)
    start, results = Barrier(3), list[object]()

    def work(write: object) -> None:
        assert callable(write)
        start.wait()
        results.append(write(store))

    writes = (
        lambda each: stamp(each, founders, size=5),
        lambda each: stamp(each, founders, "watch", WATCH, size=5),
        lambda each: add_first(each, keys),
    )
    threads = [Thread(target=work, args=(write,)) for write in writes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 3
    assert {each.statement.number for each in results if isinstance(each, Stamped)} == {1, 2}
    report = verify_archive(store)
    assert (report.verdict, report.size, len(report.proven)) == ("verified", 8, 2)


class Grudging(FaultyStore):
    """Refuses a file by name, and passes everything else on."""

    def __init__(self, inner: Store, name: str) -> None:
        super().__init__(inner)
        self.name = name

    def create(self, path: str, data: bytes) -> None:
        """Refuse, or pass on."""
        if path == self.name:
            raise StoreError("no space left on device", where=path)
        super().create(path, data)


def test_full_disk(pinned: MemoryStore, founders: InitialKeys) -> None:
    """Where there is no room for some file of a stamp, everything is as before."""
    whole = MemoryStore(pinned.files)
    stamp(whole, founders)
    for path in whole.files.keys() - pinned.files.keys():
        store = MemoryStore(pinned.files)
        with pytest.raises(MunimentError, match="no space left on device"):
            stamp(Grudging(store, path), founders)
        assert store.files == pinned.files, path


def test_expired_since(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A stamp whose authority's certificate has expired since stands, as check 12 judges it at its own time."""
    brief = make_authority("Brief", 50, valid=(datetime(2020, 1, 1, tzinfo=UTC), GENERATED + timedelta(minutes=1)))
    pin(small_archive, founders, {"brief": (brief, None)})
    stamp(small_archive, founders, "brief", brief)

    assert verify_archive(small_archive).verdict == "verified"
