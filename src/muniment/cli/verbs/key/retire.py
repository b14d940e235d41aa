"""``archive key retire``: a record key ends, and no other takes its place."""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import Writing, drafting_options, hand_over
from muniment.cli.verbs.key.new_keys import key_in_use
from muniment.errors import InputError
from muniment.trust.next_root import with_retired
from muniment.trust.root import record_keys_at
from muniment.write.trust_root import NextRoot


@verb(
    "archive key retire SHA256:9f86d081…",
)
@click.argument("fingerprint", metavar="FINGERPRINT")
@drafting_options
def command(*, fingerprint: str, writing: Writing) -> None:
    """End the use of a record key that is no longer needed.

    What it has signed stays good, and it signs nothing more. A key that was stolen is
    revoked with archive key revoke; one that is followed by another is rotated.
    """
    archive = open_target()
    in_use = record_keys_at(archive.chain[-1], archive.checkpoint.size)
    key = key_in_use(in_use, fingerprint)
    if len(in_use) == 1:
        raise InputError(
            "no record key would be left, so that nothing could be added",
            where=fingerprint,
            hint="archive key rotate brings another in its place",
        )

    def make(archive: Archive) -> NextRoot:
        return NextRoot(with_retired(archive.chain[-1], archive.checkpoint.size, key))

    hand_over(archive, writing, make)
