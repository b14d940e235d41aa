"""Feeds of versions, Atom (RFC 4287) and JSON Feed 1.1: those of the archive, and those of a release.

The newest hundred versions stand in them, by their place in the log.  An entry leads to a page for people; its id is
the ``ni`` URI of the record, which is the same wherever the site is.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from muniment.archive import StoredVersion
from muniment.digest import ni_uri
from muniment.display.frozen import plain
from muniment.log.statement import VersionEntry
from muniment.site.addresses import release_path, version_path
from muniment.site.catalogue import fault_words
from muniment.site.frame import xml_text
from muniment.site.site import Site
from muniment.site.timeline_page import kind_words

MOST = 100
"""Versions in a feed."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A version in a feed; of one that does not verify, what the log says of it.

    Attributes:
        entry: Its entry.
        title: Its title, as plain text.
        said: What is said of it; may be empty.
        language: BCP 47, or ``und``.
    """

    entry: VersionEntry
    title: str
    said: str
    language: str = "und"

    @property
    def identity(self) -> str:
        """What names it wherever the site is."""
        return ni_uri(self.entry.statement.record[7:])

    @property
    def path(self) -> str:
        """The path of its page."""
        return version_path(self.entry.statement.release, self.entry.statement.version)


def newest_versions(site: Site, release: str | None) -> tuple[FeedItem, ...]:
    """Give the newest versions of a release, or of all, the newest first."""
    entries = _newest_entries(site) if release is None else site.entries(release)
    return tuple(_item(site, entry) for entry in entries[: -MOST - 1 : -1])


def _newest_entries(site: Site) -> tuple[VersionEntry, ...]:
    """The entries of as many versions as a feed may have, or of some more; no older bundle is read than is needed."""
    size, reach = site.archive.checkpoint.size, MOST
    while True:
        entries = site.archive.versions_from(max(0, size - reach))
        if len(entries) >= MOST or reach >= size:
            return entries
        reach *= 4


def _item(site: Site, entry: VersionEntry) -> FeedItem:
    version = site.find(entry.statement.release, entry.statement.version)
    if version is not None:
        return FeedItem(entry, _title(version), _said(version), version.record.description.language)
    name = entry.statement.name
    said = f"What the archive holds of this version does not verify: {fault_words(site.faults[name])}."
    return FeedItem(entry, f"{name} does not verify", plain(said))


def _name(site: Site, release: str | None) -> str:
    newest = None if release is None else site.newest(release)
    if newest is not None:
        return plain(newest.record.description.title)
    return plain(site.archive.origin if release is None else release)


def _title(version: StoredVersion) -> str:
    return plain(f"{version.record.description.title} (version {version.record.version}: {kind_words(version.record)})")


def _said(version: StoredVersion) -> str:
    note = version.record.change.note
    gone = f" Withdrawn by the archive: {version.withdrawal.reason}." if version.withdrawal else ""
    return plain(f"{note or version.record.description.abstract or ''}{gone}".strip())


def format_atom(site: Site, path: str, release: str | None) -> bytes:
    """Write the Atom feed of a release, or of the archive."""
    versions = newest_versions(site, release)
    root = site.archive.roots[0]
    updated = versions[0].entry.statement.logged_at if versions else root.root.created
    page = "index.html" if release is None else release_path(release)
    name = _name(site, release)
    identity = f"{ni_uri(root.digest[7:])}{'' if release is None else f'#{release}'}"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{xml_text(name)}</title>",
        f"<id>{xml_text(identity)}</id>",
        f"<updated>{updated}</updated>",
        f"<author><name>{xml_text(plain(site.archive.origin))}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{xml_text(site.absolute(path, path))}"/>',
        f'<link rel="alternate" type="text/html" href="{xml_text(site.absolute(page, path))}"/>',
        *(_entry(site, path, version) for version in versions),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(site: Site, path: str, item: FeedItem) -> str:
    page = site.absolute(item.path, path)
    summary = f"\n<summary>{xml_text(item.said)}</summary>" if item.said else ""
    return (
        f"<entry>\n<title>{xml_text(item.title)}</title>\n<id>{item.identity}</id>\n"
        f"<updated>{item.entry.statement.logged_at}</updated>\n"
        f'<link rel="alternate" type="text/html" href="{xml_text(page)}"/>{summary}\n</entry>'
    )


def format_json_feed(site: Site, path: str, release: str | None) -> bytes:
    """Write the JSON Feed of a release, or of the archive."""
    page = "index.html" if release is None else release_path(release)
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _name(site, release),
        "home_page_url": site.absolute(page, path),
        "feed_url": site.absolute(path, path),
        "items": [
            {
                "id": item.identity,
                "url": site.absolute(item.path, path),
                "title": item.title,
                "content_text": item.said or item.title,
                "date_published": item.entry.statement.logged_at,
                **({"language": item.language} if item.language != "und" else {}),
            }
            for item in newest_versions(site, release)
        ],
    }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"
