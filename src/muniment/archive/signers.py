"""The keys that may sign, or might, as public JSON (``schemas/keys.schema.json``)."""

from __future__ import annotations

from dataclasses import asdict

from muniment.archive import Archive
from muniment.canonical import Json
from muniment.schema import parse_public
from muniment.ssh.keys import PublicKey
from muniment.trust.root import TrustRoot

KEYS = "muniment-keys/1"


def keys_json(archive: Archive) -> dict[str, object]:
    """Give the JSON value for the newest trust root of an archive."""
    newest = archive.roots[-1]
    root = newest.root
    return {
        "format": KEYS,
        "archive": archive.origin,
        "root": {"version": root.version, "index": root.index, "digest": newest.digest, "created": root.created},
        "threshold": root.threshold,
        "root_keys": [{"fingerprint": key.fingerprint, "key": key.line} for key in root.root_keys],
        "record_keys": _record_keys(root),
        "log_keys": [
            {
                "fingerprint": PublicKey(verifier.public).fingerprint,
                "vkey": signer.vkey,
                "first_index": signer.first_index,
                "last_index": signer.last_index,
            }
            for verifier, signer in zip(archive.log_verifiers, root.log_keys, strict=True)
        ],
        "authorities": [asdict(authority) for authority in root.authorities],
        "witnesses": list(root.witnesses),
        "quorum": root.quorum,
    }


def _record_keys(root: TrustRoot) -> list[dict[str, object]]:
    return [
        {
            "fingerprint": signer.key.fingerprint,
            "key": signer.key.line,
            "first_index": signer.first_index,
            "last_index": signer.last_index,
            "revoked": asdict(signer.revoked) if signer.revoked is not None else None,
        }
        for signer in root.record_keys
    ]


def parse_keys(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``keys_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("keys", KEYS, data, where=where)
