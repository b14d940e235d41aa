"""HTML with Robust Links 1.0 (https://robustlinks.mementoweb.org/spec/): the long text, its title a link.

The link leads to the page of the version on the archive's web site, where it has one; else to the source, where that is
an address of the web, else to the ``ni:`` name of the record.  Its ``data-versionurl`` is that page, else that name,
because an archive is a folder and need have no web site; ``data-versiondate`` is the day on
which the archive says that it logged the version.  ``data-muniment-…`` carry the facts whole.  The title is isolated,
so that words from right to left do not turn what stands around them.
"""

from __future__ import annotations

import re
from html import unescape

from muniment.cite.citation import Citation
from muniment.cite.facts import (
    ADDRESS,
    EXTRA,
    INDEX,
    LINK,
    LOGGED,
    NI,
    PARAGRAPH,
    RECORD,
    REFERENCE,
    ROOT,
    SOURCE,
    TEXT,
    Fact,
    is_web,
    listed,
)
from muniment.cite.prose import mend, read_style
from muniment.cite.quoting import nested
from muniment.cite.styles import format_long
from muniment.digest import ni_uri
from muniment.display import refer_hidden
from muniment.errors import InputError

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_ESCAPED = re.compile("[&<>\"']")
_VALUE = r"""=(?:"(?P<double>[^"<>]*)"|'(?P<single>[^'<>]*)')"""
_ATTRIBUTE = re.compile(rf"[ \t\r\n](?P<name>[A-Za-z0-9-]+){_VALUE}")
_PAIRS = r"""(?:[ \t\r\n]+[A-Za-z0-9-]+=(?:"[^"<>]*"|'[^'<>]*'))*"""
_TAG = re.compile(rf"<(?P<end>/?)(?P<name>[A-Za-z]+)(?P<attributes>{_PAIRS})[ \t\r\n]*/?>")
# In an attribute a reference without its semicolon means one thing or another (WHATWG HTML, section 13.2.5.73).
_BARE_SIGN = re.compile("&(?!(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_PRINTED = {
    **dict.fromkeys(("a", "cite", "bdi", "span", "em", "i", "b"), ""),
    **dict.fromkeys(("p", "div", "li", "br"), " "),
    "q": '"',
}
"""The elements that may stand there, and what a browser prints at their beginning and end, about."""
_FACTS = {
    "data-muniment-sha256": RECORD,
    "data-muniment-reference": REFERENCE,
    "data-muniment-index": INDEX,
    "data-muniment-root": ROOT,
    "data-muniment-paragraph": PARAGRAPH,
    "data-originalurl": SOURCE,
    "data-versionurl": NI,
    "data-versiondate": LOGGED,
    "href": LINK,
    "lang": EXTRA,
}


def format_html(citation: Citation) -> str:
    """Write one paragraph on one line, with a final line feed; its text is that of the long style."""
    title = f"“{nested(citation.title)}”"
    issuer = f"{citation.issuer}, " if citation.issuer else ""
    rest = format_long(citation).removeprefix(f"{issuer}{title}")
    language = None if citation.language == "und" else citation.language
    facts = {
        "data-muniment-sha256": citation.sha256,
        "data-muniment-reference": citation.reference,
        "data-muniment-index": str(citation.index),
        "data-muniment-root": citation.root,
        "data-muniment-paragraph": citation.paragraph,
    }
    named = f"“<cite>{_tag('bdi', lang=language)}{_text(nested(citation.title))}</bdi></cite>”"
    return f"{_tag('p', **facts)}{_text(issuer)}{_tag('a', **_link(citation))}{named}</a>{_text(rest)}</p>\n"


def _link(citation: Citation) -> dict[str, str | None]:
    ni = ni_uri(citation.sha256)
    source = citation.source if citation.source and is_web(citation.source) else None
    return {
        "href": citation.address or source or ni,
        "data-originalurl": source,
        "data-versionurl": citation.address or ni,
        "data-versiondate": citation.logged_at[:10],
    }


def _tag(name: str, **attributes: str | None) -> str:
    pairs = "".join(f' {key}="{_text(value)}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{pairs}>"


def _text(value: str) -> str:
    """Escape text, for a place between tags or in a quoted attribute."""
    return refer_hidden(_ESCAPED.sub(lambda match: _ESCAPES[match[0]], value))


def _read(source: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Give the text as a browser prints it, and the attributes; nothing is built, and nothing fetched.

    Raises:
        InputError: There is markup that our own citations and what holds them on a page have not.
    """
    text: list[str] = []
    facts: list[tuple[str, str, str]] = []
    at = 0
    while (start := source.find("<", at)) >= 0:
        text.append(unescape(source[at:start]))
        tag = _TAG.match(source, start)
        if tag is None or tag["name"].lower() not in _PRINTED:
            raise _strange(source[start : start + 40])
        name = tag["name"].lower()
        if not tag["end"]:
            facts += [_attribute(name, match) for match in _ATTRIBUTE.finditer(tag["attributes"])]
        text.append(_PRINTED[name])
        at = tag.end()
    text.append(unescape(source[at:]))
    return "".join(text), facts


def _attribute(element: str, match: re.Match[str]) -> tuple[str, str, str]:
    name, value = match["name"].lower(), match["double"] if match["double"] is not None else match["single"]
    if name not in _FACTS or (name == "href" and element != "a") or _BARE_SIGN.search(value):
        raise _strange(f"<{element} {match[0].strip()}"[:80])
    fact = ADDRESS if name == "data-versionurl" and is_web(value) else _FACTS[name]
    return fact, unescape(value), name


def _strange(found: str) -> InputError:
    return InputError(
        "not a citation in the form written here",
        where="HTML",
        expected=f"no elements but {', '.join(_PRINTED)}, with the attributes that a citation has",
        found=found,
        hint="a browser may print something else than what is checked: give the paragraph of the citation alone",
    )


def read_html(source: str) -> tuple[Fact, ...]:
    """Read the facts of the attributes, and the text, which is compared as a whole too.

    Raises:
        InputError: There is markup in which a browser could show other words than these.
    """
    words, pairs = _read(source)
    text, facts = mend(words), listed(pairs)
    # Without a fact of ours it is any HTML.
    stated = any(fact.name not in {LINK, EXTRA} for fact in facts)
    return (*facts, *read_style("long", text), *listed([(TEXT, text, "text")])) if stated else read_style("long", text)
