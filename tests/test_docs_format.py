"""``docs/format.md`` says what the code does: its example is made again, and nothing of the schemas is left out.

``python tests/test_docs_format.py`` writes the example into the page anew, for a deliberate change of the format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muniment.archive.paths import UNFINISHED
from muniment.canonical import format_canonical, parse_json
from muniment.digest import sha256_hex
from muniment.errors import StoreError
from muniment.ingest import Source
from muniment.log.merkle import leaf_hash, node_hash
from muniment.log.tile import parse_bundle
from muniment.ocfl.storage_root import HASHED, object_path
from muniment.record import parse_record
from muniment.schema import NAMES, schema_bytes
from muniment.sources import marks as letters
from muniment.sources import marks as punctuation
from muniment.sources import plain_text as charset
from muniment.ssh.keys import PrivateKey
from muniment.store import FaultyStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_publication

PAGE = Path(__file__).resolve().parents[1] / "docs" / "format.md"
ORIGIN = "press.example.org/archive"
ORIGINAL = b"Harbour notice\n\n1. The harbour is closed.\n"
OBJECT = "releases/harbour-notice"
CONTENT = f"{OBJECT}/v1/content"
ROOT_SIGNATURE = "trust/root/1.json.fe85JkIjo8VPe-XqXJGH5Mau1EMFdK1OdKvJUFicyA8.sig"
_ROOT, _RECORD, _LOG = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))


def _add(store: MemoryStore | FaultyStore) -> None:
    source = Source(ORIGINAL, "notice.txt", "2026-11-22")
    occasion = Author("2026-11-22T10:05:00Z")
    add_publication(store, Keys(_RECORD, _LOG), "harbour-notice", source, {"language": "en"}, occasion)


def make_archive() -> dict[str, bytes]:
    """Make the archive of the page, and give its files; ``unfinished.signed`` as it was while the version was added."""
    store = MemoryStore()
    create_archive(store, InitialKeys(_ROOT, _RECORD, _LOG), origin=ORIGIN, now="2026-11-22T10:00:00Z")
    marker = _marker(MemoryStore(store.files))
    _add(store)
    return {**store.files, UNFINISHED: marker}


def _marker(store: MemoryStore) -> bytes:
    """Give the marker that lies there once the addition was stopped after its first write."""
    with pytest.raises(StoreError):
        _add(FaultyStore(store, stop_after=1))
    return store.files[UNFINISHED]


def _pretty(data: bytes) -> str:
    return json.dumps(json.loads(data), indent=2, ensure_ascii=False)


def _signed(files: dict[str, bytes]) -> str:
    """Wrap the line of the marker, and give its signature as it is."""
    line, _, armored = files[UNFINISHED].partition(b"\n")
    return f"{_pretty(line)}\n{armored.decode().removesuffix(chr(10))}"


def _entries(files: dict[str, bytes]) -> tuple[bytes, ...]:
    return parse_bundle(files["log/tile/entries/000.p/2"], 2)


def _files(files: dict[str, bytes]) -> str:
    rows = sorted((path, data) for path, data in files.items() if path != UNFINISHED)
    return "\n".join(f"{len(data):>5}  {sha256_hex(data)[:16]}  {path}" for path, data in rows)


def _paragraphs(files: dict[str, bytes]) -> str:
    leaves = [format_canonical({**p.as_json()}) for p in parse_record(files[f"{CONTENT}/record.json"]).paragraphs]
    assert len(leaves) == 2
    hashes = [leaf_hash(leaf) for leaf in leaves]
    lines = [f"{leaf.decode()}\n  {value.hex()}" for leaf, value in zip(leaves, hashes, strict=True)]
    return "\n".join([*lines, f"root\n  {node_hash(*hashes).hex()}"])


def _entry(number: int) -> Callable[[dict[str, bytes]], str]:
    def render(files: dict[str, bytes]) -> str:
        entry = _entries(files)[number]
        return f"{_pretty(entry)}\n\n{leaf_hash(entry).hex()}"

    return render


def _bundle(files: dict[str, bytes]) -> str:
    def shown(data: bytes) -> str:
        return "".join(chr(byte) if 0x20 < byte < 0x7F else "." for byte in data)

    lines = []
    for entry in _entries(files):
        length, first, last = len(entry).to_bytes(2, "big").hex(" "), entry[:16], entry[-16:]
        lines.append(f"{length}  {first.hex(' ')}  {shown(first)}\n       {last.hex(' ')}  {shown(last)}")
    return "\n".join(lines)


def _tile(files: dict[str, bytes]) -> str:
    data = files["log/tile/0/000.p/2"]
    return f"{data[:32].hex()}\n{data[32:].hex()}"


def _root_hash(files: dict[str, bytes]) -> str:
    return node_hash(*(leaf_hash(entry) for entry in _entries(files))).hex()


def _as_is(path: str) -> Callable[[dict[str, bytes]], str]:
    return lambda files: files[path].decode().removesuffix("\n")


def _wrapped(path: str) -> Callable[[dict[str, bytes]], str]:
    return lambda files: _pretty(files[path])


def _hash(path: str) -> Callable[[dict[str, bytes]], str]:
    return lambda files: f"{len(files[path])} bytes\n{sha256_hex(files[path])}"


EXAMPLES: dict[str, Callable[[dict[str, bytes]], str]] = {
    "files": _files,
    "original": _as_is(f"{CONTENT}/original.txt"),
    "record": _wrapped(f"{CONTENT}/record.json"),
    "record hash": _hash(f"{CONTENT}/record.json"),
    "paragraphs": _paragraphs,
    "signature": _as_is(f"{CONTENT}/record.json.sig"),
    "signer": lambda _: f"{_RECORD.public.fingerprint}\n{_RECORD.public.line}",
    "inventory": _as_is(f"{OBJECT}/inventory.json"),
    "sidecar": _as_is(f"{OBJECT}/inventory.json.sha512"),
    "entry 0": _entry(0),
    "entry 1": _entry(1),
    "bundle": _bundle,
    "tile": _tile,
    "checkpoint": _as_is("log/checkpoint"),
    "root hash": _root_hash,
    "trust root": _wrapped("trust/root/1.json"),
    "trust root hash": _hash("trust/root/1.json"),
    "trust root signature": _as_is(ROOT_SIGNATURE),
    "allowed signers": _as_is("trust/allowed_signers"),
    "marker": _signed,
}
"""What stands in the page under ``<!-- example: NAME -->``."""


def rewrite(page: str, files: dict[str, bytes]) -> str:
    """Put every example into the page anew."""
    for name, render in EXAMPLES.items():
        block = f"<!-- example: {name} -->\n```text\n{render(files)}\n```\n"
        pattern = rf"<!-- example: {name} -->\n(?:```text\n.*?\n```\n)?"
        page = re.sub(pattern, lambda _, block=block: block, page, flags=re.DOTALL)  # type: ignore[misc]
    return page


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The archive of the page."""
    return make_archive()


