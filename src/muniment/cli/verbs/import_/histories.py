"""What every import is given, does and prints, whatever its source is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import click

from muniment.archive import Archive
from muniment.cli.authoring import author_options, dry_run_option, key_options, open_to_write
from muniment.cli.clock import now
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.lines import print_words
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, jobs_option
from muniment.cli.target import open_target
from muniment.cli.terminal import ProgressBar, json_text
from muniment.cli.verbs.import_.wording import hint_in_import, line_in_import
from muniment.dates import read_time
from muniment.display import plain
from muniment.errors import InputError, IntegrityError, MunimentError, UnavailableError
from muniment.importing.engine import ImportJob, ImportResult, run_import, states_to_come
from muniment.importing.item import ImportSource, Notice
from muniment.importing.map_file import ImportMap, read_map
from muniment.importing.patterns import PathPattern, Template, parse_pattern, parse_template
from muniment.importing.plan import FailedItem, ImportPlan, make_plan, place_of
from muniment.importing.report_json import import_json
from muniment.write.version import Author, Keys

_SHOWN = 10
"""So many results of each rule, failed items and the like are printed; ``--json`` has all."""

_FEW = 3

_MISSING = "MISSING from the archive"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What every import is given.

    Attributes:
        map_file: The map file; None for none.
        release_from: Makes a release id of a path; None for the path itself.
        since: What is older is left out; None for all.
        source_name: What the source is called in records; None for the name of its folder or file.
        dry_run: Whether nothing is written.
        as_json: Whether JSON is printed.
        author: Who imports, when, and in what words.
        key_files: The keys.
        memory: What this machine has seen.
        jobs: How many processes to use.
    """

    map_file: str | None
    release_from: str | None
    since: str | None
    source_name: str | None
    dry_run: bool
    as_json: bool
    author: Author
    key_files: KeyFiles
    memory: Memory
    jobs: int

    def rules(self, usual: Template | None = None) -> ImportMap:
        """Read the map file, or the pattern.

        Args:
            usual: Makes a release id of a path, where neither is given.

        Raises:
            InputError: It cannot be read or used, or both are given.
        """
        if self.map_file is not None and self.release_from is not None:
            raise InputError("the map file names the releases", where="--release-from", hint="give one of the two")
        if self.map_file is not None:
            return read_map(self.map_file)
        if self.release_from is None:
            return ImportMap(template=usual)
        return ImportMap(template=parse_template(self.release_from, frozenset(), where="--release-from"))


