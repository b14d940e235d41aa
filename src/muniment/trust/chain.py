"""The chain of trust roots, ``trust/root/N.json`` with its signatures: whether each may follow the last.

Root N+1 follows root N when its version is one more, it names the archive and the SHA-256 of root N, enough root keys
of N **and** of N+1 have signed it, each record key that it brings has signed that somebody holds it (``possession``),
and it takes back nothing that an earlier root said.  The newest root's table decides about every entry of the log, the
old ones too.  So a successor may end a key, revoke it and bring new ones, but it can neither give a key new room nor
take away what was signed in good faith, except by a revocation that says why.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.canonical import parse_canonical
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, SignatureError
from muniment.ssh.keys import SigningKey, fingerprint_file_name
from muniment.ssh.sshsig import ROOT_NAMESPACE, sign, verify
from muniment.trust.possession import verify_possession
from muniment.trust.root import MAX_ROOT, TrustRoot, parse_trust_root

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from muniment.ssh.keys import PublicKey
    from muniment.trust.root import KeyRange, LogKey, RecordKey, TrustRoot


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
    others = {key.raw for key in root.root_keys} | {row.key.raw for row in root.record_keys}
    yield not others.isdisjoint(map(_raw, root.log_keys)), "a log key is neither a record key nor a root key"


def _of_first(root: TrustRoot) -> Iterator[tuple[bool, str]]:
    # No earlier root exists that a proof could be bound to; pinning root 1 pins its keys.
    yield any(row.proof is not None for row in root.record_keys), "record keys without proofs in version 1"


def _of_two(new: TrustRoot, old: TrustRoot) -> Iterator[tuple[bool, str]]:
    """What a pair must keep: whether each rule is broken, and the rule."""
    yield new.index <= old.index, f"an index above {old.index}"
    yield new.created < old.created, f"created not before {old.created}"
    yield new.principal != old.principal, f"the principal {old.principal}"
    former = {key.raw for key in old.root_keys}
    yield not former.isdisjoint(map(_raw, new.log_keys)), "a log key is neither a record key nor a root key"
    yield from _of_record_keys(new, {row.key: row for row in new.record_keys}, old)
    yield from _of_log_keys(new, {row.vkey: row for row in new.log_keys}, old)
    yield not set(old.files) <= set(new.files), "the static files of the root before, with the same digests"
    yield not set(old.withdrawn) <= set(new.withdrawn), "the withdrawals of the root before, which no root takes back"
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
    for row in new.record_keys:
        late = row.revoked is not None and row.revoked.from_index > new.index
        yield late, f"{row.key.fingerprint} revoked from an index up to {new.index}"


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
    revocation = after.revoked
    return (
        revocation is None
        or revocation.from_index > before.revoked.from_index
        or revocation.since > before.revoked.since
    )


def _without_gaps(rows: Sequence[LogKey]) -> bool:
    ordered = sorted(rows, key=lambda key: key.first_index)
    expected: int | None = 0
    for key in ordered:
        if key.first_index != expected:
            return False
        expected = None if key.last_index is None else key.last_index + 1
    return expected is None


def _raw(row: LogKey) -> bytes:
    """The 32 bytes of a verifier key, for comparison; the reader of notes judges whether it is well formed."""
    try:
        return base64.b64decode(row.vkey.split("+", 2)[-1], validate=True)[1:]
    except binascii.Error:
        return b""


def sign_root(key: SigningKey, root_bytes: bytes) -> bytes:
    """Sign the file of a trust root, and give the signature file for ``N.json.FINGERPRINT.sig``."""
    return sign(key, ROOT_NAMESPACE, root_bytes)


def verify_root(
    data: bytes,
    signatures: Mapping[str, bytes],
    previous: tuple[bytes, TrustRoot] | None,
    *,
    where: str,
) -> TrustRoot:
    """Check a trust root against its signatures and the root before it.

    Args:
        data: The file of the root.
        signatures: Signature files by the fingerprint in their names (`fingerprint_file_name`).
        previous: The file of the root before and its value, already verified; None for version 1.
        where: The name of the file, for errors.

    Raises:
        CanonicalError: As `parse_trust_root`.
        SchemaError: As `parse_trust_root`.
        FormatError: As `parse_trust_root`, or the root does not follow the one before, or disagrees with it, or brings
            a record key without a good proof of possession.
        SignatureError: Some signature is not good, or by no root key of either root; or too few have signed.
    """
    root = check_root(data, previous, where=where)
    roots = (root,) if previous is None else (root, previous[1])
    listed = {fingerprint_file_name(key): key for signing in roots for key in signing.root_keys}
    for name, armored in sorted(signatures.items()):
        at = f"{where}.{name}.sig"
        if name not in listed:
            raise SignatureError("the signature is by no root key of this root or the one before", where=at)
        signer = verify(armored, ROOT_NAMESPACE, data, where=at)
        if signer != listed[name]:
            raise SignatureError(
                "the signature is by another key than its name says",
                where=at,
                expected=listed[name].fingerprint,
                found=signer.fingerprint,
            )
    for signing in roots:
        _check_threshold(signing, signatures, where)
    return root


def check_root(data: bytes, previous: tuple[bytes, TrustRoot] | None, *, where: str) -> TrustRoot:
    """Check a trust root that may not be signed yet against the root before it.

    Args:
        data: The file of the root.
        previous: As for ``verify_root``.
        where: The name of the file, for errors.

    Raises:
        CanonicalError: As `parse_trust_root`.
        SchemaError: As `parse_trust_root`.
        FormatError: As ``verify_root``.
    """
    root = parse_trust_root(data, where=where)
    _check_succession(root, previous, where)
    if previous is not None:
        _check_possession(root, previous, where)
    return root


def _check_succession(root: TrustRoot, previous: tuple[bytes, TrustRoot] | None, where: str) -> None:
    """Hold a root against the one before: number, archive, hash, and what that one said."""
    older = None if previous is None else previous[1]
    hash_before = None if previous is None else format_digest(sha256_hex(previous[0]))
    facts = (
        ("version", older.version + 1 if older else 1, root.version),
        ("archive", older.archive if older else root.archive, root.archive),
        ("previous", hash_before, root.previous),
    )
    for member, expected, found in facts:
        if expected != found:
            raise FormatError(
                "the trust root does not follow the one before",
                where=where,
                expected=f"{member} {expected}",
                found=str(found),
            )
    check_agreement(root, older, where=where)


def _check_possession(root: TrustRoot, previous: tuple[bytes, TrustRoot], where: str) -> None:
    """Every record key that joins comes with the signature of somebody who holds it."""
    data, older = previous
    known = {row.key for row in older.record_keys}
    before = older.version, format_digest(sha256_hex(data))
    for row in root.record_keys:
        if row.key not in known:
            span = older.index + 1, root.index
            verify_possession(row.proof, row.key, root.archive, before, span, where=where)


def _check_threshold(root: TrustRoot, names: Container[str], where: str) -> None:
    missing = [name for name in map(fingerprint_file_name, root.root_keys) if name not in names]
    signed = len(root.root_keys) - len(missing)
    if signed < root.threshold:
        raise SignatureError(
            "too few root keys have signed the trust root, and this signature is not there",
            where=f"{where}.{missing[0]}.sig",
            expected=f"{root.threshold} of the {len(root.root_keys)} root keys of version {root.version}",
            found=str(signed),
            hint="restore the signature from a copy, or sign with the missing root keys",
        )


FOLDER = "trust/root"

_NAME = re.compile(r"([1-9][0-9]{0,8})\.json(?:\.([A-Za-z0-9_-]{43})\.sig)?")


@dataclass(frozen=True, slots=True)
class RootFile:
    """A trust root with the bytes it was read from and the signatures beside it, by file-name fingerprint."""

    root: TrustRoot
    data: bytes
    signatures: tuple[tuple[str, bytes], ...]

    @property
    def digest(self) -> str:
        """Digest of the file: what a reader compares with a copy from elsewhere."""
        return format_digest(sha256_hex(self.data))

    @property
    def files(self) -> dict[str, bytes]:
        """The files of this root by name: the root, then its signatures."""
        named = {signature_name(self.root.version, fingerprint): data for fingerprint, data in self.signatures}
        return {root_name(self.root.version): self.data, **named}


def root_name(version: int) -> str:
    """Name the file of a trust root, ``1.json``."""
    return f"{version}.json"


def signature_name(version: int, fingerprint: str) -> str:
    """Name the file of a signature over a trust root; the fingerprint is in its file-name form (base64url)."""
    return f"{root_name(version)}.{fingerprint}.sig"


def parse_file_name(name: str) -> tuple[int, str] | None:
    """Read the name of a trust root or of a signature over one; None where it is neither.

    Returns:
        The number of the root, and the fingerprint of the signature; for the root itself the empty string.
    """
    match = _NAME.fullmatch(name)
    return None if match is None else (int(match[1]), match[2] or "")


def verify_chain(files: Mapping[str, bytes], size: int | None = None) -> tuple[RootFile, ...]:
    """Verify a whole chain, given as the files of ``trust/root`` by name; oldest first.

    Args:
        files: The files.
        size: Number of entries in the log.  A root with an index beyond them does not count yet: a writer is at work on
            it, or was interrupted.  None where every root must count.

    Raises:
        FormatError: A number is missing, or there is a file that belongs to no root.
        IntegrityError: A root or a signature does not verify.
        KeyRejectedError: A root names a weak key.
    """
    signatures: dict[int, dict[str, bytes]] = {}
    for name, data in files.items():
        parts = parse_file_name(name)
        if parts is None:
            raise FormatError("no name of a trust root or of a signature", where=f"{FOLDER}/{name}")
        signed = signatures.setdefault(parts[0], {})
        if parts[1]:
            signed[parts[1]] = data
    chain: list[RootFile] = []
    for number in sorted(signatures):
        if size is not None and number > 1 and not _counts(files, number, size):
            break
        if number != len(chain) + 1 or root_name(number) not in files:
            missing = f"{FOLDER}/{root_name(len(chain) + 1)}"
            raise FormatError("a trust root is missing from the chain", where=missing, hint="restore it from a copy")
        previous = (chain[-1].data, chain[-1].root) if chain else None
        data = files[root_name(number)]
        root = verify_root(data, signatures[number], previous, where=f"{FOLDER}/{root_name(number)}")
        chain.append(RootFile(root, data, tuple(sorted(signatures[number].items()))))
    if not chain:
        raise FormatError("there is no trust root", where=FOLDER, expected=root_name(1), hint="restore it from a copy")
    return tuple(chain)


def _counts(files: Mapping[str, bytes], number: int, size: int) -> bool:
    """Whether a root counts in a log of this size.  One that cannot be read does, so that its fault is found."""
    data = files.get(root_name(number))
    if data is None:
        # Signatures alone are what is left of a root that is being taken back, unless another root follows.
        return any(int(name[:-5]) > number for name in files if name.endswith(".json"))
    value = parse_canonical(data, where=f"{FOLDER}/{root_name(number)}", max_size=MAX_ROOT)
    index = value.get("index") if isinstance(value, dict) else None
    return not isinstance(index, int) or index < size


def refuse_other_roots(roots: Sequence[tuple[int, int, str]], logged: Sequence[tuple[int, int, str]]) -> None:
    """Check that the log names exactly the roots that there are (check 11).

    Args:
        roots: Index in the log, number and digest of each trust root, as the roots say.
        logged: The same, as the entries of the log say.

    Raises:
        FormatError: The log names other roots.
    """
    if list(roots) != list(logged):
        what, expected, found = "the log names other trust roots", _listed(roots), _listed(logged)
        raise FormatError(what, where=FOLDER, expected=expected, found=found, check=11)


def _listed(roots: Sequence[tuple[int, int, str]]) -> str:
    return ", ".join(f"trust root {version} {digest} as entry {index}" for index, version, digest in roots) or "none"
