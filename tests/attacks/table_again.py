"""The attacks of the table once more: whatever one gives to ``verify`` on its way is verified by others, too.

No row is drawn by lot: an attack is run as ``test_table`` has it, and what it verifies, tampered or not, by the command
or by the library, is looked at again; so is whatever it leaves on the disk.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.attacks import test_table

from muniment.archive.paths import CHECKPOINT
from muniment.errors import MunimentError
from muniment.store import LocalStore, Store
from muniment.verify import archive
from muniment.verify.pieces import Cluster
from muniment.verify.public_json import report_as_json
from muniment.verify.report import Report

ATTACKS = {
    name.removeprefix("test_"): attack
    for name, attack in vars(test_table).items()
    if name.startswith("test_") and inspect.isfunction(attack)
}
WITHOUT_ARCHIVE = {"universal_or_weak_key", "zip_slip", "zip_duplicates_bombs", "restored_backup_signs_a_fork"}
"""Rows that verify no archive and leave none: a key or a snapshot is refused, or a writer refuses."""


def attack_again(
    name: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    others: Callable[[Store], Iterable[int | Cluster]],
) -> bool:
    """Run an attack; whatever it leaves behind, others must say the same of it as one process, byte for byte.

    Args:
        name: The row.
        request: Gives what the attack wants.
        monkeypatch: Undoes it.
        others: Gives who looks again at an archive; nobody where they cannot.

    Returns:
        Whether anything was looked at again.
    """
    look: Callable[[Store, Any], Report] = archive._look_at_rest
    seen = list[str]()

    def said(store: Store, asked: Any, jobs: int | Cluster) -> str:  # noqa: ANN401 - a value of that module alone
        try:
            return json.dumps(report_as_json(look(store, replace(asked, jobs=jobs))), indent=1)
        except MunimentError as error:
            return repr((type(error), str(error)))

    def again(store: Store, asked: Any) -> Report:  # noqa: ANN401 - as above
        alone = said(store, asked, 1)
        for jobs in others(store):
            assert said(store, asked, jobs) == alone
            seen.append(alone)
        return look(store, asked)

    monkeypatch.setattr(archive, "_look_at_rest", again)
    attack = ATTACKS[name]
    attack(**{wanted: request.getfixturevalue(wanted) for wanted in inspect.signature(attack).parameters})
    folder: Path = request.getfixturevalue("tmp_path")
    for left in sorted(folder.rglob(CHECKPOINT)):
        with suppress(MunimentError):
            archive.verify_archive(LocalStore(left.parent.parent))
    return bool(seen)
