"""Where private keys lie, and how they are read: OpenSSH files that only their owner may read, or ssh-agent.

An archive has three roles: ``root`` says who may sign, ``record`` signs versions, ``log`` signs checkpoints.  Their
files lie in one folder, each private key with its public half beside it; there may be several of a role by now, so a
key is found by its public half.
"""

from __future__ import annotations

import getpass
import os
import re
import stat
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
import platformdirs

from muniment.archive import Archive
from muniment.archive.opening import log_verifiers
from muniment.cli.agent_keys import AGENT, agent_key, has_agent, names_agent
from muniment.cli.terminal import is_terminal
from muniment.display import plain
from muniment.errors import KeyRejectedError, MunimentError
from muniment.files import read_file, write_private
from muniment.log.vkey import LogVerifier
from muniment.ssh.keys import (
    PassphraseNeededError,
    PrivateKey,
    PublicKey,
    SigningKey,
    format_private_key,
    format_public_key,
    generate_key,
    load_private_key,
    parse_public_key,
)
from muniment.trust.root import TrustRoot, record_keys_at
from muniment.write.create import InitialKeys
from muniment.write.version import Keys

PASSPHRASE = "ARCHIVE_PASSPHRASE"  # noqa: S105 - the name of a variable

_MAX_SIZE = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PRIVATE = b"PRIVATE KEY-----"
"""Ends the first line of a private key, of OpenSSH and of others."""


def make_key(path: Path, comment: str) -> PrivateKey:
    """Make a key and write both halves; what is there is never overwritten.

    Raises:
        UnavailableError: It cannot be written, or is there already.
    """
    key = generate_key()
    save_key(path, key, comment, environment_passphrase())
    return key


def environment_passphrase() -> bytes | None:
    """Give ``$ARCHIVE_PASSPHRASE`` when it is set."""
    passphrase = os.environ.get(PASSPHRASE)
    return passphrase.encode() if passphrase else None


def save_key(path: Path, key: PrivateKey, comment: str, passphrase: bytes | None) -> None:
    """Write a new private key, locked where there is a passphrase, and its public half beside it."""
    data = format_private_key(key, comment=comment, passphrase=passphrase)
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
    if _PRIVATE in data:  # what is no such key needs no cure, and another file of the user's keeps its mode
        _refuse_open(path)
    try:
        return load_private_key(data, where=str(path))
    except PassphraseNeededError:
        return _unlock(data, path)


def _unlock(data: bytes, path: Path) -> PrivateKey:
    """Open a locked key: with the passphrase that opened another one of this run, else with one that is given now."""
    context = click.get_current_context(silent=True)
    known: list[bytes] = context.meta.setdefault(PASSPHRASE, []) if context else []
    for passphrase in known:
        with suppress(KeyRejectedError):
            return load_private_key(data, passphrase=passphrase, where=str(path))
    passphrase = _passphrase(path)
    key = load_private_key(data, passphrase=passphrase, where=str(path))
    known.append(passphrase)
    return key


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
    passphrase = os.environ.get(PASSPHRASE)
    if passphrase:
        return passphrase.encode()
    if not is_terminal(sys.stdin):
        raise PassphraseNeededError(
            "the private key is locked", where=str(path), hint=f"set {PASSPHRASE}, or run this on a terminal"
        )
    return getpass.getpass(f"Passphrase of {plain(str(path))}: ", stream=sys.stderr).encode()


_KEYFOLDER_MAX_SIZE = 64 * 1024


@dataclass(frozen=True, slots=True)
class KeyInFolder:
    """A key whose public half lies in the folder.

    Attributes:
        path: Where its private half would lie.
        public: The public half.
    """

    path: Path
    public: PublicKey

    @property
    def is_file(self) -> bool:
        """Whether the private half lies there; if not, ssh-agent is to be asked."""
        return os.path.lexists(self.path)


