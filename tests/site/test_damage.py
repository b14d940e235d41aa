"""Whatever is damaged in an archive, its site says which check fails, shows no word of it, and has all the rest."""

from __future__ import annotations

import json
import re
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from tests.joining import with_key
from tests.site.conftest import LATER, make_world, write
from tests.site.served import ADDRESS, MOVED, NOTICE, ask, server_of, with_history
from tests.snapshot.conftest import World

from muniment.archive import Archive, open_archive
from muniment.errors import IntegrityError, MunimentError
from muniment.site.catalogue import parse_rows
from muniment.site.folder import check_site, site_folder, write_site
from muniment.site.ledger import LEDGER, read_ledger
from muniment.site.pages import site_paths
from muniment.site.site import Settings, Site
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.trust.next_root import with_revoked
from muniment.trust.root import Revocation
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Keys

FORGED = "Zeppelin"
"""A word that nobody signed."""

STORED = re.compile("releases/(?:.+/)?(harbour|tide)/v([0-9])/content/(.+)")
ASKED = (
    "/search?q=harbour",
    f"/search?q={FORGED}",
    "/when?phrase=six+weeks",
    f"/when?phrase={FORGED}",
    f"/timegate/{NOTICE}",
    f"/timegate/{MOVED}",
    f"/timemap/link/{NOTICE}",
    f"/timegate/{ADDRESS}/releases/tide/",
    "/releases/harbour/changes/v1..v5.html",
    "/releases/harbour/v5/snapshot.zip",
)
JSON_ASKED = (
    "/",
    "/releases/tide/",
    "/releases/harbour/v2/",
    "/releases/harbour/v2/changes.html",
    "/releases/harbour/v5/blame",
    "/when?phrase=six+weeks",
    f"/search?q={FORGED}",
)


def damaged(data: bytes) -> bytes:
    """Bytes with other words where there are some, else with one bit changed in their midst."""
    for word in (b"harbour is", b"High at noon"):
        if word in data:
            return data.replace(word, FORGED.encode().ljust(len(word)))
    place = len(data) // 2
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.fixture
def store(empty_archive: MemoryStore, keys: Keys) -> MemoryStore:
    """An archive with a history."""
    return with_history(empty_archive, keys)


@pytest.mark.parametrize("way", ["changed", "gone", "empty"])
def test_every_file_of_an_archive(store: MemoryStore, way: str) -> None:
    """With any file changed, gone or empty, nothing that is asked for ends in an error of ours or in unsigned words."""
    paths = [f"/{path}" for path in site_paths(Site(open_archive(store), Settings(ADDRESS, search="server")))]
    whole, opened = dict(store.files), 0
    for name in sorted(whole):
        files = {**whole, name: damaged(whole[name]) if way == "changed" else b""}
        if way == "gone":
            del files[name]
        try:
            server = server_of(MemoryStore(files))
        except MunimentError:  # the command says what it is, and does not begin
            continue
        opened += 1
        # What a version lets nobody see, no path gives; of what is of no version a sample is asked for.
        near = [path for path in paths if _is_near(name, path)]
        for target in (*near, *ASKED):
            response = ask(server, target)
            assert response.status in {200, 302, 404, 503}, (name, target, response.body)
            assert FORGED.encode() not in response.body.replace(b"phrase=Zeppelin", b"").replace(_echo(target), b""), (
                name,
                target,
            )
        for target in JSON_ASKED:
            response = ask(server, target, accept="application/json")
            assert response.status in {200, 404, 503}, (name, target, response.body)
    assert opened > 30


def _echo(target: str) -> bytes:
    """What was asked for, which a page of answers says again."""
    return FORGED.encode() if FORGED in target else b"\0"


def _is_near(name: str, path: str) -> bool:
    match = STORED.fullmatch(name)
    if match is None:
        return path.count("/") < 3 or path.startswith(("/releases/tide", "/releases/harbour/v2/"))
    return path.startswith(f"/releases/{match[1]}/") or path.count("/") < 3


