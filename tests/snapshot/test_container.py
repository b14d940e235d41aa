"""A snapshot unpacked, and packed again: it verifies as what it is, and nothing can hide in the packing."""

from __future__ import annotations

import io
import os
import shutil
import stat
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.attacks import zips
from tests.snapshot.conftest import World

from muniment.errors import FormatError, StoreError
from muniment.export.snapshot import Snapshot
from muniment.snapshot.container import PACKED_AGAIN, Bag, read_folder, read_zip
from muniment.snapshot.packed_zip import is_packed_again
from muniment.snapshot.zip import MAX_ENTRIES, parse_zip
from muniment.store import LocalStore, MemoryStore
from muniment.verify.report import FAILED, UNCHECKED, VERIFIED, Report
from muniment.verify.snapshot import verify_snapshot

Files = dict[str, bytes]
Pack = Callable[[Files], bytes]


@pytest.fixture(scope="module")
def files() -> Files:
    """The files of a snapshot by whole name."""
    made = World()
    made.publish("Notice\n\n1. One.\n")
    return {entry.name: entry.data for entry in parse_zip(made.snapshot().data)[1]}


def pack(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, streamed: bool = False) -> bytes:
    """Pack files as Python does."""

    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    out = Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name, (2022, 5, 6, 7, 8, 10)), data, method)
    return out.getvalue()


def below(files: Files, top: str) -> Files:
    """The files in another top folder, or in none."""
    return {top + name.partition("/")[2]: data for name, data in files.items()}


def with_folders(files: Files) -> Files:
    """The files with an entry for each folder, and for empty ones."""
    folders = {f"{name.rpartition('/')[0]}/" for name in files}
    top = next(iter(files)).partition("/")[0]
    return {f"{top}/": b"", f"{top}/empty/": b"", **dict.fromkeys(sorted(folders), b""), **files}


PACKED: dict[str, Pack] = {
    "deflated": pack,
    "stored": lambda files: pack(files, zipfile.ZIP_STORED),
    "streamed": lambda files: pack(files, streamed=True),
    "stored and streamed": lambda files: pack(files, zipfile.ZIP_STORED, streamed=True),
    "in another order": lambda files: pack(dict(reversed(files.items()))),
    "with folders": lambda files: pack(with_folders(files)),
    "in another top folder": lambda files: pack(below(files, "notice/")),
    "without a top folder": lambda files: pack(below(files, "")),
    "without a top folder, with folders": lambda files: pack({"data/": b"", **below(files, "")}),
    "by a Mac": lambda files: pack({**files, "__MACOSX/._notice": b"x", ".DS_Store": b"y"}),
    "with litter in it": lambda files: pack({**below(files, "a/"), "a/.DS_Store": b"x", "a/data/Thumbs.db": b""}),
}


@pytest.mark.parametrize("name", PACKED)
def test_snapshot_packed_again(files: Files, name: str) -> None:
    """Another packing of the same files verifies, and a notice says that it has no hash to cite."""
    data = PACKED[name](files)
    report = verify_snapshot(data, subject="again.zip")

    assert report.verdict == VERIFIED, report.failures
    notices = [finding for finding in report.findings if finding.check == 1]
    [packed] = [finding for finding in notices if finding.subject == "again.zip"]
    assert (packed.what, packed.ok) == (PACKED_AGAIN, True)
    assert "its own SHA-256 cannot be cited" in packed.hint
    litter = {finding.subject for finding in notices if finding is not packed}
    assert litter == {each for each in zipfile.ZipFile(io.BytesIO(data)).namelist() if "." in each and _litters(each)}
    assert report.passed == verify_snapshot(zips.write(zips.members(files)), subject="s.zip").passed


def _litters(name: str) -> bool:
    return name.startswith("__MACOSX") or name.endswith((".DS_Store", "Thumbs.db"))


