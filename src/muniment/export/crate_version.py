"""What an RO-Crate says of the version itself: the work, who is named with it, and what was done, as actions.

The words of a record are hostile: none becomes an ``@id``, which is where a reader would follow it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from muniment.canonical import Json
from muniment.cite import GENRE
from muniment.export.material import PROOF, STATEMENT, Material
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Activity

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


def version_entities(material: Material) -> Iterator[Entity]:
    """Give the version, what it is known by, whom and what it names, and its actions in order."""
    citation, description = material.citation, material.version.record.description
    yield _version(material)
    yield _value(_HASH, "SHA-256", citation.sha256)
    yield _value(_NAME, "Reference in the archive", f"{citation.origin}, {citation.reference}")
    yield {"@id": _TEXT, "@type": "CreativeWork", "name": "The text as received"}
    if material.previous is not None:
        yield {
            "@id": material.previous,
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
    yield from _actions(material)


def _value(name: str, kind: str, value: str) -> Entity:
    return {"@id": name, "@type": "PropertyValue", "name": kind, "propertyID": kind, "value": value}


def _version(material: Material) -> Entity:
    record, citation = material.version.record, material.citation
    description = record.description
    entity: Entity = {
        "@id": material.uri,
        "@type": "CreativeWork",
        "name": description.title,
        "genre": GENRE,
        "version": str(record.version),
        "description": f"Archive version {record.version}; {_dated(material)}",
        "identifier": [link(_HASH), link(_NAME)],
        "encoding": link(RECORD_PATH),
        "hasPart": link(_TEXT),
        "isBasedOn": listed(
            [link(target) for target in (record.original.path, material.previous) if target is not None]
        ),
        "license": link(RIGHTS),
    }
    optional: Entity = {
        "author": link(_ISSUER) if citation.issuer else None,
        "datePublished": description.issued.date,
        "inLanguage": None if description.language == "und" else description.language,
        "abstract": description.abstract,
        "keywords": listed([*description.subjects]) or None,
        "pav:previousVersion": link(material.previous) if material.previous else None,
    }
    return {**entity, **{name: value for name, value in optional.items() if value is not None}}


def _dated(material: Material) -> str:
    """Say what the date of issue rests on: ``datePublished`` alone cannot."""
    issued = material.version.record.description.issued
    words = {"stated": "the date of issue is stated", "inferred": "the date of issue is inferred by the archive"}
    basis = words.get(issued.basis, "the date of issue is not known")
    return f"{basis}. {issued.note}" if issued.note else f"{basis}."


def _actions(material: Material) -> Iterator[Entity]:
    """The activities of the provenance in their order, each with its agent; at the end, that it was logged."""
    agents = {material.citation.origin: ARCHIVE}
    numbers = count(1)
    activities = material.version.record.provenance
    for number, activity in enumerate(activities, 1):
        if activity.agent not in agents:
            agents[activity.agent] = f"#agent-{next(numbers)}"
            # A person, a program, a set of rules: the record does not say.
            yield {"@id": agents[activity.agent], "@type": "Thing", "name": activity.agent}
        yield {"@id": f"#activity-{number}", **_action(material, activity, agents[activity.agent])}
    yield {
        "@id": "#log",
        "@type": "CreateAction",
        "name": "log",
        "description": "The version was signed and entered in the archive's log.",
        "agent": link(ARCHIVE),
        "object": link(_TEXT),
        "result": [link(material.uri), link(SIGNATURE_PATH), link(STATEMENT), link(PROOF)],
        "endTime": material.citation.logged_at,
    }


def _action(material: Material, activity: Activity, agent: str) -> Entity:
    record = material.version.record
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
