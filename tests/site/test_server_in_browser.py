"""The pages that only a server makes, in Chromium: nothing against their policy, nothing from elsewhere, readable."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Literal

import pytest
from tests.site.axe import violations
from tests.site.served import server_of, with_history

from muniment.cli.http_server import HttpServer
from muniment.cli.serving import hosts_of
from muniment.store import MemoryStore
from muniment.write.version import Keys

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = bool(os.environ.get("MUNIMENT_LONG"))


@pytest.fixture
def address(empty_archive: MemoryStore, keys: Keys) -> Iterator[str]:
    """Where the server of an archive with a history is reached."""
    server = server_of(with_history(empty_archive, keys))
    with HttpServer(("127.0.0.1", 0), server) as listening:
        here = f"http://127.0.0.1:{listening.port}"
        server.place(here, hosts_of(here))
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield here
        listening.shutdown()
        thread.join()
        server.close()


REFUSED = "/search?q=%22"
"""What cannot be asked: the page says why, and its status is 400."""

TARGETS = (
    "/",
    "/search",
    "/search?q=harbour",
    "/search?q=%22not+there%22&since=2026",
    "/search?q=%E5%85%AC%E5%B8%83",
    REFUSED,
    "/when?phrase=six+weeks",
    "/releases/harbour/",
    "/releases/harbour/v2/",
    "/releases/harbour/compare.html",
    "/releases/harbour/changes/v1..v4.html",
)


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_keep_their_policy(
    browser: Browser, contrast: Callable[[Page], list[tuple[float, str]]], address: str, width: int, scheme: str
) -> None:
    """No page breaks its policy, asks elsewhere, is wider than the screen, or has words that are hard to see."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for target in TARGETS:
        response = page.goto(address + target, wait_until="networkidle" if target.endswith("v2/") else "load")
        assert response is not None
        assert response.status == (400 if target == REFUSED else 200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, target
        if target.startswith(("/search", "/when")):
            assert [pair for pair in contrast(page) if pair[0] < 4.5] == []
            unnamed = "[...document.querySelectorAll('input, select')].filter(one => !one.labels.length).length"
            assert page.evaluate(unnamed) == 0
    assert said == ["Failed to load resource: the server responded with a status of 400 (Bad Request)"]  # of that one
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
    context.close()


@pytest.mark.parametrize("target", [*TARGETS[1:7], "/when", *TARGETS[-2:], "/releases/tide/v1/", "/releases/tide/"])
def test_axe_finds_nothing(browser: Browser, empty_archive: MemoryStore, address: str, target: str) -> None:
    """The checker of accessibility finds no violation in what only a server makes, nor where a version fails."""
    (path,) = [name for name in empty_archive.files if name.endswith("tide/v1/content/record.json")]
    empty_archive._files[path] = empty_archive.files[path].replace(b"High at noon", b"Low  at noon")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    views = product((1280, 400), schemes) if LONG else zip((1280, 400), schemes, strict=True)
    for width, scheme in views:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        response = page.goto(address + target)
        assert response is not None
        assert response.status == {"/releases/tide/v1/": 503, REFUSED: 400}.get(target, 200)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()


def test_a_search_by_hand(browser: Browser, address: str) -> None:
    """Without a script a reader searches from the home page, follows a hit to its paragraph, and a phrase in time."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.fill("input[name=q]", "six weeks")
    page.press("input[name=q]", "Enter")
    assert page.url == f"{address}/search?q=six+weeks"
    assert page.locator("ol.releases > li").count() == 2
    page.click("ol.releases > li >> nth=0 >> a")
    assert page.url == f"{address}/releases/harbour/v3/index.html#p2"
    assert page.locator("#p2").count() == 1
    page.go_back()
    page.click("text=Follow")
    assert page.url == f"{address}/when?phrase=six+weeks"
    assert "Last seen in v3" in page.inner_text("main")
    context.close()
