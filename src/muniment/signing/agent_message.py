"""Messages to and from ssh-agent (draft-miller-ssh-agent-04, now RFC 9987), as far as signing needs them.

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
"""

from __future__ import annotations

from typing import NoReturn

from muniment.ed25519 import SIGNATURE_SIZE
from muniment.errors import FormatError, UnavailableError
from muniment.signing.wire import format_string, parse_blob, take_strings

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
        raise UnavailableError(
            f"the signature that the agent gave {error.what}", where=AGENT, expected=error.expected, found=error.found
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
