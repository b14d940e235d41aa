"""Writing a site into a folder: only what changed, resumable, and never half of it in the place of a whole one.

While files are written there is no ``site.json``; it comes last, when all others are on the disk.  A file is compared
before it is written, and one that is replaced is replaced whole, so that a host may serve the folder meanwhile.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from muniment.digest import sha256_hex
from muniment.errors import InputError, LockedError, SourceError, UnavailableError
from muniment.files import make_folder, open_regular, reason, write_file
from muniment.site.catalogue import fault_words
from muniment.site.growth import SiteGrowth, growth_since
from muniment.site.ledger import (
    BEFORE,
    DONE,
    LEDGER,
    LOCK,
    OWNER,
    SUMS,
    Ledger,
    WrittenRelease,
    check_claim,
    claim_folder,
    done_line,
    format_ledger,
    join_sums,
    owner_line,
    paths_of,
    remember_settings,
    sums_of,
)
from muniment.site.page_files import PageFiles, are_there, is_below, made_files
from muniment.site.pages import archive_paths, release_made_from, release_paths
from muniment.site.shared_work import WORTH_SHARING, make_here, make_shared
from muniment.site.site import Site

Progress = Callable[[int, int], None]
Extra = Callable[[Site, Path], Iterable[tuple[str, bytes]]]
"""Gives more files of a site, by path: an index for a search engine."""

_OURS = ("releases", "years", "trust", "headers", "pagefind")
"""Folders of a site, in which nothing but what belongs to it stays."""

_BOOKS = (OWNER, LEDGER, BEFORE, DONE, SUMS)
"""Files that say what is in it."""

_UNNAMED = re.compile(rf"\.(?:[a-z0-9-]+\.[a-z]+|{'|'.join(map(re.escape, _BOOKS))})\.[0-9a-f]{{8}}\.tmp")
"""A file of ours beside which ``write_file`` was stopped."""


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was done to a folder.

    Attributes:
        files: How many files the site has, besides ``SHA256SUMS`` and ``site.json``.
        written: How many of them were written.
        removed: How many files went.
        releases: How many releases were made; of the others nothing that they are made from has changed.
        doubts: What does not verify in the archive and so was not made, by name or path, and which check fails.
        taken: How many of the files that went are of a version that verified once and has doubts now, by its name.
    """

    files: int
    written: int
    removed: int
    releases: int
    doubts: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)


def write_site(
    site: Site, folder: Path, before: Ledger, progress: Progress, extra: Extra | None = None, jobs: int = 1
) -> SiteReport:
    """Write a site.

    Args:
        site: What to write.
        folder: Where to; claimed, and locked by ``site_folder``.
        before: What the folder said of itself.
        progress: Is told how many releases of how many are done.
        extra: Gives more files.
        jobs: How many processes make them; a small site is made by one.

    Raises:
        IntegrityError: The log does not verify; the folder is left without ``site.json``.
        UnavailableError: The folder cannot be written to.
    """
    writer = PageFiles(folder)
    _open_again(folder, site, before)
    growth, known = growth_since(site, before), site.archive.releases
    releases = {release: before.releases[release] for release in _kept(site, folder, before, growth)}
    stale = [release for release in known if release not in releases]
    made = len(stale)
    with _journal(folder) as journal:
        shared = jobs > 1 and made >= WORTH_SHARING and site.archive.store.exclusive
        results = make_shared(site, str(folder), stale, jobs) if shared else make_here(site, writer, stale)
        for one in results:
            releases[one.release] = one.written
            journal(done_line(one.release, one.written))
            writer.written += one.files if shared else 0
            progress(len(releases), len(known))
    others = _write_others(site, writer, before, growth)
    if extra is not None:
        kept = _kept_index(before) if before.whole and not made else b""
        others += kept or sums_of({path: writer.put(path, data) for path, data in extra(site, folder)})
    sums = join_sums(others, releases)
    removed = _remove(folder, before, sums, others, releases)
    _close(site, folder, releases, sums, changed=bool(writer.written or removed) or not before.whole)
    return SiteReport(sums.count(b"\n"), writer.written, len(removed), made, doubts_of(site), _taken(site, removed))


