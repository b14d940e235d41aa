from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.archive.paths import CHECKPOINT
from muniment.canonical import format_canonical, parse_json
from muniment.export.snapshot import Snapshot, gather
from muniment.log.note import sign_note
from muniment.log.proof_file import format_proof, parse_proof
from muniment.reference import parse_reference
from muniment.snapshot import zip as stored_zip
from muniment.snapshot.bagit import DECLARATION, INFO, MANIFEST, TAG_MANIFEST, bag_files
from muniment.snapshot.contents import snapshot_files
from muniment.snapshot.signed_files import SignedFiles
from muniment.snapshot.zip import format_zip, parse_zip
from muniment.ssh.keys import PrivateKey
from muniment.verify.report import Finding, Report
from muniment.verify.snapshot import verify_snapshot

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

# Every so many bytes; with MUNIMENT_EXHAUSTIVE=1 every byte, which takes minutes.
STRIDE = 1 if os.environ.get("MUNIMENT_EXHAUSTIVE") else 97


def unpack(data: bytes) -> tuple[str, dict[str, bytes]]:
    """Folder and files of a snapshot."""
    folder, entries = parse_zip(data)
    return folder, {entry.name.split("/", 1)[1]: entry.data for entry in entries}


OF_THE_FORMAT = {DECLARATION, INFO, MANIFEST, TAG_MANIFEST}
"""Files beside ``data/`` that are made anew with the bag."""


def rebag(folder: str, files: dict[str, bytes]) -> bytes:
    """Pack files again as a careful forger would: all manifests and checksums are made anew."""
    payload = {path.removeprefix("data/"): data for path, data in files.items() if path.startswith("data/")}
    lines = [line.split(": ", 1) for line in files["bag-info.txt"].decode().split("\n")[:-2]]
    beside = {path: data for path, data in files.items() if "/" not in path and path not in OF_THE_FORMAT}
    return format_zip(folder, bag_files(payload, [(label, value) for label, value in lines], beside))


def check(data: bytes, pinned_root: str | None = None) -> Report:
    """The report on some bytes."""
    return verify_snapshot(data, subject="s.zip", pinned_root=pinned_root)


def failures(data: bytes) -> list[tuple[int, str, str]]:
    """Check, subject and fault of every failure."""
    return [(finding.check, finding.subject, finding.what) for finding in check(data).failures]


def flipped(data: bytes, position: int, flip: int = 1) -> bytes:
    """The bytes with one of them changed."""
    return data[:position] + bytes([data[position] ^ flip]) + data[position + 1 :]


def test_a_good_snapshot_verifies(snapshot: Snapshot) -> None:
    """Every check passes, and the report says what was verified."""
    report = check(snapshot.data)
    _, files = unpack(snapshot.data)
    assert report.verdict == "verified"
    assert report.passed == {1: 1, 2: 28, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1, 11: 2, 12: 0, 13: 0}
    assert (report.subject, report.origin, report.size) == ("s.zip", "archive.example.org/press", 2)
    assert report.root == f"sha256:{hashlib.sha256(files['data/trust/root/1.json']).hexdigest()}"
    assert (report.counts.releases, report.counts.versions, report.counts.entries) == (1, 1, 1)
    assert report.counts.files == 28
    assert report.counts.bytes == sum(len(data) for data in files.values())


def test_first_use_is_a_notice(snapshot: Snapshot) -> None:
    """Without a pinned trust root the snapshot verifies, and the report asks to compare its hash."""
    report = check(snapshot.data)
    assert report.findings == (
        Finding(
            11,
            "data/trust/root/1.json",
            True,  # noqa: FBT003 - a notice
            f"trusted on first use: {report.root}",
            hint="compare it with a copy from elsewhere, or give the digest of that one",
        ),
    )


def test_pinned_root(snapshot: Snapshot) -> None:
    """The right pinned trust root leaves nothing to say; a wrong one fails check 11."""
    root = str(check(snapshot.data).root)[7:]
    right = check(snapshot.data, root)
    assert (right.verdict, right.findings, right.passed[11]) == ("verified", (), 3)
    wrong = check(snapshot.data, "0" * 64)
    assert wrong.verdict == "failed"
    assert [(f.check, f.subject, f.expected, f.found) for f in wrong.failures] == [
        (11, "data/trust/root/1.json", f"sha256:{'0' * 64}", f"sha256:{root}")
    ]


