"""A trust root is taken out, put back older or forged, or denied: no verifier takes what is left for the whole."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.attacks.hands import lay, run
from tests.attacks.stolen import AFTER, NEW, REVOKED, SIZE, THIEF, make_stolen, said_by, sign_again, strip, unjudged
from tests.snapshot.conftest import World
from tests.verify.test_snapshot import rebag, unpack

from muniment.archive import open_archive
from muniment.archive.paths import CHECKPOINT
from muniment.log.checkpoint import sign_checkpoint
from muniment.memory import Past, Recall, remember
from muniment.paragraph_proof import format_paragraph_proof, prove_paragraph
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.trust.chain import RootFile, sign_root
from muniment.trust.root import format_trust_root
from muniment.verify.archive import verify_archive
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.proof import verify_proof
from muniment.verify.report import Report
from muniment.verify.snapshot import verify_snapshot
from muniment.verify.snapshot_evidence import sight_snapshot

NOT_KNOWN = "not known: what was revoked or withdrawn after log size"


@pytest.fixture(scope="module")
def stolen() -> World:
    """The archive."""
    return make_stolen()


def check(data: bytes, past: Past | None = None) -> Report:
    """The report on a snapshot."""
    return verify_snapshot(data, subject="s.zip", past=past)


def failures(report: Report) -> set[int]:
    """The checks that failed."""
    return {finding.check for finding in report.failures}


def notices(report: Report, number: int) -> list[str]:
    """The notices of a check."""
    return [finding.what for finding in report.findings if finding.ok and finding.check == number]


def forged_root(world: World, signer: PrivateKey) -> RootFile:
    """Another trust root 3, in which nothing is revoked."""
    file = world.archive.roots[2]
    root = replace(file.root, record_keys=world.archive.chain[1].record_keys)
    data = format_trust_root(root)
    return RootFile(root, data, tuple((name, sign_root(signer, data)) for name, _ in file.signatures))


Roots = Callable[[World], tuple[RootFile, ...]]
STRIPPED: dict[str, Roots] = {
    "the newest one": lambda world: world.archive.roots[:2],
    "all later ones": lambda world: world.archive.roots[:1],
    "the middle one": lambda world: (world.archive.roots[0], world.archive.roots[2]),
    "an older one in its place": lambda world: (*world.archive.roots[:2], world.archive.roots[1]),
    "a forged one of its number": lambda world: (*world.archive.roots[:2], forged_root(world, NEW)),
    "one of its number by a stolen root key": lambda w: (*w.archive.roots[:2], forged_root(w, _root_key(w))),
}


def _root_key(world: World) -> PrivateKey:
    return world.root_key


@pytest.mark.parametrize("how", STRIPPED)
@pytest.mark.parametrize("reference", [f"{THIEF[:-1]}1", THIEF, AFTER])
def test_stripped(stolen: World, how: str, reference: str) -> None:
    """Under the newest checkpoint no root can be missing or another: check 11, whatever else was made to fit."""
    try:
        data = strip(stolen, reference, SIZE, STRIPPED[how](stolen))
    except StopIteration:
        assert reference == AFTER  # its signer is in no such root: the guide of stock tools cannot even be written
        return
    assert 11 in failures(check(data))
    assert check(data).horizon is None


def test_only_the_line_tells(stolen: World) -> None:
    """What is left verifies in every other check: without the line of the checkpoint the thief's version would pass."""
    for how in ("the newest one", "all later ones", "one of its number by a stolen root key"):
        report = check(strip(stolen, THIEF, SIZE, STRIPPED[how](stolen)))
        assert failures(report) == {11}
        (finding,) = report.failures
        assert finding.what == "the trust roots do not end with the one that the checkpoint names"
        assert finding.expected == str(stolen.archive.checkpoint.newest)


