"""Private keys as files: OpenSSH files that their owner alone may read, each with its public half beside it."""

from __future__ import annotations

import getpass
import os
import stat
import sys
from pathlib import Path

from muniment.cli.agent import agent_key, names_agent
from muniment.cli.terminal import is_terminal, plain
from muniment.errors import KeyRejectedError
from muniment.files import read_file, write_private
from muniment.ssh.keys import (
    PassphraseNeededError,
    PrivateKey,
    SigningKey,
    format_private_key,
    format_public_key,
    generate_key,
    load_private_key,
)

PASSPHRASE = "ARCHIVE_PASSPHRASE"  # noqa: S105 - the name of a variable

_MAX_SIZE = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_key(path: Path, comment: str) -> PrivateKey:
    """Make a key and write both halves; what is there is never overwritten.

    Raises:
        UnavailableError: It cannot be written, or is there already.
    """
    key = generate_key()
    save_key(path, key, comment)
    return key


def save_key(path: Path, key: PrivateKey, comment: str) -> None:
    """Write a new private key, locked with ``$ARCHIVE_PASSPHRASE`` when it is set, and its public half beside it."""
    passphrase = os.environ.get(PASSPHRASE) or None
    data = format_private_key(key, comment=comment, passphrase=passphrase.encode() if passphrase else None)
    write_private(path, data)
    write_private(public_path(path), f"{format_public_key(key.public, comment)}\n".encode())


def public_path(path: Path) -> Path:
    """Name the file of the public half."""
    return path.with_name(f"{path.name}.pub")


def load_key(role: str, path: Path, expected: str) -> PrivateKey:
    """Load a private key file; a locked one asks for its passphrase.

    Raises:
        KeyRejectedError: It is missing, readable by others, locked, or no Ed25519 key.
    """
    if not os.path.lexists(path):
        raise missing_key(role, path, expected)
    data = read_file(str(path), max_size=_MAX_SIZE, kind=KeyRejectedError)
    _refuse_open(path)
    try:
        return load_private_key(data, where=str(path))
    except PassphraseNeededError:
        return load_private_key(data, passphrase=_passphrase(path), where=str(path))


def load_named_key(role: str, named: str) -> SigningKey:
    """Load one key that the user named: a private key file, or a key of ssh-agent.

    Raises:
        KeyRejectedError: The file is missing, open to others, locked, or no Ed25519 key; or ssh-agent lacks the key.
        UnavailableError: ssh-agent is wanted, and cannot be asked.
    """
    return agent_key(named, None) if names_agent(named) else load_key(role, Path(named), "a private key")


def missing_key(role: str, path: Path, expected: str, agent: str = "") -> KeyRejectedError:
    """Make the error that says that a key is not there, and which option names its place."""
    option = {"record": "--key or --keys", "log": "--log-key or --keys", "witness": "--key"}.get(role, "--keys")
    return KeyRejectedError(
        f"there is no {role} key", where=str(path), expected=expected, hint=f"name its place with {option}{agent}"
    )


def _refuse_open(path: Path) -> None:
    """Refuse a private key that others may read, as ssh does.  Windows has no such modes."""
    mode = path.stat().st_mode
    if os.name != "nt" and mode & _OTHERS:
        raise KeyRejectedError(
            "others may read this private key",
            where=str(path),
            expected="mode 0600",
            found=f"{stat.S_IMODE(mode):04o}",
            hint=f"chmod 600 {path}",
        )


def _passphrase(path: Path) -> bytes:
    given = os.environ.get(PASSPHRASE)
    if given:
        return given.encode()
    if not is_terminal(sys.stdin):
        raise PassphraseNeededError(
            "the private key is locked", where=str(path), hint=f"set {PASSPHRASE}, or run this on a terminal"
        )
    return getpass.getpass(f"Passphrase of {plain(str(path))}: ", stream=sys.stderr).encode()
