"""Front matter: what is some, and what it states."""

from __future__ import annotations

import pytest

from muniment.sources.markdown.extraction import cut_front_matter, facts_in


@pytest.mark.parametrize(
    ("text", "front", "rest"),
    [
        ("---\na: b\n---\ntext", "a: b\n", "text"),
        ("---\r\na: b\r\n...\r\ntext", "a: b\r\n", "text"),
        ("---\n# remark\na:\n  - b\n- c\n\n---\n", "# remark\na:\n  - b\n- c\n\n", ""),
        ("---\n\n---\ntext", "", "---\n\n---\ntext"),
        ("---\nA sentence that stands between rules.\n---\n", "", "---\nA sentence that stands between rules.\n---\n"),
        ("---\na: b\n", "", "---\na: b\n"),
        (" ---\na: b\n---\n", "", " ---\na: b\n---\n"),
        ("text\n---\na: b\n---\n", "", "text\n---\na: b\n---\n"),
    ],
)
def test_cut(text: str, front: str, rest: str) -> None:
    """It stands between two lines of hyphens at the very beginning, and each of its lines is one of YAML."""
    assert cut_front_matter(text) == (front, rest)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("title: Notice # remark", {"title": "Notice"}),
        ('title: "A: notice"', {"title": "A: notice"}),
        ("title: 'It is'", {"title": "It is"}),
        ('title: "say \\"so\\""', {}),
        ("title: >", {}),
        ("title: [a]", {}),
        ("title: a: b", {}),
        ("title: " + "a" * 301, {}),
        ("date: 2026-03-02 09:00", {"issued": "2026-03-02"}),
        ("date: 3 March", {}),
        ("date: 2026-02-30", {}),
        ("date: 2026-99-99T09:00", {}),
        ("date: 0000-01-01", {}),
        ("Lang: pt-BR", {"language": "pt-BR"}),
        ("language: no such language", {}),
        ("  title: set in", {}),
        ("author: A. Person", {}),
    ],
)
def test_facts(line: str, expected: dict[str, str]) -> None:
    """Title, date and language are taken where they are one text; names of persons are not."""
    assert {fact.member: fact.value for fact in facts_in(f"{line}\n")} == expected


def test_the_first_counts() -> None:
    """A member that stands twice is what the first line says."""
    assert [fact.value for fact in facts_in("title: one\ntitle: two\n")] == ["one"]
