"""What stands around a citation on a page: numbers of notes, bullets, brackets, *see*, and sentences.

None of it is part of the citation, and none of it is ever verified.
"""

from __future__ import annotations

APART, ISSUER, JOINED = "apart", "issuer", "joined"

# Signals, and words before one (Bluebook rule 1.2), in some languages.
_SIGNALS = frozenset(
    (
        *("see", "also", "cf", "compare", "accord", "generally", "eg", "but", "contra", "quoted", "quoting", "cited"),
        *("citing", "source", "sources", "footnote", "note", "notes", "fn", "n", "ref", "refs", "reference"),
        *("references", "citation", "cite", "siehe", "vgl", "vergleiche", "quelle", "voir", "fuente", "véase", "vid"),
    )
)
# Words that begin or end a clause which leads to a citation.
_CLAUSES = frozenset({"as", "according", "at", "from", "in", "per", "stated", "to"})
_ROMAN = frozenset("ivxlc")
_SIGNS = "\"'()[]{}<>.,;:*^_-–—•·▪●‣◦†‡§¶“”„«»‹›‘’!?#|/\\"
_ENDS = (".", ":", ";", "!", "?", "…", ")", "]", "}", "—", "–", "。", "：")
_COMMAS = ("long", "short", "chicago-note", "bluebook")
_UNQUOTED = ("apa", "bluebook")
_LONGEST_NAME = 300
_LONGEST_NUMBER = 3


def without_lead(text: str) -> str:
    """Take off at the beginning what only leads to a citation: ``12.``, ``•``, ``See also``."""
    words = text.split()
    first = next((place for place, word in enumerate(words) if not _leads(word) or _bare(word) in _CLAUSES), len(words))
    return " ".join(words[first:])


def only_leads(text: str) -> bool:
    """Whether a text does nothing but lead to a citation."""
    return all(map(_leads, text.split()))


def _leads(word: str) -> bool:
    bare = _bare(word)
    return not bare or bare in _SIGNALS | _CLAUSES or _numbers(word)


def _numbers(word: str) -> bool:
    """Whether a word is a number, the letter of a list, or a small number of the Romans; no initial of a name."""
    bare = _bare(word)
    listed = word.endswith((".", ")")) and word.islower()
    return bare.isdigit() or (listed and (len(bare) == 1 or (len(bare) <= 5 and _ROMAN.issuperset(bare))))


def _bare(word: str) -> str:
    return word.strip(_SIGNS).casefold().replace(".", "")


def has_words(text: str) -> bool:
    """Whether what stands around says more than a number does."""
    return any(any(map(str.isalpha, word)) and not _numbers(word) for word in text.split())


def says_something(text: str) -> bool:
    """Whether what stands around a bare hash says more than the number of a note does."""
    return any(
        any(map(str.isalpha, word)) or len(_bare(word)) > _LONGEST_NUMBER for word in text.split() if _bare(word)
    )


def judge_before(text: str, form: str, *, issuer: bool) -> str:
    """Judge how the words before a citation belong to it.

    Args:
        text: The text before it.
        form: The style of the citation.
        issuer: Whether the citation begins with an issuer, as the version has one.

    Returns:
        ``APART`` where they are no part of it, ``ISSUER`` where they name one that the version does not have,
        ``JOINED`` where they can be read as the beginning of what it says.
    """
    words = text.split()
    last = next((place for place in range(len(words), 0, -1) if not _leads(words[place - 1])), 0)
    rest = " ".join(words[:last])
    if not has_words(rest):
        return APART
    if not issuer and last == len(words) and _names_issuer(rest, form):
        return ISSUER
    if last < len(words) or rest.rstrip("\"'“”«»").endswith(_ENDS):
        return APART
    return JOINED if issuer or form in _UNQUOTED or rest.endswith(",") else APART


def _names_issuer(text: str, form: str) -> bool:
    """Whether a text has the place and the form of an issuer: before the title, with the sign of the style behind."""
    name = without_lead(text)
    end = "," if form in _COMMAS else "."
    inside = name.removesuffix(end)
    prose = any(f"{sign} " in inside for sign in (";:!?" if end == "," else ";:!?."))
    return name.endswith(end) and len(name) <= _LONGEST_NAME and not prose and _bare(name.split()[0]) not in _CLAUSES
