"""The command ``archive``: the only room that prints, exits, and reads the clock or the environment.

This file and what it imports stay light, so that ``archive --help`` starts as fast as click does.

- ``app``: the group of verbs, and the one error handler
- ``verbs``: one module a verb
- ``options``: options that several verbs share
- ``attested_lines``: what other archives attest, apart from what is checked
- ``authoring``: options of the verbs that write
- ``target``: which archive a command works on
- ``enclosing_archive``: a place for a new archive, which must not lie within another
- ``handed_in``: the bytes that a user hands in: a file, or one answer in a WARC or WACZ file
- ``page_options``: options that choose what is taken of a page, and what was
- ``preview_page``: a preview as a page
- ``pager``: long output through a pager
- ``inputs``: what a path that the user names leads to: an archive, a snapshot, a proof, another file
- ``terminal``: escaped, wrapped and coloured text, and the progress bar
- ``lines``: a version and its times, as the verbs of history print them
- ``quoted``: words that were looked for, where they stand and what comes near
- ``hints``: what to do next, in verbs and options
- ``questions``: what ``init`` asks on a terminal
- ``outcomes``: what came of adding, or would come of it
- ``added_before``: files of a list that was added before
- ``release_table``: a table that names the release of each file
- ``editor``: a description in the keeper's own editor
- ``described``: what was signed of a version beside its words
- ``part_options``: options of ``verify`` that ask for a part of an archive
- ``reports``: a report as text
- ``verdict``: its first sentence
- ``proof_lines``: a paragraph proof as text
- ``keyring``: where private keys lie, and how they are read
- ``agent_keys``: keys that ssh-agent holds, as the user names them
- ``memory_check``: what a verb that reads asks of the memory
- ``memory_files``: what this machine has seen: one file an origin
- ``kept_index``: the search index of this machine
- ``http_server``: HTTP over the sockets of the standard library
- ``serving``: the server of an archive, and its ASGI application
- ``network``: a time stamp authority over HTTP
- ``transport``: addresses of the web: a socket, TLS, a resolver and a clock
- ``chromium``: a browser of this machine, and the pipe over which it is told what to do
- ``browser_proxy``: its one way out, where each connection is judged
- ``rendered_page``: a page as it has it after loading
- ``buckets``: archives in object stores and on web servers, by their address
- ``cluster``: other machines that verify, behind a Dask scheduler
- ``cluster_worker``: what runs on each of them
- ``completion``: shell completion of references
- ``powershell``: completion for PowerShell, which click does not know
- ``clock``: the clock
"""

from __future__ import annotations

import gc

import click

from muniment.__about__ import __version__
from muniment.cli.app import ArchiveGroup
from muniment.cli.target import ENVIRONMENT, archive_option

__all__ = ["archive", "main"]

CYCLES_AFTER = 100_000
"""Objects made, less objects freed, before Python looks for cycles."""


@click.group(
    cls=ArchiveGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="VERB ...",
    epilog="archive VERB --help says more.",
)
@archive_option(envvar=ENVIRONMENT)
@click.version_option(__version__, prog_name="archive", message="%(prog)s (muniment) %(version)s")
def archive() -> None:
    """Keep every version of a public statement as evidence.

    The archive worked on is the folder named by --archive or $ARCHIVE_DIR, else the nearest one upwards.

    A REF names a version: harbour-notice (its newest), harbour-notice/v1, v1 (where there is one release) or
    sha256:<64 hex>; with #p16 it names a paragraph.

    Exit codes: 0 done or verified, 1 a check failed, 2 unusable input, 3 could not be read, written or checked.
    """


def main() -> None:
    """Run the command and end the process with its exit code."""
    # A command ends soon and makes few cycles: looking for them among what is imported, on the way and at the end,
    # is a tenth of the time of a short one.
    gc.set_threshold(CYCLES_AFTER)
    try:
        archive(prog_name="archive")
    finally:
        gc.freeze()
