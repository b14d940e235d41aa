"""Tests of ``muniment.write.version`` and ``muniment.write.version``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import NOTICE, NOW, ORIGIN

from muniment.archive import open_archive
from muniment.errors import (
    InputError,
    IntegrityError,
    KeyRejectedError,
    LockedError,
    MetadataError,
    MunimentError,
    SourceError,
    StoreError,
    UnresolvedReferenceError,
    WriteConflictError,
)
from muniment.ingest import Source
from muniment.record import Change, Emendation, Record
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore, MemoryStore, Store
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Added, Author, Keys, add_description, add_emendations, add_publication

LATER = NOTICE + b"\n3. The tide is high.\n"
WHEN = Author(NOW)


def publish(store: Store, keys: Keys, release: str = "harbour", data: bytes = NOTICE) -> Added:
    """Publish bytes as the next version of a release."""
    return add_publication(store, keys, release, Source(data, f"{release}.txt", NOW), {}, WHEN)


def supply(record: Record, by: str) -> Sequence[Emendation]:
    """Supply a word in p1, after those supplied before."""
    place = len(record.emendations)
    return [Emendation("p1", place, place, "supplied", "Now ", "a word is missing", by)]


def test_first_version(empty_archive: MemoryStore, keys: Keys) -> None:
    """The first version of a release brings six files and an entry, and is read back as it was made."""
    before = set(empty_archive.files)
    added = publish(empty_archive, keys)
    assert (added.index, added.unchanged, added.record.name) == (1, False, "harbour/v1")
    new = {path for path in set(empty_archive.files) - before if path.startswith("releases/")}
    assert new == {
        f"releases/harbour/{path}"
        for path in (
            "0=ocfl_object_1.1",
            "inventory.json",
            "inventory.json.sha512",
            "v1/inventory.json",
            "v1/inventory.json.sha512",
            "v1/content/original.txt",
            "v1/content/record.json",
            "v1/content/record.json.sig",
        )
    }
    version = open_archive(empty_archive).read(parse_reference("harbour/v1"))
    assert version.record == added.record
    assert version.statement.record == added.digest


def test_unchanged(small_archive: MemoryStore, keys: Keys) -> None:
    """The same bytes, or the same description, once more write nothing, and the newest version is given."""
    before = small_archive.files
    for added in (
        publish(small_archive, keys),
        add_description(small_archive, keys, "harbour", {"subjects": ["harbours"]}, WHEN),
    ):
        assert (added.unchanged, added.index, added.record.name) == (True, None, "harbour/v2")
        assert added.digest == open_archive(small_archive).resolve(parse_reference("harbour")).statement.record
    assert small_archive.files == before


def test_later_versions_refer_back(small_archive: MemoryStore, keys: Keys) -> None:
    """Versions of the same words store no second original; other bytes do; bytes that come back do not."""
    publish(small_archive, keys, data=LATER)
    back = publish(small_archive, keys, data=NOTICE)
    emended = add_emendations(small_archive, keys, "harbour", supply, {"issuer": "Harbour Master"}, WHEN)
    assert back.record.change == Change("publication", None, 2)
    assert emended.record.name == "harbour/v5"
    originals = [path for path in small_archive.files if path.endswith("harbour/v3/content/original.txt")]
    stored = {path for path in small_archive.files if "/harbour/" in path and path.endswith("original.txt")}
    assert stored == {"releases/harbour/v1/content/original.txt", *originals}
    archive = open_archive(small_archive)
    texts = [archive.read_original(archive.read(parse_reference(f"harbour/v{n}"))) for n in range(1, 6)]
    assert texts == [NOTICE, NOTICE, LATER, NOTICE, NOTICE]
    assert verify_archive(small_archive).verdict == "verified"


def test_revert_and_revert_again(empty_archive: MemoryStore, keys: Keys) -> None:
    """Bytes that come back again and again name each time the newest version that had them."""
    for data in (NOTICE, LATER, NOTICE, LATER, NOTICE):
        publish(empty_archive, keys, data=data)
    archive = open_archive(empty_archive)
    changes = [archive.read(parse_reference(f"harbour/v{n}")).record.change.reverts_to for n in range(1, 6)]
    assert changes == [None, None, 1, 2, 3]
    assert verify_archive(empty_archive).verdict == "verified"


def test_reextraction(empty_archive: MemoryStore, keys: Keys) -> None:
    """The same bytes read in another charset are another extraction of the same original."""
    data = "Объявление\n\n1. Порт закрыт.\n".encode("windows-1251")
    source = Source(data, "port.txt", NOW, charset="iso-8859-5")
    first = add_publication(empty_archive, keys, "port", source, {}, WHEN)
    right = replace(source, charset="windows-1251")
    second = add_publication(empty_archive, keys, "port", right, {}, Author(NOW, note="charset"))
    assert first.record.paragraphs != second.record.paragraphs
    assert second.record.change == Change("reextraction", "charset")
    assert second.record.paragraphs[0].text == "Объявление"
    assert add_publication(empty_archive, keys, "port", replace(source, charset=None), {}, WHEN).unchanged
    assert verify_archive(empty_archive).verdict == "verified"


def test_who_did_it(small_archive: MemoryStore, keys: Keys) -> None:
    """The provenance names who did it: the archive, unless somebody is named."""
    one = add_description(small_archive, keys, "tide", {"rights": "CC0-1.0"}, WHEN).record
    two = add_description(small_archive, keys, "tide", {"rights": None}, Author(NOW, by="The Keeper")).record
    assert [one.provenance[-1].agent, two.provenance[-1].agent] == [ORIGIN, "The Keeper"]


@pytest.mark.parametrize("name", ["record.json", "record.json.sig"])
def test_own_files_are_no_original(small_archive: MemoryStore, keys: Keys, name: str) -> None:
    """A record or signature of the very release is refused as an original of it; another release may keep it."""
    data = small_archive.read(f"releases/harbour/v1/content/{name}")
    before = small_archive.files
    with pytest.raises(SourceError, match=f"this is {name} of v1 of the release"):
        publish(small_archive, keys, data=data)
    assert small_archive.files == before
    add_publication(small_archive, keys, "copy", Source(data, name, NOW), {"title": "A copy"}, WHEN)
    assert verify_archive(small_archive).verdict == "verified"


def test_bad_input_writes_nothing(small_archive: MemoryStore, keys: Keys) -> None:
    """Whatever cannot be used is refused before the first byte is written, and the lock is free again."""
    before = small_archive.files
    refused: list[tuple[type[MunimentError], Callable[[], Added]]] = [
        (InputError, lambda: publish(small_archive, keys, "Not An Id")),
        (InputError, lambda: publish(small_archive, keys, "con")),
        (SourceError, lambda: publish(small_archive, keys, data=b"\0")),
        (MetadataError, lambda: add_description(small_archive, keys, "tide", {"title": ""}, WHEN)),
        (MetadataError, lambda: add_description(small_archive, keys, "tide", {"title": "\ud800"}, WHEN)),
        (
            MetadataError,
            lambda: add_description(small_archive, keys, "tide", {"rights": "x"}, Author(NOW, note="\n")),
        ),
        (UnresolvedReferenceError, lambda: add_description(small_archive, keys, "pier", {"title": "x"}, WHEN)),
        (UnresolvedReferenceError, lambda: add_emendations(small_archive, keys, "pier", supply, {}, WHEN)),
        (MunimentError, lambda: add_description(small_archive, keys, "tide", {"rights": "x"}, Author("today"))),
        (MunimentError, lambda: add_description(small_archive, keys, "tide", {"rights": "x"}, Author("2026-11-22"))),
    ]
    for kind, call in refused:
        with pytest.raises(kind):
            call()
        assert small_archive.files == before
    assert publish(small_archive, keys, "pier").index == 4


def test_keys_that_may_not_sign(small_archive: MemoryStore, keys: Keys) -> None:
    """A record key or log key that the trust root does not name is refused with the flag that names another."""
    stranger = PrivateKey.from_seed(bytes([9]) * 32)
    before = small_archive.files
    with pytest.raises(KeyRejectedError, match=r"sign records .* \(name the right record key\)"):
        publish(small_archive, Keys(stranger, keys.log), "pier")
    with pytest.raises(KeyRejectedError, match=r"sign the log .* \(name the right log key\)"):
        publish(small_archive, Keys(keys.record, stranger), "pier")
    assert small_archive.files == before


def test_damage_is_not_built_upon(small_archive: MemoryStore, keys: Keys) -> None:
    """A version is never added on top of a damaged record, inventory, tile or checkpoint."""
    for path in (
        "releases/harbour/v2/content/record.json",
        "releases/harbour/inventory.json",
        "releases/harbour/inventory.json.sha512",
        "log/tile/0/000.p/4",
        "log/tile/entries/000.p/4",
        "log/checkpoint",
        "trust/root/1.json",
    ):
        data = small_archive.read(path)
        at = data.index(b"harbours") if path.endswith("record.json") else len(data) // 2
        damaged = {**small_archive.files, path: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
        store = MemoryStore(damaged)
        with pytest.raises((IntegrityError, WriteConflictError)):
            publish(store, keys, data=LATER)
        assert store.files == damaged, path


def test_old_checkpoint_forks_nothing(small_archive: MemoryStore, keys: Keys) -> None:
    """With an old checkpoint put back no second checkpoint of a published size is signed; nothing is written."""
    old = {**small_archive.files, "log/checkpoint": small_archive.files["log/checkpoints/3"]}
    store = MemoryStore(old)
    with pytest.raises(WriteConflictError, match="a checkpoint of this size was published already") as caught:
        publish(store, keys, "pier")
    assert caught.value.where == "log/checkpoints/4"
    assert store.files == old


@pytest.mark.parametrize("path", ["releases/harbour/v3/inventory.json", "log/tile/0/000.p/5"])
def test_stray_in_the_way(small_archive: MemoryStore, keys: Keys, path: str) -> None:
    """A stray file where a new one must go stops the addition before anything is written, and is not removed."""
    store = MemoryStore({**small_archive.files, path: b"stray"})
    before = store.files
    with pytest.raises(IntegrityError, match=r"^FAILED 1 layout: ") as caught:
        publish(store, keys, data=LATER)
    assert caught.value.where in path
    assert store.files == before


class FullStore(MemoryStore):
    """A store that is full until ``space`` is set: then nothing more is written, but everything can be removed."""

    space: int | None = None

    def create(self, path: str, data: bytes) -> None:
        """Write while there is space."""
        if self.space is not None:
            if self.space == 0:
                raise StoreError("no space left", where=path)
            self.space -= 1
        super().create(path, data)


def test_full_disk(small_archive: MemoryStore, keys: Keys) -> None:
    """When the disk is full after any file, the archive is as before at once, without a recovery."""
    before = small_archive.files
    for space in range(11):
        store = FullStore(before)
        store.space = space
        with pytest.raises(StoreError, match="no space left"):
            publish(store, keys, "pier")
        assert store.files == before, space
    store.space = 12
    assert publish(store, keys, "pier").index == 4


def test_lock_is_respected(founders: InitialKeys, keys: Keys, tmp_path: Path) -> None:
    """While another writer is at work nothing is added, and readers read on."""
    store = LocalStore(tmp_path, lock_timeout=0)
    create_archive(store, founders, origin=ORIGIN, now=NOW)
    with LocalStore(tmp_path).lock():
        with pytest.raises(LockedError, match="another writer is at work"):
            publish(store, keys)
        assert verify_archive(store).verdict == "verified"
    assert publish(store, keys).index == 1


def test_two_writers(founders: InitialKeys, keys: Keys, tmp_path: Path) -> None:
    """Writers that start at the same moment wait for each other, and every version is there in the end."""
    create_archive(LocalStore(tmp_path, sync=False), founders, origin=ORIGIN, now=NOW)
    together = threading.Barrier(4)

    def write(number: int) -> list[int | None]:
        store = LocalStore(tmp_path, sync=False, lock_timeout=60)
        together.wait()
        return [publish(store, keys, f"r{number}", NOTICE + b"\nx" * n).index for n in range(1, 4)]

    with ThreadPoolExecutor(4) as pool:
        indexes = [index for found in pool.map(write, range(4)) for index in found]
    assert sorted(index or 0 for index in indexes) == list(range(1, 13))
    report = verify_archive(LocalStore(tmp_path))
    assert (report.verdict, report.counts.versions) == ("verified", 12)


STEPS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("pqde")), max_size=8)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_any_interleaving_verifies(steps: list[tuple[str, str]]) -> None:
    """Whatever is added to two releases in whatever order, the archive verifies and holds every version."""
    root, record, log = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
    store, keys = MemoryStore(), Keys(record, log)
    create_archive(store, InitialKeys(root, record, log), origin=ORIGIN, now=NOW)
    index = 0
    for release in "ab":
        index = publish(store, keys, release).index or 0
    for release, step in steps:
        match step:
            case "d":
                added = add_description(store, keys, release, {"abstract": f"At {index}."}, WHEN)
            case "e":
                added = add_emendations(store, keys, release, supply, {}, WHEN)
            case _:
                added = publish(store, keys, release, NOTICE if step == "p" else LATER)
        assert added.unchanged or added.index == index + 1
        index += not added.unchanged

    report = verify_archive(store)
    assert report.verdict == "verified", report.failures
    assert (report.counts.releases, report.counts.versions) == (2, index)
