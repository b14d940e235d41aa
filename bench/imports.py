"""`archive import git` of a generated history beside `git log -p` of the same: rate, CPU, memory, growth, disk.

python bench/imports.py [--documents 150] [--versions 5000] [--size 8192] [--long 2500] [--jobs 2]

``--long 0`` leaves the one long document out.

Times alone say little on a shared machine: CPU seconds are printed as a ratio to those of ``git log -p`` and of a bare
loop (read each blob, take its words out, sign, write three files), the last tenth as one to the first.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from corpus import founders
from histories import make_repository

from muniment.archive import open_archive
from muniment.importing.engine import ImportJob, ImportResult, run_import
from muniment.importing.git_history import GitHistory
from muniment.importing.item import Item
from muniment.importing.map_file import ImportMap
from muniment.importing.plan import make_plan
from muniment.sources import extract
from muniment.ssh import sshsig
from muniment.store import LocalStore
from muniment.write.create import create_archive
from muniment.write.version import Author, Keys
from verify import Taken, environment, measure

NOW = "2026-11-22T10:00:00Z"
HERE = Path(__file__)


def run_one(repository: Path, archive: Path, jobs: int = 1) -> None:
    """Import into a new archive; print processor and wall time after each batch."""
    made, store = founders(), LocalStore(archive)
    create_archive(store, made, origin="press.example.org/archive", now=NOW)
    source = GitHistory(repository)
    plan = make_plan(open_archive(store), source, ImportMap(), None)

    def committed(result: ImportResult) -> None:
        print(json.dumps([result.done, time.process_time(), time.perf_counter()]), flush=True)

    job = ImportJob(Author(NOW), committed=committed, jobs=jobs)
    result = run_import(store, Keys(made.record, made.log), plan, job)
    source.close()
    assert not result.failed


def bare(repository: Path, folder: Path) -> None:
    """What no import can leave out: each blob read, its words taken out, signed, and three files written."""
    key, source = founders().record, GitHistory(repository)
    for number, item in enumerate(one for one in source.items(None) if isinstance(one, Item)):
        data = item.read()
        words = extract(data)
        record = b",".join(paragraph.canonical() for paragraph in words.paragraphs)
        signature = sshsig.sign(key, sshsig.RECORD_NAMESPACE, record)
        into = folder / str(number)
        into.mkdir(parents=True)
        for name, part in (("original", data), ("record", record), ("signature", signature)):
            (into / name).write_bytes(part)
    source.close()


def one(repository: Path, archive: Path, jobs: int) -> list[str]:
    """The command that imports in a process of its own."""
    return [sys.executable, str(HERE), "--jobs", str(jobs), "--one", str(repository), str(archive)]


def batches_of(repository: Path, archive: Path, jobs: int) -> list[tuple[int, float, float]]:
    """Import in a process of its own, and give what it prints."""
    command = one(repository, archive, jobs)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def shares(archive: Path) -> dict[str, tuple[int, int]]:
    """Bytes, and bytes in whole blocks of the disk, of each part of an archive."""
    kinds = {"record.json": "records", "record.json.sig": "signatures"}
    found: dict[str, tuple[int, int]] = {}
    for path in archive.rglob("*"):
        if not path.is_file():
            continue
        within = path.relative_to(archive).as_posix()
        kind = kinds.get(path.name, "other")
        kind = "originals" if path.name.startswith("original.") else kind
        kind = "inventories" if path.name.startswith("inventory.json") else kind
        kind = (
            "log: entries and tiles" if within.startswith("log/tile") else "log: rest" if within[:4] == "log/" else kind
        )
        status, before = path.stat(), found.get(kind, (0, 0))
        found[kind] = (before[0] + status.st_size, before[1] + status.st_blocks * 512)
    return found


def print_disk(archive: Path, packed: int) -> None:
    """Say what an archive takes, beside the packed repository."""
    parts = shares(archive)
    total, blocks = (sum(part[each] for part in parts.values()) for each in (0, 1))
    print(
        f"disk: {total / packed:.1f} times the packed repository of {packed / 1e6:.1f} MB; "
        f"in blocks {blocks / packed:.1f} times"
    )
    for kind, (size, whole) in sorted(parts.items(), key=lambda part: -part[1][0]):
        print(f"  {kind:24} {size / 1e6:8.1f} MB {size / total:6.1%}   in blocks {whole / 1e6:8.1f} MB")
    own = sum(parts[kind][0] for kind in ("records", "signatures", "originals"))
    print(f"  all by records, signatures and originals: {total / own:.2f}")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=150)
    parser.add_argument("--versions", type=int, default=5000)
    parser.add_argument("--size", type=int, default=8192)
    parser.add_argument("--long", type=int, default=2500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--one", nargs=2, type=Path)
    parser.add_argument("--bare", nargs=2, type=Path)
    given = parser.parse_args()
    if given.one:
        run_one(*given.one, given.jobs)
        return
    if given.bare:
        bare(*given.bare)
        return
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as name:
        folder = Path(name)
        _many(folder, given.documents, given.versions, given.size, given.jobs)
        if given.long:
            _one_document(folder, given.long, given.jobs)


def _many(folder: Path, documents: int, versions: int, size: int, jobs: int) -> None:
    repository, archive, env = folder / "many.git", folder / "many", environment(str(folder))
    make_repository(repository, documents=documents, versions=versions, size=size)
    packed = sum(path.stat().st_size for path in (repository / "objects/pack").iterdir())
    taken: Taken = measure(one(repository, archive, jobs), env)
    log = measure(["git", "-C", str(repository), "log", "-p", "main"], env)
    floor = measure([sys.executable, str(HERE), "--bare", str(repository), str(folder / "bare")], env)
    print(f"{versions:,} versions of {documents} documents of {size:,} bytes, {jobs} jobs")
    each = 1000 * taken.cpu / versions
    print(f"wall: {versions / taken.wall:.0f} versions/s; CPU {each:.2f} ms each: {1000 / each:.0f}/s of one core")
    to_log, to_bare, of_bare = taken.cpu / log.cpu, taken.cpu / floor.cpu, floor.cpu / log.cpu
    print(f"CPU by git log -p: {to_log:.0f}; by the bare loop: {to_bare:.2f}; of that by git log -p: {of_bare:.0f}")
    print(f"memory: {taken.memory:.0f} MB")
    print_disk(archive, packed)
    again = batches_of(repository, folder / "tenths", jobs)
    tenth = max(1, len(again) // 10)
    for name, at in (("CPU", 1), ("wall", 2)):
        spent = [(b[at] - a[at]) / (b[0] - a[0]) for a, b in pairwise(again)]
        print(
            f"a version in the last tenth by one in the first, {name}: {sum(spent[-tenth:]) / sum(spent[:tenth]):.2f}"
        )


def _one_document(folder: Path, versions: int, jobs: int) -> None:
    repository, archive, env = folder / "long.git", folder / "long", environment(str(folder))
    make_repository(repository, documents=1, versions=versions, size=4096)
    packed = sum(path.stat().st_size for path in (repository / "objects/pack").iterdir())
    taken = measure(one(repository, archive, jobs), env)
    print(f"\none document with {versions:,} versions:")
    print(f"CPU {1000 * taken.cpu / versions:.2f} ms each, memory {taken.memory:.0f} MB")
    print_disk(archive, packed)
    verified = measure([sys.executable, "-m", "muniment", "verify", "--no-memory", "--archive", str(archive)], env)
    print(f"verified: CPU {1000 * verified.cpu / versions:.2f} ms a version")


if __name__ == "__main__":
    main()
