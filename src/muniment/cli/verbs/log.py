"""``archive log``: what was logged, in order."""

from __future__ import annotations

import click

from muniment.archive import Archive, StoredVersion
from muniment.cli.completion import complete_release
from muniment.cli.lines import Times, print_words, read_times, say_step
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text, write_bytes
from muniment.display import plain
from muniment.errors import InputError, UnresolvedReferenceError
from muniment.history.moments import read_versions
from muniment.history.public_json import list_json
from muniment.history.steps import Step, steps
from muniment.log.statement import RootStatement, StampStatement, VersionStatement
from muniment.record.phrases import change_words
from muniment.reference import check_release_id


@verb(
    "archive log harbour-notice",
    "archive log --summary",
    "archive log --checkpoint > checkpoint-seen-today",
)
@click.argument("release", required=False, metavar="[RELEASE]", shell_complete=complete_release)
@click.option("-s", "--summary", is_flag=True, help="Say what each version changed; with RELEASE this is the default.")
@click.option("--checkpoint", is_flag=True, help="Print the signed checkpoint as it is.")
@no_memory_option
@in_archive
@as_json
def command(release: str | None, *, summary: bool, checkpoint: bool, as_json: bool) -> None:
    """Show the log: every version, in the order of its entry.

    The newest entry comes last. Times are what the keeper claims; where a time is proven for a version, it is shown
    too. What a version changed is measured against the version before it.
    """
    archive = open_target()
    if checkpoint:
        if release is not None or summary or as_json:
            raise InputError("--checkpoint stands alone: there is one for the whole log")
        write_bytes(archive.note)
        return
    if release is not None and not archive.history(check_release_id(release)):
        raise UnresolvedReferenceError(f"there is no release {release}", hint="archive list names the releases")
    releases = list(archive.versions) if release is None else [release]
    wanted = summary or release is not None
    changes = _steps(archive, releases) if wanted else {}
    times = read_times(archive)
    if as_json:
        value = list_json(archive, releases, changes, times.earliest)
        print(json_text({**value, "doubts": times.doubts_json()}))
    else:
        _print(archive, release, changes, times)


def _steps(archive: Archive, releases: list[str]) -> dict[str, Step | None]:
    """What each version changed, by reference; the first of a release changed nothing."""
    by_reference: dict[str, Step | None] = {}
    total = sum(len(archive.history(release)) for release in releases)
    with ProgressBar("comparing") as bar:
        for release in releases:
            versions = read_versions(archive, release)
            made = (None, *steps([stored.record for stored in versions]))
            by_reference.update({stored.statement.name: step for stored, step in zip(versions, made, strict=True)})
            bar.update(len(by_reference), total)
    return by_reference


def _print(archive: Archive, release: str | None, changes: dict[str, Step | None], times: Times) -> None:
    margin = len(str(archive.checkpoint.size - 1))
    for index, statement in enumerate(archive.statements) if release is None else archive.history(release):
        if isinstance(statement, VersionStatement):
            stored = archive.read_entry(index, statement)
            _print_version(stored, margin, changes.get(statement.name), times.say(index))
        else:
            _print_other(index, statement, margin)
    times.print_doubts()


def _print_version(stored: StoredVersion, margin: int, step: Step | None, proven: str | None) -> None:
    change, statement = stored.record.change, stored.statement
    kind = change_words(change.kind, change.reverts_to)
    print(f"{stored.index:>{margin}}  {statement.name}  {kind}  claimed {statement.logged_at}")
    indent = margin + 2
    if step is not None:
        print_words(say_step(step), indent)
    if change.note:
        print_words(plain(change.note), indent)
    if proven is not None:
        print_words(plain(proven), indent)
    print(f"{' ' * indent}{statement.record}")


def _print_other(index: int, statement: RootStatement | StampStatement, margin: int) -> None:
    by, digest = (
        ("", statement.root) if isinstance(statement, RootStatement) else (statement.authority, statement.response)
    )
    print("  ".join(filter(None, (f"{index:>{margin}}", statement.name, by, f"claimed {statement.logged_at}"))))
    print(f"{' ' * (margin + 2)}{digest}")
