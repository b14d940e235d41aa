"""``archive index``: make the search index, or bring it up to date."""

from __future__ import annotations

import glob

import click

from muniment.cli.kept_index import describe, needed_path
from muniment.cli.lines import print_words
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text
from muniment.display import plain
from muniment.errors import InputError, UnavailableError
from muniment.files import reason
from muniment.history.index.growth_of_index import IndexGrowth, bring_up_to_date
from muniment.history.index.index_file import ABSENT, BEHIND, CURRENT
from muniment.history.public_json import index_json


@verb(
    "archive index",
    "archive index --delete",
)
@click.option("--delete", is_flag=True, help="Delete the index instead; searches read every version then.")
@no_memory_option
@in_archive
@as_json
def command(*, delete: bool, as_json: bool) -> None:
    """Make the search index, or bring it up to date.

    With it, archive search and archive when look only at versions that may have the words. It lies outside of the
    archive, in the folder of your cache; ARCHIVE_CACHE names another one. It is never trusted: what is shown is read
    from the signed records, and an index that is damaged, of another archive or of another history is not used and is
    made anew here. What it has already is not read again.
    """
    if delete and as_json:
        raise InputError("--delete and --json exclude each other", hint="give one of them")
    archive = open_target()
    path = needed_path(archive)
    if delete:
        there = path.exists() or path.is_symlink()
        try:
            path.unlink(missing_ok=True)
            for left in path.parent.glob(f"{glob.escape(path.stem)}-*.new"):  # by one that was stopped
                left.unlink(missing_ok=True)
        except OSError as error:
            raise UnavailableError("it cannot be deleted", where=str(path), found=reason(error)) from error
        print("deleted" if there else "there is no index")
        return
    with ProgressBar("indexing") as bar:
        growth = bring_up_to_date(path, archive, bar.update)
    if as_json:
        print(json_text(index_json(archive, growth, str(path))))
    else:
        _print(growth, describe(growth.before, archive), str(path))


def _print(growth: IndexGrowth, why: str | None, path: str) -> None:
    read = "1 version was read" if growth.read == 1 else f"{growth.read} versions were read"
    if growth.before.kind == CURRENT:
        print("the search index is up to date")
    elif growth.before.kind == ABSENT:
        print_words(f"search index made: {read}", 0)
    else:
        done = "brought up to date" if growth.before.kind == BEHIND else "made anew"
        print_words(plain(f"{why}; {done}: {read}"), 0)
    rows = "1 paragraph" if growth.rows == 1 else f"{growth.rows} paragraphs"
    print_words(plain(f"{rows}, each once in its release; {growth.bytes} bytes in {path}"), 2)
