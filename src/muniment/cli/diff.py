"""``archive diff``: what changed."""

from __future__ import annotations

import click

from muniment.cli.completion import complete_reference
from muniment.cli.difference import as_value, print_rest
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.side import load_sides
from muniment.cli.terminal import json_text, screen_width, wants_colour
from muniment.diff import compare, render_text


@verb(
    "archive diff harbour-notice/v1 harbour-notice/v2",
    "archive diff harbour-notice ./notice.txt",
    "archive diff old.txt new.txt --json",
)
@click.argument("a", metavar="A", shell_complete=complete_reference)
@click.argument("b", metavar="B", shell_complete=complete_reference)
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)
@click.option(
    "--context",
    type=click.IntRange(0, 1000),
    default=1,
    show_default=True,
    help="Unchanged paragraphs around a change.",
)
@click.option("--color/--no-color", "colour", default=None, help="Colours; on a terminal unless said otherwise.")
@in_archive
@as_json
def command(a: str, b: str, *, shape: str, context: int, colour: bool | None, as_json: bool) -> None:
    """Show what changed between two versions or text files.

    A and B are references or files; ./NAME is always a file. Deleted words stand in [-…-], inserted ones in {+…+}.
    The exit code does not tell whether anything changed.
    """
    side_a, side_b = load_sides(a, b)
    difference = compare(side_a.paragraphs, side_b.paragraphs)
    if as_json or shape == "json":
        print(json_text(as_value(side_a, side_b, difference), compact=True))
        return
    painted = wants_colour(asked=colour)
    print(
        render_text(
            difference,
            side_a.paragraphs,
            side_b.paragraphs,
            width=screen_width(),
            colour=painted,
            context=context,
        )
    )
    print_rest(side_a, side_b)
