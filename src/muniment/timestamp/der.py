"""DER, as far as reading a time stamp takes it (X.690): elements of a tag, a length and a content."""

from __future__ import annotations

from collections.abc import Iterator

INTEGER, OCTETS, OID, TIME, SEQUENCE, SET, CONTEXT_0 = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31, 0xA0


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give tag and content of each element, one after the other.

    Raises:
        ValueError: One is cut.
        IndexError: One has no length.
    """
    at = 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length & 0x80:
            end = start + (length & 0x7F)
            length = int.from_bytes(data[start:end], "big")
            start = end
        at = start + length
        if len(data) < at:
            raise ValueError("an element is cut")
        yield tag, data[start:at]


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
        ValueError: There is none.
    """
    found = next((held for each, held in elements(data) if each == tag), None)
    if found is None:
        raise ValueError(f"an element {tag:#x} is missing")
    return found
