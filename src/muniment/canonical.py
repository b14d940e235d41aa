"""Strict JSON in, RFC 8785 (JCS) out.

The profile is narrower than JSON: no floats, integers within ±(2^53-1), no duplicate keys, no lone
surrogates, no byte order mark, a capped size and a capped depth.  What it admits has exactly one canonical
form, so a file and its value stand for each other, and the SHA-256 of the file names the value.

``orjson`` is compiled and says yes at once to what is canonical beyond doubt; all else is judged by the strict
way, from which every refusal comes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import accumulate
from typing import NoReturn, TypeAlias

import orjson
import rfc8785

from muniment.errors import CanonicalError

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_SIZE = 4 * 1024 * 1024
"""Largest JSON file that is read, in bytes."""

MAX_DEPTH = 64
"""Deepest nesting of arrays and objects that is read."""

MAX_INTEGER = 2**53 - 1
"""Largest integer, by magnitude, that every JSON reader holds exactly (RFC 7493 section 2.2)."""


def format_canonical(value: Json | float) -> bytes:
    """Write a value in its RFC 8785 form: UTF-8, keys in UTF-16 order, no blanks, no final newline.

    Floats are written as RFC 8785 section 3.2.2.3 says, although records have none and ``parse_json`` refuses
    them.

    Raises:
        CanonicalError: The value has no such form: NaN, a too large integer, a lone surrogate, a key that
            is no text.
    """
    try:
        return rfc8785.dumps(value)
    except ValueError as error:
        raise CanonicalError("no canonical JSON form") from error


def format_without_floats(value: Json) -> bytes:
    """Write the same as ``format_canonical`` of a value in which there is no float: compiled, where that is certain.

    Raises:
        CanonicalError: As ``format_canonical``.
    """
    try:
        made = orjson.dumps(value, option=_SORTED)
    except (TypeError, ValueError):
        return format_canonical(value)
    return made if _is_certain(made, structure(made)) else format_canonical(value)


def format_and_parse(value: Json) -> tuple[bytes, Json]:
    """Write a value without floats, and give it as it is read back from there.

    Raises:
        CanonicalError: As ``format_canonical`` and ``parse_canonical``.
    """
    try:
        made = orjson.dumps(value, option=_SORTED)
    except (TypeError, ValueError):
        made = b""
    bare = structure(made)
    if made and len(made) <= MAX_SIZE and _is_certain(made, bare) and _depth(bare) <= MAX_DEPTH:
        return made, orjson.loads(made)
    made = format_canonical(value)
    return made, parse_canonical(made)


def parse_canonical(data: bytes, *, where: str = "", max_size: int = MAX_SIZE) -> Json:
    """Read strict JSON that must already be in its RFC 8785 form, byte for byte.

    Raises:
        CanonicalError: As ``parse_json``, or the bytes are another spelling of the same value.
    """
    accepted = _accept_fast(data) if len(data) <= max_size else None
    if accepted is not None:
        return accepted
    value = _decode(data, where, max_size)
    canonical = _encode(value, where)
    if canonical != data:
        raise CanonicalError(
            f"not in canonical form (RFC 8785) from byte {_first_difference(data, canonical)}", where=where
        )
    return value


def parse_json(data: bytes, *, where: str = "", max_size: int = MAX_SIZE) -> Json:
    """Read strict JSON in any layout.  Objects come with their keys in canonical order.

    Args:
        data: The file, UTF-8.
        where: What to call the file in an error.
        max_size: Largest size to read, in bytes.

    Raises:
        CanonicalError: Too large, too deep, not UTF-8, not JSON, or JSON that the profile above leaves out.
    """
    value = _decode(data, where, max_size)
    # Strict UTF-8 has no surrogates; only an escape can bring one in.
    if b"\\u" in data:
        _encode(value, where)
    return value


def _decode(data: bytes, where: str, max_size: int) -> Json:
    text = _text(data, where, max_size)
    _check_depth(data, where)
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        offset = len(text[: error.pos].encode())
        raise CanonicalError(f"not JSON: {_say_syntax(error.msg)} at byte {offset}", where=where) from error
    except CanonicalError as error:
        error.where = where
        raise
    return value


def _text(data: bytes, where: str, max_size: int) -> str:
    if len(data) > max_size:
        raise CanonicalError(
            "too large to read",
            where=where,
            expected=f"at most {max_size:,} bytes",
            found=f"{len(data):,} bytes",
        )
    if data.startswith(b"\xef\xbb\xbf"):
        raise CanonicalError("begins with a byte order mark", where=where, hint="remove the first three bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CanonicalError(
            f"not UTF-8 at byte {error.start}", where=where, found=f"0x{data[error.start]:02x}"
        ) from error


_SORTED = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_NUMBER = re.compile(rb"[-0-9][-+.0-9Ee]*")
_CERTAIN_DIGITS = 15
"""Integers of so many digits are all exact; the limit has sixteen."""

# Bytes that begin a character from U+E000 on.  Only among keys with these do the orders of code points, by which
# orjson sorts, and of UTF-16 code units differ; where in the file they stand is not asked.
_HIGH = bytes(range(0xEE, 0x100))


def _accept_fast(data: bytes) -> Json:
    """Read what is canonical beyond doubt; None leaves the judgement to the strict way (so does ``null``)."""
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    bare = structure(data)
    if not _is_certain(data, bare) or _depth(bare) > MAX_DEPTH:
        return None
    # A key that stands twice is read once, and so is missing from what is written.
    return value if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == data else None


def _is_certain(data: bytes, bare: bytes) -> bool:
    """Whether what orjson writes has one spelling beyond doubt: its integers are exact, its keys in both orders one."""
    integers = all(n.isdigit() and len(n) <= _CERTAIN_DIGITS for n in _NUMBER.findall(bare))
    return integers and (data.isascii() or data.translate(None, _HIGH) == data)


_BRACKETS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))


def _check_depth(data: bytes, where: str) -> None:
    """Refuse deep nesting before json meets it: there it would be a RecursionError."""
    depth = _depth(structure(data))
    if depth > MAX_DEPTH:
        raise CanonicalError(
            "nested too deeply", where=where, expected=f"at most {MAX_DEPTH} levels", found=f"{depth} levels"
        )


def structure(data: bytes) -> bytes:
    """Leave out the strings of a JSON text; what is left is exact up to the first syntax error."""
    if b"\\" in data:
        # Without escaped backslashes and escaped quotes, every quote left begins or ends a string.
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(data.split(b'"')[::2])


def _depth(structure: bytes) -> int:
    """Count how deep the brackets nest."""
    steps = structure.translate(_BRACKETS, _ALL_BUT_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b")), default=0)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Make an object with its keys in the order of RFC 8785 section 3.2.3, refusing a key given twice."""
    value = dict(pairs)
    if len(value) != len(pairs):
        raise CanonicalError("a key stands twice in one object", found=_quote(_repeated(pairs)))
    keys = list(value)
    # Among ASCII keys the orders of code points and of UTF-16 code units are the same.
    in_order = sorted(keys) if "".join(keys).isascii() else sorted(keys, key=_utf16)
    return value if keys == in_order else {key: value[key] for key in in_order}


