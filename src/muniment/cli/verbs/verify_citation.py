"""``verify "CITATION"``: telling a citation from a reference and a file, and the commands that check one by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from muniment.archive.paths import content_folder
from muniment.canonical import Json, format_canonical
from muniment.cite.check import cited_hash
from muniment.cite.facts import ISSUER, ORIGIN, PARAGRAPH, REFERENCE, ROOT, SOURCE, TITLE, Stated
from muniment.cite.reading import MAX_CITATION, parse_citation
from muniment.cli.snapshots import is_snapshot, read_snapshot
from muniment.cli.target import find_archive, open_target, store_at
from muniment.cli.terminal import ProgressBar
from muniment.errors import UnavailableError, UnresolvedReferenceError
from muniment.export.commands import archive_commands, quoted, snapshot_commands
from muniment.record import RECORD_PATH
from muniment.reference import Reference, parse_reference
from muniment.verify.citation import Reader, check_citation_in_snapshot, verify_citation
from muniment.verify.report import Report

_ZIP = b"PK\x03\x04"
_ISSUED = '"issued":[{][^}]*[}]'
_MEMBERS = {TITLE: "title", ISSUER: "issuer", PARAGRAPH: "id", SOURCE: "uri"}


def is_zip(data: bytes) -> bool:
    """Whether a file begins as a zip does."""
    return data.startswith(_ZIP)


def cited_in(data: bytes) -> tuple[Stated, ...]:
    """Read a file as a citation; nothing where it is none."""
    try:
        return parse_citation(data.decode("utf-8")) if len(data) <= MAX_CITATION else ()
    except UnicodeDecodeError:
        return ()


def cited_by(target: str) -> tuple[Stated, ...]:
    """Read an argument as a citation; nothing where it is a reference.

    Raises:
        UnresolvedReferenceError: It is neither.
    """
    try:
        parse_reference(target)
    except UnresolvedReferenceError:
        # No reference has a blank in it, and every citation in words has one.
        stated = parse_citation(target) if len(target.split()) > 1 or target.startswith("ni:") else ()
        if not stated:
            raise
        return stated
    return ()


def verify_cited(stated: Sequence[Stated], beside: str | None, reader: Reader) -> Report:
    """Check a citation against the snapshot beside it, else against the archive."""
    if beside is not None:
        return check_citation_in_snapshot(read_snapshot(beside), stated, snapshot=beside, reader=reader)
    store = store_at(find_archive())
    with ProgressBar() as bar:
        return verify_citation(store, stated, Reader(reader.pinned_root, reader.past, reader.jobs, progress=bar.update))


def explain_cited(stated: Sequence[Stated], beside: str | None) -> None:
    """Print the commands of stock tools that check the same.

    Raises:
        UnavailableError: The citation has no whole hash, so that nothing can be checked.
        UnresolvedReferenceError: No version has its hash.
    """
    digest = cited_hash(stated)
    if digest is None:
        raise UnavailableError(
            "a short hash finds, never verifies", where="citation", hint="archive cite prints the whole citation"
        )
    if beside is not None:
        print(*snapshot_commands(beside), sep="\n")
        unpacked = is_snapshot(Path(beside))
        name = beside if unpacked else Path(beside).stem
        top = quoted(f"./{name}" if name.startswith("-") else name)
        _explain_facts(stated, f"{top}/data" if unpacked else f"{top}/*/data", digest)
        return
    archive = open_target()
    entry = archive.resolve(Reference(digest=digest))
    print(*archive_commands(archive, find_archive(), [entry]), sep="\n")
    folder = content_folder(archive.object_folder(entry.statement.release), entry.statement.version)
    _explain_facts(stated, quoted(folder), digest)


def _explain_facts(stated: Sequence[Stated], folder: str, digest: str) -> None:
    """Print a command for each fact; each fails where the record says something else."""
    print("\n# What the citation states: its hash, and each fact that the record has as it stands in the citation.")
    print(f'test "$(sha256sum < {folder}/{RECORD_PATH})" = {quoted(f"{digest}  -")}')
    for member in dict.fromkeys(_members(stated)):
        print(f"grep -aoF {quoted(member)} {folder}/{RECORD_PATH}")
    print("\n# Its date, to compare by eye: the basis says whether it was stated or inferred.")
    print(f"grep -aoE {quoted(_ISSUED)} {folder}/{RECORD_PATH}")
    for title, name in (("archive", ORIGIN), ("trust root 1", ROOT)):
        for value in dict.fromkeys(value for part in stated if (value := part.first(name))):
            print(f"\n# The {title} that it names, to compare with the first commands: {quoted(value)}")


def _members(stated: Sequence[Stated]) -> Iterator[str]:
    """Write facts as they stand in a record, which is canonical JSON."""
    for fact in (fact for part in stated for fact in part.facts):
        if fact.name == REFERENCE:
            release, _, version = fact.value.partition("/v")
            yield _member("release", release)
            if version.isascii() and version.isdecimal():
                yield _member("version", int(version[:9]))
        elif fact.name in _MEMBERS:
            yield _member(_MEMBERS[fact.name], fact.value)


def _member(name: str, value: Json) -> str:
    return format_canonical({name: value}).decode()[1:-1]
