"""HTML that is escaped by construction: text becomes markup only through ``element`` and ``text``.

A page made with it holds no character that HTML forbids (WHATWG HTML, section 13.2.3.5): what a parser would change or
refuse becomes U+FFFD, so callers that show hostile text name such characters first.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final, TypeAlias

VOID = frozenset(("br", "hr", "input", "link", "meta", "wbr"))

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_ESCAPED = re.compile("[&<>\"']")
# Controls, a lone carriage return too, which a parser turns into a line feed; surrogates; noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Ranges by number, not by what a version of Unicode says of them, so that a page stays the same for ever.
_DATA_ESCAPED = re.compile(
    "[<>&\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    + "".join(chr((plane << 16) + last) for plane in range(1, 14) for last in (0xFFFE, 0xFFFF))
    + "\U000e0000-\U0010ffff]"
)

_DATA_MARKS = re.compile("[<>&\x7f]")
"""What of ASCII is escaped in data."""


@dataclass(slots=True, unsafe_hash=True)
class Markup:
    """HTML that may stand in a page as it is.

    Nobody changes one: the types say so, as a frozen class takes twice as long to make, and a page is thousands.
    """

    html: Final[str]


Child: TypeAlias = Markup | str | None


def text(value: str) -> Markup:
    """Escape a text; it is safe between tags and in a quoted attribute."""
    return Markup(_escaped(value))


def join(children: Iterable[Child]) -> Markup:
    """Put parts one after the other; strings are escaped, None is nothing."""
    return Markup("".join([_html(child) for child in children if child is not None]))


def element(tag: str, /, *children: Child, **attributes: str | bool | None) -> Markup:
    """Make an element.

    Args:
        tag: Its name, a constant of the caller.
        *children: Its content; strings are escaped.  A void element has no content.
        **attributes: By name, with ``_`` for ``-`` and one dropped at the end (``class_``, ``aria_label``); True gives
            an attribute without value, None and False give no attribute.
    """
    parts = [f"<{tag}"]
    for key, value in attributes.items():
        if value is True:
            parts.append(f" {_attribute(key)}")
        elif value is not None and value is not False:
            parts.append(f' {_attribute(key)}="{_escaped(value)}"')
    parts.append(">")
    if tag not in VOID:
        # Most of a page is made here, so what ``join`` does stands here once more.
        for child in children:
            if isinstance(child, Markup):
                parts.append(child.html)
            elif child is not None:
                parts.append(_escaped(child))
        parts.append(f"</{tag}>")
    return Markup("".join(parts))


HOLE = "\ue000"
"""What stands in a template where a value goes: as a child, or as the value of an attribute."""


@dataclass(frozen=True, slots=True)
class MarkupTemplate:
    """Markup with open places, made once by ``element`` and filled thousands of times, which costs far less.

    Attributes:
        parts: The markup between the places.
    """

    parts: tuple[str, ...]

    @classmethod
    def of(cls, *made: Child) -> MarkupTemplate:
        """Make it of markup that has ``HOLE`` in each open place; the caller's constants have it nowhere else."""
        return cls(tuple(join(made).html.split(HOLE)))

    def fill(self, *values: Child) -> Markup:
        """Put a value into each place, in order; strings are escaped, None is nothing."""
        parts = [self.parts[0]]
        for value, part in zip(values, self.parts[1:], strict=True):
            if isinstance(value, Markup):
                parts.append(value.html)
            elif value is not None:
                parts.append(_escaped(value))
            parts.append(part)
        return Markup("".join(parts))


@cache
def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def data_block(media_type: str, value: object, /, **attributes: str) -> Markup:
    """JSON for programs, in an element that no browser runs (WHATWG HTML, section 4.12.1, data blocks).

    Letters stand in it as they are.  What HTML reads as markup or refuses, what turns the order of words, and what does
    not show is escaped as JSON has it: nothing in it can end the element or the page, or hide in its source.

    Args:
        media_type: Not one of JavaScript.
        value: What to write: plain values, lists, and dictionaries.
        **attributes: As for ``element``.
    """
    json_text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if not json_text.isascii() or _DATA_MARKS.search(json_text):
        json_text = _DATA_ESCAPED.sub(_escape, json_text)
    start = element("script", type=media_type, **attributes).html.removesuffix("</script>")
    return Markup(f"{start}{json_text}</script>")


def document(
    title: str, style: str, *body: Child, lang: str = "en", head: Iterable[Markup] = (), script: str | None = None
) -> str:
    """A page that stands alone: it fetches nothing, and no style or script but its own applies.

    The content security policy names the one style sheet, and the one script if there is one, by its hash (CSP 3,
    section 2.3.1).

    Args:
        title: Plain text.
        style: The style sheet, a constant of the caller.
        *body: What the page shows.
        lang: Language of the page itself (BCP 47).
        head: More elements of the head.
        script: The script, a constant of the caller, which runs when the body is there.

    Returns:
        The page, which ends in a line feed; write it as UTF-8.
    """
    scripts = "" if script is None else f" script-src {_source(script)};"
    policy = f"default-src 'none';{scripts} style-src {_source(style)}; base-uri 'none'; form-action 'none'"
    parts = (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        *head,
        Markup(f"<style>{style}</style>"),
    )
    lines = "\n".join(part.html for part in parts)
    start = f'<!DOCTYPE html>\n<html lang="{text(lang).html}">\n<head>\n{lines}\n</head>'
    last = () if script is None else (Markup(f"\n<script>{script}</script>\n"),)
    return f"{start}\n{element('body', *body, *last).html}\n</html>\n"


def _source(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"


def _escape(match: re.Match[str]) -> str:
    """A character as JSON escapes it, in two halves of UTF-16 where it needs them."""
    code = ord(match[0])
    units = (code,) if code < 0x10000 else (0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code - 0x10000 & 0x3FF))
    return "".join(f"\\u{unit:04x}" for unit in units)


def _html(child: Markup | str) -> str:
    return child.html if isinstance(child, Markup) else _escaped(child)


def _escaped(value: str) -> str:
    # A page holds thousands of short texts, nearly all of them without a character to look at: what can be printed is
    # neither a control nor a surrogate nor a noncharacter.
    if not value.isprintable():
        value = _FORBIDDEN.sub("\ufffd", value)
    if "&" in value or "<" in value or ">" in value or '"' in value or "'" in value:
        return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], value)
    return value
