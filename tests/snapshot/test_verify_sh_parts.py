"""``verify.sh`` beside ``archive verify``, on snapshots from which a part was taken, or in which one was changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.export.test_stamped import LATER, export, forge, founders
from tests.snapshot.test_verify_sh import STAMPED_SCRIPT, TOOLS, folder_of, numbers, run
from tests.snapshot.test_verify_sh_tools import replace_tool
from tests.timestamp.authority import Authority, make_authority
from tests.timestamp.stamping import CLOCK, NONCE, pin, stamp
from tests.verify.test_snapshot import check, flipped, rebag, unpack

from muniment.archive.paths import checkpoint_path
from muniment.snapshot.contents import DERIVED
from muniment.snapshot.shell import script
from muniment.snapshot.zip import parse_zip
from muniment.timestamp.request import make_request

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

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


def judge(bag: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Run the script that the reader has: it is the same in every snapshot, and that in the bag may be another."""
    command = [shutil.which("sh") or "sh", "-c", STAMPED_SCRIPT.decode(), "verify.sh"]
    environment = {"PATH": path}
    return subprocess.run(command, cwd=bag / "data", env=environment, capture_output=True, text=True, check=False)


WAYS = [removed, removed_with_the_next, emptied, changed, doubled, swapped]


def captured(world: World) -> bytes:
    """A snapshot with an exchange beside the original."""
    world.capture("A notice\n\nThe harbour is closed.\n")
    return world.snapshot("v2").data


@pytest.mark.parametrize(
    ("way", "made"), [*((way, twice_stamped) for way in WAYS), (removed, captured), (changed, captured)]
)
def test_snapshot_judged_by_the_script(
    world: World,
    tmp_path: Path,
    way: Callable[[Files], Iterator[tuple[str, Files]]],
    made: Callable[[World], bytes],
) -> None:
    """For every part that is changed, with all lists repaired, the script agrees, or says that it does not check it."""
    path = folder_of(tmp_path, *TOOLS)
    folder, files = unpack(made(world))
    tried = 0
    for name, other in way(files):
        data = rebag(folder, other)
        bag = write(data, tmp_path / "bags" / f"{tried}")
        verdict, done = check(data).verdict, judge(bag, path)
        assert done.stderr == "", name
        if verdict == "failed" and only_made_from_others(files, other):
            assert "made from the others" in " ".join(done.stdout.split())
            assert done.returncode == 0, (name, done.stdout)
        else:
            assert done.returncode == EXIT[verdict], (name, done.stdout)
        tried += 1
    assert tried >= (30 if made is twice_stamped else 24)


STAMPED = {
    "good": (CLOCK, 0),
    "a fraction of a second": (CLOCK.but(fraction=".25"), 0),
    "an accuracy": (CLOCK.but(accuracy=30), 0),
    "both": (CLOCK.but(accuracy=30, fraction=".999"), 0),
    "before an expired certificate": (
        CLOCK.but(generated=datetime(2021, 2, 28, 23, 59, 59, tzinfo=UTC), accuracy=1),
        0,
    ),
    "a leap day": (CLOCK.but(generated=datetime(2024, 2, 29, 12, 0, tzinfo=UTC)), 0),
    "far ahead": (CLOCK.but(generated=datetime(2039, 12, 31, 23, 59, 59, tzinfo=UTC), fraction=".5"), 0),
    "another root of the same name": (make_authority("Clock", 60), 1),
    "another nonce": (CLOCK.but(nonce=5), 1),
    "without a nonce": (CLOCK.but(nonce=0), 1),
    "another imprint": (CLOCK.but(imprint=bytes(32)), 1),
    "granted with modifications": (CLOCK.but(status=1), 1),
    "refused": (CLOCK.but(status=2), 1),
    "before its certificate": (CLOCK.but(generated=datetime(2019, 12, 31, tzinfo=UTC)), 1),
    "after its certificate": (CLOCK.but(generated=datetime(2040, 1, 2, tzinfo=UTC)), 1),
    "words that look like a time": (CLOCK.but(said="ok\nTime stamp: Jan  1 00:00:00 2000 GMT"), 0),
    "a certificate that is not for stamps alone": (make_authority("Clock", 20, critical=False), 1),
    "no name of its certificate": (CLOCK.but(named=b""), 1),
}


