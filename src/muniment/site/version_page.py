"""The page of a version: its words, how to cite them, and its evidence, which the page checks in the browser.

What stands in it of the record is made by the functions that make the page of a snapshot, and ``verify.js`` makes it
again from ``record.json``, which it reads by its relative address together with signature, log entry, proof and trust
roots, and compares.  Whoever serves the page serves the script too, so the page says what that means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Literal

from muniment.archive import StoredVersion
from muniment.cite import Citation
from muniment.cite.citation import MONTHS, day_first
from muniment.cite.genres import capital
from muniment.display.frozen import plain, show
from muniment.log.encoding import say_place
from muniment.markup import HOLE, Child, Markup, MarkupTemplate, element, join
from muniment.record import FORMAT, RECORD_PATH, RECORD_SCHEMAS, SIGNATURE_PATH
from muniment.record.phrases import original_words
from muniment.site.addresses import version_path
from muniment.site.frame import Frame, crumbs, framed, link, outside, packaged, root_of, script, style
from muniment.site.site import Site
from muniment.site.version_head import version_head
from muniment.snapshot.page import CHARSET, PARTS, bar, citations, joined_script, text_section
from muniment.snapshot.page import packaged as packaged_page
from muniment.snapshot.page.details import CHECKS, check_list, code, described, fact
from muniment.snapshot.page.wording import NOTES, PROSE
from muniment.snapshot.signed_files import PROOF, STATEMENT

SCRIPT = "verify.js"
SNAPSHOT = "snapshot.zip"

SITE_CHECKS = (
    *CHECKS[:1],
    ("newest", "Trust roots: they hold the one that the checkpoint names, at its place"),
    *CHECKS[2:-1],
    ("page", "Page: title, words, citations, description and hashes are printed as the evidence has them"),
)
"""The checks of ``verify.js``; all but two are those of the page of a snapshot."""

SITE_NOTES = {
    **NOTES,
    "next": "Now compare the hash of trust root 1 with one that did not come from here.",
    "folder": (
        "Not checked: this page was opened from a folder, where a browser lets no page read the files beside it. "
    ),
}

_ABOUT = (
    "// Checks a version by the files beside its page, and writes the words again from what verified.\n"
    "// Each line is one of the commented source of Muniment, src/muniment/snapshot/page/*.js and site/*.js.\n"
)
_HOST = (
    "Whoever serves this page also serves the script that checks it: a host that lies can print \u201cpassed\u201d, "
    "other words and other hashes. What it prints counts only when you hold it against something that you got "
    "elsewhere: the hash of trust root 1 in an older citation or snapshot, or from the keeper."
)
_ELSEWHERE = (
    "To check without this host, take the files above and use software that did not come with them. The first line "
    "must print the hash that is cited; the second says whose signature it is:"
)


def version_page(site: Site, release: str, number: int) -> bytes:
    """Make the page.

    Raises:
        NoPageError: There is no such version.
        IntegrityError: It does not verify.
    """
    path, version = version_path(release, number), site.version(release, number)
    citation = site.citation(version)
    lacks = {name: said for name in _LACKED if (said := site.lacks(version, name))}
    original = None if "original" in lacks else original_from(site, version)
    words = original_words(version.record.original)
    title = plain(citation.title)
    frame = Frame(
        path,
        f"{title} (version {number}) \u00b7 {plain(site.archive.origin)}",
        "version",
        plain(version.record.description.abstract or ""),
        tuple(version_head(site, version, citation, path, original)),
        (script(path, SCRIPT, data_trust=_trust(site), data_root=f"{root_of(path)}trust/root/"),),
    )
    trail = crumbs(("Releases", f"{root_of(path)}index.html"), (citation.title, "../index.html"), f"Version {number}")
    sheet = _SHEET.fill(
        bar(_scope(site, citation), citations(citation, version.record)),
        text_section(version.record),
        _compare(site, version, original),
        _checks(),
        described(version.record, citation.logged_at),
        join(_lacking(lacks.values())),
        _files(original, words, "proof" not in lacks, snapshots=site.settings.snapshots),
        _limits(site, version),
    )
    return framed(site, frame, trail, _head(site, version, citation), sheet)


_SHEET = MarkupTemplate.of(
    element("div", HOLE, HOLE, element("div", HOLE, HOLE, class_="evidence"), *[HOLE] * 4, class_="sheet")
)


def original_from(site: Site, version: StoredVersion) -> str:
    """Say where the original of a version is, from its page on: the first version that had these bytes holds it."""
    number = site.holder(version)
    if number == version.record.version:
        return version.record.original.path
    holder = site.version(version.record.release, number).record
    return f"../v{holder.version}/{holder.original.path}"


_LACKED: tuple[Literal["original", "proof"], ...] = ("original", "proof")


def _lacking(faults: Iterable[str]) -> Iterator[Markup]:
    """Say what of the evidence fails, where the record and its signature verify."""
    for said in faults:
        yield element("p", f"Not handed out, as it does not verify: {said}.", class_="warning", role="note")


@cache
def _checks() -> Markup:
    return check_list(SITE_CHECKS)


def _trust(site: Site) -> str:
    return " ".join(name for file in site.archive.roots for name in sorted(file.files))


def _scope(site: Site, citation: Citation) -> Markup:
    """What to do where no script can check: shown without one, and by the script in a folder."""
    if site.settings.snapshots:
        said = join([link("The snapshot", SNAPSHOT), " of this version checks itself, from a folder too."])
    else:
        command = element("code", f"archive export {citation.reference}")
        said = join(
            ["A snapshot of this version checks itself, from a folder too. The keeper makes one by ", command, "."]
        )
    return element("p", said, class_="scope", id="offer")


def _head(site: Site, version: StoredVersion, citation: Citation) -> Markup:
    record, last = version.record, len(site.entries(version.record.release))
    language = None if record.description.language == "und" else record.description.language
    eyebrow = f"{capital(citation.kind)} \u00b7 version {record.version} of {last}"
    title = element("h1", _BDI.fill(show(citation.title)), lang=language)
    below = join([*_warnings(version, citation, last), _pager(record.version, last)])
    return _HEAD.fill(show(eyebrow), title, join(_dateline(version, citation)), below)


_HEAD = MarkupTemplate.of(
    element(
        "header",
        element("p", HOLE, class_="eyebrow"),
        HOLE,
        element("p", HOLE, class_="dateline"),
        HOLE,
        class_="title",
    )
)
_BDI = MarkupTemplate.of(element("bdi", HOLE))
_REFERENCE = MarkupTemplate.of(element("span", HOLE, data_is="reference"))
_ORIGIN = MarkupTemplate.of(element("span", HOLE, data_is="origin"))


def _dateline(version: StoredVersion, citation: Citation) -> Iterator[Child]:
    description, original = version.record.description, version.record.original
    if description.issued.date is None:
        yield "Date of issue not known"
    else:
        yield join(["Issued ", show(day_first(description.issued, MONTHS))])
        yield PROSE["inferred"] if description.issued.basis == "inferred" else None
    yield join([" \u00b7 ", show(description.issuer or "issuer not stated in the text")])
    if original.uri:
        yield join([" \u00b7 published at ", outside(original.uri)])
    yield join([" \u00b7 kept as ", _REFERENCE.fill(citation.reference), " by "])
    yield _ORIGIN.fill(show(citation.origin))


def _warnings(version: StoredVersion, citation: Citation, last: int) -> Iterator[Markup]:
    gone = version.withdrawal
    if gone is not None:
        said: list[Child] = [f"{PROSE['withdrawn']}{gone.time[:10]} (claimed): ", element("bdi", show(gone.reason))]
        yield element("p", *said, class_="withdrawn", role="note")
    if citation.version < last:
        newer = link(f"Version {last}", f"../v{last}/index.html")
        begun: list[Child] = ["This is not the newest version. ", newer, " is; see "]
        changed = link("all that changed since", f"../compare.html?from=v{citation.version}&to=v{last}")
        if last == citation.version + 1:
            changed = link("what it changed", f"../v{last}/changes.html")
        yield element("p", *begun, changed, ".", class_="newer", role="note")


@lru_cache(maxsize=1024)
def _pager(number: int, last: int) -> Markup:
    steps: list[Markup] = []
    if number > 1:
        before = link(f"\u2190 Version {number - 1}", f"../v{number - 1}/index.html", rel="prev", class_="prev")
        steps += [before, link("What this version changed", "changes.html")]
    steps.append(link("All versions", "../index.html", rel="up"))
    if number < last:
        steps.append(link(f"Version {number + 1} \u2192", f"../v{number + 1}/index.html", rel="next", class_="next"))
    return element(
        "nav", element("ul", *(element("li", step) for step in steps)), class_="pager", aria_label="Versions"
    )


def _compare(site: Site, version: StoredVersion, original: str | None) -> Markup:
    """Hashes and keys to compare, and what the host could do."""
    root, archive = f"{root_of(version_path('r', 1))}trust/root/", site.archive
    keys = tuple(row.vkey for row in archive.chain[-1].log_keys)
    received = None if original is None else link(original_words(version.record.original), original)
    first, aside_record, aside_signer, last = _compared(archive.roots[0].digest, f"{root}1.json", keys)
    return _COMPARE.fill(
        first,
        fact("Record", code(version.statement.record, "record"), aside_record),
        fact("Record key", code(version.statement.signer, "signer"), aside_signer),
        last,
        fact("Original", code(version.statement.original, "original"), received),
        join(_proven(site, version)),
    )


_COMPARE = MarkupTemplate.of(
    element(
        "section",
        element("h2", "Compare", id="compare"),
        element("p", _HOST, class_="warning"),
        element("dl", *[HOLE] * 6),
        aria_labelledby="compare",
    )
)


@cache
def _compared(root: str, where: str, keys: tuple[str, ...]) -> tuple[Markup, Markup, Markup, Markup]:
    """What is the same on every page: trust root 1, what is said of record and signer, and the keys of the log."""
    said = [
        element("span", PROSE[name].partition(" From the file")[0], class_="aside")
        for name in ("root", "record", "signer")
    ]
    first = fact("Trust root 1", code(root, "root"), said[0], " ", link("1.json", where))
    record = join([said[1], " ", link(RECORD_PATH, RECORD_PATH)])
    return first, record, said[2], join(fact("Log key", code(key)) for key in keys)


def _proven(site: Site, version: StoredVersion) -> Iterator[Markup]:
    proven = site.earliest(version.index)
    if proven is not None:
        said = "The stamps lie in the archive; this page does not check them."
        yield fact(
            "Proven", f"there not later than {proven.time} ({proven.who}) ", element("span", said, class_="aside")
        )


@cache
def _files(
    original: str | None,
    words: str,
    proven: bool,  # noqa: FBT001 - cached by its place
    *,
    snapshots: bool,
) -> Markup:
    """All that lies beside the page, but for what does not verify."""
    named = [
        (RECORD_PATH, "the record, which is what was signed and what citations quote"),
        (SIGNATURE_PATH, "its signature (SSHSIG)"),
        (STATEMENT, "the entry of the log"),
    ]
    if proven:
        named.append((PROOF, "that the entry is in the log, and the signed checkpoint (C2SP tlog-proof)"))
    if original is not None:
        named.append((original, words))
    named += [
        ("cite.csl.json", "the citation for reference managers (CSL-JSON)"),
        ("cite.bib", "the citation in BibLaTeX"),
        ("cite.ris", "the citation in RIS"),
    ]
    if snapshots and proven and original is not None:
        named.append((SNAPSHOT, "all of it, with a page that checks itself"))
    items = [element("li", link(name.rpartition("/")[2], name), f": {said}") for name, said in named]
    heading = element("h2", "Files", id="files")
    return element("section", heading, element("ul", *items, class_="files"), aria_labelledby="files")


def _limits(site: Site, version: StoredVersion) -> Markup:
    place = f"{PROSE['place']}{say_place(version.index, site.proof_size(version))}, as its signed checkpoint says."
    return _LIMITS.fill(place, _by_hand(site.archive.chain[-1].principal))


_LIMITS = MarkupTemplate.of(
    element(
        "section",
        element("h2", "What this proves, and what it does not", id="limits"),
        element("p", HOLE),
        HOLE,
        aria_labelledby="limits",
    )
)


@cache
def _by_hand(principal: str) -> Markup:
    """What it does not prove, and how to check without this host."""
    signers = f"{root_of(version_path('r', 1))}trust/allowed_signers"
    commands = (
        f"sha256sum {RECORD_PATH}\nssh-keygen -Y verify -f {signers} -I {plain(principal)} \\\n"
        f"  -n record@muniment -s {SIGNATURE_PATH} < {RECORD_PATH}"
    )
    parts = (element("p", PROSE["limits"]), element("p", _ELSEWHERE), element("pre", element("code", commands)))
    return join(parts)


@cache
def verify_script() -> str:
    """Give the script that checks a version: that of a snapshot's page, but for where the evidence comes from."""
    own = {"checks": SITE_CHECKS, **PROSE, "notes": SITE_NOTES}
    parts = [packaged_page(name) for name in PARTS[:-1]]
    joined = joined_script([*parts, packaged("verify_site.js")], own, style(), _ABOUT)
    formats = ", ".join(f'"{name}"' for name in sorted(RECORD_SCHEMAS))
    return joined.replace(f'record.format === "{FORMAT}"', f"[{formats}].includes(record.format)").replace(*CHARSET)
