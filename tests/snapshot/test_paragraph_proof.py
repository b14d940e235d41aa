from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from muniment.errors import FormatError, InputError, IntegrityError, UnresolvedReferenceError
from muniment.log.proof_file import parse_proof
from muniment.memory import Past, Remembered, remember
from muniment.paragraph_proof import (
    ParagraphProof,
    format_paragraph_proof,
    parse_paragraph_proof,
    proof_name,
    prove_paragraph,
)
from muniment.reference import parse_reference
from muniment.verify.proof import verify_proof
from muniment.verify.report import Report
from muniment.verify.snapshot_evidence import sight_snapshot

if TYPE_CHECKING:
    from tests.snapshot.conftest import World


def prove(
    world: World, paragraph: str | None = "p2", quote: str | None = None, size: int | None = None
) -> ParagraphProof:
    """Prove a paragraph of v1."""
    archive = world.archive
    return prove_paragraph(archive, archive.read(parse_reference("declaration/v1")), paragraph, quote=quote, size=size)


def check(data: bytes, pinned: str | None = None, past: Past | None = None) -> Report:
    """The report on some bytes."""
    return verify_proof(data, subject="p", pinned_root=pinned, past=past)


def remembered(world: World, size: int) -> Past:
    """What a machine knows that saw this archive at a size."""
    archive = world.archive
    note: Remembered = remember(archive.store.read(f"log/checkpoints/{size}"), archive.roots[0].digest, "2026-11-20")
    return Past(recall=lambda _: note)


def said(report: Report, check_number: int) -> list[str]:
    """What the findings of a check say."""
    return [finding.what for finding in report.findings if finding.check == check_number]


@pytest.mark.parametrize("paragraph", ["h1", "p1", "nn1", "p2"])
def test_every_paragraph(world: World, paragraph: str) -> None:
    """A proof is read back as it was, verifies, and stays below 4 KB."""
    proof = prove(world, paragraph)
    data = format_paragraph_proof(proof)
    assert parse_paragraph_proof(data) == proof
    assert len(data) < 4096
    report = check(data)
    assert (report.verdict, report.size, report.origin) == ("verified", 2, "archive.example.org/press")
    assert {number for number, times in report.passed.items() if times} == {1, 3, 4, 9, 10}


def test_form(world: World) -> None:
    """The file is a C2SP tlog-proof with the checkpoint as published; its extra line is canonical JSON."""
    data = format_paragraph_proof(prove(world))
    assert data.startswith(b"c2sp.org/tlog-proof@v1\nextra ")
    outer = parse_proof(data)
    assert outer.checkpoint == world.store.read("log/checkpoints/2")
    value = json.loads(outer.extra or b"")
    assert sorted(value) == ["format", "index", "log_key", "paragraph", "path", "quote", "statement"]
    assert json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == outer.extra


def test_the_same_for_ever(world: World) -> None:
    """A proof of v1 stays the same bytes while the archive grows; a later checkpoint is chosen by its size."""
    data = format_paragraph_proof(prove(world))
    world.emend()
    assert format_paragraph_proof(prove(world)) == data
    later = prove(world, size=3)
    assert later.checkpoint == world.store.read("log/checkpoints/3")
    with pytest.raises(InputError, match="no checkpoint of size 4"):
        prove(world, size=4)


def test_quote(world: World) -> None:
    """Words are found exactly, in one paragraph or in the whole version, and named with their place."""
    for paragraph in (None, "p1"):
        proof = prove(world, paragraph, 'with "quotes" and')
        assert (proof.words, proof.paragraph.id) == ('with "quotes" and', "p1")
        assert proof.paragraph.text[proof.quote.start if proof.quote else -1 :].startswith('with "quotes"')
        assert check(format_paragraph_proof(proof)).verdict == "verified"
    assert proof_name(prove(world)).startswith("declaration-v1-p2-")
    assert "-p1-23-40-" in proof_name(prove(world, None, 'with "quotes" and'))


def test_white_space_of_a_quote(world: World) -> None:
    """A line end of the original and a blank of the quote are both white space; the words stand as they stand there."""
    world.publish("Title\n\n1. One line\nand another.\n", "broken")
    archive = world.archive
    version = archive.read(parse_reference("broken/v1"))
    proof = prove_paragraph(archive, version, None, quote=" line and  another ")
    assert proof.words == "line\nand another"


