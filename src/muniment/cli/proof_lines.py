"""A paragraph proof for people: the words, what is proven of them and what not, the commands that check the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muniment.cli.hints import for_reader
from muniment.cli.reports import print_report
from muniment.cli.terminal import json_text
from muniment.digest import parse_digest
from muniment.display import plain, plain_lines
from muniment.export.commands import quoted
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.note import parse_note
from muniment.log.proof_file import parse_proof
from muniment.log.statement import format_statement
from muniment.paragraph_proof import ParagraphProof, parse_paragraph_proof
from muniment.snapshot.shell import climb
from muniment.verify.report import VERIFIED, Report, report_as_json

_PROVEN = """\
proven: a key of the log signed a checkpoint that holds this entry, and {words}
of the version that the entry names, unchanged since then.
not proven: that the statement is true, who wrote it, what the rest of it says, {signer}and when
it was published. Times are claims: logged {time}, the archive says."""

_COMMANDS = """\
# The words, as the proof brings them; control characters would act on a terminal, so od shows them too.
extra() {{ sed -n 2p {file} | cut -d ' ' -f 2 | openssl base64 -d -A; }}
extra | tail -c +{paragraph_at} | head -c {paragraph_size} | od -A d -c

# Hashes of a tree (RFC 6962 section 2.1).
leaf() {{ {{ printf '\\000'; cat; }} | openssl dgst -sha256 -binary | openssl base64; }}
node() {{ {{ printf '\\001'; echo "$1" | openssl base64 -d; echo "$2" | openssl base64 -d; }} |
  openssl dgst -sha256 -binary | openssl base64; }}

# From the paragraph to the paragraph root that the entry states: the count must be 1.
h=$(extra | tail -c +{paragraph_at} | head -c {paragraph_size} | leaf)
{paragraph_steps}r=$(echo "$h" | openssl base64 -d | od -A n -v -t x1 | tr -d ' \\n')
extra | tail -c +{entry_at} | head -c {entry_size} | grep -c -F "\\"paragraph_root\\":\\"sha256:$r\\""

# From the entry to the root of the log: both lines must be the same.
h=$(extra | tail -c +{entry_at} | head -c {entry_size} | leaf)
{entry_steps}echo "$h"; sed '1,/^$/d' {file} | sed -n 3p

# The checkpoint is signed by the key of the log, which is to be compared with the archive (OpenSSL 3):
# {log_key}
d=$(mktemp -d)
sed '1,/^$/d' {file} | head -n 4 > "$d/checkpoint"
sed '1,/^$/d' {file} | tail -n 1 | cut -d ' ' -f 3 | openssl base64 -d -A | tail -c 64 > "$d/signature"
{{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'
  echo {key} | openssl base64 -d | tail -c 32; }} > "$d/key"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$d/key" -rawin -in "$d/checkpoint" -sigfile "$d/signature"
rm -r "$d\""""


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
    """The words, each line marked, so that none of them can pass for what the command says; and where they stand."""
    for line in re.split("\n", plain_lines(proof.words)):
        yield f"> {line}"
    part = "from" if proof.quote else "the whole of"
    yield plain(f"{part} {proof.reference}, archive {proof.statement.archive}, entry {proof.index} of its log")
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
    proof = parse_paragraph_proof(data) if report.verdict == VERIFIED else None
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
        print(_PROVEN.format(words=words, signer=signer, time=proof.statement.logged_at))


def explain_proof(data: bytes, name: str) -> None:
    """Print commands of stock tools that check a proof file.

    Raises:
        IntegrityError: It cannot be read as a proof, so that the commands would have nothing to go by.
    """
    proof = parse_paragraph_proof(data, name)
    extra = parse_proof(data, name).extra or b""
    size = parse_checkpoint(parse_note(proof.checkpoint, name)[0], name).size
    entry = format_statement(proof.statement)
    # Within canonical JSON a quotation mark of a text is escaped, so a member is found nowhere but where it stands.
    paragraph_at = extra.index(b',"paragraph":{') + len(b',"paragraph":') + 1
    entry_at = len(extra) - len(entry)
    print(
        _COMMANDS.format(
            file=quoted(f"./{name}" if name.startswith("-") else name),
            paragraph_at=paragraph_at,
            paragraph_size=len(proof.paragraph.canonical()),
            paragraph_steps="".join(climb(proof.position, proof.statement.paragraph_count, proof.path)),
            entry_at=entry_at,
            entry_size=len(entry),
            entry_steps="".join(climb(proof.index, size, proof.hashes)),
            log_key=proof.log_key,
            key=quoted(proof.log_key.split("+", 2)[2]),
        )
    )
