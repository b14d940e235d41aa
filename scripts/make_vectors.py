"""Writes tests/vectors: snapshots and proofs, good and bad, each with the verdict that a verifier must give.

Every key comes from a constant seed and every time is a constant, so the same files come out each time; run it again
after a change of the format, and look at the difference.  docs/conformance.md says how to use them.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

from muniment.archive import Archive, open_archive
from muniment.canonical import Json, format_canonical, parse_json
from muniment.digest import format_digest, sha256_hex
from muniment.export.snapshot import build_snapshot
from muniment.ingest import Source, locate
from muniment.log.checkpoint import Checkpoint, TreeHead, format_checkpoint, parse_checkpoint, sign_checkpoint
from muniment.log.merkle import leaf_hash, prove_inclusion, tree_root
from muniment.log.newest import NamedRoot
from muniment.log.note import format_vkey, parse_note, sign_note
from muniment.log.proof_file import TlogProof, format_proof, parse_proof
from muniment.paragraph_proof import format_paragraph_proof, prove_paragraph
from muniment.record import Emendation, Record
from muniment.reference import parse_reference
from muniment.snapshot.bagit import DECLARATION, INFO, MANIFEST, TAG_MANIFEST, bag_files
from muniment.snapshot.zip import format_zip, parse_zip
from muniment.ssh import sshsig
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.trust.chain import sign_root
from muniment.trust.possession import prove_possession
from muniment.trust.root import LogKey, RecordKey
from muniment.write.create import InitialKeys, create_archive
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Author, Keys, add_emendations, add_publication

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "vectors"
ORIGIN = "archive.example.org/press"
TEXT = (
    "Déclaration sur les événements « Ünïcode »\n\n"
    '1. First [sic] paragraph, with "quotes" and \u202ehidden\u202c turns.\n\n'
    "An unnumbered one follows: 中文, العربية.\n\n"
    "2. The last words are the last words.\n"
)
ROOT, RECORD, LOG, NEW_RECORD, NEW_LOG, STRANGER = (PrivateKey.from_seed(bytes([n]) * 32) for n in range(1, 7))
UNIVERSAL = bytes([1]) + bytes(31)
"""The key of small order under which its own 32 bytes and 32 zero bytes are a signature of everything."""

Files = dict[str, bytes]
SCRIPT = {
    "canonical": "record.json is not in canonical form",
    "derived": "files that are made from the others",
    "extraction": "the words do not come out of the original",
    "paragraphs": "the paragraph root",
    "zip": "the zip itself, which is unpacked by then",
}
"""What verify.sh says that it does not check, by the word that stands in the index."""


@dataclass(frozen=True, slots=True)
class Vector:
    """One file and what must come of it.

    Attributes:
        name: Without folder and suffix.
        verdict: ``verified``, ``failed`` or ``unchecked``.
        checks: The numbers of the checks that fail; none for a good file.
        why: What is wrong, or what makes it worth a test.
        data: The file.
        root: What the reader pins, 64 hex digits; empty for nothing.
        beyond: A key of ``SCRIPT`` where ``verify.sh`` cannot find the fault.
    """

    name: str
    verdict: str
    checks: tuple[int, ...]
    why: str
    data: bytes
    root: str = ""
    beyond: str = ""


@cache
def archive() -> Archive:
    """Two releases, three versions; between the second and the third, new keys."""
    store = MemoryStore()
    create_archive(store, InitialKeys(ROOT, RECORD, LOG), origin=ORIGIN, now="2026-11-22T10:00:00Z")
    _publish(store, "declaration", TEXT, Keys(RECORD, LOG))
    add_emendations(store, Keys(RECORD, LOG), "declaration", _emend, {}, Author("2026-11-22T10:02:00Z"))
    add_root(store, RootKeys([ROOT], LOG), _rotate, "2026-11-22T10:03:00Z")
    _publish(store, "harbour", "Harbour\n\n1. Closed.\n", Keys(NEW_RECORD, NEW_LOG))
    return open_archive(store)


def _publish(store: MemoryStore, release: str, text: str, keys: Keys) -> None:
    metadata: dict[str, Json] = {"language": "fr", "issued": {"date": "2022-01", "basis": "inferred"}}
    source = Source(text.encode(), "statement.txt", "2026-11-22")
    add_publication(store, keys, release, source, metadata, Author("2026-11-22T10:04:00Z"))


def _emend(record: Record, by: str) -> list[Emendation]:
    start, end = locate(record.paragraphs[-1], "The")
    return [Emendation(record.paragraphs[-1].id, start, end, "corrected", "These", "a plural follows", by)]


def _rotate(opened: Archive) -> NextRoot:
    root, size = opened.chain[-1], opened.checkpoint.size
    new_record = RecordKey(
        key=NEW_RECORD.public, first_index=size + 1, last_index=None, proof=prove_possession(NEW_RECORD, root, size)
    )
    new_log = LogKey(vkey=format_vkey(ORIGIN, NEW_LOG.public.raw), first_index=size + 1, last_index=None)
    records = (replace(root.record_keys[0], last_index=size), new_record)
    return NextRoot(replace(root, record_keys=records, log_keys=(replace(root.log_keys[0], last_index=size), new_log)))


@cache
def snapshot(reference: str, size: int | None = None) -> bytes:
    """A good snapshot."""
    return build_snapshot(archive(), archive().read(parse_reference(reference)), size=size).data


@cache
def root_hash() -> str:
    """SHA-256 of trust root 1."""
    return sha256_hex(archive().roots[0].data)


OF_THE_FORMAT = frozenset({DECLARATION, INFO, MANIFEST, TAG_MANIFEST})
"""Files beside ``data/`` that are made anew with the bag."""


def unpack(data: bytes) -> tuple[str, Files]:
    """Folder and files of a snapshot."""
    folder, entries = parse_zip(data)
    return folder, {entry.name.split("/", 1)[1]: entry.data for entry in entries}


def bagged(base: bytes, changed: Mapping[str, bytes | None]) -> bytes:
    """A snapshot with other files, packed by a careful forger: all lists and checksums are made anew."""
    folder, files = unpack(base)
    kept = {path: data for path, data in {**files, **changed}.items() if data is not None}
    payload = {path.removeprefix("data/"): data for path, data in kept.items() if path.startswith("data/")}
    lines = [line.split(": ", 1) for line in kept["bag-info.txt"].decode().split("\n")[:-2]]
    beside = {path: data for path, data in kept.items() if "/" not in path and path not in OF_THE_FORMAT}
    return format_zip(folder, bag_files(payload, [(label, value) for label, value in lines], beside))


def edited(path: str, old: bytes, new: bytes, base: bytes | None = None) -> bytes:
    """A snapshot with other bytes in one place of one file."""
    base = base or snapshot("declaration/v1")
    data = unpack(base)[1][path]
    return bagged(base, {path: _changed(data, data.replace(old, new, 1))})


def _changed(old: bytes, new: bytes) -> bytes:
    """Refuse a change that changes nothing: the vector would not be what its name says."""
    if new == old:
        raise ValueError(old[:80])
    return new


def flipped(data: bytes, at: int) -> bytes:
    """One bit of one byte changed."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _place(data: bytes, path: str, words: bytes) -> int:
    """Where these words stand in one file of a snapshot."""
    folder = unpack(data)[0]
    return data.index(words, data.index(f"{folder}/{path}".encode()))


