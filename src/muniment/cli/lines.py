"""How the verbs of history print a version: its times, claimed and proven apart, and what it changed, in one line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import TYPE_CHECKING

from muniment.archive import Archive, StoredVersion
from muniment.archive.paths import COSIGNATURES
from muniment.cli.hints import error_line
from muniment.cli.terminal import BOLD, paint, screen_width, wants_colour, wrap
from muniment.display import plain
from muniment.errors import IntegrityError
from muniment.record.phrases import published_words

if TYPE_CHECKING:
    from muniment.archive.existence import Proven
    from muniment.history.moments import Moment, NotLater
    from muniment.history.steps import Step
    from muniment.record import Emendation, Record
    from muniment.verify.report import Finding


def print_moment(moment: Moment, indent: int) -> None:
    """Print the times of a version and its hash, below a line that names it: when it was published comes first."""
    published = published_words(moment.issued, moment.retrieved)
    print_times(published, None if moment.proven is None else say_proven(moment.proven), moment.logged_at, indent)
    print(f"{' ' * indent}{moment.record}")


def print_times(published: str, proven: str | None, logged_at: str, indent: int) -> None:
    """Print when it was published, what is proven of its time, and when the keeper claims to have logged it."""
    logged = f"logged {logged_at} (claimed)"
    print_words(plain(published if proven else f"{published}; {logged}"), indent)
    if proven:
        print_words(plain(proven), indent, "" if proven == NOT_CHECKED else BOLD)
        print_words(logged, indent)


def say_proven(proven: NotLater) -> str:
    """Say a proven time in words, the same wherever one is printed."""
    return f"proven not later than {proven.time} ({proven.who})"


def print_words(text: str, indent: int, code: str = "", *, hanging: int = 0) -> None:
    """Print text on lines as wide as the screen, in a colour where one is given and colours are wanted.

    Args:
        text: Safe to print.
        indent: Columns before the first line.
        code: The colour.
        hanging: Columns more before each further line, below what begins after a sign or a name.
    """
    colour = bool(code) and wants_colour()
    head, rest = text[:hanging], text[hanging:]
    for line in wrap(rest, screen_width() - indent - hanging):
        print(f"{' ' * indent}{paint(head + line, code, colour=colour)}".rstrip())
        head = " " * hanging


def listed(items: list[str]) -> str:
    """Join names: ``p1``, ``p1 and p2``, ``p1, p2 and p3``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def count_paragraphs(record: Record) -> str:
    """Say how many paragraphs a version has."""
    number = len(record.paragraphs)
    return f"{number} {'paragraph' if number == 1 else 'paragraphs'}"


def say_step(step: Step) -> str:
    """Describe it: ``2 paragraphs edited, 1 moved; description: title``."""
    from muniment.diff import format_summary  # noqa: PLC0415 - start-up: whoever has a step has loaded it

    parts = [format_summary(step.words)] if any(astuple(step.words)) else []
    if step.description:
        parts.append(f"description: {listed(list(step.description))}")
    if step.emended:
        parts.append(f"{_counted(step.emended)} added")
    if step.withdrawn:
        parts.append(f"{_counted(step.withdrawn)} withdrawn")
    return "; ".join(parts) or "no change in words"


def say_emendation(emendation: Emendation, words: str) -> str:
    """Say what an editor did to which words of a paragraph, who it was and why."""
    correction = {
        "supplied": f"supplied “{emendation.replacement.strip()}”",
        "corrected": f"“{words}” corrected to “{emendation.replacement}”",
        "omitted": f"omitted “{words}”",
        "unclear": f"“{words}” is unclear",
    }[emendation.kind]
    return f"{emendation.paragraph}  {correction}, by {emendation.by}: {emendation.reason}"


def _counted(emendations: int) -> str:
    return "1 emendation" if emendations == 1 else f"{emendations} emendations"


NOT_CHECKED = "stamped, not checked here: needs the extra timestamp"
"""What is said of time stamps where the software that checks them is missing, or too old."""


@dataclass(frozen=True, slots=True)
class Times:
    """What time stamps and cosignatures prove.

    Attributes:
        proven: By size; their times grow too.
        doubts: What does not hold or could not be checked: it proves nothing.
        doubted: Versions that were read so far whose signature does not count, by reference.
        unchecked: Sizes whose time stamps could not be checked here.
    """

    proven: Sequence[Proven] = ()
    doubts: Sequence[Finding] = ()
    doubted: Mapping[str, IntegrityError] = field(default_factory=dict)
    unchecked: Sequence[int] = ()

    def earliest(self, index: int) -> NotLater | None:
        """Give the earliest time at which a log entry was there, and the party that shows it; None where unproven."""
        position = bisect_right(self.proven, index, key=lambda instant: instant.size)
        if position == len(self.proven):
            return None
        from muniment.history.moments import NotLater  # noqa: PLC0415 - start-up: only where a time is proven

        return NotLater(self.proven[position].time, self.proven[position].who)

    def say(self, index: int) -> str | None:
        """Say in words what is proven of a log entry, or that stamps cover it which were not checked; else None."""
        earliest = self.earliest(index)
        if earliest is not None:
            return say_proven(earliest)
        return NOT_CHECKED if any(size > index for size in self.unchecked) else None

    def moment(self, stored: StoredVersion) -> Moment:
        """Give the moment of a version, with the time that is proven for it."""
        from muniment.history.moments import Moment  # noqa: PLC0415 - start-up: whoever wants one has loaded it

        return replace(Moment.of(stored), proven=self.earliest(stored.index))

    def doubts_json(self) -> list[dict[str, str]]:
        """Give the doubts, of times and of versions, as JSON, the same in each schema."""
        doubts = [{"subject": doubt.subject, "what": doubt.what} for doubt in self.doubts]
        return [*doubts, *({"subject": name, "what": error_line(fault)} for name, fault in self.doubted.items())]

    def print_doubts(self) -> None:
        """Print the doubts, where there are any, after everything else."""
        if self.doubts:
            print("\nproves no time, see archive verify")
        for doubt in self.doubts:
            print_words(plain(f"{doubt.subject}: {doubt.what}"), 2)


def read_times(archive: Archive) -> Times:
    """Check the time stamps and cosignatures of an archive; where it has none, nothing is loaded or read for it."""
    if not _has_any(archive, 0):
        return Times(doubted=archive.doubted)
    from muniment.verify.times import prove_times  # noqa: PLC0415 - start-up: only where there is something to check

    times = prove_times(archive)
    return Times(times.proven, times.doubts, archive.doubted, times.unchecked)


def read_earliest(archive: Archive, index: int) -> Times:
    """Check only what shows the latest time by which one log entry was there."""
    if not _has_any(archive, index):
        return Times(doubted=archive.doubted)
    from muniment.verify.times import prove_earliest  # noqa: PLC0415 - start-up, as above

    times = prove_earliest(archive, index)
    return Times(times.proven, times.doubts, archive.doubted, times.unchecked)


def _has_any(archive: Archive, index: int) -> bool:
    """Whether something may show when an entry, or a later one, was there."""
    return any(stamp.statement.size > index for stamp in archive.stamps) or bool(archive.store.list(COSIGNATURES))
