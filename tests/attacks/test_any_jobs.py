"""The attack table once more, with each archive that it verifies verified by one, two and four processes.

All of it is gone through, no row is drawn by lot: an attack is run as ``test_table`` has it, and whatever it gives to
``verify`` on its way, tampered or not, by the command or by the library, is looked at three times; so is whatever it
leaves on the disk.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.attacks import test_table
from tests.attacks.conftest import folder, quiet

from muniment.archive.paths import CHECKPOINT
from muniment.errors import MunimentError
from muniment.store import LocalStore, Store
from muniment.verify import archive
from muniment.verify.public_json import report_as_json
from muniment.verify.report import Report

__all__ = ["folder", "quiet"]

ATTACKS = {
    name.removeprefix("test_"): attack
    for name, attack in vars(test_table).items()
    if name.startswith("test_") and inspect.isfunction(attack)
}
WITHOUT_ARCHIVE = {"universal_or_weak_key", "zip_slip", "zip_duplicates_bombs", "restored_backup_signs_a_fork"}
"""Rows that verify no archive and leave none: a key or a snapshot is refused, or a writer refuses."""


def test_every_row_is_here() -> None:
    """No attack of the table is left out."""
    assert len(ATTACKS) == 23


@pytest.mark.parametrize("name", ATTACKS)
def test_reports_of_an_attack(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever the attack leaves behind, one, two and four processes say the same of it, byte for byte."""
    look: Callable[[Store, Any], Report] = archive._look_at_rest
    seen: list[str] = []

    def said(store: Store, asked: Any, jobs: int) -> str:  # noqa: ANN401 - a value of that module alone
        try:
            return json.dumps(report_as_json(look(store, replace(asked, jobs=jobs))), indent=1)
        except MunimentError as error:
            return repr((type(error), str(error)))

    def three_times(store: Store, asked: Any) -> Report:  # noqa: ANN401 - as above
        alone = said(store, asked, 1)
        assert [said(store, asked, jobs) for jobs in (2, 4)] == [alone, alone]
        seen.append(alone)
        return look(store, asked)

    monkeypatch.setattr(archive, "_look_at_rest", three_times)
    monkeypatch.setattr(archive, "WORTH_SHARING", 1)
    attack = ATTACKS[name]
    attack(**{wanted: request.getfixturevalue(wanted) for wanted in inspect.signature(attack).parameters})
    for left in sorted(tmp_path.rglob(CHECKPOINT)):
        with suppress(MunimentError):
            archive.verify_archive(LocalStore(left.parent.parent))
    assert bool(seen) == (name not in WITHOUT_ARCHIVE)
