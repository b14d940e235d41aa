"""The page as a reader meets it: opened from disk in headless Chromium, genuine, changed, and where little works."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from tests.export.test_stamped import LATER, check, export, forge, founders
from tests.joining import with_key
from tests.timestamp.authority import Authority
from tests.timestamp.stamping import CLOCK, NONCE, pin, stamp

from muniment.archive import Archive
from muniment.archive.paths import checkpoint_path
from muniment.cite import format_long, format_short, make_citation
from muniment.cite.citation import number_of
from muniment.digest import format_digest, sha256_hex
from muniment.display.frozen import hidden_in
from muniment.ed25519 import SMALL_ORDER
from muniment.log.checkpoint import parse_checkpoint, sign_checkpoint
from muniment.log.newest import NamedRoot
from muniment.log.note import SignatureLine, format_note, format_vkey, parse_note
from muniment.log.proof_file import format_proof, parse_proof
from muniment.record.reading import reading_text
from muniment.reference import parse_reference
from muniment.snapshot.page import packaged
from muniment.snapshot.page.details import CHECKS, STAMPS
from muniment.snapshot.zip import parse_zip
from muniment.ssh.keys import PrivateKey, fingerprint_file_name
from muniment.ssh.sshsig import sign
from muniment.timestamp.request import make_request
from muniment.trust.chain import sign_root
from muniment.trust.next_root import with_log_key, with_root_keys, with_withdrawn
from muniment.trust.root import Revocation, Withdrawal, format_trust_root, parse_trust_root
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Keys

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from tests.snapshot.conftest import World

TEXT = """Notice on <b>the harbour</b>

1. The harbour [sic] closes on Monday, and every vessel leaves the inner basin
before noon.

An unnumbered one: 中文, العربية, 👩‍👩‍👧 and \u202eturned\u202c words.

2. Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsversammlung <img src=x
onerror="document.title='owned'"></script><script>document.title='owned'</script> \u2066 red.

3. The last words.
"""
ALL = {name for name, _ in CHECKS}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
Files = dict[str, bytes]
States = dict[str, str]
Show = Callable[..., "Page"]


def page_of(world: World, reference: str, *, size: int | None = None) -> str:
    """The page of a version."""
    entries = parse_zip(world.snapshot(reference, size=size).data)[1]
    return next(entry.data.decode() for entry in entries if entry.name.endswith("/00-START-HERE.html"))


def files_of(page: str) -> Files:
    """The evidence that a page carries."""
    found = re.search('id="evidence">(.*?)</script>', page)
    assert found is not None
    carried = json.loads(found[1])["files"].items()
    return {path: data.encode() if path.endswith(".json") else base64.b64decode(data) for path, data in carried}


def carrying(page: str, files: Files) -> str:
    """The same page with other evidence."""
    said = json.dumps(
        {
            "files": {
                path: data.decode(errors="replace") if path.endswith(".json") else base64.b64encode(data).decode()
                for path, data in files.items()
            }
        }
    ).replace("<", "\\u003c")
    return re.sub('("evidence">){.*?}(?=</script>)', lambda match: match[1] + said, page, count=1)


@pytest.fixture(scope="module")
def world(world_of: Callable[..., World]) -> World:
    """An archive whose v2 has emendations of each kind."""
    made = world_of(TEXT, language="en")
    made.emend()
    return made


@pytest.fixture(scope="module")
def genuine(world: World) -> str:
    """The page of v2."""
    return page_of(world, "v2")


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Open a page from disk, and wait until its script has done its checks; nothing may go to console or network."""
    contexts: list[BrowserContext] = []
    said: list[str] = []
    kept: dict[str, Page] = {}
    numbers = count()

    def made(width: int, scheme: Literal["light", "dark"], *, scripts: bool, first: str | None) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=scheme, java_script_enabled=scripts)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        folder = tmp_path.as_uri()
        page.on("request", lambda request: None if request.url.startswith(folder) else said.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        if first is not None:
            page.add_init_script(first)
        return page

    def shown(
        html: str,
        *,
        fragment: str = "",
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
        first: str | None = None,
    ) -> Page:
        file = tmp_path / f"{next(numbers)}.html"
        file.write_bytes(html.encode())
        looks = f"{width} {scheme} {scripts} {first}"
        page = kept.get(looks) or kept.setdefault(looks, made(width, scheme, scripts=scripts, first=first))
        page.goto(file.as_uri() + fragment)
        if scripts:
            page.wait_for_selector("body[data-state]", timeout=20_000)
        return page

    yield shown
    for context in contexts:
        context.close()
    assert said == []


def states(page: Page) -> States:
    """The state of each check."""
    found: States = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.checks li')].map(e => [e.id.slice(6), e.dataset.state]))"
    )
    return found


def failed(page: Page) -> set[str]:
    """The checks that failed."""
    return {name for name, state in states(page).items() if state == "failed"}


def refused(page: Page) -> set[str]:
    """The checks that failed, of a page that must say so and must not call its words verified."""
    assert page.get_attribute("body", "data-state") == "failed"
    assert page.inner_text("#verdict").startswith("Not verified: ")
    assert page.inner_text("#note").startswith("These words are not verified.")
    return failed(page)


