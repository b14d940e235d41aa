"""``archive verify``: every check, a report, and an exit code; ``--strict`` asks for more than that nothing failed.

``--root``, ``--against`` and the memory are what a reader brings along; ``--evidence`` is what is written of a fork.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from muniment.cli.completion import complete_reference
from muniment.cli.hints import for_reader
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.part_options import PartAsked, part_options
from muniment.cli.reports import print_report
from muniment.cli.target import find_archive, is_named_archive, open_target, store_at
from muniment.cli.terminal import ProgressBar, json_text
from muniment.display import plain
from muniment.errors import FormatError, InputError, MunimentError, NotAnArchiveError, UnavailableError
from muniment.files import STANDARD_STREAM, read_file, write_file
from muniment.log_view import LogView
from muniment.memory import Past
from muniment.reference import parse_reference
from muniment.store import MAX_FILE
from muniment.verify.archive import verify_archive
from muniment.verify.fork import format_evidence
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.part import Sample, Since
from muniment.verify.report import FAILED, UNCHECKED, UNFINISHED, VERIFIED, Report, report_as_json

if TYPE_CHECKING:
    from muniment.cite.facts import Stated
    from muniment.snapshot.container import Bag


_ZIP = b"PK\x03\x04"


def sight_older(named: str) -> LogView:
    """Read the older side: the folder of a copy, a snapshot, or a file with a signed checkpoint.

    Raises:
        InputError: It is none of these.
        UnavailableError: It cannot be read, or does not verify.
    """
    folder = Path(named)
    if is_named_archive(named):
        return sight_copy(store_at(folder), named)
    from muniment.cli.snapshots import is_snapshot, read_unpacked  # noqa: PLC0415 - start-up: for snapshots only
    from muniment.verify.snapshot_evidence import sight_snapshot  # noqa: PLC0415 - start-up, as above

    if is_snapshot(folder):
        return sight_snapshot(read_unpacked(named), named)
    if folder.is_dir():
        raise InputError("not an archive", where=named, hint="name a checkpoint, a snapshot or a copy of the archive")
    data = read_file(named, max_size=MAX_FILE, kind=UnavailableError)
    if data.startswith(_ZIP):
        return sight_snapshot(data, named)
    try:
        return sight_checkpoint(data, named)
    except FormatError as error:
        raise error.as_(
            InputError,
            what=f"not a checkpoint: {error.what}",
            where=named,
            hint="name a checkpoint, a snapshot or a copy of the archive",
        ) from error


def refuse_existing(evidence: str) -> None:
    """Refuse, before anything is checked, to overwrite a file.

    Raises:
        InputError: There is a file of that name.
    """
    if os.path.lexists(evidence):
        raise InputError("another file is there", where=evidence, hint="evidence is never overwritten: name a new file")


def write_evidence(report: Report, evidence: str) -> None:
    """Write the evidence of a fork, if there is one; stdout stays the report's."""
    if report.fork is not None:
        write_file(Path(evidence), format_evidence(report.fork), force=False)
        print(f"archive: evidence of the fork is in {plain(evidence)}", file=sys.stderr)


def parse_root(text: str) -> str:
    """Read the hash of trust root 1: 64 hex digits.

    Raises:
        InputError: It is none.
    """
    digits = text.removeprefix("sha256:")
    if re.fullmatch(r"[0-9a-f]{64}", digits) is None:
        raise InputError(
            "not the hash of a trust root", expected="sha256: and 64 lower-case hex digits", where="--root"
        )
    return digits


EXIT_CODES = {VERIFIED: 0, UNFINISHED: 0, FAILED: 1, UNCHECKED: 3}

_STRICT = "muniment.strict"
_Function = TypeVar("_Function", bound=Callable[..., object])


