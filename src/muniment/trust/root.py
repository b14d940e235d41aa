"""Trust roots: which keys may sign what, for which entries of the log.

An archive holds a chain of them, ``trust/root/1.json``, ``2.json``, …, each canonical JSON (RFC 8785) and signed by
root keys (SSHSIG, ``root@muniment``) in files beside it, ``N.json.FINGERPRINT.sig``.  ``chain`` says when one may
follow another: the old keys hand the trust over, and the new ones show that somebody holds them.

The newest root's table says who may sign the record at which index of the log.  Trust begins with the SHA-256 of
``trust/root/1.json``.  Indexes of the log stand for time, because an SSHSIG carries none and a date is only a claim.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.errors import FormatError, InputError, KeyRejectedError
from muniment.schema import validate
from muniment.ssh.keys import PublicKey, parse_public_key

MAX_ROOT = 1024 * 1024
"""Largest trust root, in bytes: each of many verbs reads every one, before anything is known to be signed."""

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.ssh.keys import PublicKey

__all__ = [
    "Authority",
    "KeyRange",
    "LogKey",
    "Possession",
    "RecordKey",
    "Revocation",
    "StaticFile",
    "TrustRoot",
    "Withdrawal",
    "format_trust_root",
    "parse_trust_root",
    "record_keys_at",
    "signer_allowed",
]


AUTHORITIES = "trust/authorities"

_SITE = re.compile(
    r"https?://[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?"
    r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*"
)
_LONGEST_SITE = 255


def check_site(text: str) -> str:
    """Check the address of an archive's web site, and give it without the slash at its end.

    Raises:
        InputError: It is none that a trust root may name.
    """
    site = text.removesuffix("/")
    if len(site) > _LONGEST_SITE or not _SITE.fullmatch(site):
        raise InputError(
            "not the address of a web site",
            expected="https://HOST or https://HOST/PATH, the host in small letters, without ? and #",
            found=ascii(text[:_LONGEST_SITE]),
        )
    return site


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRange:
    """The log entries that a key may sign for.

    Attributes:
        first_index: From 0.
        last_index: Itself included, at least ``first_index``; None while the key is in use.
    """

    first_index: int
    last_index: int | None

    def covers(self, index: int) -> bool:
        """Say whether the key may sign for this log entry."""
        return self.first_index <= index and (self.last_index is None or index <= self.last_index)


@dataclass(frozen=True, slots=True)
class Revocation:
    """That a key was stolen or lost.

    Attributes:
        from_index: First log entry for which what it signed no longer counts, from 0.
        since: RFC 3339 in UTC, to the second: from when on the key may have been in other hands, as claimed by the
            keeper.  What it signed for earlier entries stands if something shows that these were logged before.
        reason: The keeper's words.
    """

    from_index: int
    since: str
    reason: str


@dataclass(frozen=True, slots=True)
class Possession:
    """That somebody held a key when it joined (``possession``).

    Attributes:
        index: How many entries the log had when it was signed.
        signature: The signature file (SSHSIG, ``possession@muniment``) over the challenge.
    """

    index: int
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKey(KeyRange):
    """A key that signs records.

    Attributes:
        key: The key.
        revoked: Set once it was stolen or lost.
        proof: That somebody held it; None for the keys of trust root 1, which the reader pins.
    """

    key: PublicKey
    revoked: Revocation | None = None
    proof: Possession | None = None

    def may_sign(self, index: int) -> bool:
        """Say whether the record at this index of the log counts as signed with this key."""
        return self.covers(index) and (self.revoked is None or index < self.revoked.from_index)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey(KeyRange):
    """A key that signs checkpoints, as a C2SP signed-note verifier key.

    Only its shape is checked here; the key id is for the reader of notes.
    """

    vkey: str


@dataclass(frozen=True, slots=True)
class Authority:
    """A time stamp authority (RFC 3161) whose stamps count.

    Attributes:
        name: As a release id; stands for the same certificates for ever.
        url: Where stamps are asked for; None when it no longer answers.
    """

    name: str
    url: str | None

    @property
    def certificates(self) -> str:
        """Path of its certificates below the archive's folder (PEM); one of the static files of the root."""
        return f"{AUTHORITIES}/{self.name}.pem"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That the archive no longer stands behind a version, which stays as it is.

    Attributes:
        release: Identifier of the release.
        version: From 1.
        record: Digest of its record, ``sha256:…``.
        time: RFC 3339 in UTC, to the second, as claimed by the keeper.
        reason: The keeper's words.
    """

    release: str
    version: int
    record: str
    time: str
    reason: str

    @property
    def name(self) -> str:
        """The reference of the version, ``harbour-notice/v1``."""
        return f"{self.release}/v{self.version}"

    @property
    def words(self) -> str:
        """What every output says: ``withdrawn on 2026-03-01 (claimed): REASON``; archived text is as it is."""
        return f"withdrawn on {self.time[:10]} (claimed): {self.reason}"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the archive that never changes and that the root vouches for.

    Attributes:
        path: Below the archive's folder, parts divided by ``/``.
        sha256: 64 lower-case hex digits.
        size: In bytes.
    """

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """One trust root.

    Attributes:
        archive: Origin of the archive and of its log, ``HOST/PATH``.
        version: From 1, without gaps.
        index: Index of the log entry that names this root, from which on the root counts; 0 for version 1.
        previous: ``sha256:…`` of the file of the root before; None for version 1.
        created: RFC 3339 in UTC, to the second, as claimed by the keeper.
        threshold: How many root keys must sign, 1 to the number of root keys.
        principal: What ssh-keygen calls the signer, ``archive@HOST``.
        root_keys: Distinct, at least one.
        record_keys: Distinct by key.
        log_keys: Distinct by key, at least one; each is named after the archive.
        files: Sorted by path.
        authorities: Time stamp authorities, sorted by name.
        witnesses: C2SP verifier keys of those who may cosign checkpoints, sorted; only their shape is checked here.
        quorum: How many witnesses are wanted under a checkpoint, 0 to the number of witnesses.
        withdrawn: Versions that the archive no longer stands behind, sorted by release and version.
        url: Address of the archive's web site, without a slash at its end; None where it has none.
    """

    archive: str
    version: int
    index: int
    previous: str | None
    created: str
    threshold: int
    principal: str
    root_keys: tuple[PublicKey, ...]
    record_keys: tuple[RecordKey, ...]
    log_keys: tuple[LogKey, ...]
    files: tuple[StaticFile, ...]
    authorities: tuple[Authority, ...] = ()
    witnesses: tuple[str, ...] = ()
    quorum: int = 0
    url: str | None = None
    withdrawn: tuple[Withdrawal, ...] = ()

    def withdrawal_of(self, record: str) -> Withdrawal | None:
        """Give the withdrawal of the version whose record has this digest, or None."""
        return next((one for one in self.withdrawn if one.record == record), None)


