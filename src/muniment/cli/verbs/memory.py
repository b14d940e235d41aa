"""``archive memory``: show what this machine has seen of archives, or forget it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from muniment.cli.app import NearGroup
from muniment.cli.memory_files import forget_file, memory_files, memory_folder, read_memory_file
from muniment.cli.options import Verb, end_of_help
from muniment.cli.terminal import is_terminal, json_text
from muniment.display import plain
from muniment.errors import InputError, UnresolvedReferenceError
from muniment.log.encoding import say_entries
from muniment.memory import memory_name

_MEMBERS = ("origin", "entries", "root", "seen", "file")


@click.group(
    cls=NearGroup,
    subcommand_metavar="VERB ...",
    epilog=end_of_help("archive memory list", "archive memory forget press.example.org/archive"),
)
def command() -> None:
    """Show what this machine has seen of archives, or forget it.

    The memory holds one file for each archive: the highest checkpoint that was seen, and the trust root it was seen
    under. It finds an archive that comes back shorter, or with another history. list takes --json.
    """


@command.command("list", cls=Verb)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the archives that this machine has seen."""
    rows = [_row(path) for path in memory_files()]
    if as_json:
        print(json_text([dict(zip(_MEMBERS, row, strict=True)) for row in rows]))
    elif not rows:
        print("nothing is remembered on this machine")
    else:
        for origin, entries, root, seen, path in rows:
            size = "? entries" if entries is None else say_entries(entries)
            print(f"{plain(origin or 'unreadable')}  {size}  seen {seen or '?'}")
            print(f"  trust root\n  {root}" if root else "  it cannot be read: archive memory forget FILE")
            print(f"  {plain(path)}")


@command.command("forget", cls=Verb)
@click.argument("origin", metavar="ORIGIN|FILE")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_command(origin: str, *, yes: bool) -> None:
    """Forget one archive, named by its origin or by the file that is remembered.

    This cannot be undone: an older copy of that archive, or another one of its name, will look like a first one.
    """
    folder = memory_folder()
    path = next((path for path in memory_files() if str(path) == origin or path.name == memory_name(origin)), None)
    if folder is None or path is None:
        what = "nothing is remembered by this name"
        raise UnresolvedReferenceError(what, found=origin, hint="archive memory list names what is")
    name, entries, _, seen, _ = _row(path)
    known = f"{say_entries(entries or 0)} of {name}, seen on {seen}" if name else f"what cannot be read in {path}"
    if not yes:
        if not is_terminal(sys.stdin):
            raise InputError("not forgotten without being asked", where=str(path), hint="--yes forgets it")
        asked = f"Forget {plain(known)}? An older copy, or another archive of this name, would no longer be found"
        click.confirm(asked, abort=True, err=True)
    forget_file(folder, path)
    print(f"forgotten: {plain(known)}")


def _row(path: Path) -> tuple[str | None, int | None, str | None, str | None, str]:
    """What a file remembers; nothing but its name where it cannot be read."""
    kept = read_memory_file(path)
    if kept is None:
        return None, None, None, None, str(path)
    return kept.origin, kept.size, kept.root, kept.seen, str(path)
