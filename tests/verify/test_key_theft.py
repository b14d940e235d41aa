"""Key theft and rotation: one test an attack, and what is proven of what was signed before a theft.

The attacker holds a key that was good once, or the keeper's disk.  Where the writer would refuse what an attacker
writes, its refusal is switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from tests.conftest import NOW, ORIGIN
from tests.joining import with_key
from tests.timestamp.stamping import STAMPED, pin, stamp
from tests.verify.forge import failed, seen

from muniment.archive import open_archive
from muniment.archive.paths import CHECKPOINT
from muniment.errors import InputError, IntegrityError, KeyRejectedError
from muniment.ingest import Source
from muniment.log.note import format_vkey
from muniment.memory import Past, raised, remember
from muniment.ssh.keys import PrivateKey, SigningKey
from muniment.store import MemoryStore
from muniment.trust.chain import RootFile, sign_root
from muniment.trust.next_root import with_log_key, with_revoked, with_root_keys
from muniment.trust.root import Revocation, TrustRoot
from muniment.verify.archive import verify_archive
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.report import Finding
from muniment.write.create import InitialKeys
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Author, Keys, add_publication

NEW, NEW_LOG, NEW_ROOT, STRANGER = (PrivateKey.from_seed(bytes([number]) * 32) for number in (31, 32, 33, 34))
TIDE = "releases/tide/v{}/content/record.json.sig"
SINCE = "2026-11-24T00:00:00Z"

Change = Callable[[TrustRoot, int], TrustRoot]
Lax = Callable[[str], None]


@pytest.fixture
def lax(monkeypatch: pytest.MonkeyPatch) -> Lax:
    """Switch off one refusal of the writers."""

    def switch_off(name: str) -> None:
        monkeypatch.setattr(f"muniment.write.{name}", lambda *_, **__: None)

    return switch_off


def root(
    store: MemoryStore,
    founders: InitialKeys,
    change: Change,
    *,
    roots: Sequence[SigningKey] = (),
    log: SigningKey | None = None,
) -> RootFile:
    """Add a trust root."""
    keys = RootKeys([founders.root, *roots], log or founders.log)
    return add_root(store, keys, lambda archive: NextRoot(change(archive.chain[-1], archive.checkpoint.size)), NOW)


def add(store: MemoryStore, record: SigningKey, log: SigningKey, text: str, now: str = NOW) -> None:
    """Add a version of the release tide."""
    source = Source(f"Tide\n\n{text}\n".encode(), "tide.txt", NOW[:10])
    add_publication(store, Keys(record, log), "tide", source, {}, Author(now))


def new_record(root: TrustRoot, index: int) -> TrustRoot:
    """The ordinary rotation of the record key."""
    return with_key(root, index, NEW)


def new_log(root: TrustRoot, index: int) -> TrustRoot:
    """The ordinary rotation of the log key."""
    return with_log_key(root, index, format_vkey(ORIGIN, NEW_LOG.public.raw), lost=False)


def revoked(key: SigningKey, from_index: int) -> Change:
    """Revoke a key, and bring a new one."""

    def change(root: TrustRoot, index: int) -> TrustRoot:
        said = Revocation(from_index, SINCE, "laptop stolen")
        return with_key(with_revoked(root, index, key.public, said), index, NEW, newest=root)

    return change


def notes(store: MemoryStore, past: Past | None = None) -> list[Finding]:
    """The notices of check 8 in a report without failures."""
    report = verify_archive(store, past=past)
    assert report.failures == ()
    return [finding for finding in report.findings if finding.check == 8]


# Rotation in good order


def test_rotation(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """After each key was replaced everything verifies, the old versions with the old keys."""
    root(small_archive, founders, new_record)
    add(small_archive, NEW, founders.log, "Low at six.")
    root(small_archive, founders, new_log)
    add(small_archive, NEW, NEW_LOG, "High at one.")
    root(
        small_archive,
        founders,
        lambda old, _: with_root_keys(old, [NEW_ROOT.public], old.root_keys, None),
        roots=[NEW_ROOT],
        log=NEW_LOG,
    )
    add(small_archive, NEW, NEW_LOG, "Low at seven.")
    report = verify_archive(small_archive)
    assert (report.verdict, [finding.check for finding in report.findings]) == ("verified", [11])
    assert len(open_archive(small_archive).chain) == 4
    with pytest.raises(KeyRejectedError, match="may not sign records"):
        add(small_archive, founders.record, NEW_LOG, "No.")
    with pytest.raises(KeyRejectedError, match="may not sign the log"):
        add(small_archive, NEW, founders.log, "No.")
    with pytest.raises(KeyRejectedError, match="too few root keys have signed"):
        root(small_archive, founders, lambda old, _: old, log=NEW_LOG)


def test_lost_log_key(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Where the old log key is lost, the new one signs from the very entry that says so."""
    root(
        small_archive,
        founders,
        lambda old, index: with_log_key(old, index, format_vkey(ORIGIN, NEW_LOG.public.raw), lost=True),
        log=NEW_LOG,
    )
    add(small_archive, founders.record, NEW_LOG, "High at one.")
    assert verify_archive(small_archive).verdict == "verified"


