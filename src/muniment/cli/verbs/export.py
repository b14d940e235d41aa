"""``archive export``: a snapshot to hand over, or one of every version."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.completion import complete_reference
from muniment.cli.hints import error_line
from muniment.cli.options import as_json, in_archive, processors, verb
from muniment.cli.target import find_archive, no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text, write_bytes
from muniment.digest import format_digest, sha256_hex
from muniment.display import plain
from muniment.errors import InputError
from muniment.export.public_json import EXPORT, file_json, folder_json
from muniment.export.snapshot import Snapshot, build_snapshot
from muniment.files import STANDARD_STREAM, write_file
from muniment.reference import parse_reference

if TYPE_CHECKING:
    from muniment.archive import Archive, StoredVersion
    from muniment.export.all import Exported, Refused


@verb(
    "archive export harbour-notice/v1",
    "archive export harbour-notice/v1 -o notice.zip",
    "archive export harbour-notice/v1 --stamped",
    "archive export --all snapshots",
    "archive export --all snapshots harbour-notice",
)
@click.argument("reference", required=False, metavar="[REF]", shell_complete=complete_reference)
@click.option("-o", "--output", metavar="FILE", help="File to write, - for stdout (default: named after the version).")
@click.option(
    "--all", "folder", metavar="DIR", help="Write every version, or those of the release REF, and an index to DIR."
)
@click.option(
    "--size",
    type=click.IntRange(1),
    help="Log size to prove against (default: the smallest that covers it).",
)
@click.option(
    "--stamped", is_flag=True, help="Prove against the first time-stamped checkpoint, and include its time stamps."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=processors,
    help="Number of worker processes for --all (default: one per processor).",
)
@click.option("--force", is_flag=True, help="Replace other files of these names.")
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(
    ctx: click.Context,
    /,
    reference: str | None,
    *,
    output: str | None,
    folder: str | None,
    size: int | None,
    jobs: int,
    **flags: bool,
) -> None:
    """Write the snapshot of a version: a zip that proves itself.

    The snapshot is a BagIt bag: the words, the signature, the proof of its place in the log, and the trust roots.
    The same version at the same log size always gives the same bytes. With --all, snapshots that DIR already has
    are kept, so the same command goes on after an interruption. With --stamped, the zip also proves when the
    version existed at the latest.
    """
    force, as_json = flags["force"], flags["as_json"]
    if flags["stamped"] and (size is not None or folder is not None):
        other, hint = ("--size", "leave one out") if folder is None else ("--all", "export versions one by one")
        raise InputError(f"--stamped does not go with {other}", hint=hint)
    if folder is None:
        if reference is None:
            raise click.UsageError("Missing argument 'REF'; --all DIR writes every version.")
        _export_one(reference, output, size, **flags)
        return
    if output is not None:
        raise InputError("--all names its files itself", where="-o", hint="leave -o out")
    ctx.exit(_export_all(reference, Path(folder), size, jobs, force=force, as_json=as_json))


def _export_one(
    reference: str, output: str | None, size: int | None, *, stamped: bool, force: bool, as_json: bool
) -> None:
    wanted = parse_reference(reference)
    if wanted.paragraph is not None:
        raise InputError("a snapshot holds a whole version", where=reference, hint="leave the paragraph out")
    if output == STANDARD_STREAM and as_json:
        raise InputError("stdout cannot take both the snapshot and JSON", hint="leave one out")
    archive = open_target(vouching=True)
    version = archive.read(wanted)
    snapshot = _build_stamped(archive, version) if stamped else build_snapshot(archive, version, size=size)
    if output == STANDARD_STREAM:
        write_bytes(snapshot.data)
        return
    path = Path(snapshot.name if output is None else output)
    written = write_file(path, snapshot.data, force=force)
    if as_json:
        print(json_text(file_json(EXPORT, str(path), snapshot.data, written=written)))
    else:
        print(plain(str(path)) if written else f"{plain(str(path))} (it was there already)")
        print(format_digest(sha256_hex(snapshot.data)))


def _build_stamped(archive: Archive, version: StoredVersion) -> Snapshot:
    from muniment.export.snapshot import build_stamped_snapshot  # noqa: PLC0415 - start-up: for time stamps only

    return build_stamped_snapshot(archive, version)


def _export_all(reference: str | None, folder: Path, size: int | None, jobs: int, *, force: bool, as_json: bool) -> int:
    from muniment.export.all import Exported, Refused, Wanted, exit_code, export_all  # noqa: PLC0415 - start-up

    release = None if reference is None else _release(reference)
    with ProgressBar("exporting") as bar:
        archive = open_target(vouching=True)
        wanted = Wanted(archive.store, str(find_archive()), folder, size, force)
        results = export_all(archive, wanted, release, jobs, bar.update)
    exported = [result for result in results if isinstance(result, Exported)]
    refused = [result for result in results if isinstance(result, Refused)]
    for result in refused:
        print(f"archive: {plain(result.reference)}: {plain(error_line(result.error))}", file=sys.stderr)
    if as_json:
        print(json_text(_as_json(folder, exported, refused)))
    else:
        written = sum(result.written for result in exported)
        there = f", {len(exported) - written} there already" if written < len(exported) else ""
        failed = f", {len(refused)} not exported" if refused else ""
        print(f"{plain(str(folder))}: {written} {'snapshot' if written == 1 else 'snapshots'} written{there}{failed}")
    return exit_code(results)


def _release(reference: str) -> str:
    wanted = parse_reference(reference)
    if wanted.release is None or wanted.version is not None or wanted.paragraph is not None:
        raise InputError("--all exports whole releases", where=reference, expected="a release, or no REF")
    return wanted.release


def _as_json(folder: Path, exported: Sequence[Exported], refused: Sequence[Refused]) -> dict[str, object]:
    return folder_json(
        str(folder),
        [
            {
                "file": result.row.file,
                "reference": f"{result.row.release}/v{result.row.version}",
                "record": result.row.record,
                "sha256": result.row.sha256,
                "size": result.size,
                "written": result.written,
            }
            for result in exported
        ],
        [{"reference": result.reference, "error": error_line(result.error)} for result in refused],
    )
