"""The same commands on logs of 10, 10,000 and 100,000 entries, whole processes, in turn, in one run.

python bench/naming.py [--runs 9]

The releases are the same in each archive; the other entries are invented, as the log of a real archive of that size
would have them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from corpus import founders

from muniment.ingest import Source
from muniment.ssh.keys import format_private_key
from muniment.store import MemoryStore
from muniment.write.create import create_archive
from muniment.write.version import Author, Keys, add_publication
from verify import environment, seconds

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests"))
from synthesised import synthesise  # noqa: E402 - it lies beside the tests that hold the same figures

SIZES = (10, 10_000, 100_000)
NAMED = {
    "cite": ("cite", "harbour/v2"),
    "cite, newest": ("cite", "harbour"),
    "show": ("show", "harbour/v2"),
    "diff": ("diff", "harbour/v1", "harbour/v2"),
    "export": ("export", "harbour/v2", "-o", "-"),
    "prove": ("prove", "harbour/v2#p1", "-o", "-"),
    "verify REF": ("verify", "harbour/v2"),
    "log REL": ("log", "harbour"),
}
NEW, NEXT = "a new release", "the next version of one"
ADDED = {"add, to new": NEW, "add": NEXT, "add in the library, to pier": NEW, "add in the library": NEXT}
ADD = """
import sys
from pathlib import Path
from muniment.ingest import Source
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore
from muniment.write.version import Author, Keys, add_publication
keys = Keys(*(PrivateKey.from_seed(bytes([number]) * 32) for number in (2, 3)))
words = f"Notice\\n\\n1. It is {sys.argv[3]}.\\n".encode()
source = Source(words, "n.txt", "2026-01-01")
store = LocalStore(Path(sys.argv[1]), sync=False)
add_publication(store, keys, sys.argv[2], source, {"language": "en"}, Author("2026-02-01T00:00:00Z"))
"""


def lay(folder: Path, size: int) -> None:
    """Lay an archive of a size out in a folder."""
    made, store = founders(), MemoryStore()
    keys = Keys(made.record, made.log)
    create_archive(store, made, origin="bench.example.org", now="2026-01-01T00:00:00Z")
    for day, (release, word) in enumerate((("harbour", "shut"), ("harbour", "open"), ("tide", "high")), 2):
        source = Source(f"Notice\n\n1. It is {word}.\n".encode(), "n.txt", "2026-01-01")
        add_publication(store, keys, release, source, {"language": "en"}, Author(f"2026-01-{day:02}T00:00:00Z"))
    write_files(folder, synthesise(store, size, made.log).files)


def write_keys(folder: Path) -> None:
    """Write the private keys, so that the command can add."""
    folder.mkdir()
    made = founders()
    for role, key in (("record", made.record), ("log", made.log)):
        (folder / role).write_bytes(format_private_key(key, comment=""))
        (folder / role).chmod(0o600)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of an archive into a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def main() -> None:
    """Make the archives, time each command on all of them in turn, and print medians and ratios to the smallest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only", default="", help="commands whose name begins so")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_keys(Path(folder, "keys"))
        for size in SIZES:
            lay(Path(folder, str(size)), size)
        env = environment(folder)
        times: dict[str, dict[int, list[float]]] = {}
        for run in range(options.runs + 1):
            Path(folder, "n.txt").write_text(f"Notice\n\n1. The command has added {run}.\n")
            for name in [name for name in (*NAMED, *ADDED) if name.startswith(options.only)]:
                for size in SIZES:
                    archive = f"{folder}/{size}"
                    release = f"{name.rpartition(' ')[2]}-{run}" if ADDED.get(name) == NEW else "harbour"
                    if name in NAMED:
                        command = ["-m", "muniment", "--archive", archive, *NAMED[name], "--no-memory"]
                    elif name.startswith("add in the library"):
                        command = ["-c", ADD, archive, release, str(run)]
                    else:
                        command = ["-m", "muniment", "--archive", archive, "add", f"{folder}/n.txt"]
                        command += ["--release", release, "--keys", f"{folder}/keys"]
                    # The archives have one name and three histories, so each has a memory of its own.
                    own = {**env, "ARCHIVE_MEMORY": f"{folder}/memory-{size}"}
                    taken = seconds([sys.executable, *command], own)[1]
                    if run:  # the first round warms the caches
                        times.setdefault(name, {}).setdefault(size, []).append(taken)
        for name, by_size in times.items():
            medians = [statistics.median(by_size[size]) for size in SIZES]
            ratios = [
                statistics.median(one / ten for one, ten in zip(by_size[size], by_size[SIZES[0]], strict=True))
                for size in SIZES[1:]
            ]
            print(
                f"{name:27} {medians[0]:.3f} s at {SIZES[0]} entries; "
                + "; ".join(f"{ratio:.2f} times at {size:,}" for ratio, size in zip(ratios, SIZES[1:], strict=True))
            )


if __name__ == "__main__":
    main()
