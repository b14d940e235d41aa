"""Words: where they begin and end, and which of them two linked paragraphs share.

Boundaries are those of UAX #29 (default word boundaries), with three rules on top: a boundary that would cut a grapheme
cluster is none (UAX #29 section 4 leaves Thai vowels apart from their consonants); kana stand one by one, as Han
does by default; and white space is kept as words, so that the words joined are the text.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import LCSseq

from muniment.diff.cleanup import Run, Word, tidy
from muniment.diff.model import ParagraphLike, Segment, Tag

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
