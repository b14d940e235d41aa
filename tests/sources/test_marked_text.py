"""What Markdown and AsciiDoc mark in a plain text: headings with numbers, items of stars, addresses below an item."""

from __future__ import annotations

import pytest
from tests.sources.conftest import ids, labelled

from muniment.sources.paragraphs import segment


@pytest.mark.parametrize(
    ("first", "second", "item"),
    [
        ("Goals", "Design", "The pier is lit at night."),
        ("Цели", "Устройство", "Причал освещён ночью."),
        ("目的", "構成", "夜のあいだは、桟橋のすべての灯をともすものとする。"),
        ("الأهداف", "التصميم", "يضاء الرصيف ليلا."),
    ],
)
def test_numbers_of_marked_headings_are_a_list_of_their_own(first: str, second: str, item: str) -> None:
    """A heading that is marked and numbered goes on with the one before, whatever is numbered between them."""
    text = f"## 1. {first}\n\n1. {item}\n\n## 2. {second}\n\n1. {item}\n2. {item}\n\n### 2.1. {first}\n\n1. {item}\n"
    assert ids(text) == "p1 p1.1 p2 p2.list2.1 p2.list2.2 p2.1 p2.1.1"
    # Where each item is a 1, none of them takes the number of the next heading away.
    ones = f"## 1. {first}\n\n1. {item}\n\n1. {second}: {item}\n\n## 2. {second}\n\n1. {item}\n"
    assert ids(ones).split()[3:] == ["p2", "p2.1"]


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("take land from those who live on it", "above all along the river"),
        ("dañar el agua", "sobre todo en el río"),
        ("загрязнять воду", "прежде всего в реке"),
        ("水を汚すこと", "とくに川で"),
    ],
)
def test_items_of_several_stars(outer: str, inner: str) -> None:
    """Two stars and more with a blank behind are the bullet of an item that lies deeper, beside it and by itself."""
    text = f"* {outer}\n** {inner}\n*** {inner}\n* {outer}\n\n** {inner}\n"
    assert [(each.label, each.kind) for each in segment(text)] == [
        (stars, "list-item") for stars in ("*", "**", "***", "*", "**")
    ]


@pytest.mark.parametrize(
    "line", ["** Note ** the pier is closed.", "**Note** the pier is closed.", "**Pier**", "** **"]
)
def test_bold_type_is_no_item(line: str) -> None:
    """Stars that close again are bold type, and stars alone are nothing."""
    assert not labelled(f"{line}\n\nThe pier is closed at night.")


@pytest.mark.parametrize("name", ["Minified build", "Сборка для работы", "本番用", "نسخة العمل"])
def test_a_name_and_its_address_are_no_heading(name: str) -> None:
    """A line that ends in the address of a page behind a colon heads nothing."""
    text = (
        f"* Harbour\n\n  {name}: <https://press.example.org/a>\n\n  {name}: https://press.example.org/b\n\nAll is here."
    )
    assert [each.kind for each in segment(text)] == ["list-item", "paragraph", "paragraph", "paragraph"]
