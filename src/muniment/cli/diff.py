"""``archive diff``: what changed."""

from __future__ import annotations

import click

from muniment.cli.completion import complete_range, complete_reference
from muniment.cli.diff_options import only_option, strict_exit
from muniment.cli.diff_range import compare_range, load_range, print_range, range_sides
from muniment.cli.difference import View, compare_sides, print_difference
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.output import to_file
from muniment.cli.side import load_sides, no_file_in
from muniment.cli.terminal import wants_colour
from muniment.diff import Part
from muniment.errors import InputError


@verb(
    "archive diff harbour-notice/v1 harbour-notice/v2",
    "archive diff harbour-notice/v3..v9 --summary",
    "archive diff harbour-notice ./notice.txt --only words",
    "archive diff old.txt new.txt --exit-code --json",
    "archive diff harbour-notice/v1 harbour-notice/v2 --format html -o changes.html",
)
@click.argument("a", metavar="A", shell_complete=complete_range)
@click.argument("b", metavar="[B]", required=False, shell_complete=complete_reference)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "html", "markdown"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@only_option
@click.option(
    "--context",
    type=click.IntRange(0, 1000),
    default=1,
    show_default=True,
    help="Unchanged paragraphs around a change.",
)
@click.option("--charset", metavar="NAME", help="Charset of plain files, where their bytes do not tell.")
@click.option("--summary", "brief", is_flag=True, help="Only the summary.")
@click.option("--exit-code", "strict", is_flag=True, help="Exit code 1 when anything that was asked for differs.")
@click.option("--color/--no-color", "colour", default=None, help="Colours; on a terminal unless said otherwise.")
@in_archive
@as_json
@to_file
@click.pass_context
def command(
    ctx: click.Context,
    /,
    a: str,
    b: str | None,
    *,
    parts: tuple[Part, ...],
    strict: bool,
    shape: str,
    charset: str | None,
    **view: bool,
) -> None:
    """Show what changed between two versions or text files.

    A and B are references or files; ./NAME is always a file. Alone, v3..v9, RELEASE/v3..v9 or RELEASE (all its
    versions) sums up a range step by step. Deleted words stand in [-…-], inserted ones in {+…+}.

    Exit code 0, whether or not anything changed. With --exit-code 0: the same, 1: different, 2: unusable input,
    3: could not be compared.
    """
    wanted = View(
        parts,
        brief=view["brief"],
        context=view["context"],
        colour=wants_colour(asked=view["colour"]),
        as_json=view["as_json"] or shape == "json",
    )
    page = None if wanted.as_json or shape == "text" else shape
    with strict_exit(strict=strict):
        different = _compare(a, b, wanted, page, charset) if b is not None else _sum_up(a, wanted, page, charset)
    ctx.exit(1 if strict and different else 0)


def _compare(a: str, b: str, view: View, page: str | None, charset: str | None) -> bool:
    _refuse_brief(a, view, page)
    side_a, side_b = load_sides(a, b, charset)
    selection = compare_sides(side_a, side_b, view)
    if page is None:
        print_difference(side_a, side_b, selection, view)
    else:
        from muniment.cli.views import render  # noqa: PLC0415 - start-up: 20 ms, for pages only

        print(render(page, side_a, side_b, selection, context=view.context))
    return selection.different


def _sum_up(name: str, view: View, page: str | None, charset: str | None) -> bool:
    """Compare the versions of a range step by step; a page shows what all steps together changed."""
    _refuse_brief(name, view, page)
    if charset is not None:
        raise no_file_in(name)
    versions = load_range(name)
    steps, net = compare_range(versions, view)
    if page is None:
        print_range(versions, steps, net, view)
    else:
        from muniment.cli.views import render  # noqa: PLC0415 - start-up: 20 ms, for pages only

        print(render(page, *range_sides(versions), net, context=view.context, steps=steps))
    return net.different


def _refuse_brief(name: str, view: View, page: str | None) -> None:
    if page is not None and view.brief:
        raise InputError("a summary has no page", where=name, hint="--format text and json can show it")
