"""What the seeds are made of: a small archive with every kind of entry, its snapshots, proofs, stamps and keys."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from tests.conftest import NOTICE, NOW
from tests.snapshot.conftest import ORIGIN, RELEASE, TEXT, World
from tests.timestamp.stamping import pin, stamp

from muniment.archive import Archive, StoredVersion
from muniment.cite.citation import Citation, make_citation
from muniment.export.snapshot import build_snapshot, build_stamped_snapshot
from muniment.log.vkey import Cosigner, make_cosigner
from muniment.paragraph_proof import format_paragraph_proof, prove_paragraph
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.write.create import InitialKeys
from muniment.write.version import Author, add_description

__all__ = ["NOTICE", "NOW", "ORIGIN", "RELEASE", "TEXT"]

CASES = Path(os.environ.get("MUNIMENT_VECTORS", Path(__file__).resolve().parents[3] / "shared" / "vectors"))
"""Third-party vectors; seeds of them are used where they are there."""


def vectors(pattern: str, largest: int = 8192, most: int = 60) -> list[bytes]:
    """Give third-party files of a pattern, the small ones; none where they are absent."""
    files = sorted(path for path in CASES.glob(pattern) if path.is_file() and path.stat().st_size <= largest)
    return [path.read_bytes() for path in files[:: max(1, len(files) // most)]]


@cache
def world() -> World:
    """An archive with publication, emendation and description, a second trust root with authorities, and a stamp."""
    made = World()
    made.publish(TEXT)
    made.emend()
    add_description(made.store, made.keys, RELEASE, {"subjects": ["harbours"]}, Author(NOW, note="subjects"))
    pin(made.store, founders(), now=NOW)
    stamp(made.store, founders(), now=NOW)
    return made


@cache
def archive() -> Archive:
    """That archive, opened once."""
    return world().archive


@cache
def founders() -> InitialKeys:
    """The keys of that archive."""
    return InitialKeys(*map(private_key, (1, 2, 3)))


def private_key(number: int) -> PrivateKey:
    """A private key from a constant seed: 1 of the root, 2 of records, 3 of the log."""
    return PrivateKey.from_seed(bytes([number]) * 32)


@cache
def files() -> dict[str, bytes]:
    """The files of that archive."""
    return world().store.files


def files_like(*ends: str) -> list[bytes]:
    """The files whose paths end so, each content once."""
    return list(dict.fromkeys(data for path, data in sorted(files().items()) if path.endswith(ends)))


@cache
def version(reference: str = "v2") -> StoredVersion:
    """A version of that archive."""
    return archive().read(parse_reference(reference))


@cache
def snapshots() -> tuple[bytes, ...]:
    """Snapshots: plain, emended, stamped."""
    plain = [build_snapshot(archive(), version(name)).data for name in ("v1", "v2")]
    return (*plain, build_stamped_snapshot(archive(), version("v1")).data)


@cache
def proofs() -> tuple[bytes, ...]:
    """Paragraph proofs: of a whole paragraph, of words."""
    whole = prove_paragraph(archive(), version("v1"), "p1")
    words = prove_paragraph(archive(), version("v2"), "p2", quote="last words")
    return format_paragraph_proof(whole), format_paragraph_proof(words)


@cache
def citations() -> tuple[Citation, ...]:
    """A version cited, and a paragraph; with the trust root and without."""
    root = archive().roots[0].digest
    return (
        make_citation(version("v1"), origin=ORIGIN, root=root),
        make_citation(version("v2"), origin=ORIGIN, root=root, paragraph="p1"),
        make_citation(version("v3"), origin=ORIGIN),
    )


WITNESS_KEY = PrivateKey.from_seed(b"\x09" * 32)


@cache
def witness() -> Cosigner:
    """A witness."""
    return make_cosigner("witness.example.org/anna", WITNESS_KEY.public.raw)
