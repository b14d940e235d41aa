"""Check 10 on cosignatures: every rule, every byte, and what a report says of witnesses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.verify.forge import failed, statements, with_cosignature, with_log, with_witnesses

from muniment.archive import open_archive
from muniment.archive.existence import Proven
from muniment.canonical import parse_json
from muniment.errors import MunimentError
from muniment.export.witness_request import build_request
from muniment.log.checkpoint import TreeHead
from muniment.log.note import format_vkey
from muniment.log.statement import format_statement
from muniment.log.vkey import Cosigner, make_cosigner
from muniment.log.witness import SecondHistoryError, judge_request, parse_request, requested_checkpoint
from muniment.reference import parse_reference
from muniment.schema import validate
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.layout import Walk
from muniment.verify.public_json import report_as_json
from muniment.verify.writers import ConcurrentWrites
from muniment.write.create import InitialKeys

KEYS = {name: PrivateKey.from_seed(bytes([number]) * 32) for number, name in enumerate(("anna", "ben", "eve"), 7)}
ANNA, BEN, EVE = (make_cosigner(f"witness.example.org/{name}", key.public.raw) for name, key in KEYS.items())
T = 1800000000


def key_of(cosigner: Cosigner) -> PrivateKey:
    """The private half."""
    return KEYS[cosigner.name.rpartition("/")[2]]


def cosigned(store: MemoryStore, *done: tuple[int, Cosigner, int]) -> MemoryStore:
    """Put several cosignatures into an archive: size, witness, seconds after T."""
    for size, cosigner, after in done:
        store = with_cosignature(store, size, cosigner, key_of(cosigner), T + after)
    return store


@pytest.fixture
def two(small_archive: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """An archive of four entries whose trust root names two witnesses and wants both."""
    return with_witnesses(small_archive, founders, [ANNA.vkey, BEN.vkey], 2)


def path(size: int, cosigner: Cosigner) -> str:
    """The file of a cosignature."""
    return f"log/cosignatures/{size}.{cosigner.key_id.hex()}"


def said(store: MemoryStore) -> str:
    """What the report of a verified archive says of witnesses."""
    report = verify_archive(store)
    assert report.verdict == "verified", report.failures
    validate("report", parse_json(json.dumps(report_as_json(report)).encode()))
    return next((f.what for f in report.findings if f.subject == "log/cosignatures"), "")


def test_without_witnesses(small_archive: MemoryStore) -> None:
    """Where the trust root names no witness nothing is said of any."""
    assert said(small_archive) == ""
    assert verify_archive(small_archive).witnesses is None
    assert report_as_json(verify_archive(small_archive))["witnesses"] is None


def test_what_the_report_says(two: MemoryStore) -> None:
    """How many are wanted and there, and which checkpoint last reached the quorum; too few is no failure."""
    assert said(two) == "0 of 2 wanted witnesses have cosigned size 4; no checkpoint has reached the quorum"
    one = cosigned(two, (4, ANNA, 0))
    assert said(one) == "1 of 2 wanted witnesses have cosigned size 4; no checkpoint has reached the quorum"
    older = cosigned(one, (2, ANNA, 60), (2, BEN, 0))
    assert said(older) == (
        "1 of 2 wanted witnesses have cosigned size 4; quorum last reached at size 2, "
        "not later than 2027-01-15T08:01:00Z (witness.example.org/anna, witness.example.org/ben)"
    )
    both = cosigned(older, (4, BEN, 5))
    assert said(both) == (
        "2 of 2 wanted witnesses have cosigned size 4: there not later than 2027-01-15T08:00:05Z "
        "(witness.example.org/anna, witness.example.org/ben)"
    )
    assert report_as_json(verify_archive(older))["witnesses"] == {
        "wanted": 2,
        "known": 2,
        "size": 4,
        "cosigned": ("witness.example.org/anna",),
        "quorum": {
            "size": 2,
            "time": "2027-01-15T08:01:00Z",
            "who": "witness.example.org/anna, witness.example.org/ben",
        },
    }


def test_none_wanted(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """With a quorum of 0 cosignatures are counted, and prove no time by the policy."""
    store = cosigned(with_witnesses(small_archive, founders, [ANNA.vkey, BEN.vkey], 0), (4, ANNA, 0))
    assert said(store) == "1 of 2 witnesses have cosigned size 4; none is wanted"
    report = verify_archive(store)
    assert report.witnesses is not None
    assert report.witnesses.quorum is None


def test_the_time_is_that_of_the_last_of_the_first(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """With two wanted of three, the time is when the second of them had cosigned; the third adds nothing."""
    store = with_witnesses(small_archive, founders, [ANNA.vkey, BEN.vkey, EVE.vkey], 2)
    report = verify_archive(cosigned(store, (3, ANNA, 90), (3, BEN, 10), (3, EVE, 20)))
    assert report.witnesses is not None
    expected = Proven(3, "2027-01-15T08:00:20Z", "witness.example.org/ben, witness.example.org/eve")
    assert report.witnesses.quorum == expected
    assert report.proven == (expected,)


def test_every_byte(two: MemoryStore) -> None:
    """Every byte of a cosignature file changed, cut off or added is a failure that names the file."""
    store = cosigned(two, (4, ANNA, 0))
    name = path(4, ANNA)
    data = store.files[name]
    changed = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(len(data))]
    for new in (*changed, b"", data[:-1], data + b"\n", data * 2, b" " * 100_000):
        report = verify_archive(MemoryStore({**store.files, name: new}))
        assert {finding.subject for finding in report.failures} == {name}
        assert report.witnesses is not None
        assert report.witnesses.cosigned == ()


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("log/cosignatures/note.txt", 1),
        ("log/cosignatures/0.00000000", 1),
        ("log/cosignatures/5.00000000", 1),
        ("log/cosignatures/04.00000000", 1),
        ("log/cosignatures/4.0000000", 1),
        ("log/cosignatures/4.0000000A", 1),
        ("log/cosignatures/4", 1),
        ("log/cosignatures/4.00000000.tmp", 1),
        ("log/cosignatures/4/00000000", 1),
        ("log/cosignatures", 1),
        ("log/cosignatures/4.00000000", 10),
        (path(3, ANNA), 10),
        (path(4, EVE), 10),
    ],
)
def test_stray_files(two: MemoryStore, name: str, check: int) -> None:
    """A file that is named as no cosignature here does not belong; one that is, and is none of it, fails check 10."""
    data = cosigned(two, (4, ANNA, 0)).files[path(4, ANNA)]
    assert failed(MemoryStore({**two.files, name: data})) == {check: {name}}


def test_by_a_stranger(two: MemoryStore, small_archive: MemoryStore) -> None:
    """A good cosignature by somebody whom no trust root names is a failure: nobody vouches for these bytes."""
    assert failed(cosigned(two, (4, EVE, 0))) == {10: {path(4, EVE)}}
    assert failed(cosigned(small_archive, (4, ANNA, 0))) == {10: {path(4, ANNA)}}


def test_over_another_text(two: MemoryStore) -> None:
    """A cosignature of another size, or of another log, does not verify here."""
    three = two.read("log/checkpoints/3").partition(b"\n\n")[0] + b"\n"
    for text in (three, three.replace(b"press.", b"other.")):
        assert failed(with_cosignature(two, 4, ANNA, KEYS["anna"], T, text)) == {10: {path(4, ANNA)}}


def test_one_key_under_two_names(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Who has two names is one witness: that is a failure of the trust root, and does not make a quorum."""
    again = make_cosigner("witness.example.org/zoe", ANNA.public)
    store = with_witnesses(small_archive, founders, [ANNA.vkey, again.vkey], 2)
    store = with_cosignature(cosigned(store, (4, ANNA, 0)), 4, again, KEYS["anna"], T)
    report = verify_archive(store)
    assert [(f.check, f.subject) for f in report.failures] == [(11, "trust/root/1.json")]
    assert "have one key: it counts once" in report.failures[0].what
    assert report.witnesses is not None
    assert (report.witnesses.known, report.witnesses.quorum) == (1, None)


