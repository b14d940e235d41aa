"""The archive that the project ships, as a reader meets it, and what outside judges say of it."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from muniment.archive import Archive, open_archive
from muniment.cite import format_long, make_citation
from muniment.diff import compare
from muniment.export.snapshot import build_snapshot
from muniment.record.reading import reading_text
from muniment.reference import parse_reference
from muniment.store import LocalStore
from muniment.verify.archive import verify_archive
from muniment.verify.snapshot import verify_snapshot

CHECKOUT = Path(__file__).parents[1]
FOLDER = CHECKOUT / "archive"
RELEASE = FOLDER / "releases" / "kz-events-2022-01"
ORIGINAL = "8a98056261eed07703de05315a88006d71b80e24720f8f40eb32803f7740fabe"
"""SHA-256 of the bytes as they were received; a rebuild with new keys never changes it."""


@pytest.fixture(scope="module")
def shipped() -> Archive:
    """The shipped archive, opened."""
    return open_archive(LocalStore(FOLDER))


def need(program: str) -> str:
    """Find a program, or skip."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def test_verifies() -> None:
    """Every check passes, and the trust root is the one that the README prints."""
    digest = hashlib.sha256((FOLDER / "trust/root/1.json").read_bytes()).hexdigest()

    report = verify_archive(LocalStore(FOLDER), pinned_root=digest)

    assert (report.verdict, report.findings) == ("verified", ())
    assert (report.counts.releases, report.counts.versions, report.counts.entries) == (1, 2, 3)
    assert digest in (CHECKOUT / "README.md").read_text(encoding="utf-8")


def test_original_is_untouched() -> None:
    """The bytes as received are those that came, to the last blank line."""
    data = (RELEASE / "v1/content/original.txt").read_bytes()

    assert (len(data), hashlib.sha256(data).hexdigest()) == (6868, ORIGINAL)


def test_first_version(shipped: Archive) -> None:
    """Version 1 is the publication: nothing is said that the bytes do not say."""
    record = shipped.read(parse_reference("v1")).record

    assert record.change.kind == "publication"
    assert record.emendations == ()
    assert record.description.title == "Press Release on the events in the Republic of Kazakhstan"
    assert record.description.issuer is None
    assert (record.description.language, record.description.subjects) == ("en", ())
    assert (record.description.issued.date, record.description.issued.basis) == ("2022-01", "inferred")
    assert record.description.issued.note
    assert (record.original.uri, record.original.retrieved) == (None, None)
    assert (record.provenance[0].activity, record.provenance[0].time) == ("receive", "2026-11-22")
    assert [p.id for p in record.paragraphs] == ["h1", *_numbered(1, 9), "nn1", *_numbered(10, 26)]


def _numbered(first: int, last: int) -> list[str]:
    return [f"p{number}" for number in range(first, last + 1)]


def test_second_version(shipped: Archive) -> None:
    """Version 2 supplies one word in brackets, adds a description, and leaves every word as it was."""
    first, second = (shipped.read(parse_reference(name)).record for name in ("v1", "v2"))

    assert second.change.kind == "emendation"
    assert second.paragraphs == first.paragraphs
    assert all(operation.unchanged for operation in compare(first.paragraphs, second.paragraphs).operations)
    [emendation] = second.emendations
    assert (emendation.paragraph, emendation.kind, emendation.replacement) == ("p26", "supplied", " of")
    paragraph = second.paragraphs[-1]
    assert "President Tokayev [of] Kazakhstan declared January 10, 2022" in reading_text(paragraph, second.emendations)
    assert "President Tokayev Kazakhstan declared January 10, 2022" in paragraph.text
    assert second.description.temporal == ("2022-01-02", "2022-01-04", "2022-01-06", "2022-01-07", "2022-01-10")


@pytest.mark.parametrize("name", ["v1", "v2"])
def test_sha256sum_prints_the_citation_hash(shipped: Archive, name: str) -> None:
    """What ``sha256sum record.json`` prints is the hash in the citation."""
    printed = subprocess.run(
        [need("sha256sum"), RELEASE / name / "content/record.json"], check=True, capture_output=True, text=True
    ).stdout.split()[0]

    citation = make_citation(shipped.read(parse_reference(name)), origin=shipped.origin)

    assert f"SHA-256 {printed}" in format_long(citation)


@pytest.mark.parametrize("name", ["v1", "v2"])
def test_ssh_keygen_accepts_the_signature(name: str) -> None:
    """``ssh-keygen -Y verify`` accepts the signature with the generated ``allowed_signers``."""
    content = RELEASE / name / "content"
    command = [need("ssh-keygen"), "-Y", "verify", "-f", f"{FOLDER}/trust/allowed_signers"]
    command += ["-I", "archive@muniment.example.org", "-n", "record@muniment", "-s", f"{content}/record.json.sig"]

    done = subprocess.run(command, input=(content / "record.json").read_bytes(), capture_output=True, check=False)

    assert done.returncode == 0
    assert done.stdout.startswith(b'Good "record@muniment" signature for archive@muniment.example.org')


def test_ocfl_py_accepts_the_releases(tmp_path: Path) -> None:
    """ocfl-py finds the object valid without a warning, and the root on a copy without the layout it does not know."""
    ocfl = pytest.importorskip("ocfl", reason="ocfl-py is not installed")
    pytest.importorskip("ocfl.validator", reason="ocfl-py is not installed")
    copy = tmp_path / "releases"
    shutil.copytree(FOLDER / "releases", copy)
    (copy / "ocfl_layout.json").unlink()
    shutil.rmtree(copy / "extensions")

    validator = ocfl.validator.Validator(log_warnings=True)
    root = ocfl.StorageRoot(root=str(copy))

    assert validator.validate_object(str(RELEASE)) is True
    assert validator.log.messages == []
    assert root.validate(log_warnings=True) is True
    assert (root.num_objects, root.good_objects) == (1, 1)


@pytest.mark.parametrize("name", ["v1", "v2"])
def test_bagit_accepts_the_snapshot(shipped: Archive, tmp_path: Path, name: str) -> None:
    """bagit.py finds the unzipped snapshot valid, and ``verify`` finds it so without the archive."""
    bagit = pytest.importorskip("bagit", reason="bagit is not installed")
    snapshot = build_snapshot(shipped, shipped.read(parse_reference(name)))
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        archive.extractall(tmp_path)

    assert bagit.Bag(str(tmp_path / snapshot.name.removesuffix(".zip"))).validate()
    assert verify_snapshot(snapshot.data, subject=snapshot.name).verdict == "verified"
    assert len(snapshot.data) <= {"v1": 224, "v2": 232}[name] * 1024


def test_no_private_key_in_the_checkout() -> None:
    """No file of the project holds a private key."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=False).stdout
    # Every such file begins so: "openssh-key-v1" in base64.
    begins = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}")
    for name in filter(None, tracked.split(b"\0")):
        path = CHECKOUT / name.decode()
        assert not path.is_file() or not begins.search(path.read_bytes()), path
