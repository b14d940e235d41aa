"""What is kept between runs: inputs, faults, and sums of what was done."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.fuzz.campaign import Fault, Tally
from tests.fuzz.judge import peak_memory

_HEAD = (
    f"{'target':30}{'executions':>12}{'accepted':>12}{'new':>7}{'lines':>7}{'cpu s':>8}"
    f"{'slowest ms':>12}{'bytes':>8}{'µs/byte':>9}{'faults':>8}"
)

CORPUS = Path(__file__).with_name("corpus")
"""Inputs that belong to the checkout: one folder a target."""


def inputs_in(folder: Path) -> list[bytes]:
    """Give the inputs in a folder, in the order of their names."""
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".half"] if folder.is_dir() else []


def name_of(data: bytes) -> str:
    """Name the file of an input."""
    return hashlib.sha256(data).hexdigest()[:16]


class State:
    """A folder that several runs, one after the other, add to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def tally(self, target: str) -> Tally:
        """Give the sums of a target so far."""
        path = self._folder / "tally" / f"{target}.json"
        if not path.is_file():
            return Tally()
        tally = Tally(**json.loads(path.read_text()))
        tally.slowest = [(seconds, size, data) for seconds, size, data in tally.slowest]
        return tally

    def inputs(self, target: str) -> list[bytes]:
        """Give the inputs of earlier runs."""
        return inputs_in(self._folder / "corpus" / target)

    def keep(self, target: str, tally: Tally, found: Iterable[bytes]) -> None:
        """Write sums and new inputs."""
        for data in found:
            self._write(f"corpus/{target}/{name_of(data)}", data)
        self._write(f"tally/{target}.json", json.dumps(asdict(tally)).encode())

    def keep_fault(self, fault: Fault, smaller: bytes) -> None:
        """Write an input that shows a fault, a smaller one, and what was seen; the first of a kind stays."""
        name = f"faults/{fault.target}/{name_of(fault.verdict.mark.encode())}"
        if not (self._folder / f"{name}.txt").exists():
            self._write(f"{name}.input", fault.data)
            self._write(f"{name}.small", smaller)
            said = f"{fault.verdict.mark}\n\n{fault.verdict.detail}\n\nsmaller: {smaller[:2000]!r}\n"
            self._write(f"{name}.txt", said.encode("utf-8", "replace"))

    def summary(self, targets: Sequence[str]) -> str:
        """Write and give the table of all targets."""
        tallies = {target: self.tally(target) for target in targets}
        cpu = sum(tally.cpu for tally in tallies.values())
        executions = sum(tally.executions for tally in tallies.values())
        memory = peak_memory() >> 20
        lines = [f"{cpu:,.0f} s of CPU, {executions:,} inputs, peak memory of the last run {memory} MiB", "", _HEAD]
        for target, tally in tallies.items():
            seconds, size, _ = tally.slowest[0] if tally.slowest else (0.0, 0, "")
            faults = len(list((self._folder / "faults" / target).glob("*.txt")))
            lines.append(
                f"{target:30}{tally.executions:12,}{tally.accepted:12,}{tally.found:7,}{tally.lines:7,}{tally.cpu:8.0f}"
                f"{1000 * seconds:12.1f}{size:8,}{1e6 * seconds / max(1, size):9.2f}{faults:8}"
            )
        text = "\n".join(lines) + "\n"
        self._write("summary.txt", text.encode())
        return text

    def _write(self, name: str, data: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.half")
        half.write_bytes(data)
        os.replace(half, path)  # noqa: PTH105 - one step, on every system
