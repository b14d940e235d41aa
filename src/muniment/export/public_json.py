"""What was handed out, as public JSON (``schemas/export.schema.json`` and ``schemas/prove.schema.json``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from muniment.canonical import Json
from muniment.digest import format_digest, sha256_hex
from muniment.schema import parse_public

EXPORT = "muniment-export/1"
PROVE = "muniment-prove/1"


def file_json(form: str, name: str, data: bytes, *, written: bool) -> dict[str, object]:
    """Give the JSON value for one file.

    Args:
        form: ``EXPORT`` or ``PROVE``; that of a proof has a member ``quotation`` more.
        name: The file, as it was named.
        data: Its bytes.
        written: False where the same bytes were there already.
    """
    digest = format_digest(sha256_hex(data))
    return {"format": form, "file": name, "sha256": digest, "size": len(data), "written": written}


def folder_json(
    folder: str, snapshots: Sequence[Mapping[str, object]], failed: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Give the JSON value for a folder of snapshots, and for the versions that have none in it now."""
    return {"format": EXPORT, "folder": folder, "snapshots": list(snapshots), "failed": list(failed)}


def parse_export(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``archive export --json`` prints, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("export", EXPORT, data, where=where)


def parse_prove(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``archive prove --json`` prints, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("prove", PROVE, data, where=where)
