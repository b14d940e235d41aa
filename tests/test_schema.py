from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from muniment import schema
from muniment.canonical import parse_json
from muniment.errors import SchemaError, UnavailableError
from muniment.schema import NAMES, schema_bytes, validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from muniment.canonical import Json

SMALL = json.dumps(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["id"],
        "properties": {
            "id": {"type": "string", "pattern": "^[a-z]+$"},
            "a/b~c": {"type": "array", "items": {"type": "integer"}},
        },
    }
).encode()

REPLACEMENTS: list[Json] = [None, True, False, 0, 1, -1, 2**53 - 1, "", "x", "\n", "é" * 10, [], {}, [None], {"x": 1}]


def loaded(name: str) -> dict[str, Any]:
    """A schema as a value, read by the same strict rules as everything else."""
    value = parse_json(schema_bytes(name))
    assert isinstance(value, dict)
    return value


def edits(value: Json) -> Iterator[Json]:
    """What to put in the place of a member: other types, and near misses of its own type."""
    yield from REPLACEMENTS
    if isinstance(value, str):
        yield from (value + "\n", "\n" + value, " " + value, value + "\0", value.upper(), value[:-1], value * 500)
        yield value.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
        yield value.replace("a", "а").replace("-", "\u2010")
    if isinstance(value, int):
        yield from (value + 1, value - 1, -value, str(value))
    if isinstance(value, list):
        yield from (value[:-1], value + value, value[::-1], [*value, None])
    if isinstance(value, dict):
        yield {**value, "unknown": 1}
        for key in value:
            yield {other: item for other, item in value.items() if other != key}


def mutants(value: Json) -> Iterator[Json]:
    """The value with one member changed, for each member and each edit."""
    yield from edits(value)
    if isinstance(value, dict):
        for key, member in value.items():
            yield from ({**value, key: changed} for changed in mutants(member))
    if isinstance(value, list):
        for at, member in enumerate(value):
            yield from ([*value[:at], changed, *value[at + 1 :]] for changed in mutants(member))


def references(value: Json) -> Iterator[str]:
    """Every $ref in a schema."""
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        for member in value.values():
            yield from references(member)
    if isinstance(value, list):
        for member in value:
            yield from references(member)


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_a_schema(name: str) -> None:
    """Each schema is valid by the metaschema of draft 2020-12, which it names, and refers to nothing outside."""
    value = loaded(name)
    assert value["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(value)
    assert all(reference.startswith("#") for reference in references(value))


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_admits_its_examples(name: str) -> None:
    """Each schema has an example, and admits it."""
    examples = loaded(name)["examples"]
    assert examples
    for example in examples:
        validate(name, example)


@pytest.mark.parametrize("name", NAMES)
def test_both_libraries_give_the_same_verdicts(name: str) -> None:
    """The compiled library and the reference library agree on each example with any one member changed."""
    data = schema_bytes(name)
    verdicts = set()
    for example in loaded(name)["examples"]:
        for mutant in mutants(example):
            verdict = schema._accepts_fast(data, mutant)
            assert verdict == (schema._first_fault(data, mutant) is None), mutant
            verdicts.add(verdict)
    assert verdicts == {True, False}


def test_a_valid_value_passes() -> None:
    """A value that fits its schema is let through."""
    schema._validate(SMALL, {"id": "a", "a/b~c": [1, 2]}, "f")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "f: the member 'id' is missing"),
        ({"id": "A"}, "f/id: not in the form that it must have: found 'A'"),
        ({"id": 1}, "f/id: not of the right kind: expected text, found a number: 1"),
        ({"id": "a", "b": 1}, "f: a member that is not known here: expected id, a/b~c, found 'b'"),
        (
            {"id": "a", "a/b~c": [1, "x"]},
            "f/a~1b~0c/1: not of the right kind: expected a whole number, found text: 'x'",
        ),
        ([], "f: not of the right kind: expected an object, found a list"),
        ({"id": "\x1b[2J"}, "f/id: not in the form that it must have: found '\\x1b[2J'"),
        ({"id": "A" * 5000}, "f/id: not in the form that it must have: found '" + "A" * 58 + "…"),
    ],
)
def test_a_fault_is_named_with_its_place(value: Json, message: str) -> None:
    """A refusal names the member by JSON Pointer and says the fault in our words."""
    with pytest.raises(SchemaError) as caught:
        schema._validate(SMALL, value, "f")
    assert str(caught.value) == message


def test_long_reasons_are_cut() -> None:
    """However many members are unknown, one of them is named."""
    with pytest.raises(SchemaError) as caught:
        schema._validate(SMALL, {"id": "a"} | {f"unknown-{number}": 1 for number in range(1000)}, "")
    assert (caught.value.what, caught.value.found) == ("a member that is not known here", "'unknown-0'")


def test_the_reference_library_is_the_arbiter() -> None:
    """Where the compiled library refuses and the reference library accepts, the value is accepted.

    In Python's expressions $ also matches before a last newline, in the compiled library's it does not.
    """
    assert not schema._accepts_fast(SMALL, {"id": "a\n"})
    schema._validate(SMALL, {"id": "a\n"}, "f")


def test_values_the_compiled_library_cannot_take_are_judged() -> None:
    """A value from elsewhere than our parser, with half a surrogate pair, is judged by the reference library."""
    with pytest.raises(SchemaError, match="not in the form"):
        schema._validate(SMALL, {"id": "\ud800"}, "")


def test_validate_finds_the_schema_by_name() -> None:
    """Validation by name uses the schema of that name."""
    with pytest.raises(SchemaError, match=r"^log/7: the member .* is missing"):
        validate("statement", {}, where="log/7")


def test_schemas_come_from_a_wheel_or_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder inside the package is looked at first, then the one of a checkout; a missing file is said so."""
    for folder in ("wheel", "checkout"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(schema, "_FOLDERS", (tmp_path / "wheel", tmp_path / "checkout"))
    read = schema_bytes.__wrapped__
    with pytest.raises(UnavailableError, match="the schema 'list' is missing from this installation"):
        read("list")
    (tmp_path / "checkout" / "list.schema.json").write_bytes(b"1")
    assert read("list") == b"1"
    (tmp_path / "wheel" / "list.schema.json").write_bytes(b"2")
    assert read("list") == b"2"


def test_importing_is_light() -> None:
    """The validators are loaded when first needed, not when the module is imported."""
    script = "import sys, muniment.schema; print([m for m in ('jsonschema', 'jsonschema_rs') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
