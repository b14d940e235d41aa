"""``archive cite``: a citation that can be checked."""

from __future__ import annotations

import sys

import click

from muniment.archive import Archive, StoredVersion
from muniment.cite.citation import make_citation
from muniment.cite.formats import FORMAT_NAMES, SHORT, STYLE_NAMES, format_citation, json_value
from muniment.cli.lines import read_earliest
from muniment.cli.options import as_json, in_archive, reference_argument, to_file, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import json_text
from muniment.display import plain, plain_lines
from muniment.errors import InputError
from muniment.reference import parse_reference

TEXT = "text"


@verb(
    "archive cite harbour-notice/v1",
    "archive cite harbour-notice/v1#p2 --style short",
    "archive cite harbour-notice/v1#p2 --style chicago-note --pin",
    "archive cite harbour-notice/v1 --format biblatex -o harbour.bib",
)
@reference_argument
@click.option("--style", type=click.Choice(STYLE_NAMES), help="Style of --format text (default: long).")
@click.option(
    "--format",
    "shape",
    type=click.Choice([TEXT, *FORMAT_NAMES]),
    default=TEXT,
    show_default=True,
    help="What to print.",
)
@click.option("--pin", is_flag=True, help="Add the hash of trust root 1 to the text; all formats have it.")
@no_memory_option
@in_archive
@as_json
@to_file
def command(reference: str, *, style: str | None, shape: str, pin: bool, as_json: bool) -> None:
    """Print a citation of a version or a paragraph.

    Every style except short carries the whole hash, and so does every format. --json means --format csl-json: a
    list of one item, for citation software. "archive verify" reads all of them back.
    """
    shape = _shape(shape, style, pin=pin, as_json=as_json)
    archive = open_target(vouching=True)
    wanted = parse_reference(reference)
    version = archive.read(wanted)
    citation = make_citation(
        version, origin=archive.origin, root=archive.roots[0].digest, paragraph=wanted.paragraph, sites=archive.sites
    )
    value = json_value(shape, citation)
    if value is not None:
        print(json_text(value))
    elif shape == TEXT:
        print(plain(format_citation(citation, style or "long", pin=pin)))
    else:
        print(plain_lines(format_citation(citation, shape)), end="")
    _say_times(archive, version)


def _say_times(archive: Archive, version: StoredVersion) -> None:
    """Print on stderr what is proven of its time: a citation never changes, and stamps come later."""
    times = read_earliest(archive, version.index)
    line = times.say(version.index)
    if line is not None:
        print(plain(f"{version.statement.name}: claimed {version.statement.logged_at}; {line}"), file=sys.stderr)
    for doubt in times.doubts:
        if doubt.ok:
            continue  # not checked, as was said
        print(plain(f"proves no time, see archive verify: {doubt.subject}: {doubt.what}"), file=sys.stderr)


def _shape(shape: str, style: str | None, *, pin: bool, as_json: bool) -> str:
    """Refuse options that do not go together."""
    if as_json and shape not in {TEXT, "csl-json"}:
        raise InputError("--json is --format csl-json", found=f"--format {shape}", hint="leave --json out")
    shape = "csl-json" if as_json else shape
    if style is not None and shape != TEXT:
        raise InputError("a style is for text", found=f"--style {style} --format {shape}", hint="leave --style out")
    if pin and (shape != TEXT or style == SHORT):
        hint = "every format has the trust root" if shape != TEXT else "another style has room for it"
        raise InputError("--pin is for styles with the whole hash", hint=hint)
    return shape
