"""``archive log``: what was logged, in order."""

from __future__ import annotations

import click

from muniment.anchor import CHECKPOINT
from muniment.archive import Archive
from muniment.cli.completion import complete_release
from muniment.cli.listing import listing
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text, plain, screen_width, wrap, write_bytes
from muniment.errors import InputError, UnresolvedReferenceError
from muniment.log.statement import RootStatement, StampStatement, VersionStatement
from muniment.reference import check_release_id


@verb(
    "archive log harbour-notice",
    "archive log --checkpoint > checkpoint-seen-today",
)
@click.argument("release", required=False, metavar="[RELEASE]", shell_complete=complete_release)
@click.option("--checkpoint", is_flag=True, help="Print the signed checkpoint as it is.")
@in_archive
@as_json
def command(release: str | None, *, checkpoint: bool, as_json: bool) -> None:
    """Show the log: every version, in the order of its entry.

    The newest entry stands last. Times are claimed by the keeper of the archive.
    """
    archive = open_target()
    if checkpoint:
        if release is not None or as_json:
            raise InputError("--checkpoint stands alone: there is one for the whole log")
        write_bytes(archive.store.read(CHECKPOINT))
        return
    if release is not None and check_release_id(release) not in archive.versions:
        raise UnresolvedReferenceError(f"there is no release {release}", hint="archive list names the releases")
    if as_json:
        print(json_text(listing(archive, archive.versions if release is None else [release])))
    else:
        _print(archive, release)


def _print(archive: Archive, release: str | None) -> None:
    margin = len(str(archive.checkpoint.size - 1))
    for index, statement in enumerate(archive.statements):
        if isinstance(statement, VersionStatement):
            if release in {None, statement.release}:
                _print_version(archive, index, statement, margin)
        elif release is None:
            _print_other(index, statement, margin)


def _print_version(archive: Archive, index: int, statement: VersionStatement, margin: int) -> None:
    change = archive.read_entry(index, statement).record.change
    kind = f"{change.kind}, reverts to v{change.reverts_to}" if change.reverts_to else change.kind
    print(f"{index:>{margin}}  {statement.name}  {kind}  claimed {statement.logged_at}")
    indent = " " * (margin + 2)
    if change.note:
        for line in wrap(plain(change.note), screen_width() - len(indent)):
            print(f"{indent}{line}")
    print(f"{indent}{statement.record}")


def _print_other(index: int, statement: RootStatement | StampStatement, margin: int) -> None:
    by, digest = (
        ("", statement.root) if isinstance(statement, RootStatement) else (statement.authority, statement.response)
    )
    print("  ".join(filter(None, (f"{index:>{margin}}", statement.name, by, f"claimed {statement.logged_at}"))))
    print(f"{' ' * (margin + 2)}{digest}")
