"""The rules of one OCFL inventory (OCFL 1.1 section 3.5), each with the specification's code.

``examine`` names every rule that is broken, not only the first: a ``Fault`` has the code and a sentence, and nothing
here raises.  It looks at the inventory alone, down to the small forms (digests, paths, version names, times); what
lies on disk is the concern of ``validate``.  The codes are those of https://ocfl.io/1.1/spec/validation-codes.html.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeAlias

from muniment.errors import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Iterator

    from muniment.canonical import Json


Fault: TypeAlias = tuple[str, str]
"""A code and what is wrong, not yet tied to a file."""

VERSION_NAME = re.compile(r"v[0-9]{1,9}")
"""What a version directory may be called, to be used with ``fullmatch``."""

_ELEMENTS_REFUSED = frozenset(["", ".", ".."])
_HEX = re.compile(r"[0-9A-Fa-f]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+", re.DOTALL)
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[+-]([0-9]{2}:[0-9]{2}))"
)


class Digester(Protocol):
    """A hash that is being computed, as ``hashlib`` has it."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""
        ...

    def hexdigest(self) -> str:
        """The digest of all so far, in lower-case hex."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that an object or a storage root breaks, or a part of it that could not be read.

    Attributes:
        code: The specification's code: ``E…`` for a MUST, ``W…`` for a SHOULD; empty for what could not be read.
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

    @property
    def is_unread(self) -> bool:
        """Whether something could not be read, so that nothing can be said of it."""
        return not self.code


def _weak(name: str) -> Callable[[bytes], Digester]:
    # Weak algorithms are only compared with values that others recorded, never trusted.
    return partial(hashlib.new, name, usedforsecurity=False)


DIGESTS: dict[str, tuple[int, Callable[[bytes], Digester]]] = {
    "sha512": (128, hashlib.sha512),
    "sha256": (64, hashlib.sha256),
    "sha1": (40, _weak("sha1")),
    "md5": (32, _weak("md5")),
    "blake2b-512": (128, partial(hashlib.blake2b, digest_size=64)),
    "blake2b-384": (96, partial(hashlib.blake2b, digest_size=48)),
    "blake2b-256": (64, partial(hashlib.blake2b, digest_size=32)),
    "blake2b-160": (40, partial(hashlib.blake2b, digest_size=20)),
}
"""Algorithms that are checked: the length of the value in hex digits, and what begins a hash (section 3.2)."""

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
    if _is_clean(path) and path and path[0] not in "/." and path[-1] != "/":
        return
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
    # In this order whatever begins with a path and a slash comes right after it.
    for one, other in pairwise(sorted(f"{path}/" for path in seen)):
        if other.startswith(one):
            yield code, f"path {one[:-1]!r} is a file and also the beginning of another path"


def is_content_path(path: str, names: Container[str], content: str) -> bool:
    """Whether a path is well-formed, and below the content directory of one of these versions."""
    name, _, rest = path.partition("/")
    return name in names and rest.startswith(f"{content}/") and not path.endswith("/") and _is_clean(path)


def _is_clean(path: str) -> bool:
    # Nearly every path has no two slashes side by side, and no element that begins with a full stop.
    return ("//" not in path and "/." not in path) or _ELEMENTS_REFUSED.isdisjoint(path.split("/"))


def check_content_path(path: str, names: Collection[str], content: str, *, named: bool = True) -> Iterator[Fault]:
    """Judge one content path: well-formed, and below a version's content directory.

    Args:
        path: The path.
        names: Names of the versions.
        content: Name of the content directory.
        named: Whether the inventory names it.
    """
    if is_content_path(path, names, content):
        return
    faults = [*check_path(path, "E100", "E099")]
    yield from faults
    name, _, rest = path.partition("/")
    if faults:
        return
    yield "E042", f"path {path!r} is not below the content directory of a version"
    if "/" not in path and "\\" in path:
        yield "E035", f"path {path!r} has backslashes for slashes"
    if name in names and "/" in rest and not named:
        yield "E021", f"path {path!r} is not below content, and no other name is set"
    if VERSION_NAME.fullmatch(name) and name not in names and _padded_otherwise(name, names):
        yield "E014", f"path {path!r} does not use the name of the version directory"


def _padded_otherwise(name: str, names: Container[str]) -> bool:
    return any(f"v{int(name[1:]):0{width}}" in names for width in range(1, 10))


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
    if 0 in numbers:
        yield "E105", "there is a version with the number 0"
    if min(numbers) != 1:
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


TYPE = re.compile(r"https://ocfl\.io/(1\.[01])/spec/#inventory")
"""The type of an inventory; its group is the version of the specification."""

_KEYS = ("id", "type", "digestAlgorithm", "head", "manifest", "versions")
_MISSING = {"manifest": ("E041",), "versions": ("E041", "E043", "E044")}
_KEYS_ALLOWED = frozenset([*_KEYS, "contentDirectory", "fixity"])
_VERSION_KEYS = frozenset(["created", "state", "message", "user"])
_USER_KEYS = frozenset(["name", "address"])
_HEX_CODES = {"sha512": "E031", "sha256": "E030", "sha1": "E029", "blake2b-512": "E032"}
_OTHER = {"sha512": "sha256", "sha256": "sha512"}


def examine(value: Json, path: str) -> tuple[Problem, ...]:
    """Name every rule that an inventory breaks.

    Args:
        value: The inventory, as ``canonical.parse_json`` gives it.
        path: What to call the inventory in a problem.
    """
    if not isinstance(value, dict):
        return (Problem("E033", path, "the inventory is not a JSON object"),)
    checks = (_keys, _identity, _content_directory, _versions, _manifest, _states, _use, _fixity)
    return tuple(Problem(code, path, cut(message)) for check in checks for code, message in check(value))


def cut(text: str) -> str:
    """Cut what may quote a hostile inventory."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _keys(value: dict[str, Json]) -> Iterator[Fault]:
    for key in _KEYS:
        if key not in value:
            codes = _MISSING.get(key, ("E036",))
            yield from ((code, f"key {key!r} is missing") for code in codes)
    for key in value:
        if key != "fixity" and key.lower() == "fixity":
            yield "E055", f"key {key!r} is not fixity"
    yield from _unknown(value, _KEYS_ALLOWED, "the inventory")


