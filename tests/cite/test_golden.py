"""Every citation in every style and format, to the letter."""

from __future__ import annotations

import os
from pathlib import Path

from muniment.cite import Citation
from muniment.cite.check import cited_hash, compare_facts, stated_beside
from muniment.cite.facts import EXTRA, PARAGRAPH
from muniment.cite.formats import FORMAT_NAMES, SHORT, STYLE_NAMES, format_citation
from muniment.cite.reading import parse_citation
from muniment.display import plain_lines

GOLDEN = Path(__file__).with_name("golden")


def written(citation: Citation) -> dict[str, str]:
    """A citation in each style, pinned too, and in each format."""
    styles = {style: f"{format_citation(citation, style)}\n" for style in STYLE_NAMES}
    pinned = {f"{style}, pinned": f"{format_citation(citation, style, pin=True)}\n" for style in ("long", "mla")}
    return {**styles, **pinned, **{form: format_citation(citation, form) for form in FORMAT_NAMES}}


def test_golden(case: tuple[str, Citation]) -> None:
    """A citation is what it was when its file was written; ``MUNIMENT_GOLDEN=write`` writes it anew."""
    name, citation = case
    text = "\n".join(f"== {form}\n{text}" for form, text in written(citation).items())
    data = plain_lines(text).encode()
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
    assert data == file.read_bytes()


def test_round_trip(case: tuple[str, Citation]) -> None:
    """Every citation is read back as what it is, and every fact in it agrees with the version."""
    _, citation = case
    for form, text in written(citation).items():
        [stated] = parse_citation(text)
        agreed, wrong = compare_facts(stated, citation)

        assert stated.form == form.removesuffix(", pinned"), text
        assert (agreed, wrong) == (sum(fact.name != EXTRA for fact in stated.facts), ())
        assert stated_beside(stated, citation) == ()
        assert cited_hash([stated]) == (None if form == SHORT else citation.sha256)
        assert stated.first(PARAGRAPH) == citation.paragraph


def test_whole_hash_everywhere(case: tuple[str, Citation]) -> None:
    """Every style but the short one, and every format, has the whole hash on one line; every format has the pin."""
    _, citation = case
    for form, text in written(citation).items():
        assert (citation.sha256 in text) == (form != SHORT), form
        if citation.root is not None:
            assert (citation.root in text) == (form in FORMAT_NAMES or form.endswith("pinned")), form


def test_printed_page(case: tuple[str, Citation]) -> None:
    """A citation in words is read back with its lines broken anywhere at blanks, and inside the hash."""
    _, citation = case
    for style in STYLE_NAMES:
        text = (
            format_citation(citation, style)
            .replace(" ", "\n  ")
            .replace(citation.sha256[:40], f"{citation.sha256[:40]}\n")
        )
        [stated] = parse_citation(f"\n{text}\n")

        assert stated.form == style
        assert compare_facts(stated, citation)[1] == ()
