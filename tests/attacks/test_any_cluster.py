"""The attack table once more, with each archive that it verifies verified by two machines of a Dask cluster.

As in ``test_any_jobs``: whatever an attack gives to ``verify`` on its way is looked at twice.  What lies in memory is
laid on the disk first, where the machines can read it.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.attacks.conftest import folder, quiet
from tests.attacks.hands import lay
from tests.attacks.test_any_jobs import ATTACKS, WITHOUT_ARCHIVE
from tests.dask_servers import Machines, dask

from muniment.archive.paths import CHECKPOINT
from muniment.errors import MunimentError
from muniment.store import LocalStore, MemoryStore, Store
from muniment.verify import archive, pieces
from muniment.verify.public_json import report_as_json
from muniment.verify.report import Report

__all__ = ["folder", "quiet"]

pytest.importorskip("distributed", reason="distributed is not installed")

from muniment.cli.cluster import open_cluster

LONG = bool(os.environ.get("MUNIMENT_LONG"))
SAMPLE = sorted(set(ATTACKS) - WITHOUT_ARCHIVE)[::7]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers."""
    with dask(tmp_path_factory.mktemp("dask"), workers=2) as running:
        yield running


@pytest.mark.parametrize("name", sorted(set(ATTACKS) - WITHOUT_ARCHIVE) if LONG else SAMPLE)
def test_reports_of_an_attack(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, machines: Machines, tmp_path: Path
) -> None:
    """Whatever the attack leaves behind, two machines say the same of it as one process, byte for byte."""
    look: Callable[[Store, Any], Report] = archive._look_at_rest
    seen, numbers = list[str](), count()

    def said(store: Store, asked: Any, jobs: object) -> str:  # noqa: ANN401 - a value of that module alone
        try:
            return json.dumps(report_as_json(look(store, replace(asked, jobs=jobs))), indent=1)
        except MunimentError as error:
            return repr((type(error), str(error)))

    def twice(store: Store, asked: Any) -> Report:  # noqa: ANN401 - as above
        place = machines.folder / f"{name}-{next(numbers)}"
        if isinstance(store, LocalStore):
            place = store.root.absolute()
        elif isinstance(store, MemoryStore):
            lay(store.files, place)
        else:
            return look(store, asked)
        alone = said(store, asked, 1)
        with open_cluster(machines.address, place, 1) as cluster:
            assert said(store, asked, cluster) == alone
        seen.append(alone)
        return look(store, asked)

    monkeypatch.setattr(archive, "_look_at_rest", twice)
    monkeypatch.setattr(pieces, "BUCKET", 1)
    monkeypatch.setattr(pieces, "RANGES", 1)
    attack = ATTACKS[name]
    attack(**{wanted: request.getfixturevalue(wanted) for wanted in inspect.signature(attack).parameters})
    for left in sorted(tmp_path.rglob(CHECKPOINT)):
        with suppress(MunimentError):
            archive.verify_archive(LocalStore(left.parent.parent))
    assert seen
