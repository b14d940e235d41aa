"""Tests of ``muniment.verify.inventories`` alone; ``test_objects`` shows whom it blames in an archive."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from muniment.ocfl.inventory import add_version, format_inventory, format_sidecar
from muniment.verify.inventories import ObjectFiles, diagnose
from muniment.verify.report import Tally

ID, ADDRESS = "tag:press.example.org,2026:x", "https://press.example.org"
ONE = add_version(
    None, ID, created="2026-11-22T10:00:00Z", message="m", user_name="u", user_address=ADDRESS, files={"a": "1" * 128}
).inventory
TWO = add_version(
    ONE, ID, created="2026-11-22T10:00:00Z", message="m", user_name="u", user_address=ADDRESS, files={"a": "2" * 128}
).inventory


def stored() -> dict[str, bytes | None]:
    """The inventories of a sound object of two versions."""
    files: dict[str, bytes | None] = {}
    for folder, inventory in (("x", TWO), ("x/v1", ONE), ("x/v2", TWO)):
        data = format_inventory(inventory)
        files |= {f"{folder}/inventory.json": data, f"{folder}/inventory.json.sha512": format_sidecar(data)}
    return files


CONTENTS = {"x/v1/content/a": "1" * 128, "x/v2/content/a": "2" * 128}


def blamed(
    files: Mapping[str, bytes | None],
    contents: Mapping[str, str] = CONTENTS,
    *,
    rebuilt: bool = False,
    busy: bool = False,
) -> list[tuple[str, bool]]:
    """Subject of each finding, and whether it is a notice."""
    tally = Tally()
    sound = {path: data for path, data in stored().items() if data is not None}
    diagnose(tally, ObjectFiles("x", ("x", "x/v1", "x/v2"), 2, files, sound if rebuilt else {}, contents, busy))
    assert all(finding.check == 2 for finding in tally.findings)
    return [(finding.subject, finding.ok) for finding in tally.findings]


@pytest.mark.parametrize("rebuilt", [False, True])
def test_sound(rebuilt: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Where everything fits nothing is blamed, whether the versions could be read or not."""
    assert blamed(stored(), rebuilt=rebuilt) == []


@pytest.mark.parametrize("rebuilt", [False, True])
def test_content(rebuilt: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A content file with another digest, or that is not listed, is blamed and no inventory is."""
    assert blamed(stored(), {**CONTENTS, "x/v1/content/a": "3" * 128}, rebuilt=rebuilt) == [("x/v1/content/a", False)]
    assert blamed(stored(), {**CONTENTS, "x/v1/content/b": "3" * 128}, rebuilt=rebuilt) == [("x/v1/content/b", False)]


def test_older_inventory_is_judged_by_the_newest() -> None:
    """Without the versions, an inventory that the newest does not continue is blamed, also where there are too many."""
    other = format_inventory(TWO)
    files = {**stored(), "x/v1/inventory.json": other, "x/v1/inventory.json.sha512": format_sidecar(other)}
    assert blamed(files) == [("x/v1/inventory.json", False)]
    old = format_inventory(ONE)
    short = {"x/inventory.json": old, "x/inventory.json.sha512": format_sidecar(old)}
    newest = {"x/v2/inventory.json": old, "x/v2/inventory.json.sha512": format_sidecar(old)}
    assert ("x/v2/inventory.json", False) in blamed({**stored(), **short, **newest}, {"x/v1/content/a": "1" * 128})


def test_inventory_and_sidecar_that_do_not_fit() -> None:
    """The inventory is blamed, unless it is known to be right, or the sidecar is none."""
    data = format_inventory(TWO).replace(b'"m"', b'"n"')
    assert blamed({**stored(), "x/inventory.json": data}) == [("x/inventory.json", False)]
    side = "x/inventory.json.sha512"
    assert blamed({**stored(), side: format_sidecar(b"")}, rebuilt=True) == [(side, False)]
    assert blamed({**stored(), side: format_sidecar(b"")}) == [("x/inventory.json", False)]
    assert blamed({**stored(), side: b"nonsense"}) == [(side, False)]


def test_nothing_to_go_by() -> None:
    """Without a sound inventory nothing more can be said."""
    assert blamed(dict.fromkeys(stored())) == []
    broken = {path: b"[]" if path.endswith("json") else format_sidecar(b"[]") for path in stored()}
    assert blamed(broken) == [("x/v2/inventory.json", False)]


def test_while_a_version_is_added() -> None:
    """The root inventory that an unfinished addition is replacing is a notice; those of the versions are not."""
    data = format_inventory(TWO).replace(b'"m"', b'"n"')
    side = {"x/inventory.json.sha512": format_sidecar(data)}
    assert blamed({**stored(), "x/inventory.json": data}, rebuilt=True, busy=True) == [("x/inventory.json", True)]
    assert blamed({**stored(), "x/inventory.json": data, **side}, rebuilt=True, busy=True) == [
        ("x/inventory.json", True)
    ]
    assert blamed({**stored(), **side}, rebuilt=True, busy=True) == [("x/inventory.json", True)]
    assert blamed({**stored(), "x/v1/inventory.json": data}, rebuilt=True, busy=True) == [
        ("x/v1/inventory.json", False)
    ]