def test_genuine(show: Show, genuine: str, world: World) -> None:
    """A genuine page passes every check, says so, and says what is left to compare; no request leaves."""
    page = show(genuine)
    assert states(page) == dict.fromkeys([name for name, _ in CHECKS], "passed")
    assert page.inner_text("#verdict") == "All 11 checks passed. Now compare the hash of trust root 1."
    assert page.inner_text("#note").startswith("These words were written by the script from the verified bytes")
    assert page.inner_text("[data-is=root]") == world.archive.roots[0].digest
    assert page.title() == "Notice on <b>the harbour</b> (declaration/v2)"
    assert page.locator("img, main b").count() == 0


def test_every_place_in_the_tree(show: Show, world_of: Callable[..., World]) -> None:
    """Inclusion is shown for each place in logs of many sizes."""
    made = world_of(TEXT)
    for number in range(9):
        made.publish(f"Tide\n\n1. High at {number}.\n", f"tide-{number}")
    size = made.archive.checkpoint.size
    for number in range(size - 1):
        name = f"tide-{number - 1}" if number else "declaration"
        page = show(page_of(made, f"{name}/v1", size=size - number % 3 if number < size - 4 else size))
        assert failed(page) == set()
        assert page.get_attribute("body", "data-state") == "passed"


def change(data: bytes, place: int) -> bytes:
    """Change one bit of one byte."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.mark.parametrize(
    ("path", "at", "lines"),
    [
        ("record.json", b"Monday", {"record", "signature"}),
        ("record.json.sig", b"U1NI", {"form", "entry"}),
        ("statement.json", b"logged_at", {"inclusion"}),
        ("statement.json", b"previous", {"entry", "inclusion"}),
        ("inclusion.tlog-proof", b"index", {"signer", "inclusion", "checkpoint"}),
        ("trust/root/1.json", b"T", {"rootSignatures"}),
    ],
)
def test_one_byte_changed(show: Show, genuine: str, path: str, at: bytes, lines: set[str]) -> None:
    """One changed byte turns the lines of its file to failed, and the words are not called verified."""
    files = files_of(genuine)
    place = files[path].index(at) + 1
    assert lines <= refused(show(carrying(genuine, files | {path: change(files[path], place)})))


def test_bytes_all_over(show: Show, genuine: str) -> None:
    """Wherever a byte of the evidence is changed, something fails."""
    files = files_of(genuine)
    for path, data in files.items():
        for place in range(7, len(data), max(61, len(data) // 5)):
            assert refused(show(carrying(genuine, files | {path: change(data, place)}))), (path, place)


@pytest.mark.parametrize(
    "path", ["record.json", "record.json.sig", "statement.json", "inclusion.tlog-proof", "trust/root/1.json"]
)
def test_file_missing(show: Show, genuine: str, path: str) -> None:
    """A page without one of its files is not verified."""
    files = files_of(genuine)
    del files[path]
    assert refused(show(carrying(genuine, files)))


def test_signature(show: Show, genuine: str, world: World) -> None:
    """A signature over other bytes, in another form, or by a key that nobody allowed, fails on its own line."""
    files = files_of(genuine)
    key, record = world.keys.record, files["record.json"]

    def lines(signature: bytes) -> set[str]:
        return refused(show(carrying(genuine, files | {"record.json.sig": signature})))

    assert lines(sign(key, "record@muniment", record + b" ")) == {"signature", "entry"}
    assert lines(files["record.json.sig"].replace(b"\n", b"\r\n")) == {"form", "entry"}
    assert lines(files["record.json.sig"] + b"\n") == {"form", "entry"}
    assert lines(sign(key, "root@muniment", record)) == {"form", "entry"}
    stranger = PrivateKey.from_seed(b"s" * 32)
    assert lines(sign(stranger, "record@muniment", record)) == {"signer", "entry"}


def sshsig(key: bytes, raw: bytes, namespace: bytes = b"record@muniment") -> bytes:
    """A signature file of any key and any signature."""

    def string(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    blobs = [string(string(b"ssh-ed25519") + string(content)) for content in (key, raw)]
    body = b"SSHSIG\0\0\0\1" + blobs[0] + b"".join(map(string, (namespace, b"", b"sha512"))) + blobs[1]
    code = base64.b64encode(body).decode()
    lines = "".join(code[at : at + 70] + "\n" for at in range(0, len(code), 70))
    return f"-----BEGIN SSH SIGNATURE-----\n{lines}-----END SSH SIGNATURE-----\n".encode()


def test_weak_keys(show: Show, genuine: str) -> None:
    """A key of small order, under which one signature is good for all messages, is refused in every form."""
    files = files_of(genuine)
    universal = b"\1" + bytes(63)
    for key in sorted(SMALL_ORDER):
        page = show(carrying(genuine, files | {"record.json.sig": sshsig(key, universal)}))
        assert {"form", "entry"} <= refused(page)
        assert re.search("small order|canonical form", page.inner_text("#check-form .detail"))
    root = json.loads(files["trust/root/1.json"])
    root["log_keys"][0]["vkey"] = root["log_keys"][0]["vkey"][:-44] + base64.b64encode(b"\1\1" + bytes(31)).decode()
    root["record_keys"][0]["key"] = (
        "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0 \1" + bytes(31)).decode()
    )
    data = json.dumps(root, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert {"rootSignatures", "signer", "checkpoint"} <= refused(
        show(carrying(genuine, files | {"trust/root/1.json": data}))
    )


def reseal(world: World, files: Files, **members: object) -> Files:
    """The files with another trust root 1, rightly signed."""
    root = replace(parse_trust_root(files["trust/root/1.json"], where=""), **members)  # type: ignore[arg-type]
    data = format_trust_root(root)
    name = f"trust/root/1.json.{fingerprint_file_name(world.root_key.public)}.sig"
    return {**files, "trust/root/1.json": data, name: sign_root(world.root_key, data)}


def naming(world: World, files: Files, version: int) -> Files:
    """The files with a checkpoint that names one of their trust roots as the newest, signed by the log."""
    proof = parse_proof(files["inclusion.tlog-proof"])
    said = parse_checkpoint(parse_note(proof.checkpoint)[0])
    newest = NamedRoot(version, format_digest(sha256_hex(files[f"trust/root/{version}.json"])))
    key = world.keys.log
    note = sign_checkpoint(replace(said, newest=newest), key.public.raw, key.sign)
    return {**files, "inclusion.tlog-proof": format_proof(replace(proof, checkpoint=note))}


def test_another_root(show: Show, genuine: str, world: World) -> None:
    """A rightly signed root that was put in its place is told by checkpoint and printed hash; its ranges are obeyed."""
    files = files_of(genuine)
    root = parse_trust_root(files["trust/root/1.json"], where="")

    def lines(**members: object) -> set[str]:
        return refused(show(carrying(genuine, reseal(world, files, **members))))

    assert lines(created="2026-11-22T10:00:01Z") == {"newest", "page"}
    held = root.record_keys[0]
    assert lines(record_keys=(replace(held, last_index=1),)) == {"newest", "signer", "page"}
    assert lines(record_keys=()) == {"newest", "signer", "page"}
    log_key = root.log_keys[0]
    assert lines(log_keys=(replace(log_key, last_index=1),)) == {"newest", "checkpoint", "page"}
    other = format_vkey(root.archive, PrivateKey.from_seed(b"o" * 32).public.raw)
    assert lines(log_keys=(replace(log_key, vkey=other),)) == {"newest", "checkpoint", "page"}


def test_chain_of_roots(show: Show, genuine: str, world: World) -> None:
    """A second root counts when the first one's keys signed it and it names the first; else it is refused."""
    files = files_of(genuine)
    first = files["trust/root/1.json"]
    root, new = parse_trust_root(first, where=""), PrivateKey.from_seed(b"n" * 32)
    second = replace(
        root, version=2, index=2, previous=format_digest(sha256_hex(first)), root_keys=(new.public,),
        created="2026-11-22T11:00:00Z",
    )  # fmt: skip
    data = format_trust_root(second)

    def added(content: bytes, *keys: PrivateKey) -> str:
        signed = {f"trust/root/2.json.{fingerprint_file_name(k.public)}.sig": sign_root(k, content) for k in keys}
        return carrying(genuine, naming(world, {**files, "trust/root/2.json": content, **signed}, 2))

    assert failed(show(added(data, world.root_key, new))) == set()
    assert refused(show(added(data, new))) == {"rootSignatures"}
    assert refused(show(added(data, world.root_key))) == {"rootSignatures"}
    stranger = PrivateKey.from_seed(b"s" * 32)
    assert refused(show(added(data, world.root_key, new, stranger))) == {"rootSignatures"}
    wrong = format_trust_root(replace(second, previous=format_digest("0" * 64)))
    assert "roots" in refused(show(added(wrong, world.root_key, new)))
    unnamed = files_of(added(data, world.root_key, new))
    assert refused(show(carrying(genuine, naming(world, unnamed, 1)))) == {"newest"}
    without = {name: content for name, content in unnamed.items() if not name.startswith("trust/root/2.json")}
    assert "newest" in refused(show(carrying(genuine, without)))


