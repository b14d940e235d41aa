"""``archive export``: a snapshot to hand over."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.files import STANDARD_STREAM, write_file
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text, plain, write_bytes
from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError
from muniment.export.snapshot import build_snapshot
from muniment.reference import parse_reference


@verb(
    "archive export harbour-notice/v1",
    "archive export harbour-notice/v1 -o notice.zip",
)
@reference_argument
@click.option("-o", "--output", metavar="FILE", help="File to write, - for stdout; named by the version unless given.")
@click.option("--force", is_flag=True, help="Replace another file of that name.")
@in_archive
@as_json
def command(reference: str, *, output: str | None, force: bool, as_json: bool) -> None:
    """Write the snapshot of a version: a zip that proves itself.

    It is a BagIt bag with the words, the signature, the proof of its place in the log and the trust roots. The same
    version at the same size of the log gives the same bytes.
    """
    wanted = parse_reference(reference)
    if wanted.paragraph is not None:
        raise InputError("a snapshot holds a whole version", where=reference, hint="leave the paragraph out")
    if output == STANDARD_STREAM and as_json:
        raise InputError("stdout cannot take both the snapshot and JSON", hint="leave one out")
    archive = open_target()
    snapshot = build_snapshot(archive, archive.read(wanted))
    if output == STANDARD_STREAM:
        write_bytes(snapshot.data)
        return
    path = Path(snapshot.name if output is None else output)
    written = write_file(path, snapshot.data, force=force)
    digest = format_digest(sha256_hex(snapshot.data))
    if as_json:
        print(json_text({"file": str(path), "sha256": digest, "size": len(snapshot.data), "written": written}))
    else:
        print(plain(str(path)) if written else f"{plain(str(path))} (it was there already)")
        print(digest)
