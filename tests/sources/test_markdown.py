"""Markdown as it is published: its marks are kept, and hide neither a heading nor a number."""

from __future__ import annotations

import pytest
from tests.sources.conftest import ids, labelled, words

from muniment.sources import find_headline
from muniment.sources.paragraphs import segment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Law\n\n## § 1 Aim\n\n(1) One.\n\n(2) Two.\n\n## § 2 Words\n\n(1) One.", "h1 p1 p1.1 p1.2 p2 p2.1"),
        ("# Law\n\n### Art 1\n\n(1) One.\n\n### Art 2\n\n(1) One.", "h1 p1 p1.1 p2 p2.1"),
        ("# Terms\n\n### 1 Scope\n\n**1.1** One.\n\n**1.2** Two.\n\n### 2 Duties\n\nPay.", "h1 p1 p1.1 p1.2 p2 nn1"),
        (
            "# Условия\n\n## Статья 1. Цель\n\n1\\. Одно.\n\n2\\. Два.\n\n## Статья 2. Долг\n\n1\\. Одно.",
            "h1 p1 p1.1 p1.2 p2 p2.1",
        ),
        ("# 条款\n\n## 一、范围\n\n船舶。\n\n## 二、费用\n\n付费。", "h1 p1 nn1 p2 nn2"),
        ("# Terms\n\n**ARTICLE 1 : SCOPE**\n\nShips.\n\n**ARTICLE 2 : DUES**\n\nPay.", "h1 p1 nn1 p2 nn2"),
        (
            "Terms\n=====\n\n1\\. Scope\n--------\n\nShips.\n\n2\\. Dues\n-------\n\nPay.",
            "h1 nn1 p1 nn2 nn3 p2 nn4 nn5",
        ),
    ],
)
def test_numbers_between_marks(text: str, expected: str) -> None:
    """A number is read through the marks of a heading, of bold type, and of an escape; they are part of the label."""
    assert ids(text) == expected


@pytest.mark.parametrize(
    "heading", ["## Is it safe?", "### Это безопасно?", "# 安全吗？", "## هل هو آمن؟", "Is it safe?\n-----------"]
)
def test_marked_headings(heading: str) -> None:
    """A marked heading is one whatever it ends with, and a line of its own in any block."""
    found = segment(f"Notice\n\n{heading}\nIt is safe, as the council said.\nAll may come.")
    assert (found[1].kind, found[1].text) == ("heading", heading.partition("\n")[0])


@pytest.mark.parametrize(
    "front", ["---\ntitle: Port\nslug: port\n---", '+++\nversion = "2"\n+++', "---\ntitle: Порт\n\ndate: 2024\n---"]
)
def test_what_stands_before_a_text(front: str) -> None:
    """Names and values before a text are one paragraph, and no title."""
    found = segment(f"{front}\n\n# The port\n\nIt is closed.")
    assert [each.text for each in found] == [front, "# The port", "It is closed."]
    assert find_headline(found) == "The port"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The port is closed\n\nSo it is.", "The port is closed"),
        ("## **Порт закрыт**\n\nЭто так.", "Порт закрыт"),
        ("<!-- made by hand -->\n\n# 港口关闭\n\n是的。", "港口关闭"),
        ("# [The port](https://press.example.org/port)\n\nIt is closed.", "The port"),
    ],
)
def test_titles_without_marks(text: str, title: str) -> None:
    """The title is the headline without the marks."""
    assert find_headline(segment(text)) == title


@pytest.mark.parametrize("line", ["\\- One", "\\* One", "\\• One"])
def test_escaped_bullets(line: str) -> None:
    """An escaped bullet is a bullet."""
    found = segment(f"We ask:\n\n{line}\n\n{line}")
    assert [each.kind for each in found] == ["paragraph", "list-item", "list-item"]


def test_contents_of_links() -> None:
    """A list of contents whose lines are links takes no number from the sections."""
    text = "# Terms\n\n1. [Scope](#scope)\n2. [Dues](#dues)\n\n## 1. Scope\n\nShips.\n\n## 2. Dues\n\nPay."
    assert labelled(text)["p1"] == "Scope"
    assert [each.kind for each in segment(text)][1:3] == ["list-item", "list-item"]


def test_a_long_heading_says_nothing_of_wrapping() -> None:
    """A marked heading over 200 code points leaves the lines below it wrapped."""
    text = (
        f"# {'Law on the names of ships and of boats, ' * 6}\n\n"
        "The council keeps the names of all the ships, and gives them\nto nobody without an order."
    )
    assert len(words(text)) == 2
