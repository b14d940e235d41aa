"""`archive export` beside `python -m zipfile -c` on the same files, whole processes, in turn, in one run.

python bench/export.py [--versions 64] [--runs 7]

The version has a heading and 26 paragraphs.  `export` also signs nothing but verifies: it makes the snapshot, then
checks it as a stranger would, before it writes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import zipfile
from pathlib import Path

import corpus

from muniment.ingest import Source
from muniment.store import LocalStore
from muniment.write.create import create_archive
from muniment.write.version import Author, Keys, add_publication
from verify import environment, seconds

SHIPPED = Path(__file__).resolve().parents[1] / "archive"


def build(folder: Path, versions: int) -> None:
    """An archive of one release with as many publications, 26 paragraphs each."""
    store, founders, rng = LocalStore(folder), corpus.founders(), random.Random(1)
    folder.mkdir()
    create_archive(store, founders, origin="archive.example.org/bench", now="2026-01-01T00:00:00Z")
    keys = Keys(founders.record, founders.log)
    for _ in range(versions):
        source = Source("\n\n".join(corpus.text(rng)).encode(), "notice.txt", "2026-01-01")
        add_publication(store, keys, "notice", source, {"language": "en"}, Author("2026-01-01T00:00:00Z"))


def measure(rows: dict[str, list[str]], runs: int, env: dict[str, str]) -> dict[str, list[float]]:
    """Wall times of each command, in turn; the first round warms the caches."""
    times: dict[str, list[float]] = {name: [] for name in rows}
    for run in range(runs + 1):
        for name, command in rows.items():
            taken, _ = seconds(command, env)
            if run:
                times[name].append(taken)
    return times


def main() -> None:
    """Build, time, print medians, ratios and sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=64)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, env = Path(name), environment(name)
        build(folder / "archive", options.versions)
        ours = [sys.executable, "-m", "muniment", "--archive", f"{name}/archive", "export", "--force"]
        seconds([*ours, "notice/v1", "-o", f"{name}/v1.zip"], env)
        with zipfile.ZipFile(folder / "v1.zip") as snapshot:
            snapshot.extractall(folder / "files")
        (bag,) = (folder / "files").iterdir()
        rows = {
            "python -m zipfile -c": [sys.executable, "-m", "zipfile", "-c", f"{name}/z.zip", str(bag)],
            "archive export": [*ours, "notice/v1", "-o", f"{name}/v1.zip"],
            "export --all --jobs 1": [*ours, "--all", f"{name}/one", "--jobs", "1"],
            "export --all --jobs 2": [*ours, "--all", f"{name}/two", "--jobs", "2"],
        }
        times = measure(rows, options.runs, env)
        first = times["python -m zipfile -c"]
        for row, taken in times.items():
            ratio = statistics.median(one / other for one, other in zip(taken, first, strict=True))
            each = f"  {statistics.median(taken) / options.versions * 1000:.1f} ms a version" if "--all" in row else ""
            print(f"{row:22} median {statistics.median(taken):.3f} s (min {min(taken):.3f})  ratio {ratio:.2f}{each}")
        print(f"snapshot of 26 paragraphs: {(folder / 'v1.zip').stat().st_size:,} bytes")
        shipped = [sys.executable, "-m", "muniment", "--archive", str(SHIPPED), "export", "--all", f"{name}/shipped"]
        seconds(shipped, env)
        for path in sorted((folder / "shipped").glob("*.zip")):
            print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
