"""The limits that `archive verify` is measured against: its primitives in a bare loop, with nothing around them.

python bench/bare_verify.py ARCHIVE [--records | --words]

`--records` reads every file once, hashes (SHA-512) what the newest inventories list, hashes (SHA-256) and parses each
record, and verifies one Ed25519 signature a version.  Without an option it also does what no verifier of all that was
signed and logged can leave out: the schema of each record, SHA-256 of each signature and original, the hash of each
entry, and the signature of each published checkpoint.  `--words` takes the words out of each original again, too, by
the same function as `verify`.  In none of them is there layout, chain, tree, listing, or a finding.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from collections.abc import Callable
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = b"SSHSIG\x00\x00\x00\x0frecord@muniment\x00\x00\x00\x00\x00\x00\x00\x06sha512\x00\x00\x00\x40"
"""What an SSHSIG signs before the SHA-512 of the message: magic, namespace, nothing, hash algorithm."""


def read_all(folder: str) -> dict[str, bytes]:
    """Read every file, by its path in the folder."""
    files: dict[str, bytes] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = f"{place}/{name}"
            with open(path, "rb") as file:  # noqa: PTH123 - the bare loop has nothing around its primitives
                files[path[len(folder) + 1 :]] = file.read()
    return files


def key_of(encoded: str) -> Ed25519PublicKey:
    """Read a key: the last 32 bytes of its base64, as OpenSSH has it and as the log does."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[-32:])


def check_versions(
    files: dict[str, bytes], key: Ed25519PublicKey, also: Callable[[str, bytes, object], None] | None
) -> tuple[int, int]:
    """Check what the newest inventories list, and each record with its signature; how many digests and versions."""
    digests = versions = 0
    for path in [path for path in files if path.startswith("releases/") and path.count("/") == 2]:
        folder, _, name = path.rpartition("/")
        if name != "inventory.json":
            continue
        for digest, contents in json.loads(files[path])["manifest"].items():
            for content in contents:
                data = files[f"{folder}/{content}"]
                if hashlib.sha512(data).hexdigest() != digest:
                    sys.exit(f"changed: {content}")
                digests += 1
                record = None
                if content.endswith("record.json"):
                    hashlib.sha256(data).hexdigest()
                    record = json.loads(data)
                    armored = files[f"{folder}/{content}.sig"]
                    signature = base64.b64decode(b"".join(armored.split(b"\n")[1:-2]))[-64:]
                    key.verify(signature, PREFIX + hashlib.sha512(data).digest())
                    versions += 1
                if also is not None:
                    also(content, data, record)
    return digests, versions


def check_more(
    validator: object, extract: Callable[[bytes], object] | None, path: str, data: bytes, record: object
) -> None:
    """Hold a record against its schema; hash everything else, and take the words out of an original."""
    if record is not None:
        if not validator.is_valid(record):  # type: ignore[attr-defined]
            sys.exit(f"no record: {path}")
        return
    hashlib.sha256(data).hexdigest()
    if extract is not None and not path.endswith(".sig"):
        extract(data)


def check_log(files: dict[str, bytes], key: Ed25519PublicKey) -> tuple[int, int]:
    """Hash every entry, and verify the signature of each published checkpoint; how many of both."""
    entries = checkpoints = 0
    for path, data in files.items():
        if path.startswith("log/tile/entries/") and (".p/" not in path or int(path.rpartition("/")[2]) == _last(files)):
            at = 0
            while at < len(data):
                size = int.from_bytes(data[at : at + 2], "big")
                hashlib.sha256(b"\0" + data[at + 2 : at + 2 + size]).digest()
                entries, at = entries + 1, at + 2 + size
        elif path.startswith("log/checkpoints/"):
            text, _, line = data.partition(b"\n\n")
            key.verify(base64.b64decode(line.split()[2])[-64:], text + b"\n")
            checkpoints += 1
    return entries, checkpoints


def _last(files: dict[str, bytes]) -> int:
    return int(files["log/checkpoint"].split(b"\n")[1]) % 256


def main(folder: str, option: str = "") -> None:
    """Do it, and print how much was done."""
    files = read_all(folder)
    root = json.loads(files["trust/root/1.json"])
    record_key = key_of(root["record_keys"][0]["key"].split()[1])
    if option == "--records":
        digests, versions = check_versions(files, record_key, None)
        print(f"{len(files)} files, {digests} digests, {versions} versions")
        return
    import jsonschema_rs  # noqa: PLC0415 - not for the other loop

    schema = json.loads(files["schemas/record.schema.json"])
    extract = None
    if option == "--words":
        from muniment.sources import extractor_for  # noqa: PLC0415 - as above

        source = extractor_for("muniment-text", "2")
        extract = partial(source.extract, charset="utf-8")
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=False)
    digests, versions = check_versions(files, record_key, partial(check_more, validator, extract))
    entries, checkpoints = check_log(files, key_of(root["log_keys"][0]["vkey"].split("+", 2)[2]))
    print(f"{len(files)} files, {digests} digests, {versions} versions, {entries} entries, {checkpoints} checkpoints")


if __name__ == "__main__":
    main(*sys.argv[1:])
