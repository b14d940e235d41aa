"""Changes to DER and to length-prefixed strings: lengths that lie, parts dropped, doubled and moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.fuzz.mutate_bytes import GENERAL

_CONSTRUCTED = 0x20


@dataclass
class _Element:
    """One DER element: its tag, and content or parts; ``length`` is what is written for its length, if another."""

    tag: int
    content: bytes
    parts: list[_Element] = field(default_factory=list)
    length: bytes | None = None

    def written(self) -> bytes:
        body = b"".join(part.written() for part in self.parts) if self.parts else self.content
        return bytes([self.tag]) + (_length(len(body)) if self.length is None else self.length) + body


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    text = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(text)]) + text


def _elements(data: bytes) -> list[_Element] | None:
    """Take DER apart; None where it is none."""
    found = []
    while data:
        if len(data) < 2:
            return None
        size, start = data[1], 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[2:start], "big")
        if start + size > len(data):
            return None
        content = data[start : start + size]
        inner = _elements(content) if data[0] & _CONSTRUCTED else None
        found.append(_Element(data[0], content, inner or []))
        data = data[start + size :]
    return found


def _all(elements: list[_Element]) -> list[tuple[list[_Element], int]]:
    places = [(elements, at) for at in range(len(elements))]
    return places + [place for element in elements for place in _all(element.parts)]


def mutate_der(random: Random, data: bytes) -> bytes | None:
    """Change one element of DER; all lengths around it are written to fit, but one that is to lie."""
    top = _elements(data)
    if not top:
        return None
    holder, at = random.choice(_all(top))
    element = holder[at]
    how = random.randrange(8)
    if how == 0:
        del holder[at]
    elif how == 1:
        holder.insert(at, element)
    elif how == 2:
        element.tag = random.choice(
            (0, 1, 2, 4, 5, 6, 0x0C, 0x18, 0x30, 0x31, 0x80, 0xA0, 0xFF, element.tag ^ _CONSTRUCTED)
        )
    elif how == 3:
        element.length = random.choice(
            (b"\x00", b"\x7f", b"\x80", b"\x81\x00", b"\x84\xff\xff\xff\xff", b"\xff", b"\x82\x00\x05")
        )
    elif how == 4:
        other, there = random.choice(_all(top))
        holder[at] = _Element(other[there].tag, other[there].written()[2:])
    elif how == 5:
        random.shuffle(holder)
    else:
        element.content = random.choice(GENERAL)(random, element.content)
        element.parts = []
    return b"".join(each.written() for each in top)


def mutate_strings(random: Random, data: bytes) -> bytes | None:
    """Change one of the strings (length in four bytes, then content) that some bytes end in; None where none are."""
    for start in range(min(len(data), 24)):
        strings = _strings(data[start:])
        if strings is not None and len(strings) > 1:
            changed = _change_strings(random, strings)
            return data[:start] + b"".join(len(each).to_bytes(4, "big") + each for each in changed)
    return None


def _change_strings(random: Random, strings: list[bytes]) -> list[bytes]:
    at, how = random.randrange(len(strings)), random.randrange(5)
    if how == 0:
        return random.sample(strings, len(strings))
    new = ([], [strings[at]] * 2, [b""], [random.choice(GENERAL)(random, strings[at])])[how - 1]
    return [*strings[:at], *new, *strings[at + 1 :]]


def _strings(data: bytes) -> list[bytes] | None:
    found = []
    while data:
        end = 4 + int.from_bytes(data[:4], "big")
        if len(data) < 4 or end > len(data):
            return None
        found.append(data[4:end])
        data = data[end:]
    return found
