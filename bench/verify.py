"""`archive verify` beside a bare loop of the same primitives, whole processes, in turn, in one run.

python bench/verify.py [--releases 200] [--versions 5] [--runs 5]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus

HERE = Path(__file__).resolve().parent


def environment(folder: str) -> dict[str, str]:
    """The environment of the runs: byte code is kept, in a scratch folder, as an installed package has it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}


def measure(command: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Run a command to its end; give wall time, processor time of it and its processes, and peak memory in MB.

    The memory is that of the largest process.
    """
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def seconds(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Run a command to its end; give wall time, and processor time of it and its processes."""
    return measure(command, env)[:2]


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=200)
    parser.add_argument("--versions", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--archive", type=Path, help="a corpus that was built before, instead of a new one")
    return parser.parse_args()


def main() -> None:
    """Build the corpus and a quarter of it, time all, print medians and the ratio pair by pair."""
    asked = options()
    with tempfile.TemporaryDirectory() as folder:
        archive, quarter = str(asked.archive or f"{folder}/archive"), f"{folder}/quarter"
        if asked.archive is None:
            corpus.build(Path(archive), asked.releases, asked.versions)
        corpus.build(Path(quarter), max(1, asked.releases // 4), asked.versions)
        bare = [sys.executable, str(HERE / "bare_verify.py"), archive]
        print(subprocess.run(bare, check=True, capture_output=True, text=True).stdout, end="")
        rows = {"bare loop": bare}
        for name, place, jobs in (("", archive, 1), ("", archive, 2), (", a quarter", quarter, 1)):
            ours = [sys.executable, "-m", "muniment", "--archive", place, "verify", "--no-memory", "--jobs", str(jobs)]
            rows[f"verify --jobs {jobs}{name}"] = ours
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in rows}
        env = environment(folder)
        for run in range(asked.runs + 1):
            for name, command in rows.items():
                one = measure(command, env)
                if run:  # the first round warms the caches
                    taken[name].append(one)
    for name, runs in taken.items():
        wall, processor, memory = (list(side) for side in zip(*runs, strict=True))
        ratios = [one[1] / bare[1] for one, bare in zip(runs, taken["bare loop"], strict=True)]
        print(
            f"{name:26} processor {statistics.median(processor):.2f} s (min {min(processor):.2f},"
            f" max {max(processor):.2f})  ratio {statistics.median(ratios):.2f}  wall {statistics.median(wall):.2f} s"
            f"  memory {statistics.median(memory):.1f} MB"
        )


if __name__ == "__main__":
    main()
