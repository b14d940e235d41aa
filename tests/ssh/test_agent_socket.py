"""The Unix socket to an agent, and the one that OpenSSH ships."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from muniment.errors import KeyRejectedError, UnavailableError
from muniment.ssh import sshsig
from muniment.ssh.agent import TIMEOUT, find_key, find_only, list_keys, unix_agent
from muniment.ssh.keys import load_private_key, parse_public_key

if TYPE_CHECKING:
    from tests.conftest import Agent
    from tests.ssh.conftest import Judge

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")


@contextmanager
def serving(*answers: bytes | None) -> Iterator[str]:
    """A socket that answers each connection with the next bytes, then closes; None waits until the client goes."""
    with TemporaryDirectory(prefix="agent") as folder, socket.socket(socket.AF_UNIX) as server:
        path = f"{folder}/socket"
        server.bind(path)
        server.listen()

        def serve() -> None:
            for answer in answers:
                link, _ = server.accept()
                with link:
                    link.recv(4096)
                    if answer is None:
                        link.recv(1)
                    else:
                        link.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        yield path
        thread.join()


def test_answers() -> None:
    """Each question takes one connection."""
    empty = bytes.fromhex("00000005 0c 00000000")
    with serving(empty, empty) as path:
        connect = unix_agent(path)
        assert (list_keys(connect), list_keys(connect)) == ((), ())
    assert TIMEOUT == 60


def test_slow_agent() -> None:
    """An agent that does not answer in time is given up."""
    with serving(None) as path, pytest.raises(UnavailableError, match=r"did not answer within 0\.05 seconds") as caught:
        list_keys(unix_agent(path, timeout=0.05))
    assert caught.value.where == path


def test_agent_that_closes() -> None:
    """An agent that closes at once is named so."""
    with serving(b"") as path, pytest.raises(UnavailableError, match="the agent closed the connection"):
        list_keys(unix_agent(path))


def test_no_agent(tmp_path: Path) -> None:
    """No socket, a file that is none, and a path too long for one are refused with the system's reason."""
    (tmp_path / "file").touch()
    for path, reason in ((tmp_path / "none", "no such file"), (tmp_path / "file", "connection refused")):
        with pytest.raises(UnavailableError, match=f"ssh-agent cannot be reached: found {reason}"):
            list_keys(unix_agent(str(path)))
    for odd in ("x" * 200, "a\0b"):
        with pytest.raises(UnavailableError, match="ssh-agent cannot be reached"):
            list_keys(unix_agent(odd))


def test_broken_connection() -> None:
    """A connection that breaks, either way, is an error of the agent."""
    with serving(b"") as path, unix_agent(path)() as connection:
        connection.send(b"x")
        assert connection.receive(1) == b""
        with pytest.raises(UnavailableError, match="the connection to ssh-agent broke: found broken pipe"):
            connection.send(bytes(10_000_000))


def test_connection_that_was_reset() -> None:
    """A connection that is gone when the answer is awaited is an error of the agent."""
    with serving(None) as path:
        with unix_agent(path)() as connection:
            connection.send(b"x")
        with pytest.raises(UnavailableError, match="the connection to ssh-agent broke: found bad file descriptor"):
            connection.receive(1)


def test_system_without_unix_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows, which has named pipes instead, is refused clearly."""
    monkeypatch.delattr(socket, "AF_UNIX")
    with pytest.raises(UnavailableError, match="only supported over Unix sockets"):
        unix_agent(r"\\.\pipe\openssh-ssh-agent")


def test_judge_same_signature(agent: Agent, ssh_keygen: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature through ssh-agent is that of ``ssh-keygen -Y sign`` to the byte, by the file and by the agent."""
    file = agent.make("key")
    agent.add(file)
    key = find_only(unix_agent(agent.path))
    armored = sshsig.sign(key, "record@muniment", b"words")

    assert armored == sshsig.sign(load_private_key(file.read_bytes()), "record@muniment", b"words")
    sign = ("-Y", "sign", "-n", "record@muniment", "-f")
    assert armored == ssh_keygen(*sign, str(file), stdin=b"words").stdout
    file.unlink()
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    assert armored == ssh_keygen(*sign, f"{file}.pub", stdin=b"words").stdout


def test_judge_locked_file(agent: Agent) -> None:
    """A key whose file has a passphrase signs through the agent that was given it."""
    file = agent.make("key", locked_with="open sesame")
    agent.add(file, answer="open sesame")
    public = parse_public_key(Path(f"{file}.pub").read_text())

    key = find_key(unix_agent(agent.path), public.fingerprint)

    assert sshsig.verify(sshsig.sign(key, "record@muniment", b"words"), "record@muniment", b"words") == public


def test_judge_other_types(agent: Agent) -> None:
    """Beside RSA and ECDSA keys the Ed25519 key is found; they are refused with the reason."""
    for kind in ("rsa", "ecdsa", "ed25519"):
        agent.add(agent.make(kind, kind))
    connect = unix_agent(agent.path)

    assert len(list_keys(connect)) == 3
    assert find_only(connect).public == parse_public_key((agent.folder / "ed25519.pub").read_text())
    for kind in ("rsa", "ecdsa"):
        with pytest.raises(KeyRejectedError, match=rf"\({kind.upper()}\), which is refused"):
            find_key(connect, agent.fingerprint(kind))


def test_judge_locked_agent(agent: Agent) -> None:
    """A locked agent shows no keys and signs nothing; unlocked, it does both again."""
    agent.add(agent.make("key"))
    connect = unix_agent(agent.path)
    key = find_only(connect)
    agent.add("-x", answer="shut")
    with pytest.raises(KeyRejectedError, match="ssh-add -X unlocks an agent"):
        find_key(connect, key.public.fingerprint)
    with pytest.raises(KeyRejectedError, match="refused to sign"):
        key.sign(b"words")
    agent.add("-X", answer="shut")
    assert len(key.sign(b"words")) == 64


def test_judge_unconfirmed(agent: Agent) -> None:
    """A key that wants to be confirmed does not sign when nobody confirms."""
    agent.add("-c", agent.make("key"))
    key = find_only(unix_agent(agent.path))
    with pytest.raises(KeyRejectedError, match="refused to sign with this key"):
        key.sign(b"words")


def test_judge_large_message(agent: Agent) -> None:
    """What is signed of a large message is its hash, so any size goes through."""
    agent.add(agent.make("key"))
    key = find_only(unix_agent(agent.path))
    message = bytes(1_000_000)
    assert sshsig.verify(sshsig.sign(key, "x", message), "x", message) == key.public
    with pytest.raises(UnavailableError):
        key.sign(message)
