"""What a witness remembers of one log: the checkpoint that it cosigned last, and the keys of the log.

One file a witness and log.  It is all that keeps a witness from cosigning two histories, so it is read strictly: what
is damaged is refused, never taken for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.errors import FormatError, KeyRejectedError
from muniment.log.checkpoint import TreeHead, open_tree_head, parse_tree_head
from muniment.log.note import MAX_NOTE, Verifier, format_vkey, parse_note, parse_vkey
from muniment.log.vkey import Cosigner, parse_cosigner

FORMAT = "muniment-witness/1"
MAX_KEYS = 64  # of one log
MAX_WITNESSED = 2 * MAX_NOTE + MAX_KEYS * 512  # bytes: in JSON the line feeds of a note take two

_MEMBERS = {"checkpoint", "format", "keys", "witness"}


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The memory of a witness of one log.

    Attributes:
        cosigner: The witness.
        verifiers: The keys of the log, in the order in which they became known; all have its name.
        note: The checkpoint that was cosigned last, as the log signed it.
    """

    cosigner: Cosigner
    verifiers: tuple[Verifier, ...]
    note: bytes

    @property
    def checkpoint(self) -> TreeHead:
        """What that checkpoint says."""
        return parse_tree_head(parse_note(self.note)[0])


def format_witnessed(witnessed: Witnessed) -> bytes:
    """Give the canonical bytes of the file."""
    keys: list[Json] = [format_vkey(verifier.name, verifier.public) for verifier in witnessed.verifiers]
    value: dict[str, Json] = {
        "checkpoint": witnessed.note.decode(),
        "format": FORMAT,
        "keys": keys,
        "witness": witnessed.cosigner.vkey,
    }
    return format_canonical(value)


def parse_witnessed(data: bytes, cosigner: Cosigner, origin: str, where: str = "") -> Witnessed:
    """Read the file of a witness and a log strictly.

    Raises:
        CanonicalError: The bytes are not canonical JSON.
        FormatError: They are no such memory, or that of another witness or log; or a key in it is none.
        SignatureError: The checkpoint in it is signed by none of the keys.
    """
    value = parse_canonical(data, where=where, max_size=MAX_WITNESSED)
    members = value if isinstance(value, dict) else {}
    keys = members.get("keys")
    texts = all(isinstance(members.get(name), str) for name in _MEMBERS - {"keys"})
    listed = isinstance(keys, list) and 1 <= len(keys) <= MAX_KEYS and all(isinstance(key, str) for key in keys)
    if set(members) != _MEMBERS or not texts or not listed or members["format"] != FORMAT:
        raise FormatError("not the memory of a witness", where=where, expected=FORMAT)
    said = cast("dict[str, str]", members)
    try:
        found = parse_cosigner(said["witness"], where)
        verifiers = tuple(parse_vkey(key, where) for key in cast("list[str]", keys))
    except KeyRejectedError as error:
        raise FormatError(error.what, where=where, expected=error.expected, found=error.found) from error
    if found != cosigner:
        raise FormatError("the memory of another witness", where=where, expected=cosigner.vkey, found=found.vkey)
    if len(set(verifiers)) != len(verifiers) or any(verifier.name != origin for verifier in verifiers):
        raise FormatError("the memory of another log", where=where, expected=f"keys named {origin}, each once")
    note = said["checkpoint"].encode()
    open_tree_head(note, verifiers, origin, where)
    return Witnessed(cosigner, verifiers, note)
