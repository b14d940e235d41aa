"""The request that an archive sends to a witness."""

from __future__ import annotations

import pytest
from tests.verify.forge import with_cosignature, with_witnesses

from muniment.archive import open_archive
from muniment.errors import InputError, IntegrityError
from muniment.export.witness_request import build_request, cosigned_size
from muniment.ingest import Source
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.note import parse_note
from muniment.log.vkey import make_cosigner
from muniment.log.witness import judge_request, parse_request
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_publication

KEY = PrivateKey.from_seed(bytes([7]) * 32)
ANNA = make_cosigner("witness.example.org/anna", KEY.public.raw)


def test_from_every_size(small_archive: MemoryStore) -> None:
    """From every size that there was, the request is one that a witness who stands there grants."""
    archive = open_archive(small_archive)
    for old in range(5):
        request = parse_request(build_request(archive, old))
        note = small_archive.read(f"log/checkpoints/{old}") if old else None
        last = parse_checkpoint(parse_note(note)[0]) if note else None
        assert judge_request(request, last, archive.log_verifiers) == archive.checkpoint


def test_sizes_that_are_none(small_archive: MemoryStore) -> None:
    """An archive cannot prove that it grew from what it never was."""
    for old in (-1, 5, 10**17):
        with pytest.raises(InputError, match="fewer entries than the witness has seen: expected at most 4"):
            build_request(open_archive(small_archive), old)


def test_what_a_witness_has_cosigned(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The largest size with a file of this witness counts; strays, other witnesses and later sizes do not."""
    store = with_witnesses(small_archive, founders, [ANNA.vkey], 1)
    assert cosigned_size(open_archive(store), ANNA) == 0
    store = with_cosignature(with_cosignature(store, 1, ANNA, KEY, 5), 3, ANNA, KEY, 5)
    named = ANNA.key_id.hex()
    strays = {f"log/cosignatures/{name}": b"" for name in ("4.00000000", f"9.{named}", f"04.{named}", "x")}
    assert cosigned_size(open_archive(MemoryStore({**store.files, **strays})), ANNA) == 3


def test_damaged_tiles(small_archive: MemoryStore) -> None:
    """Nothing is asked with tiles that do not lead to the signed root; the entries are not read for it."""
    path = "log/tile/0/000.p/4"
    spoilt = MemoryStore({**small_archive.files, path: bytes(128)})
    with pytest.raises(IntegrityError, match=r"FAILED 10 log: .*the hash tiles do not lead to the signed root"):
        build_request(open_archive(spoilt), 1)
    gone = MemoryStore({p: d for p, d in small_archive.files.items() if not p.startswith("log/tile/entries/")})
    assert build_request(open_archive(gone), 1) == build_request(open_archive(small_archive), 1)


def test_while_somebody_adds(small_archive: MemoryStore, keys: Keys) -> None:
    """Where the archive grows meanwhile, what is asked for is the checkpoint that was opened."""
    archive = open_archive(small_archive)
    expected = build_request(open_archive(MemoryStore(small_archive.files)), 1)
    source = Source(b"Later\n\nWords.\n", "later.txt", "2026-11-22")
    add_publication(small_archive, keys, "later", source, {}, Author("2026-11-22T10:00:00Z"))
    assert build_request(archive, 1) == expected