def _utf16(key: str) -> bytes:
    # A lone surrogate is refused later, with its own message.
    return key.encode("utf-16-be", "surrogatepass")


def _repeated(pairs: list[tuple[str, Json]]) -> str:
    counts = Counter(key for key, _ in pairs)
    return counts.most_common(1)[0][0]


def _integer(text: str) -> int:
    if text == "-0":
        raise CanonicalError("the number -0 has no canonical form", hint="write 0")
    # 17 characters hold every permitted integer; int() has a limit of its own and must not meet longer ones.
    value = int(text) if len(text) <= 17 else MAX_INTEGER + 1
    if abs(value) > MAX_INTEGER:
        raise CanonicalError(
            "an integer is too large to be exact", expected=f"within ±{MAX_INTEGER}", found=_quote(text)
        )
    return value


def _refuse_float(text: str) -> NoReturn:
    raise CanonicalError("a number is not an integer", expected="integers only", found=_quote(text))


def _refuse_constant(text: str) -> NoReturn:
    raise CanonicalError(f"{text} is not JSON")


def _encode(value: Json, where: str) -> bytes:
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        unit = f"U+{ord(error.object[error.start]):04X}"
        raise CanonicalError("a string holds half a surrogate pair", where=where, found=unit) from error


def _first_difference(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _quote(text: str) -> str:
    """Quote hostile text for a message: escaped, at most 60 characters of it."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


_SYNTAX = {
    "Expecting value": "a value is missing",
    "Expecting property name": "the name of a member is missing, or not in double quotes",
    "Expecting ':'": "a colon is missing",
    "Expecting ','": "a comma or a closing bracket is missing",
    "Illegal trailing comma": "a comma too many",
    "Unterminated string": "a string without its closing quote begins",
    "Invalid control character": "a string with a line break or another control character in it",
    "Invalid \\": "an escape that JSON does not have",
    "Extra data": "something follows what is already whole",
}
"""How the messages of Python's parser begin, which are other ones in each version, and what a person reads."""


def _say_syntax(message: str) -> str:
    return next((said for begin, said in _SYNTAX.items() if message.startswith(begin)), "a fault")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_refuse_float,
    parse_constant=_refuse_constant,
)
# With the keys in order and no floats, this compiled encoder writes the very bytes of RFC 8785, and faster
# than rfc8785 does; tests/test_canonical.py holds the two together.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
