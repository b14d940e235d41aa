"""Every file of an archive spoilt in every way, and every field that nobody signed forged: each command ends well."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.attacks.hands import READING, judge, lay, read, run, tree
from tests.conftest import ORIGIN
from tests.verify.forge import failed, pieces, rebuilt, signed

from muniment.archive import open_archive
from muniment.archive.paths import UNFINISHED
from muniment.archive.unfinished import Marker, Promise, promise, sign_marker
from muniment.canonical import format_canonical
from muniment.digest import sha256_hex, sha512_hex
from muniment.errors import FormatError
from muniment.log.merkle import EMPTY_ROOT
from muniment.record import Change, Emendation, read_record, record_as_json
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys
from muniment.write.recover import recover
from muniment.write.version import Keys

STRANGER = PrivateKey.from_seed(bytes([99]) * 32)

WAYS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b"\n",
    "noise": lambda _: b"\x1b[2J\xff\x00" * 9,
    "upper case": lambda data: data.upper(),
    "reversed": lambda data: data[::-1],
    "line ends": lambda data: data.replace(b"\n", b"\r\n") + b"\r\n",
    "null": lambda _: b"null",
    "deep": lambda _: b"[" * 100_000,
}


def test_every_file_in_every_way(small_archive: MemoryStore, folder: Path) -> None:
    """``verify`` fails whichever file is spoilt however, and no reading command ends in a fault of ours."""
    turn = count()
    for path, data in small_archive.files.items():
        others = [other for other in small_archive.files.values() if other != data]
        ways = (*(spoil(data) for spoil in WAYS.values()), others[len(path) % len(others)])
        # A hash without a small letter in it is its own upper case.
        for spoilt in (way for way in ways if way != data):
            (folder / path).write_bytes(spoilt)
            assert read(folder, "verify").exit_code in {1, 3}, path
            read(folder, *READING[next(turn) % len(READING)])
        (folder / path).unlink()
        assert read(folder, "verify").exit_code in {1, 3}, path
        read(folder, *READING[next(turn) % len(READING)])
        (folder / path).write_bytes(data)
    assert read(folder, "verify").exit_code == 0


def _paths(new: str) -> Callable[[dict[str, Any]], None]:
    def change(inventory: dict[str, Any]) -> None:
        for paths in inventory["manifest"].values():
            paths[:] = [new if path.endswith("original.txt") else path for path in paths]

    return change


def _names(new: str) -> Callable[[dict[str, Any]], None]:
    def change(inventory: dict[str, Any]) -> None:
        for version in inventory["versions"].values():
            for paths in version["state"].values():
                paths[:] = [new if path == "original.txt" else path for path in paths]

    return change


INVENTORIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "parent": _paths("../../../../../../../../etc/passwd"),
    "absolute": _paths("/etc/passwd"),
    "parent below": _paths("v1/content/../../../tide/v1/content/original.txt"),
    "another release": _paths("../tide/v1/content/original.txt"),
    "drive": _paths("C:/x"),
    "backslash": _paths("v1\\content\\original.txt"),
    "line feed": _paths("v1/content/a\nb"),
    "escape": _paths("v1/content/\x1b[31m"),
    "override": _paths("v1/content/\u202etxt"),
    "NUL": _paths("v1/content/a\0b"),
    "option": _paths("v1/content/-rf"),
    "the record for the original": _paths("v1/content/record.json"),
    "another name": _names("original.html"),
    "a hostile name": _names("\x1b[31m"),
    "a name upwards": _names("../../original.txt"),
    "contentDirectory upwards": lambda i: i.update(contentDirectory="../../.."),
    "contentDirectory elsewhere": lambda i: i.update(contentDirectory="log"),
    "contentDirectory empty": lambda i: i.update(contentDirectory=""),
    "head beyond": lambda i: i.update(head="v9"),
    "head zero": lambda i: i.update(head="v0"),
    "head upwards": lambda i: i.update(head="../v1"),
    "head of 5,000 digits": lambda i: i.update(head="v" + "9" * 5000),
    "head with an escape": lambda i: i.update(head="\x1b[31m"),
    "one version less": lambda i: (i["versions"].pop("v2"), i.update(head="v1")),
    "no version": lambda i: i.update(versions={}),
    "versions from v0": lambda i: i["versions"].update(v0=i["versions"]["v1"]),
    "no manifest": lambda i: i.update(manifest={}),
    "another id": lambda i: i.update(id="x\x1b"),
    "another algorithm": lambda i: i.update(digestAlgorithm="md5"),
    "another type": lambda i: i.update(type="https://ocfl.io/2.0/spec/#inventory"),
    "a hostile message": lambda i: i["versions"]["v1"].update(message="\x1b]0;owned\x07\u202e"),
    "a hostile user": lambda i: i["versions"]["v1"].update(user={"name": "\x1b", "address": "mailto:\x1b"}),
    "a digest twice": lambda i: i["manifest"].update({k.upper(): v for k, v in list(i["manifest"].items())}),
}


@pytest.mark.parametrize("name", INVENTORIES)
def test_inventory_that_lies(small_archive: MemoryStore, tmp_path: Path, name: str) -> None:
    """Nobody signs an inventory: one that lies, with a sidecar to match, leads nowhere outside and to no fault."""
    path = "releases/harbour/inventory.json"
    value = json.loads(small_archive.files[path])
    INVENTORIES[name](value)
    data = (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
    sidecar = f"{sha512_hex(data)}  inventory.json\n".encode()
    folder = lay({**small_archive.files, path: data, f"{path}.sha512": sidecar}, tmp_path / "archive")
    for command in READING:
        result = read(folder, *command)
        assert "root:x:" not in result.output
        if command == ("verify",):
            assert result.exit_code == 1
        # Words and statements are read from the record and the log; only the original is found by the inventory.
        if command in {("show", "harbour"), ("cite", "harbour/v1"), ("log",)}:
            assert result.exit_code == 0
    assert read(folder, "show", "harbour", "--original").exit_code in {0, 1, 3}


LAYOUTS = {
    "upwards": {"extension": "../../..", "description": "x"},
    "unknown": {"extension": "0009-x", "description": "x"},
    "hashed": {"extension": "0003-hash-and-id-n-tuple-storage-layout", "description": "x"},
    "number": {"extension": 1},
    "hostile": {"extension": "\x1b[31m", "description": "\u202e"},
    "none": {},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_that_lies(small_archive: MemoryStore, tmp_path: Path, name: str) -> None:
    """A layout that lies leads nowhere: check 2 says so, as the trust root vouches for the file."""
    files = {**small_archive.files, "releases/ocfl_layout.json": json.dumps(LAYOUTS[name]).encode()}
    folder = lay(files, tmp_path / "archive")
    for command in READING:
        result = read(folder, *command)
        assert command != ("verify",) or result.exit_code == 1


RECORDS: dict[str, Callable[[dict[str, Any]], object]] = {
    "emendation of no paragraph": lambda r: r["emendations"][0].update(paragraph="p99"),
    "blank replacement": lambda r: r["emendations"][0].update(replacement=" \u00a0 "),
    "empty replacement": lambda r: r["emendations"][0].update(replacement=""),
    "range backwards": lambda r: r["emendations"][0].update(start=5, end=1),
    "range beyond the text": lambda r: r["emendations"][0].update(start=2**53 - 2, end=2**53 - 1),
    "overlapping": lambda r: r["emendations"].append({**r["emendations"][0], "start": 1}),
    "two paragraphs of one id": lambda r: r["paragraphs"][0].update(id="p1"),
    "an id that is none": lambda r: r["paragraphs"][0].update(id="h1/../../x"),
    "blank text": lambda r: r["paragraphs"][0].update(text=" \u2028"),
    "5,000 paragraphs": lambda r: r.update(
        paragraphs=[{"id": f"p{n}", "kind": "paragraph", "label": None, "text": "x"} for n in range(5000)]
    ),
    "one word of 40,000 wide characters": lambda r: r["paragraphs"][0].update(text="中" * 40000),
    "a charset that is none": lambda r: r["original"].update(charset="rot13"),
    "a charset that runs code": lambda r: r["original"].update(charset="unicode_escape"),
    "an extractor that is none": lambda r: r["original"]["extractor"].update(name="os.system", version="9"),
    "an original of another name": lambda r: r["original"].update(path="original.exe"),
    "a size that is none": lambda r: r["original"].update(size=2**53 - 1),
    "another version": lambda r: r.update(version=9),
    "a version of 2^53": lambda r: r.update(version=2**53 - 1),
    "another release": lambda r: r.update(release="tide"),
    "a release that is a device": lambda r: r.update(release="con"),
    "reverts to what is not": lambda r: r["change"].update(reverts_to=2**53 - 1),
    "previous that is not": lambda r: r.update(previous="sha256:" + "0" * 64),
    "a day that is none": lambda r: r.update(issued={"basis": "stated", "date": "2022-02-31", "note": None}),
    "the year 0": lambda r: r.update(issued={"basis": "stated", "date": "0000", "note": None}),
    "an address that is code": lambda r: r["original"].update(uri="javascript:alert(1)"),
    "an address that is none": lambda r: r["original"].update(uri="http://[::1"),
    "a title of blanks": lambda r: r.update(title=" " * 1000),
}


@pytest.mark.parametrize("name", RECORDS)
def test_record_that_breaks_rules(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path, name: str) -> None:
    """Signed and logged by the keeper, and fit for its schema, a record that breaks other rules leads to no fault."""
    v1, v2, tide = pieces(small_archive)
    note = Emendation("p1", 0, 3, "corrected", "This", "as the poster said", "The Keeper")
    value = record_as_json(replace(v2.record, emendations=(note,), change=Change("emendation")))
    RECORDS[name](value)
    forged = signed(v2, founders.record, read_record(value), format_canonical(value))
    said = replace(forged.statement, release="harbour", version=2)
    store = rebuilt(small_archive, [v1, replace(forged, statement=said), tide], founders.log)
    folder = lay(store.files, tmp_path / "archive")
    for command in (*READING, ("show", "harbour/v2"), ("export", "harbour/v2", "-o", "-"), ("cite", "harbour/v2#p1")):
        read(folder, *command)
    # A blank title and odd addresses break no rule: they are the keeper's claims, and shown as such.
    allowed = {
        "an address that is code",
        "an address that is none",
        "a title of blanks",
        "a day that is none",
        "the year 0",
    }
    assert bool(failed(store)) or name in allowed


def test_marker_planted_in_a_folder(tmp_path: Path) -> None:
    """In a folder that is no archive, a planted marker makes ``recover`` and ``init`` remove nothing of its owner."""
    for file in (
        "thesis.txt",
        "README.md",
        "releases/2024/notes.txt",
        "trust/keys.txt",
        "log/today",
        "schemas/my.json",
        ".git/config",
    ):
        (tmp_path / "home" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / file).write_text("mine")
        promised = (promise("0=muniment_archive_1", b"muniment_archive_1\n"), promise(file, b"mine"))
        marker = Marker("example.org", 1, EMPTY_ROOT.hex(), None, None, None, promised)
        (tmp_path / "home" / UNFINISHED).write_bytes(sign_marker(marker, STRANGER))
        before = tree(tmp_path / "home")
        for arguments in (
            ("recover", "--archive", str(tmp_path / "home")),
            ("init", str(tmp_path / "home"), "--origin", "example.org", "--keys", str(tmp_path / "keys")),
        ):
            result = judge(run(*arguments), *arguments)
            assert result.exit_code == 1
            assert "not a marker that this archive's writer left" in result.stderr
        (tmp_path / "home" / ".lock").unlink()
        assert tree(tmp_path / "home") == before


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../../x", "", ".", "C:/x", "a\\..\\b", "a\0b", "releases//x", "./x", "a/"]
)
def test_marker_that_leaves_the_archive(small_archive: MemoryStore, keys: Keys, tmp_path: Path, path: str) -> None:
    """A marker with a path out of the archive is refused before any of its files is looked at."""
    own = (promise("releases/new/0=ocfl_object_1.1", b""), Promise(path, sha256_hex(b""), 0))
    root = open_archive(small_archive).checkpoint.root.hex()
    marker = sign_marker(Marker(ORIGIN, 5, root, "new", 1, "releases/new", own), keys.log)
    store = MemoryStore({**small_archive.files, UNFINISHED: marker})
    with pytest.raises(FormatError):
        recover(store)
    assert store.files == {**small_archive.files, UNFINISHED: marker}
    folder = lay(store.files, tmp_path / "archive")
    assert read(folder, "verify").exit_code == 1
    assert read(folder, "recover").exit_code == 1


def test_commands_that_explain_prints(folder: Path) -> None:
    """A snapshot whose name begins with a hyphen becomes no option of the tools that ``--explain`` names."""
    Path("-x.zip").write_bytes(b"PK\x03\x04")
    printed = judge(run("verify", "--explain", "--", "-x.zip"), "verify", "--explain").stdout
    assert "sha256sum ./-x.zip" in printed
    assert "unzip -q ./-x.zip -d ./-x" in printed
    assert read(folder, "verify", "--explain").exit_code == 0
