"""Rows: OCFL inventories and objects, the files of the storage root, whole archives, the marker and the memory."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from random import Random

from tests.fuzz.material import ORIGIN, RELEASE, archive, files, files_like, founders, vectors
from tests.fuzz.mutate import mutate_tree
from tests.fuzz.target import Target, bytes_of, hold, pack, text_of, unpack

from muniment.archive.batches import Batch, open_batch, sign_batch
from muniment.archive.paths import CHECKPOINT, ArchivePath, parse_path
from muniment.archive.unfinished import (
    Introduced,
    Marker,
    PlannedVersion,
    SignedMarker,
    format_marker,
    parse_line,
    parse_marker,
    promise,
    sign_marker,
)
from muniment.errors import FormatError, MunimentError
from muniment.log.merkle import EMPTY_ROOT
from muniment.log.note import make_verifier
from muniment.memory import Remembered, SeenHead, format_memory, parse_memory, raised, remember
from muniment.ocfl.foreign import ForeignInventory
from muniment.ocfl.inventory import (
    INVENTORY,
    format_inventory,
    format_sidecar,
    parse_inventory,
    parse_sidecar,
    read_inventory,
)
from muniment.ocfl.storage_root import LAYOUT_FILE, LAYOUTS, object_path, parse_layout, release_of, root_files
from muniment.ocfl.validate import Problem, validate_object
from muniment.store import MemoryStore, check_path
from muniment.verify.archive import verify_archive
from muniment.verify.report import Report

_OBJECT = f"releases/{RELEASE}/"


def _store(data: bytes) -> MemoryStore:
    """The files of a tree that a store can hold at all."""
    held: dict[str, bytes] = {}
    for path, content in unpack(data).items():
        try:
            check_path(path)
        except MunimentError:
            continue
        if not any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in held):
            held[path] = content
    return MemoryStore(held)


def _parts(path: str) -> ArchivePath:
    parts = parse_path(path)
    if parts is None:
        raise FormatError("no path of an archive", where=path)
    return parts


@cache
def _object() -> dict[str, bytes]:
    return {path[len(_OBJECT) :]: data for path, data in files().items() if path.startswith(_OBJECT)}


def _objects() -> list[bytes]:
    legal = {"0=ocfl_object_1.1": b"ocfl_object_1.1\n", "logs/x": b"", "inventory.json": b"{}"}
    return [pack(_object()), pack(legal)]


def _check_object(data: bytes, problems: tuple[Problem, ...]) -> None:
    """Our object is good, and no other one with the same inventory is."""
    store = _store(data).files
    if not any(problem.is_error for problem in problems) and store.get("inventory.json") == _object()["inventory.json"]:
        content = {path: held for path, held in store.items() if re.match(r"v[0-9]+/content/", path)}
        ours = {path: held for path, held in _object().items() if re.match(r"v[0-9]+/content/", path)}
        hold(content == ours, "content that the inventory does not vouch for is valid")


def _check_foreign(_data: bytes, inventory: ForeignInventory) -> None:
    hold(len(inventory.names) == len(inventory.versions) > 0, "names and versions are not in step")
    hold(inventory.head in inventory.names, "the head is none of the versions")


@cache
def _archive() -> dict[str, bytes]:
    return dict(files())


_ARCHIVE_CAP = 1 << 20


def _mutate_object(random: Random, data: bytes) -> bytes:
    """Half the time make every sidecar anew, as whoever may write but holds no key would."""
    changed = mutate_tree(random, data)
    return changed if random.random() < 0.5 else pack(_resealed(unpack(changed)))


def _resealed(held: dict[str, bytes]) -> dict[str, bytes]:
    inventories = {path: data for path, data in held.items() if path.rpartition("/")[2] == INVENTORY}
    return held | {f"{path}.sha512": format_sidecar(data) for path, data in inventories.items()}


def _mutate_archive(random: Random, data: bytes) -> bytes:
    """Half the time change just one file, so that all else is as it must be."""
    return _mutate_object(random, pack(_archive()) if random.random() < 0.5 else data)


def _check_archive(data: bytes, report: Report) -> None:
    hold(report.verdict != "verified" or _store(data).files == _archive(), "another archive is verified")


@cache
def _root_1() -> str:
    return archive().roots[0].digest.removeprefix("sha256:")


def _verify(data: bytes) -> Report:
    return verify_archive(_store(data), pinned_root=_root_1())


def _memories() -> list[bytes]:
    note, root = files()[CHECKPOINT], archive().roots[0].digest
    plain = remember(note, root, "2026-11-22")
    earlier = (SeenHead(1, bytes(32), "2026-11-20"), SeenHead(2, bytes(range(32)), "2026-11-21"))
    return [format_memory(plain), format_memory(remember(note, root, "2026-11-23")), _with(plain, earlier)]


def _with(remembered: Remembered, earlier: tuple[SeenHead, ...]) -> bytes:
    return format_memory(replace(remembered, earlier=earlier))


def _check_memory(_data: bytes, value: Remembered) -> None:
    stored = parse_memory(_memories()[0], ORIGIN)
    try:
        raised(stored, value)
    except MunimentError:
        return


def _marked() -> list[Marker]:
    root = archive().roots[0]
    introduced = Introduced(root.data, root.signatures)
    empty, grown = EMPTY_ROOT.hex(), archive().checkpoint.root.hex()
    new = promise("releases/new/v2/inventory.json", b"{}")
    swap = promise("releases/new/inventory.json", b"{}", b"[]")
    further = (PlannedVersion("new", 3, "releases/new"), PlannedVersion("pier", 1, "releases/pier"))
    return [
        Marker(ORIGIN, 1, empty, None, None, None, (promise("trust/root/1.json", root.data),), (), introduced),
        Marker(ORIGIN, 5, grown, "new", 2, "releases/new", (new,), (swap,)),
        Marker(ORIGIN, 4, grown, None, None, None, (promise("trust/root/2.json", b"{}"),), ()),
        Marker(ORIGIN, 4, grown, None, None, None, (promise("log/timestamps/3.1.tsq", b"0"),), ()),
        Marker(ORIGIN, 6, grown, "new", 2, "releases/new", (new,), (swap,), None, further),
    ]


def _marker_lines() -> list[bytes]:
    return [format_marker(marker) for marker in _marked()]


def _markers() -> list[bytes]:
    return [sign_marker(marker, founders().log) for marker in _marked()]


def _check_marker(_data: bytes, marker: Marker) -> None:
    hold(marker.subject, "the marker has no subject")
    for promised in (*marker.files, *marker.replaced):
        path = promised.path
        hold(check_path(path) == path and not path.startswith("/"), "a path leaves the archive")


def _check_signed_marker(_data: bytes, signed: SignedMarker) -> None:
    if signed.key == founders().log.public:
        hold(signed.marker in _marked(), "a marker that was never signed verifies")


_BATCH = Batch(ORIGIN, 4, "ab" * 32, 6)


def _open_batch(data: bytes) -> Batch:
    return open_batch(data, (make_verifier(ORIGIN, founders().log.public.raw),), ORIGIN, _BATCH.size)


def _check_batch(_data: bytes, batch: Batch) -> None:
    hold(batch == _BATCH, "a batch that was never signed verifies")


def _check_release(_data: bytes, release: str) -> None:
    for layout in LAYOUTS:
        hold(object_path(layout, f"tag:archive.example.org,2026:{release}"), "the release has no folder")


ROWS = (
    Target(
        "inventory",
        ("ocfl.inventory.parse_inventory", "ocfl.inventory.format_inventory"),
        parse_inventory,
        lambda: [*files_like("inventory.json"), *vectors("ocfl/**/inventory.json", 4000, 40)],
        format_inventory,
    ),
    Target(
        "inventory-foreign",
        ("ocfl.foreign.read_inventory", "ocfl.foreign.read_json", "ocfl.foreign.read_foreign_json"),
        read_inventory,
        lambda: [*files_like("inventory.json"), *vectors("ocfl/**/inventory.json", 4000, 80)],
        why="only this archive's own form is written",
        check=_check_foreign,
    ),
    Target(
        "sidecar",
        ("ocfl.inventory.parse_sidecar",),
        parse_sidecar,
        lambda: files_like("inventory.json.sha512"),
        lambda digest: f"{digest}  inventory.json\n".encode(),
    ),
    Target(
        "layout",
        ("ocfl.storage_root.parse_layout",),
        parse_layout,
        lambda: [root_files(layout)[LAYOUT_FILE] for layout in LAYOUTS],
        lambda layout: root_files(layout)[LAYOUT_FILE],
    ),
    Target(
        "archive-path",
        ("archive.paths.parse_path", "trust.chain.parse_file_name"),
        lambda data: _parts(text_of(data)),
        lambda: [*map(str.encode, files()), b"log/cosignatures/7.0a1b2c3d", b".tmp/0123456789abcdef", b".lock"],
        lambda parts: bytes_of(parts.path),
        words=(b"/", b".", b"log/", b"trust/root/", b".json", b".sig", b".p/", b"0"),
        cap=600,
    ),
    Target(
        "object-id",
        ("ocfl.storage_root.release_of",),
        lambda data: release_of(text_of(data)),
        lambda: [b"tag:archive.example.org,2026:declaration"],
        why="host and year are not kept",
        check=_check_release,
        cap=600,
    ),
    Target(
        "ocfl-object",
        ("ocfl.validate.validate_object",),
        lambda data: validate_object(_store(data), ""),
        _objects,
        why="it gives problems",
        check=_check_object,
        words=(b"\n@@ v1/content/", b"\n@@ v2/", b"\n@@ inventory.json\n", b"E001"),
        mutate=_mutate_object,
        cap=128 * 1024,
        steps=40,
    ),
    Target(
        "archive",
        ("verify.archive.verify_archive",),
        _verify,
        lambda: [pack(_archive())],
        why="it gives a report",
        check=_check_archive,
        mutate=_mutate_archive,
        cap=_ARCHIVE_CAP,
        steps=3,
    ),
    Target(
        "memory",
        (
            "memory.parse_memory",
            "memory.read_memory",
            "memory.format_memory",
            "memory.remember",
            "memory.parse_sights",
            "memory.format_sights",
        ),
        lambda data: parse_memory(data, ORIGIN),
        _memories,
        format_memory,
        check=_check_memory,
    ),
    Target(
        "marker",
        ("archive.unfinished.parse_line", "archive.unfinished.format_marker"),
        parse_line,
        _marker_lines,
        format_marker,
        check=_check_marker,
    ),
    Target(
        "batch",
        ("archive.batches.open_batch", "archive.batches.sign_batch"),
        _open_batch,
        lambda: [sign_batch(_BATCH, founders().log)],
        None,
        why="only its key can sign it again",
        check=_check_batch,
    ),
    Target(
        "marker-signed",
        ("archive.unfinished.parse_marker", "archive.unfinished.read_marker", "archive.unfinished.sign_marker"),
        parse_marker,
        _markers,
        None,
        why="only its key can sign it again",
        check=_check_signed_marker,
    ),
    Target(
        "path",
        ("store.interface.check_path",),
        lambda data: check_path(text_of(data)),
        lambda: [b"releases/x/v1/content/record.json", b"a", b"log/tile/0/000.p/3"],
        bytes_of,
        cap=600,
    ),
)
