"""How the time of a parser grows with the size of its input."""

from __future__ import annotations

from random import Random

from tests.fuzz.judge import judge
from tests.fuzz.mutate_bytes import span
from tests.fuzz.target import Target

_LEAST = 0.03
"""Seconds below which nothing is said: noise."""

_LARGEST = 1 << 20


def growth(target: Target, data: bytes, tries: int = 12) -> tuple[float, float, bytes] | None:
    """Look for a part of an input whose repetition costs more than its size.

    Each part is repeated until the input is two, four and eight times as large.  Linear cost doubles each time; what is
    more than threefold twice in a row is given: the factor of the last step, its seconds, the input.
    """
    random = Random(len(data))
    worst = None
    for _ in range(tries):
        start, end = span(random, len(data), 400)
        part = data[start:end]
        if not part or 8 * len(data) > _LARGEST:
            continue
        times = []
        for factor in (2, 4, 8):
            larger = data[:end] + part * ((factor - 1) * len(data) // len(part)) + data[end:]
            times.append(min(judge(target, larger).seconds for _ in range(2)))
        if times[2] > _LEAST and times[1] > 3 * times[0] and times[2] > 3 * times[1]:
            found = (times[2] / times[1], times[2], larger)
            worst = max(worst, found) if worst else found
    return worst