def signature_path(files: Files) -> str:
    """The signature of trust root 1."""
    return next(path for path in files if path.startswith("data/trust/root/1.json."))


def kept_badly(
    *,
    record: Callable[[bytes], bytes] = bytes,
    root: Callable[[bytes], bytes] = bytes,
    statement: Mapping[str, Json] | None = None,
    key: PrivateKey = RECORD,
    log: PrivateKey = LOG,
    signature: bytes | None = None,
) -> bytes:
    """What a keeper with all keys could make: everything is signed and logged, and something is wrong."""
    base = snapshot("declaration/v1")
    files = dict(unpack(base)[1])
    words = files["data/record.json"] = record(files["data/record.json"])
    signed = files["data/record.json.sig"] = signature or sshsig.sign(key, sshsig.RECORD_NAMESPACE, words)
    files["data/trust/root/1.json"] = root(files["data/trust/root/1.json"])
    files[signature_path(files)] = sign_root(ROOT, files["data/trust/root/1.json"])
    said = cast("dict[str, Json]", parse_json(files["data/statement.json"]))
    said |= {"record": format_digest(sha256_hex(words)), "record_size": len(words)}
    said |= {"signature": format_digest(sha256_hex(signed)), "signer": key.public.fingerprint, **(statement or {})}
    entry = files["data/statement.json"] = format_canonical(said)
    leaves = [leaf_hash(b"root"), leaf_hash(entry)]
    newest = NamedRoot(1, format_digest(sha256_hex(files["data/trust/root/1.json"])))
    checkpoint = sign_checkpoint(Checkpoint(ORIGIN, 2, tree_root(leaves), newest), log.public.raw, log.sign)
    files["data/inclusion.tlog-proof"] = format_proof(TlogProof(1, prove_inclusion(leaves, 1), checkpoint))
    return bagged(base, files)


