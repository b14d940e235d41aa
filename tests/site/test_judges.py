"""Software that is not ours reads a site: parsers of pages, feeds, links, TimeMaps and signatures."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import html5lib
import pytest
from tests.site.conftest import ADDRESS, URI, make_world
from tests.snapshot.conftest import World

from muniment.digest import sha256_hex
from muniment.site import host_files
from muniment.site.host_files import format_sitemap, sitemap_names
from muniment.site.site import Site
from muniment.site.timemaps import http_time, mementos_of_original, mementos_of_release, time_of


def judge(name: str) -> Any:  # noqa: ANN401 - a module without types
    """Import a judge, or skip, saying that it is absent."""
    return pytest.importorskip(name, reason=f"{name} is not installed")


def pages(out: Path) -> list[Path]:
    """Every page of a site."""
    return sorted(out.rglob("*.html"))


def test_html5lib_finds_no_parse_error(out: Path) -> None:
    """Every page is HTML without a parse error, by a parser that reports each."""
    for page in pages(out):
        parser = html5lib.HTMLParser(strict=True)
        parser.parse(page.read_bytes(), transport_encoding="utf-8")
        assert parser.errors == [], page


class _Links(HTMLParser):
    """What a page leads to, and the names in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the links and the id of an element."""
        del tag
        given = dict(attrs)
        self.links.update(value for name in ("href", "src", "action") if (value := given.get(name)) is not None)
        self.ids += [value for value in [given.get("id")] if value is not None]


def test_no_link_is_broken(out: Path) -> None:
    """Every link within the site leads to a file that is there, and to a place in it; no id stands twice."""
    found = {page: _Links(page.read_text(encoding="utf-8")) for page in pages(out)}
    for page, read in found.items():
        assert len(set(read.ids)) == len(read.ids), page
        here = f"{ADDRESS}/{page.relative_to(out).as_posix()}"
        for link in read.links:
            target = urlsplit(urljoin(here, link))
            whole = f"{target.scheme}://{target.netloc}{target.path}"
            if not whole.startswith(f"{ADDRESS}/"):
                continue
            path = unquote(whole.removeprefix(f"{ADDRESS}/"))
            file = out / (path + "index.html" if path == "" or path.endswith("/") else path)
            assert file.is_file(), (page, link)
            if target.fragment and file.suffix == ".html":
                assert unquote(target.fragment) in found[file].ids, (page, link)


def test_feedparser_reads_the_feeds(out: Path) -> None:
    """An Atom feed is well formed, has an entry a version with a unique id, and leads to pages for people."""
    feedparser = judge("feedparser")
    for path in (out / "feed.atom", out / "releases/harbour/feed.atom"):
        read = feedparser.parse(path.read_bytes())
        assert not read.bozo, read.get("bozo_exception")
        assert read.version == "atom10"
        assert len({entry.id for entry in read.entries}) == len(read.entries) > 0
        for entry in read.entries:
            assert entry.link.startswith(f"{ADDRESS}/releases/")
            assert entry.link.endswith("/")
            assert entry.updated_parsed
    assert len(read.entries) == 5
    assert read.feed.links[0]["href"] == f"{ADDRESS}/releases/harbour/feed.atom"
    value = json.loads((out / "releases/harbour/feed.json").read_bytes())
    assert value["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in value["items"]] == [entry.link for entry in read.entries]


def test_signposting_reads_the_links(base: str) -> None:
    """The reader of Signposting finds what a version is, what describes it and what it consists of."""
    signposting = judge("signposting")
    page = f"{base}releases/harbour/v2/"
    found = signposting.find_signposting_html(page)
    assert found.citeAs.target == f"{ADDRESS}/releases/harbour/v2/"
    assert {link.target for link in found.describedBy} == {f"{page}record.json", f"{page}cite.csl.json"}
    assert {link.target for link in found.items} == {f"{page}original.txt"}
    assert {link.target for link in found.types} == {"https://schema.org/CreativeWork"}
    assert {link.target for link in found.collection and [found.collection]} == {f"{base}releases/harbour/index.html"}


def test_link_headers_parse_the_timemaps(out: Path, world: World) -> None:
    """A TimeMap is read by a parser of links: original, itself, and each memento with its time, in order."""
    httplink = judge("httplink")
    site = Site(world.archive)
    wanted = {
        "timemap.link": (f"{ADDRESS}/releases/harbour/", mementos_of_release(site, "harbour")),
        "original-1.timemap.link": (URI, mementos_of_original(site, "harbour", URI)),
    }
    for name, (original, mementos) in wanted.items():
        text = (out / "releases/harbour" / name).read_text(encoding="utf-8")
        links = httplink.parse_link_header(text.replace("\n", " ").strip()).links
        by_rel = {rel: link for link in links for rel in link.rel}
        assert by_rel["original"].target == original
        assert by_rel["self"].target == f"{ADDRESS}/releases/harbour/{name}"
        assert by_rel["first"].target == f"{ADDRESS}/{mementos[0].path.removesuffix('index.html')}"
        found = [link for link in links if "memento" in link.rel]
        assert len(found) == len(mementos)
        times = [dict(link.attributes)["datetime"] for link in found]
        assert times == [memento.http_time for memento in mementos]
        parsed = [datetime.strptime(time, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) for time in times]
        assert parsed == sorted(parsed)
    assert len(mementos_of_original(site, "harbour", URI)) == 3


def test_a_day_is_its_last_second(world: World) -> None:
    """A version that was retrieved on a day counts from its end on; without one, from when it was logged."""
    site = Site(world.archive)
    assert http_time(time_of(site.version("harbour", 1))) == "Tue, 03 Feb 2026 23:59:59 GMT"
    assert time_of(site.version("quay", 1)).isoformat() == "2026-11-22T10:01:00+00:00"


def test_sums_and_commands_hold(out: Path) -> None:
    """``sha256sum`` finds every file as it is listed, and the commands that a page prints verify its record."""
    for tool in ("sha256sum", "ssh-keygen"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=out, check=True)
    listed = {line[66:] for line in (out / "SHA256SUMS").read_text().splitlines()}
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert there - listed == {"SHA256SUMS", "site.json", ".muniment-site"}
    value = json.loads((out / "site.json").read_bytes())
    assert value["sums"] == f"sha256:{sha256_hex((out / 'SHA256SUMS').read_bytes())}"
    folder = out / "releases/harbour/v4"
    page = (folder / "index.html").read_text(encoding="utf-8")
    found = re.search("<pre><code>(.*?)</code></pre>", page, re.DOTALL)
    assert found is not None
    commands = found[1].replace("&lt;", "<")
    said = subprocess.run(["sh", "-e", "-c", commands], cwd=folder, check=True, capture_output=True, text=True).stdout
    assert said.split()[0] in page
    assert "Good" in said


def test_sitemaps_name_every_page(out: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sitemap has every page that search engines should read, whole; beyond its limit it is an index of several."""
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ET.fromstring((out / "sitemap.xml").read_bytes())  # noqa: S314 - our own file
    named = {loc.text.removeprefix(f"{ADDRESS}/") for loc in root.iter(f"{space}loc") if loc.text}
    every = {page.relative_to(out).as_posix().removesuffix("index.html") for page in pages(out)}
    assert named == {path for path in every if not path.endswith("compare.html")}
    monkeypatch.setattr(host_files, "MOST_URLS", 10)
    site = Site(world.archive)
    names = sitemap_names(site)
    parts = [ET.fromstring(format_sitemap(site, name)) for name in names[1:]]  # noqa: S314 - our own
    assert {loc.text for part in parts for loc in part.iter(f"{space}loc")} == {f"{ADDRESS}/{path}" for path in named}
    index = ET.fromstring(format_sitemap(site, "sitemap.xml"))  # noqa: S314 - our own
    assert [loc.text for loc in index.iter(f"{space}loc")] == [f"{ADDRESS}/{name}" for name in names[1:]]


def test_the_same_from_another_process(out: Path, tmp_path: Path) -> None:
    """Another archive made in the same way gives the same bytes, in another folder."""
    from tests.site.conftest import write  # noqa: PLC0415 - beside its only use

    from muniment.site.site import Settings  # noqa: PLC0415 - as above

    write(make_world(), tmp_path / "again", Settings(snapshots=True))
    assert (tmp_path / "again" / "site.json").read_bytes() == (out / "site.json").read_bytes()
