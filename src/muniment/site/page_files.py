"""The files of a site made one by one, and written into a folder where they are not there already."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from muniment.digest import sha256_hex
from muniment.errors import IntegrityError, UnavailableError
from muniment.files import reason, write_file
from muniment.site.ledger import sums_of
from muniment.site.pages import body_or_fault
from muniment.site.site import Site

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def made_files(site: Site, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Make files, by path; what does not verify is none, and stands among the faults of the site."""
    for path in paths:
        try:
            yield path, body_or_fault(site, path)
        except IntegrityError as error:
            if not site.faults:  # the log itself
                raise
            name = path.removeprefix("releases/")
            version = name.rpartition("/")[0]
            if not any(known == version or known.startswith(f"{version}/") for known in site.faults):
                site.faults[name] = error


class PageFiles:
    """Writes files below a folder, where they are not there already."""

    def __init__(self, folder: Path | str) -> None:
        self._base = f"{folder}{os.sep}"
        self._there: set[str] = set()
        self.written = 0

    def write(self, site: Site, paths: Iterable[str]) -> bytes:
        """Make and write files; gives their lines of ``SHA256SUMS``."""
        return sums_of({path: self.put(path, body) for path, body in made_files(site, paths)})

    def put(self, path: str, data: bytes) -> str:
        """Write a file, and give its digest."""
        try:
            self._put(path, data)
        except OSError as error:
            raise UnavailableError("it cannot be written", where=path, found=reason(error)) from error
        return sha256_hex(data)

    def _put(self, path: str, data: bytes) -> None:
        whole = self._base + path
        parent = whole.rpartition("/")[0]
        if "/" in path and parent not in self._there:
            _make_folders(parent)
            self._there.add(parent)
        try:
            descriptor = os.open(whole, _NEW, 0o666)
        except FileExistsError:
            if write_file(Path(whole), data, force=True):
                self.written += 1
            return
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
        finally:
            os.close(descriptor)
        self.written += 1


def _make_folders(folder: str) -> None:
    """Make a folder, and those above it where they are missing: nearly always they are there."""
    try:
        os.mkdir(folder)  # noqa: PTH102 - a path for each of many thousand files
    except FileExistsError:
        return
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above
