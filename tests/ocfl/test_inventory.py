"""Tests of muniment.ocfl.inventory and muniment.ocfl.version_block."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError, InputError
from muniment.ocfl.inventory import (
    Inventory,
    VersionBlock,
    add_version,
    build_inventory,
    format_inventory,
    parse_inventory,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ID = "tag:archive.example.org,2026:kz-events"
CREATED = "2026-11-21T12:00:00Z"


def _sha512(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest()


ONE, TWO, THREE = _sha512(b"{1}"), _sha512(b"{2}"), _sha512(b"words")
NOTE, OTHER = _sha512(b"note"), _sha512(b"other words")


def _as_json(inventory: Inventory) -> dict[str, Any]:
    return {
        "id": inventory.object_id,
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha512",
        "head": inventory.head,
        "manifest": {digest: list(paths) for digest, paths in inventory.manifest},
        "versions": {
            f"v{number}": {
                "created": block.created,
                "message": block.message,
                "state": {digest: list(paths) for digest, paths in block.state},
                "user": {"name": block.user_name, "address": block.user_address},
            }
            for number, block in enumerate(inventory.versions, 1)
        },
    }


def _write(value: object) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_names = st.from_regex(r"[^/.\ud800-\udfff]{1,8}(/[^/.\ud800-\udfff]{1,4})?", fullmatch=True)
_blocks = st.builds(
    VersionBlock,
    created=st.just(CREATED),
    message=_texts,
    user_name=_texts.filter(bool),
    user_address=st.just("mailto:a@example.org"),
    state=st.dictionaries(_names, st.sampled_from([ONE, TWO, THREE, NOTE]), max_size=4).map(state_of),
)


@given(st.lists(_blocks, min_size=1, max_size=12))
def test_format_is_that_of_json(blocks: list[VersionBlock]) -> None:
    """An inventory is written as Python's json writes it, indented and sorted."""
    built = build_inventory(ID, blocks)
    assert format_inventory(built) == _write(_as_json(built))


def test_inventory_is_read_back(inventory: Inventory) -> None:
    """What is written is read as the same value."""
    assert parse_inventory(format_inventory(inventory)) == inventory


def test_inventory_is_a_function_of_its_versions(inventory: Inventory, object_files: dict[str, bytes]) -> None:
    """The inventory of any earlier version is rebuilt from the newest one, byte for byte."""
    for number in (1, 2, 3):
        assert format_inventory(inventory.at(number)) == object_files[f"v{number}/inventory.json"]
    assert inventory.at(3) == inventory
    assert build_inventory(inventory.object_id, inventory.versions) == inventory


def test_content_is_stored_once(inventory: Inventory, object_files: dict[str, bytes]) -> None:
    """Content that the object has already, or has twice in one version, is referred to and not stored again."""
    assert sorted(path for path in object_files if "/content/" in path) == [
        "v1/content/original.txt",
        "v1/content/record.json",
        "v2/content/notes/a.txt",
        "v2/content/record.json",
        "v3/content/original.txt",
    ]
    assert inventory.content_paths(2) == {
        "notes/a.txt": "v2/content/notes/a.txt",
        "notes/b.txt": "v2/content/notes/a.txt",
        "original.txt": "v1/content/original.txt",
        "record.json": "v2/content/record.json",
    }
    assert inventory.content_paths(3) == {
        "copy.txt": "v1/content/original.txt",
        "original.txt": "v3/content/original.txt",
        "record.json": "v1/content/record.json",
    }
    assert inventory.head == "v3"


def _add(inventory: Inventory | None = None, object_id: str = ID, **changed: Any) -> Inventory:  # noqa: ANN401 - any wrong value
    values: dict[str, Any] = {
        "created": CREATED,
        "message": "",
        "user_name": "Archive",
        "user_address": "mailto:a@example.org",
        "files": {"a": ONE},
    }
    return add_version(inventory, object_id, **(values | changed)).inventory


def test_nothing_new_needs_no_content(inventory: Inventory) -> None:
    """A version with the files of an older one stores nothing."""
    new = add_version(
        inventory,
        inventory.object_id,
        created=CREATED,
        message="again",
        user_name="Archive",
        user_address="https://example.org/",
        files=inventory.versions[0].files,
    )
    assert new.content == ()
    assert new.inventory.head == "v4"
    assert new.inventory.manifest == inventory.manifest


def test_many_versions_keep_their_numbers() -> None:
    """Past nine versions the keys are sorted as text, and still read in order of numbers."""
    built: Inventory | None = None
    for number in range(11):
        built = _add(built, files={"a": _sha512(bytes([number]))})
    assert built is not None
    data = format_inventory(built)
    assert parse_inventory(data) == built
    assert data.index(b'    "v10": ') < data.index(b'    "v2": ')


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"created": "2026-11-21"}, "OCFL E049: "),
        ({"created": "2026-11-31T12:00:00Z"}, "OCFL E049: "),
        ({"created": "2026-11-21T12:00:00+00:00"}, "OCFL E049: "),
        ({"created": "2026-11-21T12:00:00.5Z"}, "OCFL E049: "),
        ({"created": "2026-11-21T12:00:00Z\n"}, "OCFL E049: "),
        ({"user_name": ""}, "OCFL E054: "),
        ({"user_address": "a@example.org"}, "OCFL W009: "),
        ({"object_id": "kz-events"}, "OCFL W005: "),
        ({"files": {"a": ONE.upper()}}, "OCFL E031: "),
        ({"files": {"a": ONE[:64]}}, "OCFL E031: "),
        ({"files": {"/a": ONE}}, "OCFL E053: "),
        ({"files": {"a/": ONE}}, "OCFL E053: "),
        ({"files": {"a/../b": ONE}}, "OCFL E052: "),
        ({"files": {"": ONE}}, "OCFL E052: "),
        ({"files": {"a": ONE, "a/b": TWO}}, "OCFL E095: "),
        ({"message": "\ud800"}, "OCFL E033: "),
    ],
)
def test_wrong_values_add_no_version(changed: dict[str, Any], fault: str) -> None:
    """What would break a rule of OCFL is refused before anything is written, by its code."""
    with pytest.raises(InputError, match=fault):
        _add(**changed)


