"""Who may sign at which place of the log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniment.ssh.keys import PrivateKey
from muniment.trust.root import LogKey, RecordKey, TrustRoot, record_keys_at, signer_allowed

OLD, NEW, STRANGER = (PrivateKey.from_seed(bytes([number]) * 32).public for number in (1, 2, 3))
ROOT = TrustRoot(
    archive="archive.example",
    version=1,
    index=0,
    previous=None,
    created="2026-11-22T10:00:00Z",
    threshold=1,
    principal="archive@archive.example",
    root_keys=(STRANGER,),
    record_keys=(
        RecordKey(key=OLD, first_index=0, last_index=4),
        RecordKey(key=NEW, first_index=3, last_index=None),
    ),
    log_keys=(LogKey(vkey="archive.example+00000000+" + "A" * 44, first_index=2, last_index=2),),
    files=(),
)


@pytest.mark.parametrize(
    ("index", "allowed"),
    [(0, (OLD,)), (2, (OLD,)), (3, (OLD, NEW)), (4, (OLD, NEW)), (5, (NEW,)), (2**53, (NEW,))],
)
def test_ranges_include_both_ends(index: int, allowed: tuple[object, ...]) -> None:
    """A key may sign from its first index to its last, both included."""
    assert record_keys_at(ROOT, index) == allowed
    for key in (OLD, NEW, STRANGER):
        assert signer_allowed([ROOT], key, index) is (key in allowed)


def test_log_key_range() -> None:
    """A log key has its range likewise."""
    assert [ROOT.log_keys[0].covers(index) for index in (1, 2, 3)] == [False, True, False]


def test_newest_root_decides() -> None:
    """A key that a later root cuts off, or drops, could not sign from there; one added later could."""
    cut = replace(ROOT, version=2, record_keys=(RecordKey(key=OLD, first_index=0, last_index=1),))

    assert signer_allowed([ROOT, cut], OLD, 1) is True
    assert signer_allowed([ROOT, cut], OLD, 2) is False
    assert signer_allowed([ROOT, cut], NEW, 3) is False
    assert signer_allowed([cut, ROOT], NEW, 3) is True


def test_nobody_without_a_root() -> None:
    """An empty chain allows nobody, and a root key is no record key."""
    assert signer_allowed([], OLD, 0) is False
    assert signer_allowed([ROOT], STRANGER, 0) is False
