from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from prov.model import (
    PROV_TYPE,
    ProvActivity,
    ProvAgent,
    ProvAssociation,
    ProvCommunication,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
    ProvUsage,
)

from muniment.digest import sha256_hex
from muniment.export.snapshot import Snapshot
from muniment.ingest import Source
from muniment.write.version import Author, add_description, add_publication

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

TAG = "tag:archive.example.org,2026:"


def read(snapshot: Snapshot, path: str) -> bytes:
    """Bytes of a file below ``data/``."""
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        return archive.read(f"{snapshot.name.removesuffix('.zip')}/data/{path}")


def document(snapshot: Snapshot) -> Any:  # noqa: ANN401 - prov has no types
    """The provenance as the judge reads it."""
    return ProvDocument.deserialize(content=read(snapshot, "provenance.prov.json").decode(), format="json")


def pairs(document: Any, kind: type) -> list[tuple[str, str]]:  # noqa: ANN401 - prov has no types
    """First and second argument of every relation of a kind, below the tag URI of the archive."""
    found = []
    for relation in document.get_records(kind):
        first, second = (value.uri.removeprefix(TAG) for _, value in relation.formal_attributes[:2])
        found.append((first, second))
    return found


@pytest.fixture
def grown(world: World) -> World:
    """v2 describes v1, v3 emends it."""
    metadata = {"title": "Another title", "uri": "https://press.example.org/1"}
    add_description(world.store, world.keys, "declaration", metadata, Author("2026-11-22T10:02:00Z"))
    world.emend()
    return world


def test_round_trip(grown: World) -> None:
    """The judge reads each version's file, and what it writes reads as the same, as PROV-JSON and as PROV-JSONLD."""
    for reference in ("v1", "v2", "v3"):
        read_back = document(grown.snapshot(reference))
        for form in ("json", "jsonld"):
            written = read_back.serialize(format=form)
            assert ProvDocument.deserialize(content=written, format=form) == read_back


def test_nothing_is_without_meaning(grown: World) -> None:
    """Every member of the file is of a kind that PROV-JSON has, and every name in it is declared."""
    value = json.loads(read(grown.snapshot("v3"), "provenance.prov.json"))
    assert list(value) == [
        *("prefix", "entity", "activity", "agent", "used", "wasGeneratedBy", "wasAssociatedWith", "wasInformedBy"),
        *("wasDerivedFrom", "wasAttributedTo"),
    ]
    assert value["prefix"]["a"] == TAG
    declared = {name for kind in ("entity", "activity", "agent") for name in value[kind]}
    ends = {"activity", "entity", "agent", "informed", "informant", "generatedEntity", "usedEntity"}
    used = {
        target
        for kind in list(value)[4:]
        for relation in value[kind].values()
        for name, target in relation.items()
        if name.removeprefix("prov:") in ends
    }
    assert used <= declared


def test_chain(grown: World) -> None:
    """What made what, from the bytes to the version, in the order of the provenance."""
    snapshot = grown.snapshot("v3")
    found = document(snapshot)
    record = json.loads(read(snapshot, "record.json"))
    statement = json.loads(read(snapshot, "statement.json"))
    this = "declaration/v3"
    original, text = f"sha256-{record['original']['sha256']}", f"text-{statement['paragraph_root'][7:]}"
    steps = [f"{this}/activity-{number}" for number in range(1, 5)]
    log = f"{this}/log"
    assert pairs(found, ProvGeneration) == [(original, steps[0]), (text, steps[1]), (this, log)]
    assert pairs(found, ProvUsage) == [(steps[1], original), (steps[2], text), (steps[3], text), (log, text)]
    assert pairs(found, ProvDerivation) == [(text, original), (this, text), (this, "declaration/v2")]
    assert pairs(found, ProvCommunication) == list(zip([*steps[1:], log], steps, strict=True))
    keeper, software = f"{this}/keeper", f"{this}/agent-1"
    assert pairs(found, ProvAssociation) == list(
        zip([*steps, log], [keeper, software, keeper, keeper, keeper], strict=True)
    )
    assert [str(agent.label) for agent in found.get_records(ProvAgent)] == [
        "archive.example.org/press",
        "muniment-text 2",
    ]
    assert [bool(agent.get_attribute(PROV_TYPE)) for agent in found.get_records(ProvAgent)] == [False, True]


def test_entities(grown: World) -> None:
    """The version and the one before have their ni URIs, the bytes their hash and their source."""
    snapshot = grown.snapshot("v2")
    entities = {
        entity.identifier.uri.removeprefix(TAG): entity for entity in document(snapshot).get_records(ProvEntity)
    }
    digest = sha256_hex(read(snapshot, "record.json"))
    first, second = entities["declaration/v1"], entities["declaration/v2"]
    assert {str(value) for value in second.get_attribute("schema:sha256")} == {digest}
    assert all("ni:///sha-256;" in str(entity.get_attribute("dcterms:identifier")) for entity in (first, second))
    bytes_ = next(entity for name, entity in entities.items() if name.startswith("sha256-"))
    assert bytes_.get_attribute("dcterms:source") == {"https://press.example.org/1"}


def test_times_keep_their_precision(world: World) -> None:
    """A day, which PROV cannot hold as a time, stays a day; a time is a time; what is not known is not said."""
    source = Source(b"Title\n\n1. Words.\n", "statement.txt", "2026-11-22")
    occasion = Author("2026-11-22T10:05:00Z")
    for release, retrieved in (("at-a-time", "2022-01-10T08:00:00Z"), ("on-a-day", "2022-01-10")):
        add_publication(world.store, world.keys, release, source, {"retrieved": retrieved}, occasion)
    activities = {
        release: list(document(world.snapshot(f"{release}/v1")).get_records(ProvActivity))
        for release in ("at-a-time", "on-a-day")
    }
    first = {release: found[0] for release, found in activities.items()}
    assert first["at-a-time"].get_endTime() == datetime(2022, 1, 10, 8, tzinfo=UTC)
    assert first["on-a-day"].get_endTime() is None
    assert first["on-a-day"].get_attribute("dcterms:date") == {"2022-01-10"}
    assert [str(activity.label) for activity in activities["on-a-day"]] == ["capture", "extract", "log"]