def test_quote_that_is_not_there(world: World) -> None:
    """A quote in no place, in several, or without words is refused, and the places are listed."""
    with pytest.raises(UnresolvedReferenceError, match="do not stand there"):
        prove(world, None, "The lost words")
    with pytest.raises(UnresolvedReferenceError, match="do not stand there"):
        prove(world, "p1", "The last words")
    with pytest.raises(InputError, match="empty"):
        prove(world, None, "  ")
    world.publish("Title\n\n1. aa aa aa.\n\n2. aa b c aa d.\n\n3. aa.\n", "many")
    archive = world.archive
    version = archive.read(parse_reference("many/v1"))
    with pytest.raises(UnresolvedReferenceError, match="in 3 places") as caught:
        prove_paragraph(archive, version, "p1", quote="aa")
    assert caught.value.found == "p1 at 0, p1 at 3, p1 at 6"
    with pytest.raises(UnresolvedReferenceError) as caught:
        prove_paragraph(archive, version, None, quote="aa")
    assert caught.value.found == "p1 at 0, p1 at 3, p1 at 6, p2 at 0, p2 at 7, …"


@pytest.mark.parametrize("quote", [None, "last words"])
def test_every_byte_changed(world: World, quote: str | None) -> None:
    """No byte of a proof can change, be left out or stand twice without the proof failing: every one is vouched for."""
    data = format_paragraph_proof(prove(world, "p2", quote))
    for at in range(len(data)):
        for other in (data[at] ^ 1, data[at] ^ 0x20, data[at] ^ 0x80):
            assert check(data[:at] + bytes([other]) + data[at + 1 :]).verdict != "verified", at
        assert check(data[:at] + data[at + 1 :]).verdict != "verified", at
        assert check(data[: at + 1] + data[at:]).verdict != "verified", at


def test_first_use(world: World) -> None:
    """Without anything to hold the log key against, the proof verifies, names the key, and is not remembered."""
    proof = prove(world)
    report = check(format_paragraph_proof(proof))
    assert said(report, 11) == [f"trusted on first use: log key {proof.log_key}"]
    assert report.root is None


def test_tied_by_a_snapshot(world: World) -> None:
    """A snapshot of the archive says whose key it is: then a trust root can be asked for."""
    data = format_paragraph_proof(prove(world))
    past = Past(against=sight_snapshot(world.snapshot().data, "s.zip"))
    root = world.archive.roots[0].digest
    report = check(data, root[7:], past)
    assert (report.verdict, report.root, report.passed[11], report.passed[13]) == ("verified", root, 2, 1)
    assert said(report, 11) == ["the log key is known to s.zip"]
    wrong = check(data, "0" * 64, past)
    assert (wrong.verdict, said(wrong, 11)) == ("failed", ["not the trust root that was asked for"])


def test_root_that_nothing_ties(world: World) -> None:
    """A trust root is never taken as checked where only the file itself could say whose key it is."""
    report = check(format_paragraph_proof(prove(world)), world.archive.roots[0].digest[7:])
    assert report.verdict == "unchecked"
    assert said(report, 11) == ["nothing here ties the log key to the trust root that was asked for"]


def test_memory(world: World) -> None:
    """A machine that saw the log tells its key from another's."""
    data = format_paragraph_proof(prove(world))
    world.emend()
    report = check(data, None, remembered(world, 3))
    assert (report.verdict, report.root) == ("verified", world.archive.roots[0].digest)
    assert said(report, 11) == ["the log key is known to this machine (2026-11-20)"]
    forged = format_paragraph_proof(prove(world.forged()))
    other = check(forged, None, remembered(world, 3))
    assert (other.verdict, other.root) == ("unchecked", None)
    assert said(other, 11) == ["not signed by the log key that this machine saw on 2026-11-20"]


def test_forged_against_a_copy(world: World) -> None:
    """A proof of another log of the same name fails against a copy that covers it, and is open against an older one."""
    forged = world.forged()
    past = Past(against=sight_snapshot(world.snapshot().data, "s.zip"))
    assert check(format_paragraph_proof(prove(forged)), None, past).verdict == "failed"
    forged.emend()
    later = check(format_paragraph_proof(prove(forged, size=3)), None, past)
    assert (later.verdict, said(later, 11)) == ("unchecked", ["signed by a key that is no log key in s.zip"])


def test_archive_that_does_not_verify(world: World) -> None:
    """No proof is made of a record that the log does not name, nor of a checkpoint that is not signed."""
    path = "log/checkpoints/2"
    good = world.store.read(path)
    world.emend()
    world.store.replace(path, good.replace(b"\n2\n", b"\n3\n"), good)
    with pytest.raises(IntegrityError):
        prove(world)


def test_where_it_is_not_one(world: World) -> None:
    """Another tlog-proof, such as that of a snapshot, says what it lacks."""
    data = format_paragraph_proof(prove(world))
    lines = data.split(b"\n")
    with pytest.raises(FormatError, match="without a paragraph"):
        parse_paragraph_proof(b"\n".join(lines[:1] + lines[2:]))
