"""A page whose script and evidence are untouched, while its markup says something else."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from tests.snapshot.test_page_in_browser import carrying, files_of, page_of, refused, states
from tests.snapshot.test_page_in_browser import show as show  # noqa: PLC0414 - a fixture
from tests.snapshot.test_verify_sh_attacks import logged

from muniment.canonical import Json
from muniment.snapshot.page.details import CHECKS
from muniment.snapshot.zip import parse_zip

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser
    from tests.snapshot.conftest import World
    from tests.snapshot.test_page_in_browser import Show

TEXT = "Notice of the harbour\n\n1. The harbour [sic] is closed,\nuntil noon.\n\n2. It is not open.\n"
FORGED = "Never said: it is open"
BLOCK = f'<div class="paragraph paragraph"><p>{FORGED}</p></div>'


@pytest.fixture(scope="module")
def genuine(world_of: Callable[..., World]) -> str:
    """The page of a version with all that a description can hold, odd characters too."""
    described: dict[str, Json] = {
        "issuer": "Port \ue000 Authority",
        "issued": {"date": "2022-01-05", "basis": "stated", "note": "On the first page."},
        "language": "en",
        "abstract": "Closed.",
        "subjects": ["harbours", "ferries"],
        "temporal": ["2022", "2021-12"],
        "rights": "None \ue001.",
        "uri": "https://example.org/n",
        "retrieved": "2026-11-21T08:00:00Z",
    }
    made = world_of(TEXT, **described)
    made.publish(TEXT.replace("noon", "night"), described=described)
    made.publish(TEXT, described=described)
    return page_of(made, "v3")


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """Open a changed page; gives its state, what of it is seen, and whether the warning is in sight at its top."""
    numbers = count()

    def open_page(html: str) -> dict[str, Any]:
        file = tmp_path / f"{next(numbers)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context()
        page = context.new_page()
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-state]", state="attached", timeout=20_000)
        found: dict[str, Any] = page.evaluate(
            """() => { const line = document.getElementById("refused"); return {
              state: document.body.dataset.state, seen: document.body.innerText, title: document.title,
              after: [...document.querySelectorAll("*")].map(e => getComputedStyle(e, "::after").content).join(" "),
              warned: line && line === document.body.firstChild ? line.textContent : "" }; }"""
        )
        context.close()
        return found

    return open_page


def test_full_description(show: Show, genuine: str, world_of: Callable[..., World]) -> None:
    """Whatever a description holds, the script makes the same page of it as the writer did."""
    everything = dict.fromkeys([name for name, _ in CHECKS], "passed")
    assert states(show(genuine)) == everything
    for issued in ("2022", "2022-11", "0999-05-31"):
        world = world_of(
            "N\n\n\uff11. W\n\n(b) \ue000.\n",
            title="N",
            language="ar",
            issued={"date": issued, "basis": "inferred"},
            issuer="A.",
        )
        assert states(show(page_of(world, "v1"))) == everything
    world = world_of(
        "A\u00adtitle\u200f\n\nWords.\n",
        title="A \u200f\ue000 t",
        language="und",
        issued={"date": None, "basis": "unknown"},
    )
    assert states(show(page_of(world, "v1"))) == everything


def _hide(page: str) -> str:
    words = page[page.index('<div id="words"') : page.index("</section></main>")]
    forged = re.sub(r' id="\w+"', "", words).replace("It is not open", FORGED)
    return page.replace(words, f"<div hidden>{words}</div>{forged}")


def _before(mark: str, said: str = BLOCK) -> Callable[[str], str]:
    return lambda page: page.replace(mark, said + mark, 1)


def _after(mark: str, said: str = BLOCK) -> Callable[[str], str]:
    return lambda page: page.replace(mark, mark + said, 1)


def _swap(old: str, new: str) -> Callable[[str], str]:
    def change(page: str) -> str:
        before, mark, script = page.rpartition("\n<script>")
        assert old in before
        return before.replace(old, new) + mark + script

    return change


def _styled(rule: str) -> Callable[[str], str]:
    def change(page: str) -> str:
        page = re.sub(r"style-src &#39;sha256-[^;]*&#39;;", "style-src &#39;unsafe-inline&#39; data:;", page)
        assert "unsafe-inline" in page
        return page.replace("</head>", f"{rule}</head>", 1)

    return change


SHOWN: dict[str, Callable[[str], str]] = {
    "words hidden, others beside them": _hide,
    "one paragraph more, beside the words": _after("</fieldset>"),
    "one paragraph more, among the words": lambda page: re.sub('(<div id="words"[^>]*>)', rf"\1{BLOCK}", page),
    "a second list of words": _before('<div id="words"', f'<div id="words">{FORGED}</div>'),
    "above the title": _before("<h1"),
    "in the title": _before("</h1>", f" {FORGED}"),
    "a title without its mark": lambda page: re.sub("<h1.*?</h1>", f"<h1>{FORGED}</h1>", page),
    "above all": _before("<header>"),
    "below all": _before('<script type="application/json"'),
    "after the script": _before("\n</body>"),
    "after the body": _before("\n</html>"),
    "after the page": lambda page: page + BLOCK,
    "text alone": _before("<main>", FORGED),
    "another issuer": _swap("<dd>Port", f"<dd>{FORGED}, Port"),
    "another date": _swap("<dd>5 January 2022", "<dd>6 January 2022"),
    "another abstract": _swap("<bdi>Closed.</bdi>", f"<bdi>{FORGED}</bdi>"),
    "another subject": _swap("<bdi>harbours; ferries</bdi>", f"<bdi>{FORGED}</bdi>"),
    "another source": _swap(">https://example.org/n</code>", ">https://example.com/n</code>"),
    "another time of logging": _swap("<dd>2026-11-22T10:01:00Z ", "<dd>1999-11-22T10:01:00Z "),
    "a proven time": _swap("claimed by the keeper", "proven"),
    "another history": _swap("capture, by", f"{FORGED}, capture, by"),
    "a name of another fact": _swap("<dt>Issuer</dt>", f"<dt>{FORGED}</dt>"),
    "no warning": lambda page: re.sub('<p class="warning">.*?</p>', "", page),
    "limits that say more": _swap("It does not prove that the statement", "It does prove that the statement"),
    "a check that says more": _swap("Signature: good for exactly", f"{FORGED}: good for exactly"),
    "a check that has passed": _swap('<span class="state">not checked', '<span class="state">passed'),
    "a check taken out": lambda page: re.sub('<li id="check-page">.*?</li>', "", page),
    "all checks taken out": lambda page: re.sub('<ol class="checks">.*?</ol>', "", page),
    "no verdict": lambda page: re.sub('<p id="verdict".*?</p>', "<p>All 11 checks passed.</p>", page),
    "another citation of the whole": lambda page: re.sub(r"(Port [^,]{1,60}Authority, “)", rf"\1{FORGED} ", page),
    "another citation of a paragraph": _swap('data-before="', f'data-before="{FORGED} '),
    "another locator": _swap('data-after="', 'data-after="-7'),
    "a dialog": _before("<header>", f"<dialog open>{FORGED}</dialog>"),
    "a picture": _before("<main>", f'<svg width="400" height="50"><text y="20">{FORGED}</text></svg>'),
    "a frame": _before("<main>", f'<iframe srcdoc="{FORGED}"></iframe>'),
    "a table": _before("<main>", f"<table>{FORGED}<tr><td></td></tr></table>"),
    "a field": _before("<main>", f'<input value="{FORGED}">'),
    "an address": lambda page: page.replace('href="#p1"', f'href="#p1" title="{FORGED}"', 1),
    "a comment": _before("<main>", f"<!-- {FORGED} -->"),
    "a paragraph hidden": _swap('id="p2">', 'id="p2" hidden>'),
    "a paragraph with a style": _swap('id="p2">', 'id="p2" style="display:none">'),
    "a paragraph of another class": _swap('class="paragraph paragraph" id="p2"', 'class="paragraph was" id="p2"'),
    "paragraphs from right to left": _swap('lang="en" dir="ltr"', 'lang="en" dir="rtl"'),
    "a body from right to left": _swap("<body>", '<body dir="rtl">'),
    "a page from right to left": _swap('<html lang="en">', '<html lang="en" dir="rtl">'),
    "a page hidden": _swap('<html lang="en">', '<html lang="en" hidden>'),
    "evidence in sight": lambda page: re.sub(
        r'<script type="application/json" id="evidence">(.*?)</script>',
        r'<div id="evidence">\1</div>',
        page.replace('"evidence">{', f'"evidence">{{"x":"{FORGED}",'),
    ),
    "more evidence, before": _before('<script type="application/json"', '<div id="evidence">{"files":{}}</div>'),
    "another name of the page": lambda page: re.sub("<title>.*?</title>", f"<title>{FORGED}</title>", page),
    "a style sheet more": _styled(f'<style>#p2::after{{content:"{FORGED}"}}</style>'),
    "a linked style sheet": _styled('<link rel="StyleSheet" href="data:text/css,%23p2{display:none}">'),
    "a style sheet that hides": _styled("<style>#p2{display:none}</style>"),
    "a style sheet for print": _styled('<style media="print">#p2{display:none}</style>'),
    "another style sheet": lambda page: _styled("")(page).replace(
        "</style>", f'#p2::after{{content:"{FORGED}"}}</style>'
    ),
    "a page that goes away": _before("</head>", '<meta http-equiv="Refresh" content="999;url=https://example.com/">'),
    "another base": _before("</head>", '<base href="https://example.com/">'),
}


@pytest.mark.parametrize("change", SHOWN.values(), ids=SHOWN)
def test_words_that_are_not_in_the_evidence(
    genuine: str, shown: Callable[[str], dict[str, Any]], change: Callable[[str], str]
) -> None:
    """Whatever else the markup shows, hides, adds or leaves out, nothing is verified, and a line above all says so."""
    changed = change(genuine)
    assert changed != genuine
    found = shown(changed)
    assert found["state"] in {"failed", "unable"}
    assert found["warned"].startswith("Not verified: ")
    assert "All 11 checks passed. Now" not in found["seen"]


SHADOW = f'<template shadowrootmode="{{}}">{FORGED}<p>All 11 checks passed. Now compare.</p></template>'


@pytest.mark.parametrize("mode", ["open", "closed"])
@pytest.mark.parametrize("mark", ["<header>", '<section aria-labelledby="text">', '<h2 id="text">', "<bdi>Notice"])
def test_words_in_the_shadow(genuine: str, shown: Callable[[str], dict[str, Any]], mark: str, mode: str) -> None:
    """What a declarative shadow root shows in the place of an element is gone once the page is said to be verified."""
    changed = genuine.replace(mark, SHADOW.format(mode) + mark, 1)
    assert changed != genuine
    found = shown(changed)
    assert FORGED not in found["seen"] or (found["state"] != "passed" and found["warned"])
    assert found["state"] != "passed" or "It is not open" in found["seen"]


def test_names_of_characters(show: Show, genuine: str) -> None:
    """The names of hidden characters are those of the script, and not of the page."""
    page = genuine.replace('"evidence">{', f'"evidence">{{"names":{{"E000":"{FORGED}"}},')
    found = show(page)
    assert FORGED not in found.inner_text("body")
    assert "U+E000 UNNAMED" in found.inner_text("body")


@pytest.mark.parametrize(
    "said", ["1999-01-01T00:00:00Z; proven (digicert)", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z"]
)
def test_time_of_any_words_in_the_page(show: Show, world: World, said: str) -> None:
    """A time in the entry that is none of the calendar fails in the page too, whoever signed it."""
    page = page_of(world, "v1")
    data = {entry.name.partition("/")[2]: entry.data for entry in parse_zip(logged(world, {"logged_at": said}))[1]}
    files = {path: data[f"data/{path}"] for path in files_of(page)}
    assert "entry" in refused(show(carrying(page, files)))
