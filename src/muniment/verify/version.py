"""Checks 3 to 9 on one version, from the bytes alone: the same for an archive and for a snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from muniment.canonical import parse_canonical
from muniment.change import check_change, check_record
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, MunimentError
from muniment.log.statement import VersionStatement, paragraph_root
from muniment.paragraph import Paragraph
from muniment.record import Original, Record, read_record
from muniment.schema import validate
from muniment.signing import sshsig
from muniment.signing.keys import PublicKey
from muniment.sources import extractor_for
from muniment.verify.report import Tally


@dataclass(frozen=True, slots=True)
class VersionFiles:
    """The bytes of one version, None where they could not be read, and what to call each file in a finding."""

    record: bytes | None
    record_path: str
    signature: bytes | None
    signature_path: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a version is checked against.

    Attributes:
        record: The record before, or None for the first version or where it could not be parsed.
        digest: Digest of the stored record before, or None for the first version.
        reverts_to: The newest version before that one with the same original, or None.
    """

    record: Record | None = None
    digest: str | None = None
    reverts_to: int | None = None


def check_form(tally: Tally, files: VersionFiles) -> Record | None:
    """Checks 3 and 4: canonical JSON, schema, and the rules of one record."""
    if files.record is None:
        return None
    try:
        value = parse_canonical(files.record, where=files.record_path)
    except MunimentError as error:
        tally.error(3, error)
        return None
    tally.ok(3)
    try:
        validate("record", value, where=files.record_path)
        record = read_record(cast("dict[str, Any]", value))
        check_record(record, where=files.record_path)
    except MunimentError as error:
        tally.error(4, error, files.record_path)
        return None
    tally.ok(4)
    return record


def check_chain(tally: Tally, path: str, record: Record, earlier: Earlier) -> None:
    """Check 5: the version continues the one before, by the rule of its change kind."""
    if record.previous != earlier.digest:
        tally.fail(
            5,
            path,
            "previous is not the digest of the version before",
            expected=earlier.digest or "null, in the first version",
            found=record.previous or "null",
        )
        return
    if earlier.record is None and earlier.digest is not None:
        # The version before could not be read, and has its own finding.
        return
    with tally.check(5, path):
        check_change(record, earlier.record, earlier.reverts_to, where=path)


def check_original(tally: Tally, path: str, record: Record, data: bytes, extracted: Sequence[Paragraph] | None) -> None:
    """Check 6: hash and size of the bytes as received, and the same paragraphs out of them again.

    Args:
        tally: Where to count.
        path: What to call the file.
        record: The version.
        data: The bytes as received.
        extracted: The paragraphs that ``extract_again`` gave, or None where it has failed and said so.
    """
    original = record.original
    digest = sha256_hex(data)
    if (digest, len(data)) != (original.sha256, original.size):
        tally.fail(
            6,
            path,
            "not the bytes that the record names",
            expected=f"sha256:{original.sha256}, {original.size} bytes",
            found=f"sha256:{digest}, {len(data)} bytes",
            hint="restore the file from a copy",
        )
    else:
        check_extraction(tally, path, record, extracted)


def check_extraction(tally: Tally, path: str, record: Record, extracted: Sequence[Paragraph] | None) -> None:
    """The second half of check 6, for an original whose bytes were checked with an earlier version."""
    if extracted is None:
        return
    if tuple(extracted) == record.paragraphs:
        tally.ok(6)
    else:
        tally.fail(6, path, f"its text is not the text of {record.name}", found=_first_difference(record, extracted))


def _first_difference(record: Record, extracted: Sequence[Paragraph]) -> str:
    for ours, theirs in zip(record.paragraphs, extracted, strict=False):
        if ours != theirs:
            return f"another {ours.id}"
    return f"{len(extracted)} paragraphs, the record has {len(record.paragraphs)}"


def extract_again(original: Original, data: bytes, *, where: str) -> tuple[Paragraph, ...]:
    """Take the text out of an original again, by the rules that its record names.

    Raises:
        SourceError: The rules are not known, or the bytes do not decode.
        FormatError: The rules find another medium or charset than the record names.
    """
    source = extractor_for(original.extractor.name, original.extractor.version)
    extraction = source.extract(data, original.charset, where=where)
    named, found = (original.media_type, original.charset), (extraction.media_type, extraction.charset)
    if named != found:
        raise FormatError(
            "not of the kind that the record names", where=where, expected=" ".join(named), found=" ".join(found)
        )
    return extraction.paragraphs


def check_signature(tally: Tally, files: VersionFiles) -> PublicKey | None:
    """Check 7: the SSHSIG is in its one form and is over exactly the record's bytes."""
    if files.signature is None or files.record is None:
        return None
    try:
        key = sshsig.verify(files.signature, sshsig.RECORD_NAMESPACE, files.record, where=files.signature_path)
    except MunimentError as error:
        tally.error(7, error, files.signature_path)
        return None
    tally.ok(7)
    return key


def check_entry(
    tally: Tally,
    subject: str,
    statement: VersionStatement,
    files: VersionFiles,
    record: Record | None,
    key: PublicKey | None,
) -> None:
    """Check 9: the statement in the log is what these files make.

    Args:
        tally: Where to count.
        subject: What to call the entry.
        statement: The entry.
        files: The version's files; what could not be read has its own finding.
        record: Parsed, or None where it could not be.
        key: Who signed, or None where that could not be told.
    """
    facts: list[tuple[str, str, object, object]] = []
    if files.record is None:
        tally.fail(9, files.record_path, f"{subject} names a record that is not here", expected=statement.record)
    else:
        digest = format_digest(sha256_hex(files.record))
        facts.append(("record", files.record_path, statement.record, digest))
        facts.append(("record_size", files.record_path, statement.record_size, len(files.record)))
    if files.signature is not None:
        digest = format_digest(sha256_hex(files.signature))
        facts.append(("signature", files.signature_path, statement.signature, digest))
    if key is not None:
        facts.append(("signer", files.signature_path, statement.signer, key.fingerprint))
    if record is not None:
        facts += [(name, files.record_path, said, found) for name, said, found in _record_facts(statement, record)]
    wrong = [fact for fact in facts if fact[2] != fact[3]]
    for name, path, said, found in wrong:
        tally.fail(9, path, f"not the {name} that {subject} states", expected=str(said), found=str(found))
    if not wrong and record is not None:
        tally.ok(9)


def _record_facts(statement: VersionStatement, record: Record) -> list[tuple[str, object, object]]:
    return [
        ("release", statement.release, record.release),
        ("version", statement.version, record.version),
        ("previous", statement.previous, record.previous),
        ("original", statement.original, format_digest(record.original.sha256)),
        ("paragraph_count", statement.paragraph_count, len(record.paragraphs)),
        ("paragraph_root", statement.paragraph_root, format_digest(paragraph_root(record.paragraphs).hex())),
    ]
