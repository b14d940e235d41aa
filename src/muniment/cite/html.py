"""HTML with Robust Links 1.0 (https://robustlinks.mementoweb.org/spec/): the long text, its title a link.

The link leads to the source, where that is an address of the web, else to the ``ni:`` name of the record.  Its
``data-versionurl`` is that name, because an archive is a folder and no web site; ``data-versiondate`` is the day on
which the archive says that it logged the version.  ``data-muniment-…`` carry the facts whole.  The title is isolated,
so that words from right to left do not turn what stands around them.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from muniment.cite.citation import Citation
from muniment.cite.fact import INDEX, LOGGED, NI, PARAGRAPH, RECORD, REFERENCE, ROOT, SOURCE, TEXT, Fact, listed
from muniment.cite.hidden import refer_hidden
from muniment.cite.text import format_long
from muniment.cite.textread import mend, read_style
from muniment.cite.weblink import is_web
from muniment.digest import ni_uri

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_ESCAPED = re.compile("[&<>\"']")
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


class _Reader(HTMLParser):
    """Collects the text and our attributes; it builds nothing and fetches nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.facts: list[tuple[str, object, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        """Take the attributes of a tag."""
        self.facts += [(_FACTS[name], value, name) for name, value in attrs if name in _FACTS]

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.text.append(data)


def read_html(source: str) -> tuple[Fact, ...]:
    """Read the facts of the attributes, and the text, which is compared as a whole too."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    text = mend("".join(reader.text))
    facts = listed(reader.facts)
    # Without a fact of ours it is any HTML.
    return (*facts, *read_style("long", text), *listed([(TEXT, text, "text")])) if facts else read_style("long", text)
