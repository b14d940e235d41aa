"""What a snapshot is made from: the files that a signature, the log or the trust root vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muniment.archive import StoredVersion
from muniment.cite import Citation, make_citation
from muniment.digest import ni_uri, parse_digest
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.note import parse_note
from muniment.log.proof_file import parse_proof
from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.trust.chain import FOLDER, RootFile
from muniment.trust.root import TrustRoot
from muniment.verify.proven import Horizon

STATEMENT = "statement.json"
PROOF = "inclusion.tlog-proof"
SCHEMAS = "schemas/"


@dataclass(frozen=True, slots=True)
class Material:
    """The evidence of one version.

    Attributes:
        version: The version, with its log index and statement.
        original: The bytes as received.
        statement: The exact bytes of the log entry.
        proof: That the entry is in the log: a C2SP tlog-proof, which ends in the signed checkpoint.
        roots: The trust roots that the log named up to that checkpoint, oldest first.
        schemas: The schemas that the newest of them vouches for, by path, ``schemas/record.schema.json``.
        timestamps: Time stamps of that checkpoint and the certificates that they lead to, by path; none by default.
    """

    version: StoredVersion
    original: bytes
    statement: bytes
    proof: bytes
    roots: tuple[RootFile, ...]
    schemas: Mapping[str, bytes]
    timestamps: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def newest_root(self) -> TrustRoot:
        """The trust root that says who may sign."""
        return self.roots[-1].root

    @property
    def citation(self) -> Citation:
        """The citation of the whole version."""
        return make_citation(self.version, origin=self.roots[0].root.archive, root=self.roots[0].digest)

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
            STATEMENT: self.statement,
            PROOF: self.proof,
            **{f"{FOLDER}/{name}": data for root in self.roots for name, data in root.files.items()},
            **self.schemas,
            **self.timestamps,
        }
