"""Rows: the text arguments of the command, on a small archive on the disk; and the table of releases."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.attacks.hands import lay, run
from tests.fuzz.material import files
from tests.fuzz.rows_text import hold_shown
from tests.fuzz.target import Target, hold, text_of

from muniment.cli.release_table import COLUMNS, TableRow, parse_table
from muniment.cli.verbs.verify import parse_root
from muniment.description_files import FiledDescription, parse_description
from muniment.reference import check_release_id

_COMMANDS = {
    "show": ("show",),
    "cite": ("cite",),
    "verify": ("verify",),
    "diff": ("diff",),
    "diff-b": ("diff", "v1"),
    "blame": ("blame",),
    "when": ("when",),
    "find-quote": ("find-quote",),
    "log": ("log",),
}
_SEEDS = (
    b"v1", b"declaration", b"declaration/v2", b"v1#p1", b"v1..v3", b"declaration/v1..v2", b"#16", b"harbour",
    b"The last words", b"sha256:" + b"0" * 64, b"SHA-256 " + b"0" * 64, b"./x.txt", b"x.zip", b"-",
)  # fmt: skip


@cache
def _folder() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """The archive on the disk; gone when this process ends."""
    held = tempfile.TemporaryDirectory()
    return held, lay(files(), Path(held.name) / "archive")


def _run(command: tuple[str, ...], data: bytes) -> int:
    """Run a command with one argument; what begins with a hyphen is text too, and no name leads to a device."""
    argument = text_of(data.replace(b"\0", b"")).replace("/dev", "").replace("/proc", "")
    os.environ["COLUMNS"] = "80"
    result = run(command[0], "--archive", str(_folder()[1]), "--", *command[1:], argument)
    hold(result.exit_code in {0, 1, 2, 3}, f"exit code {result.exit_code}: {result.stderr[-300:]}")
    if result.exit_code and not result.stdout:
        hold(result.stderr.startswith("archive") and result.stderr.count("\n") == 1, "an error is not one line")
    hold("Traceback" not in result.output, "a traceback")
    hold_shown(result.stdout)
    hold_shown(result.stderr)
    return result.exit_code


def _runner(command: tuple[str, ...]) -> Callable[[bytes], int]:
    return lambda data: _run(command, data)


_HERE = Path(__file__).parent
_TABLES = (
    b"file,release\nrun.py,harbour\ntable.py,harbour\n",
    b'\xef\xbb\xbfFile,Release,title,subject,subject\r\nrun.py,pier,"Pier, ""new""",ships,\r\n,,,,\r\n',
    b"release,,issued,issued-basis,genre,by,note,file\npier,,2026-03-03,stated,notice,A. Editor,as found,run.py\n",
)


def _table(data: bytes) -> list[TableRow]:
    return parse_table(data, "table.csv", _HERE, "2026-12-01T00:00:00Z")


def _check_table(_data: bytes, rows: list[TableRow]) -> None:
    numbers = [row.number for row in rows]
    hold(numbers == sorted(set(numbers)) and numbers[0] > 1, "rows out of order, or none")
    hold(len({(row.path, row.release) for row in rows}) == len(rows), "a file twice for one release")
    for row in rows:
        check_release_id(row.release)
        hold(Path(row.path).is_file(), "no such file")
        hold_shown("".join([row.place("file"), *row.texts.values(), *map(str, row.metadata.values())]))


def _check_description(_data: bytes, filed: FiledDescription) -> None:
    hold(filed.form in {"JSON", "YAML", "CSL-JSON", "Dublin Core"}, "a form that is none")
    json.dumps(dict(filed.members))  # whatever is signed is JSON


ROWS = (
    Target(
        "description",
        ("description_files.parse_description",),
        parse_description,
        lambda: [
            b'{"title": "Notice", "issued": "2026-03-02"}',
            b'[{"id": 1, "title": "Notice", "issued": {"date-parts": [[2026, 3, 2]]}, "author": [{"literal": "A"}]}]',
            b"title: Notice\nsubjects: [a, b]\nissued:\n  date: 2026\n",
            b'<r xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Notice</dc:title><dc:date>2026</dc:date></r>',
        ],
        why="others write it",
        check=_check_description,
        words=(
            b"&a ",
            b"*a",
            b"- ",
            b"? ",
            b"<!DOCTYPE a>",
            b"&amp;",
            b"<dc:subject>",
            b'"date-parts"',
            b'"accessed"',
            b"[[",
        ),
    ),
    Target(
        "release-table",
        ("cli.release_table.parse_table",),
        _table,
        lambda: _TABLES,
        why="spreadsheets write it",
        check=_check_table,
        words=(b",", b'"', b"\n", b"\r\n", b"run.py", *(name.encode() for name in COLUMNS)),
    ),
    Target(
        "root-option",
        ("cli.verbs.verify.parse_root",),
        lambda data: parse_root(text_of(data)),
        lambda: [b"sha256:" + b"0a" * 32, b"0a" * 32],
        lambda digits: b"sha256:" + digits.encode(),
        alike=True,
        cap=200,
    ),
    *(
        Target(
            f"cli-{name}",
            (f"cli.verbs.{command[0].replace('-', '_')}.command",),
            _runner(command),
            lambda: _SEEDS,
            why="it gives an exit code",
            words=(b"..", b"/", b"#", b"v", b"declaration", b"--"),
            cap=600,
            steps=6,
        )
        for name, command in _COMMANDS.items()
    ),
)
