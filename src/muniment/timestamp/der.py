"""DER, as far as reading a time stamp takes it (X.690): elements of a tag, a length and a content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INTEGER, OCTETS, OID, TIME, SEQUENCE, SET, CONTEXT_0 = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31, 0xA0


@dataclass(frozen=True, slots=True)
class Element:
    """One element.

    Attributes:
        tag: Its first byte.
        begin: Where it begins, with its tag.
        start: Where its content begins.
        end: Where both end.
    """

    tag: int
    begin: int
    start: int
    end: int


def places(data: bytes, start: int, end: int) -> Iterator[Element]:
    """Give each element between two places, one after the other.

    Raises:
        ValueError: An element is cut, or has no definite length.
    """
    while start < end:
        if start + 2 > end:
            raise ValueError("an element is cut")
        length, content = data[start + 1], start + 2
        if length & 0x80:
            content += length & 0x7F
            length = int.from_bytes(data[start + 2 : content], "big") if content > start + 2 else end
        if content + length > end:
            raise ValueError("an element is cut")
        yield Element(data[start], start, content, content + length)
        start = content + length


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give tag and content of each element, one after the other.

    Raises:
        ValueError: One is cut, or has no definite length.
    """
    return ((element.tag, data[element.start : element.end]) for element in places(data, 0, len(data)))


def inside(data: bytes, tag: int) -> bytes:
    """Give the content of the first element, which must have this tag.

    Raises:
        ValueError: It has another one.
    """
    first = next(elements(data), (None, b""))
    if first[0] != tag:
        raise ValueError(f"an element {tag:#x} is missing")
    return first[1]


def only(data: bytes, tag: int) -> bytes:
    """Give the content of the first element with this tag.

    Raises:
        ValueError: There is no element with this tag.
    """
    value = next((content for kind, content in elements(data) if kind == tag), None)
    if value is None:
        raise ValueError(f"an element {tag:#x} is missing")
    return value
