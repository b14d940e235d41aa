"""Each kind of bad input: one line, the designed exit code, and nothing written."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.ssh.keys import PrivateKey, format_private_key

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]
Tree: TypeAlias = Callable[[Path], object]
ADD = ("--release", "harbour-notice")


def test_missing_file(refused: Refused) -> None:
    """A file that is not there is named."""
    assert "nowhere.txt: no such file" in refused("add", "nowhere.txt", *ADD, code=2)


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        (("add", "", "--release", "x"), "FILE"),
        (("--archive", "", "list"), "--archive"),
        (("list", "--archive", ""), "--archive"),
        (("verify", ""), "TARGET"),
        (("verify", "--against", ""), "--against"),
        (("recover", "--from", ""), "--from"),
        (("diff", "", "notice.txt"), "A"),
        (("export", "harbour-notice", "-o", ""), "--output"),
        (("init", "", "--origin", "press.example.org"), "DIR"),
    ],
)
def test_empty_name_of_a_file(refused: Refused, arguments: tuple[str, ...], where: str) -> None:
    """A variable without value names no file, and above all not the folder that one is in."""
    said = refused(*arguments, code=2)
    assert said.startswith(f"archive: {where}: the name of ")
    assert "is empty" in said


def test_empty_file(refused: Refused, work: Path) -> None:
    """An empty file is refused."""
    (work / "empty.txt").write_bytes(b"")
    assert "empty.txt" in refused("add", "empty.txt", *ADD, code=2)


def test_blank_file(refused: Refused, work: Path) -> None:
    """A file of white space is refused."""
    (work / "blank.txt").write_bytes(b" \n\n \t\n")
    assert "blank.txt" in refused("add", "blank.txt", *ADD, code=2)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"words\x00and\x01more", b"PK\x03\x04rest"])
def test_binary_file(refused: Refused, work: Path, data: bytes) -> None:
    """A binary file is refused."""
    (work / "binary.txt").write_bytes(data)
    assert "binary.txt" in refused("add", "binary.txt", *ADD, code=2)


def test_file_of_100_megabytes(run: Run, work: Path, tree: Tree) -> None:
    """A file of 100 MB is refused with its size."""
    with (work / "large.txt").open("wb") as file:
        file.truncate(100_000_000)
    before = tree(work / "archive")
    result = run("add", "large.txt", *ADD)
    assert result.exit_code == 2
    assert result.stderr == (
        "archive: large.txt: the file is too large: expected at most 16777216 bytes, found 100000000 bytes\n"
    )
    assert tree(work / "archive") == before


def test_endless_stdin(refused: Refused) -> None:
    """Of stdin no more is read than one byte beyond the limit."""
    line = refused("add", "-", "--name", "a.txt", *ADD, stdin=b"a" * 16777217, code=2)
    assert line == "archive: stdin: the file is too large: expected at most 16777216 bytes, found more\n"


def test_undecodable_file(run: Run, work: Path, tree: Tree) -> None:
    """A file that is no UTF-8 is refused, after its first such line as other charsets read it."""
    (work / "latin.txt").write_bytes("Notice\n\nThe café closes.\n".encode("latin-1"))
    before = tree(work)
    result = run("add", "latin.txt", *ADD)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("latin.txt, line 3, as other charsets read it:\n  windows-1252  The café closes.\n")
    assert result.stderr.splitlines()[-1].startswith("archive: latin.txt: the text is not utf-8")
    assert tree(work) == before


def test_folder_for_a_file(refused: Refused) -> None:
    """A folder is no file to add."""
    assert "keys: not a regular file: found a folder" in refused("add", "keys", *ADD, code=2)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO")
def test_pipe_for_a_file(refused: Refused, work: Path) -> None:
    """A FIFO is refused at once, without waiting for its other end."""
    os.mkfifo(work / "pipe")
    assert "pipe: not a regular file: found a pipe" in refused("add", "pipe", *ADD, code=2)


@pytest.mark.parametrize("release", ["", "Harbour", "a b", "../x", "-x", "v1", "nul", "a" * 64, "a\n", "\x1b[31m"])
def test_illegal_release_id(refused: Refused, release: str) -> None:
    """A release id outside the grammar is refused, and shown escaped."""
    line = refused("add", "notice.txt", f"--release={release}", code=2)
    assert "release id" in line
    assert "\x1b" not in line


@pytest.mark.parametrize(
    "reference", ["other", "other/v1", "harbour-notice/v9", "v9", "sha256:" + "0" * 64, "x y", "sha256:12", "", "v01"]
)
@pytest.mark.parametrize("verb", ["show", "cite", "export", "verify"])
def test_unknown_reference(refused: Refused, verb: str, reference: str) -> None:
    """What a reference does not name is refused by every verb that reads."""
    refused(verb, reference, code=2)


def test_unknown_reference_to_write(refused: Refused) -> None:
    """What a reference does not name is refused by the verbs that write."""
    refused("describe", "other", "--title", "x", code=2)
    refused("emend", "other#p1", "--omit", "x", "--reason", "x", code=2)
    refused("diff", "other", "v1", code=2)
    refused("log", "other", code=2)


def test_unknown_paragraph(refused: Refused) -> None:
    """A paragraph that is not there is named, with those that are."""
    assert "harbour-notice/v2 has no paragraph p9" in refused("show", "harbour-notice#p9", code=2)
    refused("cite", "v1#p9", code=2)
    refused("diff", "v1#p9", "v2#p9", code=2)
    refused("emend", "harbour-notice#p9", "--omit", "x", "--reason", "x", code=2)


def test_ambiguous_version(refused: Refused, run: Run) -> None:
    """``v1`` where there are two releases is refused, and both are named."""
    assert run("add", "notice.txt", "--release", "second-notice").exit_code == 0
    line = refused("show", "v1", code=2)
    assert "harbour-notice/v1, second-notice/v1" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("log",),
        ("show", "v1"),
        ("verify",),
        ("cite", "v1"),
        ("export", "v1"),
        ("recover",),
        ("add", "../notice.txt", "--release", "x"),
        ("describe", "v1", "--title", "x"),
        ("emend", "v1#p1", "--omit", "x", "--reason", "x"),
        ("diff", "v1", "v2"),
    ],
)
def test_no_archive(run: Run, work: Path, arguments: tuple[str, ...], tree: Tree) -> None:
    """A directory that is no archive gives exit code 3 from every verb, and stays as it is."""
    (work / "plain").mkdir()
    shutil.copy("notice.txt", work / "plain")
    os.chdir(work / "plain")
    before = tree(work)
    result = run(*arguments, "--archive", ".")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("archive: .: not an archive: expected a folder with a file 0=muniment_archive_1")
    assert tree(work) == before


def test_no_archive_upwards(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no folder upwards is an archive, the way to name one is said."""
    monkeypatch.chdir(tmp_path)
    result = run("list")
    assert result.exit_code == 3
    assert (
        result.stderr == f"archive: {tmp_path}: no archive in this folder or above it (name one with --archive DIR)\n"
    )


