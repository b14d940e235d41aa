"""What a verb prints that added a version, or found that nothing changes."""

from __future__ import annotations

from muniment.archive import Archive
from muniment.cli.memory import Memory
from muniment.cli.terminal import json_text
from muniment.errors import InputError
from muniment.log.statement import VersionStatement
from muniment.reference import Reference, format_reference
from muniment.store import Store
from muniment.write.version import Added


def finish(added: Added, store: Store, memory: Memory, *, as_json: bool) -> None:
    """Remember what was signed, then print it."""
    if not added.unchanged:
        memory.keep_head(store)
    print_added(added, as_json=as_json)


def print_added(added: Added, *, as_json: bool) -> None:
    """Print the new version and its citation hash; or that the version is as it was."""
    record = added.record
    if as_json:
        print(json_text(_as_json(added)))
    elif added.unchanged:
        print(f"unchanged since v{record.version}")
    else:
        number = len(record.paragraphs)
        reverts = f", reverts to v{record.change.reverts_to}" if record.change.reverts_to else ""
        noun = "paragraph" if number == 1 else "paragraphs"
        print(f"{record.name}  {record.change.kind}{reverts}  {number} {noun}")
        print(added.digest)


def _as_json(added: Added) -> dict[str, object]:
    record = added.record
    return {
        "reference": record.name,
        "release": record.release,
        "version": record.version,
        "record": added.digest,
        "change": record.change.kind,
        "reverts_to": record.change.reverts_to,
        "paragraphs": len(record.paragraphs),
        "unchanged": added.unchanged,
        "index": added.index,
    }


def newest(archive: Archive, reference: Reference) -> VersionStatement:
    """Find the newest version of a release, which alone can be followed by another.

    Raises:
        UnresolvedReferenceError: The reference names nothing.
        InputError: It names an older version.
    """
    _, statement = archive.resolve(reference)
    last = len(archive.versions[statement.release])
    if statement.version != last:
        raise InputError(
            f"{statement.name} is not the newest version",
            where=format_reference(reference),
            expected=f"{statement.release}/v{last}",
            hint="what was logged is never edited; the newest version is followed by another",
        )
    return statement
