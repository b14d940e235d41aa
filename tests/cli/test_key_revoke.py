"""``archive key revoke``: since when a key counts no more, where nobody says so, and what it leaves open."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from tests.cli.test_key import days, keys_of

__all__ = ["days"]

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

ADD = ("add", "notice.txt", "--release", "harbour-notice", "--note", "again", "--no-memory")
LATER = "2027-01-16T08:00:01Z"


@pytest.fixture
def revoke(run: Run, days: Callable[[], None]) -> tuple[str, ...]:
    """The revocation of the record key, a day after the last version."""
    days()
    return "key", "revoke", keys_of(run)["record_keys"][0]["fingerprint"], "--reason", "stolen", "--replace"


def since(run: Run) -> str:
    """Since when the first record key is revoked."""
    return str(keys_of(run)["record_keys"][0]["revoked"]["since"])


def test_thief_of_the_log_key_does_not_choose_since(
    run: Run, refused: Refused, revoke: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that claims a time to come is not taken at its word: --since is asked for."""
    with monkeypatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "253402300799")
        assert run(*ADD).exit_code == 0
    said = refused(*revoke, "--from-index", "3", code=2)
    assert "log index 3 claims a time that is still to come" in said
    assert "9999-12-31T23:59:59Z" in said
    assert "--since TIME" in said
    assert run(*revoke, "--from-index", "3", "--since", "2027-01-15T12:00:00Z").exit_code == 0
    assert since(run) == "2027-01-15T12:00:00Z"


@pytest.mark.parametrize("time", [LATER, "9999-12-31T23:59:59Z"])
def test_since_is_not_to_come(refused: Refused, revoke: tuple[str, ...], time: str) -> None:
    """No revocation begins after the moment in which it is written."""
    assert "still to come" in refused(*revoke, "--from-index", "2", "--since", time, code=2)


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00Z", "0999-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "10000-01-01"]
)
def test_time_that_no_tool_can_hold(refused: Refused, revoke: tuple[str, ...], time: str) -> None:
    """A time before 1970, or of five digits, is no time: exit code 2, and never a fault of the program."""
    assert "not a " in refused(*revoke, "--from-index", "2", "--since", time, code=2)


def test_since_that_was_taken_is_told(run: Run, revoke: tuple[str, ...]) -> None:
    """Where the first void entry says since when, the user reads whose word that is, and may say earlier later."""
    said = run(*revoke, "--from-index", "2")
    assert said.exit_code == 0
    assert "note: since 2027-01-15T08:00:00Z, which is what log index 2 claims" in said.stderr
    earlier = "2027-01-10T00:00:00Z"
    again = run(*revoke[:-1], "--from-index", "2", "--since", earlier)
    assert (again.exit_code, again.stderr, since(run)) == (0, "", earlier)


def test_record_key_that_is_a_root_key_too(run: Run, days: Callable[[], None]) -> None:
    """Revoking a record key that is a root key too says that the root key is still one."""
    shutil.rmtree("archive")
    made = ("init", "archive", "--origin", "example.org/both", "--root-key", "keys/record", "--key", "keys/record")
    assert run(*made, "--no-memory").exit_code == 0
    days()
    fingerprint = keys_of(run)["root_keys"][0]["fingerprint"]
    change = ("--from-index", "1", "--reason", "stolen", "--replace", "--root-key", "keys/record", "--json")
    said = run("key", "revoke", fingerprint, *change, "--no-memory")
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["version"] == 2
    assert f"note: {fingerprint} is a root key too" in said.stderr
    assert "archive key root" in said.stderr


@pytest.mark.usefixtures("work")
def test_clock_that_was_never_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose clock stands at its first second makes no archive."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    said = run("init", "new", "--origin", "example.org/new", "--keys", "fresh")
    assert (said.exit_code, "the clock is wrong" in said.stderr) == (2, True)
    assert not Path("new/trust").exists()