def _unknown(value: dict[str, Json], allowed: frozenset[str], part: str) -> Iterator[Fault]:
    for key in value:
        if key not in allowed:
            yield "E102", f"key {key!r} is not specified for {part}"


def _identity(value: dict[str, Json]) -> Iterator[Fault]:
    name = value.get("id", "missing:")
    if not isinstance(name, str) or not name:
        yield "E037", "id is not a text"
    elif "id" in value and not is_uri(name):
        yield "W005", f"id {name!r} is not a URI"
    kind = value.get("type")
    if "type" in value and not (isinstance(kind, str) and TYPE.fullmatch(kind)):
        yield "E038", f"type is {kind!r}"
    algorithm = value.get("digestAlgorithm", "sha512")
    if algorithm == "sha256":
        yield "W004", "digestAlgorithm is sha256 where sha512 is preferred"
    elif algorithm != "sha512":
        yield "E025", f"digestAlgorithm is {algorithm!r}"


def _content_directory(value: dict[str, Json]) -> Iterator[Fault]:
    name = value.get("contentDirectory", "content")
    if not isinstance(name, str) or "/" in name:
        yield "E017", f"contentDirectory is {name!r}"
    elif name in {".", ".."}:
        yield "E018", f"contentDirectory is {name!r}"
    elif not name:
        yield "E108", "contentDirectory is empty"


def _versions(value: dict[str, Json]) -> Iterator[Fault]:
    versions = value.get("versions")
    if not isinstance(versions, dict):
        if "versions" in value:
            for code in ("E044", "E045"):
                yield code, "versions is not an object"
        return
    for name in versions:
        if VERSION_NAME.fullmatch(name) is None:
            for code in ("E046", "E104"):
                yield code, f"{name!r} cannot be a version directory"
    yield from check_sequence(versions)
    names = sort_names(versions)
    head = value.get("head")
    if "head" in value and names and head != names[-1]:
        yield "E040", f"head is {head!r} and not {names[-1]}"


def _algorithm(value: dict[str, Json]) -> str:
    """The algorithm of manifest and state; where it is none of the two, the one that judges least."""
    return "sha256" if value.get("digestAlgorithm") == "sha256" else "sha512"


def _manifest(value: dict[str, Json]) -> Iterator[Fault]:
    manifest = value.get("manifest")
    if not isinstance(manifest, dict):
        if "manifest" in value:
            yield "E106", "manifest is not an object"
        return
    algorithm = _algorithm(value)
    # With an algorithm that is not allowed (E025), what its values look like is of no more account.
    if value.get("digestAlgorithm", algorithm) == algorithm:
        for digest in manifest:
            if not is_digest(digest, algorithm):
                yield _HEX_CODES[algorithm], f"{digest!r} is not a {algorithm} digest in hex"
                if is_digest(digest, _OTHER[algorithm]):
                    yield "E039", f"{digest!r} is a digest of {_OTHER[algorithm]}"
    yield from _blocks(manifest, "E092", "E096", "the manifest")
    paths = [path for paths in manifest.values() for path in texts(paths)]
    versions = value.get("versions")
    names = frozenset(versions) if isinstance(versions, dict) else frozenset[str]()
    content, named = content_directory(value), "contentDirectory" in value
    for path in paths:
        if not is_content_path(path, names, content):
            yield from check_content_path(path, names, content, named=named)
    yield from check_conflicts(paths, "E101")


