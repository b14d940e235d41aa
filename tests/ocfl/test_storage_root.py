"""Tests of muniment.ocfl.storage_root."""

from __future__ import annotations

import json

import pytest

from muniment.errors import FormatError, InputError
from muniment.ocfl.storage_root import FLAT, HASHED, LAYOUTS, layout_of, parse_layout, root_files


def test_root_files_of_the_flat_layout() -> None:
    """The storage root declares OCFL 1.1, its layout and the layout's parameters."""
    files = root_files(FLAT)
    assert sorted(files) == [
        "0=ocfl_1.1",
        "extensions/0006-flat-omit-prefix-storage-layout/config.json",
        "ocfl_layout.json",
    ]
    assert files["0=ocfl_1.1"] == b"ocfl_1.1\n"
    assert (
        files["extensions/0006-flat-omit-prefix-storage-layout/config.json"]
        == b'{\n  "delimiter": ":",\n  "extensionName": "0006-flat-omit-prefix-storage-layout"\n}\n'
    )
    assert json.loads(files["ocfl_layout.json"]).keys() == {"extension", "description"}


def test_root_files_of_the_hashed_layout() -> None:
    """Defaults of extension 0003 are written out."""
    files = root_files(HASHED)
    assert json.loads(files["extensions/0003-hash-and-id-n-tuple-storage-layout/config.json"]) == {
        "extensionName": "0003-hash-and-id-n-tuple-storage-layout",
        "digestAlgorithm": "sha256",
        "tupleSize": 3,
        "numberOfTuples": 3,
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_is_read_back(layout: str) -> None:
    """The layout that a root was made with is the one that is read from it."""
    files = root_files(layout)
    assert parse_layout(files["ocfl_layout.json"]) == layout
    assert layout_of(files.__getitem__) == layout


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_changed_file_of_the_root_is_seen(layout: str) -> None:
    """A byte more in any file of the root is an error that names the file."""
    files = root_files(layout)
    for path in files:
        changed = files | {path: files[path] + b" "}
        with pytest.raises(FormatError, match="not in the form this archive writes") as caught:
            layout_of(changed.__getitem__)
        assert caught.value.where == path


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "OCFL E070: not JSON"),
        (b'{"extension":"a","extension":"b","description":""}', "OCFL E070: a key stands twice"),
        (b"[]", "OCFL E070: not a layout declaration"),
        (b'{"extension":"0006-flat-omit-prefix-storage-layout"}', "OCFL E070: not a layout declaration"),
        (b'{"description":"","extension":"0002-flat-direct-storage-layout"}', "OCFL E071: "),
        (b'{"description":"","extension":["a"]}', "OCFL E071: "),
        (
            b'{"description":"","extension":"0006-flat-omit-prefix-storage-layout"}',
            "not in the form this archive writes",
        ),
    ],
)
def test_other_layout_files_are_refused(data: bytes, fault: str) -> None:
    """A layout file that is not one of the two is refused, by its code where OCFL forbids it."""
    with pytest.raises(FormatError, match=fault):
        parse_layout(data)


def test_unknown_layout_has_no_files() -> None:
    """No root is made with a layout that this archive does not know."""
    with pytest.raises(InputError, match="unknown storage layout"):
        root_files("0004-hashed-n-tuple-storage-layout")
