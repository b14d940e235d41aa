"""Numbers of lists: by the standard, and held to what LibreOffice prints where both agree."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.sources.office.making import item, level, lists, word_file, words

from muniment.record import DocumentChoices
from muniment.sources import Wish
from muniment.sources.office.open_document import extract_odt
from muniment.sources.office.word import extract_docx

OUTLINE = "".join(level(n, "decimal", "".join(f"%{k + 1}." for k in range(n + 1))) for n in range(9))
LETTERS = (
    level(0, "lowerLetter", "%1)")
    + level(1, "lowerRoman", "(%2)")
    + level(2, "upperRoman", "%3.")
    + level(3, "upperLetter", "%4.")
)
ARTICLES = (
    level(0, "upperRoman", "Article %1.")
    + level(1, "decimal", "%1.%2", more="<w:isLgl/>")
    + level(2, "lowerLetter", "(%3)", more='<w:lvlRestart w:val="0"/>')
)
PADDED = level(0, "decimalZero", "%1:", start=8) + level(1, "none", "%2") + level(2, "decimal", "%1.%3")
RUSSIAN = level(0, "russianLower", "%1)") + level(1, "russianUpper", "%2.")
STYLED = "".join(
    f'<w:style w:type="paragraph" w:styleId="H{n}"><w:name w:val="heading {n}"/><w:pPr><w:numPr>'
    f'<w:ilvl w:val="{n - 1}"/><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="{n - 1}"/></w:pPr></w:style>'
    for n in (1, 2, 3)
)


def number(own: int, abstract: int, *overrides: str) -> str:
    """A further number of a list, with overrides of levels."""
    return f'<w:num w:numId="{own}"><w:abstractNumId w:val="{abstract}"/>{"".join(overrides)}</w:num>'


def override(place: int, more: str) -> str:
    """An override of a level."""
    return f'<w:lvlOverride w:ilvl="{place}">{more}</w:lvlOverride>'


def start(value: int) -> str:
    """Another start."""
    return f'<w:startOverride w:val="{value}"/>'


def styled(text: str, place: int, more: str = "") -> str:
    """A heading whose style has a list."""
    return words(text, f'<w:pStyle w:val="H{place}"/>{more}')


def items(*levels: int, number: int = 1) -> str:
    """So many items, each on its level."""
    return "".join(item("Words.", place, number) for place in levels)


DOCUMENTS = {
    "levels": (
        items(0, 0, 1, 1, 2, 0, 1, 2, 2, 1),
        lists(OUTLINE),
        "1. 2. 2.1. 2.2. 2.2.1. 3. 3.1. 3.1.1. 3.1.2. 3.2.",
    ),
    "a level left out": (items(1, 1, 0, 2, 1, 2), lists(OUTLINE), "1.1. 1.2. 2. 2.1.1. 2.2. 2.2.1."),
    "letters": (
        items(*[0] * 28, *[1] * 2, 2, 3),
        lists(LETTERS),
        "a) b) c) d) e) f) g) h) i) j) k) l) m) n) o) p) q) r) s) t) u) v) w) x) y) z) aa) bb) (i) (ii) I. A.",
    ),
    "zeros and none": (items(0, 0, 0, 1, 2, 2), lists(PADDED), "08: 09: 10: - 10.1 10.2"),
    "Russian": (items(*[0] * 10, 1), lists(RUSSIAN), "а) б) в) г) д) е) ж) з) и) к) А."),
    "two numbers of one list": (
        items(0, 0) + items(0, 0, number=2) + items(0),
        lists(OUTLINE, numbers=number(2, 0)),
        "1. 2. 3. 4. 5.",
    ),
    "begun anew": (
        items(0, 0) + items(0, 0, number=2) + items(0) + items(0, 1, 1, number=2),
        lists(OUTLINE, numbers=number(2, 0, override(0, start(1)))),
        "1. 2. 1. 2. 3. 4. 4.1. 4.2.",
    ),
    "another form": (
        items(0, 0) + items(0, 0, number=2) + items(0),
        lists(OUTLINE, numbers=number(2, 0, override(0, level(0, "upperRoman", "§ %1")))),
        "1. 2. § III § IV 5.",
    ),
    "words between": (
        items(0) + words("Words.") + items(0) + items(0, number=2) + items(0),
        lists(OUTLINE, LETTERS),
        "1. - 2. a) 3.",
    ),
    "by style": (
        styled("Words.", 1)
        + styled("Words.", 2)
        + styled("Words.", 2)
        + styled("Words.", 3)
        + styled("Words.", 1)
        + styled("Words.", 2, '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + styled("Words.", 2),
        lists(OUTLINE),
        "1. 1.1. 1.2. 1.2.1. 2. - 2.1.",
    ),
    "a list that is not there": (items(0, number=7) + items(0), lists(OUTLINE), "- 1."),
    "from nought": (
        items(0, 0, 1),
        lists(level(0, "decimal", "%1.", start=0) + level(1, "decimal", "%1.%2.", start=4)),
        "0. 1. 1.4.",
    ),
}
"""Body, lists, and the numbers that are printed; a hyphen for none."""

BY_THE_STANDARD = {
    "digits alone, and never anew": (
        items(0, 1, 2, 2, 1, 2, 0, 1, 2),
        lists(ARTICLES),
        "Article I.|1.1|(a)|(b)|1.2|(c)|Article II.|2.1|(d)",
    ),
    "a start for each time": (
        items(0, 1) + items(0, 1, 1, 0, 1, number=2),
        lists(OUTLINE, numbers=number(2, 0, override(0, start(5)), override(1, start(3)))),
        "1.|1.1.|5.|5.3.|5.4.|6.|6.3.",
    ),
    "anew by one level alone": (
        items(0, 1, 2, 1, 2, 0, 1, 2),
        lists(
            level(0, "decimal", "%1.")
            + level(1, "decimal", "%2)")
            + level(2, "lowerLetter", "%3)", more='<w:lvlRestart w:val="1"/>')
        ),
        "1.|1)|a)|2)|b)|2.|1)|a)",
    ),
}
"""Where LibreOffice prints other numbers than ISO/IEC 29500-1, 17.9 says: the same, parted by bars."""


def printed(data: bytes) -> list[str]:
    """What stands before each paragraph."""
    found = extract_docx(data, None, Wish())
    assert found.extractor.parameters == DocumentChoices()
    return [each.label or "-" for each in found.paragraphs]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_numbers(name: str) -> None:
    """Numbers are counted over levels, lists, overrides and styles."""
    body, numbering, expected = DOCUMENTS[name]
    assert printed(word_file(body, numbering=numbering, styles=STYLED)) == re.findall(r"§ \w+|\S+", expected)


@pytest.mark.parametrize("name", BY_THE_STANDARD)
def test_numbers_by_the_standard(name: str) -> None:
    """Where LibreOffice leaves the standard, the standard is kept to."""
    body, numbering, expected = BY_THE_STANDARD[name]
    assert printed(word_file(body, numbering=numbering)) == expected.split("|")


def test_bullets() -> None:
    """A bullet of a font of signs is a bullet; another one is as it is printed."""
    bullets = level(0, "bullet", "\uf0b7") + level(1, "bullet", "–")
    assert printed(word_file(items(0, 1, 0), numbering=lists(bullets))) == ["•", "–", "•"]


def test_an_unknown_form() -> None:
    """A number of a form that is not known is left out, and counted."""
    found = extract_docx(word_file(items(0, 0), numbering=lists(level(0, "chicago", "%1."))), None, Wish())

    assert [each.label for each in found.paragraphs] == [None, None]
    assert found.extractor.parameters == DocumentChoices(unknown_numbers=2)


def test_as_libreoffice_prints_them(tmp_path: Path) -> None:
    """The text export of LibreOffice has the same numbers before the same words, of Word and OpenDocument files."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice, which prints the numbers of documents, is not installed")
    for place, (body, numbering, _) in enumerate(DOCUMENTS.values()):
        (tmp_path / f"{place}.docx").write_bytes(word_file(body, numbering=numbering, styles=STYLED))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    names = [str(tmp_path / f"{place}.docx") for place in range(len(DOCUMENTS))]
    for kind in ("txt:Text", "odt"):
        command = [office, "--headless", profile, "--convert-to", kind, "--outdir", str(tmp_path), *names]
        subprocess.run(command, check=True, capture_output=True, timeout=300)

    for place, name in enumerate(DOCUMENTS):
        text = (tmp_path / f"{place}.txt").read_text(encoding="utf-8-sig")
        theirs = [line.strip() for line in text.splitlines() if line.strip()]
        for suffix, read in (("docx", extract_docx), ("odt", extract_odt)):
            found = read((tmp_path / f"{place}.{suffix}").read_bytes(), None, Wish())
            ours = [f"{each.label} {each.text}" if each.label else each.text for each in found.paragraphs]
            assert (name, suffix, ours) == (name, suffix, theirs)
