"""The options that choose what is taken of a page, and the lines that say what was: of ``add`` and ``preview``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import wraps

import click

from muniment.display import plain
from muniment.ingest import Source
from muniment.record import Choices, Parameters, PdfChoices, Record
from muniment.sources import Wish, charset_again, extract, media_type_of, wish_again
from muniment.sources.kinds import name_contradicts, recognise

BY = {"keeper": "as chosen", "rule": "by the rule for the main part"}
"""Who chose a part, in words."""
_CHOOSE = "--select and --drop choose otherwise"


def page_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the options that choose; the command gets them as one ``Wish``."""

    @click.option("--select", metavar="CSS", multiple=True, help="Take this part of a page; may be repeated.")
    @click.option("--drop", metavar="CSS", multiple=True, help="Leave this part of a page out; may be repeated.")
    @click.option("--plain-lists", is_flag=True, help="Set no numbers and bullets before items of lists.")
    @click.option("--replace-invalid", is_flag=True, help="Read bytes of a page that are no text as U+FFFD.")
    @click.option("--running-heads", is_flag=True, help="Keep running heads and page numbers of a PDF.")
    @click.option("--accept-order", is_flag=True, help="Take letters of a PDF in an order that may be wrong.")
    @wraps(command)
    def bundled(
        *,
        select: tuple[str, ...],
        drop: tuple[str, ...],
        plain_lists: bool,
        replace_invalid: bool,
        running_heads: bool,
        accept_order: bool,
        **rest: object,
    ) -> None:
        wish = Wish(
            tuple(select),
            "keeper",
            tuple(drop),
            plain_lists,
            replace_invalid,
            running_heads=running_heads,
            accept_order=accept_order,
        )
        command(wish=wish, **rest)

    return bundled


def find_medium(data: bytes, given: str | None, name: str) -> str:
    """Tell the medium of a file by its bytes; where its name says another kind, say so on stderr.

    Raises:
        SourceError: It is of a kind that is not read here, or of another one than the user says.
    """
    medium = media_type_of(data, given, where=name)
    kind = recognise(data)
    if given is None and name_contradicts(name, kind):
        print(f"archive: note: {plain(name)} is {kind.words}, as its bytes say", file=sys.stderr)
    return medium


def taken_lines(source: Source, record: Record) -> Iterator[str]:
    """Say of a page which part was taken, how much was not, and how to choose otherwise."""
    words = count_words(source, record)
    choices = record.original.extractor.parameters
    if words is not None and choices is not None:
        yield say_taken(choices, *words)
        otherwise = "--running-heads keeps them" if isinstance(choices, PdfChoices) else _CHOOSE
        if isinstance(choices, Choices) or choices.left_out:
            yield f"archive preview shows both parts; {otherwise}"


def say_taken(choices: Parameters, taken: int, left_out: int) -> str:
    """Say which part of a page or of a PDF was taken, in a line."""
    if isinstance(choices, PdfChoices):
        return _say_taken_of_pdf(choices, taken, left_out)
    without = f" without {plain(', '.join(choices.remove))}" if choices.remove else ""
    part = f"{plain(', '.join(choices.select))}{without} ({BY[choices.select_basis]})"
    invalid = f"; {choices.invalid} times bytes that are no text" if choices.invalid else ""
    return f"taken: {part}, {taken:,} words; left out: {left_out:,} words{invalid}"


def _say_taken_of_pdf(choices: PdfChoices, taken: int, left_out: int) -> str:
    lines = f"; left out: {choices.left_out:,} running heads and page numbers, {left_out:,} words"
    joined = f"; {choices.joined:,} words joined at hyphens" if choices.joined else ""
    unmapped = f"; {choices.unmapped:,} signs that no letter is known for" if choices.unmapped else ""
    order = "; in an order that may be wrong" if choices.accept_order else ""
    return f"taken: {taken:,} words{lines if choices.left_out else ''}{joined}{unmapped}{order}"


def count_words(source: Source, record: Record) -> tuple[int, int] | None:
    """Count the words of a page that its record holds, and those that it does not; None for what is no page."""
    original = record.original
    choices = original.extractor.parameters
    if choices is None:
        return None
    named = charset_again(original.charset, choices)
    again = extract(
        source.data, media_type=original.media_type, charset=named, wish=wish_again(choices), where=source.name
    )
    return again.words, again.words_left_out
