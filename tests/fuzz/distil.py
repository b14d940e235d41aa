"""The few inputs of many that reach what all of them reach, for the corpus of the checkout."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fuzz.judge import FAULT, judge
from tests.fuzz.lines import Lines
from tests.fuzz.target import Target

LARGEST = 3000
"""Bytes of one input in the corpus, at most."""

ALL = 4500
"""Bytes of the inputs of one target together, at most."""


def distil(target: Target, inputs: Iterable[bytes]) -> list[bytes]:
    """Choose small inputs, smallest first: each takes a way of its own, or reaches a line that none before did."""
    lines, marks, chosen = Lines(), set[str](), list[bytes]()
    for data in sorted(inputs, key=lambda data: (len(data), data)):
        if not target.kept or len(data) > LARGEST or len(data) + sum(map(len, chosen)) > ALL:
            break
        with lines:
            verdict = judge(target, data)
        if verdict.kind != FAULT and (lines.fresh or verdict.mark not in marks):
            chosen.append(data)
        marks.add(verdict.mark)
    return chosen
