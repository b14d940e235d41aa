"""What stands between fences, code or a drawing, is shown line by line as it was set."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff import compare, render_text
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]


def body(a: list[Paragraph], b: list[Paragraph], width: int = 80) -> list[str]:
    """The lines of the only change, without its heading and margin."""
    lines = render_text(compare(a, b), a, b, width=width, context=0).split("\n")
    start = next(place for place, line in enumerate(lines) if line[:1] in "~+-" and line)
    block = lines[start + 1 :]
    end = block.index("") if "" in block else len(block)
    return [line[len("~ p2 p2  ") :] for line in block[:end]]


EDITS = {
    "a drawing": (
        "```\n+-------+    +------+\n| Quay  |--->| Mole |\n+-------+    +------+\n```",
        "```\n+-------+    +------+\n| Quay  |--->| Pier |\n+-------+    +------+\n```",
        "| Quay  |--->| [-Mole-]{+Pier+} |",
    ),
    "code": (
        "```sh\n# harbour\nport open --all\n  quay 1\n  quay 2\n```",
        "```sh\n# harbour\nport open --all\n  quay 1\n  quay 3\n```",
        "  quay [-2-]{+3+}",
    ),
    "Russian, with waves": (
        "~~~\nпричал:\n  север: открыт\n  юг: закрыт\n~~~",
        "~~~\nпричал:\n  север: открыт\n  юг: открыт\n~~~",
        "  юг: [-закрыт-]{+открыт+}",
    ),
    "Japanese": (
        "```\n港湾\n  北：開放\n  南：閉鎖\n  東：開放\n```",
        "```\n港湾\n  北：開放\n  南：工事\n  東：開放\n```",
        "  南：[-閉鎖-]{+工事+}",
    ),
}


@pytest.mark.parametrize(("old", "new", "line"), EDITS.values(), ids=EDITS)
def test_an_edited_line_stands_between_its_neighbours(side: Side, old: str, new: str, line: str) -> None:
    """Each line begins a line of its own and keeps its indent; the one that changed has the marks."""
    shown = body(side("Before", old, "After"), side("Before", new, "After"))
    place = next(number for number, text in enumerate(new.split("\n")) if old.split("\n")[number] != text)
    assert line in shown
    assert new.split("\n")[place - 1] in shown
    assert new.split("\n")[place + 1] in shown


def test_lines_that_came_stand_alone(side: Side) -> None:
    """Inserted lines are marked one by one; white space that moved with them is not."""
    old, new = "```sh\ndo\n  quay\ndone\n```", "```sh\ndo\n  port\n    quay\ndone\n```"
    assert body(side("Before", old, "After"), side("Before", new, "After")) == [
        "```sh",
        "do",
        "  {+port+}",
        "    quay",
        "done",
        "```",
    ]


@pytest.mark.parametrize("gone", [False, True], ids=["inserted", "deleted"])
def test_what_only_one_side_has_keeps_its_lines(side: Side, *, gone: bool) -> None:
    """Also where all of it was inserted, or deleted."""
    text = "```\nquay 1\n  berth 2\n```"
    a, b = side("Before", "After"), side("Before", text, "After")
    marks = ("[-", "-]") if gone else ("{+", "+}")
    shown = [line.strip() for line in body(*((b, a) if gone else (a, b)))]
    assert shown == [marks[0] + line + marks[1] for line in ("```", "quay 1", "berth 2", "```")]


def test_what_was_put_between_fences_is_laid_out(side: Side) -> None:
    """Lines that stood alone before are one drawing now, and shown as that."""
    lines = "* [The first berth of the quay](https://example.org/1)", "* [The second one](https://example.org/2)"
    a, b = side("Before", *lines, "After"), side("Before", "\n".join(["```text", *lines, "```"]), "After")
    said = render_text(compare(a, b), a, b, width=100, context=0)
    assert [line[9:] for line in said.split("\n") if "```" in line or "https" in line] == [
        "{+```text+}",
        *lines,
        "{+```+}",
    ]


def test_lines_away_from_the_change_are_counted(side: Side) -> None:
    """Of long code the lines around a change are shown, and of the others how many there are."""
    lines = ["```", *(f"berth {n}" for n in range(1, 2001)), "```"]
    old, new = "\n".join(lines), "\n".join([*lines[:1000], "berth new", *lines[1001:]])
    assert body(side("Before", old, "After"), side("Before", new, "After")) == [
        "⟨… 999 lines unchanged …⟩",
        "berth 999",
        "berth [-1000-]{+new+}",
        "berth 1001",
        "⟨… 1,000 lines unchanged …⟩",
    ]


def test_nothing_in_it_reaches_the_terminal_raw(side: Side) -> None:
    """Control characters, overrides and our own marks are shown as elsewhere."""
    old, new = "```\na\x1b[2J\nb [-x-]\nc\n```", "```\na\x1b[2J\nb [-x-]\nd\u202e\x1b[31m\r\n```"
    said = render_text(compare(side(old), side(new)), side(old), side(new))
    assert not {"\x1b", "\u202e", "\r"} & set(said)
    assert "\\[-x-\\]" in said