def test_init_in_an_occupied_folder(refused: Refused) -> None:
    """``init`` leaves a folder alone that holds something."""
    assert "the folder is not empty" in refused("init", "keys", "--origin", "example.org", "--keys", "new", code=2)
    assert "there is an archive already" in refused("init", "archive", "--origin", "example.org", code=2)


def test_init_with_a_bad_origin(refused: Refused) -> None:
    """``init`` makes no keys for a name that no archive can have."""
    assert "write example.org" in refused(
        "init", "new", "--origin", "https://example.org", "--keys", "new-keys", code=2
    )


def test_keys_in_the_archive(refused: Refused) -> None:
    """Private keys must not lie in the folder that will be handed around."""
    line = refused("init", "new", "--origin", "example.org", "--keys", "new/keys", code=2)
    assert "private keys must not lie in the archive" in line


def test_wrong_key(refused: Refused, work: Path) -> None:
    """A key that the trust root does not list is refused, for the record and for the log."""
    path = work / "stranger"
    path.write_bytes(format_private_key(PrivateKey.from_seed(bytes([9]) * 32), comment="x"))
    path.chmod(0o600)
    line = refused("add", "notice.txt", *ADD, "--key", "stranger", code=2)
    assert "this key may not sign records of this archive" in line
    line = refused("add", "notice.txt", *ADD, "--log-key", "stranger", code=2)
    assert "this key may not sign the log of this archive" in line


