"""The file that ssh-keygen checks with."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from muniment.ssh.keys import PrivateKey
from muniment.ssh.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE, sign
from muniment.trust.allowed_signers import Window, format_allowed_signers, record_window, root_window
from muniment.trust.root import LogKey, RecordKey, Revocation, TrustRoot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ssh.conftest import Judge

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
    created="2026-12-01T08:00:00Z",
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
    " -I archive@archive.example -n record@muniment -s record.json.sig{} < record.json"
)
BEFORE, AT, AFTER = "20261130000000Z", "20261201080000Z", "20261202000000Z"


def test_form() -> None:
    """A comment, then a line a key: record keys of the newest root, root keys of all, two roles in one line."""
    expected = sorted(
        [
            f'{PRINCIPAL} namespaces="root@muniment",valid-before="{AT}" {FIRST.public.line}',
            f'{PRINCIPAL} namespaces="record@muniment",valid-before="{AT}" {SECOND.public.line}',
            f'{PRINCIPAL} namespaces="record@muniment,root@muniment",valid-after="{AT}" {BOTH.public.line}',
        ],
        key=lambda line: line.split(" ")[-1],
    )

    comment = COMMENT.format(" -Overify-time=YYYYMMDDHHMMSSZ")
    assert format_allowed_signers(CHAIN).decode() == "\n".join([comment, *expected, ""])


def test_no_dates_while_no_key_was_replaced() -> None:
    """Under the first root, and under later ones that keep its keys, every line stands without a date."""
    later = replace(ROOT_1, version=2, index=3, created="2027-01-01T00:00:00Z")
    lines = sorted(
        [
            f'old@archive.example namespaces="root@muniment" {FIRST.public.line}',
            f'old@archive.example namespaces="record@muniment" {STRANGER.public.line}',
        ],
        key=lambda line: line.split(" ")[-1],
    )
    comment = COMMENT.format("").replace(PRINCIPAL, "old@archive.example")
    for chain in ([ROOT_1], [ROOT_1, later]):
        assert format_allowed_signers(chain).decode() == "\n".join([comment, *lines, ""])


def test_order_of_keys_does_not_matter() -> None:
    """The bytes are the same in whatever order the roots list their keys."""
    keys = (*ROOT_2.record_keys, RecordKey(key=FIRST.public, first_index=9, last_index=None))
    files = {format_allowed_signers([replace(ROOT_2, record_keys=order)]) for order in permutations(keys)}

    assert len(files) == 1


@pytest.mark.parametrize(
    ("key", "namespace", "good"),
    [
        (FIRST, ROOT_NAMESPACE, {BEFORE, AT}),
        (FIRST, RECORD_NAMESPACE, set()),
        (SECOND, RECORD_NAMESPACE, {BEFORE, AT}),
        (SECOND, ROOT_NAMESPACE, set()),
        (BOTH, RECORD_NAMESPACE, {AT, AFTER}),
        (BOTH, ROOT_NAMESPACE, {AT, AFTER}),
        (STRANGER, RECORD_NAMESPACE, set()),
    ],
)
def test_ssh_keygen_agrees(
    ssh_keygen: Judge, tmp_path: Path, key: PrivateKey, namespace: str, *, good: set[str]
) -> None:
    """With this file ssh-keygen -Y verify accepts each key for its purposes in its window, both ends, and no other."""
    (tmp_path / "allowed_signers").write_bytes(format_allowed_signers(CHAIN))
    (tmp_path / "a.sig").write_bytes(sign(key, namespace, b"words"))
    command = ("-Y", "verify", "-f", "allowed_signers", "-I", PRINCIPAL, "-n", namespace, "-s", "a.sig")

    for time in (BEFORE, AT, AFTER):
        verdict = ssh_keygen(*command, f"-Overify-time={time}", stdin=b"words")
        assert (verdict.returncode == 0) is (time in good), time
        if time in good:
            assert verdict.stderr == b""
            assert key.public.fingerprint in verdict.stdout.decode()
            assert ssh_keygen(*command, f"-Overify-time={time}", stdin=b"other words").returncode != 0


def test_revoked_key(ssh_keygen: Judge, tmp_path: Path) -> None:
    """A revoked key is accepted until it may have been in other hands, also where it was retired later than that."""
    revoked = Revocation(4, "2026-11-29T00:00:00Z", "stolen")
    held = replace(ROOT_2.record_keys[0], revoked=revoked)
    root = replace(ROOT_2, version=3, index=7, record_keys=(held, ROOT_2.record_keys[1]))
    assert record_window((*CHAIN, root), SECOND.public) == Window(None, "2026-11-28T23:59:59Z")
    (tmp_path / "allowed_signers").write_bytes(format_allowed_signers((*CHAIN, root)))
    (tmp_path / "a.sig").write_bytes(sign(SECOND, RECORD_NAMESPACE, b"words"))
    command = ("-Y", "verify", "-f", "allowed_signers", "-I", PRINCIPAL, "-n", RECORD_NAMESPACE, "-s", "a.sig")
    assert ssh_keygen(*command, "-Overify-time=20261128000000Z", stdin=b"words").returncode == 0
    assert ssh_keygen(*command, f"-Overify-time={BEFORE}", stdin=b"words").returncode != 0


def test_window_without_an_inside() -> None:
    """A key that was brought and ended in the same second has no beginning: ssh-keygen would refuse the whole line."""
    held = replace(ROOT_2.record_keys[1], revoked=Revocation(5, ROOT_2.created, "stolen at once"))
    root = replace(ROOT_2, version=3, index=7, record_keys=(ROOT_2.record_keys[0], held))
    assert record_window((*CHAIN, root), BOTH.public) == Window(None, "2026-12-01T07:59:59Z")


def test_nearest() -> None:
    """A time is taken as it is in the window, and at its nearer end outside."""
    window = Window("2026-01-02T00:00:00Z", "2026-01-04T00:00:00Z")
    days = {"2026-01-01": "2026-01-02", "2026-01-03": "2026-01-03", "2026-01-05": "2026-01-04"}
    for day, expected in days.items():
        assert window.nearest(f"{day}T00:00:00Z") == f"{expected}T00:00:00Z"
    assert Window().nearest("2026-01-01T00:00:00Z") == "2026-01-01T00:00:00Z"


def test_unknown_key() -> None:
    """A key that no root names has no window of its own."""
    assert record_window(CHAIN, FIRST.public) == root_window(CHAIN, SECOND.public) == Window()


def test_years_have_four_digits() -> None:
    """The second before a time is written with the four digits of its year, whatever the year."""
    for since, before in (
        ("1000-01-01T00:00:00Z", "0999-12-31T23:59:59Z"),
        ("1970-01-02T00:00:00Z", "1970-01-01T23:59:59Z"),
    ):
        held = RecordKey(key=FIRST.public, first_index=0, last_index=None, revoked=Revocation(3, since, "lost"))
        assert record_window([replace(ROOT_1, record_keys=(held,))], FIRST.public) == Window(None, before)
