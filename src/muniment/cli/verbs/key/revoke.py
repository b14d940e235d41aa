"""``archive key revoke``: a record key was stolen or lost."""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.clock import now
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.terminal import print_note
from muniment.cli.verbs.key.change import Writing, drafting_options, hand_over, refuse_roles
from muniment.cli.verbs.key.new_keys import NewKeys, refuse_fall
from muniment.dates import read_time
from muniment.errors import InputError, IntegrityError
from muniment.ssh.keys import SigningKey
from muniment.trust.next_root import with_record_key, with_revoked
from muniment.trust.possession import prove_possession
from muniment.trust.root import FIRST_TIME, RecordKey, Revocation, is_time, record_keys_at
from muniment.write.trust_root import NextRoot


@verb(
    "archive key revoke SHA256:9f86d081… --from-index 7 --reason 'laptop stolen'",
    "archive key revoke SHA256:9f86d081… --from-index 7 --reason stolen --replace",
)
@click.argument("fingerprint", metavar="FINGERPRINT")
@click.option(
    "--from-index",
    type=click.IntRange(0),
    required=True,
    metavar="N",
    help="Log index of the first entry that no longer counts.",
)
@click.option(
    "--since", metavar="TIME", help="Since when others may have had it (default: what the entry at N claims)."
)
@click.option("--reason", required=True, metavar="TEXT", help="What happened; it stands in the trust root for ever.")
@click.option("--replace", is_flag=True, help="Make a new record key in its place.")
@click.option("--leave-none", is_flag=True, help="Revoke the only record key that is left.")
@click.option("--new-key", metavar="KEY", help="Take this key in its place: FILE, agent:SHA256:…, or new to make one.")
@drafting_options
def command(
    *,
    fingerprint: str,
    writing: Writing,
    replace: bool,
    new_key: str | None,
    leave_none: bool,
    **values: str | int | None,
) -> None:
    """Say that a record key was stolen or lost.

    What it signed for log index N and later no longer counts. What it signed before stands if
    a time stamp or an older checkpoint shows that it was there before the theft; else
    verify says "unproven time".
    """
    archive = open_target()
    row = _row(archive, fingerprint)
    revocation = _revocation(archive, values)
    replace = replace or new_key is not None
    _refuse_needless(archive, row, replace=replace)
    _refuse_none_left(archive, row, leave_none=leave_none or replace)
    if replace and new_key is None:
        refuse_fall("record", [row.key], writing.files.home(archive.origin), None, option="--new-key")
    new = NewKeys(archive, writing.files)
    key = _new(archive, new, new_key) if replace else None

    def make(archive: Archive) -> NextRoot:
        newest, index = archive.chain[-1], archive.checkpoint.size
        root = with_revoked(newest, index, row.key, revocation)
        if key is None:
            return NextRoot(root)
        proof = prove_possession(key, newest, index)
        return NextRoot(with_record_key(root, index, key.public, proof, ends=[row.key]))

    hand_over(archive, writing, make, new=new)
    _tell(row, revocation, archive, dated=values["since"] is not None)


def _tell(row: RecordKey, revocation: Revocation, archive: Archive, *, dated: bool) -> None:
    """Print on stderr what the revocation does not settle."""
    if not dated and revocation.from_index < archive.checkpoint.size:
        print_note(
            f"since {revocation.since}, which is what log index {revocation.from_index} claims: whoever "
            "logged it wrote that; was the key in other hands before? then revoke it again with --since"
        )
    if row.key in archive.chain[-1].root_keys:
        print_note(
            f"{row.key.fingerprint} is a root key too, and stays one: whoever has it can hand "
            "the archive to other keys; archive key root --drop and --add replace it"
        )


def _refuse_needless(archive: Archive, row: RecordKey, *, replace: bool) -> None:
    in_use = record_keys_at(archive.chain[-1], archive.checkpoint.size)
    if replace and row.key not in in_use and in_use:
        raise InputError(
            "this key is not in use any more, so that no other takes its place",
            where=row.key.fingerprint,
            hint="revoke it without --replace; archive key rotate replaces one in use",
        )


def _new(archive: Archive, new: NewKeys, named: str | None) -> SigningKey:
    try:
        key = new.get("record", named)
        refuse_roles(archive, key.public, "record")
    except BaseException:
        new.forget()
        raise
    return key


def _row(archive: Archive, fingerprint: str) -> RecordKey:
    newest = archive.chain[-1]
    for row in newest.record_keys:
        if row.key.fingerprint == fingerprint:
            return row
    others = {key.fingerprint: "root" for key in newest.root_keys}
    if fingerprint in others:
        raise InputError(
            "only record keys are revoked",
            where=fingerprint,
            found="a root key",
            hint="archive key root --drop replaces it",
        )
    raise InputError(
        "no record key of this archive",
        where=fingerprint,
        expected=", ".join(row.key.fingerprint for row in newest.record_keys),
        hint="archive key list shows them; a log key is replaced with archive key rotate --log --lost",
    )


def _revocation(archive: Archive, values: dict[str, str | int | None]) -> Revocation:
    index, since, size = int(values["from_index"] or 0), values["since"], archive.checkpoint.size
    if index > size:
        raise InputError(
            "the log has no such entry", where="--from-index", expected=f"at most {size}", found=str(index)
        )
    if isinstance(since, str):
        since = read_time(since, where="--since")
    if since is None:
        since = _claimed(archive, index) if index < size else now()
    if not isinstance(since, str) or not is_time(since):
        raise InputError(
            "not a time",
            where="--since",
            expected=f"2026-01-31T12:00:00Z, in UTC, not before {FIRST_TIME}",
            found=ascii(since)[:40],
        )
    if since > now():
        raise InputError(
            "a time that is still to come: all that the thief signs until then would count as signed before",
            where="--since",
            expected=f"at most {now()}",
            found=since,
        )
    return Revocation(index, since, str(values["reason"]))


def _claimed(archive: Archive, index: int) -> str:
    """The time that the first void entry claims: a thief may have written it, and gains by a late one.

    Raises:
        InputError: The time is later than now, or the entry cannot be read.
    """
    asked = "--since TIME says since when the key may have been in other hands"
    try:
        claimed = archive.statement(index).logged_at
    except IntegrityError as error:
        raise InputError(
            f"log index {index} does not say when it was logged", where="--since", found=error.what, hint=asked
        ) from error
    if claimed > now():
        raise InputError(
            f"log index {index} claims a time that is still to come",
            where="--since",
            expected=f"at most {now()}",
            found=claimed,
            hint=asked,
        )
    return claimed


def _refuse_none_left(archive: Archive, row: RecordKey, *, leave_none: bool) -> None:
    left = set(record_keys_at(archive.chain[-1], archive.checkpoint.size)) - {row.key}
    if not left and not leave_none:
        raise InputError(
            "no record key would be left, so that nothing could be added",
            where=row.key.fingerprint,
            hint="--replace makes a new one, --leave-none does without",
        )
