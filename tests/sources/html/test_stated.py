from __future__ import annotations

import json

import pytest

from muniment.sources import Wish
from muniment.sources.html.extraction import extract_page


def stated(page: str, select: str = "body") -> dict[str, tuple[str, str]]:
    """What a page states, by member, with its place."""
    facts = extract_page(page.encode(), None, Wish(select=(select,))).facts
    return {fact.member: (fact.value, fact.place) for fact in facts}


LINKED = json.dumps({"@graph": [{"datePublished": "2026-03-02T08:00:00Z", "publisher": {"name": "Harbour Office"}}]})
PUBLISHED = "article:published_time"


@pytest.mark.parametrize(
    ("page", "member", "expected"),
    [
        ("<meta property=og:title content=' A  b '><title>T</title><h1>H</h1>", "title", ("A b", "og:title")),
        ("<title>T</title><h1>H <b>x</b></h1>", "title", ("H x", "h1")),
        ("<title>T</title><h1>H</h1><h1>I</h1>", "title", ("T", "title")),
        ("<html lang=kk><p>a", "language", ("kk", "html lang")),
        ("<html lang=kk><body lang=ru><p>a", "language", ("ru", "lang of body")),
        ("<html lang='not a tag'><p>a", "language", None),
        ("<link rel=canonical href=https://example.org/a><p>a", "uri", ("https://example.org/a", "link rel=canonical")),
        (
            "<link rel=canonical href=https://me:word@example.org/a><p>a", "uri",
            ("https://example.org/a", "link rel=canonical"),
        ),
        ("<link rel=canonical href=/a><p>a", "uri", None),
        ("<link rel=canonical href='javascript:x'><p>a", "uri", None),
        (f"<meta property={PUBLISHED} content=2026-03-02><p>a", "issued", ("2026-03-02", PUBLISHED)),
        ("<p><time datetime='2026-03-02 10:00'>a</time>", "issued", ("2026-03-02", "time datetime")),
        ("<p><time datetime=2026-13-02>a</time>", "issued", None),
        ("<p><time datetime=March>a</time>", "issued", None),
        ("<meta property=og:site_name content=Port><p>a", "issuer", ("Port", "og:site_name")),
        (f"<script type=application/ld+json>{LINKED}</script><p>a", "issuer", ("Harbour Office", "JSON-LD publisher")),
        (f"<script type=application/ld+json>{LINKED}</script><p>a", "issued", ("2026-03-02", "JSON-LD datePublished")),
        ("<script type=application/ld+json>{broken</script><p>a", "issuer", None),
        ("<script type=application/ld+json>" + "[" * 5000 + "</script><p>a", "issuer", None),
        ("<p>Issued on 2 March 2026", "issued", None),
    ],
)  # fmt: skip
def test_facts(page: str, member: str, expected: tuple[str, str] | None) -> None:
    """A fact is taken from the first place that states it, and never from the text."""
    assert stated(page).get(member) == expected
