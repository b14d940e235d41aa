"""``archive recover``: after a crash."""

from __future__ import annotations

import click

from muniment.cli.memory import Memory, memory_option
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import find_archive, find_folder, store_at
from muniment.cli.terminal import json_text
from muniment.write.recover import recover


@verb(
    "archive recover",
    "archive recover --from /backup/archive",
    "archive recover --from harbour-notice-v2.zip",
)
@click.option("--from", "source", metavar="COPY", help="Mend from another copy of this archive, or from a snapshot.")
@memory_option
@in_archive
@as_json
@click.pass_context
def command(ctx: click.Context, /, *, source: str | None, memory: Memory, as_json: bool) -> None:
    """End an addition that was interrupted.

    It is completed when its checkpoint was signed, else removed. Adding does the same by itself. With --from, missing
    and wrong files are put back from COPY, each only if it is what the log names; what is right stays untouched.
    Exit code 1: something is still wanting.
    """
    if source is not None:
        from muniment.cli.restoring import print_restored, restore_from  # noqa: PLC0415 - start-up: rarely needed

        store = store_at(find_folder(ctx))
        ctx.exit(print_restored(restore_from(store, source, memory.recall), source, as_json=as_json))
    store = store_at(find_archive())
    with store.lock():
        done = recover(store)
    did = None if done is None else "completed" if done.completed else "removed"
    if as_json:
        print(json_text({"recovered": did, "subject": None if done is None else done.subject}))
    elif done is None:
        print("nothing to recover")
    else:
        print(f"{did} the unfinished addition of {done.subject}")
