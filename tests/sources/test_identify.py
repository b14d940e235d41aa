from __future__ import annotations

import pytest

from muniment.sources.labels import Label
from muniment.sources.paragraphs import identify

_CODES = {
    "9": Label(0, ".", (9,)),
    "10": Label(0, ".", (10,)),
    "1.2": Label(0, ".", (1, 2)),
    "9.1": Label(0, ".", (9, 1)),
    "a": Label(0, "(a)", letter="a"),
    "б": Label(0, "a)", letter="б"),
    "-": Label(0, "-"),
    ".": None,
    "h": None,
}


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("9 10", "p9 p10"),
        ("1.2", "p1.2"),
        ("9 . . 10 .", "p9 p9.1 p9.2 p10 p10.1"),
        (". . 9", "p0.1 p0.2 p9"),
        (". . .", "p1 p2 p3"),
        ("- . -", "p1 p2 p3"),
        ("h . h .", "h1 p1 h2 p2"),
        ("h 9 h . 10", "h1 p9 h2 p9.1 p10"),
        ("9 a б", "p9 p9.a p9.б"),
        ("9 a . a", "p9 p9.a p9.1 p9.a-2"),
        ("a . a", "p0.a p1 p0.a-2"),
        ("9 - a -", "p9 p9.1 p9.a p9.2"),
        ("9 9 9", "p9 p9-2 p9-3"),
        ("9 . 9 .", "p9 p9.1 p9-2 p9.1-2"),
        ("9 . 9.1 .", "p9 p9.1 p9.1-2 p9.1.1"),
        ("1.2 . a", "p1.2 p1.2.1 p1.2.a"),
        ("", ""),
    ],
)
def test_identify(codes: str, expected: str) -> None:
    """Ids follow the printed numbers, then the letters, then a count; a repeated id gets a suffix."""
    names = codes.split()

    assert identify([_CODES[name] for name in names], [name == "h" for name in names]) == expected.split()
