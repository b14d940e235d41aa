"""``verify.sh`` attacked as ``archive verify`` is: with a key, or with files put beside those of a snapshot."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.attacks.stolen import SINCE, SIZE, make_stolen, sign_again, strip
from tests.export.test_stamped import founders
from tests.joining import with_key
from tests.snapshot.conftest import RELEASE, TEXT, World
from tests.snapshot.test_verify_sh import TOOLS, folder_of
from tests.snapshot.test_verify_sh_parts import EXIT, judge, write
from tests.snapshot.test_verify_sh_tools import AWKS, with_awk
from tests.timestamp.stamping import pin, stamp
from tests.verify.test_snapshot import check, rebag, unpack

from muniment.archive import Archive
from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.digest import format_digest, sha256_hex
from muniment.errors import MunimentError
from muniment.export.snapshot import build_stamped_snapshot, gather
from muniment.log.checkpoint import Checkpoint, sign_checkpoint
from muniment.log.merkle import leaf_hash, prove_inclusion, tree_root
from muniment.log.newest import NamedRoot
from muniment.log.note import format_vkey
from muniment.log.proof_file import TlogProof, format_proof, parse_proof
from muniment.log.statement import LogEntry, VersionStatement, parse_statement
from muniment.reference import parse_reference
from muniment.snapshot.container import read_folder
from muniment.snapshot.contents import snapshot_files
from muniment.ssh.keys import PrivateKey, fingerprint_file_name
from muniment.ssh.sshsig import sign
from muniment.store import LocalStore
from muniment.trust.chain import sign_root
from muniment.trust.next_root import with_log_key, with_revoked
from muniment.trust.root import Revocation, TrustRoot
from muniment.verify.snapshot import verify_snapshot
from muniment.write.trust_root import NextRoot, RootKeys, add_root

Run = subprocess.CompletedProcess[str]


def both(data: bytes, tmp_path: Path, path: str | None = None) -> Run:
    """Let the script and ``archive verify`` judge a snapshot: they must agree; gives what the script said."""
    bag = write(data, tmp_path / "bag")
    done = judge(bag, path or folder_of(tmp_path, *TOOLS))
    assert done.stderr == ""
    assert done.returncode == EXIT[check(data).verdict], (done.stdout, check(data).failures)
    return done


def failed(done: Run) -> set[int]:
    """The checks that failed."""
    return {int(number) for number in re.findall(r"^FAILED ([0-9]+) ", done.stdout, re.MULTILINE)}


def logged(world: World, changes: Mapping[str, Json], raw: Callable[[bytes], bytes] = lambda entry: entry) -> bytes:
    """A snapshot of v1 whose entry says something else, in a tree that the thief of the log key has signed."""
    archive = world.archive
    material = gather(archive, archive.read(parse_reference("v1")), 2)
    value = parse_canonical(material.statement)
    assert isinstance(value, dict)
    entry = raw(format_canonical({**value, **changes}))
    leaves = [archive.leaves[0], leaf_hash(entry)]
    newest = archive.newest_roots.at(1)
    assert newest is not None
    key = world.keys.log
    note = sign_checkpoint(Checkpoint(archive.origin, 2, tree_root(leaves), newest), key.public.raw, key.sign)
    proof = format_proof(TlogProof(1, prove_inclusion(leaves, 1), note))
    with suppress(MunimentError):
        statement = parse_statement(entry, where="")
        assert isinstance(statement, VersionStatement)
        version = replace(material.version, entry=LogEntry(1, statement))
        material = replace(material, version=version, statement=entry, proof=proof)
    files = {**snapshot_files(material), "data/statement.json": entry, "data/inclusion.tlog-proof": proof}
    return rebag(material.name, files)


TIMES = [
    "1999-01-01T00:00:00Z; proven not later than 1999-01-02T00:00:00Z (digicert)",
    *("2026-01-06T09:00:00z", "2026-01-06 09:00:00Z", "2026-1-6T9:00:00Z", "2026-01-06T09:00:00+00:00", ""),
    *("2026-02-29T09:00:00Z", "2026-04-31T09:00:00Z", "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z"),
    *("2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z"),
    *("2026-01-01T00:00:60Z", "0000-01-01T00:00:00Z", "2026-01-06T09:00:00Z ", "2026-01-06T09:00:00Z\\n(proven)"),
]


@pytest.mark.parametrize("said", TIMES)
def test_time_of_any_words(world: World, tmp_path: Path, said: str) -> None:
    """A time in the entry that is none of the calendar, or says more than a time, fails and is not printed as one."""
    done = both(logged(world, {"logged_at": said}), tmp_path)
    assert 9 in failed(done)
    assert "claimed by the keeper" not in done.stdout
    assert "proven" not in done.stdout


@pytest.mark.parametrize("said", ["2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_time_of_the_calendar(world: World, tmp_path: Path, said: str) -> None:
    """A day that exists verifies, in a leap year too."""
    assert f"logged   {said}, claimed by the keeper" in both(logged(world, {"logged_at": said}), tmp_path).stdout


ENTRIES: dict[str, Mapping[str, Json]] = {
    "a member more": {"note": "proven"},
    "a release with words": {"release": "declaration/v1 (retracted)"},
    "a device": {"release": "con"},
    "a version for a release": {"release": "v1"},
    "a version that is text": {"version": "1"},
    "no version": {"version": 0},
    "a version too large": {"version": 2**53 - 1},
    "a size that is text": {"record_size": "1"},
    "half a digest": {"original": "sha256:00"},
    "a digest in capitals": {"paragraph_root": "sha256:" + "A" * 64},
    "no digest of the record before": {"previous": "none"},
    "another type": {"type": "root/1"},
    "a signer with words": {"signer": "SHA256:the archivist"},
    "another archive": {"archive": "archive.example.org/other"},
    "an archive with words": {"archive": "archive.example.org/press (genuine)"},
    "an archive that climbs": {"archive": "archive.example.org/../press"},
}


@pytest.mark.parametrize("changes", ENTRIES.values(), ids=ENTRIES)
def test_entry_in_another_form(world: World, tmp_path: Path, changes: Mapping[str, Json]) -> None:
    """Each member of the entry has the form that ``archive verify`` demands."""
    assert 9 in failed(both(logged(world, changes), tmp_path))


@pytest.mark.parametrize(
    "raw",
    [
        lambda entry: entry + b"\n",
        lambda entry: b" " + entry,
        lambda entry: entry.replace(b'"type"', b'"\\u0074ype"'),
        lambda entry: entry[:-1] + b',"version":1}',
        lambda entry: entry.replace(b",", b", ", 1),
        lambda entry: entry + entry,
    ],
)
def test_entry_in_another_spelling(world: World, tmp_path: Path, raw: Callable[[bytes], bytes]) -> None:
    """An entry has one spelling, for the script too."""
    assert 9 in failed(both(logged(world, {}, raw), tmp_path))


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize("said", [TIMES[0], "2026-02-29T09:00:00Z", "2024-02-29T09:00:00Z"])
def test_times_with_every_awk(world: World, tmp_path: Path, awk: str, said: str) -> None:
    """Each awk knows the calendar."""
    both(logged(world, {"logged_at": said}), tmp_path, with_awk(tmp_path, awk))


@pytest.fixture(scope="module")
def stolen() -> World:
    """An archive whose first record key was stolen and revoked; v1 is from before, v2 is the thief's."""
    return make_stolen()


