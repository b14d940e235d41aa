"""Layers of equality: raw, raw without its label, folded.

The raw text alone decides whether a paragraph is equal.  The folded text says whether a change is one that a reader
cannot hear: composed or decomposed letters, soft hyphens, zero-width and bidi marks, no-break spaces, the style of
quotes and dashes, runs of white space.  Such a change is shown all the same, under the class ``typographic``.
"""

from __future__ import annotations

import re
import unicodedata

# NFKC would turn these into plain digits and letters (UAX #15, "Compatibility Composites"), and 10² is not 102: a
# change of substance must never be called typographic.
_MEANINGFUL = re.compile(
    "([\xaa\xb2\xb3\xb9\xba\xbc-\xbe\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d6a\u1d78\u1d9b-\u1dbf\u2070-\u209c\u2150-\u215f\u2189\u2460-\u24ff]+)"
)

_INVISIBLE = (
    0x00AD,  # soft hyphen
    0x034F,  # combining grapheme joiner
    0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A),  # bidi marks
    0x180E, 0x200B, 0x200C, 0x200D, *range(0x2060, 0x2065), 0xFEFF,  # zero-width
    *range(0xFE00, 0xFE10),  # variation selectors
)  # fmt: skip
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2039\u203a\u02bc\u02bb\u2032\uff07`"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\xab\xbb\u2033\u2e42\u300c\u300d\u300e\u300f\u301d\u301e\u301f\uff02"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d\u058a"

_FOLDED: dict[str, str] = {
    **dict.fromkeys(map(chr, _INVISIBLE), ""),
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_DASHES, "-"),
}
_FOLDABLE = re.compile("[" + re.escape("".join(_FOLDED)) + "]")


def fold(text: str) -> str:
    """The text as it would be read aloud: two texts that fold alike differ only in typography.

    Args:
        text: Any text; need not be normalised.

    Returns:
        The text after NFKC (superscripts, subscripts, fractions and circled signs excepted), without invisible
        characters, with one style of quotes and dashes, and with white space folded to single spaces and stripped.
    """
    return " ".join(fold_characters(text).split())


def fold_characters(text: str) -> str:
    """All of ``fold`` but the white space, which stays in its place."""
    if not text.isascii():
        # Invisible characters go first, so that they do not keep a letter from its accent.
        pieces = _MEANINGFUL.split(_fold_signs(text))
        pieces[::2] = [unicodedata.normalize("NFKC", piece) for piece in pieces[::2]]
        text = "".join(pieces)
    return _fold_signs(text)


def _fold_signs(text: str) -> str:
    return _FOLDABLE.sub(lambda match: _FOLDED[match[0]], text)


def fold_unspaced(text: str) -> str:
    """The folded text without any white space: what stays the same when a paragraph is only cut or joined."""
    return fold(text).replace(" ", "")
