from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.display.changes import shapers, show_changed, show_kept

HOSTILE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
MARKS = re.compile("[\u061c\u200e\u200f]")
RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text, Қазақ 中国 🇰🇿 👩\u200d🚀", "plain text, Қазақ 中国 🇰🇿 👩\u200d🚀"),
        ("red \x1b[31malert", "red ⟨U+001B ESCAPE⟩[31malert"),
        ("a\u202eb", "a⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩b"),
        ("a\u2028b", "a⟨U+2028 LINE SEPARATOR⟩b"),
        ("a\nb\u00a0c", "a\nb\u00a0c"),
        ("[-no-] {+no+} [7] {x}", "\\[-no-\\] \\{+no+\\} [7] {x}"),
        ("] end [", "\\] end \\["),
        ("C:\\dir ⟨U+0041⟩", "C:\\\\dir \\⟨U+0041⟩"),
    ],
)
def test_kept_text(text: str, expected: str) -> None:
    """Unchanged text is shown as it is, but for controls and what looks like a mark of ours."""
    assert show_kept(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("new words ", "new words "),
        (" ", "⟨U+0020 SPACE⟩"),
        ("  ", "⟨U+0020 SPACE⟩⟨U+0020 SPACE⟩"),
        ("a  b", "a ⟨U+0020 SPACE⟩b"),
        ("a\u00a0b\u200bc\u00add", "a⟨U+00A0 NO-BREAK SPACE⟩b⟨U+200B ZERO WIDTH SPACE⟩c⟨U+00AD SOFT HYPHEN⟩d"),
        ("❤\ufe0f", "❤⟨U+FE0F VARIATION SELECTOR-16⟩"),
        ("\u3164", "⟨U+3164 HANGUL FILLER⟩"),
        ("a\nb", "a⟨U+000A LINE FEED⟩b"),
        ("[-x-]\\", "\\[-x-\\]\\\\"),
        ("e\u0301 – x", "e\u0301 – x"),
    ],
)
def test_changed_text(text: str, expected: str) -> None:
    """In a change, every invisible character is named."""
    assert show_changed(text) == expected


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("الحوار\u200f، بيان", True),
        ("שני\u200f (1-2)", True),
        ("(UN)\u200e بيان", True),
        ("بيان 1\u200f-2", True),
        ("a\u200f! b", False),
        ("1\u200f-2", False),
        ("بيان a\u061cb", False),
        ("\u200e", False),
    ],
)
def test_direction_marks(text: str, kept: bool) -> None:  # noqa: FBT001 - a column of the table
    """A direction mark is spelling beside a right-to-left letter, and named where it could only mislead."""
    assert (show_kept(text) == text) is kept
    assert (show_changed(text, quiet=True) == text) is kept
    assert show_changed(text) != text
    assert "⟨U+" in show_changed(text)


def test_embeddings_and_overrides_are_always_named() -> None:
    """Balanced or not, and whatever letters stand beside them."""
    assert show_kept("\u202bبيان\u202c") == ("⟨U+202B RIGHT-TO-LEFT EMBEDDING⟩بيان⟨U+202C POP DIRECTIONAL FORMATTING⟩")
    assert show_changed("بيان\u2067", quiet=True) == "بيان⟨U+2067 RIGHT-TO-LEFT ISOLATE⟩"


def test_what_shapes_letters_is_left_where_it_did_not_change() -> None:
    """Joiners and selectors stay in new words, and are named where they have nothing to shape."""
    assert show_changed("👩\u200d🚀 ❤\ufe0f می\u200cخواهم", quiet=True) == "👩\u200d🚀 ❤\ufe0f می\u200cخواهم"
    assert show_changed("\u200dx \ufe0f", quiet=True) == ("⟨U+200D ZERO WIDTH JOINER⟩x ⟨U+FE0F VARIATION SELECTOR-16⟩")
    assert show_changed("a\u200d\u200d", quiet=True) == "a\u200d⟨U+200D ZERO WIDTH JOINER⟩"
    assert show_changed("a\u200b\u00adb", quiet=True) == "a⟨U+200B ZERO WIDTH SPACE⟩⟨U+00AD SOFT HYPHEN⟩b"
    assert shapers("a\u200d❤\ufe0f\u200fb\u00a0") == "\u200d\ufe0f\u200f"


def test_exact_text_names_what_looks_alike() -> None:
    """In a typographic change, combining marks and uncommon dashes are named too."""
    assert show_changed("e\u0301 ‐-", exact=True) == "e⟨U+0301 COMBINING ACUTE ACCENT⟩ ⟨U+2010 HYPHEN⟩-"


@given(st.text())
def test_nothing_hostile_gets_through(text: str) -> None:
    """No control and no turning character reaches the terminal raw, no direction mark but beside its letters."""
    assert not HOSTILE.search(show_kept(text))
    for shown in (show_changed(text), show_changed(text, quiet=True), show_changed(text, exact=True)):
        assert not HOSTILE.search(shown)
    assert not MARKS.search(show_changed(text))
    if not RTL.search(text):
        assert not MARKS.search(show_kept(text) + show_changed(text, quiet=True))
    assert "\n" not in show_changed(text)


@given(st.lists(st.tuples(st.sampled_from("=-+"), st.text("[]{}-+\\⟨a ", min_size=1)), max_size=5))
def test_archived_text_cannot_forge_a_mark(segments: list[tuple[str, str]]) -> None:
    """From the marked text the segments can be read back, whatever brackets the text holds."""
    segments = [s for k, s in enumerate(segments) if k == 0 or s[0] != segments[k - 1][0]]
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    shown = "".join(marks[tag].format(show_kept(text) if tag == "=" else show_changed(text)) for tag, text in segments)

    assert read_back(shown) == segments


def read_back(shown: str) -> list[tuple[str, str]]:
    """Parse marked text into its segments."""
    token = re.compile(r"\\(.)|⟨U\+0020 SPACE⟩|(\[-|\{\+)|(-\]|\+\})|(.)", re.DOTALL)
    segments: list[tuple[str, str]] = []
    tag, text = "=", ""
    for match in token.finditer(shown):
        escaped, opened, closed, plain = match.groups()
        if opened or closed:
            if text:
                segments.append((tag, text))
            tag, text = ("-" if opened == "[-" else "+") if opened else "=", ""
        else:
            text += escaped or plain or " "
    return [*segments, (tag, text)] if text else segments
