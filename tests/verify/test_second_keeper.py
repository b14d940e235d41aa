"""A second keeper: two record keys in use, and what somebody can try with keys that join."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.joining import record_key, with_key
from tests.verify.forge import failed
from tests.verify.test_key_theft import NEW, SINCE, STRANGER, TIDE, Lax, add, lax, root

from muniment.archive import open_archive
from muniment.errors import InputError, KeyRejectedError
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.next_root import with_record_key, with_retired, with_revoked
from muniment.trust.possession import prove_possession
from muniment.trust.root import RecordKey, Revocation, TrustRoot
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys

__all__ = ["lax"]

THIRD = PrivateKey.from_seed(bytes([35]) * 32)


def joins(root: TrustRoot, index: int) -> TrustRoot:
    """The second keeper's key joins the first one's."""
    return with_key(root, index, NEW, ends=())


def both(store: MemoryStore, founders: InitialKeys) -> None:
    """Two keepers, each with a version of tide."""
    root(store, founders, joins)
    add(store, NEW, founders.log, "By the second.")
    add(store, founders.record, founders.log, "By the first.")


def test_two_keepers(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Both keys sign from the root on, the new one not before, and ssh-keygen is told of both."""
    with pytest.raises(KeyRejectedError, match="may not sign records"):
        add(small_archive, NEW, founders.log, "Too early.")
    both(small_archive, founders)
    assert failed(small_archive) == {}
    lines = format_allowed_signers(open_archive(small_archive).chain).decode()
    assert all(key.public.line in lines for key in (founders.record, NEW))


@pytest.mark.parametrize("retired", ["first", "second"])
def test_one_retires(small_archive: MemoryStore, founders: InitialKeys, retired: str) -> None:
    """Whichever of them retires, its versions stay good, it signs no more, and the other one goes on."""
    both(small_archive, founders)
    gone, left = (founders.record, NEW) if retired == "first" else (NEW, founders.record)
    root(small_archive, founders, lambda old, index: with_retired(old, index, gone.public))
    with pytest.raises(KeyRejectedError, match="may not sign records"):
        add(small_archive, gone, founders.log, "No.")
    add(small_archive, left, founders.log, "On.")
    assert failed(small_archive) == {}


@pytest.mark.parametrize("changed", ["first", "second"])
def test_one_rotates(small_archive: MemoryStore, founders: InitialKeys, changed: str) -> None:
    """With several keys in use one is replaced and the other one stays."""
    both(small_archive, founders)
    gone, left = (founders.record, NEW) if changed == "first" else (NEW, founders.record)
    root(small_archive, founders, lambda old, index: with_key(old, index, THIRD, ends=[gone.public]))
    for key in (THIRD, left):
        add(small_archive, key, founders.log, f"By {key.public.fingerprint}.")
    with pytest.raises(KeyRejectedError, match="may not sign records"):
        add(small_archive, gone, founders.log, "No.")
    assert failed(small_archive) == {}


@pytest.mark.parametrize("stolen", ["first", "second"])
def test_second_keepers_key_revoked(small_archive: MemoryStore, founders: InitialKeys, lax: Lax, stolen: str) -> None:
    """The key of one keeper is stolen and revoked: what it signed falls, and all that the other one signed stands."""
    both(small_archive, founders)
    gone, left = (founders.record, NEW) if stolen == "first" else (NEW, founders.record)
    index, void, stands = (
        (6, TIDE.format(3), TIDE.format(2)) if stolen == "first" else (5, TIDE.format(2), TIDE.format(3))
    )
    said = Revocation(index, SINCE, "laptop stolen")
    root(small_archive, founders, lambda old, at: with_revoked(old, at, gone.public, said))
    add(small_archive, left, founders.log, "By the other.")
    assert failed(small_archive) == {8: {void}}
    lax("batch._admit")
    add(small_archive, gone, founders.log, "By the thief.")
    assert failed(small_archive) == {8: {void, TIDE.format(5)}}
    assert stands not in {finding.subject for finding in verify_archive(small_archive).findings}


def bare(old: TrustRoot, index: int) -> TrustRoot:
    """The key of a stranger, without a proof."""
    new = RecordKey(key=STRANGER.public, first_index=index + 1, last_index=None)
    return replace(old, record_keys=(*old.record_keys, new))


def borrowed(old: TrustRoot, index: int) -> TrustRoot:
    """The key of a stranger, with the proof of somebody else."""
    return with_record_key(old, index, STRANGER.public, prove_possession(NEW, old, index), ends=())


def replayed(old: TrustRoot, index: int) -> TrustRoot:
    """The key of a stranger, with the proof that it gave to another archive."""
    elsewhere = replace(old, archive="elsewhere.example.org", log_keys=())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("muniment.trust.possession.format_trust_root", lambda _: b"another trust root")
        proof = prove_possession(STRANGER, elsewhere, index)
    return with_record_key(old, index, STRANGER.public, proof, ends=())


def replaced(old: TrustRoot, index: int) -> TrustRoot:
    """A stranger's key in the place of the present one, without a proof: a rotation is no way around it."""
    ended = [replace(held, last_index=index) for held in old.record_keys]
    return replace(old, record_keys=(*ended, RecordKey(key=STRANGER.public, first_index=index + 1, last_index=None)))


UNPROVEN = {"bare": bare, "borrowed": borrowed, "replayed": replayed, "replaced": replaced}


@pytest.mark.parametrize("way", UNPROVEN)
def test_key_without_proof_of_possession(small_archive: MemoryStore, founders: InitialKeys, lax: Lax, way: str) -> None:
    """A root that brings a key which has not signed that it joins is refused when written, and fails check 11."""
    change: Callable[[TrustRoot, int], TrustRoot] = UNPROVEN[way]
    before = small_archive.files
    with pytest.raises(InputError, match=r"possession|somebody holds"):
        root(small_archive, founders, change)
    assert small_archive.files == before
    lax("trust_root.verify_root")
    root(small_archive, founders, change)
    assert failed(small_archive)[11] == {"trust/root/2.json"}
    assert verify_archive(small_archive).verdict == "failed"


def test_key_that_joins_twice(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A key that is in use, has ended or was revoked cannot join once more, whatever proof it gives."""
    root(small_archive, founders, joins)
    said = Revocation(5, SINCE, "laptop stolen")
    for change in (
        lambda old, at: with_retired(old, at, NEW.public),
        lambda old, at: with_revoked(old, at, NEW.public, said),
    ):
        with pytest.raises(InputError, match="breaks a rule") as caught:
            root(small_archive, founders, joins)
        assert caught.value.expected == "each record key stands once"
        root(small_archive, founders, change)
    with pytest.raises(InputError, match="breaks a rule"):
        root(small_archive, founders, joins)

    def anew(old: TrustRoot, index: int) -> TrustRoot:
        kept = [held for held in old.record_keys if held.key != NEW.public]
        return replace(old, record_keys=(*kept, record_key(old, index, NEW)))

    with pytest.raises(InputError, match="disagrees with the one before"):
        root(small_archive, founders, anew)
