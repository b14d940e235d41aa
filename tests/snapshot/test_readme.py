from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from muniment.export.snapshot import Snapshot
from muniment.snapshot.container import read_folder
from muniment.store.local import LocalStore
from muniment.verify.snapshot import verify_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.snapshot.conftest import World

needs_tools = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("sh", "sha256sum", "ssh-keygen", "openssl", "sed", "grep")),
    reason="the stock tools of README.txt are not all installed",
)


def unzip(snapshot: Snapshot, folder: Path) -> Path:
    """Unpack a snapshot; gives the folder of its bag."""
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        archive.extractall(folder)
    (bag,) = folder.iterdir()
    return bag


def commands(bag: Path) -> str:
    """Every command of the README, as one script: the lines that are set in by five blanks."""
    lines = (bag / "data/README.txt").read_text(encoding="utf-8").split("\n")
    return "\n".join(["set -e", *(line for line in lines if line.startswith("     "))])


def run(bag: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands of the README in the bag."""
    return subprocess.run(["sh", "-c", commands(bag)], cwd=bag, capture_output=True, check=False, text=True)


@needs_tools
def test_stock_commands_verify_a_snapshot(snapshot: Snapshot, tmp_path: Path) -> None:
    """The commands printed in README.txt run as they stand, and each says what it should."""
    bag = unzip(snapshot, tmp_path)
    done = run(bag)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(": OK\n") == 27
    assert done.stdout.count('Good "record@muniment" signature for archive@archive.example.org') == 1
    assert done.stdout.count('Good "root@muniment" signature for archive@archive.example.org') == 1
    assert "Signature Verified Successfully" in done.stdout
    assert_same_root(done.stdout)


@needs_tools
def test_hostile_title(world_of: Callable[..., World], tmp_path: Path) -> None:
    """A title with what a shell or a terminal would act upon, or that hides words, runs nothing and shows as it is."""
    title = "$(touch owned) `touch owned` \u2028     touch owned\u200e\U000e0041 'x' \\"
    bag = unzip(world_of("Notice\n\n1. The harbour closes.\n", title=title, issuer=title).snapshot(), tmp_path)
    done = run(bag)
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(tmp_path.rglob("owned"))
    for path in ("README.txt", "cite/citation.txt", "reading-text.txt"):
        text = (bag / "data" / path).read_text(encoding="utf-8")
        assert "\u2028" not in text
        assert "\\u2028" in text


def test_names_no_file_that_may_have_another_name(snapshot: Snapshot, tmp_path: Path) -> None:
    """README.txt and the page give commands that hold whatever the zip is called: for the folder that they lie in."""
    bag = unzip(snapshot, tmp_path)
    for path in ("data/README.txt", "data/VERIFY.txt", "00-START-HERE.html"):
        text = (bag / path).read_text(encoding="utf-8")
        assert ".zip" not in text.replace("Unpack the zip", ""), path
    assert "archive verify . --against COPY" in (bag / "data/README.txt").read_text(encoding="utf-8")
    renamed = bag.rename(tmp_path / "as sent")
    assert verify_snapshot(read_folder(LocalStore(renamed)), subject=".").verdict == "verified"


def test_prose_fits(world: World) -> None:
    """No prose of the texts in a snapshot is wider than 80 columns: only commands are."""
    world.emend()
    with zipfile.ZipFile(io.BytesIO(world.snapshot("v2").data)) as packed:
        names = [name for name in packed.namelist() if name.endswith(("/README.txt", "/VERIFY.txt"))]
        texts = {name: packed.read(name).decode() for name in names}
    assert len(texts) == 2
    for text in texts.values():
        assert [line for line in text.split("\n") if len(line) > 80 and not line.startswith("     ")] == []


def assert_same_root(output: str) -> None:
    """The root that the commands computed is the one that the checkpoint states."""
    computed, stated = re.findall(r"^[A-Za-z0-9+/]{43}=$", output, re.MULTILINE)
    assert computed == stated


@needs_tools
@pytest.mark.parametrize("size", range(3, 10))
def test_stock_commands_verify_the_proof_at_any_size(world: World, size: int, tmp_path: Path) -> None:
    """The hashing steps of README.txt lead to the root, whatever the shape of the tree."""
    for number in range(2, 9):
        world.publish(f"Title {number}\n\n1. Words.\n", f"release-{number}")
    bag = unzip(world.snapshot(f"release-{size - 1}/v1", size=9), tmp_path)
    done = run(bag)
    assert (done.returncode, done.stderr) == (0, "")
    assert_same_root(done.stdout)


@needs_tools
@pytest.mark.parametrize(
    "path", ["data/record.json", "data/statement.json", "data/inclusion.tlog-proof", "data/trust/root/1.json"]
)
def test_stock_commands_find_a_change(snapshot: Snapshot, path: str, tmp_path: Path) -> None:
    """The commands fail when a file was changed."""
    bag = unzip(snapshot, tmp_path)
    (bag / path).write_bytes((bag / path).read_bytes().replace(b"a", b"b", 1))
    assert run(bag).returncode != 0


def test_text_says_what_it_is(snapshot: Snapshot) -> None:
    """The text names the version, its citation and how to check it; it promises no more than is proven."""
    text = zipfile.ZipFile(io.BytesIO(snapshot.data)).read(f"{snapshot.name[:-4]}/data/README.txt").decode()
    assert "a snapshot of declaration/v1 as kept by the archive\narchive.example.org/press." in text
    assert "in this folder:  archive verify .\n" in text
    assert "It is not proven that the statement is true" in text
    assert "The version before" not in text


def test_text_of_a_later_version_names_the_one_before(world: World) -> None:
    """A later version says that it does not show what changed, and names the record before by its hash."""
    world.emend()
    later = world.snapshot("v2")
    text = zipfile.ZipFile(io.BytesIO(later.data)).read(f"{later.name[:-4]}/data/README.txt").decode()
    digest = world.archive.versions["declaration"][0].statement.record
    assert f"The version before is not in here, so what changed since is not shown. Its\nrecord is\n{digest}.\n" in text