def test_whole(stolen: World) -> None:
    """With every root the thief's version fails check 8, and the version after it verifies."""
    archive = stolen.archive
    assert failures(check(strip(stolen, THIEF, SIZE, archive.roots))) == {8}
    report = check(strip(stolen, AFTER, SIZE, archive.roots))
    assert (report.verdict, report.passed[11]) == ("verified", 2)


def test_one_too_many(stolen: World) -> None:
    """A root that came after the checkpoint does not belong in the snapshot either."""
    assert failures(check(strip(stolen, THIEF, 3, stolen.archive.roots[:2]))) == {11}


@pytest.mark.parametrize("how", STRIPPED)
def test_script(stolen: World, tmp_path: Path, how: str) -> None:
    """The script in the snapshot says the same as ``archive verify``."""
    folder, files = unpack(strip(stolen, THIEF, SIZE, STRIPPED[how](stolen)))
    bag = lay(files, tmp_path / folder)
    done = subprocess.run(["sh", "data/verify.sh"], cwd=bag, capture_output=True, text=True, check=False)
    assert (done.returncode, "FAILED 11" in done.stdout) == (1, True), done.stdout


def test_root_put_back_into_the_zip(stolen: World) -> None:
    """A root that is taken out by hand, with all lists made anew, fails check 11 too."""
    folder, files = unpack(strip(stolen, THIEF, SIZE, stolen.archive.roots))
    left = {path: data for path, data in files.items() if not path.startswith("data/trust/root/3.json")}
    assert 11 in failures(check(rebag(folder, left)))


# What came after the checkpoint


def test_honest_and_old(stolen: World) -> None:
    """A snapshot from before the revocation verifies by itself, and says where its knowledge ends."""
    report = check(strip(stolen, THIEF, 3, stolen.archive.roots[:1]))
    assert report.verdict == "verified"
    assert str(report.horizon) == f"{NOT_KNOWN} 3 (claimed 2026-11-22T10:01:00Z)"
    later = check(strip(stolen, f"{THIEF[:-1]}1", 3, stolen.archive.roots[:1]))
    assert str(later.horizon) == f"{NOT_KNOWN} 3"


def kept(store: MemoryStore, size: int = SIZE) -> Recall:
    """What a machine remembers that saw the archive at a size."""
    remembered = remember(store.read(f"log/checkpoints/{size}"), open_archive(store).roots[0].digest, "2026-11-23")
    return lambda _: remembered


def test_against_a_copy(stolen: World) -> None:
    """With a copy that knows the revocation the newest root decides: the thief's version fails check 8."""
    old = strip(stolen, THIEF, 3, stolen.archive.roots[:1])
    report = check(old, Past(against=sight_copy(stolen.store, "copy")))
    assert failures(report) == {8}
    assert str(report.horizon) == f"{NOT_KNOWN} {SIZE}"
    good = check(
        strip(stolen, f"{THIEF[:-1]}1", 3, stolen.archive.roots[:1]), Past(against=sight_copy(stolen.store, "c"))
    )
    assert good.verdict == "verified"
    assert notices(good, 8)[0].startswith("unproven time")


def test_against_a_snapshot(stolen: World) -> None:
    """A snapshot that brings the revoking root decides likewise."""
    newer = sight_snapshot(strip(stolen, AFTER, SIZE, stolen.archive.roots), "newer.zip")
    report = check(strip(stolen, THIEF, 3, stolen.archive.roots[:1]), Past(against=newer))
    assert failures(report) == {8}
    came = f"{stolen.archive.checkpoint.newest} came later; check 8 went by it, as newer.zip has it"
    assert came in notices(report, 11)


def test_against_a_checkpoint(stolen: World) -> None:
    """A lone checkpoint knows only the name of the later root: a notice says that what it revokes is not known."""
    newer = sight_checkpoint(stolen.store.read(CHECKPOINT), "kept")
    report = check(strip(stolen, THIEF, 3, stolen.archive.roots[:1]), Past(against=newer))
    assert report.verdict == "verified"
    (said,) = [notice for notice in notices(report, 11) if "not known" in notice]
    assert said.endswith(str(stolen.archive.checkpoint.newest))


