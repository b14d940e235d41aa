"""What has to be made again of a site whose archive grew: the releases that grew, and the lists in which they stand.

A folder that is whole says of which checkpoint it was made.  Where the log of the archive continues that one, which a
few tiles prove, and all else that pages are made from is the same, no other entry than the new ones is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muniment.errors import MunimentError
from muniment.site.addresses import INDEX, year_path
from muniment.site.catalogue import ReleaseRow
from muniment.site.host_files import sitemap_names
from muniment.site.ledger import Ledger
from muniment.site.pages import basis
from muniment.site.site import Site

LISTS = (INDEX, "feed.atom", "feed.json", "releases.json")
"""What each addition changes, besides the list of a year and the sitemaps."""


@dataclass(frozen=True, slots=True)
class SiteGrowth:
    """What has to be made again; all the rest of the folder is as it would be made.

    Attributes:
        releases: Those that grew, new ones too, those joined with them, and those of which something did not verify.
        years: Of whose lists a line is another one.
    """

    releases: frozenset[str]
    years: frozenset[str]

    def touches(self, site: Site, path: str) -> bool:
        """Whether a file that is of no one release has to be made again: none where no release does."""
        if not self.releases:
            return False
        return path in LISTS or path in sitemap_names(site) or path in map(year_path, self.years)


def growth_since(site: Site, before: Ledger) -> SiteGrowth | None:
    """Say what has to be made again since a folder was whole.

    Args:
        site: The site as it is now.  The lines of releases that did not grow are taken from the folder.
        before: What the folder says of itself.

    Returns:
        What has changed; None where nobody can tell, and every release has to be asked.
    """
    if not before.whole or not 0 < before.size <= site.archive.checkpoint.size or before.basis != basis(site):
        return None
    try:
        if site.archive.root_at(before.size) != before.root:
            return None
        grown = {entry.statement.release for entry in site.archive.versions_from(before.size)}
    except MunimentError:
        return None
    old = {row.release: row for row in before.rows.values()}
    if set(before.releases) - set(old) - grown - before.doubted:
        return None
    grown |= before.doubted
    kept = {release: row for release, row in old.items() if release not in grown}
    site.take_rows(kept)
    rows = site.rows
    again = grown | _joined(rows, old, grown)
    changed = [*(row for release in again if (row := old.get(release))), *(rows[one] for one in again if one in rows)]
    return SiteGrowth(frozenset(again), frozenset(row.year for row in changed))


def _joined(rows: Mapping[str, ReleaseRow], old: Mapping[str, ReleaseRow], grown: Iterable[str]) -> set[str]:
    """The releases whose timelines show one that grew, or showed it before."""
    grown = set(grown)
    found = {row.release for row in rows.values() if not grown.isdisjoint(row.follows)}
    for release in grown:
        for row in (rows.get(release), old.get(release)):
            found.update(one for one in (row.follows if row is not None else ()) if one in rows)
    return found
