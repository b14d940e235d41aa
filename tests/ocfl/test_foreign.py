"""Tests of muniment.ocfl.foreign and muniment.ocfl.rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from muniment.errors import FormatError
from muniment.ocfl.foreign import describe, read_inventory
from muniment.ocfl.rules import examine
from muniment.ocfl.version_block import VersionBlock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A, B = "a" * 64, "B" * 64


def _foreign() -> dict[str, Any]:
    """An inventory with all that this archive does not write."""
    return {
        "id": "urn:example",
        "type": "https://ocfl.io/1.0/spec/#inventory",
        "digestAlgorithm": "sha256",
        "contentDirectory": "stuff",
        "head": "v002",
        "manifest": {A: ["v001/stuff/a"], B: ["v002/stuff/b", "v002/stuff/c"]},
        "versions": {
            "v001": {"created": "2026-11-21T12:00:00.5+01:00", "state": {A: ["a"]}},
            "v002": {
                "created": "2026-11-22T12:00:00Z",
                "message": "two",
                "user": {"name": "N"},
                "state": {A: ["a"], B: ["d/b"]},
            },
        },
        "fixity": {"md5": {"0" * 32: ["v001/stuff/a"]}, "size": {"1": ["v001/stuff/a"]}},
    }


def _codes(value: Any) -> set[str]:  # noqa: ANN401 - any JSON
    return {problem.code for problem in examine(value, "inventory.json")}


def test_foreign_inventory_is_read() -> None:
    """Padded versions, SHA-256, a named content directory and fixity are read as they stand."""
    read = read_inventory(json.dumps(_foreign()).encode())
    assert read.object_id == "urn:example"
    assert read.specification == "1.0"
    assert read.algorithm == "sha256"
    assert read.content_directory == "stuff"
    assert read.names_content_directory
    assert read.head == "v002"
    assert read.names == ("v001", "v002")
    assert read.versions[0] == VersionBlock("2026-11-21T12:00:00.5+01:00", "", "", "", ((A, ("a",)),))
    assert read.versions[1].user_name == "N"
    assert read.manifest == ((B, ("v002/stuff/b", "v002/stuff/c")), (A, ("v001/stuff/a",)))
    assert read.fixity == (
        ("md5", (("0" * 32, ("v001/stuff/a",)),)),
        ("size", (("1", ("v001/stuff/a",)),)),
    )


def test_warnings_do_not_refuse() -> None:
    """What OCFL only advises against is named, and read all the same."""
    assert _codes(_foreign()) == {"W001", "W004", "W007", "W008"}


def _set(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(top: dict[str, Any]) -> None:
        *folders, last = path.split("|")
        for name in folders:
            top = top[name]
        top[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("id", "", "E037"),
        ("id", [], "E037"),
        ("type", 1, "E038"),
        ("type", "https://ocfl.io/1.1/spec/", "E038"),
        ("digestAlgorithm", "md5", "E025"),
        ("digestAlgorithm", [], "E025"),
        ("digestAlgorithm", "sha512", "E031"),
        ("manifest|" + "x" * 64, ["v001/stuff/x"], "E030"),
        ("contentDirectory", "a/b", "E017"),
        ("contentDirectory", 1, "E017"),
        ("contentDirectory", "..", "E018"),
        ("contentDirectory", "", "E108"),
        ("contentDirectory", "other", "E042"),
        ("head", {}, "E040"),
        ("head", "v2", "E040"),
        ("manifest", [], "E106"),
        ("manifest|" + A, "v001/stuff/a", "E092"),
        ("manifest|" + A, [1], "E092"),
        ("manifest|" + A, [], "E092"),
        ("manifest|" + A.upper(), ["v001/stuff/x"], "E096"),
        ("versions", [], "E044"),
        ("versions|2", {}, "E046"),
        ("versions|v002", [], "E047"),
        ("versions|v002|state", [], "E050"),
        ("versions|v002|state|" + B.lower(), ["x"], "E050"),
        ("versions|v002|state|" + B, "d/b", "E051"),
        ("versions|v002|state|" + B, [1], "E051"),
        ("versions|v002|state|" + B, ["a/b"], "E095"),
        ("versions|v002|created", None, "E049"),
        ("versions|v002|user", [], "E054"),
        ("versions|v002|user", {}, "E054"),
        ("versions|v002|user|address", 1, "E054"),
        ("fixity", [], "E111"),
        ("fixity|crc32", {}, "E056"),
        ("fixity|md5", [], "E057"),
        ("fixity|md5", {"0": ["v001/stuff/a"]}, "E057"),
        ("fixity|md5", {"0" * 32: "v001/stuff/a"}, "E057"),
        ("fixity|md5", {"a" * 32: ["v001/stuff/a"], "A" * 32: ["v001/stuff/a"]}, "E097"),
        ("fixity|md5", {"0" * 32: ["v001//stuff/a"]}, "E099"),
        ("fixity|md5", {"0" * 32: ["/v001/stuff/a"]}, "E100"),
        ("versions|v002|user|address", "nobody", "W009"),
        ("id", "example", "W005"),
    ],
)
def test_each_rule_has_its_code(path: str, value: object, code: str) -> None:
    """A broken rule is named by its code; the inventory is refused if it is an error."""
    top = _foreign()
    _set(path, value)(top)
    assert code in _codes(top)
    data = json.dumps(top).encode()
    if code.startswith("E"):
        with pytest.raises(FormatError, match=r"^inventory\.json: OCFL E[0-9]{3}: "):
            read_inventory(data, where="inventory.json")
    else:
        assert read_inventory(data).head == "v002"


def test_unused_content_is_named_where_states_are_whole() -> None:
    """A digest in no state is E107, unless a state cannot be read, which is reported instead."""
    top = _foreign()
    top["manifest"]["c" * 64] = ["v001/stuff/c"]
    assert "E107" in _codes(top)
    del top["versions"]["v001"]["state"]
    assert "E107" not in _codes(top)
    assert "E048" in _codes(top)


@pytest.mark.parametrize("value", [None, True, 1, "a", [], {}, {"versions": [], "fixity": 1, "type": []}])
def test_faulty_inventories_are_described_as_far_as_they_go(value: Any) -> None:  # noqa: ANN401 - any JSON
    """What has the wrong shape is left out, and nothing is raised."""
    described = describe(value)
    assert described.names == ()
    assert described.manifest == ()
    assert described.fixity == ()
    assert _codes(value) & {"E033", "E036"}


@pytest.mark.parametrize("kind", ["good-objects", "warn-objects"])
@pytest.mark.parametrize("specification", ["1.0", "1.1"])
def test_official_inventories_are_read(vectors: Callable[[str], Path], specification: str, kind: str) -> None:
    """Every inventory of the official good and warn objects is read."""
    found = sorted((vectors("ocfl") / specification / kind).glob("**/inventory.json"))
    assert len(found) >= 20
    for path in found:
        assert read_inventory(path.read_bytes(), where=str(path)).head.startswith("v")
