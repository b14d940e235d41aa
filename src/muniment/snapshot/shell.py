"""``verify.sh`` and ``VERIFY.txt`` in a snapshot: checking it in a POSIX shell, without this software.

The script is the same in every snapshot without time stamps, and in every one with them, so that it can be read once
and compared: it takes everything from the files.  The way from a leaf to the root of a tree is given to it as lines
for a shell that has a function ``node``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from muniment.digest import sha256_hex
from muniment.display.columns import wrap_prose
from muniment.snapshot.signed_files import SignedFiles

_TEXT = """\
How to check {reference} of the archive {origin}
without the software that made this snapshot

You need a POSIX shell with its usual tools (awk, sed, find, od and others, which the script asks for first), sha256sum
or shasum, openssl (3 or later) and ssh-keygen (OpenSSH 8.1 or later). Nothing is installed, and nothing is sent.

1. Unpack the zip, and go into the folder that holds bagit.txt.

2. Run
     sh data/verify.sh
   or, with the hash of trust root 1 as you have it from elsewhere (a paper, an older snapshot, the archive),
     sh data/verify.sh SHA256
   Here that hash is
     {root}
   Without it, compare the hash that the script prints near its end. Anybody can make an archive and call it
   {origin}; this hash tells which one it is.

3. Read what it says: title, version and hash, each check, and the verdict at its end: "verified" (exit code 0), FAILED
   with the number and the file of each check that failed (1), or UNCHECKED where something could not be checked, for
   want of a tool say, and nothing else was wrong (3).

4. Compare the hash in the citation with
     sha256sum data/record.json
   which the script has found to be the record that is signed and logged:
     {record}

WITHOUT A SHELL, ON WINDOWS FOR EXAMPLE

Open 00-START-HERE.html in a browser of 2025 or later. It checks 7 to 11 of what follows, the canonical form (3) and
the paragraphs (9), from what it carries, and says what it leaves out: the files beside it. To compare one of these with
manifest-sha256.txt, in PowerShell:
     Get-FileHash -Algorithm SHA256 data\\{original}

WHAT THE SCRIPT CHECKS

 1  regular files with plain names: all that must be there, and no others
 2  the lists of the bag, and the schemas against the trust root
 6  the original is the one that the record names, and so is what is kept
    beside it: an exchange, or what another archive attests
 7  the signature over record.json, in its one form
 8  its key, against the trust root, at this place of the log; if it was revoked
    later, what shows its time
 9  statement.json, in its one form, names these very files
10  the inclusion proof from statement.json to the checkpoint, and the signature
    of the checkpoint by the log's key
11  each trust root, signed by its own keys and by those of the one before, up
    to the one that the checkpoint names
{stamps}
WHAT IT DOES NOT CHECK

That record.json is in canonical form and keeps its schema (3, 4), what changed since the version before (5), that
the words come out of the original again, and what an exchange says (6), what another archive attests, that the
paragraphs give the paragraph root (9), and that the files which are made from the others, such as README.txt,
reading-text.txt and this one, are as they were made (2).
A script that came with the files can be changed with them: its SHA-256, the same in every snapshot of this format
{stamped} time stamps, is
     {script}
"archive verify" checks all of that. README.txt has the same steps as single commands, to be typed one by one.
"""


_STAMPS = """\
12  each time stamp, by openssl: of this checkpoint, and by an authority whose
    certificates the trust root pins
"""


_PLACE = (
    "# 12 time: in a snapshot with time stamps, their checks stand in the place of this line.\n"
    '[ -z "$stamped" ] || miss 12 data/timestamps "this is the script of a snapshot without time stamps"\n'
)


@cache
def script(*, stamped: bool) -> bytes:
    """Give the script of snapshots with or without time stamps: most have none, and need not carry those checks."""
    plain = Path(__file__).with_name("verify.sh").read_text(encoding="ascii")
    if stamped:
        before, after = plain.split(_PLACE)
        plain = before + Path(__file__).with_name("verify_time.sh").read_text(encoding="ascii") + after
    return plain.encode()


def verify_script(signed_files: SignedFiles) -> bytes:
    """Give the script; of the signed_files it takes no more than whether there are time stamps."""
    return script(stamped=bool(signed_files.timestamps))


def verify_text(signed_files: SignedFiles) -> bytes:
    """Write the text for people."""
    citation = signed_files.citation
    text = _TEXT.format(
        reference=citation.reference,
        origin=citation.origin,
        root=signed_files.roots[0].digest.removeprefix("sha256:"),
        record=citation.sha256,
        original=signed_files.version.record.original.path,
        stamps=_STAMPS if signed_files.timestamps else "",
        script=sha256_hex(verify_script(signed_files)),
        stamped="with" if signed_files.timestamps else "without",
    )
    return wrap_prose(text).encode()


def climb(index: int, size: int, hashes: Sequence[bytes]) -> Iterator[str]:
    """Give one line a hash, from the leaf upwards, each sibling on its side (RFC 9162 section 2.1.3.2).

    Args:
        index: Of the leaf, from 0.
        size: Number of leaves.
        hashes: Sibling hashes of a proof that verifies.
    """
    at, last = index, size - 1
    for value in hashes:
        sibling = base64.b64encode(value).decode()
        if at & 1 or at == last:
            yield f"h=$(node '{sibling}' \"$h\")\n"
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            yield f"h=$(node \"$h\" '{sibling}')\n"
        at, last = at >> 1, last >> 1
