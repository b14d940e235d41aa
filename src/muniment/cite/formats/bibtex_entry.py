"""The one entry of a BibTeX file, read to its end as BibTeX and biber read it.

Only what begins with ``@``, a name and a bracket is an entry, wherever it stands in a line: for BibTeX a percent sign
makes no comment.  A second entry, or one that cannot be read to its end, is refused: what a style would print of it is
not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from muniment.errors import InputError

_START = re.compile(r"@\s*([^\s\"#%'(),={}@]+)\s*([{(])")
_AT_LINE = re.compile(rf"(?:^|(?<=\r))[^\S\r\n]*{_START.pattern}", re.MULTILINE)
_KEY = re.compile(r"[^,\s]+(?=\s*,)")
_NAME = re.compile(r"\s*([^\s\"#%'(),={}]+)\s*=\s*")
_BARE = re.compile(r"[^\s,{}()\"#%'=]+")
_BLANK = re.compile(r"\s*")
_CLOSING = {"{": "}", "(": ")"}


@dataclass(frozen=True, slots=True)
class BibtexEntry:
    """An entry.

    Attributes:
        kind: In small letters, ``misc``.
        key: What it is cited by.
        fields: Name in small letters, and source of each field, in their order.
        around: What stands before the entry and after it.
    """

    kind: str
    key: str
    fields: tuple[tuple[str, str], ...]
    around: str


def begins_entry(text: str) -> bool:
    """Whether a line of a text begins with an entry."""
    return _AT_LINE.search(text) is not None


def has_entry(text: str) -> bool:
    """Whether an entry begins anywhere in a text."""
    return _START.search(text) is not None


def parse_entry(text: str) -> BibtexEntry | None:
    """Read the only entry of a text; None where there is none.

    Raises:
        InputError: There are several, or it cannot be read to its end.
    """
    start = _START.search(text)
    if start is None:
        return None
    key = _KEY.match(text, _blank(text, start.end()))
    if key is None:
        raise _unreadable("a key and a comma", text, start.end())
    fields, end = _parse_fields(text, key.end(), _CLOSING[start[2]])
    around = f"{text[: start.start()]}\n{text[end:]}"
    if has_entry(around):
        raise InputError("several citations", expected="one entry", found="two", hint="give them one by one")
    return BibtexEntry(start[1].lower(), key[0], tuple(fields), around)


def _parse_fields(text: str, at: int, closing: str) -> tuple[list[tuple[str, str]], int]:
    """Read the fields behind the key, and give where the entry ends."""
    fields: list[tuple[str, str]] = []
    while True:
        at = _blank(text, at)
        if text[at : at + 1] == closing:
            return fields, at + 1
        if text[at : at + 1] != ",":
            raise _unreadable("a comma, or the end of the entry", text, at)
        at = _blank(text, at + 1)
        if text[at : at + 1] in {closing, ","}:
            continue
        name = _NAME.match(text, at)
        if name is None:
            raise _unreadable("a field", text, at)
        value, at = _parse_value(text, name.end())
        fields.append((name[1].lower(), value))


def _parse_value(text: str, at: int) -> tuple[str, int]:
    """Read one value, whose parts may be joined by ``#``; braces count behind a backslash too."""
    parts = []
    while True:
        part, at = _parse_part(text, at)
        parts.append(part)
        at = _blank(text, at)
        if text[at : at + 1] != "#":
            return "".join(parts), at
        at = _blank(text, at + 1)


def _parse_part(text: str, at: int) -> tuple[str, int]:
    opener = text[at : at + 1]
    if opener not in {"{", '"'}:
        bare = _BARE.match(text, at)
        if bare is None:
            raise _unreadable("a value", text, at)
        return bare[0], bare.end()
    depth = 0
    for end in range(at + 1, len(text)):
        character = text[end]
        if depth == 0 and character == ("}" if opener == "{" else '"'):
            return text[at + 1 : end], end + 1
        depth += (character == "{") - (character == "}")
    raise _unreadable("the end of a value", text, at)


def _blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _unreadable(expected: str, text: str, at: int) -> InputError:
    return InputError(
        "an entry that cannot be read to its end",
        expected=expected,
        found=text[at : at + 40] or "the end of the text",
        hint="cite the version anew as BibLaTeX",
    )
