"""Writes docs/images/timeline.png and docs/images/changes.png: a timeline and a page of changes of a web site.

Needs Chromium.  Run it again after a change of the pages, and look at the pictures.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

TOP = Path(__file__).resolve().parents[1]
PICTURES = {
    "timeline.png": ("releases/north-basin/index.html", 960, 900),
    "changes.png": ("releases/north-basin/v3/changes.html", 960, 720),
}


def make_site(folder: Path) -> Path:
    """Archive the examples, each on its day, and write the web site."""
    here = {"HOME": str(folder), "ARCHIVE_DIR": str(folder / "harbour"), "ARCHIVE_KEYS": str(folder / "keys")}
    environment = {**os.environ, **here, "ARCHIVE_MEMORY": str(folder / "memory"), "SOURCE_DATE_EPOCH": "1774008000"}
    command = str(Path(sys.executable).parent / "archive")

    def run(*arguments: str) -> None:
        subprocess.run([command, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)

    run("init", str(folder / "harbour"), "--origin", "press.example.org/harbour")
    for file in sorted((TOP / "examples" / "harbour").iterdir()):
        dates = ("--issued", file.stem, "--issued-basis", "stated")
        described = ("--language", "en", "--issuer", "Port of Westhaven", "--subject", "harbours")
        run("add", str(file), "--release", "north-basin", *dates, *described)
    run("site", str(folder / "site"))
    return folder / "site"


def main() -> None:
    """Take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        site = make_site(Path(folder))
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (page, width, height) in PICTURES.items():
            view = browser.new_page(viewport={"width": width, "height": height})
            view.goto((site / page).as_uri())
            view.screenshot(path=TOP / "docs" / "images" / name)
        browser.close()


if __name__ == "__main__":
    main()
