"""The releases that are to be checked, without an object for each: a task is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

from muniment.verify.release import ObjectTask


class ReleaseTasks(Sequence[ObjectTask]):
    """Tasks in some order; what is kept of each is the name of its release.

    Args:
        releases: The names, in order.
        make: Gives the task of a release, the same one every time.
    """

    __slots__ = ("_make", "_releases")

    def __init__(self, releases: Sequence[str], make: Callable[[str], ObjectTask]) -> None:
        self._releases, self._make = releases, make

    def __len__(self) -> int:
        """The number of releases."""
        return len(self._releases)

    @overload
    def __getitem__(self, place: int) -> ObjectTask: ...
    @overload
    def __getitem__(self, place: slice) -> ReleaseTasks: ...
    def __getitem__(self, place: int | slice) -> ObjectTask | ReleaseTasks:
        """The task of one release, or those of some."""
        if isinstance(place, slice):
            return ReleaseTasks(self._releases[place], self._make)
        return self._make(self._releases[place])

    def by_name(self, key: Callable[[str], Any]) -> ReleaseTasks:
        """Give the same tasks in another order.

        Args:
            key: Gives by what to sort the name of a release.
        """
        return ReleaseTasks(sorted(self._releases, key=key), self._make)
