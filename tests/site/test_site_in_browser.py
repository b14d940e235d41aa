"""A site as a reader meets it in headless Chromium: genuine, changed on its way, without scripts, from a disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from tests.site.axe import violations
from tests.site.conftest import make_world, serve, write
from tests.snapshot.conftest import World

from muniment.site.search_index import pagefind_files
from muniment.site.site import Settings
from muniment.site.version_page import SITE_CHECKS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = bool(os.environ.get("MUNIMENT_LONG"))
WIDTHS = (1280, 400)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ALL = [name for name, _ in SITE_CHECKS]
Change = Callable[[bytes], bytes]

PAGES = (
    "index.html",
    "about.html",
    "releases/harbour/index.html",
    "releases/harbour/v4/index.html",
    "releases/harbour/v2/changes.html",
    "releases/harbour/compare.html?from=v1&to=v5",
    "releases/basin-ar/v2/index.html",
    "releases/hostile/v2/index.html",
)


@contextmanager
def shown(
    browser: Browser,
    address: str,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    scripts: bool = True,
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what was wrong while it was shown: faults of scripts, of its policy, requests to elsewhere."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
    )
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    start = address[: address.index("/", 8)]
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith(start) else None)
    page.goto(address)
    yield page, wrong
    context.close()


def verdict(page: Page) -> str:
    """What a page of a version says in the end."""
    page.wait_for_selector("body[data-state]", state="attached")
    return str(page.inner_text("#verdict"))


def states(page: Page) -> dict[str, str]:
    """The state of each check of a page."""
    verdict(page)
    found = "[...document.querySelectorAll('.checks li')].map(line => [line.id.slice(6), line.dataset.state])"
    return dict(page.evaluate(found))


def changed(out: Path, folder: Path, files: dict[str, Change]) -> Path:
    """A copy of a site in which some files are others."""
    copy = folder / "copy"
    shutil.copytree(out, copy)
    for path, change in files.items():
        data = (copy / path).read_bytes()
        (copy / path).write_bytes(change(data))
        assert (copy / path).read_bytes() != data
    return copy


@pytest.mark.parametrize(
    "reference", ["harbour/v1", "harbour/v4", "harbour/v5", "basin-ar/v2", "hostile/v1", "quay/v1"]
)
def test_a_genuine_version_verifies(browser: Browser, base: str, reference: str) -> None:
    """Every check of a genuine version passes, whatever its words are; nothing is asked of anybody else."""
    with shown(browser, f"{base}releases/{reference}/index.html") as (page, wrong):
        assert states(page) == dict.fromkeys(ALL, "passed")
        assert "All 11 checks passed" in verdict(page)
        assert page.title() != "owned"
    assert wrong == []


def flipped(at: bytes) -> Change:
    """Change one bit of the last byte of a text in a file."""

    def change(data: bytes) -> bytes:
        place = data.index(at) + len(at) - 1
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    return change


FOLDER = "releases/harbour/v2/"
FORGED: dict[str, tuple[dict[str, Change], set[str]]] = {
    "record": ({f"{FOLDER}record.json": flipped(b"on Tuesday")}, {"record"}),
    "signature": ({f"{FOLDER}record.json.sig": flipped(b"SIGNATURE-----\nU1NI")}, {"form"}),
    "statement": ({f"{FOLDER}statement.json": flipped(b'"version":2')}, {"entry", "inclusion"}),
    "proof": (
        {f"{FOLDER}inclusion.tlog-proof": lambda data: data.replace(b"\nindex ", b"\nindex 1", 1)},
        {"inclusion"},
    ),
    "root": ({"trust/root/1.json": flipped(b'"created":"2026')}, {"newest", "rootSignatures"}),
    "words": ({f"{FOLDER}index.html": lambda page: page.replace(b"on Tuesday", b"on Sunday")}, {"page"}),
    "title": ({f"{FOLDER}index.html": lambda page: page.replace(b"<bdi>Notice", b"<bdi>Notes")}, {"page"}),
    "hash": (
        {f"{FOLDER}index.html": lambda page: page.replace(b'data-is="record">sha256:', b'data-is="record">sha256:0')},
        {"page"},
    ),
    "citation": (
        {
            f"{FOLDER}index.html": lambda page: page.replace(
                b'data-is="reference">harbour/v2', b'data-is="reference">harbour/v9'
            )
        },
        {"page"},
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_one_change_turns_the_right_line(browser: Browser, out: Path, tmp_path: Path, what: str) -> None:
    """One bit of the evidence, or other words in the page, fails the check that is about it."""
    files, expected = FORGED[what]
    for base in serve(changed(out, tmp_path, files)):
        with shown(browser, f"{base}{FOLDER}index.html") as (page, _):
            found = {name for name, state in states(page).items() if state == "failed"}
            assert expected <= found, found
            assert "Not verified" in verdict(page)
            assert "not verified" in page.inner_text("#note")


def test_what_is_missing_is_named(browser: Browser, out: Path, tmp_path: Path) -> None:
    """Where the host does not give a file, the page says which, and nothing counts as passed that needs it."""
    copy = changed(out, tmp_path, {})
    (copy / FOLDER / "inclusion.tlog-proof").unlink()
    for base in serve(copy):
        with shown(browser, f"{base}{FOLDER}index.html") as (page, _):
            assert states(page)["inclusion"] == "failed"
            assert "inclusion.tlog-proof cannot be read" in verdict(page)


def test_later_trust_roots_count(browser: Browser, tmp_path: Path) -> None:
    """A version from before the newest trust root verifies with it: the page reads the whole chain."""
    world = make_world()
    world.move("https://elsewhere.example.org")
    write(world, tmp_path / "out")
    for base in serve(tmp_path / "out"):
        with shown(browser, f"{base}releases/harbour/v1/index.html") as (page, wrong):
            assert states(page) == dict.fromkeys(ALL, "passed")
            assert "and 1 that came later" in page.inner_text("#check-newest")
        assert wrong == []


def test_a_page_from_a_disk_offers_the_snapshot(browser: Browser, out: Path) -> None:
    """From a folder a page says that nothing was checked, leads to the snapshot, and looks as it does elsewhere."""
    with shown(browser, (out / FOLDER / "index.html").as_uri()) as (page, _):
        assert "opened from a folder" in verdict(page)
        assert page.get_attribute("#offer a", "href") == "snapshot.zip"
        assert page.is_visible("#offer")
        assert page.evaluate("getComputedStyle(document.querySelector('.mast')).display") == "flex"
        page.click("text=All versions")
        assert page.title().startswith("Notice on the harbour")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser: Browser, base: str, path: str) -> None:
    """The checker of accessibility finds no violation (WCAG 2.2 AA), wide and light, narrow and dark."""
    views = list(product(WIDTHS, SCHEMES)) if LONG else list(zip(WIDTHS, SCHEMES, strict=True))
    for width, scheme in views:
        with shown(browser, base + path, width=width, scheme=scheme) as (page, wrong):
            page.wait_for_load_state("networkidle")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wrong == []


def test_it_reads_without_a_script(browser: Browser, base: str) -> None:
    """Without a script the words are there, the page says that nothing was checked, and no control does nothing."""
    with shown(browser, f"{base}{FOLDER}index.html", scripts=False) as (page, wrong):
        assert page.inner_text("#verdict") == "Nothing was checked: no script has run here."
        assert "on Tuesday" in page.inner_text("#words")
        page.goto(base)
        assert not page.is_visible("#search")
        page.click("text=Notice on the harbour")
        page.click("text=Compare any two")
        assert not page.is_visible("#choose")
        page.click("text=Version 1 to version 2")
        assert page.inner_text("del >> nth=0") == "Monday"
    assert wrong == []


def test_the_filter_finds_by_title_subject_and_year(browser: Browser, base: str) -> None:
    """The filter of the home page finds releases by words of their titles and subjects, and by choice."""
    with shown(browser, base) as (page, wrong):
        page.wait_for_selector("#search option[value=harbours]", state="attached")
        page.fill("#q", "FERRIES notice")
        page.press("#q", "Enter")
        assert page.inner_text("#found p") == "1 release found."
        assert page.inner_text("#found a") == "Notice on the harbour"
        assert page.url.endswith("?q=FERRIES+notice")
        page.fill("#q", "")
        page.select_option("#by-language", "zh")
        assert page.inner_text("#found a") == "关于关闭港口的公告"
        page.select_option("#by-language", "")
        assert page.is_visible("#all")
    assert wrong == []


def test_any_two_versions_compare_by_script(browser: Browser, base: str) -> None:
    """The script compares any two versions, and shows what came and went as the pages do."""
    with shown(browser, f"{base}releases/harbour/compare.html") as (page, wrong):
        page.select_option("#choose-from", "v5")
        page.select_option("#choose-to", "v1")
        page.click("#choose button")
        page.wait_for_selector("#outcome del")
        assert page.locator("#outcome del").all_inner_texts() == ["Monday", "runs at seven", "wardens"]
        assert page.locator("#outcome ins").all_inner_texts() == ["Tuesday", "stays in port", "masters"]
        assert page.url.endswith("?from=v5&to=v1")
    assert wrong == []


def test_a_citation_names_the_paragraph_of_the_address(browser: Browser, base: str) -> None:
    """By the number beside a paragraph the address names it, and so does the citation that is there to be copied."""
    with shown(browser, f"{base}{FOLDER}index.html") as (page, wrong):
        assert "All 11" in verdict(page)
        page.click("#p2 .id")
        assert page.url.endswith("#p2")
        assert "para. 2" in page.inner_text("#short")
        assert page.locator(".copy").count() == 4
        page.click("#view-received + label, label:has(#view-received)")
        assert "[sic]" in page.inner_text("#words")
    assert wrong == []


def test_arabic_letters_do_not_join_what_went_with_what_came(browser: Browser, base: str) -> None:
    """A struck-out word keeps the shapes of its letters beside the word that replaced it, and so its width."""
    with shown(browser, f"{base}/releases/harbour/v2/changes.html") as (page, _):
        width = """(beside) => {
          const line = document.createElement("p"), word = document.createElement("del");
          line.dir = "rtl"; line.lang = "ar"; word.textContent = "\u0642\u0628\u0644"; line.append(word);
          if (beside) line.append(document.createElement("ins"));
          if (beside) line.lastChild.textContent = "\u0639\u062f\u0646\u0627";
          document.querySelector(".muniment-changes").append(line);
          return word.getBoundingClientRect().width;
        }"""
        assert page.evaluate(width, True) == page.evaluate(width, False)  # noqa: FBT003 - an argument of the script


def test_a_keyboard_is_enough(browser: Browser, base: str) -> None:
    """The first key leads past the head of a page; what has the focus shows it."""
    with shown(browser, f"{base}releases/harbour/index.html") as (page, wrong):
        page.keyboard.press("Tab")
        assert page.inner_text(":focus") == "Skip to the text"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert wrong == []


def test_a_print_has_the_words_and_no_controls(browser: Browser, base: str) -> None:
    """In print there are the words and the evidence, and nothing that only a screen can use."""
    with shown(browser, f"{base}{FOLDER}index.html") as (page, _):
        assert "All 11" in verdict(page)
        page.emulate_media(media="print")
        assert page.is_visible("#words")
        for control in (".pager", ".mast nav", ".crumbs", ".copy"):
            assert not page.is_visible(f"{control} >> nth=0")
        assert page.pdf().startswith(b"%PDF")


PHRASE = "ferry stays in port"


@pytest.fixture(scope="module")
def indexed(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site with an index of all its words."""
    pytest.importorskip("pagefind", reason="pagefind is not installed")
    folder = tmp_path_factory.mktemp("indexed") / "out"
    write(world, folder, Settings(search="pagefind"), pagefind_files)
    yield from serve(folder)


@pytest.mark.parametrize(("width", "scheme"), [*zip(WIDTHS, SCHEMES, strict=True), *([(1280, "dark")] if LONG else [])])
def test_a_static_site_searches_all_words(
    browser: Browser, indexed: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    """A phrase that only one release has leads from the home page to that release, in the reader's browser alone."""
    with shown(browser, indexed, width=width, scheme=scheme) as (page, wrong):
        page.wait_for_selector("#search:not([hidden])")
        for words in (f'"{PHRASE}"', "wardens keys"):
            page.fill("#q", words)
            page.press("#q", "Enter")
            page.locator("#found [role=status]", has_text="1 release found.").wait_for()
            assert page.inner_text("#found a") == "Notice on the harbour"
            assert page.locator("#found mark").count() > 0
            assert "<" not in page.inner_text("#found .what")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.fill("#q", "zeppelin")
        page.press("#q", "Enter")
        page.locator("#found [role=status]", has_text="0 releases found.").wait_for()
        page.fill("#q", f'"{PHRASE}"')
        page.press("#q", "Enter")
        page.click("#found a")
        page.wait_for_url("**/releases/harbour/index.html")
        page.click("text=Read the newest version")
        assert PHRASE in page.inner_text("#words")
    assert wrong == []
