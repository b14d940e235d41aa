"""Tests of ``muniment.write.create``."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import NOW, ORIGIN

from muniment.archive.opening import NAMASTE
from muniment.errors import InputError, KeyRejectedError, MunimentError, StoreError
from muniment.log.statement import RootStatement
from muniment.ocfl.storage_root import FLAT, HASHED
from muniment.schema import schema_bytes
from muniment.ssh.keys import PrivateKey
from muniment.store import FaultyStore, LocalStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive

FILES = {
    ".gitattributes",
    "0=muniment_archive_1",
    "README.txt",
    "log/checkpoint",
    "log/checkpoints/1",
    "log/tile/0/000.p/1",
    "log/tile/entries/000.p/1",
    "releases/0=ocfl_1.1",
    "releases/extensions/0006-flat-omit-prefix-storage-layout/config.json",
    "releases/ocfl_layout.json",
    "schemas/record.schema.json",
    "schemas/record-2.schema.json",
    "schemas/statement.schema.json",
    "schemas/trust-root.schema.json",
    "trust/allowed_signers",
    "trust/root/1.json",
}


def test_a_new_archive(founders: InitialKeys) -> None:
    """A new archive holds the files of the format and one signature, and verifies."""
    store = MemoryStore()
    archive = create_archive(store, founders, origin=ORIGIN, now=NOW)
    signatures = {path for path in store.files if path.endswith(".sig")}
    assert set(store.files) - signatures == FILES
    assert len(signatures) == 1
    assert store.read(NAMASTE[0]) == NAMASTE[1]
    assert store.read("schemas/record.schema.json") == schema_bytes("record")
    assert verify_archive(store).verdict == "verified"
    assert archive.checkpoint.size == 1


def test_first_root_is_the_first_entry(founders: InitialKeys) -> None:
    """Trust root 1 names the three keys and every static file, and is the first entry of the log."""
    store = MemoryStore()
    archive = create_archive(store, founders, origin=ORIGIN, now=NOW)
    root = archive.chain[0]
    assert (root.archive, root.created, root.threshold, root.principal) == (ORIGIN, NOW, 1, "archive@press.example.org")
    assert root.root_keys == (founders.root.public,)
    assert [held.key for held in root.record_keys] == [founders.record.public]
    assert {file.path for file in root.files} == {path for path in FILES if not path.startswith(("log/", "trust/"))}
    assert archive.statements == (RootStatement(ORIGIN, 1, archive.roots[0].digest, NOW),)


def test_the_same_in_every_run(founders: InitialKeys) -> None:
    """The same keys, name and time give the same bytes."""
    one, two = MemoryStore(), MemoryStore()
    for store in (one, two):
        create_archive(store, founders, origin=ORIGIN, now=NOW)
    assert one.files == two.files


def test_no_private_key_is_written(founders: InitialKeys) -> None:
    """Nothing of a private key is in the archive."""
    store = MemoryStore()
    create_archive(store, founders, origin=ORIGIN, now=NOW)
    everything = b"".join(store.files.values())
    assert not any(bytes([number]) * 32 in everything for number in (1, 2, 3))
    assert b"PRIVATE" not in everything


def test_readme_names_the_archive(founders: InitialKeys) -> None:
    """The README of an archive names it and gives the very commands, with its own principal."""
    store = MemoryStore()
    create_archive(store, founders, origin=ORIGIN, now=NOW)
    text = store.read("README.txt").decode("ascii")
    assert text.startswith(f"This folder is an archive of public statements: {ORIGIN}\n")
    assert "-I archive@press.example.org -n record@muniment" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("role", ["record", "root"])
def test_log_key_is_apart(founders: InitialKeys, role: str) -> None:
    """The log key may be neither the record key nor the root key; nothing is written."""
    store = MemoryStore()
    with pytest.raises(InputError, match="the log key must not be"):
        create_archive(store, replace(founders, **{role: founders.log}), origin=ORIGIN, now=NOW)
    assert store.files == {}


def test_one_key_may_sign_roots_and_records(founders: InitialKeys) -> None:
    """A keeper with one key for roots and records has an archive that verifies."""
    store = MemoryStore()
    create_archive(store, replace(founders, root=founders.record), origin=ORIGIN, now=NOW)
    assert verify_archive(store).verdict == "verified"


@pytest.mark.parametrize(
    ("origin", "now", "layout"),
    [("https://x.example", NOW, None), ("Upper.example", NOW, None), (ORIGIN, "today", None), (ORIGIN, NOW, "0002-x")],
)
def test_bad_input_writes_nothing(founders: InitialKeys, origin: str, now: str, layout: str | None) -> None:
    """An ill-formed origin, time or layout is refused before the first byte is written."""
    store = MemoryStore()
    with pytest.raises(MunimentError):
        create_archive(store, founders, origin=origin, now=now, layout=layout or FLAT)
    assert store.files == {}


def test_occupied(founders: InitialKeys, empty_archive: MemoryStore) -> None:
    """A folder that holds an archive, or anything else, is refused and stays as it is."""
    before = empty_archive.files
    with pytest.raises(InputError, match="there is an archive already"):
        create_archive(empty_archive, founders, origin=ORIGIN, now=NOW)
    assert empty_archive.files == before
    for files in ({"notes.txt": b"mine"}, {NAMASTE[0]: NAMASTE[1]}, {"log/checkpoint": b""}):
        with pytest.raises(InputError, match="the folder is not empty"):
            create_archive(MemoryStore(files), founders, origin=ORIGIN, now=NOW)


def test_after_an_interrupted_init(founders: InitialKeys) -> None:
    """Init after an interrupted init starts anew, also with another origin, and is told where it had finished."""
    for stop_after in range(1, 15):
        store = MemoryStore()
        with pytest.raises(StoreError):
            create_archive(FaultyStore(store, stop_after=stop_after), founders, origin=ORIGIN, now=NOW)
        published = "log/checkpoints/1" in store.files
        if published:
            with pytest.raises(InputError, match="there is an archive already"):
                create_archive(store, founders, origin="other.example", now=NOW)
        else:
            assert create_archive(store, founders, origin="other.example", now=NOW).origin == "other.example"
        assert verify_archive(store).verdict == "verified"


def test_making_of_other_keys(founders: InitialKeys) -> None:
    """What others began to make is never ended, wherever it stopped, also where but one of the keys is another."""
    stranger = PrivateKey.from_seed(bytes([99]) * 32)
    for stop_after in range(1, 15):
        left = MemoryStore()
        with pytest.raises(StoreError):
            create_archive(FaultyStore(left, stop_after=stop_after), founders, origin=ORIGIN, now=NOW)
        for role in ("root", "record", "log"):
            store = MemoryStore(left.files)
            with pytest.raises(KeyRejectedError, match="an archive of other keys is being made here"):
                create_archive(store, replace(founders, **{role: stranger}), origin=ORIGIN, now=NOW)
            assert store.files == left.files


def test_on_disk(founders: InitialKeys, tmp_path: Path) -> None:
    """On disk the same archive is made, in a folder that may be new, with nothing but the lock file more."""
    store, memory = LocalStore(tmp_path / "new" / "archive"), MemoryStore()
    for each in (store, memory):
        create_archive(each, founders, origin=ORIGIN, now=NOW, layout=HASHED)
    root = tmp_path / "new" / "archive"
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert found == {**memory.files, ".lock": b""}


def test_ssh_keygen_accepts_the_root(founders: InitialKeys, tmp_path: Path) -> None:
    """``ssh-keygen`` verifies trust root 1 by the generated ``allowed_signers``."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    create_archive(LocalStore(tmp_path), founders, origin=ORIGIN, now=NOW)
    (signature,) = (tmp_path / "trust" / "root").glob("*.sig")
    command = ["ssh-keygen", "-Y", "verify", "-f", "trust/allowed_signers", "-I", "archive@press.example.org"]
    with (tmp_path / "trust" / "root" / "1.json").open("rb") as data:
        done = subprocess.run(
            [*command, "-n", "root@muniment", "-s", signature],
            stdin=data,
            cwd=tmp_path,
            check=False,
            capture_output=True,
        )
    assert done.returncode == 0, done.stderr
