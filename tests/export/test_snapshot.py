from __future__ import annotations

import base64
import hashlib
import io
import locale
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import pytest
from tests.joining import record_key

import muniment
from muniment.archive.paths import CHECKPOINT
from muniment.cite.check import cited_hash
from muniment.cite.formats import STYLE_NAMES
from muniment.cite.reading import parse_citation
from muniment.errors import InputError, IntegrityError
from muniment.export.snapshot import Snapshot
from muniment.log.newest import NamedRoot
from muniment.log.statement import RootStatement, format_statement
from muniment.snapshot.texts import FORMS
from muniment.ssh.keys import PrivateKey, fingerprint_file_name
from muniment.trust.chain import sign_root
from muniment.trust.root import TrustRoot, format_trust_root
from muniment.verify.snapshot import verify_snapshot
from muniment.write.commit import execute, grow_log, plan

if TYPE_CHECKING:
    from tests.snapshot.conftest import World


def files_of(snapshot: Snapshot) -> dict[str, bytes]:
    """Bytes by path in the bag."""
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def test_files_of_a_snapshot(snapshot: Snapshot) -> None:
    """A snapshot holds exactly these files, in one folder that is named like the zip."""
    paths = [path for path in files_of(snapshot) if not path.startswith("data/trust/root/1.json.")]
    assert paths == [
        "00-START-HERE.html",
        "bag-info.txt",
        "bagit.txt",
        "data/README.txt",
        "data/VERIFY.txt",
        "data/cite/citation.bib",
        "data/cite/citation.csl.json",
        "data/cite/citation.datacite.json",
        "data/cite/citation.ris",
        "data/cite/citation.txt",
        "data/inclusion.tlog-proof",
        "data/original.txt",
        "data/paragraphs.tsv",
        "data/provenance.prov.json",
        "data/reading-text.txt",
        "data/record.json",
        "data/record.json.sig",
        "data/ro-crate-metadata.json",
        "data/schemas/record.schema.json",
        "data/schemas/statement.schema.json",
        "data/schemas/trust-root.schema.json",
        "data/statement.json",
        "data/trust/allowed_signers",
        "data/trust/root/1.json",
        "data/verify.sh",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    ]
    assert len(files_of(snapshot)) == len(paths) + 1  # and the one signature of the trust root
    digest = hashlib.sha256(files_of(snapshot)["data/record.json"]).hexdigest()
    assert snapshot.name == f"declaration-v1-{digest[:12]}.zip"
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {f"declaration-v1-{digest[:12]}"}


def test_evidence_is_byte_for_byte_that_of_the_archive(world: World) -> None:
    """Record, signature, original, entry, trust root and schemas are copies."""
    files, store = files_of(world.snapshot()), world.store
    content = "releases/declaration/v1/content"
    for path, stored in {
        "data/record.json": f"{content}/record.json",
        "data/record.json.sig": f"{content}/record.json.sig",
        "data/original.txt": f"{content}/original.txt",
        "data/trust/root/1.json": "trust/root/1.json",
        "data/trust/allowed_signers": "trust/allowed_signers",
        "data/schemas/record.schema.json": "schemas/record.schema.json",
    }.items():
        assert files[path] == store.read(stored)
    assert files["data/statement.json"] == world.archive.log.entry(1)
    assert files["data/inclusion.tlog-proof"].endswith(b"\n\n" + store.read("log/checkpoints/2"))


def test_bag_information(snapshot: Snapshot) -> None:
    """The bag names the record by its hash and is dated by the log entry; no software version, no organisation."""
    lines = files_of(snapshot)["bag-info.txt"].decode().split("\n")
    assert lines[0].startswith("External-Identifier: ni:///sha-256;")
    assert lines[1:5] == [
        "Internal-Sender-Identifier: declaration/v1",
        "Bagging-Date: 2026-11-22",
        "Bag-Software-Agent: muniment",
        "Muniment-Snapshot: 1",
    ]
    assert lines[5].startswith("Payload-Oxum: ")


def test_citation_file(snapshot: Snapshot) -> None:
    """The citation file has the text of every style below its name, and the hash in both spellings."""
    *styles, names = files_of(snapshot)["data/cite/citation.txt"].decode().split("\n\n")
    digest = hashlib.sha256(files_of(snapshot)["data/record.json"]).hexdigest()
    assert styles[::2] == [f"{style}:" for style in STYLE_NAMES]
    long, short = styles[1], styles[3]
    assert long.startswith("“Déclaration sur les événements « Ünïcode »” [document], [January 2022]. Archive ver")
    assert long.endswith(f" SHA-256 {digest}.")
    assert short.endswith(f"v1, SHA-256 {digest[:16]}…")
    assert all(digest in text for text in styles[5::2])
    assert names.startswith(f"sha256:{digest}\nni:///sha-256;")
    assert names.endswith("\n")


