"""JSON for other software, against the library that every Python has."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from muniment.canonical import MAX_INTEGER, Json
from muniment.snapshot.texts import format_plain

SEPARATORS = (",", ":")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(VALUES)
def test_plain_json_is_that_of_the_standard_library(value: Json) -> None:
    """A value has the bytes that json.dumps gives without blanks and without ASCII escapes."""
    assert format_plain(value) == f"{json.dumps(value, ensure_ascii=False, separators=SEPARATORS)}\n".encode()


def test_every_character_is_written_as_the_standard_library_does() -> None:
    """Each code point but the halves of surrogate pairs, alone in a text, has the same bytes."""
    text = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    assert format_plain(text) == f"{json.dumps(text, ensure_ascii=False)}\n".encode()