def record_keys_at(root: TrustRoot, index: int) -> tuple[PublicKey, ...]:
    """The keys that may sign the record at this index of the log, in the order of the table."""
    return tuple(row.key for row in root.record_keys if row.may_sign(index))


def signer_allowed(chain: Sequence[TrustRoot], key: PublicKey, index: int) -> bool:
    """Say whether the key may sign the record at this index of the log.  The newest root's table decides.

    Args:
        chain: Verified roots, oldest first; an empty chain allows nobody.
        key: Who signed.
        index: Place of the version's entry in the log, from 0.
    """
    return bool(chain) and key in record_keys_at(chain[-1], index)


_FORMAT = "muniment-trust-root/1"
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def format_trust_root(root: TrustRoot) -> bytes:
    """Write the file of a trust root.  What cannot be read back is not written.

    Raises:
        SchemaError: A member breaks the schema.
        FormatError: A member breaks a rule that the schema cannot say.
    """
    value: dict[str, Json] = {
        "format": _FORMAT,
        "archive": root.archive,
        "version": root.version,
        "index": root.index,
        "previous": root.previous,
        "created": root.created,
        "threshold": root.threshold,
        "principal": root.principal,
        "root_keys": [{"key": key.line} for key in root.root_keys],
        "record_keys": [_format_record_key(row) for row in root.record_keys],
        "log_keys": [{"vkey": row.vkey, **_format_range(row)} for row in root.log_keys],
        "authorities": [asdict(authority) for authority in root.authorities],
        "witnesses": list(root.witnesses),
        "quorum": root.quorum,
        # Absent where the archive has no web site, so that there is one form.
        **({} if root.url is None else {"url": root.url}),
        **({"withdrawn": [asdict(one) for one in root.withdrawn]} if root.withdrawn else {}),
        "files": [asdict(file) for file in root.files],
    }
    data = format_canonical(value)
    parse_trust_root(data, where=f"trust root {root.version}")
    return data


