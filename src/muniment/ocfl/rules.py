"""The rules of one OCFL inventory (OCFL 1.1 section 3.5), each with the specification's code.

``examine`` names every rule that is broken, not only the first. It looks at the inventory alone; what lies on
disk is the concern of ``validate``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from muniment.ocfl.grammar import (
    DIGESTS,
    UNCHECKED_DIGESTS,
    VERSION_NAME,
    Fault,
    Problem,
    check_conflicts,
    check_content_path,
    check_path,
    check_sequence,
    is_digest,
    is_time,
    is_uri,
    sort_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muniment.canonical import Json

TYPE = re.compile(r"https://ocfl\.io/(1\.[01])/spec/#inventory")
"""The type of an inventory; its group is the version of the specification."""

_KEYS = ("id", "type", "digestAlgorithm", "head", "manifest", "versions")
_KEYS_ALLOWED = frozenset([*_KEYS, "contentDirectory", "fixity"])
_VERSION_KEYS = frozenset(["created", "state", "message", "user"])
_USER_KEYS = frozenset(["name", "address"])
_HEX_CODES = {"sha512": "E031", "sha256": "E030"}


def examine(value: Json, path: str) -> tuple[Problem, ...]:
    """Name every rule that an inventory breaks.

    Args:
        value: The inventory, as ``canonical.parse_json`` gives it.
        path: What to call the inventory in a problem.
    """
    if not isinstance(value, dict):
        return (Problem("E033", path, "the inventory is not a JSON object"),)
    checks = (_keys, _identity, _content_directory, _versions, _manifest, _states, _use, _fixity)
    return tuple(Problem(code, path, message) for check in checks for code, message in check(value))


def _keys(value: dict[str, Json]) -> Iterator[Fault]:
    for key in _KEYS:
        if key not in value:
            code = "E041" if key in {"manifest", "versions"} else "E036"
            yield code, f"key {key!r} is missing"
    yield from _unknown(value, _KEYS_ALLOWED, "the inventory")


def _unknown(value: dict[str, Json], allowed: frozenset[str], place: str) -> Iterator[Fault]:
    for key in value:
        if key not in allowed:
            yield "E102", f"key {key!r} is not specified for {place}"


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
            yield "E044", "versions is not an object"
        return
    for name in versions:
        if VERSION_NAME.fullmatch(name) is None:
            yield "E046", f"{name!r} cannot be a version directory"
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
    yield from _blocks(manifest, "E092", "E096", "the manifest")
    paths = [path for paths in manifest.values() for path in texts(paths)]
    versions = value.get("versions")
    names = frozenset(versions) if isinstance(versions, dict) else frozenset[str]()
    for path in paths:
        yield from check_content_path(path, names, content_directory(value))
    yield from check_conflicts(paths, "E101")


def _blocks(block: dict[str, Json], shape: str, twice: str, place: str) -> Iterator[Fault]:
    """Judge a map of digests to lists of paths."""
    seen: set[str] = set()
    for digest, paths in block.items():
        if not isinstance(paths, list) or not paths or len(texts(paths)) != len(paths):
            yield shape, f"{digest!r} in {place} has no list of paths"
        if digest.lower() in seen:
            yield twice, f"{digest!r} occurs twice in {place}, in different case"
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
            yield "E056", f"{algorithm!r} is no algorithm for fixity"
        elif not isinstance(block, dict):
            yield "E057", f"fixity for {algorithm} is not an object"
        else:
            yield from _blocks(block, "E057", "E097", f"fixity for {algorithm}")
            for digest in block:
                if algorithm in DIGESTS and not is_digest(digest, algorithm):
                    yield "E057", f"{digest!r} is not a {algorithm} digest in hex"
            for path in (path for paths in block.values() for path in texts(paths)):
                yield from check_path(path, "E100", "E099")


def texts(value: Json) -> tuple[str, ...]:
    """The texts of a JSON array, and none of anything else."""
    return tuple([item for item in value if isinstance(item, str)]) if isinstance(value, list) else ()


def content_directory(value: dict[str, Json]) -> str:
    """The name of the content directory (section 3.3.1), ``content`` when the inventory names none."""
    name = value.get("contentDirectory", "content")
    return name if isinstance(name, str) else "content"
