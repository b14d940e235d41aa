"""One paragraph with its own proof: a C2SP tlog-proof whose ``extra`` line holds the words (docs/format.md, 21).

The tlog-proof leads from an entry of the log to a signed checkpoint.  The ``extra`` line, which the specification
leaves to the application and does not authenticate, is canonical JSON (``schemas/paragraph-proof.schema.json``): the
entry, the paragraph, and the path from the paragraph to the paragraph root that the entry states.  So each byte of it
is confirmed by a hash or a signature, apart from the key of the log, which the reader has to know.

Words of a version that are quoted are found exactly, and in one place, before their paragraph is proven.

- ``forms``: bare, as a text, as a page; and reading each
- ``by_hand``: how the file of each form is called at first; the commands of stock tools that check it
- ``proof_page``: the page
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from muniment.archive import Archive, StoredVersion
from muniment.archive.published import first_size, prove_entry
from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.digest import parse_digest
from muniment.errors import (
    FormatError,
    InputError,
    IntegrityError,
    ProofError,
    UnavailableError,
    UnresolvedReferenceError,
)
from muniment.log.checkpoint import Checkpoint, open_published
from muniment.log.encoding import parse_hash
from muniment.log.merkle import check_inclusion, leaf_hash, prove_inclusion
from muniment.log.note import Verifier, parse_note, parse_vkey
from muniment.log.proof_file import MAX_PROOF, TlogProof, check_proof, format_proof, parse_proof
from muniment.log.statement import VersionStatement, format_statement, parse_statement
from muniment.record import Paragraph
from muniment.schema import validate

_MANY = 5
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a paragraph.

    Attributes:
        start: Where they begin in its text, in code points.
        text: Exactly as they stand there.
    """

    start: int
    text: str


def locate_quote(version: StoredVersion, paragraph: str | None, quote: str) -> tuple[str, Quote]:
    """Find the one place of a quote: the id of its paragraph, and the words as written there.

    Args:
        version: Where to look.
        paragraph: Id of the only paragraph to look in, or None.
        quote: The words, exactly; only the white space between them may differ, for line ends are those of the page.

    Raises:
        InputError: The quote is empty, or there is no such paragraph.
        UnresolvedReferenceError: The quote occurs nowhere, or more than once.
    """
    words = quote.split()
    if not words:
        raise InputError("the quote is empty", hint="give the words to prove")
    within = version.record.paragraphs if paragraph is None else (version.paragraph(paragraph),)
    quotes = ((passage.id, match) for passage in within for match in places(passage.text, words))
    matches = list(islice(quotes, _MANY + 1))
    where = version.statement.name if paragraph is None else f"{version.statement.name}#{paragraph}"
    if not matches:
        hint = "look for what comes near; no quote runs over the end of a paragraph"
        raise UnresolvedReferenceError("the words do not stand there", where=where, found=quote, hint=hint)
    if len(matches) > 1:
        some = ", ".join(f"{name} at {match.start}" for name, match in matches[:_MANY])
        many = len(matches) > _MANY
        raise UnresolvedReferenceError(
            f"the words stand in {f'more than {_MANY}' if many else len(matches)} places",
            where=where,
            found=f"{some}, …" if many else some,
            hint="quote more words" + ("" if paragraph else ", or name the paragraph"),
        )
    return matches[0]


def places(text: str, words: Sequence[str]) -> Iterator[Quote]:
    """Give each place where words stand in a text, with any white space between them; places may overlap.

    The search is for the words with one blank between them, in the text with its white space folded, so that each
    place costs one pass over the text at most.
    """
    kept: list[int] = []
    folded: list[str] = []
    for word in _WORD.finditer(text):
        folded.append(word[0])
        kept += [*range(word.start(), word.end()), word.end()]
    searched, wanted = " ".join(folded), " ".join(words)
    at = searched.find(wanted)
    while at >= 0:
        start, end = kept[at], kept[at + len(wanted) - 1] + 1
        yield Quote(start, text[start:end])
        at = searched.find(wanted, at + 1)


