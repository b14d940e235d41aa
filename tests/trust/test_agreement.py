"""What a trust root may change, and what no successor may take back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniment.archive import open_archive
from muniment.errors import FormatError
from muniment.log.note import format_vkey
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.trust.chain import check_agreement
from muniment.trust.next_root import (
    with_authority,
    with_log_key,
    with_record_key,
    with_revoked,
    with_root_keys,
    with_witnesses,
)
from muniment.trust.root import Authority, LogKey, Possession, RecordKey, Revocation, StaticFile, TrustRoot
from muniment.write.create import InitialKeys

ONE, TWO, THREE = (PrivateKey.from_seed(bytes([number]) * 32).public for number in (41, 42, 43))
PROOF = Possession(3, "what it says is for test_possession")
REVOKED = Revocation(3, "2026-11-22T10:00:00Z", "stolen")


def vkey(origin: str, raw: bytes) -> str:
    """A verifier key of the archive."""
    return format_vkey(origin, raw)


@pytest.fixture
def first(empty_archive: MemoryStore) -> TrustRoot:
    """Trust root 1 of an archive."""
    return open_archive(empty_archive).chain[0]


@pytest.fixture
def second(first: TrustRoot) -> TrustRoot:
    """Root 2 at index 5: one record key retired, one log key retired, an authority."""
    pem = StaticFile("trust/authorities/clock.pem", "0" * 64, 1)
    root = with_log_key(with_record_key(first, 5, ONE, PROOF), 5, vkey(first.archive, TWO.raw), lost=False)
    return replace(with_authority(root, "clock", "https://a.example"), version=2, index=5, files=(*root.files, pem))


def successor(second: TrustRoot, **change: object) -> TrustRoot:
    """Root 3 at index 9, and something else about it."""
    return replace(second, **({"version": 3, "index": 9} | change))  # type: ignore[arg-type]


def test_what_may_change(first: TrustRoot, second: TrustRoot) -> None:
    """Keys end and come, are revoked and their revocation moved back; addresses, witnesses and thresholds change."""
    check_agreement(first, None, where="1.json")
    check_agreement(second, first, where="2.json")
    check_agreement(successor(second), second, where="3.json")
    check_agreement(
        successor(second, record_keys=with_record_key(second, 9, THREE, PROOF).record_keys), second, where="3.json"
    )
    lost = with_log_key(second, 9, vkey(first.archive, THREE.raw), lost=True)
    assert [(key.first_index, key.last_index) for key in lost.log_keys] == [(0, 5), (6, 8), (9, None)]
    check_agreement(successor(second, log_keys=lost.log_keys), second, where="3.json")
    revoked = successor(with_revoked(second, 9, ONE, REVOKED))
    assert [key.last_index for key in revoked.record_keys] == [5, 9]
    check_agreement(revoked, second, where="3.json")
    worse = Revocation(2, "2026-11-21T10:00:00Z", "earlier than thought")
    check_agreement(replace(with_revoked(revoked, 12, ONE, worse), version=4, index=12), revoked, where="4.json")
    check_agreement(successor(with_authority(second, "clock", None)), second, where="3.json")
    check_agreement(successor(with_witnesses(second, ["b", "a"], [], 1)), second, where="3.json")
    check_agreement(successor(with_root_keys(second, [THREE], second.root_keys, None)), second, where="3.json")


def changes(second: TrustRoot) -> dict[str, dict[str, object]]:
    """What no successor of root 2 may say, by the words of the rule that it breaks."""
    (old, new), (old_log, new_log) = second.record_keys, second.log_keys
    name = second.archive
    foreign = LogKey(vkey=vkey(name, ONE.raw), first_index=10, last_index=None)
    return {
        "an index above 5": {"index": 5},
        "created not before": {"created": "2026-11-22T09:59:59Z"},
        "the principal": {"principal": "other@example.org"},
        f"the record key {old.key.fingerprint}, which no root may drop": {"record_keys": (new,)},
        f"first_index 0 for {old.key.fingerprint}": {"record_keys": (replace(old, first_index=1), new)},
        f"last_index 5 for {old.key.fingerprint}": {"record_keys": (replace(old, last_index=20), new)},
        f"a last_index of 8 or more for {ONE.fingerprint}": {"record_keys": (old, replace(new, last_index=7))},
        f"a first_index of 9 or more for {THREE.fingerprint}": {
            "record_keys": (old, new, RecordKey(key=THREE, first_index=8, last_index=None))
        },
        f"{ONE.fingerprint} revoked from an index up to 9": {
            "record_keys": (old, replace(new, revoked=replace(REVOKED, from_index=10)))
        },
        f"the log key {old_log.vkey}, which no root may drop": {"log_keys": (replace(new_log, first_index=0),)},
        f"last_index 5 for {old_log.vkey}": {
            "log_keys": (replace(old_log, last_index=6), replace(new_log, first_index=7))
        },
        f"a last_index of 8 or more for {new_log.vkey}": {
            "log_keys": (
                old_log,
                replace(new_log, last_index=7),
                LogKey(vkey=vkey(name, THREE.raw), first_index=8, last_index=None),
            )
        },
        "one log key, and only one, covers each index": {"log_keys": (old_log, replace(new_log, first_index=7))},
        "a log key is neither a record key nor a root key": {
            "log_keys": (old_log, replace(new_log, last_index=9), foreign)
        },
        "the static files of the root before": {"files": second.files[1:]},
        "the authorities of the root before": {"authorities": (Authority("other", None),)},
    }


def test_what_no_successor_may_say(second: TrustRoot) -> None:
    """Each rule is told by its words: nothing is dropped, given new room, or taken back."""
    for words, change in changes(second).items():
        with pytest.raises(FormatError) as caught:
            check_agreement(successor(second, **change), second, where="3.json")
        assert str(caught.value).startswith("3.json: the trust root disagrees with the one before: expected ")
        assert words in caught.value.expected, words


@pytest.mark.parametrize("said", [None, replace(REVOKED, from_index=4), replace(REVOKED, since="2026-11-22T10:00:01Z")])
def test_revocation_is_not_taken_back(second: TrustRoot, said: Revocation | None) -> None:
    """A revoked key stays revoked, from no later an entry and no later a time."""
    revoked = successor(with_revoked(second, 9, ONE, REVOKED))
    keys = (revoked.record_keys[0], replace(revoked.record_keys[1], revoked=said))
    with pytest.raises(FormatError, match="still revoked, from no later an index and time than before"):
        check_agreement(replace(revoked, version=4, index=12, record_keys=keys), revoked, where="4.json")


@pytest.mark.parametrize("ranges", [[(1, None)], [(0, 5)], [(0, 5), (7, None)], [(0, 5), (5, None)], [(0, None)] * 2])
def test_log_keys_without_gaps(first: TrustRoot, ranges: list[tuple[int, int | None]]) -> None:
    """In the first root too, each entry of the log has one log key and no second one."""
    keys = tuple(
        LogKey(vkey=vkey(first.archive, key.raw), first_index=one, last_index=last)
        for key, (one, last) in zip((ONE, TWO), ranges, strict=False)
    )
    with pytest.raises(FormatError, match=r"^1\.json: the trust root breaks a rule: expected one log key"):
        check_agreement(replace(first, log_keys=keys), None, where="1.json")


def test_roles_stay_apart(first: TrustRoot, founders: InitialKeys) -> None:
    """A log key that signs records or roots, in this root or the one before, is refused."""
    log = LogKey(vkey=vkey(first.archive, founders.root.public.raw), first_index=0, last_index=None)
    with pytest.raises(FormatError, match="a log key is neither"):
        check_agreement(replace(first, log_keys=(log,)), None, where="1.json")
    keys = with_log_key(first, 3, vkey(first.archive, founders.root.public.raw), lost=False).log_keys
    root = replace(first, version=2, index=3, root_keys=(THREE,), log_keys=keys)
    with pytest.raises(FormatError, match="a log key is neither"):
        check_agreement(root, first, where="2.json")


def test_verifier_key_that_is_none(first: TrustRoot) -> None:
    """A verifier key that is not base64 is left to whoever reads notes: nothing breaks here."""
    log = LogKey(vkey=f"{first.archive}+00000000+?", first_index=0, last_index=None)
    check_agreement(replace(first, log_keys=(log,)), None, where="1.json")