def positions(data: bytes) -> Iterator[int]:
    """Every byte outside the files, and every so many bytes inside them."""
    inside: set[int] = set()
    at = 0
    for entry in parse_zip(data)[1]:
        at = data.index(b"PK\x03\x04", at) + 30 + len(entry.name)
        inside.update(range(at, at + len(entry.data)))
        at += len(entry.data)
    yield from (position for position in range(len(data)) if position not in inside)
    yield from sorted(inside)[::STRIDE]


def test_a_changed_byte_is_found(snapshot: Snapshot) -> None:
    """No byte of the zip can change without the snapshot failing, and nothing but a report comes of it."""
    for position in positions(snapshot.data):
        assert check(flipped(snapshot.data, position)).verdict != "verified", position


def test_a_changed_byte_in_a_file_is_found_though_all_checksums_are_made_anew(snapshot: Snapshot) -> None:
    """A forger who repairs CRC-32, manifests and Oxum is still found out, whichever file was changed."""
    folder, files = unpack(snapshot.data)
    for path in sorted(files):
        if path.startswith("data/"):
            for position in range(0, len(files[path]), STRIDE):
                forged = rebag(folder, {**files, path: flipped(files[path], position)})
                assert check(forged).verdict == "failed", (path, position)


def test_damage_names_the_file(snapshot: Snapshot) -> None:
    """A damaged file is named by its path, with every check that it breaks."""
    at = snapshot.data.index(b"The last words")
    path = next(path for path, data in unpack(snapshot.data)[1].items() if b"The last words" in data)
    found = failures(flipped(snapshot.data, at))
    assert (2, path, "damaged: not the bytes that were zipped (CRC-32)") in found
    manifest = "manifest-sha256.txt" if path.startswith("data/") else "tagmanifest-sha256.txt"
    assert (2, path, f"not the bytes that {manifest} lists") in found


@pytest.mark.parametrize(
    "path",
    [
        "00-START-HERE.html",
        "data/README.txt",
        "data/VERIFY.txt",
        "data/cite/citation.bib",
        "data/cite/citation.csl.json",
        "data/cite/citation.datacite.json",
        "data/cite/citation.ris",
        "data/cite/citation.txt",
        "data/paragraphs.tsv",
        "data/provenance.prov.json",
        "data/reading-text.txt",
        "data/ro-crate-metadata.json",
        "data/trust/allowed_signers",
        "data/verify.sh",
    ],
)
def test_derived_files_are_made_again(snapshot: Snapshot, path: str) -> None:
    """A file that nothing vouches for must be what the record makes, byte for byte."""
    folder, files = unpack(snapshot.data)
    forged = rebag(folder, {**files, path: files[path] + b"and more\n"})
    assert failures(forged) == [(2, path, "not what the record makes")]


def test_bag_information_is_made_again(snapshot: Snapshot) -> None:
    """A date or a line in the bag information that the evidence does not give is found."""
    folder, files = unpack(snapshot.data)
    for old, new in ((b"2026-11-22", b"2016-11-22"), (b"Bag-Soft", b"Contact-Name: X\nBag-Soft")):
        forged = rebag(folder, {**files, "bag-info.txt": files["bag-info.txt"].replace(old, new)})
        assert (2, "bag-info.txt", "not what the record makes") in failures(forged)


def test_another_folder_name_is_found(snapshot: Snapshot) -> None:
    """The folder is named by release, version and hash."""
    folder, files = unpack(snapshot.data)
    assert failures(rebag("declaration-v1-000000000000", files)) == [
        (1, "declaration-v1-000000000000", "not the name of this snapshot's folder")
    ]
    assert check(rebag("declaration-v1-000000000000", files)).failures[0].expected == folder


@pytest.mark.parametrize(
    "path", ["data/more.txt", "data/original.html", "fetch.txt", "data/trust/root.txt", "data/schemas/x.schema.json"]
)
def test_a_strange_file_is_found(snapshot: Snapshot, path: str) -> None:
    """A file more is a fault of check 1."""
    folder, files = unpack(snapshot.data)
    forged = rebag(folder, {**files, path: b"x"}) if path != "fetch.txt" else format_zip(folder, {**files, path: b"x"})
    assert (1, path, "not a file of a snapshot") in failures(forged)


def test_every_missing_file_is_found(snapshot: Snapshot) -> None:
    """A file less is named, whichever it is."""
    folder, files = unpack(snapshot.data)
    for path in files:
        rest = {name: data for name, data in files.items() if name != path}
        report = check(rebag(folder, rest) if path.startswith("data/") else format_zip(folder, rest))
        assert report.verdict == "failed"
        signature = path.startswith("data/trust/root/1.json.")
        named = "data/trust/root" if signature else path
        assert any(finding.subject == named for finding in report.failures), path


