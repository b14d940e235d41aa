"""Feeds of versions, Atom (RFC 4287) and JSON Feed 1.1: those of the archive, and those of a release.

The newest hundred versions stand in them, by their place in the log.  An entry leads to a page for people; its id is
the ``ni`` URI of the record, which is the same wherever the site is.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest
from itertools import chain

import orjson

from muniment.archive import StoredVersion
from muniment.digest import ni_uri
from muniment.display.frozen import plain
from muniment.site.addresses import release_path, version_path
from muniment.site.frame import xml_text
from muniment.site.site import Site
from muniment.site.timeline_page import kind_words

MOST = 100
"""Versions in a feed."""


def newest_versions(site: Site, release: str | None) -> tuple[StoredVersion, ...]:
    """Give the newest versions of a release, or of all, the newest first."""
    wanted = site.archive.releases if release is None else (release,)
    entries = chain.from_iterable(site.entries(one)[-MOST:] for one in wanted)
    newest = nlargest(MOST, entries, key=lambda entry: entry.index)
    return tuple(site.version(entry.statement.release, entry.statement.version) for entry in newest)


def _name(site: Site, release: str | None, versions: Sequence[StoredVersion]) -> str:
    return plain(site.archive.origin if release is None else versions[0].record.description.title)


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
    updated = versions[0].statement.logged_at if versions else root.root.created
    page = "index.html" if release is None else release_path(release)
    name = _name(site, release, versions)
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


def _entry(site: Site, path: str, version: StoredVersion) -> str:
    record, said = version.record, _said(version)
    page = site.absolute(version_path(record.release, record.version), path)
    summary = f"\n<summary>{xml_text(said)}</summary>" if said else ""
    return (
        f"<entry>\n<title>{xml_text(_title(version))}</title>\n<id>{ni_uri(version.statement.record[7:])}</id>\n"
        f"<updated>{version.statement.logged_at}</updated>\n"
        f'<link rel="alternate" type="text/html" href="{xml_text(page)}"/>{summary}\n</entry>'
    )


def format_json_feed(site: Site, path: str, release: str | None) -> bytes:
    """Write the JSON Feed of a release, or of the archive."""
    versions = newest_versions(site, release)
    page = "index.html" if release is None else release_path(release)
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _name(site, release, versions),
        "home_page_url": site.absolute(page, path),
        "feed_url": site.absolute(path, path),
        "items": [
            {
                "id": ni_uri(version.statement.record[7:]),
                "url": site.absolute(version_path(version.record.release, version.record.version), path),
                "title": _title(version),
                "content_text": _said(version) or _title(version),
                "date_published": version.statement.logged_at,
                **(
                    {"language": version.record.description.language}
                    if version.record.description.language != "und"
                    else {}
                ),
            }
            for version in versions
        ],
    }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"
