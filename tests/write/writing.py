"""A process of its own that adds versions: what ``test_kill`` kills and ``test_many_writers`` sets loose.

``python writing.py add PLACE NAME COUNT`` adds COUNT versions and says each; ``python writing.py batches FOLDER NAME
COUNT`` adds COUNT batches of 20, to a release of its own and to one of all. ``python writing.py fork`` waits for lines
``PLACE NAME``, and for each forks a writer that adds without end until it is killed: a fork is ready at once.  A place
is a folder, or the address of a bucket, where each seventh addition is a batch.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from muniment.cli.buckets import open_bucket
from muniment.errors import MunimentError
from muniment.ingest import Source
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore, Store
from muniment.write.create import InitialKeys
from muniment.write.version import (
    Added,
    Author,
    Keys,
    Publication,
    add_description,
    add_publication,
    add_publications,
)

NOW = "2026-11-22T10:00:00Z"
ORIGIN = "press.example.org/archive"
PATIENCE = 120.0
"""Seconds that a writer waits for the others."""


def founders() -> InitialKeys:
    """Keys from constant seeds."""
    root, record, log = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
    return InitialKeys(root, record, log)


def open_place(place: str) -> Store:
    """Open a folder, or a bucket."""
    return open_bucket(place) if "://" in place else LocalStore(Path(place), lock_timeout=PATIENCE)


def writes(store: Store, name: str) -> Iterator[Added]:
    """Add versions without end: of new releases and of one that grows, publications, descriptions and batches."""
    made = founders()
    keys, occasion = Keys(made.record, made.log), Author(NOW)
    number = 0
    while True:
        release = f"{name}-{number}" if number % 5 == 4 else name
        if number % 7 == 6 and not store.exclusive:
            yield from _batch(store, keys, [release, name, f"{name}-{number}-more"], number)
        elif number % 5 == 3:
            yield add_description(store, keys, name, {"subjects": [f"subject {number}"]}, occasion)
        else:
            data = f"Notice of {name}\n\n1. This is number {number}.\n".encode()
            yield add_publication(store, keys, release, Source(data, "notice.txt", NOW), {}, occasion)
        number += 1


def _batch(store: Store, keys: Keys, releases: list[str], number: int) -> Iterator[Added]:
    """Add a version to each of some releases, under one checkpoint."""
    texts = [f"Notice of {release}\n\n1. Of batch {number}, at {at}.\n" for at, release in enumerate(releases)]
    sources = [Source(text.encode(), "notice.txt", NOW) for text in texts]
    wanted = [Publication(release, source, {}) for release, source in zip(releases, sources, strict=True)]
    for outcome in add_publications(store, keys, wanted, Author(NOW)):
        if isinstance(outcome, MunimentError):
            raise outcome
        yield outcome


def write_batches(folder: Path, name: str, count: int) -> None:
    """Add batches of 20 versions, of the release ``shared`` and of one more by turns."""
    made = founders()
    store, keys = LocalStore(folder, lock_timeout=PATIENCE), Keys(made.record, made.log)
    for part in range(count):
        wanted = []
        for number in range(20):
            release = name if number % 2 else "shared"
            data = f"Notice of {release} by {name}\n\n1. This is number {part * 20 + number}.\n".encode()
            wanted.append(Publication(release, Source(data, "notice.txt", NOW), {}))
        add_publications(store, keys, wanted, Author(NOW))


def _say(line: str) -> None:
    """In one piece, so that a line is there whole or not at all."""
    os.write(1, f"{line}\n".encode())


def _add(place: str, name: str, count: int | None) -> None:
    for number, added in enumerate(writes(open_place(place), name), 1):
        _say(f"added {added.record.name} {added.digest}")
        if number == count:
            return


def _fork() -> None:
    for line in sys.stdin:
        place, name = line.split()
        child = os.fork()
        if not child:
            _add(place, name, None)
        _say(f"began {child}")
        _, status = os.waitpid(child, 0)
        _say(f"ended {os.WTERMSIG(status) if os.WIFSIGNALED(status) else 'by itself'}")


if __name__ == "__main__":
    if sys.argv[1] == "fork":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _fork()
    elif sys.argv[1] == "batches":
        write_batches(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        _add(sys.argv[2], sys.argv[3], int(sys.argv[4]))
