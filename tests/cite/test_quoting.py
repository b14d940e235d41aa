"""Quotation marks in quotation marks, and the end of a title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.cite.quoting import before_comma, ended, nested, unstopped


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        ("“Closed”: a notice", "‘Closed’: a notice"),
        ('On a "Listening" State', "On a ‘Listening’ State"),
        ("“A ‘b’ c” d’e", "‘A “b” c’ d’e"),
        ("„Der Hafen ‚Nord‘ ist zu“", "‘Der Hafen “Nord” ist zu’"),
        ("„Zamknięty” port", "‘Zamknięty’ port"),
        ("”Hamnen” stängd", "‘Hamnen’ stängd"),
        ("« Le “port” d’Aix »", "« Le ‘port’ d’Aix »"),
        ("«О „Гавани“ и „море“»", "«О ‘Гавани’ и ‘море’»"),
        ("关于“港口‘北’”的声明", "关于‘港口“北”’的声明"),
        ("「港は『閉鎖』」", "「港は『閉鎖』」"),
        ('The 5" pipe', 'The 5" pipe'),
        ("The harbours’ ‘State’", "The harbours’ ‘State’"),
        ("Closed”: x", "Closed’: x"),
        ("“Open", "‘Open"),
        ("“‘Tis closed", "‘‘Tis closed"),
    ],
)
def test_nested(title: str, inside: str) -> None:
    """Marks that look like the outer ones turn, those inside them turn back; apostrophes and other marks stay."""
    assert nested(title) == inside


@pytest.mark.parametrize(
    ("title", "sentence", "comma", "bare"),
    [
        ("The harbour is closed.", "The harbour is closed.", "The harbour is closed,", "The harbour is closed"),
        ("The harbour", "The harbour.", "The harbour,", "The harbour"),
        ("What next?", "What next?", "What next?,", "What next?"),
        ("He said “no”", "He said ‘no.’", "He said ‘no,’", "He said “no”"),
        ("“It is closed.”", "‘It is closed.’", "‘It is closed,’", "“It is closed.”"),
        ("The harbours’", "The harbours’.", "The harbours’,", "The harbours’"),
        ("Made in the U.S.", "Made in the U.S.", "Made in the U.S.,", "Made in the U.S."),
        ("Harbour Co.", "Harbour Co.", "Harbour Co.,", "Harbour Co."),
        ("Wait...", "Wait...", "Wait...,", "Wait..."),
        ("Wait…", "Wait…", "Wait…,", "Wait…"),
        ("声明。", "声明。", "声明,", "声明"),
        ("هل أغلق؟", "هل أغلق؟", "هل أغلق؟,", "هل أغلق؟"),
        ("« graves »", "« graves ».", "« graves »,", "« graves »"),
        (".", ".", ".,", "."),
    ],
)
def test_end(title: str, sentence: str, comma: str, bare: str) -> None:
    """A title has one stop at its end; before a comma a full stop gives way, but for that of an abbreviation."""
    assert (ended(title), before_comma(title), unstopped(title)) == (sentence, comma, bare)


@given(st.text(alphabet="ab .?\"“”„‟‘’‚«»' ", max_size=20))
def test_never_two_alike(title: str) -> None:
    """No title begins or ends with the outer marks, and nothing but quotation marks is changed."""
    inside = nested(title)

    assert len(inside) == len(title)
    assert not inside.startswith("“")
    changed = [(one, other) for one, other in zip(title, inside, strict=True) if one != other]
    assert all(one in '"“”„‟‘’‚' and other in "‘’“”" for one, other in changed)
