"""One input judged: accepted, refused, or a fault."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from types import FrameType
from typing import Any

from tests.fuzz.target import ClaimError, Target, hold

from muniment.errors import LONGEST, MunimentError

ACCEPTED, REFUSED, FAULT = "accepted", "refused", "fault"

SLOW = 1.0
"""Seconds of CPU for one input of at most 64 KiB beyond which it is a fault."""

_HANG = 20.0
_LONGEST_MESSAGE = 5 * LONGEST + 100


class HangError(BaseException):
    """An input took far too long; no ``Exception``, so that no parser catches it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an input.

    Attributes:
        kind: ``ACCEPTED``, ``REFUSED`` or ``FAULT``.
        mark: Where it ended: the same for inputs that took the same way out.
        seconds: Time of the parser alone, by the wall: the clock of a process is too coarse on some systems.
        detail: Of a fault: the traceback, or the claim.
    """

    kind: str
    mark: str
    seconds: float
    detail: str = ""


def judge(target: Target, data: bytes) -> Verdict:
    """Give an input to a parser and hold everything that is claimed against what it does."""
    start = perf_counter()
    spent: float | None = None
    try:
        with _alarm():
            value = target.read(data)
            spent = perf_counter() - start
            _hold_claims(target, data, value)
    except target.refusals as error:
        spent = perf_counter() - start if spent is None else spent
        return _refused(target, error, spent)
    except (Exception, HangError) as error:  # noqa: BLE001 - whatever else comes is what is looked for
        spent = perf_counter() - start if spent is None else spent
        return Verdict(FAULT, _mark(error), spent, "".join(traceback.format_exception(error))[-6000:])
    return _timed(Verdict(ACCEPTED, f"accepted {len(data).bit_length()}", spent))


def _refused(target: Target, error: Exception, spent: float) -> Verdict:
    """A refusal must itself be in order: a message of one line that can be written down."""
    mark = _mark(error)
    if isinstance(error, MunimentError):
        message = str(error)
        if len(message) > _LONGEST_MESSAGE:
            return Verdict(FAULT, f"message too long {mark}", spent, f"{target.name}: {len(message)} characters")
    return _timed(Verdict(REFUSED, mark, spent))


def _timed(verdict: Verdict) -> Verdict:
    if verdict.seconds <= SLOW:
        return verdict
    return Verdict(FAULT, f"slow {verdict.mark}", verdict.seconds, f"{verdict.seconds:.2f} s of CPU")


def _hold_claims(target: Target, data: bytes, value: Any) -> None:  # noqa: ANN401 - as many types as parsers
    try:
        if target.write is not None:
            written = target.write(value)
            hold(target.alike or written == data, f"written to other bytes: {written[:400]!r}")
            hold(target.read(written) == value, f"what is written reads as another value: {written[:400]!r}")
        if target.check is not None:
            target.check(data, value)
    except target.refusals as error:
        raise ClaimError(f"what was read is refused when it is written, read again or checked: {error}") from error


def _mark(error: BaseException) -> str:
    """Kind of the error and the lines of ours that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        f"{frame.filename.rpartition('/muniment/')[2]}:{frame.lineno}"
        for frame in frames
        if "/muniment/" in frame.filename
    ]
    claim = f" {str(error)[:40]}" if isinstance(error, ClaimError) else ""
    return f"{type(error).__name__}{claim} {' '.join(ours[-4:])}"


@contextmanager
def _alarm() -> Iterator[None]:
    """Stop an input after 20 seconds of CPU, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise HangError(f"more than {_HANG} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def peak_memory() -> int:
    """Largest memory of this process so far, in bytes; 0 where the system does not tell."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
