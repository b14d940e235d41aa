from __future__ import annotations

import pytest
from tests.sources.files_of_others import PAGES, path_of

from muniment.record import Choices
from muniment.sources import Wish
from muniment.sources.adapter import NO_WISH, wish_after
from muniment.sources.html.element_index import ElementIndex
from muniment.sources.html.elements import parse_page
from muniment.sources.html.extraction import extract_page
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
    assert propose_part(ElementIndex(parse_page(page))).select == expected


def left_out(page: str) -> tuple[str, ...]:
    """What the rule leaves out of the part."""
    return propose_part(ElementIndex(parse_page(page))).remove


TEASER = (
    "<div class=card><h3><a href=x>Another notice of the port</a></h3>"
    "<p>The other quay is closed as well today, says the harbour master.</div>"
)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"<aside><p>{WORDS}</aside>", ("aside",)),
        ("<figure><img><figcaption>The wall at noon</figcaption></figure>", ("figcaption",)),
        ("<button>Print this page now</button>", ("button",)),
        ("<div class='share-bar'>Tell others of it</div>", (".share-bar",)),
        ("<div class='box relatedNews'>See also this</div>", (".relatedNews",)),
        ("<div id=comments><p>I like it</div>", ("#comments",)),
        ("<div role=navigation>On to the next</div>", ("[role=navigation]",)),
        ("<ul class=more><li><a href=x>One quay</a><li><a href=y>Other quay</a></ul>", (".more",)),
        (f"<div class=others>{TEASER * 3}</div>", (".others",)),
        (f"<section>{TEASER * 3}<p>{WORDS}</section>", (".card",)),
        (f"<div class='text cta'>See also</div><p class=text>{WORDS}</p>", (".cta",)),
        ("<div class=quay>Closed</div>", ()),
        (f"<div class=no-sidebar><p>{WORDS}</div>", ()),
        ("<div class=side-7261>Closed</div>", ()),
        (f"<div class=comment-7261><p>{WORDS}</div>", ()),
        (f"<ul><li>{WORDS}<li>{WORDS}</ul>", ()),
        (f"<p>{WORDS} <a class=tag href=x>harbour</a></p>", (".tag",)),
        ("<div class=card-excerpt>Soon the other quay</div>", (".card-excerpt",)),
        ("<div class='link btn'>Read on</div>", (".btn",)),
        ("<code class=share><i class=comment># a comment</i> of a program</code>", (".share",)),
        ("<pre><i class=hl-comment># a comment</i> of a program<b class=share>end</b></pre>", ()),
    ],
)
def test_left_out(inside: str, expected: tuple[str, ...]) -> None:
    """What stands beside the matter inside of the part is left out by the name that says so, if it has a fit one."""
    assert left_out(f"<h1>Notice</h1><main>{TEXT}{TEXT}{TEXT}{inside}</main>") == expected


def test_names_that_also_name_the_matter() -> None:
    """No selector leaves out anything of the matter: another name is taken, or what is inside with a fit one."""
    shared = f"<p class=row>{WORDS}</p>"

    assert left_out(f"<main>{TEXT}{shared}<nav class=row>Home and away</nav></main>") == ("nav",)
    assert left_out(f"<main>{TEXT}{shared}<div class='row footer'>Home and away</div></main>") == (".footer",)
    assert left_out(f"<main class=promo>{TEXT}<div class=promo>Buy this</div></main>") == ("div.promo",)


