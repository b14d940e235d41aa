"""``archive preview``: what ``add`` would take of a file, and what it would leave out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click

from muniment.cli.handed_in import name_of, receive
from muniment.cli.options import as_json, to_file, verb
from muniment.cli.page_options import page_options, say_taken, tell_kind, unused_lines
from muniment.cli.terminal import cut, json_text, print_note, screen_width, wrap
from muniment.display import cells_apart, plain, plain_lines
from muniment.record import Choices, MailChoices, Paragraph
from muniment.sources import Extraction, Wish, extract
from muniment.sources.kinds import MARKDOWN, recognise
from muniment.sources.preview_json import preview_as_json

_INDENT = 8
"""Columns of a paragraph, after its id."""
_LEFT_OUT = "-"
"""Stands before what would be left out."""


@verb(
    "archive preview saved.html",
    "archive preview saved.html --select main --drop .share",
    "archive preview saved.html --format html -o preview.html",
)
@click.argument("path", metavar="FILE", type=click.Path())
@page_options
@click.option("--name", metavar="NAME", help="Name of the file, if FILE is - (stdin).")
@click.option("--charset", metavar="NAME", help="Charset of the file, if its bytes do not say.")
@click.option("--media-type", metavar="TYPE", help="Medium of the file, if its bytes do not say.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html"]),
    default="text",
    show_default=True,
    help="html: a page, with the left-out parts greyed.",
)
@to_file
@as_json
def command(
    path: str,
    *,
    wish: Wish,
    name: str | None,
    charset: str | None,
    media_type: str | None,
    form: str,
    as_json: bool,
) -> None:
    """Show what would be taken of a file, and what would be left out.

    Nothing is written, and no archive is needed. Each paragraph stands with the id that it would have; what would be
    left out has a hyphen before it. Of a plain text all is taken. Of a page it is what --select names, or the main
    part as a rule finds it; docs/sources.md has the rule.
    """
    name = name_of(path, name, such_as="saved.html")
    got = receive(path, name, media_type=media_type, charset=charset, wish=replace(wish, outline=True))
    extraction = extract(got.data, media_type=got.medium, charset=got.charset, wish=got.wish, where=name)
    if got.capture is None:
        tell_kind(got.data, name, got.medium)
    for line in unused_lines(wish, got.medium, extraction.extractor.parameters):
        print_note(f"{plain(name)}: {line}")
    head = list(_head(got.data, extraction))
    if as_json:
        print(json_text(preview_as_json(extraction)))
        return
    if form == "html":
        from muniment.cli.preview_page import preview_html  # noqa: PLC0415 - start-up: only where a page is asked for

        lang = next((fact.value for fact in extraction.facts if fact.member == "language"), "en")
        print(preview_html(name, head, extraction, lang=lang), end="")
        return
    for line in head:
        print(*wrap(line, screen_width()), sep="\n")
    print()
    for line in _lines(extraction):
        print(line)


def _head(data: bytes, extraction: Extraction) -> Iterator[str]:
    choices = extraction.extractor.parameters
    basis = f" ({choices.charset_basis})" if isinstance(choices, Choices | MailChoices) else ""
    charset = f", {extraction.charset}{basis}" if extraction.charset else ""
    engine = f", read by {extraction.extractor.engine}" if extraction.extractor.engine else ""
    number = len(extraction.paragraphs)
    words = MARKDOWN.words if extraction.media_type == MARKDOWN.media_type else recognise(data).words
    yield f"{words}{charset}{engine}, {number} paragraph{'' if number == 1 else 's'}"
    if choices is not None:
        yield say_taken(choices, extraction.words, extraction.words_left_out)
    for fact in extraction.facts:
        yield f"stated: {fact.member}: {plain(fact.value)} ({fact.place})"


def _lines(extraction: Extraction) -> Iterator[str]:
    paragraphs = iter(extraction.paragraphs)
    for part in extraction.outline:
        if part.taken:
            yield from _taken(next(paragraphs))
        else:
            yield cut(f"{_LEFT_OUT:<{_INDENT}}{plain(cells_apart(part.text))}", screen_width())
    for paragraph in paragraphs:
        yield from _taken(paragraph)


def _taken(paragraph: Paragraph) -> Iterator[str]:
    """A paragraph with its id before it, as wide as the screen."""
    head = f"{paragraph.id:<{_INDENT - 1}} "
    label = f"{plain(paragraph.label)} " if paragraph.label else ""
    text = cells_apart(paragraph.text) if paragraph.kind == "table-row" else paragraph.text
    for line in plain_lines(label + text).split("\n"):
        for piece in wrap(line, screen_width() - _INDENT) or [""]:
            yield f"{head}{piece}".rstrip()
            head = " " * _INDENT