def test_rotated_keys(show: Show, world_of: Callable[..., World]) -> None:
    """After a rotation of all keys, versions from before it and after it verify, under checkpoints of either key."""
    made = world_of(TEXT)
    root, record, log = (PrivateKey.from_seed(bytes([50 + number]) * 32) for number in range(3))

    def rotate(archive: Archive) -> NextRoot:
        old, index = archive.roots[-1].root, archive.checkpoint.size
        vkey = format_vkey(archive.origin, log.public.raw)
        new = with_log_key(with_key(old, index, record), index, vkey, lost=False)
        return NextRoot(with_root_keys(new, [root.public], old.root_keys, None))

    add_root(made.store, RootKeys([made.root_key, root], made.keys.log), rotate, "2026-11-22T10:02:00Z")
    made.keys = Keys(record, log)
    made.emend()
    for reference, size in (("v1", None), ("v1", 3), ("v1", 4), ("v2", None)):
        page = show(page_of(made, reference, size=size))
        assert (failed(page), page.get_attribute("body", "data-state")) == (set(), "passed")
    assert page.inner_text("#check-roots .detail") == "2, for archive.example.org/press"


def test_revoked_key(show: Show, genuine: str, world: World) -> None:
    """A key that was revoked for later entries is neither good nor bad here: the page cannot know what came first."""
    files = files_of(genuine)
    root = parse_trust_root(files["trust/root/1.json"], where="")
    from_index = {
        index: replace(root.record_keys[0], revoked=Revocation(index, "2026-11-22T12:00:00Z", "stolen"))
        for index in (2, 3)
    }
    page = show(carrying(genuine, reseal(world, files, record_keys=(from_index[3],))))
    assert states(page)["signer"] == "unable"
    page = show(carrying(genuine, reseal(world, files, record_keys=(from_index[2],))))
    assert states(page)["signer"] == "failed"


