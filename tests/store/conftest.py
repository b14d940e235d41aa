"""Each kind of store, so that one set of tests holds them to one contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.object_servers import AzureServer, Server, azurite, moto, seaweedfs

from muniment.store import LocalStore, MemoryStore, Store


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    """An empty folder as a store, which waits for nobody and flushes nothing."""
    return LocalStore(tmp_path / "root", sync=False, lock_timeout=0)


@pytest.fixture(scope="session")
def weed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """SeaweedFS, running."""
    with seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as running:
        yield running


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """moto, running."""
    with moto(tmp_path_factory.mktemp("moto")) as running:
        yield running


@pytest.fixture(scope="session")
def azure_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureServer]:
    """Azurite, running."""
    with azurite(tmp_path_factory.mktemp("azurite")) as running:
        yield running


FOLDERS = ("local", "memory")
"""Stores with folders, where a name cannot be a file and a folder, and with a lock."""

OBJECTS = ("weed_server", "moto_server", "azure_server")


def _make(kind: str, request: pytest.FixtureRequest) -> Store:
    if kind in OBJECTS:
        server: Server | AzureServer = request.getfixturevalue(kind)
        return server.store()
    local: LocalStore = request.getfixturevalue("local")
    return local if kind == "local" else MemoryStore()


@pytest.fixture(params=[*FOLDERS, *OBJECTS])
def store(request: pytest.FixtureRequest) -> Store:
    """Each kind of store in turn, empty."""
    return _make(request.param, request)


@pytest.fixture(params=FOLDERS)
def folder_store(request: pytest.FixtureRequest) -> Store:
    """Each kind of store that has folders in turn, empty."""
    return _make(request.param, request)


@pytest.fixture(params=OBJECTS)
def bucket(request: pytest.FixtureRequest) -> Store:
    """Each object store in turn, empty."""
    return _make(request.param, request)
