"""Files for whoever hosts a site: the list of all pages for search engines, and headers for four kinds of hosts.

No host that only hands out files can send a header that differs from page to page, so a page carries its links in its
head; what the headers add is the type of a TimeMap, how long a file may be kept, and the policy once more.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniment.site.addresses import release_path, version_path, year_path
from muniment.site.frame import policy, xml_text
from muniment.site.site import Site

MOST_URLS = 50_000
"""Addresses in one sitemap (sitemaps.org); beyond, ``sitemap.xml`` is an index of several."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _pages(site: Site) -> Iterator[tuple[str, str]]:
    """The path of each page for people, and the day on which its newest version was logged."""
    rows = site.rows
    newest = max((row.logged_at for row in rows.values()), default=site.archive.roots[0].root.created)[:10]
    yield "index.html", newest
    yield "about.html", newest
    for year in sorted({row.year for row in rows.values()}):
        yield year_path(year), newest
    for release in sorted(rows):
        day = rows[release].logged_at[:10]
        yield release_path(release), day
        for entry in site.entries(release):
            number, logged = entry.statement.version, entry.statement.logged_at[:10]
            yield version_path(release, number), day
            if number > 1:
                yield version_path(release, number, "changes.html"), logged


def sitemap_names(site: Site) -> tuple[str, ...]:
    """Name the sitemaps of a site: one, or an index and its parts; none where the site has no address."""
    if site.address is None:
        return ()
    count = sum(1 for _ in _pages(site))
    parts = range(1, -(-count // MOST_URLS) + 1)
    return ("sitemap.xml", *(f"sitemap-{part}.xml" for part in parts)) if count > MOST_URLS else ("sitemap.xml",)


def format_sitemap(site: Site, name: str) -> bytes:
    """Write a sitemap by its name, which is one of ``sitemap_names``."""
    names = sitemap_names(site)
    if name == "sitemap.xml" and len(names) > 1:
        parts = [f"<sitemap><loc>{xml_text(site.absolute(part, name))}</loc></sitemap>\n" for part in names[1:]]
        return f"{_HEAD}<sitemapindex {_SPACE}>\n{''.join(parts)}</sitemapindex>\n".encode()
    first = 0 if name == "sitemap.xml" else (names.index(name) - 1) * MOST_URLS
    pages = list(_pages(site))[first : first + MOST_URLS]
    rows = [
        f"<url><loc>{xml_text(site.absolute(path, name))}</loc><lastmod>{day}</lastmod></url>\n" for path, day in pages
    ]
    return f"{_HEAD}<urlset {_SPACE}>\n{''.join(rows)}</urlset>\n".encode()


_TYPES = (
    ("link", "application/link-format"),
    ("atom", "application/atom+xml"),
    ("tlog-proof", "text/plain; charset=utf-8"),
    ("sig", "text/plain; charset=utf-8"),
    ("bib", "application/x-bibtex; charset=utf-8"),
    ("ris", "application/x-research-info-systems; charset=utf-8"),
)
"""Suffixes that hosts do not know."""

_KEEP = "public, max-age=31536000, immutable"
_ASK = "no-cache"
_OTHERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", policy(searches=True) + "; frame-ancestors 'self'"),
)
_SIGNED = r"/releases/[a-z0-9-]+/v[0-9]+/(record\.json|record\.json\.sig|statement\.json|original\.[a-z0-9]+)$"


def format_nginx() -> bytes:
    """Write what a ``server`` block of nginx includes."""
    lines = [
        "# Include this in the server block whose root is the folder of the site.",
        "index index.html;",
        "charset utf-8;",
    ]
    lines += [f'add_header {name} "{value}" always;' for name, value in _OTHERS]
    lines.append(f'add_header Cache-Control "{_ASK}" always;')
    lines.append(f"location ~ {_SIGNED} {{")
    lines += [f'  add_header {name} "{value}" always;' for name, value in _OTHERS]
    lines.append(f'  add_header Cache-Control "{_KEEP}" always;')
    # Of several locations that match the first one alone counts, so the types of what is signed stand in this one.
    lines += [f'  location ~ \\.sig$ {{ types {{ }} default_type "{dict(_TYPES)["sig"]}"; }}', "}"]
    for suffix, media_type in _TYPES:
        lines.append(f'location ~ \\.{suffix}$ {{ types {{ }} default_type "{media_type}"; }}')
    return ("\n".join(lines) + "\n").encode()


def format_apache() -> bytes:
    """Write a ``.htaccess`` of the Apache server; it needs the modules headers and mime."""
    lines = [
        "# Put this into the folder of the site as .htaccess.",
        "DirectoryIndex index.html",
        "AddDefaultCharset utf-8",
    ]
    lines += [f'AddType "{media_type}" .{suffix}' for suffix, media_type in _TYPES]
    lines += [f'Header always set {name} "{value}"' for name, value in _OTHERS]
    lines += [f'Header always set Cache-Control "{_ASK}"', f'<If "%{{REQUEST_URI}} =~ m#{_SIGNED}#">']
    lines += [f'  Header always set Cache-Control "{_KEEP}"', "</If>"]
    return ("\n".join(lines) + "\n").encode()


def format_caddy() -> bytes:
    """Write what a site of a ``Caddyfile`` imports."""
    # ``header *.link`` would set a field of that name: what a directive is for has to be named.  Of two that set the
    # same field the more general one comes last and counts, so each is for what the other is not for.
    lines = ["# Import this in the site block whose root is the folder of the site.", "file_server", "header {"]
    lines += [f'  {name} "{value}"' for name, value in _OTHERS]
    lines += ["}", f"@signed path_regexp {_SIGNED}", f"@mutable not path_regexp {_SIGNED}"]
    lines += [f'header @signed Cache-Control "{_KEEP}"', f'header @mutable Cache-Control "{_ASK}"']
    for suffix, media_type in _TYPES:
        lines += [f"@{suffix} path *.{suffix}", f'header @{suffix} Content-Type "{media_type}"']
    return ("\n".join(lines) + "\n").encode()


def format_headers() -> bytes:
    """Write ``_headers`` as hosts of static pages read it: rules by path, a ``*`` for any part."""
    lines = ["/*"]
    lines += [f"  {name}: {value}" for name, value in _OTHERS]
    lines.append(f"  Cache-Control: {_ASK}")
    for suffix, media_type in _TYPES:
        lines += [f"/*.{suffix}", f"  Content-Type: {media_type}"]
    for name in ("record.json", "record.json.sig", "statement.json"):
        lines += [f"/releases/*/{name}", "  ! Cache-Control", f"  Cache-Control: {_KEEP}"]
    return ("\n".join(lines) + "\n").encode()


HEADERS = {
    "headers/nginx.conf": format_nginx,
    "headers/apache.htaccess": format_apache,
    "headers/Caddyfile": format_caddy,
    "headers/_headers": format_headers,
}
"""The files by path."""
