"""The clock."""

from __future__ import annotations

import re

import pytest

from muniment.cli.clock import now
from muniment.errors import InputError


@pytest.mark.parametrize(
    ("seconds", "time"),
    [
        ("0", "1970-01-01T00:00:00Z"),
        ("1800000000", "2027-01-15T08:00:00Z"),
        ("253402300799", "9999-12-31T23:59:59Z"),
    ],
)
def test_stopped(monkeypatch: pytest.MonkeyPatch, seconds: str, time: str) -> None:
    """SOURCE_DATE_EPOCH stops the clock."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    assert now() == time


@pytest.mark.parametrize("seconds", ["-1", "1.5", "soon", "١", "253402300800", "9" * 13, " 1"])
def test_nonsense(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    """What is no number of seconds is refused."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    with pytest.raises(InputError, match="not a number of seconds"):
        now()


@pytest.mark.parametrize("value", [None, ""])
def test_running(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """Without it, or with an empty one, the clock runs."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    if value is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    assert re.fullmatch(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z", now())
