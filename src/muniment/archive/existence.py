"""What shows that a part of the log was there at a time: a time stamp, a cosignature, somebody who saw it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from muniment.trust.root import Revocation


@dataclass(frozen=True, slots=True)
class Proven:
    """That the first entries of the log existed no later than a time.

    Attributes:
        size: How many entries, from 1.
        time: RFC 3339 in UTC, to the second; empty where only the reader knows it, who kept an older copy.
        who: Who says so, for people: an authority, a witness, ``this machine``.
    """

    size: int
    time: str
    who: str

    def is_before(self, index: int, revoked: Revocation) -> bool:
        """Say whether it shows that an entry was there before a key may have been in other hands.

        An older copy without a time does if it ends before the first entry that no longer counts: the reader had it.
        """
        before = self.time < revoked.since if self.time else self.size <= revoked.from_index
        return index < self.size and before

    def __str__(self) -> str:
        """Say it in words."""
        return f"there not later than {self.time} ({self.who})" if self.time else f"there in {self.who}"


@dataclass(frozen=True, slots=True)
class TimeResult:
    """What checking the time stamps gave.

    Attributes:
        files: Every file that belongs to them.
        proven: What each good stamp proves, in the order of the log.
        unchecked: The size of the checkpoint of each stamp that could not be checked here: the software is missing.
    """

    files: tuple[str, ...] = ()
    proven: tuple[Proven, ...] = ()
    unchecked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dated:
    """A version, and when its keeper says that it was logged: a claim, beside what is proven.

    Attributes:
        reference: ``harbour-notice/v1``.
        index: Index of its entry in the log.
        claimed: RFC 3339 in UTC.
    """

    reference: str
    index: int
    claimed: str


def covering(proven: Iterable[Proven], index: int) -> tuple[Proven, ...]:
    """Give what proves that an entry of the log was there: the earliest instant by each party, the earliest first."""
    earliest: dict[str, Proven] = {}
    for instant in sorted(proven, key=lambda instant: (instant.time, instant.size)):
        if instant.size > index:
            earliest.setdefault(instant.who, instant)
    return tuple(earliest.values())


def times_as_json(proven: Sequence[Proven], dated: Sequence[Dated]) -> dict[str, object]:
    """Give the members ``proven`` and ``versions`` of a report."""
    versions = [
        {**asdict(version), "proven": [{"time": by.time, "who": by.who} for by in covering(proven, version.index)]}
        for version in dated
    ]
    return {"proven": [asdict(instant) for instant in proven], "versions": versions}


@dataclass(frozen=True, slots=True)
class Horizon:
    """Where what a snapshot or a proof can know ends: nobody can tell from it what came later.

    Attributes:
        size: How many entries of the log are known.
        claimed: When the keeper says that the last of them was logged, RFC 3339 in UTC; None where that is unknown.
        proven: No later than when they were there, by the earliest that shows it; None where nothing does.
    """

    size: int
    claimed: str | None = None
    proven: str | None = None

    def __str__(self) -> str:
        """Say it in words."""
        times = [f"claimed {self.claimed}"] * bool(self.claimed)
        times += [f"proven not later than {self.proven}"] * bool(self.proven)
        when = f" ({'; '.join(times)})" if times else ""
        return f"not known: what was revoked or withdrawn after log size {self.size}{when}"


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What witnesses have cosigned.

    Attributes:
        wanted: The quorum of the newest trust root: how many witnesses are wanted under a checkpoint.
        known: How many witnesses it names.
        size: Size of the newest checkpoint.
        cosigned: Names of those of them who have cosigned it, sorted.
        quorum: The newest checkpoint that enough of them have cosigned, or None.
    """

    wanted: int
    known: int
    size: int
    cosigned: tuple[str, ...]
    quorum: Proven | None