def test_missing_key(refused: Refused) -> None:
    """A missing key is named by the place looked at and the fingerprint expected."""
    line = refused("add", "notice.txt", *ADD, "--keys", "nowhere", code=2)
    assert f"{Path('nowhere', 'record')}: there is no record key: expected the private key of SHA256:" in line
    line = refused("init", "new", "--origin", "example.org", "--key", "nowhere", "--keys", "new-keys", code=2)
    assert "nowhere: there is no record key" in line


def test_default_place_of_keys(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless told otherwise, keys lie in the user's configuration, by the name of the archive."""
    monkeypatch.delenv("ARCHIVE_KEYS")
    assert f"{Path('muniment', 'keys', 'example.org_press', 'record')}: " in refused("add", "notice.txt", *ADD, code=2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is no private key"),
        (b"ssh-ed25519 AAAA x\n", "the file is a public key"),
        (b"-----BEGIN PRIVATE KEY-----\n", "the file is a private key in PEM (PKCS #8) form"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "the private key"),
        (b"x" * 65537, "the file is too large"),
    ],
)
def test_unusable_key(refused: Refused, work: Path, data: bytes, said: str) -> None:
    """What is no Ed25519 private key in OpenSSH format is refused with what it is."""
    (work / "key").write_bytes(data)
    (work / "key").chmod(0o600)
    assert said in refused("add", "notice.txt", *ADD, "--key", "key", code=2)


def test_key_that_is_a_folder(refused: Refused) -> None:
    """A folder is no key."""
    assert "found a folder" in refused("add", "notice.txt", *ADD, "--key", "keys", code=2)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_key_that_others_may_read(refused: Refused, work: Path, mode: int) -> None:
    """A private key that others may read is refused with the cure, as ssh does."""
    (work / "keys" / "record").chmod(mode)
    line = refused("add", "notice.txt", *ADD, code=2)
    assert f"others may read this private key: expected mode 0600, found {mode:04o} (chmod 600 " in line


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("name", ["notice.txt", "keys/record.pub.txt", "empty"])
def test_no_key_needs_no_other_mode(refused: Refused, work: Path, name: str) -> None:
    """A file that is no private key is refused as that: nobody is told to change its mode."""
    (work / "empty").write_bytes(b"")
    shutil.copy(work / "keys" / "record.pub", work / "keys" / "record.pub.txt")
    (work / name).chmod(0o644)
    for option in ("--key", "--log-key"):
        line = refused("add", "notice.txt", *ADD, option, name, code=2)
        assert name in line
        assert "chmod" not in line