def test_version_by_a_key_revoked_later(stolen: World, tmp_path: Path) -> None:
    """A version from below the revocation verifies, and the script says of its time what ``archive verify`` says."""
    data = strip(stolen, f"{RELEASE}/v1", SIZE, stolen.archive.roots)
    done, report = both(data, tmp_path), check(data)
    [said] = [finding.what for finding in report.findings if finding.check == 8]
    assert said == f"unproven time: the key was revoked, and nothing shows that this was there before {SINCE}"
    assert said.replace("shows", "shows here") in " ".join(done.stdout.split())
    assert done.stdout.endswith("\nverified\n")


def test_version_by_the_thief(stolen: World, tmp_path: Path) -> None:
    """One from the revocation on fails, and nothing is said of its time."""
    data = strip(stolen, f"{RELEASE}/v2", SIZE, stolen.archive.roots)
    done = both(data, tmp_path)
    assert failed(done) == {8}
    assert "unproven time" not in done.stdout


@pytest.mark.parametrize(("since", "said"), [("2026-11-22T10:30:00Z", "unproven"), ("2026-11-22T10:30:01Z", "before")])
def test_stamped_before_the_key_was_revoked(tmp_path: Path, since: str, said: str) -> None:
    """A time stamp from before the key was in other hands shows that the version was there, to the second."""
    world, new = World(), PrivateKey.from_seed(bytes([61]) * 32)
    world.publish(TEXT)
    pin(world.store, founders(world))

    def revoke(archive: Archive) -> NextRoot:
        chain, size = archive.chain, archive.checkpoint.size
        held = with_key(chain[-1], size, new)
        return NextRoot(with_revoked(held, size, world.keys.record.public, Revocation(size, since, "stolen")))

    add_root(world.store, RootKeys([world.root_key], world.keys.log), revoke, "2026-11-22T11:00:00Z")
    stamp(world.store, founders(world))
    archive = world.archive
    data = build_stamped_snapshot(archive, archive.read(parse_reference("v1"))).data
    done, report = both(data, tmp_path), check(data)
    [notice] = [finding.what for finding in report.findings if finding.check == 8]
    words = " ".join(done.stdout.split())
    assert ("unproven time" in notice) == ("unproven time" in words) == (said == "unproven")
    if said == "before":
        assert notice in words