def test_proof(show: Show, genuine: str) -> None:
    """A proof for another place, too short or too long fails; so does a checkpoint with a line too many."""
    files = files_of(genuine)
    proof = parse_proof(files["inclusion.tlog-proof"])
    text, lines = parse_note(proof.checkpoint)
    stranger = SignatureLine("stranger.example.org", b"1234", bytes(64))

    def fails(name: str, **members: object) -> None:
        data = format_proof(replace(proof, **members))  # type: ignore[arg-type]
        assert name in refused(show(carrying(genuine, files | {"inclusion.tlog-proof": data})))

    fails("inclusion", index=0)
    fails("inclusion", hashes=proof.hashes[:-1])
    fails("inclusion", hashes=(*proof.hashes, bytes(32)))
    fails("checkpoint", checkpoint=format_note(text, (*lines, stranger)))
    fails("checkpoint", checkpoint=format_note(text, (lines[0], lines[0])))
    fails("checkpoint", checkpoint=format_note(text, (replace(lines[0], signature=bytes(64)),)))
    fails("checkpoint", checkpoint=proof.checkpoint.replace(b"archive.example.org", b"archive.example.com"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("every vessel", "no vessel"),
        ("<bdi>Notice on", "<bdi>Note on"),
        ('data-is="root">sha256:', 'data-is="root">sha256:0'),
        ('data-is="record">sha256:', 'data-is="record">sha256:0'),
        ('data-is="signer">SHA256:', 'data-is="signer">SHA256:0'),
        ("RIGHT-TO-LEFT OVERRIDE⟩", "SPACE⟩"),
        ("[These]", "[Those]"),
        ('data-is="ni">ni:///sha-256;', 'data-is="ni">ni:///sha-256;A'),
        (
            "(declaration/v2), archive.example.org/press. SHA-256 ",
            "(declaration/v2), archive.example.org/press. SHA-256 0",
        ),
        ('id="p1"', 'id="p9"'),
    ],
)
def test_printed_words_changed(show: Show, genuine: str, old: str, new: str) -> None:
    """What is printed for readers without scripts must be what the evidence says."""
    printed, mark, evidence = genuine.partition('<script type="application/json"')
    assert old in printed
    assert refused(show(printed.replace(old, new) + mark + evidence)) == {"page"}


def test_evidence_unreadable(show: Show, genuine: str) -> None:
    """A page whose evidence cannot be read at all is not verified."""
    assert refused(show(genuine.replace('"evidence">{', '"evidence">'))) >= {"roots", "record", "form"}
    assert refused(show(re.sub('(record.json.sig":".{40})', r"\1 ", genuine, count=1))) >= {"roots", "record", "form"}


NO_SUBTLE = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"
NO_ED25519 = """const real = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, data, algorithm, ...rest) {
  return (algorithm.name || algorithm) === "Ed25519"
    ? Promise.reject(new DOMException("Unrecognized name", "NotSupportedError"))
    : real.call(this, format, data, algorithm, ...rest);
}"""
ALWAYS_GOOD = "SubtleCrypto.prototype.verify = async () => true"


@pytest.mark.parametrize(
    ("first", "unable"),
    [
        (NO_SUBTLE, ALL - {"form"}),
        (NO_ED25519, {"rootSignatures", "signature", "checkpoint"}),
        (ALWAYS_GOOD, {"rootSignatures", "signature", "checkpoint"}),
    ],
)
def test_cannot_check_here(show: Show, genuine: str, first: str, unable: set[str]) -> None:
    """Without the cryptography, or with one that finds all good, a line is neither green nor red, nor the verdict."""
    page = show(genuine, first=first)
    found = states(page)
    assert {name for name, state in found.items() if state == "unable"} == unable
    assert {found[name] for name in ALL - unable} == {"passed"}
    assert page.get_attribute("body", "data-state") == "unable"
    assert "cannot be done here" in page.inner_text("#verdict")
    assert "were not verified here" in page.inner_text("#note")
    colour = "e => getComputedStyle(e).color"
    soft = page.locator(".aside").first.evaluate(colour)
    name = min(unable)
    assert page.locator(f"#check-{name} .state").inner_text() == "cannot check here"
    assert page.locator(f"#check-{name} .state").evaluate(colour) == soft
    ink = page.locator("body").evaluate(colour)
    assert page.locator("#verdict").evaluate(colour) == ink


def test_without_scripts(show: Show, genuine: str) -> None:
    """Without scripts all can be read, the paragraph of the address is marked, and nothing is said to be checked."""
    page = show(genuine, scripts=False, fragment="#p2")
    assert page.inner_text("#verdict") == "Nothing was checked: no script has run here."
    assert set(page.locator(".state").all_inner_texts()) == {"not checked"}
    assert "every vessel leaves the inner basin before noon." in page.inner_text("#words")
    marked = "e => getComputedStyle(e).backgroundColor"
    assert page.locator("#p2").evaluate(marked) != page.locator("#p1").evaluate(marked) == "rgba(0, 0, 0, 0)"
    assert page.locator("button").count() == 0
    assert page.get_attribute("body", "data-state") is None


