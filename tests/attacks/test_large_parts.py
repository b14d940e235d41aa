"""One part of a good snapshot or archive made as large as it can be: refused by its kind before it costs anything."""

from __future__ import annotations

import io
import json
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.attacks.hands import judge, lay, read, run

from muniment.archive import open_archive
from muniment.export.snapshot import build_snapshot
from muniment.reference import parse_reference
from muniment.snapshot.bagit import PAYLOAD
from muniment.snapshot.container import limit_of, read_folder
from muniment.snapshot.zip import MAX_ZIP, format_zip, parse_zip
from muniment.sources.plain_text import MAX_ORIGINAL
from muniment.store import MemoryStore
from muniment.timestamp.certificates import MAX_CERTIFICATES
from muniment.timestamp.request import MAX_REQUEST
from muniment.timestamp.response import MAX_RESPONSE
from muniment.trust.root import MAX_ROOT
from muniment.verify.snapshot import verify_snapshot

PARSED = {
    "bag-info.txt": b"A: b\n",
    "bagit.txt": b"A: b\n",
    "manifest-sha256.txt": b"abc\n",
    "tagmanifest-sha256.txt": b"abc\n",
    "data/record.json": b"{},",
    "data/record.json.sig": b"AAAA\n",
    "data/statement.json": b"[[",
    "data/inclusion.tlog-proof": b"AA\n",
    "data/trust/root/1.json": b"{},",
    "data/trust/root/1.json.x.sig": b"AAAA\n",
    "data/timestamps/4.1.tsr": b"abc\r\n",
    "data/timestamps/4.1.tsq": b"0\x80",
    "data/trust/authorities/x.pem": b"A\n",
    "data/schemas/record.schema.json": b"[[",
    "data/README.txt": b"a\n",
    "data/original.txt": b"a\n",
    "data/nothing.of.ours": b"a\n",
}
"""What is cut into lines or parsed, and what it is filled with: little on a disk, much in memory."""


@pytest.fixture(scope="module")
def filler() -> Callable[[bytes], bytes]:
    """Make 40 MiB of a short text that a zip holds in a few hundred kilobytes, and not so few as to be told by that."""
    source = random.Random(3)  # noqa: S311 - nothing secret

    def make(unit: bytes) -> bytes:
        return b"".join(source.randbytes(40).hex().encode() + unit * (6000 // len(unit)) for _ in range(7000))

    return make


@pytest.fixture(scope="module")
def bag() -> dict[str, bytes]:
    """The files of a snapshot, by path in the bag."""
    from tests.snapshot.conftest import World  # noqa: PLC0415 - what that room has for all

    made = World()
    made.publish("Notice\n\n1. One.\n")
    return {entry.name.partition("/")[2]: entry.data for entry in parse_zip(made.snapshot().data)[1]}


def pack(files: dict[str, bytes]) -> bytes:
    """Pack the files as another tool does."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(zipfile.ZipInfo(f"a/{name}", (2022, 5, 6, 7, 8, 10)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize("path", PARSED)
def test_part_as_large_as_the_whole(bag: dict[str, bytes], path: str, filler: Callable[[bytes], bytes]) -> None:
    """A zip of under a megabyte, one part of which unpacks to 40 MiB, fails check 1 without being unpacked."""
    data = pack({**bag, path: filler(PARSED[path])})
    assert len(data) < 2**20
    tracemalloc.start()
    begun = time.process_time()
    report = verify_snapshot(data, subject="x.zip")
    spent, peak = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(finding.check, "larger than any such file" in finding.what) for finding in report.failures] == [(1, True)]
    assert peak < 8 * 2**20
    assert spent < 2


@pytest.mark.parametrize("path", ["bag-info.txt", "manifest-sha256.txt", "data/timestamps/4.1.tsr"])
def test_part_too_large_in_any_container(bag: dict[str, bytes], path: str) -> None:
    """A byte more than its kind may have is refused in every container; a byte less is read."""
    for size, refused in ((limit_of(path), False), (limit_of(path) + 1, True)):
        files = {**bag, path: random.Random(3).randbytes(size)}  # noqa: S311 - nothing secret
        said = [
            "larger than any such file" in finding.what
            for held in (format_zip("a", files), pack(files))
            for finding in verify_snapshot(held, subject="x.zip").failures
        ]
        assert any(said) == all(said) == refused
        if refused:
            with pytest.raises(Exception, match="larger than any such file"):
                read_folder(MemoryStore(files))
        else:
            assert read_folder(MemoryStore(files)).files.keys() == files.keys()


def test_limits_are_those_of_the_readers(bag: dict[str, bytes]) -> None:
    """No kind may be larger than what reads it takes, but for what is compared only; each true file is far below."""
    assert limit_of(f"{PAYLOAD}timestamps/4.1.tsr") == MAX_RESPONSE
    assert limit_of(f"{PAYLOAD}timestamps/4.1.tsq") == MAX_REQUEST
    assert limit_of(f"{PAYLOAD}trust/authorities/x.pem") == MAX_CERTIFICATES
    assert limit_of(f"{PAYLOAD}original.txt") == MAX_ORIGINAL
    assert limit_of("00-START-HERE.html") == MAX_ZIP
    assert [path for path, data in bag.items() if len(data) * 4 > limit_of(path)] == []


def members(data: bytes, size: int) -> bytes:
    """A trust root with so many members more that it has about this size."""
    value = json.loads(data) | {f"x{number}": 1 for number in range(size // 11)}
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("size", [MAX_ROOT - 20_000, 3 * MAX_ROOT])
def test_huge_trust_root(small_archive: MemoryStore, tmp_path: Path, size: int) -> None:
    """A trust root of a hundred thousand members fails check 11 in every verb, and is not read again and again."""
    path = "trust/root/1.json"
    folder = lay({**small_archive.files, path: members(small_archive.files[path], size)}, tmp_path / "a")
    for verb in ("verify", "list", "log"):
        begun = time.process_time()
        result = read(folder, verb)
        assert result.exit_code == 1
        assert "FAILED 11 trust: trust/root/1.json" in result.output
        assert time.process_time() - begun < 3
    archive = open_archive(small_archive)
    snapshot = build_snapshot(archive, archive.read(parse_reference("harbour/v1"))).data
    folder_name, entries = parse_zip(snapshot)
    files = {entry.name.partition("/")[2]: entry.data for entry in entries}
    root = f"{PAYLOAD}{path}"
    (tmp_path / "x.zip").write_bytes(format_zip(folder_name, {**files, root: members(files[root], size)}))
    begun = time.process_time()
    assert judge(run("verify", str(tmp_path / "x.zip"))).exit_code == 1
    assert time.process_time() - begun < 3


def test_many_converted_signatures(small_archive: MemoryStore, tmp_path: Path) -> None:
    """Whether a conversion explains a failure is asked once, for all files together, and not file by file."""
    path = "trust/root/1.json"
    data = members(small_archive.files[path], MAX_ROOT - 20_000)
    many = {f"{path}.{number:043}.sig": b"-----BEGIN SSH SIGNATURE-----\r\n" for number in range(2000)}
    folder = lay({**small_archive.files, **many, path: data + b"\r\n"}, tmp_path / "a")
    begun = time.process_time()
    assert read(folder, "list").exit_code == 1
    assert time.process_time() - begun < 3
