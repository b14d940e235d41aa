"""A request of a record key to join an archive: what a colleague elsewhere writes, and the keeper reads.

The file is canonical JSON (RFC 8785): the public key, what the asker saw of the archive, and the proof of possession
that is bound to it.  It holds nothing secret, and is good until the next trust root.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from muniment.canonical import format_canonical, parse_canonical
from muniment.errors import FormatError, InputError
from muniment.schema import validate
from muniment.ssh.keys import PublicKey, SigningKey, parse_public_key
from muniment.trust.possession import name_root, prove_possession, verify_possession
from muniment.trust.root import Possession, TrustRoot

_FORMAT = "muniment-key-request/1"
_AGAIN = "ask for a new one: one that is made on an up-to-date copy of the archive"


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A record key that asks to join.

    Attributes:
        archive: Origin of the archive.
        root: Number of the newest trust root that the asker saw.
        root_digest: Digest of its file, ``sha256:…``.
        key: The key.
        proof: That the asker holds it.
    """

    archive: str
    root: int
    root_digest: str
    key: PublicKey
    proof: Possession


def make_request(key: SigningKey, newest: TrustRoot, index: int) -> KeyRequest:
    """Ask for a key to join; arguments and errors are those of ``prove_possession``."""
    return KeyRequest(newest.archive, *name_root(newest), key.public, prove_possession(key, newest, index))


def format_key_request(request: KeyRequest) -> bytes:
    """Write the file of a request."""
    return format_canonical(
        {
            "format": _FORMAT,
            "archive": request.archive,
            "root": request.root,
            "root_digest": request.root_digest,
            "index": request.proof.index,
            "key": request.key.line,
            "signature": request.proof.signature,
        }
    )


def parse_key_request(data: bytes, *, where: str) -> KeyRequest:
    """Read the file of a request.  Whether its proof holds is for ``check_request``.

    Raises:
        CanonicalError: It is not strict JSON in its RFC 8785 form.
        SchemaError: It breaks ``schemas/key-request.schema.json``.
        KeyRejectedError: The key proves nothing.
    """
    value: Any = parse_canonical(data, where=where)
    validate("key-request", value, where=where)
    proof = Possession(value["index"], value["signature"])
    key = parse_public_key(value["key"], where=where)
    return KeyRequest(value["archive"], value["root"], value["root_digest"], key, proof)


def check_request(request: KeyRequest, newest: TrustRoot, size: int, *, where: str) -> None:
    """Hold a request against the archive that it wants to join.

    Args:
        request: The request.
        newest: The newest trust root of the archive.
        size: How many entries its log has.
        where: The name of the file, for errors.

    Raises:
        InputError: It is for another archive or another trust root, or its proof does not hold.
    """
    named = name_root(newest)
    facts = (
        ("archive", newest.archive, request.archive),
        ("trust root", "{} {}".format(*named), f"{request.root} {request.root_digest}"),
    )
    for what, expected, found in facts:
        if expected != found:
            raise InputError(f"asks for another {what}", where=where, expected=expected, found=found, hint=_AGAIN)
    span = newest.index + 1, size
    try:
        verify_possession(request.proof, request.key, newest.archive, named, span, where=where)
    except FormatError as error:
        raise error.as_(InputError, where=where, hint=_AGAIN) from error
