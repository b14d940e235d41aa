"""Releases and versions as ``list --json`` and ``log --json`` print them (``schemas/list.schema.json``)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping

from muniment.archive import Archive, StoredVersion
from muniment.cli.moments import proven_json
from muniment.cli.stepping import step_json
from muniment.cli.times import Times
from muniment.history.steps import Step


def listing(
    archive: Archive,
    releases: Iterable[str],
    steps: Mapping[str, Step | None] | None = None,
    times: Times | None = None,
) -> dict[str, object]:
    """Give the JSON value for some releases of an archive.

    Args:
        archive: The archive.
        releases: Their ids.
        steps: What each version changed, by reference; left out unless given.
        times: What is proven of times; likewise.
    """
    said = [_release(archive, release, steps or {}, times) for release in releases]
    doubts = (times or Times(doubted=archive.doubted)).doubts_json()
    return {
        "format": "muniment-list/1",
        "archive": archive.origin,
        "checkpoint": {
            "size": archive.checkpoint.size,
            "root": base64.b64encode(archive.checkpoint.root).decode(),
        },
        "releases": said,
        **({"doubts": doubts} if doubts or times is not None else {}),
    }


def _release(
    archive: Archive, release: str, steps: Mapping[str, Step | None], times: Times | None
) -> dict[str, object]:
    versions = [archive.read_entry(index, statement) for index, statement in archive.versions[release]]
    return {
        "release": release,
        "title": versions[-1].record.description.title,
        "versions": [_version(version) | _changed(version, steps) | _proven(version, times) for version in versions],
    }


def _version(version: StoredVersion) -> dict[str, object]:
    record, statement = version.record, version.statement
    return {
        "version": record.version,
        "reference": statement.name,
        "record": statement.record,
        "original": statement.original,
        "change": record.change.kind,
        "note": record.change.note,
        "reverts_to": record.change.reverts_to,
        "title": record.description.title,
        "language": record.description.language,
        "issued": record.description.issued.date,
        "index": version.index,
        "logged_at": statement.logged_at,
        "signer": statement.signer,
    }


def _changed(version: StoredVersion, steps: Mapping[str, Step | None]) -> dict[str, object]:
    name = version.statement.name
    return {"changed": step_json(steps[name])} if name in steps else {}


def _proven(version: StoredVersion, times: Times | None) -> dict[str, object]:
    return {} if times is None else {"proven": proven_json(times.earliest(version.index))}
