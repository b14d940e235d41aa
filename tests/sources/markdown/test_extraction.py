"""Markdown as CommonMark reads it, by the rules for pages."""

from __future__ import annotations

from contextlib import suppress

import pytest

from muniment.errors import BeyondLimitsError, SourceError
from muniment.record import Choices
from muniment.sources import NO_WISH, Extraction, Wish, extract, media_type_of
from muniment.sources.markdown.extraction import extract_markdown

NOTICE = """---
title: "Notice on the harbour"
date: 2026-03-02T09:00:00+01:00
lang: en
tags: [ports]
---
# Notice on the *harbour*

The harbour closes on Monday
for the repair of its [outer wall](https://example.org/wall).

3. Every vessel leaves.
4. None enters.
   - save boats

| Day    | Open |
|--------|------|
| Monday | no   |

> A quote &amp; more

```
code
  line
```
"""


def _read(text: str, wish: Wish = NO_WISH) -> Extraction:
    return extract(text.encode(), media_type="text/markdown", wish=wish, where="notice.md")


def _lines(text: str) -> list[tuple[str, str | None, str]]:
    return [(one.kind, one.label, one.text) for one in _read(text).paragraphs]


def test_a_notice() -> None:
    """Headings, wrapped paragraphs, lists from their printed start, rows, quotes and code come as they are printed."""
    assert _lines(NOTICE) == [
        ("heading", None, "Notice on the harbour"),
        ("paragraph", None, "The harbour closes on Monday for the repair of its outer wall."),
        ("list-item", "3.", "Every vessel leaves."),
        ("list-item", "4.", "None enters."),
        ("list-item", "•", "save boats"),
        ("table-row", None, "Day\tOpen"),
        ("table-row", None, "Monday\tno"),
        ("paragraph", None, "A quote & more"),
        ("paragraph", None, "code\n  line"),
    ]


def test_what_the_record_says() -> None:
    """The record names rules, parser and choices; front matter gives facts, and is no text."""
    found = _read(NOTICE)
    extractor = found.extractor
    assert (extractor.name, extractor.version, extractor.parameters) == (
        "muniment-markdown", "1", Choices(select_basis="rule"),
    )  # fmt: skip
    assert str(extractor.engine).startswith("markdown-it-py ")
    assert (found.media_type, found.charset) == ("text/markdown", "utf-8")
    assert [(fact.member, fact.value, fact.place) for fact in found.facts] == [
        ("title", "Notice on the harbour", "front matter"),
        ("issued", "2026-03-02", "front matter"),
        ("language", "en", "front matter"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\n=====\n\nUnder\n-----\n", ["Title", "Under"]),
        ("one\\\ntwo", ["one\ntwo"]),
        ("one  \ntwo", ["one\ntwo"]),
        ("<div>raw &eacute;</div>", ["raw é"]),
        ("text <script>alert(1)</script> after", ["text after"]),
        ("![not shown](a.png) shown", ["shown"]),
        ("~~struck~~ and http://example.org/a_b_", ["~~struck~~ and http://example.org/a_b_"]),
        ("Порт *закрыт*。\n\n港口**关闭**。", ["Порт закрыт。", "港口关闭。"]),
        ("\\# no heading", ["# no heading"]),
        ("- [ ] open", ["[ ] open"]),
        ("    indented\n", ["indented"]),
        ("[a]: https://example.org/\n\n[a] is one", ["a is one"]),
    ],
)
def test_forms(text: str, expected: list[str]) -> None:
    """What CommonMark says of a form holds; what it does not know, such as strikes, is words."""
    assert [one.text for one in _read(text).paragraphs] == expected


def test_a_part_is_chosen() -> None:
    """Selectors name parts of the page that CommonMark makes, and are written into the record."""
    found = _read(NOTICE, Wish(("ol",), remove=("ul",), outline=True))
    assert [one.text for one in found.paragraphs] == ["Every vessel leaves.", "None enters."]
    assert (found.words, found.words_left_out > 0) == (5, True)
    assert found.extractor.parameters == Choices(("ol",), "keeper", ("ul",))


@pytest.mark.parametrize(
    ("data", "charset", "basis"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", None, "bom"),
        (b"caf\xe9", "windows-1252", "keeper"),
        ("café".encode("utf-16"), None, "bom"),
        (b"caf\xc3\xa9", None, "default"),
    ],
)
def test_charsets(data: bytes, charset: str | None, basis: str) -> None:
    """Charsets are told as for a plain text, and the record says by what."""
    found = extract_markdown(data, charset, NO_WISH)
    assert [one.text for one in found.paragraphs] == ["café"]
    assert isinstance(found.extractor.parameters, Choices)
    assert found.extractor.parameters.charset_basis == basis
    if charset:
        again = extract_markdown(data, charset, Wish(by_http=True)).extractor.parameters
        assert isinstance(again, Choices)
        assert again.charset_basis == "http"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "there is no text in it"),
        (b"\x00\x01", "NUL"),
        (b"caf\xe9", "not utf-8"),
        (b"<!-- nothing -->", "no words"),
        (b"---\ntitle: a\n---\n", "no words"),
    ],
)
def test_refused(data: bytes, what: str) -> None:
    """What is no text, or holds no words, is refused."""
    with pytest.raises(SourceError, match=what):
        extract_markdown(data, None, NO_WISH)


@pytest.mark.parametrize("text", [">" * 100_000 + "a", "- " * 50_000 + "a", "[" * 50_000, "*a " * 50_000, "`" * 90_000])
def test_built_to_stop_its_reader(text: str) -> None:
    """Nested without end, it is read within the limits or refused in one line, and no word is dropped in silence."""
    found: Extraction | None = None
    with suppress(SourceError, BeyondLimitsError):
        found = _read(text)
    assert found is None or sum(len(one.text) for one in found.paragraphs) >= text.count("a")


def test_the_keeper_says_so() -> None:
    """No bytes say that a text is Markdown: the keeper does, and of a page nobody can."""
    assert media_type_of(NOTICE.encode()) == "text/plain"
    assert media_type_of(NOTICE.encode(), "text/Markdown") == "text/markdown"
    with pytest.raises(SourceError, match="this is an HTML page"):
        media_type_of(b"<!DOCTYPE html><p>a", "text/markdown")
