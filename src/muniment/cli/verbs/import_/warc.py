"""``archive import warc``: web archive files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from muniment.cli.options import verb
from muniment.cli.verbs.import_.histories import ImportOptions, import_from, import_options, selection
from muniment.importing.warc_files import WarcSource
from muniment.importing.web_documents import AddressTemplate


def address_option(function: Callable[..., None]) -> Callable[..., None]:
    """Give a verb ``--address``."""
    said = "Take addresses that match, such as 'https://example.org/news/**'; may be given again."
    return click.option("--address", "addresses", metavar="GLOB", multiple=True, help=said)(function)


@verb(
    "archive import warc crawl.warc.gz --dry-run",
    "archive import warc *.warc.gz --address 'https://example.org/news/**' --map import.toml",
    "archive import warc collection.wacz --release-from '{stem}'",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@address_option
@import_options
def command(files: Sequence[str], *, addresses: Sequence[str], options: ImportOptions) -> None:
    """Import what web archive files hold: every good answer of each address.

    FILE is a WARC file, packed by gzip or not, or a WACZ file. Each answer to GET with a status of 2xx that brings a
    document becomes a version, in the order of time; http and https are one address, and the address names the
    release. A revisit has the body of the record that it names, so hand in the files together. What cannot come in is
    told: redirects, errors, other media, what was cut off. docs/import-web.md has the rules.
    """
    source = WarcSource([Path(file) for file in files], options.source_name, selection(addresses))
    import_from(source, options, usual=AddressTemplate())
