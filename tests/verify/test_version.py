"""Tests of ``muniment.verify.version``: each check alone, on bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.verify.forge import Piece, pieces

from muniment.archive import open_archive
from muniment.errors import ExtractorMissingError, FormatError, SourceError
from muniment.record import Extractor
from muniment.store import MemoryStore
from muniment.trust.root import RecordKey
from muniment.verify.report import Tally
from muniment.verify.trust import check_signer
from muniment.verify.version import (
    Predecessor,
    ReadAgain,
    VersionFiles,
    check_chain,
    check_entry,
    check_extraction,
    check_form,
    check_original,
    check_signature,
    extract_again,
)
from muniment.write.create import InitialKeys


@pytest.fixture
def piece(small_archive: MemoryStore) -> Piece:
    """The version harbour/v2."""
    return pieces(small_archive)[1]


def files_of(piece: Piece) -> VersionFiles:
    """The files of a version."""
    return VersionFiles(piece.data, "record.json", piece.signature, "record.json.sig")


def found(tally: Tally) -> list[tuple[int, str, str]]:
    """What was found."""
    return [(finding.check, finding.subject, finding.what) for finding in tally.findings]


def test_sound(piece: Piece, small_archive: MemoryStore) -> None:
    """A sound version passes each check once."""
    tally, before = Tally(), pieces(small_archive)[0]
    files = files_of(piece)
    assert check_form(tally, files) == piece.record
    check_chain(tally, "record.json", piece.record, Predecessor(before.record, before.digest))
    extracted = extract_again(piece.record.original, piece.original, where="original.txt")
    check_original(tally, "original.txt", piece.record, piece.original, extracted)
    key = check_signature(tally, files)
    assert key is not None
    check_signer(tally, "record.json.sig", key, 2, open_archive(small_archive).chain)
    check_entry(tally, "log entry 2", piece.statement, files, piece.record, key)
    assert tally.findings == []
    assert dict(tally.passed) == dict.fromkeys(range(3, 10), 1)


def test_missing_files(piece: Piece) -> None:
    """What could not be read is not found fault with twice, but a record that the log names and is not here."""
    tally, nothing = Tally(), VersionFiles(None, "record.json", None, "record.json.sig")
    assert check_form(tally, nothing) is None
    assert check_signature(tally, nothing) is None
    assert check_signature(tally, replace(files_of(piece), record=None)) is None
    assert check_signature(tally, replace(files_of(piece), signature=None)) is None
    assert tally.findings == []
    check_entry(tally, "log entry 2", piece.statement, nothing, None, None)
    assert found(tally) == [(9, "record.json", "log entry 2 names a record that is not here")]
    assert not tally.passed


def test_entry_of_an_unreadable_record(piece: Piece) -> None:
    """The digests of a record that cannot be parsed are compared all the same; nothing counts as passed."""
    tally, files = Tally(), files_of(piece)
    check_entry(tally, "log entry 2", piece.statement, files, None, None)
    assert (found(tally), dict(tally.passed)) == ([], {})
    check_entry(tally, "log entry 2", piece.statement, replace(files, record=piece.data + b" "), None, None)
    assert [what for _, _, what in found(tally)] == [
        "not the record that log entry 2 states",
        "not the record_size that log entry 2 states",
    ]


@pytest.mark.parametrize(
    ("member", "value", "subject"),
    [
        ("release", "tide", "record.json"),
        ("version", 3, "record.json"),
        ("record", "sha256:x", "record.json"),
        ("record_size", 1, "record.json"),
        ("signature", "sha256:x", "record.json.sig"),
        ("signer", "SHA256:x", "record.json.sig"),
        ("previous", None, "record.json"),
        ("original", "sha256:x", "record.json"),
        ("paragraph_root", "sha256:x", "record.json"),
        ("paragraph_count", 1, "record.json"),
    ],
)
def test_every_member_of_an_entry_counts(piece: Piece, member: str, value: object, subject: str) -> None:
    """Each single member of an entry that is not what the files make is found and named with both values."""
    tally = Tally()
    key = check_signature(Tally(), files_of(piece))
    statement = replace(piece.statement, **{member: value})  # type: ignore[arg-type]
    check_entry(tally, "log entry 2", statement, files_of(piece), piece.record, key)
    assert found(tally) == [(9, subject, f"not the {member} that log entry 2 states")]
    assert tally.findings[0].expected == str(value)


def test_chain(piece: Piece) -> None:
    """A version whose ``previous`` is another digest fails; one whose predecessor is unreadable is not judged."""
    tally = Tally()
    check_chain(tally, "record.json", piece.record, Predecessor(None, piece.record.previous))
    assert (tally.findings, dict(tally.passed)) == ([], {})
    check_chain(tally, "record.json", piece.record, Predecessor(None, None))
    check_chain(tally, "record.json", replace(piece.record, previous=None), Predecessor(piece.record, "sha256:x"))
    assert [(f.check, f.expected, f.found) for f in tally.findings] == [
        (5, "null, in the first version", piece.record.previous),
        (5, "sha256:x", "null"),
    ]


def test_original(piece: Piece) -> None:
    """Other bytes, other words and fewer words than the record has are told apart; what failed before is not judged."""
    tally, record = Tally(), piece.record
    check_original(tally, "original.txt", record, piece.original + b" ", None)
    check_extraction(tally, "original.txt", record, None)
    check_extraction(tally, "original.txt", record, ReadAgain(record.paragraphs[:-1]))
    check_extraction(
        tally, "original.txt", record, ReadAgain((replace(record.paragraphs[0], text="x"), *record.paragraphs[1:]))
    )
    assert [(f.check, f.what, f.found.partition(", ")[2] or f.found) for f in tally.findings] == [
        (6, "not the bytes that the record names", f"{len(piece.original) + 1} bytes"),
        (6, "its text is not the text of harbour/v2", "the record has 3"),
        (6, "its text is not the text of harbour/v2", "another h1"),
    ]


def test_extract_again(piece: Piece) -> None:
    """Text is taken out by the rules that the record names; other charsets and media fail, unknown rules do not."""
    original = piece.record.original
    with pytest.raises(ExtractorMissingError, match=r"^o: not checked here: needs text/0 \(a newer"):
        extract_again(replace(original, extractor=Extractor("muniment-text", "0")), piece.original, where="o")
    with pytest.raises(SourceError):
        extract_again(replace(original, charset="klingon"), piece.original, where="o")
    for wrong in (replace(original, charset="utf8"), replace(original, media_type="text/html")):
        with pytest.raises(FormatError, match=r"^o: not of the kind that the record names"):
            extract_again(wrong, piece.original, where="o")


def test_signer_by_index(piece: Piece, small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A key is good for the log entries that the trust root names, and no others."""
    root = open_archive(small_archive).chain[0]
    held = RecordKey(key=founders.record.public, first_index=2, last_index=3)
    verdicts = []
    for index in range(1, 5):
        tally = Tally()
        check_signer(tally, "s", founders.record.public, index, [replace(root, record_keys=(held,))])
        verdicts.append(not tally.findings)
    assert verdicts == [False, True, True, False]
    assert tally.findings[0].what == (
        "signed by a key that the trust root does not allow at log index 4: it is for 2 to 3"
    )
    assert (tally.findings[0].expected, tally.findings[0].found) == ("none", founders.record.public.fingerprint)
    assert piece.statement.signer == founders.record.public.fingerprint


def test_form(piece: Piece) -> None:
    """Bytes that are no canonical JSON fail check 3, a value that the schema or a rule forbids check 4; each once."""
    for data, check in (
        (b"", 3),
        (piece.data + b"\n", 3),
        (b"{}", 4),
        (piece.data.replace(b'"release":"harbour"', b'"release":"con"'), 4),
        (piece.data.replace(b'"id":"p2"', b'"id":"p1"'), 4),
    ):
        tally = Tally()
        assert check_form(tally, replace(files_of(piece), record=data)) is None
        assert [finding.check for finding in tally.findings] == [check]
