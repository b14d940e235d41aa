"""A paragraph proof as a text and as a page: the words first, every byte made from the proof, checked in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pytest
from tests.snapshot.test_page_in_browser import NO_ED25519, Show, change, failed, states
from tests.snapshot.test_page_in_browser import show as show  # noqa: PLC0414 - a fixture

from muniment.errors import FormatError
from muniment.log.proof_file import TlogProof, format_proof, parse_proof
from muniment.paragraph_proof import ParagraphProof, format_paragraph_proof, parse_paragraph_proof, prove_paragraph
from muniment.paragraph_proof.by_hand import FORMS, Form, by_hand, file_name
from muniment.paragraph_proof.forms import form_of, format_as, read_proof
from muniment.paragraph_proof.proof_page import CHECKS, script, style
from muniment.reference import parse_reference
from muniment.verify.proof import verify_proof
from muniment.verify.report import FAILED, VERIFIED

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

TEXT = (
    "Notice <b>bold</b>\n\n"
    "1. The harbour [sic] closes on <i>Monday</i>,\nand \u202eevery\u202c vessel & boat leaves before noon.\n\n"
    "2. إن الميناء مغلق \u200fاليوم.\n\n"
    "3. Last </pre></script><script>document.title='owned'</script> c2sp.org/tlog-proof@v1\n"
)
ALL = {name for name, _ in CHECKS}


@pytest.fixture(scope="module")
def world(world_of: Callable[..., World]) -> World:
    """An archive with hostile words, and entries around them."""
    made = world_of(TEXT)
    for number in range(4):
        made.publish(f"Tide\n\n1. High at {number}.\n", f"tide-{number}")
    return made


def prove(world: World, reference: str, quote: str | None = None) -> ParagraphProof:
    """Prove a paragraph under the newest checkpoint."""
    archive, wanted = world.archive, parse_reference(reference)
    return prove_paragraph(archive, archive.read(wanted), wanted.paragraph, quote=quote, size=archive.checkpoint.size)


def page_of(proof: ParagraphProof) -> str:
    """The page of a proof."""
    return format_as(proof, "html").decode()


@pytest.fixture(scope="module")
def genuine(world: World) -> str:
    """The page of some words."""
    return page_of(prove(world, "declaration/v1#p1", "every\u202c vessel & boat"))


QUOTES = [("h1", None), ("p1", None), ("p1", "closes on"), ("p2", None), ("p3", None), ("p3", "</pre></script>")]


@pytest.mark.parametrize(("paragraph", "quote"), QUOTES)
@pytest.mark.parametrize("form", FORMS)
def test_each_form_comes_back(world: World, form: Form, paragraph: str, quote: str | None) -> None:
    """Each form is told by its first bytes, gives the same proof, and verifies like the bare one."""
    proof = prove(world, f"declaration/v1#{paragraph}", quote)
    data = format_as(proof, form)
    assert (form_of(data), read_proof(data)) == (form, proof)
    report = verify_proof(data, subject="p")
    bare = verify_proof(format_paragraph_proof(proof), subject="p")
    assert (report.verdict, report.passed, report.findings) == (VERIFIED, bare.passed, bare.findings)
    assert format_paragraph_proof(proof) in data


def test_words_stand_at_the_top(world: World) -> None:
    """A text begins with the words, each line marked and nothing turned; then come their place, and the proof."""
    lines = format_as(prove(world, "declaration/v1#p1"), "text").decode().split("\n")
    assert lines[0] == "> The harbour [sic] closes on <i>Monday</i>,"
    assert lines[1].startswith("> and ⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩every⟨U+202C")
    place = "log index 1; the log has 6 entries"
    assert " ".join(lines[3:5]) == f"the whole of declaration/v1#p1, archive archive.example.org/press, {place}"
    head = lines[: lines.index("c2sp.org/tlog-proof@v1")]
    assert [line for line in head if len(line) > 80 and not line.startswith(("> ", "    "))] == []
    assert "\nIt is not proven: that the statement is true" in "\n".join(lines)
    assert "c2sp.org/tlog-proof@v1" in lines


@pytest.mark.parametrize("form", ["text", "html"])
def test_every_byte_is_made_from_the_proof(world: World, form: Form) -> None:
    """Whatever byte around the proof is changed, removed or doubled, the file is refused, and the line is named."""
    data = format_as(prove(world, "declaration/v1#p1", "closes on"), form)
    for place in range(0, len(data), 131):
        for other in (
            change(data, place),
            data[:place] + data[place + 1 :],
            data[:place] + data[place : place + 1] + data[place:],
        ):
            if other != data:
                assert verify_proof(other, subject="p").verdict == FAILED
    place = data.index(b"It ")
    with pytest.raises(FormatError, match=r"line \d+ is not what the proof in this file makes"):
        read_proof(change(data, place))
    for more in (data + b"\n", data + b"More", b"> More\n" + data, data.replace(b"not prove", b"prove")):
        if more != data:
            assert verify_proof(more, subject="p").verdict == FAILED


def test_page_is_inert_and_well_formed(genuine: str) -> None:
    """The page parses without an error; archived markup is text; one script and one style may apply."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(genuine)
    tags = {"script", "style", "img", "i", "b", "link", "form"}
    assert [e.tag for e in tree.iter() if e.tag in tags] == ["style", "script"]
    policy = next(e.get("content") for e in tree.iter("meta") if e.get("http-equiv"))
    ours, styled = (base64.b64encode(hashlib.sha256(held.encode()).digest()).decode() for held in (script(), style()))
    own = f"script-src 'sha256-{ours}'; style-src 'sha256-{styled}'"
    assert policy == f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    for held in (script(), style()):
        assert not re.search(r"</(script|style)|<!--|https?://|\burl\(|@import|fetch\(|XMLHttp|import\(", held)
        assert not re.search(r"innerHTML|eval\(", held)
    assert not re.search("[\u2028\u202a-\u202e\u2066-\u2069\ufeff]", genuine)


