"""Tests of muniment.ocfl.hierarchy, layouts and codes, by roots that each break a rule."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from muniment.errors import FormatError, StoreError
from muniment.ocfl.codes import NOT_BROKEN, RULES
from muniment.ocfl.inventory import format_sidecar
from muniment.ocfl.layouts import DIRECT, HASH_AND_ID, HASHED_TUPLES, OMIT_PREFIX, OMIT_PREFIX_TUPLES, make_layout
from muniment.ocfl.storage_root import FLAT, LAYOUTS, object_path, root_files
from muniment.store import Node
from muniment.store.read_only import ForeignFolder
from muniment.verify.ocfl import verify_ocfl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Files = dict[str, "bytes | None"]
HEAD = ("", "v3/")


def _write(folder: Path, files: Files) -> None:
    """Write files; None makes a folder."""
    for path, data in files.items():
        place = folder / path
        if data is None:
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _codes(folder: Path) -> set[str]:
    return {problem.code for problem in verify_ocfl(ForeignFolder(folder), subject="root").problems}


@pytest.fixture
def root(build_object: Callable[[str], dict[str, bytes]]) -> Files:
    """A storage root with two objects."""
    files: Files = dict(root_files(FLAT))
    for name in ("one", "two"):
        files |= {f"{name}/{path}": data for path, data in build_object(f"tag:example.org,2026:{name}").items()}
    return files


@pytest.mark.parametrize("layout", LAYOUTS)
def test_own_roots_are_clean(tmp_path: Path, build_object: Callable[[str], dict[str, bytes]], layout: str) -> None:
    """What this archive writes has neither errors nor warnings."""
    files: Files = {**root_files(layout)}
    for name in ("one", "two"):
        identifier = f"tag:example.org,2026:{name}"
        folder = object_path(layout, identifier)
        files |= {f"{folder}/{path}": data for path, data in build_object(identifier).items()}
    _write(tmp_path, files)
    report = verify_ocfl(ForeignFolder(tmp_path), subject="root")
    assert (report.problems, report.objects, report.verdict) == ((), 2, "valid")


ROOTS: list[tuple[str, Files, set[str]]] = [
    ("an unknown file", {"notes.txt": b"", "ocfl_1.1.txt": b""}, set()),
    ("a second declaration", {"0=ocfl_1.0": b"ocfl_1.0\n"}, {"E076", "E081"} - {"E081"}),
    ("another text", {"0=ocfl_1.1": b"ocfl_1.1"}, {"E080"}),
    ("a version to come", {"0=ocfl_2.0": b"ocfl_2.0\n"}, {"E076", "E079"}),
    ("no equals sign", {"0ocfl_1.1": b"ocfl_1.1\n"}, {"E075", "E077", "E078", "E079"}),
    ("another tag", {"1=ocfl_1.1": b"ocfl_1.1\n"}, {"E077", "E078"}),
    ("an empty folder", {"empty": None}, {"E073", "E085", "E088"}),
    ("a file between", {"deep/notes.txt": b""}, {"E072", "E084", "E085", "E088"}),
    ("a file in extensions", {"extensions/notes.txt": b""}, {"E067", "E112"}),
    ("an extension of nobody", {"extensions/mine/config.json": b"{}"}, {"W016"}),
    ("a layout that is no JSON", {"ocfl_layout.json": b"{"}, {"E070"}),
    (
        "a layout without words",
        {"ocfl_layout.json": b'{"extension":"0002-flat-direct-storage-layout"}'},
        {"E070", "E083"},
    ),
    ("a layout of nobody", {"ocfl_layout.json": b'{"extension":"mine","description":""}'}, {"E071"}),
    ("a layout without its parameter", {f"extensions/{FLAT}/config.json": b"{}"}, {"E083"}),
    ("an object in an object", {"one/inner/0=ocfl_object_1.1": b"ocfl_object_1.1\n"}, {"E001", "E082"}),
]


@pytest.mark.parametrize(("files", "codes"), [row[1:] for row in ROOTS], ids=[row[0] for row in ROOTS])
def test_roots(tmp_path: Path, root: Files, files: Files, codes: set[str]) -> None:
    """Each rule of a storage root has its codes, and no others are given."""
    _write(tmp_path, root | files)
    assert _codes(tmp_path) == codes


def test_a_root_without_declaration(tmp_path: Path, root: Files) -> None:
    """A folder with objects and no declaration is E069 and E076."""
    del root["0=ocfl_1.1"]
    _write(tmp_path, root)
    assert _codes(tmp_path) == {"E069", "E076"}


def test_an_older_root(tmp_path: Path, root: Files) -> None:
    """Objects of 1.1 may not lie in a root of 1.0, whose extensions have a code of their own."""
    del root["0=ocfl_1.1"]
    _write(tmp_path, root | {"0=ocfl_1.0": b"ocfl_1.0\n", "extensions/notes.txt": b""})
    assert _codes(tmp_path) == {"E067", "E081", "E086"}


def test_places(tmp_path: Path, root: Files, build_object: Callable[[str], dict[str, bytes]]) -> None:
    """An object in another place, a second one with the same id, and depths that differ are told."""
    same: Files = {f"deep/other/{path}": data for path, data in build_object("tag:example.org,2026:one").items()}
    _write(tmp_path, root | same)
    assert _codes(tmp_path) == {"E037", "E083", "W014", "W015"}


def test_links_and_pipes(tmp_path: Path, root: Files) -> None:
    """Links of both kinds and what is neither file nor folder are E090, wherever they are, and are not followed."""
    _write(tmp_path, root)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "one" / "v1" / "content" / "loop").symlink_to(tmp_path)
    os.link(tmp_path / "two/v1/content/record.json", tmp_path / "two/v1/content/record.again")
    os.mkfifo(tmp_path / "two" / "v2" / "pipe")
    problems = verify_ocfl(ForeignFolder(tmp_path), subject="root").problems
    assert {problem.path for problem in problems if problem.code == "E090"} == {
        "loop", "one/v1/content/loop", "two/v1/content/record.again", "two/v1/content/record.json", "two/v2/pipe",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"[" * 100_000, {"E033"}),
        (b'{"a":' * 100 + b"1" + b"}" * 100, {"E033"}),
        (b"[" * 200 + b"]" * 200, {"E033"}),
        (b'{"head":' + b"9" * 100_000 + b"}", {"E033"}),
        (b'{"id":"a","id":"a"}', {"E033"}),
        (b'{"id": "a", "versions": {"v1": {"user": {"name": "x", "name": "x"}}}}', {"E033"}),
        (b'{"id":"\\ud800"}', {"E033"}),
        (b"\xef\xbb\xbf{}", {"E033"}),
        (b"\xff", {"E033"}),
        (b'{"id":"' + b"\\\\" * 500_000 + b'"}', {"E036", "E041", "E043", "E044"}),
        (b'{"manifest":{"a":["' + b"a/" * 500_000 + b'a"]}}', {"E036", "E041", "E043", "E044", "E031", "E042"}),
    ],
)
def test_hostile_inventories(tmp_path: Path, root: Files, data: bytes, codes: set[str]) -> None:
    """Huge, deep and ambiguous JSON ends in its code, in short words, and the rest is judged."""
    _write(tmp_path, root | {"one/inventory.json": data})
    problems = verify_ocfl(ForeignFolder(tmp_path), subject="root").problems
    assert codes <= {problem.code for problem in problems if problem.path == "one/inventory.json"}
    assert all(len(problem.message) <= 1100 for problem in problems)
    assert {problem.path.partition("/")[0] for problem in problems} <= {"one", "ocfl_layout.json"}


def test_an_inventory_too_large(tmp_path: Path, root: Files) -> None:
    """An inventory beyond the limit is not called invalid: it was not read, and the verdict says so."""
    _write(tmp_path, root)
    with (tmp_path / "one/v1/inventory.json").open("ab") as file:
        file.truncate(65 * 1024 * 1024)
    report = verify_ocfl(ForeignFolder(tmp_path), subject="root")
    assert [(problem.code, problem.path) for problem in report.problems] == [("", "one/v1/inventory.json")]
    assert report.verdict == "unchecked"


def test_a_path_that_escapes(tmp_path: Path, root: Files) -> None:
    """A content path out of the object is E099 and is never read; an id like one is E083."""
    secret = hashlib.sha512(b"secret").hexdigest()
    (tmp_path / "secret").write_bytes(b"secret")
    value = json.loads(root["one/inventory.json"] or b"")
    value["id"] = "tag:example.org,2026:../../secret"
    value["manifest"][secret] = ["../secret", "v1/content/../../../../secret", "/etc/passwd"]
    data = json.dumps(value).encode()
    for folder in HEAD:
        root |= {f"one/{folder}inventory.json": data, f"one/{folder}inventory.json.sha512": format_sidecar(data)}
    _write(tmp_path / "root", root)
    assert {"E083", "E099", "E100", "E107"} <= _codes(tmp_path / "root")


class _Forbidding(ForeignFolder):
    """A folder in which some parts may not be read, also by root."""

    def parts(self, path: str) -> Iterator[bytes]:
        if path == "one/v1/content/original.txt":
            raise StoreError("permission denied", where=path)
        return super().parts(path)

    def list(self, path: str = "") -> tuple[Node, ...]:
        if path in {"one/v2/content", "three"}:
            raise StoreError("permission denied", where=path)
        return super().list(path)


def test_unreadable_parts(tmp_path: Path, root: Files) -> None:
    """A folder or file that may not be read is a finding, and what is beside it is judged."""
    files: Files = {"two/v1/content/original.txt": b"changed", "three/a": b""}
    _write(tmp_path, root | files)
    problems = verify_ocfl(_Forbidding(tmp_path), subject="root").problems
    unread = {"one/v1/content/original.txt", "one/v2/content", "three"}
    assert {problem.path for problem in problems if problem.is_unread} == unread
    assert ("E092", "two/v1/content/original.txt") in {(problem.code, problem.path) for problem in problems}
    assert {problem.path for problem in problems if problem.path.startswith("three")} == {"three"}


def test_deep_folders(tmp_path: Path, root: Files) -> None:
    """Folders nested beyond what a path can hold end in a finding."""
    _write(tmp_path, root)
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(60):
            Path("d" * 100).mkdir()
            os.chdir("d" * 100)
    finally:
        os.chdir(here)
    problems = verify_ocfl(ForeignFolder(tmp_path), subject="root").problems
    assert any(problem.is_unread and "too long" in problem.message for problem in problems)


PAIRS = [
    (DIRECT, {}, "..hor_rib:lé-$id", "..hor_rib:lé-$id"),
    (HASH_AND_ID, {}, "object-01", "3c0/ff4/240/object-01"),
    (HASH_AND_ID, {}, "..hor/rib:le-$id", "487/326/d8c/%2e%2ehor%2frib%3ale-%24id"),
    (HASH_AND_ID, {"digestAlgorithm": "md5", "tupleSize": 2, "numberOfTuples": 15}, "object-01",
     "ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/object-01"),
    (HASH_AND_ID, {"tupleSize": 0, "numberOfTuples": 0}, "object-01", "object-01"),
    (HASHED_TUPLES, {}, "object-01",
     "3c0/ff4/240/3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4"),
    (HASHED_TUPLES, {"digestAlgorithm": "md5", "tupleSize": 2, "numberOfTuples": 15, "shortObjectRoot": True},
     "object-01", "ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/4e"),
    (HASHED_TUPLES, {"tupleSize": 0, "numberOfTuples": 0}, "object-01",
     "3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4"),
    (OMIT_PREFIX, {"delimiter": ":"}, "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
     "6e8bc430-9c3a-11d9-9669-0800200c9a66"),
    (OMIT_PREFIX, {"delimiter": "edu/"}, "https://institution.edu/abc/EDU/f8.05v", "f8.05v"),
    (OMIT_PREFIX, {"delimiter": "info:"}, "https://example.org/info:/12345/x54xz321/s3/f8.05v",
     "/12345/x54xz321/s3/f8.05v"),
    (OMIT_PREFIX_TUPLES, {"tupleSize": 4, "numberOfTuples": 2, "reverseObjectRoot": True}, "namespace:12887296",
     "6927/8821/12887296"),
    (OMIT_PREFIX_TUPLES, {"tupleSize": 4, "numberOfTuples": 2, "reverseObjectRoot": True},
     "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", "66a9/c002/6e8bc430-9c3a-11d9-9669-0800200c9a66"),
    (OMIT_PREFIX_TUPLES, {"tupleSize": 4, "numberOfTuples": 2, "reverseObjectRoot": True}, "abc123",
     "321c/ba00/abc123"),
    (OMIT_PREFIX_TUPLES, {"zeroPadding": "right"}, "a:12", "120/000/000/12"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "config", "identifier", "path"), PAIRS)
def test_published_mappings(name: str, config: dict[str, Any], identifier: str, path: str) -> None:
    """Each layout maps the identifiers of its description as it says there."""
    place = make_layout(name, {"extensionName": name, **config})
    assert place is not None
    assert place(identifier) == path


@pytest.mark.parametrize(
    ("name", "config"),
    [
        (HASH_AND_ID, {"tupleSize": 33}),
        (HASH_AND_ID, {"tupleSize": True}),
        (HASH_AND_ID, {"tupleSize": 0}),
        (HASH_AND_ID, {"tupleSize": 32, "numberOfTuples": 3}),
        (HASH_AND_ID, {"digestAlgorithm": "crc32"}),
        (HASH_AND_ID, {"digestAlgorithm": []}),
        (HASH_AND_ID, {"extensionName": DIRECT}),
        (HASHED_TUPLES, {"shortObjectRoot": 1}),
        (HASHED_TUPLES, {"shortObjectRoot": True, "tupleSize": 32, "numberOfTuples": 2}),
        (OMIT_PREFIX, {}),
        (OMIT_PREFIX, {"delimiter": ""}),
        (OMIT_PREFIX_TUPLES, {"zeroPadding": "both"}),
        (OMIT_PREFIX_TUPLES, {"tupleSize": 0, "numberOfTuples": 0}),
    ],
)
def test_parameters_that_no_layout_allows(name: str, config: dict[str, Any]) -> None:
    """Parameters beyond the limits of a layout are refused."""
    with pytest.raises(FormatError):
        make_layout(name, config)


def test_identifiers_without_a_place() -> None:
    """An identifier that ends with the delimiter, or is not ASCII where it must be, has no path."""
    for name, identifier in ((OMIT_PREFIX, "a:"), (OMIT_PREFIX_TUPLES, "a:é")):
        place = make_layout(name, {"delimiter": ":"})
        assert place is not None
        with pytest.raises(FormatError):
            place(identifier)
    assert make_layout("0010-differential-n-tuple-omit-prefix-storage-layout", {}) is None


def _own(files: Files, change: Callable[[dict[str, Any]], None], *folders: str) -> Files:
    """Change inventories, and renew their sidecars."""
    for folder in folders or HEAD:
        value = json.loads(files[f"{folder}inventory.json"] or b"")
        change(value)
        data = json.dumps(value).encode()
        files |= {f"{folder}inventory.json": data, f"{folder}inventory.json.sha512": format_sidecar(data)}
    return files


def _all_in_sha256(value: dict[str, Any]) -> None:
    value["digestAlgorithm"] = "sha256"


def _rename_folder(value: dict[str, Any]) -> None:
    value["manifest"] = {d: [p.replace("v1/content", "v1/stuff") for p in ps] for d, ps in value["manifest"].items()}


def _pad(value: dict[str, Any]) -> None:
    value["manifest"] = {d: [p.replace("v1/", "v001/") for p in ps] for d, ps in value["manifest"].items()}


def _backslashes(value: dict[str, Any]) -> None:
    value["manifest"] = {d: [p.replace("/", "\\") for p in ps] for d, ps in value["manifest"].items()}


OBJECTS: dict[str, Callable[[Files], Files]] = {
    "E002 E004 E005": lambda files: files | {"ocfl_object_1.1": b"ocfl_object_1.1\n"},
    "E006": lambda files: files | {"0=ocfl_object_2.0": b""},
    "E009 E105": lambda files: _own(files, lambda value: value["versions"].update(v0={})),
    "E012": lambda files: _own(files, lambda value: value["versions"].update(v04={})),
    "E014": lambda files: _own(files, _pad),
    "E016": lambda files: {path: data for path, data in files.items() if not path.startswith("v1/content")},
    "E018": lambda files: _own(files, lambda value: value.update(contentDirectory="..")),
    "E020": lambda files: _own(files, lambda value: value.update(contentDirectory="content"), "v1/"),
    "E021": lambda files: _own(files, _rename_folder),
    "E024 W003": lambda files: files | {"v3/content/empty": None, "v3/content/original.txt": None},
    "E026 E056": lambda files: _own(files, lambda value: value.update(fixity={"crc32": {}})),
    "E029 E057": lambda files: _own(
        files, lambda value: value.update(fixity={"sha1": {"x": ["v1/content/record.json"]}})
    ),
    "E032": lambda files: _own(files, lambda value: value.update(fixity={"blake2b-512": {"x": ["v1/content/a"]}})),
    "E030 E039": lambda files: _own(files, _all_in_sha256),
    "E034": lambda files: {path.replace("inventory.json", "Inventory.json"): data for path, data in files.items()},
    "E035": lambda files: _own(files, _backslashes),
    "E038": lambda files: _own(files, lambda value: value.update(type="https://ocfl.io/1.0/spec/#inventory")),
    "E042": lambda files: _own(files, _pad),
    "E048": lambda files: _own(files, lambda value: value["versions"]["v3"].pop("created")),
    "E043 E044": lambda files: _own(files, lambda value: value.pop("versions")),
    "E045": lambda files: _own(files, lambda value: value.update(versions=[])),
    "E047": lambda files: _own(files, lambda value: value["versions"].update(v3=[])),
    "E051": lambda files: _own(files, lambda value: value["versions"]["v3"]["state"].update({"0" * 128: "x"})),
    "E055 E102": lambda files: _own(files, lambda value: value.update(Fixity={})),
    "E059": lambda files: _own(files, lambda value: value.update(digestAlgorithm="sha256")),
    "E094": lambda files: _own(files, lambda value: value["versions"]["v3"].update(message=1)),
    "E098": lambda files: _own(files, lambda value: value["manifest"].update({"0" * 128: 1})),
    "E104": lambda files: _own(files, lambda value: value["versions"].update({"4": {}})),
    "E106": lambda files: _own(files, lambda value: value.update(manifest=[])),
    "E108": lambda files: _own(files, lambda value: value.update(contentDirectory="")),
    "E110": lambda files: _own(files, lambda value: value.update(id="urn:other"), "v1/"),
    "E111": lambda files: _own(files, lambda value: value.update(fixity=[])),
}


@pytest.mark.parametrize("codes", OBJECTS)
def test_objects(tmp_path: Path, object_files: dict[str, bytes], codes: str) -> None:
    """Each of the rarer rules of an object has its code."""
    _write(tmp_path, OBJECTS[codes](dict(object_files)))
    assert set(codes.split()) <= _codes(tmp_path)


def test_every_code_is_given_or_explained(vectors: Callable[[str], Path]) -> None:
    """Each code of OCFL 1.0 and 1.1 is that of a case here, or of an official object, or cannot be broken by bytes."""
    here = {code for codes in OBJECTS for code in codes.split()}
    here |= {code for _, _, codes in ROOTS for code in codes}
    here |= {"E037", "E069", "E076", "E081", "E086", "E083", "E090", "W014", "W015", "E031", "E033"}
    kinds = [vectors("ocfl") / version / f"{kind}-objects" for version in ("1.0", "1.1") for kind in ("bad", "warn")]
    official = {part for kind in kinds for path in kind.iterdir() for part in path.name.split("_") if part in RULES}
    assert RULES.keys() - here - official - NOT_BROKEN.keys() == set()
    assert (here | official) & NOT_BROKEN.keys() == set()
    assert here | official | NOT_BROKEN.keys() == RULES.keys()
