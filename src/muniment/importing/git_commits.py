"""Commits of a git repository, read from their bytes."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

_PERSON: Final = re.compile(rb"(.*?) ?<([^<>\n]*)> (-?[0-9]{1,18}) ([+-][0-9]{4})")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is named by a commit, and at what time.

    Attributes:
        name: As written, with the address.
        seconds: Since 1970, as claimed; None where it cannot be read.
    """

    name: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit.

    Attributes:
        id: Its digest.
        tree: Digest of its tree.
        parents: Those of the commits before, the first one first.
        author: Who wrote the change.
        committer: Who put it into the history.
        message: The words, as far as they can be read.
    """

    id: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


def parse_commit(digest: str, data: bytes) -> Commit:
    """Read a commit; what of it cannot be read is empty, as an enemy may have written it."""
    head, _, message = data.partition(b"\n\n")
    lines = head.split(b"\n")
    parents = tuple(line[7:].decode("ascii", "replace") for line in lines if line.startswith(b"parent "))
    named = {name: next((line for line in lines if line.startswith(name)), b"") for name in (b"author ", b"committer ")}
    charset = next((line[9:].decode("ascii", "replace") for line in lines if line.startswith(b"encoding ")), "utf-8")
    tree = lines[0][5:].decode("ascii", "replace") if lines[0].startswith(b"tree ") else ""
    return Commit(
        digest,
        tree,
        parents,
        _person(named[b"author "][7:]),
        _person(named[b"committer "][10:]),
        _decoded(message, charset),
    )


def _decoded(data: bytes, charset: str) -> str:
    for name in ("utf-8", charset):
        with suppress(UnicodeDecodeError, LookupError, ValueError):
            return data.decode(name)
    return data.decode("utf-8", "replace")


def _person(line: bytes) -> Person:
    found = _PERSON.fullmatch(line)
    if found is None:
        return Person("", None)
    name, address, seconds, _ = found.groups()
    return Person(f"{name.decode('utf-8', 'replace')} <{address.decode('utf-8', 'replace')}>", int(seconds))
