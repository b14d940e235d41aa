"""The options that choose what is taken of an original, and the lines that say what was: of ``add`` and ``preview``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Final

import click

from muniment.cli.lines import listed
from muniment.cli.terminal import print_note
from muniment.display import plain
from muniment.errors import MunimentError
from muniment.ingest import Source
from muniment.record import Choices, DocumentChoices, MailChoices, Parameters, PdfChoices, Record
from muniment.sources import Wish, charset_again, extract, wish_again
from muniment.sources.kinds import MARKDOWN, TEXT, may_be_markdown, name_contradicts, recognise, thing_of

BY = {"keeper": "as chosen", "rule": "by the rule for the main part"}
"""Who chose a part, in words."""
BY_MAIL = {"keeper": "as chosen", "rule": "by the rule for e-mails"}
"""Who chose a part of an e-mail, in words."""
CHOOSING: dict[type, str] = {
    Choices: "--select and --drop choose otherwise",
    PdfChoices: "--running-heads keeps them",
    MailChoices: "--part chooses otherwise",
}
"""How to choose otherwise."""


def page_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the options that choose; the command gets them as one ``Wish``."""

    @click.option("--select", metavar="CSS", multiple=True, help="Take this part of a page; may be repeated.")
    @click.option("--drop", metavar="CSS", multiple=True, help="Leave this part of a page out; may be repeated.")
    @click.option("--plain-lists", is_flag=True, help="Set no numbers and bullets before items of lists.")
    @click.option("--replace-invalid", is_flag=True, help="Read bytes of a page that are no text as U+FFFD.")
    @click.option("--part", metavar="N", help="Take this part of an e-mail, such as 1.2.")
    @click.option("--running-heads", is_flag=True, help="Keep running heads and page numbers of a PDF.")
    @click.option("--accept-order", is_flag=True, help="Take letters of a PDF in an order that may be wrong.")
    @wraps(command)
    def bundled(
        *,
        select: tuple[str, ...],
        drop: tuple[str, ...],
        plain_lists: bool,
        replace_invalid: bool,
        part: str | None,
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
            part=part,
            running_heads=running_heads,
            accept_order=accept_order,
        )
        command(wish=wish, **rest)

    return bundled


def tell_kind(data: bytes, name: str, medium: str) -> None:
    """Say on stderr where the name of a file that was read says another kind than its bytes, or than was taken."""
    kind = recognise(data)
    if name_contradicts(name, kind):
        print_note(f"{plain(name)} is {kind.words}, as its bytes say")
    elif medium == TEXT.media_type and may_be_markdown(name):
        what = f"{plain(name)} was read as a plain text; --media-type {MARKDOWN.media_type} reads it as Markdown"
        print_note(f"{what}")


def taken_lines(source: Source, record: Record) -> Iterator[str]:
    """Say which part of an original was taken, how much was not, and how to choose otherwise.

    The words are taken out once more for that; where this fails the version stands all the same, and that is said.
    """
    choices = record.original.extractor.parameters
    try:
        words = count_words(source, record)
    except MunimentError:
        yield "what was taken could not be counted; archive show shows it"
        return
    if words is not None and choices is not None:
        yield say_taken(choices, *words)
        if words[1] or not isinstance(choices, PdfChoices | DocumentChoices):
            yield "; ".join(filter(None, ("archive preview shows both parts", CHOOSING.get(type(choices)))))


def unused_lines(wish: Wish, media_type: str, choices: Parameters | None) -> Iterator[str]:
    """Name the options that were given and leave nothing to choose in what was read, so that none fails unseen."""
    page = choices.page if isinstance(choices, MailChoices) else choices
    of_page = isinstance(page, Choices)
    given_and_used = {
        "--select": (wish.select, of_page),
        "--drop": (wish.remove, of_page),
        "--plain-lists": (wish.plain_lists, of_page),
        "--replace-invalid": (wish.replace_invalid, isinstance(choices, Choices | MailChoices)),
        "--part": (wish.part is not None, isinstance(choices, MailChoices)),
        "--running-heads": (wish.running_heads, isinstance(choices, PdfChoices)),
        "--accept-order": (wish.accept_order, isinstance(choices, PdfChoices)),
    }
    unused = [option for option, (given, used) in given_and_used.items() if given and not used]
    if unused:
        yield f"{listed(unused)} {'is' if len(unused) == 1 else 'are'} not used for this {thing_of(media_type)}"


