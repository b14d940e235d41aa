"""The words of a version in its page: every paragraph with what the editors did, as received and as the reading text.

Both texts are one set of elements: what only the text as received has is ``was``, what only the reading text has is
``now``, and the style sheet shows one of them.  ``page.js`` builds the same elements out of the verified record, and
compares; who changes one changes the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from muniment.cite.address import anchor
from muniment.display.frozen import direction, hidden_in, show
from muniment.markup import Child, Markup, element, join
from muniment.record import Emendation, Paragraph, Record

_TOKEN = re.compile(r"(\r\n|[\[\]])")
_READ = {"[": "\u27e6", "]": "\u27e7"}
_CARRIAGE_RETURN = "\u240d"


def words(record: Record) -> Markup:
    """The element ``words``: paragraphs, then the list of emendations."""
    numbered = [(number, emendation) for number, emendation in enumerate(record.emendations, 1)]
    way = direction(record.description.language)
    language = "" if record.description.language == "und" else record.description.language
    paragraphs = [
        _paragraph(paragraph, anchor(paragraph, position), _emending(paragraph, numbered), auto=way == "auto")
        for position, paragraph in enumerate(record.paragraphs, 1)
    ]
    return element("div", *paragraphs, *_list(record, numbered), id="words", lang=language, dir=way)


def _emending(paragraph: Paragraph, numbered: Sequence[tuple[int, Emendation]]) -> tuple[tuple[int, Emendation], ...]:
    if not numbered:
        return ()
    return tuple((number, emendation) for number, emendation in numbered if emendation.paragraph == paragraph.id)


@lru_cache(maxsize=1024)
def _paragraph(paragraph: Paragraph, name: str, own: tuple[tuple[int, Emendation], ...], *, auto: bool) -> Markup:
    """One paragraph; kept, because the versions of a release share most of theirs and are shown one after another."""
    link = element(
        "a", show(paragraph.label or paragraph.id), class_="id" if paragraph.label else "id own", href=f"#{name}"
    )
    tag = "h3" if paragraph.kind == "heading" else "p"
    body = element(tag, *_body(paragraph.text, own), dir="auto" if auto else None)
    # The place of a paragraph is no number of it: the script cites it by its id.
    own_id = None if name == paragraph.id else paragraph.id
    return element("div", link, body, class_=f"paragraph {paragraph.kind}", id=name, data_id=own_id)


def _body(text: str, own: Sequence[tuple[int, Emendation]]) -> Iterator[Child]:
    hidden, place = hidden_in(text), 0
    for number, emendation in own:
        yield from _received(text[place : emendation.start], hidden)
        yield from _emended(text[emendation.start : emendation.end], number, emendation)
        place = emendation.end
    yield from _received(text[place:], hidden)


def _received(text: str, hidden: re.Pattern[str]) -> Iterator[Child]:
    for token in _TOKEN.split(text):
        if token == "\r\n":  # noqa: S105 - a line end, not a password
            yield element("span", _CARRIAGE_RETURN, class_="was", hidden=True)
            yield "\n"
        elif token in _READ:
            yield element("span", token, class_="was", hidden=True)
            yield element("span", _READ[token], class_="now")
        else:
            yield show(token, hidden)


def _emended(received: str, number: int, emendation: Emendation) -> Iterator[Child]:
    if received:
        yield element("del", show(received), class_="was", hidden=True)
    now, after = _replacement(received, emendation)
    yield element("ins", show(now), class_="now")
    yield element("a", str(number), class_="mark", id=f"m{number}", href=f"#e{number}")
    if after:
        yield element("span", after, class_="now")


def _replacement(received: str, emendation: Emendation) -> tuple[str, str]:
    """What the reading text has, and the white space after it; see ``muniment.record.reading``."""
    match emendation.kind:
        case "omitted":
            return "[\u2026]", ""
        case "unclear":
            return f"[{_no_brackets(received)}?]", ""
        case _:
            words = emendation.replacement.strip()
            before, _, after = emendation.replacement.partition(words or emendation.replacement or " ")
            return f"{before}[{_no_brackets(words)}]", after


def _no_brackets(text: str) -> str:
    return text.replace("[", _READ["["]).replace("]", _READ["]"])


def _list(record: Record, numbered: Sequence[tuple[int, Emendation]]) -> Iterator[Child]:
    if not numbered:
        return
    texts = {paragraph.id: paragraph.text for paragraph in record.paragraphs}
    items = [
        element(
            "li",
            element("a", show(emendation.paragraph), href=f"#m{number}"),
            f" {emendation.kind}: ",
            element("del", show(texts.get(emendation.paragraph, "")[emendation.start : emendation.end]), dir="auto"),
            " ",
            element("ins", show(emendation.replacement), dir="auto"),
            join([" \u2014 ", show(emendation.reason), " (", show(emendation.by), ")"]),
            class_=emendation.kind,
            id=f"e{number}",
        )
        for number, emendation in numbered
    ]
    yield element("h3", "Emendations", class_="emendations", lang="en", dir="ltr")
    yield element("ol", *items, class_="emendations", lang="en", dir="ltr")
