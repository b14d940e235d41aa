"""What a trust root changes in the one before, line by line: what a keeper reads before a root key signs it.

Nothing is left out: a member that changes has a line.  ``check_agreement`` says which changes are allowed at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from muniment.cli.verbs.key.show import in_words
from muniment.display import plain
from muniment.log.vkey import parse_vkey
from muniment.ssh.keys import PublicKey
from muniment.trust.root import KeyRange, RecordKey, Revocation, TrustRoot


def root_changes(old: TrustRoot, new: TrustRoot) -> tuple[str, ...]:
    """Say what a trust root changes in the one before, a line each, safe to print; at least the line of its place.

    Args:
        old: The root before.
        new: Its successor.

    Raises:
        KeyRejectedError: A log key of the successor is none.
    """
    return tuple(plain(line) for line in _lines(old, new))


def _lines(old: TrustRoot, new: TrustRoot) -> Iterator[str]:
    yield f"trust root {new.version} follows {old.version}, log index {new.index}, claimed {new.created}"
    if (old.archive, old.principal) != (new.archive, new.principal):
        yield f"archive {new.archive}, principal {new.principal}; was {old.archive}, {old.principal}"
    yield from _members("root key", _fingerprints(old.root_keys), _fingerprints(new.root_keys))
    was, needed = (f"{root.threshold} of {len(root.root_keys)}" for root in (old, new))
    if was != needed:
        yield f"root keys: {needed} must sign; was {was}"
    yield from _ranges("record key", _record_keys(old), _record_keys(new))
    yield from _revocations(old, new)
    yield from _ranges("log key", _log_keys(old), _log_keys(new))
    yield from _members("time stamp authority", _authorities(old), _authorities(new))
    yield from _members("witness", dict.fromkeys(old.witnesses, ""), dict.fromkeys(new.witnesses, ""))
    if old.quorum != new.quorum:
        yield f"witnesses: {new.quorum} wanted; was {old.quorum}"
    yield from _members("version", _withdrawn(old), _withdrawn(new))
    if old.url != new.url:
        yield f"web site {new.url or 'none'}; was {old.url or 'none'}"
    yield from _members("file", _files(old), _files(new))


def _members(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Name what joins, changes and leaves; the maps give a state for each name."""
    for name, state in new.items():
        if name not in old:
            yield f"{what} {name} {'is ' + state if what == 'version' else 'joins' + (f': {state}' if state else '')}"
        elif old[name] != state:
            yield f"{what} {name}: {state}; was {old[name]}"
    for name in old:
        if name not in new:
            yield f"{what} {name} leaves"


def _ranges(what: str, old: Mapping[str, KeyRange], new: Mapping[str, KeyRange]) -> Iterator[str]:
    yield from _members(what, _in_words(old), _in_words(new))


def _in_words(rows: Mapping[str, KeyRange]) -> dict[str, str]:
    return {name: f"{in_words(key)}{_proven(key)}" for name, key in rows.items()}


def _proven(row: KeyRange) -> str:
    """The proof of possession, of which only the index is printed; it is verified elsewhere."""
    if not isinstance(row, RecordKey) or row.proof is None:
        return ""
    return f", proof at log index {row.proof.index}"


def _revocations(old: TrustRoot, new: TrustRoot) -> Iterator[str]:
    before = {row.key: row.revoked for row in old.record_keys}
    for row in new.record_keys:
        was = before.get(row.key)
        if row.revoked != was:
            yield f"record key {row.key.fingerprint} {_revoked(row.revoked)}{f'; was {_revoked(was)}' if was else ''}"


def _revoked(revocation: Revocation | None) -> str:
    return (
        f"revoked from log index {revocation.from_index}, since {revocation.since}: {revocation.reason}"
        if revocation
        else "not revoked"
    )


def _fingerprints(keys: Sequence[PublicKey]) -> dict[str, str]:
    return dict.fromkeys((key.fingerprint for key in keys), "")


def _record_keys(root: TrustRoot) -> dict[str, KeyRange]:
    return {row.key.fingerprint: row for row in root.record_keys}


def _log_keys(root: TrustRoot) -> dict[str, KeyRange]:
    return {PublicKey(parse_vkey(row.vkey).public).fingerprint: row for row in root.log_keys}


def _authorities(root: TrustRoot) -> dict[str, str]:
    return {authority.name: authority.url or "no longer asked" for authority in root.authorities}


def _withdrawn(root: TrustRoot) -> dict[str, str]:
    return {f"{one.name} {one.record}": one.words for one in root.withdrawn}


def _files(root: TrustRoot) -> dict[str, str]:
    return {file.path: f"sha256:{file.sha256}, {file.size} bytes" for file in root.files}
