from __future__ import annotations

import pytest

from muniment.sources.paragraphs import find_starts, split_blocks


def _starts(text: str) -> list[list[str]]:
    """Give, for each block but the first, the lines that start with a label that holds."""
    # A first block, so that the rest is not taken for the whole text.
    text = "x\n\n" + text
    found = [
        [text[line.start : line.end] for line, label in zip(block, labels, strict=True) if label]
        for block, labels in find_starts(split_blocks(text))
    ]
    return found[1:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # At the start of a block a number holds whatever came before it.
        ("16. a", [["16. a"]]),
        ("16. a\n\n7. b", [["16. a"], ["7. b"]]),
        # But four digits only in sequence.
        ("2022. a", [[]]),
        ("999. a\n\n1000. b", [["999. a"], ["1000. b"]]),
        ("9. a\n\n2022. b", [["9. a"], []]),
        # And parts without a closing mark only in sequence, or at its beginning.
        ("1.5 million", [[]]),
        ("1. a\n\n1.1 b\n\n1.2 c\n\n2. d", [["1. a"], ["1.1 b"], ["1.2 c"], ["2. d"]]),
        ("1. a\n\n1.5 b", [["1. a"], []]),
        ("1.1 a\n\n1.2 b", [["1.1 a"], ["1.2 b"]]),
        ("1.1 a\n\n1.3 b", [[], []]),
        ("1.1.1 a\n\n1.1.2 b\n\n1.2 c\n\n1.2.1 d", [["1.1.1 a"], ["1.1.2 b"], ["1.2 c"], ["1.2.1 d"]]),
        ("07.01.22 a", [[]]),
        # On a later line the sequence must vouch for it.
        ("1. a\n2. b\n3. c", [["1. a", "2. b", "3. c"]]),
        ("9. in the year\n2022. The", [["9. in the year"]]),
        ("9. on the\n11. May", [["9. on the"]]),
        ("on the\n10. May", [[]]),
        ("9. a\n\nb\n10. c", [["9. a"], ["10. c"]]),
        ("a:\n1. b\n2. c", [["1. b", "2. c"]]),
        ("a:\n1. b\n3. c", [[]]),
        ("a:\n1. b\n\n2. c", [[], ["2. c"]]),
        ("9. a:\n1. b\n2. c\n10. d", [["9. a:", "1. b", "2. c"]]),
        # Each form is a sequence of its own.
        ("9. a:\n1) b\n2) c\n10. d", [["9. a:", "1) b", "2) c", "10. d"]]),
        ("1. a\n2) b", [["1. a"]]),
        # Letters and bullets: at the start of a block, or twice.
        ("(a) b", [["(a) b"]]),
        ("a\n(b) c", [[]]),
        ("a\n(b) c\n(d) e", [["(b) c", "(d) e"]]),
        ("a\n(b) c\nd) e", [[]]),
        ("(a) b\n(c) d", [["(a) b", "(c) d"]]),
        ("- a", [["- a"]]),
        ("a\n- b", [[]]),
        ("a\n- b\n- c", [["- b", "- c"]]),
        ("- a\nb\n- c", [["- a", "- c"]]),
        ("a\n- b\n• c", [[]]),
        ("9. a:\n- b\n- c", [["9. a:", "- b", "- c"]]),
    ],
)
def test_find_starts(text: str, expected: list[list[str]]) -> None:
    """A label starts a paragraph where it stands first in its block, in sequence, or among its likes."""
    assert _starts(text) == expected