TOOLS: dict[str, tuple[str, ...]] = {
    "zip": ("zip", "-qr", "../again.zip", "."),
    "zip without folders": ("zip", "-qrD", "../again.zip", "."),
    "zip at its best": ("zip", "-9qr", "../again.zip", "."),
    "zip without extra fields": ("zip", "-Xqr", "../again.zip", "."),
    "7z": ("7z", "a", "-tzip", "../again.zip", "."),
    "bsdtar": ("bsdtar", "-a", "-cf", "../again.zip", "."),
    "shutil": (sys.executable, "-c", "import shutil; shutil.make_archive('../again', 'zip', '.')"),
    "zipfile": (sys.executable, "-m", "zipfile", "-c", "../again.zip", "."),
}


@pytest.mark.parametrize("name", TOOLS)
def test_other_tools(files: Files, tmp_path: Path, name: str) -> None:
    """What the usual tools make of the unpacked folder verifies."""
    command = TOOLS[name]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    folder = lay(files, tmp_path / "unpacked")
    made = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert made.returncode == 0, made.stderr

    report = verify_snapshot((tmp_path / "again.zip").read_bytes(), subject="again.zip")

    assert report.verdict == VERIFIED, report.failures
    assert PACKED_AGAIN in [finding.what for finding in report.findings]


@pytest.mark.parametrize("name", ["deflated", "without a top folder", "by a Mac"])
def test_packed_with_other_content(files: Files, name: str) -> None:
    """A file that was changed, left out or put in before it was packed is found, each file of the snapshot."""
    for changed in files:
        for other in (
            {**files, changed: files[changed] + b" "},
            {each: data for each, data in files.items() if each != changed},
            {**files, f"{changed}x": b"x"},
        ):
            report = verify_snapshot(PACKED[name](other), subject="again.zip")
            assert report.verdict == FAILED, changed


