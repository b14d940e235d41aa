"""``docs/hand-over.md`` takes an archive from one keeper to another: its commands are run, in order, by both.

``MUNIMENT_GOLDEN=write`` in the environment writes what they print into the page anew, for a deliberate change.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.test_story import BLOCK, play, stage

PAGE = Path(__file__).resolve().parents[1] / "docs" / "hand-over.md"


def _anna() -> None:
    os.environ.update(ARCHIVE_MEMORY="keeper", ARCHIVE_KEYS="keys")


def _ben() -> None:
    os.environ.update(ARCHIVE_MEMORY="ben", ARCHIVE_KEYS="bens-keys")


SETTINGS = {"anna": _anna, "ben": _ben}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The page with what its commands print, and the folder that they leave."""
    folder = tmp_path_factory.mktemp("hand-over")
    with stage(folder):
        yield play(PAGE.read_text(encoding="utf-8"), SETTINGS), folder


def test_page(played: tuple[str, Path]) -> None:
    """The page shows just what the commands print, and leaves out nothing."""
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        PAGE.write_text(played[0], encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    assert played[0] == page
    assert page.count("```console") == len(BLOCK.findall(page)) == 10


def test_what_comes_of_it(played: tuple[str, Path]) -> None:
    """Both look at one sound archive; who handed it over can sign nothing more, and who has it can."""
    page, _ = played
    blocks = [match[3] for match in BLOCK.finditer(page)]
    assert "Authentic: 3 versions of 1 release" in blocks[-2]
    assert "grown from 3 to 7 entries since this machine last looked" in blocks[-2]
    assert "this key may not sign records of this archive" in blocks[-1]
    assert "there is no root key" in blocks[-1]
    assert "harbour/v3" in blocks[-3]


def test_nothing_secret_travels(played: tuple[str, Path]) -> None:
    """No private key stands in what was printed or sent; each new one is for the eyes of its owner alone."""
    page, folder = played
    sent = [folder / name for name in ("key-request.json", "next-root.json", "next-root.json.sig")]
    assert "PRIVATE KEY" not in page + "".join(path.read_text() for path in sent)
    kept = sorted(path for path in (folder / "bens-keys").iterdir() if path.suffix != ".pub")
    assert [path.name for path in kept] == ["log", "log-3", "record-2", "root-3"]
    assert os.name == "nt" or {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert not list((folder / "keys").glob("*-*"))
