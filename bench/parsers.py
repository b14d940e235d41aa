"""Readers of text from outside on 1, 2 and 4 MB of their worst input, in one run: a linear one takes 2 and 4 times.

python bench/parsers.py [--only WORDS] [--size 1000000]

Printed is processor time beyond that for an empty input, no less than 0.01 s, and its growth.

A row is a reader and an input that grows.  To add one, write a function that yields rows and name it in ``ROWS``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import corpus

from muniment.archive import open_archive
from muniment.export.snapshot import build_snapshot
from muniment.export.stored_zip import parse_zip
from muniment.reference import parse_reference
from muniment.store import LocalStore

AWKS = (("mawk",), ("gawk",), ("original-awk",), ("busybox", "awk"))
TIMES = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Row:
    """One reader and one shape of input.

    Attributes:
        name: What is read, and by what.
        make: Gives an input of about so many bytes.
        read: Reads it; refusing it is as good as taking it.
    """

    name: str
    make: Callable[[int], bytes]
    read: Callable[[bytes], object]


def record_with(text: bytes) -> bytes:
    """A record of one paragraph, of a form that ``verify.sh`` reads to its end."""
    return b'{"paragraphs":[{"id":"p1","text":"' + text + b'"}],"title":"Harbour"}'


def nested(size: int) -> bytes:
    """Objects as deep as a record may be, one after the other."""
    one = b'{"a":' * 60 + b"1" + b"}" * 60
    return b'{"x":[' + b",".join([one] * (size // len(one))) + b"]}"


SHAPES: dict[str, Callable[[int], bytes]] = {
    "quotation marks": lambda size: record_with(b'\\"' * (size // 2)),
    "marks in front": lambda size: record_with(b'"},{"id":"p1","text":"\\"'.join([b"a"] * (size // 24))),
    "backslashes": lambda size: record_with(b"\\\\" * (size // 2)),
    "escapes": lambda size: record_with(b"\\u001b\\n" * (size // 8)),
    "one long string": lambda size: record_with(b"a" * size),
    "one long title": lambda size: b'{"title":"' + b"a" * size + b'"}',
    "nested 60 deep": nested,
    "nested without end": lambda size: b"[" * size,
    "many paragraphs": lambda size: b'{"paragraphs":[' + b",".join([b'{"id":"p1","text":"x"}'] * (size // 23)) + b"]}",
    "many numbers": lambda size: b'{"a":[' + b"1," * (size // 2) + b"1]}",
    "many members": lambda size: b'{"a":[' + b'{"size":1},' * (size // 11) + b'{"size":1}]}',
    "one long number": lambda size: b'{"size":' + b"1" * size + b"}",
    "one long name": lambda size: b'{"' + b"a" * size + b'":1}',
    "line ends": lambda size: b"\n" * size,
}
"""What a publisher, or a forger, can make of ``record.json``."""


def script_rows(folder: Path) -> Iterator[Row]:
    """``verify.sh`` on a snapshot whose record is of a shape, with each awk that is installed."""
    corpus.build(folder / "archive", 1, 1)
    archive = open_archive(LocalStore(folder / "archive"))
    snapshot = build_snapshot(archive, archive.read(parse_reference(f"{next(iter(archive.versions))}/v1")))
    for entry in parse_zip(snapshot.data)[1]:
        path = folder / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.data)
    bag = folder / snapshot.name.removesuffix(".zip")
    for awk in AWKS:
        program = shutil.which(awk[0])
        if program is None:
            continue
        bin_ = folder / f"bin-{awk[0]}"
        bin_.mkdir()
        (bin_ / "awk").write_text(f'#!/bin/sh\nexec {" ".join([program, *awk[1:]])} "$@"\n', encoding="utf-8")
        (bin_ / "awk").chmod(0o755)
        for shape, make in SHAPES.items():
            yield Row(f"verify.sh, {awk[0]}: {shape}", make, _script(bag, f"{bin_}:{os.environ['PATH']}"))


def _script(bag: Path, path: str) -> Callable[[bytes], object]:
    def read(record: bytes) -> object:
        (bag / "data" / "record.json").write_bytes(record)
        command = ["sh", "data/verify.sh"]
        done = subprocess.run(command, cwd=bag, env={"PATH": path}, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (1, ""), (done.returncode, done.stderr)
        return done

    return read


ROWS: tuple[Callable[[Path], Iterator[Row]], ...] = (script_rows,)
"""Who gives rows; each is handed an empty folder."""


def seconds(row: Row, size: int) -> float:
    """Read an input of a size three times; gives the least processor time, of this process and those that it ran."""
    data = row.make(size)
    taken = []
    for _ in range(3):
        before = os.times()
        row.read(data)
        taken.append(sum(os.times()[:4]) - sum(before[:4]))
    return min(taken)


def main() -> None:
    """Time every row, and print its times and how they grow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="rows with these words in their names")
    parser.add_argument("--size", type=int, default=1_000_000, help="bytes of the smallest input")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number, rows in enumerate(ROWS):
            own = Path(folder) / str(number)
            own.mkdir()
            for row in rows(own):
                if options.only not in row.name:
                    continue
                nothing = seconds(row, 0)
                taken = [max(seconds(row, options.size * times) - nothing, 0.01) for times in TIMES]
                said = "  ".join(f"{each:7.3f} s" for each in taken)
                print(f"{row.name:44} {said}   x{taken[1] / taken[0]:.1f}  x{taken[2] / taken[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
