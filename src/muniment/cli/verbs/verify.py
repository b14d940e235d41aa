"""``archive verify``: every check, a report, and an exit code; ``--strict`` asks for more than that nothing failed.

``--root``, ``--against`` and the memory are what a reader brings along; ``--evidence`` is what is written of a fork.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from click.core import ParameterSource

from muniment.cli.completion import complete_reference
from muniment.cli.hints import for_reader
from muniment.cli.inputs import InputKind, read_named, read_snapshot
from muniment.cli.lines import print_words
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, check_word, in_archive, is_verbose, processors, verb, verbose_option
from muniment.cli.part_options import PartAsked, part_options
from muniment.cli.reports import print_report
from muniment.cli.target import Place, find_archive, place_of, store_at
from muniment.cli.terminal import ProgressBar, json_text, marked_lines
from muniment.cli.verbs.verify_target import Target, cited_paragraphs, tell_target
from muniment.display import plain
from muniment.errors import FormatError, InputError
from muniment.files import STANDARD_STREAM, write_file
from muniment.log_view import LogView
from muniment.memory import Past
from muniment.record.reading import fold_white_space
from muniment.reference import parse_reference
from muniment.verify.archive import verify_archive
from muniment.verify.fork import format_evidence
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.part import Sample, Since
from muniment.verify.public_json import report_as_json
from muniment.verify.report import FAILED, UNCHECKED, UNFINISHED, VERIFIED, Report, trusting

if TYPE_CHECKING:
    from muniment.record import Paragraph
    from muniment.verify.pieces import Cluster


def sight_older(name: str) -> LogView:
    """Read the older side: the folder of a copy, a snapshot, or a file with a signed checkpoint.

    Raises:
        InputError: It is none of these.
        UnavailableError: It cannot be read, or does not verify.
    """
    older = read_named(name)
    if older.kind is InputKind.ARCHIVE:
        return sight_copy(store_at(place_of(name)), name)
    if older.kind is InputKind.SNAPSHOT and older.data is not None:
        from muniment.verify.snapshot_evidence import sight_snapshot  # noqa: PLC0415 - start-up: for snapshots only

        return sight_snapshot(older.data, name)
    hint = "name a checkpoint, a snapshot or a copy of the archive"
    if older.file is None:
        raise InputError("not an archive", where=name, hint=hint)
    try:
        return sight_checkpoint(older.file, name)
    except FormatError as error:
        raise error.as_(InputError, what=f"not a checkpoint: {error.what}", where=name, hint=hint) from error


def refuse_existing(evidence: str) -> None:
    """Refuse, before anything is checked, to overwrite a file.

    Raises:
        InputError: There is a file of that name.
    """
    if os.path.lexists(evidence):
        raise InputError("another file is there", where=evidence, hint="evidence is never overwritten: name a new file")


def write_evidence(report: Report, evidence: str | None) -> None:
    """Write the evidence of a fork, if there is one and a file for it; stdout stays the report's."""
    if report.fork is not None and evidence is not None:
        write_file(Path(evidence), format_evidence(report.fork), force=False)
        print(f"archive: evidence of the fork is in {plain(evidence)}", file=sys.stderr)


def parse_root(text: str, *, where: str = "--root") -> str:
    """Read the hash of trust root 1: 64 hex digits.

    Raises:
        InputError: It is not one.
    """
    digits = text.removeprefix("sha256:")
    if re.fullmatch(r"[0-9a-f]{64}", digits) is None:
        raise InputError("not the hash of a trust root", expected="sha256: and 64 lower-case hex digits", where=where)
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


_ATTESTING = "muniment.attesting"


