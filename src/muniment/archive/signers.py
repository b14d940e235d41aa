"""The keys that may sign, or might, as public JSON (``schemas/keys.schema.json``)."""

from __future__ import annotations

from dataclasses import asdict

from muniment.archive import Archive
from muniment.ssh.keys import PublicKey
from muniment.trust.root import TrustRoot


def keys_json(archive: Archive) -> dict[str, object]:
    """Give the JSON value for the newest trust root of an archive."""
    newest = archive.roots[-1]
    root = newest.root
    return {
        "format": "muniment-keys/1",
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
