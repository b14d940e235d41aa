"""ocfl-py judges what this room writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.ocfl.storage_root import FLAT, HASHED, LAYOUTS, object_path, object_uri, root_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RELEASES = ("kz-events-2022-01", "statement-2")


@pytest.fixture(scope="module")
def ocfl() -> Any:  # noqa: ANN401 - a package without types
    """The package ocfl-py."""
    module = pytest.importorskip("ocfl", reason="ocfl-py is not installed")
    pytest.importorskip("ocfl.validator", reason="ocfl-py is not installed")
    return module


@pytest.fixture
def make_root(tmp_path: Path, build_object: Callable[[str], dict[str, bytes]]) -> Callable[[str], Path]:
    """Write a storage root with two objects to disk."""

    def make(layout: str) -> Path:
        root = tmp_path / "releases"
        files = dict(root_files(layout))
        for release in RELEASES:
            uri = object_uri("archive.example.org", 2026, release)
            folder = object_path(layout, uri)
            files |= {f"{folder}/{path}": data for path, data in build_object(uri).items()}
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        return root

    return make


@pytest.mark.parametrize("layout", LAYOUTS)
def test_objects_are_valid_without_warning(ocfl: Any, make_root: Callable[[str], Path], layout: str) -> None:  # noqa: ANN401 - as above
    """An independent validator finds no error and nothing to warn of in any object."""
    root = make_root(layout)
    for release in RELEASES:
        folder = object_path(layout, object_uri("archive.example.org", 2026, release))
        validator = ocfl.validator.Validator(log_warnings=True)
        assert validator.validate_object(str(root / folder)) is True
        assert validator.log.messages == []
        assert validator.log.num_warnings == 0


def _judge_root(ocfl: Any, root: Path) -> tuple[bool, int, int, list[object], list[object]]:  # noqa: ANN401 - as above
    storage_root = ocfl.StorageRoot(root=str(root))
    valid = storage_root.validate(log_warnings=True)
    return (
        valid,
        storage_root.num_objects,
        storage_root.good_objects,
        storage_root.errors,
        storage_root.log.messages,
    )


def test_hashed_root_is_valid_as_it_is(ocfl: Any, make_root: Callable[[str], Path]) -> None:  # noqa: ANN401 - as above
    """A storage root in layout 0003 is valid with its layout declaration, and its objects are found by it."""
    root = make_root(HASHED)
    assert _judge_root(ocfl, root) == (True, 2, 2, [], [])
    storage_root = ocfl.StorageRoot(root=str(root))
    storage_root.open_root_fs()
    storage_root.check_root_structure()
    uri = object_uri("archive.example.org", 2026, RELEASES[0])
    assert storage_root.object_path(uri) == object_path(HASHED, uri)


def test_flat_root_is_valid_without_its_layout(ocfl: Any, make_root: Callable[[str], Path]) -> None:  # noqa: ANN401 - as above
    """A storage root in layout 0006 is valid once the declaration, which ocfl-py does not know, is taken away."""
    root = make_root(FLAT)
    (root / "ocfl_layout.json").unlink()
    (root / "extensions" / FLAT / "config.json").unlink()
    (root / "extensions" / FLAT).rmdir()
    (root / "extensions").rmdir()
    assert _judge_root(ocfl, root) == (True, 2, 2, [], [])
