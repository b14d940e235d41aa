"""Text as wide as the terminal, coloured where colour is wanted, and the progress bar.

What must not reach a terminal is escaped before (``muniment.display``).  Exact text is what ``--json`` and
``show --original`` are for.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO, TextIOWrapper
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO, cast
from unicodedata import combining, east_asian_width

from muniment.display import escape_json, plain_lines
from muniment.errors import UnavailableError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


DEFAULT_WIDTH = 80
RED, GREEN, BOLD, DIM = "31", "32", "1", "2"


def json_text(value: object, *, compact: bool = False) -> str:
    """Give JSON with nothing unsafe in it but as an escape: two blanks a level, or all on one line."""
    return escape_json(json.dumps(value, ensure_ascii=False, indent=None if compact else 2))


def cells(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, width: int) -> str:
    """Shorten a text to a number of columns, with an ellipsis."""
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def cut_start(text: str, width: int) -> str:
    """Shorten a path, whose end says most, to a number of columns, with an ellipsis before it."""
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[1:]
    return f"…{text}"


def pad(text: str, width: int) -> str:
    """Fill a text with blanks up to a number of columns."""
    return text + " " * (width - cells(text))


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines at its blanks; a word in wide characters may be broken anywhere, others never."""
    lines, line = [], ""
    for word in _words(text, width):
        joined = f"{line} {word}" if line else word
        if line and cells(joined) > width:
            lines.append(line)
            line = word
        else:
            line = joined
    return [*lines, line]


def print_note(text: str) -> None:
    """Print on stderr what is to be known besides: one line, or on a terminal that is too narrow for it several."""
    line = f"archive: note: {text}"
    if is_terminal(sys.stderr) and cells(line) > screen_width():
        first, *rest = wrap(line, screen_width() - 2)
        line = "\n  ".join((first, *rest))
    print(line, file=sys.stderr)


def _words(text: str, width: int) -> Iterator[str]:
    for word in text.split(" "):
        start, left, rest = 0, cells(word), len(word)
        # Counted down as pieces are taken: a hostile text may be one word of a million wide characters.
        while left > width and left > rest:
            end, used = start + 1, cells(word[start])
            while used + cells(word[end]) <= width:
                used += cells(word[end])
                end += 1
            yield word[start:end]
            start, left, rest = end, left - used, len(word) - end
        yield word[start:]


def marked_lines(text: str) -> Iterator[str]:
    """Give archived words, each line marked, so that none of them can pass for what the command says."""
    for line in re.split("\n", plain_lines(text)):
        yield from (f"> {piece}" for piece in wrap(line, screen_width() - 2))


def screen_width() -> int:
    """Width of the terminal in columns, at least 40; 80 where there is none."""
    import shutil  # noqa: PLC0415 - start-up: 3 ms, for tables only

    return max(40, shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns)


def is_terminal(stream: TextIO) -> bool:
    """Whether a stream is a terminal; a stream that was closed or replaced is none."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def wants_colour(*, asked: bool | None = None) -> bool:
    """Whether stdout shall have colours: as asked, else on a terminal without ``NO_COLOR`` (https://no-color.org)."""
    if asked is not None:
        return asked
    return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, code: str, *, colour: bool) -> str:
    """Colour a text (ECMA-48 SGR), if colour is wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour and text else text


_KINDS = {"publication": GREEN, "reextraction": DIM, "description": "36", "emendation": "33"}


def paint_kind(text: str, kind: str) -> str:
    """Colour what is said of a change by its kind, if colours are wanted; the words say it too."""
    return paint(text, _KINDS.get(kind, ""), colour=kind in _KINDS and wants_colour())


def speak_utf8() -> None:
    """Print UTF-8 with plain line feeds, whatever the locale; what UTF-8 cannot hold is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    if not isinstance(sys.stderr, Remarks):
        sys.stderr = cast("TextIO", Remarks(sys.stderr))


class Remarks:
    """stderr, where what cannot be written is lost: a full or closed one never changes the exit code of a verdict."""

    def __init__(self, stream: TextIO | None) -> None:
        # Printing to None would print to stdout, among what is read there.
        self._stream = StringIO() if stream is None else stream

    def write(self, text: str) -> int:
        """Write, if that can be done."""
        with suppress(OSError, ValueError):  # ValueError: it was closed
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, if that can be done."""
        with suppress(OSError, ValueError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(self._stream, name)


def write_bytes(data: bytes) -> None:
    """Write bytes to stdout as they are.

    Raises:
        UnavailableError: There is no stdout; printed text is for whoever looks, bytes are for a file that would lack.
    """
    if sys.stdout is None:
        raise UnavailableError("it is closed", where="stdout", hint="name a file, or lead it to one")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


PATIENCE = 1.0
"""Seconds before the bar is shown."""


class ProgressBar:
    """To be used in ``with``; ``update`` is what long work calls."""

    def __init__(self, doing: str = "checking") -> None:
        self._doing = doing
        self._started = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int, doing: str | None = None) -> None:
        """Show how many of how many are done, and in other words what is done, where that is given."""
        if self._bar is None and is_terminal(sys.stderr) and time.monotonic() - self._started > PATIENCE:
            self._bar, self._task = _show(self._doing, total)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, description=doing)


def _show(doing: str, total: int) -> tuple[Progress, TaskID]:
    # Loaded here: 60 ms that a short run, or one without a terminal, need not spend.
    from rich.console import Console  # noqa: PLC0415 - as said above
    from rich.progress import Progress  # noqa: PLC0415 - as said above

    bar = Progress(console=Console(stderr=True), transient=True)
    bar.start()
    return bar, bar.add_task(doing, total=total)
