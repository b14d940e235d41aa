"""Words: where they begin and end, and which of them two linked paragraphs share.

Boundaries are those of UAX #29 (default word boundaries), with three rules on top: a boundary that would cut a grapheme
cluster is none (UAX #29 section 4 leaves Thai vowels apart from their consonants); kana stand one by one, as Han
does by default; and white space is kept as words, so that the words joined are the text.

From the smallest word diff to one that can be read.

The longest common subsequence matches stray words across rewritten clauses.  Four rules, in this order, take that back:
edges of a pure insertion or deletion slide to where a sentence or clause begins; an equal sign or space between two
changes joins them; an equal run no longer than the change on each side of it is folded in, if something was replaced
there or it is a crumb; and what a joined change has in common at its ends is given back.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile

import regex
from rapidfuzz.distance import LCSseq, Opcodes

from muniment.diff.candidates import is_unspaced
from muniment.diff.difference import ParagraphLike, Segment, Tag, shown
from muniment.diff.long import anchored, common_ends
from muniment.diff.wholes import Run, Word, join, keep_whole

MAX_SLIDE = 200
"""Words: an edge that slides further than a page is not looked for; a repeated text can slide without end."""

CRUMB = 4
"""How much shorter than both changes beside them words must be that go with them, where nothing was replaced.

Between pure insertions and deletions a word stands as it stood; folded in, it would be told as new, or as gone.
"""

CLAUSE = 24
"""Characters of a common run that is no stray match, however long the changes beside it are; a sign for two."""

_SENTENCE_END = frozenset(".!?…\u061f\u06d4\u0964。！？")


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
    (first, before), (middle, size), (last, after) = done[-3:]
    if size == 1 and not a[middle.a_start][0].isalnum():
        return True
    words = a[middle.a_start : middle.a_end]
    if size >= CLAUSE or size + sum(len(text) for text, _ in words if is_unspaced(text)) >= CLAUSE:
        return False
    return size * (CRUMB if _stands_alone(first, words, last) else 1) <= min(before, after)


def _stands_alone(first: Run, words: Sequence[Word], last: Run) -> bool:
    """Whether words stand between two insertions or two deletions, or, as signs alone do not, between one of each."""
    if any(run.a_start < run.a_end and run.b_start < run.b_end for run in (first, last)):
        return False
    return (first.a_start == first.a_end) == (last.a_start == last.a_end) or not any(
        is_unspaced(text) for text, _ in words
    )


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
    return join(parts)


# --- edges that can slide ---


def _slide_all(runs: list[Run], a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    for place in range(1, len(runs) - 1):
        if not runs[place].equal and runs[place - 1].equal and runs[place + 1].equal:
            runs[place - 1 : place + 2] = _slide(runs[place - 1], runs[place], runs[place + 1], a, b)
    return join(runs)


def _slide(before: Run, run: Run, after: Run, a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Shift a pure insertion or deletion to its most natural place; the later of two equally good ones."""
    if run.a_start < run.a_end and run.b_start < run.b_end:
        return [before, run, after]
    inserted = run.a_start == run.a_end
    words = b if inserted else a
    start, end = (run.b_start, run.b_end) if inserted else (run.a_start, run.a_end)
    left = _reach(words, start - 1, end - 1, -1, before.a_end - before.a_start)
    right = _reach(words, start, end, 1, after.a_end - after.a_start)
    other = _white_apart(before, run, a, b, (-left, right))
    best = max(
        range(-left, right + 1),
        key=lambda by: (-other[by + left], _ease(words, start + by) + _ease(words, end + by), by),
    )
    return [
        Run(before.a_start, before.a_end + best, before.b_start, before.b_end + best, equal=True),
        Run(run.a_start + best, run.a_end + best, run.b_start + best, run.b_end + best, equal=False),
        Run(after.a_start + best, after.a_end, after.b_start + best, after.b_end, equal=True),
    ]


def _white_apart(before: Run, run: Run, a: Sequence[Word], b: Sequence[Word], shifts: tuple[int, int]) -> list[int]:
    """For each shift of a change, how many pairs beside it are white space that differs on both sides."""
    low, high = shifts
    counts = [sum(a[run.a_end + k][0] != b[run.b_end + k][0] for k in range(low, high))]
    for k in range(low, high):
        behind = a[run.a_end + k][0] != b[run.b_end + k][0]
        ahead = a[before.a_end + k][0] != b[before.b_end + k][0]
        counts.append(counts[-1] - behind + ahead)
    return counts


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


MAX_PRODUCT = 40_000_000
"""Words of A times words of B, common ends apart: the table of the comparison has one bit for each, 5 MB in all."""

MIN_SIMILARITY = 400
"""Thousandths of the visible characters that must be common: below two fifths a weave has more marks than text."""

PASSAGE = 40
"""Visible characters of a passage that stays in a text written anew: half a line is more than its stray words.

In a short text two fifths of the shorter side are enough.
"""

