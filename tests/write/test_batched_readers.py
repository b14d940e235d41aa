"""After a batch stamps, keys, witnesses, copies, memory and judges outside go on as after single entries."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.timestamp.stamping import CLOCK, NONCE, STAMPED
from tests.verify.forge import failed, seen, with_cosignature
from tests.write.accidents import KEEPER, WITNESS, WITNESS_KEY, reply, text, world
from tests.write.accidents import NOW as ENTRIES

from muniment.archive import open_archive
from muniment.archive.batches import Batch, sign_batch
from muniment.errors import WriteConflictError
from muniment.export.snapshot import build_snapshot
from muniment.ingest import Source
from muniment.log.cosignature import cosign, format_cosignature, parse_reply
from muniment.log.note import parse_note
from muniment.memory import Remembered, remember
from muniment.reference import parse_reference
from muniment.snapshot.zip import parse_zip
from muniment.ssh.keys import format_public_key
from muniment.store import MemoryStore
from muniment.timestamp.request import make_request
from muniment.verify.archive import verify_archive
from muniment.write.cosign import add_cosignatures
from muniment.write.restore import restore
from muniment.write.stamp import Reply, add_stamp
from muniment.write.version import Added, Author, Publication, add_publications

BEFORE = world()[ENTRIES - 1]
BATCH = [("harbour", b"one"), ("buoy", b"one"), ("buoy", b"two"), ("tide", b"two")]


@pytest.fixture
def batched() -> MemoryStore:
    """An archive with a later trust root, a stamp and a witness, and after them a batch of four."""
    store = MemoryStore(BEFORE)
    wanted = [
        Publication(name, Source(name.encode() + b"\n\nIt is " + word + b".\n", "n.txt", STAMPED[:10]), {})
        for name, word in BATCH
    ]
    outcomes = add_publications(store, KEEPER.keys, wanted, Author(STAMPED))
    assert all(isinstance(outcome, Added) for outcome in outcomes)
    return store


def judged(store: MemoryStore) -> str:
    """The verdict on the whole archive."""
    report = verify_archive(store)
    assert report.failures == ()
    return report.verdict


def test_stamp_keys_and_versions_follow(batched: MemoryStore) -> None:
    """A stamp of its checkpoint, a trust root, single versions and another batch follow a batch."""
    KEEPER.stamp(batched)
    KEEPER.succeed(batched)
    KEEPER.publish(batched, "harbour", text("open again"))
    more = [Publication("pier", Source(b"Pier\n\nNumber %d.\n" % n, "n.txt", STAMPED[:10]), {}) for n in range(3)]
    add_publications(batched, KEEPER.keys, more, Author(STAMPED))
    assert judged(batched) == "verified"
    assert sorted(path for path in batched.files if path.startswith("log/batches/")) == [
        f"log/batches/{size}" for size in (ENTRIES + 4, ENTRIES + 10)
    ]
    report = verify_archive(batched, only=parse_reference("buoy/v1"))
    assert report.verdict == "verified"


def test_a_witness_signs_across_a_batch(batched: MemoryStore) -> None:
    """Cosignatures of the checkpoint before a batch and of its own are taken in, and verify."""
    add_cosignatures(batched, parse_reply(reply()))
    note = parse_note(batched.read("log/checkpoint"))[0]
    line = format_cosignature(cosign(note, WITNESS, 1_800_000_100, WITNESS_KEY.sign))
    add_cosignatures(batched, parse_reply(line))
    names = [path for path in batched.files if path.startswith("log/cosignatures/")]
    assert {path.split("/")[-1].split(".")[0] for path in names} >= {str(ENTRIES), str(ENTRIES + 4)}
    assert judged(batched) == "verified"


def test_memory_of_each_size(batched: MemoryStore) -> None:
    """What was seen before a batch and at its end still holds; an archive from before the batch is then a rollback."""
    for size in (1, ENTRIES, ENTRIES + 4):
        assert failed(batched, seen(batched, size)) == {}
    assert 13 in failed(MemoryStore(BEFORE), seen(batched))


def test_nothing_is_added_below_the_memory(batched: MemoryStore) -> None:
    """A batch is refused whole by a machine that has seen a larger log."""
    note = batched.read("log/checkpoint")
    known = remember(note, open_archive(batched).roots[0].digest, "2026-11-20")

    def recall(_: str) -> Remembered:
        return known

    older = MemoryStore(BEFORE)
    wanted = [Publication("x", Source(b"X\n\nNumber %d.\n" % n, "n.txt", STAMPED[:10]), {}) for n in range(2)]
    with pytest.raises(WriteConflictError):
        add_publications(older, KEEPER.keys, wanted, Author(STAMPED), recall=recall)
    assert older.files == BEFORE


def test_restored_from_a_copy_on_either_side(batched: MemoryStore) -> None:
    """Each file that a batch made is put back from a copy; an archive from before it is brought up to the copy."""
    good = batched.files
    for path in sorted(path for path, data in good.items() if BEFORE.get(path) != data):
        for state in ({p: d for p, d in good.items() if p != path}, {**good, path: good[path] + b"\n"}):
            store = MemoryStore(state)
            assert restore(store, MemoryStore(good)).mended == (path,), path
            assert store.files == good, path
    older = MemoryStore(BEFORE)
    restore(older, MemoryStore(good))
    assert judged(older) == "verified"
    assert open_archive(older).checkpoint.size == ENTRIES + 4


def without(files: Mapping[str, bytes], *sizes: int) -> dict[str, bytes]:
    """Take away what a thief of the log key says was never published: checkpoints of sizes, and their tiles."""
    ends = {f"log/checkpoints/{size}" for size in sizes}
    ends |= {f"log/tile/{level}/000.p/{size}" for level in ("0", "entries") for size in sizes}
    assert ends <= files.keys()
    return {path: data for path, data in files.items() if path not in ends}


def said(store: MemoryStore, after: int, size: int) -> dict[str, bytes]:
    """What the log key says of a batch, as a file."""
    archive = open_archive(store)
    batch = Batch(archive.origin, after, archive.root_at(size).hex(), size)
    return {f"log/batches/{size}": sign_batch(batch, KEEPER.founders.log)}


def test_other_entries_in_a_batch(batched: MemoryStore) -> None:
    """A batch that the log key signs over a trust root or a time stamp fails check 10; so does one over a batch."""
    files, end = batched.files, ENTRIES + 4
    for after, size in ((2, 4), (4, 6)):  # trust root 2 is the fourth entry, the stamp the sixth
        forged = {**without(files, *range(after + 1, size)), **said(batched, after, size)}
        assert failed(MemoryStore(forged)) == {10: {f"log/batches/{size}"}}
    wider = {**without(files, ENTRIES - 1, ENTRIES), **said(batched, ENTRIES - 2, end)}
    assert failed(MemoryStore(wider)) == {}  # versions alone, one word of them all: the thief of the log key can say so
    over = {**files, **said(batched, ENTRIES - 2, end - 2)}
    assert f"log/batches/{end}" in failed(MemoryStore(over))[10]


def test_what_stands_on_a_removed_checkpoint(batched: MemoryStore) -> None:
    """A cosignature or a time stamp of a checkpoint that a forged batch explains away fails."""
    end = ENTRIES + 4
    seen_by = with_cosignature(batched, ENTRIES, WITNESS, WITNESS_KEY, 1_800_000_000)
    assert failed(seen_by) == {}
    forged = {**without(seen_by.files, ENTRIES), **said(batched, ENTRIES - 1, end)}
    assert failed(MemoryStore(forged)) == {10: {f"log/cosignatures/{ENTRIES}.{WITNESS.key_id.hex()}"}}
    request = make_request(batched.read(f"log/checkpoints/{end}"), NONCE)
    KEEPER.publish(batched, "harbour", text("open again"))
    add_stamp(batched, KEEPER.founders.log, Reply("clock", end, request, CLOCK.reply(request)), STAMPED)
    assert failed(batched) == {}
    files = {path: data for path, data in batched.files.items() if path != f"log/batches/{end}"}
    forged = {**without(files, end), **said(batched, ENTRIES, end + 1)}
    assert f"log/batches/{end + 1}" in failed(MemoryStore(forged))[10]


def test_ssh_keygen_reads_what_is_said_of_a_batch(batched: MemoryStore, tmp_path: Path) -> None:
    """ssh-keygen verifies the file of a batch against the log key, and not in the namespace of records."""
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("ssh-keygen is not installed")
    line, _, armored = batched.read(f"log/batches/{ENTRIES + 4}").partition(b"\n")
    (tmp_path / "signature").write_bytes(armored)
    (tmp_path / "keys").write_text(f"log {format_public_key(KEEPER.founders.log.public, 'log')}\n")
    for namespace, code in (("batch@muniment", 0), ("record@muniment", 255)):
        command = [program, "-Y", "verify", "-f", "keys", "-I", "log", "-n", namespace, "-s", "signature"]
        done = subprocess.run(command, input=line, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code, done


def test_snapshot_script_judges_a_version_of_a_batch(batched: MemoryStore, tmp_path: Path) -> None:
    """verify.sh, with sha256sum and ssh-keygen, passes the snapshot of a version within a batch, and no changed one."""
    if shutil.which("ssh-keygen") is None or shutil.which("openssl") is None:
        pytest.skip("ssh-keygen or openssl is not installed")
    archive = open_archive(batched)
    snapshot = build_snapshot(archive, archive.read(parse_reference("buoy/v1")))
    for entry in parse_zip(snapshot.data)[1]:
        path = tmp_path / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.data)
    bag = tmp_path / snapshot.name[:-4]
    done = subprocess.run(["sh", "data/verify.sh"], cwd=bag, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    record = bag / "data/record.json"
    record.write_bytes(record.read_bytes().replace(b"It is one", b"It is two"))
    assert subprocess.run(["sh", "data/verify.sh"], cwd=bag, capture_output=True, check=False).returncode != 0


def test_ocfl_py_judges_objects_of_a_batch(batched: MemoryStore, tmp_path: Path) -> None:
    """ocfl-py finds the objects that a batch made and grew valid, without a warning."""
    ocfl = pytest.importorskip("ocfl", reason="ocfl-py is not installed")
    pytest.importorskip("ocfl.validator", reason="ocfl-py is not installed")
    for path, data in batched.files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    for release in ("harbour", "buoy", "tide"):
        validator = ocfl.validator.Validator(log_warnings=True)
        assert validator.validate_object(str(tmp_path / "releases" / release)), release
        assert (validator.log.num_errors, validator.log.num_warnings) == (0, 0), release
