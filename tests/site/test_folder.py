"""A folder holds a whole site or none that looks whole, whatever interrupts the work; only what changed is written."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.site.conftest import make_world, publish, stop_after, write
from tests.snapshot.conftest import World

from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, InputError, LockedError, SchemaError
from muniment.site import folder as folders
from muniment.site.catalogue import parse_rows
from muniment.site.folder import check_site, site_folder, write_site
from muniment.site.ledger import DONE, LEDGER, OWNER, read_ledger
from muniment.site.site import Settings, Site

SMALL = "A notice\n\n1. It opens.\n"


def small_world() -> World:
    """An archive of three releases."""
    world = World()
    for release in ("one", "two", "three"):
        publish(world, release, SMALL, "2026-01-01")
    return world


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def quiet(*_: int) -> None:
    """Tell nobody."""


def test_a_site_that_grew_is_the_site_made_anew(tmp_path: Path) -> None:
    """After each addition, what was kept and what was written are together the bytes of a new site."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    for day, release in (("2026-02-01", "two"), ("2026-02-02", "four"), ("2026-02-03", "two")):
        publish(world, release, f"{SMALL}\n2. {day}.\n", day)
        write(world, here)
        write(world, tmp_path / day)
        assert contents(here) == contents(tmp_path / day)


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    """A second run writes nothing; after an addition the files of other releases are not even looked at."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    site = Site(world.archive)
    report = write_site(site, here, read_ledger(here), quiet)
    assert (report.written, report.removed, report.releases) == (0, 0, 0)
    untouched = here / "releases/one/v1/index.html"
    untouched.write_text("whatever")
    publish(world, "two", f"{SMALL}\n2. More.\n", "2026-02-01")
    report = write_site(Site(world.archive), here, read_ledger(here), quiet)
    assert report.releases == 1
    assert untouched.read_text() == "whatever"


@pytest.mark.parametrize("stop", range(1, 46, 4))
def test_an_interruption_leaves_no_whole_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
    """Wherever the work stops, there is no ``site.json``; the next run ends it, and makes nothing twice."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    for release in ("one", "two", "three"):
        publish(world, release, f"{SMALL}\n2. More.\n", "2026-02-01")
    stop_after(monkeypatch, stop, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write(world, here)
    assert not (here / LEDGER).exists()
    finished = (here / DONE).read_bytes().count(b'["')
    monkeypatch.undo()
    site = Site(world.archive)
    report = write_site(site, here, read_ledger(here), quiet)
    assert report.releases == 3 - finished
    write(world, tmp_path / "new")
    assert contents(here) == contents(tmp_path / "new")


def test_several_processes_make_the_same_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made by two processes the folder has the same bytes, the same report, and names the same that does not verify."""
    world = make_world()
    (path,) = [name for name in world.store.files if name.endswith("basin-zh/v2/content/record.json")]
    world.store._files[path] = world.store.files[path].replace(b"1", b"2", 1)
    monkeypatch.setattr(folders, "WORTH_SHARING", 2)
    reports = []
    for jobs in (1, 2):
        here, site = tmp_path / str(jobs), Site(world.archive)
        with site_folder(here, site):
            reports.append(write_site(site, here, read_ledger(here), quiet, jobs=jobs))
    assert reports[0] == reports[1]
    assert list(reports[1].doubts) == ["basin-zh/v2"]
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_a_line_that_was_cut_off_is_none(tmp_path: Path) -> None:
    """What says that a release is done counts only whole."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    whole = contents(here)
    (here / LEDGER).rename(here / ".site-before.json")
    (here / "releases/one/v1/index.html").write_text("half")
    (here / DONE).write_bytes(b'["one","00')
    publish(world, "one", f"{SMALL}\n2. More.\n", "2026-02-01")
    write(world, here)
    write(world, tmp_path / "new")
    assert contents(here) == contents(tmp_path / "new") != whole


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """A folder with something in it that is no site, or the site of another archive, is left as it is."""
    world = small_world()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Dear Sir")
    with pytest.raises(InputError, match="something else than a site"):
        write(world, tmp_path / "letters")
    assert contents(tmp_path / "letters") == {"letter.txt": b"Dear Sir"}
    other = World(first_seed=50)
    publish(other, "one", SMALL, "2026-01-01")
    write(other, tmp_path / "other")
    before = contents(tmp_path / "other")
    with pytest.raises(InputError, match="another archive"):
        write(world, tmp_path / "other")
    assert contents(tmp_path / "other") == before


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A folder in which a link stands where ours would be is refused."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    shutil.rmtree(here / "releases")
    (here / "releases").symlink_to(tmp_path)
    with pytest.raises(InputError, match="link"):
        write(world, here)


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    """A link below ours, or in the place of a book, takes no write or removal elsewhere; a site made anew has none."""
    world, here, away = small_world(), tmp_path / "here", tmp_path / "away"
    write(world, here)
    (away / "v1").mkdir(parents=True)
    (away / "v1" / "index.html").write_text("precious")
    shutil.rmtree(here / "releases/one")
    (here / "releases/one").symlink_to(away)
    (here / LEDGER).unlink()
    write(world, here)
    write(world, tmp_path / "new")
    assert contents(here) == contents(tmp_path / "new")
    assert contents(away) == {"v1/index.html": b"precious"}
    for book in (OWNER, LEDGER, DONE, "SHA256SUMS", ".site-before.json"):
        write(world, tmp_path / book)
        (tmp_path / book / book).unlink(missing_ok=True)
        (tmp_path / book / book).symlink_to(away / "v1" / "index.html")
        with pytest.raises(InputError, match="link"):
            write(world, tmp_path / book)
    assert contents(away) == {"v1/index.html": b"precious"}


def _say(folder: Path, sums: bytes, **more: object) -> None:
    """Let the books of a folder say something else, and fit together."""
    value = json.loads((folder / LEDGER).read_bytes())
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / LEDGER).write_text(json.dumps({**value, "sums": format_digest(sha256_hex(sums)), **more}))


