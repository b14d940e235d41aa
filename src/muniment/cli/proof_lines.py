"""A paragraph proof for people: the words, what is proven of them and what not, the commands that check the same."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.cli.hints import for_reader
from muniment.cli.lines import print_words
from muniment.cli.reports import print_report
from muniment.cli.terminal import json_text, marked_lines, screen_width, wrap
from muniment.digest import parse_digest
from muniment.display import plain
from muniment.export.commands import quoted
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.encoding import say_place
from muniment.log.note import parse_note
from muniment.paragraph_proof import ParagraphProof
from muniment.paragraph_proof.by_hand import by_hand
from muniment.paragraph_proof.forms import form_of, read_proof
from muniment.verify.public_json import report_as_json
from muniment.verify.report import VERIFIED, Report

_PROVEN = (
    "proven: a key of the log signed a checkpoint that holds this entry, and {words} of the version that the entry "
    "names, unchanged since then."
)
_NOT_PROVEN = (
    "not proven: that the statement is true, who wrote it, what the rest of it says, {signer}and when it was "
    "published. Times are claims: logged {time}, the archive says."
)


def quotation(proof: ParagraphProof) -> dict[str, object]:
    """Give the member ``quotation`` of JSON (``schemas/report.schema.json``)."""
    quote = proof.quote
    return {
        "reference": proof.reference,
        "record": proof.statement.record,
        "entry": proof.index,
        "paragraph": proof.paragraph.as_json(),
        "quote": None if quote is None else {"start": quote.start, "text": quote.text},
    }


def quoted_lines(proof: ParagraphProof) -> Iterator[str]:
    """The words, marked, and where they stand."""
    yield from marked_lines(proof.words)
    part = "from" if proof.quote else "the whole of"
    size = parse_checkpoint(parse_note(proof.checkpoint)[0]).size
    place = plain(f"{part} {proof.reference}, archive {proof.statement.archive}, {say_place(proof.index, size)}")
    yield from wrap(place, screen_width())
    yield f"SHA-256 of the record {parse_digest(proof.statement.record)}"


def print_checked(report: Report, data: bytes, *, as_json: bool, pinned: bool, verbose: bool) -> None:
    """Print the report on a proof, and its words if they verify.

    Args:
        report: What was found.
        data: The proof file.
        as_json: Whether JSON is wanted.
        pinned: Whether the reader gave the hash of the trust root.
        verbose: Whether each check has its line.
    """
    proof = read_proof(data) if report.verdict == VERIFIED else None
    if as_json:
        value = report_as_json(for_reader(report))
        print(json_text({**value, "quotation": None if proof is None else quotation(proof)}))
        return
    seen = report.passed[7] > 0
    unseen = "" if seen else " (who signed its record was not seen)"
    named = f"the words below, from {proof.reference}{unseen}" if proof else ""
    print_report(report, pinned=pinned, named=named, verbose=verbose)
    if proof is not None:
        print()
        for line in quoted_lines(proof):
            print(line)
        words = "these words stand in this paragraph" if proof.quote else "this is that paragraph"
        signer = "" if seen else "who signed the record, "
        for said in (_PROVEN, _NOT_PROVEN):
            print_words(said.format(words=words, signer=signer, time=proof.statement.logged_at), 0)


def explain_proof(data: bytes, name: str) -> None:
    """Print commands of stock tools that check a proof file.

    Raises:
        IntegrityError: It cannot be read as a proof, so that the commands would have nothing to go by.
    """
    proof, form = read_proof(data, name), form_of(data) or "tlog-proof"
    file = quoted(f"./{name}" if name.startswith("-") else name)
    print(by_hand(proof, form, file))
