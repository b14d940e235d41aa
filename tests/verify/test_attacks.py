"""One test an attack: each is found by the check that should find it, and by which other checks, and nowhere else.

The attacker can rewrite every file, and rewrites all that needs no key; what else they hold is said in each test.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from tests.verify.forge import (
    chained,
    failed,
    pieces,
    rebuilt,
    roots,
    seen,
    signed,
    statements,
    with_entries,
    with_log,
    with_objects,
)

from muniment.archive import open_archive
from muniment.archive.paths import CHECKPOINT
from muniment.canonical import Json, format_canonical
from muniment.digest import format_digest, sha256_hex
from muniment.log.statement import Statement, format_statement
from muniment.record import Change, Emendation, record_as_json
from muniment.ssh import sshsig
from muniment.ssh.keys import PrivateKey, fingerprint_file_name
from muniment.store import MemoryStore
from muniment.trust.chain import sign_root
from muniment.trust.root import format_trust_root
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys

V1 = "releases/harbour/v1/content"
V2 = "releases/harbour/v2/content"
STRANGER = PrivateKey.from_seed(bytes([9]) * 32)


def test_forge_changes_nothing_by_itself(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """An archive taken apart and put together unchanged is the same byte for byte: an attack is what a test changes."""
    assert rebuilt(small_archive, pieces(small_archive), founders.log).files == small_archive.files


# Signatures


def test_signatures_swapped_between_versions(small_archive: MemoryStore) -> None:
    """Signatures swapped between v1 and v2, inventories rewritten: 7, they are over other bytes; 9, not as logged."""
    v1, v2, tide = pieces(small_archive)
    forged = [replace(v1, signature=v2.signature), replace(v2, signature=v1.signature), tide]
    found = failed(with_objects(small_archive, forged))
    assert found == {
        7: {f"{V1}/record.json.sig", f"{V2}/record.json.sig"},
        9: {f"{V1}/record.json.sig", f"{V2}/record.json.sig"},
    }


def test_signature_of_another_purpose(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A signature by the true key that was made for a trust root is no signature of a record: 7 (and 9)."""
    v1, *rest = pieces(small_archive)
    other = sshsig.sign(founders.record, sshsig.ROOT_NAMESPACE, v1.data)
    found = failed(with_objects(small_archive, [replace(v1, signature=other), *rest]))
    assert found == {7: {f"{V1}/record.json.sig"}, 9: {f"{V1}/record.json.sig"}}


def test_signed_again_by_an_unknown_key(small_archive: MemoryStore) -> None:
    """A version signed again by a stranger, inventories rewritten: 8, not allowed; 9, the log hashes the signature."""
    v1, *rest = pieces(small_archive)
    stranger = signed(v1, STRANGER)
    found = failed(with_objects(small_archive, [stranger, *rest]))
    assert found == {8: {f"{V1}/record.json.sig"}, 9: {f"{V1}/record.json.sig"}}


