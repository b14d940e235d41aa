"""The words that the search index is made of, and what is asked of it for a phrase or for words.

Words are runs of letters, marks and digits of the folded text.  In scripts that write no spaces between words each
character is a word, so that a phrase of any length is found in them.  The engine takes the words as they are given:
what is a word is said here and nowhere else, so that it depends on no table of the engine.

What is asked may give too much and never too little.  A phrase may begin and end inside a word, and may run over the
end of paragraphs, past the printed label of the next one or without it.  So each paragraph is indexed three times: its
words, its first words and its last words.  A first word is written ``<word`` and a last one ``word>``, so that an end
is found as fast as a rare word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import regex

from muniment.history.search import fold_for_search
from muniment.record import Paragraph

_ALONE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_WORD = regex.compile(rf"[{_ALONE}]|[[\p{{L}}\p{{M}}\p{{N}}]--[{_ALONE}]]+", regex.V1)
_IS_ALONE = regex.compile(rf"[{_ALONE}]", regex.V1)

EDGE = 4
"""Words of the beginning and of the end of a paragraph that are indexed as such: enough to make one rare."""

LONGEST = 32
"""Words of a phrase that are asked for together; those of a longer one are checked on the record alone."""

START_SIGN, END_SIGN = "<", ">"


def words_of(text: str) -> list[str]:
    """Give the words of a text, folded as a search folds it: without case, accents kept."""
    words: list[str] = _WORD.findall(fold_for_search(text, case_sensitive=False))
    return words


_DIGEST = 16  # bytes; a row is only ever looked for in one release


def digest_of(paragraph: Paragraph) -> bytes:
    """Name the words of a paragraph and its label within a release, whatever its id is."""
    return blake2b(f"{paragraph.label or ''}\0{paragraph.text}".encode(), digest_size=_DIGEST).digest()


@dataclass(frozen=True, slots=True)
class WordRow:
    """A paragraph as it is indexed.

    Attributes:
        words: Its words, without its label.
        start: Its first words, with its label and without it.
        end: Its last words.
    """

    words: str
    start: str
    end: str

    @classmethod
    def of(cls, paragraph: Paragraph) -> WordRow:
        """Make the row of a paragraph."""
        words = words_of(paragraph.text)
        label = words_of(paragraph.label or "")
        starts = [_start(words), *([_start(label + words)] if label else [])]
        return cls(" ".join(words), " ".join(starts), _end(words))


def _start(words: Sequence[str]) -> str:
    if not words:
        return ""
    first = [f"{START_SIGN}{words[0]}", *words[1:EDGE]]
    return " ".join(first) + (END_SIGN if len(words) <= EDGE else "")


def _end(words: Sequence[str]) -> str:
    return f"{' '.join(words[-EDGE:])}{END_SIGN}" if words else ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A phrase that runs over the end of a paragraph: both must be found in one release.

    Attributes:
        end: What the paragraph must end in; None where it may end in anything.
        start: What the next one must begin with.
    """

    end: str | None
    start: str


@dataclass(frozen=True, slots=True)
class PhraseQuery:
    """What to ask the index for a phrase.

    Attributes:
        inside: Expressions of which one must be found where the phrase stands within one paragraph.
        crossings: Where it runs over the end of one.
        part: The only word of the phrase, which may be a part of a word; None where there are more.
        tail: The first of two words, which may be the end of a word; None else.
        rest: The second.
        is_open: Whether that one may be the beginning of a word.
    """

    inside: tuple[str, ...]
    crossings: tuple[Crossing, ...] = ()
    part: str | None = None
    tail: str | None = None
    rest: str = ""
    is_open: bool = False


def query_for(phrase: str, *, exact: bool) -> PhraseQuery | None:
    """Say what to ask for a phrase that is searched as ``find_phrase`` does.

    Args:
        phrase: As it is searched.
        exact: Whether code points must be the same.

    Returns:
        What to ask; None where the index cannot tell: then every release may have the phrase.
    """
    words = words_of(phrase)
    if exact and not phrase.isascii():
        return _open_at_both_ends(phrase.strip(), words)
    if not words:
        return None
    alone = _IS_ALONE.fullmatch(words[0]) is not None
    if len(words) == 1 and not alone:
        return PhraseQuery((), part=words[0])
    whole = words if alone else words[1:]
    is_open = len(whole) <= LONGEST and _is_open(words)
    inside = (phrase_of("words", whole[:LONGEST], open_=is_open), _begins(words))
    crossings = tuple(_crossings(words, first=0 if alone else 1))
    if len(words) == 2 and not alone:
        return PhraseQuery(inside, crossings, tail=words[0], rest=words[1], is_open=is_open)
    return PhraseQuery(inside, crossings)


def _open_at_both_ends(phrase: str, words: Sequence[str]) -> PhraseQuery | None:
    """Say what to ask for code points: what stands beside a phrase may fold together with its ends, so these are open.

    A phrase without a line feed cannot run over the end of a paragraph.
    """
    if "\n" in phrase or len(words) < 3:
        return None
    return PhraseQuery((phrase_of("words", words[1:-1][:LONGEST]), _begins(words[:-1])))


def _is_open(words: Sequence[str]) -> bool:
    """Whether the last word may be the beginning of a longer one."""
    return not _IS_ALONE.fullmatch(words[-1])


def _crossings(words: Sequence[str], *, first: int) -> Iterator[Crossing]:
    """Give a crossing for each place at which the first of the paragraphs may end.

    Args:
        words: Those of the phrase.
        first: Index of the first of them that is whole.
    """
    for at in range(1, len(words)):
        before = words[max(first, at - EDGE) : at]
        end = phrase_of("end", [*before[:-1], f"{before[-1]}{END_SIGN}"]) if before else None
        yield Crossing(end, _begins(words[at:]))


def _begins(words: Sequence[str]) -> str:
    """An expression for paragraphs that begin with words, or are short and consist of the first of them."""
    head = [f"{START_SIGN}{words[0]}", *words[1:EDGE]]
    asked = [phrase_of("start", head, open_=len(words) <= EDGE and _is_open(words))]
    asked += [phrase_of("start", [*head[:last], f"{word}{END_SIGN}"]) for last, word in enumerate(head)]
    return " OR ".join(asked)


def all_of(items: Sequence[Sequence[str]]) -> str:
    """An expression for paragraphs that have all of some phrases, each of whole words."""
    return " AND ".join(phrase_of("words", item[:LONGEST]) for item in items)


def phrase_of(column: str, words: Sequence[str], *, open_: bool = False) -> str:
    """Give the expression for a phrase in a column; its last word may be the beginning of one.  No word has a quote."""
    return f'("{column}" : "{" ".join(words)}"{" *" if open_ else ""})'
