"""Nothing is lost: a crash after any store operation leaves a trust root or a time stamp absent or whole."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from tests.attacks.markers import claim, planted
from tests.write.test_crash import add_first, operations
from tests.write.test_every_act import _kill_everywhere
from tests.write.upkeep import NEW, STAMP, UPKEEP, add_next_root, add_stamp

from muniment.archive import open_archive
from muniment.archive.paths import UNFINISHED
from muniment.archive.unfinished import read_marker
from muniment.archive.unfinished_rules import files_of_log
from muniment.errors import InputError, IntegrityError, StoreError
from muniment.store import FaultyStore, MemoryStore, Store
from muniment.verify.archive import verify_archive
from muniment.verify.report import Report
from muniment.write.recover import Recovery, recover
from muniment.write.version import Keys


def faults(report: Report) -> list[object]:
    """What fails, but for check 12: the stamp is none, and whether it is one is not asked for here."""
    return [finding for finding in report.failures if finding.check != 12]


def add_version(store: Store, keys: Keys) -> object:
    """Add a version with the record key that counts once the crash has ended."""
    recover(store)
    record = NEW if len(open_archive(store).roots) > 1 else keys.record
    return add_first(store, Keys(record, keys.log))


@pytest.mark.parametrize("after", ["recover", "the same again", "a version"])
@pytest.mark.parametrize("name", UPKEEP)
def test_crash(small_archive: MemoryStore, keys: Keys, name: str, after: str) -> None:
    """After a crash at every single operation readers see a whole archive, and the next writer ends what was begun."""
    write = UPKEEP[name]
    before = open_archive(small_archive).checkpoint.size
    tried = operations(lambda store: write(store, keys), small_archive)

    assert tried > 7
    for stop_after in range(tried):
        inner = MemoryStore(small_archive.files)
        committed = True
        try:
            write(FaultyStore(inner, stop_after=stop_after), keys)
        except StoreError:
            committed = False
        signed = read_marker(inner)
        marker = None if signed is None else signed.marker

        assert marker is None or marker.subject == name
        assert open_archive(inner).checkpoint.size == before + committed, stop_after
        during = verify_archive(inner)
        assert not faults(during), (stop_after, during.failures)
        assert marker is None or f"unfinished addition of {name}" in [finding.what for finding in during.findings]

        done = write if after == "the same again" and not committed else add_version if after == "a version" else None
        if done is None:
            assert recover(inner) in {Recovery(name, completed=committed), Recovery(name, completed=True), None}
        else:
            with suppress(InputError):  # what is complete by now cannot be added again
                done(inner, keys)
        report = verify_archive(inner)
        assert not faults(report), (stop_after, report.failures)
        assert [finding.check for finding in report.findings if finding.ok] == [11], stop_after
        assert UNFINISHED not in inner.files


@pytest.mark.parametrize("name", UPKEEP)
def test_crash_while_recovering(small_archive: MemoryStore, keys: Keys, name: str) -> None:
    """A recovery that is interrupted at every single operation can be recovered from."""
    tried = 0
    for stop_after in range(operations(lambda store: UPKEEP[name](store, keys), small_archive)):
        crashed = MemoryStore(small_archive.files)
        with suppress(StoreError):
            UPKEEP[name](FaultyStore(crashed, stop_after=stop_after), keys)
        for second in range(operations(recover, crashed)):
            inner = MemoryStore(crashed.files)
            with pytest.raises(StoreError):
                recover(FaultyStore(inner, stop_after=second))
            assert not faults(verify_archive(inner)), (stop_after, second)
            recover(inner)
            assert not faults(verify_archive(inner)), (stop_after, second)
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("name", UPKEEP)
def test_crash_leaves_one_of_two(small_archive: MemoryStore, keys: Keys, name: str) -> None:
    """Once recovered the archive has every byte as before, or every byte of the whole write."""
    whole = MemoryStore(small_archive.files)
    UPKEEP[name](whole, keys)
    outcomes = []
    for stop_after in range(operations(lambda store: UPKEEP[name](store, keys), small_archive)):
        inner = MemoryStore(small_archive.files)
        with suppress(StoreError):
            UPKEEP[name](FaultyStore(inner, stop_after=stop_after), keys)
        recover(inner)
        assert inner.files in (small_archive.files, whole.files), stop_after
        outcomes.append(inner.files == whole.files)
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {False, True}


def test_killed_at_every_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_archive: MemoryStore, keys: Keys
) -> None:
    """Killed at any open, write, flush, rename, mkdir, unlink or rmdir, a root is absent or whole."""
    whole = MemoryStore(small_archive.files)
    add_next_root(whole, keys)
    outcomes = {"as before": small_archive.files, "complete": whole.files}
    tried = _kill_everywhere(tmp_path, monkeypatch, small_archive.files, lambda s: add_next_root(s, keys), outcomes)
    assert tried > 70


def test_counts_of_crash_points(small_archive: MemoryStore, keys: Keys) -> None:
    """The number of store operations of each write stays what the documentation says."""
    counted = {name: operations(lambda s, w=write: w(s, keys), small_archive) for name, write in UPKEEP.items()}  # type: ignore[misc]
    assert counted == {"trust root 2": 10, "time stamp 3.1": 8}


def test_markers_of_what_is_committed(small_archive: MemoryStore, keys: Keys) -> None:
    """A marker that claims a root, a stamp or anything else that the log holds is refused, whoever has signed it."""
    add_stamp(small_archive, keys)
    add_next_root(small_archive, keys)
    size = open_archive(small_archive).checkpoint.size
    roots = tuple(path for path in small_archive.files if path.startswith("trust/root/2"))
    certificates = "trust/authorities/clock.pem"
    claims: list[tuple[str, ...]] = [
        ("trust/root/1.json",),
        roots,
        tuple(STAMP),
        ("trust/root/3.json", certificates),
        ("trust/root/3.json", "trust/root/2.json"),
        ("trust/root/3.json", "trust/allowed_signers"),
        ("trust/root/3.json", "trust/root/3.json/../1.json"),
        ("trust/root/3.json", "log/checkpoint"),
        ("trust/root/4.json",),
        ("log/timestamps/3.3.tsq", "log/timestamps/3.3.tsr"),
        ("log/timestamps/3.2.tsq", "log/timestamps/3.1.tsr"),
        (f"log/timestamps/{size + 1}.1.tsq",),
        ("log/timestamps/3.2.tsq", "trust/root/3.json"),
        ("README.txt",),
    ]
    for files in claims:
        for written in (size + 1, size + 2):
            for paths in (files, (*files, *files_of_log(written))):
                store = planted(small_archive, claim(small_archive, paths, size=written), keys.log)
                before = store.files
                with pytest.raises(IntegrityError):
                    recover(store)
                assert store.files == before, files
    signature = next(path for path in roots if path.endswith(".sig")).replace("root/2", "root/3")
    honest = ("trust/authorities/other.pem", "trust/root/3.json", signature, *files_of_log(size + 1))
    store = planted(small_archive, claim(small_archive, honest), keys.log)
    assert recover(store) == Recovery("trust root 3", completed=False)
    assert store.files == small_archive.files


@pytest.mark.parametrize("name", UPKEEP)
def test_refused_while_tidying(small_archive: MemoryStore, keys: Keys, name: str) -> None:
    """Where only what follows the commit is refused, the write has succeeded, and the next one tidies up."""
    last = operations(lambda store: UPKEEP[name](store, keys), small_archive) - 1
    UPKEEP[name](FaultyStore(small_archive, stop_after=last), keys)
    assert read_marker(small_archive) is not None
    recover(small_archive)
    assert read_marker(small_archive) is None
    assert not faults(verify_archive(small_archive))