SAME_CONTENT = {
    "structure: as zipfile stores it",
    "structure: as zipfile deflates it",
    "structure: as zipfile streams it",
    "structure: wrong order",
    "structure: two exchanged",
    "structure: directory in another order",
    "header: name said to be UTF-8",
    "header: extra field",
    "header: extra field in the directory",
    "header: time",
    "header: date",
}
"""Hostile in the zip of an export, and what any tool may write."""


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the maker of hostile zips head every entry as another tool does."""

    def members(files: Files) -> list[zips.Member]:
        head = {"time": 0x3904, "date": 0x54A6}
        return [
            zips.Member(name.encode(), data, local=dict(head), central={**head, "made": 3 << 8 | 30})
            for name, data in sorted(files.items())
        ]

    monkeypatch.setattr(zips, "members", members)


@pytest.mark.usefixtures("foreign")
@pytest.mark.parametrize(("name", "make"), list(zips.hostile()), ids=[name for name, _ in zips.hostile()])
def test_hostile_zip_of_another_tool(files: Files, name: str, make: zips.Make) -> None:
    """Each hostile zip made on top of one that another tool packed fails too, in bounded memory."""
    data = make(files)
    tracemalloc.start()
    report = verify_snapshot(data, subject="again.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert report.verdict == (VERIFIED if name in SAME_CONTENT else FAILED), report.findings
    assert peak < 48 * 2**20


def deflated(files: Files, **changes: object) -> bytes:
    """Pack with the headers of one entry changed."""
    data = bytearray(pack(files))
    name = next(name for name in files if name.endswith("record.json")).encode()
    local, central = data.index(name) - 30, data.rindex(name) - 46
    for key, value in changes.items():
        where, _, field = key.partition("_")
        at, layout = {
            "flags": (6, "<H"),
            "method": (8, "<H"),
            "crc": (14, "<I"),
            "stored": (18, "<I"),
            "size": (22, "<I"),
            "mode": (36, "<I"),
        }[field]
        if where in {"both", "local"}:
            struct.pack_into(layout, data, local + at, value)
        if where in {"both", "central"}:
            struct.pack_into(layout, data, central + at + 2, value)
    return bytes(data)


LIES: dict[str, dict[str, object]] = {
    "encrypted": {"both_flags": 1},
    "patched": {"both_flags": 0x20},
    "another method": {"both_method": 12},
    "stored, and deflated": {"both_method": 0},
    "larger than it is": {"both_size": 100_000},
    "smaller than it is": {"both_size": 10},
    "larger, in the directory only": {"central_size": 100_000},
    "smaller, in the header only": {"local_size": 10},
    "zip64": {"both_size": 0xFFFFFFFF},
    "stored size too large": {"both_stored": 0x7FFFFFFF},
    "stored size too small": {"both_stored": 5},
    "another checksum": {"both_crc": 1},
    "checksum in the header only": {"local_crc": 1},
    "link": {"central_mode": (stat.S_IFLNK | 0o777) << 16},
    "FIFO": {"central_mode": (stat.S_IFIFO | 0o644) << 16},
    "socket": {"central_mode": (stat.S_IFSOCK | 0o644) << 16},
    "setuid": {"central_mode": (stat.S_IFREG | 0o4755) << 16},
}


@pytest.mark.parametrize("name", LIES)
def test_headers_that_lie(files: Files, name: str) -> None:
    """A header that lies about a deflated file fails; without the lie the same zip verifies."""
    assert verify_snapshot(deflated(files), subject="again.zip").verdict == VERIFIED
    assert verify_snapshot(deflated(files, **LIES[name]), subject="again.zip").verdict == FAILED


def test_bombs(files: Files) -> None:
    """A file compressed more than 200 times, and 64 MiB in many, are refused before a byte is inflated."""
    record = next(name for name in files if name.endswith("record.json"))
    top = record.partition("/")[0]
    spread = {f"{top}/data/more{n}.bin": os.urandom(10_000) + bytes(1_500_000) for n in range(50)}
    for bomb, said in (
        ({**files, record: bytes(8 * 2**20)}, "compressed more than 200 times"),
        ({**files, **spread}, "the zip holds too much"),
        ({**files, **{f"{top}/{n}": b"" for n in range(2 * MAX_ENTRIES + 1)}}, "too many"),
    ):
        data = pack(bomb)
        tracemalloc.start()
        with pytest.raises(FormatError, match=said):
            read_zip(data) if is_packed_again(data) else parse_many(data)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
        tracemalloc.stop()
        assert verify_snapshot(data, subject="bomb.zip").verdict == FAILED


def parse_many(data: bytes) -> None:
    """Read as packed again, although it is told to be none."""
    from muniment.snapshot.packed_zip import parse_packed  # noqa: PLC0415 - for this test alone

    parse_packed(data)


def test_every_cut(files: Files) -> None:
    """Cut at any of its last 400 bytes, and at every 50th before, a zip that was packed again fails."""
    data = pack(files)
    for cut in {*range(len(data) - 400, len(data)), *range(0, len(data), 50)}:
        assert verify_snapshot(data[:cut], subject="again.zip").verdict == FAILED, cut
    for more in (data + b"\0", b"\0" + data, data + data):
        assert verify_snapshot(more, subject="again.zip").verdict == FAILED


def test_every_bit(files: Files) -> None:
    """With a bit flipped in any of its headers, or in every 7th byte, it fails, or holds the very same files."""
    data = pack(files)
    places = {*range(0, len(data), 7), *range(len(data) - 4000, len(data)), *range(200)}
    truth = {name.partition("/")[2]: held for name, held in files.items()}
    for place in sorted(places):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        try:
            bag = read_zip(bytes(flipped))
        except FormatError:
            continue
        if not bag.damaged:
            assert bag.files == truth or verify_snapshot(bag, subject="x").verdict == FAILED, place


def test_zip_of_an_export_stays_strict(snapshot: Snapshot) -> None:
    """The zip of an export with a few bytes changed is a damaged one, and never one that was packed again."""
    assert not is_packed_again(snapshot.data)
    assert read_zip(snapshot.data).folder == snapshot.name.removesuffix(".zip")
    for at in range(0, len(snapshot.data), 101):
        changed = bytearray(snapshot.data)
        changed[at] ^= 1
        assert not is_packed_again(bytes(changed))


def lay(files: Files, folder: Path) -> Path:
    """Unpack: the folder that holds ``bagit.txt``."""
    for name, data in below(files, "").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def judge(folder: Path) -> Report:
    """Check an unpacked snapshot."""
    return verify_snapshot(read_folder(LocalStore(folder), where="folder"), subject="folder")


def test_snapshot_unpacked(files: Files, tmp_path: Path) -> None:
    """The folder of an unpacked snapshot verifies, under any name, with litter as notices and empty folders."""
    folder = lay(files, tmp_path / "any name")
    assert judge(folder).verdict == VERIFIED

    (folder / "empty").mkdir()
    for name in (".DS_Store", "data/._record.json", "data/Thumbs.db", "desktop.ini"):
        (folder / name).write_bytes(b"x")
    report = judge(folder)
    assert report.verdict == VERIFIED
    assert {f.subject for f in report.findings if f.check == 1} == {
        ".DS_Store",
        "data/._record.json",
        "data/Thumbs.db",
        "desktop.ini",
    }


def test_folder_with_a_file_changed(files: Files, tmp_path: Path) -> None:
    """Each file changed, missing, or beside another one is found and named."""
    folder = lay(files, tmp_path / "u")
    for name, data in below(files, "").items():
        (folder / name).write_bytes(data + b"\n")
        report = judge(folder)
        assert report.verdict == FAILED, name
        assert any(name in finding.subject for finding in report.failures), name
        (folder / name).unlink()
        assert judge(folder).verdict == FAILED, name
        (folder / name).write_bytes(data)
        (folder / f"{name}.bak").write_bytes(data)
        assert any(f"{name}.bak" in finding.subject for finding in judge(folder).failures), name
        (folder / f"{name}.bak").unlink()
    assert judge(folder).verdict == VERIFIED


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO")
@pytest.mark.parametrize("make", [_link, _link_to_itself, os.mkfifo], ids=["link", "link to itself", "FIFO"])
def test_folder_with_other_than_files(files: Files, tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A link or a pipe in a folder, as one more or in the place of a file, is a finding and is never followed."""
    folder = lay(files, tmp_path / "u")
    make(folder / "data" / "more")
    assert [f.subject for f in judge(folder).failures if f.check == 1] == ["data/more"]
    (folder / "data" / "more").unlink()
    (folder / "data" / "record.json").unlink()
    make(folder / "data" / "record.json")
    assert judge(folder).verdict == FAILED