def test_paragraph_of_the_address(show: Show, genuine: str, world: World) -> None:
    """The paragraph that the address names is marked, in sight, and cited as ``archive cite`` does it."""
    archive = world.archive
    version = archive.read(parse_reference("v2"))
    page = show(genuine, fragment="#p3")
    for name in ("p3", "h1", "nn1"):
        page.evaluate("name => { location.hash = name }", name)
        page.wait_for_function("name => document.getElementById(name).classList.contains('cited')", arg=name)
        assert page.locator(".cited").count() == 1
        assert page.locator(".cited").evaluate("e => e.getBoundingClientRect().top >= 0")
        citation = make_citation(version, origin=archive.origin, paragraph=name)
        assert page.locator("[data-copy='full citation']").inner_text() == format_long(citation)
        assert page.locator("[data-copy='short citation']").inner_text() == format_short(citation)
        assert page.locator("[data-copy=reference]").inner_text() == f"declaration/v2#{name}"
    page.evaluate("() => { location.hash = 'nothing' }")
    page.wait_for_function("() => !document.querySelector('.cited')")
    assert page.locator("[data-copy='full citation']").inner_text() == format_long(
        make_citation(version, origin=archive.origin)
    )


def test_withdrawn_version(show: Show, sited: Callable[..., World]) -> None:
    """The page of a withdrawn version says so above its title, passes its check, and fails where that is taken out."""
    made = sited()
    statement = made.archive.resolve(parse_reference("v1")).statement
    said = Withdrawal(statement.release, 1, statement.record, "2026-11-22T10:02:00Z", "names <b>a person</b>")
    keys = RootKeys([made.root_key], made.keys.log)
    add_root(made.store, keys, lambda a: NextRoot(with_withdrawn(a.chain[-1], said)), "2026-11-22T10:02:00Z")
    html = page_of(made, "v1")
    page = show(html)
    assert (failed(page), page.get_attribute("body", "data-state")) == (set(), "passed")
    words = "Withdrawn by the archive on 2026-11-22 (claimed): names <b>a person</b>"
    assert page.locator(".withdrawn").inner_text() == words
    for name in ("short", "full"):
        assert (page.text_content(f"#{name}") or "").endswith(" (withdrawn by the archive on 2026-11-22)")
    silent = show(re.sub('<p class="withdrawn".*?</p>', "", html))
    assert silent.get_attribute("body", "data-state") == "failed"


TITLES = (
    "“Closed”: a notice",
    "„Der Hafen ist zu“: ‚Notiz‘ zu „Kai ‚Nord‘“",
    "«О „Гавани“ и “море”»",
    "关于“港口‘北’”的声明。",
    "「港は『閉鎖』」",
    '"A" and "B", 5" wide',
    'The "A" of ‘B’ and the harbours’',
    "”Hamnen” är “‘tis’ d’or ‘stängd’",
)


def test_page_of_an_archive_with_a_site(show: Show, sited: Callable[..., World]) -> None:
    """The page links to that of the site, with the paragraph that its own address names, and passes its check."""
    made = sited(TEXT, genre={"term": "Straßen-Aushang", "basis": "inferred", "note": "as it hung"})
    archive = made.archive
    version = archive.read(parse_reference("v1"))
    page = show(page_of(made, "v1"), fragment="#nn1")
    assert (failed(page), page.get_attribute("body", "data-state")) == (set(), "passed")
    link = page.get_by_role("link", name="https://press.example.org/kept/releases/declaration/v1/")
    assert link.get_attribute("href") == "https://press.example.org/kept/releases/declaration/v1/"
    assert page.locator(".eyebrow").inner_text().casefold() == "straßen-aushang · kept as evidence".casefold()
    for fragment, paragraph in (("nn1", "nn1"), ("p2", "p2"), ("nothing", None)):
        page.evaluate("name => { location.hash = name }", fragment)
        page.wait_for_function("name => location.hash === '#' + name", arg=fragment)
        citation = make_citation(version, origin=archive.origin, paragraph=paragraph, sites=archive.sites)
        page.wait_for_function(
            "text => document.querySelector('[data-copy=\"full citation\"]').textContent === text",
            arg=format_long(citation),
        )


def test_place_is_no_number(show: Show, world_of: Callable[..., World]) -> None:
    """A paragraph whose anchor is its place in the text is cited by its own id, never by that place."""
    made = world_of("Notice\n\na) The gate is shut.\n\nb) The bridge is open.\n\nWords without a number.\n")
    version = made.archive.read(parse_reference("v1"))
    ids = [paragraph.id for paragraph in version.record.paragraphs]
    assert ids == ["h1", "pa", "pb", "nn1"]
    page = show(page_of(made, "v1"), fragment="#n2")
    assert (failed(page), page.get_attribute("body", "data-state")) == (set(), "passed")
    for fragment, paragraph in (("n2", "pa"), ("n3", "pb"), ("nn1", "nn1")):
        page.evaluate("name => { location.hash = name }", fragment)
        page.wait_for_function("name => location.hash === '#' + name", arg=fragment)
        citation = make_citation(version, origin=made.archive.origin, paragraph=paragraph)
        page.wait_for_function(
            "text => document.querySelector('[data-copy=\"full citation\"]').textContent === text",
            arg=format_long(citation),
        )
        assert page.text_content("[data-copy=reference]") == f"declaration/v1#{paragraph}"
        assert page.inner_text("#cited") == (
            f"Of para. {number_of(paragraph)}, to which the address of this page leads:"
        )


