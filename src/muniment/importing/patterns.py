"""Patterns of paths and addresses, and what is made of the parts that they name.

``notices/{harbour}/{name}.md`` matches a path and names two parts of it; ``{harbour}-{name}`` makes a text of them.  A
part is as long as it can be within one folder; ``{rest:path}`` goes over folders.  ``*``, ``?`` and ``**`` match and
name nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import regex

from muniment.errors import InputError
from muniment.reference import check_release_id

PATIENCE = 2.0
"""Seconds for one path: paths are chosen by strangers, and a pattern with many parts can be split in very many ways."""
_TOKEN = re.compile(r"\{([a-z][a-z0-9_]{0,30})(:path)?\}|(\*\*/?)|(\*)|(\?)|([^{}*?]+)")
_FIELD = re.compile(r"\{([^{}]*)\}")
_LONGEST = 400
ALWAYS = ("path", "folder", "name", "stem", "suffix")
"""The parts that every path has."""


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A pattern that paths match.

    Attributes:
        text: As it was given.
        rule: The same, compiled.
    """

    text: str
    rule: regex.Pattern[str]

    def matches(self, path: str) -> bool:
        """Whether a path matches.

        Raises:
            InputError: It could not be told in time.
        """
        return match_path(self.rule, path) is not None

    def parts(self, path: str) -> dict[str, str] | None:
        """Give the parts of a path by name; None where it does not match.

        Raises:
            InputError: It could not be told in time.
        """
        found = match_path(self.rule, path)
        return None if found is None else {**parts_of(path), **found.groupdict()}


def match_path(rule: regex.Pattern[str], path: str) -> regex.Match[str] | None:
    """Match a whole path.

    Raises:
        InputError: It could not be told in time.
    """
    try:
        return rule.fullmatch(path, timeout=PATIENCE)
    except TimeoutError as error:
        what = "the pattern can be read in too many ways on this path"
        raise InputError(what, where=path[:200], hint="put text between its parts, or take fewer of them") from error


def parse_pattern(text: str, *, where: str) -> PathPattern:
    """Read a pattern.

    Raises:
        InputError: It is empty, too long, or has a brace that is no part.
    """
    if not text or len(text) > _LONGEST:
        raise InputError("not a pattern", where=where, expected=f"1 to {_LONGEST} characters")
    rule, at, names = [], 0, set()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise InputError(
                "not a pattern", where=where, expected="{name}, {name:path}, *, ** or ?", found=repr(text[at : at + 40])
            )
        name, wide, many, star, one, plain = token.groups()
        if name:
            if name in names or name in ALWAYS:
                raise InputError(
                    f"{{{name}}} cannot be a part here", where=where, hint="give each part a name of its own"
                )
            names.add(name)
            rule.append(f"(?P<{name}>{'.+' if wide else '[^/]+'})")
        elif many:
            rule.append("(?:.*/)?" if many.endswith("/") else ".*")
        else:
            rule.append("[^/]*" if star else "[^/]" if one else re.escape(plain))
        at = token.end()
    return PathPattern(text, regex.compile("".join(rule), regex.DOTALL))


def parts_of(path: str) -> dict[str, str]:
    """The parts that every path has: ``path``, ``folder``, ``name``, ``stem`` and ``suffix``."""
    pure = PurePosixPath(path)
    folder = "" if str(pure.parent) == "." else str(pure.parent)
    return {"path": path, "folder": folder, "name": pure.name, "stem": pure.stem, "suffix": pure.suffix.lstrip(".")}


@dataclass(frozen=True, slots=True)
class Template:
    """A text with names of parts in braces."""

    text: str

    def names(self) -> tuple[str, ...]:
        """The parts that it takes."""
        return tuple(_FIELD.findall(self.text))

    def fill(self, parts: Mapping[str, str]) -> str:
        """Put the parts in."""
        return _FIELD.sub(lambda found: parts[found.group(1)], self.text)


def parse_template(text: str, known: frozenset[str], *, where: str) -> Template:
    """Read a template.

    Args:
        text: The template.
        known: The parts that there are besides those of every path.
        where: What errors name.

    Raises:
        InputError: It takes a part that there is not.
    """
    template = Template(text)
    for name in template.names():
        if name not in known and name not in ALWAYS:
            raise InputError(
                f"there is no part {{{name}}}",
                where=where,
                expected=", ".join((*ALWAYS, *sorted(known))),
                found=repr(text),
            )
    return template


def make_release_id(text: str, *, where: str) -> str:
    """Make an id out of any text: small letters and digits without their accents, all else hyphens.

    Raises:
        InputError: Nothing is left of it that could be an id.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    made = re.sub("[^a-z0-9]+", "-", bare.casefold()).strip("-")
    try:
        return check_release_id(made)
    except InputError as error:
        hint = "say in the map file which release this is"
        raise InputError("no release id can be made of this", where=where, found=repr(text[:80]), hint=hint) from error