def test_folder_that_cannot_be_read(files: Files) -> None:
    """A file that is there and cannot be read was not checked: exit code 3, and never 'changed'."""

    class Broken(MemoryStore):
        def read(self, path: str, *, max_size: int = 1) -> bytes:
            if path == "00-START-HERE.html":
                raise StoreError("it cannot be read", where=path)
            return super().read(path, max_size=max_size)

    report = verify_snapshot(read_folder(Broken(below(files, ""))), subject="folder")
    unread = [finding for finding in report.failures if not finding.readable]
    assert [finding.subject for finding in unread] == ["00-START-HERE.html"]


def test_folder_that_holds_too_much(files: Files, tmp_path: Path) -> None:
    """Too many files, too deep, or too large: refused before they are read."""
    folder = lay(files, tmp_path / "u")
    with (folder / "large").open("wb") as file:
        file.truncate(10 * 2**30)
    with pytest.raises(FormatError, match="too large for a snapshot"):
        read_folder(LocalStore(folder))
    (folder / "large").unlink()
    (folder / Path(*("d" * 12))).mkdir(parents=True)
    (folder / Path(*("d" * 12)) / "x").write_bytes(b"")
    with pytest.raises(FormatError, match="folders too deep"):
        read_folder(LocalStore(folder))
    with pytest.raises(FormatError, match="too many files"):
        read_folder(MemoryStore({**below(files, ""), **{f"x{n}": b"" for n in range(2 * MAX_ENTRIES)}}))