@pytest.mark.parametrize(
    ("page", "part"),
    [
        (f"<div class=sidebar><h1>Notice</h1>{TEXT}</div>{NAV}", "div.sidebar"),
        (f"<div class=toc><p>x</p></div><div class=toc-title>{TEXT}</div>", "div.toc-title"),
        (f"<form id=page><h1>Notice</h1>{TEXT}</form>", "#page"),
        (f"<article>{TEXT}</article><div id=comments>{TEXT * 9}</div>", "article"),
        (f"<article>{TEXT}</article><div class=cookie-notice>{TEXT * 9}</div>", "article"),
        (f"<article>{TEXT}</article><footer>{TEXT * 9}</footer>", "article"),
    ],
)
def test_misnamed(page: str, part: str) -> None:
    """A name is not believed of what holds the matter; comments, notices of cookies and footers may be longer."""
    assert propose_part(ElementIndex(parse_page(page))).select[-1] == part


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"<h1>Port</h1><h1>Notice</h1><main>{TEXT}</main>", "body > h1:nth-of-type(2)"),
        (f"<title>Notice 7</title><h1>Notice 7</h1><h1>Port</h1><main>{TEXT}</main>", "body > h1:nth-of-type(1)"),
        (f"<title>A notice of the port</title><h1>Port</h1><main><h2>Notice of the port</h2>{TEXT}</main>", "main"),
    ],
)
def test_headline(page: str, expected: str) -> None:
    """The headline before a part is the one that the title repeats; none is taken where the part has its own."""
    assert propose_part(ElementIndex(parse_page(page))).select[0] == expected


@pytest.mark.parametrize(
    ("page", "part"),
    [
        (f"<div id=all><div id=text>{TEXT * 9}</div><div><p>{WORDS}</div></div>", "#text"),
        (f"<div id=all><div id=text>{TEXT}</div><div><p>{WORDS}</div></div>", "#all"),
        (f"<div id=all><div><p>{WORDS}</div><div id=text>{TEXT * 9}</div></div>", "#all"),
        (f"<div id=all><div><p>{WORDS}</div><div id=text>{TEXT * 30}</div></div>", "#text"),
        (f"<div id=all><div id=text><div id=page>{TEXT * 9}</div></div><div><p>{WORDS}</div></div>", "#page"),
    ],
)
def test_nearly_all(page: str, part: str) -> None:
    """What holds nearly all of the matter is the part, without the little that stands behind it, but with its lead."""
    assert propose_part(ElementIndex(parse_page(page))).select == (part,)


def test_scripts_without_blanks() -> None:
    """Two signs of a script without blanks between words count as a word."""
    words = "港口因防波堤维修于星期一关闭所有船只须在中午之前离开港口并在星期三之后返回"

    assert propose_part(ElementIndex(parse_page(f"{NAV}<div class=text><p>{words}<p>{words}</div>"))).select == (
        "div.text",
    )


def test_keepers_own() -> None:
    """What the keeper leaves out goes beside what the rule leaves out, also for the next version."""
    page = f"<h1>Notice</h1><main>{TEXT}<aside>{WORDS}</aside><p class=own>Own words</main>".encode()

    first = extract_page(page, None, Wish(remove=(".own",))).extractor.parameters
    later = extract_page(
        page, None, wish_after(Wish(remove=(".own",)), extract_page(page, None, NO_WISH).extractor.parameters)
    )
    chosen = wish_after(Wish(select=("main",)), first)

    assert isinstance(first, Choices)
    assert (first.remove, first.select_basis) == ((".own", "aside"), "rule")
    assert later.extractor.parameters == first
    assert (chosen.select, chosen.select_basis, chosen.remove) == (("main",), "keeper", ())


@pytest.mark.parametrize("name", PAGES)
def test_of_real_pages(name: str) -> None:
    """Of a real page each proposed selector names one element, and the same again."""
    path = path_of(f"{name}.html")
    root = ElementIndex(parse_page(path.read_text(encoding="utf-8")))

    proposed = propose_part(root)

    found = [len(list(find_all(root, parse_selector(selector)))) for selector in proposed.select]
    assert found == [1] * len(found)
    assert all(any(find_all(root, parse_selector(selector))) for selector in proposed.remove)
    assert propose_part(ElementIndex(parse_page(path.read_text(encoding="utf-8")))) == proposed
