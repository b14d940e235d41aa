"""Shell completion of references and release ids, from the archive that the command would work on.

Click prints the script of a shell: ``_ARCHIVE_COMPLETE=bash_source archive``; ``docs/install.md`` has the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from muniment.cli.target import open_target
from muniment.errors import MunimentError
from muniment.reference import parse_reference

if TYPE_CHECKING:
    from muniment.archive import Archive
    from muniment.record import Record


def complete_release(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's
    """Complete a release id."""
    return [release for release in _releases(ctx) if release.startswith(incomplete)]


_OR_FILES = frozenset({"target", "a", "b"})
"""Arguments that may be a reference or a file."""


def files_of_shell(incomplete: str) -> CompletionItem:
    """Ask the shell for the names of files, which it knows."""
    return CompletionItem(incomplete, type="file")


def complete_reference(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a reference: releases, then versions, then paragraphs; where none fits, a file if it may be one."""
    try:
        offers = _references(open_target(ctx), incomplete)
    except (MunimentError, OSError):
        # Whatever is wrong, the command itself will say; the command line stays clean.
        offers = []
    fitting = [CompletionItem(text) for text in offers if text.startswith(incomplete)]
    return fitting or ([files_of_shell(incomplete)] if param.name in _OR_FILES else [])


def complete_range(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a reference, or after ``..`` the newer end of a range: the later versions of the same release."""
    first, dots, last = incomplete.partition("..")
    if not dots:
        return complete_reference(ctx, param, incomplete)
    try:
        statement = (archive := open_target(ctx)).resolve(parse_reference(first)).statement
        later = archive.history(statement.release)[statement.version :]
    except (MunimentError, OSError):
        return []
    ends = [f"v{newer.statement.version}" for newer in later]
    return [CompletionItem(f"{first}..{end}") for end in ends if end.startswith(last)]


def complete_authority(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's
    """Complete the name of a time stamp authority."""
    try:
        names = [authority.name for authority in open_target(ctx).chain[-1].authorities]
    except (MunimentError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


def _releases(ctx: click.Context) -> list[str]:
    try:
        return list(open_target(ctx).releases)
    except (MunimentError, OSError):
        return []


def _references(archive: Archive, incomplete: str) -> list[str]:
    head, mark, _ = incomplete.partition("#")
    if mark:
        record: Record = archive.read(parse_reference(head)).record
        return [f"{head}#{paragraph.id}" for paragraph in record.paragraphs]
    if "/" in incomplete:
        return [entry.statement.name for entry in archive.history(incomplete.partition("/")[0])]
    return list(archive.releases)
