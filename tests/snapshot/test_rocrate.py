from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from muniment.canonical import Json
from muniment.digest import ni_uri, sha256_hex
from muniment.export.snapshot import Snapshot
from muniment.record import Original
from muniment.snapshot.rocrate import OTHER, describe_file
from muniment.write.version import Author, add_description

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

HERE = Path(__file__).resolve().parent
CONTEXT = HERE / "ro-crate-1.2-context.json"
NOBODY_CAN_MEET = {
    "85": "a licence has a web address",
    "86": "an organisation has a web address",
    "89": "an organisation has a ROR identifier",
    "90": "an organisation has a contact point",
    "93": "a publisher has a contact point",
}
"""What RO-Crate recommends and a record does not know, by the number of the validator's requirement."""

METADATA: dict[str, Json] = {
    "title": 'A <b>title</b> \N{EM DASH} "so", \N{HEBREW LETTER ALEF}',
    "language": "he",
    "issuer": "Ministry of Notices",
    "issued": {"date": "2021", "basis": "stated"},
    "abstract": "What it says.",
    "subjects": ["Harbours"],
    "rights": "Anybody may quote it.",
    "uri": "javascript:alert(1)",
}


def files_of(snapshot: Snapshot) -> dict[str, bytes]:
    """Bytes by path below ``data/``."""
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        paths = {name.split("/", 1)[1]: name for name in archive.namelist()}
        return {path[5:]: archive.read(name) for path, name in paths.items() if path.startswith("data/")}


def graph_of(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """The entities of a crate, by their ``@id``."""
    value = json.loads(files_of(snapshot)["ro-crate-metadata.json"])
    assert value["@context"] == "https://w3id.org/ro/crate/1.2/context"
    graph = {entity["@id"]: entity for entity in value["@graph"]}
    assert len(graph) == len(value["@graph"])
    return graph


@pytest.fixture
def described(world: World) -> World:
    """The archive with a v2 that says all that can be said, and a v3 with emendations."""
    add_description(world.store, world.keys, "declaration", METADATA, Author("2026-11-22T10:02:00Z"))
    return world


def test_every_file_is_described(snapshot: Snapshot) -> None:
    """Every file but the crate itself is in it, with its hash, its size, a media type and what it is; nothing else."""
    files, graph = files_of(snapshot), graph_of(snapshot)
    listed = {path: entity for path, entity in graph.items() if entity["@type"] == "File"}
    assert sorted(listed) == sorted(files.keys() - {"ro-crate-metadata.json"})
    assert graph["./"]["hasPart"] == [{"@id": path} for path in sorted(listed)]
    for path, entity in listed.items():
        assert entity["sha256"] == sha256_hex(files[path])
        assert entity["contentSize"] == str(len(files[path]))
        assert entity["name"] == path.split("/")[-1]
        assert (entity["encodingFormat"], entity["description"]) != OTHER


def test_version(snapshot: Snapshot) -> None:
    """The main entity is the version under its ni URI; a month stays a month, and no author is made up."""
    graph = graph_of(snapshot)
    uri = ni_uri(sha256_hex(files_of(snapshot)["record.json"]))
    assert graph["./"]["mainEntity"] == {"@id": uri}
    version = graph[uri]
    assert {name: version[name] for name in ("@type", "genre", "version", "datePublished", "inLanguage")} == {
        "@type": "CreativeWork",
        "genre": "Document",
        "version": "1",
        "datePublished": "2022-01",
        "inLanguage": "fr",
    }
    assert version["description"] == "Archive version 1; the date of issue is inferred by the archive."
    assert version["isBasedOn"] == {"@id": "original.txt"}
    assert version["encoding"] == {"@id": "record.json"}
    assert not version.keys() & {"author", "abstract", "keywords", "pav:previousVersion"}
    assert graph["#rights"]["description"] == "No statement of rights is known."
    assert graph["./"]["datePublished"] == "2026-11-22T10:01:00Z"


def test_version_with_everything(described: World) -> None:
    """Issuer, rights, source and the version before are entities of their own; no archived word becomes an ``@id``."""
    snapshot = described.snapshot("v2")
    graph = graph_of(snapshot)
    before = ni_uri(sha256_hex(files_of(described.snapshot("v1"))["record.json"]))
    version = graph[graph["./"]["mainEntity"]["@id"]]
    assert version["name"] == METADATA["title"]
    assert version["datePublished"] == "2021"
    assert version["description"] == "Archive version 2; the date of issue is stated."
    assert graph[version["author"]["@id"]]["name"] == "Ministry of Notices"
    assert version["isBasedOn"] == [{"@id": "original.txt"}, {"@id": before}]
    assert version["pav:previousVersion"] == {"@id": before}
    assert (graph[before]["name"], graph[before]["version"]) == ("declaration/v1", "1")
    assert (version["abstract"], version["keywords"]) == ("What it says.", "Harbours")
    assert graph["#rights"]["description"] == "Anybody may quote it."
    assert graph["#source"]["url"] == "javascript:alert(1)"
    assert not any("javascript" in name for name in graph)


def test_unknown_date(world: World) -> None:
    """Of an unknown date nothing is said but that it is not known."""
    metadata: dict[str, Json] = {"issued": {"date": None, "basis": "unknown"}, "language": "und"}
    add_description(world.store, world.keys, "declaration", metadata, Author("2026-11-22T10:02:00Z"))
    graph = graph_of(world.snapshot("v2"))
    version = graph[graph["./"]["mainEntity"]["@id"]]
    assert not version.keys() & {"datePublished", "inLanguage"}
    assert version["description"] == "Archive version 2; the date of issue is not known."


def test_actions(described: World) -> None:
    """Every activity of the provenance is an action in its order, and so is the entry in the log."""
    described.emend()
    graph = graph_of(described.snapshot("v3"))
    actions = [graph[link["@id"]] for link in graph["./"]["mentions"]]
    assert [(action["@type"], action["name"], action.get("endTime")) for action in actions] == [
        ("CreateAction", "receive", "2026-11-22"),
        ("CreateAction", "extract", "2026-11-22T10:01:00Z"),
        ("UpdateAction", "describe", "2026-11-22T10:02:00Z"),
        ("UpdateAction", "emend", "2026-11-22T10:03:00Z"),
        ("CreateAction", "log", "2026-11-22T10:03:00Z"),
    ]
    assert graph[actions[0]["agent"]["@id"]]["name"] == "archive.example.org/press"
    assert graph[actions[1]["instrument"]["@id"]] == {"@id": "#agent-1", "@type": "Thing", "name": "muniment-text 2"}


def test_links_lead_somewhere(described: World) -> None:
    """Whatever an entity points to is an entity of the crate, apart from the specification."""
    graph = graph_of(described.snapshot("v2"))

    def links(value: object) -> list[str]:
        if isinstance(value, list):
            return [link for item in value for link in links(item)]
        return [value["@id"]] if isinstance(value, dict) else []

    named = {link for entity in graph.values() for value in entity.values() for link in links(value)}
    assert named - graph.keys() == {"https://w3id.org/ro/crate/1.2"}
    assert graph.keys() - named == {"ro-crate-metadata.json"}


def test_every_word_is_in_the_context(described: World) -> None:
    """Every member and type is a term of the context that the test owns, which is part of the published one."""
    terms = json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]
    for entity in graph_of(described.snapshot("v2")).values():
        assert entity["@type"] in terms
        assert {name.split(":")[0] for name in entity if not name.startswith("@")} <= terms.keys()


