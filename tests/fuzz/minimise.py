"""A smaller input with the same fault."""

from __future__ import annotations

from tests.fuzz.campaign import Fault
from tests.fuzz.judge import judge
from tests.fuzz.target import Target

_TRIES = 1500


def minimise(target: Target, fault: Fault, tries: int = _TRIES) -> bytes:
    """Leave out parts, halves first, for as long as the same fault shows."""
    if fault.verdict.mark.startswith(("slow", "HangError")):
        return fault.data
    data, size = fault.data, max(1, len(fault.data) // 2)
    while size:
        at = 0
        while at < len(data) and tries:
            shorter = data[:at] + data[at + size :]
            tries -= 1
            if judge(target, shorter).mark == fault.verdict.mark:
                data = shorter
            else:
                at += size
        size //= 2
    return data
