"""The one place that asks the web: a name is resolved, the address judged, and the connection is to that address.

No library stands between, since they resolve the name once more, follow redirects and proxies by themselves, and hide
the bytes that came.  Whatever decides is in ``muniment.sources.web``; here are a socket, TLS and a clock.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, NoReturn, TypeVar

from muniment.cli.clock import now
from muniment.cli.options import VISIT_SECONDS
from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError, MunimentError, UnavailableError
from muniment.sources.web.networks import check_network
from muniment.sources.web.receiving import Receiving
from muniment.sources.web.targets import WebTarget
from muniment.sources.web.visit import Asking, Exchange, Visit, WebRequest, visit

_BETWEEN: Final = 15.0  # seconds in which some byte must come
_PART: Final = 1 << 16
_T = TypeVar("_T")


def _resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _connect(address: str, port: int, seconds: float) -> socket.socket:
    """Connect to an address, and see that it is the one to which the connection is."""
    connection = socket.create_connection((address, port), timeout=seconds)
    if connection.getpeername()[0].partition("%")[0] != address.partition("%")[0]:
        connection.close()
        raise InputError("the connection is to another address", expected=address)
    return connection


@dataclass(frozen=True, slots=True)
class Network:
    """What is around: a resolver, connections, two clocks and who is trusted in TLS.  Tests have others.

    Attributes:
        resolve: Gives the addresses of a host.
        connect: Connects to an address, given its port and how many seconds that may take.
        clock: Gives the time, RFC 3339 in UTC.
        monotonic: Gives seconds that only grow.
        tls: Gives what is trusted.
        sleep: Waits so many seconds.
    """

    resolve: Callable[[str, int], list[str]] = _resolve
    connect: Callable[[str, int, float], socket.socket] = _connect
    clock: Callable[[], str] = now
    monotonic: Callable[[], float] = time.monotonic
    tls: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)
    sleep: Callable[[float], None] = time.sleep


def ask_web(url: str, asking: Asking, network: Network, *, seconds: float = VISIT_SECONDS) -> Visit:
    """Visit an address.

    Args:
        url: As the keeper wrote it.
        asking: How to ask.
        network: What is around.
        seconds: For the whole visit.

    Raises:
        InputError: It may not be asked, or leads to what may not be asked.
        SourceError: The answer is broken or too large.
        UnavailableError: There is no answer, or none in time, or no page.
    """
    return go_steps(visit(url, asking), asking, network, seconds=seconds)


def go_steps(
    steps: Generator[WebRequest, Exchange, _T], asking: Asking, network: Network, *, seconds: float = VISIT_SECONDS
) -> _T:
    """Do what the steps of a visit ask for, one after another, and give what they return.

    Args:
        steps: They yield requests, and are sent what came of each.
        asking: How to ask.
        network: What is around.
        seconds: For all of them.

    Raises:
        MunimentError: What the steps raise.
    """
    end = network.monotonic() + seconds
    try:
        request = next(steps)
        while True:
            request = _next_request(steps, request, Deadline(end, seconds, network), asking)
    except StopIteration as done:
        result: _T = done.value
        return result


def _next_request(
    steps: Generator[WebRequest, Exchange, _T], request: WebRequest, deadline: Deadline, asking: Asking
) -> WebRequest:
    """Do what was asked for, and say what came of it."""
    try:
        exchange = _exchange(request, deadline, asking)
    except MunimentError as error:
        error.where = error.where or request.target.url
        return steps.throw(error)
    return steps.send(exchange)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When all must have ended."""

    end: float
    seconds: float
    network: Network

    def left(self, most: float = _BETWEEN) -> float:
        """Seconds that may still be waited."""
        left = self.end - self.network.monotonic()
        if left <= 0:
            raise UnavailableError(f"no whole answer in {self.seconds:g} seconds", hint="try again later")
        return min(left, most)


def _exchange(request: WebRequest, deadline: Deadline, asking: Asking) -> Exchange:
    target = request.target
    moment = deadline.network.clock()
    addresses = judge_host(target, deadline, asking)
    try:
        connection, address = connect_judged(target, addresses, deadline)
        with connection:
            certificate = connection.getpeercert(True) if isinstance(connection, ssl.SSLSocket) else None  # noqa: FBT003 - positional in the library
            connection.settimeout(deadline.left())
            connection.sendall(request.data)
            response = _receive(connection, deadline)
    except TimeoutError as error:
        deadline.left()
        raise UnavailableError(f"no answer in {_BETWEEN:g} seconds", hint="try again later") from error
    except ssl.SSLError as error:
        words = getattr(error, "verify_message", "") or (error.reason or "TLS fails").replace("_", " ")
        raise UnavailableError("the connection is not secure", found=words.lower().rstrip(".")) from error
    except OSError as error:
        words = (error.strerror or str(error) or type(error).__name__).lower()
        raise UnavailableError("it does not answer", found=words, hint="try again later") from error
    shown = None if certificate is None else format_digest(sha256_hex(certificate))
    return Exchange(request, response, moment, address, shown)


def judge_host(target: WebTarget, deadline: Deadline, asking: Asking) -> list[str]:
    """Resolve a host once, and judge every address of it: none of them may lead where nobody may be asked.

    Raises:
        InputError: One of them may not be asked.
        UnavailableError: The name is not known, or not resolved in time.
    """
    resolve = deadline.network.resolve
    try:
        addresses = _within(deadline.left(), lambda: resolve(target.host, target.port))
    except TimeoutError as error:
        raise UnavailableError("the name of the host is not resolved in time", hint="try again later") from error
    except (OSError, UnicodeError) as error:
        raise UnavailableError("the name of the host is not known", found=target.host) from error
    for address in addresses:
        check_network(address, allow_private=asking.allow_private, where=target.url)
    if not addresses:
        raise UnavailableError("the name of the host is not known", found=target.host)
    return addresses


def _within(seconds: float, call: Callable[[], _T]) -> _T:
    """Do what may last for ever in a thread, and wait so long."""
    results: SimpleQueue[Callable[[], _T]] = SimpleQueue()

    def run() -> None:
        try:
            value = call()
        except Exception as error:  # noqa: BLE001 - handed on to who waits
            results.put(partial(_raise, error))
        else:
            results.put(lambda: value)

    Thread(target=run, daemon=True).start()
    try:
        outcome = results.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    return outcome()


def _raise(error: Exception) -> NoReturn:
    raise error


def connect_judged(target: WebTarget, addresses: list[str], deadline: Deadline) -> tuple[socket.socket, str]:
    """Connect to the first address that answers; by TLS under the name of the host.

    Raises:
        OSError: None answers, or TLS fails.
        UnavailableError: There is no time left.
    """
    failed: OSError | None = None
    for address in addresses:
        try:
            connection = deadline.network.connect(address, target.port, deadline.left())
        except OSError as error:
            failed = error
            continue
        if target.scheme == "http":
            return connection, address
        connection.settimeout(deadline.left())
        name, tls = target.host.rstrip("."), deadline.network.tls()
        try:
            # An end without a word is told apart from one that the server has signed.
            return tls.wrap_socket(connection, server_hostname=name, suppress_ragged_eofs=False), address
        except BaseException:
            connection.close()
            raise
    raise failed or OSError("no address")


def _receive(connection: socket.socket, deadline: Deadline) -> bytes:
    receiving = Receiving()
    while True:
        connection.settimeout(deadline.left())
        try:
            data = connection.recv(_PART)
        except ssl.SSLEOFError:
            return receiving.finish(cut=True)  # closed without a word: whether it is whole, its own length says
        if not data or receiving.feed(data):
            return receiving.finish()
