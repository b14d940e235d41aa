"""``archive withdraw``: saying that the archive no longer stands behind a version, which stays as it is."""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.clock import now
from muniment.cli.options import reference_argument, verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import Writing, drafting_options, hand_over
from muniment.display import plain
from muniment.errors import InputError
from muniment.record.reading import fold_white_space
from muniment.reference import format_reference, parse_reference
from muniment.trust.next_root import with_withdrawn
from muniment.trust.root import Withdrawal
from muniment.write.trust_root import NextRoot

_LONGEST = 500


@verb(
    "archive withdraw harbour-notice/v1 --reason 'names a private person'",
    "archive withdraw harbour-notice/v1 --reason 'court order' --draft next.json",
)
@reference_argument
@click.option("--reason", required=True, metavar="TEXT", help="Why, in your words: every reader is shown them.")
@drafting_options
def command(reference: str, *, reason: str, writing: Writing) -> None:
    """Say that the archive no longer stands behind a version.

    Nothing is deleted: the version stays, verifies, and everything that shows it says that it is withdrawn, when and
    why. Root keys sign it, in a new trust root, and no later one takes it back.
    """
    wanted = parse_reference(reference)
    if wanted.paragraph is not None or (wanted.version is None and wanted.digest is None):
        raise InputError(
            "a version is withdrawn, and no other", where=format_reference(wanted), expected="RELEASE/vN or its digest"
        )
    words = fold_white_space(reason)
    if not words or len(words) > _LONGEST:
        raise InputError("the reason", expected=f"1 to {_LONGEST} characters", found=f"{len(words)}")
    if plain(words) != words:
        raise InputError("a reason has no hidden characters", found=plain(words))
    archive = open_target()
    statement = archive.resolve(wanted).statement
    known = archive.chain[-1].withdrawal_of(statement.record)
    if known is not None:
        raise InputError(f"{statement.name} is withdrawn already", found=known.words)
    withdrawal = Withdrawal(statement.release, statement.version, statement.record, now(), words)

    def make(archive: Archive) -> NextRoot:
        return NextRoot(with_withdrawn(archive.chain[-1], withdrawal))

    hand_over(archive, writing, make)
    if not writing.as_json and writing.draft is None:
        print(plain(f"{statement.name} is {withdrawal.words}"))
