"""``archive key site``: where the archive stands on the web."""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import Writing, hand_over, writing_options
from muniment.errors import InputError
from muniment.trust.next_root import with_site
from muniment.trust.root import check_site
from muniment.write.trust_root import NextRoot


@verb(
    "archive key site https://press.example.org/archive",
    "archive key site --none",
)
@click.argument("url", metavar="[URL]", required=False)
@click.option("--none", "gone", is_flag=True, help="The archive has no web site any more.")
@writing_options
def command(*, url: str | None, gone: bool, writing: Writing) -> None:
    """Name the web site of the archive, to which citations lead.

    From now on a citation carries URL/releases/ID/vN/. Those that were given before keep verifying.
    """
    if (url is None) != gone:
        raise InputError("say where the archive stands", expected="either a URL or --none")
    site = None if url is None else check_site(url)
    archive = open_target()
    if site == archive.chain[-1].url:
        raise InputError("nothing to change", found=f"the web site is {site or 'none'} already")

    def make(archive: Archive) -> NextRoot:
        return NextRoot(with_site(archive.chain[-1], site))

    hand_over(archive, writing, make)
