"""Entries held to the signed root."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import IntegrityError, MunimentError, ProofError
from muniment.log.bundles import proven_bundles
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.tile import bundles, tiles
from muniment.log.tree import Log, log_files
from muniment.store import MemoryStore


def log_of(entries: list[bytes]) -> tuple[dict[str, bytes], bytes]:
    """The files of a log, and its root."""
    return dict(log_files(entries)), tree_root([leaf_hash(entry) for entry in entries])


@pytest.mark.parametrize("size", [*range(1, 12), 255, 256, 257, 300, 512, 513])
def test_right(size: int) -> None:
    """Of a log of any size every entry is given, and its files are all that a log of that size needs."""
    entries = [f"entry {number}".encode() for number in range(size)]
    files, root = log_of(entries)
    read = proven_bundles(Log(MemoryStore(files).read, size), root)
    assert list(read) == entries
    assert [read.entry(index) for index in range(size)] == entries
    assert {tile.path for tile in (*bundles(size), *tiles(size))} <= set(files)


@pytest.mark.parametrize("size", [1, 2, 7, 256, 259])
def test_changed_entry(size: int) -> None:
    """A changed entry is named with its bundle; where the tiles were changed too, the root tells all the same."""
    entries = [f"entry {number}".encode() for number in range(size)]
    files, root = log_of(entries)
    for index in {0, size // 2, size - 1}:
        forged = [*entries[:index], b"forged", *entries[index + 1 :]]
        wrong, _ = log_of(forged)
        swapped = {path: wrong[path] if "/entries/" in path else data for path, data in files.items()}
        with pytest.raises(IntegrityError, match=f"entry {index} is not the one that was logged") as caught:
            proven_bundles(Log(MemoryStore(swapped).read, size), root)
        assert caught.value.check == 10
        assert caught.value.where.removeprefix("log/") in files
        with pytest.raises(ProofError, match="the entries do not have the root of the checkpoint"):
            proven_bundles(Log(MemoryStore(wrong).read, size), root)


@given(st.data())
def test_any_byte(data: st.DataObject) -> None:
    """Whatever byte of a bundle is changed, no entry is given out."""
    files, root = log_of([b"one", b"two", b"three"])
    path = "tile/entries/000.p/3"
    at = data.draw(st.integers(0, len(files[path]) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != files[path][at]))
    spoilt = {**files, path: files[path][:at] + bytes([other]) + files[path][at + 1 :]}
    with pytest.raises(MunimentError):
        proven_bundles(Log(MemoryStore(spoilt).read, 3), root)


def test_found_by_a_part() -> None:
    """An entry is found by a part of its bytes; one that reaches over the end of an entry is no part of any."""
    entries = [b"entry %d;" % number for number in range(600)]
    files, root = log_of(entries)
    read = proven_bundles(Log(MemoryStore(files).read, 600), root)
    assert list(read.find(b"entry 25")) == [
        (at, entry) for at, entry in enumerate(entries) if entry.startswith(b"entry 25")
    ]
    assert list(read.find(b"entry 600")) == []
    over = read.data[0][5:30]
    assert over in read.data[0]
    assert list(read.find(over)) == []


def test_narrower_than_the_full_bundle() -> None:
    """A reader of an older size takes the beginning of the full bundle that has replaced its own."""
    entries = [b"entry %d" % number for number in range(256)]
    files, _ = log_of(entries)
    root = tree_root([leaf_hash(entry) for entry in entries[:200]])
    full = {path: data for path, data in files.items() if ".p/" not in path}
    assert list(proven_bundles(Log(MemoryStore(full).read, 200), root)) == entries[:200]


def _of_ships(data: bytes) -> list[tuple[bytes, bytes]]:
    return re.findall(rb"(ship ([a-z0-9]+);)", data)


def test_bundles_of_a_form() -> None:
    """Of bundles whose entries all have a form the names are given, of others none, and nothing else differs."""
    entries = [b"ship %d;" % number for number in range(600)]
    entries[300] = b"boat 300;"
    files, root = log_of(entries)
    plain = proven_bundles(Log(MemoryStore(files).read, 600), root)
    read = proven_bundles(Log(MemoryStore(files).read, 600), root, _of_ships)
    assert (read.data, read.size, plain.names) == (plain.data, plain.size, {})
    ships = [b"%d" % number for number in range(600)]
    assert read.names == {0: tuple(ships[:256]), 2: tuple(ships[512:])}
    for part, name in ((b"ship 5;", b"5"), (b"ship 301;", b"301"), (b"boat", b""), (b"ship 9", None)):
        assert list(read.find(part, name)) == list(plain.find(part))
    assert list(read.find(b"ship 5;", b"")) == []


@pytest.mark.parametrize("odd", [b"xship 1;", b"ship 1;x", b"ship 1;ship 2;", b"\0\7ship 1;", b""])
def test_an_entry_that_only_holds_one_is_not_of_the_form(odd: bytes) -> None:
    """An entry that has one of the form in it, or two, keeps its bundle from being taken for one of that form."""
    entries = [b"ship 0;", odd, b"ship 3;"]
    files, root = log_of(entries)
    read = proven_bundles(Log(MemoryStore(files).read, 3), root, _of_ships)
    assert (list(read), read.names) == (entries, {})


@given(st.data())
def test_any_byte_of_a_form(data: st.DataObject) -> None:
    """Whatever byte of a bundle is changed, no entry is given out, whichever form is looked for."""
    files, root = log_of([b"ship 1;", b"ship 2;", b"ship 3;"])
    path = "tile/entries/000.p/3"
    at = data.draw(st.integers(0, len(files[path]) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != files[path][at]))
    spoilt = {**files, path: files[path][:at] + bytes([other]) + files[path][at + 1 :]}
    with pytest.raises(MunimentError) as by_form:
        proven_bundles(Log(MemoryStore(spoilt).read, 3), root, _of_ships)
    with pytest.raises(MunimentError) as plainly:
        proven_bundles(Log(MemoryStore(spoilt).read, 3), root)
    assert str(by_form.value) == str(plainly.value)
