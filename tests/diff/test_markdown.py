from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from muniment.diff import compare
from muniment.diff.difference import Operation
from muniment.diff.selection import About, Member, Selection, select
from muniment.diff.views.markdown import inline, mark, render_markdown, weave
from muniment.diff.views.parts import parts
from muniment.diff.views.rows import rows, segments_of
from muniment.diff.views.sheet import Party, Sheet, SheetStep
from muniment.record import Emendation
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]
DIGEST = "sha256:" + "0" * 64
JUDGES = {html: MarkdownIt("commonmark", {"html": html}).enable(["strikethrough", "table"]) for html in (True, False)}
OURS = {"text", "code_inline", "s_open", "s_close", "strong_open", "strong_close", "html_inline"}
ALIVE = re.compile(r"@|://|www\.|#\w", re.IGNORECASE)


def sheet(a: list[Paragraph], b: list[Paragraph]) -> Sheet:
    """A comparison of two plain files."""
    return Sheet(Party("old.txt", a, DIGEST), Party("new.txt", b, DIGEST), select(compare(a, b), About()))


def inner(line: str, *, html: bool = True) -> list[Token]:
    """The inline tokens of a line that must be one paragraph in a quote."""
    tokens = JUDGES[html].parse(f"> {line}\n")
    kinds = [token.type for token in tokens]
    assert kinds == ["blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close"]
    return tokens[2].children or []


def sides(line: str) -> tuple[str, str]:
    """What a reader of the rendered line takes for side A and for side B."""
    old, new, state = "", "", "="
    opening = {"s_open": "-", "strong_open": "+", "<del>": "-", "<ins>": "+"}
    for token in inner(line):
        assert token.type in OURS
        if token.type in ("text", "code_inline"):
            old += token.content if state != "+" else ""
            new += token.content if state != "-" else ""
            assert token.type == "code_inline" or not ALIVE.search(token.content)
        else:
            name = token.content if token.type == "html_inline" else token.type
            assert name in {*opening, "</del>", "</ins>", "s_close", "strong_close"}
            state = opening.get(name, "=")
    return folded(old), folded(new)


def folded(text: str) -> str:
    """A text with its spaces folded, as Markdown folds them, and with characters for their names."""
    text = re.sub("⟨U\\+([0-9A-F]{4,6}) [^⟩]*⟩", lambda match: chr(int(match[1], 16)), text)
    return re.sub("[ \n]+", " ", text).strip(" \n")


def said(operation: Operation, a: list[Paragraph], b: list[Paragraph], tags: str) -> str:
    """One side of an operation, with pilcrows where paragraphs end."""
    old, new = [a[i] for i in operation.a], [b[j] for j in operation.b]
    line = ""
    segments = segments_of(operation, a, b)
    for part in parts(segments, old, new, exact=operation.kind is not None):
        beside = segments[part.segment + 1 : part.segment + 2] if part.tag == "-" else segments[: part.segment][-1:]
        if part.white:
            line += " " if part.tag in tags and beside and beside[0].tag != "=" else ""
        elif part.tag in tags:
            changed = part if operation.kind else part.unbroken()
            line += part.text.replace("\r\n", " ") if part.tag == "=" else changed.text
            ends = part.ends_a or part.ends_b
            line += "" if not ends else "¶" if part.tag != "=" else " ¶ "
    return folded(line)


MARKUP = "*_~`[]()<>#!|\\&$@:-+=>.1 \n\r\t\"'"
CHARACTERS = st.one_of(st.sampled_from(MARKUP + "ab中é\u00a0\u200b\u202e⟨"), st.characters())
WORDS = st.sampled_from(
    [
        "<b>",
        "</del>",
        "<ins>",
        "<!--",
        "&amp;",
        "&#64;",
        "![x](y)",
        "[x]:",
        "**",
        "~~",
        "```",
        "~~~",
        "`",
        "1.",
        "1)",
        "-",
        "===",
        "---",
        "|a|b|",
        "https://a.example/?b=c",
        "www.a.example",
        "@name",
        "#12",
        ":+1:",
        "a@b.example",
        "o/r#1",
        "deadbeef1",
    ]
)
TEXTS = st.lists(st.one_of(st.text(CHARACTERS, min_size=1, max_size=6), WORDS), min_size=1, max_size=6).map("".join)
LABELS = st.one_of(st.none(), st.sampled_from(["1.", "#", "-", "(a)"]))
PARAGRAPHS = st.lists(st.builds(Paragraph, st.just("p1"), st.just("paragraph"), LABELS, TEXTS), max_size=4)


