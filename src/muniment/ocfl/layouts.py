"""Where an object lies by the registered layouts 0002, 0003, 0004, 0006 and 0007, with any parameters.

``storage_root`` has the two that this archive writes, with the parameters that it writes.  Each layout is described at
``https://ocfl.github.io/extensions/``.  A path is given as the layout makes it, even one that no file system can hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.errors import FormatError
from muniment.ocfl.rules import DIGESTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from muniment.canonical import Json

DIRECT = "0002-flat-direct-storage-layout"
HASH_AND_ID = "0003-hash-and-id-n-tuple-storage-layout"
HASHED_TUPLES = "0004-hashed-n-tuple-storage-layout"
OMIT_PREFIX = "0006-flat-omit-prefix-storage-layout"
OMIT_PREFIX_TUPLES = "0007-n-tuple-omit-prefix-storage-layout"

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_NAME = 100
_MOST = 32


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of a layout; those that it does not know are not looked at.

    Attributes:
        algorithm: Digest algorithm.
        size: Characters of a tuple.
        count: Number of tuples.
        short: Whether an object's folder is named by what the tuples leave of the digest.
        delimiter: What ends the prefix of an identifier.
        pad_right: Whether short identifiers get zeros at their end, not at their beginning.
        reverse: Whether the tuples are taken from the end.
    """

    algorithm: str
    size: int
    count: int
    short: bool
    delimiter: str
    pad_right: bool
    reverse: bool


def make_layout(name: str, config: dict[str, Json]) -> Callable[[str], str] | None:
    """Make a layout of its parameters; None for one that is not among those above.

    Args:
        name: Name of the extension.
        config: Its ``config.json``; empty where there is none.

    Raises:
        FormatError: The parameters are not legal.
    """
    makers: dict[str, Callable[[Parameters, str], str]] = {
        DIRECT: _direct,
        HASH_AND_ID: _hash_and_id,
        HASHED_TUPLES: _hashed_tuples,
        OMIT_PREFIX: _omit_prefix,
        OMIT_PREFIX_TUPLES: _omit_prefix_tuples,
    }
    if name not in makers:
        return None
    if config.get("extensionName", name) != name:
        raise FormatError("extensionName is that of another extension", found=repr(config["extensionName"]))
    parameters, place = _parameters(name, config), makers[name]
    return lambda object_id: place(parameters, object_id)


def _parameters(name: str, config: dict[str, Json]) -> Parameters:
    hashed, tuples = name in {HASH_AND_ID, HASHED_TUPLES}, name in {HASH_AND_ID, HASHED_TUPLES, OMIT_PREFIX_TUPLES}
    least = 0 if hashed else 1
    size = _number(config, "tupleSize", least) if tuples else 0
    count = _number(config, "numberOfTuples", least) if tuples else 0
    algorithm = config.get("digestAlgorithm", "sha256") if hashed else "sha256"
    if not isinstance(algorithm, str) or algorithm not in DIGESTS:
        raise _illegal("digestAlgorithm", algorithm)
    length = DIGESTS[algorithm][0]
    if hashed and (size * count > length or (size == 0) != (count == 0)):
        raise _illegal("tupleSize and numberOfTuples", [size, count])
    short = _flag(config, "shortObjectRoot") if name == HASHED_TUPLES else False
    if short and size * count == length:
        raise _illegal("shortObjectRoot", short)
    delimiter = config.get("delimiter", ":" if name == OMIT_PREFIX_TUPLES else None)
    if name in {OMIT_PREFIX, OMIT_PREFIX_TUPLES} and (not isinstance(delimiter, str) or not delimiter):
        raise _illegal("delimiter", delimiter)
    padding = config.get("zeroPadding", "left") if name == OMIT_PREFIX_TUPLES else "left"
    if padding not in {"left", "right"}:
        raise _illegal("zeroPadding", padding)
    reverse = _flag(config, "reverseObjectRoot") if name == OMIT_PREFIX_TUPLES else False
    return Parameters(algorithm, size, count, short, str(delimiter), padding == "right", reverse)


def _number(config: dict[str, Json], key: str, least: int) -> int:
    value = config.get(key, 3)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MOST:
        raise _illegal(key, value)
    return value


def _flag(config: dict[str, Json], key: str) -> bool:
    value = config.get(key, False)
    if not isinstance(value, bool):
        raise _illegal(key, value)
    return value


def _illegal(key: str, value: Json) -> FormatError:
    return FormatError(f"{key} has a value that this layout does not allow", found=repr(value))


def _direct(_: Parameters, object_id: str) -> str:
    return object_id


def _hash_and_id(parameters: Parameters, object_id: str) -> str:
    digest = _digest(parameters, object_id)
    name = _UNSAFE.sub(lambda match: "".join(f"%{byte:02x}" for byte in match[0].encode()), object_id)
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}-{digest}"
    return "/".join([*_tuples(parameters, digest), name])


def _hashed_tuples(parameters: Parameters, object_id: str) -> str:
    digest = _digest(parameters, object_id)
    name = digest[parameters.size * parameters.count :] if parameters.short else digest
    return "/".join([*_tuples(parameters, digest), name])


def _omit_prefix(parameters: Parameters, object_id: str) -> str:
    """Drop the prefix; an identifier without the delimiter has none."""
    prefix = re.match(f".*{re.escape(parameters.delimiter)}", object_id, re.DOTALL | re.IGNORECASE)
    name = object_id[prefix.end() :] if prefix else object_id
    if not name:
        raise FormatError("the identifier ends with the delimiter, so that nothing is left", found=repr(object_id))
    return name


def _omit_prefix_tuples(parameters: Parameters, object_id: str) -> str:
    name = _omit_prefix(parameters, object_id)
    if not name.isascii():
        raise FormatError("this layout has no path for an identifier that is not ASCII", found=repr(object_id))
    width = parameters.size * parameters.count
    padded = name.ljust(width, "0") if parameters.pad_right else name.rjust(width, "0")
    return "/".join([*_tuples(parameters, padded[::-1] if parameters.reverse else padded), name])


def _digest(parameters: Parameters, object_id: str) -> str:
    return DIGESTS[parameters.algorithm][1](object_id.encode("utf-8", "surrogatepass")).hexdigest()


def _tuples(parameters: Parameters, text: str) -> list[str]:
    size = parameters.size
    return [text[size * number : size * (number + 1)] for number in range(parameters.count)]