def test_memory(stolen: World) -> None:
    """A machine that saw the revoking root says so of an older snapshot, and how to find out."""
    report = check(strip(stolen, THIEF, 3, stolen.archive.roots[:1]), Past(kept(stolen.store)))
    (finding,) = [f for f in report.findings if f.check == 11 and "not known" in f.what]
    assert (report.verdict, finding.ok, "to compare with" in finding.hint) == ("verified", True, True)
    same = check(strip(stolen, AFTER, SIZE, stolen.archive.roots), Past(kept(stolen.store)))
    assert [f for f in same.findings if f.check == 11 and "not known" in f.what] == []


# A stolen log key denies the root


def test_checkpoint_signed_again(stolen: World, tmp_path: Path) -> None:
    """A checkpoint that denies the root, signed with the stolen log key: the log contradicts it."""
    data = sign_again(stolen, THIEF, SIZE, stolen.archive.roots[:1], stolen.keys.log)
    assert check(data).verdict == "verified"  # alone it cannot be told, as docs/threat-model.md says
    for against in (
        sight_copy(stolen.store, "copy"),
        sight_snapshot(strip(stolen, AFTER, SIZE, stolen.archive.roots), "newer.zip"),
        sight_checkpoint(stolen.store.read(CHECKPOINT), "kept"),
    ):
        report = check(data, Past(against=against))
        assert 13 in failures(report)
        assert report.fork is not None
        assert report.fork.notes[0] == stolen.store.read(CHECKPOINT)
        assert [said_by(note).newest.version for note in report.fork.notes] == [3, 1]
        assert report.fork.difference == "the newest trust root is another"
    report = check(data, Past(kept(stolen.store)))
    assert 13 in failures(report)
    assert 13 in failures(check(data, Past(kept(stolen.store, 5))))
    (tmp_path / "s.zip").write_bytes(data)
    folder, evidence = lay(stolen.store.files, tmp_path / "copy"), tmp_path / "evidence.txt"
    done = run("verify", str(tmp_path / "s.zip"), "--against", str(folder), "--evidence", str(evidence), "--no-memory")
    assert done.exit_code == 1
    assert "their newest trust roots differ" in evidence.read_text()


def test_denied_in_a_longer_log(stolen: World) -> None:
    """Of two checkpoints of different sizes that name roots which cannot both be, the entries need not be known."""
    data = sign_again(stolen, THIEF, SIZE, stolen.archive.roots[:1], stolen.keys.log)
    copy = MemoryStore(dict(stolen.store.files))
    older = sight_checkpoint(copy.read("log/checkpoints/4"), "kept")
    report = check(data, Past(against=older))
    assert failures(report) == {13}


@pytest.mark.parametrize("size", range(1, SIZE + 1))
@pytest.mark.parametrize("version", [1, 2, 3])
def test_line_in_the_archive(stolen: World, size: int, version: int) -> None:
    """In the archive every published checkpoint names the root that the log names at its size: check 10."""
    path, archive = f"log/checkpoints/{size}", stolen.archive
    named = archive.roots[version - 1]
    newest = replace(archive.checkpoint.newest, version=version, digest=named.digest)
    if version > size:
        return
    said = replace(said_by(stolen.store.read(path)), newest=newest)
    note = sign_checkpoint(said, stolen.keys.log.public.raw, stolen.keys.log.sign)
    files = {**stolen.store.files, path: note} | ({CHECKPOINT: note} if size == SIZE else {})
    right = archive.newest_roots.at(size) == newest
    report = verify_archive(MemoryStore(files))
    others = {finding.check for finding in report.failures} - {8}  # the thief's version fails by itself
    assert others == (set() if right else {10})


# Proofs of a paragraph


def proof(world: World, reference: str = THIEF, size: int | None = None) -> bytes:
    """A proof of paragraph 2."""
    return format_paragraph_proof(prove_paragraph(world.archive, unjudged(world, reference), "p2", size=size))


