"""The table of attacks of ``docs/threat-model.md``: one test a row, named after it.

Each shows the attack at its plainest and the check that finds it; where a row has more to it, the page links the tests
that go through all of it.  The attacker rewrites every file, and all that needs no key; what else they hold is said.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.attacks.hands import UNSAFE, judge, lay, read, run
from tests.attacks.zips import Member, members, write
from tests.conftest import NOW
from tests.verify.forge import chained, failed, pieces, rebuilt, roots, seen, signed, with_log, with_objects

from muniment.archive import open_archive
from muniment.archive.batches import Batch, sign_batch
from muniment.archive.paths import CHECKPOINT, UNFINISHED
from muniment.canonical import MAX_SIZE
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, InputError, KeyRejectedError, LockedError, SignatureError, WriteConflictError
from muniment.export.snapshot import build_snapshot
from muniment.ingest import Source
from muniment.log.statement import Statement
from muniment.memory import Past, Remembered, remember
from muniment.ocfl.inventory import parse_inventory
from muniment.reference import check_release_id, parse_reference
from muniment.snapshot.zip import parse_zip
from muniment.ssh import sshsig
from muniment.ssh.keys import PrivateKey, PublicKey, SigningKey
from muniment.ssh.wire import format_blob, format_string
from muniment.store import LocalStore, MemoryStore
from muniment.store.testing import FaultyStore
from muniment.verify.archive import verify_archive
from muniment.verify.log_views import sight_checkpoint
from muniment.write.create import InitialKeys
from muniment.write.recover import recover
from muniment.write.version import Author, Keys, add_description, add_publication

V1 = "releases/harbour/v1/content"
V2 = "releases/harbour/v2/content"
TIDE = "releases/tide/v1/content"
WORDS = Source(b"Words\n\nMore words.\n", "words.txt", NOW[:10])


def snapshot_of(store: MemoryStore) -> bytes:
    """The snapshot of harbour v1."""
    archive = open_archive(store)
    return build_snapshot(archive, archive.read(parse_reference("harbour/v1"))).data


def second_history(store: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """The same archive with another v2 and all that follows, by whoever holds every key."""
    v1, v2, tide = pieces(store)
    other = replace(v2.record, description=replace(v2.record.description, subjects=("other",)))
    return rebuilt(store, chained([v1, signed(v2, founders.record, other), tide], founders.record), founders.log)


def test_bit_rot(small_archive: MemoryStore) -> None:
    """One bit of any file turned: a failure that names the file, or in the same folder what it is to agree with."""
    for path, data in small_archive.files.items():
        turned = bytearray(data)
        turned[len(data) // 2] ^= 4
        if path == "0=muniment_archive_1":
            continue  # then it is no archive at all, and says so
        found = failed(MemoryStore({**small_archive.files, path: bytes(turned)}))
        assert found, path
        # A trust root or a sidecar is found by what it is to agree with, in the same folder.
        near = path if "root/" not in path and not path.endswith(".sha512") else path.rsplit("/", 1)[0]
        assert any(subject.startswith(near) for subjects in found.values() for subject in subjects), (path, found)


def test_edited_text(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A word of a paragraph changed, all inventories to match: 6, 7 and 9; with every key, still 6."""
    v1, v2, tide = pieces(small_archive)
    data = tide.data.replace(b"High at noon", b"High at dawn")
    assert failed(with_objects(small_archive, [v1, v2, replace(tide, data=data)])) == {
        6: {f"{TIDE}/original.txt"},
        7: {f"{TIDE}/record.json.sig"},
        9: {f"{TIDE}/record.json"},
    }
    words = tuple(replace(p, text=p.text.replace("noon", "dawn")) for p in tide.record.paragraphs)
    again = signed(tide, founders.record, replace(tide.record, paragraphs=words))
    assert failed(rebuilt(small_archive, [v1, v2, again], founders.log)) == {6: {f"{TIDE}/original.txt"}}


