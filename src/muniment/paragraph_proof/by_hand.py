"""Checking a paragraph proof by hand: the same steps as single commands of a POSIX shell, with openssl.

The page with a proof makes the same lines in its script; who changes one changes the other.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, get_args

from muniment.log.checkpoint import parse_checkpoint
from muniment.log.note import parse_note
from muniment.log.proof_file import parse_proof
from muniment.log.statement import format_statement
from muniment.paragraph_proof import ParagraphProof, format_paragraph_proof, proof_name
from muniment.snapshot.shell import climb

Form: TypeAlias = Literal["text", "html", "tlog-proof"]
FORMS: tuple[Form, ...] = get_args(Form)
SUFFIXES: dict[Form, str] = {"text": ".proof.txt", "html": ".proof.html", "tlog-proof": ".tlog-proof"}
"""What the name of each form of a proof ends in."""

COMMANDS = """\
d=$(mktemp -d)
@BARE@
# The words, as the proof brings them; control characters would act on a
# terminal, so od shows them too.
extra() { sed -n 2p "$p" | cut -d ' ' -f 2 | openssl base64 -d -A; }
extra | tail -c +@PARAGRAPH_AT@ | head -c @PARAGRAPH_SIZE@ | od -A d -c

# Hashes of a tree (RFC 6962 section 2.1).
leaf() { { printf '\\000'; cat; } | openssl dgst -sha256 -binary | openssl base64; }
node() { { printf '\\001'; echo "$1" | openssl base64 -d; echo "$2" | openssl base64 -d; } |
  openssl dgst -sha256 -binary | openssl base64; }

# From the paragraph to the paragraph root that the entry states: the count
# must be 1.
h=$(extra | tail -c +@PARAGRAPH_AT@ | head -c @PARAGRAPH_SIZE@ | leaf)
@PARAGRAPH_STEPS@r=$(echo "$h" | openssl base64 -d | od -A n -v -t x1 | tr -d ' \\n')
extra | tail -c +@ENTRY_AT@ | head -c @ENTRY_SIZE@ | grep -c -F "\\"paragraph_root\\":\\"sha256:$r\\""

# From the entry to the root of the log: both lines must be the same.
h=$(extra | tail -c +@ENTRY_AT@ | head -c @ENTRY_SIZE@ | leaf)
@ENTRY_STEPS@echo "$h"; sed '1,/^$/d' "$p" | sed -n 3p

# The checkpoint is signed by the key of the log, which is to be compared
# with the archive (OpenSSL 3):
# @LOG_KEY@
sed '1,/^$/d' "$p" | head -n 4 > "$d/checkpoint"
sed '1,/^$/d' "$p" | tail -n 1 | cut -d ' ' -f 3 | openssl base64 -d -A | tail -c 64 > "$d/signature"
{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'
  echo @KEY@ | openssl base64 -d | tail -c 32; } > "$d/key"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$d/key" -rawin -in "$d/checkpoint" -sigfile "$d/signature"
rm -r "$d\""""
"""The steps; what stands between two ``@`` differs from proof to proof."""

_OUT = "# The bare proof, out of this file.\np=$d/proof; "
_PLACE = re.compile("@([A-Z_]+)@")


FILE = "FILE"
"""What stands in the commands for the name of the file: whoever writes or keeps a proof may call it as he likes."""


def by_hand(proof: ParagraphProof, form: Form, file: str = FILE) -> str:
    """Write the commands that check a proof.

    Args:
        proof: The proof; what is put into the commands has a grammar without signs that a shell acts upon.
        form: The form of the file.
        file: The file, as a shell takes its name; by default a word to put the name in place of.
    """
    extra = parse_proof(format_paragraph_proof(proof)).extra or b""
    size = parse_checkpoint(parse_note(proof.checkpoint)[0]).size
    entry = format_statement(proof.statement)
    values = {
        "BARE": take_out(form, file),
        # Within canonical JSON a quotation mark of a text is escaped: a member is found nowhere but where it stands.
        "PARAGRAPH_AT": extra.index(b',"paragraph":{') + len(b',"paragraph":') + 1,
        "PARAGRAPH_SIZE": len(proof.paragraph.canonical()),
        "PARAGRAPH_STEPS": "".join(climb(proof.position, proof.statement.paragraph_count, proof.path)),
        "ENTRY_AT": len(extra) - len(entry),
        "ENTRY_SIZE": len(entry),
        "ENTRY_STEPS": "".join(climb(proof.index, size, proof.hashes)),
        "LOG_KEY": proof.log_key,
        "KEY": proof.log_key.split("+", 2)[2],
    }
    return _PLACE.sub(lambda match: str(values[match[1]]), COMMANDS)


def take_out(form: Form, file: str) -> str:
    """Give the command that takes the bare proof out of a form of it; of the bare one, that says where it is.

    Args:
        form: The form of the file.
        file: The file, as a shell takes its name.
    """
    match form:
        case "html":
            return f"{_OUT}sed -n '/^c2sp.org.tlog-proof@v1$/,/^<.pre>/p' {file} | sed '$d' > \"$p\""
        case "text":
            return f"{_OUT}sed -n '/^c2sp.org.tlog-proof@v1$/,$p' {file} > \"$p\""
        case "tlog-proof":
            return f"p={file}"


def file_name(proof: ParagraphProof, form: Form) -> str:
    """Name the file of a form."""
    return f"{proof_name(proof).removesuffix(SUFFIXES['tlog-proof'])}{SUFFIXES[form]}"
