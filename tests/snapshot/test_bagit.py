from __future__ import annotations

from pathlib import Path

import bagit
import pytest

from muniment.snapshot.bagit import bag_files, check_bag

PAYLOAD = {"b.txt": b"two\n", "sub/a.txt": "été\n".encode()}
BAG = bag_files(PAYLOAD, [("External-Identifier", "ni:///x"), ("Bagging-Date", "2026-11-22")])


def faults(files: dict[str, bytes]) -> list[tuple[str, str]]:
    """Where and what of each fault."""
    return [(fault.where, fault.what) for fault in check_bag(files)]


def test_files_of_a_bag() -> None:
    """A bag has its declaration, information with the right Oxum, and two sorted manifests."""
    assert sorted(BAG) == [
        "bag-info.txt",
        "bagit.txt",
        "data/b.txt",
        "data/sub/a.txt",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    ]
    assert BAG["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    assert BAG["bag-info.txt"] == b"External-Identifier: ni:///x\nBagging-Date: 2026-11-22\nPayload-Oxum: 10.2\n"
    assert BAG["manifest-sha256.txt"] == (
        b"27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a  data/b.txt\n"
        b"ac68ea8c75b70bbdab368d1d15defd92dbac45088a633fe8bab3355cb895dd77  data/sub/a.txt\n"
    )


def test_bagit_accepts_the_bag(tmp_path: Path) -> None:
    """The Library of Congress' implementation finds the bag valid."""
    write(tmp_path, BAG)
    bag = bagit.Bag(str(tmp_path))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info == {"External-Identifier": "ni:///x", "Bagging-Date": "2026-11-22", "Payload-Oxum": "10.2"}


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Lay a bag out in a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def test_a_good_bag_has_no_faults() -> None:
    """What is written is accepted."""
    assert faults(BAG) == []


def test_every_changed_byte_is_found_and_its_file_named() -> None:
    """Any byte that is changed in any file is a fault of that file."""
    for path, data in BAG.items():
        for position in range(len(data)):
            changed = bytearray(data)
            changed[position] ^= 1
            found = faults({**BAG, path: bytes(changed)})
            # A digest that was changed in a manifest looks as if its file were.
            assert found if path.endswith("manifest-sha256.txt") else path in [where for where, _ in found]


@pytest.mark.parametrize("path", sorted(BAG))
def test_a_missing_file_is_found(path: str) -> None:
    """Every file of a bag is needed, and named when it is missing."""
    rest = {name: data for name, data in BAG.items() if name != path}
    assert path in [where for where, _ in faults(rest)]


@pytest.mark.parametrize("path", ["data/more.txt", "more.txt", "manifest-md5.txt"])
def test_an_unlisted_file_is_found(path: str) -> None:
    """A file that no manifest lists is a fault."""
    name = "manifest-sha256.txt" if path.startswith("data/") else "tagmanifest-sha256.txt"
    assert (path, f"{name} does not list the file") in faults({**BAG, path: b""})


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"  ", b" *"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.rstrip(b"\n"),
        lambda data: data + data,
        lambda data: b"".join(reversed(data.splitlines(keepends=True))),
        lambda data: data.upper(),
        lambda data: data + b"\n",
        lambda data: b"\xff" + data,
        lambda data: data.replace(b"b.txt", b"b%0A.txt"),
    ],
)
def test_a_manifest_has_one_form(change: object) -> None:
    """Other blanks, line ends, orders or cases are refused, though some tools take them."""
    assert callable(change)
    found = faults({**BAG, "manifest-sha256.txt": change(BAG["manifest-sha256.txt"])})
    assert ("manifest-sha256.txt", "not a manifest in its one form") in found


def test_a_wrong_oxum_is_found() -> None:
    """The Oxum must be right and stand once, though the manifests hold."""
    for info in (b"Payload-Oxum: 11.2\n", b"Payload-Oxum: 10.2\nPayload-Oxum: 10.2\n", b"Bagging-Date: 2026\n"):
        assert ("bag-info.txt", "not the Payload-Oxum") in faults({**BAG, "bag-info.txt": info})
    for info in (b"Payload-Oxum:10.2\n", b"Payload-Oxum: 10.2", b"Payload-Oxum: 10.2\n more\n", b"\xff\n"):
        assert ("bag-info.txt", "not bag information") in faults({**BAG, "bag-info.txt": info})
