"""A work that was ended at any point is ended by the next run; nothing looks whole meanwhile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.site.conftest import stop_after, write
from tests.site.test_folder import contents, quiet, small_world

from muniment import files
from muniment.errors import UnavailableError
from muniment.site.folder import check_site, site_folder, write_site
from muniment.site.ledger import BEFORE, DONE, LEDGER, OWNER, SUMS, read_ledger
from muniment.site.site import Settings, Site

ADDRESS = "https://archive.example.org"


class Killed(BaseException):
    """Stands for a process that ends at once, and cleans nothing up."""


@pytest.mark.parametrize("stop", [2, 5, 8, 13, 20])
def test_settings_that_were_begun_with_do_not_stay_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """A release whose files were half written with other settings is not taken for what it was before."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    whole = contents(here)
    stop_after(monkeypatch, stop, Killed())
    with pytest.raises(Killed):
        write(world, here, Settings(address=ADDRESS))
    monkeypatch.undo()
    assert read_ledger(here).settings == Settings(address=ADDRESS)  # whoever ends it need not say it again
    write(world, here, Settings())
    assert contents(here) == whole


def test_the_first_settings_are_remembered_from_the_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work that makes a new site says what was chosen before it writes a page."""
    chosen = Settings(address=ADDRESS, snapshots=True)
    stop_after(monkeypatch, 0, Killed())
    with pytest.raises(Killed):
        write(small_world(), tmp_path / "here", chosen)
    assert read_ledger(tmp_path / "here").settings == chosen


def test_what_was_noted_and_is_not_on_the_disk_is_written(tmp_path: Path) -> None:
    """After a power cut a release may be noted as done whose files are empty, or have gone: they are made again."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    whole = contents(here)
    lines = "".join(
        f'["{name}","{there.made}","{there.sums.decode()}"]\n'.replace("\n", "\\n", there.sums.count(b"\n"))
        for name, there in read_ledger(here).releases.items()
    )
    for damage in ("empty", "gone", "link", "folder of links"):
        (here / LEDGER).unlink()
        (here / DONE).write_text(lines)
        assert set(read_ledger(here).releases) == {"one", "two", "three"}
        path = here / "releases/one/v1/index.html"
        if damage == "empty":
            path.write_bytes(b"")
        elif damage == "folder of links":
            shutil.move(path.parent, tmp_path / "away")
            path.parent.symlink_to(tmp_path / "away")
        else:
            path.unlink()
            if damage == "link":
                (tmp_path / "elsewhere").write_bytes(whole["releases/one/v1/index.html"])
                path.symlink_to(tmp_path / "elsewhere")
        report = write_site(Site(world.archive), here, read_ledger(here), quiet)
        assert report.releases == 1
        assert contents(here) == whole
        assert not any(one.is_symlink() for one in here.rglob("*"))


@pytest.mark.parametrize("name", [OWNER, SUMS, LEDGER, "feed.atom"])
def test_no_file_without_a_name_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whoever is killed while a file is written beside the one that it replaces leaves it; the next run removes it."""
    world, here = small_world(), tmp_path / "here"
    if name != OWNER:
        write(world, here)

    def killed(path: Path, data: bytes, mode: int) -> None:
        if path.name.startswith(f".{name}.") and path.parent == here:
            path.write_bytes(data[:9])
            raise Killed
        real_new(path, data, mode)

    real_new = files._write_new
    monkeypatch.setattr(files, "_write_new", killed)
    with pytest.raises(Killed):
        write(world, here, Settings(address=ADDRESS))
    assert [path.name for path in here.rglob(".*") if path.name.endswith(".tmp")]
    monkeypatch.undo()
    write(world, here, Settings(address=ADDRESS))
    write(world, tmp_path / "new", Settings(address=ADDRESS))
    assert contents(here) == contents(tmp_path / "new")


def test_a_full_disk_is_said_with_the_file(tmp_path: Path) -> None:
    """Where not even a line of what is done can be written, the error names its file, and nothing looks whole."""
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full here")
    world, here = small_world(), tmp_path / "here"
    site = Site(world.archive)
    with site_folder(here, site):
        (here / DONE).symlink_to("/dev/full")
        with pytest.raises(UnavailableError) as caught:
            write_site(site, here, read_ledger(here), quiet)
    assert caught.value.where == str(here / DONE)
    assert not (here / LEDGER).exists()


def test_what_lies_in_our_folders_and_is_no_file_is_found(tmp_path: Path) -> None:
    """A check names empty folders, pipes, links to the very bytes, leftovers and a lost mark; they go."""
    world, here = small_world(), tmp_path / "here"
    write(world, here)
    whole = contents(here)
    (here / "releases/empty/deep").mkdir(parents=True)
    (here / ".about.html.0123abcd.tmp").write_bytes(b"ab")
    page = here / "releases/one/v1/index.html"
    (tmp_path / "away").write_bytes(page.read_bytes())
    page.unlink()
    page.symlink_to(tmp_path / "away")
    wanted = {
        "releases/empty/deep": "does not belong here",
        ".about.html.0123abcd.tmp": "does not belong here",
        "releases/one/v1/index.html": "missing",
    }
    if hasattr(os, "mkfifo"):
        os.mkfifo(here / "releases/one/v1/pipe")
        wanted["releases/one/v1/pipe"] = "does not belong here"
    owner = (here / OWNER).read_bytes()
    (here / OWNER).write_bytes(b"x")
    wanted[OWNER] = "other bytes"
    assert {fault.path: fault.what for fault in check_site(Site(world.archive), here, quiet)} == wanted
    (here / OWNER).write_bytes(owner)
    (here / LEDGER).rename(here / BEFORE)
    write(world, here)
    assert check_site(Site(world.archive), here, quiet) == ()
    assert contents(here) == whole
    assert not (here / "releases/empty").exists()
