"""``verify.sh`` beside ``archive verify``, on snapshots from which a part was taken, or in which one was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.export.test_check import check, flipped, rebag, unpack
from tests.export.test_stamped import LATER, export, founders
from tests.export.test_verify_sh import TOOLS, folder_of, numbers, run
from tests.timestamp.authority import make_authority
from tests.timestamp.stamping import CLOCK, pin, stamp

from muniment.export.contents import DERIVED
from muniment.export.stored_zip import parse_zip

if TYPE_CHECKING:
    from tests.export.conftest import World

EXIT = {"verified": 0, "failed": 1, "unchecked": 3}
Files = dict[str, bytes]


def write(data: bytes, folder: Path) -> Path:
    """Unpack a snapshot into a new folder; gives that of the bag."""
    for entry in parse_zip(data)[1]:
        path = folder / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.data)
    return next(folder.iterdir())


def twice_stamped(world: World) -> bytes:
    """A snapshot under two trust roots, with the stamps of two authorities."""
    pin(world.store, founders(world))
    stamp(world.store, founders(world))
    stamp(world.store, founders(world), "watch", LATER, size=3)
    return export(world).data


def removed(files: Files) -> Iterator[tuple[str, Files]]:
    """Every file of the payload taken out."""
    for path in files:
        if path.startswith("data/"):
            yield path, {other: data for other, data in files.items() if other != path}


def removed_with_the_next(files: Files) -> Iterator[tuple[str, Files]]:
    """Every two neighbours taken out."""
    payload = [path for path in files if path.startswith("data/")]
    for one, two in pairwise(payload):
        yield one, {path: data for path, data in files.items() if path not in {one, two}}


def emptied(files: Files) -> Iterator[tuple[str, Files]]:
    """Every file without a byte."""
    for path in files:
        if path.startswith("data/"):
            yield path, {**files, path: b""}


def changed(files: Files) -> Iterator[tuple[str, Files]]:
    """Every file with a bit in its midst flipped."""
    for path, data in files.items():
        if path.startswith("data/"):
            yield path, {**files, path: flipped(data, len(data) // 2)}


def doubled(files: Files) -> Iterator[tuple[str, Files]]:
    """Every file once more, under a name beside its own."""
    for path, data in files.items():
        if path.startswith("data/"):
            stem, dot, suffix = path.partition(".")
            yield path, {**files, f"{stem}2{dot}{suffix}": data}


def swapped(files: Files) -> Iterator[tuple[str, Files]]:
    """Every two neighbours with their bytes exchanged."""
    payload = [path for path in files if path.startswith("data/")]
    for one, two in pairwise(payload):
        yield one, {**files, one: files[two], two: files[one]}


def only_made_from_others(files: Files, other: Files) -> bool:
    """Say whether two bags differ in nothing but the bytes of files that are made from the others."""
    made = {f"data/{name}" for name in DERIVED}
    return files.keys() == other.keys() and all(
        files[path] == other[path] or path in made or not path.startswith("data/") for path in files
    )


@pytest.mark.parametrize("way", [removed, removed_with_the_next, emptied, changed, doubled, swapped])
def test_snapshot_judged_by_the_script(world: World, tmp_path: Path, way: Callable[[Files], object]) -> None:
    """For every part that is changed, with all lists repaired, the script agrees, or says that it does not check that."""
    path, script = folder_of(tmp_path, *TOOLS), (tmp_path / "verify.sh")
    folder, files = unpack(twice_stamped(world))
    script.write_bytes(files["data/verify.sh"])
    tried = 0
    for number, (name, other) in enumerate(way(files)):  # type: ignore[arg-type]
        data = rebag(folder, other)
        report, bag = check(data), write(data, tmp_path / f"{number}")
        # The script in hand is the reader's own, as it is the same in every snapshot; that in the bag may be gone.
        own = bag.parent / "own" / "verify.sh"
        if (bag / "data").is_dir():
            own = bag / "data" / "own" / "verify.sh"
        done = judge(bag, path, script)
        assert done.stderr == "", name
        if only_made_from_others(files, other) and report.verdict == "failed":
            assert done.returncode == 0, (name, done.stdout)
            assert "made from the others" in " ".join(done.stdout.split())
        else:
            assert done.returncode == EXIT[report.verdict], (name, own, done.stdout)
        tried += 1
    assert tried >= 30
