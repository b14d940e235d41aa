"""Check 9 on the log alone: every entry is a statement of this archive, and continues the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from muniment.archive.judgement import judge_place
from muniment.errors import FormatError, MunimentError
from muniment.log.statement import Statement, VersionStatement, parse_statement
from muniment.verify.log import LogResult
from muniment.verify.report import Tally

Entries: TypeAlias = dict[str, list[tuple[int, VersionStatement]]]
"""Log index and statement of every version, oldest first, by release."""


def parse_entries(tally: Tally, log: LogResult, origin: str) -> list[Statement | None]:
    """Parse every entry; an entry that cannot be parsed is None and has its finding."""
    statements: list[Statement | None] = []
    for index, entry in enumerate(log.entries):
        statement = None
        if entry is not None:
            try:
                statement = parse_statement(entry, where=f"log entry {index}")
                if statement.archive != origin:
                    raise FormatError("an entry of another archive", expected=origin, found=statement.archive)
            except MunimentError as error:
                tally.error(9, error, f"log entry {index}")
        statements.append(statement)
    return statements


def group_versions(tally: Tally, statements: Sequence[Statement | None], unread: str = "") -> Entries:
    """Group the entries by release, and check that each continues the one before it (check 9).

    Args:
        tally: Where to count.
        statements: The entries; None for one that cannot be read.
        unread: A file for want of which entries are not known.  What comes after a version that may be among them
            cannot be checked; it is left out, and said.
    """
    if unread:
        statements = list(_without_gaps(tally, statements, unread))
    entries: Entries = {}
    for index, statement in enumerate(statements):
        if not isinstance(statement, VersionStatement):
            continue
        before = entries.setdefault(statement.release, [])
        try:
            judge_place(f"log entry {index} ({statement.name})", statement, before[-1][1] if before else None)
        except FormatError as error:
            tally.error(9, error)
        before.append((index, statement))
    return entries


def _without_gaps(tally: Tally, statements: Sequence[Statement | None], unread: str) -> Iterator[Statement | None]:
    gap = False
    heads: dict[str, int] = {}
    for index, statement in enumerate(statements):
        gap = gap or statement is None
        if isinstance(statement, VersionStatement):
            if gap and statement.version > heads.get(statement.release, 0) + 1:
                tally.not_checked(9, f"log entry {index} ({statement.name})", unread)
                yield None
                continue
            heads[statement.release] = statement.version
        yield statement
    if gap or not statements:
        tally.not_checked(9, "releases", unread)
