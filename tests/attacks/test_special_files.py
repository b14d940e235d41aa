"""Links, FIFOs, sockets and devices in the place of every file and folder: found, never followed, never waited for."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.attacks.hands import READING, judge, lay, read, run, tree

from muniment.cli.keyring import ROLES
from muniment.errors import StoreError
from muniment.memory import memory_name
from muniment.ssh.keys import format_private_key
from muniment.store import LocalStore, MemoryStore
from muniment.write.create import InitialKeys

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has none of these kinds of file")

SECRET = b"not for others\n"
Put = Callable[[Path, Path], None]


def _socket(place: Path, _: Path) -> None:
    # The path of a socket has some 100 bytes at most, and that of a test may be longer.
    here = Path.cwd()
    os.chdir(place.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(here)


KINDS: dict[str, Put] = {
    "symbolic link": lambda place, outside: place.symlink_to(outside),
    "symbolic link to nothing": lambda place, _: place.symlink_to("/nowhere/at/all"),
    "symbolic link to itself": lambda place, _: place.symlink_to(place.name),
    "symbolic link to a folder": lambda place, outside: place.symlink_to(outside.parent),
    "hard link": lambda place, outside: os.link(outside, place),
    "FIFO": lambda place, _: os.mkfifo(place),
    "socket": _socket,
    "folder": lambda place, _: place.mkdir(),
}
if hasattr(os, "geteuid") and os.geteuid() == 0:
    KINDS["device"] = lambda place, _: os.mknod(place, 0o666 | stat.S_IFCHR, os.makedev(1, 5))


def take_away(place: Path) -> None:
    """Remove whatever is there."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


@pytest.mark.parametrize("kind", KINDS)
def test_in_place_of_every_file(small_archive: MemoryStore, folder: Path, tmp_path: Path, kind: str) -> None:
    """``verify`` fails and names the very file, or says that it is hard-linked; no command waits, or follows it out."""
    outside = tmp_path / "outside" / "copy"
    outside.parent.mkdir()
    for number, (path, data) in enumerate(small_archive.files.items()):
        outside.write_bytes(data)  # the true bytes, so that only the kind of file is wrong
        place = folder / path
        place.unlink()
        try:
            KINDS[kind](place, outside)
        except PermissionError:
            pytest.skip(f"a {kind} cannot be made here")
        result = read(folder, "verify")
        if kind == "hard link":  # the true bytes, under another name too
            assert (result.exit_code, f"{path}: this file is hard-linked" in " ".join(result.stdout.split())) == (
                0,
                True,
            ), path
        elif path != "0=muniment_archive_1":
            assert result.exit_code in {1, 3}, path
            top = path.split("/")[0] if kind == "folder" else path
            assert top in result.output or "not an archive" in result.stderr or "trust" in result.output, (
                path,
                result.output,
            )
        else:
            assert result.exit_code == 3 or f"FAILED 1 layout: {path}" in result.stdout
        for command in READING[number % 4 :: 4]:
            assert SECRET.decode() not in read(folder, *command).output
        take_away(place)
        place.write_bytes(data)
    assert read(folder, "verify").exit_code == 0


