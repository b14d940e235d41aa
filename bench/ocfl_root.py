"""`archive verify --ocfl` beside a bare hashing loop and ocfl-py, on one storage root, in one process each, in turn.

python bench/ocfl_root.py [--objects 2000] [--versions 3] [--runs 5]

The bare loop finds every file, reads it and takes its SHA-512; it knows nothing of OCFL.  ocfl-py judges each object.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from muniment.digest import sha512_hex
from muniment.ocfl.inventory import (
    INVENTORY,
    OBJECT_DECLARATION,
    SIDECAR,
    add_version,
    format_inventory,
    format_sidecar,
)
from muniment.ocfl.storage_root import HASHED, object_path, root_files


def build(root: Path, objects: int, versions: int) -> None:
    """Write a storage root: records of 3 KB, signatures, and originals with every second version."""
    rng = random.Random(1)
    for path, data in root_files(HASHED).items():
        _write(root / path, data)
    for number in range(objects):
        object_id = f"tag:example.org,2026:harbour-{number}"
        _build_object(root / object_path(HASHED, object_id), object_id, versions, rng)


def _build_object(folder: Path, object_id: str, versions: int, rng: random.Random) -> None:
    _write(folder / OBJECT_DECLARATION[0], OBJECT_DECLARATION[1])
    inventory = None
    state: dict[str, bytes] = {}
    for number in range(1, versions + 1):
        state |= {"record.json": rng.randbytes(3000), "record.json.sig": rng.randbytes(300)}
        if number % 2:
            state["original.txt"] = rng.randbytes(7000)
        new = add_version(
            inventory,
            object_id,
            created=f"2026-01-0{number}T12:00:00Z",
            message="as published",
            user_name="example.org/notices",
            user_address="https://example.org/notices",
            files={path: sha512_hex(data) for path, data in state.items()},
        )
        inventory = new.inventory
        for logical, path in new.content:
            _write(folder / path, state[logical])
        data = format_inventory(inventory)
        for place in (folder, folder / f"v{number}"):
            _write(place / INVENTORY, data)
            _write(place / SIDECAR, format_sidecar(data))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def hash_all(root: str) -> int:
    """The bare loop: how many files were hashed."""
    count = 0
    for place, _, names in os.walk(root):
        for name in names:
            with open(f"{place}/{name}", "rb") as file:  # noqa: PTH123 - the bare loop has nothing around its primitives
                hashlib.sha512(file.read()).hexdigest()
            count += 1
    return count


def judge_with_ocfl_py(root: str) -> None:
    """ocfl-py on every object."""
    from ocfl.validator import Validator  # noqa: PLC0415 - for its own process only

    for place, _, names in os.walk(root):
        if OBJECT_DECLARATION[0] in names and not Validator(log_warnings=True).validate_object(place):
            sys.exit(f"invalid: {place}")


def seconds(command: list[str]) -> float:
    """Processor time of a command and its processes."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Build the root, time all three, print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=2000)
    parser.add_argument("--versions", type=int, default=3)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--hash", metavar="DIR", help=argparse.SUPPRESS)
    parser.add_argument("--ocfl-py", metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.hash:
        hash_all(options.hash)
        return
    if options.ocfl_py:
        judge_with_ocfl_py(options.ocfl_py)
        return
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), options.objects, options.versions)
        start = time.process_time()
        print(f"{options.objects} objects x {options.versions} versions, {hash_all(folder)} files")
        print(f"bare loop alone, without starting Python: {time.process_time() - start:.2f} s")
        rows = {
            "bare loop": [sys.executable, __file__, "--hash", folder],
            "verify --ocfl --jobs 1": [sys.executable, "-m", "muniment", "verify", "--ocfl", folder, "--jobs", "1"],
            "ocfl-py": [sys.executable, __file__, "--ocfl-py", folder],
        }
        times: dict[str, list[float]] = {name: [] for name in rows}
        for run in range(options.runs + 1):
            for name, command in rows.items():
                if name == "ocfl-py" and run > 1:
                    continue  # it takes so long that once is enough
                taken = seconds(command)
                if run:  # the first round warms the caches
                    times[name].append(taken)
        for name, taken in times.items():
            ratio = statistics.median(taken) / statistics.median(times["bare loop"])
            print(f"{name:22} {statistics.median(taken):.2f} s  ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
