"""Notes, checkpoints, tiles and bundles whose sizes lie: refused by form, or found by the root, in bounded memory."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.attacks.hands import READING, judge, lay, read, run
from tests.verify.forge import failed

from muniment.errors import FormatError, MunimentError
from muniment.log.checkpoint import Checkpoint, open_checkpoint, open_published, parse_checkpoint, sign_checkpoint
from muniment.log.note import MAX_NOTE, make_verifier, open_note, parse_note, sign_note
from muniment.log.tile import format_bundle, parse_bundle, parse_hashes, parse_tile_path
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.verify.log import MAX_MISSING
from muniment.write.create import InitialKeys

ORIGIN = "press.example.org/archive"
HEAD = "log/checkpoint"
BOUND = 32 * 2**20


def strangers(number: int) -> bytes:
    """Good signature lines of so many strangers over a text."""
    lines = b""
    for seed in range(number):
        key = PrivateKey.from_seed(seed.to_bytes(32, "big"))
        lines += sign_note(b"text\n", f"stranger-{seed}.example", key.public.raw, key.sign).split(b"\n\n")[1]
    return lines


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 255, 256, 257, 10**6, 10**9, 10**17, 10**18 - 1])
def test_size_signed_by_the_keeper(
    small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path, size: int
) -> None:
    """A checkpoint of another size over four entries, signed by the true log key: check 10, in a few MB of memory."""
    root = bytes(32) if size else hashlib.sha256().digest()
    newest = parse_checkpoint(parse_note(small_archive.files[HEAD])[0]).newest
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root, newest), founders.log.public.raw, founders.log.sign)
    folder = lay({**small_archive.files, HEAD: note, f"log/checkpoints/{size}": note}, tmp_path / "archive")
    tracemalloc.start()
    for command in READING:
        result = read(folder, *command)
        if command[0] == "verify":
            assert result.exit_code in (
                {1} if "--explain" not in command and "harbour/v1" not in command else {0, 1, 2, 3}
            ), command
    assert tracemalloc.get_traced_memory()[1] < BOUND
    tracemalloc.stop()


def test_missing_without_end(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Of 10^17 entries that are not there, only the first thousand files are looked for, and that is said."""
    newest = parse_checkpoint(parse_note(small_archive.files[HEAD])[0]).newest
    note = sign_checkpoint(Checkpoint(ORIGIN, 10**17, bytes(32), newest), founders.log.public.raw, founders.log.sign)
    found = failed(MemoryStore({**small_archive.files, HEAD: note}))
    assert HEAD in found[10]
    assert len(found[10]) == MAX_MISSING + 2


@pytest.mark.parametrize(
    "digits",
    [
        b"-1",
        b"+4",
        b"04",
        b"4 ",
        b" 4",
        b"4_0",
        b"0x4",
        b"4.0",
        b"4e0",
        b"",
        b"\xd9\xa4",
        "４".encode(),
        b"9" * 5000,
        b"9223372036854775808",
        b"18446744073709551616",
        b"1000000000000000000",
        b"four",
        b"4,000",
    ],
)
def test_other_digits(digits: bytes) -> None:
    """A size is decimal digits without a leading zero, below 10^18: 2^63, signs and blanks are refused."""
    with pytest.raises(FormatError):
        parse_checkpoint(
            b"example.org\n" + digits + b"\n" + b"A" * 43 + b"=\ntrust-root 1 sha256:" + b"ab" * 32 + b"\n"
        )


@pytest.mark.parametrize("change", [b"", b"x", bytes(31), bytes(33), b"cut 1", b"cut 32", b"twice"])
def test_tile_of_another_length(small_archive: MemoryStore, tmp_path: Path, change: bytes) -> None:
    """A tile or bundle that is longer, shorter, empty or doubled: check 10 names it."""
    for path in ("log/tile/0/000.p/4", "log/tile/entries/000.p/4"):
        data = small_archive.files[path]
        spoilt = {b"": b"", b"cut 1": data[:-1], b"cut 32": data[:-32], b"twice": data * 2}.get(change, data + change)
        found = failed(MemoryStore({**small_archive.files, path: spoilt}))
        assert path in found[10]
        folder = lay({**small_archive.files, path: spoilt}, tmp_path / path.replace("/", "-"))
        for command in READING[::3]:
            read(folder, *command)


