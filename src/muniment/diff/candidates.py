"""Which free paragraphs could be two states of the same one: bags of words and an inverted index.

All arithmetic is on integers, so that every computer finds the same scores.  The work for one paragraph is bounded by
counts: at most ``RARE_WORDS`` words are looked up, words that stand in more than ``COMMON`` paragraphs are passed over,
and at most ``CANDIDATES`` paragraphs are scored.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import TypeAlias

from rapidfuzz.distance import LCSseq

from muniment.diff.anchors import Pairing, Side

RARE_WORDS = 40
"""Words of one paragraph that are looked up, its rarest: more of them seldom name another paragraph."""

COMMON = 200
"""Paragraphs: a word that stands in more of them names none."""

LOOKED_UP = 400
"""Places, in all, to which the words of one paragraph may lead: the bound of the work for it."""

CANDIDATES = 12
"""Paragraphs that are scored for one: a split has up to eight pieces, and copies may crowd in before them."""

SHARED = 4
"""One in so many of the words looked up must stand in a candidate: one stray word in forty is chance."""

WORTHWHILE = 300
"""Thousandths of likeness from which a pair may become a link in place, a piece or a part."""

ENOUGH = 4
"""Words that a text must have at least to be found again within a longer one: fewer stand in many texts."""

MAX_PRODUCT = 40_000_000
"""Words of A times words of B in one comparison of order: 5 MB of bits."""

ADDRESS = (
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?]"
    r"|(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)
"""A link or an address for mail, in a folded text; case does not count."""

Bag: TypeAlias = dict[int, int]
Numbering: TypeAlias = defaultdict[str, int]

# Written without spaces: Thai, Lao, Tibetan, Myanmar, Khmer, kana, Han, emoji.
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
_PUNCTUATION = (
    r"\s!-/:-@\[-`{-~\xa1-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d\u06d4"
    r"\u0964\u0965\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f"
)
# Everything else is a word, so that combining signs stay in it and a line of emoji has words too.
_WORD = re.compile(f"[{_UNSPACED}]+|[^{_PUNCTUATION}{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_ADDRESS = re.compile(ADDRESS)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?=[\s/>])")
_HAS_ADDRESS = re.compile(r"://|www\.|@")


@dataclass(frozen=True, slots=True)
class Bags:
    """Weighted words of the free paragraphs of both sides, by index.

    Attributes:
        a: For each free paragraph of A, the weight of each of its words times its occurrences.
        b: The same for B.
        weight_a: Total of each bag of A.
        weight_b: Total of each bag of B.
    """

    a: Mapping[int, Bag]
    b: Mapping[int, Bag]
    weight_a: Mapping[int, int]
    weight_b: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A free paragraph of A and one of B that share rare words; shares are in thousandths.

    Attributes:
        a: Index on side A.
        b: Index on side B.
        score: Weighted Dice similarity of the two bags.
        of_a: Share of A's words that stand in B.
        of_b: Share of B's words that stand in A.
    """

    a: int
    b: int
    score: int
    of_a: int
    of_b: int


def words_of(folded: str, *, pairs: bool) -> list[str]:
    """Words for counting, not for showing.

    Args:
        folded: What ``fold`` gave.
        pairs: Add pairs of neighbours where words are single characters, which alone say little.

    Returns:
        Runs between white space and punctuation; single characters in scripts without spaces.  An address beside other
        words is one word: links to one site share most of their parts, whatever they are links to.  The names of tags
        are none.
    """
    text = _without_tags(folded.casefold())
    addresses = list(_ADDRESS.finditer(text)) if _HAS_ADDRESS.search(text) else []
    if not addresses or not _WORD.search(_ADDRESS.sub(" ", text)):
        return _words_between(text, pairs=pairs)
    words: list[str] = []
    start = 0
    for address in addresses:
        words += [*_words_between(text[start : address.start()], pairs=pairs), address[0]]
        start = address.end()
    return words + _words_between(text[start:], pairs=pairs)


def _without_tags(text: str) -> str:
    """A text without the names of its tags, which two cells of a table share whatever stands in them."""
    if "</" not in text:
        return text
    bare = _TAG.sub(" ", text)
    return bare if _WORD.search(bare) else text


def _words_between(text: str, *, pairs: bool) -> list[str]:
    runs: list[str] = _WORD.findall(text)
    if text.isascii() or not _IS_UNSPACED.search(text):
        return runs
    words: list[str] = []
    for run in runs:
        if _IS_UNSPACED.match(run):
            words += run
            words += map("".join, pairwise(run)) if pairs else ()
        else:
            words.append(run)
    return words


def is_unspaced(word: str) -> bool:
    """Whether a word is a sign of a script that is written without spaces."""
    return bool(_IS_UNSPACED.match(word))


