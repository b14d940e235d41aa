"""The way from a leaf to the root of a tree as lines for a shell that has a function ``node``."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence


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
