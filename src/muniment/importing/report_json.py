"""What an import did, as public JSON (``schemas/import.schema.json``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from muniment.canonical import Json
from muniment.errors import MunimentError
from muniment.importing.engine import ImportResult
from muniment.importing.item import ImportSource, Notice
from muniment.importing.lineage import Rewriting
from muniment.importing.plan import ImportPlan
from muniment.schema import parse_public

IMPORT = "muniment-import/1"


def import_json(
    source: ImportSource,
    plan: ImportPlan,
    result: ImportResult,
    say: Callable[[MunimentError], str],
    to_come: Sequence[str] | None = None,
) -> dict[str, object]:
    """Give the JSON value of an import.

    Args:
        source: Where it came from.
        plan: What it had before it.
        result: What it did.
        say: Writes an error for people.
        to_come: Of a dry run the releases of what would be written; None where it was written.
    """
    added: list[tuple[str, str | None]] = [*result.added]
    if to_come is not None:
        added = [(release, None) for release in to_come]
    return {
        "format": IMPORT,
        "kind": source.kind,
        "source": source.name,
        "dry_run": to_come is not None,
        "documents": plan.documents,
        "states": plan.states,
        "present": plan.present + plan.known_by_bytes,
        "unchanged": plan.repeated + result.unchanged - plan.known_by_bytes,
        "bytes": result.size,
        "added": [{"reference": name, "record": digest} for name, digest in added],
        "releases": [
            {"key": key, "release": one.mapped.release, "rule": one.mapped.rule, "states": len(one.items)}
            for key, one in plan.lineages.items()
        ],
        "failed": [{"where": one.where, "time": one.time, "error": say(one.error)} for one in result.failed],
        "rewritten": [_rewriting_json(one, plan) for one in plan.rewritten],
        "notices": [_notice_json(one) for one in (*plan.notices, *result.notices)],
    }


def _rewriting_json(one: Rewriting, plan: ImportPlan) -> dict[str, object]:
    return {
        "reference": f"{one.release}/v{one.old.version}",
        "before": one.old.provenance.item,
        "now": None if one.now is None else one.now.item,
        "same_bytes": plan.has_same_bytes(one),
    }


def _notice_json(one: Notice) -> dict[str, object]:
    return {"sort": one.sort, "where": one.where, "what": one.what, "failed": one.failed, "time": one.time}


def parse_import(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``archive import --json`` prints, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("import", IMPORT, data, where=where)
