"""What a source of a whole history claims of one state: where it lay there, and which times stand beside it.

Nothing of it can be proven from the bytes of the original alone, so it is a claim, and signed as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TimeClaim:
    """A time that a source states of one state.

    Attributes:
        basis: What states it, in small letters and hyphens: ``author``, ``committer``, ``file-name``, ``list``,
            ``capture``, ``memento``, ``record``.
        time: RFC 3339 in UTC to the second, or a date in its true precision.
    """

    basis: str
    time: str

    def as_json(self) -> dict[str, str]:
        """Give the object that stands in the record."""
        return {"basis": self.basis, "time": self.time}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a state stood in the source that it was imported from.

    Attributes:
        kind: Of the source: ``git``, ``folder``, ``warc``, ``memento``, ``snapshot``.
        source: What the source is called here: the name of its folder or file, its address, or its origin.
        item: What names the state in every copy of the source, and at every later import: a commit, a path with a
            date, the id of a WARC record, the address of a memento.  Together with ``path`` it is its identity.
        path: Where it lay in the source at that time; None where that is no path and ``item`` says all.
        times: What the source states about time, the one that orders the states first.
        message: What the source says of the change, on one line; None where it says nothing.
        authors: Persons, as the source names them; only where the keeper asks for names.
    """

    kind: str
    source: str
    item: str
    path: str | None = None
    times: tuple[TimeClaim, ...] = ()
    message: str | None = None
    authors: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, str, str | None]:
        """What is the same for the same state at every import, whatever the source is called."""
        return self.kind, self.item, self.path

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "times": [claim.as_json() for claim in self.times],
            "authors": list(self.authors),
        }


def read_provenance(value: dict[str, Any]) -> Provenance:
    """Turn an object that its schema has accepted into a provenance."""
    times = tuple(TimeClaim(claim["basis"], claim["time"]) for claim in value["times"])
    return Provenance(**{**value, "times": times, "authors": tuple(value["authors"])})
