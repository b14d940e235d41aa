"""Servers on this machine that answer as a test wants, a resolver and clocks of the test, and a CA made for it."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from muniment.cli.transport import Network

Reply = Callable[[str, str], Iterable[bytes]]
"""Given a host and a path, the answer in pieces."""

PUBLIC = "93.184.216.34"
"""An address of the public internet, which the connections of the test lead to this machine."""


@dataclass
class LocalServer:
    """A server, and what it was asked."""

    reply: Reply
    port: int = 0
    farewell: bool = False
    asked: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)


@contextmanager
def serving(reply: Reply, tls: ssl.SSLContext | None = None, *, farewell: bool = False) -> Iterator[LocalServer]:
    """A server on the loopback address, each connection in a thread of its own; by TLS it may say that it ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = LocalServer(reply, listener.getsockname()[1], farewell)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                Thread(target=_answer, args=(server, connection, tls), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listener.close()


def _answer(server: LocalServer, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError), connection:
        stream = tls.wrap_socket(connection, server_side=True) if tls else connection
        with stream:
            request = b""
            while b"\r\n\r\n" not in request and (part := stream.recv(4096)):
                request += part
            path = request.split(b" ")[1].decode()
            host = request.partition(b"Host: ")[2].partition(b"\r\n")[0].decode()
            server.asked.append(f"{host}{path}")
            server.requests.append(request)
            for piece in server.reply(host, path):
                stream.sendall(piece)
            if server.farewell and isinstance(stream, ssl.SSLSocket):
                stream.unwrap()


@dataclass
class Around:
    """A network of the test: names and their addresses, and where each address leads on this machine.

    Attributes:
        names: The addresses of each host, one list for each time it is asked; the last one stays.
        server: Where every connection leads.
        trusted: The certificate of a CA that is trusted, in PEM.
        connected: To what was connected.
        resolved: What was resolved.
        slept: How long it was waited, each time; nobody waits in truth.
    """

    names: dict[str, list[list[str]]]
    server: LocalServer
    trusted: bytes = b""
    connected: list[tuple[str, int]] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def resolve(self, host: str, _port: int) -> list[str]:
        """Resolve by the table; a host that is not in it is not known."""
        self.resolved.append(host)
        if host not in self.names:
            raise socket.gaierror(8, "not known")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Connect to the server of the test, whatever the address; to none on the address of nobody."""
        self.connected.append((address, port))
        if address == "93.184.216.99":
            raise ConnectionRefusedError(111, "Connection refused")
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=seconds)

    def tls(self) -> ssl.SSLContext:
        """Trust the CA of the test alone."""
        context = ssl.create_default_context(cadata=self.trusted.decode() or None)
        return context if self.trusted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def sleep(self, seconds: float) -> None:
        """Let the time go on, and wait for nothing."""
        self.slept.append(seconds)

    def monotonic(self) -> float:
        """The time of this machine, and what was slept."""
        return time.monotonic() + sum(self.slept)

    def network(self) -> Network:
        """Give it to the command."""
        clock = "2026-11-02T09:15:00Z"
        return Network(self.resolve, self.connect, lambda: clock, self.monotonic, self.tls, self.sleep)


def make_authority(folder: Path, *names: str, days: int = 30) -> tuple[bytes, ssl.SSLContext, bytes]:
    """Make a CA and a server under it: the CA in PEM, the context of the server, and its certificate in DER."""
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Test CA", authority_key.public_key(), "Test CA", authority_key, days=abs(days), ca=True)
    server = _certificate("server", server_key.public_key(), "Test CA", authority_key, days=days, names=names)
    chain, key = folder / "server.pem", folder / "server.key"
    chain.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return (
        authority.public_bytes(serialization.Encoding.PEM), context, server.public_bytes(serialization.Encoding.DER)
    )  # fmt: skip


def _certificate(
    name: str,
    key: ec.EllipticCurvePublicKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    days: int,
    ca: bool = False,
    names: tuple[str, ...] = (),
) -> x509.Certificate:
    start = datetime.now(UTC) - timedelta(days=60)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=60 + days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=ca,
                crl_sign=ca,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(each) for each in names]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
