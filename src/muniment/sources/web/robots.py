"""What a ``robots.txt`` allows (RFC 9309)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes

PRODUCT: Final = "muniment"
"""The name by which a site speaks to us."""
MOST: Final = 500 * 1024
"""Bytes of a ``robots.txt`` that are looked at (section 2.5)."""
_MOST_RULES: Final = 5000
_LONGEST: Final = 2000  # characters of a path
_PLAIN: Final = "!#$&'()*+,/:;=?@[]~-._%"
_NAME: Final = re.compile(r"[A-Za-z_-]*")


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules that hold for one product.

    Attributes:
        rules: Whether it allows, and which paths.
    """

    rules: tuple[tuple[bool, str], ...] = ()

    def allows(self, path: str) -> bool:
        """Whether a path with its query may be asked: by the longest rule that fits, of two the allowing one."""
        if path == "/robots.txt":
            return True
        wanted = _normal(path)
        fitting = [(len(pattern.encode()), allow) for allow, pattern in self.rules if _fits(pattern, wanted)]
        return max(fitting, default=(0, True))[1]


ALL_ALLOWED: Final = RobotsRules()
NONE_ALLOWED: Final = RobotsRules(((False, "/"),))


def parse_robots(data: bytes, product: str = PRODUCT) -> RobotsRules:
    """Read the rules for a product: those of its own groups, else those of all.

    Whatever is no line of the format is skipped, as the format wants it.
    """
    text = data[:MOST].decode("utf-8", errors="replace").removeprefix("\ufeff")
    groups: dict[str, list[tuple[bool, str]]] = {}
    agents: set[str] = set()
    begun = False
    for line in re.split(r"[\r\n]+", text):
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name == "user-agent":
            if begun:
                agents, begun = set(), False
            # Of all others nothing is kept: a file may name as many of them as it has rules.
            if (agent := _product(value)) in {product.lower(), "*"}:
                agents.add(agent)
                groups.setdefault(agent, [])
        elif name in {"allow", "disallow"}:
            begun = True
            if value.startswith(("/", "*")):
                for agent in agents:
                    groups[agent].append((name == "allow", _normal(value[:_LONGEST])))
    chosen = groups.get(product.lower(), groups.get("*", []))
    return RobotsRules(tuple(chosen[:_MOST_RULES]))


def _product(value: str) -> str:
    if value.startswith("*"):
        return "*"
    match = _NAME.match(value)
    return match[0].lower() if match else ""


def _normal(path: str) -> str:
    """Write a path with one spelling of each escape (section 2.2.2)."""
    parts = re.split(r"(%[0-9A-Fa-f]{2})", path)
    return "".join((_escape(part) if index % 2 else quote(part, safe=_PLAIN)) for index, part in enumerate(parts))


def _escape(escape: str) -> str:
    """An escape in its one spelling: none for a letter or a digit."""
    byte = unquote_to_bytes(escape)
    return byte.decode() if byte.isalnum() or byte in b"-._~" else escape.upper()


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern fits the beginning of a path: ``*`` is anything, ``$`` the end."""
    to_end = pattern.endswith("$")
    pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    if len(pieces) == 1:
        return path == pieces[0] or not to_end
    at = len(pieces[0])
    # Each piece at its first place, which leaves the most room for those after it; the last one may have to end it.
    for piece in pieces[1:-1]:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    last = pieces[-1]
    return path.endswith(last) and len(path) - len(last) >= at if to_end else path.find(last, at) >= 0