@pytest.mark.parametrize("name", ["record.json", "record.json.sig"])
@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_version_that_does_not_verify(store: MemoryStore, number: int, name: str) -> None:
    """Its page says which check fails; lists and feeds mark it; the other versions come as they were."""
    before, whole = server_of(store), dict(store.files)
    (path,) = [one for one in whole if one.endswith(f"harbour/v{number}/content/{name}")]
    store._files[path] = damaged(whole[path])
    server = server_of(store)
    page = ask(server, f"/releases/harbour/v{number}/")
    assert (page.status, page.header("ETag"), page.header("Cache-Control")) == (503, None, "no-store")
    assert b"does not verify</strong>: check 9, entry: " in page.body
    entry = open_archive(store).history("harbour")[number - 1]
    assert entry.statement.record.encode() in page.body
    assert ask(server, f"/releases/harbour/v{number}/record.json").status == 503
    assert ask(server, f"/releases/harbour/v{number}/statement.json").status == 200
    for other in {1, 2, 3, 4, 5} - {number}:
        target = f"/releases/harbour/v{other}/record.json"
        assert ask(server, target).body == ask(before, target).body
        assert ask(server, f"/releases/harbour/v{other}/").status == 200
        compared = ask(server, f"/releases/harbour/v{other}/changes.html")
        assert compared.status == (404 if other == 1 else 503 if other == number + 1 else 200)
    assert b"Does not verify, and is not shown: check 9" in ask(server, "/releases/harbour/").body
    assert f"harbour/v{number} does not verify".encode() in ask(server, "/feed.atom").body
    assert f"harbour/v{number} does not verify".encode() in ask(server, "/releases/harbour/feed.json").body
    (row,) = [one for one in parse_rows(ask(server, "/releases.json").body) if one.release == "harbour"]
    assert (bool(row.fault), row.versions, row.title) == (number == 5, 5, "Notice")
    assert (b"version 5 does not verify" in ask(server, "/").body) == (number == 5)
    listed = json.loads(ask(server, "/", accept="application/json").body)
    assert [one["release"] for one in listed["releases"]] == ["tide"]
    assert listed["doubts"][0]["subject"] == "harbour"


def test_what_is_mended_is_shown_at_once(store: MemoryStore) -> None:
    """A server that said that a version does not verify shows it as soon as its file is the right one again."""
    (path,) = [one for one in store.files if one.endswith("tide/v1/content/record.json")]
    whole = store.files[path]
    store._files[path] = damaged(whole)
    server = server_of(store)
    targets = ("/releases/tide/v1/", "/", "/releases/tide/", "/feed.json", "/releases/tide/v1/record.json")
    assert [ask(server, target).status for target in targets] == [503, 200, 200, 200, 503]
    assert all(b"does not verify" in ask(server, target).body.lower() for target in targets)
    store._files[path] = whole
    fresh = server_of(store)
    assert [ask(server, target) for target in targets] == [ask(fresh, target) for target in targets]


def test_a_mark_on_another_release_is_taken_back_too() -> None:
    """Where a timeline shows one that it replaces, what was wrong there is not said any longer than it is so."""
    world = make_world()
    (path,) = [one for one in world.store.files if one.endswith("quay/v1/content/record.json")]
    whole = world.store.files[path]
    world.store._files[path] = damaged(whole)
    server = server_of(world.store)
    assert b"Does not verify" in ask(server, "/releases/basin-ar/").body
    assert b"Does not verify" not in ask(server, "/releases/harbour/").body
    world.store._files[path] = whole
    assert b"Does not verify" not in ask(server, "/releases/basin-ar/").body


def broken_links(folder: Path) -> list[str]:
    """The links of all pages that lead to no file."""
    found = []
    for page in folder.rglob("*.html"):
        here = page.relative_to(folder).as_posix()
        links = re.findall(r'(?:href|src)="([^"#?]+)[^"]*"', page.read_text(encoding="utf-8"))
        own = (href for href in links if ":" not in href)
        found += [f"{here}: {href}" for href in own if not (folder / normpath(join(dirname(here), href))).exists()]
    return found


