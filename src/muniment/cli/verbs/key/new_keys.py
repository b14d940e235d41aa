"""Keys that a new trust root brings, and those that they replace.

A new key is made in the folder of keys, or named by the user; none is made unasked, and none that is in ssh-agent is
replaced by a file unasked.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from muniment.archive import Archive, open_archive
from muniment.archive.staged import find_marker
from muniment.cli.agent_keys import AGENT, agent_key, has_agent, names_agent
from muniment.cli.keyring import KeyFiles, environment_passphrase, held_keys, load_key, public_path, save_key
from muniment.errors import InputError, MunimentError
from muniment.files import write_private
from muniment.ssh.keys import PublicKey, SigningKey, format_public_key, generate_key

MADE = "new"
"""Named in the place of a key: make one, as a file in the folder of keys."""


@dataclass(slots=True)
class NewKeys:
    """Keys that the new trust root brings.

    Attributes:
        archive: The archive.
        files: Where they will lie.
        made: Private keys that were made.
        existing: Keys that the user named.
        joined: Fingerprints of keys that others hold.
        written: Every file that was written.
    """

    archive: Archive
    files: KeyFiles
    made: list[Path] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    def get(self, role: str, named: str | None) -> SigningKey:
        """Take the key that was named, or make one (``new``), whose name shows with which root it came.

        Raises:
            KeyRejectedError: The named key cannot be used.
            UnavailableError: A key cannot be written, or ssh-agent not be asked.
        """
        path, comment = self._free(role), f"{self.archive.origin} {role}"
        if named in {None, MADE}:
            key = generate_key()
            self.written += [path, public_path(path)]
            save_key(path, key, comment, environment_passphrase())
            self.made.append(path)
            return key
        if not names_agent(named):
            self.existing.append(named)
            return load_key(role, Path(named), "a private key")
        agent = agent_key(named, None)
        # The public half in the folder says that the agent is to be asked.
        self.written.append(public_path(path))
        write_private(public_path(path), f"{format_public_key(agent.public, comment)}\n".encode())
        self.existing.append(f"{AGENT}:{agent.public.fingerprint}")
        return agent

    def _free(self, role: str) -> Path:
        home, number = self.files.home(self.archive.origin), len(self.archive.roots) + 1
        names = [f"{role}-{number}", *(f"{role}-{number}.{again}" for again in range(1, 1000))]
        used = {path.name for path in home.iterdir()} if home.is_dir() else set()
        return home / next(name for name in names if not {name, f"{name}.pub"} & used)

    def forget(self) -> None:
        """Remove what was written, for a root that was not; unless the root was begun and may yet be completed."""
        with suppress(MunimentError):
            store = self.archive.store
            if find_marker(store) is None and len(open_archive(store).roots) == len(self.archive.roots):
                for path in self.written:
                    path.unlink(missing_ok=True)


def refuse_fall(
    role: str, present: Sequence[PublicKey], home: Path, named: str | None, *, lost: bool = False, option: str = ""
) -> None:
    """Refuse to make a file as the successor of a key that is not in a file.

    Args:
        role: ``record``, ``log`` or ``root``.
        present: The keys in use that end; may be empty.
        home: The folder of keys.
        named: How the user named the present key, or None to look in the folder.
        lost: Whether the user says that the key is lost: then it need not be found.
        option: What names the successor.  Default: ``--new-ROLE``.

    Raises:
        InputError: The present key is in ssh-agent, or is not where it was; the successor is to be named.
    """
    if not present or (named is not None and not names_agent(named)):
        return
    keys = held_keys(home, role, present)
    if named is None and (any(key.is_file for key in keys) or _nameless(home / role)):
        return
    in_agent = named is not None or bool(keys) or _agent_holds(present)
    if lost and not in_agent:
        return
    option = option or f"--new-{role}"
    raise InputError(
        f"the present {role} key is in ssh-agent, and its successor is not named"
        if in_agent
        else f"the present {role} key is not where it was, and its successor is not named",
        where=" or ".join(key.fingerprint for key in present),
        expected=f"{option} agent:SHA256:… or {option} FILE",
        hint=f"{option} new makes a file in {home}",
    )


def _nameless(path: Path) -> bool:
    """Whether a private key lies there without the public half that would tell which one it is."""
    return os.path.lexists(path) and not os.path.lexists(path.with_name(f"{path.name}.pub"))


def _agent_holds(present: Sequence[PublicKey]) -> bool:
    if not has_agent():
        return False
    try:
        agent_key(AGENT, present)
    except MunimentError:
        return False
    return True


def own_key(in_use: Sequence[PublicKey], home: Path, named: str | None) -> tuple[PublicKey, ...]:
    """Choose which of the record keys in use a new one takes the place of.

    Args:
        in_use: The record keys that may sign the next entry.
        home: The folder of keys: with several keys in use, the one that lies here is meant.
        named: The fingerprint that the user named, or None.

    Raises:
        InputError: The key that was named is not in use, or several are and none was named.
    """
    if named is not None:
        return (key_in_use(in_use, named),)
    if len(in_use) < 2:
        return tuple(in_use)
    keys = held_keys(home, "record", in_use)
    if len(keys) != 1:
        raise InputError(
            "several record keys are in use",
            expected="the one whose place is taken",
            found=", ".join(key.fingerprint for key in in_use),
            hint="--replaces SHA256:… names it; archive key add brings a further one",
        )
    return (keys[0].public,)


def key_in_use(in_use: Sequence[PublicKey], fingerprint: str) -> PublicKey:
    """Find the record key of a fingerprint among those in use.

    Raises:
        InputError: None of them has it.
    """
    for key in in_use:
        if key.fingerprint == fingerprint:
            return key
    raise InputError(
        "no record key that is in use",
        where=fingerprint,
        expected=", ".join(key.fingerprint for key in in_use) or "none",
        hint="archive key list shows them",
    )
