"""Prose of the files that are handed out."""

from __future__ import annotations

import pytest

from muniment.display.columns import PROSE_WIDTH, wrap_prose

WORDS = "The harbour is closed to ships of more than twelve metres until the crane has been taken away."
HASH = "bf99ed5aaba675035263ada2316950ef8a39ccf3cf57ac24550ee1b9886aee4c"


def test_a_paragraph_fits() -> None:
    """A paragraph is wrapped at 80 columns, whatever its lines were; empty lines stay where they are."""
    text = f"{WORDS}\n{WORDS}\n\n{WORDS}\n"
    wrapped = wrap_prose(text)
    assert max(map(len, wrapped.split("\n"))) <= PROSE_WIDTH
    assert [part.split() for part in wrapped.split("\n\n")] == [part.split() for part in text.split("\n\n")]
    assert wrapped.endswith(".\n")
    assert wrap_prose(wrapped) == wrapped


def test_a_number_hangs() -> None:
    """A number begins a paragraph, and the lines below stand under its first word."""
    wrapped = wrap_prose(f"1. {WORDS}\n2. {WORDS}\n   {WORDS}")
    first, second, *rest = wrapped.split("\n")
    assert first.startswith("1. The harbour")
    assert second.startswith("   ")
    assert sum(line.startswith("2. ") for line in rest) == 1
    assert all(line.startswith(("   ", "2. ")) for line in rest)


@pytest.mark.parametrize(
    "line",
    [
        f"     sha256sum {WORDS}",
        f"record.json   {WORDS}",
        f"> {WORDS}",
        f"   {HASH}",
        f"sha256:{HASH}.",
    ],
)
def test_what_is_kept(line: str) -> None:
    """Commands, rows of tables, quoted words and hashes stay as they are, and nothing flows into them."""
    assert wrap_prose(f"Before.\n{line}\nAfter.") == f"Before.\n{line}\nAfter."


def test_a_long_word_stands_alone() -> None:
    """A word that is wider than the page is never cut."""
    long = "x" * 100
    assert wrap_prose(f"Before {long} after") == f"Before\n{long}\nafter"