def good_snapshots() -> Iterator[Vector]:
    """Snapshots that verify."""
    first = snapshot("declaration/v1")
    yield Vector("first", "verified", (), "one trust root, a log of two entries", first)
    yield Vector("later", "verified", (), "v2, emended, under a later checkpoint", snapshot("declaration/v2", 5))
    yield Vector("rotated", "verified", (), "signed and logged by keys of trust root 2", snapshot("harbour/v1"))
    yield Vector("pinned", "verified", (), "the trust root that the reader asked for", first, root_hash())


def bad_snapshots() -> Iterator[Vector]:
    """Snapshots that a forger without keys could make."""
    first, rotated = snapshot("declaration/v1"), snapshot("harbour/v1")
    folder, files = unpack(first)
    proof, record, sig = "data/inclusion.tlog-proof", "data/record.json", "data/record.json.sig"
    armor = files[sig].split(b"\n")
    one_line = b"\n".join([armor[0], b"".join(armor[1:-2]), *armor[-2:]])
    other = sshsig.sign(RECORD, sshsig.ROOT_NAMESPACE, files[record])
    bad = parse_proof(files[proof])
    by_stranger = sign_checkpoint(_said(bad.checkpoint), STRANGER.public.raw, STRANGER.sign)
    old_log = sign_checkpoint(archive().checkpoint, LOG.public.raw, LOG.sign)  # the key that trust root 2 replaced
    plain = TreeHead(ORIGIN, 2, _said(bad.checkpoint).root)
    unnamed = sign_note(format_checkpoint(plain), ORIGIN, LOG.public.raw, LOG.sign)
    renamed = replace(_said(bad.checkpoint), newest=archive().checkpoint.newest)
    other_root = sign_checkpoint(replace(renamed, newest=NamedRoot(1, renamed.newest.digest)), LOG.public.raw, LOG.sign)
    before, after = snapshot("declaration/v2", 3), snapshot("declaration/v2", 4)
    second = {path: data for path, data in unpack(after)[1].items() if path.startswith("data/trust/root/2")}
    late = parse_proof(unpack(rotated)[1][proof])
    rows: list[tuple[str, tuple[int, ...], str, bytes]] = [
        ("asked-for-another", (11,), "a good snapshot of another archive than the reader asked for", first),
        (
            "damaged",
            (2, 6),
            "one bit of the original flipped",
            flipped(first, _place(first, "data/original.txt", b"The last words")),
        ),
        ("words", (6, 7, 9), "a word of the record changed", edited(record, b"The last", b"The lost")),
        ("description", (7, 9), "a date of the record changed", edited(record, b"2022-01", b"2021-01")),
        ("signature-of-another-purpose", (7, 9), "the key signed for trust roots", bagged(first, {sig: other})),
        (
            "signature-in-other-armor",
            (7, 9),
            "base64 on one line, which ssh-keygen takes",
            bagged(first, {sig: one_line}),
        ),
        (
            "signature-of-a-stranger",
            (8, 9),
            "signed anew by a key that no trust root knows",
            bagged(first, {sig: sshsig.sign(STRANGER, sshsig.RECORD_NAMESPACE, files[record])}),
        ),
        ("entry", (10,), "the time in the log entry changed", edited("data/statement.json", b"10:04", b"10:05")),
        (
            "proof-hash",
            (10,),
            "a hash too many",
            edited(proof, b"\n\n", b"\n%b=\n\n" % (b"A" * 43)),
        ),
        ("proof-extra", (10,), "a line that nothing vouches for", edited(proof, b"index", b"extra QQ==\nindex")),
        ("proof-index", (10,), "another index", edited(proof, b"index 1", b"index 0")),
        ("proof-zero", (10,), "an index with a leading zero", edited(proof, b"index 1", b"index 01")),
        ("checkpoint-size", (10,), "another size", edited(proof, b"press\n2\n", b"press\n3\n")),
        ("checkpoint-signature", (10,), "one bit of its signature", bagged(first, {proof: flipped(files[proof], -20)})),
        (
            "checkpoint-of-a-stranger",
            (10,),
            "signed by a key that no trust root knows",
            bagged(first, {proof: format_proof(replace(bad, checkpoint=by_stranger))}),
        ),
        (
            "checkpoint-by-a-replaced-key",
            (10,),
            "signed by the log key that was replaced before this size",
            bagged(rotated, {proof: format_proof(replace(late, checkpoint=old_log))}),
        ),
        ("root", (11,), "a time in trust root 1 changed", edited("data/trust/root/1.json", b"10:00:00", b"10:00:01")),
        ("root-signature", (11,), "its signature", bagged(first, {signature_path(files): files[sig]})),
        ("root-unsigned", (11,), "its signature is missing", bagged(first, {signature_path(files): None})),
        ("root-missing", (1, 11), "trust root 1 of two is missing", bagged(rotated, {"data/trust/root/1.json": None})),
        ("root-cut-off", (8, 10, 11), "trust root 2 of two is missing", _without_root_2(rotated)),
        ("root-left-out", (11,), "without trust root 2, under a checkpoint that names it", _without_root_2(after)),
        ("root-too-many", (11,), "with trust root 2, under a checkpoint that names root 1", bagged(before, second)),
        (
            "checkpoint-names-no-root",
            (10,),
            "a checkpoint of three lines, signed by the log key",
            bagged(first, {proof: format_proof(replace(bad, checkpoint=unnamed))}),
        ),
        (
            "checkpoint-names-another-root",
            (11,),
            "signed by the log key over a trust root that is not there",
            bagged(first, {proof: format_proof(replace(bad, checkpoint=other_root))}),
        ),
        ("original", (6,), "a word of the original changed", edited("data/original.txt", b"The last", b"The lost")),
        ("original-missing", (1,), "no original", bagged(first, {"data/original.txt": None})),
        ("record-missing", (1, 9), "no record", bagged(first, {record: None})),
        ("schema", (2,), "a schema changed", edited("data/schemas/record.schema.json", b"2020-12", b"2019-09")),
        (
            "manifest",
            (1, 2),
            "a file that its list does not name",
            format_zip(folder, {**files, "data/more.txt": b"x"}),
        ),
        (
            "fetch",
            (1, 2),
            "a file of BagIt that a snapshot never has",
            format_zip(folder, {**files, "fetch.txt": b"x"}),
        ),
        ("more", (1,), "a file more, with all lists to match", bagged(first, {"data/more.txt": b"x"})),
    ]
    for name, checks, why, data in rows:
        yield Vector(name, "failed", checks, why, data, root="0" * 64 if name == "asked-for-another" else "")
    newer = edited("bag-info.txt", b"Muniment-Snapshot: 1", b"Muniment-Snapshot: 2")
    yield Vector("newer-format", "unchecked", (1,), "a format of the future", newer)
    beyond = [
        (
            "readme",
            (2,),
            "another sentence in README.txt",
            edited("data/README.txt", b"not proven", b"proven"),
            "derived",
        ),
        ("after-the-zip", (1,), "something after the zip", first + b"x", "zip"),
    ]
    for name, checks, why, data, word in beyond:
        yield Vector(name, "failed", checks, why, data, beyond=word)


