"""The other side of ``child``: hands originals to a process that is bounded, and says what became of them."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any, ClassVar, Final

from muniment.errors import BeyondLimitsError, ExtractorMissingError, SourceError, UnavailableError
from muniment.record import Extractor, Paragraph, read_choices
from muniment.sources.adapter import NO_WISH, Extraction, OutlinePart, StatedFact, Wish
from muniment.sources.child import MEMORY, SECONDS, read_frame, write_frame

PATIENCE: Final = 30.0
"""Seconds by the clock for one original."""
_COMMAND: Final = ("-I", "-m", "muniment.sources.child")
_RENEWED: Final = 1000
"""Originals that one process reads, so that what it may have lost of its memory is given back."""


LARGEST: Final = 16 * 1024 * 1024
"""Bytes of an original that is handed on; the text that is taken out of it is bounded by itself."""


class BoundedSource:
    """An adapter whose originals are read in a process of their own, which is bounded; each medium says the rest.

    Attributes:
        name: As ``adapter.Adapter`` has it, and so are ``version``, ``media_type``, ``suffix`` and ``extra``.
        reader: Which of ``child.READERS`` reads it.
        thing: What errors call an original, such as ``page``.
        needs: Packages without which it is not read.
    """

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    media_type: ClassVar[str]
    suffix: ClassVar[str]
    extra: ClassVar[str] = ""
    reader: ClassVar[str]
    thing: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    def at_hand(self) -> bool:
        """Whether what it needs is installed; it is not loaded."""
        return all(find_spec(name) is not None for name in self.needs)

    def extract(self, data: bytes, charset: str | None, *, wish: Wish = NO_WISH, where: str = "") -> Extraction:
        """Take the paragraphs out of an original.

        Raises:
            SourceError: It is too large, or what its reader raises.
            BeyondLimitsError: It could not be read within the limits.
            ExtractorMissingError: It has a part for which something is not installed.
            UnavailableError: The process could not be started.
        """
        if len(data) > LARGEST:
            raise SourceError(
                f"the {self.thing} is too large",
                where=where,
                expected=f"at most {LARGEST} bytes",
                found=f"{len(data)} bytes",
            )
        return extract_in_child(self.reader, data, charset, wish, where=where)


def extract_in_child(reader: str, data: bytes, charset: str | None, wish: Wish, *, where: str = "") -> Extraction:
    """Read an original in a process of its own.

    Args:
        reader: The medium, one of ``child.READERS``.
        data: The original.
        charset: What was named, or None.
        wish: What is to be taken.
        where: What errors name.

    Raises:
        SourceError: What the reader raised.
        BeyondLimitsError: It could not end within its limits.
        ExtractorMissingError: The original needs an extra that is not installed.
        UnavailableError: The process cannot be started.
    """
    request = {"reader": reader, "charset": charset, "wish": asdict(wish)}
    return _extraction(_ask(request, data, where)["extraction"])


def unpack_in_child(unpacker: str, data: bytes, asked: dict[str, Any], *, where: str = "") -> dict[str, Any]:
    """Take an original out of a file that holds many, or list what is in it, in the same process.

    Args:
        unpacker: What does so, one of ``child.UNPACKERS``.
        data: The file.
        asked: What that is told.
        where: What errors name.

    Raises:
        SourceError: What the reader raised.
        BeyondLimitsError: It could not end within its limits.
        ExtractorMissingError: A coding needs something that is not installed.
        UnavailableError: The process cannot be started.
    """
    value: dict[str, Any] = _ask({"unpack": unpacker, "asked": asked}, data, where)["done"]
    return value


def decode_in_child(response: bytes, *, most: int, where: str = "") -> dict[str, Any]:
    """Undo the codings of an answer of a server, in the same process.

    Args:
        response: Head and body.
        most: Bytes, beyond which nothing is unpacked.
        where: What errors name.

    Raises:
        SourceError: What the decoder raised.
        BeyondLimitsError: It could not end within its limits.
        ExtractorMissingError: A coding needs something that is not installed.
        UnavailableError: The process cannot be started.
    """
    value: dict[str, Any] = _ask({"decode": {"most": most}}, response, where)["done"]
    return value


def _ask(request: dict[str, Any], data: bytes, where: str) -> dict[str, Any]:
    answer = _POOL.ask(json.dumps(request).encode(), data)
    if answer is None or "beyond" in answer:
        raise BeyondLimitsError(
            f"it could not be read within {MEMORY >> 30} GiB and {SECONDS} s",
            where=where,
            hint="it is built to stop readers, or broken; save its text and add that",
        )
    if "missing" in answer:
        raise ExtractorMissingError(answer["missing"], where=where)
    if "error" in answer:
        fault: dict[str, str] = answer["error"]
        raise SourceError(
            fault["what"],
            where=fault["where"] or where,
            expected=fault["expected"],
            found=fault["found"],
            hint=fault["hint"],
        )
    return answer


def _extraction(value: dict[str, Any]) -> Extraction:
    extractor = value["extractor"]
    parameters = extractor["parameters"]
    return Extraction(
        paragraphs=tuple(Paragraph(**part) for part in value["paragraphs"]),
        charset=value["charset"],
        media_type=value["media_type"],
        extractor=Extractor(
            extractor["name"],
            extractor["version"],
            None if parameters is None else read_choices(parameters),
            extractor["engine"],
        ),
        facts=tuple(StatedFact(**fact) for fact in value["facts"]),
        outline=tuple(OutlinePart(**part) for part in value["outline"]),
        words=value["words"],
        words_left_out=value["words_left_out"],
    )


class _Pool:
    """One process, started by the first original, and anew after one that it could not read."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._asked = 0
        self._lock = threading.Lock()

    def ask(self, request: bytes, data: bytes) -> dict[str, Any] | None:
        """Give the answer; None where the process ended without one."""
        with self._lock:
            process = self._started()
            clock = threading.Timer(PATIENCE, process.kill)
            clock.start()
            answer = None
            try:
                answer = self._exchange(process, request, data)
            finally:
                clock.cancel()
                if answer is None:
                    self.close()
            value: dict[str, Any] | None = None if answer is None else json.loads(answer)
            return value

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, data: bytes) -> bytes | None:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        assert process.stdout is not None  # noqa: S101 - as above
        with suppress(OSError):
            write_frame(process.stdin.fileno(), request)
            write_frame(process.stdin.fileno(), data)
            return read_frame(process.stdout.fileno())
        return None

    def _started(self) -> subprocess.Popen[bytes]:
        """The process, a new one where there is none, another process of ours owns it, or it has read enough."""
        if self._process is not None and self._owner != os.getpid():
            # Forked: the pipes are those of the parent, who ends the process.
            self._process.returncode = 0
            self._process = None
        if self._process is not None and (self._asked >= _RENEWED or self._process.poll() is not None):
            self.close()
        if self._process is None:
            self._process, self._owner, self._asked = _start(), os.getpid(), 0
        self._asked += 1
        return self._process

    def close(self) -> None:
        """End the process, if there is one of ours."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        process.wait()


def _start() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - our own module by the same interpreter
            [sys.executable, *_COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={},
        )
    except OSError as error:
        raise UnavailableError(
            "the process that reads pages could not be started", found=(error.strerror or str(error)).lower()
        ) from error


def end_process() -> None:
    """End the process that reads originals; the next one starts another."""
    _POOL.close()


_POOL: Final = _Pool()
atexit.register(_POOL.close)
