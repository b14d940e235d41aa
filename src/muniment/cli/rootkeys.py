"""The root keys that sign here: those that the user named, else those in the folder of keys and in ssh-agent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from muniment.cli.agent import AGENT, agent_key, has_agent, names_agent
from muniment.cli.key_file import load_key
from muniment.cli.keyfolder import held_keys
from muniment.errors import KeyRejectedError, MunimentError
from muniment.ssh.keys import PublicKey, SigningKey


def root_keys(allowed: Sequence[PublicKey], home: Path, named: Iterable[str]) -> list[SigningKey]:
    """Load the root keys.

    Args:
        allowed: Those that may sign.
        home: The folder of keys.
        named: What the user named; empty to look for all of them.

    Raises:
        KeyRejectedError: None is there, or one that was named cannot be used.
        UnavailableError: ssh-agent is wanted, and cannot be asked.
    """
    said: list[SigningKey] = [
        agent_key(each, allowed) if names_agent(each) else load_key("root", Path(each), "a root key") for each in named
    ]
    found = said or held_root_keys(allowed, home)
    if not found:
        raise KeyRejectedError(
            "there is no root key",
            where=str(home / "root"),
            expected=f"the private key of {' or '.join(key.fingerprint for key in allowed)}",
            hint="name its place with --root-key, or let it sign elsewhere with --draft; nothing replaces root keys "
            "that are lost, for only they can say who follows them",
        )
    return found


def held_root_keys(allowed: Sequence[PublicKey], home: Path) -> list[SigningKey]:
    """Load those root keys that are here: in the folder, else in ssh-agent."""
    found = [_held(home, key) for key in allowed]
    return [key for key in found if key is not None]


def _held(home: Path, key: PublicKey) -> SigningKey | None:
    for held in held_keys(home, "root", [key]):
        if held.is_file:
            return load_key("root", held.path, "a root key")
    if has_agent():
        with suppress(MunimentError):
            return agent_key(f"{AGENT}:{key.fingerprint}", None)
    return None
