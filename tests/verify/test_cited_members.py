"""Citations in formats, with more or other members than ours: none of them passes unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.snapshot.conftest import World

from muniment.canonical import Json
from muniment.cite.citation import Citation, citation_of
from muniment.cite.formats import FORMAT_NAMES, format_citation
from muniment.cite.reading import parse_citation
from muniment.errors import InputError
from muniment.reference import parse_reference
from muniment.verify.citation import verify_citation
from muniment.verify.report import CITATION, FAILED, UNCHECKED, VERIFIED, Finding, Report

DATE = "the date of issue is as the record has it: a claim, which nothing here proves"
Edit = Callable[[Any], object]


@pytest.fixture(scope="module")
def world() -> World:
    """An archive whose version names its issuer, its date and its source."""
    described: dict[str, Json] = {
        "issuer": "Harbour Office",
        "title": "Harbour notice",
        "uri": "https://press.example.org/h",
        "issued": {"date": "2022-01", "basis": "inferred"},
        "language": "en",
    }
    made = World()
    made.publish("Notice\n\n1. The harbour is open.\n\n2. Two.\n", described=described)
    return made


def cite(world: World) -> Citation:
    """Cite its first paragraph."""
    version = world.archive.read(parse_reference("v1"))
    return citation_of(version, origin=world.archive.origin, root=world.archive.roots[0].digest, paragraph="p1")


def check(world: World, text: str) -> Report:
    """Check a citation."""
    return verify_citation(world.store, parse_citation(text))


def told(report: Report) -> list[Finding]:
    """What check 14 found, but for the notice on the date."""
    return [finding for finding in report.findings if finding.check == CITATION and finding.what != DATE]


@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_ours(world: World, form: str) -> None:
    """Of a citation as it is written here, no member is told and none is left out."""
    report = check(world, format_citation(cite(world), form))

    assert (report.verdict, told(report)) == (VERIFIED, [])


CSL: dict[str, Edit] = {
    "author in parts": lambda item: item.update(author=[{"family": "Smith", "given": "John"}]),
    "author is an object": lambda item: item.update(author={"literal": "Smith"}),
    "second author": lambda item: item["author"].append({"literal": "Smith"}),
    "second author without a name of ours": lambda item: item["author"].append("Smith"),
    "author in parts beside the whole": lambda item: item["author"][0].update(family="Smith"),
    "editor": lambda item: item.update(editor=[{"literal": "Smith"}]),
    "range of dates": lambda item: item.update(issued={"date-parts": [[2022, 1], [2025, 3]]}),
    "raw date": lambda item: item.update(issued={"raw": "1999"}),
    "date in words": lambda item: item.update(issued={"literal": "5 May 1999"}),
    "date is a string": lambda item: item.update(issued="1999"),
    "raw date beside the parts": lambda item: item["issued"].update(raw="1999"),
    "season": lambda item: item["issued"].update(season=2),
    "genre": lambda item: item.update(genre="Retraction"),
    "short title": lambda item: item.update({"title-short": "The harbour burns"}),
    "title of a container": lambda item: item.update({"container-title": "The Times"}),
    "abstract": lambda item: item.update(abstract="The harbour burned."),
    "address": lambda item: item.update(URL="https://forged.example/"),
    "title is an object": lambda item: item.update(title={"x": "The harbour burns"}),
    "title is a list": lambda item: item.update(title=["The harbour burns"]),
    "version is a truth value": lambda item: item.update(version=True),
    "field in a note": lambda item: item.update(note=item["note"] + "\nissued: 1999"),
    "field in a note, in braces": lambda item: item.update(note=item["note"] + "\n{:title: The harbour burns}"),
}
DATACITE: dict[str, Edit] = {
    "second creator": lambda record: record["creators"].append({"name": "Smith"}),
    "creator in parts": lambda record: record.update(creators=[{"givenName": "John", "familyName": "Smith"}]),
    "contributor": lambda record: record.update(contributors=[{"name": "Smith"}]),
    "second title": lambda record: record["titles"].append({"title": "The harbour burns"}),
    "year": lambda record: record.update(publicationYear="1999"),
    "another date": lambda record: record["dates"].append({"date": "1999", "dateType": "Created"}),
    "abstract": lambda record: record.update(
        descriptions=[{"description": "The harbour burned", "descriptionType": "Abstract"}]
    ),
    "kind": lambda record: record["types"].update(resourceType="Retraction"),
    "wrapped": lambda record: record.update(attributes={"creators": [{"name": "Smith"}]}),
    "address": lambda record: record.update(url="https://forged.example/"),
}
ANNOTATION: dict[str, Edit] = {
    "body in a list": lambda value: value.update(body=[{"type": "TextualBody", "value": "The harbour burns"}]),
    "body with a second": lambda value: value.update(body=[value["body"], {"value": "The harbour burns"}]),
    "body is a string": lambda value: value.update(body="The harbour burns"),
    "value of the body": lambda value: (value.pop("body"), value.update(bodyValue="The harbour burns")),
    "quotation in a list": lambda value: value["target"]["selector"].update(
        refinedBy=[{"type": "TextQuoteSelector", "exact": "The harbour burns."}]
    ),
    "quotation as the selector": lambda value: value["target"].update(
        selector={"type": "TextQuoteSelector", "exact": "The harbour burns."}
    ),
    "selectors": lambda value: value["target"].update(selector=[value["target"]["selector"], {"exact": "It burns."}]),
    "another name": lambda value: value["target"]["source"].update({"http://schema.org/name": "It burns"}),
    "author": lambda value: value["target"]["source"].update({"schema:author": "Smith"}),
    "context": lambda value: value.update({"@context": [value["@context"], {"schema:name": "ex:alias"}]}),
}
JSON = [
    *(("csl-json", name, edit) for name, edit in CSL.items()),
    *(("datacite", name, edit) for name, edit in DATACITE.items()),
    *(("annotation", name, edit) for name, edit in ANNOTATION.items()),
]


@pytest.mark.parametrize(("form", "name", "edit"), JSON, ids=[f"{form}, {name}" for form, name, _ in JSON])
def test_false_citation_in_a_format(world: World, form: str, name: str, edit: Edit) -> None:
    """A fact of a citation that stands where ours does not have it is compared, and fails where it is false."""
    value = json.loads(format_citation(cite(world), form))
    edit(value[0] if form == "csl-json" else value)

    report = check(world, json.dumps(value))

    assert report.verdict == FAILED, name
    assert all(finding.found for finding in report.failures)


NO_FORM = {
    "two targets": '"target": [{"source": "https://forged.example/"}, ',
    "a member twice": '"body": "It burns", "target": ',
    "a broken number": '"year": 1.5, "target": ',
}


@pytest.mark.parametrize("name", NO_FORM)
def test_json_that_is_not_ours(world: World, name: str) -> None:
    """JSON that states no hash where a citation has it, or cannot be read, is not taken for words around a citation."""
    text = format_citation(cite(world), "annotation")
    changed = text.replace('"target": ', NO_FORM[name]).rstrip().removesuffix("}")
    changed += "]}" if "[" in NO_FORM[name] else "}"

    with pytest.raises(InputError, match="not a citation in the form written here"):
        parse_citation(changed)


SAME: dict[str, Edit] = {
    "author in parts": lambda item: item.update(author=[{"given": "Harbour", "family": "Office"}]),
    "author as a family": lambda item: item.update(author=[{"family": "Harbour Office", "given": ""}]),
    "date in words": lambda item: item.update(issued={"literal": "January 2022"}),
    "raw date": lambda item: item.update(issued={"raw": "2022-01"}),
    "parts as strings": lambda item: item.update(issued={"date-parts": [["2022", "1"]]}),
    "short title": lambda item: item.update({"title-short": "Harbour notice"}),
    "address": lambda item: item.update(URL="https://press.example.org/h"),
    "empty members": lambda item: item.update(abstract="", editor=[], DOI=None),
}


@pytest.mark.parametrize("name", SAME)
def test_same_fact_in_another_spelling(world: World, name: str) -> None:
    """A true fact in the spelling of a reference manager accuses nobody."""
    items = json.loads(format_citation(cite(world), "csl-json"))
    SAME[name](items[0])

    assert check(world, json.dumps(items)).verdict == VERIFIED


ADDED: dict[str, tuple[str, str, str]] = {
    "csl-json": ('"type": "document"', '"type": "document", "keyword": "harbours"', "keyword"),
    "biblatex": ("  version ", "  keywords = {harbours},\n  version ", "keywords"),
    "bibtex": ("  version ", "  timestamp = {2026},\n  version ", "timestamp"),
    "ris": ("PY  - ", "KW  - harbours\nPY  - ", "KW"),
    "datacite": ('"version"', '"subjects": [{"subject": "harbours"}], "version"', "subjects[0].subject"),
    "html": ('lang="en"', 'lang="de"', "lang"),
    "annotation": ('"motivation"', '"created": "2026", "motivation"', "created"),
}


@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_harmless_member(world: World, form: str) -> None:
    """What reference managers add for themselves is told, with its value, and fails nothing."""
    old, new, where = ADDED[form]
    text = format_citation(cite(world), form)

    report = check(world, text.replace(old, new, 1))

    [finding] = told(report)
    assert (report.verdict, finding.ok, finding.what) == (VERIFIED, True, f"not checked: {where}")
    assert finding.found


STRANGE = {
    "csl-json": ('"type": "document"', '"type": "document", "medium": "papyrus"'),
    "biblatex": ("  version ", "  xdata = {forged},\n  version "),
    "bibtex": ("  version ", "  volume = {7},\n  version "),
    "ris": ("PY  - ", "C1  - papyrus\nPY  - "),
    "datacite": ('"version"', '"geoLocations": [{"geoLocationPlace": "Rome"}], "version"'),
    "annotation": ('"motivation"', '"said": "papyrus", "motivation"'),
}


@pytest.mark.parametrize("form", STRANGE)
def test_strange_member(world: World, form: str) -> None:
    """A member that no record can be held against, and that might be printed, keeps a citation from being verified."""
    report = check(world, format_citation(cite(world), form).replace(*STRANGE[form], 1))

    [finding] = told(report)
    assert (report.verdict, finding.readable) == (UNCHECKED, False)
    assert finding.what == "no record states this, and a reference manager may print it"


BIBLATEX: dict[str, Callable[[str], str]] = {
    "subtitle": lambda text: text.replace("  version ", "  subtitle = {is forged},\n  version "),
    "editor": lambda text: text.replace("  version ", "  editor = {Smith},\n  version "),
    "addition to the title": lambda text: text.replace("{Document}", "{Retracted}"),
    "second author": lambda text: text.replace("{{Harbour Office}}", "{{Harbour Office} and Smith}"),
    "abstract": lambda text: text.replace("  version ", "  abstract = {It burned.},\n  version "),
    "address": lambda text: text.replace("  version ", "  url = {https://forged.example/},\n  version "),
    "month": lambda text: text.replace("  version ", "  month = may,\n  version "),
    "second title": lambda text: text.replace("  version ", "  TITLE = {{It burns}},\n  version "),
    "command in a title": lambda text: text.replace("Harbour notice", "Harbour notice\\relax"),
}


@pytest.mark.parametrize("name", BIBLATEX)
def test_fields_of_an_entry(world: World, name: str) -> None:
    """Every field of an entry is read, whatever it is called, and whatever stands before it."""
    assert check(world, BIBLATEX[name](format_citation(cite(world), "biblatex"))).verdict == FAILED


ENTRIES: dict[str, Callable[[str], str]] = {
    "a field that cannot be read": lambda text: text.replace("  title ", "  x y = {1},\n  title "),
    "a value that cannot be read": lambda text: text.replace("  title ", "  x = ,\n  title "),
    "no comma": lambda text: text.replace("inferred by the archive; ", "inferred} {"),
    "no end": lambda text: text.rstrip().removesuffix("}"),
    "no key": lambda text: text.replace("@online{declaration-v1,", "@online{"),
    "another in parentheses": lambda text: "@online(forged, title={It burns}, author={Smith})\n" + text,
    "another behind it, indented": lambda text: text + " @online{forged, title={It burns}}\n",
    "another in its line": lambda text: text.rstrip() + " @online{forged, title={It burns}}\n",
    "another in a comment": lambda text: "% @online{forged, title={It burns}}\n" + text,
    "another with a blank": lambda text: "@ online {forged, title={It burns}}\n" + text,
    "another behind words": lambda text: "Words @misc{forged, title={It burns}}\n" + text,
    "macros": lambda text: "@string{x = {It burns}}\n" + text,
    "a comment as an entry": lambda text: "@comment{x, y}\n" + text,
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entries_that_are_refused(world: World, name: str) -> None:
    """More than one entry, however it is written, and an entry that cannot be read to its end, are refused."""
    with pytest.raises(InputError, match=r"several citations|cannot be read to its end"):
        parse_citation(ENTRIES[name](format_citation(cite(world), "biblatex")))


def test_fields_behind_one_with_an_odd_name(world: World) -> None:
    """A field with a sign in its name does not hide those behind it."""
    text = f"@online{{x,\n  sha256 = {{{cite(world).sha256}}},\n  x/y = {{1}},\n  author = {{{{Smith}}}},\n}}"

    report = check(world, text)

    assert report.verdict == FAILED
    assert [finding.found for finding in report.failures if finding.readable] == ["Smith"]


def test_entry_in_parentheses(world: World) -> None:
    """An entry in parentheses is an entry."""
    text = format_citation(cite(world), "biblatex").replace("@online{", "@online(").rstrip().removesuffix("}") + ")"

    assert check(world, text).verdict == VERIFIED
    assert check(world, text.replace("Harbour notice", "It burns")).verdict == FAILED


def test_words_around_an_entry(world: World) -> None:
    """Words around an entry are told, a second paragraph too."""
    text = format_citation(cite(world), "biblatex") + "% See also \\autocite[para.~2]{x}\nRetracted.\n"

    [finding] = told(check(world, text))

    assert (finding.ok, finding.what) == (True, "not checked: words around the entry")
    assert finding.found == "% See also \\autocite[para.~2]{x} Retracted."


RIS: dict[str, Callable[[str], str]] = {
    "author": lambda text: text.replace("AU  - Harbour Office", "A1  - Smith"),
    "second author": lambda text: text.replace("PY  - ", "A1  - Smith\nPY  - "),
    "editor": lambda text: text.replace("PY  - ", "A2  - Smith\nPY  - "),
    "date": lambda text: text.replace("PY  - 2022\nDA  - 2022/01//", "Y1  - 1999/05/05//"),
    "date in the year": lambda text: text.replace("PY  - 2022", "PY  - 2022/05/05/evening"),
    "something else in the date": lambda text: text.replace("2022/01//", "2022/01//evening"),
    "title of a book": lambda text: text.replace("TI  - Harbour notice", "BT  - It burns"),
    "title of a chapter": lambda text: text.replace("TI  - Harbour notice", "CT  - It burns"),
    "short title": lambda text: text.replace("PY  - ", "ST  - It burns\nPY  - "),
    "title of a journal": lambda text: text.replace("PY  - ", "T2  - The Times\nPY  - "),
    "abstract": lambda text: text.replace("PY  - ", "AB  - It burned.\nPY  - "),
    "address": lambda text: text.replace("PY  - ", "UR  - https://forged.example/\nPY  - "),
    "kind": lambda text: text.replace("Document", "Retraction"),
    "one blank": lambda text: text.replace("TI  - Harbour notice", "TI - It burns"),
    "indented": lambda text: text.replace("TI  - Harbour notice", "\tTI  - It burns"),
    "small letters": lambda text: text.replace("TI  - Harbour notice", "ti  - It burns"),
    "broken line": lambda text: text.replace("Harbour notice", "Harbour notice\n that was forged"),
    "end of a line that is none": lambda text: text.replace("Harbour notice", "Harbour notice\u2028TI  - It burns"),
    "behind the end": lambda text: text + "TI  - It burns\n",
}


@pytest.mark.parametrize("name", RIS)
def test_lines_of_a_reference(world: World, name: str) -> None:
    """Every line of a reference is read, with any number of blanks and whatever its tag."""
    text = format_citation(cite(world), "ris")
    changed = RIS[name](text)

    assert changed != text
    assert check(world, changed).verdict == FAILED


def test_second_reference(world: World) -> None:
    """A second reference is refused, with other blanks and in small letters too."""
    text = format_citation(cite(world), "ris")
    for second in ("TY  - GEN", " TY - GEN", "ty  - GEN", "\rTY  - GEN"):
        with pytest.raises(InputError, match="several citations"):
            parse_citation(f"{text}\n{second}\nTI  - It burns\nER  - \n")


HTML: dict[str, tuple[str, str]] = {
    "comment that ends at once": ("notice</bdi>", "notice<!--> that was forged<!-- --></bdi>"),
    "comment that ends with a mark": ("notice</bdi>", "notice<!-- --!> that was forged<!-- --></bdi>"),
    "comment": ("notice</bdi>", "notice<!-- x --></bdi>"),
    "declaration": ("notice</bdi>", "notice<!x></bdi>"),
    "instruction": ("notice</bdi>", "notice<?x?></bdi>"),
    "section of data": ("notice</bdi>", "notice<![CDATA[x]]></bdi>"),
    "style": ("<cite>", "<style>cite::after{content:' that was forged'}</style><cite>"),
    "script": ("<cite>", "<script>document.write('It burns')</script><cite>"),
    "input": ("</cite>", '<input value="It burns"></cite>'),
    "xmp": ("</cite>", "<xmp><style></xmp>It burns</style></cite>"),
    "noscript": ("</cite>", "<noscript>x</noscript></cite>"),
    "template": ("</cite>", "<template>x</template></cite>"),
    "textarea": ("</cite>", "<textarea>x</textarea></cite>"),
    "frame": ("</cite>", '<iframe srcdoc="It burns"></iframe></cite>'),
    "drawing": ("</cite>", "<svg><text>It burns</text></svg></cite>"),
    "picture": ("</cite>", '<img alt="It burns"></cite>'),
    "hidden by style": ("Harbour notice", '<span style="display:none">Harbour notice</span>'),
    "hidden": ("Harbour notice", "<span hidden>Harbour notice</span>"),
    "class": ("Harbour notice", '<span class="x">Harbour notice</span>'),
    "direction": ("<bdi", '<bdi dir="rtl"'),
    "override": ("Harbour notice", '<bdo dir="rtl">Harbour notice</bdo>'),
    "value without quotation marks": ("<bdi", "<bdi lang=de"),
    "handler": ("<cite>", '<cite onclick="x()">'),
    "sign that may be a reference": ("press.example.org/h", "press.example.org/h&ampx"),
    "tag that never ends": ("</p>", "</p><p "),
}


@pytest.mark.parametrize("name", HTML)
def test_markup_that_is_refused(world: World, name: str) -> None:
    """Markup in which a browser could print other words than are read is refused, not passed over."""
    text = format_citation(cite(world), "html")
    changed = text.replace(*HTML[name])

    assert changed != text
    with pytest.raises(InputError, match="not a citation in the form written here"):
        parse_citation(changed)


def test_link_to_another_place(world: World) -> None:
    """The link of a citation leads where ours does."""
    text = format_citation(cite(world), "html")
    forged = text.replace('href="https://press.example.org/h"', 'href="https://forged.example/"')

    [finding] = check(world, forged).failures
    assert (finding.subject, finding.found) == ("citation, href", "https://forged.example/")
    assert check(world, text.replace("</p>", ' <a href="https://forged.example/">x</a></p>')).verdict == FAILED


@pytest.mark.parametrize("around", ["<div>{0}</div>", "<li><em>{0}</em></li>", "<div>\n<p><b>{0}</b></p>\n</div>"])
def test_harmless_markup(world: World, around: str) -> None:
    """Paragraphs, lists and emphasis around a citation change nothing."""
    report = check(world, around.format(format_citation(cite(world), "html")))

    assert (report.verdict, told(report)) == (VERIFIED, [])