def test_every_emptied_file_is_found(snapshot: Snapshot) -> None:
    """A file without bytes fails, and does not crash a check."""
    folder, files = unpack(snapshot.data)
    for path in files:
        if path.startswith("data/"):
            assert check(rebag(folder, {**files, path: b""})).verdict == "failed", path


def test_files_cannot_change_places(snapshot: Snapshot) -> None:
    """Any file in place of any other fails, and does not crash a check."""
    folder, files = unpack(snapshot.data)
    payload = [path for path in files if path.startswith("data/")]
    for one in payload:
        for other in payload:
            if files[one] != files[other]:
                assert check(rebag(folder, {**files, one: files[other]})).verdict == "failed", (one, other)


def test_a_wrong_schema_is_found(snapshot: Snapshot) -> None:
    """A schema that the trust root does not vouch for is named."""
    folder, files = unpack(snapshot.data)
    path = "data/schemas/record.schema.json"
    assert failures(rebag(folder, {**files, path: b"{}"})) == [
        (2, path, "not the schema that the trust root vouches for")
    ]


def test_a_snapshot_of_a_later_format_is_not_judged(snapshot: Snapshot) -> None:
    """What a later version of the software wrote is said to be unknown, not false."""
    folder, files = unpack(snapshot.data)
    info = files["bag-info.txt"].replace(b"Snapshot: 1", b"Snapshot: 2")
    report = check(rebag(folder, {**files, "bag-info.txt": info}))
    assert report.verdict == "unchecked"
    assert report.failures[0].what == "a snapshot of a format that this software does not know"


def edited(files: dict[str, bytes], path: str, **members: Any) -> dict[str, bytes]:  # noqa: ANN401 - JSON
    """The files with members of one JSON file changed."""
    value = parse_json(files[path])
    assert isinstance(value, dict)
    return {**files, path: format_canonical({**value, **members})}


def test_a_record_of_another_content_is_found(snapshot: Snapshot) -> None:
    """A well-formed forged record breaks the signature and the log entry."""
    folder, files = unpack(snapshot.data)
    checks = {finding.check for finding in check(rebag(folder, edited(files, "data/record.json", title="T"))).failures}
    assert checks == {7, 9}


def test_an_original_of_another_content_is_found(snapshot: Snapshot) -> None:
    """Other bytes as received break check 6."""
    folder, files = unpack(snapshot.data)
    forged = rebag(folder, {**files, "data/original.txt": b"A title\n\n1. Other words.\n"})
    assert {finding.check for finding in check(forged).failures} == {6}


def test_a_forged_statement_is_found(snapshot: Snapshot) -> None:
    """An entry that says something else is not in the log."""
    folder, files = unpack(snapshot.data)
    later = edited(files, "data/statement.json", logged_at="2020-01-01T00:00:00Z")
    assert {finding.check for finding in check(rebag(folder, later)).failures} == {10}
    other = edited(files, "data/statement.json", archive="other.example.org")
    found = failures(rebag(folder, other))
    assert (9, "data/statement.json", "the entry is of another archive") in found


def test_an_entry_of_another_kind_is_found(world: World) -> None:
    """The entry of a trust root proves no version."""
    folder, files = unpack(world.snapshot().data)
    forged = rebag(folder, {**files, "data/statement.json": world.archive.log.entry(0)})
    assert (9, "data/statement.json", "the entry is not that of a version") in failures(forged)


def test_a_proof_with_more_in_it_is_refused(snapshot: Snapshot) -> None:
    """What the proof does not prove has no place in it: extra data, a stranger's signature, a second line."""
    folder, files = unpack(snapshot.data)
    path = "data/inclusion.tlog-proof"
    proof = parse_proof(files[path])
    text, line = proof.checkpoint.split(b"\n\n")
    stranger = PrivateKey.from_seed(bytes([7]) * 32)
    note = sign_note(text + b"\n", "stranger.example", stranger.public.raw, stranger.sign)
    for forged in (
        replace(proof, extra=b"more"),
        replace(proof, checkpoint=proof.checkpoint + note.split(b"\n\n")[1]),
        replace(proof, checkpoint=proof.checkpoint + line),
        replace(proof, index=0),
        replace(proof, hashes=()),
    ):
        report = check(rebag(folder, {**files, path: format_proof(forged)}))
        assert {finding.check for finding in report.failures} >= {10}


