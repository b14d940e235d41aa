"""The page as a parser sees it; ``test_page_in_browser`` has what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.diff import compare
from muniment.diff.difference import Segment, shown
from muniment.diff.selection import About, Member, Part, select
from muniment.diff.views.html import CLASS, packaged, render_fragment, render_html
from muniment.diff.views.sheet import Party, Sheet
from muniment.diff.views.weave import weave
from muniment.markup import Markup
from muniment.record import Emendation
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]
DIGEST = "sha256:" + "0" * 64


def sheet(a: list[Paragraph], b: list[Paragraph]) -> Sheet:
    """A comparison of two plain files."""
    return whole(Party("old.txt", a, DIGEST), Party("new.txt", b, DIGEST))


def whole(a: Party, b: Party, *described: Member, removed: tuple[Emendation, ...] = ()) -> Sheet:
    """Everything about two sides."""
    about = About(described, removed, removed[1:], a.original != b.original)
    return Sheet(a, b, select(compare(a.paragraphs, b.paragraphs), about))


def parse(page: str) -> Any:  # noqa: ANN401 - html5lib has no types
    """The tree of a page; any parse error is raised."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def read(node: Any, without: str = "") -> str:  # noqa: ANN401 - html5lib has no types
    """The exact text of a paragraph: characters shown by name are read back, and one element can be left out."""
    if node.tag == without or node.get("class") == "end":
        return ""
    if node.get("data-code"):
        return chr(int(node.get("data-code"), 16))
    return (node.text or "") + "".join(read(child, without) + (child.tail or "") for child in node)


def inserted_end(paragraph: Any) -> bool:  # noqa: ANN401 - html5lib has no types
    """Whether the end of this paragraph is itself an insertion."""
    return any(span.get("class") == "end" for span in paragraph.findall("ins/span"))


def sides(page: str) -> tuple[list[str], list[str], list[str]]:
    """Side A from its own cells and from the weave, and side B: the texts of each operation, as the page has them."""
    own, woven, new = [], [], []
    for row in (node for node in parse(page).iter("div") if (node.get("class") or "").startswith("row")):
        cells = {node.get("class"): node.findall("p") for node in row.findall("div")}
        if cells["cell a"]:
            own.append("\n".join(read(paragraph) for paragraph in cells["cell a"]))
        if cells["cell b"]:
            texts = [(read(p, "ins"), read(p, "del"), inserted_end(p)) for p in cells["cell b"]]
            last = len(texts) - 1
            woven.append("".join(old + ("" if n == last or end else "\n") for n, (old, _, end) in enumerate(texts)))
            new.append("\n".join(text for _, text, _ in texts))
    return own, woven, new


def expected(sides_of: Sheet, letter: str) -> list[str]:
    """The texts of one side, those of one operation joined."""
    party = sides_of.a if letter == "a" else sides_of.b
    indexes = [o.a if letter == "a" else o.b for o in sides_of.selection.difference.operations]
    return ["\n".join(shown(party.paragraphs[i]) for i in group) for group in indexes if group]


CHARACTERS = st.one_of(
    st.sampled_from("abc  \n\r\t<>&\"'`*_~[]{}\\\u00a0\u200b\u00ad\u202e\u2066\u0301éا中ไ⟨\0\x85\u2028\ufffe\ud800"),
    st.characters(),
)
TEXTS = st.lists(st.text(CHARACTERS, min_size=1, max_size=12), min_size=1, max_size=5).map(" ".join)
LABELS = st.one_of(st.none(), st.text(CHARACTERS, min_size=1, max_size=3))
IDS = st.text(CHARACTERS, min_size=1, max_size=4)
PARAGRAPHS = st.lists(st.builds(Paragraph, IDS, st.just("paragraph"), LABELS, TEXTS), max_size=5)


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_any_text_comes_back(a: list[Paragraph], b: list[Paragraph]) -> None:
    """Any text gives a page without a parse error, from which both sides can be read back to the letter.

    In the weave, white space that moved in an edited paragraph is that of side B.
    """
    compared = sheet(a, b)
    own, woven, new = sides(render_html(compared))
    assert sorted(own) == sorted(expected(compared, "a"))
    bare = sorted("".join(text.split()) for text in expected(compared, "a"))
    assert [text for text in sorted("".join(text.split()) for text in woven) if text] == [text for text in bare if text]
    assert [text for text in new if text] == expected(compared, "b")


