"""Which trust root was the newest: how a checkpoint names one, and what the entries of a log say of each size.

The holder of a checkpoint must see which trust root was the newest under it.  Otherwise the one that revokes a key
could be left out of a snapshot, and nothing would be missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.digest import format_digest
from muniment.errors import FormatError
from muniment.log.statement import RootStatement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.log.statement import Statement, Unparsed

_LINE = re.compile(rb"trust-root ([1-9][0-9]{0,17}) sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class NamedRoot:
    """A trust root as the log names it.

    Attributes:
        version: Its number, from 1 and below 10**18.
        digest: ``sha256:…`` of its file.
    """

    version: int
    digest: str

    def __str__(self) -> str:
        return f"trust root {self.version} {self.digest}"


def format_newest(root: NamedRoot) -> str:
    """Write the line of a checkpoint that names its newest trust root, without its newline."""
    return f"trust-root {root.version} {root.digest}"


def parse_newest(line: bytes, where: str = "") -> NamedRoot:
    """Read that line, given without its newline.

    Raises:
        FormatError: It is not that line in its one spelling.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise FormatError(
            "a checkpoint must name its newest trust root",
            where=where,
            expected="'trust-root NUMBER sha256:HEX'",
            found=ascii(line.decode("utf-8", "replace"))[:80],
        )
    return NamedRoot(int(match[1]), format_digest(match[2].decode()))


@dataclass(frozen=True, slots=True)
class NewestRoots:
    """What the entries of a log say of its newest trust root.

    Attributes:
        named: Index of the entry, and the root that it names, in order.
        known: How many entries could be read, up to the first that could not; None where all could.
    """

    named: tuple[tuple[int, NamedRoot], ...]
    known: int | None = None

    def at(self, size: int) -> NamedRoot | None:
        """Give the newest root of the first ``size`` entries; None where these name none, or cannot be read."""
        if self.known is not None and size > self.known:
            return None
        return next((root for index, root in reversed(self.named) if index < size), None)


NONE_NAMED = NewestRoots(())
"""What a source says that knows no trust root but that of its checkpoint."""


def newest_roots(statements: Sequence[Statement | Unparsed | None]) -> NewestRoots:
    """Collect the trust roots that entries name; an entry is None where it could not be read."""
    named = tuple(
        (index, NamedRoot(statement.version, statement.root))
        for index, statement in enumerate(statements)
        if isinstance(statement, RootStatement)
    )
    unread = next((index for index, statement in enumerate(statements) if statement is None), None)
    return NewestRoots(named, unread)
