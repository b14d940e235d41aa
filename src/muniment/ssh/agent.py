"""Keys that ssh-agent holds.

A private key in an agent is never seen: the agent is asked which keys it holds, then to sign.  So a key on a
device, or one whose passphrase was given once to ``ssh-add``, signs without a file.

The agent is not trusted: a signature that comes back is verified before anybody else sees it.

Only plain Ed25519 keys are used.  An Ed25519 key on a FIDO security key (``sk-ssh-ed25519``) is another type: it
signs a counter and flags along with the words, which no signature over the words alone can be made from.

Messages to and from ssh-agent (draft-miller-ssh-agent-04, now RFC 9987), as far as signing needs them.

Each is ::

    length (four bytes, big-endian)   type (one byte)   contents

and ``str(x)`` being the length of x as four bytes, then x, those that are used here are

====  ==================  ==================================================================
 11   request identities  nothing
 12   identities answer   number of keys (four bytes), then str(key blob) str(comment) of each
 13   sign request        str(key blob) str(data) flags (four bytes)
 14   sign response       str(signature blob)
  5   failure             nothing
====  ==================  ==================================================================

Requests are written whole.  Answers are read without the length, and nothing may follow after what they hold.

The way to ssh-agent: a Unix socket, each wait on it bounded.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import NoReturn, Protocol, TypeAlias

from muniment.ed25519 import SIGNATURE_SIZE
from muniment.errors import FormatError, KeyRejectedError, UnavailableError
from muniment.ssh.keys import PublicKey, blob_fingerprint, parse_key_blob, verify_ed25519
from muniment.ssh.wire import format_string, parse_blob, take_strings

MAX_MESSAGE = 256 * 1024
"""Longest message that is read, in bytes; OpenSSH has the same limit."""

MAX_IDENTITIES = 2048
"""Most keys that an agent may list; OpenSSH has the same limit."""

FAILURE = b"\x05"
"""The answer of an agent that cannot or will not (section 4.1)."""

AGENT = "ssh-agent"
"""What an error names."""

NO_AGENT_HINT = "see what ssh-add -l says of it, or name a key file"

_REQUEST_IDENTITIES = b"\x0b"
_IDENTITIES_ANSWER = b"\x0c"
_SIGN_REQUEST = b"\x0d"
_SIGN_RESPONSE = b"\x0e"


def parse_length(head: bytes) -> int:
    """Read the four bytes before a message: how many follow them (section 3).

    Raises:
        UnavailableError: No message has that length.
    """
    length = int.from_bytes(head, "big")
    if not 0 < length <= MAX_MESSAGE:
        raise UnavailableError(
            "the answer has a length that no message has",
            where=AGENT,
            expected=f"1 to {MAX_MESSAGE:,} bytes",
            found=f"{length:,}",
            hint=NO_AGENT_HINT,
        )
    return length


def format_identities_request() -> bytes:
    """Write the request for the list of keys (section 4.4)."""
    return format_string(_REQUEST_IDENTITIES)


def parse_identities_answer(message: bytes) -> tuple[bytes, ...]:
    """Read the list of keys, without the length in front, and give their blobs (section 4.4).

    Raises:
        UnavailableError: It is another message, cut short, or has bytes after its end.
    """
    count = int.from_bytes(message[1:5], "big")
    if message[:1] != _IDENTITIES_ANSWER or len(message) < 5 or count > MAX_IDENTITIES:
        _refuse_garbage("a list of keys", message)
    try:
        strings, rest = take_strings(message[5:], 2 * count)
    except FormatError:
        _refuse_garbage("a list of keys", message)
    if rest:
        _refuse_garbage("a list of keys", message)
    return strings[::2]


def format_sign_request(blob: bytes, data: bytes) -> bytes:
    """Write the request to sign data with the key of a blob (section 4.5); flags are for RSA alone."""
    return format_string(_SIGN_REQUEST + format_string(blob) + format_string(data) + bytes(4))


def parse_sign_response(message: bytes) -> bytes:
    """Read a signature, without the length in front, and give its 64 bytes (section 4.5).

    Raises:
        UnavailableError: It is another message, cut short, has bytes after its end, or is no Ed25519 signature.
    """
    if message[:1] != _SIGN_RESPONSE:
        _refuse_garbage("a signature", message)
    try:
        (blob,), rest = take_strings(message[1:], 1)
        signature = parse_blob(blob, SIGNATURE_SIZE)
    except FormatError as error:
        raise error.as_(
            UnavailableError, what=f"the signature that the agent gave {error.what}", where=AGENT
        ) from error
    if rest:
        _refuse_garbage("a signature", message)
    return signature


def _refuse_garbage(expected: str, message: bytes) -> NoReturn:
    raise UnavailableError(
        "the answer is not one of the agent protocol",
        where=AGENT,
        expected=expected,
        found=f"message type {int.from_bytes(message[:1])}, {len(message)} bytes",
        hint=NO_AGENT_HINT,
    )


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
        KeyRejectedError: The agent does not hold the key, or the key is of another type than Ed25519.
        UnavailableError: As ``list_keys``.
    """
    blobs = list_keys(connect)
    for blob in blobs:
        if blob_fingerprint(blob) == fingerprint:
            return AgentKey(parse_key_blob(blob, where=fingerprint), connect)
    raise _absent(fingerprint, blobs)


