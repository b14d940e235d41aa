"""What another archive attested of the same bytes: a file with its record, signature and proof, beside the original.

The record names the file by its hash, and what the file is about.  It is evidence by another archive, and none of
this one: who signs the record says that it was there, and not that it is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

ATTESTATION_PATH: Final = "attestation.zip"
"""Logical path of the file."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """The attestation of another archive, as it was when it was taken in.

    Attributes:
        sha256: Of the file, 64 hexadecimal digits.
        size: In bytes.
        archive: Origin of the other archive, as the file names it.
        root: ``sha256:…`` of its trust root 1, by which a reader may know it.
        release: Id of the release there.
        version: Number of the version there.
        record: ``sha256:…`` of its record there.
        path: Logical path in the OCFL object.
    """

    sha256: str
    size: int
    archive: str
    root: str
    release: str
    version: int
    record: str
    path: str = ATTESTATION_PATH

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def name(self) -> str:
        """The version there, ``harbour-notice/v2``."""
        return f"{self.release}/v{self.version}"
