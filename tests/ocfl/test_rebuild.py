"""Inventories made again."""

from __future__ import annotations

from muniment.archive import open_archive
from muniment.digest import sha512_hex
from muniment.ocfl.inventory import block_of, rebuild
from muniment.reference import parse_reference
from muniment.store import MemoryStore


def test_rebuild(small_archive: MemoryStore) -> None:
    """Records and log make every inventory and sidecar as it was written, with the object root or without."""
    archive = open_archive(small_archive)
    blocks = []
    for number in (1, 2):
        version = archive.read(parse_reference(f"harbour/v{number}"))
        digests = {
            "record.json": sha512_hex(version.record_bytes),
            "record.json.sig": sha512_hex(version.signature),
            "original.txt": sha512_hex(archive.read_original(version)),
        }
        message = version.record.change.message
        blocks.append(block_of(archive.origin, version.statement.logged_at, message, digests))
    files = rebuild("releases/harbour", archive.object_id("harbour"), blocks, with_root=True)
    assert {path: small_archive.files[path] for path in files} == files
    assert {path for path in small_archive.files if "harbour" in path and "inventory" in path} == set(files)
    within = rebuild("releases/harbour", archive.object_id("harbour"), blocks, with_root=False)
    assert set(files) - set(within) == {"releases/harbour/inventory.json", "releases/harbour/inventory.json.sha512"}
