"""Keys in an agent: found, used, and never believed; the agent here is a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from muniment.errors import KeyRejectedError, UnavailableError
from muniment.ssh import sshsig
from muniment.ssh.agent import AgentKey, Connect, Connection, find_allowed, find_key, find_only, list_keys
from muniment.ssh.keys import PrivateKey, blob_fingerprint
from muniment.ssh.wire import format_blob, format_string, take_strings

RSA = format_string(b"ssh-rsa") + format_string(b"\1\0\1") + format_string(bytes(256))
ECDSA = format_string(b"ecdsa-sha2-nistp256") + format_string(b"nistp256") + format_string(b"\4" + bytes(64))
SECURITY_KEY = format_string(b"sk-ssh-ed25519@openssh.com") + format_string(b"\1" * 32) + format_string(b"ssh:")
WEAK = format_blob(bytes(32))

Answer = Callable[[bytes], bytes]


class Script:
    """A connection to an agent that answers each request, a few bytes at a time, then closes."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._left = b""

    def send(self, data: bytes) -> None:
        """Take a whole request."""
        (message,), rest = take_strings(data, 1)
        assert rest == b""
        self._left = self._answer(message)

    def receive(self, size: int) -> bytes:
        """Give three bytes at most."""
        part, self._left = self._left[: min(size, 3)], self._left[min(size, 3) :]
        return part


def agent(answer: Answer) -> Connect:
    """An agent that gives these answers, with their lengths."""

    @contextmanager
    def connect() -> Iterator[Connection]:
        yield Script(answer)

    return connect


def holding(*keys: PrivateKey | bytes, signs: Callable[[PrivateKey, bytes], bytes] | None = None) -> Connect:
    """An agent that holds private keys, and public blobs that it cannot sign with."""
    blobs = [key.public.blob if isinstance(key, PrivateKey) else key for key in keys]
    secrets = {key.public.blob: key for key in keys if isinstance(key, PrivateKey)}

    def answer(message: bytes) -> bytes:
        if message == b"\x0b":
            listed = b"".join(format_string(blob) + format_string(b"a comment") for blob in blobs)
            return format_string(b"\x0c" + len(blobs).to_bytes(4, "big") + listed)
        assert message[:1] == b"\x0d"
        (blob, data), flags = take_strings(message[1:], 2)
        assert flags == bytes(4)
        if blob not in secrets:
            return format_string(b"\x05")
        signed = signs(secrets[blob], data) if signs else format_blob(secrets[blob].sign(data))
        return format_string(b"\x0e" + format_string(signed))

    return agent(answer)


def test_sign(key: PrivateKey, other_key: PrivateKey) -> None:
    """A key in an agent makes the very signature file that the key itself makes."""
    held = find_key(holding(RSA, other_key, key), key.public.fingerprint)

    assert held.public == key.public
    assert held.sign(b"words") == key.sign(b"words")
    assert sshsig.sign(held, "record@muniment", b"words") == sshsig.sign(key, "record@muniment", b"words")
    assert "connect" not in repr(held)


def test_list_of_keys(key: PrivateKey) -> None:
    """Keys of every type are listed, in the agent's order; an agent may hold none."""
    assert list_keys(holding(RSA, key)) == (RSA, key.public.blob)
    assert list_keys(holding()) == ()


def test_key_that_is_not_held(key: PrivateKey, other_key: PrivateKey) -> None:
    """A key that the agent does not hold is refused with those that it holds."""
    with pytest.raises(KeyRejectedError) as caught:
        find_key(holding(other_key, RSA), key.public.fingerprint)

    error = caught.value
    assert (error.what, error.expected) == ("the agent does not hold this key", key.public.fingerprint)
    assert error.found == f"{other_key.public.fingerprint}, {blob_fingerprint(RSA)} (ssh-rsa)"
    assert error.hint == "ssh-add FILE adds a key"


def test_agent_without_keys(key: PrivateKey) -> None:
    """An agent without keys may be locked, which is said."""
    with pytest.raises(KeyRejectedError, match=r"found no keys \(ssh-add FILE adds a key; ssh-add -X unlocks an agent"):
        find_key(holding(), key.public.fingerprint)


def test_many_keys(key: PrivateKey) -> None:
    """Of many keys eight are named, and types that are no words are not repeated."""
    strange = [b"", b"\0", format_string(b"\x1b[2J"), format_string(b"x" * 99), WEAK]
    with pytest.raises(KeyRejectedError) as caught:
        find_key(holding(*strange, *[RSA] * 5), key.public.fingerprint)

    found = caught.value.found.split(", ")
    assert [part.partition(" ")[2] for part in found[:5]] == [
        "(unknown type)",
        "(unknown type)",
        "(unknown type)",
        f"({'x' * 40})",
        "(ssh-ed25519)",
    ]
    assert (len(found), found[-1]) == (9, "2 more")


