"""The views of a comparison that are pages: HTML and Markdown."""

from __future__ import annotations

from muniment.cli.side import Side
from muniment.diff import Selection
from muniment.diff.html_view import render_html
from muniment.diff.markdown_view import render_markdown
from muniment.diff.sheet import Party, Sheet


def render(shape: str, a: Side, b: Side, selection: Selection, *, context: int) -> str:
    """Give the page of that shape, ``html`` or ``markdown``, without its last line feed."""
    sheet = Sheet(_party(a), _party(b), selection)
    page = render_html(sheet, context=context) if shape == "html" else render_markdown(sheet)
    return page.removesuffix("\n")


def _party(side: Side) -> Party:
    if side.version is None:
        return Party(side.name, side.paragraphs, side.original)
    statement, description = side.version.statement, side.version.record.description
    return Party(
        side.name,
        side.paragraphs,
        side.original,
        None if description.language == "und" else description.language,
        statement.name,
        statement.record,
        description.title,
        statement.logged_at,
    )