def read_public(path: str) -> PublicKey:
    """Read a public key file.

    Raises:
        KeyRejectedError: It is missing, or holds no Ed25519 public key.
    """
    data = read_file(path, max_size=_KEYFOLDER_MAX_SIZE, kind=KeyRejectedError)
    return parse_public_key(data.decode("utf-8", "replace"), where=path)


def held_keys(home: Path, role: str, allowed: Collection[PublicKey]) -> tuple[KeyInFolder, ...]:
    """Find the keys in a folder whose public half is one of these; ``record-3`` came with trust root 3.

    Each key once, under the first name of the folder.
    """
    name = re.compile(rf"({role}(?:-[1-9][0-9]*(?:\.[1-9][0-9]*)?)?)\.pub")
    try:
        matches = [match for entry in sorted(os.listdir(home)) if (match := name.fullmatch(entry))]  # noqa: PTH208 - names
    except OSError:
        return ()
    keys: dict[PublicKey, KeyInFolder] = {}
    for match in matches:
        with suppress(MunimentError):
            public = read_public(str(home / match[0]))
            if public in allowed:
                keys.setdefault(public, KeyInFolder(home / match[1], public))
    return tuple(keys.values())


ROLES = ("root", "record", "log")


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """What the user said about keys.

    Attributes:
        folder: ``--keys``, or None for the folder of the user's configuration.
        record: ``--key``, a file or a key of ssh-agent, or None for the file ``record`` of that folder.
        log: ``--log-key``, in the same way, or None for its file ``log``.
        root: ``--root-key`` of a new archive, in the same way, or None for its file ``root``.
    """

    folder: str | None = None
    record: str | None = None
    log: str | None = None
    root: str | None = None

    def home(self, origin: str) -> Path:
        """Give the folder of the keys of an archive."""
        if self.folder is not None:
            return Path(self.folder)
        return platformdirs.user_config_path("muniment") / "keys" / origin.replace("/", "_")

    def named(self, role: str) -> str | None:
        """Give what the user said of a key itself."""
        return {"record": self.record, "log": self.log, "root": self.root}.get(role)

    def path(self, role: str, origin: str) -> Path:
        """Give the file of a key."""
        named = self.named(role)
        return Path(named) if named is not None else self.home(origin) / role


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that ``init`` works with.

    Attributes:
        initial: The keys.
        made: Files that were made.
        reused: Files that were there, and keys of ssh-agent as ``agent:SHA256:…``.
        locked: Whether those that were made have a passphrase.
    """

    initial: InitialKeys
    made: tuple[Path, ...]
    reused: tuple[str, ...]
    locked: bool = False

    def forget(self) -> None:
        """Remove the files that were made, for an archive that was not."""
        for path in self.made:
            for file in (path, public_path(path)):
                file.unlink(missing_ok=True)
        for folder in {path.parent for path in self.made}:
            with suppress(OSError):  # others lie in it
                folder.rmdir()


def load_keys(archive: Archive, files: KeyFiles) -> Keys:
    """Load the record key and the log key of an archive.

    A key whose file nobody named and that has none in the folder may be in ssh-agent.

    Raises:
        KeyRejectedError: A file is missing, readable by others, locked, or no Ed25519 key; or ssh-agent lacks the key.
        UnavailableError: ssh-agent is wanted, and cannot be asked.
    """
    index = archive.checkpoint.size
    records = record_keys_at(archive.chain[-1], index)
    of_record = f"the private key of {' or '.join(key.fingerprint for key in records)}"
    record = _find("record", files, archive.origin, records, of_record)
    return Keys(record, find_log_key(archive, files))


def find_log_key(archive: Archive, files: KeyFiles) -> SigningKey:
    """Load the key that signs the next checkpoint.

    Raises:
        KeyRejectedError: As for ``load_keys``.
        UnavailableError: As for ``load_keys``.
    """
    return _find_log(archive.log_verifiers, archive, files)


def find_log_key_of(root: TrustRoot, archive: Archive, files: KeyFiles) -> SigningKey:
    """Load the key that signs the checkpoint of a trust root which is still to be logged.

    Raises:
        KeyRejectedError: As for ``load_keys``.
        UnavailableError: As for ``load_keys``.
    """
    return _find_log(log_verifiers((root,)), archive, files)


def _find_log(verifiers: Iterable[LogVerifier], archive: Archive, files: KeyFiles) -> SigningKey:
    logs = [PublicKey(key.public) for key in verifiers if key.counts_at(archive.checkpoint.size + 1)]
    return _find("log", files, archive.origin, logs, f"the private key of {archive.origin}'s log")


def _find(role: str, files: KeyFiles, origin: str, allowed: Sequence[PublicKey], expected: str) -> SigningKey:
    named, path = files.named(role), files.path(role, origin)
    if named is not None:
        return agent_key(named, allowed) if names_agent(named) else load_key(role, path, expected)
    keys = held_keys(files.home(origin), role, allowed)
    if len(keys) > 1:
        raise _several(role, keys)
    if keys:
        # What the folder names is what signs: never another key that may, and that an agent happens to hold.
        path, allowed = keys[0].path, [keys[0].public]
    if not os.path.lexists(path):
        return _only_in_agent(role, path, allowed, expected)
    return load_key(role, path, expected)


def _several(role: str, keys: Sequence[KeyInFolder]) -> KeyRejectedError:
    return KeyRejectedError(
        f"the folder holds several {role} keys that may sign",
        where=str(keys[0].path.parent),
        found=", ".join(f"{key.path.name} {key.public.fingerprint}" for key in keys),
        hint="name one with --key",
    )


def _only_in_agent(role: str, path: Path, allowed: Sequence[PublicKey], expected: str) -> SigningKey:
    """Find the key that no file holds; what is missing is the file, whatever is wrong with the agent."""
    if not has_agent():
        raise missing_key(role, path, expected)
    try:
        return agent_key(AGENT, allowed)
    except MunimentError as error:
        raise missing_key(role, path, expected, f"; ssh-agent was asked: {error.what}") from error


def missing_roles(files: KeyFiles, origin: str) -> tuple[str, ...]:
    """Name the roles of a new archive for which there is no key yet: ``found_keys`` makes these."""
    return tuple(role for role in ROLES if not _is_there(role, files, origin))


def found_keys(files: KeyFiles, origin: str, passphrase: bytes | None) -> Keyring:
    """Load the keys for a new archive, and make those that are missing; a file that is there is never touched.

    Args:
        files: What the user said about keys.
        origin: Name of the archive.
        passphrase: Locks the keys that are made; None for none.

    Raises:
        KeyRejectedError: A key that is there, or that the user named, cannot be used.
        UnavailableError: A key cannot be written, or ssh-agent not be asked.
    """
    there = {role: present for role in ROLES if (present := _there(role, files, origin)) is not None}
    made = {role: generate_key() for role in ROLES if role not in there}
    keys = {role: key for role, (_, key) in there.items()} | made
    paths = {role: files.path(role, origin) for role in made}
    reused = tuple(name for name, _ in there.values())
    initial = InitialKeys(keys["root"], keys["record"], keys["log"])
    ring = Keyring(initial, tuple(paths.values()), reused, locked=passphrase is not None)
    try:
        for role, key in made.items():
            save_key(paths[role], key, f"{origin} {role}", passphrase)
    except BaseException:
        ring.forget()
        raise
    return ring


def _is_there(role: str, files: KeyFiles, origin: str) -> bool:
    path = files.path(role, origin)
    return files.named(role) is not None or os.path.lexists(path) or os.path.lexists(public_path(path))


def _there(role: str, files: KeyFiles, origin: str) -> tuple[str, SigningKey] | None:
    """Give the name of a key that is there, and the key: in a file, or in ssh-agent beside its public half."""
    named, path = files.named(role), files.path(role, origin)
    if not _is_there(role, files, origin):
        return None
    if named is None and not os.path.lexists(path):
        named = str(public_path(path))
    if named is not None and names_agent(named):
        key = agent_key(named, None)
        return f"{AGENT}:{key.public.fingerprint}", key
    return str(path), load_key(role, path, "a private key")
