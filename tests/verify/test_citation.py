"""Check 14: a citation held against an archive, and against a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from muniment.canonical import parse_json
from muniment.cite import Citation, make_citation
from muniment.cite.facts import Stated
from muniment.cite.formats import FORMAT_NAMES, SHORT, STYLE_NAMES, format_citation
from muniment.cite.reading import parse_citation
from muniment.reference import parse_reference
from muniment.schema import validate
from muniment.store import MemoryStore
from muniment.verify.citation import Reader, check_citation_in_snapshot, verify_citation
from muniment.verify.public_json import report_as_json
from muniment.verify.report import CITATION, FAILED, UNCHECKED, VERIFIED, Finding, Report

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

WHOLE = [*(style for style in STYLE_NAMES if style != SHORT), *FORMAT_NAMES]
Check = Callable[..., Report]


@pytest.fixture(params=["archive", "snapshot"])
def check(request: pytest.FixtureRequest, world: World) -> Check:
    """Check a citation against the archive, or against its snapshot."""

    def against(stated: Iterable[Stated], reader: Reader | None = None) -> Report:
        if request.param == "archive":
            report = verify_citation(world.store, tuple(stated), reader)
        else:
            data = world.snapshot().data
            report = check_citation_in_snapshot(data, tuple(stated), snapshot="a.zip", reader=reader)
        validate("report", parse_json(_json(report)))
        return report

    return against


def _json(report: Report) -> bytes:
    import json  # noqa: PLC0415 - for this line alone

    return json.dumps(report_as_json(report)).encode()


def cite(world: World, paragraph: str | None = "p1") -> Citation:
    """Cite version 1."""
    archive = world.archive
    version = archive.read(parse_reference("v1"))
    return make_citation(version, origin=archive.origin, root=archive.roots[0].digest, paragraph=paragraph)


def write(form: str, citation: Citation) -> str:
    """Write a citation in a style, with its pin, or in a format."""
    return format_citation(citation, form) if form in FORMAT_NAMES else format_citation(citation, form, pin=True)


def failures(report: Report) -> list[Finding]:
    """The failures of check 14."""
    return [finding for finding in report.failures if finding.check == CITATION]


@pytest.mark.parametrize("form", WHOLE)
def test_genuine(world: World, check: Check, form: str) -> None:
    """A genuine citation in every form verifies, with all the checks of the version; the date stays a claim."""
    report = check(parse_citation(write(form, cite(world))))

    assert (report.verdict, report.subject) == (VERIFIED, "citation")
    assert report.passed[CITATION] >= 7
    assert all(report.passed[number] for number in (2, 3, 4, 6, 7, 8, 9, 10, 11))
    assert [f.what for f in report.findings if f.check == CITATION] == [
        "the date of issue is as the record has it: a claim, which nothing here proves"
    ]


CHANGES: dict[str, dict[str, object]] = {
    "title": {"title": "Another title"},
    "version": {"version": 2},
    "reference": {"release": "other"},
    "archive": {"origin": "another.example.org"},
    "paragraph": {"paragraph": "p2"},
    "trust root": {"root": "0" * 64},
    "log index": {"index": 7},
    "issuer": {"issuer": "Ministry of X"},
    "source": {"source": "https://press.example.org/forged"},
    "language": {"language": "de"},
    "logged at": {"logged_at": "2020-01-01T00:00:00Z"},
}
# What a form does not state cannot be wrong in it.
SILENT = {
    "log index": {*STYLE_NAMES},
    "language": {*STYLE_NAMES, "html"},  # the attribute lang is for browsers
    "logged at": {*STYLE_NAMES},
    "paragraph": {*STYLE_NAMES, *FORMAT_NAMES} - {"annotation"},  # p2 is there, and may be cited
}


@pytest.mark.parametrize("form", WHOLE)
@pytest.mark.parametrize("name", CHANGES)
def test_one_fact_changed(world: World, check: Check, form: str, name: str) -> None:
    """A citation with one fact of another version is a failed finding that names it, expected and found."""
    forged = replace(cite(world), **CHANGES[name])  # type: ignore[arg-type]  # members by name
    text = write(form, forged)
    if form in SILENT.get(name, set()) or text == write(form, cite(world)):
        assert check(parse_citation(text)).verdict == VERIFIED
        return

    report = check(parse_citation(text))

    assert report.verdict == FAILED
    assert failures(report)
    assert all(finding.expected != finding.found and finding.found and finding.hint for finding in failures(report))
    if name == "trust root":
        # It is what the reader has from elsewhere.
        assert report.failed(11) == 1


def test_named_finding(world: World, check: Check) -> None:
    """The finding says which fact, in which member, what the version says and what the citation says."""
    forged = replace(cite(world), title="Another title")

    [finding] = failures(check(parse_citation(format_citation(forged, "csl-json"))))

    assert (finding.subject, finding.found) == ("citation, title", "Another title")
    assert finding.expected == "Déclaration sur les événements « Ünïcode »"
    assert finding.what == "title: not what the version says that the hash names"


def test_changed_date(world: World, check: Check) -> None:
    """A date in words is compared in words."""
    [finding] = failures(check(parse_citation(write("mla", cite(world)).replace("[Jan. 2022]", "[Feb. 2022]"))))

    assert (finding.expected, finding.found) == ("[Jan. 2022]", "[Feb. 2022]")


def test_no_such_paragraph(world: World, check: Check) -> None:
    """A paragraph that the version does not have is found, and nothing else is blamed for it."""
    text = write("long", cite(world)).replace("para. 1.", "para. 99.")

    [finding] = failures(check(parse_citation(text)))

    assert (finding.what, finding.found) == ("declaration/v1 has no paragraph p99", "p99")
    assert finding.expected == "one of h1 to p2"


def test_quoted_words_changed(world: World, check: Check) -> None:
    """An annotation whose words are not those of the paragraph fails."""
    text = write("annotation", cite(world, "p2")).replace("The last words.", "The best words.")

    [finding] = failures(check(parse_citation(text)))

    assert (finding.subject, finding.expected) == ("citation, exact", "The last words.")
    assert finding.found == "The best words."


def test_two_hashes(world: World, check: Check) -> None:
    """A second hash beside the right one is a mismatch, wherever it stands."""
    citation = cite(world)
    text = write("ris", citation).replace(f"SHA-256: {citation.sha256}", f"SHA-256: {'0' * 64}", 1)

    [finding] = failures(check(parse_citation(text)))

    assert (finding.subject, finding.expected, finding.found) == ("citation, N1", citation.sha256, "0" * 64)


def linked(made: World, paragraph: str | None = "p1") -> Citation:
    """Cite version 1 with the page of the site."""
    archive = made.archive
    version, root = archive.read(parse_reference("v1")), archive.roots[0].digest
    return make_citation(version, origin=archive.origin, root=root, paragraph=paragraph, sites=archive.sites)


@pytest.mark.parametrize("form", WHOLE)
def test_link_to_the_site(sited: Callable[..., World], form: str) -> None:
    """A link that the archive signed verifies, also after the site moved or went; another one fails."""
    made = sited()
    text = write(form, linked(made))
    assert "https://press.example.org/kept/releases/declaration/v1/#p1" in text.replace("\\#", "#")
    moved = text.replace("press.example.org", "elsewhere.example")

    for site in ("https://press.example.org/kept", "https://new.example.org", None):
        if site != made.archive.chain[-1].url:
            made.move(site)
        report = verify_citation(made.store, parse_citation(text))
        assert (report.verdict, [finding.what for finding in report.findings if "claim" not in finding.what]) == (
            VERIFIED,
            [],
        )
        wrong = verify_citation(made.store, parse_citation(moved))
        assert wrong.verdict == FAILED
        assert any("elsewhere.example" in finding.found for finding in failures(wrong))


@pytest.mark.parametrize("form", WHOLE)
def test_citation_from_before_the_site(world: World, form: str) -> None:
    """A citation without a link verifies after the archive named its site."""
    text = write(form, cite(world))
    world.move("https://press.example.org/kept")

    report = verify_citation(world.store, parse_citation(text))

    assert (report.verdict, len(report.findings)) == (VERIFIED, 1)


def test_changed_words_in_html(world: World, check: Check) -> None:
    """The visible words of HTML are compared whole, not only its attributes."""
    text = write("html", cite(world)).replace("[document]", "[draft]")

    wrong = failures(check(parse_citation(text)))

    assert [(finding.subject, finding.what.partition(":")[0]) for finding in wrong] == [
        ("citation", "genre"),
        ("citation, text", "text"),
    ]


def test_dropped_and_moved_facts(world: World, check: Check) -> None:
    """What a reference manager dropped is not compared, and what it moved is compared by name."""
    citation = cite(world)
    exported = f"@Misc{{x, date = {{2022-01}}, note = {{SHA-256: {citation.sha256}}}, keywords = {{press}}}}"

    assert check(parse_citation(exported)).verdict == VERIFIED
    [finding] = failures(check(parse_citation(exported.replace("2022-01", "2022-02"))))
    assert (finding.subject, finding.expected, finding.found) == ("citation, date", "2022-01", "2022-02")


def test_issuer_that_the_record_does_not_name(world: World, check: Check) -> None:
    """An issuer is not taken on trust where the record names none."""
    forged = replace(cite(world), issuer="Ministry of X")

    [finding] = failures(check(parse_citation(write("long", forged))))

    assert (finding.what.partition(":")[0], finding.expected) == ("issuer", "nothing stated")


def test_short_form(world: World, check: Check) -> None:
    """A short form finds the version and verifies nothing."""
    report = check(parse_citation(format_citation(cite(world), SHORT)))

    [finding] = failures(report)
    assert (report.verdict, finding.what) == (UNCHECKED, "a short hash finds, never verifies")
    assert finding.found == "16, with which the record of declaration/v1 begins"
    [finding] = failures(check(parse_citation(f"Notice, SHA-256 {'0' * 16}")))
    assert finding.found == "16, of no record here"


def test_words_of_no_style(world: World, check: Check) -> None:
    """Where the words around a hash are of no style, only the hash is checked, and the report says so."""
    text = write("long", cite(world)).replace("[document]", "(statement)")

    report = check(parse_citation(text))

    [finding] = failures(report)
    assert report.verdict == UNCHECKED
    assert "of no style that can be read back" in finding.what


@pytest.mark.parametrize("form", ["sha256:{0}", "SHA-256 {0}", "ni"])
def test_bare_names(world: World, check: Check, form: str) -> None:
    """A hash alone, also as an ni: URI, is a citation that states nothing else."""
    csl = parse_json(format_citation(cite(world), "csl-json").encode())
    assert isinstance(csl, list)
    assert isinstance(csl[0], dict)
    assert isinstance(csl[0]["custom"], dict)
    text = csl[0]["custom"]["ni"] if form == "ni" else form.format(cite(world).sha256)

    report = check(parse_citation(str(text)))

    assert (report.verdict, report.passed[CITATION]) == (VERIFIED, 1)


def test_file_of_a_snapshot(world: World, check: Check) -> None:
    """The file citation.txt of a snapshot, with its text in every style and its names, is read whole."""
    from muniment.snapshot.texts import CITATION as NAME  # noqa: PLC0415 - another CITATION
    from muniment.snapshot.zip import parse_zip  # noqa: PLC0415 - for this test alone

    _, entries = parse_zip(world.snapshot().data)
    text = next(entry.data.decode() for entry in entries if entry.name.endswith(f"/data/{NAME}"))
    stated = parse_citation(text)

    assert [part.form for part in stated] == [*STYLE_NAMES, "hash"]
    assert [part.around for part in stated] == [()] * len(stated)
    assert check(stated).verdict == VERIFIED
    [finding] = failures(check(parse_citation(text.replace("v1, SHA-256", "v2, SHA-256", 1))))
    assert (finding.expected, finding.found) == ("1", "2")


def test_hash_of_nothing_here(world: World) -> None:
    """A hash that the log does not have fails, and the hash of the version that is named is told."""
    citation = replace(cite(world), sha256="0" * 64)

    report = verify_citation(world.store, parse_citation(write("long", citation)))

    [finding] = failures(report)
    assert report.verdict == FAILED
    assert finding.expected == f"sha256:{cite(world).sha256}, declaration/v1"
    assert finding.found == f"sha256:{'0' * 64}"
    bare = verify_citation(world.store, parse_citation(f"SHA-256 {'0' * 64}"))
    assert [(f.expected, f.found) for f in failures(bare)] == [("", f"sha256:{'0' * 64}")]
    gone = replace(citation, release="gone")
    assert [f.expected for f in failures(verify_citation(world.store, parse_citation(write("long", gone))))] == [
        "there is no release gone"
    ]


def test_another_archive(world: World) -> None:
    """A citation of another archive cannot be checked here."""
    citation = replace(cite(world), sha256="0" * 64, origin="another.example.org")

    report = verify_citation(world.store, parse_citation(write("apa", citation)))

    [finding] = failures(report)
    assert (report.verdict, finding.what) == (UNCHECKED, "the citation is of another archive")
    assert (finding.expected, finding.found) == (world.archive.origin, "another.example.org")


def test_snapshot_of_another_version(world: World) -> None:
    """A snapshot of another version than the cited one fails, and both hashes are told."""
    world.publish("Another text\n\n1. Words.\n")
    second = world.archive.read(parse_reference("v2"))
    text = write("long", make_citation(second, origin=world.archive.origin))

    report = check_citation_in_snapshot(world.snapshot().data, parse_citation(text), snapshot="a.zip")

    [finding] = failures(report)
    assert report.verdict == FAILED
    assert finding.expected == f"sha256:{cite(world).sha256}, declaration/v1"
    assert finding.found == second.statement.record


def test_forged_archive(world: World) -> None:
    """Against an archive of the same name with the same words, by other keys, a citation with its pin fails."""
    stated = parse_citation(write("ris", cite(world)))
    forged = type(world).forged()

    report = verify_citation(forged.store, stated)

    assert report.verdict == FAILED
    assert report.failed(11) == 1
    assert {finding.what.partition(":")[0] for finding in failures(report)} >= {"trust root"}


def test_given_pin_wins(world: World, check: Check) -> None:
    """The hash that the reader gives is the one that counts."""
    report = check(parse_citation(write("long", cite(world))), Reader(pinned_root="0" * 64))

    assert (report.verdict, report.failed(11), failures(report)) == (FAILED, 1, [])


def test_damage_is_found_too(world: World) -> None:
    """A genuine citation does not hide a damaged record, or a damaged snapshot."""
    stated = parse_citation(write("long", cite(world)))
    path = "releases/declaration/v1/content/record.json"
    data = world.snapshot().data
    files = world.store.files
    damaged = MemoryStore({**files, path: files[path].replace(b"First", b"Worst")})

    report = verify_citation(damaged, stated)
    assert report.verdict == FAILED
    assert [finding.what for finding in failures(report)] == ["not the record that log entry 1 (declaration/v1) states"]
    assert report.failed(7) == 1
    spoilt = check_citation_in_snapshot(data.replace(b"First", b"Worst"), stated, snapshot="a.zip")
    assert spoilt.verdict == FAILED
    assert failures(spoilt)
    nonsense = check_citation_in_snapshot(b"no zip", stated, snapshot="a.zip")
    assert (nonsense.verdict, len(failures(nonsense))) == (FAILED, 1)
