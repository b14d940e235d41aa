"""Tests of ``muniment.verify.trust``."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.verify.forge import statements

from muniment.archive import open_archive
from muniment.errors import StoreError
from muniment.log.statement import Statement
from muniment.store import MemoryStore
from muniment.store.interface import MAX_FILE
from muniment.verify.entries import Contents
from muniment.verify.report import Tally
from muniment.verify.trust import TrustResult, check_logged_roots, check_pin, check_roots, check_signers, check_vouched


def found(tally: Tally) -> list[tuple[int, str, bool, str]]:
    """What was found."""
    return [(f.check, f.subject, f.ok, f.what) for f in tally.findings]


def test_first_use(empty_archive: MemoryStore) -> None:
    """Without a pinned root the digest of the first root is shown, to be compared by the reader."""
    tally = Tally()
    trust = check_roots(tally, empty_archive, 1, None)
    assert found(tally) == [(11, "trust/root/1.json", True, f"trusted on first use: {trust.digests[0]}")]
    assert (len(trust.chain), tally.passed[11]) == (1, 1)
    assert set(trust.files) == {path for path in empty_archive.files if path.startswith("trust/root/")}


def test_pin(empty_archive: MemoryStore) -> None:
    """A pinned root that is the right one passes; another one fails, with both digests."""
    tally, digest = Tally(), open_archive(empty_archive).roots[0].digest
    check_pin(tally, "trust/root/1.json", digest, digest.removeprefix("sha256:"))
    assert (tally.findings, tally.passed[11]) == ([], 1)
    check_pin(tally, "trust/root/1.json", digest, "0" * 64)
    assert found(tally) == [(11, "trust/root/1.json", False, "not the trust root that was asked for")]
    assert (tally.findings[0].expected, tally.findings[0].found) == (f"sha256:{'0' * 64}", digest)


def test_no_roots_at_all(empty_archive: MemoryStore) -> None:
    """Without any root there is nothing to trust, and the finding says what is missing."""
    tally = Tally()
    files = {path: data for path, data in empty_archive.files.items() if not path.startswith("trust/root")}
    assert check_roots(tally, MemoryStore(files), 1, None).chain == ()
    assert found(tally) == [(11, "trust/root", False, "there is no trust root")]


def test_root_that_cannot_be_read(empty_archive: MemoryStore) -> None:
    """A root that is there and cannot be read leaves everything unchecked, and says so of the log and the releases."""

    class Closed(MemoryStore):
        def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
            if path.startswith("trust/root"):
                raise StoreError("permission denied", where=path)
            return super().read(path, max_size=max_size)

    tally = Tally()
    assert check_roots(tally, Closed(empty_archive.files), 1, None).chain == ()
    root = "trust/root/1.json"
    told = [(f.check, f.subject, f.readable, f.cause) for f in tally.findings]
    assert told == [(11, root, False, ""), (9, "releases", False, root), (10, "log", False, root)]


def test_chain_that_does_not_verify_is_still_read(empty_archive: MemoryStore) -> None:
    """Roots whose signature is gone fail, and are read all the same, so that the other checks can go on."""
    files = {path: data for path, data in empty_archive.files.items() if not path.endswith(".sig")}
    tally = Tally()
    assert len(check_roots(tally, MemoryStore(files), 1, None).chain) == 1
    assert [finding.ok for finding in tally.findings] == [False, True]

    tally = Tally()
    assert check_roots(tally, MemoryStore({**files, "trust/root/1.json": b"{}"}), 1, None).chain == ()
    assert [finding.ok for finding in tally.findings] == [False]


@pytest.mark.parametrize("path", ["README.txt", "schemas/record.schema.json", "releases/ocfl_layout.json"])
def test_static_files(empty_archive: MemoryStore, path: str) -> None:
    """A static file that is changed or gone fails check 2 and is named."""
    chain = open_archive(empty_archive).chain
    tally = Tally()
    assert set(check_vouched(tally, empty_archive, chain)) == {
        *(f.path for f in chain[0].files),
        "trust/allowed_signers",
    }
    assert tally.findings == []
    check_vouched(tally, MemoryStore({**empty_archive.files, path: b"x"}), chain)
    check_vouched(tally, MemoryStore({name: d for name, d in empty_archive.files.items() if name != path}), chain)
    assert found(tally) == [
        (2, path, False, "not the file that the trust root vouches for"),
        (2, path, False, "no such file"),
    ]


def test_allowed_signers(empty_archive: MemoryStore) -> None:
    """A list for ssh-keygen that is not what the roots make fails check 11: it could let a stranger in."""
    chain, path = open_archive(empty_archive).chain, "trust/allowed_signers"
    for files in (
        {**empty_archive.files, path: empty_archive.files[path] + b"x"},
        {name: data for name, data in empty_archive.files.items() if name != path},
    ):
        tally = Tally()
        check_signers(tally, MemoryStore(files), chain, behind=False)
        assert [(f.check, f.subject) for f in tally.findings] == [(11, path)]


def test_logged_roots(small_archive: MemoryStore) -> None:
    """The log names exactly the roots that are there, each at the index that it says, the first as its first entry."""
    archive = open_archive(small_archive)
    root, rest = statements(small_archive)
    one, two = archive.roots[0].digest, f"sha256:{'2' * 64}"
    later = replace(archive.chain[0], version=2, index=4)
    second = replace(root, version=2, root=two)
    cases: list[tuple[list[str], list[Statement | None], bool]] = [
        ([one], [root, *rest], True),
        ([one, two], [root, *rest, second], True),
        ([one, two], [root, None, None, None, second], True),
        ([one, two], [root, *rest[1:], second], False),
        ([one], [root, None], True),
        ([one], [*rest, root], False),
        ([one], [None, root], False),
        ([one], [], False),
        ([one], [root, root], False),
        ([one], [root, *rest, second], False),
        ([one, two], [root], False),
        ([one, two], [root, *rest, replace(second, version=3)], False),
        ([one, two], [second, *rest, root], False),
    ]
    for digests, said, sound in cases:
        tally, chain = Tally(), (archive.chain[0], later)[: len(digests)]
        named = tuple((index, statement) for index, statement in enumerate(said) if statement is not None)
        lost = [index for index, statement in enumerate(said) if statement is None]
        contents = Contents(named, lost, len(said), {}, "")
        check_logged_roots(tally, TrustResult(chain, tuple(digests), ()), contents)
        assert [finding.check for finding in tally.findings] == ([] if sound else [11]), (digests, said)
        assert tally.passed[11] == sound
