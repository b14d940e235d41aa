"""A writer's turn: under the lock, or again and again until its checkpoint is the one that is taken.

Where writers cannot keep each other out, a draft may turn out to stand on what is not the newest any more; then it is
made again from the head as it is.  So is what failed while the head moved: a reader of many files then saw some from
before and some from after.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from muniment.archive.paths import CHECKPOINT, DECIDED
from muniment.archive.staged import Decision, read_decision
from muniment.errors import (
    IncompleteError,
    IntegrityError,
    LockedError,
    MunimentError,
    OvertakenError,
    UnavailableError,
)
from muniment.store import Store
from muniment.store.read_once import ReadOnceStore

_T = TypeVar("_T")

TURNS = 40
"""How often a draft is made before a writer gives up: with eight writers at once each gets through within some ten."""

_LONGEST = 1.0  # seconds


def in_turn(store: Store, act: Callable[[Store], _T]) -> _T:
    """Do what writes to an archive, and give what it gives.

    Args:
        store: The archive.
        act: Opens the archive in the store that it gets, drafts, and writes; done again from its beginning where
            another writer was first.

    Raises:
        LockedError: Another writer is at work, or others were first each time.
        MunimentError: What ``act`` raises.
    """
    if store.exclusive:
        with store.lock():
            return act(store)
    seen: Decision | None = None
    for turn in range(TURNS):
        try:
            return act(ReadOnceStore(store, frozenset({CHECKPOINT, DECIDED})))
        except IncompleteError:
            raise  # done again it might be done twice
        except OvertakenError:
            seen = None
        except (IntegrityError, UnavailableError):
            # Raised while nobody writes it would be raised again; then it is what the caller must know.
            now = _decision(store)
            if now is None or now == seen:
                raise
            seen = now
        # Writers who failed together must not come back together.
        time.sleep(random.uniform(0, min(_LONGEST, 0.02 * 2**turn)))  # noqa: S311 - nothing secret
    raise LockedError("other writers were first each time", hint="wait until there are fewer, then try again")


def refuse_overtaken(store: Store, note: bytes) -> None:
    """Refuse to go on where the head has moved: what did not fit was perhaps half from before and half from after.

    Args:
        store: The archive.
        note: ``log/checkpoint`` as it was opened.

    Raises:
        OvertakenError: It has moved, or is about to.
    """
    if read_decision(store) != Decision(note, note):
        raise OvertakenError("another writer was first", where=DECIDED, hint="try again")


def _decision(store: Store) -> Decision | None:
    with suppress(MunimentError):
        return read_decision(store)
    return None
