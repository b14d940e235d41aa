"""Code that is fenced by AsciiDoc or set in, and commands of LaTeX."""

from __future__ import annotations

import pytest
from tests.sources.conftest import ids, words

from muniment.sources.kinds import HTML, TEXT, recognise
from muniment.sources.paragraphs import segment

_SENTENCE = "The harbour is closed until the storm has passed."


@pytest.mark.parametrize("said", ["[source]", "[source,console]", "[source, ruby, linenums]", "[listing]", "[literal]"])
@pytest.mark.parametrize("fence", ["----", "--------", "...."])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_fences_of_asciidoc(said: str, fence: str, end: str) -> None:
    """What stands between two such lines is one paragraph, and no heading, and so is nothing above it."""
    code = f"{fence}\n$ ferry --list\nAAAAB3NzaC1yc2EAAAABIwAAAQEA\n\n1. closed\nNorth basin\n{fence}"
    text = f"Notice\n\n{_SENTENCE}\n\n{said}\n{code}\n{_SENTENCE}".replace("\n", end)
    assert ids(text) == "h1 nn1 nn2 nn3 nn4"
    assert segment(text)[3].text == code.replace("\n", end)


@pytest.mark.parametrize(
    "block",
    [
        "----\nThe harbour\nis closed.\n----",
        "....\nHafen\nim Norden.\n....",
        "[source]\n----\nThe fence is never closed.",
        "[The harbour]\n----\nIt is closed.\n----",
    ],
)
def test_lines_that_are_no_fence(block: str) -> None:
    """Without the line that says so, or without an end, lines are lines."""
    assert len(segment(f"{_SENTENCE}\n\n{block}")) > 2


@pytest.mark.parametrize(
    "code",
    [
        "    for ship in harbour:\n        print(ship.name)\n        ship.leave()",
        "    $ ferry list --all\n    $ ferry leave\n    North basin",
        '    {\n      "ship": "Anna",\n      "basin": 4\n    }',
        "    <ship>\n      <name>Anna</name>\n    </ship>",
        "\tconst ship = harbour[0];\n\tship.leave();",
    ],
)
@pytest.mark.parametrize("above", ["Say this", "Gib ein", "Введите это", "输入"])
def test_code_that_is_set_in(code: str, above: str) -> None:
    """Lines set in by four columns, half of which are like code, are one paragraph and no heading."""
    paragraphs = segment(f"Notice\n\n{_SENTENCE}\n\n{above}:\n\n{code}\n\n{_SENTENCE}")
    assert [each.kind for each in paragraphs] == ["heading"] + ["paragraph"] * 4
    assert paragraphs[3].text == code.strip()


@pytest.mark.parametrize(
    "lines",
    [
        "    (a) the ships;\n    (b) the boats;\n    (c) the rafts.",
        "    Die Schiffe;\n    die Boote;\n    die Flöße.",
        "    Anna Berg\n    Pier 4\n    North Basin",
        "    корабли;\n    лодки;\n    плоты.",
    ],
)
def test_clauses_that_are_set_in_are_no_code(lines: str) -> None:
    """Items, clauses and addresses that are set in are read as anywhere else."""
    assert words(f"{_SENTENCE}\n\nThese are:\n\n{lines}") == words(
        f"{_SENTENCE}\n\nThese are:\n\n{lines.replace('    ', '')}"
    )


@pytest.mark.parametrize(
    "line",
    [
        r"\item Der Verein hat seinen Sitz am Hafen",
        r"\begin{enumerate}[(1)]",
        r"\end{itemize}",
        r"\maketitle",
        "% Rechtschreibung geprüft",
        "[source,console]",
        "[[harbour_dues]]",
        "[NOTE]",
    ],
)
def test_commands_are_no_headings(line: str) -> None:
    """Commands, comments and attributes of marked-up texts are no headings."""
    assert segment(f"Notice\n\n{line}\n\n{_SENTENCE}")[1].kind == "paragraph"


@pytest.mark.parametrize(
    "line",
    [r"\section{Name und Sitz}", r"\part{Услуги}", r"\subsection*{Τέλη}", r"\title{Satzung}", "[Hafen] und Mole"],
)
def test_headings_of_latex(line: str) -> None:
    """The commands for headings are some."""
    assert segment(f"Notice\n\n{line}\n\n{_SENTENCE}")[1].kind == "heading"


@pytest.mark.parametrize(
    "body", ["# Charter\n\nIt is.", "Charter\n=======\n\nIt is.", "Устав\n-----\n\nIt is.", "**章程**\n\nIt is."]
)
@pytest.mark.parametrize("tag", ["<style>\nol { list-style: none; }\n</style>", '<div dir="rtl">', "<a id=top></a>"])
def test_a_text_with_marks_of_markdown_is_no_page(body: str, tag: str) -> None:
    """A tag before a text makes no page of it where its headings are marked as Markdown has them."""
    assert recognise(f"{tag}\n\n{body}\n".encode()) == TEXT
    assert recognise(f"{tag}\n\n<p>{body[-6:]}</p>\n".encode()) == HTML


@pytest.mark.parametrize(
    "words_of_it",
    ["The port is closed", "Der Hafen ist geschlossen", "Порт закрыт до весны", "Λιμάνι κλειστό"],
)
def test_lines_of_latex(words_of_it: str) -> None:
    """In LaTeX a line break is a blank, behind sentences and around comments too; its commands begin paragraphs."""
    item = f"  \\item {words_of_it}.\n{words_of_it}\n%% {words_of_it}\n    {words_of_it}."
    text = f"\\section{{{words_of_it}}}\n{words_of_it}.\n\n\\begin{{enumerate}}\n{item}\n{item}\n\\end{{enumerate}}\n"
    assert words(text) == [
        f"\\section{{{words_of_it}}}",
        f"{words_of_it}.",
        "\\begin{enumerate}",
        *[" ".join(item.split())] * 2,
        "\\end{enumerate}",
    ]
    assert segment(text)[0].kind == "heading"


def test_one_command_is_no_latex() -> None:
    """A text that shows a command once is read as any other."""
    text = "\\item is a command.\nIt begins an item.\nSo it is."
    assert len(segment(text)) == 3
