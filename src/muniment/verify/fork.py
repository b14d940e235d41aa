"""Evidence of a fork: two signed checkpoints of one log that cannot both be true, for anyone to check."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from muniment.log.checkpoint import contradict, parse_checkpoint
from muniment.log.note import Verifier, parse_note
from muniment.log_view import LogView, described

# DER of an Ed25519 public key (RFC 8410 section 4) up to the 32 bytes of the key.
_DER = r"\060\052\060\005\006\003\053\145\160\003\041\000"


@dataclass(frozen=True, slots=True)
class Fork:
    """Two histories of one log, each signed by it.

    Attributes:
        origin: Name of the log.
        root: Digest of trust root 1, which says whose log it is.
        sources: Where the two notes are from, the older first.
        notes: The two checkpoints as signed.
        verifiers: The keys of the log.
        difference: The first entry that differs, as a clause; empty where nobody can tell.
    """

    origin: str
    root: str
    sources: tuple[str, str]
    notes: tuple[bytes, bytes]
    verifiers: tuple[Verifier, ...]
    difference: str

    @property
    def sizes(self) -> tuple[int, int]:
        """How many entries each checkpoint is of."""
        first, second = (parse_checkpoint(parse_note(note)[0]).size for note in self.notes)
        return first, second


def make_fork(old: LogView, new: LogView, root: str, difference: str) -> Fork:
    """Put the two notes together: of one size where either side published a checkpoint of the other's size."""
    size = min(old.checkpoint.size, new.checkpoint.size)
    notes = [side.published(size) or side.note if side.checkpoint.size > size else side.note for side in (old, new)]
    verifiers = tuple(dict.fromkeys((*new.verifiers, *old.verifiers)))
    return Fork(new.checkpoint.origin, root, (old.name, new.name), (notes[0], notes[1]), verifiers, difference)


def format_evidence(fork: Fork) -> bytes:
    """Write the evidence file: both notes verbatim, what they show, and how to check it with stock tools."""
    parts = [_head(fork), _meaning(fork), _by_hand(fork)]
    for number, (source, note) in enumerate(zip(fork.sources, fork.notes, strict=True), 1):
        title = f"Note {number}, from {ascii(source)[1:-1]}:\n\n"
        parts.append(f"{title}-----BEGIN NOTE {number}-----\n{note.decode()}-----END NOTE {number}-----\n")
    return "\n".join(parts).encode()


def _head(fork: Fork) -> str:
    return (
        "EVIDENCE OF TWO HISTORIES OF ONE LOG\n\n"
        f"log         {fork.origin}\n"
        f"trust root  {fork.root}\n"
        + "".join(f"note {number}      {_says(note)}\n" for number, note in enumerate(fork.notes, 1))
        + (f"difference  {fork.difference}\n" if fork.difference else "")
    )


def _says(note: bytes) -> str:
    checkpoint = parse_checkpoint(parse_note(note)[0])
    return described(checkpoint.size, checkpoint.root, checkpoint.newest)


def _meaning(fork: Fork) -> str:
    first, second = fork.sizes
    if first == second:
        return (
            "Both notes are signed by the log. Both are of the same number of entries, and\n"
            "their root hashes or their newest trust roots differ. A log that only grows has\n"
            "one of each at each size, so its keeper, or whoever holds its key, has signed\n"
            "two histories. The notes and the key are all that is needed to see it.\n"
        )
    if contradict(*(parse_checkpoint(parse_note(note)[0]) for note in fork.notes)):
        return (
            "Both notes are signed by the log. Trust roots are only ever added to a log, an\n"
            "entry each; what the notes name as the newest ones cannot both be true of one\n"
            "log. The notes and the key are all that is needed to see it.\n"
        )
    return (
        "Both notes are signed by the log. The entries below the larger note do not\n"
        "begin with those below the smaller one: their root hash at the smaller size is\n"
        "another (RFC 6962 section 2.1). To see that,\n"
        "the entries of the larger log are needed too; keep the copy, snapshot or proof\n"
        "that they came from.\n"
    )


def _by_hand(fork: Fork) -> str:
    lines = [
        "To check it in a POSIX shell with OpenSSL 3, save this file as evidence.txt and\nrun:\n",
        *(line for number, note in enumerate(fork.notes, 1) for line in _commands(fork, number, note)),
        "  head -n 4 note1 note2\n",
        "Each signature must verify. Lines 1 are the name of the log, lines 2 the number",
        "of entries, lines 3 the root hashes, lines 4 the newest trust roots. The keys",
        "stand in trust/root/ of the archive, as log_keys; the SHA-256 of",
        "trust/root/1.json is the trust root above.\n",
    ]
    return "\n".join(lines)


def _commands(fork: Fork, number: int, note: bytes) -> Iterator[str]:
    cut = f"sed -n '/^-----BEGIN NOTE {number}-----$/,/^-----END NOTE {number}-----$/p' evidence.txt"
    yield f"  {cut} | sed '1d;$d' > note{number}"
    yield f"  head -n 4 note{number} > text{number}"
    for line, key in _signatures(fork, note):
        yield f"  sed -n {line}p note{number} | cut -d ' ' -f 3 | openssl base64 -d -A | tail -c 64 > signature{number}"
        encoded = base64.b64encode(key).decode()
        yield f"  {{ printf '{_DER}'; echo '{encoded}' | openssl base64 -d -A; }} > key{number}.der"
        yield f"  openssl pkeyutl -verify -pubin -keyform DER -inkey key{number}.der -rawin \\"
        yield f"    -in text{number} -sigfile signature{number}\n"


def _signatures(fork: Fork, note: bytes) -> Iterator[tuple[int, bytes]]:
    """Number of the line, and public key, of each signature by a known key; the lines before it are the text."""
    known = {(verifier.name, verifier.key_id): verifier.public for verifier in fork.verifiers}
    text, lines = parse_note(note)
    for number, line in enumerate(lines, text.count(b"\n") + 2):
        if (line.name, line.key_id) in known:
            yield number, known[line.name, line.key_id]
