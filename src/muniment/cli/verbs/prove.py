"""``archive prove``: one paragraph, or words of it, with their own proof."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.proof_lines import quotation, quoted_lines
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import json_text, write_bytes
from muniment.digest import format_digest, sha256_hex
from muniment.display import plain
from muniment.errors import InputError
from muniment.export.public_json import PROVE, file_json
from muniment.files import STANDARD_STREAM, write_file
from muniment.paragraph_proof import prove_paragraph
from muniment.paragraph_proof.by_hand import FORMS, SUFFIXES, Form, file_name
from muniment.paragraph_proof.forms import format_as
from muniment.reference import parse_reference


@verb(
    "archive prove harbour-notice/v1#p2",
    'archive prove harbour-notice/v1 --quote "closes on Monday"',
    "archive prove harbour-notice/v1#p2 --format html",
)
@reference_argument
@click.option("--quote", metavar="WORDS", help="Words of one paragraph, exactly as they stand there.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="A text, a page that checks itself, or the bare proof (default: by the name of FILE, else text).",
)
@click.option("-o", "--output", metavar="FILE", help="File to write, - for stdout (default: named after its content).")
@click.option("--force", is_flag=True, help="Replace another file of that name.")
@no_memory_option
@in_archive
@as_json
def command(
    reference: str, *, quote: str | None, form: Form | None, output: str | None, force: bool, as_json: bool
) -> None:
    """Write the proof of one paragraph, or of words in it.

    The proof is one file that begins with the words: a text, or a page that any browser opens and that checks itself.
    In it are the paragraph, its path to the log entry, that entry's path to the signed checkpoint, the checkpoint, and
    the commands that check them by hand. "archive verify FILE" checks it anywhere, without the archive.
    """
    wanted = parse_reference(reference)
    if wanted.paragraph is None and quote is None:
        raise InputError("which paragraph?", where=reference, hint="name one, as in REF#p16, or give --quote WORDS")
    if output == STANDARD_STREAM and as_json:
        raise InputError("stdout cannot take both the proof and JSON", hint="leave one out")
    archive = open_target(vouching=True)
    proof = prove_paragraph(archive, archive.read(wanted), wanted.paragraph, quote=quote)
    wanted_form = form or _by_name(output)
    data = format_as(proof, wanted_form)
    if output == STANDARD_STREAM:
        write_bytes(data)
        return
    path = Path(file_name(proof, wanted_form) if output is None else output)
    written = write_file(path, data, force=force)
    if as_json:
        print(json_text({**file_json(PROVE, str(path), data, written=written), "quotation": quotation(proof)}))
        return
    print(plain(str(path)) if written else f"{plain(str(path))} (it was there already)")
    print(format_digest(sha256_hex(data)))
    for line in quoted_lines(proof):
        print(line)


def _by_name(output: str | None) -> Form:
    """The form that the name of a file asks for: that of its suffix, else a text."""
    name = (output or "").lower()
    if name.endswith((".html", ".htm")):
        return "html"
    return "tlog-proof" if name.endswith(SUFFIXES["tlog-proof"]) else "text"
