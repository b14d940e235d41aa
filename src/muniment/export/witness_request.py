"""What an archive asks of a witness: its newest checkpoint, and the proof that it grew from an older one."""

from __future__ import annotations

from muniment.archive import Archive
from muniment.archive.paths import COSIGNATURES, parse_path
from muniment.errors import InputError
from muniment.log.vkey import Cosigner
from muniment.log.witness import WitnessRequest, format_request


def cosigned_size(archive: Archive, cosigner: Cosigner) -> int:
    """Give the largest size that a witness has cosigned, as far as the archive knows; 0 for none."""
    paths = (parse_path(f"{COSIGNATURES}/{node.name}") for node in archive.store.list(COSIGNATURES))
    sizes = (path.size for path in paths if path is not None and path.name == cosigner.key_id.hex())
    return max((size for size in sizes if size <= archive.checkpoint.size), default=0)


def build_request(archive: Archive, old_size: int) -> bytes:
    """Write the request for the newest checkpoint of an archive.

    Args:
        archive: The archive.
        old_size: What the witness cosigned last, 0 for nothing.

    Raises:
        InputError: The archive is smaller than that.
        IntegrityError: Its hash tiles do not lead to the signed root (check 10).
    """
    head = archive.checkpoint
    if not 0 <= old_size <= head.size:
        raise InputError(
            "the archive has fewer entries than the witness has seen",
            expected=f"at most {head.size}",
            found=str(old_size),
            hint="is this an older copy? verify the archive",
        )
    return format_request(WitnessRequest(old_size, archive.tree.prove_consistency(old_size), archive.note))
