"""``archive witness import``: take in a cosignature."""

from __future__ import annotations

import click

from muniment.cli.authoring import tell_unfinished
from muniment.cli.clock import now
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import find_archive, store_at
from muniment.cli.terminal import json_text
from muniment.display import plain
from muniment.errors import FormatError, InputError
from muniment.files import STANDARD_STREAM, read_file
from muniment.log.cosignature import parse_reply
from muniment.log.note import MAX_NOTE
from muniment.write.cosign import Imported, add_cosignatures


@verb(
    "archive witness import reply.txt",
    "archive witness import - < reply.txt",
)
@click.argument("path", metavar="REPLY")
@click.option("--size", metavar="SIZE", type=click.IntRange(1), help="Log size of the checkpoint (default: found out).")
@in_archive
@as_json
def command(path: str, *, size: int | None, as_json: bool) -> None:
    """Take in the cosignature that a witness gave.

    REPLY is what archive witness sign wrote, or the answer of a C2SP witness; - is stdin. Lines by witnesses whom
    the trust root does not name are ignored. The first cosignature of a witness for a size is kept.
    """
    where = "stdin" if path == STANDARD_STREAM else path
    try:
        lines = parse_reply(read_file(path, max_size=MAX_NOTE), where)
    except FormatError as error:
        hint = "the witness makes one with archive witness sign"
        raise error.as_(InputError, where=where, hint=hint) from error
    store = store_at(find_archive())
    imported = add_cosignatures(store, lines, size=size, where=where, now=now())
    tell_unfinished(store)
    if as_json:
        print(json_text({"imported": [_as_json(cosigned) for cosigned in imported]}))
        return
    for cosigned in imported:
        there = "" if cosigned.written else " (it was there already)"
        print(
            f"{plain(cosigned.cosignature.name)} cosigned size {cosigned.size} at {cosigned.cosignature.moment}{there}"
        )


def _as_json(imported: Imported) -> dict[str, object]:
    return {
        "witness": imported.cosignature.name,
        "size": imported.size,
        "time": imported.cosignature.moment,
        "file": imported.path,
        "written": imported.written,
    }
