"""Keys that ssh-agent holds, as the user names them; and a word on stderr whenever one of them signs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from muniment.errors import KeyRejectedError, UnavailableError
from muniment.files import read_file
from muniment.ssh.agent import AgentKey, Connect, find_allowed, find_key, find_only, unix_agent
from muniment.ssh.keys import PublicKey, parse_public_key

AGENT = "agent"
"""Names the key that the agent holds and the archive allows; ``agent:SHA256:…`` names one by its fingerprint."""

SOCKET = "SSH_AUTH_SOCK"
"""The variable that holds the path of the agent's socket."""

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_MAX_SIZE = 64 * 1024


@dataclass(frozen=True, slots=True)
class SpeakingKey:
    """A key in an agent that says on stderr when it has signed."""

    key: AgentKey

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return self.key.public

    def sign(self, data: bytes) -> bytes:
        """Let the agent sign."""
        signature = self.key.sign(data)
        print(f"signed with {self.public.fingerprint} from ssh-agent", file=sys.stderr)
        return signature


def names_agent(named: str | None) -> bool:
    """Whether a key is named so that an agent must hold it: ``agent``, ``agent:SHA256:…`` or ``FILE.pub``."""
    return named is not None and (named == AGENT or named.startswith(f"{AGENT}:") or named.endswith(".pub"))


def agent_key(named: str, allowed: Sequence[PublicKey] | None) -> SpeakingKey:
    """Find a key in the agent that the environment names.

    Args:
        named: ``agent``, ``agent:SHA256:…`` or the path of a public key file.
        allowed: Keys that bare ``agent`` may stand for; None for the only Ed25519 key that the agent holds.

    Raises:
        KeyRejectedError: The agent does not hold the key, it is of another type, or no key is named so.
        UnavailableError: There is no agent, or it does not answer as one.
    """
    if named != AGENT:
        fingerprint = _fingerprint(named)
        return SpeakingKey(find_key(_connect(named), fingerprint))
    connect = _connect(named)
    return SpeakingKey(find_only(connect) if allowed is None else find_allowed(connect, allowed))


def has_agent() -> bool:
    """Whether the environment names an agent."""
    return bool(os.environ.get(SOCKET))


def _connect(named: str) -> Connect:
    if not has_agent():
        raise UnavailableError(
            "no ssh-agent is running",
            where=named,
            expected=f"the path of its socket in {SOCKET}",
            hint="eval $(ssh-agent) starts one, ssh-add FILE adds a key; or name a private key file",
        )
    return unix_agent(os.environ[SOCKET])


def _fingerprint(named: str) -> str:
    if not named.startswith(f"{AGENT}:"):
        data = read_file(named, max_size=_MAX_SIZE, kind=KeyRejectedError)
        return parse_public_key(data.decode("utf-8", "replace"), where=named).fingerprint
    fingerprint = named.removeprefix(f"{AGENT}:")
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise KeyRejectedError(
            "not the fingerprint of a key",
            where=named,
            expected="agent:SHA256: and 43 characters of base64",
            hint="ssh-add -l lists what the agent holds",
        )
    return fingerprint
