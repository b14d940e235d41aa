"""Taking in what witnesses answer."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.conftest import NOW
from tests.verify.forge import with_witnesses

from muniment.errors import FormatError, InputError, LockedError, SignatureError, StampError, StoreError
from muniment.ingest import Source
from muniment.log.cosignature import cosign, format_cosignature, parse_reply
from muniment.log.note import SignatureLine, parse_note
from muniment.log.vkey import make_cosigner
from muniment.ssh.keys import PrivateKey
from muniment.store import FaultyStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.cosign import add_cosignatures
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_publication

KEY, OTHER = PrivateKey.from_seed(bytes([7]) * 32), PrivateKey.from_seed(bytes([8]) * 32)
ANNA = make_cosigner("witness.example.org/anna", KEY.public.raw)
BEN = make_cosigner("witness.example.org/ben", OTHER.public.raw)
T = 1800000000


@pytest.fixture
def store(small_archive: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """An archive of four entries with one witness."""
    return with_witnesses(small_archive, founders, [ANNA.vkey], 1)


def line(store: MemoryStore, size: int = 4, time: int = T) -> SignatureLine:
    """What Anna answers."""
    text = parse_note(store.read(f"log/checkpoints/{size}"))[0]
    return parse_reply(format_cosignature(cosign(text, ANNA, time, KEY.sign)))[0]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("said", [True, False])
def test_import(store: MemoryStore, size: int, *, said: bool) -> None:
    """A cosignature of any published checkpoint finds its place, and the archive verifies."""
    (done,) = add_cosignatures(store, (line(store, size),), size=size if said else None)
    assert (done.size, done.written, done.path) == (size, True, f"log/cosignatures/{size}.{ANNA.key_id.hex()}")
    report = verify_archive(store)
    assert report.verdict == "verified"
    assert report.witnesses is not None
    assert report.witnesses.quorum is not None
    assert report.witnesses.quorum.size == size


def test_before_the_entries_were_there(store: MemoryStore) -> None:
    """A witness that says a time before the entries claim to have been logged, the year 1970 say, is not taken in."""
    logged = int(datetime.fromisoformat(NOW).timestamp())
    before = dict(store.files)
    for time in (0, 1, logged - 3601):
        with pytest.raises(StampError, match="its time is before that of the entries"):
            add_cosignatures(store, (line(store, time=time),), now=NOW)
    assert {path: data for path, data in store.files.items() if path != ".lock"} == before
    (done,) = add_cosignatures(store, (line(store, time=logged - 3599),), now=NOW)
    assert done.written
    # An entry whose claim is in the future shows that the keeper's own clock was wrong.
    assert add_cosignatures(store, (line(store, 3, time=5),), now="2026-01-01T00:00:00Z")[0].written


def test_again(store: MemoryStore) -> None:
    """The same again is fine; the first of a witness and size is kept, whichever time a later one claims."""
    add_cosignatures(store, (line(store),))
    before = dict(store.files)
    for time in (T, T + 5, T - 5):
        (done,) = add_cosignatures(store, (line(store, time=time),))
        assert (done.written, done.cosignature.time) == (False, T)
    assert store.files == before


def test_after_the_archive_has_grown(store: MemoryStore, keys: Keys) -> None:
    """A reply that comes after another entry was added is for the older checkpoint."""
    reply = line(store)
    add_publication(
        store, keys, "later", Source(b"Later\n\nWords.\n", "l.txt", "2026-11-22"), {}, Author("2026-11-22T10:00:00Z")
    )
    (done,) = add_cosignatures(store, (reply,))
    assert done.size == 4
    assert verify_archive(store).verdict == "verified"


def test_strangers(store: MemoryStore) -> None:
    """Lines by others are ignored beside a good one; alone they are refused with the next step."""
    text = parse_note(store.read("log/checkpoint"))[0]
    foreign = parse_reply(format_cosignature(cosign(text, BEN, T, OTHER.sign)))[0]
    mldsa = SignatureLine(ANNA.name, b"1234", bytes(8 + 2420))
    with pytest.raises(InputError, match="by no witness that the trust root names") as caught:
        add_cosignatures(store, (foreign, mldsa), where="reply.txt")
    assert "have a trust root name one" in caught.value.hint
    assert "log/cosignatures" not in str(sorted(store.files))
    assert len(add_cosignatures(store, (foreign, mldsa, line(store)))) == 1


def test_not_for_this_archive(store: MemoryStore) -> None:
    """A cosignature of another log or history, or not of the size that was said, is refused; nothing is written."""
    text = parse_note(store.read("log/checkpoint"))[0].replace(b"\n4\n", b"\n5\n")
    other = parse_reply(format_cosignature(cosign(text, ANNA, T, KEY.sign)))[0]
    before = dict(store.files)
    with pytest.raises(InputError, match="for no checkpoint of this archive"):
        add_cosignatures(store, (other,))
    for size in (3, 5, 10**17):
        with pytest.raises(InputError, match="not for the checkpoint of that size"):
            add_cosignatures(store, (line(store),), size=size)
    short = SignatureLine(ANNA.name, ANNA.key_id, bytes(64))
    with pytest.raises(FormatError, match="not an Ed25519 cosignature"):
        add_cosignatures(store, (short,))
    with pytest.raises(InputError):
        add_cosignatures(store, (line(store), other))
    assert store.files == before


def test_something_else_in_its_place(store: MemoryStore) -> None:
    """What stands in the file's place and is no good cosignature is never overwritten, and said."""
    path = f"log/cosignatures/4.{ANNA.key_id.hex()}"
    store.create(path, b"damaged")
    with pytest.raises(FormatError) as caught:
        add_cosignatures(store, (line(store),))
    assert caught.value.where == path
    store.remove(path)
    text = parse_note(store.read("log/checkpoints/3"))[0]
    store.create(path, format_cosignature(cosign(text, ANNA, T, KEY.sign)))
    with pytest.raises(SignatureError):
        add_cosignatures(store, (line(store),))


def test_damaged_checkpoints_are_passed_over(store: MemoryStore) -> None:
    """A damaged or missing older checkpoint does not keep a good cosignature out; verify names it."""
    reply = line(store, 1)
    files = {**store.files, "log/checkpoints/3": b"damaged"}
    del files["log/checkpoints/2"]
    assert add_cosignatures(MemoryStore(files), (reply,))[0].size == 1


def test_under_the_lock(store: MemoryStore) -> None:
    """While another writes, nothing is taken in."""
    with store.lock(), pytest.raises(LockedError):
        add_cosignatures(store, (line(store),))


def test_crashes(store: MemoryStore) -> None:
    """A stop before the one write leaves the archive as it was, and the import can be made again."""
    copy = MemoryStore(dict(store.files))
    with pytest.raises(StoreError, match="stopped"):
        add_cosignatures(FaultyStore(copy, 0), (line(store),))
    assert copy.files == store.files
    counting = FaultyStore(copy)
    assert add_cosignatures(counting, (line(store),))[0].size == 4
    assert counting.operations == 1
