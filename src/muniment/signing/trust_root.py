"""Trust roots: which keys may sign what, and since when.

An archive holds a chain of them, ``trust/root/1.json``, ``2.json``, …, each canonical JSON (RFC 8785) and
signed by root keys (SSHSIG, ``root@muniment``) in files beside it, ``N.json.FINGERPRINT.sig``.  Root N+1 is
accepted when its version is one more, it names the archive and the SHA-256 of root N, and enough root keys of
N **and** of N+1 have signed it.  So the old keys hand the trust over, and the
new ones show that somebody holds them.

The newest root's table says who may sign the record at which index of the log.  Trust begins with the SHA-256
of ``trust/root/1.json``.  The values themselves stand in ``trust_table``.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, KeyRejectedError, SignatureError
from muniment.schema import validate
from muniment.signing.allowed_signers import format_allowed_signers
from muniment.signing.keys import PublicKey, SigningKey, fingerprint_file_name, parse_public_key
from muniment.signing.sshsig import ROOT_NAMESPACE, sign, verify
from muniment.signing.trust_table import (
    KeyRange,
    LogKey,
    RecordKey,
    StaticFile,
    TrustRoot,
    record_keys_at,
    signer_allowed,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

__all__ = [
    "KeyRange",
    "LogKey",
    "RecordKey",
    "StaticFile",
    "TrustRoot",
    "format_allowed_signers",
    "format_trust_root",
    "parse_trust_root",
    "record_keys_at",
    "sign_root",
    "signer_allowed",
    "verify_root",
]

_FORMAT = "muniment-trust-root/1"


def format_trust_root(root: TrustRoot) -> bytes:
    """Write the file of a trust root.  What cannot be read back is not written.

    Raises:
        SchemaError: A member breaks the schema.
        FormatError: A member breaks a rule that the schema cannot say.
    """
    value: dict[str, Json] = {
        "format": _FORMAT,
        "archive": root.archive,
        "version": root.version,
        "previous": root.previous,
        "created": root.created,
        "threshold": root.threshold,
        "principal": root.principal,
        "root_keys": [{"key": key.line} for key in root.root_keys],
        "record_keys": [{"key": held.key.line, **_format_range(held)} for held in root.record_keys],
        "log_keys": [{"vkey": held.vkey, **_format_range(held)} for held in root.log_keys],
        "files": [{"path": file.path, "sha256": file.sha256, "size": file.size} for file in root.files],
    }
    data = format_canonical(value)
    parse_trust_root(data, where=f"trust root {root.version}")
    return data


def parse_trust_root(data: bytes, *, where: str) -> TrustRoot:
    """Read the file of a trust root.  Its signatures are for `verify_root`.

    Raises:
        CanonicalError: It is not strict JSON in its RFC 8785 form.
        SchemaError: It breaks ``schemas/trust-root.schema.json``.
        FormatError: It breaks a rule that the schema cannot say: a weak or repeated key, a threshold that
            cannot be met, a range that ends before it begins, files out of order.
    """
    value: Any = parse_canonical(data, where=where)
    validate("trust-root", value, where=where)
    root = TrustRoot(
        archive=value["archive"],
        version=value["version"],
        previous=value["previous"],
        created=value["created"],
        threshold=value["threshold"],
        principal=value["principal"],
        root_keys=tuple(_parse_key(held["key"], where) for held in value["root_keys"]),
        record_keys=tuple(
            RecordKey(**{**held, "key": _parse_key(held["key"], where)}) for held in value["record_keys"]
        ),
        log_keys=tuple(LogKey(**held) for held in value["log_keys"]),
        files=tuple(StaticFile(**file) for file in value["files"]),
    )
    for broken, rule in _rules(root):
        if broken:
            raise FormatError("the trust root breaks a rule", where=where, expected=rule)
    return root


def _format_range(held: KeyRange) -> dict[str, Json]:
    return {"first_index": held.first_index, "last_index": held.last_index}


def _parse_key(line: str, where: str) -> PublicKey:
    try:
        return parse_public_key(line, where=where)
    except KeyRejectedError as error:
        raise FormatError(error.what, where=where, expected=error.expected, found=error.found) from error


def _rules(root: TrustRoot) -> Iterator[tuple[bool, str]]:
    """What the schema cannot say: whether each rule is broken, and the rule."""
    paths = [file.path for file in root.files]
    yield (root.previous is None) != (root.version == 1), "previous is null in version 1, and there only"
    yield not _is_time(root.created), "created is a day and time that exist"
    yield root.threshold > len(root.root_keys), "the threshold is at most the number of root keys"
    yield _repeats(root.root_keys), "each root key stands once"
    yield _repeats([held.key for held in root.record_keys]), "each record key stands once"
    yield _repeats([held.vkey for held in root.log_keys]), "each log key stands once"
    yield (
        any(not held.covers(held.first_index) for held in (*root.record_keys, *root.log_keys)),
        "no key's last_index is before its first_index",
    )
    yield (
        any(held.vkey.split("+", 1)[0] != root.archive for held in root.log_keys),
        f"each log key is named {root.archive}",
    )
    yield _repeats(paths) or paths != sorted(paths), "files are sorted by path, each path once"


def _repeats(values: Sequence[object]) -> bool:
    return len(set(values)) != len(values)


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def sign_root(key: SigningKey, root_bytes: bytes) -> bytes:
    """Sign the file of a trust root, and give the signature file for ``N.json.FINGERPRINT.sig``."""
    return sign(key, ROOT_NAMESPACE, root_bytes)


def verify_root(
    data: bytes,
    signatures: Mapping[str, bytes],
    previous: tuple[bytes, TrustRoot] | None,
    *,
    where: str,
) -> TrustRoot:
    """Check a trust root against its signatures and the root before it.

    Args:
        data: The file of the root.
        signatures: Signature files by the fingerprint in their names (`fingerprint_file_name`).
        previous: The file of the root before and its value, already verified; None for version 1.
        where: The name of the file, for errors.

    Raises:
        CanonicalError: As `parse_trust_root`.
        SchemaError: As `parse_trust_root`.
        FormatError: As `parse_trust_root`, or the root does not follow the one before.
        SignatureError: Some signature is not good, or by no root key of either root; or too few have signed.
    """
    root = parse_trust_root(data, where=where)
    _check_succession(root, previous, where)
    roots = (root,) if previous is None else (root, previous[1])
    listed = {fingerprint_file_name(key): key for each in roots for key in each.root_keys}
    for name, armored in sorted(signatures.items()):
        at = f"{where}.{name}.sig"
        if name not in listed:
            raise SignatureError("the signature is by no root key of this root or the one before", where=at)
        signer = verify(armored, ROOT_NAMESPACE, data, where=at)
        if signer != listed[name]:
            raise SignatureError(
                "the signature is by another key than its name says",
                where=at,
                expected=listed[name].fingerprint,
                found=signer.fingerprint,
            )
    for each in roots:
        _check_threshold(each, signatures, where)
    return root


def _check_succession(root: TrustRoot, previous: tuple[bytes, TrustRoot] | None, where: str) -> None:
    """Hold a root against the one before: number, archive, hash."""
    older = None if previous is None else previous[1]
    hash_before = None if previous is None else format_digest(sha256_hex(previous[0]))
    facts = (
        ("version", older.version + 1 if older else 1, root.version),
        ("archive", older.archive if older else root.archive, root.archive),
        ("previous", hash_before, root.previous),
    )
    for member, expected, found in facts:
        if expected != found:
            raise FormatError(
                "the trust root does not follow the one before",
                where=where,
                expected=f"{member} {expected}",
                found=str(found),
            )


def _check_threshold(root: TrustRoot, names: Container[str], where: str) -> None:
    missing = [name for name in map(fingerprint_file_name, root.root_keys) if name not in names]
    signed = len(root.root_keys) - len(missing)
    if signed < root.threshold:
        raise SignatureError(
            "too few root keys have signed the trust root, and this signature is not there",
            where=f"{where}.{missing[0]}.sig",
            expected=f"{root.threshold} of the {len(root.root_keys)} root keys of version {root.version}",
            found=str(signed),
            hint="restore the signature from a copy, or sign with the missing root keys",
        )
