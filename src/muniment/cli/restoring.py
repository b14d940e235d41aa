"""What ``archive recover --from`` takes, and what it says it did."""

from __future__ import annotations

from pathlib import Path

from muniment.cli.snapshots import is_snapshot, read_unpacked
from muniment.cli.target import is_named_archive, store_at
from muniment.cli.terminal import json_text, plain
from muniment.errors import InputError, IntegrityError, UnavailableError
from muniment.files import read_file
from muniment.memory import Recall
from muniment.snapshot.container import read_zip
from muniment.store import MAX_FILE, Store
from muniment.write.restore import Restored, restore


def restore_from(store: Store, source: str, recall: Recall | None) -> Restored:
    """Mend an archive from the folder of a copy, or from a snapshot.

    Raises:
        InputError: The source is neither.
    """
    if is_snapshot(Path(source)):
        return restore(store, None, list(read_unpacked(source).files.values()), recall=recall)
    if Path(source).is_dir():
        if not is_named_archive(source):
            raise InputError("not an archive", where=source, hint="name the folder of a copy, or a snapshot")
        return restore(store, store_at(Path(source)), recall=recall)
    data = read_file(source, max_size=MAX_FILE, kind=UnavailableError)
    try:
        bag = read_zip(data, where=source)
    except IntegrityError as error:
        what = "neither the folder of a copy nor a snapshot"
        raise InputError(what, where=source, expected=error.expected, found=error.what) from error
    return restore(store, None, list(bag.files.values()), recall=recall)


def print_restored(done: Restored, source: str, *, as_json: bool) -> int:
    """Say what was mended and what is wanting; gives the exit code: 1 where something is."""
    if as_json:
        wanting = [{"file": error.where, "what": str(error)} for error in done.wanting]
        print(json_text({"from": source, "mended": list(done.mended), "wanting": wanting}))
    else:
        for path in done.mended:
            print(plain(f"mended   {path}"))
        for error in done.wanting:
            print(plain(f"wanting  {error}"))
        count = len(done.mended)
        files = "1 file" if count == 1 else f"{count} files"
        rest = f", {len(done.wanting)} wanting: give another copy with --from" if done.wanting else ""
        print(f"{files} mended from {plain(source)}{rest}" if count or rest else "nothing to mend")
    return 1 if done.wanting else 0
