"""``archive key authority``: whose time stamps count."""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import Writing, hand_over, writing_options
from muniment.errors import InputError
from muniment.files import read_file
from muniment.reference import check_release_id
from muniment.trust.next_root import with_authority
from muniment.trust.root import Authority
from muniment.write.trust_root import NextRoot

_MAX_SIZE = 1024 * 1024


@verb(
    "archive key authority clock --url https://example.org --certificates a.pem",
    "archive key authority clock --no-url",
)
@click.argument("name", metavar="NAME")
@click.option("--url", help="Address that gives stamps.")
@click.option("--no-url", is_flag=True, help="The authority no longer answers; its stamps stay valid.")
@click.option("--certificates", metavar="FILE", help="Certificates of a new authority (PEM).")
@writing_options
def command(*, name: str, url: str | None, no_url: bool, certificates: str | None, writing: Writing) -> None:
    """Name a time stamp authority whose stamps count.

    A name stands for the same certificates for ever; the address may change.
    """
    archive = open_target()
    if (url is None) != no_url:
        raise InputError("say where the authority is asked", expected="either --url or --no-url")
    authority = Authority(check_release_id(name), url)
    known = any(pinned.name == name for pinned in archive.chain[-1].authorities)
    if known != (certificates is None):
        what = "the certificates of an authority never change" if known else "a new authority needs its certificates"
        hint = "give new certificates a new name" if known else "--certificates FILE"
        raise InputError(what, where=name, hint=hint)
    files = {} if certificates is None else {authority.certificates: _certificates(certificates)}

    def make(archive: Archive) -> NextRoot:
        return NextRoot(with_authority(archive.chain[-1], name, url), files)

    hand_over(archive, writing, make)


def _certificates(path: str) -> bytes:
    data = read_file(path, max_size=_MAX_SIZE, kind=InputError)
    if b"-----BEGIN CERTIFICATE-----\n" not in data or b"PRIVATE KEY" in data:
        raise InputError("not a file of certificates", where=path, expected="PEM, and no private key")
    return data
