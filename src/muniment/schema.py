"""The JSON Schemas (draft 2020-12) of everything Muniment writes as JSON, and the check against them.

Two libraries judge.  ``jsonschema-rs`` is compiled and says yes at once; whatever it does not accept goes
to ``jsonschema``, the reference library, whose verdict stands and whose reason is given.  ``format`` is an
annotation only (JSON Schema Validation section 7.2.1): the schemas use ``pattern``.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.canonical import parse_json
from muniment.errors import FormatError, SchemaError, UnavailableError

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

    from muniment.canonical import Json

NAMES: tuple[str, ...] = (
    "blame", "diff", "find-quote", "key-request", "keys", "list", "paragraph-proof", "record", "report", "statement",
    "trust-root", "when",
)  # fmt: skip
"""The schemas, by the first part of their file name."""

_HERE = Path(__file__).resolve()
# In a wheel the schemas lie inside the package, in a checkout at the top of the tree.
_FOLDERS = (_HERE.with_name("schemas"), _HERE.parents[2] / "schemas")


@cache
def schema_bytes(name: str) -> bytes:
    """The file of a schema in ``NAMES``.

    Raises:
        UnavailableError: The file is not where an installation or a checkout has it.
    """
    for folder in _FOLDERS:
        path = folder / f"{name}.schema.json"
        if path.is_file():
            return path.read_bytes()
    raise UnavailableError(
        f"the schema {name!r} is missing from this installation",
        expected=f"{name}.schema.json in {_FOLDERS[0]}",
        hint="install muniment again",
    )


def validate(name: str, value: Json, *, where: str = "") -> None:
    """Hold a value against a schema.

    Args:
        name: One of ``NAMES``.
        value: What ``canonical.parse_json`` gave.
        where: What to call the value's file in an error.

    Raises:
        SchemaError: The reference library rejects it; ``where`` ends in the JSON Pointer of the fault.
    """
    _validate(schema_bytes(name), value, where)


MAX_PUBLIC = 256 * 1024 * 1024
"""Largest public JSON that is read, in bytes: a comparison of two texts holds both of them."""


def parse_public(name: str, form: str, data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read JSON that Muniment prints for other programs, strictly.

    Args:
        name: The schema, one of ``NAMES``.
        form: What its member ``format`` must be, such as ``muniment-blame/1``.
        data: The JSON, in any layout.
        where: What to call it in errors.

    Raises:
        CanonicalError: It is not strict JSON.
        FormatError: It is of another format.
        SchemaError: It does not keep to the schema.
    """
    value = parse_json(data, where=where, max_size=MAX_PUBLIC)
    found = value.get("format") if isinstance(value, dict) else None
    if not isinstance(value, dict) or found != form:
        raise FormatError("JSON of another format", where=where, expected=form, found=repr(found)[:80])
    validate(name, value, where=where)
    return value


def _validate(schema: bytes, value: Json, where: str) -> None:
    if _accepts_fast(schema, value):
        return
    error = _first_fault(schema, value)
    if error is not None:
        raise SchemaError(_reason(error), where=where + _pointer(error))


def _accepts_fast(schema: bytes, value: Json) -> bool:
    try:
        return bool(_compiled(schema).is_valid(value))
    except ValueError:
        # It does not take every Python value, such as text with a lone surrogate; the reference library does.
        return False


def _first_fault(schema: bytes, value: Json) -> ValidationError | None:
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - start-up: 60 ms, for a rejection only

    fault: ValidationError | None = best_match(_reference(schema).iter_errors(value))
    return fault


@cache
def _compiled(schema: bytes) -> Any:  # noqa: ANN401 - the library's class is private to its binary
    import jsonschema_rs  # noqa: PLC0415 - start-up: 20 ms, not needed by commands that read no JSON

    return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=False)


@cache
def _reference(schema: bytes) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - start-up, as above
    from referencing import Registry  # noqa: PLC0415 - start-up, as above

    # An empty registry: the library's own default would fetch what a $ref names from the network.
    return Draft202012Validator(json.loads(schema), registry=Registry())


def _reason(error: ValidationError) -> str:
    """Say the fault in at most 199 characters, without the whole of a large value."""
    instance = repr(error.instance)
    message = error.message if len(instance) <= 60 else error.message.replace(instance, "the value")
    return message if len(message) < 200 else message[:198] + "…"


def _pointer(error: ValidationError) -> str:
    """JSON Pointer of the offending member, RFC 6901 sections 3 and 4; empty for the whole value."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path)
    return "".join(f"/{part}" for part in parts)