@pytest.mark.parametrize(("label", "text"), [("0", "0"), ("1.", "The boats"), ("а)", "Лодки"), ("一、", "船")])
def test_a_label_that_is_a_word_on_the_other_side(label: str, text: str) -> None:
    """What is printed alike on both sides stands on the page as it is printed, though only one side has a label."""
    labelled = Paragraph("p1", "paragraph", label, text)
    plain = Paragraph("nn1", "paragraph", None, f"{label} {text}")
    other = Paragraph("nn2", "paragraph", None, "0")
    for a, b in (([other, labelled], [plain]), ([plain], [labelled, other])):
        compared = sheet(a, b)
        own, _, new = sides(render_html(compared))
        assert sorted(own) == sorted(expected(compared, "a"))
        assert [each for each in new if each] == expected(compared, "b")


def test_split_and_merge_come_back(side: Side) -> None:
    """Where the end of a paragraph is the change, both sides can be read back too."""
    whole, first, second = (
        "Fees stay as they are. The rest follows here now.",
        "Fees stay as they are.",
        "The rest follows here now.",
    )
    for a, b in ((side(whole), side(first, second)), (side(first, second), side(whole))):
        assert [o.op for o in compare(a, b).operations] in (["split"], ["merge"])
        own, woven, new = sides(render_html(sheet(a, b)))
        assert (own, woven, new) == (["\n".join(p.text for p in a)],) * 2 + (["\n".join(p.text for p in b)],)


def test_side_a_is_in_its_own_order(side: Side) -> None:
    """The cells of side A follow its order, moves included."""
    a = side(*(f"Paragraph {word} has words of its own" for word in ("one", "two", "three", "four", "five")))
    own, _, new = sides(render_html(sheet(a, [a[4], a[0], a[2], a[1], a[3]])))
    assert own == [paragraph.text for paragraph in a]
    assert new == [a[n].text for n in (4, 0, 2, 1, 3)]