def test_checkpoint_below_its_trust_root(world: World, tmp_path: Path) -> None:
    """A retired log key cannot sign a checkpoint that names a trust root from after it."""
    new = PrivateKey.from_seed(bytes([71]) * 32)
    data = snapshot_below_root(world, new)
    done = both(data, tmp_path)
    assert failed(done) == {11}
    assert "from after the checkpoint" in done.stdout


def snapshot_below_root(world: World, new: PrivateKey) -> bytes:
    """A snapshot of v1 under size 2, signed by the log key before, which names trust root 2 whose entry is 2."""
    old = world.keys.log

    def rotate(archive: Archive) -> NextRoot:
        vkey = format_vkey(archive.origin, new.public.raw)
        return NextRoot(with_log_key(archive.chain[-1], archive.checkpoint.size, vkey, lost=True))

    add_root(world.store, RootKeys([world.root_key], new), rotate, "2026-11-22T10:02:00Z")
    return sign_again(world, "v1", 2, world.archive.roots, old)


def rooted(world: World, root: bytes, *signatures: tuple[str, bytes]) -> bytes:
    """A snapshot of v1 with another trust root 1 and other signatures beside it, under a checkpoint that names it."""
    folder, files = unpack(world.snapshot().data)
    kept = {path: data for path, data in files.items() if not path.startswith("data/trust/root/1.json.")}
    archive = world.archive
    newest = NamedRoot(1, format_digest(sha256_hex(root)))
    key = world.keys.log
    note = sign_checkpoint(replace(archive.checkpoint, newest=newest), key.public.raw, key.sign)
    proof = replace(parse_proof(files["data/inclusion.tlog-proof"]), checkpoint=note)
    named = {f"data/trust/root/1.json.{name}.sig": data for name, data in signatures}
    made = {"data/trust/root/1.json": root, "data/inclusion.tlog-proof": format_proof(proof), **named}
    return rebag(folder, {**kept, **made})


def _gap(root: TrustRoot) -> dict[str, Json]:
    return {"log_keys": [{"vkey": root.log_keys[0].vkey, "first_index": 1, "last_index": None}]}


def _ended(root: TrustRoot) -> dict[str, Json]:
    return {"log_keys": [{"vkey": root.log_keys[0].vkey, "first_index": 0, "last_index": 5}]}


def _two(root: TrustRoot) -> dict[str, Json]:
    other = format_vkey(root.archive, PrivateKey.from_seed(bytes([72]) * 32).public.raw)
    return {"log_keys": [{"vkey": v, "first_index": 0, "last_index": None} for v in (root.log_keys[0].vkey, other)]}


ROOTS: dict[str, Callable[[TrustRoot], dict[str, Json]]] = {
    "a place without a log key": _gap,
    "no log key for what comes": _ended,
    "two log keys for one place": _two,
    "a place of its own": lambda _: {"index": 1},
    "a day that does not exist": lambda _: {"created": "2026-02-30T00:00:00Z"},
    "since a day that does not exist": lambda root: {
        "record_keys": [
            {
                "key": root.record_keys[0].key.line,
                "first_index": 0,
                "last_index": None,
                "revoked": {"from_index": 9, "since": "2026-02-30T00:00:00Z (never)", "reason": "stolen"},
            }
        ]
    },
}


