"""The paths of an archive's folder: what is written is read, and one file has one path."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.archive import paths
from muniment.archive.paths import ArchivePath, Kind, parse_path
from muniment.cli import target
from muniment.log.tile import ENTRIES, Tile
from muniment.ocfl.storage_root import LAYOUTS

ARCHIVE = Path(__file__).parents[2] / "archive"
SIZES, NUMBERS = st.integers(1, 10**18 - 1), st.integers(1, 10**9 - 1)
KEY_IDS = st.binary(min_size=4, max_size=4)
FINGERPRINTS = st.text("ABCZabcz019_-", min_size=43, max_size=43)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)
TILES = st.builds(Tile, st.sampled_from([ENTRIES, 0, 1, 63]), st.integers(0, 10**18 - 1), st.integers(1, 256))
PARTS = st.one_of(
    st.builds(ArchivePath, st.just(Kind.PUBLISHED), SIZES),
    st.builds(ArchivePath, st.sampled_from([Kind.REQUEST, Kind.RESPONSE]), SIZES, NUMBERS),
    st.builds(
        lambda size, key: ArchivePath(Kind.COSIGNATURE, size, name=key.hex()), SIZES, st.binary(min_size=4, max_size=4)
    ),
    st.builds(lambda number: ArchivePath(Kind.ROOT, number=number), NUMBERS),
    st.builds(lambda number, name: ArchivePath(Kind.ROOT_SIGNATURE, number=number, name=name), NUMBERS, FINGERPRINTS),
    st.builds(lambda name: ArchivePath(Kind.CERTIFICATES, name=name), NAMES),
    st.builds(lambda tile: ArchivePath(Kind.TILE, tile=tile), TILES),
    st.builds(lambda name: ArchivePath(Kind.RELEASE, name=f"{name}/v1/inventory.json"), NAMES),
)


@given(PARTS)
def test_what_is_written_is_read(parts: ArchivePath) -> None:
    """The path of any file is read back into the same parts."""
    assert parse_path(parts.path) == parts


@given(st.text("0123456789.abctsqr/-_jlognpmiuefh=x", max_size=60))
@example("log/checkpoints/007")
@example("log/timestamps/1.1.tsq\n")
@example("log/cosignatures/1.ABCDEF01")
@example("trust/root/01.json")
def test_one_spelling(path: str) -> None:
    """What is read as a path is written in the same way, so that no file has two paths."""
    parts = parse_path(path)
    assert parts is None or parts.path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "log",
        "log/",
        "log/checkpoint/",
        "log/checkpoints/0",
        "log/checkpoints/7.bak",
        "log/timestamps/7.tsq",
        "log/timestamps/7.1.tsx",
        "log/cosignatures/7.0123456",
        "log/tile/0/0",
        "trust/root/1.json.short.sig",
        "trust/authorities/.pem",
        "trust/root",
        "releases",
        ".tmp/0123",
        "README.txt/x",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    """What no archive has is no path of one."""
    assert parse_path(path) is None


def test_every_file_of_the_shipped_archive() -> None:
    """Each file of an archive with stamps, roots and releases has a path that is read and written."""
    files = [file.relative_to(ARCHIVE).as_posix() for file in ARCHIVE.rglob("*") if file.is_file()]
    read = {path: parse_path(path) for path in files}
    assert [path for path, parts in read.items() if parts is None or parts.path != path] == []
    assert {Kind.PUBLISHED, Kind.TILE, Kind.ROOT, Kind.RELEASE, Kind.SCHEMA} <= {p.kind for p in read.values() if p}


def test_functions_agree_with_the_parts() -> None:
    """The functions that write a path write what is read as the kind of that name."""
    written = {
        Kind.PUBLISHED: paths.checkpoint_path(7),
        Kind.REQUEST: paths.stamp_paths(7, 2)[0],
        Kind.RESPONSE: paths.stamp_paths(7, 2)[1],
        Kind.COSIGNATURE: paths.cosignature_path(7, b"\x01\x02\x03\x04"),
        Kind.ROOT: paths.root_path(3),
        Kind.ROOT_SIGNATURE: paths.root_signature_path(3, "A" * 43),
        Kind.TILE: paths.tile_path(Tile(0, 0, 7)),
        Kind.SCHEMA: paths.schema_path("record"),
        Kind.RELEASE: paths.object_folder(LAYOUTS[0], "tag:example.org,2026:harbour-notice"),
        Kind.ALONE: paths.UNFINISHED,
    }
    assert {kind: parts.kind for kind, path in written.items() if (parts := parse_path(path))} == {
        k: k for k in written
    }


def test_the_command_looks_for_the_same_marker() -> None:
    """The command has a copy of two names, so that it finds an archive without loading what reads one."""
    assert (target.TAG, target.MARKER) == (paths.TAG, paths.UNFINISHED)
