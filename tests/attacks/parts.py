"""Every way to leave a part of a file out, double it, swap it with its neighbour, or take it from another good file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

Part = tuple[str, bytes]
"""Name and bytes of a part."""

HOWS = ("one removed", "two removed", "doubled", "swapped", "replaced")


@dataclass(frozen=True, slots=True)
class Varied:
    """One variation.

    Attributes:
        how: One of ``HOWS``.
        names: The parts that it is about.
        parts: What is left, in order.
    """

    how: str
    names: tuple[str, ...]
    parts: tuple[Part, ...]


def variations(parts: Sequence[Part], others: Mapping[str, bytes], *, named: bool = False) -> Iterator[Varied]:
    """Give every variation.

    Args:
        parts: The parts in order, names distinct.
        others: The same parts of another good file.
        named: Whether a part is found by its name: then neighbours swap what they hold, else their places.
    """
    for how, count in (("one removed", 1), ("two removed", 2)):
        for gone in combinations(parts, count):
            yield Varied(how, tuple(name for name, _ in gone), tuple(part for part in parts if part not in gone))
    for at, part in enumerate(parts):
        yield Varied("doubled", (part[0],), (*parts[: at + 1], *parts[at:]))
    for at, (one, two) in enumerate(pairwise(parts)):
        pair = ((one[0], two[1]), (two[0], one[1])) if named else (two, one)
        yield Varied("swapped", (one[0], two[0]), (*parts[:at], *pair, *parts[at + 2 :]))
    for at, (name, data) in enumerate(parts):
        if others.get(name, data) != data:
            yield Varied("replaced", (name,), (*parts[:at], (name, others[name]), *parts[at + 1 :]))


def lines_of(data: bytes) -> list[Part]:
    """The lines of a text, each with its newline, named by their numbers from 1."""
    return [(f"line {number}", line) for number, line in enumerate(data.splitlines(keepends=True), 1)]


def joined(parts: Sequence[Part]) -> bytes:
    """The parts one after the other."""
    return b"".join(data for _, data in parts)


# DER (X.690): tag, length, content; a constructed element holds elements.


@dataclass(frozen=True, slots=True)
class Element:
    """One element of DER: its tag, and its content or what it holds."""

    tag: bytes
    content: bytes
    inside: tuple[Element, ...] = ()

    def bytes(self) -> bytes:
        """Write it, with the length that it has now."""
        content = b"".join(each.bytes() for each in self.inside) if self.inside else self.content
        size = len(content)
        length = bytes([size]) if size < 128 else _long(size)
        return self.tag + length + content


def _long(size: int) -> bytes:
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def parse_der(data: bytes) -> tuple[Element, ...]:
    """Read elements of one-byte tags, one after the other."""
    found = []
    while data:
        tag, size, at = data[:1], data[1], 2
        if size & 0x80:
            at += size & 0x7F
            size = int.from_bytes(data[2:at], "big")
        content, data = data[at : at + size], data[at + size :]
        found.append(Element(tag, content, parse_der(content) if tag[0] & 0x20 else ()))
    return tuple(found)


Path = tuple[int, ...]


def paths(elements: Sequence[Element], below: Path = ()) -> Iterator[Path]:
    """The place of every element, each as the indexes that lead to it."""
    for index, element in enumerate(elements):
        yield (*below, index)
        yield from paths(element.inside, (*below, index))


def without(elements: Sequence[Element], gone: set[Path], below: Path = ()) -> tuple[Element, ...]:
    """The elements without some; one that is left empty keeps its tag."""
    return tuple(
        Element(each.tag, b"" if each.inside else each.content, without(each.inside, gone, (*below, index)))
        for index, each in enumerate(elements)
        if (*below, index) not in gone
    )
