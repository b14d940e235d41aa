"""The file that ssh-keygen checks with."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from muniment.signing.keys import PrivateKey
from muniment.signing.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE, sign
from muniment.signing.trust_root import LogKey, RecordKey, TrustRoot, format_allowed_signers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.signing.conftest import Judge

FIRST, SECOND, BOTH, STRANGER = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3, 4))
PRINCIPAL = "archive@archive.example"
ROOT_1 = TrustRoot(
    archive="archive.example",
    version=1,
    index=0,
    previous=None,
    created="2026-11-22T10:00:00Z",
    threshold=1,
    principal="old@archive.example",
    root_keys=(FIRST.public,),
    record_keys=(RecordKey(key=STRANGER.public, first_index=0, last_index=None),),
    log_keys=(LogKey(vkey="archive.example+00000000+" + "A" * 44, first_index=0, last_index=None),),
    files=(),
)
ROOT_2 = replace(
    ROOT_1,
    version=2,
    index=5,
    principal=PRINCIPAL,
    root_keys=(BOTH.public,),
    record_keys=(
        RecordKey(key=SECOND.public, first_index=0, last_index=4),
        RecordKey(key=BOTH.public, first_index=5, last_index=None),
    ),
)
CHAIN = (ROOT_1, ROOT_2)
COMMENT = (
    "# Generated from trust/root. Use: ssh-keygen -Y verify -f trust/allowed_signers"
    " -I archive@archive.example -n record@muniment -s record.json.sig < record.json"
)


def test_form() -> None:
    """A comment, then a line a key: record keys of the newest root, root keys of all, two roles in one line."""
    expected = sorted(
        [
            f'{PRINCIPAL} namespaces="root@muniment" {FIRST.public.line}',
            f'{PRINCIPAL} namespaces="record@muniment" {SECOND.public.line}',
            f'{PRINCIPAL} namespaces="record@muniment,root@muniment" {BOTH.public.line}',
        ],
        key=lambda line: line.split(" ")[-1],
    )

    assert format_allowed_signers(CHAIN).decode() == "\n".join([COMMENT, *expected, ""])


def test_order_of_keys_does_not_matter() -> None:
    """The bytes are the same in whatever order the roots list their keys."""
    keys = (*ROOT_2.record_keys, RecordKey(key=FIRST.public, first_index=9, last_index=None))
    files = {format_allowed_signers([replace(ROOT_2, record_keys=order)]) for order in permutations(keys)}

    assert len(files) == 1


@pytest.mark.parametrize(
    ("key", "namespace", "good"),
    [
        (FIRST, ROOT_NAMESPACE, True),
        (FIRST, RECORD_NAMESPACE, False),
        (SECOND, RECORD_NAMESPACE, True),
        (SECOND, ROOT_NAMESPACE, False),
        (BOTH, RECORD_NAMESPACE, True),
        (BOTH, ROOT_NAMESPACE, True),
        (STRANGER, RECORD_NAMESPACE, False),
    ],
)
def test_ssh_keygen_agrees(ssh_keygen: Judge, tmp_path: Path, key: PrivateKey, namespace: str, *, good: bool) -> None:
    """With this file ssh-keygen -Y verify accepts each key for its purposes, without a complaint, and no other."""
    (tmp_path / "allowed_signers").write_bytes(format_allowed_signers(CHAIN))
    (tmp_path / "a.sig").write_bytes(sign(key, namespace, b"words"))
    command = ("-Y", "verify", "-f", "allowed_signers", "-I", PRINCIPAL, "-n", namespace, "-s", "a.sig")

    verdict = ssh_keygen(*command, stdin=b"words")

    assert (verdict.returncode == 0) is good
    if good:
        assert verdict.stderr == b""
        assert key.public.fingerprint in verdict.stdout.decode()
        assert ssh_keygen(*command, stdin=b"other words").returncode != 0
