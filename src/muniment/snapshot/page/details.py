"""What the page of a version says beside its words: checks, hashes to compare, description, and its limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniment.cite.citation import MONTHS, day_first
from muniment.cite.genres import capital
from muniment.display.frozen import show
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.encoding import say_place
from muniment.log.note import parse_note
from muniment.log.proof_file import parse_proof
from muniment.markup import HOLE, Child, Markup, MarkupTemplate, element, join
from muniment.record import Record
from muniment.record.phrases import genre_words
from muniment.snapshot.page.wording import PROSE
from muniment.snapshot.signed_files import SignedFiles, said_times

CHECKS = (
    ("roots", "Trust roots: in their one form, each naming the one before"),
    ("newest", "Trust roots: none is missing, too many or another than the checkpoint names"),
    ("rootSignatures", "Trust roots: signed by enough of the root keys"),
    ("record", "Record: in canonical form, and its SHA-256 is the one in the log"),
    ("entry", "Log entry: names this record, its paragraphs and this signature"),
    ("form", "Signature: in its one form, by a sound key"),
    ("signature", "Signature: good for exactly these bytes"),
    ("signer", "Signer: allowed by the trust root at this place in the log"),
    ("inclusion", "Inclusion: the entry is in the tree under the checkpoint"),
    ("checkpoint", "Checkpoint: signed by the key of the log"),
    ("page", "Page: all that it shows is printed as the evidence has it, and nothing else is"),
)
"""The checks of ``page.js`` by name, in their order, as the page calls them."""

STAMPS = ("stamps", "Time stamps: of this checkpoint, and of the times that are printed; not their signatures")
"""One more, in a page with time stamps."""


def fact(name: str, value: Child, *more: Child) -> Markup:
    """One line of a list of facts."""
    return _FACT.fill(name, join((value, *more)) if more else value)


_FACT = MarkupTemplate.of(element("div", element("dt", HOLE), element("dd", HOLE)))
_ASIDE = MarkupTemplate.of(element("span", HOLE, class_="aside"))
_CODE = MarkupTemplate.of(element("code", HOLE, class_="hash", data_is=HOLE))
_BARE_CODE = MarkupTemplate.of(element("code", HOLE, class_="hash"))


def code(value: str, name: str | None = None) -> Markup:
    """A value to compare; the script holds those with a name against the evidence."""
    return _BARE_CODE.fill(show(value)) if name is None else _CODE.fill(name, show(value))


def _aside(value: str) -> Markup:
    return _ASIDE.fill(value)


def head(signed_files: SignedFiles) -> Markup:
    """Title, and what this is in four lines."""
    citation, description = signed_files.citation, signed_files.version.record.description
    title = element("bdi", show(description.title))
    known = description.issued.date is not None
    issued: list[Child] = [show(day_first(description.issued, MONTHS)) if known else _aside("not known")]
    if description.issued.basis == "inferred":
        issued.append(_aside(PROSE["inferred"]))
    language = None if description.language == "und" else description.language
    return element(
        "header",
        element("p", show(f"{capital(citation.kind)}{PROSE['eyebrow']}"), class_="eyebrow"),
        *_withdrawn(signed_files),
        element("h1", title, lang=language),
        element(
            "dl",
            fact("Issued", *issued),
            fact("Issuer", show(description.issuer) if description.issuer else _aside("not stated in the text")),
            fact("Version", element("span", citation.reference, data_is="reference")),
            fact("Archive", element("span", citation.origin, data_is="origin")),
            *_online(citation.address),
            *_stamped(signed_files),
        ),
    )


def _withdrawn(signed_files: SignedFiles) -> Iterator[Markup]:
    """That the archive no longer stands behind the version."""
    gone = signed_files.withdrawal
    if gone is not None:
        said = join([f"{PROSE['withdrawn']}{gone.time[:10]} (claimed): ", element("bdi", show(gone.reason))])
        yield element("p", said, class_="withdrawn", role="note")


def _online(address: str | None) -> Iterator[Markup]:
    """The page of the version on the archive's web site, which is another place than this page: nothing is fetched."""
    if address is not None:
        yield fact("Online", element("a", show(address), href=address))


def _stamped(signed_files: SignedFiles) -> Iterator[Markup]:
    """The latest time by which the version was there, where time stamps show it."""
    times = ", ".join(said_times(signed_files.timestamps))
    names = [
        path.rsplit("/", 1)[1].removesuffix(".pem") for path in sorted(signed_files.timestamps) if path.endswith(".pem")
    ]
    if times:
        remark = f" by {' and '.join(names)}{PROSE['stamped']}"
        yield fact("Stamped", "not later than ", element("span", times, data_is="stamped"), _aside(remark))


def check_list(named: Sequence[tuple[str, str]]) -> Markup:
    """The list of checks by name and label, as it stands before any is done."""
    items = [
        element(
            "li",
            element("span", "not checked", class_="state"),
            element("span", label, class_="what"),
            element("span", class_="detail"),
            id=f"check-{name}",
        )
        for name, label in named
    ]
    return element(
        "section",
        element("h2", "Checked in this browser", id="checks"),
        element("ol", *items, class_="checks"),
        aria_labelledby="checks",
    )


