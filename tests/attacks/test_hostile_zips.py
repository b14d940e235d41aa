"""Hostile zips for every command that reads one: a typed answer in bounded memory, nothing written, no traceback."""

from __future__ import annotations

import os
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.attacks.hands import judge, lay, run, tree
from tests.attacks.zips import Files, Make, hostile, members, write

from muniment.archive import open_archive
from muniment.errors import UnavailableError
from muniment.export.snapshot import build_snapshot
from muniment.reference import parse_reference
from muniment.snapshot.zip import parse_zip
from muniment.store import MemoryStore
from muniment.verify.snapshot import verify_snapshot
from muniment.verify.snapshot_evidence import sight_snapshot

ZIPS = list(hostile())
PACKED_AGAIN = {f"structure: as zipfile {does} it" for does in ("stores", "deflates", "streams")}
BOUND = 48 * 2**20  # bytes; what is read is at most a few MB, and a bomb would be 64 MiB at least
STRANGE = st.binary(max_size=60) | st.sampled_from([b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\xff\xff\xff\xff"])


@pytest.fixture
def snapshot(small_archive: MemoryStore) -> bytes:
    """The snapshot of harbour v1."""
    archive = open_archive(small_archive)
    return build_snapshot(archive, archive.read(parse_reference("harbour/v1"))).data


@pytest.fixture
def files(snapshot: bytes) -> Files:
    """Its files by whole name."""
    return {entry.name: entry.data for entry in parse_zip(snapshot)[1]}


def test_maker_is_true(snapshot: bytes, files: Files) -> None:
    """Without a change the maker of hostile zips writes the true snapshot byte for byte."""
    assert write(members(files)) == snapshot


def test_count() -> None:
    """There are as many hostile zips as the threat model says, each under a name of its own."""
    assert len(dict(ZIPS)) == len(ZIPS) == 217


@pytest.mark.parametrize(("name", "make"), ZIPS, ids=[name for name, _ in ZIPS])
def test_hostile_zip(name: str, make: Make, files: Files, small_archive: MemoryStore, tmp_path: Path) -> None:
    """Verified, it fails with findings and exit code 1; as an older side it is refused with 3; neither writes.

    But for the three that hold the very files, packed by an honest tool.
    """
    data = make(files)
    (tmp_path / "hostile.zip").write_bytes(data)
    folder = lay(small_archive.files, tmp_path / "archive")
    before = tree(tmp_path)
    zipped = str(tmp_path / "hostile.zip")

    tracemalloc.start()
    verified = judge(run("verify", zipped))
    as_json = judge(run("verify", zipped, "--json"))
    against = judge(run("verify", "--archive", str(folder), "--against", zipped, "--no-memory"))
    explained = judge(run("verify", zipped, "--explain"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # Packed again by an honest tool, it holds what it held: tests/snapshot/test_container.py is about that.
    code = 0 if name in PACKED_AGAIN else 1
    assert (verified.exit_code, as_json.exit_code, explained.exit_code) == (code, code, 0), verified.output
    assert ("packed again" if name in PACKED_AGAIN else "FAILED") in verified.stdout
    # A bag that is damaged but for its proof still shows a checkpoint, and the archive has grown from it.
    assert against.exit_code in ({0, 3} if data.startswith(b"PK\x03\x04") else {2}), against.output
    assert peak < BOUND
    assert tree(tmp_path) == before, name


def test_ten_gigabytes(tmp_path: Path) -> None:
    """A file of 10 GB is refused by its size, before any of it is in memory."""
    with (tmp_path / "huge.zip").open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(10 * 2**30)
    tracemalloc.start()
    for arguments in (("verify", str(tmp_path / "huge.zip")), ("diff", str(tmp_path / "huge.zip"), "-")):
        result = judge(run(*arguments, stdin=b"x"))
        assert result.exit_code in {2, 3}
        assert "too large" in result.stderr
    assert tracemalloc.get_traced_memory()[1] < BOUND
    tracemalloc.stop()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO")
@pytest.mark.parametrize("kind", ["folder", "fifo", "link to itself"])
def test_not_a_file(tmp_path: Path, kind: str) -> None:
    """What only has the name of a zip is refused at once, in one line."""
    path = tmp_path / "x.zip"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(path)
    assert judge(run("verify", str(path))).exit_code == (2 if kind == "folder" else 3)


def test_cut_short(snapshot: bytes) -> None:
    """Cut at any of its last 200 bytes, and at every 50th byte before, it fails; it verifies whole alone."""
    assert verify_snapshot(snapshot, subject="s.zip").verdict == "verified"
    cuts = {*range(len(snapshot) - 200, len(snapshot)), *range(0, len(snapshot), 50)}
    for cut in cuts:
        assert verify_snapshot(snapshot[:cut], subject="s.zip").verdict == "failed", cut


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_mutated(snapshot: bytes, data: st.DataObject) -> None:
    """Bytes of a true snapshot cut, put in, repeated or changed anywhere: it fails, and nothing but a report comes."""
    mutated = snapshot
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(mutated)))
        end = data.draw(st.integers(start, min(len(mutated), start + data.draw(st.sampled_from([0, 1, 4, 60, 4000])))))
        mutated = mutated[:start] + data.draw(STRANGE | st.just(mutated[start:end] * 2)) + mutated[end:]
    assert verify_snapshot(mutated, subject="s.zip").verdict == ("verified" if mutated == snapshot else "failed")
    with suppress(UnavailableError):
        sight_snapshot(mutated, "s.zip")
