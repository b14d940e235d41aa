from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.sources.marks import _CLAUSE, _CLOSERS, _SENTENCE, ends_clause, ends_sentence


@pytest.mark.parametrize(
    "mark",
    [
        *".!?…‼⁇⁈⁉‥",
        "\u037e",  # Greek question mark
        *"؟۔",
        *"।॥",
        *"。．！？｡",
        "\u0589",  # Armenian full stop
        *"።፧፨",
        *"။",
        *"។៕",
        "།",
    ],
)
def test_sentence_marks(mark: str) -> None:
    """A sentence ends at the marks of each script, before closing quotes and brackets too."""
    for closer in ("", "”", '"', "»", " »", "\u00a0»", "\u202f»", ")", "」", "』）", "\u200f", "’”"):
        assert ends_sentence(f"word{mark}{closer}") is True
        assert ends_clause(f"word{mark}{closer}") is True


@pytest.mark.parametrize("mark", [*";:,", "\u0387", *"؛،", *"；：，、､", "\u055d", *"፣፤፥፦", "၊"])
def test_clause_marks(mark: str) -> None:
    """A clause ends at commas, colons and their like, and a sentence does not."""
    assert ends_clause(f"word{mark}") is True
    assert ends_sentence(f"word{mark}") is False


@pytest.mark.parametrize("text", ["word", "word)", "«word»", "", "”", "word -", "1.5", "ข้อความ"])
def test_no_mark(text: str) -> None:
    """Letters, digits, dashes and closing marks alone end neither."""
    assert ends_clause(text) is False
    assert ends_sentence(text) is False


@given(st.text(st.sampled_from(f"a{_CLOSERS}.!。,;،\n"), max_size=6))
def test_the_last_mark_is_that_before_the_closers(text: str) -> None:
    """With or without closers, the answer is that of the text stripped of them."""
    last = text.rstrip(_CLOSERS)[-1:]
    assert ends_sentence(text) == (last in _SENTENCE)
    assert ends_clause(text) == (last in _SENTENCE | _CLAUSE)
