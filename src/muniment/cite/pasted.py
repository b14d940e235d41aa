"""A citation as people paste it: looked for in the words around it, by what counts of it.

The version is cited anew in each style, and that text is looked for.  So words around it, other quotation marks,
dashes, blanks and line breaks change nothing, and a title may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from muniment.cite.citation import Citation, parse_locator
from muniment.cite.formats import STYLE_NAMES, format_citation
from muniment.cite.letters import Letters, collapse, count_name, letters_of, plainly

# What goes on states one more fact, and is not behind the citation.
_SOURCE = re.compile(r"[^0-9a-z]{0,8}source: ")
_LOCATED = re.compile(r"[^0-9a-z]{0,6}(?:par|heading)[. ]{1,3}[0-9]")
_LONGEST_SOURCE = 200
_LOCATOR = re.compile(r"(?:para|par|heading|¶)[. ]{0,3}([0-9][^ ,()\[\]]{0,80})")


@dataclass(frozen=True, slots=True)
class Pasted:
    """A citation that stands in a text.

    Attributes:
        style: Its style.
        expected: As it is written here.
        found: As it stands there.
        exact: Whether these are the same, but for the ends of lines.
        before: What stands before it.
        after: What stands after it.
        source: The source that is stated after it, where the version has none; else empty.
    """

    style: str
    expected: str
    found: str
    exact: bool
    before: str
    after: str
    source: str = ""


def find_pasted(words: Letters, citation: Citation, form: str = "") -> Pasted | None:
    """Find the citation of a version, or of a paragraph of it, in a text.

    Args:
        words: The text.
        citation: What to look for.
        form: The style that the text was read as, to begin with; empty for none.
    """
    for style in (*([form] if form else []), *(style for style in STYLE_NAMES if style != form)):
        for pin in (True, False) if citation.root else (False,):
            found = _find(words, style, format_citation(citation, style, pin=pin), citation)
            if found is not None:
                return found
    return None


def _find(words: Letters, style: str, text: str, citation: Citation) -> Pasted | None:
    wanted = letters_of(text)
    at = words.plain.find(wanted.plain)
    if at < 0:
        return None
    start, end = words.places[at], words.places[at + len(wanted.plain) - 1] + 1
    if (start and _glued(words.text[start - 1], words.text[start])) or _is_letter(words.text[end : end + 1]):
        return None
    # The signs of the citation around its letters, such as the quotation mark that begins it.
    start -= _shared(words.text[:start][::-1], wanted.text[: wanted.places[0]][::-1])
    end += _shared(words.text[end:], wanted.text[wanted.places[-1] + 1 :])
    found, after = words.text[start:end], words.text[end:]
    if (style == "mla" and _LOCATED.match(plainly(after[:40]))) or not _names_alike(found, text, citation):
        return None
    source = None if citation.source else _SOURCE.match(plainly(after[:40]))
    exact = collapse(wanted.given) in collapse(words.given)
    stated = after[source.end() : source.end() + _LONGEST_SOURCE] if source else ""
    return Pasted(style, text, found, exact, words.text[:start], after, stated.rstrip(". "))


def _glued(one: str, other: str) -> bool:
    """Whether two characters are of one word; the number of a note may stand close to the first."""
    return (one.isalpha() and other.isalpha()) or (one.isdecimal() and other.isdecimal())


def _is_letter(sign: str) -> bool:
    return sign.isalpha() or sign.isdecimal()


def _shared(one: str, other: str) -> int:
    pairs = zip(plainly(one[: len(other)]), plainly(other), strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _names_alike(found: str, text: str, citation: Citation) -> bool:
    """Hold what a name is made of: ``a-b`` and ``ab`` have the same letters, and are two releases."""
    names = [citation.reference, citation.origin, *([citation.paragraph[1:]] if citation.paragraph else [])]
    return all(count_name(found, name) >= count_name(text, name) for name in names)


def find_locators(words: str, place: int) -> Iterator[str]:
    """Give the ids of paragraphs that are named nearest to a place in a text, before it and after it."""
    plain = plainly(words)
    before = list(_LOCATOR.finditer(plain, 0, place))[-1:]
    after = _LOCATOR.search(plain, place)
    for match in (*before, *([after] if after else [])):
        mark = "heading" if match[0].startswith("heading") else "para."
        yield parse_locator(f"{mark} {match[1].rstrip('.;:')}")
