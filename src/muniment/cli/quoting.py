"""What ``archive find-quote`` found, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

from muniment.cli.moments import listed, moment_json, print_moment, print_words
from muniment.cli.terminal import plain, screen_width, visible
from muniment.diff.difference import Segment
from muniment.diff.views.text import GLUE, Span, clip, wrap
from muniment.display import name_character
from muniment.display.visible import show_changed, show_kept
from muniment.history.moments import Moment
from muniment.history.quote import FoldedSign, Nearest, QuoteResult
from muniment.history.search import Place
from muniment.record import Paragraph
from muniment.record.reading import fold_white_space

_SHOWN = 10
"""So many places of an ambiguous quote are printed; JSON has them all."""


_CONTEXT = 24
"""So many characters are shown before and after it."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A version that is searched, or one paragraph of it."""

    moment: Moment
    paragraphs: tuple[Paragraph, ...]


def print_result(
    quote: str, searched: Sequence[Searched], result: QuoteResult, earlier: tuple[Moment, Moment] | None
) -> None:
    """Print what was found."""
    places = [(searched[found.text], found.place) for found in result.places]
    if result.found:
        version, place = places[0]
        how = "exactly" if result.status == "exact" else "folded"
        print_words(f"found, {how}: {_where(version, place)}", 0)
        print_moment(version.moment, 2)
        print()
        print_words(f"“{visible(fold_white_space(place.text(version.paragraphs)))}”", 2)
        _print_folded(result.folded)
    elif result.status == "ambiguous":
        how = "exactly" if result.matched == "exact" else "folded"
        print_words(f"not settled: found in {len(places)} places, {how}; quote more, or name the paragraph", 0)
        for version, place in places[:_SHOWN]:
            print(f"\n{_where(version, place)}")
            print(f"  {clip(list(_around(version, place)), screen_width() - 2)}")
        if len(places) > _SHOWN:
            print(f"\n… and {len(places) - _SHOWN} more")
    else:
        _print_missing(quote, searched, result.nearest, earlier)


def _where(version: Searched, place: Place) -> str:
    return plain(f"{version.moment.reference}, {listed(list(place.ids(version.paragraphs)))}")


def _around(version: Searched, place: Place) -> Iterator[Span]:
    """The passage in quotation marks, with a little of what stands before and after it in its paragraphs."""
    before = version.paragraphs[place.first].text[: place.start]
    after = version.paragraphs[place.last].text[place.end :]
    passage = f"{before[-_CONTEXT:]}“{place.text(version.paragraphs)}”{after[:_CONTEXT]}"
    lead, tail = ("…" if len(part) > _CONTEXT else "" for part in (before, after))
    yield Span(show_kept(f"{lead}{fold_white_space(passage)}{tail}"))


def _print_folded(folded: Sequence[FoldedSign]) -> None:
    if not folded:
        return
    print("\nfolded (the text as received: your quote)")
    for sign in folded:
        times = "once" if sign.times == 1 else f"{sign.times} times"
        print_words(f"{_named(sign.received)}: {_named(sign.quoted)}, {times}", 2)


def _named(signs: str) -> str:
    """Signs with code point and name; those without a shape by their name alone."""
    named = []
    for sign in signs:
        shape = "" if category(sign)[0] in "CZM" else f"{sign} "
        named.append(shape + name_character(sign)[1:-1])
    return " + ".join(named) or "nothing"


def _print_missing(
    quote: str, searched: Sequence[Searched], nearest: Nearest | None, earlier: tuple[Moment, Moment] | None
) -> None:
    extent = searched[0].moment.reference if len(searched) == 1 else f"the newest versions of {len(searched)} releases"
    print_words(f"not found in {extent}", 0)
    if "…" in quote or "[..." in quote:
        print_words("the quote has an ellipsis, which stands for itself alone: look for its parts one by one", 0)
    if earlier is not None:
        for words, moment in zip(("last seen in", "not seen from"), earlier, strict=True):
            print(f"\n{words} v{moment.version}")
            print_moment(moment, 2)
    if nearest is None:
        print("\nno passage comes near")
        return
    version = searched[nearest.text]
    print(f"\nnearest, but different: {_where(version, nearest.place)}")
    for line in wrap(list(_spans(nearest.segments)), screen_width() - 2):
        print(f"  {line}")
    print("\n[-…-] stands there alone, {+…+} in your quote alone")


def _spans(segments: Sequence[Segment]) -> Iterator[Span]:
    marks = {"-": ("[-", "-]"), "+": ("{+", "+}")}
    for segment in segments:
        if segment.tag == "=":
            yield Span(show_kept(segment.text))
            continue
        before, after = marks[segment.tag]
        inner = segment.text.strip(" ")
        start = len(segment.text) - len(segment.text.lstrip(" "))
        held = GLUE * start + show_changed(inner) + GLUE * (len(segment.text) - start - len(inner))
        yield Span(before + held + after)


def as_value(
    quote: str, searched: Sequence[Searched], result: QuoteResult, earlier: tuple[Moment, Moment] | None
) -> dict[str, object]:
    """Give the JSON value (``schemas/find-quote.schema.json``)."""
    return {
        "format": "muniment-find-quote/1",
        "quote": quote,
        "status": result.status,
        "matched": result.matched,
        "searched": [one.moment.reference for one in searched],
        "places": [_place(searched[found.text], found.place) for found in result.places],
        "folded": [{"received": sign.received, "quoted": sign.quoted, "times": sign.times} for sign in result.folded],
        "nearest": None if result.nearest is None else _nearest(searched, result.nearest),
        "last_seen": None if earlier is None else moment_json(earlier[0]),
        "not_seen_from": None if earlier is None else moment_json(earlier[1]),
    }


def _place(version: Searched, place: Place) -> dict[str, object]:
    return {
        "version": moment_json(version.moment),
        "paragraphs": list(place.ids(version.paragraphs)),
        "start": place.start,
        "end": place.end,
        "text": place.text(version.paragraphs),
    }


def _nearest(searched: Sequence[Searched], nearest: Nearest) -> dict[str, object]:
    return {
        "place": _place(searched[nearest.text], nearest.place),
        "shared": nearest.shared,
        "words": nearest.words,
        "segments": [[segment.tag, segment.text] for segment in nearest.segments],
    }