def _kept(site: Site, folder: Path, before: Ledger, growth: SiteGrowth | None) -> Iterator[str]:
    """Name the releases whose pages in the folder are what they would be.

    Of a folder that is not whole each of their files is read: the interrupted work may have been one with other
    settings, which had begun to write over them, and a power cut may have left less on the disk than was noted.
    """
    for release in site.archive.releases:
        there = before.releases.get(release)
        if there is None:
            continue
        known = growth is not None and release not in growth.releases
        same = known or there.made == release_made_from(site, release)
        if same and (before.whole or are_there(folder, there.sums)):
            yield release


def doubts_of(site: Site) -> dict[str, str]:
    """Say what was found not to verify, by the name of the version, and which check fails."""
    return {name: fault_words(fault) for name, fault in sorted(site.faults.items())}


def _taken(site: Site, removed: Iterable[str]) -> dict[str, int]:
    """Count what went of versions that do not verify now: it was there, so it did when the site was made before."""
    doubted = {"/".join(name.split("/")[:2]) for name in site.faults}
    counts = Counter(path.removeprefix("releases/").rpartition("/")[0] for path in removed)
    return {name: count for name, count in sorted(counts.items()) if name in doubted}


def _write_others(site: Site, writer: PageFiles, before: Ledger, growth: SiteGrowth | None) -> bytes:
    """Write the files of no one release, but for those that are known to be the same; gives all their lines."""
    paths = archive_paths(site)
    if growth is None:
        return writer.write(site, paths)
    lines = {line[66:-1].decode(): line for line in before.others.splitlines(keepends=True)}
    kept = [lines[path] for path in paths if path in lines and not growth.touches(site, path)]
    made = writer.write(site, (path for path in paths if path not in lines or growth.touches(site, path)))
    return made + b"".join(kept)


def _kept_index(before: Ledger) -> bytes:
    """The lines of the index of a search engine, which is made of all releases and so is still the same."""
    return b"".join(line for line in before.others.splitlines(keepends=True) if line[66:].startswith(b"pagefind/"))


@contextmanager
def site_folder(folder: Path, site: Site) -> Iterator[None]:
    """Make, claim and lock the folder of a site.

    Raises:
        InputError: It is not a folder for this site.
        LockedError: Another program writes there.
        UnavailableError: It cannot be made or written to.
    """
    if folder.is_symlink() or any((folder / name).is_symlink() for name in (*_OURS, *_BOOKS)):
        raise InputError("a link to elsewhere stands in the way", where=str(folder), hint="name the folder itself")
    make_folder(folder)
    check_claim(folder, site)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError(
            "another program writes this site", where=str(folder), hint="wait until it is done"
        ) from error
    try:
        claim_folder(folder, site)
        yield
    finally:
        # Before it is let go: afterwards it may be the lock of another. Windows removes no file that is open.
        with suppress(OSError):
            (folder / LOCK).unlink(missing_ok=True)
        lock.release()
        if os.name == "nt":
            with suppress(OSError):
                (folder / LOCK).unlink(missing_ok=True)


def _open_again(folder: Path, site: Site, before: Ledger) -> None:
    """Take away what says that the site is whole; what it was made from stays known, in case this is interrupted.

    So does what is chosen now: whoever ends an interrupted work need not say it again.
    """
    try:
        (folder / LEDGER).replace(folder / BEFORE)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UnavailableError("it cannot be renamed", where=str(folder / LEDGER), found=reason(error)) from error
    if before.settings != site.settings or not (folder / BEFORE).exists():
        remember_settings(folder, site)


@contextmanager
def _journal(folder: Path) -> Iterator[Callable[[bytes], None]]:
    def write(line: bytes) -> None:
        with _writing(folder / DONE):
            file.write(line)

    with _writing(folder / DONE):
        file = (folder / DONE).open("ab", buffering=0)
    with file:
        write(b"\n")  # a line that was cut off ends here
        yield write


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError("it cannot be written", where=str(path), found=reason(error)) from error


