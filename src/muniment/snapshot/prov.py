"""The file ``provenance.prov.json``: how the version came to be, as W3C PROV-JSON (member submission of 2013).

Names stand below the tag URI of the archive (RFC 4151), that of its OCFL objects.  PROV has times to the second only:
an activity of which the record knows the day or the month has it as ``dcterms:date``, and no time.  All times are
claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from muniment.archive.opening import object_id
from muniment.canonical import Json
from muniment.digest import parse_digest
from muniment.record import Activity
from muniment.record.phrases import original_words
from muniment.snapshot.signed_files import SignedFiles
from muniment.snapshot.texts import format_plain

PROVENANCE = "provenance.prov.json"

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.+")
_Table = dict[str, Json]
_Member = tuple[str, str, _Table]
"""Kind of the member (``entity``, ``used``), its name, and its attributes."""


def format_provenance(signed_files: SignedFiles) -> bytes:
    """Write the file: entities, activities, agents, and how they hang together, each kind in one object."""
    names = _Names(signed_files)
    document: _Table = {"prefix": _prefixes(signed_files)}
    for kind, members in groupby(
        (*_entities(signed_files, names), *_activities(names), *_relations(names)), itemgetter(0)
    ):
        document[kind] = {name: attributes for _, name, attributes in members}
    return format_plain(document)


def _prefixes(signed_files: SignedFiles) -> _Table:
    """``a`` is the archive: what comes before the release in the URI of its OCFL object; ``v`` is the version in it."""
    record = signed_files.version.record
    own = object_id(signed_files.roots[0].root, record.release)
    return {
        "a": own.removesuffix(record.release),
        "dcterms": "http://purl.org/dc/terms/",
        "schema": "http://schema.org/",
        "v": f"{own.removesuffix(record.release)}{record.name}/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }


class _Names:
    """The names of everything in the document, in order of the provenance."""

    def __init__(self, signed_files: SignedFiles) -> None:
        record = signed_files.version.record
        self.version = f"a:{record.name}"
        self.previous = None if record.previous is None else f"a:{record.release}/v{record.version - 1}"
        # A release id has at most 63 characters, so neither of these can be one.
        self.original = f"a:sha256-{record.original.sha256}"
        self.text = f"a:text-{parse_digest(signed_files.version.statement.paragraph_root)}"
        self.keeper = "v:keeper"
        self.log = "v:log"
        self.activities: Sequence[tuple[str, Activity]] = [
            (f"v:activity-{number}", activity) for number, activity in enumerate(record.provenance, 1)
        ]
        self.agents = {signed_files.citation.origin: self.keeper}
        for _, activity in self.activities:
            self.agents.setdefault(activity.agent, f"v:agent-{len(self.agents)}")
        self.logged_at = signed_files.citation.logged_at


def _entities(signed_files: SignedFiles, names: _Names) -> Iterator[_Member]:
    record, citation = signed_files.version.record, signed_files.citation
    yield (
        "entity",
        names.version,
        {
            "prov:label": record.name,
            "dcterms:title": record.description.title,
            "dcterms:identifier": _uri(signed_files.uri),
            "schema:version": str(record.version),
            "schema:sha256": citation.sha256,
        },
    )
    if names.previous is not None and signed_files.previous is not None:
        label = names.previous.removeprefix("a:")
        yield "entity", names.previous, {"prov:label": label, "dcterms:identifier": _uri(signed_files.previous)}
    source: _Table = {} if citation.source is None else {"dcterms:source": citation.source}
    yield (
        "entity",
        names.original,
        {
            "prov:label": f"{original_words(record.original)}, {record.original.path}",
            "dcterms:format": record.original.media_type,
            "dcterms:extent": f"{record.original.size} bytes",
            **source,
            "schema:sha256": record.original.sha256,
        },
    )
    yield "entity", names.text, {"prov:label": f"the text as received, {len(record.paragraphs)} paragraphs"}


def _uri(uri: str) -> Json:
    return {"$": uri, "type": "xsd:anyURI"}


def _activities(names: _Names) -> Iterator[_Member]:
    for name, activity in names.activities:
        note: _Table = {"dcterms:description": activity.note} if activity.note else {}
        yield "activity", name, {**_when(activity.time), "prov:label": activity.activity, **note}
    yield "activity", names.log, {"prov:endTime": names.logged_at, "prov:label": "log"}
    software = {activity.agent for _, activity in names.activities if activity.activity == "extract"}
    for label, name in names.agents.items():
        kind: _Table = {"prov:type": {"$": "prov:SoftwareAgent", "type": "prov:QUALIFIED_NAME"}}
        yield "agent", name, {"prov:label": label, **(kind if label in software and name != names.keeper else {})}


def _when(time: str | None) -> _Table:
    if time is None:
        return {}
    return {"prov:endTime": time} if _TIME.fullmatch(time) else {"dcterms:date": time}


def _relations(names: _Names) -> Iterator[_Member]:
    """What used and made what; the last extraction made the text, and the log made the version.

    Members of one kind stand together.
    """
    extracts = [name for name, activity in names.activities if activity.activity == "extract"]
    steps = [*(name for name, _ in names.activities), names.log]
    made: list[tuple[str, str]] = []
    used: list[tuple[str, str]] = []
    for name, activity in names.activities:
        match activity.activity:
            case "receive" | "capture":
                made.append((names.original, name))
            case "extract":
                used.append((name, names.original))
                made += [(names.text, name)] if name == extracts[-1] else []
            case _:
                used.append((name, names.text))
    used.append((names.log, names.text))
    made.append((names.version, names.log))
    derived = [(names.text, names.original), (names.version, names.text)]
    informed = [(later, earlier) for earlier, later in pairwise(steps)]
    who = [*((name, names.agents[activity.agent]) for name, activity in names.activities), (names.log, names.keeper)]
    yield from _pairs("used", "activity", "entity", used)
    yield from _pairs("wasGeneratedBy", "entity", "activity", made)
    yield from _pairs("wasAssociatedWith", "activity", "agent", who)
    yield from _pairs("wasInformedBy", "informed", "informant", informed)
    yield from _pairs("wasDerivedFrom", "generatedEntity", "usedEntity", derived)
    if names.previous is not None:
        revision: Json = {"$": "prov:Revision", "type": "prov:QUALIFIED_NAME"}
        ends: _Table = {"prov:generatedEntity": names.version, "prov:usedEntity": names.previous}
        yield "wasDerivedFrom", "_:wasDerivedFrom3", {**ends, "prov:type": revision}
    yield from _pairs("wasAttributedTo", "entity", "agent", [(names.version, names.keeper)])


def _pairs(kind: str, one: str, other: str, pairs: Sequence[tuple[str, str]]) -> Iterator[_Member]:
    for number, (first, second) in enumerate(pairs, 1):
        yield kind, f"_:{kind}{number}", {f"prov:{one}": first, f"prov:{other}": second}