def test_identifier_of_an_object_never_changes(inventory: Inventory) -> None:
    """A version for another identifier is refused."""
    with pytest.raises(InputError, match="OCFL E110: "):
        _add(inventory, "tag:archive.example.org,2026:other")


def _change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(top: dict[str, Any]) -> None:
        *folders, last = path.split("|")
        for name in folders:
            top = top[name]
        if value is None:
            del top[last]
        else:
            top[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("id", None, "E036"),
        ("type", None, "E036"),
        ("digestAlgorithm", None, "E036"),
        ("head", None, "E036"),
        ("id", 1, "E037"),
        ("id", "kz-events", "W005"),
        ("type", "https://ocfl.io/1.2/spec/#inventory", "E038"),
        ("head", "v2", "E040"),
        ("manifest", None, "E041"),
        ("versions", None, "E041"),
        ("versions", {}, "E008"),
        ("versions|v2", None, "E010"),
        ("versions|v3", [], "E047"),
        ("versions|v3|state", None, "E048"),
        ("versions|v3|created", "2026-11-21", "E049"),
        ("versions|v3|created", "2026-11-21T12:00:00+01:00", "E049"),
        ("versions|v3|state|" + "0" * 128, ["a"], "E050"),
        ("versions|v3|state|" + ONE, [], "not in the form this archive writes"),
        ("versions|v3|state|" + ONE, ["../a"], "E052"),
        ("versions|v3|state|" + ONE, ["/a"], "E053"),
        ("versions|v3|user", "a", "E054"),
        ("versions|v3|user|address", "nobody", "W009"),
        ("versions|v3|message", [], "E094"),
        ("versions|v3|state|" + ONE, ["copy.txt"], "E095"),
        ("versions|v3|state|" + ONE, ["copy.txt/a"], "E095"),
        ("manifest|" + ONE.upper(), ["v1/content/b"], "E096"),
        ("manifest|" + ONE, ["v1/content/a/../b"], "E099"),
        ("manifest|" + ONE, ["/v1/content/a"], "E100"),
        ("manifest|" + ONE, ["v1/content/original.txt"], "E101"),
        ("manifest|" + ONE, ["v1/content/original.txt/a"], "E101"),
        ("manifest|" + ONE, ["v1/a"], "E042"),
        ("comment", "a", "E102"),
        ("versions|v3|comment", "a", "E102"),
        ("versions|v3|user|comment", "a", "E102"),
        ("manifest|" + "0" * 128, ["v1/content/b"], "E107"),
        ("contentDirectory", "", "E108"),
        ("fixity", [], "E111"),
        ("contentDirectory", "content", "not in the form this archive writes"),
        ("fixity", {}, "not in the form this archive writes"),
        ("manifest|" + ONE, ["v1/content/a"], "not in the form this archive writes"),
        (
            "manifest|" + ONE,
            ["v1/content/record.json", "v2/content/b"],
            "not in the form this archive writes",
        ),
        ("versions|v3|message", None, "not in the form this archive writes"),
        ("versions|v2|state|" + NOTE, ["notes/b.txt", "notes/a.txt"], "not in the form this archive writes"),
    ],
)
def test_changed_inventory_is_refused_by_its_code(inventory: Inventory, path: str, value: object, code: str) -> None:
    """Each fault in an inventory is refused, by its code, or for its form where OCFL allows it."""
    top = _as_json(inventory)
    _change(path, value)(top)
    with pytest.raises(FormatError, match=code) as caught:
        parse_inventory(_write(top), where="v3/inventory.json")
    assert caught.value.where == "v3/inventory.json"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "OCFL E033: not JSON"),
        (b"[]", "OCFL E033: the inventory is not a JSON object"),
        (b"\xef\xbb\xbf{}", "OCFL E033: begins with a byte order mark"),
        ("{}".encode("utf-16"), "OCFL E033: not UTF-8"),
        (b'{"id":"a","id":"b"}', "OCFL E033: a key stands twice"),
        (b'{"id":1.5}', "OCFL E033: a number is not an integer"),
        (b"[" * 100_000, "OCFL E033: nested too deeply"),
        (b" " * (16 * 1024 * 1024 + 1), "OCFL E033: too large to read"),
    ],
)
def test_what_is_not_strict_json_is_refused(data: bytes, fault: str) -> None:
    """Bytes that readers could take in two ways, or not at all, are refused by E033."""
    with pytest.raises(FormatError, match=fault):
        parse_inventory(data)


def test_no_byte_of_an_inventory_can_change(inventory: Inventory) -> None:
    """An inventory with any byte replaced, added or taken away is refused, or is another inventory."""
    data = format_inventory(inventory.at(1))
    for at in range(len(data)):
        for changed in (data[:at] + b"0" + data[at + 1 :], data[:at] + b" " + data[at:], data[:at] + data[at + 1 :]):
            if changed != data:
                try:
                    assert format_inventory(parse_inventory(changed)) == changed
                except FormatError:
                    continue
