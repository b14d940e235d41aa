"""The files that an archive is made with and that never change."""

from __future__ import annotations

from muniment.add.readme import readme_text
from muniment.archive.opening import NAMASTE
from muniment.ocfl.storage_root import root_files
from muniment.schema import schema_bytes

SCHEMAS = ("record", "statement", "trust-root")
"""The schemas that an archive carries: those of what is signed or logged."""

GIT_ATTRIBUTES = (".gitattributes", b"* -text\n")
"""Keeps git from changing a line end in what is evidence, wherever a copy of the archive is committed."""


def static_files(origin: str, layout: str) -> dict[str, bytes]:
    """Make every file that never changes and that the trust root vouches for, the tag first.

    Args:
        origin: Name of the archive.
        layout: Storage layout of ``releases/``.
    """
    schemas = {f"schemas/{name}.schema.json": schema_bytes(name) for name in SCHEMAS}
    releases = {f"releases/{path}": data for path, data in root_files(layout).items()}
    top = {NAMASTE[0]: NAMASTE[1], "README.txt": readme_text(origin).encode(), GIT_ATTRIBUTES[0]: GIT_ATTRIBUTES[1]}
    return top | schemas | releases
