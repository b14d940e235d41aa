"""``archive key witness``: whose cosignatures count, and how many are wanted."""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import Writing, hand_over, writing_options
from muniment.errors import InputError
from muniment.trust.next_root import with_witnesses
from muniment.write.trust_root import NextRoot


@verb(
    "archive key witness 'witness.example.org+9f86d081+BPtN…' --quorum 1",
    "archive key witness --drop 'witness.example.org+9f86d081+BPtN…'",
    "archive key witness --quorum 0",
)
@click.argument("add", metavar="[VKEY]...", nargs=-1)
@click.option("--drop", metavar="VKEY", multiple=True, help="Witness that leaves.")
@click.option("--quorum", type=click.IntRange(0), metavar="N", help="How many witnesses should cosign a checkpoint.")
@writing_options
def command(*, add: tuple[str, ...], drop: tuple[str, ...], quorum: int | None, writing: Writing) -> None:
    """Name witnesses whose cosignatures count.

    VKEY is a C2SP verifier key of a witness, NAME+ID+KEY.
    """
    archive = open_target()
    if not add and not drop and quorum is None:
        raise InputError("nothing to change", hint="VKEY, --drop or --quorum says what")
    strange = [vkey for vkey in drop if vkey not in archive.chain[-1].witnesses]
    if strange:
        expected = ", ".join(archive.chain[-1].witnesses) or "none is named"
        raise InputError("no witness of this archive", where=ascii(strange[0])[1:81], expected=expected)

    def make(archive: Archive) -> NextRoot:
        return NextRoot(with_witnesses(archive.chain[-1], add, drop, quorum))

    hand_over(archive, writing, make)
