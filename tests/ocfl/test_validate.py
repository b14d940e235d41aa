"""Tests of muniment.ocfl.validate, with structure and prior."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.ocfl.inventory import format_sidecar
from muniment.ocfl.validate import validate_object
from muniment.store import MemoryStore
from muniment.store.read_only import ForeignFolder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = ("", "v3/")


def _problems(files: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in validate_object(MemoryStore(files), "")]


def _codes(files: dict[str, bytes]) -> set[str]:
    return {code for code, _ in _problems(files)}


def _rewrite(
    files: dict[str, bytes], folders: tuple[str, ...], change: Callable[[dict[str, Any]], None]
) -> dict[str, bytes]:
    """Change inventories, and renew their sidecars."""
    changed = dict(files)
    for folder in folders:
        value = json.loads(files[f"{folder}inventory.json"])
        change(value)
        data = json.dumps(value).encode()
        changed |= {f"{folder}inventory.json": data, f"{folder}inventory.json.sha512": format_sidecar(data)}
    return changed


def _without(files: dict[str, bytes], prefix: str) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if not path.startswith(prefix)}


@pytest.mark.parametrize("kind", ["good-objects", "warn-objects", "bad-objects"])
@pytest.mark.parametrize("specification", ["1.0", "1.1"])
def test_official_objects(vectors: Callable[[str], Path], specification: str, kind: str) -> None:
    """Good objects are clean, warn objects have just their warnings, bad objects every error in their name."""
    folder = vectors("ocfl") / specification / kind
    objects = sorted(path.name for path in folder.iterdir())
    assert len(objects) >= 10
    for name in objects:
        problems = validate_object(ForeignFolder(folder), name)
        errors = {problem.code for problem in problems if problem.is_error}
        warnings = {problem.code for problem in problems if not problem.is_error}
        named = set(re.findall(r"[EW][0-9]{3}(?=_)", name))
        if kind == "bad-objects":
            assert named <= errors, name
        else:
            assert (errors, warnings) == (set(), named), name


def test_own_object_is_clean(object_files: dict[str, bytes]) -> None:
    """What this archive writes has neither errors nor warnings, at the top of a store or below."""
    assert validate_object(MemoryStore(object_files), "") == ()
    below = {f"releases/a/{path}": data for path, data in object_files.items()}
    assert validate_object(MemoryStore(below), "releases/a") == ()


def test_every_changed_file_is_found(object_files: dict[str, bytes]) -> None:
    """A byte more in any file of an object is an error."""
    for path, data in object_files.items():
        problems = validate_object(MemoryStore(object_files | {path: data + b"x"}), "")
        assert any(problem.is_error for problem in problems), path


def test_every_missing_file_is_found(object_files: dict[str, bytes]) -> None:
    """A file less is an error, or, for the inventory of a version, a warning."""
    for path in object_files:
        problems = _problems({name: data for name, data in object_files.items() if name != path})
        assert problems, path


@pytest.mark.parametrize(
    ("path", "data", "problem"),
    [
        ("notes.txt", b"", ("E001", "notes.txt")),
        ("inventory.json.sig", b"", ("E001", "inventory.json.sig")),
        ("folder/a", b"", ("E001", "folder")),
        ("v4", b"", ("E001", "v4")),
        ("0=ocfl_object_1.0", b"ocfl_object_1.0\n", ("E003", "")),
        ("0=ocfl_object_2.0", b"ocfl_object_2.0\n", ("E006", "0=ocfl_object_2.0")),
        ("0=ocfl_object_1.1", b"ocfl_object_1.1", ("E007", "0=ocfl_object_1.1")),
        ("0=ocfl_object_1.1", b"ocfl_object_1.1\r\n", ("E007", "0=ocfl_object_1.1")),
        ("v5/a", b"", ("E010", "")),
        ("v4/a", b"", ("E046", "v4")),
        ("v2/record.sig", b"", ("E015", "v2/record.sig")),
        ("v2/signatures/a", b"", ("W002", "v2/signatures")),
        ("v2/content/extra", b"", ("E023", "v2/content/extra")),
        ("extensions/a", b"", ("E067", "extensions/a")),
        ("extensions/unknown/a", b"", ("W013", "extensions/unknown")),
        ("v2/content/record.json", b"", ("E092", "v2/content/record.json")),
        ("inventory.json.sha512", b"", ("E061", "inventory.json.sha512")),
        ("inventory.json.sha512", b" " * 5000, ("E061", "inventory.json.sha512")),
        ("inventory.json.sha512", b"0" * 128 + b" inventory.json\n", ("E060", "inventory.json.sha512")),
        ("inventory.json", b"{", ("E033", "inventory.json")),
        ("inventory.json", "{}".encode("utf-16"), ("E033", "inventory.json")),
        ("inventory.json", b'{"id":"a","id":"b"}', ("E033", "inventory.json")),
        ("inventory.json", b" " * (16 * 1024 * 1024 + 1), ("E033", "inventory.json")),
        ("v1/inventory.json", b"{", ("E033", "v1/inventory.json")),
    ],
)
def test_added_or_replaced_files(
    object_files: dict[str, bytes], path: str, data: bytes, problem: tuple[str, str]
) -> None:
    """Each file that may not be there, or holds something else, is named with its code."""
    assert problem in _problems(object_files | {path: data})


@pytest.mark.parametrize("path", ["logs/a", "extensions/0001-digest-algorithms/a"])
def test_folders_that_others_may_add(object_files: dict[str, bytes], path: str) -> None:
    """Logs and registered extensions draw neither errors nor warnings."""
    assert _problems(object_files | {path: b""}) == []


@pytest.mark.parametrize(
    ("prefix", "problem"),
    [
        ("0=", ("E003", "")),
        ("inventory.json", ("E063", "inventory.json")),
        ("inventory.json.sha512", ("E058", "inventory.json")),
        ("v1/inventory.json.sha512", ("E058", "v1/inventory.json")),
        ("v1/inventory.json", ("W010", "v1")),
        ("v2", ("E046", "v2")),
        ("v1/content", ("E092", "v1/content/record.json")),
    ],
)
def test_missing_files(object_files: dict[str, bytes], prefix: str, problem: tuple[str, str]) -> None:
    """Each file that must be there, and is not, is named with its code."""
    assert problem in _problems(_without(object_files, prefix))


def test_nothing_is_no_object() -> None:
    """An empty or absent folder lacks declaration and inventory."""
    assert _problems({}) == [("E003", ""), ("E063", "inventory.json")]


def _content_directory(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda value: value.update(contentDirectory=name)


@pytest.mark.parametrize(
    ("folders", "change", "codes"),
    [
        (HEAD, lambda value: value.update(type="https://ocfl.io/1.0/spec/#inventory"), {"E038", "E103"}),
        (("v2/",), lambda value: value.update(type="https://ocfl.io/1.0/spec/#inventory"), {"E103"}),
        (("v1/",), lambda value: value.update(type="https://ocfl.io/1.0/spec/#inventory"), set()),
        (("v3/",), lambda value: value.update(head="v3"), {"E064"}),
        (("v2/",), lambda value: value.update(id="urn:other"), {"E037", "E110"}),
        (("v2/",), lambda value: value.update(head="v1"), {"E040"}),
        (HEAD, _content_directory("content"), {"E019"}),
        (("v1/",), _content_directory("content"), {"E020"}),
        (("", "v2/", "v3/"), _content_directory("content"), {"E019"}),
        (("v1/",), lambda value: value["versions"]["v1"].update(message="other"), {"W011"}),
        (("v1/",), lambda value: value["versions"]["v1"]["user"].update(name="other"), {"W011"}),
        (("v2/",), lambda value: value["versions"].update(v9={}), {"E010", "E040", "E048", "E066", "W007"}),
        (HEAD, lambda value: value.update(digestAlgorithm="sha0"), {"E001", "E015", "E025", "E058", "E059"}),
        (HEAD, lambda value: value.update(digestAlgorithm="../sha512"), {"E001", "E015", "E025", "E058", "E059"}),
        (HEAD, lambda value: value["versions"].pop("v2"), {"E010", "E046", "E107", "E042"}),
    ],
)
def test_inventories_that_disagree(
    object_files: dict[str, bytes],
    folders: tuple[str, ...],
    change: Callable[[dict[str, Any]], None],
    codes: set[str],
) -> None:
    """Inventories in version directories are held against the newest one."""
    assert _codes(_rewrite(object_files, folders, change)) == codes


def test_changed_state_of_an_old_version(object_files: dict[str, bytes]) -> None:
    """An old inventory with other files than the newest one says is E066."""

    def rename(value: dict[str, Any]) -> None:
        state = value["versions"]["v1"]["state"]
        first = next(iter(state))
        state[first] = ["renamed"]

    assert _problems(_rewrite(object_files, ("v1/",), rename)) == [("E066", "v1/inventory.json")]


def test_old_manifest_that_leaves_a_file_out(object_files: dict[str, bytes]) -> None:
    """An old inventory must list the files of its version that the newest one lists."""

    def forget(value: dict[str, Any]) -> None:
        digest = hashlib.sha512(b"note").hexdigest()
        del value["manifest"][digest]
        del value["versions"]["v2"]["state"][digest]

    problems = _problems(_rewrite(object_files, ("v2/",), forget))
    assert problems == [("E066", "v2/inventory.json"), ("E023", "v2/inventory.json")]


def test_fixity_is_checked(object_files: dict[str, bytes]) -> None:
    """Values of a fixity block must be right, in the algorithms that are known; others are passed over."""
    path = "v1/content/record.json"
    right = hashlib.md5(b"{1}", usedforsecurity=False).hexdigest()

    def fixity(block: dict[str, Any]) -> dict[str, bytes]:
        return _rewrite(object_files, HEAD, lambda value: value.update(fixity=block))

    assert _problems(fixity({"md5": {right: [path]}, "size": {"99": [path]}})) == []
    assert _problems(fixity({"md5": {"0" * 32: [path]}})) == [("E093", path)]
    assert _problems(fixity({"md5": {right: ["v1/content/x"]}})) == [("E093", "v1/content/x")]
    assert ("E099", "inventory.json") in _problems(fixity({"md5": {right: ["v1/content/../../../x"]}}))


def test_other_algorithm_in_an_old_version(object_files: dict[str, bytes]) -> None:
    """States in two algorithms are compared by where their content lies."""

    def to_sha256(value: dict[str, Any]) -> None:
        new = {
            digest: hashlib.sha256(object_files[paths[0]]).hexdigest() for digest, paths in value["manifest"].items()
        }
        value["digestAlgorithm"] = "sha256"
        value["manifest"] = {new[digest]: paths for digest, paths in value["manifest"].items()}
        for block in value["versions"].values():
            block["state"] = {new[digest]: paths for digest, paths in block["state"].items()}

    def renamed(value: dict[str, Any]) -> None:
        to_sha256(value)
        state = value["versions"]["v1"]["state"]
        state[next(iter(state))] = ["renamed"]

    def with_sidecar(files: dict[str, bytes]) -> dict[str, bytes]:
        digest = hashlib.sha256(files["v1/inventory.json"]).hexdigest()
        del files["v1/inventory.json.sha512"]
        return files | {"v1/inventory.json.sha256": f"{digest} inventory.json\n".encode()}

    assert _codes(with_sidecar(_rewrite(object_files, ("v1/",), to_sha256))) == {"W004"}
    assert _codes(with_sidecar(_rewrite(object_files, ("v1/",), renamed))) == {"W004", "E066"}


def test_sidecar_in_an_algorithm_that_is_not_known(object_files: dict[str, bytes]) -> None:
    """With an algorithm that nobody knows, the sidecar has its place and is not judged."""
    files = _rewrite(object_files, HEAD, lambda value: value.update(digestAlgorithm="sha0"))
    for folder in HEAD:
        files[f"{folder}inventory.json.sha0"] = files.pop(f"{folder}inventory.json.sha512")
    assert _problems(files) == [("E025", "inventory.json")]


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(["", "v1", "v2", "a/../b", "sha256", "\0"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["md5", "v1", "v2", "name", "0" * 32, "state"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(value=_json, data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_inventory_upsets_the_validator(object_files: dict[str, bytes], value: Any, data: st.DataObject) -> None:  # noqa: ANN401 - any JSON
    """Whatever stands anywhere in an inventory, the object is judged and nothing is raised."""

    def change(top: dict[str, Any]) -> None:
        here: Any = top
        while True:
            key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            if not isinstance(here[key], (dict, list)) or not here[key] or data.draw(st.booleans()):
                break
            here = here[key]
        here[key] = value

    folders = data.draw(st.sampled_from([HEAD, ("v1/",), ("v2/",)]))
    assert _problems(_rewrite(object_files, folders, change)) is not None


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


@pytest.mark.parametrize(
    "path", ["inventory.json", "v1/inventory.json.sha512", "v1/content/record.json", "v2/content/notes"]
)
def test_links_are_named(tmp_path: Path, object_files: dict[str, bytes], path: str) -> None:
    """A symbolic link in place of a file or folder is E090, even when it leads to the same bytes."""
    _write(tmp_path, object_files)
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    (tmp_path / path).rename(outside)
    (tmp_path / path).symlink_to(outside)
    problems = [(problem.code, problem.path) for problem in validate_object(ForeignFolder(tmp_path), "")]
    assert ("E090", path) in problems


def test_link_beside_extensions(tmp_path: Path, object_files: dict[str, bytes]) -> None:
    """A link among the extensions is E090 too."""
    _write(tmp_path, object_files)
    (tmp_path / "extensions").mkdir()
    (tmp_path / "extensions" / "a").symlink_to(tmp_path)
    problems = validate_object(ForeignFolder(tmp_path), "")
    assert [(problem.code, problem.path) for problem in problems] == [("E090", "extensions/a")]


def test_empty_folders(tmp_path: Path, object_files: dict[str, bytes]) -> None:
    """An empty folder below content is E024; a content directory without files W003."""
    _write(tmp_path, object_files)
    (tmp_path / "v3" / "content" / "empty").mkdir()
    assert [(p.code, p.path) for p in validate_object(ForeignFolder(tmp_path), "")] == [("E024", "v3/content/empty")]
    (tmp_path / "v3" / "content" / "original.txt").unlink()
    assert [(p.code, p.path) for p in validate_object(ForeignFolder(tmp_path), "")] == [
        ("E024", "v3/content/empty"),
        ("W003", "v3/content"),
        ("E092", "v3/content/original.txt"),
    ]
