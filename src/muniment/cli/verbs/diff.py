"""``archive diff``: what changed between two sides, or over a range of versions.

A range is ``v3..v9``, ``RELEASE/v3..v9``, or ``RELEASE`` for all of its versions.  The sides are in ``diff_sides``; the
pages, in HTML and Markdown, and the JSON are views of ``muniment.diff.views``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from muniment.archive import Archive
from muniment.cli.completion import complete_range, complete_reference
from muniment.cli.options import as_json, in_archive, to_file, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import wants_colour
from muniment.cli.verbs.diff_print import (
    BETWEEN,
    Range,
    RangeChanges,
    View,
    compare_range,
    compare_sides,
    passing_words,
    print_difference,
    print_range,
)
from muniment.cli.verbs.diff_sides import load_sides, no_file_in
from muniment.diff import PARTS, Part
from muniment.diff.selection import VersionStep
from muniment.diff.views.html import render_fragment, render_html
from muniment.diff.views.markdown import render_markdown
from muniment.diff.views.sheet import Party, Sheet, SheetStep
from muniment.diff.views.sides import party_of, version_side
from muniment.diff.views.timeline import marks_of
from muniment.errors import InputError, IntegrityError, UnavailableError, UnresolvedReferenceError
from muniment.history.moments import Moment
from muniment.log.statement import VersionStatement
from muniment.record.phrases import change_words, published_words
from muniment.reference import Reference, parse_reference


def only_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add ``--only``, which may be repeated and takes lists with commas; it arrives as ``parts``."""
    return click.option(
        "--only",
        "parts",
        metavar=f"[{'|'.join(PARTS)}]",
        multiple=True,
        callback=_parse,
        shell_complete=complete_parts,
        help="Only these kinds of change; repeat the option or use commas.",
    )(function)


