"""Keys that ssh-agent holds.

A private key in an agent is never seen: the agent is asked which keys it holds, then to sign.  So a key on a
device, or one whose passphrase was given once to ``ssh-add``, signs without a file.

The agent is not trusted: a signature that comes back is verified before anybody else sees it.

Only plain Ed25519 keys are used.  An Ed25519 key on a FIDO security key (``sk-ssh-ed25519``) is another type: it
signs a counter and flags along with the words, which no signature over the words alone can be made from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from muniment.errors import KeyRejectedError, UnavailableError
from muniment.signing.agent_message import (
    AGENT,
    FAILURE,
    NO_AGENT_HINT,
    format_identities_request,
    format_sign_request,
    parse_identities_answer,
    parse_length,
    parse_sign_response,
)
from muniment.signing.keys import PublicKey, blob_fingerprint, parse_key_blob, verify_ed25519

_MOST_SHOWN = 8


class Connection(Protocol):
    """A way to an agent and back, such as a socket.  Both methods raise ``UnavailableError`` when it fails."""

    def send(self, data: bytes) -> None:
        """Send all of the bytes."""
        ...

    def receive(self, size: int) -> bytes:
        """Wait for bytes and give from 1 to ``size`` of them; none when the agent has closed the connection."""
        ...


Connect: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Opens a connection, which is closed again when its context ends."""


@dataclass(frozen=True, slots=True)
class AgentKey:
    """A ``SigningKey`` whose private half an agent holds.

    Attributes:
        public: The public half.
        connect: Opens a connection to the agent; each signature takes one.
    """

    public: PublicKey
    connect: Connect = field(repr=False, compare=False)

    def sign(self, data: bytes) -> bytes:
        """Let the agent sign, and give the 64-byte signature, which has been verified.

        Raises:
            KeyRejectedError: The agent refuses: it is locked, nobody confirmed, or it holds the key no longer.
            UnavailableError: The agent cannot be reached, is too slow, or answers with anything but the signature.
        """
        fingerprint = self.public.fingerprint
        answer = _ask(self.connect, format_sign_request(self.public.blob, data))
        if answer == FAILURE:
            raise KeyRejectedError(
                "ssh-agent refused to sign with this key",
                where=fingerprint,
                hint="confirm when it asks; ssh-add -X unlocks an agent, ssh-add -l shows what it holds",
            )
        signature = parse_sign_response(answer)
        if not verify_ed25519(self.public, signature, data):
            raise UnavailableError(
                "the signature that ssh-agent gave does not verify",
                where=fingerprint,
                hint="nothing was written; try another agent, or a key file",
            )
        return signature


def list_keys(connect: Connect) -> tuple[bytes, ...]:
    """Ask an agent for the keys that it holds, of any type, and give their blobs.

    A locked agent says that it holds none.

    Raises:
        UnavailableError: The agent cannot be reached, is too slow, or answers with anything but a list of keys.
    """
    answer = _ask(connect, format_identities_request())
    if answer == FAILURE:
        raise UnavailableError("the agent refused to list its keys", where=AGENT, hint="ssh-add -l shows them")
    return parse_identities_answer(answer)


def find_key(connect: Connect, fingerprint: str) -> AgentKey:
    """Find the key of a fingerprint in an agent.

    Raises:
        KeyRejectedError: The agent does not hold it, or it is of another type than Ed25519.
        UnavailableError: As ``list_keys``.
    """
    held = list_keys(connect)
    for blob in held:
        if blob_fingerprint(blob) == fingerprint:
            return AgentKey(parse_key_blob(blob, where=fingerprint), connect)
    raise _absent(fingerprint, held)


def find_allowed(connect: Connect, allowed: Sequence[PublicKey]) -> AgentKey:
    """Find the one of some keys that an agent holds.

    Raises:
        KeyRejectedError: The agent holds none of them, or several.
        UnavailableError: As ``list_keys``.
    """
    held = list_keys(connect)
    usable = [key for key in allowed if key.blob in held]
    if not usable:
        raise _absent(" or ".join(key.fingerprint for key in allowed), held)
    if len(usable) > 1:
        raise _several("the agent holds several keys that may sign", usable)
    return AgentKey(usable[0], connect)


def find_only(connect: Connect) -> AgentKey:
    """Find the one Ed25519 key that an agent holds; keys of other types beside it do not count.

    Raises:
        KeyRejectedError: It holds no Ed25519 key, or several.
        UnavailableError: As ``list_keys``.
    """
    held = list_keys(connect)
    usable = [key for key in map(_admitted, dict.fromkeys(held)) if key is not None]
    if not usable:
        raise _absent("an Ed25519 key", held)
    if len(usable) > 1:
        raise _several("the agent holds several Ed25519 keys", usable)
    return AgentKey(usable[0], connect)


def _several(what: str, keys: Sequence[PublicKey]) -> KeyRejectedError:
    found = _shown([key.blob for key in keys])
    return KeyRejectedError(what, where=AGENT, found=found, hint="name one: agent:SHA256:…")


def _admitted(blob: bytes) -> PublicKey | None:
    try:
        return parse_key_blob(blob)
    except KeyRejectedError:
        return None


def _absent(expected: str, held: Sequence[bytes]) -> KeyRejectedError:
    unlock = "" if held else "; ssh-add -X unlocks an agent"
    return KeyRejectedError(
        "the agent does not hold this key",
        where=AGENT,
        expected=expected,
        found=_shown(held) if held else "no keys",
        hint=f"ssh-add FILE adds a key{unlock}",
    )


def _shown(blobs: Sequence[bytes]) -> str:
    """Name keys by fingerprint, and by type where it is not Ed25519."""
    names = [blob_fingerprint(blob) + ("" if _admitted(blob) else f" ({_type(blob)})") for blob in blobs]
    more = [f"{len(names) - _MOST_SHOWN} more"] if len(names) > _MOST_SHOWN else []
    return ", ".join(names[:_MOST_SHOWN] + more)


def _type(blob: bytes) -> str:
    """The type that a key claims; what an agent sends may be anything."""
    name = blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode("latin-1")[:40]
    return name if name.isascii() and name.isprintable() and name else "unknown type"


def _ask(connect: Connect, request: bytes) -> bytes:
    """Send one message, and give the one that answers it: type and contents."""
    with connect() as connection:
        connection.send(request)
        length = parse_length(_receive(connection, 4))
        return _receive(connection, length)


def _receive(connection: Connection, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.receive(size - len(data))
        if not part:
            raise UnavailableError("the agent closed the connection", where=AGENT, hint=NO_AGENT_HINT)
        data += part
    return data