def _said(note: bytes) -> Checkpoint:
    """What a signed checkpoint says."""
    return parse_checkpoint(parse_note(note)[0])


def _without_root_2(data: bytes) -> bytes:
    return bagged(data, {path: None for path in unpack(data)[1] if path.startswith("data/trust/root/2")})


def kept_snapshots() -> Iterator[Vector]:
    """Snapshots that only the keeper of all keys could make, or a forger of a whole archive."""
    line, universal = RECORD.public.line, _line(UNIVERSAL)
    weak = kept_badly(
        root=lambda data: data.replace(line.encode(), universal.encode()),
        signature=_universal_signature(),
        statement={"signer": _fingerprint(UNIVERSAL)},
    )
    yield Vector("universal-key", "failed", (7, 11), "a record key under which anything verifies", weak)
    yield Vector("unlisted-key", "failed", (8,), "signed by a key without a right to", kept_badly(key=NEW_RECORD))
    late = kept_badly(
        root=lambda data: data.replace(b'"record_keys":[{"first_index":0', b'"record_keys":[{"first_index":2')
    )
    yield Vector("key-before-its-time", "failed", (8,), "signed before the key's first index", late)
    rows: list[tuple[str, tuple[int, ...], str, dict[str, Json], str]] = [
        ("entry-of-another-version", (9,), "the entry says v2", {"version": 2}, ""),
        ("entry-of-another-archive", (9,), "the entry is of another archive", {"archive": "other.example.org"}, ""),
        ("paragraph-root", (9,), "another paragraph root", {"paragraph_root": f"sha256:{'0' * 64}"}, "paragraphs"),
        ("paragraph-count", (9,), "another number of paragraphs", {"paragraph_count": 5}, ""),
    ]
    for name, checks, why, said, beyond in rows:
        yield Vector(name, "failed", checks, why, kept_badly(statement=said), beyond=beyond)
    blank = kept_badly(record=lambda data: data.replace(b"{", b"{ ", 1))
    yield Vector("blank", "failed", (3,), "a blank in the record, signed and logged", blank, beyond="canonical")
    words = kept_badly(record=lambda data: data.replace(b"The last", b"The lost"), statement=_lost())
    yield Vector("other-words", "failed", (6,), "words that are not the publisher's", words, beyond="extraction")


