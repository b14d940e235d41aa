"""Tests of ``muniment.verify.fork``: the evidence file, checked with stock tools and by its own parser."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import ORIGIN
from tests.verify.forge import statements, with_log

from muniment.archive import open_archive
from muniment.log.checkpoint import open_checkpoint
from muniment.log.note import format_note, parse_note, sign_note
from muniment.memory import Past
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.fork import Fork, format_evidence
from muniment.verify.log_views import sight_copy
from muniment.write.create import InitialKeys

STRANGER = PrivateKey.from_seed(bytes([9]) * 32)


@pytest.fixture
def fork(small_archive: MemoryStore, founders: InitialKeys) -> Fork:
    """Two histories of four entries."""
    root, (v1, v2, tide) = statements(small_archive)
    other = with_log(small_archive, [root, tide, v1, v2], founders.log)
    found = verify_archive(other, past=Past(against=sight_copy(small_archive, "OLD"))).fork
    assert found is not None
    return found


def notes(evidence: bytes) -> list[bytes]:
    """Cut the two notes out of an evidence file."""
    pattern = rb"-----BEGIN NOTE [12]-----\n(.*?)-----END NOTE [12]-----\n"
    return re.findall(pattern, evidence, re.DOTALL)


def test_notes_are_verbatim(fork: Fork, small_archive: MemoryStore) -> None:
    """Both notes stand in the file byte for byte, verify, are of one size, and have two roots."""
    archive = open_archive(small_archive)
    found = notes(format_evidence(fork))
    assert tuple(found) == fork.notes
    one, two = (open_checkpoint(note, archive.log_verifiers, ORIGIN) for note in found)
    assert one == archive.checkpoint
    assert (two.size, two.root == one.root) == (4, False)


def test_explanation(fork: Fork) -> None:
    """The file says which log, which root, and what differs, in plain words."""
    text = format_evidence(fork).decode()
    assert text.startswith("EVIDENCE OF TWO HISTORIES OF ONE LOG\n")
    assert f"log         {ORIGIN}\n" in text
    assert f"trust root  {fork.root}\n" in text
    assert "difference  entry 1 is the first that differs\n" in text
    assert "Both are of the same number of entries" in text
    assert "Note 1, from OLD:\n" in text
    assert "difference" not in format_evidence(replace(fork, difference="")).decode()


def test_two_sizes(fork: Fork, small_archive: MemoryStore) -> None:
    """Where no checkpoints of one size are at hand, the file says that the entries are needed too."""
    other = replace(fork, notes=(small_archive.files["log/checkpoints/3"], fork.notes[1]))
    assert "the entries of the larger log are needed too" in format_evidence(other).decode()


def test_prose_fits(fork: Fork, small_archive: MemoryStore) -> None:
    """No prose of the file is wider than 80 columns: commands, rows of the head and the notes are kept whole."""
    other = replace(fork, notes=(small_archive.files["log/checkpoints/3"], fork.notes[1]))
    for one in (fork, other):
        prose = re.sub(r"-----BEGIN NOTE .*?-----END NOTE .-----", "", format_evidence(one).decode(), flags=re.DOTALL)
        assert [line for line in prose.splitlines() if len(line) > 80 and "  " not in line] == []


def test_a_hostile_name_stays_a_name(fork: Fork) -> None:
    """The name of a file cannot forge lines of the evidence."""
    text = format_evidence(replace(fork, sources=("a\n-----BEGIN NOTE 2-----\n", "b"))).decode()
    assert text.count("\n-----BEGIN NOTE 2-----\n") == 1


def run(evidence: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands that stand in an evidence file."""
    for tool in ("sh", "sed", "openssl"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    (folder / "evidence.txt").write_bytes(evidence)
    head = evidence.decode().partition("Note 1, from")[0]
    commands = "".join(line[2:] + "\n" for line in head.splitlines() if line.startswith("  "))
    return subprocess.run(
        ["sh", "-c", f"set -eu\n{commands}"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def test_by_hand(fork: Fork, tmp_path: Path) -> None:
    """The commands in the file verify both signatures with OpenSSL and show both roots."""
    done = run(format_evidence(fork), tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Signature Verified Successfully") == 2
    assert done.stdout.count(f"{ORIGIN}\n4\n") == 2
    assert tuple((tmp_path / name).read_bytes() for name in ("note1", "note2")) == fork.notes


def test_by_hand_finds_a_forged_note(fork: Fork, tmp_path: Path) -> None:
    """They fail on a note that the log did not sign, though it carries the log's name."""
    text, lines = parse_note(fork.notes[1])
    forged = format_note(text.replace(b"\n4\n", b"\n5\n"), lines)
    assert run(format_evidence(replace(fork, notes=(fork.notes[0], forged))), tmp_path).returncode != 0


def test_by_hand_with_a_witness(fork: Fork, tmp_path: Path) -> None:
    """A line by a witness before the log's own changes nothing."""
    text, lines = parse_note(fork.notes[0])
    _, strange = parse_note(sign_note(text, "witness.example", STRANGER.public.raw, STRANGER.sign))
    note = format_note(text, (*strange, *lines))
    done = run(format_evidence(replace(fork, notes=(note, fork.notes[1]))), tmp_path)
    assert done.stdout.count("Signature Verified Successfully") == 2
