"""Check 9 on the log alone: every entry is a statement of this archive, and continues the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from muniment.errors import FormatError, MunimentError
from muniment.judge import judge_place
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


def group_versions(tally: Tally, statements: Sequence[Statement | None]) -> Entries:
    """Group the entries by release, and check that each continues the one before it (check 9)."""
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
