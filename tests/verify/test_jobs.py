"""Verdicts and findings are the same, byte for byte, for any number of processes."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.attacks.hands import lay
from tests.verify.forge import pieces, rebuilt, with_objects

from muniment.errors import MunimentError
from muniment.store import LocalStore, MemoryStore, Store
from muniment.verify.archive import verify_archive
from muniment.verify.public_json import report_as_json
from muniment.write.create import InitialKeys

Files = dict[str, bytes]


def said(store: Store, jobs: int) -> str:
    """All that a verification says, or the error that ends it."""
    try:
        return json.dumps(report_as_json(verify_archive(store, jobs=jobs)), indent=1)
    except MunimentError as error:
        return repr((type(error), str(error)))


def tampered(files: Files) -> Iterator[tuple[str, Files]]:
    """Every file deleted, emptied, changed in its middle and longer, and another beside it; and whole folders gone."""
    for path, data in files.items():
        middle = len(data) // 2
        yield f"{path} deleted", {name: data for name, data in files.items() if name != path}
        yield f"{path} emptied", {**files, path: b""}
        yield f"{path} changed", {**files, path: data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]}
        yield f"{path} longer", {**files, path: data + b"x"}
        yield f"beside {path}", {**files, f"{path}.stray": b"x"}
    for folder in {path.rpartition("/")[0] for path in files}:
        yield f"{folder} gone", {path: data for path, data in files.items() if not path.startswith(f"{folder}/")}


@contextmanager
def _elsewhere(work: Callable[[object], object], tasks: Sequence[object], jobs: int) -> Iterator[Iterator[object]]:
    """Do what ``parallel.share`` does without starting a process: work, tasks and results cross by their bytes."""
    assert jobs > 1
    sent = [pickle.dumps((work, task)) for task in tasks]
    # Each on its own, the last first: no task may lean on another.
    results = []
    for data in reversed(sent):
        there, task = pickle.loads(data)  # noqa: S301 - made above
        results.append(pickle.dumps(there(task)))
    yield (pickle.loads(data) for data in reversed(results))  # noqa: S301 - made above


def test_every_tampered_archive(small_archive: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done to whichever file: work that crosses to another process says what it says in this one."""
    monkeypatch.setattr("muniment.verify.archive.WORTH_SHARING", 1)
    monkeypatch.setattr("muniment.parallel.share", _elsewhere)
    seen = set()
    for what, files in tampered(small_archive.files):
        alone = said(MemoryStore(files), 1)
        assert said(MemoryStore(files), 2) == alone, what
        seen.add(alone)
    assert len(seen) > 100


def test_one_two_and_four_processes(
    small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One, two and four processes say the same of sound archives, of damaged ones and of forged ones, on a disk too."""
    monkeypatch.setattr("muniment.verify.archive.WORTH_SHARING", 1)
    files = small_archive.files
    v1, v2, tide = pieces(small_archive)
    harbour = {path: data for path, data in files.items() if "harbour" not in path}
    record = "releases/tide/v1/content/record.json"
    cases = [
        files,
        harbour,
        {**files, record: files[record] + b" "},
        {**files, "log/checkpoints/2": files["log/checkpoints/3"], "releases/tide/stray": b""},
        {**files, "log/tile/0/000.p/4": bytes(4 * 32)},
        {path: data for path, data in files.items() if "tile/entries" not in path},
        with_objects(small_archive, [v1, v2, tide]).files,
        rebuilt(small_archive, [v1, v2], founders.log).files,
    ]
    for number, case in enumerate(cases):
        folder = LocalStore(lay(case, tmp_path / str(number)))
        alone = said(folder, 1)
        assert [said(folder, jobs) for jobs in (2, 4)] == [alone, alone], number
        assert said(MemoryStore(case), 2) == alone, number


def test_empty_and_closed_folders(small_archive: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a release lists of its own folder is what the whole archive would list: empty folders, links, files."""
    monkeypatch.setattr("muniment.verify.archive.WORTH_SHARING", 1)
    folder = lay(small_archive.files, tmp_path / "archive")
    (folder / "releases/tide/v1/empty").mkdir()
    (folder / "releases/empty").mkdir()
    (folder / "releases/harbour/link").symlink_to("v1")
    report = verify_archive(LocalStore(folder))
    found = {finding.subject for finding in report.failures if finding.check == 1}
    assert found == {"releases/tide/v1/empty", "releases/empty", "releases/harbour/link"}
    alone = said(LocalStore(folder), 1)
    assert said(LocalStore(folder), 2) == alone
    (folder / "releases/tide").rename(tmp_path / "tide")
    (folder / "releases/tide").mkdir()
    hollow = verify_archive(LocalStore(folder))
    assert "releases/tide" in {finding.subject for finding in hollow.failures if finding.check == 1}
    (folder / "releases/tide").rmdir()
    (folder / "releases/tide").symlink_to(tmp_path / "tide")
    linked = verify_archive(LocalStore(folder))
    assert [finding.subject for finding in linked.failures if finding.check == 1 and "link stands" in finding.what] == [
        "releases/harbour/link",
        "releases/tide",
    ]
