"""``archive copy``: a back-up, or the way into an object store and out of it."""

from __future__ import annotations

import click

from muniment.archive.paths import ROOTS
from muniment.cli.enclosing_archive import refuse_inside
from muniment.cli.hints import error_line
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, verb
from muniment.cli.target import TAG, is_named_archive, place_of, place_to_write, shown_address, store_at
from muniment.cli.terminal import json_text
from muniment.display import plain
from muniment.errors import NotAnArchiveError, StoreError, UnavailableError
from muniment.write.copying import copy_archive


@verb(
    "archive copy archive /backup/archive",
    "archive copy archive s3://example-bucket/archive",
    "archive copy s3://example-bucket/archive archive",
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@memory_option
@as_json
@click.pass_context
def command(ctx: click.Context, /, *, source: str, target: str, memory: Memory, as_json: bool) -> None:
    """Copy an archive to another place, or bring a copy up to date.

    Each is a folder or the address of a prefix in an object store. A file is written only if it is what the signed
    log names; what is there already stays, so an interrupted copy can be run again. A place that holds another
    archive, or another history, is refused.
    Exit code 1: something is missing or wrong in FROM, and so in TO.
    """
    if not is_named_archive(source):
        hint = "name the archive first, then where its copy goes"
        raise NotAnArchiveError("not an archive", where=shown_address(source), hint=hint)
    place = place_to_write(target)
    copy = store_at(place)
    try:
        names = {node.name for node in copy.list()}
    except UnavailableError as closed:
        raise closed.as_(StoreError, where=shown_address(target), hint=closed.hint) from closed
    if not names & {TAG, ROOTS.partition("/")[0]}:
        refuse_inside(place)
    done = copy_archive(store_at(place_of(source)), copy, recall=memory.recall)
    refused = any(isinstance(error, UnavailableError) for error in done.wanting)  # such as a full disk
    if as_json:
        wanting = [{"file": error.where, "what": error_line(error)} for error in done.wanting]
        print(json_text({"from": source, "to": target, "copied": list(done.mended), "wanting": wanting}))
    else:
        for error in done.wanting:
            print(plain(f"wanting  {error_line(error)}"))
        count = len(done.mended)
        files = "1 file" if count == 1 else f"{count:,} files"
        then = "run it again" if refused else f"recover {source} first"
        rest = f", {len(done.wanting)} wanting: {then}" if done.wanting else ""
        print(plain(f"{files} copied to {target}{rest}" if count or rest else f"{target} has all of it"))
    ctx.exit(3 if refused else 1 if done.wanting else 0)