def _lost() -> dict[str, Json]:
    paragraphs = archive().read(parse_reference("declaration/v1")).record.paragraphs
    changed = [replace(each, text=each.text.replace("The last", "The lost", 1)) for each in paragraphs]
    return {"paragraph_root": f"sha256:{tree_root([leaf_hash(each.canonical()) for each in changed]).hex()}"}


def _blob(raw: bytes) -> bytes:
    return b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20" + raw


def _line(raw: bytes) -> str:
    return f"ssh-ed25519 {base64.b64encode(_blob(raw)).decode()}"


def _fingerprint(raw: bytes) -> str:
    digest = bytes.fromhex(sha256_hex(_blob(raw)))
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _universal_signature() -> bytes:
    good = sshsig.sign(RECORD, sshsig.RECORD_NAMESPACE, b"")
    data = base64.b64decode(b"".join(good.split(b"\n")[1:-2]))
    data = data.replace(RECORD.public.raw, UNIVERSAL)[:-64] + UNIVERSAL + bytes(32)
    text = base64.b64encode(data).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode()


def proof_of(reference: str, quote: str | None = None, size: int | None = None) -> bytes:
    """A good proof."""
    wanted = parse_reference(reference)
    version = archive().read(wanted)
    return format_paragraph_proof(prove_paragraph(archive(), version, wanted.paragraph, quote=quote, size=size))


