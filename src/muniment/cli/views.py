"""The views of a comparison that are pages: HTML and Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from muniment.cli.moments import change_text
from muniment.cli.side import Side
from muniment.diff import Selection
from muniment.diff.selection import Step
from muniment.diff.views.html import render_html
from muniment.diff.views.markdown import render_markdown
from muniment.diff.views.sheet import Party, Sheet, SheetStep
from muniment.history.moments import Moment


def render(shape: str, a: Side, b: Side, selection: Selection, *, context: int, steps: Sequence[Step] = ()) -> str:
    """Give the page of that shape, ``html`` or ``markdown``, without its last line feed."""
    sheet = Sheet(_party(a), _party(b), selection, tuple(map(_step, steps)))
    page = render_html(sheet, context=context) if shape == "html" else render_markdown(sheet)
    return page.removesuffix("\n")


def _step(step: Step) -> SheetStep:
    moment = Moment.of(step.version)
    return SheetStep(f"v{moment.version}", change_text(moment), moment.logged_at, step.selection)


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
