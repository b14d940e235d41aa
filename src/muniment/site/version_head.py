"""What the head of the page of a version tells to programs.

Dublin Core, Highwire and schema.org say what the record says, as the page of a snapshot does.  The links are those of
Signposting level 1 (``cite-as``, ``describedby``, ``item``, ``license``, ``type``, ``collection``), of RFC 5829
(versions and their order), of RFC 7089 (``original``, ``timemap``), and the feed.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniment.archive import StoredVersion
from muniment.cite import Citation
from muniment.digest import ni_uri
from muniment.markup import HOLE, Markup, MarkupTemplate, data_block, element
from muniment.record import RECORD_PATH
from muniment.site.addresses import release_path, version_path
from muniment.site.site import Site
from muniment.snapshot.page.meta import TYPE, linked_data, outside_links, said

CSL = "application/vnd.citationstyles.csl+json"
LINK_FORMAT = "application/link-format"
ATOM = "application/atom+xml"


def version_head(
    site: Site, version: StoredVersion, citation: Citation, path: str, item: str | None
) -> Iterator[Markup]:
    """Make the elements.

    Args:
        site: The site.
        version: The version.
        citation: Of the whole version.
        path: Of the page.
        item: Where its original is, from the page on; None where it is not handed out.
    """
    yield element("link", rel="schema.DCTERMS", href="http://purl.org/dc/terms/")
    yield from said(citation, version.record.description)
    if site.address is not None:
        yield element("meta", name="citation_public_url", content=site.absolute(path, path))
    for rel, href, media_type in links(site, version, path, item):
        yield _LINK.fill(rel, href) if media_type is None else _TYPED.fill(rel, href, media_type)
    yield data_block("application/ld+json", _linked_data(site, version, citation, path))


_LINK = MarkupTemplate.of(element("link", rel=HOLE, href=HOLE))
_TYPED = MarkupTemplate.of(element("link", rel=HOLE, href=HOLE, type=HOLE))


def links(site: Site, version: StoredVersion, path: str, item: str | None) -> Iterator[tuple[str, str, str | None]]:
    """Give the typed links of a version: relation, address, and media type where it is no page.

    Args:
        site: The site.
        version: The version.
        path: Of the page that they stand in, from which they lead.
        item: Where its original is, from the page on; None where it is not handed out.
    """
    record, number = version.record, version.record.version
    last = len(site.entries(record.release))
    own = site.absolute(path, path) if site.address is not None else ni_uri(version.statement.record[7:])
    yield "cite-as", own, None
    yield "type", TYPE, None
    yield "describedby", RECORD_PATH, "application/json"
    yield "describedby", "cite.csl.json", CSL
    if item is not None:
        yield "item", item, record.original.media_type
    yield "collection", "../index.html", "text/html"
    yield from ((rel, href, None) for rel, href in outside_links(record))
    yield "latest-version", f"../v{last}/index.html", "text/html"
    yield "version-history", "../index.html", "text/html"
    if number > 1:
        yield "predecessor-version", f"../v{number - 1}/index.html", "text/html"
    if number < last:
        yield "successor-version", f"../v{number + 1}/index.html", "text/html"
    yield "timemap", "../timemap.link", LINK_FORMAT
    yield "alternate", "../feed.atom", ATOM


def _linked_data(site: Site, version: StoredVersion, citation: Citation, path: str) -> dict[str, object]:
    record = version.record
    value = linked_data(citation, record.description, RECORD_PATH, len(version.record_bytes))
    whole = {"@type": "CreativeWork", "name": citation.title}
    if site.address is not None:
        value["url"] = site.absolute(path, path)
        whole["url"] = site.absolute(release_path(record.release), path)
        value["encoding"]["contentUrl"] = site.absolute(version_path(record.release, record.version, RECORD_PATH), path)
    return {**value, "isPartOf": whole}
