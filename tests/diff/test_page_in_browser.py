"""The page as a reader meets it: driven in headless Chromium, with scripts switched off as the page itself does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from muniment.diff import compare
from muniment.diff.difference import shown
from muniment.diff.selection import About, Member, select
from muniment.diff.views.html import render_fragment, render_html
from muniment.diff.views.rows import rows as rows_of
from muniment.diff.views.sheet import Party, Sheet, SheetStep
from muniment.diff.views.timeline import Mark
from muniment.record import Emendation
from muniment.sources import extract

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OLD = """Notice on the harbour

1. The harbour closes on Monday, and every vessel above twelve metres leaves the inner basin before noon.

2. Demonstrations began. The protesters demanded a lower price for gas, which had been doubled overnight.

3. It is important to note that peaceful protesters are not prosecuted for what they said in the square.

4. Fees stay as they are: 12 per metre & day, as <b>agreed</b>.

5. The ferry runs at six.

6. The ferry runs at seven.

7. The ferry runs at eight.

8. أعلنت الحكومة يوم الاثنين أن الميناء مغلق أمام جميع السفن حتى إشعار آخر.

9. 政府星期一宣布港口对所有船只关闭，直至另行通知。

10. <script>document.title="owned"</script> <img src=x onerror="document.title='owned'"> **bold** stay text.

11. Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsversammlung opens.

12. The warden keeps the keys of both gates.

He hands them over at dusk to the watch, who signs for them.

13. This clause on penalties for late removal is deleted altogether.
"""
NEW = """Notice on the harbour

1. It is important to note that peaceful protesters are never prosecuted for what they said in the square.

2. The harbour opens on Tuesday, and every vessel above fifteen metres leaves the inner basin before noon.

3. Demonstrations began.

The protesters demanded a lower price for gas, which had been doubled overnight.

4. Fees stay as they are: 12 per metre &\u00a0day, as <b>agreed</b>.

5. The ferry runs at six.

6. The ferry runs at seven.

7. The ferry runs at eight.

7a. Новое: лоцман вправе отказаться от выхода в шторм.

8. أعلنت الحكومة يوم الثلاثاء أن الميناء مفتوح أمام جميع السفن حتى إشعار آخر.

9. 政府星期二宣布港口对所有船只开放，直至另行通知。

10. <script>document.title="pwned"</script> <img src=y onerror="document.title='owned'"> **bold** stay text.

11. Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsversammlung closes.

12. The warden keeps the keys of both gates. He hands them over at dusk to the watch, who signs for them.
"""
DIGEST = "sha256:" + "0123456789abcdef" * 4


def _sheet() -> Sheet:
    a, b = extract(OLD.encode(), where="old").paragraphs, extract(NEW.encode(), where="new").paragraphs
    emended = Emendation("p1", 0, 1, "corrected", "T", "a letter", "A. Editor")
    about = About((Member("subjects", "added", [], ["Harbours", "Ferries"]),), (emended,))
    return Sheet(
        Party("harbour/v1", a, DIGEST, "en", "harbour/v1", DIGEST, "Notice", "2026-01-02T00:00:00Z"),
        Party("new.txt", b, DIGEST),
        select(compare(a, b), about),
    )


SHEET = _sheet()
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
Open = Callable[..., "Page"]
Contrast = Callable[["Page"], list[tuple[float, str]]]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page in a file."""
    path = tmp_path_factory.mktemp("page") / "changes.html"
    path.write_bytes(render_html(SHEET, context=0).encode())
    return path


