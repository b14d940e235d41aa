"""The differ on kinds of change that word diffs get wrong, each with its known truth: F1 of the operations by kind.

    python bench/diff_kinds.py [--cases N] [--seed N]

The texts are invented, in eleven languages of nine scripts; the paragraphs are given, so that what is measured is the
comparison and not how paragraphs are found.  An operation counts when its kind, its paragraphs on both sides and its
flags are those of the truth.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from diff_texts import SCRIPTS, Script, paragraph

from muniment.diff import compare
from muniment.diff.difference import Operation
from muniment.sources.adapter import Paragraph

Item = tuple[str | None, str]
Truth = Counter[tuple[str, tuple[int, ...], tuple[int, ...], str]]


@dataclass
class Case:
    """Two sides that grow together, with what became of each paragraph that is not the same."""

    a: list[Item] = field(default_factory=list)
    b: list[Item] = field(default_factory=list)
    truth: Truth = field(default_factory=Counter)

    def same(self, text: str, label: str | None = None, new: str | None = None) -> None:
        """Put a paragraph on both sides; with another label it is renumbered."""
        if new is not None and new != label:
            self.truth["equal", (len(self.a),), (len(self.b),), "renumbered"] += 1
        self.a.append((label, text))
        self.b.append((new or label, text))

    def edited(self, old: str, new: str, label: str | None = None, flag: str = "") -> None:
        """Put an edit on both sides."""
        self.truth["replace", (len(self.a),), (len(self.b),), flag] += 1
        self.a.append((label, old))
        self.b.append((label, new))

    def inserted(self, text: str, label: str | None = None) -> None:
        """Put a paragraph on side B alone."""
        self.truth["insert", (), (len(self.b),), ""] += 1
        self.b.append((label, text))

    def deleted(self, text: str, label: str | None = None) -> None:
        """Put a paragraph on side A alone."""
        self.truth["delete", (len(self.a),), (), ""] += 1
        self.a.append((label, text))


def _words(script: Script, rng: random.Random, count: int) -> str:
    return script.space.join("".join(rng.choices(script.pieces.split(), k=3)) for _ in range(count))


def _change_one(text: str, script: Script, rng: random.Random) -> str:
    """Another word, or other signs, somewhere in the middle."""
    if not script.space:
        place = rng.randrange(len(text) // 4, len(text) // 2)
        return text[:place] + _words(script, rng, 1) + text[place + 1 :]
    words = text.split(" ")
    words[rng.randrange(1, len(words))] = _words(script, rng, 1)
    return " ".join(words)


def date_lines(case: Case, script: Script, rng: random.Random) -> None:
    """Names with a date, a contact or a price after them, and nothing else in common."""
    for _ in range(rng.randint(1, 3)):
        name = _words(script, rng, 1 + bool(script.space))
        old, new = (f"{name}: {rng.randint(1, 28)} {_words(script, rng, 1)} {year}" for year in (2023, 2024))
        case.edited(old, new)
        case.same(paragraph(script, rng))


def rewrapping(case: Case, script: Script, rng: random.Random) -> None:
    """Lines that end elsewhere: typography where no word changed, else an edit."""
    for changed in (False, True):
        text = paragraph(script, rng)
        new = _change_one(text, script, rng) if changed else text
        old = _wrapped(text, script, rng.randint(30, 60))
        case.edited(old, _wrapped(new, script, rng.randint(61, 90)), flag="" if changed else "typographic")
        case.same(paragraph(script, rng))


def _wrapped(text: str, script: Script, width: int) -> str:
    if not script.space:
        # A number that is cut in two could be two numbers: no text breaks its lines there.
        cuts = [k for k in range(width // 2, len(text), width // 2) if not text[k - 1 : k + 1].isdigit()]
        return "\n".join(text[k:end].strip() for k, end in pairwise([0, *cuts, len(text)]))
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join(lines)


def boilerplate(case: Case, script: Script, rng: random.Random) -> None:
    """One paragraph many times, edited alike everywhere, between others that are all new."""
    same = paragraph(script, rng)
    edited = same + (" " if script.space else "") + _words(script, rng, 3)
    for _ in range(rng.randint(0, 30)):
        case.inserted(paragraph(script, rng))
    for _ in range(rng.randint(2, 6)):
        case.deleted(paragraph(script, rng))
        case.inserted(paragraph(script, rng))
        case.edited(same, edited)


def nested_lists(case: Case, script: Script, rng: random.Random) -> None:
    """A clause put in: those after it are renumbered, their sub-items keep their letters."""
    put, shift = rng.randint(2, 4), 0
    for number in range(1, 6):
        if number == put:
            case.inserted(paragraph(script, rng), f"{number}.")
            shift = 1
        case.same(paragraph(script, rng), f"{number}.", f"{number + shift}.")
        for letter in "abc"[: rng.randint(0, 3)]:
            case.same(paragraph(script, rng, 1), f"({letter})")


def page_numbers(case: Case, script: Script, rng: random.Random) -> None:
    """Numbers of pages that stand elsewhere among paragraphs which stayed: typography, and no paragraph moved."""
    for number in range(2, 5):
        case.a.append((None, f"- {number} -"))
        before = len(case.a) - 1
        case.same(paragraph(script, rng))
        case.same(paragraph(script, rng))
        case.b.append((None, f"- {number} -"))
        case.truth["move", (before,), (len(case.b) - 1,), "typographic"] += 1
        case.same(paragraph(script, rng))


def rules(case: Case, script: Script, rng: random.Random) -> None:
    """Lines without letters that stand elsewhere: they come and go, and never move."""
    case.deleted("* * *")
    case.same(paragraph(script, rng))
    case.same(paragraph(script, rng))
    case.inserted("* * *")


def cut_short(case: Case, script: Script, rng: random.Random) -> None:
    """A paragraph of which the smaller part is left, or which grew to several times its size."""
    for grows in (False, True):
        short, *others = (paragraph(script, rng) for _ in range(4))
        whole = script.space.join([*others, short] if grows else [short, *others])
        case.edited(short if grows else whole, whole if grows else short)
        case.same(paragraph(script, rng))


def links(case: Case, script: Script, rng: random.Random) -> None:
    """An address that took the place of another."""
    for _ in range(rng.randint(1, 3)):
        hosts = rng.sample("abcdefghijk", 2)
        case.edited(f"https://{hosts[0] * 5}.example.org/{rng.randint(10, 99)}/", f"www.{hosts[1] * 6}.example/news")
        case.same(paragraph(script, rng))


def tables(case: Case, script: Script, rng: random.Random) -> None:
    """A table in one paragraph with two rows put in, often more than can be compared word by word at once."""
    rows = [f"| {_words(script, rng, 1)} | {_words(script, rng, 1)} | {k} |" for k in range(rng.choice((20, 700)))]
    new = list(rows)
    for place in (len(rows) - 3, 3):
        new.insert(place, f"| {_words(script, rng, 2)} | {_words(script, rng, 1)} | 0 |")
    case.edited("\n".join(rows), "\n".join(new))


KINDS: dict[str, Callable[[Case, Script, random.Random], None]] = {
    "date lines": date_lines,
    "re-wrapping": rewrapping,
    "boilerplate": boilerplate,
    "nested lists": nested_lists,
    "page numbers": page_numbers,
    "rules": rules,
    "cut short": cut_short,
    "links": links,
    "tables": tables,
}


def make(kind: str, script: Script, rng: random.Random) -> Case:
    """One case of a kind, between paragraphs that did not change."""
    case = Case()
    case.same(paragraph(script, rng))
    KINDS[kind](case, script, rng)
    case.same(paragraph(script, rng))
    return case


def _found(operation: Operation) -> tuple[str, tuple[int, ...], tuple[int, ...], str]:
    flags = (
        ["renumbered"] * operation.renumbered + ["typographic"] * bool(operation.kind) + ["coarse"] * operation.coarse
    )
    return operation.op, operation.a, operation.b, " ".join(flags)


def _paragraphs(items: list[Item]) -> list[Paragraph]:
    return [Paragraph(f"p{n}", "paragraph", label, text) for n, (label, text) in enumerate(items, 1)]


def f1(kind: str, cases: int, seed: int) -> float:
    """F1 of the changed operations over all cases of a kind."""
    right = said = true = 0
    for number in range(cases):
        script = SCRIPTS[number % len(SCRIPTS)]
        case = make(kind, script, random.Random(f"{seed}:{kind}:{number}"))
        difference = compare(_paragraphs(case.a), _paragraphs(case.b))
        found: Truth = Counter(_found(o) for o in difference.operations if not o.unchanged)
        right += (found & case.truth).total()
        said, true = said + found.total(), true + case.truth.total()
    return 2 * right / (said + true)


def by_kind(cases: int, seed: int) -> None:
    """Print a line for each kind."""
    print(f"Kinds of change, {len(SCRIPTS)} languages of nine scripts, {cases} cases each, seed {seed}: op F1")
    for kind in KINDS:
        print(f"  {kind:13} {f1(kind, cases, seed):.3f}")


def main() -> None:
    """Run all kinds."""
    parser = argparse.ArgumentParser(description="archive diff on kinds of change, each with its known truth")
    parser.add_argument("--cases", type=int, default=110)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    by_kind(given.cases, given.seed)


if __name__ == "__main__":
    main()
