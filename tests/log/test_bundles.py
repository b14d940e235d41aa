"""Finding a bundle by a time: as few as can be are read, and none that could hold the entry is passed over."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from muniment.log.bundles import ProvenEntries
from muniment.log.tile import TILE_WIDTH
from muniment.log.tree import Log

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def said(seconds: int) -> bytes:
    """A time as entries have it."""
    return f"{BEGUN + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}".encode()


class Times(ProvenEntries):
    """Bundles of which nothing is known but the times of their first and last entries, in seconds."""

    def __init__(self, times: Sequence[tuple[int, int]]) -> None:
        super().__init__(Log(lambda _: b"", len(times) * TILE_WIDTH), cast("Any", None))
        self._times = times

    def _bytes(self, number: int) -> bytes:
        oldest, newest = self._times[number]
        return self._read.setdefault(number, b'"logged_at":"%b" "logged_at":"%b"' % (said(oldest), said(newest)))

    def _find(self, number: int, part: bytes) -> Iterator[tuple[int, bytes]]:
        self._bytes(number)
        yield number, part

    def near(self, seconds: int, begun: bytes) -> tuple[list[int], int]:
        """The bundles that are looked through for a time, and how many more were read than before."""
        before = len(self._read)
        return [number for number, _ in self.find_near(b"", said(seconds), begun)], len(self._read) - before


def evenly(count: int) -> list[tuple[int, int]]:
    """An entry each ten seconds."""
    return [(number * 2560, number * 2560 + 2550) for number in range(count)]


def by_chance(rng: random.Random) -> list[tuple[int, int]]:
    """Additions in clumps, of which many are of one second, as after an import."""
    times = [0]
    for _ in range(2 * rng.randrange(1, 60) - 1):
        times.append(times[-1] + rng.choice((0, 0, 1, rng.randrange(100), rng.randrange(1_000_000))))
    return list(zip(times[::2], times[1::2], strict=True))


def test_none_is_passed_over() -> None:
    """Where times grow, every bundle that can hold an entry of a time is looked through, and few others are read."""
    rng = random.Random(17)  # noqa: S311 - seeded, not secret
    for _ in range(400):
        times = by_chance(rng)
        entries, begun = Times(times), rng.choice((b"", said(0), b"\xff", said(10**9)))
        for _ in range(3):
            wanted = rng.choice(times)[rng.randrange(2)] + rng.choice((0, 0, 1))
            looked, read = entries.near(wanted, begun)
            assert {n for n, (oldest, newest) in enumerate(times) if oldest <= wanted <= newest} <= set(looked)
            assert len(looked) == len(set(looked))
            assert read <= len(looked) + 2 * len(times).bit_length() + 2


@pytest.mark.parametrize("count", [4, 40, 4000])
def test_even_additions_are_found_at_once(count: int) -> None:
    """Where additions came evenly, two or three bundles are read of any number, and fewer for the version before."""
    for wanted in range(0, count, max(1, count // 40)):
        entries = Times(evenly(count))
        looked, read = entries.near(wanted * 2560 + 1000, said(0))
        assert (looked, read <= 3) == ([wanted], True)
        earlier = wanted // 3
        looked, read = entries.near(earlier * 2560 + 1000, said(0))
        assert (looked, read <= 2) == ([earlier], True)


def test_times_that_do_not_grow_end_too() -> None:
    """Where clocks went back, or nothing is a time, the search ends; what it finds is no promise."""
    rng = random.Random(18)  # noqa: S311 - seeded, not secret
    for _ in range(300):
        times = [(rng.randrange(1000), rng.randrange(1000)) for _ in range(rng.randrange(1, 60))]
        looked, _ = Times(times).near(rng.randrange(1000), said(rng.randrange(1000)))
        assert len(looked) == len(set(looked))