def test_tags_are_named(show: Show, world_of: Callable[..., World]) -> None:
    """The script names each tag character as the page does, though it has the names of few: the page passes."""
    text = "".join(map(chr, range(0xE0020, 0xE0080)))
    page = show(page_of(world_of(f"Notice\n\n1. Here {text} ends.\n"), "v1"))
    assert (failed(page), page.get_attribute("body", "data-state")) == (set(), "passed")
    assert page.locator(".char").count() == 96


def test_files_beside_it(show: Show, genuine: str) -> None:
    """At the verdict the page says that it checks itself alone, and how to check the files beside it."""
    for scripts in (True, False):
        page = show(genuine, scripts=scripts, width=400)
        said = page.inner_text(".bar .scope")
        assert "cannot see the files beside it" in said
        assert "sh data/verify.sh" in said
        assert page.locator("#verdict + .scope").is_visible()
    printed = page.inner_text("body")
    assert re.search(r"log index [12]; the log has [0-9]+ entries", printed)
    assert not re.search(r"entry [0-9]+ of|\b1 entries", printed)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_date_that_is_not_known(show: Show, world_of: Callable[..., World], *, scripts: bool) -> None:
    """Where no date of issue is known the head says so in words; the abbreviation is for citations."""
    issued = {"basis": "unknown", "date": None, "note": None}
    page = show(page_of(world_of("Notice\n\n1. Words.\n", issued=issued), "v1"), scripts=scripts)
    assert failed(page) == set()
    assert page.locator("header dd").first.inner_text() == "not known"
    assert "(n.d.)" in page.inner_text(".bar")


@pytest.mark.parametrize("title", TITLES)
def test_quotation_marks_of_a_title(show: Show, world_of: Callable[..., World], title: str) -> None:
    """The page turns quotation marks in a title as the citations do, and so passes its own check."""
    page = show(page_of(world_of(TEXT, title=title), "v1"))
    assert (failed(page), page.get_attribute("body", "data-state")) == (set(), "passed")


def test_another_link(show: Show, sited: Callable[..., World]) -> None:
    """A page that links to another place than the trust root names does not pass."""
    page = show(
        page_of(sited(), "v1").replace('href="https://press.example.org/kept/', 'href="https://elsewhere.example/')
    )
    assert page.get_attribute("body", "data-state") == "failed"


def test_copy(show: Show, genuine: str) -> None:
    """A button copies its citation, or selects it where the browser forbids; either is said aloud."""
    page = show(genuine)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the full citation").click()
    page.wait_for_function("() => document.getElementById('copied').textContent")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("[data-copy='full citation']").inner_text()
    assert page.inner_text("#copied") == "Copied the full citation."
    page = show(genuine, first="Clipboard.prototype.writeText = async () => { throw new Error() }")
    page.get_by_role("button", name="Copy the hash").click()
    page.wait_for_function("() => document.getElementById('copied').textContent")
    assert page.evaluate("getSelection().toString()").startswith("ni:///sha-256;")


@pytest.mark.parametrize("scripts", [True, False])
def test_two_texts(show: Show, genuine: str, world: World, *, scripts: bool) -> None:
    """To read: emendations in brackets. As received: every sign of the original, line breaks too."""
    record = world.archive.read(parse_reference("v2")).record
    paragraphs = {paragraph.id: paragraph for paragraph in record.paragraphs}
    page = show(genuine, scripts=scripts)
    body = "#{} > :last-child"
    last = page.locator(body.format("p3"))
    assert re.sub(r"\]\d", "]", last.inner_text()) == reading_text(paragraphs["p3"], record.emendations)
    assert "harbour ⟦sic⟧ closes" in page.locator(body.format("p1")).inner_text()
    page.check("#view-received")
    assert re.sub(r"\d", "", last.inner_text()) == paragraphs["p3"].text
    assert page.locator(body.format("p1")).inner_text() == paragraphs["p1"].text
    assert paragraphs["p1"].text.count("\n") == 1


def test_both_make_the_same_of_every_character(show: Show, genuine: str) -> None:
    """The script names the same characters as the page without script does, over all of Unicode."""
    lines = packaged("shown.js").split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith("const HIDDEN"))
    rule = "\n".join(lines[start : start + 4])
    page = show(genuine)
    found = page.evaluate(
        f"""() => {{ {rule}
        return ["", "\\u0627"].map(beside => Array.from({{ length: 0x110000 }}, (_, code) => code).filter(code =>
          (code < 0xd800 || code > 0xdfff)
          && hiddenIn(beside + String.fromCodePoint(code)).test(String.fromCodePoint(code))));
        }}"""
    )
    for beside, codes in zip(("", "\u0627"), found, strict=True):
        expected = [
            code
            for code in range(0x110000)
            if not 0xD800 <= code <= 0xDFFF and hidden_in(beside + chr(code)).match(chr(code))
        ]
        assert codes == expected


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("view", ["reading", "received"])
def test_contrast(
    show: Show,
    genuine: str,
    contrast: Callable[[Page], list[tuple[float, str]]],
    scheme: Literal["light", "dark"],
    view: str,
) -> None:
    """Every text has the contrast of WCAG AA, 4.5 to 1, in both schemes: verified, refused and unable."""
    files = files_of(genuine)
    broken = carrying(genuine, files | {"record.json": change(files["record.json"], 40)})
    for html, first in ((genuine, None), (broken, None), (genuine, NO_ED25519)):
        page = show(html, scheme=scheme, fragment="#p3", first=first)
        page.check(f"#view-{view}")
        found = contrast(page)
        assert len(found) > 80
        assert [(round(ratio, 2), text) for ratio, text in found if ratio < 4.5] == []