def test_a_file_that_nobody_knows() -> None:
    """A file of another name, which only a trust root could vouch for, is bytes."""
    original = Original("original.html", "0" * 64, 1, "text/html", "utf-8", extractor=None)  # type: ignore[arg-type]
    assert describe_file("schemas/notes.bin", original) == OTHER
    assert describe_file("original.html", original) == ("text/html", "The bytes as received, in utf-8")


@cache
def judge() -> str | None:
    """The Python that roc-validator is installed for: this one, or that of ``.venv/judges``."""
    if find_spec("rocrate_validator"):
        return sys.executable
    named = os.environ.get("MUNIMENT_JUDGES_PYTHON")
    candidates = (
        [Path(named)] if named else [Path(sys.prefix, "judges", part) for part in ("bin/python", "Scripts/python.exe")]
    )
    return next((str(path) for path in candidates if path.exists()), None)


def judged(snapshot: Snapshot, folder: Path, severity: str) -> list[str]:
    """What roc-validator finds in the unpacked snapshot, without a network."""
    python = judge()
    if python is None:
        pytest.skip("roc-validator is not installed (make judges)")
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        archive.extractall(folder)
    crate = folder / snapshot.name.removesuffix(".zip") / "data"
    command = [python, "-I", str(HERE / "judge_crate.py"), str(crate), str(CONTEXT), severity]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


def test_the_validator_finds_nothing_that_is_required(snapshot: Snapshot, tmp_path: Path) -> None:
    """roc-validator finds no requirement of RO-Crate 1.2 broken, offline."""
    assert judged(snapshot, tmp_path, "REQUIRED") == []


def test_the_validator_finds_little_that_is_recommended(described: World, tmp_path: Path) -> None:
    """Of a version with all that can be said, only what a record cannot know is missed."""
    found = judged(described.snapshot("v2"), tmp_path, "RECOMMENDED")
    assert {line.split(":")[0].removeprefix("ro-crate-1.2_").split(".")[0] for line in found} <= NOBODY_CAN_MEET.keys()


def test_the_validator_judges(snapshot: Snapshot, tmp_path: Path) -> None:
    """A crate without a licence is found: the judge is awake."""
    folder, data = tmp_path / "broken", io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive, zipfile.ZipFile(data, "w") as broken:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith("ro-crate-metadata.json"):
                content = content.replace(b'"license"', b'"genre"')
            broken.writestr(name, content)
    found = judged(Snapshot(snapshot.name, data.getvalue()), folder, "REQUIRED")
    assert any("`license`" in line for line in found)
