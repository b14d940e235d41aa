"""Citations as people paste them: read by their hash, accused where a fact differs, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.snapshot.conftest import World

from muniment.canonical import Json
from muniment.cite import Citation
from muniment.cite.citation import citation_of
from muniment.cite.formats import SHORT, STYLE_NAMES, format_citation
from muniment.cite.reading import parse_citation
from muniment.errors import InputError
from muniment.record import Issued
from muniment.reference import parse_reference
from muniment.verify.citation import verify_citation
from muniment.verify.report import CITATION, FAILED, UNCHECKED, VERIFIED, Finding, Report

WHOLE = [style for style in STYLE_NAMES if style != SHORT]
TITLE = 'Office notice on the "harbour\'s" affairs - 2022'
DATE = "the date of issue is as the record has it: a claim, which nothing here proves"
AROUND = "what stands around the citation is no part of it, and was not checked"
DIFFERENTLY = "written differently: other signs, blanks or case, and the same words"
JOINED = "the words before the citation can be read as a part of it"


@pytest.fixture(scope="module")
def archives() -> dict[str, World]:
    """An archive whose version names its issuer and source, and one whose version does not."""
    full, bare = World(), World(50)
    described: dict[str, Json] = {
        "issuer": "Harbour council",
        "title": TITLE,
        "uri": "https://press.example.org/a-b_(c)?d=1",
    }
    described_bare: dict[str, Json] = {"title": TITLE, "issued": {"date": "2022-01-05", "basis": "stated"}}
    full.publish("Notice\n\n1. One.\n\n2. Two.\n", described=described)
    bare.publish("Notice\n\n1. One.\n\n2. Two.\n", described=described_bare)
    return {"issuer": full, "no issuer": bare}


@pytest.fixture(params=["issuer", "no issuer"])
def world(request: pytest.FixtureRequest, archives: dict[str, World]) -> World:
    """Each of them."""
    return archives[request.param]


def cite(world: World, paragraph: str | None = "p1") -> Citation:
    """Cite version 1."""
    version = world.archive.read(parse_reference("v1"))
    return citation_of(version, origin=world.archive.origin, root=world.archive.roots[0].digest, paragraph=paragraph)


def check(world: World, text: str) -> Report:
    """Check words against the archive."""
    return verify_citation(world.store, parse_citation(text))


def cited(report: Report) -> list[Finding]:
    """What check 14 found, but for the notice on the date."""
    return [finding for finding in report.findings if finding.check == CITATION and finding.what != DATE]


AROUND_IT: dict[str, Callable[[str], str]] = {
    "footnote number": lambda text: f"12. {text}",
    "footnote number in brackets": lambda text: f"[12] {text}",
    "raised footnote number": lambda text: f"¹² {text}",
    "footnote number close to it": lambda text: f"12{text}",
    "letter of a list": lambda text: f"b) {text}",
    "Roman number": lambda text: f"iv. {text}",
    "bullet": lambda text: f"• {text}",
    "hyphen": lambda text: f"- {text}",
    "asterisk": lambda text: f"* {text}",
    "quoted line of a mail": lambda text: f"> {text}",
    "brackets": lambda text: f"({text})",
    "square brackets": lambda text: f"[{text}]",
    "straight quotes": lambda text: f'"{text}"',
    "curled quotes": lambda text: f"“{text}”",
    "guillemets": lambda text: f"« {text} »",
    "blanks": lambda text: f"\n\n\t  {text}  \n\n",
    "byte order mark": lambda text: f"\ufeff{text}",
    "semicolon behind it": lambda text: f"{text};",
    "page number behind it": lambda text: f"{text}\n\n17\n",
}
"""What stands around a citation and has no words."""

WORDS_AROUND: dict[str, Callable[[str], str]] = {
    "See": lambda text: f"See {text}",
    "see also": lambda text: f"12. see also, {text}",
    "Cf.": lambda text: f"Cf. {text}",
    "See, e.g.,": lambda text: f"See, e.g., {text}",
    "Siehe": lambda text: f"Siehe {text}",
    "Source:": lambda text: f"Source: {text}",
    "a sentence before it": lambda text: f"This was denied in two letters; the council said so itself: {text}",
    "words behind it": lambda text: f"{text} (emphasis added)",
    "a page behind it": lambda text: f"{text}\n\nThe next paragraph of the page, on para. 7, v2, and much more.",
    "a judgement": lambda text: f"See {text} This was retracted.",
    "a note before and behind": lambda text: f"Note 3: {text} See also note 4.",
}
"""What stands around a citation and has words: these are told, and never verified."""


@pytest.mark.parametrize("style", WHOLE)
@pytest.mark.parametrize("name", AROUND_IT)
def test_around_it(world: World, name: str, style: str) -> None:
    """Numbers, bullets, brackets and quotation marks around a citation say nothing, and nothing is said of them."""
    report = check(world, AROUND_IT[name](format_citation(cite(world), style, pin=True)))

    assert (report.verdict, cited(report)) == (VERIFIED, [])
    assert report.passed[CITATION] >= 7


@pytest.mark.parametrize("style", WHOLE)
@pytest.mark.parametrize("name", WORDS_AROUND)
def test_words_around_a_citation(world: World, name: str, style: str) -> None:
    """Words around a citation are no part of what is verified: a notice gives them, beside what the archive has."""
    text = format_citation(cite(world), style, pin=True)
    report = check(world, WORDS_AROUND[name](text))

    [finding] = cited(report)
    assert (report.verdict, finding.ok, finding.what, finding.expected) == (VERIFIED, True, AROUND, text)
    assert all(word in WORDS_AROUND[name]("") for word in finding.found.split(" … ")[0].split())


DRESSED: dict[str, Callable[[str], str]] = {
    "curled quotes in the title": lambda text: text.replace('"harbour\'s"', "“harbour’s”"),
    "low quotes": lambda text: text.replace("“", "„").replace("”", "“"),
    "guillemets for quotes": lambda text: text.replace("“", "« ").replace("”", " »").replace('"', "›"),
    "straight quotes for curled": lambda text: text.replace("“", '"').replace("”", '"'),
    "en dash": lambda text: text.replace(" - ", " – "),
    "em dash without blanks": lambda text: text.replace(" - ", "—"),
    "no-break hyphens": lambda text: text.replace("-", "\u2011"),
    "minus signs": lambda text: text.replace("-", "\u2212"),
    "narrow blanks": lambda text: text.replace(" ", "\u202f"),
    "ideographic blanks": lambda text: text.replace(" ", "\u3000"),
    "two blanks": lambda text: text.replace(", ", ",  \u2009"),
    "blanks before signs": lambda text: text.replace(",", " ,").replace(":", " :"),
    "soft hyphens": lambda text: text.replace("notice", "no\u00adtice").replace("SHA-256", "SHA\u00ad-256"),
    "ligatures": lambda text: text.replace("ffi", "\ufb03").replace("fi", "\ufb01"),
    "blanks of no width": lambda text: text.replace("o", "o\u200b"),
    "small letters": str.lower,
    "capitals": str.upper,
    "no commas": lambda text: text.replace(",", ""),
    "other brackets": lambda text: text.translate(str.maketrans("[]", "()")),
    "hyphen of the printer": lambda text: text.replace("affairs", "af-\nfairs"),
    "full width colon": lambda text: text.replace(":", "："),
}
"""Citations that say the same with other signs."""


@pytest.mark.parametrize("style", WHOLE)
@pytest.mark.parametrize("name", DRESSED)
def test_written_differently(world: World, name: str, style: str) -> None:
    """Other quotation marks, dashes, blanks, case and ligatures accuse nobody: a notice gives both spellings."""
    text = format_citation(cite(world), style, pin=True)
    dressed = DRESSED[name](text)
    report = check(world, dressed)

    assert report.verdict == VERIFIED, [str(finding) for finding in report.failures]
    notices = [(finding.ok, finding.what.removeprefix("title: ")) for finding in cited(report)]
    assert notices in ([], [(True, DIFFERENTLY)])


@pytest.mark.parametrize("style", WHOLE)
def test_both(world: World, style: str) -> None:
    """A citation with other signs and words around it gets both notices."""
    text = format_citation(cite(world), style).replace(" - ", " – ")

    assert [finding.what for finding in cited(check(world, f"See {text} (my translation)"))] == [AROUND, DIFFERENTLY]


LINES: dict[str, Callable[[str], str]] = {
    "at each blank": lambda text: text.replace(" ", "\n  "),
    "as Windows ends them": lambda text: text.replace(" ", " \r\n"),
    "at 40 columns anywhere": lambda text: "\n".join(text[at : at + 40] for at in range(0, len(text), 40)),
    "at 7 columns anywhere": lambda text: "\n".join(text[at : at + 7] for at in range(0, len(text), 7)),
    "at 33 columns, as Windows": lambda text: "\r\n".join(text[at : at + 33] for at in range(0, len(text), 33)),
    "in the hash": lambda text: text[: text.index("SHA-256") + 20] + "\n" + text[text.index("SHA-256") + 20 :],
    "in the hash, with a hyphen": lambda text: (
        text[: text.index("SHA-256") + 20] + "-\n" + text[text.index("SHA-256") + 20 :]
    ),
    "in the hash, thrice": lambda text: (
        text[: text.index("SHA-256 ") + 8]
        + "\n".join(text[text.index("SHA-256 ") + 8 :][at : at + 16] for at in range(0, 64, 16))
        + text[text.index("SHA-256 ") + 72 :]
    ),
    "in the name of the archive": lambda text: text.replace("archive.example", "archive.\nexample"),
    "with every line double spaced": lambda text: text.replace(", ", ",\n\n"),
}
"""Where the lines of a page end."""


@pytest.mark.parametrize("style", WHOLE)
@pytest.mark.parametrize("name", LINES)
def test_lines(world: World, name: str, style: str) -> None:
    """Line breaks anywhere, inside the hash too, change nothing."""
    report = check(world, LINES[name](format_citation(cite(world), style)))

    assert report.verdict == VERIFIED, report.failures
    assert all(finding.ok and finding.what == DIFFERENTLY for finding in cited(report))


FACTS: dict[str, dict[str, object]] = {
    "title": {"title": TITLE.replace("affairs", "affair")},
    "a word less": {"title": TITLE.replace("notice ", "")},
    "another digit": {"title": TITLE.replace("2022", "2023")},
    "an accent": {"title": TITLE.replace("affairs", "affáirs")},
    "version": {"version": 2},
    "release": {"release": "other"},
    "release with a hyphen": {"release": "decla-ration"},
    "archive": {"origin": "archive.example.com/press"},
    "archive with a hyphen": {"origin": "archive-example.org/press"},
    "issuer": {"issuer": "Ministry of Harbours"},
    "month": {"issued": Issued("2022-02", "inferred")},
    "day": {"issued": Issued("2022-01-06", "stated")},
    "source": {"source": "https://press.example.org/forged"},
}


@pytest.mark.parametrize("style", WHOLE)
@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("around", ["{0}", "12. See {0} (emphasis added)", "• {0}"])
def test_fact_that_differs(world: World, name: str, style: str, around: str) -> None:
    """A fact that differs fails, whatever stands around the citation and whatever signs it has."""
    citation = cite(world)
    forged = format_citation(replace(citation, **FACTS[name]), style)  # type: ignore[arg-type]  # members by name
    for text in (forged, forged.replace('"', "”").replace(" - ", " – ")):
        report = check(world, around.format(text))

        assert report.verdict == FAILED, text
        for finding in report.failures:
            assert finding.check == CITATION
            assert finding.expected != finding.found


@pytest.mark.parametrize("style", WHOLE)
@pytest.mark.parametrize("around", ["{0}", "See {0}", "12. {0}\n\nPage 4"])
def test_paragraph_that_differs(world: World, style: str, around: str) -> None:
    """A paragraph that is not there fails; one that is there was cited."""
    text = around.format(format_citation(cite(world), style))
    for mark in ("para. ", "par. ", "¶ "):
        if f"{mark}1" in text:
            assert check(world, text.replace(f"{mark}1", f"{mark}2")).verdict == VERIFIED
            report = check(world, text.replace(f"{mark}1", f"{mark}9"))
            assert [finding.found for finding in report.failures] == ["p9"]


def test_issuer_that_is_longer(archives: dict[str, World]) -> None:
    """Words that run into the issuer are not taken for words around it: what they say was not checked."""
    world = archives["issuer"]
    for style in WHOLE:
        text = format_citation(cite(world), style)
        for words in ("The President and ", "The President of X, ", "President of the "):
            report = check(world, words + text)
            [finding] = cited(report)
            assert (report.verdict, finding.what, finding.readable) == (UNCHECKED, JOINED, False)
            assert (finding.expected, finding.found) == (text, words.strip())


def test_issuer_where_there_is_none(archives: dict[str, World]) -> None:
    """An issuer before the title of a version that names none fails, behind a signal too."""
    world = archives["no issuer"]
    for style in WHOLE:
        forged = format_citation(replace(cite(world), issuer="Ministry of X"), style)
        for before in ("", "See ", "12. ", "• Cf. "):
            report = check(world, before + forged)
            assert report.verdict == FAILED
            assert any("Ministry of X" in finding.found for finding in report.failures), (style, before)


def test_two_hashes(world: World) -> None:
    """Words with the hashes of two records are refused, side by side, in two paragraphs, and as ``ni:`` names."""
    citation = cite(world)
    other = replace(citation, sha256="0" * 64)
    for style in WHOLE:
        one, two = format_citation(citation, style), format_citation(other, style)
        for text in (f"{one} {two}", f"{one}\n\n{two}", f"{one}\n{two}", f"{one} (not SHA-256 {'0' * 64})"):
            with pytest.raises(
                InputError, match=rf"two hashes in one citation: expected one, found {citation.sha256}, 0"
            ):
                parse_citation(text)
    assert len(parse_citation(f"{one} sha256:{citation.sha256}")) == 1


@pytest.mark.parametrize("kept", [63, 40, 16, 8])
def test_hash_cut_short(world: World, kept: int) -> None:
    """A hash that lost digits finds and never verifies; the words around it do not make up for them."""
    for style in WHOLE:
        text = format_citation(cite(world), style)
        digits = cite(world).sha256
        report = check(world, text.replace(digits, digits[:kept]))
        assert (report.verdict, [finding.what for finding in report.failures]) == (
            UNCHECKED,
            ["a short hash finds, never verifies"],
        )


def test_number_inside_the_hash(world: World) -> None:
    """The number of a page between two halves of a hash makes it no hash: nothing is guessed."""
    citation = cite(world)
    text = format_citation(citation, "long")
    half = citation.sha256[:32]
    assert check(world, text.replace(half, f"{half}\n12\n")).verdict == UNCHECKED


HOSTILE = (
    *(", “", "” [press release], a. Archive version 1 (r/v1), o. Source: <", "” (a), v1", " (a). ", "SHA-256 ", "¶ 1 "),
    *(",” press release, a, ", ".” Archive version 1, a, ", " (Archive version 1) [Press release]. ", "\n\n", " "),
    *(" [archive version 1, ", "ni:///sha-256;", "<a ", "<!--", "<![", "</a", "&#9", "@misc{a,", "{", "[", '{"a":'),
    *("% \\autocite[para.~", "TY  - "),
)


@pytest.mark.parametrize("unit", HOSTILE)
def test_input_that_makes_a_reader_slow(world: World, unit: str) -> None:
    """A quarter of a megabyte of what once made a reader backtrack is read, and checked, in one pass."""
    text = unit * (250_000 // len(unit))
    for whole in (text, f"{text}{format_citation(cite(world), 'long')}", f"“{text} SHA-256 {'a' * 64}\x0b!"):
        try:
            stated = parse_citation(whole)
        except InputError as error:
            assert error.hint.startswith(("give them one by one", "cite the version anew"))  # noqa: PT017 - either is right
            continue
        if stated:
            assert verify_citation(world.store, stated).verdict in {VERIFIED, FAILED, UNCHECKED}


def between(world: World, *parts: str) -> list[str]:
    """What is told of the words around, for a text of these parts; the text verifies."""
    report = check(world, "\n\n".join(parts))
    assert report.verdict == VERIFIED, [str(finding) for finding in report.failures]
    return [finding.found for finding in cited(report) if finding.what == AROUND]


RETRACTED = "This was retracted; its author is another."


@pytest.mark.parametrize("style", WHOLE)
def test_false_words_beside_a_citation(world: World, style: str) -> None:
    """A part of a text that holds no hash is told, before, between and behind parts that do."""
    one, two = format_citation(cite(world), style), format_citation(cite(world), "apa")

    assert between(world, one, RETRACTED, two) == [RETRACTED]
    assert between(world, one, two, RETRACTED) == [RETRACTED]
    assert between(world, RETRACTED, one, two) == [RETRACTED]
    assert sorted(between(world, "Before.", one, "Between.", two, "Behind.")) == ["Before.", "Behind.", "Between."]
    assert between(world, one, "apa:", two, "12.") == ["12."]


def test_words_around_a_bare_hash(world: World) -> None:
    """Words around a hash alone are told, those that lead to a citation too; its name and a number are none."""
    digest = cite(world).sha256
    csl = format_citation(cite(world), "csl-json")
    ni = csl[csl.index("ni:///") :].partition('"')[0]
    for name in (f"SHA-256 {digest}", f"sha256:{digest}", ni):
        assert between(world, name) == between(world, f"12. {name}.") == between(world, f"[{name}]") == []
        assert between(world, f"Stated in 1999: {name}") == ["stated in 1999:"]
        assert between(world, f"{name} but contra") == ["but contra"]
        assert between(world, f"1999: {name}") == ["1999:"]
        said = ["“It burned”, a council.", "He said so in 1999."]
        assert between(world, said[0], name, said[1], name) == said


@pytest.mark.parametrize("style", WHOLE)
def test_several_copies(world: World, style: str) -> None:
    """Of several copies in one part each is told that is written differently, and the words between them."""
    text = format_citation(cite(world), style)
    other = text.replace(" - ", " – ")
    for whole, differing in (
        (f"{text}\n{text}", []),
        (f"{other}\n{text}", [other]),
        (f"{text}\n{other}", [other]),
        (f"{other}\n\n{text}", [other]),
    ):
        report = check(world, whole)
        assert report.verdict == VERIFIED
        assert [finding.found for finding in cited(report) if finding.what == DIFFERENTLY] == differing
    assert between(world, f"{text} {RETRACTED}\n{text}") == [RETRACTED]
    hidden = text.replace("notice", "no\u00adtice")
    assert DIFFERENTLY in [finding.what for finding in cited(check(world, f"{text}\n{hidden}"))]


def test_long_words_around_a_citation(world: World) -> None:
    """Of long words around a citation a part is shown, and how many characters more there are."""
    [found] = between(world, format_citation(cite(world), "apa", pin=True) + " (" + "very " * 100 + "old)")
    assert found.endswith("[305 characters more]")


def test_many_parts(world: World) -> None:
    """A text of more than a hundred parts with a hash is refused; a hundred are checked in no time."""
    text = format_citation(cite(world), "long")
    assert check(world, f"{text}\n\n" * 100).verdict == VERIFIED
    for part in (text, f"x SHA-256 {cite(world).sha256}", "SHA-256 0123456789abcdef"):
        with pytest.raises(InputError, match="too many citations: expected at most 100, found"):
            parse_citation(f"{part}\n\n" * 2850)
