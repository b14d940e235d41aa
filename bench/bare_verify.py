"""The limit that `archive verify` is measured against: the same primitives in a bare loop, with nothing around them.

Read every file once; SHA-512 of what the newest inventories list; SHA-256 and a JSON parse of each record; one Ed25519
verification per version.  No layout, no schema, no chain, no extraction, no log.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = b"SSHSIG\x00\x00\x00\x0frecord@muniment\x00\x00\x00\x00\x00\x00\x00\x06sha512\x00\x00\x00\x40"
"""What an SSHSIG signs before the SHA-512 of the message: magic, namespace, nothing, hash algorithm."""


def main(folder: str) -> None:
    """Do it, and print how much was done."""
    files: dict[str, bytes] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = f"{place}/{name}"
            with open(path, "rb") as file:  # noqa: PTH123 - the bare loop has nothing around its primitives
                files[path] = file.read()
    root = json.loads(files[f"{folder}/trust/root/1.json"])
    blob = base64.b64decode(root["record_keys"][0]["key"].split()[1])
    key = Ed25519PublicKey.from_public_bytes(blob[-32:])
    digests = versions = 0
    for release in os.listdir(f"{folder}/releases"):  # noqa: PTH208 - as above
        if (inventory := files.get(f"{folder}/releases/{release}/inventory.json")) is None:
            continue
        for digest, paths in json.loads(inventory)["manifest"].items():
            for path in paths:
                data = files[f"{folder}/releases/{release}/{path}"]
                if hashlib.sha512(data).hexdigest() != digest:
                    sys.exit(f"changed: {path}")
                digests += 1
                if path.endswith("record.json"):
                    hashlib.sha256(data).hexdigest()
                    json.loads(data)
                    armored = files[f"{folder}/releases/{release}/{path}.sig"]
                    signature = base64.b64decode(b"".join(armored.split(b"\n")[1:-2]))[-64:]
                    hashed = hashlib.sha512(data).digest()
                    key.verify(signature, PREFIX + hashed)
                    versions += 1
    print(f"{len(files)} files, {digests} digests, {versions} versions")


if __name__ == "__main__":
    main(str(Path(sys.argv[1])))
