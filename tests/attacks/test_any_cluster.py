"""The attack table once more, with each archive that it verifies verified by two machines of a Dask cluster.

What lies in memory is laid on the disk first, where the machines can read it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest
from tests.attacks.conftest import folder, quiet
from tests.attacks.hands import lay
from tests.attacks.table_again import ATTACKS, WITHOUT_ARCHIVE, attack_again
from tests.dask_servers import Machines, dask

from muniment.store import LocalStore, MemoryStore, Store
from muniment.verify import pieces
from muniment.verify.pieces import Cluster

__all__ = ["folder", "quiet"]

pytest.importorskip("distributed", reason="distributed is not installed")

from muniment.cli.cluster import open_cluster

LONG = bool(os.environ.get("MUNIMENT_LONG"))
ROWS = sorted(set(ATTACKS) - WITHOUT_ARCHIVE)
SAMPLE = ROWS[::7]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers."""
    with dask(tmp_path_factory.mktemp("dask"), workers=2) as running:
        yield running


@pytest.mark.parametrize("name", ROWS if LONG else SAMPLE)
def test_reports_of_an_attack(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, machines: Machines
) -> None:
    """Whatever the attack leaves behind, two machines say the same of it as one process, byte for byte."""
    numbers = count()

    def two_machines(store: Store) -> Iterator[Cluster]:
        place = machines.folder / f"{name}-{next(numbers)}"
        if isinstance(store, LocalStore):
            place = store.root.absolute()
        elif isinstance(store, MemoryStore):
            lay(store.files, place)
        else:
            return
        with open_cluster(machines.address, place, 1) as cluster:
            yield cluster

    monkeypatch.setattr(pieces, "BUCKET", 1)
    monkeypatch.setattr(pieces, "RANGES", 1)
    assert attack_again(name, request, monkeypatch, two_machines)
