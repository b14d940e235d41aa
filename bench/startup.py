"""`archive --help` beside `python -c "import click"`, whole processes, in turn, in one run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 20


def seconds(command: list[str]) -> float:
    """Run a command to its end and give its wall time."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Time both in turn and print medians and the ratio."""
    click = [sys.executable, "-c", "import click"]
    ours = [str(Path(sys.executable).with_name("archive")), "--help"]
    pairs = [(seconds(ours), seconds(click)) for _ in range(RUNS + 1)][1:]
    help_, click_ = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(
        f"archive --help median {help_ * 1000:.0f} ms, import click {click_ * 1000:.0f} ms, ratio {help_ / click_:.2f}"
    )


if __name__ == "__main__":
    main()