@settings(max_examples=300, deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_any_text_comes_back(a: list[Paragraph], b: list[Paragraph]) -> None:
    """Whatever the texts hold, CommonMark renders each change as those words, struck out or bold, and nothing more."""
    for row in rows(compare(a, b)):
        operation = row.operation
        old, new = [a[i] for i in operation.a], [b[j] for j in operation.b]
        line = weave(segments_of(operation, a, b), old, new, exact=operation.kind is not None)
        if line:
            assert sides(line) == (said(operation, a, b, "=-"), said(operation, a, b, "=+"))
            assert all(token.type in OURS - {"html_inline"} for token in inner(line, html=False))


@settings(deadline=None)
@given(TEXTS)
@example("<script>alert(1)</script>")
def test_any_text_is_inert(text: str) -> None:
    """A name, a title or a value is plain text wherever it stands."""
    for html in (True, False):
        tokens = JUDGES[html].parse(f"- title: {inline(text, changed=True)}\n")
        children = [child.type for token in tokens for child in token.children or []]
        assert set(children) <= {"text", "code_inline"}
        assert {token.type for token in tokens} <= {
            f"{name}_{end}" for name in ("bullet_list", "list_item", "paragraph") for end in ("open", "close")
        } | {"inline"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "<b>R&D</b> &amp; *x* _y_ `z` [a](b) ![c](d) ~~e~~",
            r"&lt;b>R&D&lt;/b> &amp;amp; \*x\* \_y\_ \`z\` \[a\](b) !\[c\](d) \~\~e\~\~",
        ),
        ("see https://a.example/b, @mayor and #12", "see `https://a.example/b,` `@mayor` and `#12`"),
        ("one\r\ntwo\rthree", "one two⟨U+000D CARRIAGE RETURN⟩three"),
        ("$5 | $6", r"\$5 \| \$6"),
        ("one\u202etwo", "one⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩two"),
        ("commit deadbeef1 of 20220102", "commit `deadbeef1` of 20220102"),
    ],
)
def test_escapes(text: str, line: str) -> None:
    """Only what could come to life is escaped; links and mentions stand as code."""
    assert inline(text) == line


@pytest.mark.parametrize(
    ("tag", "text", "before", "after", "line"),
    [
        ("-", "word", "a ", " b", "~~word~~"),
        ("+", "word", "a", "b", "**word**"),
        ("+", "(word)", "a", " b", "<ins>(word)</ins>"),
        ("-", "。", "字", "字", "<del>。</del>"),
        ("-", " word ", "a", "b", " ~~word~~ "),
        ("+", "word", "\\*", "", "<ins>word</ins>"),
    ],
)
def test_marks(tag: str, text: str, before: str, after: str, line: str) -> None:
    """Where Markdown would not read its own marks, the elements stand."""
    assert mark("-" if tag == "-" else "+", text, before, after) == line


