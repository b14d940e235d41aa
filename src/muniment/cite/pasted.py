"""A citation as people paste it: looked for in the words around it, by what counts of it.

The version is cited anew in each style, and that text is looked for.  So words around it, other quotation marks,
dashes, blanks and line breaks change nothing, and a title may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from muniment.cite.citation import Citation, number_of, parse_locator
from muniment.cite.formats import STYLE_NAMES, format_citation
from muniment.cite.normalization import Letters, collapse, count_name, letters_of, plainly

# What goes on states one more fact, and is not behind the citation.
_SOURCE = re.compile(r"[^0-9a-z]{0,8}source: ")
_LOCATED = re.compile(r"[^0-9a-z]{0,6}(?:par|heading)[. ]{1,3}(?:nn|list|note)?[0-9]")
_LONGEST_SOURCE = 200
_LOCATOR = re.compile(
    r"(?:para|par|heading|¶)[. ]{0,3}((?:(?:nn|list|note)?[0-9]|[^\W\d_](?=[.,; ]))[^ ,()\[\]]{0,80})"
)


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


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """A citation as it is written here, to be looked for.

    Attributes:
        citation: What it says.
        style: Its style.
        text: Its words.
        letters: What counts of these.
    """

    citation: Citation
    style: str
    text: str
    letters: Letters


def wanted_of(citation: Citation) -> tuple[WrittenForm, ...]:
    """Write a citation in each style: with its trust root, each address of its page and its withdrawal, and without.

    What was cited before the version was withdrawn is the same citation.
    """
    pins = (True, False) if citation.root else (False,)
    addresses = dict.fromkeys((citation.address, *citation.former, None))
    texts = {
        format_citation(replace(citation, address=address, withdrawn=withdrawn), style, pin=pin): style
        for style in STYLE_NAMES
        for pin in pins
        for address in addresses
        for withdrawn in dict.fromkeys((citation.withdrawn, None))
    }
    return tuple(WrittenForm(citation, style, text, letters_of(text)) for text, style in texts.items())


def find_pasted(words: Letters, wanted: Iterable[WrittenForm], form: str = "") -> tuple[Pasted, ...]:
    """Find the citation of a version, or of a paragraph of it, in a text.

    Args:
        words: The text.
        wanted: What to look for, in each style.
        form: The style that the text was read as, to begin with; empty for none.

    Returns:
        Each copy of it in the style that is found first; what stands between two of them stands before the second.
    """
    for one in sorted(wanted, key=lambda one: one.style != form):
        places = list(_places(words, one))
        if places:
            return tuple(_copies(words, one, places))
    return ()


def _places(words: Letters, wanted: WrittenForm) -> Iterator[tuple[int, int]]:
    """Give where each copy begins and ends."""
    letters, at = wanted.letters.plain, 0
    while (at := words.plain.find(letters, at)) >= 0:
        bounds = _bounds(words, wanted, at)
        if bounds is not None:
            yield bounds
        at += len(letters)


def _bounds(words: Letters, wanted: WrittenForm, at: int) -> tuple[int, int] | None:
    expected = wanted.letters
    start, end = words.places[at], words.places[at + len(expected.plain) - 1] + 1
    if (start and _glued(words.text[start - 1], words.text[start])) or _is_letter(words.text[end : end + 1]):
        return None
    # The signs of the citation around its letters, such as the quotation mark that begins it.
    lead, tail = expected.text[: expected.places[0]], expected.text[expected.places[-1] + 1 :]
    start -= _shared(words.text[max(0, start - len(lead)) : start][::-1], lead[::-1])
    end += _shared(words.text[end : end + len(tail)], tail)
    located = wanted.style == "mla" and _LOCATED.match(plainly(words.text[end : end + 40]))
    return None if located or not _names_alike(words.text[start:end], wanted.text, wanted.citation) else (start, end)


def _copies(words: Letters, wanted: WrittenForm, places: list[tuple[int, int]]) -> Iterator[Pasted]:
    before = 0
    # The text searched has no invisible characters: where there were some, one answer counts for all copies.
    visible = words.whole == words.text or words.whole.count(wanted.letters.whole) == len(places)
    for number, (start, end) in enumerate(places):
        last = number + 1 == len(places)
        until = None if last else places[number + 1][0]
        copy, after = words.text[start:end], words.text[end:until]
        source = None if wanted.citation.source else _SOURCE.match(plainly(after[:40]))
        stated = after[source.end() : source.end() + _LONGEST_SOURCE].rstrip(". ") if source else ""
        exact = visible and collapse(copy) == collapse(wanted.letters.text)
        lead = words.text[before:start]
        yield Pasted(wanted.style, wanted.text, copy, exact, lead, after if last else "", stated)
        before = end


def _glued(one: str, other: str) -> bool:
    """Whether two characters are of one word; the number of a note may stand close to the first."""
    return (one.isalpha() and other.isalpha()) or (one.isdecimal() and other.isdecimal())


def _is_letter(sign: str) -> bool:
    return sign.isalpha() or sign.isdecimal()


def _shared(one: str, other: str) -> int:
    pairs = zip(plainly(one[: len(other)]), plainly(other), strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _names_alike(copy: str, text: str, citation: Citation) -> bool:
    """Compare the spelling of names: ``a-b`` and ``ab`` have the same letters, and are two releases."""
    names = [citation.reference, citation.origin, *([number_of(citation.paragraph)] if citation.paragraph else [])]
    return all(count_name(copy, name) >= count_name(text, name) for name in names)


def find_locators(words: str, place: int) -> Iterator[str]:
    """Give the ids of paragraphs that are named nearest to a place in a text, before it and after it."""
    plain = plainly(words)
    before = list(_LOCATOR.finditer(plain, 0, place))[-1:]
    after = _LOCATOR.search(plain, place)
    for match in (*before, *([after] if after else [])):
        mark = "heading" if match[0].startswith("heading") else "para."
        yield parse_locator(f"{mark} {match[1].rstrip('.;:')}")
