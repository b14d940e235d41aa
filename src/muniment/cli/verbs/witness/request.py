"""``archive witness request``: ask for a cosignature."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.archive import Archive
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import json_text, write_bytes
from muniment.display import plain
from muniment.errors import InputError
from muniment.export.witness_request import build_request, cosigned_size
from muniment.files import STANDARD_STREAM, write_file
from muniment.write.cosign import cosigners


@verb(
    "archive witness request -o request.txt",
    "archive witness request --witness witness.example.org/anna > request.txt",
    "archive witness request --old 5 -o request.txt",
)
@click.option("-o", "--output", metavar="FILE", default=STANDARD_STREAM, help="File to write (default: stdout).")
@click.option("--witness", metavar="NAME", help="Which witness to ask, if the trust root names several.")
@click.option(
    "--old", metavar="SIZE", type=click.IntRange(0), help="Log size that the witness cosigned last, if it told you."
)
@click.option("--force", is_flag=True, help="Replace another file of that name.")
@no_memory_option
@in_archive
@as_json
def command(output: str, *, witness: str | None, old: int | None, force: bool, as_json: bool) -> None:
    """Ask a witness to cosign the newest checkpoint.

    The request holds the checkpoint and the proof that it continues what the witness cosigned last, as far as this
    archive knows; --old says better. Hand it over as you like: it holds no secret.
    """
    if output == STANDARD_STREAM and as_json:
        raise InputError("stdout cannot take both the request and JSON", hint="write the request to a file with -o")
    archive = open_target(vouching=True)
    size = _old_size(archive, witness) if old is None else old
    data = build_request(archive, size)
    if output == STANDARD_STREAM:
        write_bytes(data)
        return
    written = write_file(Path(output), data, force=force)
    now = archive.checkpoint.size
    if as_json:
        print(json_text({"file": output, "origin": archive.origin, "old": size, "size": now, "written": written}))
    else:
        print(f"{plain(output)}: {archive.origin} at size {now}, from {size}")


def _old_size(archive: Archive, name: str | None) -> int:
    """The size that the witness has cosigned; none need be named where all have cosigned the same."""
    known = cosigners(archive)
    asked = [cosigner for cosigner in known if name in {None, cosigner.name}]
    if name is not None and not asked:
        raise InputError(
            "the trust root names no such witness",
            found=name,
            expected=", ".join(cosigner.name for cosigner in known),
            hint="archive key witness VKEY names one; or say with --old what it cosigned last",
        )
    sizes = {cosigner.name: cosigned_size(archive, cosigner) for cosigner in asked}
    if len(set(sizes.values())) > 1:
        listing = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise InputError(
            "the witnesses have cosigned different sizes", found=listing, hint="say which one with --witness"
        )
    return next(iter(sizes.values()), 0)
