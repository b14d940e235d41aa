"""Which lines of ``muniment`` an input is the first to reach; traced only where some are left."""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any, Self

import muniment

_PREFIX = muniment.__path__[0]


class Lines:
    """The lines that inputs of one target have reached.

    A function all of whose lines were reached is not traced any more, so the cost falls with time.  Where another
    tracer is at work (a debugger, ``coverage``) nothing is traced.
    """

    def __init__(self) -> None:
        self._left: dict[CodeType, set[int]] = {}
        self.reached = 0
        self._fresh = False

    def __enter__(self) -> Self:
        self._fresh = False
        self._traced = sys.gettrace() is None
        if self._traced:
            sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        if self._traced:
            sys.settrace(None)

    @property
    def fresh(self) -> bool:
        """Whether the last input reached a new line."""
        return self._fresh

    def _call(self, frame: FrameType, _event: str, _arg: Any) -> Any:  # noqa: ANN401 - the interpreter's protocol
        code = frame.f_code
        left = self._left.get(code)
        if left is None:
            ours = code.co_filename.startswith(_PREFIX)
            left = {line for _, _, line in code.co_lines() if line is not None} if ours else set()
            left.discard(code.co_firstlineno)
            self._left[code] = left
        return self._line if left else None

    def _line(self, frame: FrameType, event: str, _arg: Any) -> Any:  # noqa: ANN401 - the interpreter's protocol
        if event == "line":
            left = self._left[frame.f_code]
            if frame.f_lineno in left:
                left.discard(frame.f_lineno)
                self.reached += 1
                self._fresh = True
        return self._line
