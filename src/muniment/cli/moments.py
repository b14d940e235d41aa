"""A version and its times, as the verbs of history print them: what is claimed and what is proven, each called so."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from muniment.cli.page import issued_text
from muniment.cli.terminal import plain, screen_width, wrap

if TYPE_CHECKING:
    from muniment.history.moments import Moment, NotLater


def moment_json(moment: Moment) -> dict[str, object]:
    """Give a moment as JSON, the same in each schema."""
    return asdict(moment)


def proven_json(proven: NotLater | None) -> dict[str, object] | None:
    """Give a proven time as JSON, the same in each schema; None where none is proven."""
    return None if proven is None else asdict(proven)


def print_moment(moment: Moment, indent: int) -> None:
    """Print the times of a version, claimed and proven apart, and its hash, below a line that names it."""
    said = f"logged {moment.logged_at} (claimed)"
    if moment.issued.date is not None:
        said += f", issued {issued_text(moment.issued)}"
    print_words(plain(said), indent)
    if moment.proven is not None:
        print_words(plain(say_proven(moment.proven)), indent)
    print(f"{' ' * indent}{moment.record}")


def say_proven(proven: NotLater) -> str:
    """Say a proven time in words, the same wherever one is printed."""
    return f"proven not later than {proven.time} ({proven.who})"


def change_text(moment: Moment) -> str:
    """Name the kind of change of a version, and what it reverts to."""
    return f"{moment.change}, reverts to v{moment.reverts_to}" if moment.reverts_to else moment.change


def print_words(text: str, indent: int) -> None:
    """Print text on lines as wide as the screen."""
    for line in wrap(text, screen_width() - indent):
        print(f"{' ' * indent}{line}".rstrip())


def listed(items: list[str]) -> str:
    """Join names: ``p1``, ``p1 and p2``, ``p1, p2 and p3``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
