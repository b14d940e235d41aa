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
from typing import TYPE_CHECKING, Any, Final

from muniment.errors import BeyondLimitsError, SourceError, UnavailableError
from muniment.record import Extractor, Paragraph, read_choices
from muniment.sources.adapter import Extraction, OutlinePart, StatedFact
from muniment.sources.child import MEMORY, SECONDS, read_frame, write_frame

if TYPE_CHECKING:
    from muniment.sources.adapter import Wish

PATIENCE: Final = 30.0
"""Seconds by the clock for one original."""
_COMMAND: Final = ("-I", "-m", "muniment.sources.child")
_RENEWED: Final = 1000
"""Originals that one process reads, so that what it may have lost of its memory is given back."""


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
        UnavailableError: The process cannot be started.
    """
    request = {"reader": reader, "charset": charset, "wish": asdict(wish)}
    answer = _POOL.ask(json.dumps(request).encode(), data)
    if answer is None or "beyond" in answer:
        raise BeyondLimitsError(
            f"it could not be read within {MEMORY >> 30} GiB and {SECONDS} s",
            where=where,
            hint="it is built to stop readers, or broken; save its text and add that",
        )
    if "error" in answer:
        fault: dict[str, str] = answer["error"]
        raise SourceError(
            fault["what"],
            where=fault["where"] or where,
            expected=fault["expected"],
            found=fault["found"],
            hint=fault["hint"],
        )
    return _extraction(answer["extraction"])


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


_POOL: Final = _Pool()
atexit.register(_POOL.close)