@pytest.mark.parametrize(("authority", "code"), STAMPED.values(), ids=STAMPED.keys())
def test_time_in_the_script(world: World, tmp_path: Path, authority: Authority, code: int) -> None:
    """Each stamp gives the time, and the verdict, that ``archive verify`` gives."""
    pin(world.store, founders(world))
    note = world.store.read(checkpoint_path(3))
    request = make_request(note, NONCE)
    carried = {
        "timestamps/3.1.tsq": request,
        "timestamps/3.1.tsr": authority.reply(request),
        "trust/authorities/clock.pem": CLOCK.pinned,
    }
    data = forge(world, carried)
    report = check(data)
    done = judge(write(data, tmp_path / "bag"), folder_of(tmp_path, *TOOLS))
    assert (done.returncode, done.stderr) == (code, ""), done.stdout
    assert EXIT[report.verdict] == code
    assert re.findall(r"^proven   not later than (\S+) \((\S+)\)$", done.stdout, re.MULTILINE) == [
        (each.time, each.who) for each in report.proven
    ]
    assert (12 in numbers(done.stdout)) == (code == 0)


def test_stamps_without_openssl_that_stamps(world: World, tmp_path: Path) -> None:
    """Where openssl knows no time stamps, or is not there, nothing is proven by them, and the rest still verifies."""
    data = twice_stamped(world)
    bag, path = write(data, tmp_path / "bag"), folder_of(tmp_path, *TOOLS)
    real = shutil.which("openssl")
    replace_tool(path, "openssl", f'case $1 in ts) exit 1 ;; esac\nexec {real} "$@"')
    done = judge(bag, path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "NOT CHECKED 12 time: data/timestamps" in done.stdout
    assert "proven" not in done.stdout.split("\n 1  layout")[0].replace("nothing is proven", "")
    (Path(path) / "openssl").unlink()
    done = judge(bag, path)
    assert (done.returncode, done.stderr) == (3, "")
    assert set(numbers(done.stdout)) == {1, 2, 6, 7, 8, 9, 11}


def test_script_of_a_snapshot_without_stamps(world: World, tmp_path: Path) -> None:
    """The script of a snapshot without stamps says of stamps that it does not check them; it never passes them."""
    folder, files = unpack(twice_stamped(world))
    bag = write(rebag(folder, {**files, "data/verify.sh": script(stamped=False)}), tmp_path / "bag")
    done = run(bag, folder_of(tmp_path, *TOOLS))
    assert (done.returncode, done.stderr) == (3, "")
    assert "NOT CHECKED 12 time: data/timestamps" in done.stdout


def test_newest_root_taken_out(world: World, tmp_path: Path) -> None:
    """A snapshot without the trust root that its checkpoint names fails check 11, by the script too."""
    folder, files = unpack(twice_stamped(world))
    left = {name: data for name, data in files.items() if not name.startswith("data/trust/root/2")}
    done = judge(write(rebag(folder, left), tmp_path / "bag"), folder_of(tmp_path, *TOOLS))
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAILED 11 trust: data/trust/root\n" in done.stdout


def test_horizon_in_the_script(world: World, tmp_path: Path) -> None:
    """What cannot be known is printed, in the words of ``archive verify``, for whatever verifies."""
    path = folder_of(tmp_path, *TOOLS)
    plain = world.snapshot().data
    for number, data in enumerate([plain, world.snapshot(size=2).data, twice_stamped(world)]):
        done, report = judge(write(data, tmp_path / f"{number}"), path), check(data)
        assert str(report.horizon) in " ".join(done.stdout.split())