def complete_parts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's
    """Complete the last name of a list with commas; a name that stands there already is not offered again."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{part}" for part in PARTS if part.startswith(last) and part not in before.split(",")]


def _parse(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[Part, ...]:
    named = [name.strip() for value in values for name in value.split(",")]
    for name in named:
        if name not in PARTS:
            raise click.BadParameter(f"{name!r} is not one of {', '.join(PARTS)}.", ctx, param)
    return tuple(part for part in PARTS if part in named) or PARTS


@contextmanager
def strict_exit(*, strict: bool) -> Iterator[None]:
    """Keep exit code 1 for "different": damaged bytes, which give 1 elsewhere, could not be compared and give 3."""
    try:
        yield
    except IntegrityError as error:
        if not strict:
            raise
        raise error.as_(UnavailableError, hint=error.hint) from error


def load_range(text: str) -> Range:
    """Read the versions of a range.

    Args:
        text: ``A..B``, where either end may be left out for the first or the newest version; or a release.

    Raises:
        InputError: It is no range: one end names no version, the ends lie in two releases, or the newer comes first.
    """
    release = None if BETWEEN in text else _release(text)
    archive = open_target()
    first, last = _ends(archive, text) if release is None else _all(archive, release)
    if first.release != last.release:
        raise InputError(
            "a range stays in one release",
            where=repr(text),
            hint=f"archive diff {first.name} {last.name} compares the two",
        )
    if first.version > last.version:
        raise InputError(
            "a range goes from the older version to the newer",
            where=repr(text),
            hint=f"archive diff {first.name} {last.name} compares them the other way round",
        )
    entries = archive.history(first.release)[first.version - 1 : last.version]
    return Range(tuple(version_side(archive, archive.read_entry(entry)) for entry in entries))


def _all(archive: Archive, release: Reference) -> tuple[VersionStatement, VersionStatement]:
    last = archive.resolve(release).statement
    return archive.history(last.release)[0].statement, last


def _ends(archive: Archive, text: str) -> tuple[VersionStatement, VersionStatement]:
    left, _, right = text.partition(BETWEEN)
    older = _whole_version(left, text)
    if older.version is None and older.digest is None:
        raise InputError("a range begins with a version", where=repr(text), hint=f"for example v1..{right}")
    first = archive.resolve(older).statement
    newer = _whole_version(right, text) if right else Reference()
    if newer.release is None and newer.digest is None:
        newer = Reference(release=first.release, version=newer.version)
    return first, archive.resolve(newer).statement


def _whole_version(text: str, where: str) -> Reference:
    reference = parse_reference(text)
    if reference.paragraph is not None:
        raise InputError("a range compares whole versions", where=repr(where), hint="leave the paragraph out")
    return reference


def _release(text: str) -> Reference:
    """Read the name of a release; anything else that stands alone lacks its other side."""
    alone = InputError(
        "one side is missing",
        where=repr(text),
        hint="archive diff A B compares two, v1..v3 or the name of a release sums up a range",
    )
    try:
        reference = parse_reference(text)
    except UnresolvedReferenceError as error:
        raise alone from error
    if reference.release is None or reference != Reference(release=reference.release):
        raise alone
    return reference


def render(shape: str, sheet: Sheet, *, context: int) -> str:
    """Give the page of that shape, ``html``, ``html-fragment`` or ``markdown``, without its last line feed."""
    match shape:
        case "html":
            page = render_html(sheet, context=context)
        case "html-fragment":
            page = render_fragment(sheet, context=context)
        case _:
            page = render_markdown(sheet)
    return page.removesuffix("\n")


def _views_step(step: VersionStep, before: Party, after: Party) -> SheetStep:
    moment = Moment.of(step.version)
    record = step.version.record
    return SheetStep(
        f"v{moment.version}",
        change_words(moment.change, moment.reverts_to),
        published_words(record.description.issued, record.original.retrieved),
        moment.logged_at,
        step.selection,
        before,
        after,
    )


@verb(
    "archive diff harbour-notice/v1 harbour-notice/v2",
    "archive diff harbour-notice/v3..v9 --summary",
    "archive diff harbour-notice ./notice.txt --only words",
    "archive diff old.txt new.txt --exit-code --json",
    "archive diff harbour-notice/v1..v2 --format html -o changes.html",
)
@click.argument("a", metavar="A", shell_complete=complete_range)
@click.argument("b", metavar="[B]", required=False, shell_complete=complete_reference)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "html", "html-fragment", "markdown"]),
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
@click.option("--charset", metavar="NAME", help="Charset of text files, if their bytes do not say.")
@click.option("--summary", "brief", is_flag=True, help="Only the summary.")
@click.option("-v", "--verbose", is_flag=True, help="In a range, say each change of the description of each step.")
@click.option("--exit-code", "strict", is_flag=True, help="Exit with 1 if anything that was asked for differs.")
@click.option("--color/--no-color", "colour", default=None, help="Use colours (default: on a terminal).")
@no_memory_option
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
    versions) shows a range step by step, then what came and went in between, then the net change. Deleted words stand
    in [-…-], inserted ones in {+…+}.

    Exit code 0, whether or not anything changed. With --exit-code 0: the same, 1: different, 2: unusable input,
    3: could not be compared.
    """
    wanted = View(
        parts,
        brief=view["brief"],
        context=view["context"],
        colour=wants_colour(asked=view["colour"]),
        as_json=view["as_json"] or shape == "json",
        verbose=view["verbose"],
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
        print(render(page, Sheet(party_of(side_a), party_of(side_b), selection), context=view.context))
    return selection.different


def _sum_up(name: str, view: View, page: str | None, charset: str | None) -> bool:
    """Compare the versions of a range step by step; a page shows what all steps together changed."""
    _refuse_brief(name, view, page)
    if charset is not None:
        raise no_file_in(name)
    versions = load_range(name)
    changes = compare_range(versions, view)
    if page is None:
        print_range(versions, changes, view)
    else:
        print(render(page, _sheet(versions, changes), context=view.context))
    return changes.net.different


def _sheet(versions: Range, changes: RangeChanges) -> Sheet:
    parties = [party_of(side) for side in versions.sides]
    return Sheet(
        parties[0],
        parties[-1],
        changes.net,
        tuple(map(_views_step, changes.steps, parties, parties[1:])),
        marks_of([side.stored for side in versions.sides], changes.steps),
        tuple(map(passing_words, changes.passing)),
    )


def _refuse_brief(name: str, view: View, page: str | None) -> None:
    if page is not None and view.brief:
        raise InputError("a summary has no page", where=name, hint="--format text and json can show it")