@pytest.mark.parametrize(("path", "form"), [(path, form) for path, form in FORMS.items()])
def test_citation_formats(snapshot: Snapshot, path: str, form: str) -> None:
    """Each file of a format reads back as that format, with the whole hash."""
    text = files_of(snapshot)[f"data/{path}"].decode()
    digest = hashlib.sha256(files_of(snapshot)["data/record.json"]).hexdigest()
    (stated,) = parse_citation(text)
    assert (stated.form, cited_hash([stated])) == (form, digest)


def test_bagit_accepts_the_snapshot(snapshot: Snapshot, tmp_path: Path) -> None:
    """The Library of Congress' implementation finds the unpacked snapshot valid, and complains of nothing."""
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.version_info == (1, 0)
    command = [sys.executable, "-m", "bagit", "--validate", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0
    assert "WARNING" not in done.stderr


def test_building_twice_gives_the_same_bytes(world: World, snapshot: Snapshot) -> None:
    """The same version gives the same bytes, in another archive object, and by keys made of the same seeds."""
    assert world.snapshot() == world.snapshot() == snapshot


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be changed here")
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns", "UTC0"])
def test_time_zone_does_not_matter(
    world: World, snapshot: Snapshot, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time zone a day away changes no byte."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert world.snapshot() == snapshot
    finally:
        monkeypatch.undo()
        time.tzset()


def test_clock_does_not_matter(world: World, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands in another century changes no byte."""
    monkeypatch.setattr(time, "time", lambda: 4e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(0))
    assert world.snapshot() == snapshot


@pytest.mark.parametrize("name", ["C", "C.utf8", "POSIX", "de_DE.utf8", "tr_TR.utf8"])
def test_locale_does_not_matter(world: World, snapshot: Snapshot, name: str) -> None:
    """The locale changes no byte."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pytest.skip(f"this machine has no locale {name}")
    try:
        assert world.snapshot() == snapshot
    finally:
        locale.setlocale(locale.LC_ALL, before)


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_umask_does_not_matter(world: World, snapshot: Snapshot, mask: int) -> None:
    """The umask changes no byte."""
    before = os.umask(mask)
    try:
        assert world.snapshot() == snapshot
    finally:
        os.umask(before)


_SCRIPT = """
import hashlib, os, sys
from muniment.archive import open_archive
from muniment.export.snapshot import build_snapshot
from muniment.reference import parse_reference
from muniment.store import LocalStore
from pathlib import Path
os.umask(0o077)
archive = open_archive(LocalStore(Path(sys.argv[1])))
snapshot = build_snapshot(archive, archive.read(parse_reference("v1")))
print(snapshot.name, hashlib.sha256(snapshot.data).hexdigest())
"""


def write_archive(world: World, folder: Path) -> Path:
    """Write the archive to a disk."""
    for path, data in world.store.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.mark.parametrize("name", ["python3.11", "python3.12", "python3.13", "python3.14"])
def test_another_python_gives_the_same_bytes(world: World, snapshot: Snapshot, name: str, tmp_path: Path) -> None:
    """Every Python on the path that has the packages which Muniment needs builds the same bytes, in another locale."""
    python = shutil.which(name)
    environment = {**os.environ, "PYTHONPATH": str(Path(muniment.__file__).parents[1]), "TZ": "Pacific/Apia"}
    environment |= {"LC_ALL": "POSIX", "PYTHONHASHSEED": "7"}
    probe = [str(python), "-c", "import muniment.export.snapshot"]
    if python is None or subprocess.run(probe, env=environment, capture_output=True, check=False).returncode:
        pytest.skip(f"no {name} with the packages that Muniment needs is on the path")
    world.emend()
    folder = write_archive(world, tmp_path / "archive")
    done = subprocess.run([python, "-c", _SCRIPT, folder], env=environment, capture_output=True, check=True, text=True)
    assert done.stdout.split() == [snapshot.name, hashlib.sha256(snapshot.data).hexdigest()]


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_gives_the_same_bytes(world: World, snapshot: Snapshot, seed: str, tmp_path: Path) -> None:
    """Hash seed, working folder, locale, time zone and umask of a process change no byte."""
    write_archive(world, tmp_path / "archive")
    (tmp_path / seed).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, tmp_path / "archive"],
        cwd=tmp_path / seed,
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": "Asia/Kathmandu",
            "LC_ALL": "C",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.split() == [snapshot.name, hashlib.sha256(snapshot.data).hexdigest()]


def test_growth_does_not_change_a_snapshot(world: World, snapshot: Snapshot) -> None:
    """New versions, new releases and emendations leave the snapshot of v1 as it was."""
    world.publish("Déclaration\n\n1. Other words.\n")
    world.publish("A title\n\n1. Words.\n", "another")
    assert world.snapshot("declaration/v1") == snapshot


def test_a_later_checkpoint(world: World, snapshot: Snapshot) -> None:
    """A version can be exported under any later published checkpoint, and verifies under it."""
    for number in range(5):
        world.publish(f"Title {number}\n\n1. Words.\n", f"release-{number}")
    names = set()
    for size in range(2, 8):
        later = world.snapshot("declaration/v1", size=size)
        report = verify_snapshot(later.data, subject=later.name)
        assert (report.verdict, report.size) == ("verified", size)
        names.add(later.name)
        changed = {path for path, data in files_of(later).items() if files_of(snapshot)[path] != data}
        assert changed <= {
            "bag-info.txt",
            "data/README.txt",
            "data/inclusion.tlog-proof",
            "00-START-HERE.html",
            "data/ro-crate-metadata.json",
            "manifest-sha256.txt",
            "tagmanifest-sha256.txt",
        }
    assert names == {snapshot.name}


@pytest.mark.parametrize("size", [0, 1, 3, -1])
def test_a_checkpoint_that_does_not_cover_the_version(world: World, size: int) -> None:
    """A size before the version, or after the end of the log, is refused."""
    with pytest.raises(InputError, match=f"no checkpoint of size {size} covers declaration/v1"):
        world.snapshot(size=size)


def test_a_checkpoint_that_was_not_published(world: World) -> None:
    """A size of which there is no checkpoint is refused; without a size the next published one is taken."""
    world.publish("A title\n\n1. Words.\n", "another")
    world.store.remove("log/checkpoints/2")
    with pytest.raises(InputError, match="no checkpoint of size 2 was published"):
        world.snapshot("declaration/v1", size=2)
    later = world.snapshot("declaration/v1")
    assert verify_snapshot(later.data, subject="s").size == 3


def test_every_kind_of_version_verifies(world: World) -> None:
    """A revised text and an emended one verify; the report says that the version before is not in the snapshot."""
    world.emend()
    world.publish("Déclaration\n\n1. Other words.\n")
    for reference in ("v1", "v2", "v3"):
        snapshot = world.snapshot(reference)
        report = verify_snapshot(snapshot.data, subject=snapshot.name)
        assert report.verdict == "verified"
        notices = [finding.what for finding in report.findings if finding.check == 5]
        assert notices == (
            [] if reference == "v1" else ["the version before is not part of a snapshot: what changed was not checked"]
        )


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("releases/declaration/v1/content/record.json.sig", "signature"),
        ("schemas/record.schema.json", "not the file that the trust root vouches for"),
        ("log/checkpoints/2", "log/checkpoints/2"),
    ],
)
def test_what_does_not_verify_is_not_exported(world: World, path: str, what: str) -> None:
    """A damaged archive gives no snapshot, but the first fault."""
    data = world.store.read(path)
    world.store.replace(path, data.replace(b"A", b"B", 1) if b"A" in data else data + b" ", data)
    with pytest.raises(IntegrityError, match=what) as caught:
        world.snapshot()
    assert caught.value.hint in {"verify the archive", "restore the file from a copy"}


