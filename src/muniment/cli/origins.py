"""The lines of ``archive blame``: the version in the margin, the paragraph, and what happened to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from muniment.cli.moments import listed
from muniment.cli.terminal import BOLD, DIM, cells, paint, plain, screen_width
from muniment.cli.terminal import wrap as wrap_plain
from muniment.diff.views.text import Span, clip, wrap
from muniment.display.visible import show_kept
from muniment.history import Event, ParagraphHistory
from muniment.record.reading import fold_white_space

_MANY = 6
"""So many versions are listed; of more the number is given, and the first and the last."""

_LINES = re.compile(r"[ \t\r\n]+")
_SAID = {"edited": "edited", "typographic": "typography changed", "moved": "moved"}
_DIM_MARK = "\x1b[2m"


def print_origins(paragraphs: Sequence[ParagraphHistory], again: Collection[int], *, words: bool, colour: bool) -> None:
    """Print the origin of each paragraph.

    Args:
        paragraphs: What blame gave.
        again: Versions that only extracted the same bytes anew: what they changed is not the publisher's doing.
        words: Print the whole text, with the version of each run of words.
        colour: Whether to paint.
    """
    ids = max(cells(plain(one.id)) for one in paragraphs)
    versions = max(len(f"v{one.brought}") for one in paragraphs)
    indent = versions + ids + 4
    room = max(20, screen_width() - indent)
    for number, one in enumerate(paragraphs):
        if words and number:
            print()
        head = paint(f"{f'v{one.brought}':<{versions}}", BOLD, colour=colour)
        lines = wrap(list(_runs(one, colour=colour)), room) if words else [clip([Span(_headline(one))], room)]
        for place, line in enumerate(lines):
            margin = f"{head}  {plain(one.id):<{ids}}" if not place else " " * (indent - 2)
            print(f"{margin}  {line}".rstrip(" "))
        for line in wrap_plain(_story(one, again), room):
            if line:
                print(f"{' ' * indent}{paint(line, DIM, colour=colour)}")


def _headline(one: ParagraphHistory) -> str:
    return show_kept(fold_white_space(_with_label(one.label, one.text)))


def _with_label(label: str | None, text: str) -> str:
    return text if label is None else f"{label} {text}"


def _runs(one: ParagraphHistory, *, colour: bool) -> Iterator[Span]:
    """The text with ``⟨v1⟩`` before each run; such a mark in the text itself gets a backslash."""
    if one.label is not None:
        yield Span(show_kept(one.label) + " ")
    for run in one.words:
        words = _LINES.sub(" ", run.text)
        bare = words.removeprefix(" ")
        yield Span(words[: len(words) - len(bare)])
        yield Span(f"⟨v{run.version}⟩", _DIM_MARK if colour else "")
        yield Span(show_kept(bare))


def _story(one: ParagraphHistory, again: Collection[int]) -> str:
    """What happened, each kind once, in the order of its first time; empty where nothing did."""
    said: dict[str, list[int]] = {}
    for event in one.events:
        said.setdefault(_say(event, one), []).append(event.version)
    parts = [f"{words} {_in(versions, again)}" for words, versions in said.items()]
    if one.first != one.brought:
        parts.insert(0, f"first in v{one.first}")
    return plain("; ".join(parts))


def _say(event: Event, one: ParagraphHistory) -> str:
    if event.kind in _SAID:
        return _SAID[event.kind]
    if event.kind == "renumbered" and event.labels is not None:
        old, new = ("no number" if label is None else label for label in event.labels)
        return f"renumbered {old} → {new}"
    if event.kind == "returned":
        words = "" if event.brought == one.brought else f"words of v{event.brought}, "
        return f"{words}not seen from v{event.gone}, returned"
    return f"{event.kind} from {listed(list(event.before))}"


def _in(versions: Sequence[int], again: Collection[int]) -> str:
    if len(versions) > _MANY:
        return f"{len(versions)} times, in v{versions[0]} to v{versions[-1]}"
    return "in " + listed(list(_marked(versions, again)))


def _marked(versions: Iterable[int], again: Collection[int]) -> Iterator[str]:
    for version in versions:
        yield f"v{version} (re-extracted)" if version in again else f"v{version}"