def test_page(side: Side) -> None:
    """The whole page: summary, hashes, what changed in the description, then each change."""
    a = [Paragraph("h1", "heading", None, "Notice"), *side(("1.", "The harbour closes on Monday."), ("2.", "Gone."))]
    b = [a[0], *side(("1.", "The harbour opens on Monday."), (None, "Новое."))]
    logged, published = "2026-01-02T00:00:00Z", "retrieved 2026-01-01T10:04:59Z (claimed), `[x](//e)` <b>"
    old = Party("v1", a, DIGEST, "en", "harbour/v1", DIGEST, "Notice_1", logged, published=published)
    emended = Emendation("p1", 0, 1, "corrected", "T", "a letter", "A. Editor")
    about = About((Member("rights", "added", None, "CC0"),), (), (emended,))
    page = render_markdown(Sheet(old, Party("new.txt", b, DIGEST), select(compare(a, b), about)))
    assert (
        page[: page.index("Compared by")]
        == f"""## Changes from v1 to new.txt

1 paragraph edited, 1 inserted, 1 deleted; description: rights added; emendations: 1 added; originals are the same.

- **A**: v1
  - title: Notice\\_1
  - release harbour, version v1
  - record: `{DIGEST}`
  - original: `{DIGEST}`
  - retrieved 2026-01-01T10:04:59Z (claimed), \\`\\[x\\](//e)\\` &lt;b>
  - logged: 2026-01-02T00:00:00Z (claimed)
- **B**: new.txt
  - bytes: `{DIGEST}`

### Description

- rights: ~~none~~ → **CC0**

### Emendations

- added: p1 0–1 corrected “T”, by A. Editor: a letter

### Text

~~Struck out~~: only in A. **Bold**: only in B. ⟨In brackets⟩: a character that does not show.

**p1** Edited

> 1\\. The harbour ~~closes~~**opens** on Monday.

**p2** Deleted

> ~~2. Gone.~~

**p2** Inserted

> **Новое.**

"""
    )


def test_steps_show_their_words(side: Side) -> None:
    """Below each step of a range stand the words that it changed, as text that stays text."""
    texts = [side(("1.", f"The harbour {word} on Monday.")) for word in ("opens", "<b>closes</b>", "_rests_")]
    one, two, three = (Party(f"harbour/v{n}", text, DIGEST) for n, text in enumerate(texts, 1))

    def net(a: Party, b: Party) -> Selection:
        return select(compare(a.paragraphs, b.paragraphs), About())

    when = "2026-01-02T00:00:00Z"
    steps = (
        SheetStep("v2", "publication", "issued unknown", when, net(one, two), one, two),
        SheetStep("v3", "publication", "issued unknown", when, net(two, three), two, three),
    )
    page = render_markdown(Sheet(one, three, net(one, three), steps))
    said = "publication, issued unknown; logged 2026-01-02T00:00:00Z (claimed): 1 paragraph edited"
    lines = page[page.index("### Step by step") : page.index("### Text")].splitlines()
    assert [line for line in lines if line.startswith("- **v")] == [
        next(line for line in lines if line.startswith(f"- **{name}**, {said}")) for name in ("v2", "v3")
    ]
    assert [line for line in lines if line.startswith("  - ")] == [
        "  - **p1** Edited: 1\\. The harbour ~~opens~~**&lt;b>closes&lt;/b>** on Monday.",
        "  - **p1** Edited: 1\\. The harbour ~~&lt;b>closes&lt;/b>~~**\\_rests\\_** on Monday.",
    ]


def test_no_change(side: Side) -> None:
    """Equal texts give the head alone."""
    page = render_markdown(sheet(side("one"), side("one")))
    assert "No change in words; originals are the same." in page
    assert "### " not in page


def test_moves_and_splits(side: Side) -> None:
    """A move stands once, where it stands now; the ends of paragraphs are pilcrows."""
    moved = "It is important to note that peaceful protesters are not prosecuted"
    page = render_markdown(sheet(side(moved, "Two.", "Three."), side("Two.", "Three.", moved)))
    assert page.count(moved) == 1
    assert "**p1 → p3** Moved from p1, which was first\n" in page
    whole = "Fees stay as they are. The rest follows here now."
    page = render_markdown(sheet(side(whole), side("Fees stay as they are.", "The rest follows here now.")))
    assert "> Fees stay as they are.~~⟨U+0020 SPACE⟩~~<ins>¶</ins>The rest follows here now." in page


def test_what_came_and_went_stands_as_text(side: Side) -> None:
    """Of a range, what only stood in between has a section of its own, in which nothing comes to life."""
    plain = sheet(side("one"), side("two"))
    assert "In between" not in render_markdown(plain)
    page = render_markdown(replace(plain, between=("came in v2, gone in v3: “<b>*Gates*</b>\n# x”", "second")))
    assert "### In between\n\n- came in v2, gone in v3: “&lt;b>\\*Gates\\*&lt;/b>" in page
    assert "\n- second\n" in page
    assert "\n# x" not in page
