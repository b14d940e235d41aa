"""``verify --ocfl DIR``: any OCFL storage root or object, judged by the codes of the specification."""

from __future__ import annotations

from pathlib import Path

from muniment.cli.target import is_named_archive
from muniment.cli.terminal import GREEN, RED, ProgressBar, json_text, paint, wants_colour
from muniment.display import plain
from muniment.errors import InputError
from muniment.ocfl.codes import RULES
from muniment.ocfl.rules import Problem
from muniment.store.read_only import ForeignFolder
from muniment.verify.ocfl import INVALID, UNREAD, VALID, OcflReport, ocfl_report_as_json, readable, verify_ocfl

_EXIT_CODES = {VALID: 0, INVALID: 1, UNREAD: 3}


def judge(named: str, *, jobs: int, as_json: bool, strict: bool) -> int:
    """Judge a folder, print the report, and give the exit code; with ``strict`` a warning is 1.

    Raises:
        InputError: It is no folder, or neither a storage root nor an object.
    """
    folder = Path(named)
    if is_named_archive(named):
        raise InputError(
            "an archive, whose storage root is a folder in it", where=named, hint=f"name {folder / 'releases'}"
        )
    if not folder.is_dir():
        raise InputError("not a folder", where=named, hint="name an OCFL storage root or object")
    with ProgressBar() as bar:
        report = verify_ocfl(ForeignFolder(folder), subject=named, jobs=jobs, progress=bar.update)
    if as_json:
        print(json_text(ocfl_report_as_json(report)))
    else:
        _print(report)
    return _EXIT_CODES[report.verdict] or int(strict and report.warnings > 0)


def _print(report: OcflReport) -> None:
    colour = wants_colour()
    for problem in report.problems:
        _print_problem(problem, report.subject, colour=colour)
    if report.problems:
        print()
    word = {VALID: "valid", INVALID: "INVALID", UNREAD: "UNCHECKED"}[report.verdict]
    word = paint(word, GREEN if report.verdict == VALID else RED, colour=colour)
    objects = "" if report.kind == "object" else f" of {_number(report.objects, 'object')}"
    named = f"OCFL {report.specification} {report.kind}" if report.specification else f"OCFL {report.kind}"
    print(f"{word}: {named}{objects}, {_number(report.files, 'file')}, {report.size:,} bytes{_found(report)}")


def _print_problem(problem: Problem, subject: str, *, colour: bool) -> None:
    word = "UNREADABLE" if problem.is_unread else problem.code
    if problem.is_error or problem.is_unread:
        word = paint(word, RED, colour=colour)
    print(f"{word} {plain(readable(problem.path or subject))}: {plain(readable(problem.message))}")
    if problem.code:
        print(f"  rule  {RULES[problem.code]}")


def _found(report: OcflReport) -> str:
    counts = ((report.errors, "error"), (report.warnings, "warning"), (report.unread, "part"))
    found = [_number(count, name) + (" unreadable" if name == "part" else "") for count, name in counts if count]
    return f"; {', '.join(found)}" if found else ""


def _number(count: int, one: str) -> str:
    return f"{count:,} {one if count == 1 else f'{one}s'}"
