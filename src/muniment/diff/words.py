"""Words: where they begin and end, and which of them two linked paragraphs share.

Boundaries are those of UAX #29 (default word boundaries), with three rules on top: a boundary that would cut a grapheme
cluster is none (UAX #29 section 4 leaves Thai vowels apart from their consonants); kana stand one by one, as Han
does by default; and white space is kept as words, so that the words joined are the text.

From the smallest word diff to one that can be read.

The longest common subsequence matches stray words across rewritten clauses.  Four rules, in this order, take that back:
edges of a pure insertion or deletion slide to where a sentence or clause begins; an equal sign or space between two
changes joins them; an equal run no longer than the change on each side of it is folded in; and what a joined
change has in common at its ends is given back.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

import regex
from rapidfuzz.distance import LCSseq

from muniment.diff.difference import ParagraphLike, Segment, Tag

MAX_SLIDE = 200

_SENTENCE_END = frozenset(".!?…\u061f\u06d4\u0964。！？")


@dataclass(frozen=True, slots=True)
class Run:
    """Words ``a_start`` up to ``a_end`` of A beside words ``b_start`` up to ``b_end`` of B."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    equal: bool

    @property
    def empty(self) -> bool:
        """Whether it holds no word of either side."""
        return self.a_start == self.a_end and self.b_start == self.b_end

    def joined(self, after: Run) -> Run:
        """This run and one of the same sort that follows it at once."""
        return Run(self.a_start, after.a_end, self.b_start, after.b_end, equal=self.equal)


Word: TypeAlias = tuple[str, Hashable]


