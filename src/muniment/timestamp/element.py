"""The elements of DER, as places in the bytes: tag, length, content (X.690 section 8.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


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


def elements(data: bytes, start: int, end: int) -> Iterator[Element]:
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
