"""Unpacking in small parts, so that whoever counts them can stop: a kilobyte may say that it is a gigabyte."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Final

from muniment.errors import ExtractorMissingError

GZIP: Final = b"\x1f\x8b"
"""The first bytes of a member of gzip."""
GZIP_WINDOW: Final = 31
"""What zlib is told to read gzip."""
ZSTD: Final = b"\x28\xb5\x2f\xfd"
"""The first bytes of a frame of zstd."""
_PART: Final = 1 << 16
_ZSTD_WINDOW: Final = 23  # RFC 9659 section 3: 8 MB, by its logarithm; who sends more is not read by browsers either


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


def unpack_brotli(data: bytes) -> Iterator[bytes]:
    """Unpack a stream of brotli (RFC 7932) in parts of some 64 KiB; nothing may stand after its end.

    Raises:
        ExtractorMissingError: The library for it is not installed.
        TornError: The data has no end, is not what it says, or goes on after its end.
    """
    brotli = _library("br", "brotli")
    unpacker = brotli.Decompressor()
    at = 0
    while not unpacker.is_finished():
        part = data[at : at + _PART] if unpacker.can_accept_more_data() else b""
        if not part and at >= len(data) and unpacker.can_accept_more_data():
            raise TornError
        at += len(part)
        try:
            yield unpacker.process(part, output_buffer_limit=_PART)
        except brotli.error as error:
            raise TornError from error
    if at < len(data):
        raise TornError


def unpack_zstd(data: bytes) -> Iterator[bytes]:
    """Unpack frames of zstd (RFC 8878) that follow one another, in parts of 64 KiB; nothing may stand after the last.

    Raises:
        ExtractorMissingError: The library for it is not installed.
        TornError: The data has no end, is not what it says, or needs a window over 8 MB.
    """
    zstd = _library("zstd", "compression.zstd", "backports.zstd")
    at = 0
    while True:
        unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW})
        while not unpacker.eof:
            part = data[at : at + _PART] if unpacker.needs_input else b""
            if unpacker.needs_input and not part:
                raise TornError
            at += len(part)
            try:
                yield unpacker.decompress(part, max_length=_PART)
            except zstd.ZstdError as error:
                raise TornError from error
        at -= len(unpacker.unused_data)
        if at >= len(data):
            return


def _library(coding: str, *names: str) -> ModuleType:
    """The first library for a coding that is installed; the later ones stand in for those of a newer Python."""
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise ExtractorMissingError(f"a body coded as {coding!r} needs pip install 'muniment[capture]'")


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