def test_a_folder_names_no_file_outside_of_it(tmp_path: Path) -> None:
    """Whoever may write to the folder cannot have files elsewhere removed, by their names or over a link."""
    world, here, away = small_world(), tmp_path / "here", tmp_path / "away"
    write(world, here)
    whole = contents(here)
    away.mkdir()
    (away / "letter.txt").write_text("Dear Sir")
    (here / "years/away").symlink_to(away)
    names = ("../away/letter.txt", f"{away}/letter.txt", "years/../../away/letter.txt", "years/away/letter.txt")
    for name in names:
        lines = f"{'0' * 64}  {name}\n".encode()
        _say(here, lines + whole["SHA256SUMS"])
        write(world, here)
        assert (away / "letter.txt").exists()
        (here / LEDGER).rename(here / ".site-before.json")
        (here / DONE).write_text(json.dumps(["gone", "00", lines.decode()]) + "\n")
        write(world, here)
        assert (away / "letter.txt").exists()
    assert contents(here) == whole


def test_books_that_are_none_are_not_believed(tmp_path: Path) -> None:
    """Whatever stands in the books of a folder, the site is made, and no book of it is an error."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    whole = contents(here)
    rows = sha256_hex(whole["releases.json"]).encode()
    for sums, root in (
        (whole["SHA256SUMS"].replace(b"about.html", b"ab\xffut.html"), None),
        (whole["SHA256SUMS"].replace(rows, sha256_hex(b"[1]").encode()), None),
        (whole["SHA256SUMS"], "AAA"),
        (whole["SHA256SUMS"], "é"),
    ):
        (here / "releases.json").write_bytes(b"[1]" if root is None else whole["releases.json"])
        _say(here, sums, **({} if root is None else {"checkpoint": {"size": 3, "root": root}}))
        write(world, here)
        assert contents(here) == whole
    for line in ("5", "[1,2,3]", '["one",1,null]', '[[],"a","b"]', '["one"]', "null", '"abc"', '["one","a","\u00e9"]'):
        (here / LEDGER).rename(here / ".site-before.json")
        (here / DONE).write_text(f"{line}\n")
        write(world, here)
        assert contents(here) == whole


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_file_is_missing(tmp_path: Path) -> None:
    """A check waits for no pipe, and names what is no file; then only a folder has to be taken away by hand."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    whole = contents(here)
    (here / "about.html").unlink()
    os.mkfifo(here / "about.html")
    (here / "site.css").unlink()
    (here / "site.css").symlink_to(os.devnull)
    shutil.rmtree(here / "releases/two/v1")
    (here / "releases/two/v1").write_text("a file")
    (here / "icon.svg").unlink()
    (here / "icon.svg").mkdir()
    faults = {fault.path: fault.what for fault in check_site(Site(world.archive), here, quiet)}
    wanted = {"about.html", "site.css", "icon.svg", "releases/two/v1/index.html"}
    assert {faults[path] for path in wanted} == {"missing"}
    (here / LEDGER).unlink()
    with pytest.raises(InputError, match="a folder stands where"):
        write(world, here)
    (here / "icon.svg").rmdir()
    write(world, here)
    assert contents(here) == whole


