"""Judging one version from its bytes alone: the one place that says what fits an entry of the log.

The archive asks this before it hands a version out, a writer before it builds on one, and ``verify`` of every version
there is.  Here each rule raises, or gives, a typed error that carries the number of its check; ``verify`` turns it into
a finding and goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muniment.canonical import parse_canonical
from muniment.conversion import COPY_AGAIN, explain_difference
from muniment.digest import format_digest, sha256_hex
from muniment.errors import (
    BeyondLimitsError,
    ExtractorMissingError,
    FormatError,
    IntegrityError,
    SignatureError,
    finding_of,
)
from muniment.log.statement import VersionStatement, paragraph_root
from muniment.record import Attestation, Extractor, KeptExchange, Original, Paragraph, Record, validate_record
from muniment.record.succession import check_change, check_record
from muniment.ssh import sshsig
from muniment.ssh.keys import PublicKey
from muniment.trust.root import RecordKey, StaticFile, TrustRoot, record_keys_at


@dataclass(frozen=True, slots=True)
class VersionFiles:
    """The bytes of one version, None where they could not be read, and what to call each file in a finding.

    Attributes:
        record: Those of the record.
        record_path: Its path.
        signature: Those of its signature.
        signature_path: The path of that.
        sha512: SHA-512 of the record as hex, where the caller has made it; else empty.
    """

    record: bytes | None
    record_path: str
    signature: bytes | None
    signature_path: str
    sha512: str = ""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """What a version is checked against.

    Attributes:
        record: The record before, or None for the first version or where it could not be parsed.
        digest: Digest of the stored record before, or None for the first version.
        reverts_to: The newest version before that one with the same original, or None.
    """

    record: Record | None = None
    digest: str | None = None
    reverts_to: int | None = None


def judge_form(data: bytes, path: str) -> Record:
    """Checks 3 and 4: canonical JSON, schema, and the rules of one record.

    Raises:
        CanonicalError: Check 3: not canonical JSON.
        SchemaError: Check 4: not a record.
        FormatError: Check 4: a rule of one record is broken.
    """
    with finding_of(3):
        value = parse_canonical(data, where=path)
    with finding_of(4):
        record = validate_record(value, where=path)
        check_record(record, where=path)
    return record


def judge_chain(path: str, record: Record, earlier: Predecessor) -> None:
    """Check 5: the version continues the one before, by the rule of its change kind.

    Raises:
        FormatError: It does not.
    """
    with finding_of(5):
        if record.previous != earlier.digest:
            raise FormatError(
                "previous is not the digest of the version before",
                where=path,
                expected=earlier.digest or "null, in the first version",
                found=record.previous or "null",
            )
        check_change(record, earlier.record, earlier.reverts_to, where=path)


def judge_original(path: str, original: Original, data: bytes) -> None:
    """Check 6, first half: hash and size of the bytes as received.

    Raises:
        IntegrityError: They are other bytes than the record names.
    """
    digest = sha256_hex(data)
    if (digest, len(data)) != (original.sha256, original.size):
        what, hint = _other(format_digest(original.sha256), data, "not the bytes that the record names")
        raise IntegrityError(
            what,
            where=path,
            expected=f"sha256:{original.sha256}, {original.size} bytes",
            found=f"sha256:{digest}, {len(data)} bytes",
            hint=hint or "restore the file from a copy",
            check=6,
        )


def judge_kept(path: str, kept: KeptExchange | Attestation, data: bytes) -> None:
    """Check 6 on a file that is kept beside an original: hash and size.

    Raises:
        IntegrityError: It is another file than the record names.
    """
    digest = sha256_hex(data)
    if (digest, len(data)) != (kept.sha256, kept.size):
        name = kept.path.partition(".")[0]
        what, hint = _other(format_digest(kept.sha256), data, f"not the {name} that the record names")
        raise IntegrityError(
            what,
            where=path,
            expected=f"sha256:{kept.sha256}, {kept.size} bytes",
            found=f"sha256:{digest}, {len(data)} bytes",
            hint=hint or "restore the file from a copy",
            check=6,
        )


def judge_capture(path: str, data: bytes, original: Original) -> None:
    """Check 6 on what an exchange says: it has its one form, and says what the record says of the capture.

    Raises:
        FormatError: It does not.
    """
    from muniment.sources.web.kept_exchange import check_exchange  # noqa: PLC0415 - start-up: few have one

    with finding_of(6):
        check_exchange(data, original, where=path)


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """The text of an original, taken out once more.

    Attributes:
        paragraphs: What came out.
        engine: Another engine, or another build, than the record names; empty where it is that one, or none decides.
    """

    paragraphs: tuple[Paragraph, ...]
    engine: str = ""


def judge_words(path: str, record: Record, again: ReadAgain) -> str:
    """Check 6, second half: the bytes as received give these paragraphs.

    Returns:
        What must be known of an engine that is not the one that the record names; empty where it is that one.

    Raises:
        FormatError: They give other paragraphs, by rules that decide alone or by the same build of the same engine.
    """
    same = again.paragraphs == record.paragraphs
    if again.engine:
        return _also(again.engine) if same else _by_another(record, again)
    if not same:
        what, difference = f"its text is not the text of {record.name}", _first_difference(record, again.paragraphs)
        raise FormatError(what, where=path, found=difference, check=6)
    return ""


def _also(engine: str) -> str:
    return f"its text comes out the same also by {engine}"


def _by_another(record: Record, again: ReadAgain) -> str:
    """Say how far two engines agree: the signed text stands as what the keeper says that one of them read."""
    ours, theirs = ([word for p in each for word in p.text.split()] for each in (record.paragraphs, again.paragraphs))
    same = (Counter(ours) & Counter(theirs)).total()
    return (
        f"its text was made by {record.original.extractor.engine}, and {again.engine} reads it otherwise: "
        f"{same:,} of {len(ours):,} words the same, first difference {_first_difference(record, again.paragraphs)}"
    )


def _first_difference(record: Record, extracted: Sequence[Paragraph]) -> str:
    for ours, theirs in zip(record.paragraphs, extracted, strict=False):
        if ours != theirs:
            return f"another {ours.id}"
    return f"{len(extracted)} paragraphs, the record has {len(record.paragraphs)}"


def extract_again(original: Original, data: bytes, *, where: str) -> ReadAgain:
    """Take the text out of an original again, by the rules that its record names.

    Raises:
        SourceError: The bytes do not decode, or not to a text.
        FormatError: The rules find another medium, charset or choice than the record names.
        ExtractorMissingError: The rules are not at hand, or could not end within their limits here.
    """
    from muniment import sources  # noqa: PLC0415 - start-up: who only reads takes no words out again

    named = original.extractor
    try:
        source = sources.extractor_for(named.name, named.version)
        charset = sources.charset_again(original.charset, named.parameters)
        extraction = source.extract(data, charset, wish=sources.wish_again(named.parameters), where=where)
    except (ExtractorMissingError, BeyondLimitsError) as error:
        raise error.as_(
            ExtractorMissingError, what=f"not checked here: {error.what}", where=where, hint=error.hint
        ) from error
    kind, actual = (original.media_type, original.charset), (extraction.media_type, extraction.charset)
    if kind != actual:
        raise FormatError(
            "not of the kind that the record names",
            where=where,
            expected=" ".join(filter(None, kind)),
            found=" ".join(filter(None, actual)),
        )
    _judge_choices(named, extraction.extractor, where)
    same = named.engine == extraction.extractor.engine
    return ReadAgain(extraction.paragraphs, "" if same else extraction.extractor.engine or _RULES)


_RULES = "the rules alone"


def _judge_choices(named: Extractor, here: Extractor, where: str) -> None:
    """The choices are those that the record names; what another engine counts may be another number."""
    if named.engine is not None and named.engine != here.engine:
        return
    if named != here:
        raise FormatError(
            "not read as the record says",
            where=where,
            expected=_choices(named),
            found=_choices(here),
        )


def _choices(extractor: Extractor) -> str:
    choices = "" if extractor.parameters is None else str(extractor.parameters.as_json())
    return f"{choices} by {extractor.engine}" if extractor.engine else choices


def judge_signature(files: VersionFiles) -> PublicKey:
    """Check 7: the SSHSIG is in its one form and is over exactly the record's bytes; both files are there.

    Raises:
        IntegrityError: It is not.
    """
    assert files.record is not None  # noqa: S101 - the caller has asked
    assert files.signature is not None  # noqa: S101 - the caller has asked
    with finding_of(7):
        known = bytes.fromhex(files.sha512) or None
        return sshsig.verify(
            files.signature, sshsig.RECORD_NAMESPACE, files.record, where=files.signature_path, sha512_of=known
        )


def judge_signer(path: str, key: PublicKey, index: int, newest: TrustRoot) -> RecordKey:
    """Check 8: the newest trust root allows the key at the index of the entry in the log; gives its row of the table.

    Raises:
        SignatureError: It does not allow the key.
    """
    row = next((row for row in newest.record_keys if row.key == key), None)
    if row is not None and row.may_sign(index):
        return row
    expected = " or ".join(allowed.fingerprint for allowed in record_keys_at(newest, index))
    what = f"signed by a key that the trust root does not allow at log index {index}"
    if row is not None and row.covers(index) and row.revoked is not None:
        what = f"signed by a key that is revoked from log index {row.revoked.from_index} on: {row.revoked.reason}"
    elif row is not None:
        what = f"{what}: it is for {row.first_index} to {'now' if row.last_index is None else row.last_index}"
    raise SignatureError(what, where=path, expected=expected or "none", found=key.fingerprint, check=8)


def entry_faults(
    subject: str, statement: VersionStatement, files: VersionFiles, record: Record | None, key: PublicKey | None
) -> Iterator[IntegrityError]:
    """Check 9: where these files differ from the statement in the log.

    Args:
        subject: What to call the entry.
        statement: The entry.
        files: The version's files; what could not be read has its own finding.
        record: Parsed, or None where it could not be.
        key: The key that signed, or None where that is unknown.
    """
    if files.record is None:
        what = f"{subject} names a record that is not here"
        yield IntegrityError(what, where=files.record_path, expected=statement.record, check=9)
    bytes_of = {"record": files.record, "signature": files.signature}
    for name, path, logged, actual in _facts(statement, files, record, key):
        if logged != actual:
            what, hint = f"not the {name} that {subject} states", ""
            data = bytes_of.get(name)
            if data is not None:
                what, hint = _other(str(logged), data, what)
            yield IntegrityError(what, where=path, expected=str(logged), found=str(actual), hint=hint, check=9)


def _facts(
    statement: VersionStatement, files: VersionFiles, record: Record | None, key: PublicKey | None
) -> Iterator[tuple[str, str, object, object]]:
    if files.record is not None:
        yield "record", files.record_path, statement.record, format_digest(sha256_hex(files.record))
        yield "record_size", files.record_path, statement.record_size, len(files.record)
    if files.signature is not None:
        yield "signature", files.signature_path, statement.signature, format_digest(sha256_hex(files.signature))
    if key is not None:
        yield "signer", files.signature_path, statement.signer, key.fingerprint
    if record is not None:
        for name, logged, actual in _record_facts(statement, record):
            yield name, files.record_path, logged, actual


def _record_facts(statement: VersionStatement, record: Record) -> list[tuple[str, object, object]]:
    return [
        ("release", statement.release, record.release),
        ("version", statement.version, record.version),
        ("previous", statement.previous, record.previous),
        ("original", statement.original, format_digest(record.original.sha256)),
        ("paragraph_count", statement.paragraph_count, len(record.paragraphs)),
        ("paragraph_root", statement.paragraph_root, format_digest(paragraph_root(record.paragraphs).hex())),
    ]


def judge_place(subject: str, statement: VersionStatement, before: VersionStatement | None) -> None:
    """Check 9 on the log alone: an entry continues the one before it of its release.

    Raises:
        FormatError: It does not.
    """
    number = before.version + 1 if before else 1
    previous = before.record if before else None
    if (statement.version, statement.previous) != (number, previous):
        raise FormatError(
            "does not continue the entry before it of this release",
            where=subject,
            expected=f"v{number} after {previous}",
            found=f"v{statement.version} after {statement.previous}",
            check=9,
        )


def judge_static(file: StaticFile, data: bytes) -> None:
    """Check 2 on a file that a trust root vouches for.

    Raises:
        IntegrityError: It is another one.
    """
    digest = sha256_hex(data)
    if (len(data), digest) != (file.size, file.sha256):
        what, hint = _other(format_digest(file.sha256), data, "not the file that the trust root vouches for")
        raise IntegrityError(
            what,
            where=file.path,
            expected=format_digest(file.sha256),
            found=format_digest(digest),
            hint=hint or "restore the file from a copy",
            check=2,
        )


def _other(expected: str, data: bytes, what: str) -> tuple[str, str]:
    """What to say of bytes that do not have a digest, and what to do where a conversion explains it."""
    how = explain_difference(expected, data)
    return (f"{what}: {how}", COPY_AGAIN) if how else (what, "")