def test_edited_metadata(small_archive: MemoryStore) -> None:
    """Title, date, issuer, rights, source: each stands in the signed record, so each change is one of 7 and 9."""
    v1, v2, tide = pieces(small_archive)
    value = json.loads(tide.data)
    for member, new in (
        ("title", "Ebb"),
        ("issuer", "The Port"),
        ("rights", "All reserved"),
        ("language", "fr"),
        ("subjects", ["tides"]),
        ("issued", {"basis": "stated", "date": "1999", "note": None}),
        ("abstract", "x"),
        ("temporal", ["2001"]),
        ("original", {**value["original"], "uri": "https://example.org/x"}),
        ("provenance", [{**value["provenance"][0], "agent": "Another"}, *value["provenance"][1:]]),
    ):
        data = json.dumps({**value, member: new}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert data != tide.data
        found = failed(with_objects(small_archive, [v1, v2, replace(tide, data=data)]))
        assert {7, 9} <= set(found), member


def test_signature_swapped(small_archive: MemoryStore) -> None:
    """The signatures of two versions exchanged, inventories to match: 7, over other bytes; 9, not as logged."""
    v1, v2, tide = pieces(small_archive)
    swapped = [replace(v1, signature=v2.signature), replace(v2, signature=v1.signature), tide]
    both = {f"{V1}/record.json.sig", f"{V2}/record.json.sig"}
    assert failed(with_objects(small_archive, swapped)) == {7: both, 9: both}


def test_history_re_signed_by_key_holder(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path) -> None:
    """With every key the past can be written anew, and verifies; whoever kept anything of it proves it: 13."""
    forged = second_history(small_archive, founders)
    assert failed(forged) == {}
    folder = lay(forged.files, tmp_path / "forged")
    (tmp_path / "checkpoint").write_bytes(small_archive.files[CHECKPOINT])
    whole = open_archive(small_archive)
    late = build_snapshot(whole, whole.read(parse_reference("harbour/v2"))).data
    (tmp_path / "kept.zip").write_bytes(late)
    lay(small_archive.files, tmp_path / "copy")
    for old in ("checkpoint", "kept.zip", "copy"):
        result = read(folder, "verify", "--against", str(tmp_path / old), "--no-memory")
        assert result.exit_code == 1
        assert f"FAILED 13 memory: {CHECKPOINT}" in result.stdout
    assert "entry 2 is the first that differs" in " ".join(result.stdout.split())


def test_rollback_truncation(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path) -> None:
    """The newest entries cut off, every file as it was then: 13 for whoever saw more, on this machine or with OLD."""
    older = rebuilt(small_archive, pieces(small_archive)[:2], founders.log)
    assert failed(older) == {}
    assert failed(older, seen(small_archive)) == {13: {CHECKPOINT}}
    against = Past(against=sight_checkpoint(small_archive.files[CHECKPOINT], "kept"))
    assert failed(older, against) == {13: {CHECKPOINT}}
    # Only the head put back: the log itself shows that there was more.
    alone = {**small_archive.files, CHECKPOINT: small_archive.files["log/checkpoints/3"]}
    assert set(failed(MemoryStore(alone))) >= {1}
    folder = lay(small_archive.files, tmp_path / "archive")
    assert read(folder, "verify").exit_code == 0
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    lay(older.files, folder)
    rolled = read(folder, "verify")
    assert (rolled.exit_code, "FAILED 13 memory" in rolled.stdout) == (1, True)


def test_split_view(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path) -> None:
    """Two readers are served two histories: compared, 13 fails and both signed notes go into an evidence file."""
    served = lay(small_archive.files, tmp_path / "served")
    other = lay(second_history(small_archive, founders).files, tmp_path / "other")
    for folder in (served, other):
        assert read(folder, "verify", "--no-memory").exit_code == 0
    fork = tmp_path / "fork.txt"
    arguments = ("verify", "--against", str(other / CHECKPOINT), "--evidence", str(fork), "--no-memory")
    assert read(served, *arguments).exit_code == 1
    for folder in (served, other):
        assert (folder / CHECKPOINT).read_bytes() in fork.read_bytes()
    assert not UNSAFE.search(fork.read_text())


def test_universal_or_weak_key() -> None:
    """Keys that prove nothing are refused at admission; the universal signature is refused in use (7, 11)."""
    key, signature = bytes([1]) + bytes(31), bytes([1]) + bytes(63)
    with pytest.raises(KeyRejectedError, match="small order"):
        PublicKey(key)
    fields = (format_blob(key), b"record@muniment", b"", b"sha512", format_blob(signature))
    envelope = base64.b64encode(b"SSHSIG\0\0\0\1" + b"".join(map(format_string, fields)))
    lines = b"".join(envelope[at : at + 70] + b"\n" for at in range(0, len(envelope), 70))
    armored = b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n"
    for message in (b"", b"any", b"message"):
        with pytest.raises(SignatureError, match="small order"):
            sshsig.verify(armored, sshsig.RECORD_NAMESPACE, message)


def test_duplicate_json_keys(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A record that says two things under one name, signed and logged by the keeper: 3."""
    v1, v2, tide = pieces(small_archive)
    data = tide.data.replace(b'"title":', b'"title":"Ebb","title":')
    found = failed(rebuilt(small_archive, [v1, v2, signed(tide, founders.record, data=data)], founders.log))
    assert found == {3: {f"{TIDE}/record.json"}}


def test_non_canonical_bytes(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The same value in other bytes, signed and logged by the keeper: 3, a value has one spelling."""
    v1, v2, tide = pieces(small_archive)
    for data in (tide.data + b"\n", json.dumps(json.loads(tide.data)).encode(), tide.data.replace(b"T", b"\\u0054", 1)):
        found = failed(rebuilt(small_archive, [v1, v2, signed(tide, founders.record, data=data)], founders.log))
        assert found == {3: {f"{TIDE}/record.json"}}


def test_confusables_bidi_invisible(small_archive: MemoryStore, keys: Keys, tmp_path: Path) -> None:
    """Ids are ASCII; titles take no control, override or filler (4); in the words each is shown by name."""
    for release in (
        "hаrbour",
        "harbour\u200b",
        "har\u00adbour",
        "\u202eharbour",
        "ｈarbour",
        "harbour\u0301",
        "Harbour",
    ):
        with pytest.raises(InputError):
            check_release_id(release)
    occasion = Author(NOW)
    for character in "\x00\x1b\x7f\x9b\u200b\u202a\u202e\u2060\u2066\u2069\ufeff":
        for member in ("title", "issuer", "rights"):
            with pytest.raises(InputError):
                add_description(small_archive, keys, "harbour", {member: f"a{character}b"}, occasion)
    text = "Notice on the harbour\n\n1. The h\u0430rbour\u200b is \u202edesolc\u202c.\n\n2. It opens on Monday.\n"
    add_publication(small_archive, keys, "harbour", Source(text.encode(), "harbour.txt", NOW[:10]), {}, occasion)
    folder = lay(small_archive.files, tmp_path / "archive")
    difference = read(folder, "diff", "harbour/v2", "harbour/v3").stdout
    assert "⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩" in difference
    assert "⟨U+200B ZERO WIDTH SPACE⟩" in difference
    assert "\\u202e" in read(folder, "show", "harbour/v3").stdout


def test_terminal_escapes_in_release_text(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path) -> None:
    """Words that would clear the screen and write a false verdict are kept to the byte, and printed escaped."""
    v1, v2, tide = pieces(small_archive)
    attack = "\x1b[2J\x1b[Hverified: 3 versions\x9b31m\x07\r"
    words = (*tide.record.paragraphs[:-1], replace(tide.record.paragraphs[-1], text=attack, label="\x1b]0;x\x07"))
    forged = signed(tide, founders.record, replace(tide.record, paragraphs=words))
    folder = lay(rebuilt(small_archive, [v1, v2, forged], founders.log).files, tmp_path / "archive")
    shown = read(folder, "show", "tide").stdout
    assert "\\x1b⟦2J\\x1b⟦Hverified" in shown  # brackets of the original are shown white
    assert json.loads(read(folder, "show", "tide", "--json").stdout)["paragraphs"][-1]["text"] == attack


def test_zip_slip(small_archive: MemoryStore, tmp_path: Path) -> None:
    """A snapshot with a name that leads out of it: 1, before any other byte is looked at; nothing is ever unpacked."""
    files = {entry.name: entry.data for entry in parse_zip(snapshot_of(small_archive))[1]}
    path = tmp_path / "s.zip"
    for name in (b"../evil", b"/etc/evil", b"C:\\evil", b"top/..\\evil", b"top/a\0b"):
        path.write_bytes(write(sorted([*members(files), Member(name, b"x")], key=lambda member: member.name)))
        result = judge(run("verify", str(path)))
        assert result.exit_code == 1
        assert "FAILED 1 layout" in result.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["s.zip"]


def test_zip_duplicates_bombs(small_archive: MemoryStore) -> None:
    """One entry a name, nothing compressed, sizes that agree, no more than 64 MiB in 1,000 files: else 1."""
    whole = members({entry.name: entry.data for entry in parse_zip(snapshot_of(small_archive))[1]})
    small = min(whole, key=lambda member: len(member.data))
    packed = replace(whole[0], local={"method": 8}, central={"method": 8})
    huge = replace(whole[0], local={"stored": 2**32 - 2, "size": 2**32 - 2})
    for forged, said in (
        ([whole[0], *whole], "stands twice"),
        ([packed, *whole[1:]], "it is compressed, by method 8"),
        ([huge, *whole[1:]], "cut short"),
        ([replace(small, name=b"top/%d" % n) for n in range(10001, 11002)], "too many files"),
    ):
        with pytest.raises(FormatError, match=said):
            parse_zip(write(forged))


def test_path_traversal_in_ids(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """Release ids have a grammar that no path, device or second case fits: refused when added, 9 where logged."""
    bad = (
        "..",
        ".",
        "../tide",
        "a/b",
        "a\\b",
        "/etc",
        "c:",
        "con",
        "nul",
        "com1",
        "lpt9",
        "aux",
        "prn",
        "Harbour",
        "HARBOUR",
        "",
        " ",
        "-x",
        "a.b",
        "a_b",
        "a\n",
        "a\0",
        "v1",
        "é",
        "a" * 64,
        "~",
        "$HOME",
        "*",
        "K",
    )
    for release in bad:
        with pytest.raises(InputError, match="release id"):
            add_publication(small_archive, keys, release, WORDS, {}, Author(NOW))
    v1, v2, tide = pieces(small_archive)
    for release in bad:
        said: list[Statement] = [*roots(small_archive), v1.statement, v2.statement]
        said.append(replace(tide.statement, release=release))
        found = failed(with_log(small_archive, said, founders.log))
        assert 9 in found, release


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO")
def test_symlinks_hard_links_fifos_inside(folder: Path, tmp_path: Path) -> None:
    """A symbolic link, or no file at all: 1 names it, and none is followed or waited for; a hard link is told of."""
    place, outside = folder / TIDE / "original.txt", tmp_path / "outside"
    outside.write_bytes(place.read_bytes())
    for kind in ("symlink", "hard link", "FIFO"):
        place.unlink()
        if kind == "FIFO":
            os.mkfifo(place)
        else:
            (os.symlink if kind == "symlink" else os.link)(outside, place)
        result = read(folder, "verify")
        if kind == "hard link":
            # A back-up may be made of them: the bytes are right, and the other name is told of.
            assert (result.exit_code, f"{TIDE}/original.txt: this file is hard-linked" in result.stdout) == (0, True)
        else:
            assert result.exit_code in {1, 3}
            assert f"FAILED 1 layout: {TIDE}/original.txt" in result.stdout


def test_extra_unlisted_files(small_archive: MemoryStore) -> None:
    """A file that nothing vouches for, wherever it lies: 1 names it."""
    for path in (
        "more.txt",
        "releases/more.txt",
        "releases/new/inventory.json",
        f"{V1}/more.txt",
        "releases/harbour/v3/inventory.json",
        "log/tile/0/001",
        "log/checkpoints/99",
        "log/more",
        "trust/more",
        "trust/root/2.json.x",
        "schemas/more.schema.json",
        ".hidden",
        ".git/config",
        "id_ed25519",
    ):
        found = failed(MemoryStore({**small_archive.files, path: b"x"}))
        assert path in found.get(1, set()) | found.get(11, set()), path


def test_batch_that_lies(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A word of a batch by anybody but the log key, of a size 1 or 257, or of what is no version, fails check 10.

    A thief of the log key can say that checkpoints never were which were removed: no entry is hidden by that, what a
    reader saw still holds, and a time stamp or a cosignature of a removed checkpoint contradicts it.
    """
    files, archive = small_archive.files, open_archive(small_archive)
    word = "log/batches/4"
    inside = {
        f"log/{name}{size}" for name in ("checkpoints/", "tile/0/000.p/", "tile/entries/000.p/") for size in (2, 3)
    }
    gone = {path: data for path, data in files.items() if path not in inside}

    def said(after: int, *, size: int = 4, key: SigningKey = founders.log) -> bytes:
        return sign_batch(Batch(archive.origin, after, archive.root_at(4).hex(), size), key)

    assert failed(MemoryStore(gone)) == {10: inside}
    others: tuple[SigningKey, ...] = (founders.record, PrivateKey.from_seed(b"\x09" * 32))
    for key in others:
        assert failed(MemoryStore({**gone, word: said(1, key=key)})) == {10: {word}}
    for after in (4, 3, 0, 4 - 257):
        assert word in failed(MemoryStore({**files, word: said(after)}))[10]
    with_root = {path: data for path, data in gone.items() if path != "log/checkpoints/1"}
    assert word in failed(MemoryStore({**with_root, word: said(0)}))[10]  # a batch begins after trust root 1
    assert failed(MemoryStore({**files, word: said(1)})) == {1: inside}
    stolen = MemoryStore({**gone, word: said(1)})
    assert failed(stolen) == {}
    assert verify_archive(stolen).counts.versions == 3
    for size in (2, 3):
        assert failed(stolen, seen(small_archive, size)) == {}
        assert 13 in failed(stolen, seen(second_history(small_archive, founders), 3))


def test_two_writers(keys: Keys, small_archive: MemoryStore, tmp_path: Path) -> None:
    """The second writer waits, then gives up with nothing written; whoever built upon an older head is refused."""
    folder = lay(small_archive.files, tmp_path / "archive")
    with LocalStore(folder).lock(), pytest.raises(LockedError):
        add_publication(LocalStore(folder, lock_timeout=0), keys, "new", WORDS, {}, Author(NOW))
    add_publication(LocalStore(folder), keys, "new", WORDS, {}, Author(NOW))
    (folder / CHECKPOINT).write_bytes(small_archive.files[CHECKPOINT])
    with pytest.raises(WriteConflictError, match="was published already"):
        add_publication(LocalStore(folder), keys, "other", WORDS, {}, Author(NOW))


def test_crash_mid_write(small_archive: MemoryStore, keys: Keys) -> None:
    """Stopped after any write, the archive is as before or complete once recovered, and verifies then."""
    before = dict(small_archive.files)
    ends = set()
    for step in range(40):
        store = MemoryStore(dict(before))
        try:
            faulty = FaultyStore(store, step)
            add_publication(faulty, keys, "new", WORDS, {}, Author(NOW))
        except Exception:  # noqa: BLE001 - whatever the crash looks like to the writer
            recover(store)
            assert verify_archive(store).verdict == "verified"
            assert UNFINISHED not in store.files
            ends.add(store.files == before)
        else:
            break
    assert ends == {True, False}


def test_restored_backup_signs_a_fork(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """A backup that is older than what this machine has seen: nothing is signed upon it, and it stays as it is."""
    archive = open_archive(small_archive)
    note = small_archive.files[CHECKPOINT]

    def recall(_: str) -> Remembered:
        return remember(note, archive.roots[0].digest, "2026-11-20")

    backup = rebuilt(small_archive, pieces(small_archive)[:2], founders.log)
    before = dict(backup.files)
    with pytest.raises(WriteConflictError, match="nothing was signed"):
        add_publication(backup, keys, "new", WORDS, {}, Author(NOW), recall=recall)
    assert backup.files == before


def test_huge_input(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Records end at 4 MiB (3), entries at 8 KiB (9), notes at 64 KiB (10), nesting at 64 (3)."""
    v1, v2, tide = pieces(small_archive)
    head = small_archive.files[CHECKPOINT]
    assert 10 in failed(MemoryStore({**small_archive.files, CHECKPOINT: b"x\n" * 40000 + head}))
    for data in (tide.data[:-1] + b" " * MAX_SIZE + b"}", b"[" * 100_000):
        found = failed(rebuilt(small_archive, [v1, v2, signed(tide, founders.record, data=data)], founders.log))
        assert found == {3: {f"{TIDE}/record.json"}}


def test_algorithm_ageing(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Only SHA-256, SHA-512 and Ed25519 count until a trust root says otherwise: weaker ones are refused by name."""
    inventory = small_archive.files["releases/harbour/inventory.json"]
    for name in (b"md5", b"sha1", b"sha256"):
        with pytest.raises(FormatError):
            parse_inventory(inventory.replace(b'"sha512"', b'"' + name + b'"'))
    digest = format_digest(sha256_hex(b"x"))
    value = json.loads(next(iter(open_archive(small_archive).log.entries(1))))
    for old in (digest.replace("sha256", "sha1"), "md5:" + "0" * 32, digest[:-2]):
        entry = json.dumps({**value, "record": old}, sort_keys=True, separators=(",", ":")).encode()
        forged = {**small_archive.files}
        bundle = bytearray()
        for logged in [next(iter(open_archive(small_archive).log.entries())), entry]:
            bundle += len(logged).to_bytes(2, "big") + logged
        forged["log/tile/entries/000.p/4"] = bytes(bundle)
        assert 10 in failed(MemoryStore(forged))
    body = sshsig.sign(founders.record, sshsig.RECORD_NAMESPACE, b"x")
    envelope = base64.b64decode(b"".join(body.split(b"\n")[1:-2]))
    for old_hash in (b"sha256", b"sha1__", b"md5___"):
        weak = base64.b64encode(envelope.replace(b"sha512", old_hash))
        lines = b"".join(weak[at : at + 70] + b"\n" for at in range(0, len(weak), 70))
        with pytest.raises(SignatureError, match="another hash"):
            sshsig.parse_signature(b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n")
