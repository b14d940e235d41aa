"""`archive verify` beside bare loops of its primitives, git and ocfl-py: CPU seconds of all processes, in turn.

python bench/verify.py [--full] [--releases 400] [--versions 5] [--runs 5]

Printed are medians, and medians of the ratios round by round, so that a machine that slows down halfway moves neither.
`--full` takes the 2,000 releases that the bounds are stated for; one round of it takes a minute and a half of CPU time,
and to make the archive one more.  What the loops do is said in `bare_verify.py`, how it is made in `corpus.py`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import corpus
import verify_others

HERE = Path(__file__).resolve().parent
FULL = 2000


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run took: wall time, CPU time of it and its processes, peak memory in MB of the largest of them."""

    wall: float
    cpu: float
    memory: float


def environment(folder: str) -> dict[str, str]:
    """The environment of the runs: byte code is kept, in a scratch folder, as an installed package has it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}


def measure(command: list[str], env: dict[str, str]) -> Taken:
    """Run a command to its end."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"failed: {' '.join(command)[:300]}")
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def seconds(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Run a command to its end; give wall time, and CPU time of it and its processes."""
    taken = measure(command, env)
    return taken.wall, taken.cpu


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} releases")
    parser.add_argument("--releases", type=int, default=400)
    parser.add_argument("--versions", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--archive", type=Path, help="a corpus that was built before, instead of a new one")
    asked = parser.parse_args()
    asked.releases = FULL if asked.full else asked.releases
    return asked


def build(archive: Path, quarter: Path, releases: int, versions: int) -> None:
    """Make the corpus and a quarter of it, from which it grows."""
    few = max(1, releases // 4)
    corpus.build(quarter, few, versions)
    shutil.copytree(quarter, archive, dirs_exist_ok=True)
    corpus.extend(archive, range(few, releases), versions)
    corpus.publish_each(quarter)
    corpus.publish_each(archive)


def rows(archive: str, quarter: str) -> dict[str, list[str]]:
    """The commands, by name."""
    bare = [sys.executable, str(HERE / "bare_verify.py"), archive]

    def ours(place: str, jobs: int) -> list[str]:
        return [sys.executable, "-m", "muniment", "--archive", place, "verify", "--no-memory", "--jobs", str(jobs)]

    return {
        "bare loop": bare,
        "bare loop, records alone": [*bare, "--records"],
        "bare loop, and words": [*bare, "--words"],
        "verify --jobs 1": ours(archive, 1),
        "verify --jobs 2": ours(archive, 2),
        "verify, a quarter": ours(quarter, 1),
    }


def main() -> None:
    """Build the corpus and a quarter of it, time all, print medians and the ratios."""
    asked = options()
    with tempfile.TemporaryDirectory() as folder:
        archive, quarter = asked.archive or Path(folder, "archive"), Path(folder, "quarter")
        if asked.archive is None:
            build(archive, quarter, asked.releases, asked.versions)
        else:
            corpus.build(quarter, max(1, asked.releases // 4), asked.versions)
            corpus.publish_each(quarter)
        env, commands = environment(folder), rows(str(archive), str(quarter))
        done = subprocess.run(commands["bare loop"], check=True, capture_output=True, text=True, env=env)
        print(done.stdout, end="")
        others = verify_others.commands(Path(folder), archive)
        taken: dict[str, list[Taken]] = {name: [] for name in (*commands, *others)}
        for run in range(asked.runs + 1):
            for name, command in (*commands.items(), *((name, other.command) for name, other in others.items())):
                one = measure(command, env)
                if run:  # the first round warms the caches
                    taken[name].append(one)
    tell(taken, others, asked.releases * asked.versions, asked.releases)


def tell(taken: dict[str, list[Taken]], others: dict[str, verify_others.Other], versions: int, releases: int) -> None:
    """Print a line for each command, and the ratios that are bounded."""
    for name, runs in taken.items():
        cpu = [one.cpu for one in runs]
        print(
            f"{name:26} CPU {statistics.median(cpu):.2f} s (min {min(cpu):.2f}, max {max(cpu):.2f})"
            f"  wall {statistics.median(one.wall for one in runs):.2f} s"
            f"  memory {statistics.median(one.memory for one in runs):.1f} MB"
        )

    def ratio(one: str, other: str, scale: float = 1.0) -> float:
        return statistics.median(a.cpu / b.cpu for a, b in zip(taken[one], taken[other], strict=True)) * scale

    ours = "verify --jobs 1"
    for loop in ("bare loop", "bare loop, records alone", "bare loop, and words"):
        print(f"{ours} beside the {loop}: {ratio(ours, loop):.2f}")
    print(f"verify --jobs 2 beside one job: {ratio('verify --jobs 2', ours):.2f}")
    memory = statistics.median(
        a.memory / b.memory for a, b in zip(taken[ours], taken["verify, a quarter"], strict=True)
    )
    print(f"peak memory beside a quarter of the releases: {memory:.2f}")
    for name, other in others.items():
        units = {"version": versions, "object": releases}[other.unit]
        print(f"{name}, one {other.unit}, beside verify: {ratio(name, ours, units / other.count):.0f} times")


if __name__ == "__main__":
    main()
