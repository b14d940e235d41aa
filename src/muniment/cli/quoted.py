"""How ``when`` and ``find-quote`` show the words that they looked for: where they stand, what was folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from unicodedata import category

import click

from muniment.cli.lines import listed, print_moment, print_words
from muniment.cli.terminal import screen_width
from muniment.diff.difference import Segment
from muniment.diff.views.painted import GLUE, Span, clip, wrap
from muniment.display import name_character, plain, visible
from muniment.display.changes import show_changed, show_kept
from muniment.history.public_json import Searched
from muniment.history.quote import FoldedSign, Nearest, QuoteResult
from muniment.history.search import Passage
from muniment.record.reading import fold_white_space


def case_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add ``-s``; it arrives as ``case_sensitive``."""
    return click.option("-s", "--case-sensitive", is_flag=True, help="Keep upper and lower case apart.")(function)


_SHOWN = 10
"""So many places of an ambiguous quote are printed; JSON has them all."""


_CONTEXT = 24
"""So many characters are shown before and after it."""


def print_found(searched: Sequence[Searched], result: QuoteResult) -> None:
    """Print where a quote was found, or the places between which it is not settled."""
    places = [(searched[match.text], match.passage) for match in result.places]
    if result.found:
        version, passage = places[0]
        how = "exactly" if result.status == "exact" else "folded"
        print_words(f"found, {how}: {_where(version, passage)}", 0)
        print_moment(version.moment, 2)
        print()
        print_words(f"“{visible(fold_white_space(passage.text(version.paragraphs)))}”", 2)
        _print_folded(result.folded)
    else:
        how = "exactly" if result.matched == "exact" else "folded"
        print_words(f"not settled: found in {len(places)} places, {how}; quote more, or name the paragraph", 0)
        for version, passage in places[:_SHOWN]:
            print(f"\n{_where(version, passage)}")
            print(f"  {clip(list(_around(version, passage)), screen_width() - 2)}")
        if len(places) > _SHOWN:
            print(f"\n… and {len(places) - _SHOWN} more")


def _where(version: Searched, passage: Passage) -> str:
    return plain(f"{version.moment.reference}, {listed(list(passage.ids(version.paragraphs)))}")


def _around(version: Searched, passage: Passage) -> Iterator[Span]:
    """The passage in quotation marks, with a few of the words before and after it in its paragraphs."""
    before = version.paragraphs[passage.first].text[: passage.start]
    after = version.paragraphs[passage.last].text[passage.end :]
    quoted = f"{before[-_CONTEXT:]}“{passage.text(version.paragraphs)}”{after[:_CONTEXT]}"
    lead, tail = ("…" if len(part) > _CONTEXT else "" for part in (before, after))
    yield Span(show_kept(f"{lead}{fold_white_space(quoted)}{tail}"))


def _print_folded(folded: Sequence[FoldedSign]) -> None:
    if not folded:
        return
    print("\nfolded (the text as received: your quote)")
    cased = [sign for sign in folded if sign.received.casefold() == sign.quoted.casefold()]
    if cased:
        print_words(f"upper and lower case: {sum(sign.times for sign in cased)} letters", 2)
    for sign in (sign for sign in folded if sign not in cased):
        times = "once" if sign.times == 1 else f"{sign.times} times"
        print_words(f"{_named(sign.received)}: {_named(sign.quoted)}, {times}", 2)


def _named(signs: str) -> str:
    """Signs with code point and name; those without a shape by their name alone."""
    named = []
    for sign in signs:
        shape = "" if category(sign)[0] in "CZM" else f"{sign} "
        named.append(shape + name_character(sign)[1:-1])
    return " + ".join(named) or "nothing"


def print_nearest(searched: Sequence[Searched], nearest: Nearest | None, what: str) -> None:
    """Print the passage that comes nearest to words that were not found, and in which version it stands."""
    if nearest is None:
        print("\nno passage comes near")
        return
    version = searched[nearest.text]
    print()
    print_words(f"nearest, but different: {_where(version, nearest.passage)}", 0)
    for line in wrap(list(_spans(nearest.segments)), screen_width() - 2):
        print(f"  {line}")
    print(f"\n[-…-] stands there alone, {{+…+}} in your {what} alone")


def _spans(segments: Sequence[Segment]) -> Iterator[Span]:
    marks = {"-": ("[-", "-]"), "+": ("{+", "+}")}
    for segment in segments:
        if segment.tag == "=":
            yield Span(show_kept(segment.text))
            continue
        before, after = marks[segment.tag]
        inner = segment.text.strip(" ")
        start = len(segment.text) - len(segment.text.lstrip(" "))
        words = GLUE * start + show_changed(inner) + GLUE * (len(segment.text) - start - len(inner))
        yield Span(before + words + after)
