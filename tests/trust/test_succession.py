"""A trust root against its signatures and the root before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.trust.sample import DATA, KEYS, ORIGIN, ROOT, VKEY

from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, IntegrityError, SignatureError
from muniment.ssh.keys import PrivateKey, fingerprint_file_name
from muniment.ssh.sshsig import sign
from muniment.trust.chain import sign_root, verify_root
from muniment.trust.root import LogKey, TrustRoot, format_trust_root


def signed(data: bytes, *keys: PrivateKey) -> dict[str, bytes]:
    """Sign a root with some keys."""
    return {fingerprint_file_name(key.public): sign_root(key, data) for key in keys}


def successor(data: bytes, root: TrustRoot, **changes: object) -> bytes:
    """Write the root after this one, with some members changed."""
    follow: dict[str, Any] = {
        "version": root.version + 1,
        "index": root.index + 1,
        "previous": format_digest(sha256_hex(data)),
    }
    return format_trust_root(replace(root, **(follow | changes)))


def test_first_root_verifies() -> None:
    """Version 1, signed by its own root key, verifies."""
    assert verify_root(DATA, signed(DATA, KEYS[0]), None, where="trust/root/1.json") == ROOT


def test_signatures_must_be_good() -> None:
    """No signature, a signature over other bytes, for another purpose, or under another name is refused."""
    name = fingerprint_file_name(KEYS[0].public)
    two_keys = format_trust_root(replace(ROOT, root_keys=(KEYS[0].public, KEYS[1].public)))
    swapped = {name: sign_root(KEYS[1], two_keys)}
    cases: tuple[tuple[bytes, dict[str, bytes], str], ...] = (
        (DATA, {}, "too few"),
        (DATA, {name: sign_root(KEYS[0], DATA + b" ")}, "does not match"),
        (DATA, {name: sign(KEYS[0], "record@muniment", DATA)}, "another purpose"),
        (DATA, {name: b""}, "one form"),
        (DATA, signed(DATA, KEYS[0], KEYS[1]), "no root key"),
        (DATA, {"SHA256:" + name: sign_root(KEYS[0], DATA)}, "no root key"),
        (two_keys, swapped, "another key than its name says"),
    )
    for data, signatures, fault in cases:
        with pytest.raises(SignatureError, match=fault) as caught:
            verify_root(data, signatures, None, where="trust/root/1.json")
        assert caught.value.where.startswith("trust/root/1.json")


def test_threshold_is_counted_exactly() -> None:
    """With two of three, every one key fails and every two keys pass."""
    data = format_trust_root(replace(ROOT, threshold=2, root_keys=tuple(key.public for key in KEYS[:3])))

    for one in KEYS[:3]:
        with pytest.raises(SignatureError, match="too few") as caught:
            verify_root(data, signed(data, one), None, where="r")
        assert caught.value.expected == "2 of the 3 root keys of version 1"
        assert caught.value.found == "1"
        for two in KEYS[:3]:
            if two is not one:
                verify_root(data, signed(data, one, two), None, where="r")


def test_key_change_needs_old_and_new_keys() -> None:
    """A root with new keys needs the threshold of the old keys and of the new ones."""
    data = successor(DATA, ROOT, root_keys=(KEYS[2].public, KEYS[3].public), threshold=2)
    before = (DATA, ROOT)

    root = verify_root(data, signed(data, KEYS[0], KEYS[2], KEYS[3]), before, where="trust/root/2.json")
    assert root.version == 2

    for signers, version in (
        ((KEYS[0],), 2),
        ((KEYS[0], KEYS[2]), 2),
        ((KEYS[2], KEYS[3]), 1),
        ((), 2),
    ):
        with pytest.raises(SignatureError, match="too few") as caught:
            verify_root(data, signed(data, *signers), before, where="trust/root/2.json")
        assert caught.value.expected.endswith(f"version {version}")


def test_stranger_cannot_sign_beside() -> None:
    """A signature by a key of neither root is an error, though enough others have signed."""
    data = successor(DATA, ROOT)

    with pytest.raises(SignatureError, match="no root key"):
        verify_root(data, signed(data, KEYS[0], KEYS[4]), (DATA, ROOT), where="trust/root/2.json")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"version": 3}, "version 2"),
        ({"version": 1, "index": 0, "previous": None}, "version 2"),
        ({"previous": "sha256:" + "0" * 64}, "previous sha256:"),
        (
            {
                "archive": "else.example",
                "log_keys": (LogKey(vkey="else.example" + VKEY[24:], first_index=0, last_index=None),),
            },
            f"archive {ORIGIN}",
        ),
    ],
)
def test_succession(change: dict[str, object], expected: str) -> None:
    """A root that skips a number, goes back, names another root or another archive does not follow."""
    data = successor(DATA, ROOT, **change)

    with pytest.raises(FormatError, match="does not follow") as caught:
        verify_root(data, signed(data, KEYS[0]), (DATA, ROOT), where="trust/root/2.json")

    assert caught.value.expected.startswith(expected)


def test_chain_begins_with_version_1() -> None:
    """Without a root before it, only version 1 is taken."""
    data = successor(DATA, ROOT)

    with pytest.raises(FormatError) as caught:
        verify_root(data, signed(data, KEYS[0]), None, where="trust/root/2.json")

    assert caught.value.expected == "version 1"
    assert caught.value.found == "2"


def test_every_changed_byte_refused() -> None:
    """No byte of a signed root can be changed."""
    signatures = signed(DATA, KEYS[0])

    for position in range(len(DATA)):
        changed = DATA[:position] + bytes([DATA[position] ^ 0x01]) + DATA[position + 1 :]
        with pytest.raises(IntegrityError):
            verify_root(changed, signatures, None, where="r")
