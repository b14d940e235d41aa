"""Readers of text from outside on 1, 2 and 4 MB of their worst input, in one run: a linear one takes 2 and 4 times.

python bench/parsers.py [--only WORDS] [--skip WORDS] [--size 1000000]

Printed is processor time beyond that for an empty input, no less than 0.01 s, and its growth.

A row is a reader and an input that grows.  To add one, write a function that yields rows and name it in ``ROWS``.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import corpus

from muniment.archive import open_archive
from muniment.cite.citation import Citation
from muniment.cite.normalization import letters_of
from muniment.cite.pasted import find_pasted
from muniment.cite.reading import parse_citation
from muniment.errors import MunimentError
from muniment.export.snapshot import build_snapshot
from muniment.paragraph_proof import places
from muniment.record import Issued
from muniment.reference import parse_reference
from muniment.snapshot.container import read_zip
from muniment.snapshot.zip import parse_zip
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


HASH = f"SHA-256 {'a' * 64}"
HELD = f"o, r/v1, {HASH}"
WORDS: dict[str, tuple[str, str]] = {
    "long: openings": (", “", ""),
    "long: closings": ("“", "” [press release], a. Archive version 1 (r/v1), o. Source: <"),
    "short": ("“", "” (a), v1"),
    "apa": ("a (b). ", f" (Archive version 1) [Press release]. (a). {HELD}. Source: "),
    "chicago-note": (", “", f",” press release, a, archive version 1, {HELD}, source: "),
    "chicago-bibliography": (" “", f".” Press release, a. Archive version 1. {HELD}. Source: "),
    "mla": (" “", f".” Archive version 1, a, {HELD}, source: "),
    "bluebook": ("", " ¶ 1 (a), [archive version 1, "),
    "locators": (", para. 1", ", par. 1"),
    "leads": ("12. See • ", "cf. "),
    "hashes of one version": ("", f"{HASH} "),
    "halves of hashes": ("", f"SHA-256 {'a' * 63} "),
    "digits apart": ("SHA-256 ", "a "),
    "blanks": ("SHA-256", " "),
    "line ends": ("\n", " \n"),
    "marks": ("", "SHA-256 "),
    "ni names": ("", "ni:///sha-256;"),
}
"""Beginnings and ends of which a citation in words is made: what once made its readers backtrack."""

FORMATS: dict[str, tuple[str, str, str]] = {
    "bibtex: names": ("@misc{a,", "a ", ""),
    "bibtex: blanks": ("@misc{a,", " ", ""),
    "bibtex: commas": ("@misc{a,", ", ", "=a"),
    "bibtex: braces": ("@misc{a, title = ", "{", ""),
    "bibtex: joined": ("@misc{a, title = ", "# ", ""),
    "bibtex: commands": ("@misc{a, title = {", "\\textaa", "}}"),
    "bibtex: locators": ("% ", "\\autocite[para.~", "\n@misc{a, title={b}}"),
    "bibtex: entries cut": ("", "@misc{a ", ""),
    "ris: lines": ("TY  - GEN\n", "N1  - a\n", ""),
    "ris: one line": ("TY  - GEN\nN1  - ", ": ", ""),
    "html: tags": ("<p>", "<a ", ""),
    "html: less than": ("<", "<", ""),
    "html: comments": ("<p>", "<!--", ""),
    "html: declarations": ("<p>", "<!a", ""),
    "html: instructions": ("<p>", "<?", ""),
    "html: ends": ("<p>", "</a", ""),
    "html: marked": ("<p>", "<![", ""),
    "html: scripts": ("<p>", "<script>", ""),
    "html: references": ("<p>", "&amp", ""),
    "html: quotes": ("<p ", "a='", ""),
    "html: attributes": ("<p ", "a=b ", ">"),
    "html: slashes": ("<p", "/", ""),
    "json: nested": ("", "[", ""),
    "json: items": ('{"a":[', "1,", "1]}"),
    "json: escapes": ('{"a":"', "\\\\", '"}'),
}
"""Beginning, what is repeated, end."""


def word_rows(_: Path) -> Iterator[Row]:
    """Citations in words."""
    for name, (one, other) in WORDS.items():
        for share in (2, 8) if one and other else (1,):
            yield Row(f"words, {name}, 1/{share}", _worded(one, other, share), _cited)


def _worded(one: str, other: str, share: int) -> Callable[[int], bytes]:
    def make(size: int) -> bytes:
        first = one * (size // share // max(len(one.encode()), 1)) if other else ""
        rest = (other or one) * ((size - len(first.encode())) // len((other or one).encode()))
        return f"x{first}{rest} {HASH}\x0b!".encode()

    return make


def format_rows(_: Path) -> Iterator[Row]:
    """Citations in formats."""
    for name, (start, unit, end) in FORMATS.items():
        yield Row(name, lambda size, a=start, b=unit, c=end: f"{a}{b * (size // len(b))}{c}".encode(), _cited)


def _cited(data: bytes) -> object:
    try:
        return parse_citation(data.decode())
    except MunimentError as error:
        return error


def quote_rows(_: Path) -> Iterator[Row]:
    """Words looked for in a paragraph of so many bytes."""
    for name, text, quote in (
        ("one word", "a ", "a"),
        ("half of it", "a ", "a " * 100_000),
        ("half of it, and another word", "a ", "a " * 100_000 + "b"),
        ("blanks", " ", "a b"),
        ("two words of many blanks", "a   ", "a b"),
    ):

        def read(data: bytes, wanted: str = quote) -> object:
            return next(places(data.decode(), wanted.split()), None)

        yield Row(f"quote: {name}", lambda size, unit=text: (unit * (size // len(unit))).encode(), read)


def pasted_rows(_: Path) -> Iterator[Row]:
    """The citation of a version looked for in words."""
    issued = Issued("2022-01", "inferred")
    citation = Citation("a " * 400, None, issued, "r", 1, "o", "a" * 64, "en", None, "2026-11-22T10:01:00Z", 1)
    for name, unit in (("letters", "a"), ("words", "a "), ("accents", "é"), ("its title", "“a "), ("ligatures", "ﬃ")):
        yield Row(
            f"pasted: {name}",
            lambda size, each=unit: (each * (size // len(each.encode()))).encode(),
            lambda data: find_pasted(letters_of(data.decode()), citation),
        )


def zip_rows(_: Path) -> Iterator[Row]:
    """Zips that another tool has packed."""
    for name, make in (("one file", _one_file), ("many folders", _many_folders), ("names of one letter", _many_files)):
        yield Row(f"zip: {name}", make, _zipped)


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files:
            made.writestr(zipfile.ZipInfo(name, (2022, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _one_file(size: int) -> bytes:
    return _zip([("a/bagit.txt", random.Random(size).randbytes(size))])


def _many_folders(size: int) -> bytes:
    return _zip((f"a/{number}/", b"") for number in range(size // 110))


def _many_files(size: int) -> bytes:
    return _zip((f"a/{number}", b"") for number in range(size // 110))


def _zipped(data: bytes) -> object:
    try:
        return read_zip(data)
    except MunimentError as error:
        return error


ROWS: tuple[Callable[[Path], Iterator[Row]], ...] = (
    script_rows,
    word_rows,
    format_rows,
    pasted_rows,
    quote_rows,
    zip_rows,
)
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
    parser.add_argument("--skip", default=None, help="rows without these words in their names")
    parser.add_argument("--size", type=int, default=1_000_000, help="bytes of the smallest input")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number, rows in enumerate(ROWS):
            own = Path(folder) / str(number)
            own.mkdir()
            for row in rows(own):
                if options.only not in row.name or (options.skip is not None and options.skip in row.name):
                    continue
                nothing = seconds(row, 0)
                taken = [max(seconds(row, options.size * times) - nothing, 0.01) for times in TIMES]
                said = "  ".join(f"{each:7.3f} s" for each in taken)
                print(f"{row.name:44} {said}   x{taken[1] / taken[0]:.1f}  x{taken[2] / taken[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
