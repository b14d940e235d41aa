"""Object stores on this machine, each a real server: SeaweedFS and moto for S3, Azurite for Azure."""

from __future__ import annotations

import base64
import hmac
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
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from muniment.cli.buckets import S3
from muniment.store.objects import ObjectStore

_BUCKET = "muniment"
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that speaks S3.

    Attributes:
        endpoint: Its address.
        bucket: The name of its bucket.
    """

    endpoint: str
    bucket: str = _BUCKET

    def client(self, prefix: str) -> Any:  # noqa: ANN401 - the client of an extra
        """Give the client for a prefix of its bucket."""
        store = pytest.importorskip("obstore.store", reason="obstore is not installed")
        return store.S3Store(
            self.bucket,
            prefix=prefix,
            endpoint=self.endpoint,
            access_key_id="test",
            secret_access_key="test",  # noqa: S106 - a server of the test's own, which asks for none
            region="us-east-1",
            client_options={"allow_http": True},
            **S3,
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


_ACCOUNT = "harbour"
_ACCESS = base64.b64encode(b"a key for a server of this test's own").decode()


@dataclass(frozen=True, slots=True)
class AzureServer:
    """A server that speaks as Azure Blob Storage does.

    Attributes:
        endpoint: Its address, with the account.
    """

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """What the environment of a client says."""
        names = ("ACCOUNT_NAME", "ACCOUNT_KEY", "ENDPOINT")
        return dict(zip((f"AZURE_STORAGE_{name}" for name in names), (_ACCOUNT, _ACCESS, self.endpoint), strict=True))

    def store(self) -> ObjectStore:
        """Give an empty store: a prefix that no test had before."""
        store = pytest.importorskip("obstore.store", reason="obstore is not installed")
        return ObjectStore(
            store.AzureStore(
                _BUCKET,
                prefix=f"tests/{os.getpid()}-{next(_NUMBERS)}",
                account_name=_ACCOUNT,
                account_key=_ACCESS,
                endpoint=self.endpoint,
                client_options={"allow_http": True},
            )
        )


@contextmanager
def azurite(folder: Path) -> Iterator[AzureServer]:
    """Run Azurite, which ``make judges`` installs, or skip, saying that it is absent."""
    program = shutil.which(
        "azurite-blob", path=f"{sys.prefix}/azurite/node_modules/.bin{os.pathsep}{os.environ['PATH']}"
    )
    if program is None:
        pytest.skip("Azurite is not installed")
    (port,) = _free_ports(1)
    options = ("--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--silent", f"--blobPort={port}")
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"{_ACCOUNT}:{_ACCESS}"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([program, *options], stdout=log, stderr=log, cwd=folder, env=environment)
    try:
        server = AzureServer(f"http://127.0.0.1:{port}/{_ACCOUNT}")
        _until_up(_container_request(server), process)
        yield server
    finally:
        process.kill()
        process.wait()


def _container_request(server: AzureServer) -> urllib.request.Request:
    """Ask for a container, signed with the key of the account as the REST interface has it ("Shared Key")."""
    now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"x-ms-date": now, "x-ms-version": "2021-08-06"}
    signed = "".join(f"{name}:{value}\n" for name, value in headers.items())
    resource = f"/{_ACCOUNT}/{_ACCOUNT}/{_BUCKET}\nrestype:container"
    digest = hmac.digest(base64.b64decode(_ACCESS), ("PUT" + "\n" * 12 + signed + resource).encode(), "sha256")
    headers["Authorization"] = f"SharedKey {_ACCOUNT}:{base64.b64encode(digest).decode()}"
    address = f"{server.endpoint}/{_BUCKET}?restype=container"
    return urllib.request.Request(address, None, {**headers, "Content-Length": "0"}, method="PUT")  # noqa: S310 - loopback


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[Server]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        server = Server(f"http://127.0.0.1:{port}")
        address = f"{server.endpoint}/{_BUCKET}"
        _until_up(urllib.request.Request(address, method="PUT"), process)  # noqa: S310 - loopback
        yield server
    finally:
        process.kill()
        process.wait()


def _until_up(request: urllib.request.Request, process: subprocess.Popen[bytes]) -> None:
    """Ask for a bucket until the server is up; one that ended would never be."""
    for _ in range(1200):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(request).close()  # noqa: S310 - loopback
        except (urllib.error.URLError, ConnectionError):
            sleep(0.1)
        else:
            return
    raise AssertionError("the server made no bucket")


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports
