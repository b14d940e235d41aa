"""``archive capture``: what an address answers, as the next version of a release."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

import click

from muniment.__about__ import __version__
from muniment.cli.authoring import (
    Members,
    author_options,
    dry_run_option,
    key_options,
    member_options,
    open_to_write,
)
from muniment.cli.chromium import Chromium, find_chromium
from muniment.cli.clock import now
from muniment.cli.completion import complete_release
from muniment.cli.described import tell_not_signed
from muniment.cli.handed_in import take_in
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, asking_options, in_archive, verb
from muniment.cli.outcomes import Previewed, finish, print_previewed
from muniment.cli.page_options import page_options
from muniment.cli.rendered_page import browser_options, render, tell_rendered
from muniment.cli.target import open_target
from muniment.cli.transport import Network, ask_web
from muniment.cli.verbs.add import tell_taken
from muniment.errors import InputError
from muniment.files import write_file
from muniment.ingest import Source
from muniment.reference import check_release_id
from muniment.sources import Wish
from muniment.sources.web.exchange_file import keep_visit
from muniment.sources.web.visit import Asking
from muniment.write.version import Author, add_publication, preview_publication

NETWORK = Network()
"""What is around; tests have another one."""


class _Given(TypedDict):
    """The options that are of this verb alone, and a few more."""

    release: str
    warc: str | None
    allow_private: bool
    ignore_robots: bool
    seconds: int
    charset: str | None
    render: bool
    browser: str | None
    no_sandbox: bool
    by: str
    note: str | None


@verb(
    "archive capture https://example.org/notice --release notice --dry-run",
    "archive capture https://example.org/notice --release notice",
    "archive capture https://example.org/a --release notice --warc a.warc.gz",
    "archive capture https://example.org/app --release notice --render",
)
@click.argument("url", metavar="URL")
@click.option("--release", metavar="ID", required=True, shell_complete=complete_release, help="Such as harbour-notice.")
@dry_run_option
@click.option("--warc", metavar="FILE", type=click.Path(), help="Keep requests and answers in this new WARC file.")
@click.option("--render", is_flag=True, help="Keep what Chromium makes of the page, whose words come by script.")
@browser_options
@asking_options("record says so", "together")
@member_options
@click.option("--charset", metavar="NAME", help="Charset of the page, if neither it nor its server says.")
@page_options
@author_options
@key_options
@memory_option
@in_archive
@as_json
def command(
    url: str,
    *,
    dry_run: bool,
    members: Members,
    key_files: KeyFiles,
    memory: Memory,
    wish: Wish,
    as_json: bool,
    **given: Unpack[_Given],
) -> None:
    """Ask an address, and add what it answers as the next version.

    The body of the answer is kept as its server has it, and the record says when, where and by which server it was
    given, where it led, and which certificate was shown. If the newest version already has these bytes, nothing is
    written. One page is asked, after its robots.txt: no images, scripts or cookies. With --render, Chromium runs its
    scripts, and what it makes of the page is the original. docs/capture.md has the limits.
    """
    release, warc = check_release_id(given["release"]), given["warc"]
    moment = now()
    metadata, author = members.gather(moment), Author(moment, given["by"], given["note"])
    if warc is not None and Path(warc).exists():
        raise InputError("a file is there", where=warc, hint="name a new one")
    chromium = find_chromium(given["browser"], sandbox=not given["no_sandbox"]) if given["render"] else None
    archive = open_target() if dry_run else open_to_write(memory)
    keys = None if dry_run else load_keys(archive, key_files)
    source, file = _ask(url, archive.origin, wish, given, chromium)
    record, before = preview_publication(archive, release, source, metadata, author)
    if keys is None:
        if record is not None:
            tell_taken(source, record)
        print_previewed(Previewed(record, before, frozenset(metadata)), as_json=as_json)
        return
    if record is not None and warc is not None:
        write_file(Path(warc), file, force=False)  # before a record is signed that names it
    added = add_publication(archive.store, keys, release, source, metadata, author, recall=memory.recall)
    if not added.unchanged:
        tell_taken(source, added.record)
    tell_not_signed(added, metadata)
    finish(added, archive.store, memory, metadata, as_json=as_json)


def _ask(url: str, origin: str, wish: Wish, given: _Given, chromium: Chromium | None) -> tuple[Source, bytes]:
    """Ask an address; give what it answers, and the WARC file of it, which the record names where it is kept."""
    asking = Asking(f"muniment/{__version__} (+https://{origin})", given["allow_private"], given["ignore_robots"])
    visited = ask_web(url, asking, NETWORK, seconds=given["seconds"])
    answer, file = keep_visit(visited, asking.user_agent, named=given["warc"] is not None)
    if chromium is not None:
        rendered = render(answer, chromium, asking, NETWORK, seconds=given["seconds"])
        tell_rendered(rendered)
        answer = rendered.answer
    address = answer.capture.address
    got = take_in(answer, address, media_type=None, charset=given["charset"], wish=wish)
    source = Source(got.data, address, answer.capture.time, got.medium, got.charset, got.wish, got.capture)
    return replace(source, exchange=answer.exchange), file
