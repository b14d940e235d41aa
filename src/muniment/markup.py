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
from hashlib import sha256
from typing import TypeAlias

VOID = frozenset(("br", "hr", "input", "link", "meta", "wbr"))

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_ESCAPED = re.compile("[&<>\"']")
# Controls, a lone carriage return too, which a parser turns into a line feed; surrogates; noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that may stand in a page as it is."""

    html: str


Child: TypeAlias = Markup | str | None


def text(value: str) -> Markup:
    """Escape a text; it is safe between tags and in a quoted attribute."""
    return Markup(_ESCAPED.sub(lambda match: _ESCAPES[match[0]], _FORBIDDEN.sub("\ufffd", value)))


def join(children: Iterable[Child]) -> Markup:
    """Put parts one after the other; strings are escaped, None is nothing."""
    return Markup("".join([_html(child) for child in children]))


def element(tag: str, /, *children: Child, **attributes: str | bool | None) -> Markup:
    """Make an element.

    Args:
        tag: Its name, a constant of the caller.
        *children: Its content; strings are escaped.  A void element has no content.
        **attributes: By name, with ``_`` for ``-`` and one dropped at the end (``class_``, ``aria_label``); True gives
            an attribute without value, None and False give no attribute.
    """
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    members = "".join(
        f" {key}" if value is True else f' {key}="{text(value).html}"'
        for key, value in pairs
        if value is not None and value is not False
    )
    if tag in VOID:
        return Markup(f"<{tag}{members}>")
    return Markup(f"<{tag}{members}>{join(children).html}</{tag}>")


def data_block(media_type: str, value: object, /, **attributes: str) -> Markup:
    """JSON for programs, in an element that no browser runs (WHATWG HTML, section 4.12.1, data blocks).

    It is ASCII, and holds no character that HTML reads as markup: nothing in it can end the element or the page.

    Args:
        media_type: Not one of JavaScript.
        value: What to write: plain values, lists, and dictionaries.
        **attributes: As for ``element``.
    """
    json_text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        json_text = json_text.replace(character, f"\\u{ord(character):04x}")
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


def _html(child: Child) -> str:
    if child is None:
        return ""
    return child.html if isinstance(child, Markup) else text(child).html
