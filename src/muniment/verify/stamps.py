"""Check 12 on one time stamp, wherever it comes from, and what several of them prove together.

``times`` brings the stamps that the log of an archive names, ``snapshot_stamps`` those that lie in a snapshot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from muniment.archive.existence import Proven
from muniment.errors import MunimentError, UnavailableError
from muniment.timestamp.response import Stamp
from muniment.verify.report import Tally

TIME = 12


@dataclass(slots=True)
class StampChecks:
    """What checking time stamps one after another has given so far.

    Attributes:
        tally: Where findings go.
        proven: What was proven.
        unchecked: Why stamps could not be checked.
        skipped: The size of the checkpoint of each of these.
    """

    tally: Tally
    proven: list[Proven] = field(default_factory=list)
    unchecked: list[UnavailableError] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)

    def judge(self, size: int, check: Callable[[], tuple[str, Stamp]]) -> None:
        """Check a time stamp, and keep what it proves.

        Args:
            size: Size of the checkpoint that it is of.
            check: Checks it, and gives the name of its authority; what it raises is the finding.
        """
        try:
            who, stamp = check()
        except UnavailableError as error:
            self.unchecked.append(error)
            self.skipped.append(size)
        except MunimentError as error:
            self.tally.error(TIME, error)
        else:
            self.tally.ok(TIME)
            self.proven.append(Proven(size, stamp.time, who))

    def tell_unchecked(self, folder: str) -> None:
        """Say once how many time stamps could not be checked, if any, and why.

        Args:
            folder: Where they lie.
        """
        if self.unchecked:
            number, why = len(self.unchecked), self.unchecked[0]
            what = f"{number} {'time stamp' if number == 1 else 'time stamps'} not checked, nothing is proven by them: "
            self.tally.notice(TIME, folder, what + why.what, hint=why.hint, unvouched=True)
