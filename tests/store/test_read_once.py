"""A view that asks for everything once, and for many files at once."""

from __future__ import annotations

from itertools import count
from threading import Barrier

import pytest

from muniment.errors import NotFoundError
from muniment.store import MemoryStore
from muniment.store.read_once import ReadOnceStore


class Meeting(MemoryStore):
    """A store that answers only when so many ask at once."""

    def __init__(self, files: dict[str, bytes], number: int) -> None:
        super().__init__(files)
        self.asked: list[str] = []
        self._all = Barrier(number, timeout=60)

    def read(self, path: str, **limits: int) -> bytes:
        """Wait for the others, and read."""
        self.asked.append(path)
        self._all.wait()
        return super().read(path, **limits)


def test_reading_ahead() -> None:
    """Many files are asked for at once, and none of them again."""
    files = {f"f/{number}": b"%d" % number for number in range(16)}
    inner = Meeting(files, 16)
    view = ReadOnceStore(inner)
    view.read_ahead(files)
    assert {path: view.read(path) for path in files} == files
    assert sorted(inner.asked) == sorted(files)


def test_reading_ahead_ends() -> None:
    """A file that is missing ends it, even where there are files without end; who asks for that one is told."""
    inner = MemoryStore({"f/0": b"0"})
    view = ReadOnceStore(inner)
    view.read_ahead(f"f/{number}" for number in count())
    assert view.read("f/0") == b"0"
    with pytest.raises(NotFoundError):
        view.read("f/1")
