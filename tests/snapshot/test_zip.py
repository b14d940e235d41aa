from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError, InputError
from muniment.snapshot import zip as stored_zip
from muniment.snapshot.zip import Entry, format_zip, parse_zip

FILES = {"b.txt": b"second", "a/x.txt": "été".encode(), "empty": b""}
GOOD = format_zip("top", FILES)


def names(data: bytes) -> list[str]:
    """Names of the entries of a zip."""
    return [entry.name for entry in parse_zip(data)[1]]


def test_round_trip() -> None:
    """What is written is read back, sorted by name, in one top folder."""
    folder, entries = parse_zip(GOOD)
    assert folder == "top"
    assert [(entry.name, entry.data) for entry in entries] == [
        ("top/a/x.txt", "été".encode()),
        ("top/b.txt", b"second"),
        ("top/empty", b""),
    ]
    assert not any(entry.damaged for entry in entries)


def test_bytes_do_not_depend_on_the_order_of_files() -> None:
    """The order in which files are handed in changes nothing."""
    assert format_zip("top", dict(reversed(FILES.items()))) == GOOD


def test_other_readers_read_it() -> None:
    """Python's own zip module finds the same files, stored, dated 1980, mode 0644, made on Unix."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as judge:
        assert judge.testzip() is None
        assert {info.filename: judge.read(info) for info in judge.infolist()} == {
            f"top/{path}": data for path, data in FILES.items()
        }
        for info in judge.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr == 0o100644 << 16
            assert info.create_system == 3
            assert (info.extra, info.comment, info.flag_bits) == (b"", b"", 0)


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_unzip_accepts_it(tmp_path: Path) -> None:
    """Info-ZIP finds no fault."""
    (tmp_path / "a.zip").write_bytes(GOOD)
    done = subprocess.run(["unzip", "-t", tmp_path / "a.zip"], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout
    assert "No errors detected" in done.stdout


def test_every_changed_byte_is_found() -> None:
    """Any byte that is changed breaks the form of the zip, or damages the file that it lies in."""
    for position in range(len(GOOD)):
        for flip in (0x01, 0x20, 0x80, 0xFF):
            changed = bytearray(GOOD)
            changed[position] ^= flip
            try:
                _, entries = parse_zip(bytes(changed))
            except FormatError:
                continue
            assert sum(entry.damaged for entry in entries) == 1, position


def test_every_cut_is_found() -> None:
    """No beginning of a zip is a zip."""
    for length in range(len(GOOD)):
        with pytest.raises(FormatError):
            parse_zip(GOOD[:length])


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    """Whatever comes is refused with a typed error."""
    for prefix in (b"", GOOD[:30], GOOD[:-22]):
        with pytest.raises(FormatError):
            parse_zip(prefix + data + b"!")


def test_bytes_around_the_entries_are_refused() -> None:
    """Nothing may stand before, between or after the entries."""
    second = GOOD.index(b"PK\x03\x04", 1)
    directory = GOOD.index(b"PK\x01\x02")
    for position in (0, second, directory):
        with pytest.raises(FormatError):
            parse_zip(GOOD[:position] + b"hidden" + GOOD[position:])
    with pytest.raises(FormatError, match="something after the zip"):
        parse_zip(GOOD + b"hidden", where="s.zip")


def written(mode: int, *entries: tuple[str, bytes]) -> bytes:
    """A zip by Python's own module, as a stranger would write it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", mode) as out:
        for name, data in entries:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o100644 << 16
            info.compress_type = mode
            info.create_system = 3
            info.extract_version = 10
            out.writestr(info, data)
    return buffer.getvalue()


def test_python_writes_the_same_bytes() -> None:
    """Python's own zip module, told the same facts, writes the same zip."""
    assert written(zipfile.ZIP_STORED, ("top/a", b"aaaa"), ("top/b", b"")) == format_zip(
        "top", {"b": b"", "a": b"aaaa"}
    )


