"""Rows: notes, checkpoints, cosignatures, tiles, proofs, requests to witnesses and what they remember."""

from __future__ import annotations

import base64
from contextlib import suppress
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.fuzz.material import (
    ORIGIN,
    WITNESS_KEY,
    archive,
    files,
    founders,
    proofs,
    snapshots,
    vectors,
    witness,
)
from tests.fuzz.target import Target, bytes_of, hold, text_of

from muniment.archive.published import prove_entry
from muniment.export.witness_request import build_request
from muniment.log.checkpoint import (
    Checkpoint,
    TreeHead,
    check_origin,
    format_checkpoint,
    open_checkpoint,
    open_published,
    open_tree_head,
    parse_checkpoint,
    parse_tree_head,
)
from muniment.log.cosignature import (
    Cosignature,
    cosign,
    format_cosignature,
    parse_cosignature,
    parse_reply,
    verify_cosignature,
)
from muniment.log.encoding import decode_base64, parse_decimal, parse_hash
from muniment.log.newest import format_newest, parse_newest
from muniment.log.note import Note, format_line, format_note, open_note, parse_line, parse_note
from muniment.log.proof_file import TlogProof, check_proof, format_proof, parse_proof
from muniment.log.statement import VersionEntry, format_statement
from muniment.log.tile import format_bundle, format_hashes, parse_bundle, parse_hashes, parse_tile_path
from muniment.log.vkey import format_vkey, make_verifier, parse_cosigner, parse_vkey
from muniment.log.witness import (
    Witnessed,
    format_request,
    format_witnessed,
    judge_request,
    parse_request,
    parse_witnessed,
)
from muniment.paragraph_proof import (
    ParagraphProof,
    check_standing,
    check_words,
    format_paragraph_proof,
    parse_paragraph_proof,
)
from muniment.snapshot.zip import parse_zip

_DASH = "\u2014 ".encode()
_NOTE_WORDS = (_DASH, b"\n\n", b"\n" + _DASH, _DASH + ORIGIN.encode() + b" ", b"\n", b"+", b"=")


@cache
def _checkpoints() -> tuple[bytes, ...]:
    return tuple(data for path, data in sorted(files().items()) if path.startswith("log/checkpoints/"))


def _texts() -> frozenset[bytes]:
    return frozenset(parse_note(data)[0] for data in _checkpoints())


def _cosigned(number: int = -1) -> bytes:
    text = parse_note(_checkpoints()[number])[0]
    return format_cosignature(cosign(text, witness(), 1_800_000_000, WITNESS_KEY.sign))


def _notes() -> list[bytes]:
    return [*_checkpoints(), _checkpoints()[-1] + _cosigned(), *vectors("tessera-log/**/checkpoint*")]


def _check_opened(data: bytes, note: Note) -> None:
    hold(note.text == _signed_text(data), f"not a text that a key of the log signed: {note.text!r}")


def _signed_text(data: bytes) -> bytes | None:
    """The text of a note, cut out by hand, if a key of the log signed it: the library alone says so.

    That may be another text than those of the archive here.  The key is one for all tests, so it has also signed
    checkpoints of earlier forms, and the corpus has one of them.
    """
    text, _, lines = data.rpartition(b"\n\n")
    signatures = [base64.b64decode(line.split(b" ")[-1])[4:] for line in lines.splitlines()]
    for verifier in archive().log_verifiers:
        for signature in signatures:
            with suppress(InvalidSignature):
                Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, text + b"\n")
                return text + b"\n"
    return None


def _check_published(data: bytes, _checkpoint: Checkpoint) -> None:
    hold(data in _checkpoints(), "a published checkpoint of other bytes")


def _is_head(text: bytes, head: TreeHead) -> bool:
    return text.split(b"\n")[:3] == format_checkpoint(TreeHead(head.origin, head.size, head.root)).splitlines()


def _open(data: bytes) -> Checkpoint:
    return open_published(data, archive().log_verifiers, ORIGIN)


