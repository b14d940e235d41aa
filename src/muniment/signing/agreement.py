"""Agreement: a trust root never takes back what an earlier one said.

The newest root's table decides about every entry of the log, the old ones too.  So a successor may end a key, revoke it
and bring new ones, but it can neither give a key new room nor take away what was signed in good faith, except by a
revocation that says why.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from muniment.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.signing.trust_table import KeyRange, LogKey, RecordKey, TrustRoot
    from muniment.ssh.keys import PublicKey


def check_agreement(new: TrustRoot, old: TrustRoot | None, *, where: str) -> None:
    """Hold a root against the one before.

    Args:
        new: The root.
        old: The root before, or None for version 1.
        where: The name of the file, for errors.

    Raises:
        FormatError: A log index has no log key or several, a log key has another role, or the root takes back what the
            one before said.
    """
    rules = [*_of_one(new), *(_of_first(new) if old is None else _of_two(new, old))]
    for broken, rule in rules:
        if broken:
            what = "the trust root breaks a rule" if old is None else "the trust root disagrees with the one before"
            raise FormatError(what, where=where, expected=rule)


def _of_one(root: TrustRoot) -> Iterator[tuple[bool, str]]:
    yield not _without_gaps(root.log_keys), "one log key, and only one, covers each index of the log from 0 on"
    others = {key.raw for key in root.root_keys} | {held.key.raw for held in root.record_keys}
    yield not others.isdisjoint(map(_raw, root.log_keys)), "a log key is neither a record key nor a root key"


def _of_first(root: TrustRoot) -> Iterator[tuple[bool, str]]:
    # There is no root before, for a proof to be bound to; whoever pins root 1 pins its keys.
    yield any(held.proof is not None for held in root.record_keys), "record keys without proofs in version 1"


def _of_two(new: TrustRoot, old: TrustRoot) -> Iterator[tuple[bool, str]]:
    """What a pair must keep: whether each rule is broken, and the rule."""
    yield new.index <= old.index, f"an index above {old.index}"
    yield new.created < old.created, f"created not before {old.created}"
    yield new.principal != old.principal, f"the principal {old.principal}"
    former = {key.raw for key in old.root_keys}
    yield not former.isdisjoint(map(_raw, new.log_keys)), "a log key is neither a record key nor a root key"
    yield from _of_record_keys(new, {held.key: held for held in new.record_keys}, old)
    yield from _of_log_keys(new, {held.vkey: held for held in new.log_keys}, old)
    yield not set(old.files) <= set(new.files), "the static files of the root before, with the same digests"
    names = {authority.name for authority in new.authorities}
    yield any(authority.name not in names for authority in old.authorities), "the authorities of the root before"


def _of_record_keys(new: TrustRoot, now: dict[PublicKey, RecordKey], old: TrustRoot) -> Iterator[tuple[bool, str]]:
    for before in old.record_keys:
        name, after = before.key.fingerprint, now.pop(before.key, None)
        yield after is None, f"the record key {name}, which no root may drop"
        if after is not None:
            yield from _of_range(after, before, new.index, name)
            yield _takes_back(after, before), f"{name} still revoked, from no later an index and time than before"
            yield after.proof != before.proof, f"the proof of possession of {name} as it was"
    for added in now.values():
        yield added.first_index < new.index, f"a first_index of {new.index} or more for {added.key.fingerprint}"
    for held in new.record_keys:
        late = held.revoked is not None and held.revoked.from_index > new.index
        yield late, f"{held.key.fingerprint} revoked from an index up to {new.index}"


def _of_log_keys(new: TrustRoot, now: dict[str, LogKey], old: TrustRoot) -> Iterator[tuple[bool, str]]:
    for before in old.log_keys:
        after = now.pop(before.vkey, None)
        yield after is None, f"the log key {before.vkey}, which no root may drop"
        if after is not None:
            yield from _of_range(after, before, new.index, before.vkey)
    for added in now.values():
        yield added.first_index < new.index, f"a first_index of {new.index} or more for {added.vkey}"


def _of_range(after: KeyRange, before: KeyRange, index: int, name: str) -> Iterator[tuple[bool, str]]:
    yield after.first_index != before.first_index, f"first_index {before.first_index} for {name}"
    if before.last_index is not None:
        yield after.last_index != before.last_index, f"last_index {before.last_index} for {name}"
    elif after.last_index is not None:
        # Entries that are there already can only be revoked, which says why.
        yield after.last_index < index - 1, f"a last_index of {index - 1} or more for {name}"


def _takes_back(after: RecordKey, before: RecordKey) -> bool:
    if before.revoked is None:
        return False
    said = after.revoked
    return said is None or said.from_index > before.revoked.from_index or said.since > before.revoked.since


def _without_gaps(held: Sequence[LogKey]) -> bool:
    ordered = sorted(held, key=lambda key: key.first_index)
    expected: int | None = 0
    for key in ordered:
        if key.first_index != expected:
            return False
        expected = None if key.last_index is None else key.last_index + 1
    return expected is None


def _raw(held: LogKey) -> bytes:
    """The 32 bytes of a verifier key, for comparison; whether it is well formed is for the reader of notes to say."""
    try:
        return base64.b64decode(held.vkey.split("+", 2)[-1], validate=True)[1:]
    except binascii.Error:
        return b""
