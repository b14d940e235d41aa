"""``archive recover``: after a crash, or from a good copy."""

from __future__ import annotations

import click

from muniment.cli.hints import error_line, for_command
from muniment.cli.inputs import InputKind, read_named
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import find_archive, find_folder, place_of, store_at
from muniment.cli.terminal import json_text
from muniment.display import plain
from muniment.errors import InputError, IntegrityError
from muniment.memory import Recall
from muniment.snapshot.container import read_zip
from muniment.store import Store
from muniment.write.recover import recover
from muniment.write.restore import Restored, restore
from muniment.write.staged_commit import sweep
from muniment.write.turns import in_turn


def restore_from(store: Store, source: str, recall: Recall | None) -> Restored:
    """Mend an archive from the folder of a copy, or from a snapshot.

    Raises:
        InputError: The source is neither.
    """
    named = read_named(source)
    if named.kind is InputKind.ARCHIVE:
        return restore(store, store_at(place_of(source)), recall=recall)
    if named.data is None:
        raise InputError("not an archive", where=source, hint="name the folder of a copy, or a snapshot")
    try:
        bag = read_zip(named.data, where=source) if isinstance(named.data, bytes) else named.data
    except IntegrityError as error:
        what = "neither the folder of a copy nor a snapshot"
        raise InputError(what, where=source, expected=error.expected, found=for_command(error.what)) from error
    return restore(store, None, list(bag.files.values()), recall=recall)


def print_restored(done: Restored, source: str, *, as_json: bool) -> int:
    """Say what was mended and what is wanting; gives the exit code: 1 where something is."""
    if as_json:
        wanting = [{"file": error.where, "what": error_line(error)} for error in done.wanting]
        print(json_text({"from": source, "mended": list(done.mended), "wanting": wanting}))
    else:
        for path in done.mended:
            print(plain(f"mended   {path}"))
        for error in done.wanting:
            print(plain(f"wanting  {error_line(error)}"))
        count = len(done.mended)
        files = "1 file" if count == 1 else f"{count} files"
        rest = f", {len(done.wanting)} wanting: give another copy with --from" if done.wanting else ""
        print(f"{files} mended from {plain(source)}{rest}" if count or rest else "nothing to mend")
    return 1 if done.wanting else 0


@verb(
    "archive recover",
    "archive recover --from /backup/archive",
    "archive recover --from harbour-notice-v2.zip",
)
@click.option("--from", "source", metavar="COPY", help="Repair from another copy of this archive, or from a snapshot.")
@memory_option
@in_archive
@as_json
@click.pass_context
def command(ctx: click.Context, /, *, source: str | None, memory: Memory, as_json: bool) -> None:
    """End an addition that was interrupted.

    It is completed when its checkpoint was signed, else removed; but nothing is touched where this machine has seen a
    longer log, or another one. Adding does the same by itself. With --from, missing and wrong files are put back from
    COPY, each only if it is what the log names; what is right stays untouched.
    Exit code 1: something is still missing.
    """
    if source is not None:
        store = store_at(find_folder(ctx))
        ctx.exit(print_restored(restore_from(store, source, memory.recall), source, as_json=as_json))
    store = store_at(find_archive())
    done = in_turn(store, lambda store: recover(store, memory.recall))
    swept = () if store.exclusive else sweep(store)
    did = None if done is None else "completed" if done.completed else "removed"
    if as_json:
        print(json_text({"recovered": did, "subject": None if done is None else done.subject}))
        return
    for path in swept:
        print(plain(f"removed what a writer staged: {path}"))
    if done is not None:
        print(f"{did} the unfinished addition of {done.subject}")
    elif not swept:
        print("nothing to recover")