def tidy(runs: Iterable[Run], a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Apply the rules of this module.

    Args:
        runs: Equal and changed runs in turn, covering both sides.
        a: Words of A with their keys.
        b: Words of B with their keys.

    Returns:
        Runs in turn that cover both sides; equal runs are equal key by key.
    """
    slid = _slide_all(list(runs), a, b)
    folded = _fold_in(slid, a, b)
    return _slide_all(_give_back(folded, a, b), a, b)


def _join(runs: Iterable[Run]) -> list[Run]:
    """Drop empty runs and join neighbours of one sort."""
    joined: list[Run] = []
    for run in runs:
        if run.empty:
            continue
        if joined and joined[-1].equal == run.equal:
            joined[-1] = joined[-1].joined(run)
        else:
            joined.append(run)
    return joined


# --- equal runs too short to help a reader ---


def _fold_in(runs: Iterable[Run], a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    ends_a, ends_b = _ends(a), _ends(b)
    done: list[tuple[Run, int]] = []  # with the number of characters on its longer side
    for run in runs:
        size = max(ends_a[run.a_end] - ends_a[run.a_start], ends_b[run.b_end] - ends_b[run.b_start])
        done.append((run, size))
        while _foldable(done, a):
            joined = done[-3][0].joined(done[-1][0])
            size_a = ends_a[joined.a_end] - ends_a[joined.a_start]
            done[-3:] = [(joined, max(size_a, ends_b[joined.b_end] - ends_b[joined.b_start]))]
    return [run for run, _ in done]


def _ends(words: Sequence[Word]) -> list[int]:
    """Number of characters before each word, and in all."""
    return list(accumulate((len(text) for text, _ in words), initial=0))


def _foldable(done: Sequence[tuple[Run, int]], a: Sequence[Word]) -> bool:
    if len(done) < 3 or done[-1][0].equal or not done[-2][0].equal:
        return False
    (_, before), (middle, size), (_, after) = done[-3:]
    return size <= min(before, after) or (size == 1 and not a[middle.a_start][0].isalnum())


def _give_back(runs: Iterable[Run], a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Take the common beginning and end off each change."""
    parts: list[Run] = []
    for run in runs:
        if run.equal:
            parts.append(run)
            continue
        a_start, a_end, b_start, b_end = run.a_start, run.a_end, run.b_start, run.b_end
        while a_start < a_end and b_start < b_end and a[a_start][1] == b[b_start][1]:
            a_start, b_start = a_start + 1, b_start + 1
        while a_start < a_end and b_start < b_end and a[a_end - 1][1] == b[b_end - 1][1]:
            a_end, b_end = a_end - 1, b_end - 1
        parts.append(Run(run.a_start, a_start, run.b_start, b_start, equal=True))
        parts.append(Run(a_start, a_end, b_start, b_end, equal=False))
        parts.append(Run(a_end, run.a_end, b_end, run.b_end, equal=True))
    return _join(parts)


# --- edges that can slide ---


def _slide_all(runs: list[Run], a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    for place in range(1, len(runs) - 1):
        if not runs[place].equal and runs[place - 1].equal and runs[place + 1].equal:
            runs[place - 1 : place + 2] = _slide(runs[place - 1], runs[place], runs[place + 1], a, b)
    return _join(runs)


def _slide(before: Run, run: Run, after: Run, a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Shift a pure insertion or deletion to its most natural place; the later of two equally good ones."""
    if run.a_start < run.a_end and run.b_start < run.b_end:
        return [before, run, after]
    inserted = run.a_start == run.a_end
    words = b if inserted else a
    start, end = (run.b_start, run.b_end) if inserted else (run.a_start, run.a_end)
    left = _reach(words, start - 1, end - 1, -1, before.a_end - before.a_start)
    right = _reach(words, start, end, 1, after.a_end - after.a_start)
    best = max(range(-left, right + 1), key=lambda by: (_ease(words, start + by) + _ease(words, end + by), by))
    return [
        Run(before.a_start, before.a_end + best, before.b_start, before.b_end + best, equal=True),
        Run(run.a_start + best, run.a_end + best, run.b_start + best, run.b_end + best, equal=False),
        Run(after.a_start + best, after.a_end, after.b_start + best, after.b_end, equal=True),
    ]


def _reach(words: Sequence[Word], first: int, second: int, step: int, room: int) -> int:
    """How many words a change can shift in one direction without changing what either side says."""
    reach = 0
    while reach < min(room, MAX_SLIDE) and words[first][1] == words[second][1]:
        reach, first, second = reach + 1, first + step, second + step
    return reach


def _ease(words: Sequence[Word], place: int) -> int:
    """How natural a boundary before word ``place`` is: text end, line, sentence, word, none."""
    if place in (0, len(words)):
        return 6
    before, after = words[place - 1][0], words[place][0]
    if "\n" in before:
        return 5
    if before[-1] in _SENTENCE_END and not after[0].isalnum():
        return 2
    if before.isspace():
        return 4 if place > 1 and words[place - 2][0][-1] in _SENTENCE_END else 3
    if before[-1] in "。！？":
        return 4
    return 2 if after.isspace() else 0


# Above this product of word counts, common ends apart, the exact comparison would take too much memory and time.
MAX_PRODUCT = 40_000_000
# Share of common characters, in thousandths, below which a weave of both texts could not be read.
MIN_SIMILARITY = 400

_BOUNDARY = regex.compile(r"\b", regex.V1 | regex.WORD)
_CLUSTER = regex.compile(r"\X", regex.V1)
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]", regex.V1)


@dataclass(frozen=True, slots=True)
class Refinement:
    """The word diff of one operation; ``coarse`` when only the common beginning and end were taken off."""

    segments: tuple[Segment, ...]
    coarse: bool


def tokens(text: str) -> list[str]:
    """Cut a text into words, marks and runs of white space; joined they are the text.

    Args:
        text: Any text, without normalisation.

    Returns:
        Non-empty pieces, none of which ends inside a grapheme cluster.
    """
    pieces = [piece for piece in _BOUNDARY.split(text) if piece]
    if text.isascii():
        return pieces
    words = _whole_clusters(text, pieces)
    return [sign for word in words for sign in _kana_apart(word)] if _KANA.search(text) else list(words)


def _whole_clusters(text: str, pieces: Sequence[str]) -> Iterator[str]:
    """Put together again what the word boundaries cut inside a grapheme cluster."""
    ends = {match.end() for match in _CLUSTER.finditer(text)}
    start = end = 0
    for piece in pieces:
        end += len(piece)
        if end in ends:
            yield text[start:end]
            start = end


def _kana_apart(word: str) -> list[str]:
    return _CLUSTER.findall(word) if _KANA.search(word) else [word]


def refine(a: Sequence[ParagraphLike], b: Sequence[ParagraphLike], *, exact: bool = False) -> Refinement:
    """Compare the paragraphs of one operation word by word.

    Both directions give the same segments, mirrored: the sides are always taken in the order of their words.

    Args:
        a: The paragraphs on side A, as printed: label, space, text; joined by one line feed.
        b: The same for side B.
        exact: Mark no more than what differs; for typographic changes, which readers look for sign by sign.

    Returns:
        Segments that rebuild both shown texts.
    """
    words_a, words_b = _stream(a), _stream(b)
    if [text for text, _ in words_a] <= [text for text, _ in words_b]:
        return _refine(words_a, words_b, exact=exact)
    mirrored = _refine(words_b, words_a, exact=exact)
    return Refinement(_mirror(mirrored.segments), mirrored.coarse)


def _mirror(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Swap the sides, keeping a deletion before the insertion that takes its place."""
    swapped: dict[Tag, Tag] = {"=": "=", "-": "+", "+": "-"}
    mirrored: list[Segment] = []
    for segment in segments:
        turned = Segment(swapped[segment.tag], segment.text)
        if turned.tag == "-" and mirrored and mirrored[-1].tag == "+":
            mirrored.insert(-1, turned)
        else:
            mirrored.append(turned)
    return tuple(mirrored)


def _stream(paragraphs: Sequence[ParagraphLike]) -> list[Word]:
    """Words with the key that decides their equality: a number in a label never matches one in the text."""
    stream: list[Word] = []
    for index, paragraph in enumerate(paragraphs):
        if index:
            stream.append(("\n", "\n"))
        if paragraph.label is not None:
            stream += [(word, ("label", word)) for word in [*tokens(paragraph.label), " "]]
        stream += [(word, word) for word in tokens(paragraph.text)]
    return stream


def _refine(a: Sequence[Word], b: Sequence[Word], *, exact: bool) -> Refinement:
    ends = _common_ends(a, b) if len(a) * len(b) > MAX_PRODUCT else []
    # The comparison takes common ends off by itself, so what lies between them is what it costs.
    coarse = any((run.a_end - run.a_start) * (run.b_end - run.b_start) > MAX_PRODUCT for run in ends if not run.equal)
    runs = ends if coarse else _common_words(a, b)
    if not coarse and not exact:
        runs = tidy(runs, a, b) if _similar(runs, a, b) else [Run(0, len(a), 0, len(b), equal=False)]
    return Refinement(tuple(_segments(runs, a, b)), coarse)


def _common_words(a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """The longest common subsequence of words."""
    numbers: dict[Hashable, int] = {}
    ids_a = [numbers.setdefault(key, len(numbers)) for _, key in a]
    ids_b = [numbers.setdefault(key, len(numbers)) for _, key in b]
    runs: list[Run] = []
    for code in LCSseq.opcodes(ids_a, ids_b):
        run = Run(code.src_start, code.src_end, code.dest_start, code.dest_end, equal=code.tag == "equal")
        if runs and runs[-1].equal == run.equal:
            runs[-1] = runs[-1].joined(run)
        else:
            runs.append(run)
    return runs


def _common_ends(a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Only the common beginning and end."""
    shorter = min(len(a), len(b))
    head = next((k for k in range(shorter) if a[k] != b[k]), shorter)
    tail = next((k for k in range(shorter - head) if a[-1 - k] != b[-1 - k]), shorter - head)
    end_a, end_b = len(a) - tail, len(b) - tail
    runs = [
        Run(0, head, 0, head, equal=True),
        Run(head, end_a, head, end_b, equal=False),
        Run(end_a, len(a), end_b, len(b), equal=True),
    ]
    return [run for run in runs if not run.empty]


def _similar(runs: Sequence[Run], a: Sequence[Word], b: Sequence[Word]) -> bool:
    """Whether enough visible characters are common for a weave to be readable."""
    common = sum(_visible(a[run.a_start : run.a_end]) for run in runs if run.equal)
    return 2000 * common >= MIN_SIMILARITY * (_visible(a) + _visible(b))


def _visible(words: Sequence[Word]) -> int:
    return sum(len(text) for text, _ in words if not text.isspace())


def _segments(runs: Sequence[Run], a: Sequence[Word], b: Sequence[Word]) -> Iterator[Segment]:
    for run in runs:
        old = "".join([text for text, _ in a[run.a_start : run.a_end]])
        new = "".join([text for text, _ in b[run.b_start : run.b_end]])
        if run.equal:
            yield Segment("=", old)
            continue
        if old:
            yield Segment("-", old)
        if new:
            yield Segment("+", new)
