"""Numbers, dates and addresses change as wholes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff.words import refine
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

WHOLES = {
    "decimal": ("1,200.50", "1,300.50"),
    "ISO date": ("2024-05-12", "2024-06-12"),
    "time": ("10:30", "10:45"),
    "time stamp": ("2024-05-12T10:30:00Z", "2024-05-12T10:45:00Z"),
    "slashes": ("12/5/2024", "12/6/2024"),
    "no-break space": ("12\u202f500", "12\u202f600"),
    "telephone": ("+49-30-1234", "+49-30-1235"),
    "range": ("10–15", "10–20"),
    "Arabic digits": ("٢٠٢٤/٥/١٢", "٢٠٢٤/٦/١٢"),
    "month first": ("September 26, 2023", "September 12, 2023"),
    "day first": ("26 September 2023", "26 October 2023"),
    "German": ("12. Januar 2024", "3. Januar 2024"),
    "Spanish": ("12 de mayo de 2024", "12 de junio de 2024"),
    "Russian": ("26 сентября 2023", "26 октября 2023"),
    "Chinese": ("2024年5月12日", "2024年6月12日"),
    "Korean": ("2024년 5월 12일", "2024년 6월 12일"),
    "link": ("https://example.org/a/b?c=1", "https://example.org/a/d?c=1"),
    "host": ("www.example.org/press", "www.example.org/news"),
    "mail": ("press@harbour.example.org", "media@harbour.example.org"),
}


@pytest.mark.parametrize(("old", "new"), WHOLES.values(), ids=WHOLES)
def test_a_whole(side: Side, old: str, new: str) -> None:
    """It is struck out and set anew, all of it and nothing else."""
    frame = "The port of the old town says {} in its letter to all of the masters."
    found = refine(side(frame.format(old)), side(frame.format(new))).segments
    assert [(s.tag, s.text) for s in found if s.tag != "="] == [("-", old), ("+", new)]


@pytest.mark.parametrize(("old", "new"), WHOLES.values(), ids=WHOLES)
def test_a_whole_beside_another_change(side: Side, old: str, new: str) -> None:
    """What did not change in it stays, though its neighbours changed."""
    frame = "The port of the old town {} as of {} in its letter to all of the masters."
    found = refine(side(frame.format("says", old)), side(frame.format("writes", old))).segments
    assert [(s.tag, s.text) for s in found if s.tag != "="] == [("-", "says"), ("+", "writes")]
    assert new != old


def test_wholes_that_overlap(side: Side) -> None:
    """A whole that only one side has takes in what it touches, and both texts can be rebuilt."""
    a, b = side("see 1/2/3/4 of www.example.org/1/2 now"), side("see 1/2 3/4 of www.example.org/1 2 now")
    found = refine(a, b).segments
    assert "".join(s.text for s in found if s.tag != "+") == a[0].text
    assert "".join(s.text for s in found if s.tag != "-") == b[0].text


def test_a_date_wrapped_anew_is_no_change(side: Side) -> None:
    """The line break inside a date is white space like any other."""
    found = refine(side("old: on September\n26, 2023 it closed"), side("new: on September 26, 2023 it closed")).segments
    assert [(s.tag, s.text) for s in found if s.tag != "="] == [("-", "old"), ("+", "new"), ("-", "\n"), ("+", " ")]