AN_END = 8
"""Visible characters in which two texts must begin or end alike for it to be more than an article or a full stop."""

WHOLE = 800
"""Thousandths of the shorter side that must stand in the longer for its being cut short or grown to be shown."""

FEW_CHANGES = 3
"""Changes in which a text is cut short or grows: one before it, one after it and one within."""

_MARKS = frozenset(" \t#>|-–—•")

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
    as_printed = _cut_differently(a, b)
    words_a, words_b = _stream(a, as_printed=as_printed), _stream(b, as_printed=as_printed)
    if [text for text, _ in words_a] <= [text for text, _ in words_b]:
        return _refine(words_a, words_b, exact=exact)
    mirrored = _refine(words_b, words_a, exact=exact)
    return Refinement(_mirror(mirrored.segments), mirrored.coarse)


def _cut_differently(a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> bool:
    """Whether what is a label on one side stands in the text of the other."""
    if not len(a) == len(b) == 1 or a[0].label == b[0].label:
        return False
    sides = (a[0], b[0]), (b[0], a[0])
    return any(x.label is not None and y.label is None and y.text.startswith(x.label) for x, y in sides)


def _mirror(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Swap the sides, keeping a deletion before the insertion that takes its place, and no other one there."""
    swapped: dict[Tag, Tag] = {"=": "=", "-": "+", "+": "-"}
    mirrored: list[Segment] = []
    replaced = False  # whether the segment before is a deletion, whose place this insertion takes
    for segment in segments:
        place = -1 if replaced and segment.tag == "+" else len(mirrored)
        mirrored.insert(place, Segment(swapped[segment.tag], segment.text))
        replaced = segment.tag == "-"
    return tuple(mirrored)


WHITE = frozenset(" \t\n\v\f\r\x85\u2028\u2029")
"""White space that only says where a line ends; a no-break or a wide space is something that somebody set."""


_WHITE = "".join(sorted(WHITE))


def is_white(text: str) -> bool:
    """Whether a text is nothing but line breaks, tabs and plain spaces."""
    return not text.strip(_WHITE)


def _stream(paragraphs: Sequence[ParagraphLike], *, as_printed: bool = False) -> list[Word]:
    """Words with the key that decides their equality.

    A number in a label never matches one in the text, unless both sides are taken as printed.  White space has one key,
    so that where lines end plays no part in which words are paired.
    """
    stream: list[Word] = []
    for index, paragraph in enumerate(paragraphs):
        if index:
            stream.append(("\n", " "))
        if as_printed:
            stream += [(word, _key(word)) for word in _joined_white(tokens(shown(paragraph)))]
            continue
        if paragraph.label is not None:
            stream += [(word, ("label", word)) for word in [*tokens(paragraph.label), " "]]
        stream += [(word, _key(word)) for word in _joined_white(tokens(paragraph.text))]
    return stream


def _joined_white(words: Iterable[str]) -> list[str]:
    """Words with a line end and the indent after it as one."""
    joined: list[str] = []
    for word in words:
        if joined and word[0] in WHITE and is_white(word) and is_white(joined[-1]):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _key(word: str) -> str:
    return " " if is_white(word) else word


def _refine(a: Sequence[Word], b: Sequence[Word], *, exact: bool) -> Refinement:
    # The comparison takes common ends off by itself, so what lies between them is what it costs.
    runs = common_ends(a, b) if len(a) * len(b) > MAX_PRODUCT else [Run(0, len(a), 0, len(b), equal=False)]
    coarse = False
    if any(_too_long(run) for run in runs):
        runs = anchored(runs, a, b)
        coarse = any(_too_long(run) for run in runs)
    runs = join(part for run in runs for part in ([run] if run.equal or _too_long(run) else _common_words(run, a, b)))
    if not exact and not coarse:
        runs = tidy(runs, a, b) if _similar(runs, a, b) else _slide_all(_rewritten(runs, a, b), a, b)
        runs = keep_whole(runs, a, b)
    return Refinement(tuple(_segments(runs, a, b)), coarse)


def _rewritten(runs: Iterable[Run], a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Of a text that was written anew, keep the label, how it begins and ends, and passages that stand in both."""
    long_enough = min(PASSAGE, max(AN_END, MIN_SIMILARITY * min(_visible(a), _visible(b)) // 1000))
    passages = [replace(run, equal=run.equal and _visible(a[run.a_start : run.a_end]) >= long_enough) for run in runs]
    found = _give_back(join(passages), a, b)
    if len(found) > 1 and found[0].equal and _visible(a[: found[0].a_end]) < AN_END:
        marks = sum(1 for _ in takewhile(_is_mark, a[: found[0].a_end]))
        first = Run(marks, found[1].a_end, marks, found[1].b_end, equal=False)
        found[:2] = [Run(0, marks, 0, marks, equal=True), first]
    if len(found) > 1 and found[-1].equal and _visible(a[found[-1].a_start :]) < AN_END:
        found[-2:] = [Run(found[-2].a_start, len(a), found[-2].b_start, len(b), equal=False)]
    return join(found)


def _is_mark(word: Word) -> bool:
    """Whether a word belongs to a label, or is a mark with which a heading, a quote or a row begins."""
    return isinstance(word[1], tuple) or not set(word[0]) - _MARKS


def _too_long(run: Run) -> bool:
    return not run.equal and (run.a_end - run.a_start) * (run.b_end - run.b_start) > MAX_PRODUCT


def _common_words(run: Run, a: Sequence[Word], b: Sequence[Word]) -> Iterator[Run]:
    """The longest common subsequence of words, and between these what white space is common.

    A word weighs more than any space: else a space that stays could make a word look as if it had been moved.
    """
    words_a = [i for i in range(run.a_start, run.a_end) if not a[i][0].isspace()]
    words_b = [j for j in range(run.b_start, run.b_end) if not b[j][0].isspace()]
    at_a, at_b = first_a, first_b = run.a_start, run.b_start
    for code in _opcodes([a[i][1] for i in words_a], [b[j][1] for j in words_b]):
        if code.tag != "equal":
            continue
        for i, j in zip(words_a[code.src_start : code.src_end], words_b[code.dest_start : code.dest_end], strict=True):
            # Most words follow each other with one space between: the run goes on, as ``join`` would put it together.
            if not (i - at_a == j - at_b == 1 and a[at_a][1] == b[at_b][1]):
                yield Run(first_a, at_a, first_b, at_b, equal=True)
                yield from _common_white(Run(at_a, i, at_b, j, equal=False), a, b)
                first_a, first_b = i, j
            at_a, at_b = i + 1, j + 1
    yield Run(first_a, at_a, first_b, at_b, equal=True)
    yield from _common_white(Run(at_a, run.a_end, at_b, run.b_end, equal=False), a, b)


def _common_white(run: Run, a: Sequence[Word], b: Sequence[Word]) -> Iterator[Run]:
    """Between two common words, or before the first or after the last: the spaces that are common."""
    if run.a_end - run.a_start == run.b_end - run.b_start == 1:
        yield Run(run.a_start, run.a_end, run.b_start, run.b_end, equal=a[run.a_start][1] == b[run.b_start][1])
        return
    if run.a_start == run.a_end or run.b_start == run.b_end:
        yield run
        return
    keys_a = [key for _, key in a[run.a_start : run.a_end]]
    keys_b = [key for _, key in b[run.b_start : run.b_end]]
    if len(keys_a) * len(keys_b) > MAX_PRODUCT:
        yield run
        return
    for code in _opcodes(keys_a, keys_b):
        yield Run(
            run.a_start + code.src_start,
            run.a_start + code.src_end,
            run.b_start + code.dest_start,
            run.b_start + code.dest_end,
            equal=code.tag == "equal",
        )


def _opcodes(a: Sequence[Hashable], b: Sequence[Hashable]) -> Opcodes:
    numbers: dict[Hashable, int] = {}
    return LCSseq.opcodes(
        [numbers.setdefault(key, len(numbers)) for key in a], [numbers.setdefault(key, len(numbers)) for key in b]
    )


def _similar(runs: Sequence[Run], a: Sequence[Word], b: Sequence[Word]) -> bool:
    """Whether enough visible characters are common for a weave to be readable, or nearly all of the shorter side."""
    common = sum(_visible(a[run.a_start : run.a_end]) for run in runs if run.equal)
    of_a, of_b = _visible(a), _visible(b)
    if 2000 * common >= MIN_SIMILARITY * (of_a + of_b):
        return True
    changes = sum(not run.equal for run in runs)
    return changes <= FEW_CHANGES and 1000 * common >= WHOLE * min(of_a, of_b) > 0


def _visible(words: Sequence[Word]) -> int:
    return sum(len(text) for text, _ in words if not text.isspace())


def _segments(runs: Sequence[Run], a: Sequence[Word], b: Sequence[Word]) -> Iterator[Segment]:
    for run in runs:
        if run.equal:
            yield from _equal_segments(a[run.a_start : run.a_end], b[run.b_start : run.b_end])
            continue
        old = "".join([text for text, _ in a[run.a_start : run.a_end]])
        new = "".join([text for text, _ in b[run.b_start : run.b_end]])
        if old:
            yield Segment("-", old)
        if new:
            yield Segment("+", new)


def _equal_segments(a: Sequence[Word], b: Sequence[Word]) -> Iterator[Segment]:
    """Words of one key on both sides: white space may differ among them."""
    kept: list[str] = []
    for (old, _), (new, _) in zip(a, b, strict=True):
        if old == new:
            kept.append(old)
            continue
        if kept:
            yield Segment("=", "".join(kept))
            kept = []
        yield Segment("-", old)
        yield Segment("+", new)
    if kept:
        yield Segment("=", "".join(kept))