def _check_cosignature(_data: bytes, cosignature: Cosignature) -> None:
    verify_cosignature(cosignature, parse_note(_checkpoints()[-1])[0], witness())
    hold(format_cosignature(cosignature) == _cosigned(), "another cosignature verifies")


def _read_cosigned(data: bytes) -> Cosignature:
    cosignature = parse_cosignature(data)
    verify_cosignature(cosignature, parse_note(_checkpoints()[-1])[0], witness())
    return cosignature


def _hashes(data: bytes) -> tuple[int, tuple[bytes, ...]]:
    width = 1 + (data[0] if data else 0)
    return width, parse_hashes(data[1:], width)


def _bundle(data: bytes) -> tuple[int, tuple[bytes, ...]]:
    width = 1 + (data[0] if data else 0)
    return width, parse_bundle(data[1:], width)


def _bundles() -> list[bytes]:
    entries = [format_statement(statement) for statement in archive().statements]
    return [bytes([len(part) - 1]) + format_bundle(part) for part in (entries, entries[:1], [b""] * 256)]


@cache
def _proof_seeds() -> tuple[bytes, ...]:
    size = archive().checkpoint.size
    lone = [prove_entry(archive(), archive().read_entry(entry), size) for entry in _entries()]
    held = [entry.data for data in snapshots() for entry in parse_zip(data)[1] if entry.name.endswith(".tlog-proof")]
    return (*map(format_proof, lone), *held, *proofs())


def _entries() -> list[VersionEntry]:
    return [entry for entries in archive().versions.values() for entry in entries]


def _read_proven(data: bytes) -> tuple[TlogProof, bytes, TreeHead]:
    proof = parse_proof(data)
    entry = format_statement(archive().statements[1])
    return proof, entry, check_proof(proof, entry, archive().log_verifiers, ORIGIN)


def _check_proven(_data: bytes, value: tuple[TlogProof, bytes, TreeHead]) -> None:
    proof, _, checkpoint = value
    hold(proof.index == 1, "the entry is proven at another index")
    hold(format_checkpoint(checkpoint) in _texts(), "proven under a checkpoint that nobody signed")


def _read_words(data: bytes) -> ParagraphProof:
    proof = parse_paragraph_proof(data)
    check_words(proof)
    check_standing(proof)
    return proof


def _check_quoted(_data: bytes, proof: ParagraphProof) -> None:
    ours = {verifier.public for verifier in archive().log_verifiers}
    if proof.verifier.public in ours:  # another key is for the reader to compare
        said = [parse_paragraph_proof(data) for data in proofs()]
        hold(proof.statement in [each.statement for each in said], "an entry that was never logged is proven")
        hold(proof.paragraph in [each.paragraph for each in said], "words that were never logged are proven")
        hold(proof.words in proof.paragraph.text, "the quoted words are not in the paragraph")


def _requests() -> list[bytes]:
    return [build_request(archive(), size) for size in (0, 1, archive().checkpoint.size)]


def _judge(data: bytes) -> TreeHead:
    verifiers = [make_verifier(ORIGIN, founders().log.public.raw)]
    return judge_request(parse_request(data), parse_checkpoint(parse_note(_checkpoints()[0])[0]), verifiers)


def _check_granted(_data: bytes, checkpoint: Checkpoint) -> None:
    hold(format_checkpoint(checkpoint) in _texts(), "a checkpoint that nobody signed would be cosigned")


def _judged() -> list[bytes]:
    return [build_request(archive(), parse_checkpoint(parse_note(_checkpoints()[0])[0]).size), *_requests()]


def _witnessed() -> list[bytes]:
    known = make_verifier(ORIGIN, founders().log.public.raw)
    second = make_verifier(ORIGIN, founders().record.public.raw)
    return [format_witnessed(Witnessed(witness(), keys, _checkpoints()[-1])) for keys in ((known,), (known, second))]


def _vkeys() -> list[bytes]:
    log = bytes_of(format_vkey(ORIGIN, founders().log.public.raw))
    return [log, bytes_of(witness().vkey), b"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"]


