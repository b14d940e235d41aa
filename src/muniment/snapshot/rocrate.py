"""The file ``ro-crate-metadata.json``: an inventory of the snapshot for people and repositories (RO-Crate 1.2).

The folder ``data/`` is the crate.  Its root is the snapshot; its main entity is the version, under the ``ni`` URI of
its record: the work, who is named with it, and what was done, as actions.  Each file has its media type and a line
about it. The context is named and not copied, as RO-Crate has it.  Nothing is made up to please a validator: no
author, no licence, no day of a month.  The words of a record are hostile: none becomes an ``@id``, which is where a
reader would follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from muniment.canonical import Json
from muniment.cite.genres import capital
from muniment.digest import sha256_hex
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Activity, Original
from muniment.record.phrases import original_words
from muniment.snapshot.signed_files import PROOF, STATEMENT, SignedFiles
from muniment.snapshot.texts import format_plain

Entity = dict[str, Json]

ARCHIVE = "#archive"
RIGHTS = "#rights"
_TEXT, _SOURCE, _ISSUER, _HASH, _NAME = "#text", "#source", "#issuer", "#sha256", "#reference"


def link(target: Json) -> Json:
    """Point to an entity of the crate."""
    return {"@id": target}


def listed(values: list[Json]) -> Json:
    """Give one value as it is, and several as a list, which is how RO-Crate wants them."""
    return values[0] if len(values) == 1 else values


def version_entities(signed_files: SignedFiles) -> Iterator[Entity]:
    """Give the version, what it is known by, whom and what it names, and its actions in order."""
    citation, description = signed_files.citation, signed_files.version.record.description
    yield _version(signed_files)
    yield _value(_HASH, "SHA-256", citation.sha256)
    yield _value(_NAME, "Reference in the archive", f"{citation.origin}, {citation.reference}")
    yield {"@id": _TEXT, "@type": "CreativeWork", "name": "The text as received"}
    if signed_files.previous is not None:
        yield {
            "@id": signed_files.previous,
            "@type": "CreativeWork",
            "name": f"{citation.release}/v{citation.version - 1}",
            "version": str(citation.version - 1),
        }
    if citation.source is not None:
        yield {"@id": _SOURCE, "@type": "CreativeWork", "name": "Where it was published", "url": citation.source}
    if citation.issuer is not None:
        yield {"@id": _ISSUER, "@type": "Organization", "name": citation.issuer}
    yield {"@id": ARCHIVE, "@type": "Organization", "name": citation.origin}
    yield {
        "@id": RIGHTS,
        "@type": "CreativeWork",
        "name": "Rights",
        "description": description.rights or "No statement of rights is known.",
    }
    yield from _actions(signed_files)


def _value(name: str, kind: str, value: str) -> Entity:
    return {"@id": name, "@type": "PropertyValue", "name": kind, "propertyID": kind, "value": value}


def _version(signed_files: SignedFiles) -> Entity:
    record, citation = signed_files.version.record, signed_files.citation
    description = record.description
    entity: Entity = {
        "@id": signed_files.uri,
        "@type": "CreativeWork",
        "name": description.title,
        "genre": capital(citation.kind),
        "version": str(record.version),
        "description": f"Archive version {record.version}; {_dated(signed_files)}",
        "identifier": [link(_HASH), link(_NAME)],
        "encoding": link(RECORD_PATH),
        "hasPart": link(_TEXT),
        "isBasedOn": listed(
            [link(target) for target in (record.original.path, signed_files.previous) if target is not None]
        ),
        "license": link(RIGHTS),
    }
    optional: Entity = {
        "author": link(_ISSUER) if citation.issuer else None,
        "datePublished": description.issued.date,
        "url": citation.address,
        "inLanguage": None if description.language == "und" else description.language,
        "abstract": description.abstract,
        "keywords": listed([*description.subjects]) or None,
        "pav:previousVersion": link(signed_files.previous) if signed_files.previous else None,
    }
    return {**entity, **{name: value for name, value in optional.items() if value is not None}}


def _dated(signed_files: SignedFiles) -> str:
    """Say what the date of issue rests on: ``datePublished`` alone cannot."""
    issued = signed_files.version.record.description.issued
    words = {"stated": "the date of issue is stated", "inferred": "the date of issue is inferred by the archive"}
    basis = words.get(issued.basis, "the date of issue is not known")
    return f"{basis}. {issued.note}" if issued.note else f"{basis}."


def _actions(signed_files: SignedFiles) -> Iterator[Entity]:
    """The activities of the provenance in their order, each with its agent; at the end, that it was logged."""
    agents = {signed_files.citation.origin: ARCHIVE}
    numbers = count(1)
    activities = signed_files.version.record.provenance
    for number, activity in enumerate(activities, 1):
        if activity.agent not in agents:
            agents[activity.agent] = f"#agent-{next(numbers)}"
            # A person, a program, a set of rules: the record does not say.
            yield {"@id": agents[activity.agent], "@type": "Thing", "name": activity.agent}
        yield {"@id": f"#activity-{number}", **_action(signed_files, activity, agents[activity.agent])}
    yield {
        "@id": "#log",
        "@type": "CreateAction",
        "name": "log",
        "description": "The version was signed and entered in the archive's log.",
        "agent": link(ARCHIVE),
        "object": link(_TEXT),
        "result": [link(signed_files.uri), link(SIGNATURE_PATH), link(STATEMENT), link(PROOF)],
        "endTime": signed_files.citation.logged_at,
    }


def _action(signed_files: SignedFiles, activity: Activity, agent: str) -> Entity:
    record = signed_files.version.record
    original = link(record.original.path)
    match activity.activity:
        case "receive" | "capture":
            source: Entity = {} if record.original.uri is None else {"object": link(_SOURCE)}
            what: Entity = {"@type": "CreateAction", "agent": link(agent), **source, "result": original}
        case "extract":
            what = {"@type": "CreateAction", "instrument": link(agent), "object": original, "result": link(_TEXT)}
        case _:
            what = {"@type": "UpdateAction", "agent": link(agent), "object": link(_TEXT)}
    return {
        **what,
        "name": activity.activity,
        **({"description": activity.note} if activity.note else {}),
        # The time as the record has it: a date stays a date.
        **({"endTime": activity.time} if activity.time else {}),
    }


_MEDIA_TEXT = "text/plain"
_JSON = "application/json"

_FILES: Mapping[str, tuple[str, str]] = {
    "README.txt": (_MEDIA_TEXT, "What this is, what it proves, and how to check it with stock tools"),
    "VERIFY.txt": (_MEDIA_TEXT, "How to check the snapshot, step by step"),
    "verify.sh": ("application/x-sh", "The same steps as a script for a POSIX shell"),
    "record.json": (_JSON, "The version: words, description, provenance; its SHA-256 is what people cite"),
    "exchange.warc": ("application/warc", "What was asked for the bytes as received, and the heads of the answers"),
    "attestation.zip": ("application/zip", "What another archive attested of the bytes as received"),
    "record.json.sig": (_MEDIA_TEXT, "The signature over record.json (OpenSSH, Ed25519)"),
    "statement.json": (_JSON, "The entry in the archive's log"),
    "inclusion.tlog-proof": (_MEDIA_TEXT, "The proof that the entry is in the log, with the log's signed checkpoint"),
    "reading-text.txt": (_MEDIA_TEXT, "The text to read, with the editors' emendations in brackets"),
    "paragraphs.tsv": ("text/tab-separated-values", "The SHA-256 of each paragraph"),
    "provenance.prov.json": (_JSON, "The provenance as PROV-JSON"),
    "cite/citation.txt": (_MEDIA_TEXT, "The citation in words, in several styles"),
    "cite/citation.csl.json": ("application/vnd.citationstyles.csl+json", "The citation as CSL-JSON"),
    "cite/citation.bib": ("application/x-bibtex", "The citation for BibLaTeX"),
    "cite/citation.ris": ("application/x-research-info-systems", "The citation as RIS"),
    "cite/citation.datacite.json": ("application/vnd.datacite.datacite+json", "The citation as DataCite JSON"),
    "trust/allowed_signers": (_MEDIA_TEXT, "The keys of the trust roots, as ssh-keygen reads them"),
}
_NUMBERED: Sequence[tuple[str, str, str]] = (
    (r"trust/root/[0-9]+\.json", _JSON, "A trust root: who may sign what, and since when"),
    (r"trust/root/[0-9]+\.json\..+\.sig", _MEDIA_TEXT, "A signature over a trust root (OpenSSH, Ed25519)"),
    (r"timestamps/[0-9.]+\.tsq", "application/timestamp-query", "What a time stamp authority was asked (RFC 3161)"),
    (r"timestamps/[0-9.]+\.tsr", "application/timestamp-reply", "A time stamp of the checkpoint (RFC 3161)"),
    (r"trust/authorities/.+\.pem", "application/x-pem-file", "Certificates of a time stamp authority, as pinned"),
    (r"schemas/.+\.schema\.json", "application/schema+json", "The JSON Schema that a file here follows"),
)

OTHER = ("application/octet-stream", "A file that the trust root vouches for")


def describe_file(path: str, original: Original) -> tuple[str, str]:
    """Give the media type of a file, and what it is.

    A trust root may vouch for files of other names; of those no more is known.

    Args:
        path: Below ``data/``.
        original: The record's own words about the bytes as received.
    """
    if path == original.path:
        what = original_words(original)
        charset = f", in {original.charset}" if original.charset else ""
        return original.media_type, f"{what[0].upper()}{what[1:]}{charset}"
    if path in _FILES:
        return _FILES[path]
    for pattern, media_type, what in _NUMBERED:
        if re.fullmatch(pattern, path):
            return media_type, what
    return OTHER


CRATE = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.2/context"
SPECIFICATION = "https://w3id.org/ro/crate/1.2"


def format_crate(signed_files: SignedFiles, files: Mapping[str, bytes]) -> bytes:
    """Write the file.

    Args:
        signed_files: What the snapshot is made from.
        files: All other files of ``data/``, by path below it.
    """
    version = list(version_entities(signed_files))
    actions: list[Json] = [link(entity["@id"]) for entity in version if str(entity["@type"]).endswith("Action")]
    graph: list[Json] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "about": link("./"),
            "conformsTo": link(SPECIFICATION),
        },
        {**_root(signed_files, sorted(files)), "mentions": actions},
        *version,
        *_files(signed_files, files),
    ]
    return format_plain({"@context": CONTEXT, "@graph": graph})


def _root(signed_files: SignedFiles, paths: list[str]) -> Entity:
    citation = signed_files.citation
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Snapshot of {citation.reference}",
        "description": f"One version of a public statement, with what is needed to check it: {citation.reference} as "
        f"kept by the archive {citation.origin}",
        # When the archive says that it logged the version: the statement's own date stands at the main entity.
        "datePublished": citation.logged_at,
        "license": link(RIGHTS),
        "publisher": link(ARCHIVE),
        "mainEntity": link(signed_files.uri),
        "hasPart": [link(path) for path in paths],
    }


def _files(signed_files: SignedFiles, files: Mapping[str, bytes]) -> Iterator[Json]:
    for path in sorted(files):
        media_type, what = describe_file(path, signed_files.version.record.original)
        yield {
            "@id": path,
            "@type": "File",
            "name": path.rpartition("/")[2],
            "description": what,
            "encodingFormat": media_type,
            "contentSize": str(len(files[path])),
            "sha256": sha256_hex(files[path]),
        }
