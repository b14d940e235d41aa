"""Every member of a citation in a format, so that nothing in one passes unseen.

A member that states a fact gives that fact, in whatever spelling it comes.  One that reference managers add for
themselves is ``EXTRA``: it is told.  Of the others, what speaks of a title, a person, a date and the like gives a fact
that no record has, and so fails; the rest is ``STRANGE``, and the citation cannot be called verified.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from muniment.cite.facts import EXTRA, ISSUER, STRANGE

Pair = tuple[str, object, str]

_TOP = re.compile(r"[.\[]")
_STATES = re.compile(
    "title|author|editor|creator|contributor|translator|director|composer|interviewer|recipient|person|"
    "date|year|month|issued|season|version|edition|publi|organi[sz]ation|institution|genre|abstract|summary|descri|"
    "url|doi|journal|container|event|collection|status|retract|correct|name",
    re.IGNORECASE,
)
_LONGEST_NAME = 80


def leaves(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Give each value in JSON that is no object and no list, as text, with its path; what is empty states nothing."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, f"{where}.{name}" if where else str(name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from leaves(part, f"{where}[{number}]")
    elif isinstance(value, bool):
        yield where, str(value).lower()
    elif value is not None and value != "":
        yield where, str(value)


def all_of(name: str, value: object, where: str) -> Iterator[Pair]:
    """Give everything in a member as the fact of a name: what has another form than that fact contradicts it."""
    for path, text in leaves(value, where):
        yield name, text, path


def others(value: object, where: str, harmless: Collection[str]) -> Iterator[Pair]:
    """Give the contents of a member that states no fact of a record.

    Args:
        value: What the member has.
        where: Its name, or its path.
        harmless: Names or paths of what reference managers add for themselves.
    """
    known = {name.lower() for name in harmless}
    for path, text in leaves(value, where):
        yield _name(path, known), text, path


def _name(path: str, harmless: Collection[str]) -> str:
    if path.lower() in harmless or _TOP.split(path, maxsplit=1)[0].lower() in harmless:
        return EXTRA
    return path[:_LONGEST_NAME] if _STATES.search(path) else STRANGE


def person(value: object, where: str, whole: str, parts: Collection[str], harmless: Collection[str]) -> Iterator[Pair]:
    """Read who issued the statement: one name as a whole, or its parts in the order in which they are printed."""
    if not isinstance(value, Mapping):
        yield from all_of(ISSUER, value, where)
        return
    yield from all_of(ISSUER, value.get(whole), where)
    named = [text for part in parts for _, text in leaves(value.get(part))]
    if named:
        yield ISSUER, " ".join(named), where
    for name, part in value.items():
        if name != whole and name not in parts:
            yield from others(part, f"{where}.{name}", {f"{where}.{other}" for other in harmless})


def people(value: object, where: str, whole: str, parts: Collection[str], harmless: Collection[str]) -> Iterator[Pair]:
    """Read a list of names; the second has a place of its own."""
    for number, one in enumerate(value if isinstance(value, list) else [value]):
        yield from person(one, f"{where}[{number}]" if number else where, whole, parts, harmless)