def say_taken(choices: Parameters, taken: int, left_out: int) -> str:
    """Say what of an original was taken, in a line."""
    if isinstance(choices, PdfChoices):
        return _say_taken_of_pdf(choices, taken, left_out)
    if isinstance(choices, DocumentChoices):
        return _say_taken_of_document(choices, taken)
    if isinstance(choices, MailChoices):
        return _say_mail(choices, taken, left_out)
    without = f" without {plain(', '.join(choices.remove))}" if choices.remove else ""
    part = f"{plain(', '.join(choices.select))}{without} ({BY[choices.select_basis]})"
    invalid = f"; {choices.invalid} times bytes that are no text" if choices.invalid else ""
    return f"taken: {part}, {_words(taken)}; left out: {_words(left_out)}{invalid}"


def _words(number: int) -> str:
    return f"{number:,} {'word' if number == 1 else 'words'}"


def _say_taken_of_pdf(choices: PdfChoices, taken: int, left_out: int) -> str:
    lines = f"; left out: {choices.left_out:,} running heads and page numbers, {_words(left_out)}"
    joined = f"; {_words(choices.joined)} joined at hyphens" if choices.joined else ""
    unmapped = f"; {choices.unmapped:,} signs that no letter is known for" if choices.unmapped else ""
    order = "; in an order that may be wrong" if choices.accept_order else ""
    return f"taken: {_words(taken)}{lines if choices.left_out else ''}{joined}{unmapped}{order}"


_LEFT_OUT_OF_DOCUMENT: Final = (
    ("deleted", "tracked deletion"),
    ("comments", "comment"),
    ("hidden", "piece of hidden text", "pieces of hidden text"),
    ("headers_footers", "paragraph of headers and footers", "paragraphs of headers and footers"),
    ("unknown_numbers", "number of an unknown form", "numbers of an unknown form"),
)


def _say_taken_of_document(choices: DocumentChoices, taken: int) -> str:
    counted = [(getattr(choices, name), words) for name, *words in _LEFT_OUT_OF_DOCUMENT]
    parts = [
        f"{number:,} {words[0] if number == 1 else words[-1] if words[1:] else words[0] + 's'}"
        for number, words in counted
        if number
    ]
    left_out = f"left out: {', '.join(parts)}" if parts else "nothing left out"
    number = choices.inserted
    inserted = f"; with {number:,} tracked insertion{'' if number == 1 else 's'}" if number else ""
    return f"taken: {_words(taken)}{inserted}; {left_out}"


def _say_mail(choices: MailChoices, taken: int, left_out: int) -> str:
    """Say which part of an e-mail was taken, and how many were not; of a page also which part of that."""
    if choices.page is not None:
        return f"part {choices.part}, {BY_MAIL[choices.part_basis]}; {say_taken(choices.page, taken, left_out)}"
    invalid = f"; {choices.invalid} times bytes that are no text" if choices.invalid else ""
    others = len(choices.left_out)
    parts = f"left out: {others} {'part' if others == 1 else 'parts'}" if others else "nothing left out"
    return f"taken: part {choices.part} ({BY_MAIL[choices.part_basis]}), {_words(taken)}; {parts}{invalid}"


def count_words(source: Source, record: Record) -> tuple[int, int] | None:
    """Count the words of an original that its record holds, and those that it does not; None for what is a text."""
    original = record.original
    choices = original.extractor.parameters
    if choices is None:
        return None
    named = charset_again(original.charset, choices)
    again = extract(
        source.data, media_type=original.media_type, charset=named, wish=wish_again(choices), where=source.name
    )
    return again.words, again.words_left_out
