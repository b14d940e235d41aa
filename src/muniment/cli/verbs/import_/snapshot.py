"""``archive import snapshot``: versions of another archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from muniment.cli.inputs import is_snapshot, read_snapshot
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.import_.histories import ImportOptions, import_from, import_options
from muniment.errors import InputError
from muniment.importing.patterns import Template
from muniment.importing.snapshots import Load, OwnArchive, SnapshotSource


@verb(
    "archive import snapshot harbour-notice-v1-2f6c1d7a90b4.zip",
    "archive import snapshot snapshots --dry-run",
    "archive import snapshot *.zip --map import.toml",
)
@click.argument("files", metavar="FILE.zip|FOLDER...", nargs=-1, required=True, type=click.Path())
@import_options
def command(files: Sequence[str], *, options: ImportOptions) -> None:
    """Import versions of another archive from its snapshots.

    Each is a zip, the folder that it was unpacked to, or a folder of such zips. It is verified first, and what does not
    verify does not come in. Words and bytes become a version of a release of this archive, by default of the same name;
    record, signature and proof of the other archive are kept beside it as its attestation, which archive verify judges
    apart and archive show shows. docs/import-web.md says what that means.
    """
    archive = open_target()
    own = OwnArchive(archive.origin, archive.roots[0].digest)
    handed = [one for file in files for one in _snapshots(file)]
    import_from(SnapshotSource(handed, own, options.source_name), options, usual=Template("{name}"))


def _snapshots(named: str) -> Iterator[tuple[str, Load]]:
    """Give each snapshot that a name stands for; none is read yet.

    Raises:
        InputError: A folder holds none.
    """
    folder = Path(named)
    if is_snapshot(folder) or not folder.is_dir():
        yield folder.name, partial(read_snapshot, named)
        return
    zips = sorted(path for path in folder.iterdir() if path.suffix == ".zip")
    if not zips:
        raise InputError("no snapshot is in this folder", where=named, expected="files whose names end in .zip")
    for path in zips:
        yield path.name, partial(read_snapshot, str(path))
