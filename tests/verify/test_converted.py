"""A file that was converted on its way is called that, by every finding on it, wherever it lies."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.attacks.hands import lay, run
from tests.test_docs_verify import make_stamped

from muniment.archive import open_archive
from muniment.conversion import COPY_AGAIN, LINE_ENDS
from muniment.errors import IntegrityError, NotAnArchiveError
from muniment.export.snapshot import build_snapshot
from muniment.paragraph_proof import format_paragraph_proof, prove_paragraph
from muniment.reference import parse_reference
from muniment.snapshot.zip import format_zip, parse_zip
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.proof import verify_proof
from muniment.verify.report import FAILED, Report
from muniment.verify.snapshot import verify_snapshot

TAG = "0=muniment_archive_1"


def _to_crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


CONVERSIONS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "CR LF": (_to_crlf, f"{LINE_ENDS} (LF to CR LF)"),
    "mark": (lambda data: b"\xef\xbb\xbf" + data, "a byte order mark was put before it"),
    "added": (lambda data: data + b"\n", "a line feed was added at its end"),
    "cut": (lambda data: data.removesuffix(b"\n"), "the line feed at its end was taken away"),
}


def _said(report: Report, path: str, how: str) -> None:
    mine = [finding for finding in report.failures if finding.subject == path]
    assert mine, (path, [(f.subject, f.what) for f in report.failures])
    for finding in mine:
        assert (finding.what.endswith(how), finding.hint) == (True, COPY_AGAIN), (path, finding)


@pytest.mark.parametrize("name", CONVERSIONS)
def test_every_file(small_archive: MemoryStore, name: str) -> None:
    """Of every file of an archive, converted alone, each finding says how, and what to do."""
    convert, how = CONVERSIONS[name]
    for path, data in small_archive.files.items():
        text = path.partition("/")[0] != "log" or "tile" not in path
        converted = convert(data)
        if converted == data or (name == "CR LF" and not text):
            continue
        store = MemoryStore({**small_archive.files, path: converted})
        if path == TAG:
            with pytest.raises(NotAnArchiveError, match="not an archive of this format") as caught:
                verify_archive(store)
            assert how in caught.value.what
            continue
        report = verify_archive(store)
        assert report.verdict == FAILED
        _said(report, path, how)


def test_time_stamps() -> None:
    """So of the files of a time stamp and of its certificates."""
    files = make_stamped()
    for path in files:
        if "timestamps" in path or "authorities" in path:
            _said(verify_archive(MemoryStore({**files, path: files[path] + b"\n"})), path, CONVERSIONS["added"][1])


def test_whole_archive(small_archive: MemoryStore) -> None:
    """Where every text file was converted and only the tag put right, no finding on one of them leaves it out."""
    files = {
        path: data if b"\0" in data or path == TAG else _to_crlf(data) for path, data in small_archive.files.items()
    }
    report = verify_archive(MemoryStore(files))
    changed = {path for path in files if files[path] != small_archive.files[path]}
    assert report.verdict == FAILED
    for finding in report.failures:
        if finding.subject in changed:
            assert LINE_ENDS in finding.what, finding
    told = {finding.subject for finding in report.failures}
    assert {"README.txt", "log/checkpoint", "trust/allowed_signers"} <= told
    assert not [finding for finding in report.failures if "other trust roots" in finding.what]


def test_proof(small_archive: MemoryStore) -> None:
    """Of the proof of a paragraph likewise."""
    archive = open_archive(small_archive)
    version = archive.read(parse_reference("harbour/v1"))
    data = format_paragraph_proof(prove_paragraph(archive, version, version.record.paragraphs[0].id))
    for convert, how in CONVERSIONS.values():
        _said(verify_proof(convert(data), subject="x.tlog-proof"), "x.tlog-proof", how)


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
def test_by_git(small_archive: MemoryStore, tmp_path: Path) -> None:
    """A checkout in which git converted line ends is no archive of this format, and it is said why."""
    folder = lay({path: data for path, data in small_archive.files.items() if path != ".gitattributes"}, tmp_path / "a")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=True)

    git("init", "-q")
    git("add", "-A")
    git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x")
    git("-c", "core.autocrlf=true", "clone", "-q", ".", str(tmp_path / "b"))
    for verb in ("verify", "list", "log"):
        result = run(verb, "--archive", str(tmp_path / "b"))
        assert (result.exit_code, result.stdout) == (3, "")
        assert f"{LINE_ENDS} (LF to CR LF)" in result.stderr


def test_verbs_that_read(small_archive: MemoryStore) -> None:
    """Whoever opens the archive, or reads a version of it, is told as well."""
    content = "releases/harbour/v1/content"
    signature = next(path for path in small_archive.files if path.startswith("trust/root/1.json."))
    for path in (f"{content}/record.json", f"{content}/record.json.sig", f"{content}/original.txt", signature):
        store = MemoryStore({**small_archive.files, path: small_archive.files[path] + b"\n"})

        def read(store: MemoryStore = store) -> None:
            archive = open_archive(store)
            archive.read_original(archive.read(parse_reference("harbour/v1")))

        with pytest.raises(IntegrityError, match="a line feed was added at its end") as caught:
            read()
        assert (caught.value.where, caught.value.hint) == (path, COPY_AGAIN)


@pytest.mark.parametrize("name", CONVERSIONS)
def test_snapshot(small_archive: MemoryStore, name: str) -> None:
    """Of a snapshot that was unpacked, converted and packed again each finding on a converted file says how."""
    convert, how = CONVERSIONS[name]
    archive = open_archive(small_archive)
    folder, entries = parse_zip(
        build_snapshot(archive, archive.read(parse_reference("harbour/v1"))).data, where="x.zip"
    )
    for entry in entries:
        converted = convert(entry.data)
        if converted != entry.data:
            path = entry.name[len(folder) + 1 :]
            files = {each.name[len(folder) + 1 :]: each.data for each in entries}
            report = verify_snapshot(format_zip(folder, {**files, path: converted}), subject="x.zip")
            assert report.verdict == FAILED
            mine = [finding for finding in report.failures if finding.subject == path]
            assert all(finding.what.endswith(how) for finding in mine), (path, mine)
            assert mine or path in {"bag-info.txt", "bagit.txt", "tagmanifest-sha256.txt", "manifest-sha256.txt"}
