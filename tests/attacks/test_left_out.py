"""What can be left out of evidence without a finding: every part of every file, one and two at a time.

``docs/threat-model.md`` has the table of verdicts; it is held against what comes out here, number by number.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from zlib import crc32

import pytest
from tests.attacks.parts import HOWS, Part, joined, lines_of, parse_der, paths, variations, without
from tests.attacks.stolen import AFTER, SIZE, make_stolen, strip
from tests.snapshot.conftest import RELEASE, TEXT, World
from tests.timestamp.stamping import WATCH, pin, stamp
from tests.verify.forge import with_cosignature, with_witnesses
from tests.verify.test_snapshot import rebag, unpack

from muniment.archive import open_archive
from muniment.archive.paths import CHECKPOINT
from muniment.canonical import format_canonical, parse_canonical
from muniment.cite import Citation, format_csl, format_long, make_citation
from muniment.cite.reading import parse_citation
from muniment.errors import InputError, MunimentError
from muniment.export.snapshot import build_stamped_snapshot, gather
from muniment.log.proof_file import format_proof, parse_proof
from muniment.log.vkey import make_cosigner
from muniment.memory import Past
from muniment.paragraph_proof import format_paragraph_proof, prove_paragraph
from muniment.reference import parse_reference
from muniment.snapshot import zip as stored_zip
from muniment.snapshot.contents import snapshot_files
from muniment.snapshot.signed_files import SignedFiles
from muniment.snapshot.zip import Entry
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.trust.chain import RootFile
from muniment.verify.archive import verify_archive
from muniment.verify.citation import verify_citation
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.proof import verify_proof
from muniment.verify.report import VERIFIED
from muniment.verify.snapshot import verify_snapshot
from muniment.write.create import InitialKeys

LONG = pytest.mark.skipif(not os.environ.get("MUNIMENT_LONG"), reason="takes minutes: make test-long")
PAGE = Path(__file__).parents[2] / "docs" / "threat-model.md"
UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of evidence.

    Attributes:
        parts: Its parts in order.
        others: The same parts of another good one of the same archive.
        join: Puts parts together.
        judge: Gives the verdict: that of the report, or ``unusable`` where it is refused as what it is not.
        named: Whether a part is found by its name.
    """

    parts: Sequence[Part]
    others: Mapping[str, bytes]
    join: Callable[[Sequence[Part]], bytes]
    judge: Callable[[bytes], str]
    named: bool = False


