"""Where private keys lie, and how they are read: OpenSSH files that their owner alone may read.

An archive has three: ``root`` says who may sign, ``record`` signs versions, ``log`` signs checkpoints.
"""

from __future__ import annotations

import getpass
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from muniment.add.create import Founders
from muniment.add.version import Keys
from muniment.archive import Archive
from muniment.cli.files import read_file, write_private
from muniment.cli.terminal import is_terminal, plain
from muniment.errors import KeyRejectedError
from muniment.signing.keys import (
    PassphraseNeededError,
    PrivateKey,
    format_private_key,
    format_public_key,
    generate_key,
    load_private_key,
)

PASSPHRASE = "ARCHIVE_PASSPHRASE"  # noqa: S105 - the name of a variable
ROLES = ("root", "record", "log")

_MAX_SIZE = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """What the user said about keys.

    Attributes:
        folder: ``--keys``, or None for the folder of the user's configuration.
        record: ``--key``, or None for the file ``record`` of that folder.
        log: ``--log-key``, or None for its file ``log``.
    """

    folder: str | None = None
    record: str | None = None
    log: str | None = None

    def home(self, origin: str) -> Path:
        """Give the folder of the keys of an archive."""
        if self.folder is not None:
            return Path(self.folder)
        return platformdirs.user_config_path("muniment") / "keys" / origin.replace("/", "_")

    def path(self, role: str, origin: str) -> Path:
        """Give the file of a key."""
        named = {"record": self.record, "log": self.log}.get(role)
        return Path(named) if named is not None else self.home(origin) / role


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that ``init`` works with.

    Attributes:
        founders: The keys.
        made: Files that were made.
        reused: Files that were there.
    """

    founders: Founders
    made: tuple[Path, ...]
    reused: tuple[Path, ...]

    def forget(self) -> None:
        """Remove the files that were made, for an archive that was not."""
        for path in self.made:
            for file in (path, _public_path(path)):
                file.unlink(missing_ok=True)
        for folder in {path.parent for path in self.made}:
            with suppress(OSError):  # others lie in it
                folder.rmdir()


def load_keys(archive: Archive, files: KeyFiles) -> Keys:
    """Load the record key and the log key of an archive.

    Raises:
        KeyRejectedError: A file is missing, readable by others, locked, or no Ed25519 key.
    """
    index = archive.checkpoint.size
    allowed = " or ".join(held.key.fingerprint for held in archive.chain[-1].record_keys if held.covers(index))
    record = _load("record", files.path("record", archive.origin), f"the private key of {allowed}")
    log = _load("log", files.path("log", archive.origin), f"the private key of {archive.origin}'s log")
    return Keys(record, log)


def found_keys(files: KeyFiles, origin: str) -> Keyring:
    """Load the keys for a new archive, and make those that are missing; a file that is there is never touched.

    Raises:
        KeyRejectedError: A file that is there, or that the user named, cannot be used.
        UnavailableError: A key cannot be written.
    """
    keys: dict[str, PrivateKey] = {}
    made: list[Path] = []
    reused: list[Path] = []
    named = {"record": files.record, "log": files.log}
    for role in ROLES:
        path = files.path(role, origin)
        if os.path.lexists(path) or named.get(role) is not None:
            keys[role] = _load(role, path, "a private key")
            reused.append(path)
    for role in ROLES:
        if role not in keys:
            keys[role] = generate_key()
            made.append(files.path(role, origin))
    ring = Keyring(Founders(keys["root"], keys["record"], keys["log"]), tuple(made), tuple(reused))
    try:
        for role in ROLES:
            if files.path(role, origin) in made:
                _save(files.path(role, origin), keys[role], f"{origin} {role}")
    except BaseException:
        ring.forget()
        raise
    return ring


def _save(path: Path, key: PrivateKey, comment: str) -> None:
    passphrase = os.environ.get(PASSPHRASE) or None
    data = format_private_key(key, comment=comment, passphrase=passphrase.encode() if passphrase else None)
    write_private(path, data)
    write_private(_public_path(path), f"{format_public_key(key.public, comment)}\n".encode())


def _public_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def _load(role: str, path: Path, expected: str) -> PrivateKey:
    if not os.path.lexists(path):
        option = {"record": "--key or --keys", "log": "--log-key or --keys"}.get(role, "--keys")
        raise KeyRejectedError(
            f"there is no {role} key", where=str(path), expected=expected, hint=f"name its place with {option}"
        )
    data = read_file(str(path), max_size=_MAX_SIZE, kind=KeyRejectedError)
    _refuse_open(path)
    try:
        return load_private_key(data, where=str(path))
    except PassphraseNeededError:
        return load_private_key(data, passphrase=_passphrase(path), where=str(path))


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
