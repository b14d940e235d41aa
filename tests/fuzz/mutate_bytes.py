"""Changes to bytes that know nothing of a format, or only numbers, lines, base64 and hexadecimal digits."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from random import Random

Change = Callable[[Random, bytes], bytes]

NUMBERS = (
    b"0", b"-0", b"00", b"1", b"-1", b"01", b"+1", b"1.0", b"1e3", b"1e400", b"255", b"256", b"257", b"65535", b"65536",
    b"2147483647", b"2147483648", b"4294967295", b"4294967296", b"9007199254740991", b"9007199254740992",
    b"999999999999999999", b"1000000000000000000", b"9223372036854775807", b"9223372036854775808",
    b"18446744073709551616", b"9" * 400, "١٢".encode(), "１".encode(), "²".encode(),
)  # fmt: skip
"""Boundaries of counters, of what is exact in JSON, of what C holds; and digits that are none."""

_TEXTS = (
    "\0", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x1b[2J", "\x1c", "\x7f", "\x85", "\xa0", "\xad", "\u00df",
    "\u0130", "\u0131", "\u017f", "\u0301", "\u0345", "\u0660", "\u0966", "\u061c", "\u115f", "\u1680", "\u180e",
    "\u1e9e", "\u200b", "\u200d", "\u200f", "\u2010", "\u2013", "\u2014", "\u2019", "\u201c", "\u2028", "\u2029",
    "\u202e", "\u2060", "\u2066", "\u212a", "\u3000", "\u3042", "\u4e2d", "\uac00", "\ud800", "\udfff", "\ufb01",
    "\ufdd0", "\ufe0f", "\ufeff", "\uff0f", "\uff11", "\ufffd", "\ufffe", "\U0001f1ea", "\U0001f468", "\U0001f3fd",
    "\U000e0041", "\U0010ffff", "\ufdfa", "'", '"', "\\", "/", "..", "%", "<", ">", "&", "#", "+", "=", "@", "{", "}",
    "[", "]", "(", ")", "*", "?", "$", "`", "|", ";", ":", ",", ".", "-", "_", "~", " ",
)  # fmt: skip
_NO_TEXTS = (
    b"\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff",
)  # fmt: skip
SIGNS = (*(sign.encode("utf-8", "surrogatepass") for sign in _TEXTS), *_NO_TEXTS)
"""Signs that parsers, shells, terminals and Unicode treat in ways of their own."""

_NUMBER = re.compile(rb"[0-9]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
_HEX = re.compile(rb"[0-9a-f]{8,}")


def span(random: Random, size: int, longest: int = 64) -> tuple[int, int]:
    """Choose a part: short ones more often."""
    start = random.randrange(size + 1)
    return start, min(size, start + min(random.randrange(1, longest + 1), 1 << random.randrange(12)))


def _replaced(data: bytes, start: int, end: int, new: bytes) -> bytes:
    return data[:start] + new + data[end:]


def _flip(random: Random, data: bytes) -> bytes:
    if not data:
        return b"\0"
    at = random.randrange(len(data))
    return _replaced(data, at, at + 1, bytes([data[at] ^ 1 << random.randrange(8)]))


def _set(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return _replaced(data, at, at + 1, bytes([random.choice((0, 1, 0x20, 0x7F, 0x80, 0xFF, random.randrange(256)))]))


def _insert(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return _replaced(data, at, at, random.choice(SIGNS))


def _insert_noise(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return _replaced(data, at, at, random.randbytes(random.randrange(1, 9)))


def _delete(random: Random, data: bytes) -> bytes:
    return _replaced(data, *span(random, len(data)), b"")


def _double(random: Random, data: bytes) -> bytes:
    start, end = span(random, len(data))
    return _replaced(data, end, end, data[start:end])


def _repeat(random: Random, data: bytes) -> bytes:
    start, end = span(random, len(data), 200)
    return _replaced(data, end, end, data[start:end] * random.choice((2, 10, 100, 1000, 5000)))


def _swap(random: Random, data: bytes) -> bytes:
    one, two = sorted((span(random, len(data)), span(random, len(data))))
    if one[1] > two[0]:
        return data[two[0] :] + data[: two[0]]
    return data[: one[0]] + data[two[0] : two[1]] + data[one[1] : two[0]] + data[one[0] : one[1]] + data[two[1] :]


def _cut(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] if random.random() < 0.7 else data[at:]


def _integer(random: Random, data: bytes) -> bytes:
    """Overwrite a binary number with a boundary."""
    size = random.choice((1, 2, 4, 4, 8))
    value = random.choice((0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63, len(data)))
    new = (value % 2 ** (8 * size)).to_bytes(size, random.choice(("big", "little")))
    at = random.randrange(len(data) + 1)
    return _replaced(data, at, at + size, new)


def _number(random: Random, data: bytes) -> bytes:
    """Change a decimal number."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return _insert(random, data)
    match = random.choice(found)
    near = b"%d" % max(0, int(match[0][:18]) + random.choice((-1, 1)))
    return _replaced(data, *match.span(), near if random.random() < 0.4 else random.choice(NUMBERS))


def _case(random: Random, data: bytes) -> bytes:
    start, end = span(random, len(data))
    return _replaced(data, start, end, data[start:end].swapcase())


def _base64(random: Random, data: bytes) -> bytes:
    """Change what a base64 text stands for, or its spelling alone."""
    found = list(_BASE64.finditer(data))
    if not found:
        return _flip(random, data)
    match = random.choice(found)
    try:
        inner = base64.b64decode(match[0] + b"=" * (-len(match[0]) % 4))
    except ValueError:
        return _flip(random, data)
    if random.random() < 0.2:
        spelt = random.choice((match[0].rstrip(b"="), match[0] + b"=", match[0][:-1] + b"B", match[0] + b"\n"))
        return _replaced(data, *match.span(), spelt)
    changed = random.choice((_flip, _set, _delete, _double, _integer, _cut, _insert_noise))(random, inner)
    return _replaced(data, *match.span(), base64.b64encode(changed))


def _hex(random: Random, data: bytes) -> bytes:
    found = list(_HEX.finditer(data))
    if not found:
        return _flip(random, data)
    match = random.choice(found)
    at = random.randrange(len(match[0]))
    other = b"%x" % random.randrange(16)
    new = random.choice((match[0].upper(), match[0][:-1], match[0] + b"0", _replaced(match[0], at, at + 1, other)))
    return _replaced(data, *match.span(), new)


def _lines(random: Random, data: bytes) -> bytes:
    """Drop, double, swap, join, indent or empty lines, or write their ends otherwise."""
    lines = data.split(b"\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    how = random.randrange(9)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(other, lines[at])
    elif how == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif how == 3:
        lines[at : at + 2] = [b"".join(lines[at : at + 2])]
    elif how == 4:
        lines[at] = random.choice((b" ", b"\t", b"\xc2\xa0")) + lines[at]
    elif how == 5:
        lines[at] += random.choice((b" ", b"\r", b"\t", b"\\", b"\x0c"))
    elif how == 6:
        lines.insert(at, b"")
    elif how == 7:
        lines[at:at] = [lines[at]] * random.choice((10, 63, 64, 100, 101, 1000))
    else:
        return data.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b"\xe2\x80\xa8")))
    return b"\n".join(lines)


GENERAL: Sequence[Change] = (
    _flip, _flip, _set, _insert, _insert, _insert_noise, _delete, _delete, _double, _repeat, _swap, _cut, _integer,
    _number, _number, _case, _base64, _hex, _lines, _lines,
)  # fmt: skip
"""What fits every format."""
