"""What this machine has seen: one file an origin, in the folder of the user's state.

``ARCHIVE_MEMORY`` names another folder, and ``--no-memory`` does without.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.archive import open_archive
from muniment.cli.clock import now
from muniment.cli.terminal import print_note
from muniment.display import plain
from muniment.errors import IntegrityError, MunimentError, UnavailableError
from muniment.files import read_file, reason, write_file
from muniment.memory import (
    MAX_MEMORY,
    Recall,
    Remembered,
    SeenHead,
    format_memory,
    memory_name,
    parse_memory,
    raised,
    read_memory,
    remember,
)

if TYPE_CHECKING:
    from filelock import FileLock

    from muniment.log_view import LogView
    from muniment.store import Store
    from muniment.verify.report import Report

ENVIRONMENT = "ARCHIVE_MEMORY"

_SIGNER = 8
MAX_SHOWN = 2**32
"""Entries that a snapshot, which shows one of them, may claim and be remembered: a whole log must have them all."""
_LOCK = ".lock"
_PATIENCE = 10.0  # seconds: a memory is written in milliseconds


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of this machine.

    Attributes:
        folder: Where its files lie, or None to do without.
    """

    folder: Path | None

    @property
    def recall(self) -> Recall | None:
        """Gives what is remembered of an origin; None to do without."""
        return None if self.folder is None else self._recall

    def _recall(self, origin: str) -> Remembered | None:
        """Read the memory of an origin.

        Raises:
            UnavailableError: It is there and cannot be read or understood.
        """
        assert self.folder is not None  # noqa: S101 - ``recall`` gives this method only where there is a folder
        path = self.folder / memory_name(origin)
        try:
            path.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(str(path), reason(error)) from error
        try:
            data = read_file(str(path), max_size=MAX_MEMORY, kind=UnavailableError)
            return parse_memory(data, origin, where=str(path))
        except IntegrityError as error:
            raise _unusable(str(path), error.what) from error
        except UnavailableError as error:
            raise _unusable(str(path), error.found or error.what) from error

    def keep_report(self, report: Report, *, whole: bool, against: LogView | None = None) -> None:
        """Remember what was verified.

        Args:
            report: Only one that verified is kept, or in which the signer of a version fails alone: what a thief has
                logged stays for ever, and must not keep this machine from seeing how the log grows.
            whole: Whether the log was there.  A snapshot cannot show that it continues what was seen, nor that there
                are as many entries as its checkpoint claims: it is remembered where nothing is, and up to a bound.
            against: What it was compared with; a whole copy that agrees is remembered too.
        """
        doubtful = any(finding.check != _SIGNER for finding in report.failures)
        if self.folder is None or doubtful or report.note is None or report.root is None:
            return
        if not whole and (report.size or 0) > MAX_SHOWN:
            return
        with _telling():
            new = remember(report.note, report.root, now()[:10])
            if whole and against is not None and against.tree is not None and not report.failures:
                new = replace(new, compared=SeenHead(against.checkpoint.size, against.checkpoint.root, new.seen))
            self._write(new, first_only=not whole)

    def keep_head(self, store: Store) -> None:
        """Remember the checkpoint that was just signed, or one that continues it."""
        if self.folder is None:
            return
        with _telling():
            archive = open_archive(store)
            self._write(remember(archive.note, archive.roots[0].digest, now()[:10]), first_only=False)

    def _write(self, new: Remembered, *, first_only: bool) -> None:
        assert self.folder is not None  # noqa: S101 - the caller has asked
        if self._holds(new, first_only=first_only):
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _lock(self.folder):
                stored = self._recall(new.origin)
                if stored is not None and first_only:
                    return
                if stored is not None and stored.seen > new.seen:
                    _tell_clock(stored.seen, new.seen)
                path = self.folder / memory_name(new.origin)
                write_file(path, format_memory(raised(stored, new)), force=True, mode=0o600)
        except TimeoutError as error:
            raise UnavailableError("another process holds the memory", where=str(self.folder / _LOCK)) from error
        except OSError as error:
            raise UnavailableError("it cannot be written", where=str(self.folder), found=reason(error)) from error

    def _holds(self, new: Remembered, *, first_only: bool) -> bool:
        """Whether the file says all this already, so that nothing is written: for that no lock is needed."""
        stored = self._recall(new.origin)
        if stored is None or first_only:
            return stored is not None
        return stored.seen == new.seen and raised(stored, new) == stored


def _lock(folder: Path) -> FileLock:
    """The lock that a writer of the memory holds; its ``Timeout`` is a ``TimeoutError``."""
    from filelock import FileLock  # noqa: PLC0415 - start-up: reading takes no lock

    return FileLock(folder / _LOCK, timeout=_PATIENCE, mode=0o600)


@contextmanager
def _telling() -> Iterator[None]:
    """Where remembering fails, what was done before stands all the same: so that is a note and no error."""
    try:
        yield
    except MunimentError as error:
        from muniment.cli.hints import error_line  # noqa: PLC0415 - start-up: only where something is wrong

        print_note(f"not remembered: {plain(error_line(error))}")


def _tell_clock(seen: str, today: str) -> None:
    what = f"this machine's clock says {today}, and said {seen} before: one of them is wrong; the later day is kept"
    print_note(f"{what}")


def _unusable(path: str, found: str) -> UnavailableError:
    return UnavailableError(
        "the memory of this machine cannot be used",
        where=path,
        found=found,
        hint="restore it, or let archive memory forget it and compare the trust root anew; --no-memory does without",
    )


def memory_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``--no-memory``; the command gets the memory as one ``Memory``."""

    def gather(ctx: click.Context, param: click.Parameter, value: bool) -> Memory:  # noqa: ARG001, FBT001 - click's
        return Memory(None if value else memory_folder())

    return click.option(
        "--no-memory",
        "memory",
        is_flag=True,
        callback=gather,
        help="Do not compare with what this machine saw before, and remember nothing.",
    )(command)


def memory_folder() -> Path | None:
    """Where the memory lies; None, and a note, where the user has no home."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    import platformdirs  # noqa: PLC0415 - start-up: a folder that is named needs none of it

    folder = platformdirs.user_state_path("muniment") / "seen"
    if folder.is_absolute():
        return folder
    print_note(f"no home folder to remember in; {ENVIRONMENT} names one")
    return None


def memory_files() -> list[Path]:
    """Every memory file of this machine, by name."""
    folder = memory_folder()
    return sorted(folder.glob("*.json")) if folder is not None else []


def read_memory_file(path: Path) -> Remembered | None:
    """What a file remembers; None where it cannot be read."""
    try:
        return read_memory(read_file(str(path), max_size=MAX_MEMORY, kind=UnavailableError), where=str(path))
    except MunimentError:
        return None


def forget_file(folder: Path, path: Path) -> None:
    """Remove a memory file, while no other process writes one."""
    with _lock(folder):
        path.unlink(missing_ok=True)