def parse_trust_root(data: bytes, *, where: str) -> TrustRoot:
    """Read the file of a trust root.  `chain.verify_root` checks its signatures.

    Raises:
        CanonicalError: It is not strict JSON in its RFC 8785 form.
        SchemaError: It breaks ``schemas/trust-root.schema.json``.
        FormatError: It breaks a rule that the schema cannot say: a weak or repeated key, a threshold that
            cannot be met, a range that ends before it begins, files out of order.
    """
    value: Any = parse_canonical(data, where=where, max_size=MAX_ROOT)
    validate("trust-root", value, where=where)
    root = TrustRoot(
        archive=value["archive"],
        version=value["version"],
        index=value["index"],
        previous=value["previous"],
        created=value["created"],
        threshold=value["threshold"],
        principal=value["principal"],
        root_keys=tuple(_parse_key(row["key"], where) for row in value["root_keys"]),
        record_keys=tuple(_parse_record_key(row, where) for row in value["record_keys"]),
        log_keys=tuple(LogKey(**row) for row in value["log_keys"]),
        authorities=tuple(Authority(**member) for member in value["authorities"]),
        witnesses=tuple(value["witnesses"]),
        quorum=value["quorum"],
        url=value.get("url"),
        withdrawn=tuple(Withdrawal(**one) for one in value.get("withdrawn", ())),
        files=tuple(StaticFile(**file) for file in value["files"]),
    )
    for broken, rule in _rules(root):
        if broken:
            raise FormatError("the trust root breaks a rule", where=where, expected=rule)
    return root


def _format_range(row: KeyRange) -> dict[str, Json]:
    return {"first_index": row.first_index, "last_index": row.last_index}


def _format_record_key(row: RecordKey) -> dict[str, Json]:
    proof: dict[str, Json] = {} if row.proof is None else {"proof": asdict(row.proof)}
    revoked = None if row.revoked is None else asdict(row.revoked)
    return {"key": row.key.line, **_format_range(row), "revoked": revoked, **proof}


def _parse_record_key(row: dict[str, Any], where: str) -> RecordKey:
    revoked = None if row["revoked"] is None else Revocation(**row["revoked"])
    proof = Possession(**row["proof"]) if "proof" in row else None
    return RecordKey(**{**row, "key": _parse_key(row["key"], where), "revoked": revoked, "proof": proof})


def _parse_key(line: str, where: str) -> PublicKey:
    try:
        return parse_public_key(line, where=where)
    except KeyRejectedError as error:
        raise error.as_(FormatError, where=where) from error


def _rules(root: TrustRoot) -> Iterator[tuple[bool, str]]:
    """What the schema cannot say: whether each rule is broken, and the rule."""
    paths = [file.path for file in root.files]
    yield (root.previous is None) != (root.version == 1), "previous is null in version 1, and there only"
    yield (root.index == 0) != (root.version == 1), "index is 0 in version 1, and there only"
    yield not all(map(is_time, _times(root))), f"each time is a day and time that exist, not before {FIRST_TIME}"
    yield root.threshold > len(root.root_keys), "the threshold is at most the number of root keys"
    yield _repeats(root.root_keys), "each root key stands once"
    yield _repeats([row.key for row in root.record_keys]), "each record key stands once"
    yield _repeats([row.vkey for row in root.log_keys]), "each log key stands once"
    yield (
        any(not row.covers(row.first_index) for row in (*root.record_keys, *root.log_keys)),
        "no key's last_index is before its first_index",
    )
    yield (
        any(row.vkey.split("+", 1)[0] != root.archive for row in root.log_keys),
        f"each log key is named {root.archive}",
    )
    yield not _ascends(paths), "files are sorted by path, each path once"
    yield (
        not _ascends([authority.name for authority in root.authorities]),
        "authorities are sorted by name, each name once",
    )
    yield (
        any(authority.certificates not in paths for authority in root.authorities),
        "the certificates of each authority are among the files",
    )
    yield not _ascends(root.witnesses), "witnesses are sorted, each once"
    yield _repeats([witness.split("+", 1)[0] for witness in root.witnesses]), "each witness has one key"
    places = [(one.release, one.version) for one in root.withdrawn]
    yield not _ascends(places), "withdrawn versions are sorted by release and version, each once"
    yield _repeats([one.record for one in root.withdrawn]), "each withdrawn record stands once"
    yield any(one.time > root.created for one in root.withdrawn), "nothing is withdrawn after the root that says so"
    yield root.quorum > len(root.witnesses), "the quorum is at most the number of witnesses"


_Ordered = TypeVar("_Ordered", str, tuple[str, int])


def _times(root: TrustRoot) -> list[str]:
    revoked = (row.revoked.since for row in root.record_keys if row.revoked)
    return [root.created, *revoked, *(one.time for one in root.withdrawn)]


def _ascends(values: Sequence[_Ordered]) -> bool:
    return not _repeats(values) and list(values) == sorted(values)


def _repeats(values: Sequence[object]) -> bool:
    return len(set(values)) != len(values)


FIRST_TIME = "1970-01-02T00:00:00Z"
"""The first that a trust root may hold: to ssh-keygen the second 0 means no end, and nothing before it is a time."""


def is_time(text: str) -> bool:
    """Say whether a trust root may hold a time: RFC 3339 in UTC, to the second, of a day that exists, from 1970 on."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _TIME.fullmatch(text) is not None and text >= FIRST_TIME
