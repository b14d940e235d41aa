"""`archive verify` with twenty rotations and five stamps beside the same archive without, whole processes, in turn.

python bench/trust.py [--releases 100] [--versions 5] [--rotations 20] [--stamps 5] [--runs 7]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import corpus
import timestamps

from muniment.archive import Archive
from muniment.log.note import format_vkey
from muniment.ssh.keys import PrivateKey, SigningKey
from muniment.store import LocalStore
from muniment.trust.next_root import with_log_key, with_record_key
from muniment.trust.possession import prove_possession
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from verify import environment, seconds


def maker(record: PrivateKey, log: PrivateKey | None) -> Callable[[Archive], NextRoot]:
    """Draft the successor that brings these keys."""

    def make(archive: Archive) -> NextRoot:
        index = archive.checkpoint.size
        newest = archive.chain[-1]
        root = with_record_key(newest, index, record.public, prove_possession(record, newest, index))
        if log is None:
            return NextRoot(root)
        return NextRoot(with_log_key(root, index, format_vkey(archive.origin, log.public.raw), lost=False))

    return make


def rotate(folder: Path, times: int) -> SigningKey:
    """Replace the record key so often, and the log key every other time; give the log key that it ends with."""
    store, founders = LocalStore(folder, sync=False), corpus.founders()
    log: SigningKey = founders.log
    for number in range(times):
        record, next_log = (PrivateKey.from_seed(bytes([kind, number]) * 16) for kind in (100, 101))
        turn = number % 2 == 0
        keys = RootKeys([founders.root], log)
        add_root(store, keys, maker(record, next_log if turn else None), "2026-11-22T10:00:00Z")
        log = next_log if turn else log
    return log


def add_stamps(folder: Path, log: SigningKey, number: int) -> None:
    """Pin an authority, and let it stamp so often."""
    store, clock = LocalStore(folder, sync=False), timestamps.load("authority").make_authority()
    timestamps.pin(store, log, clock)
    for each in range(number):
        timestamps.stamp(store, log, clock, each)


def main() -> None:
    """Build both, time both, print medians and the ratio pair by pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=100)
    parser.add_argument("--versions", type=int, default=5)
    parser.add_argument("--rotations", type=int, default=20)
    parser.add_argument("--stamps", type=int, default=5)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain, rotated = Path(folder) / "plain", Path(folder) / "rotated"
        for archive in (plain, rotated):
            corpus.build(archive, options.releases, options.versions)
        add_stamps(rotated, rotate(rotated, options.rotations), options.stamps)
        times: dict[Path, list[float]] = {plain: [], rotated: []}
        env = environment(folder)
        for run in range(options.runs + 1):
            for archive, taken in times.items():
                verify = ["--archive", str(archive), "verify", "--no-memory", "--jobs", "1"]
                wall, _ = seconds([sys.executable, "-m", "muniment", *verify], env)
                if run:  # the first round warms the caches
                    taken.append(wall)
        ratios = [with_ / without for without, with_ in zip(times[plain], times[rotated], strict=True)]
        for archive, taken in times.items():
            print(f"{archive.name:<8} {statistics.median(taken):6.3f} s")
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"ratio    {statistics.median(ratios):6.2f} ({spread})")
        print(f"{options.rotations} rotations, {options.stamps} stamps, {options.releases * options.versions} versions")


if __name__ == "__main__":
    main()