def find_allowed(connect: Connect, allowed: Sequence[PublicKey]) -> AgentKey:
    """Find the one of some keys that an agent holds.

    Raises:
        KeyRejectedError: The agent holds none of them, or several.
        UnavailableError: As ``list_keys``.
    """
    blobs = list_keys(connect)
    usable = [key for key in allowed if key.blob in blobs]
    if not usable:
        raise _absent(" or ".join(key.fingerprint for key in allowed), blobs)
    if len(usable) > 1:
        raise _several("the agent holds several keys that may sign", usable)
    return AgentKey(usable[0], connect)


def find_only(connect: Connect) -> AgentKey:
    """Find the one Ed25519 key that an agent holds; keys of other types beside it do not count.

    Raises:
        KeyRejectedError: It holds no Ed25519 key, or several.
        UnavailableError: As ``list_keys``.
    """
    blobs = list_keys(connect)
    usable = [key for key in map(_admitted, dict.fromkeys(blobs)) if key is not None]
    if not usable:
        raise _absent("an Ed25519 key", blobs)
    if len(usable) > 1:
        raise _several("the agent holds several Ed25519 keys", usable)
    return AgentKey(usable[0], connect)


def _several(what: str, keys: Sequence[PublicKey]) -> KeyRejectedError:
    names = _names([key.blob for key in keys])
    return KeyRejectedError(what, where=AGENT, found=names, hint="name one: agent:SHA256:…")


def _admitted(blob: bytes) -> PublicKey | None:
    try:
        return parse_key_blob(blob)
    except KeyRejectedError:
        return None


def _absent(expected: str, blobs: Sequence[bytes]) -> KeyRejectedError:
    unlock = "" if blobs else "; ssh-add -X unlocks an agent"
    return KeyRejectedError(
        "the agent does not hold this key",
        where=AGENT,
        expected=expected,
        found=_names(blobs) if blobs else "no keys",
        hint=f"ssh-add FILE adds a key{unlock}",
    )


def _names(blobs: Sequence[bytes]) -> str:
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


TIMEOUT = 60.0
"""How long an answer may take, in seconds: someone may have to confirm, or to touch a device."""


def unix_agent(path: str, *, timeout: float = TIMEOUT) -> Connect:
    """Give the way to the agent that listens on a Unix socket; it is not contacted yet.

    Args:
        path: Path of the socket, such as ``$SSH_AUTH_SOCK`` has it.
        timeout: The longest wait for the agent, in seconds.

    Raises:
        UnavailableError: This system has no Unix sockets; a named pipe of Windows is not supported.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise UnavailableError(
            "ssh-agent is only supported over Unix sockets, which this system lacks", hint="name a key file"
        )

    @contextmanager
    def connect() -> Iterator[Connection]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(timeout)
            try:
                link.connect(path)
            except (OSError, ValueError) as error:
                raise _failed("ssh-agent cannot be reached", path, error) from error
            yield _Socket(link, path, timeout)

    return connect


@dataclass(frozen=True, slots=True)
class _Socket:
    link: socket.socket
    path: str
    timeout: float

    def send(self, data: bytes) -> None:
        try:
            self.link.sendall(data)
        except OSError as error:
            raise self._lost(error) from error

    def receive(self, size: int) -> bytes:
        try:
            return self.link.recv(size)
        except OSError as error:
            raise self._lost(error) from error

    def _lost(self, error: OSError) -> UnavailableError:
        if isinstance(error, TimeoutError):
            what = f"ssh-agent did not answer within {self.timeout:g} seconds"
            return UnavailableError(what, where=self.path, hint="confirm when it asks, then try again")
        return _failed("the connection to ssh-agent broke", self.path, error)


def _failed(what: str, path: str, error: OSError | ValueError) -> UnavailableError:
    reason = error.strerror if isinstance(error, OSError) else None
    return UnavailableError(what, where=path, found=(reason or str(error)).lower(), hint=NO_AGENT_HINT)
