"""``archive log``: what was logged, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import click

from muniment.archive import Archive, StoredVersion
from muniment.cli.completion import complete_release
from muniment.cli.lines import Times, count_paragraphs, print_times, print_words, read_times, say_emendation, say_step
from muniment.cli.options import as_json, follow_option, in_archive, verb
from muniment.cli.pager import paged
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text, paint_kind, screen_width, wants_colour, write_bytes
from muniment.diff.views.text import render_changes
from muniment.display import plain
from muniment.errors import InputError, UnresolvedReferenceError
from muniment.history.lines_of_releases import line_of
from muniment.history.moments import read_versions
from muniment.history.public_json import list_json
from muniment.history.steps import Step, emendations_changed, steps
from muniment.log.statement import LogEntry, RootStatement, StampStatement, Statement, VersionStatement
from muniment.record import Record
from muniment.record.phrases import change_words, published_words
from muniment.record.reading import reading_text
from muniment.reference import Reference, check_release_id


@verb(
    "archive log harbour-notice",
    "archive log -p harbour-notice",
    "archive log -n 10",
    "archive log --summary",
    "archive log --checkpoint > checkpoint-seen-today",
)
@click.argument("release", required=False, metavar="[RELEASE]", shell_complete=complete_release)
@click.option("-n", "--last", type=click.IntRange(min=1), metavar="N", help="Show only the last N entries.")
@click.option("-s", "--summary", is_flag=True, help="Say what each version changed; with RELEASE this is the default.")
@click.option("-p", "--patch", is_flag=True, help="Show the words that each version changed.")
@click.option("-v", "--verbose", is_flag=True, help="Say each change of the description, beside changed words too.")
@follow_option
@click.option("--checkpoint", is_flag=True, help="Print the signed checkpoint as it is.")
@paged
@no_memory_option
@in_archive
@as_json
def command(
    release: str | None,
    *,
    last: int | None,
    as_json: bool,
    **asked: bool,
) -> None:
    """Show the log: every version, in the order of its entry.

    The newest entry comes last; -n shows no more than the last ones, and reads nothing else. When it was published
    comes first, each date with its basis; a proven time stands out; the time of logging is what the keeper claims.
    Each version is read as it is shown, so that a pager has the first screen at once. What a version changed is
    measured against the version before it; to say it of the whole archive, all of it is read first.
    With --follow, the releases that RELEASE continues or replaces come first, and its first version is measured
    against the last one of them.
    With -p, deleted words stand in [-…-], inserted ones in {+…+}; emendations are told with the text as it then reads.
    """
    archive = open_target()
    summary, patch, follow = asked["summary"], asked["patch"], asked["follow"]
    if asked["checkpoint"]:
        if release is not None or last is not None or summary or patch or as_json:
            raise InputError("--checkpoint stands alone: there is one for the whole log")
        write_bytes(archive.note)
        return
    if last is not None and as_json:
        raise InputError("--json gives every version", found="-n", hint="leave one out")
    line = _line(archive, release, follow=follow)
    wanted = summary or patch or line is not None
    releases = line if line is not None else list(archive.releases) if wanted or as_json else []
    changes = _steps(archive, [releases] if follow else [[each] for each in releases]) if wanted else {}
    times = read_times(archive)
    if as_json:
        value = list_json(archive, releases, changes, times.earliest, words=patch)
        print(json_text({**value, "doubts": times.doubts_json()}))
    else:
        _print(archive, _entries(archive, line, last), changes, times, _Look(patch=patch, verbose=asked["verbose"]))


def _line(archive: Archive, release: str | None, *, follow: bool) -> list[str] | None:
    """The release that is asked for, after those that it goes on from; None for the whole log."""
    if release is None:
        if follow:
            raise InputError("--follow speaks of a release", hint="name one, or leave it out: the log has all")
        return None
    if not archive.history(check_release_id(release)):
        raise UnresolvedReferenceError(f"there is no release {release}", hint="archive list names the releases")
    return list(line_of(archive, release)) if follow else [release]


@dataclass(frozen=True, slots=True)
class _Look:
    """How a step is shown: with its words, and with what a description changed beside them."""

    patch: bool
    verbose: bool

    def said(self, step: Step) -> str:
        """A step in one line."""
        if self.patch and not self.verbose and step.changes and step.description:
            return f"{say_step(replace(step, description=()))}; description changed"
        return say_step(step)


def _steps(archive: Archive, lines: list[list[str]]) -> dict[str, Step | None]:
    """What each version changed, by reference; the first of a line of releases changed nothing."""
    by_reference: dict[str, Step | None] = {}
    total = sum(len(archive.history(release)) for line in lines for release in line)
    with ProgressBar("comparing") as bar:
        for line in lines:
            versions = [stored for release in line for stored in read_versions(archive, release)]
            made = (None, *steps([stored.record for stored in versions]))
            by_reference.update({stored.statement.name: step for stored, step in zip(versions, made, strict=True)})
            bar.update(len(by_reference), total)
    return by_reference


def _entries(archive: Archive, line: list[str] | None, last: int | None) -> Iterable[LogEntry[Statement]]:
    """The entries to show: of releases, one after the other; of the whole log the last ones are read one by one."""
    if line is not None:
        return [entry for release in line for entry in archive.history(release)][-(last or 0) :]
    if last is None:
        return archive
    size = archive.checkpoint.size
    return (LogEntry(index, archive.statement(index)) for index in range(max(0, size - last), size))


def _print(
    archive: Archive,
    entries: Iterable[LogEntry[Statement]],
    changes: dict[str, Step | None],
    times: Times,
    look: _Look,
) -> None:
    margin = len(str(archive.checkpoint.size - 1))
    last: dict[str, StoredVersion] = {}
    newest: StoredVersion | None = None
    for entry in entries:
        index, statement = entry.index, entry.statement
        if isinstance(statement, VersionStatement):
            stored = archive.read_entry(LogEntry(index, statement))
            step = changes.get(statement.name)
            said = look.said(step) if step else _say_first(stored) if statement.name in changes else None
            _print_version(stored, margin, said, times.say(index))
            if look.patch:
                # The first version of a release that goes on from another one is measured against the newest of that.
                joined = newest if statement.version == 1 and step is not None else None
                _print_words(joined or _before(archive, last, statement), stored, step, margin + 2)
                last[statement.release] = newest = stored
        else:
            _print_other(index, statement, margin)
    times.print_doubts()


def _say_first(stored: StoredVersion) -> str:
    """What is said of the first version of a release, which changed nothing."""
    return f"first version, {count_paragraphs(stored.record)}"


def _before(archive: Archive, last: dict[str, StoredVersion], statement: VersionStatement) -> StoredVersion | None:
    """The version before, which only the first of the rows that are shown has not read yet."""
    if statement.version == 1 or statement.release in last:
        return last.get(statement.release)
    return archive.read(Reference(statement.release, statement.version - 1))


def _print_words(before: StoredVersion | None, stored: StoredVersion, step: Step | None, indent: int) -> None:
    """Print what a version changed, and an empty line that ends it."""
    if before is not None and step is not None and step.changes:
        sides = before.record.paragraphs, stored.record.paragraphs
        width, colour = screen_width() - indent, wants_colour()
        print()
        for line in render_changes(step.changes, *sides, width=width, colour=colour).split("\n"):
            print(f"{' ' * indent}{line}".rstrip(" "))
    if before is not None and step is not None and (step.emended or step.withdrawn):
        print()
        _print_emended(before.record, stored.record, indent)
    print()


def _print_emended(before: Record, record: Record, indent: int) -> None:
    """Print each emendation that came or went, and how its paragraph reads now."""
    changed = emendations_changed(before, record)
    for emendation, sign in changed:
        side = record if sign == "+" else before
        words = next((each.text for each in side.paragraphs if each.id == emendation.paragraph), "")
        said = say_emendation(emendation, words[emendation.start : emendation.end])
        print_words(plain(f"{sign} {said}" if sign == "+" else f"{sign} withdrawn: {said}"), indent, hanging=2)
    named = {emendation.paragraph for emendation, _ in changed}
    for paragraph in (each for each in record.paragraphs if each.id in named):
        label = f"{paragraph.label} " if paragraph.label else ""
        words = plain(f"{paragraph.id}  {label}{reading_text(paragraph, record.emendations)}")
        print_words(words, indent + 2, hanging=len(paragraph.id) + 2)


def _print_version(stored: StoredVersion, margin: int, said: str | None, proven: str | None) -> None:
    change, statement = stored.record.change, stored.statement
    kind = paint_kind(change_words(change.kind, change.reverts_to), change.kind)
    print(f"{stored.index:>{margin}}  {statement.name}  {kind}")
    indent = margin + 2
    published = published_words(stored.record.description.issued, stored.record.original.retrieved)
    print_times(published, proven, statement.logged_at, indent)
    if said is not None:
        print_words(said, indent)
    if change.note:
        print_words(plain(change.note), indent)
    if stored.withdrawal is not None:
        print_words(plain(stored.withdrawal.words), indent)
    print(f"{' ' * indent}{statement.record}")


def _print_other(index: int, statement: RootStatement | StampStatement, margin: int) -> None:
    by, digest = (
        ("", statement.root) if isinstance(statement, RootStatement) else (statement.authority, statement.response)
    )
    print("  ".join(filter(None, (f"{index:>{margin}}", statement.name, by))))
    print(f"{' ' * (margin + 2)}logged {statement.logged_at} (claimed)")
    print(f"{' ' * (margin + 2)}{digest}")
