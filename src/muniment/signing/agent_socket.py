"""The way to ssh-agent: a Unix socket, each wait on it bounded."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from muniment.errors import UnavailableError
from muniment.signing.agent import Connect, Connection
from muniment.signing.agent_message import NO_AGENT_HINT

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
