"""An archive in which there is something of everything that a site shows, and its site in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread

import pytest
from tests.snapshot.conftest import World

from muniment.canonical import Json
from muniment.ingest import Source, locate
from muniment.record import Emendation, Record
from muniment.site import page_files
from muniment.site.folder import Extra, site_folder, write_site
from muniment.site.ledger import read_ledger
from muniment.site.pages import body_or_fault
from muniment.site.site import Settings, Site
from muniment.trust.next_root import with_withdrawn
from muniment.trust.root import Withdrawal
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Author, add_description, add_emendations, add_publication

ADDRESS = "https://press.example.org/archive"
URI = "https://harbour.example.org/notice"
LATER = "2026-11-24T10:00:00Z"

HARBOUR = """Notice on the harbour

1. The harbour [sic] closes on Monday, and every vessel leaves the inner basin
before noon.

2. The ferry runs at six.

3. The ferry runs at seven.

4. The ferry runs at eight.

5. The wardens keep the keys of both gates.
"""
ARABIC = """بيان بشأن إغلاق الميناء

1. أعلنت إدارة الميناء يوم الاثنين أن الحوض الشمالي مغلق أمام جميع السفن حتى إشعار آخر.

2. تستأنف العبّارات رحلاتها في الساعة السادسة صباحًا.
"""
CHINESE = """关于关闭港口的公告

一、港务局星期一宣布，北港池对所有船只关闭，直至另行通知。

二、渡轮于早上六时恢复航行。
"""
HOSTILE = """<script>document.title="owned"</script> & <b>Notice</b> \u202eturned

1. <img src=x onerror="document.title='owned'"> \u2066 red, a "quote" and an &amp; \u200b.
"""


def publish(world: World, release: str, text: str, day: str, language: str = "en", **more: Json) -> None:
    """Add a publication that was retrieved on a day."""
    about: dict[str, Json] = {"language": language, "issued": {"date": day, "basis": "stated"}, "uri": URI}
    source = Source(text.encode(), "notice.txt", day)
    add_publication(world.store, world.keys, release, source, {**about, "retrieved": day, **more}, Author(LATER))


def emend(world: World) -> None:
    """Correct a word of the notice on the harbour."""

    def correct(record: Record, by: str) -> list[Emendation]:
        paragraph = next(one for one in record.paragraphs if one.id == "p1")
        start, end = locate(paragraph, "[sic] ")
        return [Emendation("p1", start, end, "omitted", "", "a mark of the copyist", by)]

    add_emendations(world.store, world.keys, "harbour", correct, {}, Author(LATER))


def make_world() -> World:
    """An archive: a notice in five versions, two scripts more, words that would do harm, one that replaces another."""
    world = World(site=ADDRESS)
    world.publish("An older notice\n\n1. The quay is closed.\n", "quay", {"language": "en"})
    publish(world, "harbour", HARBOUR, "2026-02-03", issuer="Port of Example", subjects=["harbours", "ferries"])
    changed = HARBOUR.replace("on Monday", "on Tuesday").replace("ferry runs at seven", "ferry stays in port")
    publish(world, "harbour", changed, "2026-02-09")
    add_description(
        world.store,
        world.keys,
        "harbour",
        {"genre": {"term": "press release", "basis": "stated"}},
        Author(LATER, note="The genre was missing."),
    )
    emend(world)
    publish(world, "harbour", changed.replace("5. The wardens", "5. The masters"), "2026-03-01")
    replaces: list[Json] = [{"relation": "replaces", "target": "quay"}]
    publish(world, "basin-ar", ARABIC, "2025-11-02", "ar", relations=replaces)
    publish(world, "basin-ar", ARABIC.replace("السادسة", "السابعة"), "2025-11-05", "ar", relations=replaces)
    publish(world, "basin-zh", CHINESE, "2025-12-02", "zh")
    publish(world, "basin-zh", CHINESE.replace("六时", "七时"), "2025-12-05", "zh")
    publish(world, "hostile", HOSTILE, "2026-01-01", issuer='"><script>alert(1)</script>', subjects=["a & <b>"])
    publish(world, "hostile", HOSTILE.replace("red", "green"), "2026-01-02")
    return world


def withdraw(world: World, name: str) -> None:
    """Withdraw a version."""
    record = next(e.statement.record for es in world.archive.versions.values() for e in es if e.statement.name == name)
    release, _, version = name.rpartition("/v")
    gone = Withdrawal(release, int(version), record, LATER, "Received twice.")
    made = RootKeys([world.root_key], world.keys.log)
    add_root(world.store, made, lambda archive: NextRoot(with_withdrawn(archive.chain[-1], gone)), LATER)


def write(world: World, folder: Path, settings: Settings | None = None, extra: Extra | None = None) -> Site:
    """Write the site of an archive as it is now."""
    before = read_ledger(folder)
    site = Site(world.archive, settings, before.rows)
    with site_folder(folder, site):
        write_site(site, folder, before, lambda *_: None, extra)
    return site


@pytest.fixture(scope="session")
def world() -> World:
    """The archive; no test lets it grow."""
    return make_world()


@pytest.fixture(scope="session")
def out(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its site, with snapshots; no test changes it."""
    folder = tmp_path_factory.mktemp("site") / "out"
    write(world, folder, Settings(snapshots=True))
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine, as any host does, while the generator lives."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def base(out: Path) -> Iterator[str]:
    """The address of the site, served as it is."""
    yield from serve(out)


def stop_after(monkeypatch: pytest.MonkeyPatch, pages: int, error: BaseException) -> None:
    """End whatever makes pages when so many are made, until that is undone."""
    made = count(1)

    def stopping(site: Site, path: str) -> bytes:
        if next(made) > pages:
            raise error
        return body_or_fault(site, path)

    monkeypatch.setattr(page_files, "body_or_fault", stopping)