def test_proof(stolen: World) -> None:
    """A proof brings no root: whether the signer was allowed is not known alone, and is judged with a copy."""
    for size in (3, SIZE):
        alone = verify_proof(proof(stolen, size=size), subject="p")
        assert alone.verdict == "verified"
        assert notices(alone, 8)[0].startswith("not checked here: who signed the record")
        assert alone.passed[8] == 0
        assert str(alone.horizon).startswith(f"{NOT_KNOWN} {size}")
        for against in (
            sight_copy(stolen.store, "copy"),
            sight_snapshot(strip(stolen, AFTER, SIZE, stolen.archive.roots), "newer.zip"),
        ):
            judged = verify_proof(proof(stolen, size=size), subject="p", past=Past(against=against))
            assert failures(judged) == {8}
            good = verify_proof(proof(stolen, AFTER), subject="p", past=Past(against=against))
            assert (good.verdict, good.passed[8]) == ("verified", 1)


def test_proof_against_an_older_chain(stolen: World) -> None:
    """A chain that does not reach the root that the checkpoint names decides nothing: unchecked, and never good."""
    older = sight_snapshot(strip(stolen, THIEF, 3, stolen.archive.roots[:1]), "older.zip")
    report = verify_proof(proof(stolen, size=SIZE), subject="p", past=Past(against=older))
    assert report.verdict == "unchecked"
    assert failures(report) == {11}
    pinned = stolen.archive.roots[0].digest[7:]
    report = verify_proof(proof(stolen, size=SIZE), subject="p", pinned_root=pinned, past=Past(against=older))
    assert report.verdict == "unchecked"


def test_proof_and_memory(stolen: World) -> None:
    """A machine that knows the name of a later root says that what it revokes is not known."""
    report = verify_proof(proof(stolen, size=3), subject="p", past=Past(kept(stolen.store)))
    assert report.verdict == "verified"
    assert any("not known: what a later trust root revokes" in notice for notice in notices(report, 11))


# What the command prints


def test_command(stolen: World, tmp_path: Path) -> None:
    """The command, its JSON and the README of a snapshot say where the knowledge of the snapshot ends."""
    data = strip(stolen, THIEF, 3, stolen.archive.roots[:1])
    (tmp_path / "s.zip").write_bytes(data)
    done = run("verify", str(tmp_path / "s.zip"), "--no-memory")
    assert done.exit_code == 0
    assert f" {NOT_KNOWN} 3 (claimed 2026-11-22T10:01:00Z) " in " ".join(done.stdout.split())
    said = json.loads(run("verify", str(tmp_path / "s.zip"), "--no-memory", "--json").stdout)
    assert said["unknown_after"] == {"size": 3, "claimed": "2026-11-22T10:01:00Z", "proven": None}
    readme = " ".join(unpack(data)[1]["data/README.txt"].decode().split())  # whatever its lines are
    assert f"N{NOT_KNOWN[1:]} 3 (claimed 2026-11-22T10:01:00Z)." in readme
    assert f"N{NOT_KNOWN[1:]} 3 (claimed 2026-11-22T10:01:00Z)." in unpack(data)[1]["00-START-HERE.html"].decode()
    folder = lay(stolen.store.files, tmp_path / "copy")
    assert json.loads(run("verify", str(folder), "--no-memory", "--json").stdout)["unknown_after"] is None
    done = run("verify", str(tmp_path / "s.zip"), "--against", str(folder), "--no-memory")
    assert (done.exit_code, "laptop stolen" in done.stdout) == (1, True)
    shutil.rmtree(folder)


def test_number_of_the_revoking_root(stolen: World) -> None:
    """The archive of these tests is what its words say."""
    archive = stolen.archive
    assert (archive.checkpoint.size, archive.checkpoint.newest.version) == (SIZE, REVOKED)
    assert failures(verify_archive(stolen.store)) == {8}
