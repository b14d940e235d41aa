"""``archive verify``: every check, and a report."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from muniment.cli.against import refuse_existing, sight_older, write_evidence
from muniment.cli.completion import complete_reference
from muniment.cli.files import read_file
from muniment.cli.memory import Memory, memory_option
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.progress import ProgressBar
from muniment.cli.reporting import print_report
from muniment.cli.target import find_archive, is_archive, open_target, store_at
from muniment.cli.terminal import json_text
from muniment.errors import InputError, UnavailableError
from muniment.memory import Past
from muniment.reference import parse_reference
from muniment.store import MAX_FILE
from muniment.verify.report import FAILED, UNCHECKED, VERIFIED, Report, report_as_json
from muniment.verify.whole import verify_archive

EXIT_CODES = {VERIFIED: 0, FAILED: 1, UNCHECKED: 3}


def _processors() -> int:
    return min(os.cpu_count() or 1, 64)


@verb(
    "archive verify",
    "archive verify harbour-notice/v1",
    "archive verify harbour-notice-v1.zip --root sha256:9f86d081…",
    "archive verify --against checkpoint-seen-last-year --evidence fork.txt",
    "archive verify harbour-notice/v1 --explain",
)
@click.argument("target", required=False, metavar="[TARGET]", shell_complete=complete_reference)
@click.option("--root", metavar="SHA256", help="Hash of trust root 1 that you have from elsewhere.")
@click.option("--against", metavar="OLD", help="Compare with an older checkpoint, snapshot or copy of the archive.")
@click.option("--evidence", metavar="FILE", help="Where to write both signed checkpoints, should there be a fork.")
@memory_option
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=_processors, help="Processes; one a processor unless given."
)
@click.option("--explain", "explaining", is_flag=True, help="Print commands of stock tools that check the same.")
@in_archive
@as_json
@click.pass_context
def command(
    ctx: click.Context,
    /,
    target: str | None,
    *,
    jobs: int,
    explaining: bool,
    as_json: bool,
    memory: Memory,
    **past: str,
) -> None:
    """Check an archive, a version or a snapshot.

    TARGET is a reference, a snapshot (a .zip file) or the folder of an archive; without it the whole archive is
    checked. The log must have grown from what this machine saw of it before, and from OLD where it is given.
    Exit code 0: verified, 1: a check failed, 3: something could not be checked.
    """
    root, against, evidence = past["root"], past["against"], past["evidence"]
    pinned = None if root is None else _parse_root(root)
    if explaining:
        _refuse_past(against, evidence)
        _explain(target)
        return
    if evidence is not None:
        refuse_existing(evidence)
    report = _verify(target, pinned, jobs, Past(memory.recall, None if against is None else sight_older(against)))
    memory.keep_report(report, whole=target is None or not _is_file(target))
    if evidence is not None:
        write_evidence(report, evidence)
    if as_json:
        print(json_text(report_as_json(report)))
    else:
        print_report(report, pinned=pinned is not None)
    ctx.exit(EXIT_CODES[report.verdict])


def _refuse_past(against: str | None, evidence: str | None) -> None:
    if against is not None or evidence is not None:
        raise InputError("--explain stands alone: its commands compare nothing with the past")


def _verify(target: str | None, pinned: str | None, jobs: int, past: Past) -> Report:
    if target is not None and _is_file(target):
        from muniment.export.check import check_snapshot  # noqa: PLC0415 - start-up: 5 ms, for a snapshot only

        data = read_file(target, max_size=MAX_FILE, kind=UnavailableError)
        return check_snapshot(data, subject=target, pinned_root=pinned, past=past)
    whole = target is None or is_archive(Path(target))
    folder = find_archive() if target is None or not whole else Path(target)
    only = None if target is None or whole else parse_reference(target)
    with ProgressBar() as bar:
        return verify_archive(
            store_at(folder),
            subject=str(folder) if only is None or target is None else target,
            only=only,
            pinned_root=pinned,
            past=past,
            jobs=jobs,
            progress=bar.update,
        )


def _explain(target: str | None) -> None:
    from muniment.cli.explain import explain, explain_snapshot  # noqa: PLC0415 - start-up, as above

    if target is not None and _is_file(target):
        explain_snapshot(target)
        return
    if target is not None and is_archive(Path(target)):
        raise InputError("name the archive with --archive", where=target, hint="--archive DIR")
    archive = open_target()
    entries = (
        [entry for versions in archive.versions.values() for entry in versions]
        if target is None
        else [archive.resolve(parse_reference(target))]
    )
    explain(archive, find_archive(), entries)


def _is_file(target: str) -> bool:
    return target.lower().endswith(".zip") or Path(target).is_file()


def _parse_root(text: str) -> str:
    digits = text.removeprefix("sha256:")
    if re.fullmatch(r"[0-9a-f]{64}", digits) is None:
        raise InputError(
            "not the hash of a trust root", expected="sha256: and 64 lower-case hex digits", where="--root"
        )
    return digits
