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


def seconds(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Run a command to its end and give its wall time, and the processor time of it and its processes."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=env)
    wall, after = time.perf_counter() - start, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Build the corpus, time both, print medians and the ratio pair by pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=200)
    parser.add_argument("--versions", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = f"{folder}/archive"
        corpus.build(Path(archive), options.releases, options.versions)
        bare = [sys.executable, str(HERE / "bare_verify.py"), archive]
        print(subprocess.run(bare, check=True, capture_output=True, text=True).stdout, end="")
        ours = [sys.executable, "-m", "muniment", "--archive", archive, "verify", "--no-memory"]
        rows = {"bare loop": bare, "verify --jobs 1": [*ours, "--jobs", "1"], "verify --jobs 2": [*ours, "--jobs", "2"]}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in rows}
        env = environment(folder)
        for run in range(options.runs + 1):
            for name, command in rows.items():
                taken = seconds(command, env)
                if run:  # the first round warms the caches
                    times[name].append(taken)
        for name, pairs in times.items():
            wall, processor = (list(side) for side in zip(*pairs, strict=True))
            ratios = [one / bare for one, (bare, _) in zip(wall, times["bare loop"], strict=True)]
            print(
                f"{name:16} median {statistics.median(wall):.3f} s (min {min(wall):.3f}, max {max(wall):.3f})"
                f"  ratio {statistics.median(ratios):.2f}  processor {statistics.median(processor):.3f} s"
            )


if __name__ == "__main__":
    main()