def test_signed_by_a_stranger_and_logged(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A stranger who holds the log key too: 8 alone, for the trust root does not name the key."""
    v1, *rest = pieces(small_archive)
    assert failed(rebuilt(small_archive, [signed(v1, STRANGER), *rest], founders.log)) == {8: {f"{V1}/record.json.sig"}}


def test_signed_by_the_log_key(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The log key may not sign records, even where it is the only key that was stolen: 8."""
    v1, *rest = pieces(small_archive)
    assert failed(rebuilt(small_archive, [signed(v1, founders.log), *rest], founders.log)) == {
        8: {f"{V1}/record.json.sig"}
    }


def test_weak_key_signature(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A signature under the universal key, good for every message in other software: 7, also when it was logged."""
    v1, *rest = pieces(small_archive)
    weak = v1.signature
    envelope = base64.b64decode(b"".join(weak.split(b"\n")[1:-2]))
    key, raw = bytes([1]) + bytes(31), bytes([1]) + bytes(63)
    envelope = envelope.replace(founders.record.public.raw, key)[:-64] + raw
    armored = base64.b64encode(envelope)
    lines = b"".join(armored[at : at + 70] + b"\n" for at in range(0, len(armored), 70))
    weak = b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n"
    statement = replace(v1.statement, signature=format_digest(sha256_hex(weak)))
    forged = rebuilt(small_archive, [replace(v1, signature=weak, statement=statement), *rest], founders.log)

    assert failed(forged) == {7: {f"{V1}/record.json.sig"}}
    assert "small order" in verify_archive(forged).failures[0].what


# Records and originals


def test_record_replaced_in_the_object(small_archive: MemoryStore) -> None:
    """A record edited and signed by a stranger, with every inventory and sidecar to match: 8 and 9."""
    v1, v2, tide = pieces(small_archive)
    edited = replace(v1.record, description=replace(v1.record.description, title="Another"))
    found = failed(with_objects(small_archive, [signed(v1, STRANGER, edited), v2, tide]))
    assert found == {8: {f"{V1}/record.json.sig"}, 9: {f"{V1}/record.json", f"{V1}/record.json.sig"}}


def test_whole_object_forged_by_the_record_key(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """History signed again by the true record key, without the log key: 9 names each version, 5 the break."""
    v1, v2, tide = pieces(small_archive)
    edited = signed(
        v1, founders.record, replace(v1.record, description=replace(v1.record.description, title="Another"))
    )
    found = failed(with_objects(small_archive, chained([edited, v2, tide], founders.record)))
    assert found == {
        5: {f"{V2}/record.json"},
        9: {f"{folder}/{name}" for folder in (V1, V2) for name in ("record.json", "record.json.sig")},
    }


def test_record_edited_under_its_old_signature(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A record edited by someone with the log key alone: 7, the signature is over other bytes."""
    _, _, tide = parts = pieces(small_archive)
    edited = replace(tide.record, description=replace(tide.record.description, title="Ebb"))
    unsigned = replace(signed(tide, STRANGER, edited), signature=tide.signature)
    said = replace(unsigned.statement, signature=tide.statement.signature, signer=tide.statement.signer)
    forged = rebuilt(small_archive, [*parts[:2], replace(unsigned, statement=said)], founders.log)
    assert failed(forged) == {7: {"releases/tide/v1/content/record.json.sig"}}


def test_version_removed(small_archive: MemoryStore) -> None:
    """v2 removed and the inventory rewritten to v1: 9 names v2, 2 its files."""
    v1, _, tide = pieces(small_archive)
    found = failed(with_objects(small_archive, [v1, tide]))
    assert set(found) == {2, 9}
    assert found[9] == {f"{V2}/record.json"}
    assert {f"{V2}/record.json", f"{V2}/record.json.sig", "releases/harbour/v2/inventory.json"} <= found[2]


def test_release_removed(small_archive: MemoryStore) -> None:
    """A whole release removed: 9 names its version, 1 and 2 its files."""
    v1, v2, _ = pieces(small_archive)
    found = failed(with_objects(small_archive, [v1, v2]))
    assert set(found) == {1, 2, 9}
    assert found[9] == {"releases/tide/v1/content/record.json"}
    assert found[1] == {"releases/tide/0=ocfl_object_1.1"}


def test_version_put_in(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A version that was never logged, signed by the true record key, in a perfect object: 1 and 2 name its files."""
    v1, v2, tide = pieces(small_archive)
    record = replace(v2.record, version=3, previous=v2.digest, change=Change("description", "put in"))
    found = failed(with_objects(small_archive, [v1, v2, signed(v2, founders.record, record), tide]))
    assert set(found) == {1, 2}
    assert "releases/harbour/v3/content/record.json" in found[1]
    assert found[2] == {"releases/harbour/inventory.json"}


def test_original_replaced(small_archive: MemoryStore) -> None:
    """An original replaced, with every inventory and sidecar to match: 6, the signed record names other bytes."""
    v1, v2, tide = pieces(small_archive)
    original = v1.original.replace(b"Monday", b"Friday")
    found = failed(with_objects(small_archive, [replace(v1, original=original), replace(v2, original=original), tide]))
    assert found == {6: {f"{V1}/original.txt"}}


def test_original_and_record_replaced(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """An original replaced and re-digested in a record that the true key signs, without the log key: 9."""
    v1, v2, tide = pieces(small_archive)
    data = tide.original.replace(b"noon", b"dawn")
    text = tuple(replace(p, text=p.text.replace("noon", "dawn")) for p in tide.record.paragraphs)
    original = replace(tide.record.original, sha256=sha256_hex(data), size=len(data))
    record = replace(tide.record, original=original, paragraphs=text)
    forged = replace(signed(tide, founders.record, record), original=data)
    found = failed(with_objects(small_archive, [v1, v2, forged]))
    content = "releases/tide/v1/content"
    assert found == {9: {f"{content}/record.json", f"{content}/record.json.sig"}}


def test_words_edited_by_the_keeper(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A paragraph edited and signed with all the true keys, the log made again: 6, the original says something else."""
    v1, v2, tide = pieces(small_archive)
    words = tuple(replace(p, text=p.text.replace("Monday", "Friday")) for p in v1.record.paragraphs)
    forged = [signed(part, founders.record, replace(part.record, paragraphs=words)) for part in (v1, v2)]
    found = failed(rebuilt(small_archive, chained([*forged, tide], founders.record), founders.log))
    assert found == {6: {f"{V1}/original.txt"}}


def test_emendation_applied_to_the_words(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """An emendation written into the text instead of beside it, with all the true keys: 6 (and 5, the words differ)."""
    v1, v2, tide = pieces(small_archive)
    words = tuple(replace(p, text=p.text.replace("on Monday", "on [Easter] Monday")) for p in v2.record.paragraphs)
    note = Emendation("p2", 12, 12, "supplied", "Easter ", "as the poster said", "The Keeper")
    record = replace(v2.record, paragraphs=words, emendations=(note,), change=Change("emendation"))
    found = failed(rebuilt(small_archive, [v1, signed(v2, founders.record, record), tide], founders.log))
    assert found == {5: {f"{V2}/record.json"}, 6: {f"{V1}/original.txt"}}


def test_size_of_an_original_misstated(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A record that names the original with another size, charset or medium, with all the true keys: 6 (and 5)."""
    v1, v2, tide = pieces(small_archive)
    for change in ({"size": 1}, {"charset": "utf8"}, {"media_type": "text/html"}):
        original = replace(v2.record.original, **change)
        forged = signed(v2, founders.record, replace(v2.record, original=original))
        assert failed(rebuilt(small_archive, [v1, forged, tide], founders.log)) == {
            5: {f"{V2}/record.json"},
            6: {f"{V1}/original.txt"},
        }


def test_change_kind_misstated(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A publication that calls itself an emendation, and a description that says nothing new, by the true keys: 5."""
    v1, v2, tide = pieces(small_archive)
    for record in (
        replace(v2.record, change=Change("emendation")),
        replace(v2.record, description=v1.record.description),
        replace(v2.record, change=Change("publication")),
        replace(v2.record, provenance=v2.record.provenance[1:]),
    ):
        forged = signed(v2, founders.record, record)
        assert failed(rebuilt(small_archive, [v1, forged, tide], founders.log)) == {5: {f"{V2}/record.json"}}


def test_description_that_changes_words(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A description that also changes a word, signed and logged by the true keys: 5, and 6 as the original differs."""
    v1, v2, tide = pieces(small_archive)
    words = (*v2.record.paragraphs[:-1], replace(v2.record.paragraphs[-1], text="It opens on Friday."))
    forged = signed(v2, founders.record, replace(v2.record, paragraphs=words))
    found = failed(rebuilt(small_archive, [v1, forged, tide], founders.log))
    assert found == {5: {f"{V2}/record.json"}, 6: {f"{V1}/original.txt"}}


def test_duplicate_keys(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A record that says two things under one key, signed and logged by the true keys: 3."""
    v1, v2, tide = pieces(small_archive)
    data = tide.data.replace(b'"title":', b'"title":"Ebb","title":')
    found = failed(rebuilt(small_archive, [v1, v2, signed(tide, founders.record, data=data)], founders.log))
    assert found == {3: {"releases/tide/v1/content/record.json"}}


def test_other_spelling_of_the_same_value(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The same value with a blank more, signed and logged by the true keys: 3, a value has one spelling."""
    v1, v2, tide = pieces(small_archive)
    data = json.dumps(json.loads(tide.data)).encode()
    found = failed(rebuilt(small_archive, [v1, v2, signed(tide, founders.record, data=data)], founders.log))
    assert found == {3: {"releases/tide/v1/content/record.json"}}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("unknown", 1),
        ("issued", {"basis": "stated", "date": None, "note": None}),
        ("release", "con"),
        ("paragraphs", []),
    ],
)
def test_schema_broken(small_archive: MemoryStore, founders: InitialKeys, member: str, value: Json) -> None:
    """A record that its schema or a rule of records forbids, signed and logged by the true keys: 4."""
    v1, v2, tide = pieces(small_archive)
    data = format_canonical({**record_as_json(tide.record), member: value})
    found = failed(rebuilt(small_archive, [v1, v2, signed(tide, founders.record, data=data)], founders.log))
    assert found == {4: {"releases/tide/v1/content/record.json"}}


def test_release_of_the_record_and_its_folder_differ(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A record of one release in the folder of another, signed and logged by the true keys: 9."""
    v1, v2, tide = pieces(small_archive)
    forged = signed(tide, founders.record, replace(tide.record, release="ebb"))
    forged = replace(forged, statement=replace(forged.statement, release="tide"))
    assert failed(rebuilt(small_archive, [v1, v2, forged], founders.log)) == {
        9: {"releases/tide/v1/content/record.json"}
    }


def test_release_of_the_statement_and_the_folder_differ(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A statement that moves a version to another release: 9 and 2 where it should be, 1 where it lies."""
    root, (v1, v2, tide) = statements(small_archive)
    found = failed(with_log(small_archive, [root, v1, v2, replace(tide, release="ebb")], founders.log))
    assert set(found) == {1, 2, 9}
    assert found[9] == {"releases/ebb/v1/content/record.json"}
    assert "releases/tide/v1/content/record.json" in found[1]


# The log


def test_log_rolled_back_with_the_object(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Object, log and checkpoint rolled back together verify, but on a machine that has seen more: 13."""
    v1, v2, _ = pieces(small_archive)
    back = rebuilt(small_archive, [v1, v2], founders.log)
    assert back.files["log/checkpoint"] == small_archive.files["log/checkpoints/3"]
    assert failed(back) == {}
    assert failed(back, seen(small_archive)) == {13: {CHECKPOINT}}


def test_checkpoint_rolled_back_alone(small_archive: MemoryStore) -> None:
    """An old checkpoint put back over the newest: 1 names all that the archive holds beyond it."""
    old = MemoryStore({**small_archive.files, CHECKPOINT: small_archive.files["log/checkpoints/3"]})
    found = failed(old)
    assert set(found) == {1}
    assert {"log/checkpoints/4", "log/tile/0/000.p/4", "releases/tide/v1/content/record.json"} <= found[1]


def test_log_reordered_without_the_log_key(small_archive: MemoryStore) -> None:
    """Entries reordered and every tile made again, without the log key: 10, no checkpoint is signed by the log."""
    root, (v1, v2, tide) = statements(small_archive)
    reordered: list[Statement] = [root, tide, v1, v2]
    assert 10 in failed(with_log(small_archive, reordered, STRANGER))

    kept = with_log(small_archive, reordered, STRANGER).files
    signed_files = {p: d for p, d in small_archive.files.items() if p.startswith(("log/checkpoint",))}
    found = failed(MemoryStore({**kept, **signed_files}))
    assert "log/tile/entries" in found[10]


def test_log_reordered_with_the_log_key(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Versions of one release logged in the wrong order by the holder of the log key: 9 names both entries."""
    root, (v1, v2, tide) = statements(small_archive)
    found = failed(with_log(small_archive, [root, v2, v1, tide], founders.log))
    assert {"log entry 1 (harbour/v2)", "log entry 2 (harbour/v1)"} <= found[9]


def test_releases_reordered_with_the_log_key(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Two releases in another order, by the holder of the log key, is a new history: 13 alone, by a kept checkpoint."""
    root, (v1, v2, tide) = statements(small_archive)
    reordered = with_log(small_archive, [root, tide, v1, v2], founders.log)
    assert failed(reordered) == {}
    for size in (2, 3, 4):
        assert failed(reordered, seen(small_archive, size)) == {13: {CHECKPOINT}}


def test_version_logged_twice(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A version logged a second time by the holder of the log key: 9, it does not continue its release."""
    root, (v1, v2, tide) = statements(small_archive)
    assert "log entry 4 (harbour/v2)" in failed(with_log(small_archive, [root, v1, v2, tide, v2], founders.log))[9]


def test_entry_left_out(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A version left out of the middle of a log made again: 9, the next one continues nothing."""
    root, (v1, v2, tide) = statements(small_archive)
    assert "log entry 1 (harbour/v2)" in failed(with_log(small_archive, [root, v2, tide], founders.log))[9]
    assert (
        "releases/harbour/v2/content/record.json" in failed(with_log(small_archive, [root, v1, tide], founders.log))[1]
    )


def test_entry_of_another_archive(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A true entry of another archive in this log: 9 names it."""
    root, (v1, v2, tide) = statements(small_archive)
    found = failed(
        with_log(small_archive, [root, v1, v2, replace(tide, archive="press.example.net/archive")], founders.log)
    )
    assert found[9] == {"log entry 3"}


@pytest.mark.parametrize("release", ["con", "v7", "..", "a/b", ""])
def test_entry_with_a_release_that_is_no_folder(
    small_archive: MemoryStore, founders: InitialKeys, release: str
) -> None:
    """An entry whose release id would name another folder, or none: 9, and nothing outside is looked at."""
    entries = list(open_archive(small_archive).log.entries())
    forged = entries[3].replace(b'"release":"tide"', b'"release":"%s"' % release.encode())
    assert failed(with_entries(small_archive, [*entries[:3], forged], founders.log))[9] == {"log entry 3"}

    bundle = "log/tile/entries/000.p/4"
    unsigned = {**small_archive.files, bundle: small_archive.files[bundle][: -len(entries[3]) - 2]}
    unsigned[bundle] += len(forged).to_bytes(2, "big") + forged
    assert failed(MemoryStore(unsigned)) == {10: {bundle}}


def test_earlier_checkpoint_of_another_history(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """An earlier checkpoint, truly signed, of a history that this log did not grow from: 10 names it."""
    other = with_log(small_archive, [*roots(small_archive), pieces(small_archive)[2].statement], founders.log)
    path = "log/checkpoints/2"
    assert failed(MemoryStore({**small_archive.files, path: other.files[path]})) == {10: {path}}


def test_checkpoint_of_another_log(small_archive: MemoryStore) -> None:
    """The newest checkpoint replaced by one that a stranger signed: 10 names it."""
    forged = with_log(small_archive, open_archive(small_archive).statements, STRANGER)
    found = failed(MemoryStore({**small_archive.files, CHECKPOINT: forged.files[CHECKPOINT]}))
    assert found == {10: {CHECKPOINT}}


# Trust


def test_root_that_nobody_signed(small_archive: MemoryStore) -> None:
    """A second trust root that nobody signed: 11."""
    first = open_archive(small_archive).roots[0]
    second = format_trust_root(replace(first.root, version=2, index=4, previous=first.digest))
    found = failed(MemoryStore({**small_archive.files, "trust/root/2.json": second}))
    assert found == {11: {"trust/root/2.json"}}


def test_root_signed_by_its_own_new_key(small_archive: MemoryStore) -> None:
    """A second trust root that names a stranger's key, signed by that key alone: 11, the old key did not hand over."""
    first = open_archive(small_archive).roots[0]
    root = replace(first.root, version=2, index=4, previous=first.digest, root_keys=(STRANGER.public,))
    data = format_trust_root(root)
    name = f"trust/root/2.json.{fingerprint_file_name(STRANGER.public)}.sig"
    files = {**small_archive.files, "trust/root/2.json": data, name: sign_root(STRANGER, data)}
    assert 11 in failed(MemoryStore(files))


def test_root_signed_but_not_logged(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A second trust root, truly signed, that the log does not name: 11."""
    first = open_archive(small_archive).roots[0]
    root = replace(first.root, version=2, index=4, previous=first.digest)
    data = format_trust_root(root)
    name = f"trust/root/2.json.{fingerprint_file_name(founders.root.public)}.sig"
    files = {**small_archive.files, "trust/root/2.json": data, name: sign_root(founders.root, data)}
    assert failed(MemoryStore(files)) == {11: {"trust/root/2.json", name}}


def test_universal_key_in_a_forged_root(small_archive: MemoryStore) -> None:
    """A trust root with the universal key as a record key: 11, such a key is never admitted."""
    path = "trust/root/1.json"
    value = json.loads(small_archive.files[path])
    blob = base64.b64decode(value["record_keys"][0]["key"].split(" ")[1])[:-32] + bytes([1]) + bytes(31)
    value["record_keys"][0]["key"] = f"ssh-ed25519 {base64.b64encode(blob).decode()}"
    report = verify_archive(MemoryStore({**small_archive.files, path: format_canonical(value)}))
    assert [(finding.check, finding.subject) for finding in report.failures] == [(11, path)]
    assert "small order" in report.failures[0].what


def test_other_archive_in_its_place(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A whole other archive, true in itself, in the place of the one that is known: 11 by the pin, 13 by memory."""
    pin = open_archive(small_archive).roots[0].digest.removeprefix("sha256:")
    first = open_archive(small_archive).roots[0].root
    data = format_trust_root(replace(first, created="2026-11-22T10:00:01Z"))
    name = f"trust/root/1.json.{fingerprint_file_name(founders.root.public)}.sig"
    files = {**small_archive.files, "trust/root/1.json": data, name: sign_root(founders.root, data)}
    root, versions = statements(small_archive)
    entry = replace(root, root=format_digest(sha256_hex(data)))
    other = with_log(MemoryStore(files), [entry, *versions], founders.log)

    assert verify_archive(other).verdict == "verified"
    report = verify_archive(other, pinned_root=pin)
    assert [(finding.check, finding.subject) for finding in report.failures] == [(11, "trust/root/1.json")]
    assert failed(other, seen(small_archive)) == {13: {"trust/root/1.json"}}


def test_statement_bytes_are_what_is_logged(small_archive: MemoryStore) -> None:
    """The entries of a log are the statements and nothing else, so that reading them again gives the same bytes."""
    archive = open_archive(small_archive)
    assert [format_statement(said) for said in archive.statements] == list(archive.log.entries())
