"""Kill writers at random moments and count what they leave: ``python bench/kill.py --runs 500``.

The archives lie in a folder of their own on the disk that ``--folder`` is on; each file is flushed as always.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

# The harness is that of the tests, which are no package; an installed one may have the name.
_TESTS = ModuleType("tests")
_TESTS.__path__ = [str(Path(__file__).resolve().parents[1] / "tests")]
sys.modules["tests"] = _TESTS

from tests.write.killing import Kill, kills  # noqa: E402 - known only now


def main() -> int:
    """Run, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=0.15, help="longest life of a writer, in seconds")
    parser.add_argument("--folder", help="where to work; the system's place for temporary files unless given")
    chosen = parser.parse_args()
    began, runs = time.monotonic(), list[Kill]()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        for run in kills(Path(folder), chosen.runs, seed=chosen.seed, longest=chosen.longest):
            runs.append(run)
            for fault in run.faults:
                print(f"run {len(runs)}: {fault}")
    faults = [fault for run in runs for fault in run.faults]
    print(f"{len(runs)} kills in {time.monotonic() - began:.0f} s")
    print(f"{sum(run.unfinished for run in runs)} hit an unfinished addition")
    print(f"{sum(run.aside for run in runs)} hit a half-written file")
    print(f"{sum(run.added for run in runs)} versions reported before the kill")
    print(f"{sum('lost' in fault for fault in faults)} versions lost, {len(faults)} faults, 0 tracebacks")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