def test_empty_bag() -> None:
    """Nothing is no snapshot."""
    assert verify_snapshot(Bag({}), subject="nothing").verdict == FAILED
    unread = verify_snapshot(Bag({}, faults=(StoreError("it cannot be read", where="u"),)), subject="nothing")
    assert unread.verdict in {FAILED, UNCHECKED}


@pytest.mark.parametrize("prefix", ["././", ".//", "../", "/", "/./", "a/../"])
def test_only_one_dot(files: Files, prefix: str) -> None:
    """A tool may name files from the folder that it stands in; any other way around is refused."""
    good = PACKED["deflated"]({f"./{name}": data for name, data in files.items()})
    assert verify_snapshot(good, subject="again.zip").verdict == VERIFIED
    report = verify_snapshot(PACKED["deflated"]({f"{prefix}{name}": data for name, data in files.items()}), subject="z")
    assert [(finding.check, "not allowed" in finding.what) for finding in report.failures] == [(1, True)]


def test_one_file_under_two_spellings(files: Files) -> None:
    """``./a`` and ``a`` are one name: a zip that has both is refused."""
    name = next(iter(files))
    report = verify_snapshot(PACKED["deflated"]({**files, f"./{name}": b"x"}), subject="again.zip")
    assert [(finding.check, "twice" in finding.what) for finding in report.failures] == [(1, True)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO")
@pytest.mark.parametrize("name", [".DS_Store", "data/.DS_Store", "data/@eaDir", "lost+found", "data/Thumbs.db", "._x"])
@pytest.mark.parametrize("make", [_link, _link_to_itself, os.mkfifo], ids=["link", "link to itself", "FIFO"])
def test_link_called_like_litter(files: Files, tmp_path: Path, name: str, make: Callable[[Path], None]) -> None:
    """A link or a pipe in an unpacked snapshot is a failure, also under a name that desktops give."""
    folder = lay(files, tmp_path / "u")
    make(folder / name)
    assert [f.subject for f in judge(folder).failures if f.check == 1] == [name]


DOCUMENTS = {
    "data/@eaDir/Corrected statement.html": 40,
    "lost+found/Corrected statement.html": 40,
    ".Trash-1000/files/notice.pdf": 4_000,
    "data/.DS_Store": 300_000,
    "data/._statement.html": 70_000,
    "data/~$statement.docx": 5_000,
    "data/desktop.ini": 5_000,
}


@pytest.mark.parametrize(("name", "size"), DOCUMENTS.items())
def test_document_among_litter(files: Files, tmp_path: Path, name: str, size: int) -> None:
    """What may be a document is told with its path and its size, and that nothing vouches for it."""
    folder = lay(files, tmp_path / "u")
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    data = os.urandom(size)
    (folder / name).write_bytes(data)
    (folder / ".DS_Store").write_bytes(b"x" * 6148)
    told = {f.subject: f.what for f in judge(folder).findings if f.check == 1}
    assert told[name].endswith(f"; nothing vouches for these {size:,} bytes")
    assert told[".DS_Store"] == "no part of the snapshot: how the macOS Finder shows this folder"
    report = verify_snapshot(pack({**files, name: data}), subject="again.zip")
    if name.startswith("data/"):
        assert {f.subject: f.what for f in report.findings if f.check == 1}[name] == told[name]
    else:
        # A zip is no disk: it has no wastebasket, and no check of it ever found anything.
        assert [(f.check, f.subject) for f in report.failures] == [(1, "again.zip")]
