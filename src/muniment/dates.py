"""Dates as people write them, to the form of a record: ``2026``, ``2026-03``, ``2026-03-03``, or a time in UTC.

What has two readings is refused, with both; no order of day and month is guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from muniment.errors import InputError

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WANTED = "a date such as 2026-03-03, 2026-03, 2026 or 3 March 2026"
_WANTED_TIME = f"{_WANTED}, or a time such as 2026-03-03T14:05:00Z or 2026-03-03T14:05:00+02:00"

_YEAR = r"(?P<year>[0-9]{4})"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_WORDS = tuple(
    re.compile(_WEEKDAY + form)
    for form in (
        rf"{_DAY}(?:\s+of)?[\s-]*{_MONTH},?[\s-]*{_YEAR}",
        rf"{_MONTH}\s*{_DAY},?\s+{_YEAR}",
        rf"{_MONTH},?\s+{_YEAR}",
        rf"{_YEAR},?[\s-]+{_MONTH}(?:[\s-]+{_DAY})?",
    )
)
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?|([0-9]{4})()([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}")
_TIME = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T|\s+)(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]{1,9})?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)


def read_date(text: str, *, where: str = "") -> str:
    """Read a date, in its true precision; of a time, the day as it is written.

    Raises:
        InputError: It is no date, a day that is in no calendar, or has two readings.
    """
    time = _TIME.fullmatch(_folded(text))
    return _read(text, where, _WANTED) if time is None else _day(time["day"], text, where)


def read_time(text: str, *, where: str = "") -> str:
    """Read a date, or a time of a day with its distance from UTC; the time comes back in UTC, to the second.

    Raises:
        InputError: As ``read_date``; or the time does not say how far from UTC it is.
    """
    found = _TIME.fullmatch(_folded(text))
    if found is None:
        return _read(text, where, _WANTED_TIME)
    day = _day(found["day"], text, where)
    clock = found["clock"] if found["clock"].count(":") == 2 else f"{found['clock']}:00"
    clock = clock.rjust(8, "0")
    zone = (found["zone"] or "").upper()
    if not zone:
        raise InputError(
            "the time does not say how far from UTC it is",
            where=where,
            expected=f"{day}T{clock}Z for UTC, or {day}T{clock}+02:00",
            found=_quoted(text),
        )
    zone = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError("there is no such time", where=where, expected=_WANTED_TIME, found=_quoted(text)) from error
    return f"{moment.replace(tzinfo=None).isoformat()}Z"


def _read(text: str, where: str, wanted: str) -> str:
    folded = _folded(text)
    found = _YEAR_FIRST.fullmatch(folded)
    if found is not None:
        return _day("-".join(part.rjust(2, "0") for part in found.group(1, 3, 4, 5, 7, 8) if part), text, where)
    found = _YEAR_LAST.fullmatch(folded)
    if found is not None:
        return _settle(int(found[1]), int(found[3]), found[4], text, where)
    for form in _WORDS:
        found = form.fullmatch(folded.lower())
        month = _month(found["month"]) if found else 0
        if found and month:
            day = found.groupdict().get("day")
            said = f"{found['year']}-{month:02}" + (f"-{int(day):02}" if day else "")
            return _day(said, text, where)
    if _SHORT_YEAR.fullmatch(folded):
        raise InputError("write the year with four digits", where=where, expected=wanted, found=_quoted(text))
    raise InputError("not a date", where=where, expected=wanted, found=_quoted(text))


def _settle(first: int, second: int, year: str, text: str, where: str) -> str:
    """Read two numbers before a year: where both may be the month, nobody can tell which is."""
    if first > 12 >= second:
        return _day(f"{year}-{second:02}-{first:02}", text, where)
    if second > 12 >= first:
        return _day(f"{year}-{first:02}-{second:02}", text, where)
    if not (1 <= first <= 12 and 1 <= second <= 12):
        raise InputError("there is no such day", where=where, expected=_WANTED, found=_quoted(text))
    one, other = f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"
    raise InputError(
        "this date is ambiguous: it does not say whether the day or the month comes first",
        where=where,
        expected=one if one == other else f"{one} or {other}",
        found=_quoted(text),
    )


def _month(word: str) -> int:
    """Number a month by its English name, whole or shortened to three letters or more; 0 where it is none."""
    word = "sep" if word == "sept" else word
    return next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)


def _day(said: str, text: str, where: str) -> str:
    """Refuse a day that no calendar has."""
    try:
        date.fromisoformat((said + "-01-01")[:10])
    except ValueError as error:
        raise InputError("there is no such day", where=where, expected=_WANTED, found=_quoted(text)) from error
    return said


def _folded(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
