from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from muniment.errors import LockedError, NotFoundError, StoreError
from muniment.store import LocalStore, Node

if TYPE_CHECKING:
    from collections.abc import Callable

needs_fifo = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
needs_bytes_names = pytest.mark.skipif(sys.platform != "linux", reason="this system has no undecodable names")


def fail(number: int) -> Callable[..., None]:
    """A system call that fails with an error number."""

    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def everything(root: Path) -> list[str]:
    """Every path below a folder."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_nothing_but_the_file_is_left(local: LocalStore) -> None:
    """A write leaves the file, its folders and nothing else."""
    local.create("a/b/x", b"1")
    local.replace("a/b/x", b"2", b"1")
    assert everything(local.root) == ["a", "a/b", "a/b/x"]


def test_permissions_are_those_of_the_umask(local: LocalStore) -> None:
    """Others may read what is written, as far as the umask lets them."""
    before = os.umask(0o022)
    try:
        local.create("a/x", b"")
    finally:
        os.umask(before)
    assert (local.root / "a/x").stat().st_mode & 0o777 == 0o644
    assert (local.root / "a").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("call", ["replace", "mkdir"])
def test_an_interrupted_create_leaves_nothing(
    local: LocalStore, monkeypatch: pytest.MonkeyPatch, call: str, stop: type[BaseException]
) -> None:
    """Stopped before the rename, a new file and its folders are as if never begun."""
    local.create("a/x", b"1")
    real = getattr(os, call)

    def stopped(place: str, *args: object) -> None:
        if call == "replace" or Path(place).name == "c":
            raise stop
        real(place, *args)

    monkeypatch.setattr(os, call, stopped)
    with pytest.raises((StoreError, KeyboardInterrupt)):
        local.create("a/b/c/y", b"2")
    assert everything(local.root) == ["a", "a/x"]


def test_an_interrupted_replace_leaves_the_old_file(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before the rename, a file that was to be replaced is untouched."""
    local.create("checkpoint", b"1")
    monkeypatch.setattr(os, "replace", fail(errno.EIO))
    with pytest.raises(StoreError, match=r"^checkpoint: input/output error"):
        local.replace("checkpoint", b"2", b"1")
    assert local.read("checkpoint") == b"1"
    assert everything(local.root) == ["checkpoint"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a process that can be killed at once")
@pytest.mark.parametrize("call", ["os.fsync", "os.fdopen", "os.replace"])
def test_a_killed_writer_leaves_only_temporary_files(local: LocalStore, call: str) -> None:
    """Killed at any point before the rename, a writer leaves no visible file, and cleaning removes the rest."""
    local.create("a/x", b"1")
    script = f"""
import os, pathlib, signal, sys
from muniment.store import LocalStore
store = LocalStore(pathlib.Path(sys.argv[1]))
{call} = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
store._current = lambda path: None
store.create("a/y", b"2")
"""
    done = subprocess.run([sys.executable, "-c", script, str(local.root)], check=False, capture_output=True)
    assert done.returncode == -9
    assert [path for path in everything(local.root) if not path.startswith(".tmp")] == ["a", "a/x"]
    local.clean_temporary()
    local.create("a/y", b"2")
    assert everything(local.root) == ["a", "a/x", "a/y"]


def test_cleaning_removes_leftovers(local: LocalStore) -> None:
    """Files that a write left in the temporary folder go, and the folder with them; what is not of a write stays."""
    (local.root / ".tmp").mkdir(parents=True)
    for name in ("0123456789abcdef", "f" * 16):
        (local.root / ".tmp" / name).write_bytes(b"half")
    local.clean_temporary()
    assert everything(local.root) == []
    (local.root / ".tmp" / "0000000000000000").mkdir(parents=True)
    for name in ("1", "a\tb", "0=x", "0123456789abcdef.txt", "0123456789ABCDEF", "1" * 16):
        (local.root / ".tmp" / name).write_bytes(b"mine")
    local.clean_temporary()
    left = {".tmp/0000000000000000", *(f".tmp/{n}" for n in ("1", "a\tb", "0=x", "0123456789abcdef.txt"))}
    assert set(everything(local.root)) == {".tmp", ".tmp/0123456789ABCDEF", *left}


def test_links_among_leftovers_are_not_followed(local: LocalStore, tmp_path: Path) -> None:
    """A link where the temporary folder should be is refused, and what it leads to stays."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "x").write_bytes(b"1")
    local.root.mkdir()
    (local.root / ".tmp").symlink_to(tmp_path / "precious")
    with pytest.raises(StoreError, match=r"\.tmp: not a folder"):
        local.clean_temporary()
    with pytest.raises(StoreError, match=r"\.tmp: not a folder"):
        local.create("y", b"")
    assert everything(tmp_path / "precious") == ["x"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "x: no space is left (free some space, then try again)"),
        (errno.EDQUOT, "x: no space is left (free some space, then try again)"),
        (errno.EROFS, "x: the file system is read-only (copy the archive to a place that can be written to)"),
        (errno.EACCES, "x: permission denied (check who owns the folder and who may write to it)"),
        (errno.EPERM, "x: permission denied (check who owns the folder and who may write to it)"),
        (errno.EIO, "x: input/output error"),
    ],
)
def test_failures_are_said_in_plain_words(
    local: LocalStore, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """A full, read-only or forbidden disk is one error of ours that says what to do; nothing is left."""
    local.create("a", b"")
    for call in ("open", "fsync"):
        store = LocalStore(local.root, sync=True)
        with monkeypatch.context() as patch:
            patch.setattr(store, "_current", lambda _: None)
            patch.setattr(os, call, fail(number))
            with pytest.raises(StoreError) as caught:
                store.create("x", b"1")
        assert str(caught.value) == words
        assert everything(local.root) == ["a"]


def test_a_name_too_long_is_our_error(local: LocalStore) -> None:
    """A name that the system cannot hold is refused in plain words."""
    local.root.mkdir()
    with pytest.raises(StoreError, match="the path is too long for this system"):
        local.create("x" * 300, b"")
    with pytest.raises(StoreError, match="the path is too long for this system"):
        local.create("x" * 300 + "/y", b"")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_read_only_folder_is_our_error(local: LocalStore) -> None:
    """A folder without write permission can be read, and refuses to be locked or written."""
    local.create("a", b"1")
    local.root.chmod(0o555)
    try:
        assert local.read("a") == b"1"
        with pytest.raises(StoreError, match="permission denied"):
            local.create("b", b"")
        with pytest.raises(StoreError, match="permission denied"), local.lock():
            pass
    finally:
        local.root.chmod(0o755)


def test_a_lock_that_cannot_be_made_is_our_error(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the lock file cannot be opened, the error is ours."""
    local.root.mkdir()
    monkeypatch.setattr(os, "open", fail(errno.EROFS))
    with pytest.raises(StoreError, match="the file system is read-only"), local.lock():
        pass


def test_flushing_reaches_file_and_folders(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """With sync, the file is flushed before the rename, then each folder that got a new name."""
    events: list[str] = []
    real_replace = os.replace
    descriptors = {}
    real_open = os.open

    def opened(path: str, *args: int) -> int:
        descriptor = real_open(path, *args)
        descriptors[descriptor] = Path(path).name
        return descriptor

    def renamed(self: str, target: str) -> None:
        events.append("rename")
        real_replace(self, target)

    local.create("a/x", b"")
    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", lambda descriptor: events.append(descriptors[descriptor]))
    monkeypatch.setattr(os, "replace", renamed)
    store = LocalStore(local.root)
    store.create("a/b/c/y", b"1")
    temporary, *rest = events
    assert len(temporary) == 16
    assert rest == ["a", "b", "rename", "c"]
    events.clear()
    store.create("a/b/c/y", b"1")
    assert events == ["c"]
    events.clear()
    store.remove("a/b/c/y")
    assert events == ["a"]


def test_without_sync_nothing_is_flushed(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store told not to flush never does."""
    monkeypatch.setattr(os, "fsync", fail(errno.EIO))
    local.create("a/x", b"1")
    local.create("a/x", b"1")
    local.replace("a/x", b"2", b"1")
    local.remove("a/x")


@pytest.mark.parametrize(("number", "refused"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_folders_that_cannot_be_flushed(
    local: LocalStore, monkeypatch: pytest.MonkeyPatch, number: int, *, refused: bool
) -> None:
    """A file system without flushing of folders is put up with; a failing one is not."""
    local.create("a/x", b"1")
    monkeypatch.setattr(os, "fsync", fail(number))
    store = LocalStore(local.root)
    if refused:
        with pytest.raises(StoreError, match="input/output error"):
            store.create("a/x", b"1")
    else:
        store.create("a/x", b"1")


def test_windows_has_no_flushing_of_folders(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows folders are not flushed, for they cannot be opened."""
    store = LocalStore(local.root)
    store.create("a", b"")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail(errno.EIO))
        patch.setattr("muniment.store.flushing._FLUSHES_FOLDERS", False)
        store.create("a", b"")


def test_links_are_listed_as_links(local: LocalStore, tmp_path: Path) -> None:
    """Symbolic links are told apart from files; a file with a second name is one, and says so."""
    local.create("a/x", b"123")
    (tmp_path / "outside").write_bytes(b"secret")
    (local.root / "soft").symlink_to(tmp_path / "outside")
    (local.root / "folder").symlink_to("a")
    (local.root / "broken").symlink_to("nowhere")
    (local.root / "hard").hardlink_to(tmp_path / "outside")
    assert local.list() == (
        Node("a", "directory", 0),
        Node("broken", "link", 0),
        Node("folder", "link", 0),
        Node("hard", "file", 6, shared=True),
        Node("soft", "link", 0),
    )


def test_links_are_never_followed(local: LocalStore, tmp_path: Path) -> None:
    """Nothing is read, listed or written through a symbolic link, in the last place or on the way."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x").write_bytes(b"secret")
    local.root.mkdir()
    (local.root / "file").symlink_to(tmp_path / "outside" / "x")
    (local.root / "folder").symlink_to(tmp_path / "outside")
    for act in (
        lambda: local.read("file"),
        lambda: local.create("file", b"secret"),
        lambda: local.replace("file", b"", b"secret"),
        lambda: local.read("folder"),
        lambda: local.read("folder/x"),
        lambda: local.list("folder"),
        lambda: local.create("folder/y", b""),
        lambda: local.remove("folder/x"),
    ):
        with pytest.raises(StoreError, match=r"not a regular file|not a folder"):
            act()
    assert everything(tmp_path / "outside") == ["x"]


def test_removing_a_link_leaves_its_target(local: LocalStore, tmp_path: Path) -> None:
    """Removing a symbolic link, even to a folder, removes the link only."""
    (tmp_path / "outside").mkdir()
    local.root.mkdir()
    (local.root / "link").symlink_to(tmp_path / "outside")
    local.remove("link")
    assert local.list() == ()
    assert (tmp_path / "outside").is_dir()


def test_the_root_may_be_a_link(local: LocalStore, tmp_path: Path) -> None:
    """The user's own link to the archive is followed."""
    local.create("a/x", b"1")
    (tmp_path / "shortcut").symlink_to(local.root)
    assert LocalStore(tmp_path / "shortcut").read("a/x") == b"1"
    assert LocalStore(tmp_path / "shortcut").list() == (Node("a", "directory", 0),)


@needs_fifo
def test_a_fifo_does_not_block(local: LocalStore) -> None:
    """A FIFO in the archive is listed as such and refused at once, not waited for."""
    local.root.mkdir()
    os.mkfifo(local.root / "pipe")
    assert local.list() == (Node("pipe", "other", 0),)
    result: list[str] = []

    def read() -> None:
        try:
            local.read("pipe")
        except StoreError as error:
            result.append(str(error))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(timeout=10)
    assert result == ["pipe: not a regular file"]


@needs_bytes_names
def test_undecodable_names_are_shown_escaped(local: LocalStore) -> None:
    """A name that is not UTF-8, or that no path could hold, is listed in printable form and as no file."""
    local.create("ok", b"")
    for name in (b"\xff\xfe", b"caf\xe9", b"back\\slash", b"co:lon"):
        (local.root / os.fsdecode(name)).write_bytes(b"1")
    other = ", which another system would not take for part of a name"
    assert local.list() == (
        Node("\\xff\\xfe", "other", 0, odd="a file whose name has a byte that is not UTF-8"),
        Node("back\\slash", "other", 0, odd=f"a file whose name has a backslash{other}"),
        Node("caf\\xe9", "other", 0, odd="a file whose name has a byte that is not UTF-8"),
        Node("co:lon", "other", 0, odd=f"a file whose name has a colon{other}"),
        Node("ok", "file", 0),
    )
    assert all(node.name.encode() for node in local.list())


def test_a_file_that_vanishes_is_not_listed(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a writer takes away while a reader lists is left out of the listing."""
    local.create("a", b"")
    local.create("b", b"")
    real = os.scandir

    class Vanishing:
        def __init__(self, path: str) -> None:
            self.entries = real(path)

        def __enter__(self) -> list[os.DirEntry[str]]:
            entries = sorted(self.entries, key=lambda entry: entry.name)
            Path(entries[0].path).unlink()
            return entries

        def __exit__(self, *_: object) -> None:
            self.entries.close()

    monkeypatch.setattr(os, "scandir", Vanishing)
    assert local.list() == (Node("b", "file", 0),)


def test_a_file_that_grows_while_read_is_refused(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that do not match the size seen first are not handed out."""
    local.create("x", b"123")
    real = os.read

    def growing(descriptor: int, size: int) -> bytes:
        with (local.root / "x").open("ab") as file:
            file.write(b"4")
        return real(descriptor, size)

    monkeypatch.setattr(os, "read", growing)
    with pytest.raises(StoreError, match="changed while it was read"):
        local.read("x")


def test_a_file_that_comes_in_parts_is_read_whole(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that gives a byte at a time gives the whole file in the end."""
    local.create("x", b"12345")
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, _: real(descriptor, 1))

    assert local.read("x") == b"12345"


def test_a_folder_that_was_seen_may_become_a_file(local: LocalStore) -> None:
    """What was a folder at the last look, and was removed, is looked at again."""
    local.create("a/b", b"")
    assert local.read("a/b") == b""
    local.remove("a/b")
    local.create("a", b"now a file")

    with pytest.raises(StoreError, match="a: not a folder"):
        local.read("a/b")


def test_the_lock_keeps_other_processes_out(local: LocalStore) -> None:
    """A second process is refused at once while the first writes, and the lock file stays, empty."""
    script = """
import pathlib, sys
from muniment.errors import LockedError
from muniment.store import LocalStore
try:
    with LocalStore(pathlib.Path(sys.argv[1]), lock_timeout=0).lock():
        print("in")
except LockedError as error:
    print(error)
"""

    def other() -> str:
        command = [sys.executable, "-c", script, str(local.root)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    with local.lock():
        assert other() == f"{local.root}: another writer is at work (wait until it has ended, then try again)"
    assert other() == "in"
    assert [(node.name, node.size) for node in local.list()] == [(".lock", 0)]


def test_waiting_for_the_lock(local: LocalStore) -> None:
    """With a timeout a writer waits for the other to end."""
    held = threading.Event()

    def writer() -> None:
        with local.lock():
            held.set()
            local.create("x", b"1")

    with local.lock():
        patient = LocalStore(local.root, sync=False, lock_timeout=0.05)
        with pytest.raises(LockedError), patient.lock():
            pass
    thread = threading.Thread(target=writer)
    thread.start()
    held.wait(timeout=10)
    with LocalStore(local.root, lock_timeout=10).lock():
        thread.join(timeout=10)
        assert local.read("x") == b"1"


def test_a_link_in_place_of_the_lock_is_refused(local: LocalStore, tmp_path: Path) -> None:
    """An archive cannot have its lock made elsewhere."""
    local.root.mkdir()
    (local.root / ".lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError), local.lock():
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_root_is_made_by_the_first_write(tmp_path: Path) -> None:
    """Reading a folder that is not there finds nothing; writing makes it."""
    store = LocalStore(tmp_path / "deep" / "root")
    assert store.list() == ()
    with pytest.raises(NotFoundError):
        store.read("x")
    store.remove("x")
    store.clean_temporary()
    assert not (tmp_path / "deep").exists()
    with store.lock():
        store.create("x", b"1")
    assert everything(tmp_path) == ["deep", "deep/root", "deep/root/.lock", "deep/root/x"]


def test_relative_roots_survive_a_change_of_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store stays where it was opened."""
    monkeypatch.chdir(tmp_path)
    store = LocalStore(Path("here"), sync=False)
    store.create("x", b"1")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert store.read("x") == b"1"


def test_together_leaves_no_half_file(local: LocalStore) -> None:
    """What is written together lies aside until the end; an error takes it away, and leaves nothing."""

    def stop() -> None:
        with local.together():
            local.create("a/b", b"1")
            assert not (local.root / "a").exists()
            assert len(list((local.root / ".tmp").iterdir())) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stop()
    assert list(local.root.iterdir()) == []


def test_together_is_flushed_before_it_is_named(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full when it is flushed leaves no file under its name."""
    store = LocalStore(local.root)
    monkeypatch.setattr(os, "fsync", fail(errno.ENOSPC))

    def write() -> None:
        with store.together():
            store.create("a/b", b"1")
            store.create("c", b"2")

    with pytest.raises(StoreError, match="no space is left"):
        write()
    assert list(local.root.iterdir()) == []


def test_together_flushes_each_file_once(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is flushed, and every folder that has a new name."""
    store, real = LocalStore(local.root), os.fsync
    flushed: list[None] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: flushed.append(real(descriptor)))
    with store.together():
        for number in range(5):
            store.create(f"a/b{number}", b"1")
    assert len(flushed) == 5 + 2  # the files; then a, and the top, where a is new