class WordOrder:
    """Compares free paragraphs word by word in order; each is cut into words at most once."""

    __slots__ = ("_a", "_b", "_numbers", "_pairing")

    def __init__(self, pairing: Pairing) -> None:
        self._pairing = pairing
        self._numbers: Numbering = defaultdict(count().__next__)
        self._a: dict[int, list[int]] = {}
        self._b: dict[int, list[int]] = {}

    def common(self, i: int, j: int) -> int:
        """Share of words common to both in the same order, in thousandths; 1000 beyond the bound of work."""
        words_a, words_b = self._both(i, j)
        if len(words_a) * len(words_b) > MAX_PRODUCT:
            return 1000
        return 2000 * LCSseq.similarity(words_a, words_b) // (len(words_a) + len(words_b))

    def of_shorter(self, i: int, j: int, *, least: int = ENOUGH) -> int:
        """Share of the shorter one's words that stand in the longer in the same order; 0 where they are too few."""
        words_a, words_b = self._both(i, j)
        shorter = min(len(words_a), len(words_b))
        if shorter < least or len(words_a) * len(words_b) > MAX_PRODUCT:
            return 0
        return 1000 * LCSseq.similarity(words_a, words_b) // shorter

    def spaced(self, i: int, j: int) -> bool:
        """Whether both are written with spaces between words, so that a word says more than a sign."""
        return not any(map(_IS_UNSPACED.search, (self._pairing.a.folded(i), self._pairing.b.folded(j))))

    def _both(self, i: int, j: int) -> tuple[list[int], list[int]]:
        return self._words(self._a, i, self._pairing.a), self._words(self._b, j, self._pairing.b)

    def _words(self, known: dict[int, list[int]], index: int, side: Side) -> list[int]:
        if index not in known:
            known[index] = [self._numbers[word] for word in words_of(side.folded(index), pairs=False)]
        return known[index]


def collect(pairing: Pairing) -> Bags:
    """Bags of all free paragraphs; a word that stands in few of them weighs more."""
    numbers: Numbering = defaultdict(count().__next__)
    counts_a = {i: _count(pairing.a.folded(i), numbers) for i in pairing.free_a()}
    counts_b = {j: _count(pairing.b.folded(j), numbers) for j in pairing.free_b()}
    spread: Counter[int] = Counter()
    for bag in (*counts_a.values(), *counts_b.values()):
        spread.update(bag.keys())
    total = len(counts_a) + len(counts_b)
    weights = {word: 1 + (total // number).bit_length() for word, number in spread.items()}
    for bag in (*counts_a.values(), *counts_b.values()):
        for word in bag:
            bag[word] *= weights[word]
    return Bags(counts_a, counts_b, _totals(counts_a), _totals(counts_b))


def _count(folded: str, numbers: Numbering) -> Bag:
    return Counter(map(numbers.__getitem__, words_of(folded, pairs=True)))


def _totals(bags: Mapping[int, Bag]) -> dict[int, int]:
    return {index: sum(bag.values()) for index, bag in bags.items()}


def common_weight(x: Bag, y: Bag) -> int:
    """Weight of the words that stand in both bags."""
    words = x.keys() & y.keys()
    return sum(map(min, map(x.__getitem__, words), map(y.__getitem__, words)))


def dice(common: int, weight_x: int, weight_y: int) -> int:
    """Dice similarity in thousandths."""
    return 2000 * common // (weight_x + weight_y)


def candidates(bags: Bags) -> list[Candidate]:
    """Pairs worth a closer look, in the order of A, then of B."""
    pairs = _nearest(bags.a, bags.b)
    pairs |= {(a, b) for b, a in _nearest(bags.b, bags.a)}
    found = []
    for a, b in sorted(pairs):
        common = common_weight(bags.a[a], bags.b[b])
        weight_a, weight_b = bags.weight_a[a], bags.weight_b[b]
        score = dice(common, weight_a, weight_b)
        of_a, of_b = 1000 * common // weight_a, 1000 * common // weight_b
        if max(score, of_a, of_b) >= WORTHWHILE:
            found.append(Candidate(a, b, score, of_a, of_b))
    return found


def _nearest(queries: Mapping[int, Bag], targets: Mapping[int, Bag]) -> set[tuple[int, int]]:
    """For each query, the targets that share most of its rarest words."""
    postings = _index(targets)
    copies, copies_there = _copies(queries), _copies(targets)
    pairs: set[tuple[int, int]] = set()
    for index, bag in queries.items():
        shared: Counter[int] = Counter()
        looked_up = _rarest(bag, postings)
        for posting in looked_up:
            shared.update(posting)
        least = len(looked_up) // SHARED
        pairs.update((index, target) for target in _best(shared, least, index, copies.get(index, 0), copies_there))
    return pairs


def _copies(bags: Mapping[int, Bag]) -> dict[int, int]:
    """For each paragraph with the words of an earlier one, how many such stand before it."""
    seen: Counter[tuple[int, ...]] = Counter()
    found: dict[int, int] = {}
    for index, bag in bags.items():
        words = tuple(bag)
        if seen[words]:
            found[index] = seen[words]
        seen[words] += 1
    return found


def _best(shared: Mapping[int, int], least: int, index: int, copy: int, copies: Mapping[int, int]) -> list[int]:
    """The targets with most shared words, at least ``least``.

    Of equally good ones that with the same number among its copies comes first, then the nearest, then the first.
    """
    enough = max(least, min(sorted(shared.values(), reverse=True)[:CANDIDATES], default=0))
    ranked = sorted(
        (-number, abs(copies.get(target, 0) - copy), abs(target - index), target)
        for target, number in shared.items()
        if number >= enough
    )
    return [target for *_, target in ranked[:CANDIDATES]]


def _index(bags: Mapping[int, Bag]) -> dict[int, list[int]]:
    postings: dict[int, list[int]] = defaultdict(list)
    for index, bag in bags.items():
        for word in bag:
            postings[word].append(index)
    return {word: posting for word, posting in postings.items() if len(posting) <= COMMON}


def _rarest(bag: Iterable[int], postings: Mapping[int, Sequence[int]]) -> list[Sequence[int]]:
    """Postings of the rarest words of a bag, shortest first, within the bounds."""
    ranked = sorted([(len(postings[word]), word) for word in bag if word in postings])[:RARE_WORDS]
    chosen: list[Sequence[int]] = []
    looked_up = 0
    for size, word in ranked:
        looked_up += size
        if looked_up > LOOKED_UP and chosen:
            break
        chosen.append(postings[word])
    return chosen
