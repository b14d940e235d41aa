"""An object of three versions, made with the room's own code."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from muniment.ocfl.inventory import (
    INVENTORY,
    OBJECT_DECLARATION,
    SIDECAR,
    Inventory,
    add_version,
    format_inventory,
    format_sidecar,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# v2 has a new record and the old original; v3 brings a copy of the original, and the first record back.
VERSIONS: tuple[dict[str, bytes], ...] = (
    {"record.json": b"{1}", "original.txt": b"words"},
    {"record.json": b"{2}", "original.txt": b"words", "notes/a.txt": b"note", "notes/b.txt": b"note"},
    {"record.json": b"{1}", "copy.txt": b"words", "original.txt": b"other words"},
)


def _sha512(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest()


def _build(object_id: str) -> tuple[Inventory, dict[str, bytes]]:
    name, declaration = OBJECT_DECLARATION
    files = {name: declaration}
    inventory: Inventory | None = None
    for number, contents in enumerate(VERSIONS, 1):
        new = add_version(
            inventory,
            object_id,
            created=f"2026-11-2{number}T12:00:00Z",
            message=f"Version {number}, “quoted”",
            user_name="Archive",
            user_address="mailto:archive@example.org",
            files={path: _sha512(data) for path, data in contents.items()},
        )
        inventory = new.inventory
        files |= {content: contents[path] for path, content in new.content}
        data = format_inventory(inventory)
        for folder in ("", f"v{number}/"):
            files |= {folder + INVENTORY: data, folder + SIDECAR: format_sidecar(data)}
    assert inventory is not None
    return inventory, files


@pytest.fixture(scope="session")
def build_object() -> Callable[[str], dict[str, bytes]]:
    """Make an object with this identifier: its files by their paths from the object root."""
    return lambda object_id: _build(object_id)[1]


@pytest.fixture
def object_files() -> dict[str, bytes]:
    """The files of the object, by their paths from the object root."""
    return _build("tag:archive.example.org,2026:kz-events")[1]


@pytest.fixture(scope="session")
def inventory() -> Inventory:
    """The inventory of the object's newest version."""
    return _build("tag:archive.example.org,2026:kz-events")[0]