LIES: dict[str, Callable[[bytes], bytes]] = {
    "one more": lambda b: (int.from_bytes(b[:2], "big") + 1).to_bytes(2, "big") + b[2:],
    "one less": lambda b: (int.from_bytes(b[:2], "big") - 1).to_bytes(2, "big") + b[2:],
    "nothing": lambda b: b"\0\0" + b[2:],
    "65,535": lambda b: b"\xff\xff" + b[2:],
    "all the rest": lambda b: (len(b) - 2).to_bytes(2, "big") + b[2:],
    "the order of bytes": lambda b: b[1::-1] + b[2:],
    "half a length at the end": lambda b: b + b"\0",
    "an empty entry at the end": lambda b: b + b"\0\0",
    "only a length": lambda b: b[:2],
    "one byte": lambda b: b[:1],
}


@pytest.mark.parametrize("lie", LIES)
def test_length_in_a_bundle(small_archive: MemoryStore, lie: str) -> None:
    """An entry whose length lies is found by check 10, in the very bundle."""
    path = "log/tile/entries/000.p/4"
    data = LIES[lie](small_archive.files[path])
    with pytest.raises(FormatError):
        parse_bundle(data, 4, path)
    assert path in failed(MemoryStore({**small_archive.files, path: data}))[10]


def test_lengths_alone() -> None:
    """Bundles and tiles of a stated width have exactly one length."""
    entries = [b"a", b"", b"c" * 65535]
    assert parse_bundle(format_bundle(entries), 3) == tuple(entries)
    for width in (0, 2, 4, 256):
        with pytest.raises(FormatError):
            parse_bundle(format_bundle(entries), width)
    for length in (0, 1, 31, 33, 63, 65):
        with pytest.raises(FormatError):
            parse_hashes(bytes(length), 1 if length < 64 else 2)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/04",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x001",
        "tile/0/x000/000",
        "tile/-1/000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/../000",
        "tile/0/x001/x002",
        "tile/entries/",
        "tile/0/" + "x001/" * 30 + "000",
    ],
)
def test_other_spellings_of_a_tile(path: str) -> None:
    """A tile has one path; no other spelling is read as one."""
    with pytest.raises(FormatError):
        parse_tile_path(path)


@pytest.mark.parametrize("number", [1, 16, 99, 100, 5000])
def test_many_signature_lines(small_archive: MemoryStore, founders: InitialKeys, number: int) -> None:
    """Lines by strangers: up to 99 beside ours a reader of notes passes over; a published checkpoint has none (10)."""
    lines = strangers(min(number, 100)) * (number // 100 or 1)
    note = small_archive.files[HEAD] + lines
    verifier = make_verifier(ORIGIN, founders.log.public.raw)
    if number <= 99:
        assert open_checkpoint(note, [verifier], ORIGIN).size == 4
    else:
        with pytest.raises(FormatError):
            open_checkpoint(note, [verifier], ORIGIN)
    with pytest.raises(FormatError):
        open_published(note, [verifier], ORIGIN)
    assert HEAD in failed(MemoryStore({**small_archive.files, HEAD: note}))[10]


@pytest.mark.parametrize("size", [MAX_NOTE + 1, 4 * 2**20, 64 * 2**20])
def test_huge_note(small_archive: MemoryStore, tmp_path: Path, size: int) -> None:
    """A note above 64 KiB is refused by its size: as head, as older side, as memory of nothing."""
    note = small_archive.files[HEAD]
    huge = b"x\n" * ((size - len(note)) // 2 + 1) + note
    with pytest.raises(FormatError, match="too large"):
        parse_note(huge)
    folder = lay({**small_archive.files, HEAD: huge}, tmp_path / "archive")
    assert read(folder, "verify").exit_code == 1
    (tmp_path / "old").write_bytes(huge)
    whole = lay(small_archive.files, tmp_path / "whole")
    assert read(whole, "verify", "--against", str(tmp_path / "old")).exit_code == 2


def test_notes_of_any_form(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Every cut and every doubled part of a good checkpoint is refused with a typed error, never taken for another."""
    note = small_archive.files[HEAD]
    verifier = make_verifier(ORIGIN, founders.log.public.raw)
    assert open_note(note, [verifier]).signed_by == (ORIGIN,)
    for at in range(len(note)):
        for spoilt in (note[:at], note[at:] if at else b"", note[:at] + b"\n" + note[at:], note[:at] + note[at + 1 :]):
            with pytest.raises(MunimentError):
                open_published(spoilt, [verifier], ORIGIN)


def test_sparse_files(folder: Path) -> None:
    """Each file of an archive said to have 10 GB is refused by its size, and never in memory."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        with path.open("r+b") as file:
            file.truncate(10 * 2**30)
        tracemalloc.start()
        verified = judge(run("verify", "--archive", str(folder)), "verify")
        read(folder, "show", "harbour")
        assert tracemalloc.get_traced_memory()[1] < BOUND
        tracemalloc.stop()
        assert verified.exit_code in {1, 3}, path
        path.write_bytes(data)
    assert read(folder, "verify").exit_code == 0
