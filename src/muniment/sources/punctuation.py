"""The marks that end a sentence or a clause, in the scripts that have them."""

from __future__ import annotations

from typing import Final

# Latin, Cyrillic, Greek; Arabic, Urdu; Devanagari; Chinese, Japanese, full and half width; Armenian;
# Ethiopic; Myanmar; Khmer; Tibetan.
_SENTENCE: Final = frozenset(".!?…‥‼⁇⁈⁉\u037e؟۔।॥。．！？｡։።፧፨။។៕།")
_CLAUSE: Final = frozenset(";:,\u0387؛،；：，、､՝፣፤፥፦၊")

# What may follow the last mark of a sentence: quotes, the spaces before French ones, brackets and direction
# marks.
_CLOSERS: Final = " \u00a0\u202f\"'”’“‘»«›‹)]}」』）】〉》〕］｝＂＇\u200e\u200f\u061c\u2069\u202c"


def ends_sentence(text: str) -> bool:
    """Whether the last mark is one that ends a sentence, closing quotes and brackets aside."""
    return _last_mark(text) in _SENTENCE


def ends_clause(text: str) -> bool:
    """Whether the last mark ends a sentence or a clause, closing quotes and brackets aside."""
    return _last_mark(text) in _SENTENCE | _CLAUSE


def _last_mark(text: str) -> str:
    last = text[-1:]
    # Most paragraphs end in the mark itself, and need no copy without the closers.
    return text.rstrip(_CLOSERS)[-1:] if last in _CLOSERS else last