@pytest.fixture(scope="module")
def page() -> str:
    """The page."""
    return PAGE.read_text(encoding="utf-8")


def block(page: str, title: str) -> str:
    """Give the fenced block under a comment."""
    match = re.search(rf"<!-- {re.escape(title)} -->\n```text\n(.*?)\n```\n", page, flags=re.DOTALL)
    assert match is not None, title
    return match[1]


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(page: str, files: dict[str, bytes], name: str) -> None:
    """Every block of the example is what the code makes; else: python tests/test_docs_format.py."""
    assert block(page, f"example: {name}") == EXAMPLES[name](files)


def test_example_is_an_archive(files: dict[str, bytes]) -> None:
    """The archive of the page verifies."""
    stored = {path: data for path, data in files.items() if path != UNFINISHED}

    assert verify_archive(MemoryStore(stored)).verdict == "verified"


def test_pretty_values_are_the_files(page: str, files: dict[str, bytes]) -> None:
    """The wrapped JSON of the page, written in canonical form, is the file: nothing was lost in wrapping."""
    named = {"record": f"{CONTENT}/record.json", "trust root": "trust/root/1.json"}

    for name, path in named.items():
        assert format_canonical(parse_json(block(page, f"example: {name}").encode())) == files[path]
    line, begin, armored = block(page, "example: marker").partition("\n-----BEGIN")
    signed = format_canonical(parse_json(line.encode())) + f"{begin}{armored}\n".encode()
    assert signed == files[UNFINISHED]


def test_every_file_stands_in_the_tree(page: str, files: dict[str, bytes]) -> None:
    """The tree of the page has exactly the files of that archive."""
    words = [line.split()[0] for line in block(page, "tree").splitlines() if not line.startswith(" ")]

    assert sorted(words) == sorted(set(files) - {UNFINISHED})


def members(schema: object) -> Iterator[str]:
    """Give every member name and every fixed text of a schema."""
    if isinstance(schema, list):
        for item in schema:
            yield from members(item)
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        yield from (value for value in [*schema.get("enum", ()), schema.get("const")] if isinstance(value, str))
        for keyword, value in schema.items():
            if keyword not in {"enum", "const", "examples", "required"}:
                yield from members(value)


@pytest.mark.parametrize("name", NAMES)
def test_every_member_is_described(page: str, name: str) -> None:
    """Every member and every fixed value of every schema stands in the page, as code."""
    described = set(re.findall(r"`([^`\n]+)`", page))

    assert sorted(set(members(json.loads(schema_bytes(name)))) - described) == []


def code_points(characters: str | frozenset[str]) -> list[str]:
    """Name characters as the page does."""
    return [f"U+{ord(character):04X}" for character in sorted(characters)]


def test_lists_of_the_extraction_rules(page: str) -> None:
    """Charsets, white space and punctuation of the page are those of the code."""
    blanks = "".join(character for character in map(chr, range(0x110000)) if character.isspace())

    assert sorted(block(page, "charsets").split()) == sorted(charset._CODECS)
    assert block(page, "white space").split() == code_points(blanks)
    assert block(page, "fillers").split() == code_points(punctuation.FILLERS)
    assert block(page, "closers").split() == code_points(punctuation._CLOSERS)
    assert block(page, "sentence").split() == code_points(punctuation._SENTENCE)
    assert block(page, "clause").split() == code_points(punctuation._CLAUSE)


def test_lists_of_letters(page: str) -> None:
    """The letters and item letters of the page are those of the code, code point by code point."""
    every = [chr(point) for point in range(0x110000)]
    digits = {character for character in every[:0x10000] if re.fullmatch(r"\d", character)}

    found = {character for character in every if re.fullmatch(letters.LETTER, character)}
    assert set(ranges(block(page, "letters"))) - digits == found
    found = {character for character in every if re.fullmatch(letters.ITEM_LETTER, character)}
    assert set(ranges(block(page, "item letters"))) == found


def ranges(text: str) -> Iterator[str]:
    """Give the characters of ranges written as U+0041-005A."""
    for part in text.split():
        first, _, last = part.removeprefix("U+").partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


def test_hashed_layout(page: str) -> None:
    """The path that the page gives for the hashed layout is the right one."""
    assert f"`{object_path(HASHED, f'tag:press.example.org,2026:{OBJECT[9:]}')}`" in page


if __name__ == "__main__":
    PAGE.write_text(rewrite(PAGE.read_text(encoding="utf-8"), make_archive()), encoding="utf-8")