def _blocks(block: dict[str, Json], shape: str, twice: str, part: str) -> Iterator[Fault]:
    """Judge a map of digests to lists of paths."""
    seen: set[str] = set()
    for digest, paths in block.items():
        if not isinstance(paths, list) or not paths or len(texts(paths)) != len(paths):
            for code in (shape, "E098"):
                yield code, f"{digest!r} in {part} has no list of paths"
        if digest.lower() in seen:
            yield twice, f"{digest!r} occurs twice in {part}, in different case"
        seen.add(digest.lower())


def _states(value: dict[str, Json]) -> Iterator[Fault]:
    versions = value.get("versions")
    manifest = value.get("manifest")
    known = manifest if isinstance(manifest, dict) else {}
    for name, block in versions.items() if isinstance(versions, dict) else ():
        if not isinstance(block, dict):
            yield "E047", f"version {name} is not an object"
            continue
        faults = [*_block(block), *_state(block.get("state", {}), known)]
        yield from ((code, f"version {name}: {message}") for code, message in faults)


def _block(block: dict[str, Json]) -> Iterator[Fault]:
    yield from _unknown(block, _VERSION_KEYS, "a version")
    for key in ("created", "state"):
        if key not in block:
            yield "E048", f"key {key!r} is missing"
    created = block.get("created")
    if "created" in block and not (isinstance(created, str) and is_time(created)):
        yield "E049", f"created is {created!r} and no RFC 3339 time with seconds and zone"
    for key in ("message", "user"):
        if key not in block:
            yield "W007", f"key {key!r} is missing"
    if not isinstance(block.get("message", ""), str):
        yield "E094", "message is not a text"
    if "user" in block:
        yield from _user(block["user"])


def _user(user: Json) -> Iterator[Fault]:
    if not isinstance(user, dict):
        yield "E054", "user is not an object"
        return
    yield from _unknown(user, _USER_KEYS, "a user")
    if not isinstance(user.get("name"), str):
        yield "E054", "the user has no name"
    address = user.get("address")
    if "address" not in user:
        yield "W008", "the user has no address"
    elif not isinstance(address, str):
        yield "E054", "the user's address is not a text"
    elif not is_uri(address):
        yield "W009", f"the user's address {address!r} is not a URI"


def _state(state: Json, manifest: dict[str, Json]) -> Iterator[Fault]:
    if not isinstance(state, dict):
        yield "E050", "state is not an object"
        return
    for digest, paths in state.items():
        if digest not in manifest:
            yield "E050", f"{digest!r} is not in the manifest"
        if not isinstance(paths, list) or len(texts(paths)) != len(paths):
            yield "E051", f"{digest!r} has no list of paths"
    logical = [path for paths in state.values() for path in texts(paths)]
    for path in logical:
        yield from check_path(path, "E053", "E052")
    yield from check_conflicts(logical, "E095")


def _use(value: dict[str, Json]) -> Iterator[Fault]:
    manifest, versions = value.get("manifest"), value.get("versions")
    if not isinstance(manifest, dict) or not isinstance(versions, dict):
        return
    states = [block.get("state") for block in versions.values() if isinstance(block, dict)]
    used = {digest.lower() for state in states if isinstance(state, dict) for digest in state}
    # A state that cannot be read (E047, E048, E050) leaves open what it uses.
    complete = len(states) == len(versions) and all(isinstance(state, dict) for state in states)
    for digest in manifest:
        if complete and digest.lower() not in used:
            yield "E107", f"{digest!r} is in the manifest and in no version"


def _fixity(value: dict[str, Json]) -> Iterator[Fault]:
    fixity = value.get("fixity", {})
    if not isinstance(fixity, dict):
        yield "E111", "fixity is not an object"
        return
    for algorithm, block in fixity.items():
        if algorithm not in DIGESTS and algorithm not in UNCHECKED_DIGESTS:
            for code in ("E026", "E056"):
                yield code, f"{algorithm!r} is no algorithm for fixity"
        elif not isinstance(block, dict):
            yield "E057", f"fixity for {algorithm} is not an object"
        else:
            yield from _blocks(block, "E057", "E097", f"fixity for {algorithm}")
            for digest in block:
                if algorithm in DIGESTS and not is_digest(digest, algorithm):
                    for code in ("E057", *([_HEX_CODES[algorithm]] if algorithm in _HEX_CODES else ())):
                        yield code, f"{digest!r} is not a {algorithm} digest in hex"
            for path in (path for paths in block.values() for path in texts(paths)):
                yield from check_path(path, "E100", "E099")


def texts(value: Json) -> tuple[str, ...]:
    """The texts of a JSON array, and none of anything else."""
    return tuple([item for item in value if isinstance(item, str)]) if isinstance(value, list) else ()


def content_directory(value: dict[str, Json]) -> str:
    """The name of the content directory (section 3.3.1), ``content`` when the inventory names none."""
    name = value.get("contentDirectory", "content")
    return name if isinstance(name, str) else "content"
