"""What holds an archive before it is opened: its tag, its trust roots, and what follows from these."""

from __future__ import annotations

from contextlib import suppress

from muniment.canonical import MAX_SIZE
from muniment.errors import FormatError, KeyRejectedError, NotAnArchiveError, NotFoundError, finding_of
from muniment.log.checkpoint import Checkpoint, open_published, parse_checkpoint
from muniment.log.note import Verifier, parse_note, parse_vkey
from muniment.log.vkey import LogVerifier
from muniment.ocfl.layout import object_uri
from muniment.signing.root_chain import FOLDER, RootFile, root_name, verify_chain
from muniment.signing.trust_root import LogKey, TrustRoot
from muniment.store import Store

NAMASTE = ("0=muniment_archive_1", b"muniment_archive_1\n")
"""Name and content of the file that marks the folder and names its format."""

CHECKPOINT = "log/checkpoint"
TIMESTAMPS = "log/timestamps"
COSIGNATURES = "log/cosignatures"
ALLOWED_SIGNERS = "trust/allowed_signers"
LAYOUT = "releases/ocfl_layout.json"


def check_tag(store: Store, *, where: str) -> None:
    """Refuse a folder without this format's NAMASTE tag.

    Raises:
        NotAnArchiveError: There is none, or another one.
    """
    name, content = NAMASTE
    try:
        if store.read(name) == content:
            return
    except NotFoundError as error:
        raise NotAnArchiveError(
            "not an archive",
            where=where,
            expected=f"a file {name}",
            hint="archive init makes one, --archive names one",
        ) from error
    raise NotAnArchiveError("not an archive of this format", where=f"{where}/{name}", expected=repr(content.decode()))


def read_root_files(store: Store) -> dict[str, bytes]:
    """Read every file of ``trust/root``, by name."""
    files = {}
    for node in store.list(FOLDER):
        if node.kind == "file":
            with suppress(NotFoundError):  # a writer has just taken it back
                files[node.name] = store.read(f"{FOLDER}/{node.name}", max_size=MAX_SIZE)
    return files


def read_roots(store: Store, size: int) -> tuple[RootFile, ...]:
    """Read and verify the chain of trust roots, as far as the log names them.

    Args:
        store: The archive.
        size: Number of entries in the log; a root that stands beyond them does not count yet.

    Raises:
        IntegrityError: A root or a signature does not verify, or a number is missing.
    """
    with finding_of(11):
        return verify_chain(read_root_files(store), size)


def claimed_size(data: bytes, where: str = CHECKPOINT) -> int:
    """Give the number of entries that a checkpoint claims, before its signature is verified.

    The size says which trust roots count, and only these say who may sign it.

    Raises:
        FormatError: It is not a checkpoint.
    """
    return parse_checkpoint(parse_note(data, where)[0], where).size


def open_head(store: Store, data: bytes) -> tuple[tuple[RootFile, ...], Checkpoint]:
    """Verify a checkpoint of an archive, with the trust roots that count in it.

    Raises:
        IntegrityError: The trust roots or the checkpoint do not verify.
    """
    roots = read_roots(store, claimed_size(data))
    chain = tuple(file.root for file in roots)
    return roots, open_published(data, log_verifiers(chain), chain[0].archive, CHECKPOINT)


def object_id(first_root: TrustRoot, release: str) -> str:
    """Give the OCFL object id of a release: host of the origin, year of trust root 1, release."""
    return object_uri(first_root.archive.split("/", 1)[0], int(first_root.created[:4]), release)


def log_verifiers(chain: tuple[TrustRoot, ...]) -> tuple[LogVerifier, ...]:
    """Give the keys that may sign checkpoints, each for its range, per the newest trust root.

    Raises:
        FormatError: A key is ill-formed or weak: a fault of what is stored, not of what was handed in.
    """
    where = root_name(chain[-1].version)
    try:
        return tuple(_log_verifier(key, parse_vkey(key.vkey, where=where)) for key in chain[-1].log_keys)
    except KeyRejectedError as error:
        raise FormatError(error.what, where=error.where, expected=error.expected, found=error.found) from error


def _log_verifier(held: LogKey, key: Verifier) -> LogVerifier:
    return LogVerifier(key.name, key.key_id, key.public, held.first_index, held.last_index)
