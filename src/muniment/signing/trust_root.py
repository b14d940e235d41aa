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

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.errors import FormatError, KeyRejectedError
from muniment.schema import validate
from muniment.signing.allowed_signers import format_allowed_signers
from muniment.signing.trust_table import (
    Authority,
    KeyRange,
    LogKey,
    Possession,
    RecordKey,
    Revocation,
    StaticFile,
    TrustRoot,
    record_keys_at,
    signer_allowed,
)
from muniment.ssh.keys import PublicKey, parse_public_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "Authority",
    "KeyRange",
    "LogKey",
    "Possession",
    "RecordKey",
    "Revocation",
    "StaticFile",
    "TrustRoot",
    "format_allowed_signers",
    "format_trust_root",
    "parse_trust_root",
    "record_keys_at",
    "signer_allowed",
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
        "index": root.index,
        "previous": root.previous,
        "created": root.created,
        "threshold": root.threshold,
        "principal": root.principal,
        "root_keys": [{"key": key.line} for key in root.root_keys],
        "record_keys": [_format_record_key(held) for held in root.record_keys],
        "log_keys": [{"vkey": held.vkey, **_format_range(held)} for held in root.log_keys],
        "authorities": [asdict(authority) for authority in root.authorities],
        "witnesses": list(root.witnesses),
        "quorum": root.quorum,
        "files": [asdict(file) for file in root.files],
    }
    data = format_canonical(value)
    parse_trust_root(data, where=f"trust root {root.version}")
    return data


def parse_trust_root(data: bytes, *, where: str) -> TrustRoot:
    """Read the file of a trust root.  Its signatures are for `succession.verify_root`.

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
        index=value["index"],
        previous=value["previous"],
        created=value["created"],
        threshold=value["threshold"],
        principal=value["principal"],
        root_keys=tuple(_parse_key(held["key"], where) for held in value["root_keys"]),
        record_keys=tuple(_parse_record_key(held, where) for held in value["record_keys"]),
        log_keys=tuple(LogKey(**held) for held in value["log_keys"]),
        authorities=tuple(Authority(**held) for held in value["authorities"]),
        witnesses=tuple(value["witnesses"]),
        quorum=value["quorum"],
        files=tuple(StaticFile(**file) for file in value["files"]),
    )
    for broken, rule in _rules(root):
        if broken:
            raise FormatError("the trust root breaks a rule", where=where, expected=rule)
    return root


def _format_range(held: KeyRange) -> dict[str, Json]:
    return {"first_index": held.first_index, "last_index": held.last_index}


def _format_record_key(held: RecordKey) -> dict[str, Json]:
    proof: dict[str, Json] = {} if held.proof is None else {"proof": asdict(held.proof)}
    revoked = None if held.revoked is None else asdict(held.revoked)
    return {"key": held.key.line, **_format_range(held), "revoked": revoked, **proof}


def _parse_record_key(held: dict[str, Any], where: str) -> RecordKey:
    revoked = None if held["revoked"] is None else Revocation(**held["revoked"])
    proof = Possession(**held["proof"]) if "proof" in held else None
    return RecordKey(**{**held, "key": _parse_key(held["key"], where), "revoked": revoked, "proof": proof})


def _parse_key(line: str, where: str) -> PublicKey:
    try:
        return parse_public_key(line, where=where)
    except KeyRejectedError as error:
        raise FormatError(error.what, where=where, expected=error.expected, found=error.found) from error


def _rules(root: TrustRoot) -> Iterator[tuple[bool, str]]:
    """What the schema cannot say: whether each rule is broken, and the rule."""
    paths = [file.path for file in root.files]
    yield (root.previous is None) != (root.version == 1), "previous is null in version 1, and there only"
    yield (root.index == 0) != (root.version == 1), "index is 0 in version 1, and there only"
    yield not all(map(_is_time, _times(root))), "each time is a day and time that exist"
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
    yield not _ascends(paths), "files are sorted by path, each path once"
    yield not _ascends([held.name for held in root.authorities]), "authorities are sorted by name, each name once"
    yield (
        any(held.certificates not in paths for held in root.authorities),
        "the certificates of each authority are among the files",
    )
    yield not _ascends(root.witnesses), "witnesses are sorted, each once"
    yield _repeats([held.split("+", 1)[0] for held in root.witnesses]), "each witness has one key"
    yield root.quorum > len(root.witnesses), "the quorum is at most the number of witnesses"


def _times(root: TrustRoot) -> list[str]:
    return [root.created, *(held.revoked.since for held in root.record_keys if held.revoked)]


def _ascends(values: Sequence[str]) -> bool:
    return not _repeats(values) and list(values) == sorted(values)


def _repeats(values: Sequence[object]) -> bool:
    return len(set(values)) != len(values)


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