def checks(signed_files: SignedFiles) -> Markup:
    """The list of checks of a version."""
    return check_list((*CHECKS, *([STAMPS] if signed_files.timestamps else [])))


def compare(signed_files: SignedFiles) -> Markup:
    """Hashes and keys to compare, with where to compare them."""
    version = signed_files.version
    return element(
        "section",
        element("h2", "Compare", id="compare"),
        element("p", PROSE["warning"], class_="warning"),
        element(
            "dl",
            fact(
                "Trust root 1",
                code(signed_files.roots[0].digest, "root"),
                _aside(PROSE["root"]),
                element("code", "sha256sum data/trust/root/1.json"),
            ),
            fact(
                "Record",
                code(version.statement.record, "record"),
                _aside(PROSE["record"]),
                element("code", "sha256sum data/record.json"),
            ),
            fact("Record key", code(version.statement.signer, "signer"), _aside(PROSE["signer"])),
            *(fact("Log key", code(row.vkey)) for row in signed_files.newest_root.log_keys),
            fact(
                "Original",
                code(version.statement.original, "original"),
                _aside(PROSE["original"]),
                element("code", f"sha256sum data/{version.record.original.path}"),
            ),
        ),
        aria_labelledby="compare",
    )


def description(signed_files: SignedFiles) -> Markup:
    """All that the record says about the statement, and how it came here."""
    return described(signed_files.version.record, signed_files.citation.logged_at)


def described(record: Record, logged_at: str) -> Markup:
    """The same of a record, and of the time at which the keeper says it was logged."""
    return _DESCRIBED.fill(join(_description(record)), f"{logged_at} ", join(_provenance(record)))


_DESCRIBED = MarkupTemplate.of(
    element(
        "section",
        element("h2", "Description", id="description"),
        element("dl", HOLE, fact("Logged", HOLE, _aside("claimed by the keeper"))),
        element("h3", "How it came here"),
        element("ol", HOLE, class_="provenance"),
        aria_labelledby="description",
    )
)
_STEP = MarkupTemplate.of(element("li", HOLE, element("bdi", HOLE), HOLE, HOLE))
_BDI = MarkupTemplate.of(element("bdi", HOLE))


def _description(record: Record) -> Iterator[Markup]:
    about, original = record.description, record.original
    yield fact("Language", about.language if about.language != "und" else _aside("not known"))
    optional = (
        ("Genre", genre_words(about.genre) if about.genre.term else None),
        ("About the date", about.issued.note),
        ("Abstract", about.abstract),
        ("Subjects", "; ".join(about.subjects)),
        ("Time spoken of", "; ".join(about.temporal)),
        ("Rights", about.rights),
    )
    yield from (fact(name, _BDI.fill(show(value))) for name, value in optional if value)
    yield from (fact(relation.relation, element("bdi", show(relation.target))) for relation in about.relations)
    yield fact("Published at", code(original.uri) if original.uri else _aside("not known"))
    if original.retrieved:
        yield fact("Retrieved", f"{original.retrieved} ", _aside("claimed"))
    charset = f", {original.charset}" if original.charset else ""
    received = f"{original.path}, {original.size:,} bytes, {original.media_type}{charset}"
    yield fact("As received", show(received))
    yield fact("This version", f"{record.change.kind}", *_note(record))
    yield fact("Version before", code(record.previous) if record.previous else _aside("none: this is the first"))


def _note(record: Record) -> Iterator[Child]:
    if record.change.reverts_to is not None:
        yield f", back to the bytes of version {record.change.reverts_to}"
    if record.change.note:
        yield join([": ", element("bdi", show(record.change.note))])


def _provenance(record: Record) -> Iterator[Markup]:
    for step in record.provenance:
        time = f", {step.time} (claimed)" if step.time else ""
        note = join([". ", element("bdi", show(step.note))]) if step.note else None
        yield _STEP.fill(f"{step.activity}, by ", show(step.agent), time, note)


def limits(signed_files: SignedFiles) -> Markup:
    """What is proven and what is not, and how to check it without this page."""
    proof = parse_proof(signed_files.proof)
    size, horizon = parse_checkpoint(parse_note(proof.checkpoint)[0]).size, str(signed_files.horizon)
    root = signed_files.roots[0].digest.removeprefix("sha256:")
    return element(
        "section",
        element("h2", "What this proves, and what it does not", id="limits"),
        element(
            "p",
            f"{PROSE['place']}{say_place(signed_files.version.index, size)}, as its signed checkpoint says.",
        ),
        element(
            "p",
            PROSE["limits"],
        ),
        element("p", f"{horizon[0].upper()}{horizon[1:]}. A newer copy of the archive can tell."),
        element(
            "p",
            PROSE["unchecked"],
        ),
        element("pre", element("code", f"archive verify . \\\n  --root {root}")),
        element(
            "p",
            PROSE["again"],
            element("code", "README.txt"),
            " has the same steps for ",
            element("code", "sha256sum"), ", ", element("code", "ssh-keygen"), " and ", element("code", "openssl"), ".",
        ),
        aria_labelledby="limits",
    )  # fmt: skip
