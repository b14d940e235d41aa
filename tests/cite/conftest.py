"""Citations of one fixed version, as hostile as titles get."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.cite import Citation, Quotation
from muniment.record import Genre, Issued

HEX = "3f2a9c4e5b6d7081" + "0123456789ab" * 4
ROOT = "c0" * 32
TITLE = "Press Release on the events in the Republic of Kazakhstan"

SITE = "https://press.example.org/archive"

Make = Callable[..., Citation]


def make(**changes: object) -> Citation:
    """Give a citation of one fixed version, with changes."""
    members: dict[str, object] = {
        "title": TITLE,
        "issuer": None,
        "issued": Issued("2022-01", "inferred"),
        "release": "kz-events-2022-01",
        "version": 1,
        "origin": "muniment.example.org/archive",
        "sha256": HEX,
        "language": "en",
        "source": None,
        "logged_at": "2026-11-22T10:01:00Z",
        "index": 1,
        "genre": Genre("press release", "stated"),
        "root": ROOT,
        **changes,
    }
    if members.get("paragraph") and "quotation" not in changes:
        members["quotation"] = Quotation("The words.", "before ", " after")
    return Citation(**members)  # type: ignore[arg-type]  # members by name, as a test has them


STATED = Issued("2022-01-05", "stated")
CASES: dict[str, dict[str, object]] = {
    "no-issuer": {},
    "no-issuer-paragraph": {"paragraph": "p16"},
    "issuer": {"issuer": "Harbour Office", "issued": STATED, "source": "https://press.example.org/a_b?c=1&d=%20"},
    "issuer-paragraph": {"issuer": "Dept. of Harbours, Inc.", "issued": STATED, "paragraph": "p9.1"},
    "month": {"issued": Issued("2022-09", "stated"), "paragraph": "h1"},
    "year": {"issued": Issued("2022", "stated")},
    "withdrawn": {"issued": STATED, "withdrawn": "2026-03-01"},
    "year-inferred": {"issued": Issued("0988", "inferred")},
    "unknown-date": {"issued": Issued(None, "unknown"), "language": "und", "root": None},
    "french": {"title": "Déclaration sur les événements « graves »", "language": "fr", "paragraph": "plist2.16"},
    "right-to-left": {"title": "بيان صحفي: \u200f«حالة»", "issuer": "وزارة", "language": "ar", "paragraph": "p1"},
    "chinese": {"title": "新闻稿", "language": "zh-Hant", "paragraph": "p3.甲"},
    "quotes": {"title": "On a \"Listening\" ‘State’ “of” 'law'", "issuer": 'The "Office"'},
    "special": {"title": "A & B {C} 100% a_b #1 $5 ~x ^y \\end -- ''q'' ,, << ?`", "issuer": "R&D {Sons}"},
    "braces": {"title": "a } b { c", "source": "https://press.example.org/{x}"},
    "markup": {"title": "<script>alert('1')</script> <i>D</i> &amp;", "source": "javascript:alert('x; y')"},
    "question": {"title": "What next?", "source": "ftp://press.example.org/a b"},
    "full-stop": {"title": "It ends.", "paragraph": "p16.а"},
    "like-a-citation": {"title": "x” [press release], 2021. Archive version 9 (a/v9), b. SHA-256 no (2021). y"},
    "hidden": {"title": "a\u2028b\u202ec\x1b[31m\ufeffd\U000e0041\u0085e"},
    "unknown-genre": {"genre": Genre(None, "unknown"), "paragraph": "p2"},
    "free-genre": {"genre": Genre("Straßen-Aushang d’avril", "inferred"), "issuer": "Harbour Office", "issued": STATED},
    "law": {"genre": Genre("law", "stated"), "issued": STATED, "issuer": "Assembly of X"},
    "speech": {"genre": Genre("speech", "inferred"), "title": "“Peace,” he said"},
    "report": {"genre": Genre("report", "stated"), "title": "Made in the U.S."},
    "address": {"address": f"{SITE}/releases/kz-events-2022-01/v1/", "source": "https://press.example.org/a"},
    "address-paragraph": {
        "address": f"{SITE}/releases/kz-events-2022-01/v1/#p16",
        "former": ("https://old.example.org/releases/kz-events-2022-01/v1/#p16",),
        "paragraph": "p16",
        "issuer": "Harbour Office",
    },
    "german-quotes": {"title": "„Der Hafen ist zu“: ‚Notiz‘ zu „Kai ‚Nord‘“", "language": "de"},
    "russian-quotes": {"title": "«О „Гавани“ и “море”»", "language": "ru", "issuer": "МИД"},
    "chinese-quotes": {"title": "关于“港口‘北’”的声明。", "language": "zh", "issued": STATED},
    "japanese-quotes": {"title": "「港は『閉鎖』」", "language": "ja"},
    "quoted-whole": {"title": "“The harbour is closed.”", "issuer": "Harbour Office"},
    "inches": {"title": 'The 5" pipe and the harbours’'},
    "tags": {"title": "ER  - TY  - GEN", "issuer": "@misc{x, title = {y}}"},
}


@pytest.fixture(scope="session")
def cite() -> Make:
    """Make a citation of one fixed version, with changes."""
    return make


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, Citation]:
    """Each citation that is worth a look, by name."""
    return request.param, make(**CASES[request.param])