def test_hostile_text_is_text() -> None:
    """Archived markup and controls never come to life: not in texts, ids, labels, names, titles or values."""
    bad = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>\u202e\x1b[31m"
    a, b = [Paragraph(bad, "paragraph", bad, bad)], [Paragraph(bad, "heading", bad + "2", "<b>" + bad)]
    emendation = Emendation(bad, 0, 1, "corrected", bad, bad, bad)
    party = Party(bad, a, bad, bad, f"{bad}/v1", *[bad] * 7)
    other = Party(bad, b, DIGEST, bad, f"{bad}/v2", *[bad] * 7)
    assert all(getattr(party, field.name) for field in fields(Party))
    described = (Member("title", "changed", bad, {"x": bad}), Member("subjects", "removed", [bad], None))
    page = render_html(whole(party, other, *described, removed=(emendation, emendation)))
    tree = parse(page)
    assert {"script", "img"}.isdisjoint(node.tag for node in tree.iter() if isinstance(node.tag, str))
    assert not any(name.startswith("on") for node in tree.iter() for name in node.keys())  # noqa: SIM118 - an element is no dict
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_nothing_is_fetched_or_run(side: Side) -> None:
    """No element of the page loads, sends or runs anything, and every link stays in the page."""
    tree = parse(render_html(sheet(side("one", "two"), side("one", "https://evil.example"))))
    tags = {node.tag for node in tree.iter() if isinstance(node.tag, str)}
    assert tags.isdisjoint({"script", "img", "link", "iframe", "object", "form", "video", "audio", "svg", "base"})
    assert all(node.get("href", "#").startswith("#") for node in tree.iter("a"))
    assert not any(node.get("src") or node.get("style") for node in tree.iter())
    assert all(re.search(r"url\(|@import|expression", packaged(name)) is None for name in ("page.css", "changes.css"))


def test_links_and_anchors(side: Side) -> None:
    """Every link has its one target, whatever the ids are."""
    moved = "A paragraph that moves about the page"
    a = [
        Paragraph("p 1", "paragraph", None, moved),
        *side("two", "three", "four"),
        Paragraph("p1", "paragraph", None, "x"),
    ]
    b = [*a[1:], a[0]]
    tree = parse(render_html(sheet(a, b)))
    anchors = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(anchors) == len(set(anchors))
    targets = [node.get("href")[1:] for node in tree.iter("a")]
    assert targets == ["b--5", "b--5", "a--1"]
    assert set(targets) <= set(anchors)


def test_head(side: Side) -> None:
    """The page says first what changed, then names both sides with their whole hashes."""
    a = side("one")
    record, original = "sha256:" + "a" * 64, "sha256:" + "b" * 64
    logged, published = "2026-01-02T00:00:00Z", "issued 2026-01-01 (stated)"
    old = Party("v1", a, original, "ar", "harbour/v1", record, "Notice", logged, published=published)
    emended = Emendation("p1", 0, 1, "corrected", "O", "case", "A. Editor")
    described = (
        Member(
            "issued",
            "changed",
            {"date": None, "basis": "unknown", "note": None},
            {"date": "2026", "basis": "stated", "note": "x"},
        ),
        Member("abstract", "added", None, "Words"),
        Member("subjects", "removed", ["a", "b"], []),
        Member("relations", "added", [], [{"kind": "replaces"}]),
    )
    page = render_html(whole(old, Party("./new.txt", a, DIGEST), *described, removed=(emended,)))
    tree = parse(page)
    text = " ".join("".join(tree.find("body").itertext()).split())
    assert tree.find(".//title").text == "Changes: v1 → ./new.txt"
    assert (
        "No change in words; description: issued changed, abstract added, subjects removed, relations added; " in text
    )
    assert "emendations: 1 removed; originals differ." in text
    times = f"Published{published}Logged{logged} (claimed)"
    assert f"TitleNoticeReleaseharbourVersionv1Record{record}Original{original}{times}" in text
    assert f"./new.txtBytes{DIGEST}" in text
    assert "issuedA: unknownB: 2026 (stated: x)" in text
    assert 'relationsA: noneB: [{"kind": "replaces"}]' in text
    assert "Removed: p1 0–1 corrected “O”, by A. Editor: case" in text
    assert [node.get("lang") for node in tree.iter("div") if "cell" in node.get("class")] == ["ar", None]


def test_what_came_and_went_stands_as_text(side: Side) -> None:
    """Of a range, what only stood in between has a section of its own, in which nothing comes to life."""
    plain = sheet(side("one"), side("two"))
    assert "In between" not in render_html(plain)
    page = render_html(replace(plain, between=("came in v2, gone in v3: “<b>Gates</b>\u202e”", "second")))
    tree = parse(page)
    found = [node for node in tree.iter("section") if "between" in (node.get("class") or "")]
    assert [node.text or "" for node in tree.iter("h2")].count("In between") == 1
    items = ["".join(item.itertext()) for item in found[0].iter("li")]
    assert items[0].startswith("came in v2, gone in v3: “<b>Gates</b>⟨U+202E")
    assert items[1:] == ["second"]
    assert "\u202e" not in page


def test_titles(side: Side) -> None:
    """The title of both sides, or of one release as B has it, is that of the page; else the names are."""
    a = side("one")
    same = whole(Party("v1", a, DIGEST, title="T"), Party("v2", a, DIGEST, title="T"))
    assert parse(render_html(same)).find(".//h1/bdi").text == "T"
    old, new, other = (
        Party(name, a, DIGEST, reference=name, title=title)
        for name, title in (("harbour/v1", "Closed"), ("harbour/v2", "Open"), ("quay/v2", "Quay"))
    )
    page = parse(render_html(whole(old, new)))
    assert "".join(page.find(".//h1").itertext()) == "Open"
    assert page.find(".//p[@class='source']") is None
    apart = parse(render_html(whole(old, other)))
    assert "".join(apart.find(".//h1").itertext()) == "Changes from harbour/v1 to quay/v2"
    assert "".join(parse(render_html(sheet(a, a))).find(".//h1").itertext()) == "Changes from old.txt to new.txt"


def test_line_ends_of_the_text_are_quiet(side: Side) -> None:
    """A carriage return at a line end that did not change has a small sign; one that changed is named."""
    page = render_html(sheet(side("one\r\ntwo"), side("one\r\ntwo\rthree")))
    assert '<code class="char quiet" dir="ltr" data-code="000D">␍</code>\ntwo' in page
    assert "⟨U+000D CARRIAGE RETURN⟩" in page


def test_a_line_feed_that_ends_a_paragraph_of_one_side(side: Side) -> None:
    """Where one side has a line feed and the other an end of a paragraph, both can be read back."""
    a, b = side("one\ntwo"), side("one", "two")
    assert weave([Segment("=", "one\ntwo")], a, b, follow="a") == [Markup("one\ntwo")]
    assert weave([Segment("=", "one\ntwo")], a, b, follow="b") == [Markup("one"), Markup("two")]
    assert weave([Segment("=", "one\ntwo")], b, a, follow="b") == [Markup("one\ntwo")]


def test_changes_are_listed_folded(side: Side) -> None:
    """A list of the changes stands before the text, closed at first, so that the changes themselves are near."""
    for number in (1, 13):
        a = [f"Words that are the same in both, of paragraph {n} here" for n in range(number)]
        details = parse(render_html(sheet(side(*a), side(*(text + " new" for text in a))))).find(".//nav/details")
        assert details.find("summary").text == ("1 change" if number == 1 else f"{number} changes")
        assert details.get("open") is None


@pytest.mark.parametrize("parts", [("words",), ("typographic",), ("description",)])
def test_what_was_not_asked_for_is_folded_and_counted(side: Side, parts: tuple[Part, ...]) -> None:
    """A filter folds the other changes, does not list them, and says how many there are."""
    a = side("The harbour closes on Monday.", "same", 'Ships carry two "pilots" by night.')
    b = side("The harbour opens on Monday.", "same", "Ships carry two “pilots” by night.")
    about = About((Member("rights", "added", None, "CC0"),), originals_differ=True)
    plain = Sheet(Party("a", a, DIGEST), Party("b", b, DIGEST), select(compare(a, b), about, parts))
    tree = parse(render_html(plain, context=0))
    folded = ["".join(node.itertext()) for node in tree.findall(".//details[@class='fold']/summary")]
    said = ["".join(node.itertext()) for node in tree.findall(".//p[@class='summary']")]
    assert said[1].startswith("Not shown: 1 paragraph" if parts == ("words",) else "Not shown: 1 paragraph edited")
    assert (tree.find(".//table") is not None) is (parts == ("description",))
    assert len(tree.findall(".//nav//li")) == (0 if parts == ("description",) else 1)
    assert (
        folded
        == {
            "words": ["1 paragraph unchanged, 1 changed but not asked for, p2 to p3"],
            "typographic": ["1 paragraph unchanged, 1 changed but not asked for, p1 to p2"],
            "description": ["1 paragraph unchanged, 2 changed but not asked for, p1 to p3"],
        }[" ".join(parts)]
    )
    assert sides(render_html(plain))[2] == [paragraph.text for paragraph in b]


def test_same_bytes(side: Side) -> None:
    """The same comparison gives the same page."""
    a, b = side("one", "two"), side("two", "three")
    assert render_html(sheet(a, b)) == render_html(sheet(a, b))


def test_style_is_in_the_package() -> None:
    """The style sheets lie beside the module, so that a wheel holds them."""
    for name in ("page.css", "changes.css"):
        assert packaged(name) == (Path(render_html.__code__.co_filename).parent / name).read_text(encoding="utf-8")


def test_first_change_comes_first(side: Side) -> None:
    """Changes come before the hashes of the sides, the legend and the footer; all before the first is one fold."""
    a = side(*(f"Paragraph {n} is the same" for n in range(6)), "The end is here")
    page = render_html(sheet(a, [*a[:-1], *side("The end was here")]), context=3)
    places = [
        page.index(mark) for mark in ("<h1", 'class="fold"', "<del>", "The two sides", 'class="legend"', "<footer")
    ]
    assert places == sorted(places)
    assert "6 paragraphs unchanged" in page
    assert page.index(DIGEST) > page.index("<del>")


def test_description_first_where_no_words_changed(side: Side) -> None:
    """Where only the description changed, that comes first."""
    a, described = side("one", "two"), Member("rights", "added", None, "CC0")
    page = render_html(whole(Party("a", a, DIGEST), Party("b", a, DIGEST), described))
    assert page.index('class="description"') < page.index('class="text"')
    page = render_html(whole(Party("a", a, DIGEST), Party("b", side("one", "three"), DIGEST), described))
    assert page.index('class="description"') > page.index('class="text"')


def test_fragment_is_inert_and_its_own(side: Side) -> None:
    """A fragment is one element with a style sheet and no script, form or document; all ids and links are its own."""
    moved = side("two", "three", "four <b>", "A paragraph that moves about the page")
    compared = sheet([moved[3], *moved[:3]], moved)
    fragment = render_fragment(compared)
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    (element,) = list(parser.parseFragment(fragment.strip()))
    assert (element.tag, element.get("class"), element.get("dir")) == ("div", CLASS, "ltr")
    tags = {node.tag for node in element.iter() if isinstance(node.tag, str)}
    assert tags.isdisjoint({"html", "head", "body", "title", "meta", "script", "link", "input", "form", "h1", "main"})
    ids = [node.get("id") for node in element.iter() if node.get("id")]
    prefix = ids[0].rpartition("-")[0]
    assert re.fullmatch(rf"{CLASS}-[0-9a-f]{{12}}", prefix)
    assert len(ids) == len(set(ids))
    assert all(name.startswith(f"{prefix}-") for name in ids)
    links = [node.get("href") for node in element.iter("a")]
    assert links
    assert {link[1:] for link in links} <= set(ids)
    assert render_fragment(compared) == fragment
    other = render_fragment(whole(Party("a", side("one"), DIGEST), Party("b", side("two"), DIGEST)))
    assert prefix not in other


def test_every_rule_of_a_fragment_is_below_its_class() -> None:
    """The style sheet of a fragment is one rule that holds all others, so it says nothing of the page around it."""
    sheet_text = re.sub(r"/\*.*?\*/", "", packaged("changes.css"), flags=re.DOTALL).strip()
    assert sheet_text.startswith(f".{CLASS} {{")
    depth, ends = 0, []
    for place, character in enumerate(sheet_text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "}" and depth == 0:
            ends.append(place)
    assert ends == [len(sheet_text) - 1]
    assert not re.search(r"\b(html|body|:root)\b", sheet_text)
