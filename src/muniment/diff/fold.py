"""Layers of equality: raw, raw without its label, folded, alike.

The raw text alone decides whether a paragraph is equal.  The folded text says whether a change is one that a reader
cannot hear: composed or decomposed letters, soft hyphens, zero-width and bidi marks, no-break spaces, the style of
quotes and dashes, kashida, runs of white space.  Such a change is shown all the same, under the class ``typographic``.
"""

from __future__ import annotations

import re
import unicodedata

# NFKC would turn these into plain letters, or into digits that join those beside them (UAX #15, "Compatibility
# Composites"), and 10² is not 102, 10㉑ not 1021: a change of substance must never be called typographic.  They are all
# superscripts, subscripts, fractions and circled signs, and all else but digits that becomes a text with a digit in it.
_MEANINGFUL = re.compile(
    "([\xaa\xb2\xb3\xb9\xba\xbc-\xbe\u02b0-\u02b8\u02e0-\u02e4\u10fc\u1d2c-\u1d6a\u1d78\u1d9b-\u1dbf\u2070-\u209c\u2120\u2122"
    "\u2150-\u215f\u2189\u2460-\u24ff\u2c7c\u2c7d\u2d6f\u3192-\u319f\u3244-\u3247\u3251-\u327e\u3280-\u32cb\u32d0-\u32fe"
    "\u3358-\u3370\u3378\u3379\u339f-\u33a6\u33a8\u33af\u33e0-\u33fe\ua69c\ua69d\ua770\ua7f1-\ua7f4\ua7f8\ua7f9\uab5c-\uab5f"
    "\uab69\U00010780-\U000107ba\U0001e030-\U0001e06d\U0001f100-\U0001f10a\U0001f12b-\U0001f12e\U0001f16a-\U0001f16c"
    "\U0001f250\U0001f251]+)"
)

# Kashida (U+0640) only stretches the letter before it; beside digits it may be a dash, and stays.
_KASHIDA = re.compile(
    "(?<=[\u0620-\u065f\u066e-\u06ef\u06fa-\u06ff\u0700-\u077f\u08a0-\u08ff])\u0640+(?![0-9\u0660-\u0669\u06f0-\u06f9])"
)

# Written without spaces, so that a line break between them is nothing that is read: Thai, Lao, Tibetan, Myanmar, Khmer,
# kana, Han, with their marks and full-width signs.
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3001-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff9f"
    "\U00020000-\U0003ffff"
)
_BESIDE_UNSPACED = re.compile(rf"(?<=[{_UNSPACED}])\s+|(?<!\s)\s++(?=[{_UNSPACED}])")
_LINE_BREAK = re.compile("[\n\v\f\r\x85\u2028\u2029]")

# Overrides (UAX #9, 2.2) print a number backwards.  An embedding or isolate from right to left does as much to several
# numbers, unless the letters inside run that way in any case.
_OVERRIDE = re.compile("[\u202d\u202e]")
_TURNED = re.compile("[\u202b\u2067]([^\u202c\u2069]*)")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u05d0-\u07ff\u0800-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

_INVISIBLE = (
    0x00AD,  # soft hyphen
    0x034F,  # combining grapheme joiner
    0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A),  # bidi marks
    0x180E, 0x200B, 0x200C, 0x200D, *range(0x2060, 0x2065), 0xFEFF,  # zero-width
    *range(0xFE00, 0xFE10),  # variation selectors
)  # fmt: skip
INVISIBLE = re.compile("[" + "".join(map(chr, _INVISIBLE)) + "]")
"""What prints nothing by itself."""

_SINGLE_QUOTES = "\u05f3\u2018\u2019\u201a\u201b\u2039\u203a\u02bc\u02bb\u2032\uff07`"
_DOUBLE_QUOTES = "\u05f4\u201c\u201d\u201e\u201f\xab\xbb\u2033\u2e42\u300c\u300d\u300e\u300f\u301d\u301e\u301f\uff02"
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
        if "\u0640" in text:
            text = _KASHIDA.sub("", text)
    return _fold_signs(text)


def _fold_signs(text: str) -> str:
    return _FOLDABLE.sub(lambda match: _FOLDED[match[0]], text)


def fold_unspaced(text: str) -> str:
    """The folded text without any white space: what stays the same when a paragraph is only cut or joined."""
    return fold(text).replace(" ", "")


def unbroken(folded: str) -> str:
    """A folded text without spaces beside scripts that have none: the same however its lines were wrapped."""
    return folded if folded.isascii() else _BESIDE_UNSPACED.sub("", folded)


def without_breaks(text: str) -> str:
    """A text without the line breaks that are nothing in its script, nor the white space around them."""
    if text.isascii() or not _LINE_BREAK.search(text):
        return text
    return _BESIDE_UNSPACED.sub(lambda white: "" if _LINE_BREAK.search(white[0]) else white[0], text)


def alike(a: str, b: str) -> bool:
    """Whether two texts differ, if at all, only in typography: read aloud and seen, they say the same.

    More than ``fold`` this knows that a line break in a script without spaces is nothing, and that what turns the
    order of numbers is more than typography.
    """
    if a == b:
        return True
    if _turns(a) or _turns(b):
        signs = [_TURNING.split(text) for text in (a, b)]
        same_turns = _TURNING.findall(a) == _TURNING.findall(b)
        return same_turns and all(map(alike, *signs)) if len(signs[0]) == len(signs[1]) else False
    if fold(a) == fold(b):
        return True
    return bool(_LINE_BREAK.search(a) or _LINE_BREAK.search(b)) and _same_but_breaks(_with_breaks(a), _with_breaks(b))


def _turns(text: str) -> bool:
    """Whether something in a text turns the order of its numbers."""
    if text.isascii():
        return False
    if _OVERRIDE.search(text):
        return True
    return any(not _RIGHT_TO_LEFT.search(inside) for inside in _TURNED.findall(text))


def _with_breaks(text: str) -> str:
    """The folded text, with line feeds where a line break stands beside a script without spaces."""
    kept = _BESIDE_UNSPACED.sub(_line_feed, fold_characters(text).strip())
    return "\n".join(" ".join(line.split()) for line in kept.split("\0"))


def _line_feed(white: re.Match[str]) -> str:
    return "\0" if _LINE_BREAK.search(white[0]) else " "


def _same_but_breaks(a: str, b: str) -> bool:
    """Whether two texts are the same when a line feed may stand for a space, or for nothing."""
    if a.replace("\n", "").replace(" ", "") != b.replace("\n", "").replace(" ", ""):
        return False
    i = j = 0
    while i < len(a) or j < len(b):
        x, y = a[i : i + 1], b[j : j + 1]
        if x == y or (x == "\n" and y == " ") or (x == " " and y == "\n"):
            i, j = i + 1, j + 1
        elif x == "\n":
            i += 1
        elif y == "\n":
            j += 1
        else:
            return False
    return True
