"""A seeded archive for the benchmarks: releases of numbered paragraphs, each with several versions.

python bench/corpus.py FOLDER [--releases 2000] [--versions 5] [--batched]

It is made in batches, 10,000 versions in 37 s of CPU time.  Then each size of the log gets a checkpoint, as if each
version had been added alone, which makes a verifier most work.  With ``--batched`` it stays as the batches made it.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from muniment.archive import Archive, open_archive
from muniment.archive.batches import MOST
from muniment.digest import sha512_hex
from muniment.errors import MunimentError
from muniment.ingest import Position, Source, publication, redescription
from muniment.log.checkpoint import sign_checkpoint
from muniment.log.tree import log_files
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore
from muniment.verify.checkpoints import prefix_roots
from muniment.write.batch import Draft, Keys, Request, write_versions
from muniment.write.create import InitialKeys, create_archive
from muniment.write.head import ReleaseHead

WORDS = [
    "harbour",
    "tide",
    "notice",
    "council",
    "bridge",
    "ferry",
    "market",
    "street",
    "school",
    "winter",
    "water",
    "paper",
    "station",
    "garden",
    "letter",
    "morning",
    "evening",
    "office",
    "public",
    "report",
    "measure",
    "account",
    "project",
    "village",
    "river",
    "border",
    "training",
    "transport",
    "energy",
]


def founders() -> InitialKeys:
    """Keys from constant seeds: the archive comes out the same every time."""
    root, record, log = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
    return InitialKeys(root, record, log)


def text(rng: random.Random, paragraphs: int = 26) -> list[str]:
    """A heading and numbered paragraphs of about 40 words, some 7 KB together."""
    sentences = [" ".join(rng.choices(WORDS, k=rng.randint(25, 55))).capitalize() + "." for _ in range(paragraphs)]
    return ["Notice " + " ".join(rng.choices(WORDS, k=4)), *(f"{n}. {s}" for n, s in enumerate(sentences, 1))]


def build(folder: Path, releases: int, versions: int, seed: int = 1) -> None:
    """Make the archive: each release is published, edited, described, edited, published again."""
    create_archive(LocalStore(folder, sync=False), founders(), origin="bench.example.org", now="2026-01-01T00:00:00Z")
    extend(folder, range(releases), versions, seed)


def extend(folder: Path, numbers: range, versions: int, seed: int = 1) -> None:
    """Add the releases of these numbers to the archive, in batches; each is the same whichever came before it."""
    made = founders()
    store, keys = LocalStore(folder, sync=False), Keys(made.record, made.log)
    wanted = (request for number in numbers for request in requests(number, versions, seed))
    for some in iter(lambda: [*islice(wanted, MOST)], []):
        for outcome in write_versions(store, keys, some, "2026-02-01T00:00:00Z"):
            if isinstance(outcome, MunimentError):
                raise outcome


def requests(number: int, versions: int, seed: int) -> Iterator[Request]:
    """Ask for the versions of one release, the third of which describes the second one anew."""
    rng, release = random.Random(f"{seed} {number}"), f"release-{number:04d}"
    lines = text(rng)
    for version in range(versions):
        now = f"2026-01-{version + 1:02d}T12:00:00Z"
        if version == 2:
            yield Request(release, partial(_describe, now, rng.choice(WORDS)))
            continue
        place = rng.randrange(1, len(lines))
        lines[place] += f" {rng.choice(WORDS).capitalize()} {version}."
        yield Request(release, partial(_publish, release, now, ("\n\n".join(lines) + "\n").encode()))


def _publish(release: str, now: str, data: bytes, archive: Archive, head: ReleaseHead | None) -> Draft:
    place = _position(release, now, archive, head)
    record = publication(
        place, Source(data, "text.txt", "2026-01-01"), {"language": "en"}, note="as published", reverts_to=None
    )
    return Draft(record, data, sha512_hex(data))


def _describe(now: str, subject: str, archive: Archive, head: ReleaseHead | None) -> Draft:
    assert head is not None
    place = _position(head.record.release, now, archive, head)
    record = redescription(place, {"subjects": [subject]}, note="as published")
    assert record is not None
    return Draft(record, None, head.inventory.versions[-1].files[record.original.path])


def _position(release: str, now: str, archive: Archive, head: ReleaseHead | None) -> Position:
    before, digest = (None, None) if head is None else (head.record, head.digest)
    return Position(release, before, digest, archive.origin, now, before and before.description)


def publish_each(folder: Path) -> None:
    """Give each size of the log a checkpoint and what comes with it, as if no two versions had been added at once."""
    archive, key = open_archive(LocalStore(folder, sync=False)), founders().log
    shutil.rmtree(folder / "log/batches")
    files = dict(log_files(archive.entries))
    for size, root in enumerate(prefix_roots(archive.leaves), 1):
        head = replace(archive.checkpoint, size=size, root=root)
        files[f"checkpoints/{size}"] = sign_checkpoint(head, key.public.raw, key.sign)
    for path, data in files.items():
        place = folder / "log" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def main() -> None:
    """Make the archive that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--releases", type=int, default=2000)
    parser.add_argument("--versions", type=int, default=5)
    parser.add_argument("--batched", action="store_true", help="leave it with one checkpoint a batch")
    asked = parser.parse_args()
    build(asked.folder, asked.releases, asked.versions)
    if not asked.batched:
        publish_each(asked.folder)


if __name__ == "__main__":
    main()
