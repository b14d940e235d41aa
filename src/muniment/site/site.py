"""What a site is made from: an archive under one checkpoint, and what was chosen for the site."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

from muniment.__about__ import __version__
from muniment.archive import Archive, StoredVersion
from muniment.errors import NoPageError
from muniment.log.statement import VersionEntry

_KEPT = 64
"""Versions that are kept after they were read: a page of changes needs two, and neighbours follow each other."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was chosen for a site; two sites of one archive with the same settings have the same bytes.

    Attributes:
        address: Where the site will be, ``https://archive.example.org``, without a slash at its end: what needs a whole
            address (TimeMaps, feeds, ``sitemap.xml``) is made with it.  None for the one that the newest trust root
            names; where that names none either, these hold relative addresses, and ``sitemap.xml`` is left out.
        search: Who answers searches: ``titles`` a filter of our own in the page, ``pagefind`` an index in the folder
            ``pagefind/``, ``server`` the page ``search`` of whoever serves the site.
        software: What makes it; who changes a page changes this, and so all that is kept is made again.
    """

    address: str | None = None
    search: Literal["titles", "pagefind", "server"] = "titles"
    software: str = __version__


class Site:
    """An archive as a site.  It lasts as long as the checkpoint that the archive was opened under, and caches.

    One of these is for one thread: the archive below it is read lazily.
    """

    def __init__(self, archive: Archive, settings: Settings | None = None) -> None:
        self.archive = archive
        self.settings = Settings() if settings is None else settings
        self._read: OrderedDict[int, StoredVersion] = OrderedDict()

    @property
    def address(self) -> str | None:
        """Where the site is, without a slash at its end; None where nobody says."""
        return self.archive.sites[-1] if self.settings.address is None else self.settings.address

    def entries(self, release: str) -> tuple[VersionEntry, ...]:
        """Give the entry of every version of a release, oldest first; none for a release that is not there."""
        return self.archive.history(release)

    def entry(self, release: str, version: int) -> VersionEntry:
        """Give the entry of a version.

        Raises:
            NoPageError: There is none.
        """
        entries = self.entries(release)
        if not 0 < version <= len(entries):
            raise NoPageError("there is no such version", where=f"{release}/v{version}")
        return entries[version - 1]

    def version(self, release: str, version: int) -> StoredVersion:
        """Read a version, held to its entry.

        Raises:
            NoPageError: There is none.
            IntegrityError: It is not what its entry states.
        """
        entry = self.entry(release, version)
        stored = self._read.pop(entry.index, None) or self.archive.read_entry(entry)
        self._read[entry.index] = stored
        while len(self._read) > _KEPT:
            self._read.popitem(last=False)
        return stored