def test_another_archive_under_the_same_name_is_told_by_its_root(world: World) -> None:
    """Anybody can sign a snapshot with keys of their own; only the pinned trust root tells it from the real one."""
    other = type(world).forged()
    forged = other.snapshot().data
    assert check(forged).verdict == "verified"
    pinned = world.archive.roots[0].digest[7:]
    assert [finding.check for finding in check(forged, pinned).failures] == [11]


def test_a_key_that_is_not_allowed_at_its_index_is_found(world: World) -> None:
    """A signature by a stranger's key fails check 8 though it is a good signature."""
    folder, files = unpack(world.snapshot().data)
    stranger = type(world).forged()
    _, others = unpack(stranger.snapshot().data)
    forged = {**files, "data/record.json.sig": others["data/record.json.sig"]}
    forged["data/record.json"] = others["data/record.json"]
    assert {finding.check for finding in check(rebag(folder, forged)).failures} == {8, 9}


def test_a_later_version_must_name_one_before(world: World) -> None:
    """A second version without a previous one fails check 5, were it signed or not."""
    world.emend()
    folder, files = unpack(world.snapshot("v2").data)
    forged = rebag(folder, edited(files, "data/record.json", previous=None))
    assert (5, "data/record.json", "version 2 names no version before") in failures(forged)


def test_a_text_that_does_not_extract_is_found(snapshot: Snapshot) -> None:
    """Rules of extraction that this software does not know fail check 6."""
    folder, files = unpack(snapshot.data)
    record = parse_json(files["data/record.json"])
    assert isinstance(record, dict)
    original = record["original"]
    assert isinstance(original, dict)
    unknown = {**original, "extractor": {"name": "unheard-of", "version": "1"}}
    forged = rebag(folder, edited(files, "data/record.json", original=unknown))
    assert [finding.check for finding in check(forged).failures if finding.subject == "data/original.txt"] == [6]


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(26)])
def test_what_is_no_snapshot_fails_check_1(data: bytes) -> None:
    """Any other file gives a report with one failure, about the file itself."""
    report = check(data)
    assert [(finding.check, finding.subject) for finding in report.failures] == [(1, "s.zip")]
    assert (report.verdict, report.origin, report.root, report.size) == ("failed", None, None, None)


@given(st.dictionaries(st.sampled_from(["data/record.json", "bag-info.txt", "data/a", "x"]), st.binary(), min_size=1))
def test_any_zip_gives_a_report(files: dict[str, bytes]) -> None:
    """A zip with whatever in it fails without a crash."""
    assert check(format_zip("top", files)).verdict == "failed"


@given(st.data())
def test_noise_in_any_file_gives_a_report(snapshot: Snapshot, data: st.DataObject) -> None:
    """Bytes put in, cut out or changed anywhere in a file are found, though all checksums are made anew."""
    folder, files = unpack(snapshot.data)
    path = data.draw(st.sampled_from([path for path in files if path.startswith("data/")]))
    whole = files[path]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    changed = whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:]
    verdict = check(rebag(folder, {**files, path: changed})).verdict
    assert verdict == ("verified" if changed == whole else "failed")


def test_a_link_is_refused(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot whose files are said to be symbolic links is refused before anything else is read."""
    folder, files = unpack(snapshot.data)
    with monkeypatch.context() as patch:
        patch.setattr(stored_zip, "_MODE", 0o120777 << 16)
        linked = format_zip(folder, files)
    assert failures(linked) == [(1, "s.zip", "the zip is not in the form that an export has")]


def test_a_short_hash_proves_nothing(world: World) -> None:
    """Folder and file names carry 12 digits of the hash; a record that only shares them does not pass."""
    folder, files = unpack(world.snapshot().data)
    forged = edited(files, "data/record.json", subjects=["forged"])
    assert folder.rsplit("-", 1)[1] == hashlib.sha256(files["data/record.json"]).hexdigest()[:12]
    assert check(rebag(folder, forged)).verdict == "failed"


def test_material_makes_the_snapshot_again(world: World) -> None:
    """What the checker rebuilds is what the builder built."""
    archive = world.archive
    signed_files: SignedFiles = gather(archive, archive.read(parse_reference("v1")), 2)
    assert format_zip(signed_files.name, snapshot_files(signed_files)) == world.snapshot().data
    assert zlib.crc32(archive.store.read(CHECKPOINT)) == zlib.crc32(archive.store.read("log/checkpoints/2"))