@pytest.mark.parametrize("width", [400, 1280])
def test_words_begin_on_the_first_screen(show: Show, genuine: str, width: int) -> None:
    """The words begin on the first screen, on a telephone too, with and without scripts."""
    for scripts in (True, False):
        page = show(genuine, width=width, scripts=scripts)
        assert page.locator(".paragraph").first.evaluate("e => e.getBoundingClientRect().bottom") < 800


@pytest.mark.parametrize("width", [400, 800, 1280])
def test_verdict_and_citation_stay_in_view(show: Show, genuine: str, width: int) -> None:
    """However far one has read, and where the address leads, the verdict and how to cite it are in view."""
    for fragment in ("#p3", "#limits"):
        page = show(genuine, width=width, fragment=fragment)
        for name in ("#verdict", "#cited", "[data-copy='short citation']", "[aria-label='Copy the short citation']"):
            top, bottom = page.locator(name).evaluate(
                "e => [e.getBoundingClientRect().top, e.getBoundingClientRect().bottom]"
            )
            assert 0 <= top < bottom <= 900
        bar = page.locator(".bar").evaluate("e => [e.getBoundingClientRect().right, e.getBoundingClientRect().bottom]")
        place = page.locator(fragment).evaluate("e => [e.getBoundingClientRect().left, e.getBoundingClientRect().top]")
        assert place[1] >= bar[1] or place[0] >= bar[0] or bar[0] > place[0] + 600
        assert 0 <= place[1] < 900
    assert page.locator(".bar").evaluate("e => e.getBoundingClientRect().height") < (200 if width < 1152 else 900)


def test_failure_says_where(show: Show, genuine: str) -> None:
    """A failed check names the file or the part of the page at fault; a changed paragraph is marked in its place."""
    printed, mark, rest = genuine.partition('<script type="application/json"')
    changed = printed.replace("every vessel", "no vessel").replace("smudged", "torn") + mark + rest
    page = show(changed, width=400)
    assert refused(page) == {"page"}
    assert page.inner_text("#where").startswith("Where: paragraph p1, the part \u201cText\u201d")
    assert page.locator(".wrong").first.get_attribute("id") == "p1"
    assert "every vessel leaves" in page.locator("#p1 + .fault").inner_text()
    page.click("#where a")
    assert page.url.endswith("#p1")
    files = files_of(genuine)
    page = show(
        carrying(genuine, files | {"record.json": files["record.json"].replace(b"every vessel", b"some vessel")})
    )
    assert {"record", "signature"} <= refused(page)
    assert page.inner_text("#where") == "Where: record.json, paragraph p1."
    assert page.inner_text("#check-record .detail").startswith("record.json: ")
    page = show(carrying(genuine, files | {"inclusion.tlog-proof": change(files["inclusion.tlog-proof"], 40)}))
    assert page.inner_text("#where") == "Where: inclusion.tlog-proof."
    page = show(printed.replace("<main>", "<p>Never said</p><main>") + mark + rest)
    assert page.inner_text("#where") == "Where: something beside all parts of the page."
    assert page.locator("p.wrong").inner_text() == "Never said"


@pytest.mark.parametrize("width", [320, 400, 800, 1152, 1280])
def test_no_sideways_scroll(show: Show, genuine: str, width: int) -> None:
    """No window is too narrow for the page, hashes and long words included."""
    page = show(genuine, width=width, fragment="#p2")
    for view in ("reading", "received"):
        page.check(f"#view-{view}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_print(show: Show, genuine: str) -> None:
    """On paper stand the words, every check with its state, hashes, citations and limits; the buttons do not."""
    page = show(genuine)
    page.emulate_media(media="print")
    printed = " ".join(page.inner_text("body").split())
    for said in (
        "every vessel leaves the inner basin before noon.", "Checkpoint: signed by the key of the log",
        "It does not prove that the statement is true", "archive verify . \\ --root ", "smudged",
    ):  # fmt: skip
        assert said in printed
    for place in page.locator("[data-is], .citation").all():
        assert place.is_visible()
    assert printed.count("passed") == len(CHECKS) + 1
    assert not page.locator("button, .switch").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).display") == "block"


def test_keyboard_and_order(show: Show, genuine: str) -> None:
    """The keyboard reaches the switch, the paragraphs and the buttons in the order in which they are read."""
    page = show(genuine, width=1280)
    seen = []
    for _ in range(24):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "view-reading":
            page.keyboard.press("ArrowRight")
            assert page.locator("#view-received").is_checked()
            seen.append("view")
            continue
        seen.append(
            page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.ariaLabel || ''")
        )
    seen = [each for each in seen if each]
    assert seen[:5] == [
        "Copy the short citation", "Copy the full citation", "Copy the reference", "Copy the hash", "view",
    ]  # fmt: skip
    assert seen[5:12] == ["#h1", "#p1", "#nn1", "#p2", "#p3", "#e1", "#e2"]
    headings = [heading.inner_text() for heading in page.get_by_role("heading").all()]
    assert headings[:3] == ["Notice on <b>the harbour</b>", "Cite", "Text"]
    assert headings[-5:-1] == ["Compare", "Checked in this browser", "Description", "How it came here"]
    assert headings[-1] == "What this proves, and what it does not"
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("status").first.inner_text().startswith("All 11 checks passed.")


