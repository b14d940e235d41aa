"""HTML with Robust Links 1.0 (https://robustlinks.mementoweb.org/spec/): the long text, its title a link.

The link leads to the source, where that is an address of the web, else to the ``ni:`` name of the record.  Its
``data-versionurl`` is that name, because an archive is a folder and no web site; ``data-versiondate`` is the day on
which the archive says that it logged the version.  ``data-muniment-…`` carry the facts whole.  The title is isolated,
so that words from right to left do not turn what stands around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from muniment.cite.citation import Citation
from muniment.cite.facts import (
    INDEX,
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
from muniment.cite.styles import format_long
from muniment.digest import ni_uri
from muniment.display import refer_hidden

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_ESCAPED = re.compile("[&<>\"']")
# What begins a tag, the end of one, a comment, a declaration or an instruction (WHATWG HTML, section 13.2.5.6).
_MARK = re.compile("<(?:!--|(?P<tag>[A-Za-z][^\\s/>]*)|/[A-Za-z]|[!?])")
_QUOTE_OR_END = re.compile("[>\"']")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_REFERENCE = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_FACTS = {
    "data-muniment-sha256": RECORD,
    "data-muniment-reference": REFERENCE,
    "data-muniment-index": INDEX,
    "data-muniment-root": ROOT,
    "data-muniment-paragraph": PARAGRAPH,
    "data-originalurl": SOURCE,
    "data-versionurl": NI,
    "data-versiondate": LOGGED,
}


def format_html(citation: Citation) -> str:
    """Write one paragraph on one line, with a final line feed; its text is that of the long style."""
    title = f"“{citation.title}”"
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
    named = f"“<cite>{_tag('bdi', lang=language)}{_text(citation.title)}</bdi></cite>”"
    return f"{_tag('p', **facts)}{_text(issuer)}{_tag('a', **_link(citation))}{named}</a>{_text(rest)}</p>\n"


def _link(citation: Citation) -> dict[str, str | None]:
    ni = ni_uri(citation.sha256)
    source = citation.source if citation.source and is_web(citation.source) else None
    return {
        "href": source or ni,
        "data-originalurl": source,
        "data-versionurl": ni,
        "data-versiondate": citation.logged_at[:10],
    }


def _tag(name: str, **attributes: str | None) -> str:
    said = "".join(f' {key}="{_text(value)}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{said}>"


def _text(value: str) -> str:
    """Escape text, for a place between tags or in a quoted attribute."""
    return refer_hidden(_ESCAPED.sub(lambda match: _ESCAPES[match[0]], value))


def _read(source: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Give the text and our attributes; nothing is built, and nothing fetched.

    Every character is looked at a few times at most.  A tag, a comment or a script that never ends, ends all.
    """
    text: list[str] = []
    facts: list[tuple[str, str, str]] = []
    lower = source.lower() if len(source.lower()) == len(source) else source
    at = 0
    while (start := source.find("<", at)) >= 0:
        text.append(source[at:start])
        mark = _MARK.match(source, start)
        if mark is None:
            text.append("<")
            at = start + 1
            continue
        end = _end(source, lower, mark)
        if mark.lastgroup == "tag":
            facts += [
                (_FACTS[name], _unescape(value), name)
                for name, value in _attributes(source[mark.end() : end])
                if name in _FACTS
            ]
        at = end
    text.append(source[at:])
    return _unescape("".join(text)), facts


def _end(source: str, lower: str, mark: re.Match[str]) -> int:
    """Find where what a mark begins has its end, with the text that a script or a style holds."""
    if mark[0] == "<!--":
        end = source.find("-->", mark.end())
        return len(source) if end < 0 else end + 3
    at = mark.start() + 1
    while (sign := _QUOTE_OR_END.search(source, at)) is not None:
        if sign[0] == ">":
            break
        at = source.find(sign[0], sign.end()) + 1
        if not at:
            return len(source)
    if sign is None:
        return len(source)
    name = mark["tag"].lower() if mark["tag"] else ""
    if name not in {"script", "style"}:
        return sign.end()
    closing = lower.find(f"</{name}", sign.end())
    return len(source) if closing < 0 else closing


def _attributes(inside: str) -> Iterator[tuple[str, str]]:
    for match in _ATTRIBUTE.finditer(inside):
        yield match[1].lower(), match[2] or match[3] or match[4] or ""


def _unescape(text: str) -> str:
    """Resolve references of characters; numbers longer than any character's are left alone."""
    return _REFERENCE.sub(lambda match: unescape(match[0]), text)


def read_html(source: str) -> tuple[Fact, ...]:
    """Read the facts of the attributes, and the text, which is compared as a whole too."""
    words, found = _read(source)
    text, facts = mend(words), listed(found)
    # Without a fact of ours it is any HTML.
    return (*facts, *read_style("long", text), *listed([(TEXT, text, "text")])) if facts else read_style("long", text)
