"""Dates as people type them: read in their true precision, or refused with both readings."""

from __future__ import annotations

import calendar
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.dates import read_date, read_time
from muniment.errors import InputError


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026", "2026"),
        ("2026-03", "2026-03"),
        ("2026-03-03", "2026-03-03"),
        ("2026-3-3", "2026-03-03"),
        ("2026/03/03", "2026-03-03"),
        ("20260303", "2026-03-03"),
        ("3 March 2026", "2026-03-03"),
        (" 3  march\t2026 ", "2026-03-03"),
        ("3rd of March 2026", "2026-03-03"),
        ("3. March 2026", "2026-03-03"),
        ("3-Mar-2026", "2026-03-03"),
        ("March 3, 2026", "2026-03-03"),
        ("Mar 3rd 2026", "2026-03-03"),
        ("Tuesday, 3 March 2026", "2026-03-03"),
        ("Sept. 30, 2026", "2026-09-30"),
        ("March 2026", "2026-03"),
        ("2026 March 3", "2026-03-03"),
        ("13/03/2026", "2026-03-13"),
        ("03/13/2026", "2026-03-13"),
        ("13.3.2026", "2026-03-13"),
        ("2026-03-03T23:30:00-05:00", "2026-03-03"),
        ("2026-03-03 23:30", "2026-03-03"),
    ],
)
def test_dates(typed: str, said: str) -> None:
    """What people type is read, no more exact than it was typed; of a time, the day as it was written."""
    assert read_date(typed) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-03-03T14:05:00+00:00", "2026-03-03T14:05:00Z"),
        ("2026-03-03T14:05:00Z", "2026-03-03T14:05:00Z"),
        ("2026-03-03t14:05:00.25z", "2026-03-03T14:05:00Z"),
        ("2026-03-03 14:05 UTC", "2026-03-03T14:05:00Z"),
        ("2026-03-03T23:30:00-05:00", "2026-03-04T04:30:00Z"),
        ("2026-01-01T02:00:00+0530", "2025-12-31T20:30:00Z"),
        ("3 March 2026", "2026-03-03"),
        ("2026", "2026"),
    ],
)
def test_times(typed: str, said: str) -> None:
    """A time with its distance from UTC becomes UTC, to the second; a date stays a date."""
    assert read_time(typed) == said


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("03/04/2026", "2026-04-03 or 2026-03-04"),
        ("5.1.2022", "2022-01-05 or 2022-05-01"),
        ("03/03/2026", "2026-03-03"),
    ],
)
def test_ambiguous(typed: str, readings: str) -> None:
    """Where day and month could be exchanged, both readings are named, and none is chosen."""
    with pytest.raises(InputError, match="ambiguous") as caught:
        read_date(typed, where="--issued")
    assert (caught.value.where, caught.value.expected) == ("--issued", readings)


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("31/02/2026", "no such day"),
        ("30 February 2026", "no such day"),
        ("2026-13", "no such day"),
        ("0000", "no such day"),
        ("45/45/2026", "no such day"),
        ("5/1/22", "four digits"),
        ("yesterday", "not a date"),
        ("", "not a date"),
        ("m 2026", "not a date"),
        ("2026-03-03T25:00:00Z", "no such time"),
        ("0001-01-01T00:00:00+05:00", "no such time"),
        ("2026-03-03 14:05", "how far from UTC"),
    ],
)
def test_refused(typed: str, what: str) -> None:
    """What is no date, or no day of the calendar, is refused with what is wanted."""
    with pytest.raises(InputError, match=what) as caught:
        read_time(typed)
    assert "2026-03-03" in caught.value.expected


@given(st.dates(min_value=date(1, 1, 1)))
def test_every_day(day: date) -> None:
    """Every day of the calendar is read back from its ISO form and from its name in words."""
    assert read_date(day.isoformat()) == day.isoformat()
    month = calendar.month_name[day.month]
    assert read_date(f"{day.day} {month} {day.year:04}") == day.isoformat()
    assert read_time(f"{month} {day.day}, {day.year:04}") == day.isoformat()


@given(st.text(string.printable, max_size=30))
def test_anything(typed: str) -> None:
    """Whatever is typed is read or refused, and what is read is read again as the same."""
    for read in (read_date, read_time):
        try:
            said = read(typed)
        except InputError:
            continue
        assert read(said) == said