def test_a_folder_of_a_damaged_archive(store: MemoryStore, tmp_path: Path) -> None:
    """With any file of a version damaged, the folder is whole but for it, names it, and has no broken link."""
    whole, number = dict(store.files), 0
    for name in sorted(whole):
        match = STORED.fullmatch(name)
        if match is None:
            continue
        number += 1
        store._files = {**whole, name: damaged(whole[name])}
        folder, site = tmp_path / str(number), Site(open_archive(store))
        with site_folder(folder, site):
            report = write_site(site, folder, read_ledger(folder), lambda *_: None)
        part = "/original" if match[3].startswith("original") else ""
        assert list(report.doubts) == [f"{match[1]}/v{match[2]}{part}"], name
        assert (folder / LEDGER).exists()
        assert not broken_links(folder), name
        assert not any(FORGED in one.read_text(encoding="utf-8") for one in folder.rglob("*.*") if one.is_file())
        assert check_site(Site(open_archive(store)), folder, lambda *_: None) == ()
    assert number > 14


def test_a_release_that_is_mended_is_made_again(store: MemoryStore, tmp_path: Path) -> None:
    """What did not verify is looked at by each run; mended, the folder is that of an archive that never was damaged."""
    whole = dict(store.files)
    (path,) = [one for one in whole if one.endswith("harbour/v5/content/record.json")]
    folder = tmp_path / "out"

    def run() -> dict[str, str]:
        before = read_ledger(folder)
        site = Site(open_archive(store), None, before.rows)
        with site_folder(folder, site):
            return dict(write_site(site, folder, before, lambda *_: None).doubts)

    store._files[path] = damaged(whole[path])
    assert list(run()) == list(run()) == ["harbour/v5"]
    store._files[path] = whole[path]
    assert run() == run() == {}
    assert check_site(Site(open_archive(store)), folder, lambda *_: None) == ()
    assert "does not verify" not in (folder / "index.html").read_text(encoding="utf-8")


def test_a_revoked_key_takes_one_version_out(tmp_path: Path) -> None:
    """A version whose key is revoked at its place is named and not shown, and the others are."""
    world = World()
    world.publish("A notice\n\n1. It opens.\n", "one", {"language": "en"})
    world.publish("A notice\n\n1. Zeppelin.\n", "one", {"language": "en"})
    other = PrivateKey.from_seed(b"another key of the archive".ljust(32))

    def revoke(archive: Archive) -> NextRoot:
        size, root = archive.checkpoint.size, archive.chain[-1]
        revoked = with_revoked(root, size, world.keys.record.public, Revocation(2, LATER, "laptop stolen"))
        return NextRoot(with_key(revoked, size, other, newest=root))

    add_root(world.store, RootKeys([world.root_key], world.keys.log), revoke, LATER)
    folder = tmp_path / "out"
    site = write(world, folder)
    assert {name: fault.check for name, fault in site.faults.items()} == {"one/v2": 8}
    assert not (folder / "releases/one/v2/record.json").exists()
    assert "check 8, signer" in (folder / "releases/one/v2/index.html").read_text(encoding="utf-8")
    assert "It opens" in (folder / "releases/one/v1/index.html").read_text(encoding="utf-8")
    assert not any("Zeppelin" in one.read_text(encoding="utf-8") for one in folder.rglob("*.*") if one.is_file())


def test_a_log_that_does_not_verify_is_no_site(store: MemoryStore, tmp_path: Path) -> None:
    """Where the log itself is damaged nothing says which versions there are: no folder, and 503 for every page."""
    bundles = [name for name in store.files if name.startswith("log/tile/entries")]
    for name in bundles:
        store._files[name] = damaged(store.files[name])
    site = Site(open_archive(store))
    with site_folder(tmp_path / "out", site), pytest.raises(IntegrityError):
        write_site(site, tmp_path / "out", read_ledger(tmp_path / "out"), lambda *_: None)
    assert not (tmp_path / "out" / LEDGER).exists()
    server = server_of(store)
    assert [ask(server, target).status for target in ("/", "/releases/tide/", "/feed.atom")] == [503] * 3
    assert b"check 10, log" in ask(server, "/").body