def test_key_that_cannot_be_read(refused: Refused, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key file that the system refuses to open is named, with the system's reason."""
    real = os.open

    def deny(path: str, flags: int, mode: int = 0o777, **named: int) -> int:
        if os.fspath(path).endswith("record"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, mode, **named)

    monkeypatch.setattr(os, "open", deny)
    assert "record: it cannot be read: found permission denied" in refused("add", "notice.txt", *ADD, code=2)
    assert work.is_dir()


def test_passphrase_that_fails(
    refused: Refused, work: Path, monkeypatch: pytest.MonkeyPatch, write_keys: Callable[..., None]
) -> None:
    """A locked key needs its passphrase; none and a wrong one are told apart."""
    shutil.rmtree(work / "keys")
    write_keys(work / "keys", passphrase=b"right")
    line = refused("add", "notice.txt", *ADD, code=2)
    assert "the private key is locked (set ARCHIVE_PASSPHRASE, or run this on a terminal)" in line
    monkeypatch.setenv("ARCHIVE_PASSPHRASE", "wrong")
    line = refused("add", "notice.txt", *ADD, code=2)
    assert "the passphrase is wrong, or the private key is damaged" in line


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "no space is left"), (errno.EROFS, "the file system is read-only")]
)
def test_full_or_read_only_disk(refused: Refused, monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    """A disk that takes nothing gives exit code 3; the archive is as before."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("muniment.store.local.write_new", refuse)
    for arguments in (
        ("add", "notice.txt", "--release", "other"),
        ("describe", "v2", "--title", "x"),
        ("emend", "v2#p1", "--omit", "harbour", "--reason", "x"),
    ):
        assert said in refused(*arguments, code=3)


def test_disk_that_fills_up(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full after some files leaves nothing of them, wherever it stops."""
    real = __import__("muniment.store.local", fromlist=["write_new"]).write_new
    for room in range(12):
        written: list[object] = []

        def write(path: Path, data: bytes, *, sync: bool, room: int = room, written: list[object] = written) -> None:
            written.append(path)
            if len(written) == room + 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real(path, data, sync=sync)

        monkeypatch.setattr("muniment.store.local.write_new", write)
        assert "no space is left" in refused("add", "notice.txt", "--release", "other", code=3)


def test_init_on_a_read_only_disk(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no archive can be made, no keys are left either."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("muniment.store.local.make_folders", refuse)
    line = refused("init", "new", "--origin", "example.org", "--keys", "new-keys", code=3)
    assert line == "archive: new: the file system is read-only (copy the archive to a place that can be written to)\n"


def test_init_without_room_for_keys(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a key cannot be written, the keys before it are removed again."""
    real = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, **named: int) -> int:
        if os.fspath(path).endswith("log.pub"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, flags, mode, **named)

    monkeypatch.setattr(os, "open", refuse)
    line = refused("init", "new", "--origin", "example.org", "--keys", "new-keys", code=3)
    assert "log.pub: the key cannot be written: found no space left on device" in line


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="modes of folders do not hold for root or on Windows")
def test_folder_that_is_read_only(refused: Refused, work: Path) -> None:
    """An archive in a folder that may not be written to gives exit code 3."""
    folders = [path for path in [work / "archive", *(work / "archive").rglob("*")] if path.is_dir()]
    for path in folders:
        path.chmod(0o500)
    try:
        refused("add", "notice.txt", "--release", "other", code=3)
    finally:
        for path in folders:
            path.chmod(0o700)


def test_version_that_changes_nothing(run: Run, work: Path, tree: Tree) -> None:
    """The same bytes, and the same description, say since when they stand and write nothing."""
    before = tree(work)
    same = run("add", "second.txt", *ADD)
    assert (same.exit_code, same.stdout, same.stderr) == (0, "unchanged since v2\n", "")
    same = run("describe", "harbour-notice", "--language", "en")
    assert (same.exit_code, same.stdout, same.stderr) == (0, "unchanged since v2\n", "")
    assert tree(work) == before


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ('{"language": "e n"}', "metadata/language: "),
        ('{"subjects": ["a", "a"]}', "metadata/subjects: "),
        ('{"issued": {"date": "2026-13", "basis": "stated"}}', "file.json/issued/date: there is no such day"),
        ('{"issued": {"date": "2026-02-31", "basis": "stated"}}', "found '2026-02-31'"),
        ('{"colour": "red"}', "metadata/colour: unknown member"),
        ('{"title": 1.5}', "file.json"),
        ('{"title": "a", "title": "b"}', "file.json"),
        ("[]", "file.json: not a JSON object"),
        ("{", "file.json"),
        ("", "file.json"),
    ],
)
def test_metadata_that_fails(refused: Refused, work: Path, metadata: str, said: str) -> None:
    """Metadata that fails the schema is refused with JSON Pointer and reason; what is no JSON, with its place."""
    (work / "file.json").write_text(metadata)
    assert said in refused("add", "notice.txt", "--release", "other", "--metadata", "file.json", code=2)
    assert said in refused("describe", "v2", "--metadata", "file.json", code=2)


def test_metadata_that_is_missing(refused: Refused) -> None:
    """A file of metadata that is not there is named."""
    assert "nowhere.json: no such file" in refused("describe", "v2", "--metadata", "nowhere.json", code=2)