@pytest.mark.parametrize(
    "vkey",
    [
        "witness.example.org/anna+00000000+" + ANNA.vkey[-44:],
        format_vkey("witness.example.org/anna", ANNA.public),
        "witness.example.org/anna+0123abcd+BAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_a_key_that_cannot_be_used(small_archive: MemoryStore, founders: InitialKeys, vkey: str) -> None:
    """A witness's key with a wrong id, of another type, or universal is a failure of the trust root."""
    store = with_witnesses(small_archive, founders, [vkey], 1)
    assert failed(store) == {11: {"trust/root/1.json"}}


def test_one_version_only(two: MemoryStore) -> None:
    """Where one version is asked for the log is checked all the same, and the witnesses are said."""
    report = verify_archive(cosigned(two, (4, ANNA, 0)), only=parse_reference("harbour/v1"))
    assert report.verdict == "verified"
    assert report.witnesses is not None
    assert report.witnesses.cosigned == ("witness.example.org/anna",)


def test_damaged_log(two: MemoryStore) -> None:
    """Where the log itself does not verify nothing is said of witnesses."""
    store = cosigned(two, (4, ANNA, 0))
    files = {name: data for name, data in store.files.items() if not name.startswith("log/tile/")}
    report = verify_archive(MemoryStore(files))
    assert report.verdict == "failed"
    assert report.witnesses is None


def test_cosigned_while_it_is_read() -> None:
    """A cosignature of a checkpoint that was committed meanwhile does not look like a stray file."""
    names = {path(size, ANNA): 1 for size in (4, 5, 6)} | {"log/cosignatures/x": 1}
    left = ConcurrentWrites(4, 5).leave_out(Walk(names, (), ()))
    assert set(left.files) == {path(4, ANNA), path(6, ANNA), "log/cosignatures/x"}


def test_an_empty_folder(two: MemoryStore, tmp_path: Path) -> None:
    """A crash before the first cosignature was there may leave its folder empty: that is no failure; another is."""
    store = LocalStore(tmp_path / "archive")
    for name, data in two.files.items():
        store.create(name, data)
    (tmp_path / "archive" / "log" / "cosignatures").mkdir()
    assert verify_archive(store).verdict == "verified"
    (tmp_path / "archive" / "log" / "cosignature").mkdir()
    assert [finding.subject for finding in verify_archive(store).failures] == ["log/cosignature"]


# Split view (attack table: "Split view")


class Witness:
    """A witness on a machine of its own: it remembers what it cosigned."""

    def __init__(self, cosigner: Cosigner, store: MemoryStore) -> None:
        self.cosigner = cosigner
        self.verifiers = open_archive(store).log_verifiers
        self.last: TreeHead | None = None

    def serve(self, store: MemoryStore) -> MemoryStore:
        """Judge an archive's request and, if all is well, give the archive with the cosignature in it."""
        old = self.last.size if self.last else 0
        request = parse_request(build_request(open_archive(store), min(old, open_archive(store).checkpoint.size)))
        self.last = judge_request(request, self.last, self.verifiers)
        return cosigned(store, (requested_checkpoint(request).size, self.cosigner, 0))


@pytest.fixture
def second(two: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """A second history of the same archive, signed by its own log key: the last entry is another."""
    first, versions = statements(two)
    changed = replace(versions[-1], logged_at="2026-11-22T10:00:01Z")
    store = with_log(two, [first, *versions[:-1], changed], founders.log)
    assert format_statement(changed) not in two.read("log/tile/entries/000.p/4")
    return store


def test_split_view_one_witness(two: MemoryStore, second: MemoryStore) -> None:
    """Split view: two histories offered to one witness; the second is refused."""
    anna = Witness(ANNA, two)
    assert "1 of 2" in said(anna.serve(two))
    with pytest.raises(SecondHistoryError):
        anna.serve(second)


def test_split_view_grown(two: MemoryStore, second: MemoryStore, founders: InitialKeys) -> None:
    """Split view: a second history that is longer than what the witness saw is refused too."""
    anna = Witness(ANNA, two)
    anna.serve(two)
    first, versions = statements(second)
    longer = with_log(second, [first, *versions, replace(versions[0], release="other")], founders.log)
    with pytest.raises(MunimentError):
        anna.serve(longer)


def test_split_view_two_witnesses(two: MemoryStore, second: MemoryStore) -> None:
    """Split view: with a quorum of 2 and two honest witnesses neither of two histories reaches it."""
    anna, ben = Witness(ANNA, two), Witness(BEN, two)
    ours, theirs = anna.serve(two), ben.serve(second)
    for witness, store in ((ben, ours), (anna, theirs)):
        with pytest.raises(SecondHistoryError):
            witness.serve(store)
    for store in (ours, theirs):
        witnesses = verify_archive(store, subject="x").witnesses
        assert witnesses is not None
        assert (len(witnesses.cosigned), witnesses.quorum) == (1, None)


def test_cosignatures_of_a_second_history(two: MemoryStore, second: MemoryStore) -> None:
    """Split view: cosignatures of one history do not verify in the other, though size and witness are the same."""
    ours = cosigned(two, (4, ANNA, 0), (3, BEN, 0))
    moved = {name: data for name, data in ours.files.items() if name.startswith("log/cosignatures/")}
    found = failed(MemoryStore({**second.files, **moved}))
    assert found[10] == {path(4, ANNA)}


def test_what_is_counted(two: MemoryStore) -> None:
    """Each cosignature that verifies counts as one check passed, and its bytes as read."""
    before, after = verify_archive(two), verify_archive(cosigned(two, (4, ANNA, 0), (1, BEN, 0)))
    assert after.passed[10] == before.passed[10] + 2
    assert after.counts.files == before.counts.files + 2
