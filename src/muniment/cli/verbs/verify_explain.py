"""``verify --explain``: the commands of stock tools that check the same, for a citation fact by fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from muniment.archive.paths import content_folder
from muniment.canonical import Json, format_canonical
from muniment.cite.check import cited_hash
from muniment.cite.facts import ISSUER, ORIGIN, PARAGRAPH, REFERENCE, ROOT, SOURCE, TITLE, Stated
from muniment.cli.inputs import is_snapshot
from muniment.cli.proof_lines import explain_proof
from muniment.cli.target import find_archive, folder_of, open_target
from muniment.cli.verbs.verify_target import Target
from muniment.errors import InputError, UnavailableError
from muniment.export.commands import archive_commands, quoted, snapshot_commands
from muniment.record import RECORD_PATH
from muniment.reference import Reference, parse_reference

_ISSUED = '"issued":[{][^}]*[}]'
_MEMBERS = {TITLE: "title", ISSUER: "issuer", PARAGRAPH: "id", SOURCE: "uri"}


def explain(target: Target) -> None:
    """Print the commands for what ``verify`` would check.

    Raises:
        MunimentError: There is nothing that stock tools can check, or it cannot be read.
    """
    name = target.name
    if target.stated:
        _explain_citation(target.stated, target.snapshot)
    elif target.proof is not None and name is not None:
        explain_proof(target.proof, name)
    elif target.is_archive and name is not None:
        raise InputError("name the archive with --archive", where=name, hint="--archive DIR")
    elif target.named is not None and name is not None:
        print(*snapshot_commands(name), sep="\n")
    else:
        archive = open_target()
        entries = (
            [entry for versions in archive.versions.values() for entry in versions]
            if name is None
            else [archive.resolve(parse_reference(name))]
        )
        print(*archive_commands(archive, folder_of(find_archive()), entries), sep="\n")


def _explain_citation(stated: Sequence[Stated], beside: str | None) -> None:
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
    print(*archive_commands(archive, folder_of(find_archive()), [entry]), sep="\n")
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
