"""A version that the archive withdrew: it stays, every output says so, and nobody forges, hides or takes back that."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from tests.attacks.hands import lay, read
from tests.attacks.stolen import sign_again, strip
from tests.conftest import NOW
from tests.snapshot.conftest import RELEASE, World
from tests.verify.test_snapshot import unpack

from muniment.archive import Archive, open_archive
from muniment.errors import FormatError, InputError, MunimentError, UnresolvedReferenceError
from muniment.export.snapshot import build_snapshot
from muniment.memory import Past
from muniment.paragraph_proof import prove_paragraph
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.trust.chain import check_agreement, sign_root
from muniment.trust.next_root import with_site, with_withdrawn
from muniment.trust.root import TrustRoot, Withdrawal, format_trust_root, parse_trust_root
from muniment.verify.archive import verify_archive
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.part import Sample, Since
from muniment.verify.report import Report
from muniment.verify.snapshot import verify_snapshot
from muniment.write.trust_root import NextRoot, RootKeys, add_root

TEXT = "Notice on the harbour\n\n1. It closes on Monday.\n\n2. The last words.\n"
REASON = "names a private person"
MOMENT = "2026-11-22T10:05:00Z"
WORDS = f"withdrawn on 2026-11-22 (claimed): {REASON}"
V1 = f"{RELEASE}/v1"


def withdraw(world: World, reference: str = V1, reason: str = REASON) -> None:
    """Withdraw a version, as its keeper does."""
    statement = world.archive.resolve(parse_reference(reference)).statement
    said = Withdrawal(statement.release, statement.version, statement.record, MOMENT, reason)
    add_root(world.store, _keys(world), lambda archive: _next(archive, said), MOMENT)


def _next(archive: Archive, said: Withdrawal) -> NextRoot:
    return NextRoot(with_withdrawn(archive.chain[-1], said))


def _keys(world: World) -> RootKeys:
    return RootKeys([world.root_key], world.keys.log)


@pytest.fixture
def withdrawn() -> World:
    """Two versions, of which the first is withdrawn, and one more after that."""
    world = World()
    world.publish(TEXT)
    world.publish(TEXT.replace("The last words", "Other words"))
    withdraw(world)
    world.publish(TEXT.replace("The last words", "The newest words"))
    return world


def told(report: Report) -> list[str]:
    """What a report says of withdrawn versions."""
    return [finding.what for finding in report.findings if finding.check == 11 and finding.subject == V1]


def test_kept_and_said(withdrawn: World, tmp_path: Path) -> None:
    """The version verifies and reads as before, and every verb that shows it says that it is withdrawn, and why."""
    report = verify_archive(withdrawn.store)
    assert (report.verdict, told(report)) == ("verified", [WORDS])
    assert told(verify_archive(withdrawn.store, only=parse_reference(V1))) == [WORDS]
    folder = lay(withdrawn.store.files, tmp_path / "archive")
    for arguments in (
        ("show", V1),
        ("show", V1, "--json"),
        ("show", f"{V1}#p1"),
        ("cite", V1),
        ("cite", V1, "--format", "csl-json"),
        ("diff", V1, f"{RELEASE}/v2"),
        ("diff", V1, f"{RELEASE}/v2", "--format", "json"),
        ("blame", f"{RELEASE}/v3"),
        ("when", "last words"),
        ("find-quote", "The last words.", RELEASE),
        ("log",),
        ("log", RELEASE),
        ("verify",),
        ("verify", V1),
    ):
        result = read(folder, *arguments)
        assert WORDS in " ".join(result.output.split()), arguments
    for form in ("html", "markdown"):
        assert WORDS in read(folder, "diff", V1, f"{RELEASE}/v2", "--format", form).stdout
    assert "3, 1 withdrawn" in read(folder, "list").stdout
    (release,) = json.loads(read(folder, "list", "--json").stdout)["releases"]
    said = [version["withdrawal"] for version in release["versions"]]
    assert said == [{"time": MOMENT, "reason": REASON}, None, None]
    assert "withdrawn" not in read(folder, "show", f"{RELEASE}/v3").output


def test_snapshot_says_it(withdrawn: World, tmp_path: Path) -> None:
    """What is exported or proven after the withdrawal stands under a checkpoint that knows it, and says it itself."""
    snapshot = withdrawn.snapshot(V1)
    report = verify_snapshot(snapshot.data, subject="s.zip")
    assert (report.verdict, told(report)) == ("verified", [WORDS])
    folder, files = unpack(snapshot.data)
    for path in ("data/README.txt", "data/reading-text.txt"):
        assert WORDS in " ".join(files[path].decode().split())
    assert (
        f"Withdrawn by the archive on 2026-11-22 (claimed): <bdi>{REASON}</bdi>" in files["00-START-HERE.html"].decode()
    )
    bag = lay(files, tmp_path / folder)
    said = subprocess.run(["sh", "data/verify.sh"], cwd=bag, capture_output=True, text=True, check=False)
    assert said.returncode == 0
    assert f"WITHDRAWN by the archive on 2026-11-22 (claimed): {REASON}" in " ".join(said.stdout.split())
    proof = prove_paragraph(withdrawn.archive, withdrawn.archive.read(parse_reference(V1)), "p1")
    assert f"\n{4}\n" in proof.checkpoint.decode()
    assert b"WITHDRAWN" not in unpack(withdrawn.snapshot(f"{RELEASE}/v2").data)[1]["data/README.txt"]
    with pytest.raises(InputError, match="was withdrawn since"):
        withdrawn.snapshot(V1, size=2)


def test_withdrawn_beside_a_part(withdrawn: World) -> None:
    """Whoever verifies a part sees the withdrawals in it and no other one; each must name what was logged."""
    withdrawn.publish(TEXT, "pier")
    old = sight_checkpoint(withdrawn.store.read("log/checkpoints/5"), "OLD")
    pier = verify_archive(withdrawn.store, only=parse_reference("pier/v1"))
    new = verify_archive(withdrawn.store, only=Since(old), past=Past(against=old))
    assert [(report.verdict, report.counts.releases, told(report)) for report in (pier, new)] == [
        ("verified", 1, []),
        ("verified", 1, []),
    ]
    lots = [verify_archive(withdrawn.store, only=Sample(1, str(seed))) for seed in range(4)]
    assert {(report.verdict, report.counts.versions, *told(report)) for report in lots} == {
        ("verified", 1),
        ("verified", 3, WORDS),
    }
    with pytest.raises(UnresolvedReferenceError):
        verify_archive(withdrawn.store, only=parse_reference("v1"))
    nothing = Withdrawal("nowhere", 1, "sha256:" + "1" * 64, "2026-11-22T10:06:00Z", REASON)
    add_root(withdrawn.store, _keys(withdrawn), partial(_next, said=nothing), nothing.time)
    report = verify_archive(withdrawn.store, only=parse_reference("pier/v1"))
    assert [finding.what for finding in report.failures] == ["withdraws nowhere/v1, which was not logged before"]


def test_hidden_withdrawal(withdrawn: World) -> None:
    """Taken out of a later snapshot, the withdrawal is missed: the checkpoint names the root that says so (11)."""
    archive = withdrawn.archive
    stripped = verify_snapshot(strip(withdrawn, V1, 4, archive.roots[:1]), subject="s")
    assert 11 in {finding.check for finding in stripped.failures}
    silent = replace(archive.roots[1].root, withdrawn=())
    data = format_trust_root(silent)
    for key in (withdrawn.root_key, PrivateKey.from_seed(bytes([99]) * 32)):
        name = archive.roots[1].signatures[0][0]
        file = replace(archive.roots[1], root=silent, data=data, signatures=((name, sign_root(key, data)),))
        report = verify_snapshot(strip(withdrawn, V1, 4, (archive.roots[0], file)), subject="s")
        assert 11 in {finding.check for finding in report.failures}


def test_honest_snapshot_from_before(withdrawn: World) -> None:
    """A snapshot from before verifies, says where its knowledge ends, and beside a newer copy that it is withdrawn."""
    old = strip(withdrawn, V1, 2, withdrawn.archive.roots[:1])
    report = verify_snapshot(old, subject="s.zip")
    assert (report.verdict, told(report)) == ("verified", [])
    assert "revoked or withdrawn after log size 2" in str(report.horizon)
    beside = verify_snapshot(old, subject="s.zip", past=Past(against=sight_copy(withdrawn.store, "copy")))
    assert told(beside) == [WORDS]


def test_forged_withdrawal(withdrawn: World, small_archive: MemoryStore) -> None:
    """Without the root keys nobody withdraws: 11 in archive and snapshot, also for who holds the other keys."""
    archive = withdrawn.archive
    statement = archive.resolve(parse_reference(f"{RELEASE}/v2")).statement
    said = Withdrawal(statement.release, statement.version, statement.record, MOMENT, "not true")
    root = with_withdrawn(archive.roots[1].root, said)
    data = format_trust_root(root)
    for key in (withdrawn.keys.record, withdrawn.keys.log, PrivateKey.from_seed(bytes([99]) * 32)):
        name = archive.roots[1].signatures[0][0]
        file = replace(archive.roots[1], root=root, data=data, signatures=((name, sign_root(key, data)),))
        forged = MemoryStore(
            {**withdrawn.store.files, "trust/root/2.json": data, f"trust/root/{name}": file.signatures[0][1]}
        )
        assert 11 in {finding.check for finding in verify_archive(forged).failures}
        assert isinstance(withdrawn.keys.log, PrivateKey)
        report = verify_snapshot(
            sign_again(withdrawn, f"{RELEASE}/v2", 4, (archive.roots[0], file), withdrawn.keys.log), subject="s"
        )
        assert 11 in {finding.check for finding in report.failures}
    with pytest.raises(MunimentError):
        add_root(
            withdrawn.store,
            RootKeys([PrivateKey.from_seed(bytes([99]) * 32)], withdrawn.keys.log),
            lambda a: _next(a, said),
            MOMENT,
        )
    assert open_archive(small_archive).chain[-1].withdrawn == ()


def test_withdrawal_taken_back(withdrawn: World) -> None:
    """No later root drops a withdrawal, or gives it another reason or time."""
    newest = withdrawn.archive.chain[-1]
    later = replace(newest, version=3, index=9, previous="sha256:" + "0" * 64, created="2026-11-23T00:00:00Z")
    check_agreement(with_site(later, "https://press.example.org"), newest, where="3.json")
    (said,) = newest.withdrawn
    for others in ((), (replace(said, reason="another"),), (replace(said, time=NOW),)):
        with pytest.raises(FormatError, match="disagrees with the one before"):
            check_agreement(replace(later, withdrawn=others), newest, where="3.json")
    with pytest.raises(MunimentError):
        add_root(
            withdrawn.store,
            _keys(withdrawn),
            lambda a: NextRoot(replace(a.chain[-1], withdrawn=())),
            "2026-11-23T00:00:00Z",
        )


def test_withdrawal_of_nothing(withdrawn: World) -> None:
    """A root that withdraws what was never logged, or only later, fails check 11."""
    for said in (
        Withdrawal("nowhere", 1, "sha256:" + "1" * 64, MOMENT, REASON),
        Withdrawal(RELEASE, 2, "sha256:" + "1" * 64, MOMENT, REASON),
        Withdrawal(RELEASE, 9, withdrawn.archive.versions[RELEASE][1].statement.record, MOMENT, REASON),
    ):
        world = World()
        world.publish(TEXT)
        add_root(world.store, _keys(world), partial(_next, said=said), MOMENT)
        report = verify_archive(world.store)
        assert {finding.check for finding in report.failures} == {11}
        assert f"withdraws {said.name}, which was not logged before" in {finding.what for finding in report.failures}


@pytest.mark.parametrize(
    "change",
    [
        {"reason": ""},
        {"reason": "a\nb"},
        {"reason": "\u202ea"},
        {"reason": "\x1b[2J"},
        {"reason": "x" * 501},
        {"time": "2026-11-31T00:00:00Z"},
        {"time": "2999-01-01T00:00:00Z"},
        {"release": "../x"},
        {"version": 0},
        {"record": "sha1:00"},
        {"more": 1},
    ],
)
def test_form_of_a_withdrawal(withdrawn: World, change: dict[str, object]) -> None:
    """A withdrawal has one form, takes no control or turning character, and does not come after its root."""
    value = json.loads(withdrawn.archive.roots[1].data)
    value["withdrawn"][0].update(change)
    data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    with pytest.raises(MunimentError):
        parse_trust_root(data, where="2.json")
    twice = json.loads(withdrawn.archive.roots[1].data)
    twice["withdrawn"] *= 2
    with pytest.raises(MunimentError):
        parse_trust_root(json.dumps(twice, sort_keys=True, separators=(",", ":")).encode(), where="2.json")


def test_root_is_read_back(withdrawn: World) -> None:
    """A root with withdrawals is written and read in one form; without any it has no such member."""
    root: TrustRoot = withdrawn.archive.chain[-1]
    assert parse_trust_root(format_trust_root(root), where="2.json") == root
    assert b"withdrawn" not in withdrawn.archive.roots[0].data
    snapshot = build_snapshot(withdrawn.archive, withdrawn.archive.read(parse_reference(V1)))
    assert snapshot.data == withdrawn.snapshot(V1).data
