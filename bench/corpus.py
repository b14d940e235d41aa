"""A seeded archive for the benchmarks: releases of numbered paragraphs, each with several versions."""

from __future__ import annotations

import random
from pathlib import Path

from muniment.ingest import Source
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description, add_publication

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
    """Add the releases of these numbers to the archive; each is the same whichever came before it."""
    made = founders()
    store, keys = LocalStore(folder, sync=False), Keys(made.record, made.log)
    for number in numbers:
        rng = random.Random(f"{seed} {number}")
        lines = text(rng)
        for version in range(versions):
            occasion = Author(f"2026-01-{version + 1:02d}T12:00:00Z", note="as published")
            release = f"release-{number:04d}"
            if version == 2:
                add_description(store, keys, release, {"subjects": [rng.choice(WORDS)]}, occasion)
                continue
            place = rng.randrange(1, len(lines))
            lines[place] += f" {rng.choice(WORDS).capitalize()} {version}."
            data = ("\n\n".join(lines) + "\n").encode()
            add_publication(store, keys, release, Source(data, "text.txt", "2026-01-01"), {"language": "en"}, occasion)
