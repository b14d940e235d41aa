"""The JSON Schemas (draft 2020-12) of everything Muniment writes as JSON, and the check against them.

Two libraries judge.  ``jsonschema-rs`` is compiled and says yes at once; whatever it does not accept goes
to ``jsonschema``, the reference library, whose verdict stands and whose fault is said in our words.  ``format`` is an
annotation only (JSON Schema Validation section 7.2.1): the schemas use ``pattern``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.canonical import parse_json
from muniment.errors import FormatError, SchemaError, UnavailableError

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

    from muniment.canonical import Json

NAMES: tuple[str, ...] = (
    "blame", "diff", "export", "find-quote", "index", "key-request", "keys", "list", "ocfl", "paragraph-proof",
    "preview", "prove", "record", "record-2", "report", "search", "site", "site-releases", "site-report", "statement",
    "status", "trust-root", "when",
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
        raise _say(error, where)


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


@dataclass(frozen=True, slots=True)
class _Fault:
    """What the library found: the keyword that does not hold, what it asks for, of what, and the schema around it."""

    keyword: str
    bound: Any
    instance: Any
    schema: dict[str, Any]

    @property
    def described(self) -> str:
        """What the schema says of it."""
        return str(self.schema.get("description", "")).rstrip(".")


def _say(error: ValidationError, where: str) -> SchemaError:
    """Say a fault in our own words: a person reads neither a regular expression nor a sentence of the library."""
    schema = error.schema if isinstance(error.schema, dict) else {}
    fault = _Fault(str(error.validator), error.validator_value, error.instance, schema)
    what, expected, found = _SAID.get(fault.keyword, _say_other)(fault)
    return SchemaError(what, where=where + _pointer(error), expected=expected, found=found)


def _shown(value: object) -> str:
    """Show a value in at most 60 characters."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


_KINDS = {
    "string": "text", "integer": "a whole number", "number": "a number", "object": "an object", "array": "a list",
    "boolean": "true or false", "null": "null",
}  # fmt: skip
_OF = {str: "text", bool: "true or false", int: "a number", float: "a number", dict: "an object", list: "a list"}


def _say_type(fault: _Fault) -> tuple[str, str, str]:
    wanted = fault.bound if isinstance(fault.bound, list) else [fault.bound]
    kind = _OF.get(type(fault.instance), "null")
    found = f"{kind}: {_shown(fault.instance)}" if isinstance(fault.instance, str | int | float) else kind
    return "not of the right kind", " or ".join(_KINDS[name] for name in wanted), found


def _say_required(fault: _Fault) -> tuple[str, str, str]:
    missing = [name for name in fault.bound if name not in fault.instance]
    return f"the member {_shown(missing[0])} is missing", "", ""


def _say_additional(fault: _Fault) -> tuple[str, str, str]:
    known = fault.schema.get("properties", {})
    unknown = [name for name in fault.instance if name not in known]
    return "a member that is not known here", ", ".join(known), _shown(unknown[0])


def _say_choice(fault: _Fault) -> tuple[str, str, str]:
    wanted = fault.bound if fault.keyword == "enum" else [fault.bound]
    return "not one of what may stand here", " or ".join(map(_shown, wanted)), _shown(fault.instance)


_CONTROLS = "\\u0000-\\u001f"
"""How a pattern names control characters."""


def _say_pattern(fault: _Fault) -> tuple[str, str, str]:
    described = fault.described
    if not described and _CONTROLS in str(fault.bound):
        described = "text on one line, without control characters and invisible ones"
    return "not in the form that it must have", described, _shown(fault.instance)


def _say_size(fault: _Fault) -> tuple[str, str, str]:
    keyword, bound = fault.keyword, fault.bound
    side = "at least" if keyword.startswith("min") else "at most"
    if keyword in {"minimum", "maximum"}:
        return f"too {'small' if keyword == 'minimum' else 'large'}", f"{side} {bound}", _shown(fault.instance)
    unit = "characters" if keyword.endswith("Length") else "members"
    size = len(fault.instance)
    if size == 0:
        return "it is empty", f"{side} {bound} {unit.removesuffix('s') if bound == 1 else unit}", ""
    return f"too {'short' if side == 'at least' else 'long'}", f"{side} {bound} {unit}", f"{size}"


def _say_twice(fault: _Fault) -> tuple[str, str, str]:
    repeated = next((item for at, item in enumerate(fault.instance) if item in fault.instance[:at]), None)
    return "the same stands in it more than once", "", _shown(repeated)


def _say_other(fault: _Fault) -> tuple[str, str, str]:
    return "not what may stand here", fault.described, _shown(fault.instance)


_SAID: dict[str, Callable[[_Fault], tuple[str, str, str]]] = {
    "type": _say_type,
    "required": _say_required,
    "additionalProperties": _say_additional,
    "enum": _say_choice,
    "const": _say_choice,
    "pattern": _say_pattern,
    "uniqueItems": _say_twice,
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "minProperties", "maxProperties"),
        _say_size,
    ),
}


def _pointer(error: ValidationError) -> str:
    """JSON Pointer of the offending member, RFC 6901 sections 3 and 4; empty for the whole value."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path)
    return "".join(f"/{part}" for part in parts)
