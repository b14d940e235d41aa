"""`archive verify` on an archive with time stamps beside the same archive without, whole processes, in turn.

python bench/timestamps.py [--releases 100] [--versions 5] [--stamps 5] [--runs 7]

Both archives pin the authority; one has the stamps, the other has as many descriptions more, so that both logs have
the same number of entries.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import corpus

from muniment.archive import Archive, open_archive
from muniment.ssh.keys import SigningKey
from muniment.store import LocalStore
from muniment.timestamp.request import make_request
from muniment.trust.root import Authority
from muniment.write.stamp import Reply, add_stamp
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Author, Keys, add_description
from verify import environment, seconds

NOW = "2026-11-22T10:30:00Z"


def load(name: str) -> ModuleType:
    """Load the authority of the tests by its file: the name of its folder may be taken by another distribution."""
    path = Path(__file__).resolve().parents[1] / "tests" / "timestamp" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def pin(store: LocalStore, log: SigningKey, clock: Any) -> None:  # noqa: ANN401 - the authority of the tests
    """Name an authority in the next trust root."""

    def pinned(archive: Archive) -> NextRoot:
        authority = Authority("clock", None)
        root = replace(archive.chain[-1], authorities=(authority,))
        return NextRoot(root, {authority.certificates: clock.pinned})

    add_root(store, RootKeys([corpus.founders().root], log), pinned, NOW)


def stamp(store: LocalStore, log: SigningKey, clock: Any, number: int) -> None:  # noqa: ANN401 - as above
    """Add a stamp of the newest checkpoint."""
    size = open_archive(store).checkpoint.size
    request = make_request(store.read(f"log/checkpoints/{size}"), number + 1)
    add_stamp(store, log, Reply("clock", size, request, clock.reply(request)), NOW)


def build(folder: Path, releases: int, versions: int, stamps: int, *, stamped: bool) -> None:
    """Make the corpus, pin an authority, and add stamps, or as many descriptions."""
    corpus.build(folder, releases, versions)
    store, made, clock = LocalStore(folder, sync=False), corpus.founders(), load("authority").make_authority()
    pin(store, made.log, clock)
    for number in range(stamps):
        if stamped:
            stamp(store, made.log, clock, number)
        else:
            occasion = Author(NOW, note=f"number {number}")
            keys = Keys(made.record, made.log)
            add_description(store, keys, "release-0000", {"subjects": [f"subject {number}"]}, occasion)


def main() -> None:
    """Build both, time both in turn, print medians and the ratio pair by pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("releases", 100), ("versions", 5), ("stamps", 5), ("runs", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = {}
        for name in ("without", "with"):
            archive = f"{folder}/{name}"
            build(Path(archive), options.releases, options.versions, options.stamps, stamped=name == "with")
            rows[name] = [sys.executable, "-m", "muniment", "--archive", archive, "verify", "--no-memory"]
        times: dict[str, list[float]] = {name: [] for name in rows}
        env = environment(folder)
        for run in range(options.runs + 1):
            for name, command in rows.items():
                wall, _ = seconds([*command, "--jobs", "1"], env)
                if run:  # the first round warms the caches
                    times[name].append(wall)
        ratios = [one / other for one, other in zip(times["with"], times["without"], strict=True)]
        for name, walls in times.items():
            print(f"{name:8} median {statistics.median(walls):.3f} s (min {min(walls):.3f}, max {max(walls):.3f})")
        print(f"{options.stamps} stamps: ratio {statistics.median(ratios):.2f} of {options.runs} pairs")


if __name__ == "__main__":
    main()