def import_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a verb what every import is given; the verb gets it as ``options``, an ``ImportOptions``."""

    @click.option("--map", "map_file", metavar="FILE", help="Map file: what is which release, and what is said of it.")
    @click.option("--release-from", metavar="PATTERN", help="Release id of a path, such as {folder}-{stem}.")
    @click.option("--since", metavar="DATE", help="Leave out states that are older, as their source claims.")
    @click.option("--source-name", metavar="NAME", help="What records call the source (default: its folder or file).")
    @dry_run_option
    @author_options
    @key_options
    @memory_option
    @jobs_option
    @in_archive
    @as_json
    @wraps(function)
    def command(*given: Any, **named: Any) -> None:  # noqa: ANN401 - of any verb
        author = Author(now(), named.pop("by") or "", named.pop("note"))
        since = named.pop("since")
        since = None if since is None else read_time(since, where="--since")
        taken = {name: named.pop(name) for name in _TAKEN}
        function(*given, options=ImportOptions(since=since, author=author, **taken), **named)

    return command


_TAKEN = ("map_file", "release_from", "source_name", "dry_run", "as_json", "key_files", "memory", "jobs")


def path_option(function: Callable[..., None]) -> Callable[..., None]:
    """Give a verb ``--path``."""
    said = "Take paths that match, such as 'notices/**'; may be given again."
    return click.option("--path", "paths", metavar="GLOB", multiple=True, help=said)(function)


def selection(paths: Sequence[str]) -> Callable[[str], bool]:
    """Say which paths ``--path`` asks for; all, where it is not given.

    Raises:
        InputError: One is no pattern.
    """
    patterns = [parse_pattern(text, where="--path") for text in paths]
    return partial(_matches, patterns)


def _matches(patterns: Sequence[PathPattern], path: str) -> bool:
    return not patterns or any(pattern.matches(path) for pattern in patterns)


def import_from(source: ImportSource, options: ImportOptions, *, usual: Template | None = None) -> None:
    """Import from a source, print what came of it, and end with the exit code; the source is closed.

    Args:
        source: The source.
        options: What was given.
        usual: Makes a release id of a path, where the user gives neither a map file nor a pattern.

    Raises:
        MunimentError: What stopped the import; what was written before stays, and is printed.
    """
    try:
        rules = options.rules(usual)
        archive = open_target() if options.dry_run else open_to_write(options.memory)
        keys = None if options.dry_run else load_keys(archive, options.key_files)
        plan = make_plan(archive, source, rules, options.since)
        if keys is None:
            _dry_run(source, plan, options)
        else:
            _run(archive, keys, source, plan, options)
    except MunimentError as error:
        error.hint = hint_in_import(error.hint)
        raise
    finally:
        source.close()


def _dry_run(source: ImportSource, plan: ImportPlan, options: ImportOptions) -> None:
    result, to_come = ImportResult(failed=list(plan.failed)), []
    with ProgressBar("reading") as bar:
        for number, (item, release, error) in enumerate(states_to_come(plan), 1):
            if error is None:
                to_come.append(release)
            else:
                result.failed.append(FailedItem(place_of(item), error, item.time))
            bar.update(number, len(plan.open))
    result.notices += plan.proofs_left()
    result.unchanged = len(plan.open) - len(to_come) - len(result.failed) + len(plan.failed)
    if options.as_json:
        print(json_text(import_json(source, plan, result, line_in_import, to_come)))
    else:
        _print_rules(plan)
        _print_report(source, plan, result, len(to_come))
    click.get_current_context().exit(_exit_code(plan, result))


def _run(archive: Archive, keys: Keys, source: ImportSource, plan: ImportPlan, options: ImportOptions) -> None:
    started, newest = time.monotonic(), ImportResult(failed=list(plan.failed))
    with ProgressBar("importing") as bar:

        def committed(result: ImportResult) -> None:
            nonlocal newest
            newest = result
            if result.added:
                options.memory.keep_head(archive.store)
            rate = result.done / max(time.monotonic() - started, 0.001)
            doing = f"{result.done:,} versions, {_size(result.size)}, {rate:,.0f}/s"
            bar.update(result.done, len(plan.open), doing)

        bar.update(0, len(plan.open))
        job = ImportJob(options.author, options.memory.recall, committed, options.jobs)
        try:
            newest = run_import(archive.store, keys, plan, job)
        except MunimentError:
            if newest.added and not options.as_json:
                print(f"stopped; {len(newest.added):,} versions were added before, and stay: run it again to go on")
            raise
    if options.as_json:
        print(json_text(import_json(source, plan, newest, line_in_import)))
    else:
        _print_report(source, plan, newest, None)
    click.get_current_context().exit(_exit_code(plan, newest))


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 100_000 else f"{count / 1_000:,.1f} KB"


def _exit_code(plan: ImportPlan, result: ImportResult) -> int:
    """What could not be read outweighs what is missing."""
    if any(isinstance(one.error, UnavailableError) for one in result.failed):
        return UnavailableError.exit_code
    return IntegrityError.exit_code if result.failed or any(one.failed for one in plan.notices) else 0


def _print_rules(plan: ImportPlan) -> None:
    """Show the first results of each rule."""
    by_rule: dict[int, list[str]] = {}
    for key, lineage in plan.lineages.items():
        title = lineage.mapped.metadata.get("title")
        titled = f"  “{title}”" if isinstance(title, str) else ""
        count = _counted(len(lineage.items), "state")
        by_rule.setdefault(lineage.mapped.rule, []).append(f"{key} → {lineage.mapped.release} ({count}){titled}")
    for rule, lines in sorted(by_rule.items()):
        print((f"rule {rule}: " if rule else "") + _counted(len(lines), "document"))
        _print_some(lines, _SHOWN)


def _counted(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"


def _print_some(lines: Sequence[str], most: int) -> None:
    for line in lines[:most]:
        print_words(plain(line), 2)
    if len(lines) > most:
        print(f"  … and {len(lines) - most:,} more")


def _print_report(source: ImportSource, plan: ImportPlan, result: ImportResult, to_come: int | None) -> None:
    extent = f"{_counted(plan.states, 'state')} of {_counted(plan.documents, 'document')}"
    print_words(plain(f"{source.kind} {source.name}: {extent}"), 0)
    added = f"{len(result.added):,} added" if to_come is None else f"{to_come:,} would be added"
    present = plan.present + plan.known_by_bytes
    before = plan.repeated + result.unchanged - plan.known_by_bytes
    print(f"  {added}; {present:,} there already; {before:,} as the one before")
    missing = len(result.failed) + sum(one.failed for one in plan.notices)
    for title, lines in _sections(plan, result).items():
        if lines:
            print(f"{title}: {missing if title == _MISSING else len(lines):,}")
            _print_some(lines, _SHOWN)
    for sort, notices in _by_sort((*plan.notices, *result.notices)).items():
        print(f"{sort}: {len(notices):,}")
        _print_some(notices, _FEW)
    sys.stdout.flush()


def _sections(plan: ImportPlan, result: ImportResult) -> Mapping[str, list[str]]:
    failed = _failed_lines(result.failed)
    failed += [f"{one.where}: {one.what}" for one in plan.notices if one.failed]
    rewritten = []
    for one in plan.rewritten:
        old = f"{one.release}/v{one.old.version} is {one.old.provenance.item}"
        now_there = "is gone from the source" if one.now is None else f"has {one.now.item} in its place"
        same = ", with the same bytes" if plan.has_same_bytes(one) else ""
        rewritten.append(
            f"{old}, which {now_there}{same}" if one.now is None else f"{old}; the source {now_there}{same}"
        )
    return {
        _MISSING: failed,
        "REWRITTEN at the source; nothing was replaced": rewritten,
        "came out of order": [f"{name}: {note}" for name, note in result.news],
    }


def _failed_lines(failed: Sequence[FailedItem]) -> list[str]:
    """Name what is missing; the states of a document that all lack the same are one line."""
    alike: dict[int, list[FailedItem]] = {}
    for one in failed:
        alike.setdefault(id(one.error), []).append(one)
    return [_failed_line(*several) for several in alike.values()]


def _failed_line(one: FailedItem, *more: FailedItem) -> str:
    """Name a state that is missing, once, and say why; and how many more of its document are."""
    said = line_in_import(one.error)
    if one.error.where and one.where.endswith(one.error.where):
        said = said.removeprefix(f"{one.error.where}: ")
    others = f" and {_counted(len(more), 'later state')}" if more else ""
    return f"{one.where}{others}: {said}"


def _by_sort(told: Sequence[Notice]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in told:
        if not one.failed:
            found.setdefault(one.sort, []).append(f"{one.where}: {one.what}")
    return found
