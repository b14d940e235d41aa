"""A version and its time, as the verbs of history print them: the times are claims, and are called so."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from muniment.cli.page import issued_text
from muniment.cli.terminal import plain, screen_width, wrap

if TYPE_CHECKING:
    from muniment.history.moment import Moment


def moment_json(moment: Moment) -> dict[str, object]:
    """Give a moment as JSON, the same in each schema."""
    return asdict(moment)


def print_moment(moment: Moment, indent: int) -> None:
    """Print the claimed times of a version and its hash, below a line that names it."""
    said = f"logged {moment.logged_at} (claimed)"
    if moment.issued.date is not None:
        said += f", issued {issued_text(moment.issued)}"
    for line in wrap(plain(said), screen_width() - indent):
        print(f"{' ' * indent}{line}")
    print(f"{' ' * indent}{moment.record}")


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