def as_ours(data: bytes) -> bytes:
    """Write the same entries in our form, without checking their names or their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        entries = [Entry(i.filename, other.read(i), i.CRC) for i in other.infolist()]
    return b"".join(piece.data for piece in stored_zip._pieces(entries))


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "top/../evil",
        "/top/evil",
        "top/./evil",
        "top//evil",
        "top\\evil",
        "C:/evil",
        "top/evil ",
        "top/evil.",
        "top/.hidden",
        "top/-rf",
        "top/a\nb",
        "top/%0A",
        "top",
        "top/",
        "top/" + "a" * 200,
        "/".join("abcdefghi"),
    ],
)
def test_hostile_names_are_refused(name: str) -> None:
    """A name that could leave the folder, or that systems read in different ways, is refused."""
    data = as_ours(written(zipfile.ZIP_STORED, (name, b"x")))
    with pytest.raises(FormatError, match="file name that is not allowed"):
        parse_zip(data)


def test_a_name_outside_ascii_is_refused() -> None:
    """Names are ASCII, so that no two readers decode them differently."""
    data = GOOD.replace(b"top/b.txt", b"top/\xc3\xa9.tx")
    with pytest.raises(FormatError, match="file name that is not allowed"):
        parse_zip(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_names_are_refused() -> None:
    """No name stands twice, in whatever order."""
    for entries in (
        (("top/a", b"1"), ("top/a", b"2")),
        (("top/a", b"1"), ("top/b", b"1"), ("top/a", b"2")),
    ):
        with pytest.raises(FormatError, match="top/a: the file stands twice"):
            parse_zip(as_ours(written(zipfile.ZIP_STORED, *entries)))


def test_unsorted_names_are_refused() -> None:
    """There is one order."""
    with pytest.raises(FormatError, match=r"s\.zip: top/a: the file is out of order"):
        parse_zip(as_ours(written(zipfile.ZIP_STORED, ("top/b", b"1"), ("top/a", b"2"))), where="s.zip")


def test_two_top_folders_are_refused() -> None:
    """There is one top folder."""
    with pytest.raises(FormatError, match="outside the top folder"):
        parse_zip(as_ours(written(zipfile.ZIP_STORED, ("top/b", b"1"), ("top2/a", b"2"))))


def test_compressed_entries_are_refused() -> None:
    """Nothing is inflated, so a bomb stays a small file."""
    bomb = written(zipfile.ZIP_DEFLATED, ("top/a", bytes(10_000_000)))
    assert len(bomb) < 20_000
    with pytest.raises(FormatError, match="it is compressed, by method 8"):
        parse_zip(bomb)


def patched(offset: int, value: bytes, *, after: bytes = b"PK\x03\x04") -> bytes:
    """The good zip with some bytes of a header changed."""
    at = GOOD.index(after) + offset
    return GOOD[:at] + value + GOOD[at + len(value) :]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (patched(6, b"\x01"), "it is encrypted"),
        (patched(6, b"\x08"), "its size stands after it"),
        (patched(28, b"\x04"), "it has an extra field"),
        (patched(18, b"\x09"), "it has two sizes"),
        (patched(18, b"\xff\xff\xff\xff\xff\xff\xff\xff"), "the zip is cut short"),
        (patched(10, b"\x01"), "another time in the header of top/a/x.txt"),
        (patched(38, struct.pack("<I", 0o120777 << 16), after=b"PK\x01\x02"), "another attributes in the directory"),
        (patched(32, b"\x01", after=b"PK\x01\x02"), "another comment in the directory entry of top/a/x.txt"),
        (patched(42, b"\x01", after=b"PK\x01\x02"), "another offset in the directory entry of top/a/x.txt"),
        (patched(20, b"\x01", after=b"PK\x05\x06"), "another comment in the end record"),
        (GOOD[: GOOD.index(b"PK\x01\x02")], "its end in the directory entry of top/a/x.txt"),
        (b"", "not a zip with files in it"),
        (b"PK\x05\x06" + bytes(18), "not a zip with files in it"),
        (b"PK\x03\x04", "the zip is cut short"),
    ],
)
def test_other_forms_are_refused_with_their_reason(data: bytes, reason: str) -> None:
    """Encryption, descriptors, extra fields, links, comments and contradictions are each named."""
    with pytest.raises(FormatError) as caught:
        parse_zip(data)
    assert reason in str(caught.value)


def test_directory_that_names_another_file_is_refused() -> None:
    """The directory and the local headers cannot tell two stories."""
    last = GOOD.rindex(b"top/b.txt")
    with pytest.raises(FormatError, match=r"another name in the directory entry of top/b\.txt"):
        parse_zip(GOOD[:last] + b"top/c.txt" + GOOD[last + 9 :])


def test_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files or bytes are neither written nor read."""
    monkeypatch.setattr(stored_zip, "MAX_ENTRIES", 2)
    with pytest.raises(FormatError, match="too many files"):
        parse_zip(GOOD)
    with pytest.raises(InputError, match="too much for one zip"):
        format_zip("top", FILES)
    monkeypatch.setattr(stored_zip, "MAX_ZIP", -2000)
    with pytest.raises(FormatError, match="too large"):
        parse_zip(GOOD)


def test_names_outside_the_grammar_are_not_written() -> None:
    """What could not be read back is not written."""
    for folder, name in (("..", "a"), ("top", "é"), ("top", "a b")):
        with pytest.raises(InputError, match="not a name"):
            format_zip(folder, {name: b""})