def test_two_writers_do_not_mix(tmp_path: Path) -> None:
    """While one writes, another is told so."""
    world, here = small_world(), tmp_path / "here"
    site = Site(world.archive)
    with site_folder(here, site), pytest.raises(LockedError), site_folder(here, site):
        pass


def test_what_no_longer_belongs_goes(tmp_path: Path) -> None:
    """Files that the settings no longer ask for go; what somebody laid beside the site stays."""
    world, here = small_world(), tmp_path / "here"
    write(world, here, Settings(snapshots=True))
    (here / "robots.txt").write_text("User-agent: *\n")
    assert (here / "releases/one/v1/snapshot.zip").exists()
    write(world, here, Settings(snapshots=False))
    assert not list(here.rglob("snapshot.zip"))
    assert (here / "robots.txt").exists()


def test_a_check_finds_every_difference(tmp_path: Path) -> None:
    """A check names what is missing, what is other, and what does not belong, and writes nothing."""
    world, here = small_world(), tmp_path / "here"
    site = write(world, here)
    assert check_site(Site(world.archive, site.settings), here, quiet) == ()
    (here / "releases/one/v1/record.json").write_bytes(b"{}")
    (here / "releases/two/index.html").unlink()
    (here / "releases/two/more.html").write_text("more")
    before = contents(here)
    faults = check_site(Site(world.archive, site.settings), here, quiet)
    assert {(fault.path, fault.what) for fault in faults} == {
        ("releases/one/v1/record.json", "other bytes"),
        ("releases/two/index.html", "missing"),
        ("releases/two/more.html", "does not belong here"),
    }
    assert contents(here) == before


def test_a_ledger_that_does_not_fit_is_not_believed(tmp_path: Path) -> None:
    """Where ``SHA256SUMS`` is not the one that ``site.json`` names, every file is compared again."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    (here / "releases/one/v1/index.html").write_text("other")
    (here / "SHA256SUMS").write_text("nothing\n")
    write(world, here)
    write(world, tmp_path / "new")
    assert contents(here) == contents(tmp_path / "new")


def test_what_programs_read_is_read_strictly(tmp_path: Path) -> None:
    """``releases.json`` and ``site.json`` keep to their schemas, and are read back to the same values."""
    world, here = make_world(), tmp_path / "here"
    site = write(world, here)
    data = (here / "releases.json").read_bytes()
    assert {row.release: row for row in parse_rows(data)} == site.rows
    value = json.loads(data)
    with pytest.raises(SchemaError):
        parse_rows(json.dumps({**value, "more": 1}).encode())
    with pytest.raises(FormatError):
        parse_rows((here / LEDGER).read_bytes())
    ledger = read_ledger(here)
    assert ledger.whole
    assert set(ledger.releases) == set(site.archive.releases)
    assert (here / OWNER).read_bytes().startswith(b"web site of ")
