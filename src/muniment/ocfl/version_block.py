"""One version of an OCFL object: its version block in the inventory (OCFL 1.1 section 3.5.3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from muniment.ocfl.rules import Fault, check_conflicts, check_path, is_time, is_uri, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from muniment.canonical import Json

DigestMap: TypeAlias = "tuple[tuple[str, tuple[str, ...]], ...]"
"""Digests, each with the paths of the files that have it: the shape of manifest, state and fixity."""

_DIGEST = re.compile(r"[0-9a-f]{128}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CREATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class VersionBlock:
    """What an inventory says of one version.

    Attributes:
        created: When it was made, ``2022-01-31T12:00:00Z``.
        message: Why it was made; free text.
        user_name: Who made it.
        user_address: A URI of who made it, such as ``mailto:…``.
        state: SHA-512 digests as 128 hex digits, each with its logical paths; both in order of code points.
    """

    created: str
    message: str
    user_name: str
    user_address: str
    state: DigestMap

    @property
    def files(self) -> dict[str, str]:
        """The logical path of every file in this version, with its digest."""
        return {path: digest for digest, paths in self.state for path in paths}


def state_of(files: Mapping[str, str]) -> DigestMap:
    """Turn logical paths with their digests into a state: digests with their paths, both in order."""
    paths: dict[str, list[str]] = {}
    for path in sorted(files):
        paths.setdefault(files[path], []).append(path)
    return tuple((digest, tuple(paths[digest])) for digest in sorted(paths))


def check_block(block: VersionBlock) -> Iterator[Fault]:
    """Judge a version block by the rules of OCFL and the narrower ones of this archive.

    Narrower are: times in UTC to the second, digests in lower case, a user with a name and an address that is
    a URI.
    """
    if _CREATED.fullmatch(block.created) is None or not is_time(block.created):
        yield "E049", f"created is {block.created!r} and not of the form 2022-01-31T12:00:00Z"
    if not block.user_name:
        yield "E054", "the user has no name"
    if not is_uri(block.user_address):
        yield "W009", f"the user's address {block.user_address!r} is not a URI"
    for digest, _ in block.state:
        if _DIGEST.fullmatch(digest) is None:
            yield "E031", f"{digest!r} is not a SHA-512 digest in lower-case hex"
    paths = [path for _, paths in block.state for path in paths]
    for path in paths:
        yield from check_path(path, "E053", "E052")
    yield from check_conflicts(paths, "E095")
    for text in (block.message, block.user_name, block.user_address, *paths):
        if _SURROGATE.search(text):
            yield "E033", f"{text!r} holds half a surrogate pair, which UTF-8 cannot"


def digest_map(value: Json) -> DigestMap:
    """Read a map of digests to paths from JSON, both in order; what has another shape is left out."""
    if not isinstance(value, dict):
        return ()
    return tuple([(digest, tuple(sorted(texts(value[digest])))) for digest in sorted(value)])


def version_block(value: Json) -> VersionBlock:
    """Read a version block from JSON; what is missing or of another type becomes empty."""
    block = value if isinstance(value, dict) else {}
    user = block.get("user")
    of_user = user if isinstance(user, dict) else {}
    return VersionBlock(
        created=text_of(block.get("created")),
        message=text_of(block.get("message")),
        user_name=text_of(of_user.get("name")),
        user_address=text_of(of_user.get("address")),
        state=digest_map(block.get("state")),
    )


def text_of(value: Json) -> str:
    """A JSON text, and the empty one for anything else."""
    return value if isinstance(value, str) else ""
