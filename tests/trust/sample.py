"""One trust root, as an archive begins with, for the tests of roots and of their succession."""

from __future__ import annotations

from muniment.ssh.keys import PrivateKey
from muniment.trust.root import LogKey, RecordKey, StaticFile, TrustRoot, format_trust_root

ORIGIN = "archive.example/releases"
KEYS = tuple(PrivateKey.from_seed(bytes([number]) * 32) for number in range(1, 6))
VKEY = f"{ORIGIN}+0123abcd+{'A' * 44}"
ROOT = TrustRoot(
    archive=ORIGIN,
    version=1,
    index=0,
    previous=None,
    created="2026-11-22T10:00:00Z",
    threshold=1,
    principal="archive@archive.example",
    root_keys=(KEYS[0].public,),
    record_keys=(RecordKey(key=KEYS[1].public, first_index=0, last_index=None),),
    log_keys=(LogKey(vkey=VKEY, first_index=0, last_index=None),),
    files=(StaticFile("0=muniment_archive_1", "0" * 64, 19), StaticFile("schemas/a.json", "f" * 64, 0)),
)
DATA = format_trust_root(ROOT)
