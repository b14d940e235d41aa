"""Judge any OCFL storage root or object, with as many processes as there is work for, and report it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from muniment.errors import InputError
from muniment.ocfl.codes import RULES
from muniment.ocfl.folders import OF_OBJECT, Reading, is_object, version_directories
from muniment.ocfl.hierarchy import check_together, is_storage_root, walk_hierarchy
from muniment.ocfl.rules import Problem
from muniment.ocfl.validate import JudgedObject, judge_object

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from muniment.canonical import Json
    from muniment.store.read_only import ForeignFolder

VALID, INVALID, UNREAD = "valid", "invalid", "unchecked"

_WORTH_SHARING = 32
"""Objects from which on starting other processes saves time."""


@dataclass(frozen=True, slots=True)
class OcflReport:
    """What came of judging a storage root or an object.

    Attributes:
        subject: What to call it.
        kind: ``storage root`` or ``object``.
        specification: The version of OCFL that it declares; empty where it declares none that is known.
        objects: How many objects it has.
        files: Files that were read.
        size: Bytes that were read.
        problems: Errors, warnings and what could not be read.
    """

    subject: str
    kind: str
    specification: str
    objects: int
    files: int
    size: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many rules are broken that must not be."""
        return sum(problem.is_error for problem in self.problems)

    @property
    def unread(self) -> int:
        """How many parts could not be read."""
        return sum(problem.is_unread for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many rules are broken that should not be."""
        return len(self.problems) - self.errors - self.unread

    @property
    def verdict(self) -> str:
        """``valid``, ``invalid``, or ``unchecked`` where nothing is wrong with what could be read."""
        if self.errors:
            return INVALID
        return UNREAD if self.unread else VALID


def verify_ocfl(
    tree: ForeignFolder, *, subject: str, jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> OcflReport:
    """Judge an OCFL storage root or object by the rules of OCFL 1.0 and 1.1.

    Args:
        tree: The folder.
        subject: What to call it.
        jobs: How many processes to use; a small root is judged by one.
        progress: Called after each object.

    Raises:
        InputError: The folder is meant to be neither.
    """
    reading = Reading(tree)
    nodes = reading.list("")
    marked = is_object(nodes) or version_directories(nodes) or any(OF_OBJECT.meant_by(node.name) for node in nodes)
    # What is as good as empty is an object that lacks everything.
    meant = marked or all(node.kind == "file" and not node.size for node in nodes)
    if is_storage_root(probe := Reading(tree), nodes):
        return _judge_root(reading, subject, jobs, progress)
    if not meant and not probe.problems:
        raise InputError(
            "neither an OCFL storage root nor an object",
            where=subject,
            expected="a folder with 0=ocfl_1.1 or 0=ocfl_object_1.1 in it",
            hint="name the storage root or the object itself",
        )
    judged = judge_object(tree, "")
    return OcflReport(subject, "object", judged.specification, 1, judged.files, judged.size, judged.problems)


def _judge_root(reading: Reading, subject: str, jobs: int, progress: Callable[[int, int], None] | None) -> OcflReport:
    hierarchy = walk_hierarchy(reading, reading.list(""))
    judged: list[JudgedObject] = []
    with _judged(reading, hierarchy.objects, jobs) as results:
        for number, one in enumerate(results, 1):
            judged.append(one)
            reading.report(one.problems)
            if progress is not None:
                progress(number, len(hierarchy.objects))
    reading.report(check_together(hierarchy, judged))
    files, size = reading.files + sum(one.files for one in judged), reading.size + sum(one.size for one in judged)
    problems = tuple(reading.problems)
    return OcflReport(subject, "storage root", hierarchy.specification, len(judged), files, size, problems)


def _judged(reading: Reading, objects: Sequence[str], jobs: int) -> AbstractContextManager[Iterable[JudgedObject]]:
    judge = partial(judge_object, reading.tree)
    if jobs > 1 and len(objects) >= _WORTH_SHARING:
        from muniment.parallel import share  # noqa: PLC0415 - start-up: for many objects only

        return share(judge, objects, jobs)
    return nullcontext(map(judge, objects))


def ocfl_report_as_json(report: OcflReport) -> Json:
    """Give a report as ``muniment-ocfl/1``, for ``schemas/ocfl.schema.json``."""
    return {
        "format": "muniment-ocfl/1",
        "subject": readable(report.subject),
        "kind": report.kind,
        "specification": report.specification or None,
        "verdict": report.verdict,
        "objects": report.objects,
        "files": report.files,
        "bytes": report.size,
        "errors": report.errors,
        "warnings": report.warnings,
        "unread": report.unread,
        "problems": [
            {
                "severity": severity(problem),
                "code": problem.code or None,
                "path": readable(problem.path),
                "message": readable(problem.message),
                "rule": RULES.get(problem.code),
            }
            for problem in report.problems
        ],
    }


def severity(problem: Problem) -> str:
    """``error``, ``warning``, or ``unread``."""
    if problem.is_unread:
        return "unread"
    return "error" if problem.is_error else "warning"


def readable(text: str) -> str:
    """Show bytes of a name that are not UTF-8 with backslashes, so that it can be written."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