FORMAT = "muniment-paragraph-proof/1"
SUFFIX = ".tlog-proof"

_FAMILY, _NUMBER = FORMAT.split("/")


@dataclass(frozen=True, slots=True)
class ParagraphProof:
    """What a proof file holds.

    Attributes:
        paragraph: As in the record.
        position: Its place in the record, from 0.
        path: Sibling hashes up to the paragraph root, 32 bytes each.
        quote: The words that are quoted, or None for the whole paragraph.
        statement: The entry of the log.
        index: Place of the entry in the log, from 0.
        hashes: Sibling hashes up to the root of the log, 32 bytes each.
        checkpoint: As signed.
        log_key: Who is said to have signed it, as a C2SP verifier key.
    """

    paragraph: Paragraph
    position: int
    path: tuple[bytes, ...]
    quote: Quote | None
    statement: VersionStatement
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    log_key: str

    @property
    def words(self) -> str:
        """What is quoted."""
        return self.paragraph.text if self.quote is None else self.quote.text

    @property
    def reference(self) -> str:
        """The reference of the paragraph, ``harbour-notice/v1#p2``."""
        return f"{self.statement.name}#{self.paragraph.id}"

    @property
    def verifier(self) -> Verifier:
        """The key as verifiers of notes take it.

        Raises:
            KeyRejectedError: It is ill-formed or weak.
        """
        return parse_vkey(self.log_key, where="log_key")


def format_paragraph_proof(proof: ParagraphProof) -> bytes:
    """Write a proof file."""
    value: dict[str, Json] = {
        "format": FORMAT,
        "index": proof.position,
        "log_key": proof.log_key,
        "paragraph": {**proof.paragraph.as_json()},
        "path": [base64.b64encode(value).decode() for value in proof.path],
        "quote": None if proof.quote is None else {"start": proof.quote.start, "text": proof.quote.text},
        "statement": parse_canonical(format_statement(proof.statement)),
    }
    return format_proof(TlogProof(proof.index, proof.hashes, proof.checkpoint, format_canonical(value)))


def parse_paragraph_proof(data: bytes, where: str = "") -> ParagraphProof:
    """Read a proof file in its one form; nothing is verified yet.

    Raises:
        FormatError: It is no proof file, or proves no paragraph.
        CanonicalError: Its extra data is not canonical JSON.
        SchemaError: Its extra data or its entry has other members.
        UnavailableError: It is of a format that this software does not know.
    """
    outer = parse_proof(data, where)
    if outer.extra is None:
        raise FormatError("a proof without a paragraph", where=where, expected="a line 'extra BASE64'")
    if format_proof(outer) != data:
        raise FormatError("the proof is not in its one form", where=where)
    value = parse_canonical(outer.extra, where=where, max_size=MAX_PROOF)
    _check_format(value, where)
    validate("paragraph-proof", value, where=where)
    members = cast("dict[str, Any]", value)
    statement = parse_statement(format_canonical(members["statement"]), where=f"{where}/statement")
    if not isinstance(statement, VersionStatement):
        raise FormatError("the entry is not that of a version", where=where, found=statement.name)
    quote = members["quote"]
    return ParagraphProof(
        paragraph=Paragraph(**members["paragraph"]),
        position=members["index"],
        path=tuple(parse_hash(text.encode(), where) for text in members["path"]),
        quote=None if quote is None else Quote(quote["start"], quote["text"]),
        statement=statement,
        index=outer.index,
        hashes=outer.hashes,
        checkpoint=outer.checkpoint,
        log_key=members["log_key"],
    )


def _check_format(value: Json, where: str) -> None:
    name = value.get("format") if isinstance(value, dict) else None
    if isinstance(name, str) and re.fullmatch(rf"{_FAMILY}/(?!{_NUMBER}$)[0-9]{{1,9}}", name):
        raise UnavailableError(
            "a proof of a format that this software does not know",
            where=where,
            expected=FORMAT,
            found=name,
            hint="a newer version of the software may know it",
        )


