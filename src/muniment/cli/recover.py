"""``archive recover``: after a crash."""

from __future__ import annotations

from muniment.add.recover import recover
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import find_archive, store_at
from muniment.cli.terminal import json_text


@verb(
    "archive recover",
)
@in_archive
@as_json
def command(*, as_json: bool) -> None:
    """End an addition that was interrupted.

    It is completed when its checkpoint was signed, else removed. Adding does the same by itself.
    """
    store = store_at(find_archive())
    with store.lock():
        done = recover(store)
    did = None if done is None else "completed" if done.completed else "removed"
    if as_json:
        print(json_text({"recovered": did, "subject": None if done is None else done.subject}))
    elif done is None:
        print("nothing to recover")
    else:
        print(f"{did} the unfinished addition of {done.subject}")
