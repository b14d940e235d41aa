"""What lies under ``staging/``: what writers of an object store decide on, and what they left.

Nothing of it is part of an archive, and nobody cites it: so it is a notice where it is what a writer leaves, also in
a copy on a disk.  What is decided and not applied is judged as the marker of an unfinished write is.
"""

from __future__ import annotations

from dataclasses import replace

from muniment.archive.paths import DECIDED, STAGING, Kind, parse_path
from muniment.archive.staged import read_note
from muniment.errors import MunimentError
from muniment.log.note import MAX_NOTE
from muniment.store import Store
from muniment.verify.layout import Walk
from muniment.verify.report import Tally

_REMOVES = "unless a writer is at work, recovery removes it"


def check_staging(tally: Tally, store: Store, present: Walk, note: bytes | None) -> Walk:
    """Judge what is there of it, and give the rest; what no writer leaves there stays in the rest.

    Args:
        tally: Where to count.
        store: The archive.
        present: What lies there.
        note: The checkpoint that the report is about; None where it could not be read.
    """
    if not any(path.startswith(f"{STAGING}/") for path in present.files):
        return present
    kinds = {path: parsed.kind for path in present.files if (parsed := parse_path(path)) is not None}
    left = {path for path, kind in kinds.items() if kind in {Kind.STAGED, Kind.PROBE}}
    for path in sorted(left):
        tally.notice(1, path, "staged by a writer, and no part of the archive", hint=_REMOVES)
    if DECIDED in present.files:
        left.add(DECIDED)
        _check_decided(tally, store, note)
    return replace(present, files={path: size for path, size in present.files.items() if path not in left})


def _check_decided(tally: Tally, store: Store, note: bytes | None) -> None:
    """Refuse what writers could not decide on; one that is ahead is unfinished, which the marker says."""
    try:
        data = store.read(DECIDED, max_size=MAX_NOTE)
        if data != note:
            read_note(data, DECIDED)
    except MunimentError as error:
        tally.error(1, error, DECIDED)
