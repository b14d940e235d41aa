"""A preview as a page that stands alone: what would be taken, and greyed what would be left out.

Every byte of the file is text in it, escaped by construction; nothing is fetched and nothing runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniment.display import cells_apart, plain, plain_lines
from muniment.markup import Markup, document, element
from muniment.record import Paragraph
from muniment.sources import Extraction

_STYLE = """
body { margin: 2rem auto; max-width: 44rem; padding: 0 1rem; font: 1rem/1.5 Georgia, serif }
header { border-bottom: 1px solid; margin-bottom: 1.5rem; font: .9rem/1.5 system-ui, sans-serif }
p, h2 { white-space: pre-wrap; overflow-wrap: anywhere }
h2 { font-size: 1.1rem }
.id { color: #666; font: .75rem/1 ui-monospace, monospace; margin-right: .6em }
.out { opacity: .5; border-left: 3px solid; padding-left: .8rem; font-size: .85rem }
.out::before { content: "left out: "; font: .75rem/1 system-ui, sans-serif }
"""


def preview_html(name: str, head: list[str], extraction: Extraction, *, lang: str = "en") -> str:
    """Make the page.

    Args:
        name: Of the file.
        head: Lines that say what would be taken.
        extraction: What was read, with its outline where there is one.
        lang: Language of the text.

    Returns:
        The page; write it as UTF-8.
    """
    lines = [element("p", plain(line)) for line in head]
    body = element("main", *_parts(extraction), lang=lang)
    title = f"Preview: {plain(name)}"
    return document(title, _STYLE, element("header", element("h1", title), *lines), body)


def _parts(extraction: Extraction) -> Iterator[Markup]:
    paragraphs = iter(extraction.paragraphs)
    if not extraction.outline:
        yield from map(_taken, paragraphs)
    for part in extraction.outline:
        yield (
            _taken(next(paragraphs))
            if part.taken
            else element("p", plain_lines(cells_apart(part.text)), class_="out", dir="auto")
        )


def _taken(paragraph: Paragraph) -> Markup:
    name = element("span", paragraph.id, class_="id")
    label = f"{plain(paragraph.label)} " if paragraph.label else ""
    tag = "h2" if paragraph.kind == "heading" else "p"
    text = cells_apart(paragraph.text) if paragraph.kind == "table-row" else paragraph.text
    return element(tag, name, label, plain_lines(text), dir="auto")
