"""What each version of the rules takes out of an original is for ever the same, on every machine and by every Python.

The tables in ``frozen/`` are named after the rules and their version.  ``MUNIMENT_GOLDEN=write`` adds what they do not
hold yet; what they hold is never replaced: other paragraphs need another version of the rules.  What the rule for the
main part proposes stands in a table of its own, which is written anew: records name what was proposed.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.sources.originals import Original, made_here, names_of_others, of_others

from muniment.canonical import format_canonical
from muniment.errors import SourceError
from muniment.record import Choices
from muniment.sources import Wish, media_type_of

FOLDER = Path(__file__).parent / "frozen"
PROPOSED = FOLDER / "main-part.json"
WRITES = os.environ.get("MUNIMENT_GOLDEN") == "write"
OWN = made_here()
_OTHERS = "of others: "


def table_of(path: Path) -> dict[str, Any]:
    """The answers of a table, by original."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def original(name: str) -> Original:
    """An original by its name in the tables."""
    return of_others(name.removeprefix(_OTHERS)) if name.startswith(_OTHERS) else OWN[name]


def answer(given: Original) -> tuple[str, Any]:
    """The table of an answer, and the answer: how many paragraphs, and their digest; or why there are none."""
    try:
        found = given.extraction()
    except SourceError as error:
        return "refused", error.what
    leaves = [format_canonical({**paragraph.as_json()}) for paragraph in found.paragraphs]
    value: dict[str, Any] = {
        "paragraphs": len(leaves),
        "sha256": sha256(b"[" + b",".join(leaves) + b"]").hexdigest(),
    }
    engine = found.extractor.engine
    return f"{found.extractor.name}-{found.extractor.version}", value | ({"engine": engine} if engine else {})


TABLES = {path.stem: table_of(path) for path in sorted(FOLDER.glob("*.json")) if path != PROPOSED}
FROZEN = [(table, name) for table, answers in TABLES.items() for name in answers]


@pytest.mark.parametrize(("table", "name"), FROZEN, ids=[f"{table}: {name}" for table, name in FROZEN])
def test_frozen(table: str, name: str) -> None:
    """The rules of a version give the paragraphs that they always gave."""
    expected = TABLES[table][name]
    found_table, found = answer(original(name))
    if expected != "refused" and "engine" in expected and isinstance(found, dict):
        assert found.get("engine") == expected["engine"], f"freeze {table} anew, beside the engine that it names"
    assert (found_table, found) == (table, expected), (
        f"{table} gives another answer than it gave: give the rules another version; or, while no release has them, "
        f"take {name!r} out of tests/sources/frozen/{table}.json and set MUNIMENT_GOLDEN=write"
    )


def test_another_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that give another answer under the same version are told to have another one."""
    frozen = TABLES["muniment-html-1"]["page"]
    monkeypatch.setitem(TABLES["muniment-html-1"], "page", frozen | {"paragraphs": frozen["paragraphs"] + 1})

    with pytest.raises(AssertionError, match="give the rules another version"):
        test_frozen("muniment-html-1", "page")


def test_every_original_is_frozen() -> None:
    """Nothing that is read here is without an answer in a table, and no answer without its original."""
    names = [*OWN, *(_OTHERS + name for name in names_of_others())]
    missing = [name for name in names if not any(name in answers for answers in TABLES.values())]
    if WRITES and missing:
        for name in missing:
            table, value = answer(original(name))
            TABLES.setdefault(table, {})[name] = value
        FOLDER.mkdir(exist_ok=True)
        for table, answers in TABLES.items():
            write(FOLDER / f"{table}.json", answers)
        missing = []
    assert missing == [], "set MUNIMENT_GOLDEN=write"
    assert {name for _, name in FROZEN if not name.startswith(_OTHERS)} <= OWN.keys()


def proposals(name: str) -> dict[str, Any]:
    """What is proposed for a page."""
    given = original(name)
    found = Original(given.data, wish=Wish(replace_invalid=True)).extraction().extractor.parameters
    assert isinstance(found, Choices)
    return {"select": list(found.select), "remove": list(found.remove)}


def pages() -> list[str]:
    """The pages among the originals."""
    own = [
        name
        for name, each in OWN.items()
        if each.address is None and media_type_of(each.data, each.medium) == "text/html"
    ]
    return [*own, *(_OTHERS + name for name in names_of_others() if name.endswith(".html"))]


@pytest.mark.parametrize("name", table_of(PROPOSED))
def test_proposed(name: str) -> None:
    """The rule for the main part proposes the same on every machine and by every Python."""
    assert proposals(name) == table_of(PROPOSED)[name]


def test_every_page_has_a_proposal() -> None:
    """No page is without a proposal in the table, which is written anew where that is asked for."""
    if WRITES:
        write(PROPOSED, {**table_of(PROPOSED), **{name: proposals(name) for name in pages()}})
    assert [name for name in pages() if name not in table_of(PROPOSED)] == []


def write(path: Path, value: dict[str, Any]) -> None:
    """Write a table, in the order of its names."""
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
