"""What a thief of the log key alone can wreck for good: an entry that nobody can read; no writer signs on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.attacks.hands import lay, run
from tests.conftest import NOW
from tests.verify.forge import failed, with_entries

from muniment.archive import open_archive
from muniment.errors import IntegrityError
from muniment.ingest import Source
from muniment.ssh.keys import format_private_key, format_public_key
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Author, Keys, add_description, add_publication


def garbage(entry: bytes) -> bytes:
    """Bytes that are no JSON."""
    del entry
    return b"\x00\xffgarbage"


def of_another_kind(entry: bytes) -> bytes:
    """A statement of a kind that does not exist."""
    return entry.replace(b'"type":"version/1"', b'"type":"version/9"')


def of_another_archive(entry: bytes) -> bytes:
    """An entry of another archive."""
    return entry.replace(b'"archive":"', b'"archive":"x.')


def at_no_time(entry: bytes) -> bytes:
    """An entry that claims a day that is none."""
    value = json.loads(entry)
    return json.dumps({**value, "logged_at": "2026-02-30T00:00:00Z"}, sort_keys=True, separators=(",", ":")).encode()


SPOILS = (garbage, of_another_kind, of_another_archive, at_no_time)


@pytest.fixture(params=SPOILS, ids=lambda spoil: spoil.__name__)
def poisoned(request: pytest.FixtureRequest, small_archive: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """An archive whose last entry the thief has signed."""
    spoil: Callable[[bytes], bytes] = request.param
    entries = open_archive(small_archive).entries
    return with_entries(small_archive, [*entries, spoil(entries[-1])], founders.log)


def test_entry_that_cannot_be_read(poisoned: MemoryStore, founders: InitialKeys) -> None:
    """No version and no trust root is signed on top of an entry that cannot be read: 9, and nothing is written."""
    assert 9 in failed(poisoned)
    before = dict(poisoned.files)
    keys, author = Keys(founders.record, founders.log), Author(NOW)
    source = Source(b"More\n\nWords.\n", "more.txt", NOW[:10])

    def same(archive: object) -> NextRoot:
        del archive
        return NextRoot(open_archive(poisoned).chain[-1])

    for write in (
        lambda: add_publication(poisoned, keys, "more", source, {}, author),
        lambda: add_description(poisoned, keys, "tide", {"title": "Ebb"}, author),
        lambda: add_root(poisoned, RootKeys([founders.root], founders.log), same, NOW),
    ):
        with pytest.raises(IntegrityError) as caught:
            write()
        assert caught.value.check == 9
        assert "nothing was written" in caught.value.hint
        assert {path: data for path, data in poisoned.files.items() if path != ".lock"} == {
            path: data for path, data in before.items() if path != ".lock"
        }


def test_entry_that_cannot_be_read_is_named(poisoned: MemoryStore, founders: InitialKeys, tmp_path: Path) -> None:
    """The verbs that write stop with exit code 1, and name the entry; no new key is left behind."""
    folder, keys = lay(poisoned.files, tmp_path / "archive"), tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for role in ("root", "record", "log"):
        key = getattr(founders, role)
        (keys / role).write_bytes(format_private_key(key, comment=role))
        (keys / role).chmod(0o600)
        (keys / f"{role}.pub").write_text(format_public_key(key.public, role) + "\n")
    held = sorted(keys.iterdir())
    text = tmp_path / "more.txt"
    text.write_text("More\n\nWords.\n")
    for command in (
        ("add", str(text), "--release", "more"),
        ("describe", "tide", "--title", "Ebb"),
        ("key", "rotate"),
        ("key", "rotate", "--log", "--lost"),
        ("key", "rotate", "--draft", str(tmp_path / "next.json")),
    ):
        said = run(*command, "--archive", str(folder), "--keys", str(keys), "--no-memory")
        assert (said.exit_code, "log entry 4" in said.stderr, said.stdout) == (1, True, ""), (command, said.output)
        assert sorted(keys.iterdir()) == held
    assert not (tmp_path / "next.json").exists()
    assert (folder / "log/checkpoint").read_bytes() == poisoned.files["log/checkpoint"]
