"""The file at a path is a function of the archive, the settings and the path, and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.site.conftest import ADDRESS, LATER, make_world, publish, withdraw
from tests.snapshot.conftest import World

from muniment.canonical import Json
from muniment.errors import IntegrityError, NoPageError
from muniment.ingest import Source
from muniment.log.proof_file import parse_proof
from muniment.site.addresses import parse_path, version_path
from muniment.site.pages import archive_paths, made_from, make_page, release_paths, site_paths
from muniment.site.site import Settings, Site
from muniment.verify.snapshot import verify_snapshot
from muniment.write.version import Author, add_publication


def test_each_path_is_there_once_and_the_same_twice(world: World) -> None:
    """Every path that is listed is made, and by another opening of the archive the bytes are the same."""
    one, two = Site(world.archive), Site(world.archive)
    paths = list(site_paths(one))
    assert len(set(paths)) == len(paths) > 100
    for path in paths:
        first, second = make_page(one, path), make_page(two, path)
        assert first == second
        assert first.made_from == made_from(one, path)
        assert parse_path(path).kind in {"archive", "year", "release", "version"}


BAD = (
    "", "/", "index", "index.html/", "/index.html", "releases", "releases/", "releases/harbour", "releases/harbour/",
    "releases/harbour/v0/index.html", "releases/harbour/v6/index.html", "releases/harbour/v01/index.html",
    "releases/harbour/v1/changes.html", "releases/harbour/v1/", "releases/harbour/v1/x.html",
    "releases/nobody/index.html",
    "releases/../harbour/index.html", "releases/harbour/v1/../v2/index.html", "releases/HARBOUR/index.html",
    "releases/harbour/changes/v2..v1.html", "releases/harbour/changes/v1..v9.html", "releases/harbour/v1/original.pdf",
    "releases/harbour/v3/original.txt", "releases/harbour/original-2.timemap.link", "years/1999.html", "years/x.html",
    "trust/root/9.json", "trust/root/../root/1.json", "releases%2Fharbour", "releases/harbour/v1/index.html\0",
    "releases/harbour/v999999999/record.json", "releases/con/index.html", "x" * 100_000, "\udcff", "site.json",
)  # fmt: skip


@pytest.mark.parametrize("path", BAD, ids=[f"{path[:40]!a}" for path in BAD])
def test_what_is_no_page_is_a_typed_error(world: World, path: str) -> None:
    """A path that the site does not have, and anything that is no path, is no page and never another error."""
    with pytest.raises(NoPageError):
        make_page(Site(world.archive), path)


def test_any_two_versions_compare(world: World) -> None:
    """A page of any two versions is made on request; that of neighbours says the same as the one that is listed."""
    site = Site(world.archive)
    far = make_page(site, "releases/harbour/changes/v1..v5.html").body.decode()
    assert "<del>Monday</del>" in far
    assert "<ins>masters</ins>" in far
    near = make_page(site, "releases/harbour/changes/v1..v2.html").body.decode()
    listed = make_page(site, "releases/harbour/v2/changes.html").body.decode()
    assert re.findall("<(?:del|ins)>.*?<", near) == re.findall("<(?:del|ins)>.*?<", listed) != []


def test_a_snapshot_can_be_asked_for(world: World) -> None:
    """The snapshot of a version is made on request, and verifies."""
    page = make_page(Site(world.archive), "releases/harbour/v2/snapshot.zip")
    assert verify_snapshot(page.body, subject="snapshot.zip").verdict == "verified"
    assert page.media_type == "application/zip"


def test_only_what_is_signed_stays_for_ever(world: World) -> None:
    """Immutable are record, signature, log entry and original; they are the bytes of the archive."""
    site = Site(world.archive)
    names = {path.rpartition("/")[2] for path in site_paths(site) if make_page(site, path).immutable}
    assert names == {"record.json", "record.json.sig", "statement.json", "original.txt"}


def grown() -> Iterator[tuple[World, set[str], set[str]]]:
    """An archive before and after a version more, with the paths whose digest stayed and the others."""
    world = make_world()
    before = Site(world.archive)
    digests = {path: made_from(before, path) for path in site_paths(before)}
    bodies = {path: make_page(before, path).body for path in digests}
    publish(world, "basin-zh", "关于关闭港口的公告\n\n一、北港池重新开放。\n", "2026-04-01", "zh")
    after = Site(world.archive)
    same = {path for path in digests if made_from(after, path) == digests[path]}
    assert all(make_page(after, path).body == bodies[path] for path in same)
    yield world, same, set(digests) - same


def test_a_version_more_changes_its_release_and_the_lists() -> None:
    """What a page is made from stays the same, with its bytes, unless its own release or the list of all has grown."""
    _, same, other = next(grown())
    assert all(path.startswith("releases/basin-zh/") or not path.startswith("releases/") for path in other)
    assert any(path.startswith("releases/harbour/") for path in same)


def test_proofs_stay_under_the_first_checkpoint() -> None:
    """The proof of a version is that of the first checkpoint that covers it, and stays when the archive grows."""
    world = make_world()
    path = version_path("harbour", 2, "inclusion.tlog-proof")
    before = make_page(Site(world.archive), path).body
    publish(world, "harbour", "Another notice\n\n1. It opens.\n", "2026-05-01")
    assert make_page(Site(world.archive), path).body == before
    assert parse_proof(before).index == Site(world.archive).entry("harbour", 2).index


def test_a_withdrawal_is_said_everywhere() -> None:
    """Page, timeline, feed, list and citation of a withdrawn version say so, under a checkpoint that knows it."""
    world = make_world()
    withdraw(world, "basin-zh/v1")
    site = Site(world.archive)
    for path in ("v1/index.html", "index.html", "feed.atom"):
        assert "Received twice." in make_page(site, f"releases/basin-zh/{path}").body.decode()
    assert "1 withdrawn" in make_page(site, "index.html").body.decode()
    assert "withdrawn by the archive on" in make_page(site, "releases/basin-zh/v1/index.html").body.decode()
    assert LATER[:10] in make_page(site, "releases/basin-zh/v1/index.html").body.decode()


@pytest.mark.parametrize("relation", ["continues", "replaces"])
def test_timelines_join_over_relations(relation: str) -> None:
    """A release that continues or replaces another has both timelines on its page, and so has the other."""
    world = World()
    world.publish("A notice\n\n1. It opens.\n", "first")
    related: list[Json] = [{"relation": relation, "target": "first"}]
    world.publish("A notice again\n\n1. It shuts.\n", "second", {"relations": related})
    site = Site(world.archive)
    assert "../../releases/first/v1/index.html" in make_page(site, "releases/second/index.html").body.decode()
    assert "../../releases/second/v1/index.html" in make_page(site, "releases/first/index.html").body.decode()


def test_a_release_is_listed_by_what_is_known_of_its_date() -> None:
    """Where nobody states a date of issue, a release is listed under the day on which it was received."""
    world = World()
    known: dict[str, Json] = {"issued": {"date": None, "basis": "unknown"}, "retrieved": "2020-09-18T09:26:00Z"}
    source = Source(b"A notice\n\n1. It opens.\n", "notice.txt", LATER)
    add_publication(world.store, world.keys, "notice", source, known, Author(LATER))
    site = Site(world.archive)
    assert "years/2020.html" in "\n".join(archive_paths(site))
    assert "retrieved 18 September" in make_page(site, "index.html").body.decode()


def test_without_an_address_links_are_relative() -> None:
    """Where nobody says where the site will be, no address is made up, and there is no sitemap."""
    world = World()
    world.publish("A notice\n\n1. It opens.\n")
    site = Site(world.archive)
    assert "sitemap.xml" not in archive_paths(site)
    assert b"https://" not in make_page(site, "releases/declaration/timemap.link").body
    told = Site(world.archive, Settings(address="https://elsewhere.example.org"))
    assert "sitemap.xml" in archive_paths(told)
    assert (
        b"<https://elsewhere.example.org/releases/declaration/>"
        in make_page(told, "releases/declaration/timemap.link").body
    )


def test_settings_are_part_of_what_a_page_is_made_from(world: World) -> None:
    """Another address, another search or another version of the software make other pages."""
    plain = Settings()
    others = [
        replace(plain, address="https://a.example.org"),
        replace(plain, search="server"),
        replace(plain, software="9"),
    ]
    digests = {made_from(Site(world.archive, one), "releases/harbour/v1/index.html") for one in (plain, *others)}
    assert len(digests) == 4


def test_damage_becomes_no_page() -> None:
    """A record that is not the one that the log names is an error with its check, and no page."""
    world = make_world()
    path = next(path for path in world.store.files if path.endswith("harbour/v1/content/record.json"))
    world.store._files[path] = world.store.files[path].replace(b"Monday", b"Sunday")
    with pytest.raises(IntegrityError):
        make_page(Site(world.archive), "releases/harbour/v1/index.html")


def test_the_page_of_a_version_is_small(out: Path) -> None:
    """Before its words, the page of a version has at most 60 KB, one style sheet, and nothing from elsewhere."""
    page = (out / "releases/harbour/v5/index.html").read_text(encoding="utf-8")
    assert page.index('id="words"') <= 60_000
    assert page.count("stylesheet") == 1
    assert not re.search(
        r'(?:src|href)="https?://(?!press\.example\.org/archive|harbour\.example\.org|purl\.org|schema\.org)', page
    )
    assert ADDRESS in page


def test_hostile_words_stay_words(out: Path) -> None:
    """What would be markup or turn words in a page stands in no file of the site as such."""
    for path in out.rglob("*"):
        if path.suffix in {".html", ".atom", ".xml"}:
            text = path.read_text(encoding="utf-8")
            assert "<script>" not in text
            assert "\u202e" not in text
            assert "<img" not in text


def test_release_paths_name_the_original_once(world: World) -> None:
    """Only the version that brought the bytes has them beside it; the others lead there."""
    site = Site(world.archive)
    originals = [path for path in release_paths(site, "harbour") if path.endswith("original.txt")]
    assert originals == [version_path("harbour", number, "original.txt") for number in (1, 2, 5)]
    assert 'href="../v2/original.txt"' in make_page(site, "releases/harbour/v4/index.html").body.decode()
