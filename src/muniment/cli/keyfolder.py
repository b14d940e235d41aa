"""The folder of an archive's private keys: which file holds a key, now that there may be several of a role."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from muniment.errors import KeyRejectedError, MunimentError
from muniment.files import read_file
from muniment.ssh.keys import PublicKey, parse_public_key

_MAX_SIZE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Held:
    """A key whose public half lies in the folder.

    Attributes:
        path: Where its private half would lie.
        public: The public half.
    """

    path: Path
    public: PublicKey

    @property
    def is_file(self) -> bool:
        """Whether the private half lies there; if not, ssh-agent is to be asked."""
        return os.path.lexists(self.path)


def read_public(path: str) -> PublicKey:
    """Read a public key file.

    Raises:
        KeyRejectedError: It is missing, or holds no Ed25519 public key.
    """
    data = read_file(path, max_size=_MAX_SIZE, kind=KeyRejectedError)
    return parse_public_key(data.decode("utf-8", "replace"), where=path)


def held_keys(home: Path, role: str, allowed: Collection[PublicKey]) -> tuple[Held, ...]:
    """Find the keys in a folder whose public half is one of these; ``record-3`` came with trust root 3.

    Each key once, under the first name of the folder.
    """
    name = re.compile(rf"({role}(?:-[1-9][0-9]*(?:\.[1-9][0-9]*)?)?)\.pub")
    try:
        found = [match for entry in sorted(os.listdir(home)) if (match := name.fullmatch(entry))]  # noqa: PTH208 - names
    except OSError:
        return ()
    held: dict[PublicKey, Held] = {}
    for match in found:
        with suppress(MunimentError):
            public = read_public(str(home / match[0]))
            if public in allowed:
                held.setdefault(public, Held(home / match[1], public))
    return tuple(held.values())
