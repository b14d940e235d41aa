"""Nothing unverified is signed or printed: forgeries that fit together in all but the log, before every verb.

The forger has write access to the folder and no key: record, original and inventories are made anew, as
``with_objects`` does; what is missing is a signature, and the entry.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from click.testing import Result
from tests.attacks.hands import READING, lay, read
from tests.conftest import NOTICE, NOW
from tests.verify.forge import Piece, failed, pieces, rebuilt, signed, with_objects
from tests.verify.test_key_theft import NEW, revoked, root

from muniment.archive import open_archive
from muniment.digest import sha256_hex
from muniment.errors import IntegrityError
from muniment.ingest import Source
from muniment.record import Emendation, Record, format_record
from muniment.reference import parse_reference
from muniment.sources import extract
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_description, add_emendations, add_publication

LONG = bool(os.environ.get("MUNIMENT_LONG"))
STRANGER = PrivateKey.from_seed(bytes([99]) * 32)
FORGED = b"Notice on the harbour\n\n1. The minister resigned.\n\n2. It opens on Monday.\n"
VERBS = [command for command in READING if command[0] != "verify"] + [
    ("prove", "harbour/v1#p1", "-o", "-"),
    ("prove", "harbour#p1", "-o", "-"),
    ("export", "harbour", "-o", "-"),
    ("show", "harbour/v1"),
    ("log", "--summary"),
    ("key", "allowed-signers", "--json"),
]
"""Every way to read but ``verify``, which is told elsewhere: it finds each of these."""

Write = Callable[[MemoryStore, Keys], object]


def _emend(store: MemoryStore, keys: Keys) -> object:
    emendation = Emendation("p1", 4, 11, "corrected", "haven", "as elsewhere", "the editor")
    return add_emendations(store, keys, "harbour", lambda *_: [emendation], {}, Author(NOW))


BUILDING: dict[str, Write] = {
    "add": lambda store, keys: add_publication(
        store, keys, "harbour", Source(NOTICE + b"\n3. Later.\n", "n.txt", NOW), {}, Author(NOW)
    ),
    "describe": lambda store, keys: add_description(store, keys, "harbour", {"subjects": ["docks"]}, Author(NOW)),
    "emend": _emend,
}
"""What builds on a version of the harbour."""


def _reworded(record: Record) -> Record:
    extraction = extract(FORGED, media_type="text/plain", charset=None, where="forged")
    original = replace(record.original, sha256=sha256_hex(FORGED), size=len(FORGED))
    return replace(record, paragraphs=extraction.paragraphs, original=original)


def forgeries(store: MemoryStore) -> Iterator[tuple[str, MemoryStore]]:
    """Archives whose objects were forged as a whole, inventories included, each in another place."""
    v1, v2, tide = pieces(store)

    def forged(piece: Piece, record: Record, original: bytes | None = None) -> Piece:
        data = format_record(record)
        return replace(piece, record=record, data=data, original=original or piece.original)

    def resigned(piece: Piece) -> Piece:
        return replace(signed(piece, STRANGER, piece.record, piece.data), statement=piece.statement)

    both = [forged(v1, _reworded(v1.record), FORGED), forged(v2, _reworded(v2.record), FORGED)]
    yield "the original that both point to", with_objects(store, [*both, tide])
    yield "the original alone", with_objects(store, [replace(v1, original=FORGED), replace(v2, original=FORGED), tide])
    titled = replace(v2.record, description=replace(v2.record.description, title="The minister resigned"))
    yield "the head's title", with_objects(store, [v1, forged(v2, titled), tide])
    yield "the head's title, signed", with_objects(store, [v1, resigned(forged(v2, titled)), tide])
    older = replace(v1.record, description=replace(v1.record.description, title="The minister resigned"))
    yield "an older title", with_objects(store, [forged(v1, older), v2, tide])
    yield "an older title, signed", with_objects(store, [resigned(forged(v1, older)), v2, tide])
    yield "the signature", with_objects(store, [v1, resigned(v2), tide])
    yield "the head again", with_objects(store, [v1, replace(v1, record=replace(v1.record, version=2)), tide])
    bundle = "log/tile/entries/000.p/4"
    yield "the bundle", MemoryStore({**store.files, bundle: store.files[bundle].replace(b"T10:", b"T11:")})


def test_unverified_head(small_archive: MemoryStore, keys: Keys) -> None:
    """No writer builds on a forged head, original, older version or log: the finding of ``verify``, nothing written."""
    for what, forged in forgeries(small_archive):
        for name, write in BUILDING.items():
            store = MemoryStore(forged.files)
            with pytest.raises(IntegrityError, match=r"^FAILED (2|6|9|10) ") as caught:
                write(store, keys)
            assert "recover from a copy" in caught.value.hint, (what, name)
            assert store.files == forged.files, (what, name)


def test_unverified_words(small_archive: MemoryStore, tmp_path: Path) -> None:
    """Of a forged archive every reading verb prints what it prints of the true one, or fails: no forged words."""
    true = lay(small_archive.files, tmp_path / "true")
    expected = {command: _placeless(read(true, *command), true) for command in VERBS}
    for number, (what, forged) in enumerate(forgeries(small_archive)):
        folder = lay(forged.files, tmp_path / str(number))
        for command in VERBS:
            result = read(folder, *command)
            printed = _placeless(result, folder)
            assert b"resigned" not in printed, (what, command)
            if result.exit_code == 0:
                assert printed == expected[command], (what, command)
            else:
                assert result.exit_code in {1, 3}, (what, command)
                assert printed in expected[command] or command[0] == "log", (what, command)


def _placeless(result: Result, folder: Path) -> bytes:
    """What was printed, without where the archive lies, which ``status`` says, and where that breaks its lines."""
    return b" ".join(result.stdout_bytes.replace(os.fsencode(folder), b"FOLDER").split())


def test_one_byte_of_every_file(small_archive: MemoryStore, tmp_path: Path) -> None:
    """With one byte of any file changed, each verb prints what it prints of the true archive, or exits 1 or 3."""
    folder = lay(small_archive.files, tmp_path / "archive")
    expected = {command: read(folder, *command).stdout_bytes for command in VERBS}
    turn = count()
    for path, data in small_archive.files.items():
        for at in {0, len(data) // 3, len(data) // 2, len(data) - 1}:
            (folder / path).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            for command in VERBS if LONG else [VERBS[next(turn) % len(VERBS)]]:
                result = read(folder, *command)
                if result.exit_code == 0:
                    assert result.stdout_bytes == expected[command], (path, at, command)
                else:
                    assert result.exit_code in {1, 3}, (path, at, command)
        (folder / path).write_bytes(data)


def test_stale_folder(small_archive: MemoryStore, keys: Keys) -> None:
    """A release comes back from a back-up: the next version is the log's to number, and nothing is signed."""
    backup = {path: data for path, data in small_archive.files.items() if path.startswith("releases/harbour/")}
    BUILDING["add"](small_archive, keys)
    rest = {path: data for path, data in small_archive.files.items() if not path.startswith("releases/harbour/")}
    for write in BUILDING.values():
        store = MemoryStore({**rest, **backup})
        with pytest.raises(
            IntegrityError, match=r"^FAILED 9 entry: releases/harbour/v3/.*names a record that is not here"
        ):
            write(store, keys)
        assert store.files == {**rest, **backup}


