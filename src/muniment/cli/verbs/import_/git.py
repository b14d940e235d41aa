"""``archive import git``: every committed state of every document of a repository."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import verb
from muniment.cli.verbs.import_.histories import ImportOptions, import_from, import_options, path_option, selection
from muniment.importing.git_history import GitHistory


@verb(
    "archive import git ../notices --dry-run",
    "archive import git ../notices --path 'notices/**' --release-from '{stem}'",
    "archive import git ../notices --map import.toml --branch main",
)
@click.argument("repository", metavar="DIR")
@path_option
@click.option("--branch", metavar="NAME", help="Branch to take (default: the one that is checked out).")
@click.option("--with-authors", is_flag=True, help="Keep names and addresses of persons in the records.")
@import_options
def command(
    repository: str, *, paths: tuple[str, ...], branch: str | None, with_authors: bool, options: ImportOptions
) -> None:
    """Import every state of every document of a git repository.

    Each commit of the branch, by first parent, gives a version of each file that it changed, in that order. Documents
    are followed over renames. Commit, path, message and the times of author and committer become part of the record, as
    claims of the repository; the time of the author is that of retrieval. What is no text, and what merges and
    deletions leave out, is told. Nothing of the repository is run.
    """
    source = GitHistory(
        Path(repository),
        branch=branch,
        selects=selection(paths),
        with_authors=with_authors,
        name=options.source_name,
    )
    import_from(source, options)
