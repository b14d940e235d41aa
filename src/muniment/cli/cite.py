"""``archive cite``: a citation that can be checked."""

from __future__ import annotations

import click

from muniment.cite import csl_item, format_long, format_short, make_citation
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text, plain
from muniment.reference import parse_reference


@verb(
    "archive cite harbour-notice/v1",
    "archive cite harbour-notice/v1#p2 --style short",
)
@reference_argument
@click.option(
    "--style", type=click.Choice(["long", "short"]), default="long", show_default=True, help="Bibliography or footnote."
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "csl-json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@in_archive
@as_json
def command(reference: str, *, style: str, shape: str, as_json: bool) -> None:
    """Print a citation of a version or a paragraph.

    The long style carries the whole hash. --json is --format csl-json: a list of one item, for citation software.
    """
    archive = open_target()
    wanted = parse_reference(reference)
    version = archive.read(wanted)
    citation = make_citation(version, origin=archive.origin, paragraph=wanted.paragraph)
    if as_json or shape == "csl-json":
        print(json_text([csl_item(citation)]))
    else:
        print(plain((format_short if style == "short" else format_long)(citation)))