@pytest.mark.parametrize(
    ("language", "text", "direction"),
    [
        ("ar", "بيان\n\n١. NATO قالت \u200fإن الميناء مغلق (اليوم).\n", "rtl"),
        ("zh-Hans", "公告\n\n一、港口[今日]关闭。\n", "ltr"),
        ("und", "הודעה\n\n1. הנמל סגור.\n", "rtl"),
    ],
)
def test_language_and_direction(
    show: Show, world_of: Callable[..., World], language: str, text: str, direction: str
) -> None:
    """The words have the language and the direction of the text; the page around them is English from left to right."""
    page = show(page_of(world_of(text, language=language), "v1"))
    assert failed(page) == set()
    words = page.locator("#words")
    assert words.get_attribute("lang") == ("" if language == "und" else language)
    assert page.locator(".paragraph > :last-child").last.evaluate("e => getComputedStyle(e).direction") == direction
    assert page.locator("html").evaluate("e => [e.lang, getComputedStyle(e).direction]") == ["en", "ltr"]
    assert page.locator("#words code").count() == 0


def test_hidden_and_odd_ids(show: Show, world_of: Callable[..., World]) -> None:
    """Line ends of all kinds, private characters and paragraphs whose label repeats verify like any other."""
    text = "Odd\r\n\r\n1. One\r\nand\ttwo \ue000 \u00ad \u200d \ufeff.\r\n\r\n1. Again.\r\n\r\n(a) [Listed].\r\n"
    page = show(page_of(world_of(text), "v1"))
    assert failed(page) == set()
    assert "⟨U+E000 UNNAMED⟩" in page.inner_text("#words")


@pytest.fixture(scope="module")
def stamped(world_of: Callable[..., World]) -> World:
    """An archive whose v1 two authorities have stamped."""
    made = world_of(TEXT, language="en")
    pin(made.store, founders(made))
    stamp(made.store, founders(made))
    stamp(made.store, founders(made), "watch", LATER.but(accuracy=30), size=3)
    return made


def index_of(data: bytes) -> str:
    """The page in a snapshot."""
    return next(entry.data.decode() for entry in parse_zip(data)[1] if entry.name.endswith("/00-START-HERE.html"))


def with_reply(world: World, authority: Authority) -> bytes:
    """A snapshot with one stamp by this authority, made as the writer would make it."""
    request = make_request(world.store.read(checkpoint_path(3)), NONCE)
    stamps = {"timestamps/3.1.tsq": request, "timestamps/3.1.tsr": authority.reply(request)}
    return forge(world, {**stamps, "trust/authorities/clock.pem": CLOCK.pinned})


def test_stamped_page(show: Show, stamped: World) -> None:
    """The page of a stamped snapshot prints the proven times, by whom, and that it cannot check that itself."""
    data = export(stamped).data
    page, times = show(index_of(data)), [each.time for each in check(data).proven]
    assert times == ["2026-11-22T10:30:00Z", "2026-11-22T10:30:31Z"]
    assert states(page) == dict.fromkeys({*ALL, STAMPS[0]}, "passed")
    printed = page.locator("header dl").inner_text()
    assert ", ".join(times) in printed
    assert "clock and watch" in printed
    assert "does not check the stamps\u2019 signatures" in printed


@pytest.mark.parametrize("changes", [{}, {"fraction": ".25"}, {"accuracy": 59}, {"accuracy": 1, "fraction": ".9"}])
def test_times_of_stamps(show: Show, stamped: World, changes: dict[str, object]) -> None:
    """The script reads the time of a stamp as ``archive verify`` does, with its accuracy and its fraction."""
    data = with_reply(stamped, CLOCK.but(**changes))
    (proven,) = check(data).proven
    page = show(index_of(data))
    assert states(page)[STAMPS[0]] == "passed"
    assert page.locator("[data-is=stamped]").inner_text() == proven.time


def test_stamps_changed(show: Show, stamped: World) -> None:
    """Another time in print, a stamp of something else, one that is none, and none at all: each fails in the page."""
    genuine = index_of(export(stamped).data)
    files, path = files_of(genuine), "timestamps/3.1.tsr"
    imprint = bytes.fromhex(sha256_hex(stamped.store.read(checkpoint_path(3))))
    others = [
        genuine.replace("2026-11-22T10:30:31Z", "2026-11-21T10:30:31Z"),
        genuine.replace(' data-is="stamped"', ""),
        carrying(genuine, {**files, path: files[path].replace(imprint, bytes(32))}),
        carrying(genuine, {**files, path: files[path].replace(b"20261122103000Z", b"20251122103000Z")}),
        *(carrying(genuine, {**files, path: data}) for data in (b"", b"0", files[path][:200], b"0\x80" * 20)),
        carrying(genuine, {name: data for name, data in files.items() if name != path}),
    ]
    assert genuine not in others
    for other in others:
        assert {STAMPS[0]} <= failed(show(other)) <= {STAMPS[0], "page"}


def test_stamp_by_anybody(show: Show, stamped: World) -> None:
    """What the page says that it does not check is checked elsewhere: a stamp by nobody's authority fails check 12."""
    forged = with_reply(stamped, replace(CLOCK, leaf=LATER.leaf, embedded=LATER.embedded))
    assert states(show(index_of(forged)))[STAMPS[0]] == "passed"
    assert [finding.check for finding in check(forged).failures] == [12]