def strict_option(command: _Function) -> _Function:
    """Give ``--strict``, which ``exit_code`` looks at."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001 - click's
        ctx.meta[_STRICT] = value

    return click.option(
        "--strict",
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="Exit with 1 also when nothing failed but something is not vouched for.",
    )(command)


def exit_code(ctx: click.Context, report: Report) -> int:
    """Give the exit code of a command that has verified something."""
    return EXIT_CODES[report.verdict] or int(ctx.meta.get(_STRICT, False) and not report.vouched)


_PROOF = b"c2sp.org/tlog-proof@"


def _processors() -> int:
    return min(os.cpu_count() or 1, 64)


@verb(
    "archive verify",
    "archive verify harbour-notice/v1",
    "archive verify harbour-notice-v1.zip --root sha256:9f86d081…",
    "archive verify --against checkpoint-seen-last-year --evidence fork.txt",
    "archive verify --since checkpoint-seen-last-year",
    "archive verify --sample 20 --seed 2026-11-29",
    "archive verify harbour-notice/v1 --explain",
    'archive verify "$(archive cite harbour-notice/v1#p2)"',
    "archive verify citation.bib harbour-notice-v1.zip",
    "archive verify harbour-notice-v1-p2.tlog-proof --against harbour-notice-v1.zip",
)
@click.argument("target", required=False, metavar="[TARGET]", shell_complete=complete_reference)
@click.argument("snapshot", required=False, metavar="[SNAPSHOT]")
@click.option("--root", metavar="SHA256", help="Hash of trust root 1 that you have from elsewhere.")
@click.option("--against", metavar="OLD", help="Compare with an older checkpoint, snapshot or copy of the archive.")
@part_options
@click.option("--evidence", metavar="FILE", help="File for both signed checkpoints, if there is a fork.")
@memory_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=_processors,
    help="Worker processes (default: one per processor).",
)
@strict_option
@click.option("--explain", "explaining", is_flag=True, help="Print commands of stock tools that check the same.")
@in_archive
@as_json
@click.pass_context
def command(
    ctx: click.Context,
    /,
    target: str | None,
    snapshot: str | None,
    *,
    jobs: int,
    explaining: bool,
    as_json: bool,
    memory: Memory,
    **past: str | None,
) -> None:
    """Check an archive, a version, a snapshot, a proof or a citation.

    TARGET is a file (a snapshot, a proof of a paragraph, or a citation in any format), the folder of an archive or of
    an unpacked snapshot, a reference, or the words of a citation; - reads stdin; without it the whole archive is
    checked. What could be a file and a reference of the archive is refused: ./NAME is the file.
    A citation is checked against the archive, or against SNAPSHOT.

    The log must have grown from what this machine saw of it before, and from OLD where it is given.
    Exit code 0: verified, 1: a check failed, 3: something could not be checked.
    """
    against, evidence = past["against"], past["evidence"]
    pinned = None if past["root"] is None else parse_root(past["root"])
    if explaining:
        _refuse_past(against or PartAsked.of(ctx).since, evidence)
        _explain(target, snapshot)
        return
    if evidence is not None:
        refuse_existing(evidence)
    asked = PartAsked.of(ctx)
    older = asked.older(against)
    known = Past(memory.recall, None if older is None else sight_older(older))
    part = asked.part(known.against)
    report, whole = _verify(resolved := _tell(target, snapshot), pinned, jobs, known, part)
    memory.keep_report(report, whole=whole)
    if evidence is not None:
        write_evidence(report, evidence)
    _print(report, resolved, as_json=as_json, pinned=pinned is not None)
    ctx.exit(exit_code(ctx, report))


def _print(report: Report, target: _Target, *, as_json: bool, pinned: bool) -> None:
    if target.proof is not None:
        from muniment.cli.proof_lines import print_checked  # noqa: PLC0415 - start-up: for a proof only

        print_checked(report, target.proof, as_json=as_json, pinned=pinned)
    elif as_json:
        print(json_text(report_as_json(for_reader(report))))
    else:
        print_report(report, pinned=pinned or target.pins, how="with --root" if pinned else "in the citation")


def _refuse_past(against: str | None, evidence: str | None) -> None:
    if against is not None or evidence is not None:
        raise InputError("--explain stands alone: its commands compare nothing with the past")


@dataclass(frozen=True, slots=True)
class _Target:
    """What is to be checked.

    Attributes:
        name: As the user gave it; None for the archive.
        data: The file that it names, or stdin; None where it names no file.
        stated: What it states, where it is a citation.
        snapshot: The file or folder to check a citation against; None for the archive.
        bag: What was read of the folder of a snapshot.
    """

    name: str | None
    data: bytes | None = None
    stated: tuple[Stated, ...] = ()
    snapshot: str | None = None
    bag: Bag | None = None

    @property
    def proof(self) -> bytes | None:
        """The file, if it is a proof of a paragraph."""
        return self.data if self.data is not None and self.data.startswith(_PROOF) else None

    @property
    def pins(self) -> bool:
        """Whether it is a citation that states the hash of trust root 1."""
        return any(fact.name == "trust root" for part in self.stated for fact in part.facts)


def _tell(name: str | None, snapshot: str | None) -> _Target:
    """Tell what the arguments are: a file before a folder, before a reference, before the words of a citation."""
    target = _Target(name)
    if name is not None and (_is_file(name) or is_named_archive(name) or _is_folder(name)):
        refuse_ambiguous(name)
    if name is not None and (name == STANDARD_STREAM or _is_file(name)):
        target = _tell_file(name)
    elif name is not None and not is_named_archive(name) and _is_folder(name):
        target = _tell_folder(name)
    elif name is not None and not is_named_archive(name) and (stated := _cited_by(name)):
        target = _Target(name, stated=stated)
    if snapshot is not None and not target.stated:
        raise InputError("only a citation takes a snapshot beside it", where=snapshot, hint="verify one at a time")
    return replace(target, snapshot=snapshot)


def _is_folder(name: str) -> bool:
    """Whether an argument is a folder, and not the name of a release that happens to be one."""
    try:
        return Path(name).is_dir() and (REFERENCE.fullmatch(name) is None or (Path(name) / "bagit.txt").is_file())
    except (OSError, ValueError):
        return False


def _tell_folder(name: str) -> _Target:
    from muniment.cli.snapshots import is_snapshot, read_unpacked  # noqa: PLC0415 - start-up: for snapshots only

    if not is_snapshot(Path(name)):
        raise InputError(
            "neither an archive nor a snapshot", where=name, found="a folder", hint="name the one with bagit.txt in it"
        )
    return _Target(name, bag=read_unpacked(name))


def _tell_file(name: str) -> _Target:
    from muniment.cli.verbs.verify_citation import cited_in, is_zip  # noqa: PLC0415 - start-up: 20 ms, for citations and files only

    data = read_file(name, max_size=MAX_FILE, kind=UnavailableError)
    proves = data.startswith(_PROOF)
    stated = () if proves or is_zip(data) or name.lower().endswith(".zip") else cited_in(data)
    if name == STANDARD_STREAM and not (stated or proves or is_zip(data)):
        raise InputError(
            "neither a citation, a snapshot nor a proof", where="stdin", hint="archive cite prints citations"
        )
    return _Target(name, data, stated)


def _cited_by(name: str) -> tuple[Stated, ...]:
    # A reference, as nearly every target is, needs nothing more.
    if REFERENCE.fullmatch(name):
        return ()
    from muniment.cli.verbs.verify_citation import cited_by  # noqa: PLC0415 - start-up, as above

    return cited_by(name)


def _verify(
    target: _Target, pinned: str | None, jobs: int, past: Past, part: Sample | Since | None
) -> tuple[Report, bool]:
    """Check, and say whether the log was there."""
    if part is not None and not (target.name is None or is_named_archive(target.name)):
        raise InputError("--since and --sample are for an archive", where=plain(target.name))
    subject = "stdin" if target.name == STANDARD_STREAM else str(target.name)
    if target.stated:
        from muniment.cli.verbs.verify_citation import verify_cited  # noqa: PLC0415 - start-up, as above
        from muniment.verify.citation import Reader  # noqa: PLC0415 - start-up, as above

        report = verify_cited(target.stated, target.snapshot, Reader(pinned, past, jobs))
        return report, target.snapshot is None
    if target.proof is not None:
        from muniment.verify.proof import verify_proof  # noqa: PLC0415 - start-up, as above

        return verify_proof(target.proof, subject=subject, pinned_root=pinned, past=past), False
    snapshot = target.data if target.data is not None else target.bag
    if snapshot is not None:
        from muniment.verify.snapshot import verify_snapshot  # noqa: PLC0415 - start-up: 5 ms, for a snapshot only

        return verify_snapshot(snapshot, subject=subject, pinned_root=pinned, past=past), False
    return _verify_archive(target.name, pinned, jobs, past, part), True


def _verify_archive(name: str | None, pinned: str | None, jobs: int, past: Past, part: Sample | Since | None) -> Report:
    whole = name is None or is_named_archive(name)
    folder = find_archive() if name is None or not whole else Path(name)
    only = part if name is None or whole else parse_reference(name)
    with ProgressBar() as bar:
        return verify_archive(
            store_at(folder),
            subject=str(folder) if whole or name is None else name,
            only=only,
            pinned_root=pinned,
            past=past,
            jobs=jobs,
            progress=bar.update,
        )


def _explain(name: str | None, snapshot: str | None) -> None:
    from muniment.export.commands import archive_commands, snapshot_commands  # noqa: PLC0415 - start-up, as above

    target = _tell(name, snapshot)
    if target.stated:
        from muniment.cli.verbs.verify_citation import explain_cited  # noqa: PLC0415 - start-up, as above

        explain_cited(target.stated, snapshot)
        return
    if target.proof is not None and name is not None:
        from muniment.cli.proof_lines import explain_proof  # noqa: PLC0415 - start-up, as above

        explain_proof(target.proof, name)
        return
    if (target.data is not None or target.bag is not None) and name is not None:
        print(*snapshot_commands(name), sep="\n")
        return
    if name is not None and is_named_archive(name):
        raise InputError("name the archive with --archive", where=name, hint="--archive DIR")
    archive = open_target()
    entries = (
        [entry for versions in archive.versions.values() for entry in versions]
        if name is None
        else [archive.resolve(parse_reference(name))]
    )
    print(*archive_commands(archive, find_archive(), entries), sep="\n")


def _is_file(target: str) -> bool:
    try:
        return target.lower().endswith(".zip") or Path(target).is_file()
    except OSError:
        # The words of a citation are longer than a file name may be.
        return False


REFERENCE = re.compile(r"[a-z0-9][a-z0-9-]*(?:/v[0-9]+)?(?:#\w+)?|sha256:[0-9a-f]{64}(?:#\w+)?")
"""What may be a reference; many a file is named so too."""


def refuse_ambiguous(name: str) -> None:
    """Refuse a name that would be read as a file or folder, and could be a reference to what the archive here holds.

    One with a version, a paragraph or a hash always could; a bare word only where a release has that name, or the
    archive cannot tell.

    Raises:
        InputError: It is both.
        UnavailableError: The archive that was named cannot be looked at.
    """
    if REFERENCE.fullmatch(name) is None or not _could_name(name):
        return
    raise InputError(
        "both a file here and a reference to the archive",
        where=plain(name),
        hint=f"./{plain(name)} is the file; for the version, run it in another folder with --archive DIR",
    )


def _could_name(name: str) -> bool:
    try:
        folder = find_archive()
    except NotAnArchiveError:
        return False  # nothing here that a reference could be to
    if re.search("[/#:]", name):
        return True
    if Path(name).resolve() == folder.resolve():
        return False  # the archive itself, by the name of its folder
    from muniment.archive import open_archive  # noqa: PLC0415 - start-up: for a file of such a name only

    try:
        return bool(open_archive(store_at(folder)).history(name))
    except MunimentError:
        return True
