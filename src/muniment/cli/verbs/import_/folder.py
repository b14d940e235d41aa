"""``archive import folder``: dated files."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import verb
from muniment.cli.verbs.import_.histories import ImportOptions, import_from, import_options
from muniment.errors import InputError
from muniment.importing.dated_folder import DatedFolder, names_with_dates, read_list


@verb(
    "archive import folder scans --dates '{document}/{date}.txt'",
    "archive import folder scans --dates '{year}/{month}/{day}/{document}.*' --dry-run",
    "archive import folder scans --list scans.csv --map import.toml",
)
@click.argument("folder", metavar="DIR")
@click.option("--dates", metavar="PATTERN", help="Where the date stands in the path: {date}, or {year} {month} {day}.")
@click.option("--list", "list_file", metavar="FILE", help="CSV or JSON with file and time, and document and uri.")
@import_options
def command(folder: str, *, dates: str | None, list_file: str | None, options: ImportOptions) -> None:
    """Import the files of a folder, each with a date of its own.

    The date stands in the path of a file, as --dates says, or in a list: CSV with a header, or JSON with an array of
    objects, of file and time, and perhaps document and uri. Times of the file system are never taken. The files of one
    document are its versions, in the order of their dates; a document is named by the path without the date, or by the
    list. What has no date is told.
    """
    if (dates is None) == (list_file is None):
        raise InputError(
            "the dates must be said", hint="give --dates PATTERN, such as '{document}/{date}.txt', or --list FILE"
        )
    dating = names_with_dates(dates, where="--dates") if dates is not None else read_list(str(list_file))
    import_from(DatedFolder(Path(folder), dating, name=options.source_name), options)