def _paths() -> list[bytes]:
    paths = [path.removeprefix("log/").encode() for path in sorted(files()) if path.startswith("log/tile/")]
    return [*paths, b"tile/0/x001/x234/067.p/112", b"tile/63/000", b"tile/entries/x999/x999/x999/x999/x999/999"]


ROWS = (
    Target(
        "note",
        ("log.note.parse_note", "log.note.parse_line", "log.note.format_note", "log.note.format_line"),
        parse_note,
        _notes,
        lambda value: format_note(*value),
        words=_NOTE_WORDS,
        cap=80 * 1024,
    ),
    Target(
        "note-line",
        ("log.note.parse_line",),
        lambda data: parse_line(bytes_of(data.decode("utf-8", "replace"))),
        lambda: [_cosigned()[:-1]],
        lambda line: format_line(line)[:-1],
        alike=True,
        words=_NOTE_WORDS,
    ),
    Target(
        "note-opened",
        ("log.note.open_note",),
        lambda data: open_note(data, archive().log_verifiers),
        _notes,
        lambda note: format_note(note.text, note.lines),
        check=_check_opened,
        words=_NOTE_WORDS,
    ),
    Target(
        "checkpoint-newest",
        ("log.newest.parse_newest", "log.newest.format_newest"),
        parse_newest,
        lambda: [text.split(b"\n")[3] for text in sorted(_texts())],
        lambda root: format_newest(root).encode(),
        words=(b"trust-root ", b" sha256:", b"0"),
    ),
    Target(
        "tree-head",
        ("log.checkpoint.parse_tree_head",),
        parse_tree_head,
        lambda: sorted(_texts()),
        why="lines of other logs may follow the three",
        check=lambda data, head: hold(data.startswith(f"{head.origin}\n{head.size}\n".encode()), "another head"),
    ),
    Target(
        "tree-head-opened",
        ("log.checkpoint.open_tree_head",),
        lambda data: open_tree_head(data, archive().log_verifiers, ORIGIN),
        _notes,
        why="lines of strangers may stand beside the log's",
        check=lambda data, head: hold(_is_head(_signed_text(data) or b"", head), "a head that nobody signed"),
    ),
    Target(
        "checkpoint-text",
        ("log.checkpoint.parse_checkpoint", "log.checkpoint.format_checkpoint", "log.encoding.parse_hash"),
        parse_checkpoint,
        lambda: sorted(_texts()),
        format_checkpoint,
        words=(b"\n", b"0", b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ),
    Target(
        "checkpoint",
        ("log.checkpoint.open_published", "log.checkpoint.open_checkpoint"),
        _open,
        _notes,
        why="nothing but what was signed is accepted",
        check=_check_published,
        words=_NOTE_WORDS,
    ),
    Target(
        "checkpoint-cosigned",
        ("log.checkpoint.open_checkpoint",),
        lambda data: open_checkpoint(data, archive().log_verifiers, ORIGIN),
        _notes,
        why="lines of strangers may stand beside the log's",
        check=lambda _, checkpoint: hold(format_checkpoint(checkpoint) in _texts(), "a checkpoint that nobody signed"),
        words=_NOTE_WORDS,
    ),
    Target(
        "cosignature",
        ("log.cosignature.parse_cosignature", "log.cosignature.read_cosignature", "log.cosignature.format_cosignature"),
        parse_cosignature,
        lambda: [_cosigned(), _cosigned(0)],
        format_cosignature,
        check=lambda _, cosignature: hold(len(cosignature.moment) == 20, "the time cannot be said"),
    ),
    Target(
        "cosignature-verified",
        ("log.cosignature.verify_cosignature",),
        _read_cosigned,
        lambda: [_cosigned()],
        format_cosignature,
        check=_check_cosignature,
    ),
    Target(
        "witness-reply",
        ("log.cosignature.parse_reply",),
        parse_reply,
        lambda: [_cosigned(), _cosigned() + _cosigned(0)],
        lambda lines: b"".join(map(format_line, lines)),
        words=_NOTE_WORDS,
        cap=80 * 1024,
    ),
    Target(
        "vkey",
        ("log.vkey.parse_vkey", "log.vkey.format_vkey"),
        lambda data: parse_vkey(text_of(data)),
        _vkeys,
        lambda key: bytes_of(format_vkey(key.name, key.public)),
    ),
    Target(
        "vkey-cosigner",
        ("log.vkey.parse_cosigner",),
        lambda data: parse_cosigner(text_of(data)),
        _vkeys,
        lambda key: bytes_of(key.vkey),
    ),
    Target(
        "origin",
        ("log.checkpoint.check_origin",),
        lambda data: check_origin(text_of(data)),
        lambda: [ORIGIN.encode(), b"a.b-c.example/~x/._", b"x" * 128],
        bytes_of,
        cap=300,
    ),
    Target(
        "base64",
        ("log.encoding.decode_base64",),
        decode_base64,
        lambda: [b"", b"AA==", b"AAE=", b"AAEC", b"+/+/"],
        base64.b64encode,
        cap=2000,
    ),
    Target(
        "decimal",
        ("log.encoding.parse_decimal",),
        parse_decimal,
        lambda: [b"0", b"1", b"999999999999999999"],
        lambda number: str(number).encode(),
        cap=200,
    ),
    Target(
        "hash",
        ("log.encoding.parse_hash",),
        parse_hash,
        lambda: [base64.b64encode(bytes(32)), base64.b64encode(bytes(range(32)))],
        base64.b64encode,
        cap=200,
    ),
    Target(
        "tile-path",
        ("log.tile.parse_tile_path",),
        lambda data: parse_tile_path(text_of(data)),
        _paths,
        lambda tile: tile.path.encode(),
        words=(b"/x000", b".p/", b"256", b"entries", b"tile/"),
        cap=200,
    ),
    Target(
        "tile",
        ("log.tile.parse_hashes", "log.tile.format_hashes"),
        _hashes,
        lambda: [b"\0" + bytes(32), b"\x02" + bytes(96), b"\xff" + bytes(8192)],
        lambda value: bytes([value[0] - 1]) + format_hashes(value[1]),
    ),
    Target(
        "entry-bundle",
        ("log.tile.parse_bundle", "log.tile.format_bundle"),
        _bundle,
        _bundles,
        lambda value: bytes([value[0] - 1]) + format_bundle(value[1]),
        cap=80 * 1024,
    ),
    Target(
        "proof",
        ("log.proof_file.parse_proof", "log.proof_file.format_proof"),
        parse_proof,
        _proof_seeds,
        format_proof,
        words=(b"extra ", b"index ", b"\n\n", b"c2sp.org/tlog-proof@v1\n"),
        cap=64 * 1024,
    ),
    Target(
        "proof-checked",
        ("log.proof_file.check_proof",),
        _read_proven,
        _proof_seeds,
        why="the extra data is opaque",
        check=_check_proven,
        words=(b"index 1\n", b"index 0\n"),
    ),
    Target(
        "paragraph-proof",
        ("paragraph_proof.parse_paragraph_proof", "paragraph_proof.format_paragraph_proof"),
        parse_paragraph_proof,
        proofs,
        format_paragraph_proof,
    ),
    Target(
        "paragraph-proof-checked",
        ("paragraph_proof.check_words", "paragraph_proof.check_standing"),
        _read_words,
        proofs,
        format_paragraph_proof,
        check=_check_quoted,
    ),
    Target(
        "witness-request",
        ("log.witness.parse_request", "log.witness.format_request"),
        parse_request,
        _requests,
        format_request,
        words=(b"old ", b"\n\n"),
        cap=80 * 1024,
    ),
    Target(
        "witness-judged",
        ("log.witness.judge_request",),
        _judge,
        _judged,
        why="what is granted is the checkpoint",
        check=_check_granted,
        words=(b"old 0\n", b"old 1\n"),
    ),
    Target(
        "witness-memory",
        ("log.witness.parse_witnessed", "log.witness.format_witnessed"),
        lambda data: parse_witnessed(data, witness(), ORIGIN),
        _witnessed,
        format_witnessed,
    ),
)
