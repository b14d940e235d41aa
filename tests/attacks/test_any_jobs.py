"""The attack table once more, with each archive that it verifies verified by one, two and four processes."""

from __future__ import annotations

import pytest
from tests.attacks.conftest import folder, quiet
from tests.attacks.table_again import ATTACKS, WITHOUT_ARCHIVE, attack_again

from muniment.verify import archive

__all__ = ["folder", "quiet"]


def test_every_row_is_here() -> None:
    """No attack of the table is left out."""
    assert len(ATTACKS) == 23


@pytest.mark.parametrize("name", ATTACKS)
def test_reports_of_an_attack(name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the attack leaves behind, one, two and four processes say the same of it, byte for byte."""
    monkeypatch.setattr(archive, "WORTH_SHARING", 1)
    assert attack_again(name, request, monkeypatch, lambda _: (2, 4)) == (name not in WITHOUT_ARCHIVE)
