"""The small forms of OCFL 1.1: digests, paths, version names, times.

A check yields a ``Fault``, the specification's code and a sentence, for each rule that is broken, and goes
on; nothing here raises. The codes are those of https://ocfl.io/1.1/spec/validation-codes.html.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Fault: TypeAlias = tuple[str, str]
"""A code and what is wrong, not yet tied to a file."""

VERSION_NAME = re.compile(r"v[0-9]{1,9}")
"""What a version directory may be called, to be used with ``fullmatch``."""

_ELEMENTS_REFUSED = frozenset(["", ".", ".."])
_SLASH = re.compile("/")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+", re.DOTALL)
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[+-]([0-9]{2}:[0-9]{2}))"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that an object breaks.

    Attributes:
        code: The specification's code: ``E…`` for a MUST, ``W…`` for a SHOULD.
        path: The file or folder at fault, from the top of the store.
        message: What is wrong, as a clause.
    """

    code: str
    path: str
    message: str

    @property
    def is_error(self) -> bool:
        """Whether a MUST is broken, so that the object is not valid."""
        return self.code.startswith("E")


def _hasher(name: str, length: int | None = None) -> Callable[[bytes], str]:
    if length is not None:
        return lambda data: hashlib.blake2b(data, digest_size=length).hexdigest()
    # Weak algorithms are only compared with values that others recorded, never trusted.
    new = partial(hashlib.new, name, usedforsecurity=False)
    return lambda data: new(data).hexdigest()


DIGESTS: dict[str, tuple[int, Callable[[bytes], str]]] = {
    "sha512": (128, _hasher("sha512")),
    "sha256": (64, _hasher("sha256")),
    "sha1": (40, _hasher("sha1")),
    "md5": (32, _hasher("md5")),
    "blake2b-512": (128, _hasher("blake2b", 64)),
    "blake2b-384": (96, _hasher("blake2b", 48)),
    "blake2b-256": (64, _hasher("blake2b", 32)),
    "blake2b-160": (40, _hasher("blake2b", 20)),
}
"""Algorithms that are checked: the length of the value in hex digits, and the function (section 3.2)."""

UNCHECKED_DIGESTS = frozenset(["sha512/256", "size"])
"""Further names of extension 0009: legal in a fixity block, and passed over (E028)."""


def is_digest(text: str, algorithm: str) -> bool:
    """Whether a text is a value of the algorithm in hex, of either case."""
    return len(text) == DIGESTS[algorithm][0] and _HEX.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Whether a text begins like a URI, with a scheme and a colon (RFC 3986 section 3.1)."""
    return _SCHEME.fullmatch(text) is not None


def is_time(text: str) -> bool:
    """Whether a text is an RFC 3339 time, to the second and with a zone, of a real day."""
    match = _TIME.fullmatch(text)
    if match is None:
        return False
    day, minute, second, offset = match.groups()
    try:
        dt.date.fromisoformat(day)
        dt.time.fromisoformat(minute)
        dt.time.fromisoformat(offset or "00:00")
    except ValueError:
        return False
    # 60 is a leap second (RFC 3339 section 5.7).
    return int(second) <= 60


def check_path(path: str, edge: str, element: str) -> Iterator[Fault]:
    """Judge one logical or content path by the two codes of its kind (sections 3.5.2, 3.5.3.1)."""
    if path.startswith("/") or path.endswith("/"):
        yield edge, f"path {path!r} begins or ends with a slash"
    elif not _ELEMENTS_REFUSED.isdisjoint(path.split("/")):
        yield element, f"path {path!r} has an element that is empty, . or .."


def check_conflicts(paths: Iterable[str], code: str) -> Iterator[Fault]:
    """Find paths that occur twice, or are the initial part of another."""
    seen: set[str] = set()
    for path in paths:
        if path in seen:
            yield code, f"path {path!r} occurs twice"
        seen.add(path)
    folders = {path[: slash.start()] for path in seen if "/" in path for slash in _SLASH.finditer(path)}
    for path in sorted(folders & seen) if folders else ():
        yield code, f"path {path!r} is a file and also the beginning of another path"


def check_content_path(path: str, names: Iterable[str], content: str) -> Iterator[Fault]:
    """Judge one content path: well-formed, and below a version's content directory."""
    faults = [*check_path(path, "E100", "E099")]
    yield from faults
    name, _, rest = path.partition("/")
    if not faults and not (name in names and rest.startswith(f"{content}/")):
        yield "E042", f"path {path!r} is not below the content directory of a version"


def sort_names(names: Iterable[str]) -> list[str]:
    """Put version names in order of their numbers; others are left out."""
    return sorted((name for name in names if VERSION_NAME.fullmatch(name)), key=lambda name: (int(name[1:]), name))


def check_sequence(names: Iterable[str]) -> Iterator[Fault]:
    """Judge the version names of an object: 1, 2, 3 … in one convention (section 3.3.1)."""
    ordered = sort_names(names)
    if not ordered:
        yield "E008", "there is no version"
        return
    numbers = {int(name[1:]) for name in ordered}
    if 1 not in numbers:
        yield "E009", f"versions begin with {ordered[0]}"
    if max(numbers) - min(numbers) + 1 != len(numbers):
        yield "E010", f"versions are not continuous: {', '.join(ordered)}"
    yield from _check_convention(ordered)


def _check_convention(ordered: list[str]) -> Iterator[Fault]:
    first = ordered[0]
    padded = first.startswith("v0")
    if padded:
        yield "W001", "version numbers are padded with zeros"
    for name in ordered[1:]:
        if padded and not name.startswith("v0"):
            yield "E011", f"{name} has no leading zero, although {first} has"
        elif padded != name.startswith("v0") or (padded and len(name) != len(first)):
            yield "E012", f"{name} and {first} are not padded alike"
        else:
            continue
        yield "E013", f"{name} does not follow the convention of {first}"