def extra(change: Callable[[bytes], bytes], base: bytes | None = None) -> bytes:
    """A proof with another extra line."""
    outer = parse_proof(base or proof_of("declaration/v1#p2"))
    old = outer.extra or b""
    return format_proof(replace(outer, extra=_changed(old, change(old))))


def proofs() -> Iterator[Vector]:
    """Paragraph proofs."""
    good = proof_of("declaration/v1#p2")
    quoted = proof_of("declaration/v1", "last words are")
    yield Vector("paragraph", "verified", (), "a whole paragraph", good)
    yield Vector("quote", "verified", (), "words of one", quoted)
    yield Vector("hidden", "verified", (), "a text with direction overrides", proof_of("declaration/v1#p1"))
    yield Vector("later", "verified", (), "under a later checkpoint", proof_of("declaration/v2#p2", size=5))
    yield Vector("rotated", "verified", (), "an entry and a checkpoint by new keys", proof_of("harbour/v1#h1"))
    tied = "nothing ties the log key to the root that the reader asked for"
    yield Vector("pinned", "unchecked", (11,), tied, good, root_hash())
    newer = extra(lambda data: data.replace(b"paragraph-proof/1", b"paragraph-proof/2"))
    yield Vector("newer-format", "unchecked", (1,), "a format of the future", newer)
    outer = parse_proof(good)
    stranger = format_vkey(ORIGIN, STRANGER.public.raw).encode()
    own = format_vkey(ORIGIN, LOG.public.raw).encode()
    by_stranger = sign_checkpoint(_said(outer.checkpoint), STRANGER.public.raw, STRANGER.sign)
    forged = format_proof(replace(outer, checkpoint=by_stranger))
    entry = archive().log.entry(0)
    whole = extra(lambda data: data[: data.index(b'"statement":') + 12] + entry + b"}")
    rows: list[tuple[str, tuple[int, ...], str, bytes]] = [
        ("text", (9,), "a word changed", extra(lambda data: data.replace(b"The last", b"The lost"))),
        ("label", (9,), "another label", extra(lambda data: data.replace(b'"2."', b'"3."'))),
        ("position", (9,), "another place in the record", extra(lambda data: data.replace(b'"index":3', b'"index":2'))),
        ("path", (9,), "a hash too few on the way to the paragraph root", extra(_short_path)),
        (
            "quote-moved",
            (9,),
            "it begins elsewhere",
            extra(lambda data: data.replace(b'"start":4', b'"start":5'), quoted),
        ),
        (
            "quote-text",
            (9,),
            "other words than stand there",
            extra(lambda d: d.replace(b'"last words are"', b'"lost words are"'), quoted),
        ),
        ("entry", (10,), "the time in the log entry changed", extra(lambda data: data.replace(b"10:04", b"10:05"))),
        ("entry-of-a-root", (1,), "the entry of a trust root", whole),
        ("key", (10,), "another key than signed", extra(lambda data: data.replace(own, stranger))),
        ("key-universal", (10,), "a key under which anything verifies", extra(lambda data: data.replace(own, _vkey()))),
        ("checkpoint-of-a-stranger", (10,), "signed by another key than it names", forged),
        ("checkpoint-signature", (10,), "one bit of the signature", flipped(good, -21)),
        ("index", (10,), "another index of the entry", good.replace(b"\nindex 1\n", b"\nindex 0\n")),
        ("blank", (3,), "extra data not in canonical form", extra(lambda data: data.replace(b'"index"', b' "index"'))),
        ("member", (4,), "a member too many", extra(lambda data: data.replace(b'"log_key"', b'"k":1,"log_key"'))),
        ("no-extra", (1,), "a proof of no paragraph", format_proof(replace(outer, extra=None))),
        ("crlf", (1,), "line ends of another system", good.replace(b"\n", b"\r\n")),
        ("after-the-proof", (1,), "a line more at the end", good + b"\n"),
        ("header", (1,), "another version of the outer form", good.replace(b"@v1", b"@v2")),
    ]
    for name, checks, why, data in rows:
        yield Vector(name, "failed", checks, why, _changed(good, data))