# Attacks


def test_key_theft_rotation(small_archive: MemoryStore, founders: InitialKeys, lax: Lax) -> None:
    """Key theft and rotation: the thief's versions fail 8, older ones are of unproven time, new ones stand."""
    add(small_archive, founders.record, founders.log, "By the thief.")
    root(small_archive, founders, revoked(founders.record, 4))
    add(small_archive, NEW, founders.log, "By the keeper.")
    lax("batch._admit")
    add(small_archive, founders.record, founders.log, "By the thief again.")
    report = verify_archive(small_archive)
    said = {(f.subject.split("/")[-3], f.ok) for f in report.findings if f.check == 8 and "tide" in f.subject}
    assert said == {("v1", True), ("v2", False), ("v4", False)}
    assert {f.what for f in report.findings if f.check == 8 and f.ok} == {
        next(f.what for f in report.findings if f.what.startswith("unproven time"))
    }


def test_retired_key_after_its_rotation(small_archive: MemoryStore, founders: InitialKeys, lax: Lax) -> None:
    """A version signed with the retired record key after its rotation: 8."""
    root(small_archive, founders, new_record)
    lax("batch._admit")
    add(small_archive, founders.record, founders.log, "Forged.")
    assert failed(small_archive) == {8: {TIDE.format(2)}}


def test_stolen_key_after_its_revocation(small_archive: MemoryStore, founders: InitialKeys, lax: Lax) -> None:
    """A version signed with a stolen key, before and after the root that revokes it: 8 names both."""
    add(small_archive, founders.record, founders.log, "By the thief.")
    root(small_archive, founders, revoked(founders.record, 4))
    lax("batch._admit")
    add(small_archive, founders.record, founders.log, "By the thief again.")
    report = verify_archive(small_archive)
    assert {(f.check, f.subject) for f in report.failures} == {(8, TIDE.format(2)), (8, TIDE.format(3))}
    assert report.failures[0].what == "signed by a key that is revoked from log index 4 on: laptop stolen"


def test_root_that_gives_an_old_key_new_room(small_archive: MemoryStore, founders: InitialKeys, lax: Lax) -> None:
    """A trust root, truly signed, under which a retired key signs again: 11, and nobody opens the archive."""
    root(small_archive, founders, new_record)

    def again(old: TrustRoot, _: int) -> TrustRoot:
        return replace(old, record_keys=(replace(old.record_keys[0], last_index=None), *old.record_keys[1:]))

    with pytest.raises(InputError, match="disagrees with the one before"):
        root(small_archive, founders, again)
    lax("trust_root.verify_root")
    root(small_archive, founders, again)
    assert failed(small_archive) == {11: {"trust/root/3.json"}}
    with pytest.raises(IntegrityError, match="last_index 4 for"):
        open_archive(small_archive)


def test_root_that_drops_a_key(small_archive: MemoryStore, founders: InitialKeys, lax: Lax) -> None:
    """A trust root, truly signed, that drops the key of old versions: 11, and 8 names what it would disown."""
    lax("trust_root.verify_root")
    root(small_archive, founders, lambda old, i: replace(old, record_keys=new_record(old, i).record_keys[1:]))
    found = failed(small_archive)
    assert found[11] == {"trust/root/2.json"}
    assert len(found[8]) == 3
    assert set(found) == {8, 11}


def test_checkpoint_by_the_retired_log_key(small_archive: MemoryStore, founders: InitialKeys, lax: Lax) -> None:
    """The log goes on with the retired key: 10 names the checkpoints that it may not sign, and nobody opens it."""
    root(small_archive, founders, new_log)
    lax("batch._admit")
    add(small_archive, founders.record, founders.log, "Forged.")
    found = failed(small_archive)
    assert found[10] == {CHECKPOINT}
    with pytest.raises(IntegrityError, match="a log key that may not sign a checkpoint of size 6"):
        open_archive(small_archive)


