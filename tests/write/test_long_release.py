"""A release of many versions: which directories keep an inventory, and that nothing is lost where none does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import NOW
from tests.write.syscalls import expected_verdict

from muniment.errors import IntegrityError, StoreError
from muniment.ingest import Source
from muniment.ocfl.inventory import keeps_inventory
from muniment.ocfl.validate import validate_object
from muniment.reference import parse_reference
from muniment.store import FaultyStore, MemoryStore, Store
from muniment.verify.archive import verify_archive
from muniment.write.recover import recover
from muniment.write.restore import restore
from muniment.write.version import Author, Keys, add_publication

FOLDER = "releases/harbour"
ROOT = f"{FOLDER}/inventory.json"


def _add(store: Store, keys: Keys, number: int) -> None:
    text = f"Harbour notice\n\n1. The harbour opens on day {number}.\n"
    add_publication(store, keys, "harbour", Source(text.encode(), "h.txt", NOW), {}, Author(NOW))


@pytest.fixture(scope="module")
def made() -> dict[int, dict[str, bytes]]:
    """The files of the archives that were made, by the number of versions; each is made of the one before."""
    return {}


@pytest.fixture
def of_length(
    made: dict[int, dict[str, bytes]], small_archive: MemoryStore, keys: Keys
) -> Callable[[int], MemoryStore]:
    """Give an archive in which one release has so many versions, two or more."""

    def give(number: int) -> MemoryStore:
        made.setdefault(2, small_archive.files)
        for length in range(max(n for n in made if n <= number) + 1, number + 1):
            store = MemoryStore(made[length - 1])
            _add(store, keys, length)
            made[length] = store.files
        return MemoryStore(made[number])

    return give


def test_which_versions_keep_one() -> None:
    """Up to v16 each directory has an inventory, then those at powers of four."""
    kept = [number for number in range(1, 5000) if keeps_inventory(number)]
    assert kept == [*range(1, 17), 64, 256, 1024, 4096]


def test_what_is_written(of_length: Callable[[int], MemoryStore]) -> None:
    """An archive with such a release verifies, whole and by version; OCFL has one W010 a directory and nothing else."""
    store = of_length(66)
    for reference in (None, "harbour/v16", "harbour/v17", "harbour/v64", "harbour/v65", "harbour/v66"):
        report = verify_archive(store, only=parse_reference(reference) if reference else None)
        assert report.verdict == "verified", report.failures
    without = [number for number in range(1, 67) if f"{FOLDER}/v{number}/inventory.json" not in store.files]
    assert without == [*range(17, 64), 65, 66]
    problems = [(problem.code, problem.path) for problem in validate_object(store, FOLDER)]
    assert sorted(problems) == sorted(("W010", f"{FOLDER}/v{number}") for number in without)
    assert validate_object(of_length(16), FOLDER) == ()


def test_the_judge(of_length: Callable[[int], MemoryStore], tmp_path: Path) -> None:
    """ocfl-py finds such an object valid, with a W010 for each directory without an inventory."""
    validator: Any = pytest.importorskip("ocfl.validator", reason="ocfl-py is not installed")
    for path, data in of_length(18).files.items():
        if path.startswith(FOLDER):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(data)
    judging = validator.Validator(log_warnings=True)
    assert judging.validate_object(str(tmp_path / FOLDER)) is True
    assert judging.log.num_errors == 0
    assert judging.log.num_warnings == 2
    assert all("W010" in str(message) for message in judging.log.messages)


@pytest.mark.parametrize("number", [16, 17, 63])
def test_crash_while_adding_and_recovering(of_length: Callable[[int], MemoryStore], keys: Keys, number: int) -> None:
    """After a crash at any operation the version is absent or whole, with or without a copy of the inventory before."""
    start = of_length(number)
    before = verify_archive(start).counts.versions
    counting = FaultyStore(MemoryStore(start.files))
    _add(counting, keys, number + 1)
    for stop_after in range(counting.operations):
        crashed = MemoryStore(start.files)
        with suppress(StoreError):
            _add(FaultyStore(crashed, stop_after=stop_after), keys, number + 1)
        assert verify_archive(crashed).verdict == expected_verdict(crashed.files), stop_after
        again = FaultyStore(MemoryStore(crashed.files))
        recover(again)
        for second in [*range(again.operations), None] if number == 17 else [None]:
            inner = MemoryStore(crashed.files)
            if second is not None:
                with pytest.raises(StoreError):
                    recover(FaultyStore(inner, stop_after=second))
            recover(inner)
            report = verify_archive(inner)
            assert report.verdict == "verified", (stop_after, second, report.failures)
            assert report.counts.versions in {before, before + 1}


def test_every_inventory_is_judged(of_length: Callable[[int], MemoryStore]) -> None:
    """An inventory that is changed, missing, or there where none is kept is found, and named."""
    store = of_length(18)
    extra = f"{FOLDER}/v17/inventory.json"
    named = [path for path in store.files if path.startswith(FOLDER) and "inventory.json" in path]
    assert len(named) == 34
    for path in named:
        for data in (store.files[path] + b" ", None):
            files = {name: old for name, old in store.files.items() if name != path}
            report = verify_archive(MemoryStore(files if data is None else {**files, path: data}))
            assert report.verdict == "failed"
            assert [finding.subject for finding in report.failures] == [path]
    report = verify_archive(MemoryStore({**store.files, extra: store.files[ROOT]}))
    assert [(finding.check, finding.subject) for finding in report.failures] == [(1, extra)]


def test_a_changed_file_where_none_is_kept(of_length: Callable[[int], MemoryStore]) -> None:
    """A changed file of a version without an inventory is blamed, and no other file is, with its version alone too."""
    store = of_length(18)
    path = f"{FOLDER}/v17/content/original.txt"
    changed = MemoryStore({**store.files, path: store.files[path] + b"x"})
    for reference in (None, "harbour/v17"):
        report = verify_archive(changed, only=parse_reference(reference) if reference else None)
        assert {finding.subject for finding in report.failures} == {path}


def test_adding_to_a_changed_root_inventory(of_length: Callable[[int], MemoryStore], keys: Keys) -> None:
    """Nothing is added to a release whose root inventory is another, where no copy of it lies in a directory."""
    files = of_length(17).files
    store = MemoryStore({**files, ROOT: files[ROOT].replace(b"sha512", b"sha256")})
    with pytest.raises(IntegrityError, match="not the inventory"):
        _add(store, keys, 18)


def test_mending(of_length: Callable[[int], MemoryStore]) -> None:
    """Every inventory that is lost is made again, without a copy."""
    good = of_length(18)
    store = MemoryStore({path: data for path, data in good.files.items() if "inventory.json" not in path})
    assert restore(store, None).wanting == ()
    assert store.files == good.files