def test_checkpoint_with_a_strangers_line_is_not_exported(world: World) -> None:
    """A signature line by nobody that the archive knows gives no snapshot: nobody vouches for its bytes."""
    data = world.store.read("log/checkpoints/2")
    line = f"— stranger.example.org {base64.b64encode(b'abcd' + bytes(64)).decode()}\n"
    world.store.replace("log/checkpoints/2", data + line.encode(), data)

    with pytest.raises(IntegrityError, match="a signature line too many"):
        world.snapshot()


def rotate(world: World) -> PrivateKey:
    """Add trust root 2, with one more record key and root key, as the log's next entry."""
    archive = world.archive
    first, old_data = archive.roots[0].root, archive.roots[0].data
    new = PrivateKey.from_seed(bytes([9]) * 32)
    root = TrustRoot(
        archive=first.archive,
        version=2,
        index=archive.checkpoint.size,
        previous=f"sha256:{hashlib.sha256(old_data).hexdigest()}",
        created="2026-11-22T11:00:00Z",
        threshold=1,
        principal=first.principal,
        root_keys=first.root_keys,
        record_keys=(*first.record_keys, record_key(first, archive.checkpoint.size, new)),
        log_keys=first.log_keys,
        files=first.files,
    )
    data = format_trust_root(root)
    statement = RootStatement(first.archive, 2, f"sha256:{hashlib.sha256(data).hexdigest()}", root.created)
    entry = format_statement(statement)
    named = NamedRoot(2, statement.root)
    growth = grow_log(archive.log, archive.checkpoint, [entry], archive.origin, world.keys.log, root=named)
    signature = f"trust/root/2.json.{fingerprint_file_name(world.root_key.public)}.sig"
    create = (("trust/root/2.json", data), (signature, sign_root(world.root_key, data)))
    before = world.store.read(CHECKPOINT)
    execute(world.store, plan(growth, create=create, swap=(), before=before))
    return new


def test_a_new_trust_root_does_not_change_a_snapshot(world: World, snapshot: Snapshot) -> None:
    """A snapshot holds the trust roots that the log named up to its checkpoint, and later ones when it is later."""
    rotate(world)
    assert world.snapshot() == snapshot
    later = world.snapshot(size=3)
    assert "data/trust/root/2.json" in files_of(later)
    report = verify_snapshot(later.data, subject=later.name, pinned_root=world.archive.roots[0].digest[7:])
    assert (report.verdict, report.size, report.findings) == ("verified", 3, ())
