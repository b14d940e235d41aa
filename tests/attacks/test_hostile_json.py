"""JSON as an attacker writes it, for every reader of JSON: one typed error, whatever its depth or size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.attacks.hands import READING, judge, lay, read, run
from tests.verify.forge import failed, pieces, rebuilt, signed, statements, with_entries

from muniment.archive import open_archive
from muniment.archive.unfinished import Marker, format_marker, parse_line, promise
from muniment.canonical import MAX_SIZE, parse_canonical, parse_json
from muniment.errors import CanonicalError, IntegrityError
from muniment.log.statement import format_statement, parse_statement
from muniment.memory import format_memory, parse_memory, remember
from muniment.ocfl.inventory import parse_inventory
from muniment.ocfl.storage_root import parse_layout
from muniment.record import parse_record
from muniment.store import MemoryStore
from muniment.trust.root import parse_trust_root
from muniment.write.create import InitialKeys

DEEP = 100_000
POISONS: dict[str, Callable[[bytes], bytes]] = {
    "a member twice": lambda data: data.replace(b"{", b'{"a":1,"a":1,', 1),
    "a member twice, once escaped": lambda data: data.replace(b"{", b'{"a":1,"\\u0061":1,', 1),
    "100,000 arrays deep": lambda _: b"[" * DEEP + b"]" * DEEP,
    "100,000 objects deep": lambda _: b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "100,000 opened": lambda _: b"[" * DEEP,
    "deep in a member": lambda data: data.replace(b"{", b'{"a":' + b"[" * DEEP + b"]" * DEEP + b",", 1),
    "65 deep": lambda _: b"[" * 65 + b"]" * 65,
    "an integer of 2^53": lambda data: data.replace(b"{", b'{"a":9007199254740992,', 1),
    "an integer of 5,000 digits": lambda data: data.replace(b"{", b'{"a":' + b"9" * 5000 + b",", 1),
    "an integer of a million digits": lambda data: data.replace(b"{", b'{"a":' + b"9" * 10**6 + b",", 1),
    "a fraction": lambda data: data.replace(b"{", b'{"a":1.5,', 1),
    "1e400": lambda data: data.replace(b"{", b'{"a":1e400,', 1),
    "minus zero": lambda data: data.replace(b"{", b'{"a":-0,', 1),
    "NaN": lambda data: data.replace(b"{", b'{"a":NaN,', 1),
    "Infinity": lambda data: data.replace(b"{", b'{"a":-Infinity,', 1),
    "half a surrogate pair": lambda data: data.replace(b"{", b'{"a":"\\ud800",', 1),
    "half a pair as a name": lambda data: data.replace(b"{", b'{"\\udfff":1,', 1),
    "a pair the wrong way round": lambda data: data.replace(b"{", b'{"a":"\\udc00\\ud800",', 1),
    "a surrogate in UTF-8": lambda data: data.replace(b"{", b'{"a":"\xed\xa0\x80",', 1),
    "overlong UTF-8": lambda data: data.replace(b"{", b'{"a":"\xc0\xaf",', 1),
    "no UTF-8": lambda data: data.replace(b"{", b'{"a":"\xff",', 1),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "a mark of order": lambda data: b"\xef\xbb\xbf" + data,
    "NUL inside": lambda data: data.replace(b"{", b'{"a":"\x00",', 1),
    "NUL at the end": lambda data: data + b"\0",
    "a comment": lambda data: b"/* */" + data,
    "a trailing comma": lambda data: data.rstrip()[:-1] + b",}",
    "two values": lambda data: data + data,
    "nothing": lambda _: b"",
    "null": lambda _: b"null",
    "a number": lambda _: b"1",
    "a list": lambda _: b"[]",
    "an empty object": lambda _: b"{}",
    "cut short": lambda data: data[:-1],
    "a member more": lambda data: data.replace(b"{", b'{"__proto__":{},', 1),
    "more than 4 MiB": lambda data: data + b" " * MAX_SIZE,
    "a text of more than 4 MiB": lambda data: data.replace(b"{", b'{"a":"' + b"x" * MAX_SIZE + b'",', 1),
}
SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "a blank more": lambda data: data.replace(b":", b": ", 1),
    "a line feed at the end": lambda data: data + b"\n",
    "an escape for a letter": lambda data: data.replace(b'"format"', b'"\\u0066ormat"').replace(
        b'"archive"', b'"\\u0061rchive"'
    ),
    "an upper-case escape": lambda data: data.replace(b"a", b"\\u0061", 1),
    "a solidus escaped": lambda data: data.replace(b"/", b"\\/"),
}


@pytest.fixture
def readers(small_archive: MemoryStore) -> dict[str, tuple[Callable[[bytes], object], bytes]]:
    """Every reader of stored JSON, with a file that it takes."""
    files = small_archive.files
    archive = open_archive(small_archive)
    memory = format_memory(remember(files["log/checkpoint"], archive.roots[0].digest, "2026-11-20"))
    marker = format_marker(Marker(archive.origin, 1, "0" * 64, None, None, None, (promise("a", b"a"),)))
    return {
        "record": (parse_record, pieces(small_archive)[0].data),
        "log entry": (lambda data: parse_statement(data, where="e"), format_statement(statements(small_archive)[1][0])),
        "trust root": (lambda data: parse_trust_root(data, where="1.json"), files["trust/root/1.json"]),
        "inventory": (parse_inventory, files["releases/harbour/inventory.json"]),
        "layout": (parse_layout, files["releases/ocfl_layout.json"]),
        "marker": (parse_line, marker),
        "memory": (lambda data: parse_memory(data, archive.origin), memory),
    }


@pytest.mark.parametrize("reader", ["record", "log entry", "trust root", "inventory", "layout", "marker", "memory"])
@pytest.mark.parametrize("poison", POISONS)
def test_every_reader(readers: dict[str, tuple[Callable[[bytes], object], bytes]], reader: str, poison: str) -> None:
    """Each reader refuses each poison with an ``IntegrityError``; what it takes unspoilt, it takes."""
    parse, data = readers[reader]
    parse(data)
    with pytest.raises(IntegrityError):
        parse(POISONS[poison](data))


@pytest.mark.parametrize("reader", ["record", "log entry", "trust root", "marker", "memory"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_spelling(readers: dict[str, tuple[Callable[[bytes], object], bytes]], reader: str, spelling: str) -> None:
    """What is hashed or signed has one spelling: the same value in any other is refused."""
    parse, data = readers[reader]
    other = SPELLINGS[spelling](data)
    if other != data:
        assert parse_json(other) == parse_json(data)
        with pytest.raises(CanonicalError, match="canonical"):
            parse(other)


@pytest.mark.parametrize("poison", POISONS)
def test_signed_and_logged(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path, poison: str) -> None:
    """Signed and logged by the keeper as a record, the poison fails check 3 or 4; every command ends well."""
    v1, v2, tide = pieces(small_archive)
    data = POISONS[poison](tide.data)
    forged = rebuilt(small_archive, [v1, v2, signed(tide, founders.record, data=data)], founders.log)
    found = failed(forged)
    # A record of no bytes at all has a size that no entry may state.
    assert set(found) in ({3}, {4}) if data else set(found) == {1, 9}
    folder = lay(forged.files, tmp_path / "archive")
    for command in (("verify",), ("show", "tide"), ("list",), ("log",), ("cite", "tide"), ("diff", "tide", "harbour")):
        assert read(folder, *command).exit_code == 1, command


@pytest.mark.parametrize("poison", [name for name in POISONS if "4 MiB" not in name and "million" not in name])
def test_logged_as_an_entry(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path, poison: str) -> None:
    """Logged by the keeper as an entry, the poison fails check 9 or 10; every command ends well."""
    root, versions = statements(small_archive)
    entries = [format_statement(root), *map(format_statement, versions)]
    entries[3] = POISONS[poison](entries[3])[:65535]
    forged = with_entries(small_archive, entries, founders.log)
    assert failed(forged).keys() & {9, 10}
    folder = lay(forged.files, tmp_path / "archive")
    for command in READING:
        read(folder, *command)


@pytest.mark.parametrize("poison", [name for name in POISONS if name not in {"an empty object", "minus zero"}])
def test_metadata_file(folder: Path, tmp_path: Path, poison: str) -> None:
    """As ``--metadata`` it is refused with exit code 2, in one line, and nothing is written."""
    file = tmp_path / "m.json"
    file.write_bytes(POISONS[poison](b'{"title":"Notice"}'))
    arguments = (
        "add",
        "-",
        "--release",
        "x",
        "--metadata",
        str(file),
        "--archive",
        str(folder),
        "--keys",
        str(tmp_path),
    )
    assert judge(run(*arguments, stdin=b"Words\n"), *arguments).exit_code == 2


def test_depth_and_size_at_the_limit() -> None:
    """At the limit it is read, one beyond it is not."""
    assert parse_canonical(b"[" * 64 + b"]" * 64)
    assert parse_canonical(b'"' + b"x" * (MAX_SIZE - 2) + b'"')
    for beyond in (b"[" * 65 + b"]" * 65, b'"' + b"x" * (MAX_SIZE - 1) + b'"'):
        with pytest.raises(CanonicalError):
            parse_canonical(beyond)
