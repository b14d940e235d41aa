"""Stops the disk under a ``LocalStore`` at any single act: every open, write, flush, rename, mkdir, unlink, rmdir."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self, cast

import pytest

from muniment.archive.paths import UNFINISHED
from muniment.errors import MunimentError


def expected_verdict(files: Iterable[str]) -> str:
    """What verification says of what a writer left that was stopped, once nobody is at work."""
    left = any(path == UNFINISHED or (path.startswith(".tmp/") and not path.endswith("/")) for path in files)
    return "unfinished" if left else "verified"


class KilledError(BaseException):
    """The process is no more; nothing may catch this."""


class Disk:
    """Counts acts, and lets act number ``stop_at`` and what follows fail.

    Args:
        stop_at: Number of the first act that fails, from 0; None for none.
        error: What it raises.
        gone: Whether everything fails from then on, removing too, as when the process is killed.
        full: Whether everything that takes room fails from then on, until a file of the archive is removed.
    """

    def __init__(
        self, stop_at: int | None, error: Callable[[], BaseException], *, gone: bool = False, full: bool = False
    ) -> None:
        self.stop_at, self.error, self.gone, self.full = stop_at, error, gone, full
        self.acts = 0
        self.hit = False

    def act(self, *, frees: bool = False) -> None:
        """One act; raises what it must."""
        number, self.acts = self.acts, self.acts + 1
        if self.stop_at is None or number < self.stop_at:
            return
        if frees and not self.gone:
            # Removing always works.
            self.stop_at += number == self.stop_at
            return
        if number == self.stop_at or self.gone or self.full:
            self.hit = True
            raise self.error()

    def freed(self, place: str | Path) -> None:
        """A file was removed; what was half written does not count."""
        if self.full and self.hit and Path(place).parent.name != ".tmp":
            self.full = False


class _File:
    """A file that fails in the midst of a write."""

    def __init__(self, inner: IO[bytes], watched: Disk) -> None:
        self._inner, self._watched = inner, watched

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()

    def write(self, data: bytes) -> None:
        """Write a half, then the rest."""
        self._inner.write(data[: len(data) // 2])
        self._watched.act()
        self._inner.write(data[len(data) // 2 :])

    def flush(self) -> None:
        """Pass on."""
        self._inner.flush()

    def fileno(self) -> int:
        """Pass on."""
        return self._inner.fileno()


def no_space() -> OSError:
    """What a full disk says."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, on: Disk) -> Iterator[Disk]:
    """Let every changing act of ``LocalStore`` in this process go through a disk.  Nothing is flushed really."""
    opened, fdopen = os.open, os.fdopen
    made = Path.mkdir
    mkdir, rename, unlink, rmdir = os.mkdir, os.replace, os.unlink, os.rmdir

    def open_(place: str | Path, flags: int, *rest: int) -> int:
        if flags & os.O_CREAT and not os.path.lexists(place):
            on.act()
        return opened(place, flags, *rest)

    def removing(real: Callable[..., None]) -> Callable[..., None]:
        def remove(place: str | Path, *args: object, **more: object) -> None:
            on.act(frees=True)
            try:
                real(place, *args, **more)
            except FileNotFoundError:
                if real is rmdir:
                    raise
                on.freed(place)  # it is gone, as was asked
                raise
            on.freed(place)

        return remove

    def make_path(self: Path, *args: Any, **more: Any) -> None:  # noqa: ANN401 - passed on
        on.act()
        # By itself, since it takes what the system says of a folder that is there for no fault.
        with monkeypatch.context() as inner:
            inner.setattr(os, "mkdir", mkdir)
            made(self, *args, **more)

    def changing(real: Callable[..., None]) -> Callable[..., None]:
        def change(place: str | Path, *args: object, **more: object) -> None:
            on.act()
            real(place, *args, **more)

        return change

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", open_)
        patch.setattr(os, "fdopen", lambda *args: _File(cast("IO[bytes]", fdopen(*args)), on))
        patch.setattr(os, "fsync", lambda _: on.act())
        patch.setattr(os, "mkdir", changing(mkdir))
        patch.setattr(Path, "mkdir", make_path)
        patch.setattr(os, "replace", changing(rename))
        patch.setattr(os, "unlink", removing(unlink))
        patch.setattr(os, "rmdir", removing(rmdir))
        yield on


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Lay an archive out in a folder that is not there yet."""
    folder.mkdir()
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder but the lock: bytes by path, None for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if path.name != ".lock"
    }


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file but the lock."""
    return {path: data for path, data in tree(folder).items() if data is not None}


def caught(run: Callable[[], object]) -> MunimentError | None:
    """Run, and give the error of ours that it raises."""
    try:
        run()
    except MunimentError as error:
        return error
    return None