@pytest.fixture
def open_page(browser: Browser, file: Path) -> Iterator[Open]:
    """Open the page in a window of some width; requests and what went to the console are kept beside it."""
    contexts = []

    def opened(width: int = 1280, scheme: Literal["light", "dark"] = "light", *, scripts: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


def words(text: str) -> str:
    """A text with white space folded."""
    return " ".join(text.split())


def rows(page: Page) -> str:
    """The text as it is displayed, hidden elements left out."""
    return words(page.locator(".text").inner_text())


def test_no_request_leaves(browser: Browser, file: Path) -> None:
    """Opening the page, in both views, asks for the file itself and for nothing else, and breaks no policy."""
    context = browser.new_context()
    page = context.new_page()
    requests: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    page.check("#view-side")
    page.wait_for_load_state("networkidle")
    assert requests == [file.as_uri()]
    assert said == []
    context.close()


def test_archived_markup_is_inert(open_page: Open) -> None:
    """Archived scripts and elements are words on the page, also for a reader who lets scripts run."""
    page = open_page(scripts=True)
    assert page.title() == "Changes: harbour/v1 → new.txt"
    assert page.locator("script, img, b, strong").count() == 0
    assert "<img src=xy onerror=\"document.title='owned'\"> **bold** stay text." in rows(page)


def test_links_join_the_ends_of_a_move(open_page: Open) -> None:
    """A link at each end of a move, a split and a merge leads to the other end, in sight and with the focus."""
    for view in ("inline", "side"):
        page = open_page()
        page.check(f"#view-{view}")
        for start, target in (
            (".row.left .note a", "b-p1"),
            (".row.move .note a >> nth=0", "a-p3"),
            (".row.split .note a >> nth=1", "b-nn1"),
            (".row.merge .note a >> nth=0", "a-p12"),
        ):
            page.click(start)
            assert page.url.endswith(f"#{target}")
            end = page.locator(f"[id='{target}']")
            assert end.is_visible()
            assert page.evaluate("document.activeElement.id") == target
            assert page.evaluate("document.querySelector(':target').id") == target


def test_the_list_of_changes_leads_to_each(open_page: Open) -> None:
    """Every link in the list of changes leads to a paragraph in sight."""
    page = open_page()
    page.locator("nav summary").click()
    for link in page.locator("nav a").all():
        target = (link.get_attribute("href") or "")[1:]
        assert page.locator(f"[id='{target}']").is_visible()
    assert page.locator("nav a").count() == sum(not o.unchanged for o in SHEET.selection.difference.operations)


@pytest.mark.parametrize("view", ["inline", "side"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_contrast(open_page: Open, contrast: Contrast, scheme: Literal["light", "dark"], view: str) -> None:
    """Every text that is shown has the contrast of WCAG AA, 4.5 to 1, in both schemes."""
    page = open_page(scheme=scheme)
    page.check(f"#view-{view}")
    page.check("#view-marks")
    page.evaluate("location.hash = 'b-p1'; document.querySelectorAll('details').forEach(e => e.open = true)")
    found = contrast(page)
    assert len(found) > 100
    assert [(round(ratio, 2), text) for ratio, text in found if ratio < 4.5] == []
    grounds = {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 23, 24)"}
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == grounds[scheme]


def test_keyboard(open_page: Open) -> None:
    """The keyboard alone reaches the views, switches them, and opens what is folded."""
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") == "summary"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "view-inline"
    assert not page.locator(".cell.a").first.is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("#view-side").is_checked()
    assert page.locator(".row:not(.equal) .cell.a").first.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("#view-marks").is_checked()
    page.locator(".fold summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".fold .row").first.is_visible()


@pytest.mark.parametrize("view", ["inline", "side"])
@pytest.mark.parametrize("width", [320, 400, 710, 1280])
def test_no_sideways_scroll(open_page: Open, width: int, view: str) -> None:
    """No window is too narrow for the page, long words and hashes included."""
    page = open_page(width)
    page.check(f"#view-{view}")
    page.check("#view-marks")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("view", ["inline", "side"])
def test_print_hides_nothing(open_page: Open, view: str) -> None:
    """On paper every paragraph of both sides stands in full, what is folded on the screen too."""
    page = open_page()
    page.check(f"#view-{view}")
    page.emulate_media(media="print")
    printed = rows(page)
    exact = printed.replace("⟨U+00A0 NO-BREAK SPACE⟩", "\u00a0").replace("⟨U+0020 SPACE⟩", " ")
    for operation in SHEET.selection.difference.operations:
        if operation.unchanged:
            assert words(shown(SHEET.b.paragraphs[operation.b[0]])) in printed
        for segment in operation.segments or ():
            assert words(segment.text) in words(exact)
    assert not page.locator(".switch").is_visible()
    assert page.locator(".fold .row").first.is_visible()


def test_both_views_show_both_sides(open_page: Open) -> None:
    """In place, each change stands once with old and new words; side by side, each side reads as it did."""
    page = open_page()
    assert "12. The harbour closes on Mondayopens on Tuesday, and every vessel above twelvefifteen" in rows(page)
    page.check("#view-side")
    assert "1. The harbour closes on Monday, and every vessel above twelve metres" in rows(page)
    assert "2. The harbour opens on Tuesday, and every vessel above fifteen metres" in rows(page)


def test_brackets_are_there_when_asked_for(open_page: Open) -> None:
    """The marks around changes are out of sight until the reader asks for them, and then are of some size."""
    page = open_page()
    size = "parseFloat(getComputedStyle(document.querySelector('.text ins'), '::before').width) > 2"
    assert page.evaluate(size) is False
    page.check("#view-marks")
    assert page.evaluate(size) is True


def test_assistive_technology_hears_the_changes(open_page: Open) -> None:
    """In the accessibility tree deletions and insertions have their roles, and both views their group."""
    page = open_page()
    assert page.get_by_role("group", name="Show the text").is_visible()
    assert page.get_by_role("deletion").filter(has_text="closes on Monday").first.is_visible()
    assert page.get_by_role("insertion").filter(has_text="opens on Tuesday").first.is_visible()
    assert page.get_by_role("heading", name="Moved from p3 in A").is_visible()
    assert page.get_by_role("navigation", name="Changes").is_visible()


def test_right_to_left_text_has_its_direction(open_page: Open) -> None:
    """A paragraph takes the direction of its own letters."""
    page = open_page()
    directions = page.evaluate(
        "[...document.querySelectorAll('.cell.b p')].map(e => [e.textContent, getComputedStyle(e).direction])"
    )
    assert {direction for text, direction in directions if "الميناء" in text} == {"rtl"}
    assert {direction for text, direction in directions if "harbour" in text} == {"ltr"}


def test_read_without_style(browser: Browser, file: Path, tmp_path: Path) -> None:
    """Without the style sheet the words of both sides are there from top to bottom, struck out and underlined."""
    html = file.read_text(encoding="utf-8")
    bare = tmp_path / "bare.html"
    bare.write_text(html[: html.index("<style>")] + html[html.index("</style>") :], encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto(bare.as_uri())
    page.evaluate("document.querySelectorAll('.fold').forEach(e => e.open = true)")
    text = rows(page)
    for paragraph in (*SHEET.a.paragraphs, *SHEET.b.paragraphs):
        assert paragraph.id in text
    assert "3. It is important to note that peaceful protesters are not prosecuted" in text
    decoration = "getComputedStyle(document.querySelector('.text {}')).textDecorationLine"
    assert page.evaluate(decoration.format("del")) == "line-through"
    assert page.evaluate(decoration.format("ins")) == "underline"
    context.close()


def test_paragraphs_of_the_example() -> None:
    """The example has every kind of change that the page shows."""
    assert {o.op for o in SHEET.selection.difference.operations} == {
        "equal",
        "replace",
        "insert",
        "delete",
        "move",
        "split",
        "merge",
    }
    assert any(o.kind for o in SHEET.selection.difference.operations)


LONG_TITLE = "Notice on the works in the inner harbour, the moorings of small craft, the ferries, the fees"
ORIGIN = "press.example.org/harbour"
WHEN = ("2026-03-02", "2026-03-03", "2026-03-09", "2026-03", "2026-04-20T10:00:00Z", "2027")


def _range_sheet() -> Sheet:
    """The example as a range of six versions with a long title, unchanged paragraphs before the first change."""
    before = "Unchanged words stand here. " * 30
    a, b = (extract(f"{before}\n\n{before}\n\n{text}".encode(), where="text").paragraphs for text in (OLD, NEW))
    marks = tuple(
        Mark(f"v{n}", time, "issued" if n % 2 else "retrieved", 40 * (n - 1), 7 * (n % 3))
        for n, time in enumerate(WHEN, 1)
    )
    net = select(compare(a, b), About((Member("subjects", "added", [], ["Harbours"]),), originals_differ=True))
    named = replace(Party("", a, DIGEST, "en", "", DIGEST, LONG_TITLE), issuer="Port of Northwick", origin=ORIGIN)
    old, new = (
        replace(named, name=f"harbour/v{n}", reference=f"harbour/v{n}", paragraphs=p) for n, p in ((1, a), (6, b))
    )
    logged = "2027-01-02T00:00:00Z"
    steps = tuple(SheetStep(mark.version, "publication", mark.when, logged, net, old, new) for mark in marks[1:])
    return Sheet(old, new, net, steps, marks)


RANGE = _range_sheet()


@pytest.fixture
def open_html(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open some HTML from disk in a window of some width."""
    contexts = []

    def opened(html: str, width: int, scheme: Literal["light", "dark"] = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        path = tmp_path / "page.html"
        path.write_bytes(html.encode())
        page = context.new_page()
        page.on("console", lambda message: pytest.fail(message.text))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("sheet", [SHEET, RANGE], ids=["two", "range"])
def test_first_change_is_on_the_first_screen(open_html: Callable[..., Page], width: int, sheet: Sheet) -> None:
    """The first change begins within 400 pixels of the top, below the strip of a range, on a telephone too."""
    page = open_html(render_html(sheet), width)
    change = page.locator(".row:not(.equal)").first
    assert change.is_visible()
    top = change.evaluate("e => e.getBoundingClientRect().top + scrollY")
    assert 0 < top <= 400
    assert page.locator(".strip").count() == (1 if sheet.steps else 0)
    assert page.locator(".parties").evaluate("e => e.getBoundingClientRect().top + scrollY") > top


@pytest.mark.parametrize("scheme", SCHEMES)
def test_strip_is_read_without_colour(
    open_html: Callable[..., Page], contrast: Contrast, scheme: Literal["light", "dark"]
) -> None:
    """Bars are told apart by their side of the line and by numbers, stand in order of time, and are said in words."""
    page = open_html(render_html(RANGE), 400, scheme)
    said = page.get_by_role("img").get_attribute("aria-label") or ""
    assert said.startswith("v1, issued 2026-03-02; v2, retrieved 2026-03-03: 40 characters added, 14 removed; v3, ")
    assert said.count("characters added") == len(WHEN) - 1
    line = float(page.locator(".axis").get_attribute("y1") or 0)
    tops = page.locator(".strip rect").evaluate_all(
        "all => all.map(e => [e.classList[0], +e.getAttribute('y'), +e.getAttribute('height')])"
    )
    assert all((y + height == line) if name == "added" else (y == line) for name, y, height in tops)
    assert [text for text in page.locator(".strip .size").all_text_contents() if text.startswith("+")] == [
        f"+{40 * n}" for n in range(1, 6)
    ]
    places = page.locator(".strip .version").evaluate_all(
        "all => all.map(e => [e.textContent, e.getBoundingClientRect().left, e.getBoundingClientRect().right])"
    )
    in_time = sorted(places, key=lambda place: place[1])
    assert [name for name, _, _ in in_time] == ["v1", "v2", "v3", "v4", "v5", "v6"]
    assert all(before[2] < after[1] for before, after in pairwise(in_time))
    assert [text for ratio, text in contrast(page) if ratio < 4.5] == []


def _marks(*times: str) -> tuple[Mark, ...]:
    return tuple(Mark(f"v{n}", time, "issued", 10 * n, n) for n, time in enumerate(times, 1))


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize(
    "marks",
    [
        RANGE.marks,
        _marks("2026-02-03", "2026-02-04", "2026-02-09", "2026-02-16", "2026-03-02", "2026-03-20"),
        _marks("2026-02-03", "2026-02-03"),
        _marks("2026-02-03", "2026-02-04"),
        _marks("2026-02-03T09:00:00Z", "2026-02-03T09:01:00Z", "2026-02-03T09:02:00Z"),
        _marks("2026-02-03", *(f"2026-02-{day:02}" for day in range(3, 28))),
        _marks("2026-03-20", "2026-02-03", "2027"),
    ],
    ids=["example", "harbour", "same", "two", "minutes", "many", "disordered"],
)
def test_dates_stand_below_their_marks(open_html: Callable[..., Page], width: int, marks: tuple[Mark, ...]) -> None:
    """Each date stands below its own mark, none touches another, and the first and the last are always there."""
    page = open_html(render_html(replace(RANGE, marks=marks)), width)
    boxes = """all => all.map(e => { const r = e.getBoundingClientRect();
      return [e.textContent, r.left, r.right, r.top, r.bottom]; })"""
    labels = page.locator(".strip .date:visible").evaluate_all(boxes)
    bars = page.locator(".strip :is(rect, circle)").evaluate_all(
        "all => all.map(e => [e.parentElement.querySelector('title').textContent, e.getBoundingClientRect().toJSON()])"
    )
    centres = {said.partition(",")[0]: box["left"] + box["width"] / 2 for said, box in bars}
    times = {f"v{n}": mark.time[:10] for n, mark in enumerate(marks, 1)}
    for said, left, right, _, _ in labels:
        assert any(times[name] == said and abs(x - (left + right) / 2) < 1 for name, x in centres.items()), said
        assert 0 <= left < right <= width
    for one, other in combinations(labels, 2):
        assert one[2] < other[1] or other[2] < one[1] or one[4] <= other[3] or other[4] <= one[3], (one, other)
    shown_at = [(left + right) / 2 for _, left, right, _, _ in labels]
    for end in (min(centres.values()), max(centres.values())):
        assert any(abs(end - at) < 1 for at in shown_at)
    bottom = max(label[4] for label in labels)
    assert bottom <= page.locator(".strip figcaption").evaluate("e => e.getBoundingClientRect().top") + 1


@pytest.mark.parametrize("width", [400, 1280])
def test_range_begins_with_what_it_is_of(open_html: Callable[..., Page], width: int) -> None:
    """The page of a range names title, issuer, release and origin above its first change, and no hash there."""
    page = open_html(render_html(RANGE), width)
    assert page.inner_text("h1") == LONG_TITLE
    assert page.inner_text(".source") == "Port of Northwick \u00b7 harbour, kept by press.example.org/harbour"
    assert words(page.inner_text("header")).find("sha256:") == -1
    other = replace(RANGE, a=replace(RANGE.a, title="Before"))
    page = open_html(render_html(other), width)
    assert page.inner_text("h1") == LONG_TITLE
    assert page.inner_text(".source") == "Port of Northwick \u00b7 harbour, kept by press.example.org/harbour"


def test_range_shows_the_words_of_each_step(open_html: Callable[..., Page]) -> None:
    """Below the whole stands each step with the words that it changed, before hashes and legend, and in print too."""
    page = open_html(render_html(RANGE), 1280)
    steps = page.locator(".steps .step")
    assert steps.count() == len(RANGE.steps)
    changed = [row for row in rows_of(RANGE.selection.difference) if RANGE.selection.shows(row.operation)]
    for step in steps.all():
        assert step.locator(".row").count() == len(changed) > 3
        assert step.locator("del").count() > 1
        assert step.locator("ins").count() > 1
    assert words(steps.first.inner_text()).startswith("v2, retrieved 2026-03-03, publication")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    order = page.evaluate("[...document.querySelectorAll('main > *')].map(e => e.className)")
    assert order.index("text") < order.index("steps") < order.index("parties") < order.index("legend")
    page.emulate_media(media="print")
    assert all(step.locator("del").first.is_visible() for step in steps.all())


def test_fragment_changes_nothing_around_it(open_html: Callable[..., Page]) -> None:
    """In another page a fragment keeps its looks, and the page keeps its own: fonts, headings, lists and links."""
    own = "<h1>Ours</h1><h2>Theirs</h2><p>Words <del>old</del> <a href='#'>link</a></p><ul><li>One</li></ul>"
    look = """() => { const other = 'body > :not(.muniment-changes)';
      return [...document.querySelectorAll(`${other}, ${other} *`)].map(e => { const s = getComputedStyle(e);
        return [e.tagName, s.color, s.font, s.margin, s.padding, s.backgroundColor, s.display]; }); }"""
    style = "p {{ margin: 3em; color: red }} h2 {{ color: green }}"
    host = f"<!DOCTYPE html><title>Host</title><style>{style}</style><body>{{}}"
    alone = open_html(host.format(own), 900).evaluate(look)
    page = open_html(host.format(render_fragment(RANGE) + own + render_fragment(SHEET)), 900, "dark")
    assert page.evaluate(look) == alone
    assert page.locator(".muniment-changes p").first.evaluate("e => getComputedStyle(e).marginBottom") == "0px"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids)) > 40
    ground = "e => getComputedStyle(e).backgroundColor"
    assert page.locator(".muniment-changes").first.evaluate(ground) == "rgb(255, 255, 255)"
    page.evaluate("document.documentElement.style.colorScheme = 'light dark'")
    assert page.locator(".muniment-changes").first.evaluate(ground) == "rgb(22, 23, 24)"
    for width in (320, 900):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
