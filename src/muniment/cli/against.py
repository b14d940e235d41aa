"""``verify --root SHA256 --against OLD --evidence FILE``: what a reader brings along, and what is written of a fork."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from muniment.cli.snapshots import is_snapshot, read_unpacked
from muniment.cli.target import is_named_archive, store_at
from muniment.cli.terminal import plain
from muniment.errors import FormatError, InputError, UnavailableError
from muniment.files import read_file, write_file
from muniment.memory import Sighting
from muniment.store import MAX_FILE
from muniment.verify.fork import format_evidence
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.report import Report
from muniment.verify.snapshot_evidence import sight_snapshot

_ZIP = b"PK\x03\x04"


def sight_older(named: str) -> Sighting:
    """Read the older side: the folder of a copy, a snapshot, or a file with a signed checkpoint.

    Raises:
        InputError: It is none of these.
        UnavailableError: It cannot be read, or does not verify.
    """
    folder = Path(named)
    if is_named_archive(named):
        return sight_copy(store_at(folder), named)
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
        raise InputError(
            f"not a checkpoint: {error.what}",
            where=named,
            expected=error.expected,
            found=error.found,
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
