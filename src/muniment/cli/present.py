"""The key that a successor takes the place of: where it is, so that none falls from ssh-agent to a file unasked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from muniment.cli.agent import AGENT, agent_key, has_agent, names_agent
from muniment.cli.keyfolder import held_keys
from muniment.errors import InputError, MunimentError
from muniment.ssh.keys import PublicKey


def refuse_fall(
    role: str, present: Sequence[PublicKey], home: Path, named: str | None, *, lost: bool = False, option: str = ""
) -> None:
    """Refuse to make a file as the successor of a key that lies in none.

    Args:
        role: ``record``, ``log`` or ``root``.
        present: The keys in use that end; none where nothing is in use.
        home: The folder of keys.
        named: How the user named the present key, or None to look in the folder.
        lost: Whether the user says that the key is lost: then it need not be found.
        option: What names the successor.  Default: ``--new-ROLE``.

    Raises:
        InputError: The present key is in ssh-agent, or is not where it was; the successor is to be named.
    """
    if not present or (named is not None and not names_agent(named)):
        return
    held = held_keys(home, role, present)
    if named is None and (any(each.is_file for each in held) or _nameless(home / role)):
        return
    in_agent = named is not None or bool(held) or _agent_holds(present)
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
    held = held_keys(home, "record", in_use)
    if len(held) != 1:
        raise InputError(
            "several record keys are in use",
            expected="the one whose place is taken",
            found=", ".join(key.fingerprint for key in in_use),
            hint="--replaces SHA256:… names it; archive key add brings a further one",
        )
    return (held[0].public,)


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
