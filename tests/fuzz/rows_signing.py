"""Rows: trust roots, SSH signatures, keys, and the messages of ssh-agent."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from unittest.mock import patch

from tests.fuzz.material import ORIGIN, archive, files, files_like, founders, private_key, vectors
from tests.fuzz.mutate import mutate_tree
from tests.fuzz.target import Target, bytes_of, hold, pack, text_of, unpack

from muniment.errors import InputError
from muniment.ssh import sshsig
from muniment.ssh.agent import format_sign_request, parse_identities_answer, parse_length, parse_sign_response
from muniment.ssh.keys import (
    PrivateKey,
    PublicKey,
    format_private_key,
    format_public_key,
    load_private_key,
    parse_key_blob,
    parse_public_key,
)
from muniment.ssh.wire import format_blob, format_string, parse_blob, take_strings
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.chain import RootFile, verify_chain
from muniment.trust.key_request import KeyRequest, check_request, format_key_request, make_request, parse_key_request
from muniment.trust.next_root import with_site, with_withdrawn
from muniment.trust.root import Withdrawal, format_trust_root, parse_trust_root

_FOLDER = "trust/root/"
_ASKING = tuple(PrivateKey.from_seed(bytes([number]) * 32) for number in (91, 92))


@cache
def _record() -> tuple[bytes, bytes]:
    """A record and its signature."""
    base = next(path for path in sorted(files()) if path.endswith("record.json"))
    return files()[base], files()[f"{base}.sig"]


def _chain_files() -> dict[str, bytes]:
    return {path[len(_FOLDER) :]: data for path, data in files().items() if path.startswith(_FOLDER)}


def _check_chain(data: bytes, chain: tuple[RootFile, ...]) -> None:
    """No root but those that the keys signed; every file is accounted for."""
    signed = _chain_files()
    for file in chain:
        if chain[0].data == signed["1.json"]:
            hold(file.data in signed.values(), "a root that nobody signed is accepted")
    together = {name: content for file in chain for name, content in file.files.items()}
    hold(together == unpack(data), "a file of the folder is not among the roots")
    lines = format_allowed_signers([file.root for file in chain]).split(b"\n")
    hold(
        lines[-1] == b"" and all(line.isascii() and b"\r" not in line for line in lines),
        "allowed signers have odd lines",
    )


def _requests() -> list[bytes]:
    newest = archive().chain[-1]
    return [format_key_request(make_request(key, newest, newest.index + 1)) for key in _ASKING]


def _check_asked(data: bytes, request: KeyRequest) -> None:
    """No request holds but those that the keys have signed."""
    try:
        check_request(request, archive().chain[-1], archive().checkpoint.size, where="request")
    except InputError:
        return
    hold(data in _requests(), "a request that no key has signed holds")


def _sealed(data: bytes) -> sshsig.Signature:
    return sshsig.parse_signature(sshsig._format_armor(data))


def _unsealed(signature: sshsig.Signature) -> bytes:
    return sshsig._parse_armor(sshsig.format_signature(signature))


def _signatures() -> list[bytes]:
    return [*files_like(".sig"), *vectors("sshsig/**/*.sig", 2000)]


def _public_lines() -> list[bytes]:
    line = format_public_key(founders().log.public, "keeper@example.org")
    return [
        bytes_of(line),
        bytes_of(founders().log.public.line),
        bytes_of(line + "\n"),
        *vectors("sshsig/**/*.pub", 2000),
    ]


@cache
def _private_files() -> tuple[bytes, ...]:
    """Written with zeros for its random bytes, so that they are the same in every run."""
    with patch("muniment.ssh.openssh_key.secrets.token_bytes", bytes):
        return (format_private_key(private_key(3), comment="a"), format_private_key(private_key(1), comment=""))


def _check_private(_data: bytes, key: PrivateKey) -> None:
    hold(parse_key_blob(key.public.blob) == key.public, "the key does not read back")
    hold(sshsig.verify(sshsig.sign(key, "test", b"x"), "test", b"x") == key.public, "the key signs for another one")


def _identities() -> list[bytes]:
    keys = [founders().log.public.blob, founders().root.public.blob, b"\0\0\0\x07ssh-rsa"]
    held = b"".join(format_string(key) + format_string(b"comment") for key in keys)
    return [b"\x0c" + len(keys).to_bytes(4, "big") + held, b"\x0c" + bytes(4), b"\x05"]


def _sign_responses() -> list[bytes]:
    return [b"\x0e" + format_string(format_blob(bytes(range(64)))), b"\x05", format_sign_request(b"k", b"d")[4:]]


def _strings(data: bytes) -> tuple[tuple[bytes, ...], bytes]:
    return take_strings(data[1:], data[0] if data else 0)


def _told_roots() -> list[bytes]:
    """Trust roots that say more than most: a web site, and a withdrawn version."""
    said = Withdrawal("declaration", 1, f"sha256:{'ab' * 32}", "2026-11-22T10:00:00Z", "names a private person")
    newest = archive().chain[-1]
    newest = replace(newest, created=max(newest.created, said.time))
    return [
        format_trust_root(with_site(newest, "https://press.example.org/a")),
        format_trust_root(with_withdrawn(newest, said)),
    ]


ROWS = (
    Target(
        "trust-root",
        ("trust.root.parse_trust_root", "trust.root.format_trust_root"),
        lambda data: parse_trust_root(data, where="root"),
        lambda: [*(file.data for file in archive().roots), *_told_roots()],
        format_trust_root,
    ),
    Target(
        "root-chain",
        (
            "trust.chain.verify_chain",
            "trust.chain.verify_root",
            "trust.allowed_signers.format_allowed_signers",
        ),
        lambda data: verify_chain(unpack(data)),
        lambda: [pack(_chain_files()), pack({n: d for n, d in _chain_files().items() if n.startswith("1.")})],
        why="a chain is verified; the check compares its files",
        check=_check_chain,
        words=(b"\n@@ ", ORIGIN.encode()),
        mutate=mutate_tree,
        cap=64 * 1024,
    ),
    Target(
        "key-request",
        (
            "trust.key_request.parse_key_request",
            "trust.key_request.format_key_request",
            "trust.key_request.check_request",
            "trust.possession.verify_possession",
        ),
        lambda data: parse_key_request(data, where="request"),
        _requests,
        format_key_request,
        check=_check_asked,
    ),
    Target(
        "sshsig",
        ("ssh.sshsig.parse_signature", "ssh.sshsig.format_signature"),
        sshsig.parse_signature,
        _signatures,
        sshsig.format_signature,
        words=(b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"),
    ),
    Target(
        "sshsig-binary",
        ("ssh.sshsig.parse_signature",),
        _sealed,
        lambda: [_unsealed(sshsig.parse_signature(data)) for data in files_like(".sig")],
        _unsealed,
        words=(b"SSHSIG", b"\0\0\0\x06sha256", b"\0\0\0\x06sha512", b"\0\0\0\x0bssh-ed25519"),
    ),
    Target(
        "sshsig-verified",
        ("ssh.sshsig.verify",),
        lambda data: sshsig.verify(data, sshsig.RECORD_NAMESPACE, _record()[0]),
        lambda: [_record()[1], *_signatures()],
        why="it gives who signed",
        check=lambda data, _: hold(data == _record()[1], "another signature file verifies"),
    ),
    Target(
        "sshsig-message",
        ("ssh.sshsig.verify",),
        lambda data: sshsig.verify(_record()[1], sshsig.RECORD_NAMESPACE, data),
        lambda: [_record()[0]],
        why="it gives who signed",
        check=lambda data, _: hold(data == _record()[0], "a signature verifies over other bytes"),
    ),
    Target(
        "public-key",
        ("ssh.keys.parse_public_key", "ssh.keys.format_public_key"),
        lambda data: parse_public_key(text_of(data)),
        _public_lines,
        lambda key: bytes_of(key.line),
        alike=True,
        words=(b"ssh-ed25519 ", b"ssh-rsa ", b" ", b"PRIVATE KEY"),
        cap=20 * 1024,
    ),
    Target(
        "key-blob",
        ("ssh.keys.parse_key_blob", "ssh.wire.parse_blob"),
        parse_key_blob,
        lambda: [founders().log.public.blob, format_string(b"ssh-rsa") + format_string(bytes(32))],
        lambda key: key.blob,
        check=lambda _, key: hold(isinstance(key, PublicKey), "no key"),
    ),
    Target(
        "private-key",
        ("ssh.keys.load_private_key", "ssh.openssh_key.parse_openssh_key"),
        load_private_key,
        _private_files,
        why="written with random bytes each time; the check signs with it",
        check=_check_private,
        words=(b"-----BEGIN OPENSSH PRIVATE KEY-----\n", b"-----END OPENSSH PRIVATE KEY-----", b"\r\n"),
        kept=False,
    ),
    Target(
        "agent-identities",
        ("ssh.agent.parse_identities_answer",),
        parse_identities_answer,
        _identities,
        why="comments are not kept",
        check=lambda data, blobs: hold(all(blob in data for blob in blobs), "a key that the agent did not list"),
        cap=64 * 1024,
    ),
    Target(
        "agent-signature",
        ("ssh.agent.parse_sign_response",),
        parse_sign_response,
        _sign_responses,
        lambda signature: b"\x0e" + format_string(format_blob(signature)),
    ),
    Target(
        "agent-length",
        ("ssh.agent.parse_length",),
        parse_length,
        lambda: [b"\0\0\0\x01", b"\0\x04\0\0"],
        lambda length: length.to_bytes(4, "big"),
        alike=True,
        cap=16,
    ),
    Target(
        "ssh-strings",
        ("ssh.wire.take_strings", "ssh.wire.parse_blob"),
        _strings,
        lambda: [b"\x02" + format_string(b"a") + format_string(b"bc") + b"rest", b"\x01" + format_blob(bytes(32))],
        lambda value: bytes([len(value[0])]) + b"".join(map(format_string, value[0])) + value[1],
        alike=True,
    ),
    Target(
        "ssh-blob",
        ("ssh.wire.parse_blob",),
        lambda data: parse_blob(data, 64),
        lambda: [format_blob(bytes(64))],
        format_blob,
    ),
)