@dataclass(slots=True)
class Outcome:
    """What came out: how often each verdict, and of what the verdict was verified."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {how: Counter() for how in HOWS})
    passed: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)


def tried(evidence: Evidence) -> Outcome:
    """Try every variation that changes anything."""
    outcome, whole = Outcome(), evidence.join(evidence.parts)
    assert evidence.judge(whole) == VERIFIED
    for varied in variations(evidence.parts, evidence.others, named=evidence.named):
        data = evidence.join(varied.parts)
        if data == whole:
            continue
        verdict = evidence.judge(data)
        outcome.counts[varied.how][verdict] += 1
        if verdict == VERIFIED:
            outcome.passed.add((varied.how, varied.names))
    return outcome


def snapshot_verdict(data: bytes) -> str:
    """The verdict on a snapshot alone."""
    return verify_snapshot(data, subject="s.zip").verdict


# Snapshots


@cache
def plain_world() -> World:
    """Two versions, of which one is emended."""
    world = World()
    world.publish(TEXT)
    world.emend()
    return world


@cache
def stamped_world() -> World:
    """The same, with two authorities, stamps of four entries by both, and of a later version."""
    world = World()
    world.publish(TEXT)
    founders = InitialKeys(world.root_key, world.keys.record, world.keys.log)
    world.emend()
    pin(world.store, founders)
    for _ in range(2):
        stamp(world.store, founders)
        size = open_archive(world.store).checkpoint.size - 1
        stamp(world.store, founders, "watch", WATCH, size=size)
        world.publish(TEXT.replace("last", "very last"), "tide")
    return world


@cache
def captured_world() -> World:
    """Two versions that were captured, with their exchanges."""
    world = World()
    world.capture(TEXT)
    world.capture(TEXT.replace("last", "very last"))
    return world


@cache
def stolen_world() -> World:
    """Two changes of the trust root, the second a revocation."""
    return make_stolen()


def snapshots() -> dict[str, tuple[bytes, bytes]]:
    """By kind: a good snapshot, and another one of the same archive."""
    plain, stamped, stolen = plain_world(), stamped_world(), stolen_world()
    archive = stamped.archive
    first, later = (
        build_stamped_snapshot(archive, archive.read(parse_reference(name))).data for name in (f"{RELEASE}/v1", "tide")
    )
    return {
        "plain": (plain.snapshot("v1").data, plain.snapshot("v2").data),
        "captured": (captured_world().snapshot("v1").data, captured_world().snapshot("v2").data),
        "stamped": (first, later),
        "revoked": (
            strip(stolen, AFTER, SIZE, stolen.archive.roots),
            strip(stolen, f"{RELEASE}/v1", SIZE, stolen.archive.roots),
        ),
    }


def zipped(kind: str, *, repaired: bool) -> Evidence:
    """A snapshot by its entries; repaired, all lists of the bag follow what is in it."""
    whole, other = snapshots()[kind]
    folder, files = unpack(whole)
    others = {re.sub(r"timestamps/[0-9]+\.", f"timestamps/{_size(files)}.", n): d for n, d in unpack(other)[1].items()}

    def pack(parts: Sequence[Part]) -> bytes:
        if not repaired:
            entries = [Entry(f"{folder}/{name}", data, crc32(data)) for name, data in parts]
            return b"".join(piece.data for piece in stored_zip._pieces(entries))
        info = dict(parts).get("bag-info.txt", b"")
        readable = info and all(b": " in line for line in info.splitlines())
        return rebag(folder, {**dict(parts), "bag-info.txt": info if readable else files["bag-info.txt"]})

    return Evidence(list(files.items()), others, pack, snapshot_verdict, named=True)


def _size(files: Mapping[str, bytes]) -> str:
    return next((name.split("/")[-1].split(".")[0] for name in files if "/timestamps/" in name), "0")


def made_anew(kind: str) -> Evidence:
    """A snapshot by what a forger can leave out and have all else made to fit: roots, signatures, schemas, stamps."""
    world = {"plain": plain_world, "stamped": stamped_world, "revoked": stolen_world}[kind]()
    archive = world.archive
    reference, size = {"plain": ("v1", 2), "stamped": (f"{RELEASE}/v1", 4), "revoked": (AFTER, SIZE)}[kind]
    stamps = {}
    if kind == "stamped":
        files = unpack(snapshots()[kind][0])[1]
        stamps = {n[5:]: d for n, d in files.items() if n.startswith(("data/timestamps/", "data/trust/authorities/"))}
    signed_files = gather(archive, archive.read(parse_reference(reference)), size, stamps)
    parts = [
        *((f"trust/root/{name}", data) for root in signed_files.roots for name, data in root.files.items()),
        *signed_files.schemas.items(),
        *stamps.items(),
    ]
    return Evidence(parts, {}, lambda left: _remade(signed_files, dict(left)), snapshot_verdict, named=True)


def _remade(signed_files: SignedFiles, left: dict[str, bytes]) -> bytes:
    """The snapshot that a writer would make of what is left."""
    kept = tuple(
        RootFile(root.root, left[f"trust/root/{root.root.version}.json"], _signatures(root, left))
        for root in signed_files.roots
        if f"trust/root/{root.root.version}.json" in left
    )
    made = replace(
        signed_files,
        roots=kept or signed_files.roots,
        schemas={name: left[name] for name in signed_files.schemas if name in left},
        timestamps={name: left[name] for name in signed_files.timestamps if name in left},
    )
    try:
        files = snapshot_files(made)
    except (StopIteration, KeyError):
        # The signer is in none of these roots: then the files stay as they were, and the lists follow.
        files = {
            path: data
            for path, data in snapshot_files(signed_files).items()
            if path[5:] in left or path[5:] not in signed_files.files
        }
    if not kept:
        files = {path: data for path, data in files.items() if not path.startswith("data/trust/root/")}
    return rebag(signed_files.name, files)


def _signatures(root: RootFile, left: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    names = {by: f"trust/root/{root.root.version}.json.{by}.sig" for by, _ in root.signatures}
    return tuple((by, left[name]) for by, name in names.items() if name in left)


# Proofs


def proofs() -> tuple[bytes, bytes]:
    """A proof of a paragraph, and one of words of it under another checkpoint."""
    archive = plain_world().archive
    version = archive.read(parse_reference("v1"))
    return (
        format_paragraph_proof(prove_paragraph(archive, version, "p2")),
        format_paragraph_proof(prove_paragraph(archive, version, "p2", quote="The last", size=3)),
    )


def proof_verdict(data: bytes) -> str:
    """The verdict on a proof alone."""
    return verify_proof(data, subject="p").verdict


def proof_lines() -> Evidence:
    """A proof by its lines."""
    one, other = proofs()
    return Evidence(lines_of(one), dict(lines_of(other)), joined, proof_verdict)


def proof_members() -> Evidence:
    """A proof by the members of its extra data, and of the entry in that."""
    one, other = (parse_proof(data) for data in proofs())

    def members(extra: bytes | None) -> list[Part]:
        value = parse_canonical(extra or b"", where="extra")
        assert isinstance(value, dict)
        statement = value.pop("statement")
        assert isinstance(statement, dict)
        nested = {f"statement.{name}": said for name, said in statement.items()}
        return [(name, format_canonical(said)) for name, said in (value | nested).items()]

    def join(parts: Sequence[Part]) -> bytes:
        outer = [(name, data) for name, data in parts if not name.startswith("statement.")]
        inner = [(name[10:], data) for name, data in parts if name.startswith("statement.")]
        return format_proof(replace(one, extra=_object([*outer, ("statement", _object(inner))])))

    return Evidence(members(one.extra), dict(members(other.extra)), join, proof_verdict, named=True)


def _object(parts: Sequence[Part]) -> bytes:
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), data) for name, data in parts) + b"}"


# Citations


def citation_verdict(data: bytes) -> str:
    """The verdict on a citation against its archive."""
    try:
        stated = parse_citation(data.decode())
        return verify_citation(plain_world().store, stated).verdict if stated else UNUSABLE
    except InputError:
        return UNUSABLE


def citation_text() -> Evidence:
    """A citation in words, by what lies between its commas and full stops."""
    one, other = (format_long(_citation(name)) for name in ("v1", "v2"))

    def pieces(text: str) -> list[Part]:
        cut = re.split(r"(?<=[],.]) ", text)
        return [(f"piece {number}", piece.encode()) for number, piece in enumerate(cut, 1)]

    return Evidence(pieces(one), dict(pieces(other)), lambda parts: b" ".join(d for _, d in parts), citation_verdict)


def _citation(name: str) -> Citation:
    archive = plain_world().archive
    version = archive.read(parse_reference(name))
    return make_citation(version, origin=archive.origin, root=archive.roots[0].digest, paragraph="p2")


def citation_csl() -> Evidence:
    """A citation in CSL-JSON, by its members, those of ``custom`` and the lines of its note."""
    one, other = (json.loads(format_csl(_citation(name)))[0] for name in ("v1", "v2"))

    def members(item: dict[str, object]) -> list[Part]:
        custom, note = item.pop("custom"), item.pop("note")
        assert isinstance(custom, dict)
        assert isinstance(note, str)
        named = item | {f"custom.{name}": value for name, value in custom.items()}
        named |= {f"note.{line.split(':')[0]}": line for line in note.split("\n")}
        return [(name, json.dumps(value).encode()) for name, value in named.items()]

    def join(parts: Sequence[Part]) -> bytes:
        top = [(name, data) for name, data in parts if not name.startswith(("custom.", "note."))]
        custom = [(name[7:], data) for name, data in parts if name.startswith("custom.")]
        note = "\n".join(json.loads(data) for name, data in parts if name.startswith("note."))
        nested = [("custom", _object(custom)), ("note", json.dumps(note).encode())]
        return b"[" + _object([*top, *nested]) + b"]"

    return Evidence(members(one), dict(members(other)), join, citation_verdict, named=True)


# Witnesses, time stamps, checkpoints: files of an archive

ANNA, BEN = (PrivateKey.from_seed(bytes([number]) * 32) for number in (7, 8))
COSIGNERS = [
    (make_cosigner(f"witness.example.org/{name}", key.public.raw), key) for name, key in (("anna", ANNA), ("ben", BEN))
]


@cache
def witnessed() -> MemoryStore:
    """An archive whose last two checkpoints two witnesses have cosigned."""
    world = World()
    world.publish(TEXT)
    founders = InitialKeys(world.root_key, world.keys.record, world.keys.log)
    store = with_witnesses(world.store, founders, [cosigner.vkey for cosigner, _ in COSIGNERS], 2)
    for size in (1, 2):
        for cosigner, key in COSIGNERS:
            store = with_cosignature(store, size, cosigner, key, 1_800_000_000 + size)
    return store


def archive_verdict(files: Mapping[str, bytes]) -> str:
    """The verdict on an archive."""
    return verify_archive(MemoryStore(dict(files))).verdict


def _files_as_text(
    store: MemoryStore, of: Sequence[str]
) -> tuple[Callable[[Sequence[Part]], bytes], Callable[[bytes], str]]:
    """Join and judge for parts that are files of an archive: hex, so that they have one spelling."""

    def join(parts: Sequence[Part]) -> bytes:
        named = {}
        for name, data in parts:
            named[f"{name}.copy" if name in named else name] = data.hex()
        return json.dumps(named).encode()

    def judge(data: bytes) -> str:
        kept = {name: content for name, content in store.files.items() if name not in of}
        return archive_verdict(kept | {name: bytes.fromhex(content) for name, content in json.loads(data).items()})

    return join, judge


def cosignature_files() -> Evidence:
    """The witness files of an archive, each as a whole."""
    store = witnessed()
    names = sorted(name for name in store.files if name.startswith("log/cosignatures/"))
    parts = [(name, store.files[name]) for name in names]
    others = {
        name: store.files[name.replace("/2.", "/1.") if "/2." in name else name.replace("/1.", "/2.")] for name in names
    }
    return Evidence(parts, others, *_files_as_text(store, names), named=True)


def cosignature_fields() -> Evidence:
    """One witness file by its fields: dash, name, key id, time, signature."""
    import base64  # noqa: PLC0415 - here alone

    store = witnessed()
    name = next(name for name in store.files if name.startswith("log/cosignatures/2."))

    def fields(line: bytes) -> list[Part]:
        dash, who, blob = line.rstrip(b"\n").split(b" ")
        raw = base64.b64decode(blob)
        return [("dash", dash), ("name", who), ("key id", raw[:4]), ("time", raw[4:12]), ("signature", raw[12:])]

    def join(parts: Sequence[Part]) -> bytes:
        said = [data for field, data in parts if field in {"dash", "name"}]
        raw = b"".join(data for field, data in parts if field not in {"dash", "name"})
        return b" ".join([*said, base64.b64encode(raw)]) + b"\n"

    return Evidence(
        fields(store.files[name]),
        dict(fields(store.files[name.replace("/2.", "/1.")])),
        join,
        lambda data: archive_verdict(store.files | {name: data}),
    )


def stamp_files() -> Evidence:
    """The files of time stamps in an archive, whose entries name them."""
    store = stamped_world().store
    names = sorted(name for name in store.files if name.startswith("log/timestamps/"))
    parts = [(name, store.files[name]) for name in names]
    others = dict(zip(names, [data for _, data in (*parts[2:], *parts[:2])], strict=True))
    return Evidence(parts, others, *_files_as_text(store, names), named=True)


def checkpoint_lines() -> Evidence:
    """The newest checkpoint of an archive by its lines, in both of its files."""
    store = plain_world().store
    note, other = store.files[CHECKPOINT], store.files["log/checkpoints/2"]
    return Evidence(
        lines_of(note),
        dict(lines_of(other)),
        joined,
        lambda data: archive_verdict(store.files | {CHECKPOINT: data, "log/checkpoints/3": data}),
    )


def kept_checkpoint() -> Evidence:
    """A checkpoint that a reader kept, by its lines, with the archive verified against it."""
    store = plain_world().store

    def judge(data: bytes) -> str:
        try:
            past = Past(against=sight_checkpoint(data, "kept"))
        except MunimentError:
            return UNUSABLE
        return verify_archive(store, past=past).verdict

    return Evidence(lines_of(store.files["log/checkpoints/2"]), dict(lines_of(store.files[CHECKPOINT])), joined, judge)


KINDS: dict[str, Callable[[], Evidence]] = {
    "snapshot, plain": lambda: zipped("plain", repaired=False),
    "snapshot, plain, lists repaired": lambda: zipped("plain", repaired=True),
    "snapshot, plain, all made to fit": lambda: made_anew("plain"),
    "snapshot, captured, lists repaired": lambda: zipped("captured", repaired=True),
    "snapshot, stamped": lambda: zipped("stamped", repaired=False),
    "snapshot, stamped, lists repaired": lambda: zipped("stamped", repaired=True),
    "snapshot, stamped, all made to fit": lambda: made_anew("stamped"),
    "snapshot, after a revocation": lambda: zipped("revoked", repaired=False),
    "snapshot, after a revocation, lists repaired": lambda: zipped("revoked", repaired=True),
    "snapshot, after a revocation, all made to fit": lambda: made_anew("revoked"),
    "proof of a paragraph, lines": proof_lines,
    "proof of a paragraph, members": proof_members,
    "citation in words": citation_text,
    "citation in CSL-JSON": citation_csl,
    "witness files of an archive": cosignature_files,
    "witness file, fields": cosignature_fields,
    "time stamp files of an archive": stamp_files,
    "checkpoint of an archive, lines": checkpoint_lines,
    "checkpoint that a reader kept, lines": kept_checkpoint,
}


def row(name: str, evidence: Evidence, outcome: Outcome) -> str:
    """The row of the table of a kind."""
    cells = [", ".join(f"{n} {v}" for v, n in sorted(outcome.counts[how].items())) or "–" for how in HOWS]
    return f"| {name} | {len(evidence.parts)} | {' | '.join(cells)} |"


def table() -> dict[str, str]:
    """The rows of the table in the page, by kind."""
    section = PAGE.read_text(encoding="utf-8").split("\n## What can be left out\n")[1].split("\n##")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return {line.split(" | ")[0].removeprefix("| "): line for line in rows[1:]}


PASSES: dict[str, set[tuple[str, tuple[str, ...]]]] = {
    # The extra line of another proof of the same entry is that proof: it prints its own words.
    "proof of a paragraph, lines": {("replaced", ("line 2",))},
    "proof of a paragraph, members": {("replaced", ("quote",))},
    # One signature twice says no more than once; only as the log publishes it must there be one line a key.
    "checkpoint that a reader kept, lines": {("doubled", ("line 6",))},
}
"""What verifies though something is left out, doubled, swapped or another; nothing by default."""

LOOSE = {"citation in words", "citation in CSL-JSON", "witness files of an archive"}
"""Kinds of which parts may be missing: tests of their own say what holds then."""


@pytest.mark.parametrize("name", KINDS)
def test_table(name: str) -> None:
    """The verdicts on every variation of a kind of evidence are those of the table; else: MUNIMENT_GOLDEN=write."""
    evidence = KINDS[name]()
    outcome = tried(evidence)
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page.replace(table()[name], row(name, evidence, outcome)), encoding="utf-8")
    assert table()[name] == row(name, evidence, outcome)
    if name not in LOOSE:
        assert outcome.passed == PASSES.get(name, set())


def test_every_kind_has_its_row() -> None:
    """The table names the kinds that are tried, in their order, and no other."""
    assert list(table()) == list(KINDS)


@pytest.mark.parametrize("kind", ["citation in words", "citation in CSL-JSON"])
def test_citation_that_states_less(kind: str) -> None:
    """A citation may lack what it need not say; it verifies only while the whole hash stands in it."""
    evidence, digest = KINDS[kind](), _citation("v1").sha256
    others = {name for name, data in evidence.others.items() if data != dict(evidence.parts).get(name, data)}
    for varied in variations(evidence.parts, evidence.others, named=evidence.named):
        data = evidence.join(varied.parts)
        if evidence.judge(data) == VERIFIED:
            assert digest in data.decode()
            # Of another version's facts none passes but the key of an entry in a bibliography, which is any word.
            assert varied.how != "replaced" or varied.names == ("id",) or not {*varied.names} <= others


def test_witness_files_removed() -> None:
    """Cosignatures are not logged, so a missing one is no failure; the report names fewer witnesses."""
    store = witnessed()
    whole = verify_archive(store).witnesses
    assert whole is not None
    assert len(whole.cosigned) == 2
    names = sorted(name for name in store.files if name.startswith("log/cosignatures/2."))
    for gone in (names[:1], names[1:], names):
        report = verify_archive(MemoryStore({name: data for name, data in store.files.items() if name not in gone}))
        assert report.verdict == VERIFIED
        assert report.witnesses is not None
        assert len(report.witnesses.cosigned) == 2 - len(gone)
        assert report.witnesses.quorum is not None
        assert report.witnesses.quorum.size == 1


def test_whole_stamp_removed() -> None:
    """A whole stamp with its certificates can be taken out unseen: the report then proves no time by that authority."""
    evidence = made_anew("stamped")
    for number, name in (("1", "clock"), ("2", "watch")):
        gone = (f"timestamps/4.{number}.", f"trust/authorities/{name}.pem")
        data = evidence.join([part for part in evidence.parts if not part[0].startswith(gone)])
        report = verify_snapshot(data, subject="s.zip")
        assert report.verdict == VERIFIED
        assert name not in {proven.who for proven in report.proven}
        assert len(report.proven) == 1


ELEMENTS = {"tsq": Counter(failed=9), "tsr": Counter(failed=110, verified=11)}
"""The verdicts on a snapshot where one element of the request or response of a stamp is missing."""


def elements(kind: str, count: int) -> Iterator[bytes]:
    """Snapshots in which so many elements of the DER of one request or response are missing."""
    evidence = made_anew("stamped")
    path = f"timestamps/4.1.{kind}"
    whole = parse_der(dict(evidence.parts)[path])
    for gone in combinations(paths(whole), count):
        data = b"".join(element.bytes() for element in without(whole, {*gone}))
        yield evidence.join([(name, data if name == path else content) for name, content in evidence.parts])


def _judge_elements(kind: str, count: int) -> Counter[str]:
    """Count the verdicts; where one is verified, the same times are proven, or fewer."""
    counts: Counter[str] = Counter()
    evidence = made_anew("stamped")
    proven = {*verify_snapshot(evidence.join(evidence.parts), subject="s.zip").proven}
    for data in elements(kind, count):
        report = verify_snapshot(data, subject="s.zip")
        counts[report.verdict] += 1
        assert {*report.proven} <= proven
    return counts


@pytest.mark.parametrize("kind", ["tsq", "tsr"])
def test_element_of_a_time_stamp_removed(kind: str) -> None:
    """Each element of a stamp's DER removed, lengths repaired: it fails, or what it proves is the same."""
    assert _judge_elements(kind, 1) == ELEMENTS[kind]


@LONG
@pytest.mark.parametrize("kind", ["tsq", "tsr"])
def test_two_elements_of_a_time_stamp_removed(kind: str) -> None:
    """Likewise two at a time."""
    assert _judge_elements(kind, 2)["failed"] > 0


@pytest.mark.parametrize("name", ["proof of a paragraph, lines", "proof of a paragraph, members"])
def test_proof_against_a_copy(name: str) -> None:
    """With a copy of the archive beside it, each variation of a proof gets the verdict that it gets alone."""
    evidence, past = KINDS[name](), Past(against=sight_copy(plain_world().store, "copy"))
    for varied in variations(evidence.parts, evidence.others, named=evidence.named):
        data = evidence.join(varied.parts)
        assert verify_proof(data, subject="p", past=past).verdict == evidence.judge(data)
