"""One target fuzzed: inputs that reached something new are kept, and changed further."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from time import process_time

from tests.fuzz.judge import ACCEPTED, FAULT, Verdict, judge
from tests.fuzz.lines import Lines
from tests.fuzz.mutate import mutate
from tests.fuzz.target import Target

_SLOWEST = 4


@dataclass
class Tally:
    """What was done to a target, over all runs.

    Attributes:
        executions: Inputs judged.
        accepted: Of them, those that were read.
        found: Inputs that reached something new.
        cpu: Seconds of CPU, with the changing and the claims.
        lines: Lines of ``muniment`` reached.
        slowest: Seconds, bytes and input of the slowest ones, in hexadecimal; slowest first.
    """

    executions: int = 0
    accepted: int = 0
    found: int = 0
    cpu: float = 0.0
    lines: int = 0
    slowest: list[tuple[float, int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fault:
    """An input that shows a fault, and what was seen."""

    target: str
    data: bytes
    verdict: Verdict


class Campaign:
    """The fuzzing of one target.

    Guided, inputs that reach new lines are changed further; which lines are new depends on what ran before in this
    process.  Not guided, the same seed gives the same inputs, always.
    """

    def __init__(self, target: Target, seed: str, tally: Tally | None = None, *, guided: bool = True) -> None:
        self.target = target
        self.tally = tally or Tally()
        self.pool: list[bytes] = []
        self.faults: dict[str, Fault] = {}
        self._random = Random(f"{seed} {target.name}")
        self._lines = Lines()
        self._guided = guided
        self._marks: set[str] = set()

    def load(self, inputs: Iterable[bytes]) -> None:
        """Begin with these inputs: all are kept."""
        for data in inputs:
            if data not in self.pool:
                self._run(data)
                self.pool.append(data)

    def step(self) -> bytes | None:
        """Try one input; gives it if it reached something new."""
        data = mutate(self.target, self._random, self._choose(), self.pool)
        if not self._run(data):
            return None
        self.tally.found += 1
        self.pool.append(data)
        return data

    def spend(self, seconds: float) -> list[bytes]:
        """Try inputs for so long, in seconds of CPU; gives those that reached something new."""
        end = self.tally.cpu + seconds
        found = []
        while self.tally.cpu < end:
            start = process_time()
            new = self.step()
            self.tally.cpu += process_time() - start
            if new is not None:
                found.append(new)
        return found

    def _choose(self) -> bytes:
        """Newer inputs more often."""
        if self._random.random() < 0.5:
            return self._random.choice(self.pool)
        return self.pool[-1 - min(len(self.pool) - 1, int(self._random.expovariate(1 / 12)))]

    def _run(self, data: bytes) -> bool:
        """Judge an input; says whether it reached something new."""
        if self._guided:
            with self._lines:
                verdict = judge(self.target, data)
        else:
            verdict = judge(self.target, data)
        if verdict.kind == FAULT and verdict.mark.startswith("slow"):
            # Tracing slows, and so does other work on the machine.
            verdict = min((judge(self.target, data) for _ in range(3)), key=lambda again: again.seconds)
        self.tally.executions += 1
        self.tally.accepted += verdict.kind == ACCEPTED
        self.tally.lines = self._lines.reached
        if self._guided:
            self._note_time(verdict.seconds, data)
        if verdict.kind == FAULT:
            self.faults.setdefault(verdict.mark, Fault(self.target.name, data, verdict))
            return False
        new = self._lines.fresh or verdict.mark not in self._marks
        self._marks.add(verdict.mark)
        return self._guided and new

    def _note_time(self, seconds: float, data: bytes) -> None:
        slowest = self.tally.slowest
        if len(slowest) < _SLOWEST or seconds > 1.5 * slowest[-1][0]:
            again = min(judge(self.target, data).seconds for _ in range(3))
            self.tally.slowest = sorted([*slowest, (again, len(data), data.hex())], reverse=True)[:_SLOWEST]