def test_older_checkpoint_by_the_retired_log_key(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """One published checkpoint after its range, signed anew with the retired key: 10."""
    root(small_archive, founders, new_log)
    forged = MemoryStore(small_archive.files)
    add(small_archive, founders.record, NEW_LOG, "One.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("muniment.write.batch._admit", lambda *_: None)
        add(forged, founders.record, founders.log, "One.")
    add(small_archive, founders.record, NEW_LOG, "Two.")
    path = "log/checkpoints/6"
    assert failed(MemoryStore({**small_archive.files, path: forged.files[path]})) == {10: {path}}


def test_checkpoint_by_the_new_log_key_before_its_range(
    small_archive: MemoryStore, founders: InitialKeys, lax: Lax
) -> None:
    """The rotation's own checkpoint by the new key, which is not lost: 10, the old one must hand over."""
    with pytest.raises(KeyRejectedError, match="may not sign the log"):
        root(small_archive, founders, new_log, log=NEW_LOG)
    lax("trust_root._refuse_other_log_key")
    root(small_archive, founders, new_log, log=NEW_LOG)
    assert failed(small_archive)[10] == {CHECKPOINT}
    with pytest.raises(IntegrityError, match="a log key that may not sign a checkpoint of size 5"):
        open_archive(small_archive)


def test_roll_back_of_a_root(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Everything as it was before root 2: true in itself, and found by whoever saw more: 13."""
    before = MemoryStore(small_archive.files)
    root(small_archive, founders, revoked(founders.record, 3))
    past = seen(small_archive)
    assert failed(before) == {}
    assert failed(before, past) == {13: {CHECKPOINT}}


def test_log_cut_off_below_a_root(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The log cut off before a root whose files are still there: 11 names them, and 1 what else is left."""
    before = small_archive.files
    root(small_archive, founders, new_record)
    after = small_archive.files
    cut = MemoryStore({**after, CHECKPOINT: before[CHECKPOINT]})
    found = failed(cut)
    trust = {path for path in after if path.startswith("trust/root/2.json")}
    assert found[11] == trust | {"trust/allowed_signers"}
    assert set(found) == {1, 11}


def test_root_removed(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A root that the log names is removed, to bring a revoked key back: 11, and the list for ssh-keygen tells."""
    before = small_archive.files
    root(small_archive, founders, revoked(founders.record, 3))
    files = {path: data for path, data in small_archive.files.items() if not path.startswith("trust/root/2")}
    assert failed(MemoryStore(files)) == {11: {"trust/root", "trust/allowed_signers"}}
    restored = {**files, "trust/allowed_signers": before["trust/allowed_signers"]}
    assert failed(MemoryStore(restored)) == {11: {"trust/root"}}


def test_edited_allowed_signers(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The window of a retired key taken out of the list for ssh-keygen: 11."""
    root(small_archive, founders, new_record)
    path = "trust/allowed_signers"
    edited = small_archive.files[path].replace(b',valid-before="20261122100000Z"', b"")
    assert edited != small_archive.files[path]
    assert failed(MemoryStore({**small_archive.files, path: edited})) == {11: {path}}


def test_threshold_met_by_one_key_twice(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Two of two must sign, and one key signs under both names: 11."""
    root(small_archive, founders, lambda old, _: with_root_keys(old, [NEW_ROOT.public], [], 2), roots=[NEW_ROOT])
    with pytest.raises(KeyRejectedError, match="too few root keys have signed"):
        root(small_archive, founders, new_record)
    root(small_archive, founders, new_record, roots=[NEW_ROOT])
    names = sorted(path for path in small_archive.files if path.startswith("trust/root/3.json."))
    data = small_archive.files["trust/root/3.json"]
    forged = {name: sign_root(founders.root, data) for name in names}
    assert list(failed(MemoryStore({**small_archive.files, **forged}))) == [11]


def test_second_root_of_a_number(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Another root 2, as truly signed as the one that is logged, in its place: 11, the log names the first."""
    other = MemoryStore(small_archive.files)
    root(small_archive, founders, new_record)
    root(other, founders, lambda old, i: with_key(old, i, STRANGER))
    swapped = {path: data for path, data in other.files.items() if path.startswith("trust/")}
    assert failed(MemoryStore({**small_archive.files, **swapped})) == {11: {"trust/root"}}


# What is proven of what a revoked key has signed


def test_unproven_time(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """What a revoked key signed before stands, and each version says that nothing shows its time."""
    root(small_archive, founders, revoked(founders.record, 4))
    found = notes(small_archive)
    assert len(found) == 3
    assert {finding.what for finding in found} == {
        f"unproven time: the key was revoked, and nothing shows that this was there before {SINCE}"
    }


def test_proven_by_memory(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """What this machine saw on a day before the theft is proven; what it saw on that day, or not at all, is not."""
    note = small_archive.files["log/checkpoints/3"]
    digest = open_archive(small_archive).roots[0].digest
    root(small_archive, founders, revoked(founders.record, 4))
    for day, proven in (("2026-11-23", 2), ("2026-11-24", 0)):
        kept = remember(note, digest, day)
        found = [finding.what for finding in notes(small_archive, Past(lambda _, kept=kept: kept))]  # type: ignore[misc]
        said = f"signed before the key was revoked: there not later than {day}T23:59:59Z (the memory of this machine)"
        assert (found.count(said), sum(what.startswith("unproven time") for what in found)) == (proven, 3 - proven)


def test_proven_by_an_earlier_sight(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """What was seen before a theft stays proven when the machine has looked again; a false sight proves none."""
    digest = open_archive(small_archive).roots[0].digest
    root(small_archive, founders, revoked(founders.record, 4))
    old = remember(small_archive.files["log/checkpoints/4"], digest, "2026-11-20")
    kept = raised(old, remember(small_archive.files["log/checkpoints/5"], digest, "2026-12-01"))
    said = "signed before the key was revoked: there not later than 2026-11-20T23:59:59Z (the memory of this machine)"
    assert [finding.what for finding in notes(small_archive, Past(lambda _: kept))] == [said] * 3
    false = replace(kept, earlier=(replace(kept.earlier[0], root_hash=bytes(32)),))
    assert all(f.what.startswith("unproven time") for f in notes(small_archive, Past(lambda _: false)))


def test_proven_by_an_older_copy(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A copy or a checkpoint that ends before the first void entry proves what it covers; a later one nothing."""
    old = MemoryStore(small_archive.files)
    root(small_archive, founders, revoked(founders.record, 4))
    whole = notes(small_archive, Past(against=sight_copy(old, "old")))
    assert {finding.what for finding in whole} == {"signed before the key was revoked: there in old"}
    lone = sight_checkpoint(small_archive.files["log/checkpoints/2"], "kept")
    found = [finding.what for finding in notes(small_archive, Past(against=lone))]
    assert found.count("signed before the key was revoked: there in kept") == 1
    later = sight_checkpoint(small_archive.files["log/checkpoints/5"], "later")
    assert all(f.what.startswith("unproven time") for f in notes(small_archive, Past(against=later)))


def test_nothing_is_proven_by_another_history(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A memory or copy that the log did not grow from, or a checkpoint by a stranger, proves no time."""
    fork = MemoryStore(small_archive.files)
    add(fork, founders.record, founders.log, "Another history.")
    root(small_archive, founders, revoked(founders.record, 4))
    root(small_archive, founders, lambda old, _: old)
    report = verify_archive(small_archive, past=Past(against=sight_copy(fork, "fork")))
    assert {finding.check for finding in report.failures} == {13}
    assert sum(f.check == 8 and f.what.startswith("unproven") for f in report.findings) == 3


def test_key_that_was_not_revoked(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """What other keys have signed needs no proof of its time."""
    root(small_archive, founders, new_record)
    add(small_archive, NEW, founders.log, "Low at six.")
    root(
        small_archive,
        founders,
        lambda old, index: with_key(
            with_revoked(old, index, NEW.public, Revocation(6, SINCE, "lost")), index, STRANGER, newest=old
        ),
    )
    assert [finding.subject for finding in notes(small_archive)] == [TIDE.format(2)]


@pytest.mark.parametrize(("since", "proven"), [("2026-11-22T10:30:00Z", 0), ("2026-11-22T10:30:01Z", 3)])
def test_proven_by_a_time_stamp(small_archive: MemoryStore, founders: InitialKeys, since: str, proven: int) -> None:
    """A good time stamp from before the theft proves what it covers; one of the very second of it does not."""
    pin(small_archive, founders)
    stamp(small_archive, founders, size=5)

    def change(root: TrustRoot, index: int) -> TrustRoot:
        said = Revocation(index, since, "laptop stolen")
        return with_key(with_revoked(root, index, founders.record.public, said), index, NEW, newest=root)

    root(small_archive, founders, change)
    found = [finding.what for finding in notes(small_archive)]
    shown = f"signed before the key was revoked: there not later than {STAMPED} (clock)"
    assert (found.count(shown), sum(what.startswith("unproven time") for what in found)) == (proven, 3 - proven)


# Times that no tool can hold


@pytest.mark.parametrize("since", ["0001-01-01T00:00:01Z", "0999-12-31T00:00:00Z", "1970-01-01T23:59:59Z"])
def test_revocation_before_there_was_time(
    small_archive: MemoryStore, founders: InitialKeys, monkeypatch: pytest.MonkeyPatch, since: str
) -> None:
    """A root that revokes from a time before 1970 is refused when written; one that is there fails 11 alone."""

    def change(root: TrustRoot, index: int) -> TrustRoot:
        return with_revoked(root, index, founders.record.public, Revocation(2, since, "stolen"))

    with pytest.raises(InputError, match="the trust root breaks a rule"):
        root(small_archive, founders, change)
    with monkeypatch.context() as patch:
        patch.setattr("muniment.trust.root.FIRST_TIME", "0000")
        root(small_archive, founders, change)
    found = failed(small_archive)
    assert (set(found), "trust/root/2.json" in found[11]) == ({11}, True)