def prove_paragraph(
    archive: Archive,
    version: StoredVersion,
    paragraph: str | None,
    *,
    quote: str | None = None,
    size: int | None = None,
) -> ParagraphProof:
    """Prove a paragraph, or words of one.

    By default under the first published checkpoint that covers the version, so that the proof stays the same for ever.

    Args:
        archive: Where the version is from.
        version: The version.
        paragraph: Its id, ``p16``; None to find the quote in the whole version.
        quote: Words that occur in it once, exactly but for the white space between them; None for all of it.
        size: Size of a later published checkpoint to prove it under, or None.

    Raises:
        InputError: There is no such paragraph or checkpoint, or the quote occurs nowhere or more than once.
        IntegrityError: What is stored does not verify.
    """
    paragraphs = version.sound().record.paragraphs
    located = None if quote is None else locate_quote(version, paragraph, quote)
    wanted = version.paragraph(paragraph or "" if located is None else located[0])
    position = paragraphs.index(wanted)
    outer = prove_entry(archive, version, first_size(archive, version) if size is None else size)
    proof = ParagraphProof(
        paragraph=wanted,
        position=position,
        path=prove_inclusion([leaf_hash(member.canonical()) for member in paragraphs], position),
        quote=None if located is None else located[1],
        statement=version.statement,
        index=outer.index,
        hashes=outer.hashes,
        checkpoint=outer.checkpoint,
        log_key=_signer(archive, outer.checkpoint),
    )
    return _verified(proof)


def _signer(archive: Archive, checkpoint: bytes) -> str:
    """The log key that signed a published checkpoint."""
    lines = {(line.name, line.key_id) for line in parse_note(checkpoint)[1]}
    keys = [(parse_vkey(row.vkey), row.vkey) for row in archive.chain[-1].log_keys]
    return next(vkey for key, vkey in keys if (key.name, key.key_id) in lines)


def _verified(proof: ParagraphProof) -> ParagraphProof:
    try:
        check_words(proof)
        check_standing(proof)
    except IntegrityError as error:
        error.hint = "verify the archive"
        raise
    return proof


def check_words(proof: ParagraphProof, where: str = "") -> None:
    """Check that the words are part of the paragraph, and the paragraph of what the entry names.

    Raises:
        FormatError: The words do not stand at their place in the paragraph.
        ProofError: The paragraph is not the one at that place of the record.
    """
    quote = proof.quote
    if quote is not None and proof.paragraph.text[quote.start : quote.start + len(quote.text)] != quote.text:
        raise FormatError("the quoted words do not stand at their place in the paragraph", where=where)
    root = bytes.fromhex(parse_digest(proof.statement.paragraph_root))
    leaf = leaf_hash(proof.paragraph.canonical())
    check_inclusion(leaf, proof.position, proof.statement.paragraph_count, proof.path, root, where)


def check_standing(proof: ParagraphProof, where: str = "") -> Checkpoint:
    """Check that the entry is in the log, under a checkpoint that the key signed, and gives that checkpoint.

    Raises:
        KeyRejectedError: The key is ill-formed or weak.
        IntegrityError: The proof does not hold, or the signature does not verify.
    """
    origin, verifier = proof.statement.archive, proof.verifier
    if verifier.name != origin:
        raise ProofError("the key is of another log", where=where, expected=origin, found=verifier.name)
    checkpoint = open_published(proof.checkpoint, (verifier,), origin, where)
    outer = TlogProof(proof.index, proof.hashes, proof.checkpoint)
    check_proof(outer, format_statement(proof.statement), (verifier,), origin, where)
    return checkpoint


def proof_name(proof: ParagraphProof) -> str:
    """Name the file: release, version, paragraph, place of the quote, first 12 digits of the citation hash."""
    span = "" if proof.quote is None else f"-{proof.quote.start}-{proof.quote.start + len(proof.quote.text)}"
    paragraph = re.sub(r"[^A-Za-z0-9.-]", "_", proof.paragraph.id)
    digits = parse_digest(proof.statement.record)[:12]
    return f"{proof.statement.release}-v{proof.statement.version}-{paragraph}{span}-{digits}{SUFFIX}"
