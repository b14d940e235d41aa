"""What another archive attests of an original: held to our record, judged apart, never mixed with our own checks."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import NOTICE, NOW
from tests.snapshot.conftest import World
from tests.snapshot.test_verify_sh import TOOLS, folder_of
from tests.snapshot.test_verify_sh_parts import EXIT, judge, write
from tests.verify.test_snapshot import check, rebag, unpack
from tests.verify.test_tamper import each_byte, misses, named, verdict_of

from muniment.archive import open_archive
from muniment.digest import sha256_hex
from muniment.errors import MunimentError, SourceError
from muniment.export.snapshot import build_snapshot
from muniment.importing.snapshots import format_attestation
from muniment.ingest import Source
from muniment.record import ATTESTATION_PATH, Attestation
from muniment.reference import parse_reference
from muniment.snapshot.container import read_zip
from muniment.snapshot.zip import format_zip
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.public_json import parse_report, report_as_json
from muniment.verify.report import Attested, trusting
from muniment.write.restore import restore
from muniment.write.version import Author, Keys, add_description, add_publication

STEP = 1 if os.environ.get("MUNIMENT_LONG") else 211
"""Every so many bytes are changed; all of them with ``make test-long``."""
KEPT = f"releases/harbour/v1/content/{ATTESTATION_PATH}"


@pytest.fixture(scope="module")
def other() -> World:
    """Another archive with the notice."""
    world = World()
    world.publish(NOTICE.decode(), "harbour")
    return world


def attested(other: World, data: bytes | None = None, **claims: Any) -> Source:  # noqa: ANN401 - our record says it
    """The notice with what the other archive attests of it; ``claims`` replace what our record says of that."""
    version = other.archive.read(parse_reference("harbour/v1"))
    made = format_attestation(version.record, version.statement.record, read_zip(other.snapshot().data).files)
    data = made if data is None else data
    root = other.archive.roots[0].digest
    kept = Attestation(sha256_hex(data), len(data), other.archive.origin, root, "harbour", 1, version.statement.record)
    kept = replace(kept, **claims)
    return Source(NOTICE, "harbour.zip", NOW, attestation=kept, attested=data)


def files_of(source: Source) -> dict[str, bytes]:
    """The files of an attestation."""
    assert source.attested is not None
    return unpack(source.attested)[1]


@pytest.fixture
def archive(empty_archive: MemoryStore, keys: Keys, other: World) -> MemoryStore:
    """Harbour: v1 attested by the other archive, v2 described; tide, a file."""
    add_publication(empty_archive, keys, "harbour", attested(other), {}, Author(NOW))
    add_description(empty_archive, keys, "harbour", {"subjects": ["harbours"]}, Author(NOW))
    add_publication(empty_archive, keys, "tide", Source(b"Tide\n\nHigh at one.\n", "t.txt", NOW), {}, Author(NOW))
    return empty_archive


def outcome(store: MemoryStore, keys: Keys, source: Source) -> Attested:
    """What comes of an attestation; the archive itself verifies, whatever that is."""
    add_publication(store, keys, "harbour", source, {}, Author(NOW))
    report = verify_archive(store)
    assert (report.verdict, report.failures) == ("verified", ())
    assert sum(report.passed.values()) > 0
    (one,) = report.attested
    return one


def test_a_good_one_is_unknown_until_its_root_is_given(archive: MemoryStore, other: World) -> None:
    """What holds by itself is unknown, and verified where the reader names the trust root; a report reads back."""
    report = verify_archive(archive)
    root = other.archive.roots[0].digest
    assert report.verdict == "verified"
    assert [(one.reference, one.version, one.outcome, one.faults) for one in report.attested] == [
        ("harbour/v1", "harbour/v1", "unknown", ())
    ]
    assert report.attested[0].logged == "2026-11-22T10:01:00Z"
    assert [one.outcome for one in trusting(report, {root}).attested] == ["verified"]
    assert [one.outcome for one in trusting(report, {f"sha256:{'0' * 64}"}).attested] == ["unknown"]
    read = parse_report(json.dumps(report_as_json(report)).encode())
    assert read.attested == report.attested


def test_versions_without_one_have_the_report_that_they_had(archive: MemoryStore) -> None:
    """A report on versions that nobody else attests has no member for it."""
    report = verify_archive(archive, only=parse_reference("tide/v1"))
    assert report.attested == ()
    assert "attested" not in report_as_json(report)


def test_a_part_of_the_archive(archive: MemoryStore) -> None:
    """A named version has its attestation judged too."""
    for name in ("harbour/v1", "harbour"):
        assert [one.outcome for one in verify_archive(archive, only=parse_reference(name)).attested] == ["unknown"]


def test_every_byte_changed(archive: MemoryStore) -> None:
    """Every byte of the file, changed once, makes our own verify fail and name it: the record has its hash."""
    files = dict(archive.files)
    assert misses(files, KEPT, islice(each_byte(files[KEPT]), 0, None, STEP)) == []
    assert misses(files, KEPT, iter([b"", files[KEPT][:-1], files[KEPT] + b"\n"])) == []
    report = verdict_of({path: data for path, data in files.items() if path != KEPT})
    assert report is not None
    assert named(report, KEPT)
    assert report.attested == ()


def test_one_that_nobody_names(archive: MemoryStore) -> None:
    """An attestation beside a version whose record names none does not belong in the archive."""
    for place in ("releases/harbour/v2", "releases/tide/v1"):
        path = f"{place}/content/{ATTESTATION_PATH}"
        report = verify_archive(MemoryStore({**archive.files, path: archive.files[KEPT]}))
        assert {(finding.check, finding.subject) for finding in report.failures} == {(1, path)}


def test_mended(archive: MemoryStore) -> None:
    """A copy gives back an attestation that is lost or wrong, and so does a snapshot of ours."""
    files = dict(archive.files)
    ours = open_archive(archive)
    loose = list(read_zip(build_snapshot(ours, ours.read(parse_reference("harbour/v1"))).data).files.values())
    for state in ({path: data for path, data in files.items() if path != KEPT}, {**files, KEPT: b"x"}):
        for copy, parts in ((MemoryStore(files), []), (None, loose)):
            broken = MemoryStore(state)
            assert restore(broken, copy, parts).mended == (KEPT,)
            assert broken.files == files


CLAIMS: dict[str, Any] = {
    "archive": "other.example.org/archive",
    "root": f"sha256:{'0' * 64}",
    "release": "tide",
    "version": 2,
    "record": f"sha256:{'1' * 64}",
}


@pytest.mark.parametrize("name", CLAIMS)
def test_our_record_says_another_thing(name: str, empty_archive: MemoryStore, keys: Keys, other: World) -> None:
    """Where our record says of it what its own files do not, it does not hold, and our checks are not touched."""
    one = outcome(empty_archive, keys, attested(other, **{name: CLAIMS[name]}))
    assert one.outcome == "failed"
    assert any("that our record says" in fault for fault in one.faults)


def test_what_does_not_hold(empty_archive: MemoryStore, keys: Keys, other: World) -> None:
    """Rubbish, a part that is missing, and parts of another version do not hold; our own checks pass all the same."""
    good = files_of(attested(other))
    later = World()
    later.publish("Other words.\n", "harbour")
    foreign = unpack(later.snapshot().data)[1]
    forms = [b"rubbish", *(pack({path: data for path, data in good.items() if path != lost}) for lost in good)]
    forms += [pack({**good, path: foreign[path]}) for path in good if foreign[path] != good[path]]
    assert len(forms) > 8
    for form in forms:
        store = MemoryStore(dict(empty_archive.files))
        one = outcome(store, keys, attested(other, form))
        assert (one.outcome, bool(one.faults)) == ("failed", True), form[:40]


def pack(files: dict[str, bytes]) -> bytes:
    """An attestation of some files."""
    return format_zip("harbour-v1", files)


def test_another_original(empty_archive: MemoryStore, keys: Keys, other: World) -> None:
    """An attestation of other bytes than ours does not hold."""
    source = replace(attested(other), data=NOTICE + b"\n3. More.\n")
    one = outcome(empty_archive, keys, source)
    assert one.outcome == "failed"
    assert any("not the original" in fault for fault in one.faults)


def test_the_file_is_the_one_that_is_named(empty_archive: MemoryStore, keys: Keys, other: World) -> None:
    """A record that names an attestation without the file, or with another one, is not made; nothing is written."""
    good, before = attested(other), dict(empty_archive.files)
    for wrong in (replace(good, attested=None), replace(good, attested=b"x"), replace(good, attestation=None)):
        with pytest.raises(SourceError, match="the attestation is not the one that its record names"):
            add_publication(empty_archive, keys, "harbour", wrong, {}, Author(NOW))
    assert empty_archive.files == before
    add_publication(empty_archive, keys, "harbour", good, {}, Author(NOW))
    assert good.attested is not None
    with pytest.raises(SourceError, match=f"this is {ATTESTATION_PATH} of v1"):
        add_publication(empty_archive, keys, "harbour", Source(good.attested, "x.txt", NOW), {}, Author(NOW))


def test_our_snapshot_carries_it(archive: MemoryStore, tmp_path: Path) -> None:
    """A snapshot of ours holds the file, and fails without it or with another one; so says the script."""
    ours = open_archive(archive)
    data = build_snapshot(ours, ours.read(parse_reference("harbour/v1"))).data
    report = check(data)
    assert report.verdict == "verified"
    assert [one.outcome for one in report.attested] == ["unknown"]
    folder, files = unpack(data)
    path = f"data/{ATTESTATION_PATH}"
    tools = folder_of(tmp_path, *TOOLS)
    for number, content in enumerate((files[path], files[path] + b"\n", None)):
        changed = {name: each for name, each in {**files, path: content}.items() if each is not None}
        verdict = check(rebag(folder, changed)).verdict
        assert verdict == ("failed" if number else "verified")
        bag = write(rebag(folder, changed), tmp_path / str(number))
        done: subprocess.CompletedProcess[str] = judge(bag, tools)
        assert done.returncode == EXIT[verdict], done.stdout


def test_a_thief_cannot_break_the_reader(archive: MemoryStore) -> None:
    """Whatever lies in place of the file, reading it raises a typed error."""
    ours = open_archive(MemoryStore({**archive.files, KEPT: b"x"}))
    version = ours.read(parse_reference("harbour/v1"))
    kept = version.record.original.attestation
    assert kept is not None
    with pytest.raises(MunimentError, match="not the attestation that the record names"):
        ours.find_kept(version, kept)