@pytest.mark.parametrize("where", ["inside", "outside"])
def test_folders_that_are_links(folder: Path, tmp_path: Path, where: str) -> None:
    """Any folder of an archive that is a link to the very same files fails check 1; below the top none is followed."""
    for place in sorted(path for path in folder.rglob("*") if path.is_dir()):
        moved = tmp_path / "moved" if where == "outside" else folder / "moved"
        place.rename(moved)
        place.symlink_to(moved)
        result = read(folder, "verify")
        assert result.exit_code in {1, 3}, place
        for command in READING[::6]:
            read(folder, *command)
        place.unlink()
        moved.rename(place)
    assert read(folder, "verify").exit_code == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name", ["more", "releases/more", "releases/harbour/v1/content/more", "log/more", "trust/root/more"]
)
def test_one_more(folder: Path, tmp_path: Path, kind: str, name: str) -> None:
    """One more of any kind, anywhere, fails by its name: check 1, or 11 for a regular file among the trust roots."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "copy").write_bytes(SECRET)
    KINDS[kind](folder / name, tmp_path / "outside" / "copy")
    result = read(folder, "verify")
    assert result.exit_code == 1
    check = "11 trust" if kind == "hard link" and name.startswith("trust/root/") else "1 layout"
    assert f"FAILED {check}: {name}" in result.stdout


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [".lock", ".tmp", "unfinished.signed", "releases/new", "log/checkpoints/5"])
def test_writers_never_write_through(
    small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path, kind: str, name: str
) -> None:
    """What stands where a writer will lock, write aside or write is never written through: what it leads to stays."""
    victim = tmp_path / "outside" / "victim"
    victim.parent.mkdir()
    victim.write_bytes(SECRET)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for role in ROLES:
        key = getattr(founders, role)
        (keys / role).write_bytes(format_private_key(key, comment=role))
        (keys / role).chmod(0o600)
    folder = lay(small_archive.files, tmp_path / "archive")
    KINDS[kind](folder / name, victim)
    before = tree(victim.parent)
    for arguments in (
        ("add", "-", "--release", "new", "--name", "new.txt"),
        ("describe", "harbour", "--title", "x"),
        ("recover",),
    ):
        named = [*arguments, "--archive", str(folder), *(["--keys", str(keys)] if arguments[0] != "recover" else [])]
        judge(run(*named, stdin=b"New words\n\nAnd more.\n"), *named)
    assert tree(victim.parent) == before


def test_files_that_the_user_names(folder: Path, tmp_path: Path) -> None:
    """A FIFO, socket or folder named as a file to read is refused at once, whichever command reads it."""
    for kind in ("FIFO", "socket", "folder", "symbolic link to itself"):
        path = tmp_path / kind.replace(" ", "-")
        KINDS[kind](path, tmp_path)
        for arguments in (
            ("add", str(path), "--release", "x"),
            ("add", "-", "--release", "x", "--metadata", str(path)),
            ("add", "-", "--release", "x", "--key", str(path)),
            ("diff", str(path), "harbour"),
            ("verify", "--against", str(path)),
            ("verify", f"{path}"),
        ):
            result = judge(run(*arguments, "--archive", str(folder), stdin=b"Words\n"), *arguments)
            assert result.exit_code in {2, 3}, arguments


def test_memory_that_is_none(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory file that is a FIFO, a folder, a socket or a link to nothing is never taken for an empty memory."""
    for kind in ("FIFO", "folder", "socket", "symbolic link to nothing", "symbolic link to itself"):
        seen = tmp_path / kind.replace(" ", "-")
        seen.mkdir()
        monkeypatch.setenv("ARCHIVE_MEMORY", str(seen))
        KINDS[kind](seen / memory_name("press.example.org/archive"), tmp_path)
        assert read(folder, "verify").exit_code == 3, kind


def test_the_way_to_the_archive(folder: Path, tmp_path: Path) -> None:
    """The folder that is named may be a link, as the reader chose it; ``..`` in a path below it is refused."""
    (tmp_path / "link").symlink_to(folder)
    assert read(tmp_path / "link", "verify").exit_code == 0
    (tmp_path / "secret").write_bytes(SECRET)
    store = LocalStore(folder)
    for path in (
        "../secret",
        "a/../../secret",
        "/etc/passwd",
        "",
        ".",
        "..",
        "a//b",
        "./a",
        "C:/x",
        "a\\b",
        "a\0b",
        "\ud800",
    ):
        for act in (store.read, store.remove, lambda p: store.create(p, b"x")):
            with pytest.raises(StoreError, match="not a path inside the store"):
                act(path)
    assert (tmp_path / "secret").read_bytes() == SECRET
