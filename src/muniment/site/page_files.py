"""The files of a site made one by one, and written into a folder where they are not there already."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from muniment.digest import sha256_hex
from muniment.errors import InputError, IntegrityError, SourceError, UnavailableError
from muniment.files import open_regular, reason, write_file
from muniment.site.ledger import sums_of
from muniment.site.pages import body_or_fault
from muniment.site.site import Site

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

_PIECE = 1024 * 1024
_PART = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]+")


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


def is_below(folder: Path, path: str) -> bool:
    """Whether a path leads to something in the folder, and not out of it: by its words, or over a link."""
    parts = path.split("/")
    if not all(map(_PART.fullmatch, parts)):
        return False
    return not any(folder.joinpath(*parts[:depth]).is_symlink() for depth in range(1, len(parts)))


def are_there(folder: Path, sums: bytes) -> bool:
    """Whether each file that lines of ``SHA256SUMS`` name is there, and has that digest."""
    for line in sums.splitlines():
        digest, _, path = line.decode("ascii").partition("  ")
        if not is_below(folder, path) or (folder / path).is_symlink():
            return False
        try:
            with open_regular(folder / path) as file:
                found = hashlib.sha256()
                while part := file.read(_PIECE):
                    found.update(part)
        except (OSError, SourceError):
            return False
        if found.hexdigest() != digest:
            return False
    return True


class PageFiles:
    """Writes files below a folder, where they are not there already.

    Whoever may write to the folder may lay links into it.  None is followed out of it: a link, a pipe or a file that
    stands where a folder of the site belongs goes, and so does what is no file where a file belongs.
    """

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
            self._make_folders(path.rpartition("/")[0])
        try:
            descriptor = os.open(whole, _NEW, 0o666)
        except FileExistsError:
            _make_room(whole)
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

    def _make_folders(self, path: str) -> None:
        """Make a folder of the site and those above it; whatever else has the name of one of them goes."""
        at = 0
        while at >= 0:
            at = path.find("/", at + 1)
            folder = self._base + (path if at < 0 else path[:at])
            if folder not in self._there:
                _make_folder(folder)
                self._there.add(folder)


def _make_folder(folder: str) -> None:
    with suppress(FileExistsError):
        os.mkdir(folder)  # noqa: PTH102 - a path for each of many thousand files
        return
    if not stat.S_ISDIR(os.lstat(folder).st_mode):  # a link to a folder is none
        os.unlink(folder)  # noqa: PTH108 - as above
        os.mkdir(folder)  # noqa: PTH102 - as above


def _make_room(path: str) -> None:
    """Take away what is no file: a link is none, even to the same bytes, which somebody else may change.

    Raises:
        InputError: It is a folder, in which may be anything.
    """
    mode = os.lstat(path).st_mode
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise InputError(
            "a folder stands where a file of the site belongs",
            where=path,
            hint="take it away, and write the site again",
        )
    os.unlink(path)  # noqa: PTH108 - as above
