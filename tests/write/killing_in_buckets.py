"""Kills real writers to a bucket at random moments, some at once, and looks at what they leave, and ever left, there.

The bucket keeps every version of every object, also of what was replaced or removed: what was signed once is seen.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.object_servers import Server
from tests.write.killing import Forker, forker, lost
from tests.write.writing import NOW, ORIGIN, founders

from muniment.archive.paths import STAGING, Kind, parse_path
from muniment.archive.staged import read_decision
from muniment.ingest import Source
from muniment.store import Store
from muniment.store.objects import ObjectStore
from muniment.verify.archive import verify_archive
from muniment.verify.report import VERIFIED
from muniment.write.create import create_archive
from muniment.write.recover import recover
from muniment.write.version import Author, Keys, add_publication

EACH = 20
"""Kills from which on the archive is another one, so that it stays quick to verify."""

_SIGNED = re.compile(
    re.escape(ORIGIN).encode() + rb"\n([0-9]+)\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n\xe2\x80\x94 [^\n]+\n"
)
"""A signed checkpoint, wherever it stands: name of the log, size, root hash, further lines, and a signature."""

ACCESS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@dataclass(frozen=True, slots=True)
class Round:
    """What was left by writers that were killed.

    Attributes:
        killed: How many they were.
        added: Versions that they had reported.
        decided: Whether an addition was decided, and not applied to its end.
        staged: Objects that were staged and not decided.
        faults: What is not as promised; nothing, one hopes.
    """

    killed: int
    added: int
    decided: bool
    staged: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All that was ever written below a prefix.

    Attributes:
        signed: Each signed checkpoint in it, by its size.
        objects: Number of versions of objects.
        gone: How many of them were replaced or removed.
    """

    signed: dict[int, set[bytes]]
    objects: int
    gone: int

    @property
    def twice(self) -> list[int]:
        """The sizes that have two signed checkpoints."""
        return sorted(size for size, notes in self.signed.items() if len(notes) > 1)


def keep_versions(server: Server) -> Any:  # noqa: ANN401 - a client without types
    """Let the server's bucket keep every version of an object; give the client that reads them."""
    import boto3  # noqa: PLC0415 - whoever has none skips

    access = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=server.endpoint, **access)
    client.put_bucket_versioning(Bucket=server.bucket, VersioningConfiguration={"Status": "Enabled"})
    return client


def read_history(server: Server, admin: Any, prefix: str) -> History:  # noqa: ANN401 - as above
    """Read every version of every object below a prefix."""
    signed: dict[int, set[bytes]] = {}
    objects = gone = 0
    reader = server.client("")
    for page in admin.get_paginator("list_object_versions").paginate(Bucket=server.bucket, Prefix=f"{prefix}/"):
        for version in page.get("Versions", ()):
            objects, gone = objects + 1, gone + (not version["IsLatest"])
            data = bytes(reader.get(version["Key"], options={"version": version["VersionId"]}).bytes())
            for match in _SIGNED.finditer(data):
                signed.setdefault(int(match[1]), set()).add(match[0])
    return History(signed, objects, gone)


def kill_rounds(
    server: Server, folder: Path, kills: int, *, seed: int, writers: int = 2
) -> Iterator[tuple[Round, str]]:
    """Kill writers again and again, so many at work at once; give what each round left, and in which prefix.

    Args:
        server: The server.
        folder: For what writers print on stderr.
        kills: How many writers are killed in all.
        seed: Decides on the moments, from the first addition of a writer on: up to its ninth, of few kills its fourth.
        writers: How many work at once.
    """
    rng, most = random.Random(seed), 8 if kills > EACH else 3  # noqa: S311 - seeded, not secret
    told: list[tuple[str, str]] = []
    with ExitStack() as stack:
        forks = [stack.enter_context(forker(folder / f"errors-{number}")) for number in range(writers)]
        pool = stack.enter_context(ThreadPoolExecutor(writers))
        for number in range(0, kills, writers):
            prefix = f"killed/{os.getpid()}-{seed}-{number // EACH}"
            store = ObjectStore(server.client(prefix))
            if number % EACH < writers:
                told, longest = [], 2 * _begin(store)
            address = f"s3://{server.bucket}/{prefix}"
            lives = [(f"r{number + at}", rng.uniform(0, longest), rng.randrange(most)) for at in range(writers)]
            working = [pool.submit(fork.kill_after, address, *life) for fork, life in zip(forks, lives, strict=True)]
            added = [work.result() for work in working]
            told += [version for some in added for version in some]
            yield _look(store, number, len(forks), told, sum(map(len, added))), prefix
        for fork in forks:
            yield from _said(fork)


def _begin(store: Store) -> float:
    """Make an archive; give the seconds that an addition takes here and now."""
    create_archive(store, founders(), origin=ORIGIN, now=NOW)
    _next_writer(store, 0)
    began = time.monotonic()
    _next_writer(store, 4)
    return time.monotonic() - began


def _said(fork: Forker) -> Iterator[tuple[Round, str]]:
    fork.errors.seek(0)
    said = fork.errors.read()
    if said:
        yield Round(0, 0, decided=False, staged=0, faults=(f"a writer printed on stderr: {said[-2000:]}",)), ""


def _look(store: Store, number: int, killed: int, told: Sequence[tuple[str, str]], added: int) -> Round:
    decided = read_decision(store).is_open
    staged = _staged(store) - decided
    during = verify_archive(store)
    faults = [f"after the kill: {finding}" for finding in during.failures]
    faults += [f"lost after the kill: {name}" for name in lost(store, told)]
    _next_writer(store, number)
    after = verify_archive(store)
    faults += [f"after the next writer: {finding}" for finding in after.failures]
    faults += [f"after the next writer: {after.verdict}"] if after.verdict != VERIFIED else []
    faults += [f"lost after the next writer: {name}" for name in lost(store, told)]
    return Round(killed, added, decided, staged, tuple(faults))


def _staged(store: Store) -> int:
    parsed = (parse_path(f"{STAGING}/{node.name}") for node in store.list(STAGING))
    return sum(path is not None and path.kind is Kind.STAGED for path in parsed)


def _next_writer(store: Store, number: int) -> None:
    if number % 4:
        recover(store)
    else:
        made = founders()
        source = Source(f"After {number}\n\nText.\n".encode(), "n.txt", NOW)
        add_publication(store, Keys(made.record, made.log), "after", source, {}, Author(NOW))
