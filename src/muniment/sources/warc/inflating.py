"""Unpacking in small parts, so that whoever counts them can stop: a kilobyte may say that it is a gigabyte."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

GZIP: Final = b"\x1f\x8b"
"""The first bytes of a member of gzip."""
GZIP_WINDOW: Final = 31
"""What zlib is told to read gzip."""
_PART: Final = 1 << 16


class TornError(Exception):
    """What is packed has no end, or is not what it says."""


def inflate(data: bytes, window: int, *, strict: bool = False) -> Iterator[bytes]:
    """Unpack in parts of 64 KiB at most; of gzip all members that follow one another.

    Args:
        data: What is packed.
        window: What zlib is told: ``GZIP_WINDOW``, 15 for zlib, -15 for the bare stream.
        strict: Whether nothing may stand after the end; else it is not looked at.

    Raises:
        TornError: The data has no end, is not what it says, or goes on after its end.
    """
    at = 0
    while True:
        unpacker = zlib.decompressobj(window)
        while not unpacker.eof:
            part = data[at : at + _PART]
            if not part:
                raise TornError
            at += len(part)
            yield from _all_of(unpacker, part)
        at -= len(unpacker.unused_data)
        if window != GZIP_WINDOW or not data.startswith(GZIP, at):
            break
    if strict and at < len(data):
        raise TornError


def member_starts(data: bytes) -> dict[int, int]:
    """Give where the members of gzip begin, by the byte of the whole, unpacked, at which each does; and where they end.

    What is torn, or no gzip, ends the list: the last place is the end of the last member only where that is whole.
    """
    starts: dict[int, int] = {}
    at = unpacked = 0
    while data.startswith(GZIP, at):
        starts[unpacked] = at
        unpacker = zlib.decompressobj(GZIP_WINDOW)
        try:
            while not unpacker.eof:
                part = data[at : at + _PART]
                if not part:
                    return starts
                at += len(part)
                unpacked += sum(map(len, _all_of(unpacker, part)))
        except TornError:
            return starts
        at -= len(unpacker.unused_data)
    starts[unpacked] = at
    return starts


def _all_of(unpacker: zlib._Decompress, part: bytes) -> Iterator[bytes]:
    while True:
        try:
            out = unpacker.decompress(part, _PART)
        except zlib.error as error:
            raise TornError from error
        yield out
        part = unpacker.unconsumed_tail
        if unpacker.eof or (not part and len(out) < _PART):
            return
