"""Adding a time stamp: request, response and the entry that names them, in one commit.

The response is checked in full before anything is written, so that a lying authority leaves no trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from muniment.archive import Archive
from muniment.archive.paths import stamp_paths
from muniment.archive.published import published
from muniment.archive.stamps import find_authority, read_certificates
from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError, StampError
from muniment.log.encoding import say_entries
from muniment.log.statement import StampStatement, format_statement
from muniment.memory import Recall
from muniment.ssh.keys import SigningKey
from muniment.store import Store
from muniment.timestamp.response import Stamp, check_response
from muniment.trust.root import Authority
from muniment.write.batch import admit_log_key
from muniment.write.commit import grow_log, plan
from muniment.write.head import open_ground
from muniment.write.recover import execute_or_undo
from muniment.write.turns import in_turn

SKEW = 3600
"""How far the clocks of this machine and of an authority may be apart, in seconds."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an authority was asked, and what it sent.

    Attributes:
        authority: Its name in the trust root.
        size: Size of the checkpoint whose bytes were to be stamped.
        request: As ``make_request`` gives it.
        response: As it came.
        fresh: Whether it was asked for just now.  Then it must have been made now, by the clock of this machine, give
            or take ``SKEW`` seconds; else only not later.
    """

    authority: str
    size: int
    request: bytes
    response: bytes
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Stamped:
    """A stamp that was added.

    Attributes:
        statement: Its entry.
        index: Index of that entry.
        stamp: What it says.
    """

    statement: StampStatement
    index: int
    stamp: Stamp


def add_stamp(store: Store, key: SigningKey, reply: Reply, now: str, *, recall: Recall | None = None) -> Stamped:
    """Check a response, and add it to the archive.

    Args:
        store: The archive.
        key: The log key.
        reply: The request and the response.
        now: RFC 3339 in UTC, to the second.
        recall: Gives the highest checkpoint seen of this log, below which nothing is signed; None to do without.

    Raises:
        StampError: The response does not hold, or its time is not that of ``now``; nothing was written.
        InputError: The authority is not pinned, has stamped this checkpoint already, or the key cannot be used.
        UnavailableError: ``rfc3161-client`` is missing, the store refused, another writer is at work, or this is an
            older copy.
    """

    def write(store: Store) -> Stamped:
        archive = open_ground(store, recall)
        admit_log_key(archive, key)
        data = published(archive, reply.size)
        certificates = read_certificates(store, archive.chain[-1], pinned_authority(archive, reply.authority))
        stamp = check_response(reply.response, reply.request, data, certificates, where=reply.authority)
        _check_clock(stamp, reply, now)
        refuse_before_entries(archive, reply.size, int(stamp.generated), now=now, where=reply.authority)
        statement = _statement(archive, reply, now)
        growth = grow_log(archive.log, archive.checkpoint, [format_statement(statement)], archive.origin, key)
        request_path, response_path = stamp_paths(statement.size, statement.number)
        create = ((request_path, reply.request), (response_path, reply.response))
        execute_or_undo(store, plan(growth, create=create, swap=(), before=archive.note))
        return Stamped(statement, growth.size - 1, stamp)

    return in_turn(store, write)


def _check_clock(stamp: Stamp, reply: Reply, now: str) -> None:
    """Refuse a time that this machine sees to be wrong: nobody may back-date unnoticed."""
    ahead = stamp.generated - datetime.fromisoformat(now).timestamp()
    if ahead > SKEW or (reply.fresh and ahead < -SKEW):
        raise StampError(
            "its time is not that of this machine",
            where=reply.authority,
            expected=f"about {now}" if reply.fresh else f"at most {now}",
            found=stamp.time,
            hint="if the clock of this machine is right, do not trust this authority",
        )


def refuse_before_entries(archive: Archive, size: int, time: int, *, now: str | None, where: str) -> None:
    """Refuse a time before the newest entry that it covers was logged, as the keeper claims, less ``SKEW``.

    Args:
        archive: The archive.
        size: Size of the checkpoint that has this time.
        time: Seconds since 1970.
        now: RFC 3339 in UTC: an entry that claims a later time is wrong by itself and does not count; None: all do.
        where: Who states the time, for errors.

    Raises:
        StampError: The newest of those entries claims a later time: one of the two is false.
    """
    claims = [(statement.logged_at, index) for index, statement in enumerate(archive.statements[:size])]
    latest, index = max((claim for claim in claims if now is None or claim[0] <= now), default=("", 0))
    if latest and time < datetime.fromisoformat(latest).timestamp() - SKEW:
        raise StampError(
            "its time is before that of the entries that it is of",
            where=where,
            expected=f"not before {latest}, when {archive.statements[index].name} was logged, log index {index}",
            found=f"{datetime.fromtimestamp(time, UTC).isoformat()[:19]}Z",
            hint="one of the two clocks is wrong, or one of the two lies; nothing was written",
        )


def pinned_authority(archive: Archive, name: str) -> Authority:
    """Give the authority of that name.

    Raises:
        InputError: The trust root has no authority of that name.
    """
    authority = find_authority(archive.chain[-1], name)
    if authority is None:
        known = ", ".join(pinned.name for pinned in archive.chain[-1].authorities)
        raise InputError(
            f"the trust root names no authority {name}",
            expected=known or "",
            hint="have a trust root pin one, with its certificates",
        )
    return authority


def _statement(archive: Archive, reply: Reply, now: str) -> StampStatement:
    stamps = [entry.statement for entry in archive.stamps if entry.statement.size == reply.size]
    if any(stamp.authority == reply.authority for stamp in stamps):
        raise InputError(
            f"{reply.authority} has stamped the checkpoint of {say_entries(reply.size)} already",
            hint="add something, then stamp again",
        )
    return StampStatement(
        archive=archive.origin,
        size=reply.size,
        number=len(stamps) + 1,
        authority=reply.authority,
        request=format_digest(sha256_hex(reply.request)),
        response=format_digest(sha256_hex(reply.response)),
        logged_at=now,
    )


def newest_stamps(archive: Archive) -> tuple[StampStatement, ...]:
    """Give the stamps at the end of the log, after the last entry that is not a stamp, oldest first.

    Those whose size covers that entry cover everything but stamps.
    """
    stamps: list[StampStatement] = []
    for index in reversed(range(archive.checkpoint.size)):
        statement = archive.statement(index)
        if not isinstance(statement, StampStatement):
            break
        stamps.append(statement)
    return tuple(reversed(stamps))


def current_stamp(archive: Archive, authority: str) -> StampStatement | None:
    """Give the stamp by this authority that only stamps follow in the log; None where there is no such stamp."""
    stamps = newest_stamps(archive)
    covered = archive.checkpoint.size - len(stamps)
    return next((stamp for stamp in reversed(stamps) if stamp.authority == authority and stamp.size >= covered), None)
