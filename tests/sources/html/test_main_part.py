from __future__ import annotations

import pytest
from tests.sources.files_of_others import PAGES, path_of

from muniment.sources.html.elements import parse_page
from muniment.sources.html.main_part import propose_part
from muniment.sources.html.selector import find_all, parse_selector

WORDS = "The harbour closes on Monday for the repair of its outer wall, and every vessel leaves before noon. "
TEXT = f"<p>{WORDS}</p><p>{WORDS * 2}</p>"
NAV = "<ul>" + "<li><a href=x>A link to some other page of this very large site, with many words</a>" * 20 + "</ul>"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"{NAV}<main>{TEXT}</main>", ("main",)),
        (f"<div class=top>{NAV}</div><div class=release>{TEXT}</div>", ("div.release",)),
        (f"{NAV}<div id=text><h1>Notice</h1>{TEXT}</div>", ("#text",)),
        (f"<h1>Notice</h1>{NAV}<article>{TEXT}</article>", ("body > h1", "article")),
        (f"{NAV}<div><div>{TEXT}</div></div>", ("body > div > div",)),
        (f"{NAV}<div id=id8472910>{TEXT}</div><div>{NAV}</div>", ("body > div:nth-of-type(1)",)),
        (f"{NAV}<form><div class=sidebar>{TEXT}</div></form>", ("div.sidebar",)),
        (f"{NAV}<main>{TEXT}</main><footer><p>{WORDS}</p></footer>", ("main",)),
        (f"{NAV}<main>{TEXT}</main><aside><p>{WORDS}</aside>", ("main",)),
        ("<p>Few words", ("body",)),
        (NAV, ("body",)),
        ("", ("body",)),
    ],
)
def test_proposed(page: str, expected: tuple[str, ...]) -> None:
    """The part is the element that holds the sentences, by the shortest name that no other answers to."""
    assert propose_part(parse_page(page)) == expected


@pytest.mark.parametrize("name", PAGES)
def test_of_real_pages(name: str) -> None:
    """Of a real page each proposed selector names one element, and the same again."""
    path = path_of(f"{name}.html")
    root = parse_page(path.read_text(encoding="utf-8"))

    proposed = propose_part(root)

    assert [len(list(find_all(root, parse_selector(selector)))) for selector in proposed] == [1] * len(proposed)
    assert propose_part(parse_page(path.read_text(encoding="utf-8"))) == proposed