@pytest.mark.parametrize("change", ROOTS.values(), ids=ROOTS)
def test_trust_root_that_breaks_a_rule(
    world: World, tmp_path: Path, change: Callable[[TrustRoot], dict[str, Json]]
) -> None:
    """Ranges of log keys and times in a signed trust root have the rules that ``archive verify`` has."""
    root = world.archive.roots[0]
    value = parse_canonical(root.data)
    assert isinstance(value, dict)
    data = format_canonical({**value, **change(root.root)})
    done = both(rooted(world, data, (root.signatures[0][0], sign_root(world.root_key, data))), tmp_path)
    assert 11 in failed(done)
    assert "(never)" not in done.stdout


STRANGERS = [
    f"data/trust/root/1.json.{'A' * 43}.sig/statement.html",
    "data/trust/root/1.json.AAAA.sig/statement.html",
    "data/trust/root/2/statement.html",
    "data/trust/root/statement.html",
    "data/trust/root/1.json.sig",
    "data/trust/root/01.json",
    "data/trust/root/1.json.bak",
    "data/trust/statement.html",
    "data/schemas/statement.html",
    "data/schemas/more/record.schema.json",
    "data/cite/statement.html",
    "data/cite/more/citation.txt",
    "data/original.d/statement.html",
    "data/statement.html",
    "statement.html",
    "cite/statement.html",
    "data/timestamps/2.1.tsr/statement.html",
    "data/timestamps/statement.html",
    "data/trust/authorities/clock.pem/statement.html",
    "data/trust/authorities/more/clock.pem",
]


@pytest.mark.parametrize("path", STRANGERS)
def test_strangers_file_in_any_folder(world: World, tmp_path: Path, path: str) -> None:
    """One more file fails wherever it lies and whatever its folder is called, with all lists repaired."""
    folder, files = unpack(world.snapshot().data)
    bag = write(rebag(folder, files), tmp_path / "bag")
    (bag / path).parent.mkdir(parents=True, exist_ok=True)
    (bag / path).write_bytes(b"Never said.\n")
    every = {str(each.relative_to(bag)): each.read_bytes() for each in bag.rglob("*") if each.is_file()}
    for name, data in unpack(rebag(folder, every))[1].items():
        (bag / name).write_bytes(data)
    done = judge(bag, folder_of(tmp_path, *TOOLS))
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    assert verify_snapshot(read_folder(LocalStore(bag)), subject="s").verdict == "failed"
    assert path in done.stdout or "FAILED 1 layout: data/schemas\n" in done.stdout


@pytest.mark.parametrize("count", [129, 950, 3000])
def test_thousands_of_signatures(world: World, tmp_path: Path, count: int) -> None:
    """More signatures than a trust root can have, or files than a snapshot has, are refused before any is verified."""
    folder, files = unpack(world.snapshot().data)
    many = {f"data/trust/root/1.json.{number:043}.sig": b"x\n" for number in range(count)}
    bag = write(rebag(folder, files), tmp_path / "bag")
    for name, data in many.items():
        (bag / name).write_bytes(data)
    begun = time.monotonic()
    done = judge(bag, folder_of(tmp_path, *TOOLS))
    assert (done.returncode, done.stderr) == (1, "")
    assert failed(done) >= ({1} if count > 1000 else {11})
    # The lists of the bag are read before, a few processes a file.
    assert time.monotonic() - begun < 30


def test_files_larger_than_any(world: World, tmp_path: Path) -> None:
    """A file of gigabytes without a byte on the disk is refused before it is read."""
    bag = write(world.snapshot().data, tmp_path / "bag")
    for name in ("00-START-HERE.html", "data/record.json"):
        with (bag / name).open("r+b") as file:
            file.truncate(2**33)
    begun = time.monotonic()
    done = judge(bag, folder_of(tmp_path, *TOOLS))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("larger than any such file of a snapshot") == 2
    assert time.monotonic() - begun < 10


def test_file_is_called_by_its_name(world: World, tmp_path: Path) -> None:
    """A signature that does not verify is called by the name of its file."""
    root = world.archive.roots[0]
    name = fingerprint_file_name(world.root_key.public)
    done = both(rooted(world, root.data, (name, sign(world.root_key, "root@muniment", b"other"))), tmp_path)
    assert f"FAILED 11 trust: data/trust/root/1.json.{name}.sig\n" in done.stdout