def test_revoked_head(small_archive: MemoryStore, founders: InitialKeys, keys: Keys, tmp_path: Path) -> None:
    """A version by a revoked key is shown with a word of warning, and not cited, proven, exported or built on.

    A publication follows it all the same, and takes its description from the newest version that verifies.
    """
    add_description(small_archive, keys, "harbour", {"title": "The thief's title"}, Author(NOW))
    root(small_archive, founders, revoked(founders.record, 4))
    folder = lay(small_archive.files, tmp_path / "archive")
    for command in (
        ("show", "harbour"),
        ("log",),
        ("list",),
        ("diff", "harbour/v2", "harbour/v3"),
        ("blame", "harbour"),
    ):
        result = read(folder, *command)
        assert result.exit_code == 0, command
        assert "harbour/v3 does not verify: FAILED 8 signer: " in result.stderr, command
    assert "FAILED 8 signer" in read(folder, "list", "--json").stdout
    for refused in (("cite", "harbour"), ("prove", "harbour#p1", "-o", "-"), ("export", "harbour", "-o", "-")):
        result = read(folder, *refused)
        assert (result.exit_code, result.stdout) == (1, ""), refused
        assert result.stderr.startswith("archive: FAILED 8 signer: "), refused
    assert read(folder, "cite", "harbour/v2").exit_code == 0

    new = Keys(NEW, founders.log)
    for write in (BUILDING["describe"], BUILDING["emend"]):
        with pytest.raises(IntegrityError, match=r"^FAILED 8 signer: releases/harbour/v3/"):
            write(small_archive, new)
    with pytest.raises(IntegrityError, match=r"^FAILED 8 signer: "):
        add_publication(small_archive, new, "harbour", Source(NOTICE, "n.txt", NOW), {}, Author(NOW))
    BUILDING["add"](small_archive, new)
    record = open_archive(small_archive).read(parse_reference("harbour/v4")).record
    assert record.description.subjects == ("harbours",)
    assert record.description.title == "Notice on the harbour"
    assert failed(small_archive) == {8: {"releases/harbour/v3/content/record.json.sig"}}


def test_head_whose_words_are_not_those_of_its_bytes(
    small_archive: MemoryStore, founders: InitialKeys, keys: Keys
) -> None:
    """What a thief has signed and logged, with words that its original does not have, is never described or emended."""
    v1, v2, tide = pieces(small_archive)
    words = tuple(replace(each, text=each.text.replace("Monday", "Friday")) for each in v1.record.paragraphs)
    lie = signed(v1, founders.record, replace(v1.record, paragraphs=words))
    next_lie = signed(v2, founders.record, replace(v2.record, paragraphs=words, previous=lie.digest))
    store = rebuilt(small_archive, [lie, next_lie, tide], founders.log)
    for name in ("describe", "emend"):
        with pytest.raises(IntegrityError, match=r"^FAILED 6 original: .*not the text of harbour/v2"):
            BUILDING[name](store, keys)
    BUILDING["add"](store, keys)
    assert open_archive(store).read(parse_reference("harbour/v3")).record.description.subjects == ()