@pytest.mark.parametrize(
    ("blob", "said"),
    [
        (RSA, r"is of type ssh-rsa \(RSA\), which is refused"),
        (ECDSA, r"is of type ecdsa-sha2-nistp256 \(ECDSA\), which is refused"),
        (SECURITY_KEY, r"\(Ed25519 on a security key\), which is refused: it signs a counter along with the words"),
        (WEAK, "small order"),
    ],
)
def test_other_types(blob: bytes, said: str) -> None:
    """A key of another type is refused with the reason; one on a security key signs other bytes."""
    with pytest.raises(KeyRejectedError, match=said):
        find_key(holding(blob), blob_fingerprint(blob))


def test_allowed_keys(key: PrivateKey, other_key: PrivateKey, third_key: PrivateKey) -> None:
    """The one key of those allowed that the agent holds is found; none and several are refused."""
    connect = holding(RSA, third_key, other_key)

    assert find_allowed(connect, [key.public, other_key.public]).public == other_key.public
    with pytest.raises(KeyRejectedError, match="the agent holds several keys that may sign"):
        find_allowed(connect, [key.public, other_key.public, third_key.public])
    with pytest.raises(KeyRejectedError, match="the agent does not hold this key") as caught:
        find_allowed(connect, [key.public])
    assert caught.value.expected == key.public.fingerprint


def test_the_only_key(key: PrivateKey, other_key: PrivateKey) -> None:
    """The one Ed25519 key is found among keys of other types; none and several are refused."""
    assert find_only(holding(RSA, key, SECURITY_KEY, key)).public == key.public
    with pytest.raises(KeyRejectedError, match=r"expected an Ed25519 key, found SHA256:\S+ \(ssh-rsa\)"):
        find_only(holding(RSA))
    with pytest.raises(KeyRejectedError) as caught:
        find_only(holding(key, RSA, other_key))
    assert caught.value.found == f"{key.public.fingerprint}, {other_key.public.fingerprint}"
    assert caught.value.hint == "name one: agent:SHA256:…"


def test_refusal(key: PrivateKey) -> None:
    """An agent that refuses to sign is told from one that is broken."""
    with pytest.raises(KeyRejectedError, match="refused to sign with this key") as caught:
        AgentKey(key.public, holding()).sign(b"words")
    assert caught.value.where == key.public.fingerprint


def test_refusal_to_list() -> None:
    """An agent that does not list its keys is of no use."""
    with pytest.raises(UnavailableError, match="refused to list its keys"):
        list_keys(agent(lambda _: format_string(b"\x05")))


@pytest.mark.parametrize(
    "signs",
    [
        lambda _, data: format_blob(PrivateKey.from_seed(b"\x09" * 32).sign(data)),
        lambda key, data: format_blob(key.sign(data + b"!")),
        lambda _, __: format_blob(bytes(64)),
    ],
    ids=["another key", "other data", "nothing"],
)
def test_lying_agent(key: PrivateKey, signs: Callable[[PrivateKey, bytes], bytes]) -> None:
    """A signature that does not verify under the key never leaves."""
    with pytest.raises(UnavailableError, match="the signature that ssh-agent gave does not verify"):
        AgentKey(key.public, holding(key, signs=signs)).sign(b"words")


@pytest.mark.parametrize("bit", range(0, 512, 7))
def test_changed_signature(key: PrivateKey, bit: int) -> None:
    """A signature with one bit changed never leaves, wherever the bit."""

    def signs(secret: PrivateKey, data: bytes) -> bytes:
        changed = int.from_bytes(secret.sign(data), "big") ^ 1 << bit
        return format_blob(changed.to_bytes(64, "big"))

    with pytest.raises(UnavailableError, match="does not verify"):
        AgentKey(key.public, holding(key, signs=signs)).sign(b"words")


def test_signature_of_another_type(key: PrivateKey) -> None:
    """A signature of another type is refused before it is looked at."""
    wrong = format_string(b"rsa-sha2-512") + format_string(bytes(64))
    with pytest.raises(UnavailableError, match="rsa-sha2-512"):
        AgentKey(key.public, holding(key, signs=lambda _, __: wrong)).sign(b"words")


def _cut(whole: bytes, size: int, _: bytes) -> bytes:
    return whole[:size]


def test_agent_that_closes(key: PrivateKey) -> None:
    """An agent that closes before its answer is whole is named so, wherever it stops."""
    whole = format_string(b"\x0e" + format_string(format_blob(key.sign(b"words"))))
    for size in range(len(whole)):
        cut = agent(partial(_cut, whole, size))
        with pytest.raises(UnavailableError, match="the agent closed the connection"):
            AgentKey(key.public, cut).sign(b"words")
    assert AgentKey(key.public, agent(lambda _: whole)).sign(b"words") == key.sign(b"words")


def test_oversized_answer() -> None:
    """An answer that says it is larger than any message is not waited for."""
    with pytest.raises(UnavailableError, match="a length that no message has"):
        list_keys(agent(lambda _: b"\xff" * 8))


def test_another_service() -> None:
    """A server of another protocol is told by its answer."""
    with pytest.raises(UnavailableError, match=r"expected 1 to 262,144 bytes, found 1,213,486,160"):
        list_keys(agent(lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n"))
