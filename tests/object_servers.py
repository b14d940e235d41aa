"""Object stores on this machine, each a real server: SeaweedFS, and moto."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from muniment.store.objects import ObjectStore

_BUCKET = "muniment"
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that speaks S3.

    Attributes:
        endpoint: Its address.
    """

    endpoint: str

    def client(self, prefix: str) -> Any:  # noqa: ANN401 - the client of an extra
        """Give the client for a prefix of its bucket."""
        store = pytest.importorskip("obstore.store", reason="obstore is not installed")
        return store.S3Store(
            _BUCKET,
            prefix=prefix,
            endpoint=self.endpoint,
            access_key_id="test",
            secret_access_key="test",  # noqa: S106 - a server of the test's own, which asks for none
            region="us-east-1",
            client_options={"allow_http": True},
        )

    def store(self) -> ObjectStore:
        """Give an empty store: a prefix that no test had before."""
        return ObjectStore(self.client(f"tests/{os.getpid()}-{next(_NUMBERS)}"))


@contextmanager
def seaweedfs(folder: Path) -> Iterator[Server]:
    """Run SeaweedFS, or skip, saying that it is absent."""
    program = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        pytest.skip("SeaweedFS is not installed")
    ports = _free_ports(8)
    off = ("-s3.port.iceberg=0", "-s3.port.lance=0", "-iam=false", "-webdav=false")
    names = ("s3.port", "s3.port.grpc", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc")
    named = [f"-{name}={port}" for name, port in zip((*names, "filer.port", "filer.port.grpc"), ports, strict=True)]
    command = [program, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-s3", *off, *named]
    with _running([*command, "-volume.max=20", "-master.volumeSizeLimitMB=64"], ports[0], folder) as server:
        yield server


@contextmanager
def moto(folder: Path) -> Iterator[Server]:
    """Run moto, or skip, saying that it is absent."""
    pytest.importorskip("moto", reason="moto is not installed")
    (port,) = _free_ports(1)
    with _running([sys.executable, "-m", "moto.server", "-p", str(port)], port, folder) as server:
        yield server


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[Server]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        server = Server(f"http://127.0.0.1:{port}")
        _make_bucket(server, process)
        yield server
    finally:
        process.kill()
        process.wait()


def _make_bucket(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Ask until the server is up; one that ended would never be."""
    request = urllib.request.Request(f"{server.endpoint}/{_BUCKET}", method="PUT")  # noqa: S310 - loopback
    while True:
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(request).close()  # noqa: S310 - loopback
        except (urllib.error.URLError, ConnectionError):
            sleep(0.1)
        else:
            return


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports
