"""Dates of issue in words: each in its own precision, and one that was inferred in square brackets."""

from __future__ import annotations

from muniment.record import Issued

NO_DATE = "n.d."

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# As Chicago, MLA and the Bluebook shorten them: May, June and July stay whole.
SHORT_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


def date_parts(date: str) -> list[int]:
    """Take ``2022``, ``2022-01`` or ``2022-01-05`` apart; nothing is added."""
    return [int(part) for part in date.split("-")]


def day_first(issued: Issued, months: tuple[str, ...]) -> str:
    """Write ``5 January 2022``, ``January 2022`` or ``2022``; ``n.d.`` where the date is not known."""
    if issued.date is None:
        return NO_DATE
    year, *rest = date_parts(issued.date)
    return _bracketed(issued, [*map(str, rest[1:]), *(months[month - 1] for month in rest[:1]), f"{year:04}"])


def month_first(issued: Issued, months: tuple[str, ...]) -> str:
    """Write ``January 5, 2022``, ``January 2022`` or ``2022``, as in the United States."""
    if issued.date is None:
        return NO_DATE
    year, *rest = date_parts(issued.date)
    days = [f"{day}," for day in rest[1:]]
    return _bracketed(issued, [*(months[month - 1] for month in rest[:1]), *days, f"{year:04}"])


def year_first(issued: Issued) -> str:
    """Write ``2022, January 5``, ``2022, January`` or ``2022``, as APA does."""
    if issued.date is None:
        return NO_DATE
    year, *rest = date_parts(issued.date)
    words = " ".join([*(MONTHS[month - 1] for month in rest[:1]), *map(str, rest[1:])])
    return _bracketed(issued, [f"{year:04}, {words}" if words else f"{year:04}"])


def _bracketed(issued: Issued, words: list[str]) -> str:
    text = " ".join(words)
    return text if issued.basis == "stated" else f"[{text}]"
