"""Words that stand as they stood stay outside the marks, however long the changes beside them are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff.words import refine
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]


def marked(old: Paragraph, new: Paragraph) -> str:
    """The word diff of two linked paragraphs."""
    signs = {"=": ("", ""), "-": ("[-", "-]"), "+": ("{+", "+}")}
    return "".join(f"{signs[s.tag][0]}{s.text}{signs[s.tag][1]}" for s in refine([old], [new]).segments)


BETWEEN = {
    "English": (
        "The board may let others become a member. This holds for sailors above all.",
        "The board may let others students become a full-rights member.",
        "The board may let others {+students +}become a {+full-rights +}member.[- This holds for sailors above all.-]",
    ),
    "Norwegian": (
        "Styret kan tillate andre å bli medlem av laget.",
        "Styret kan tillate andre studenter å bli fullverdig medlem av laget.",
        "Styret kan tillate andre {+studenter +}å bli {+fullverdig +}medlem av laget.",
    ),
    "Ukrainian": (
        "Причал щодня та щоночі закритий для суден.",
        "Причал закритий для суден.",
        "Причал [-щодня та щоночі -]закритий для суден.",
    ),
    "Hebrew": (
        "הרציף סגור עד יום ראשון בבוקר.",
        "הרציף הצפוני סגור לספינות עד יום ראשון בבוקר.",
        "הרציף {+הצפוני +}סגור {+לספינות +}עד יום ראשון בבוקר.",
    ),
    "Hindi": (
        "घाट बंद है जब तक बर्फ़ है।",
        "घाट जहाज़ों के लिए बंद रात में है जब तक बर्फ़ है।",
        "घाट {+जहाज़ों के लिए +}बंद {+रात में +}है जब तक बर्फ़ है।",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), BETWEEN.values(), ids=BETWEEN)
def test_a_word_between_insertions_is_not_new(side: Side, old: str, new: str, expected: str) -> None:
    """Between two pure insertions, or an insertion and a deletion, a word stands as it stood."""
    assert marked(*side(old), *side(new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "会談は東京で開かれる予定です。",
            "会談は京都で開かれる予定です。",
            "会談は[-東京-]{+京都+}で開かれる予定です。",
        ),
        ("政策编号十三行政改革文件。", "政策编号十三生活与行政文件。", "政策编号十三[-行政改革-]{+生活与行政+}文件。"),
        ("รัฐบาลประกาศวันที่ห้า", "รัฐบาลประกาศวันที่หก", "รัฐบาลประกาศวันที่[-ห้า-]{+หก+}"),
    ],
)
def test_a_sign_between_a_deletion_and_an_insertion_goes_with_them(
    side: Side, old: str, new: str, expected: str
) -> None:
    """In a script without spaces a sign that is common by chance does not cut a word in two."""
    assert marked(*side(old), *side(new)) == expected


def test_a_crumb_between_long_insertions_goes_with_them(side: Side) -> None:
    """A stray word in the middle of a long new clause is part of it."""
    old = "The quay is shut to all vessels by order of the captain of the port."
    new = (
        "The quay is shut, save in the months in which the ice has left the outer harbour by itself, to all vessels, "
        "unless the pilots say so in writing, by order of the captain of the port."
    )
    assert marked(*side(old), *side(new)).count("{+") == 2


CLAUSES = {
    "French": (
        "Le dirigeant principal de l'information des ministères et organismes a ces charges",
        "Le sous-ministre adjoint des ministères et organismes, ou toute personne nommée par lui, a ces charges",
        "des ministères et organismes{+",
    ),
    "Russian": (
        "Старший делопроизводитель городской управы порта и пристаней отвечает за это",
        "Любой заместитель городской управы порта и пристаней, а также лицо, назначенное им самим, отвечает за это",
        "городской управы порта и пристаней{+",
    ),
    "Japanese": (
        "ただし、事前の登録制度の導入にあたっては、研究者間の公平性を担保するための明確な基準作りが不可欠です。",
        "そのため、事前の登録制度の導入にあたっては、現在の枠組みとの整合性を慎重に検討する必要があります。",
        "、事前の登録制度の導入にあたっては、[-",
    ),
    "links": (
        "Get it for [Linux](https://example.org/v1/linux.tar), [Windows of 32 bits](https://example.org/v1/win.zip).",
        "Get it for [Linux](https://example.org/v2/linux.tar), [Windows of 32 bits](https://example.org/v2/win.zip).",
        "), [Windows of 32 bits](",
    ),
}


@pytest.mark.parametrize(("old", "new", "kept"), CLAUSES.values(), ids=CLAUSES)
def test_a_clause_stays_between_long_changes(side: Side, old: str, new: str, kept: str) -> None:
    """A run of several words is no stray match, even where both changes beside it are longer."""
    assert kept in marked(*side(old), *side(new))


SHORT = {
    "English": (
        "System Requirements: Microsoft Windows, GNU Linux, Mac OS",
        "System_requirements: Microsoft Windows",
        "Microsoft Windows[-",
    ),
    "Greek": (
        "Ωράριο λειτουργίας: Λιμεναρχείο Βορρά, Νότου, Ανατολής",
        "Ώρες_κοινού: Λιμεναρχείο Βορρά",
        "Λιμεναρχείο Βορρά[-",
    ),
    "Armenian": (
        "Պահանջներ համակարգին՝ Հյուսիսային նավահանգիստ, հարավային, արևելյան",
        "Պահանջ_համար՝ Հյուսիսային նավահանգիստ",
        "Հյուսիսային նավահանգիստ[-",
    ),
    "Chinese": (
        "系统环境要求说明：北方港口管理局第一分局、南方局以及西方局",
        "所需条件：北方港口管理局第一分局",
        "北方港口管理局第一分局[-",
    ),
}


@pytest.mark.parametrize(("old", "new", "kept"), SHORT.values(), ids=SHORT)
def test_two_fifths_of_a_short_text_stay(side: Side, old: str, new: str, kept: str) -> None:
    """Of a short line that was written anew the passage stays that is two fifths of the shorter side."""
    assert kept in marked(*side(old), *side(new))
