"""The Universal Declaration of Human Rights in the languages at hand, each article under its number."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.sources.paragraphs import segment

_PLACES = [above / "shared" / "texts" for above in Path(__file__).parents[3:5]]
_FORMS = {
    "arb": "المادة {}",
    "cmn_hans": "第{}条",
    "eng": "Article {}",
    "fra": "Article {}",
    "kaz": "{}-бап",
    "rus": "Статья {}",
    "tha": "ข้อ {}",
}
_HAN = "〇一二三四五六七八九"


def numeral(number: int, *, han: bool) -> str:
    """A number as its language prints it."""
    if not han:
        return str(number)
    ten, one = divmod(number, 10)
    return (_HAN[ten] if ten > 1 else "") + ("十" if ten else "") + (_HAN[one] if one else "")


@pytest.mark.parametrize("language", _FORMS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_every_article_heading(language: str, gap: str) -> None:
    """A heading put above each paragraph is found, whether a blank line follows it or not; the words stay the same."""
    paths = [place / f"{language}.txt" for place in _PLACES if (place / f"{language}.txt").is_file()]
    if not paths:
        pytest.skip("the texts of the declaration are not beside this checkout")
    bodies = [block for block in paths[0].read_text(encoding="utf-8").split("\n\n") if block.strip()]
    headings = [_FORMS[language].format(numeral(at, han=language == "cmn_hans")) for at in range(1, len(bodies) + 1)]
    text = "\n\n".join(heading + gap + body.strip() for heading, body in zip(headings, bodies, strict=True))
    found = segment(text)
    assert [(each.id, each.text) for each in found if each.kind == "heading" and each.id.startswith("p")] == [
        (f"p{at}", heading) for at, heading in enumerate(headings, 1)
    ]
    assert len(found) == 2 * len(bodies)
