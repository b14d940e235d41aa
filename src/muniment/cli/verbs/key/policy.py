"""``archive key root``: who signs trust roots, and how many must."""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.keyring import read_public
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import Writing, drafting_options, hand_over, refuse_roles
from muniment.cli.verbs.key.new_keys import NewKeys
from muniment.errors import InputError
from muniment.ssh.keys import PublicKey
from muniment.trust.next_root import with_root_keys
from muniment.write.trust_root import NextRoot


@verb(
    "archive key root --add second-root --add third-root --threshold 2",
    "archive key root --drop SHA256:9f86d081…",
)
@click.option("--add", metavar="KEY", multiple=True, help="Key that joins: FILE, or for ssh-agent FILE.pub, agent:….")
@click.option("--drop", metavar="FINGERPRINT", multiple=True, help="Root key that leaves.")
@click.option("--threshold", type=click.IntRange(1), metavar="N", help="How many of them must sign.")
@drafting_options
def command(*, add: tuple[str, ...], drop: tuple[str, ...], threshold: int | None, writing: Writing) -> None:
    """Change the root keys, or how many must sign.

    As many of the old keys must sign as before, and as many of the new ones as from now on.
    With --draft a key that joins may be elsewhere: --add FILE.pub is enough, and it signs the draft.
    """
    archive = open_target()
    if not add and not drop and threshold is None:
        raise InputError("nothing to change", hint="--add, --drop or --threshold says what")
    gone = [_root_key(archive, fingerprint) for fingerprint in drop]
    new = NewKeys(archive, writing.files)
    try:
        away = [named for named in add if writing.draft is not None and named.endswith(".pub")]
        keys = [new.get("root", named) for named in add if named not in away]
        joining = [*(key.public for key in keys), *map(read_public, away)]
        for key in joining:
            refuse_roles(archive, key, "root")
    except BaseException:
        new.forget()
        raise

    def make(archive: Archive) -> NextRoot:
        root = archive.chain[-1]
        return NextRoot(with_root_keys(root, joining, gone, threshold))

    hand_over(archive, writing, make, new=new, new_roots=keys)


def _root_key(archive: Archive, fingerprint: str) -> PublicKey:
    root_keys = archive.chain[-1].root_keys
    for key in root_keys:
        if key.fingerprint == fingerprint:
            return key
    expected = ", ".join(key.fingerprint for key in root_keys)
    raise InputError("no root key of this archive", where=fingerprint, expected=expected)
