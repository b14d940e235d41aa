"""Writes docs/images/diff.png, the picture in the README: the page of what changed between the examples.

Needs Chromium.  Run it again after a change of the page, and look at the picture.
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
PICTURE = TOP / "docs" / "images" / "diff.png"
WIDTH, HEIGHT = 960, 720


def make_page(folder: Path) -> Path:
    """Archive the examples and compare the first with the last, as a newcomer would."""
    here = {"HOME": str(folder), "ARCHIVE_DIR": str(folder / "harbour"), "ARCHIVE_KEYS": str(folder / "keys")}
    environment = {**os.environ, **here, "ARCHIVE_MEMORY": str(folder / "memory"), "SOURCE_DATE_EPOCH": "1774008000"}
    command = str(Path(sys.executable).parent / "archive")

    def run(*arguments: str) -> None:
        subprocess.run([command, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)

    run("init", str(folder / "harbour"), "--origin", "press.example.org/harbour")
    for file in sorted((TOP / "examples" / "harbour").iterdir()):
        run("add", str(file), "--release", "north-basin", "--language", "en", "--issued", file.stem)
    page = folder / "changes.html"
    run("diff", "v1..v6", "--format", "html", "-o", str(page))
    return page


def main() -> None:
    """Take the picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        view.goto(make_page(Path(folder)).as_uri())
        view.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