def attesting_option(command: _Function) -> _Function:
    """Give ``--attesting-root``: trust roots of other archives, which the printed report then counts as known."""

    def remember(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> None:
        for text in value:
            check_word(text, param)
        ctx.meta[_ATTESTING] = {f"sha256:{parse_root(text, where='--attesting-root')}" for text in value}

    return click.option(
        "--attesting-root",
        metavar="SHA256",
        multiple=True,
        expose_value=False,
        callback=remember,
        help="Trust root 1 of another archive that attests versions; may be given again.",
    )(command)


def exit_code(ctx: click.Context, report: Report) -> int:
    """Give the exit code of a command that has verified something."""
    return EXIT_CODES[report.verdict] or int(ctx.meta.get(_STRICT, False) and not report.vouched)


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
    "archive verify notice-v1-p2.proof.html --against harbour-notice-v1.zip",
    "archive verify s3://example-bucket/archive --on tcp://scheduler:8786",
    "archive verify --ocfl archive/releases",
)
@click.argument("target", required=False, metavar="[TARGET]", shell_complete=complete_reference)
@click.argument("snapshot", required=False, metavar="[SNAPSHOT]")
@click.option("--root", metavar="SHA256", help="Hash of trust root 1 that you have from elsewhere.")
@attesting_option
@click.option("--against", metavar="OLD", help="Compare with an older checkpoint, snapshot or copy of the archive.")
@part_options
@click.option("--evidence", metavar="FILE", help="File for both signed checkpoints, if there is a fork.")
@memory_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=processors,
    help="Worker processes, of an object store threads (default: one per processor).",
)
@click.option("--on", metavar="SCHEDULER", help="Let the machines of a Dask scheduler do it: tcp://HOST:PORT.")
@strict_option
@click.option(
    "--ocfl", metavar="DIR", help="Judge DIR, any OCFL storage root or object, by the codes of OCFL 1.0 and 1.1."
)
@verbose_option
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

    The verdict comes first; a line for each check follows where something failed, or with -v.
    The log must have grown from what this machine saw of it before, and from OLD where it is given.
    Exit code 0: verified, 1: a check failed, 3: something could not be checked.
    """
    against, evidence, asked = past["against"], past["evidence"], PartAsked.of(ctx)
    if past["ocfl"] is not None:
        _refuse_beside_ocfl(explaining, target, past["root"], against, evidence, past["on"], *astuple(asked))
        ctx.exit(_judge_ocfl(ctx, past["ocfl"], jobs, as_json=as_json))
    pinned = None if past["root"] is None else parse_root(past["root"])
    if explaining:
        _explain(target, snapshot, against, evidence, past["on"], *astuple(asked))
        return
    if evidence is not None:
        refuse_existing(evidence)
    known = Past(memory.recall, None if (older := asked.older(against)) is None else sight_older(older))
    hands = _Hands(ctx, jobs, past["on"])
    report, whole = _verify(resolved := tell_target(target, snapshot), pinned, hands, known, asked.part(known.against))
    memory.keep_report(report, whole=whole, against=known.against)
    write_evidence(report, evidence)
    _print(trusting(report, ctx.meta[_ATTESTING]), resolved, as_json=as_json, pinned=pinned is not None)
    ctx.exit(exit_code(ctx, report))


def _refuse_beside_ocfl(*others: object) -> None:
    if any(others):
        raise InputError("--ocfl stands alone: it judges a folder by OCFL, and nothing else of an archive")


def _judge_ocfl(ctx: click.Context, named: str, jobs: int, *, as_json: bool) -> int:
    from muniment.cli.verbs.verify_ocfl import judge  # noqa: PLC0415 - start-up: for this option only

    return judge(named, jobs=jobs, as_json=as_json, strict=ctx.meta.get(_STRICT, False))


def _print(report: Report, target: Target, *, as_json: bool, pinned: bool) -> None:
    verbose = is_verbose()
    if target.proof is not None:
        from muniment.cli.proof_lines import print_checked  # noqa: PLC0415 - start-up: for a proof only

        print_checked(report, target.proof, as_json=as_json, pinned=pinned, verbose=verbose)
        return
    cited = cited_paragraphs(target) if target.stated and report.stands else ()
    if as_json:
        print(json_text({**report_as_json(for_reader(report)), **_cited_json(report, target, cited)}))
        return
    how = "with --root" if pinned else "in the citation"
    print_report(report, pinned=pinned or target.pins, how=how, verbose=verbose)
    for paragraph in cited:
        text = f"{paragraph.label} {paragraph.text}" if paragraph.label else paragraph.text
        print()
        print(*marked_lines(fold_white_space(text)), sep="\n")
        print_words(plain(f"the whole of {report.dated[0].reference}#{paragraph.id}"), 0)


def _cited_json(report: Report, target: Target, cited: Sequence[Paragraph]) -> dict[str, object]:
    """Give the member ``quotation`` for the one paragraph that was cited; else nothing."""
    if len(cited) != 1:
        return {}
    dated, paragraph, record = report.dated[0], cited[0], f"sha256:{target.digest}"
    place = {"reference": f"{dated.reference}#{paragraph.id}", "record": record, "entry": dated.index}
    return {"quotation": {**place, "paragraph": paragraph.as_json(), "quote": None}}


def _explain(target: str | None, snapshot: str | None, *others: object) -> None:
    if any(other is not None for other in others):
        raise InputError("--explain stands alone: its commands compare nothing with the past")
    from muniment.cli.verbs.verify_explain import explain  # noqa: PLC0415 - start-up: where commands are asked for

    explain(tell_target(target, snapshot))


@dataclass(frozen=True, slots=True)
class _Hands:
    """Who does the work.

    Attributes:
        ctx: Context of the command, which knows whether the user gave ``jobs``.
        jobs: Processes, or threads.
        on: The scheduler of a cluster, or None.
    """

    ctx: click.Context
    jobs: int
    on: str | None

    @contextmanager
    def at(self, place: Place) -> Iterator[int | Cluster]:
        """Give what ``verify_archive`` takes."""
        if self.on is None:
            yield self.jobs
            return
        from muniment.cli.cluster import open_cluster  # noqa: PLC0415 - start-up: for this option only

        given = self.ctx.get_parameter_source("jobs") is not ParameterSource.DEFAULT
        threads = self.jobs if given else 1 if isinstance(place, Path) else _THREADS
        with open_cluster(self.on, place.absolute() if isinstance(place, Path) else place, threads) as cluster:
            yield cluster


_THREADS = 32
"""Files that each machine of a cluster reads at once of an object store: more no longer hide the waiting, but cost."""


def _verify(
    target: Target, pinned: str | None, hands: _Hands, past: Past, part: Sample | Since | None
) -> tuple[Report, bool]:
    """Check, and say whether the log was there."""
    if part is not None and not (target.name is None or target.is_archive):
        raise InputError("--since and --sample are for an archive", where=plain(target.name))
    if hands.on is not None and not (target.name is None or target.is_archive):
        raise InputError("--on is for an archive: anything else is too little to share", where=plain(target.name))
    subject = "stdin" if target.name == STANDARD_STREAM else str(target.name)
    if target.stated:
        return _verify_citation(target, pinned, hands.jobs, past), target.snapshot is None
    if target.proof is not None:
        from muniment.verify.proof import verify_proof  # noqa: PLC0415 - start-up, as above

        return verify_proof(target.proof, subject=subject, pinned_root=pinned, past=past), False
    if target.named is not None and target.named.data is not None:
        from muniment.verify.snapshot import verify_snapshot  # noqa: PLC0415 - start-up: 5 ms, for a snapshot only

        return verify_snapshot(target.named.data, subject=subject, pinned_root=pinned, past=past), False
    return _verify_archive(target, pinned, hands, past, part), True


def _verify_citation(target: Target, pinned: str | None, jobs: int, past: Past) -> Report:
    """Check a citation against the snapshot beside it, else against the archive."""
    from muniment.verify.citation import Reader, check_citation_in_snapshot, verify_citation  # noqa: PLC0415 - start-up, as above

    if target.snapshot is not None:
        bag, reader = read_snapshot(target.snapshot), Reader(pinned, past, jobs)
        return check_citation_in_snapshot(bag, target.stated, snapshot=target.snapshot, reader=reader)
    store = store_at(find_archive())
    with ProgressBar() as bar:
        return verify_citation(store, target.stated, Reader(pinned, past, jobs, progress=bar.update))


def _verify_archive(
    target: Target, pinned: str | None, hands: _Hands, past: Past, part: Sample | Since | None
) -> Report:
    name = target.name
    whole = name is None or target.is_archive
    folder = find_archive() if name is None or not whole else place_of(name)
    only = part if name is None or whole else parse_reference(name)
    with hands.at(folder) as jobs, ProgressBar() as bar:
        return verify_archive(
            store_at(folder),
            subject=str(folder) if whole or name is None else name,
            only=only,
            pinned_root=pinned,
            past=past,
            jobs=jobs,
            progress=bar.update,
        )