def _short_path(data: bytes) -> bytes:
    value = cast("dict[str, Json]", parse_json(data))
    return format_canonical({**value, "path": cast("list[Json]", value["path"])[:-1]})


def _vkey() -> bytes:
    digest = sha256_hex(ORIGIN.encode() + b"\n\x01" + UNIVERSAL)
    key = base64.b64encode(b"\x01" + UNIVERSAL).decode()
    return f"{ORIGIN}+{digest[:8]}+{key}".encode()


def delta(base: bytes, data: bytes) -> list[list[int] | str]:
    """Say a file as pieces of another one, [offset, length], and base64 of what is not in it."""
    length = 24
    places: dict[bytes, int] = {}
    for at in range(len(base) - length, -1, -1):
        places[base[at : at + length]] = at
    parts: list[list[int] | str] = []
    own, at = bytearray(), 0
    while at < len(data):
        start = places.get(data[at : at + length])
        if start is None:
            own.append(data[at])
            at += 1
            continue
        end = start + length
        while end < len(base) and at + end - start < len(data) and base[end] == data[at + end - start]:
            end += 1
        if own:
            parts.append(base64.b64encode(own).decode())
            own = bytearray()
        parts.append([start, end - start])
        at += end - start
    return [*parts, base64.b64encode(own).decode()] if own else parts


def rebuild(base: bytes, parts: list[list[int] | str]) -> bytes:
    """The inverse of ``delta``."""
    pieces = (base64.b64decode(part) if isinstance(part, str) else base[part[0] : part[0] + part[1]] for part in parts)
    return b"".join(pieces)


def vectors() -> dict[str, bytes]:
    """Every file of the kit by its path."""
    made: dict[str, bytes] = {}
    index: list[dict[str, object]] = []
    whole = {vector.name: vector.data for vector in good_snapshots() if vector.name != "pinned"}
    for vector in (*good_snapshots(), *bad_snapshots(), *kept_snapshots()):
        path = f"snapshots/{vector.name}.zip"
        same = next((name for name, data in whole.items() if data == vector.data), None)
        if same is not None:
            path = f"snapshots/{same}.zip"
            made[path] = vector.data
        else:
            path += ".delta"
            base, parts = min(
                ((name, delta(data, vector.data)) for name, data in whole.items()), key=lambda p: len(str(p[1]))
            )
            made[path] = f"{json.dumps({'base': f'snapshots/{base}.zip', 'parts': parts})}\n".encode()
        index.append(_row("snapshot", path, vector))
    for vector in proofs():
        path = f"proofs/{vector.name}.tlog-proof" if vector.name != "pinned" else "proofs/paragraph.tlog-proof"
        made[path] = vector.data
        index.append(_row("proof", path, vector))
    made["index.json"] = f"{json.dumps(index, indent=1)}\n".encode()
    return made


def _row(kind: str, path: str, vector: Vector) -> dict[str, object]:
    row: dict[str, object] = {"kind": kind, "name": vector.name, "file": path, "sha256": sha256_hex(vector.data)}
    row |= {"root": vector.root or None, "verdict": vector.verdict, "checks": list(vector.checks)}
    return {**row, "beyond_script": vector.beyond or None, "why": vector.why}


def main() -> None:
    """Write the folder."""
    made = vectors()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        if str(path.relative_to(FOLDER)) not in made:
            path.unlink()
    for name, data in made.items():
        target = FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    print(f"{len(made)} files, {sum(map(len, made.values())):,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