def _remove(folder: Path, before: Ledger, sums: bytes, others: bytes, releases: dict[str, WrittenRelease]) -> list[str]:
    """Remove the files that no longer belong to the site, and the folders that are empty then; gives their paths."""
    old: set[str] = set()
    if before.whole:
        for release, written in before.releases.items():
            if releases.get(release) is not written:
                old.update(paths_of(written.sums))
        old.update(paths_of(before.others))
        now = {
            path
            for release, written in releases.items()
            if before.releases.get(release) is not written
            for path in paths_of(written.sums)
        }
        now.update(paths_of(others))
    else:  # what an interrupted work left is known by nobody
        old.update(_found(folder))
        now = set(paths_of(sums))
    gone = sorted(path for path in old - now if is_below(folder, path))
    for path in gone:
        with suppress(OSError):
            (folder / path).unlink(missing_ok=True)
        with suppress(OSError):  # what is there still may be a folder without anything in it
            os.removedirs(folder / path if (folder / path).is_dir() else (folder / path).parent)
    return gone


def _found(folder: Path) -> Iterator[str]:
    """Give the path of all that is in our folders, links and pipes too, and of folders without anything in them.

    Beside our folders it gives the files that were not yet given their names when a work was ended.
    """
    yield from (entry.name for entry in folder.iterdir() if _UNNAMED.fullmatch(entry.name))
    waiting = [name for name in _OURS if (folder / name).is_dir()]
    while waiting:
        above = waiting.pop()
        with os.scandir(folder / above) as entries:
            here = list(entries)
        if not here:
            yield above
        for entry in here:
            path = f"{above}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            else:
                yield path


def _close(site: Site, folder: Path, releases: dict[str, WrittenRelease], sums: bytes, *, changed: bool) -> None:
    """Say that the site is whole, when all of it is on the disk."""
    write_file(folder / SUMS, sums, force=True)
    if changed and hasattr(os, "sync"):
        os.sync()
    write_file(folder / LEDGER, format_ledger(site, releases, sums), force=True)
    for name in (DONE, BEFORE):
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class SiteFault:
    """In what a folder differs from the site that the archive makes.

    Attributes:
        path: The file.
        what: ``missing``, ``other bytes`` or ``does not belong here``.
    """

    path: str
    what: str


def check_site(site: Site, folder: Path, progress: Progress, extra: Extra | None = None) -> tuple[SiteFault, ...]:
    """Make a site again and compare every byte; nothing is written.

    Args:
        site: What should be there, with the settings of the folder.
        folder: The folder.
        progress: As for ``write_site``.
        extra: As for ``write_site``.
    """
    faults: list[SiteFault] = []
    digests: dict[str, str] = {}

    def compare(path: str, data: bytes) -> None:
        digests[path] = sha256_hex(data)
        faults.extend(_differs(folder, path, data))

    releases: dict[str, WrittenRelease] = {}
    for number, release in enumerate(site.archive.releases, 1):
        paths = release_paths(site, release)
        for path, body in made_files(site, paths):
            compare(path, body)
        made = {path: digests.pop(path) for path in paths if path in digests}
        releases[release] = WrittenRelease(release_made_from(site, release), sums_of(made))
        progress(number, len(site.archive.releases))
    for path, body in made_files(site, archive_paths(site)):
        compare(path, body)
    for path, data in extra(site, folder) if extra is not None else ():
        compare(path, data)
    sums = join_sums(sums_of(digests), releases)
    faults.extend(_differs(folder, SUMS, sums))
    faults.extend(_differs(folder, LEDGER, format_ledger(site, releases, sums)))
    faults.extend(_differs(folder, OWNER, owner_line(site)))
    belong = set(paths_of(sums))
    faults += [SiteFault(path, "does not belong here") for path in _found(folder) if path not in belong]
    return tuple(sorted(faults, key=lambda fault: fault.path))


def _differs(folder: Path, path: str, data: bytes) -> Iterator[SiteFault]:
    if (folder / path).is_symlink():  # what it leads to is not ours, even if it has these bytes now
        yield SiteFault(path, "missing")
        return
    try:
        with open_regular(folder / path) as file:
            there = file.read(len(data) + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, SourceError):  # something else may have its name
        yield SiteFault(path, "missing")
    except OSError as error:
        raise UnavailableError("it cannot be read", where=path, found=reason(error)) from error
    else:
        if there != data:
            yield SiteFault(path, "other bytes")
