"""What a snapshot is made from: the files that a signature, the log or the trust root vouches for.

Time stamps lie in it as in the archive, but without ``log/`` before them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from muniment.archive import StoredVersion
from muniment.archive.existence import Horizon
from muniment.cite import Citation, make_citation
from muniment.digest import ni_uri, parse_digest
from muniment.errors import StampError
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.note import parse_note
from muniment.log.proof_file import parse_proof
from muniment.record import RECORD_PATH, RECORD_SCHEMAS, SIGNATURE_PATH, Record
from muniment.snapshot.bagit import PAYLOAD
from muniment.timestamp.claimed_time import said_time
from muniment.trust.chain import FOLDER, RootFile
from muniment.trust.root import AUTHORITIES, StaticFile, TrustRoot, Withdrawal

STATEMENT = "statement.json"
PROOF = "inclusion.tlog-proof"
SCHEMAS = "schemas/"


def schemas_for(root: TrustRoot, record: Record) -> tuple[StaticFile, ...]:
    """Give the schemas in the snapshot of a version: all that a trust root vouches for, but that of no other record."""
    others = {f"{SCHEMAS}{name}.schema.json" for kind, name in RECORD_SCHEMAS.items() if kind != record.format}
    return tuple(file for file in root.files if file.path.startswith(SCHEMAS) and file.path not in others)


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """The evidence of one version.

    Attributes:
        version: The version, with its log index and statement.
        original: The bytes as received.
        kept: What is kept beside them, by path; nothing by default.
        statement: The exact bytes of the log entry.
        proof: That the entry is in the log: a C2SP tlog-proof, which ends in the signed checkpoint.
        roots: The trust roots that the log named up to that checkpoint, oldest first.
        schemas: Those of ``schemas_for``, by path, ``schemas/record.schema.json``.
        timestamps: Time stamps of that checkpoint and the certificates that they lead to, by path; none by default.
    """

    version: StoredVersion
    original: bytes
    statement: bytes
    proof: bytes
    roots: tuple[RootFile, ...]
    schemas: Mapping[str, bytes]
    timestamps: Mapping[str, bytes] = field(default_factory=dict)
    kept: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def newest_root(self) -> TrustRoot:
        """The trust root that says who may sign."""
        return self.roots[-1].root

    @property
    def withdrawal(self) -> Withdrawal | None:
        """That the archive no longer stands behind the version, as its newest trust root here says; else None."""
        return self.newest_root.withdrawal_of(self.version.statement.record)

    @property
    def citation(self) -> Citation:
        """The citation of the whole version."""
        first, sites = self.roots[0], [file.root.url for file in self.roots]
        citation = make_citation(self.version, origin=first.root.archive, root=first.digest, sites=sites)
        # A snapshot says what its own trust roots know, whatever the archive came to know since.
        return replace(citation, withdrawn=self.withdrawal.time[:10] if self.withdrawal else None)

    @property
    def uri(self) -> str:
        """The identity of the version: the ``ni`` URI of its record (RFC 6920)."""
        return ni_uri(self.citation.sha256)

    @property
    def horizon(self) -> Horizon:
        """Where what the evidence can know of the log ends; what its time stamps prove is left to who checks them."""
        checkpoint = parse_checkpoint(parse_note(parse_proof(self.proof).checkpoint)[0])
        last = self.version.index == checkpoint.size - 1
        return Horizon(checkpoint.size, self.version.statement.logged_at if last else None)

    @property
    def previous(self) -> str | None:
        """The ``ni`` URI of the record before, or None for version 1."""
        digest = self.version.record.previous
        return None if digest is None else ni_uri(parse_digest(digest))

    @property
    def name(self) -> str:
        """Name of the snapshot without its suffix: release, version, first 12 digits of the hash."""
        citation = self.citation
        return f"{citation.release}-v{citation.version}-{citation.sha256[:12]}"

    @property
    def files(self) -> dict[str, bytes]:
        """The evidence itself as files, by path below ``data/``."""
        return {
            RECORD_PATH: self.version.record_bytes,
            SIGNATURE_PATH: self.version.signature,
            self.version.record.original.path: self.original,
            **self.kept,
            STATEMENT: self.statement,
            PROOF: self.proof,
            **{f"{FOLDER}/{name}": data for root in self.roots for name, data in root.files.items()},
            **self.schemas,
            **self.timestamps,
        }


STAMPS = "timestamps"
STAMP = re.compile(rf"{STAMPS}/([1-9][0-9]{{0,17}})\.([1-9][0-9]{{0,8}})\.(ts[qr])")
"""Size, number and kind of a file: what was asked (``tsq``), or what was answered (``tsr``)."""

_CERTIFICATES = re.compile(rf"{AUTHORITIES}/[a-z0-9-]{{1,64}}\.pem")


def stamp_path(size: int, number: int, kind: str) -> str:
    """Name a file of a stamp below ``data/``."""
    return f"{STAMPS}/{size}.{number}.{kind}"


def said_times(timestamps: Mapping[str, bytes]) -> tuple[str, ...]:
    """Give the time that each stamp says, in the order of their numbers; check 12 says whether it holds.

    Args:
        timestamps: As ``stamp_files`` gives them.  A response that cannot be read says nothing.
    """
    numbered = sorted(
        (int(name[2]), path) for path in timestamps if (name := STAMP.fullmatch(path)) and name[3] == "tsr"
    )
    times = []
    for _, path in numbered:
        with suppress(StampError):
            times.append(said_time(timestamps[path], where=path))
    return tuple(times)


def stamp_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give the files that are named like those of time stamps, by path below ``data/``.

    Args:
        files: Every file by its path in the bag.
    """
    payload = {path.removeprefix(PAYLOAD): data for path, data in files.items() if path.startswith(PAYLOAD)}
    return {path: data for path, data in payload.items() if STAMP.fullmatch(path) or _CERTIFICATES.fullmatch(path)}
