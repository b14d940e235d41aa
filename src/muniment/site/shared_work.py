"""The pages of releases, made by several processes: each opens the archive itself, and writes what it made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from muniment.archive import Archive, open_archive
from muniment.errors import IntegrityError, UnavailableError
from muniment.site.catalogue import ReleaseRow
from muniment.site.ledger import WrittenRelease
from muniment.site.page_files import PageFiles
from muniment.site.pages import release_made_from, release_paths
from muniment.site.site import Settings, Site
from muniment.site.timeline_page import joined
from muniment.store import Store

WORTH_SHARING = 100
"""Releases from which on several processes are started; each costs half a second."""

_PARTS = 8
"""Parts of the work that each process gets: many, so that none is left with a large one at the end."""


@dataclass(frozen=True, slots=True)
class MadeRelease:
    """A release whose pages were made and written.

    Attributes:
        release: Its id.
        written: What is known of it now.
        files: How many files were written anew.
        faults: What did not verify, as the site notes it.
    """

    release: str
    written: WrittenRelease
    files: int
    faults: Mapping[str, IntegrityError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleasesTask:
    """Releases to make.

    Attributes:
        store: The archive.
        note: Its checkpoint, under which all is made.
        settings: What was chosen for the site.
        folder: Where to write.
        releases: Their ids.
        rows: Their lines, and those of the releases that are joined with them.
    """

    store: Store
    note: bytes
    settings: Settings
    folder: str
    releases: tuple[str, ...]
    rows: Mapping[str, ReleaseRow]


def make_here(site: Site, files: PageFiles, releases: Sequence[str]) -> Iterator[MadeRelease]:
    """Make the pages of releases, one after the other."""
    for release in releases:
        before = files.written
        sums = files.write(site, release_paths(site, release))
        # What did not verify is known only now: such a release is looked at each time, until it is mended.
        written = WrittenRelease(release_made_from(site, release), sums)
        yield MadeRelease(release, written, files.written - before, site.faults_of(release))


def make_shared(site: Site, folder: str, releases: Sequence[str], jobs: int) -> Iterator[MadeRelease]:
    """The same by several processes.

    Raises:
        UnavailableError: The archive has grown meanwhile.
    """
    size = max(1, len(releases) // (jobs * _PARTS))
    parts = [tuple(releases[at : at + size]) for at in range(0, len(releases), size)]
    tasks = [
        ReleasesTask(site.archive.store, site.archive.note, site.settings, folder, part, _rows_for(site, part))
        for part in parts
    ]
    from muniment.parallel import share  # noqa: PLC0415 - start-up: most runs make few releases

    with share(_make_part, tasks, jobs) as results:
        for made in results:
            for one in made:
                site.faults.update(one.faults)
                yield one


def _rows_for(site: Site, releases: Sequence[str]) -> dict[str, ReleaseRow]:
    wanted = dict.fromkeys(releases)
    wanted.update(dict.fromkeys(other for release in releases for other in joined(site, release)))
    return {release: site.rows[release] for release in wanted}


_opened: dict[bytes, Archive] = {}
"""The archive under the checkpoint that the last part had: a process makes many parts of one site."""


def _make_part(task: ReleasesTask) -> list[MadeRelease]:
    archive = _opened.get(task.note)
    if archive is None:
        archive = open_archive(task.store)
        if archive.note != task.note:
            raise UnavailableError("the archive has grown meanwhile", hint="begin again; what is done stays done")
        _opened.clear()
        _opened[task.note] = archive
    site = Site(archive, task.settings)
    site.take_all_rows(task.rows)
    return list(make_here(site, PageFiles(task.folder), task.releases))