@pytest.mark.parametrize(("paragraph", "quote"), QUOTES)
def test_page_verifies_itself(show: Show, world: World, paragraph: str, quote: str | None) -> None:
    """A genuine page passes every check in the browser with no request, and shows the words first."""
    proof = prove(world, f"declaration/v1#{paragraph}", quote)
    page = show(page_of(proof), width=400)
    assert states(page) == dict.fromkeys(ALL, "passed")
    assert page.inner_text("#verdict") == "All 6 checks passed. Now compare the log key."
    assert page.locator("#quote").evaluate("e => e.getBoundingClientRect().top") < 100
    assert page.title().startswith(f"declaration/v1#{paragraph} quoted")
    shown = page.locator("#quote").inner_text()
    assert re.sub(r"⟨U\+(\w+) [^⟩]*⟩", lambda match: chr(int(match[1], 16)), shown) == proof.words
    assert page.locator("mark").count() == (1 if quote else 0)
    for width in (320, 400, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_place_in_both_trees(show: Show, world: World) -> None:
    """The script climbs as Python does, from each place of trees of many sizes, and writes the same commands."""
    archive = world.archive
    for size in range(2, archive.checkpoint.size + 1):
        version = archive.read(parse_reference("declaration/v1"))
        for paragraph in version.record.paragraphs[size % 2 :: 2]:
            proof = prove_paragraph(archive, version, paragraph.id, size=size)
            assert states(show(page_of(proof))) == dict.fromkeys(ALL, "passed")
    for number in range(4):
        assert states(show(page_of(prove(world, f"tide-{number}/v1#p1")))) == dict.fromkeys(ALL, "passed")


def with_extra(page: str, **members: object) -> str:
    """The page with other members in its proof, and all else as it was."""
    start, end = page.index("c2sp.org/tlog-proof@v1\n"), page.rindex("</pre>")
    outer = parse_proof(page[start:end].encode())
    value = {**json.loads(outer.extra or b""), **members}
    extra = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    made = format_proof(TlogProof(outer.index, outer.hashes, outer.checkpoint, extra))
    return page[:start] + made.decode() + page[end:]


@pytest.mark.parametrize(
    ("members", "check"),
    [
        ({"quote": {"start": 3, "text": "never said"}}, "words"),
        ({"index": 0}, "paragraph"),
        ({"path": []}, "paragraph"),
        ({"paragraph": {"id": "p1", "kind": "paragraph", "label": "1.", "text": "never said"}}, "paragraph"),
        ({"log_key": "archive.example.org/press+00000000+" + "A" * 44}, "checkpoint"),
        ({"format": "muniment-paragraph-proof/2"}, "form"),
        ({"more": 1}, "form"),
    ],
)
def test_changed_proof_fails_on_its_line(show: Show, genuine: str, members: dict[str, object], check: str) -> None:
    """A proof that was changed fails on the right line, and the page says where and that the words are not verified."""
    page = show(with_extra(genuine, **members))
    assert check in failed(page)
    assert page.inner_text("#verdict").startswith("Not verified: ")
    assert page.inner_text("#note").startswith("These words are not verified.")
    names = {"form": "extra", "words": "quote", "paragraph": "paragraph", "checkpoint": "checkpoint"}
    assert names[check] in page.inner_text("#where")


def test_changed_log_entry_and_checkpoint_fail(show: Show, genuine: str) -> None:
    """An entry, a hash or a checkpoint that was changed is found in the browser too."""
    start, end = genuine.index("c2sp.org/tlog-proof@v1\n"), genuine.rindex("</pre>")
    origin = parse_paragraph_proof(genuine[start:end].encode()).statement.archive
    entry = json.loads(parse_proof(genuine[start:end].encode()).extra or b"")["statement"]
    assert {"inclusion"} <= failed(show(with_extra(genuine, statement={**entry, "logged_at": "1999-01-01T00:00:00Z"})))
    for old, new in (("\nindex 1\n", "\nindex 0\n"), (f"\n{origin}\n", "\narchive.example.com/press\n")):
        assert genuine[start:].count(old) == 1
        assert {"inclusion", "checkpoint"} & failed(show(genuine[:start] + genuine[start:].replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("vessel &amp; boat", "vessel &amp; raft", "Quotation with its proof"),
        ("<mark>", "<mark>not ", "In its paragraph"),
        ("It does not prove", "It does prove", "What this proves"),
        ('class="hash">archive', 'class="hash">archives', "Compare"),
        ("<main>", "<main><p>Never said</p>", ""),
        ("openssl pkeyutl", "true; openssl pkeyutl", "Check it by hand"),
    ],
)
def test_changed_page_says_where(show: Show, genuine: str, old: str, new: str, where: str) -> None:
    """A page that prints something else than its proof makes is refused by browser and verify; its place is marked."""
    body, mark, rest = genuine.partition('<pre id="proof">')
    assert old in body
    changed = body.replace(old, new, 1) + mark + rest
    page = show(changed)
    assert failed(page) == {"page"}
    assert page.locator(".wrong").count() >= 1
    assert where in page.inner_text("#where")
    assert verify_proof(changed.encode(), subject="p").verdict == FAILED


def test_without_scripts_and_without_ed25519(show: Show, genuine: str) -> None:
    """Without scripts nothing is said to be checked; without Ed25519 the signature is neither good nor bad."""
    page = show(genuine, scripts=False)
    assert page.inner_text("#verdict") == "Nothing was checked: no script has run here."
    assert "vessel & boat" in page.inner_text("#quote")
    page = show(genuine, first=NO_ED25519)
    assert states(page)["checkpoint"] == "unable"
    assert page.get_attribute("body", "data-state") == "unable"


@pytest.mark.parametrize("form", FORMS)
def test_stock_tools_check_the_file(world: World, tmp_path: Path, form: Form) -> None:
    """The commands that a file carries, with any name in place of FILE, find it good, but not when it was changed."""
    proof = prove(world, "declaration/v1#p1", "closes on")
    data, printed, name = format_as(proof, form), by_hand(proof, form), "as sent.by-mail"
    if form == "text":
        assert all(f"  {line}\n".encode() in data for line in printed.splitlines() if line)
    assert file_name(proof, form).encode() not in data
    commands = printed.replace("FILE", f"'{name}'")
    assert printed.count("FILE") == 1
    assert commands == by_hand(proof, form, f"'{name}'")
    (tmp_path / name).write_bytes(data)

    def run() -> str:
        return subprocess.run(["sh", "-c", commands], cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    lines = run().splitlines()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert lines[-1] == "Signature Verified Successfully"
    assert lines[-4] == "1"
    assert lines[-3] == lines[-2]
    (tmp_path / name).write_bytes(data.replace(b"\ntrust-root 1 sha256:", b"\ntrust-root 2 sha256:"))
    assert "Signature Verified Successfully" not in run()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(show: Show, genuine: str, contrast: Callable[..., list[tuple[float, str]]], scheme: str) -> None:
    """Every text of the page has the contrast of WCAG AA in both schemes, verified and refused."""
    for html in (genuine, with_extra(genuine, index=0)):
        found = contrast(show(html, scheme=scheme))
        assert len(found) > 30
        assert [(round(ratio, 2), text) for ratio, text in found if ratio < 4.5] == []
