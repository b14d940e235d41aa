from __future__ import annotations

import base64
import hashlib

import pytest

from muniment.errors import KeyRejectedError
from muniment.log.vkey import Verifier, format_vkey, make_verifier, parse_vkey

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLIC = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]


def _vkey(name: str, blob: bytes) -> str:
    """Write any bytes as a vkey with the id that fits them."""
    key_id = hashlib.sha256(name.encode() + b"\n" + blob).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(blob).decode()}"


def test_a_vkey_is_read_and_written_back() -> None:
    """The vkey of golang/mod gives its parts, and they give the vkey."""
    verifier = parse_vkey(PETER)

    assert verifier == Verifier("PeterNeumann", bytes.fromhex("c74f20a3"), PUBLIC)
    assert make_verifier("PeterNeumann", PUBLIC) == verifier
    assert format_vkey("PeterNeumann", PUBLIC) == PETER


def test_the_key_may_hold_a_plus() -> None:
    """Only the first two plus signs divide a vkey, for base64 has them too."""
    for number in range(1, 200):
        public = number.to_bytes(2, "big") * 16
        text = format_vkey("example.com/log", public)
        if text.count("+") > 2:
            break

    assert text.count("+") > 2
    assert parse_vkey(text).public == public


def test_every_part_of_a_vkey_matters() -> None:
    """No substring of a vkey is one, nor is a vkey with any one character moved up."""
    for first in range(len(PETER)):
        for last in range(first + 1, len(PETER) + 1):
            if last - first < len(PETER):
                with pytest.raises(KeyRejectedError):
                    parse_vkey(PETER[first:last])
    for at, character in enumerate(PETER):
        with pytest.raises(KeyRejectedError):
            parse_vkey(PETER[:at] + chr(ord(character) + 1) + PETER[at + 1 :])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a verifier key"),
        ("+", "not a verifier key"),
        ("++", "not a verifier key"),
        ("name", "not a verifier key"),
        ("name+c74f20a3", "not a verifier key"),
        (PETER.replace("c74f20a3", "C74F20A3"), "not a verifier key"),
        (PETER.replace("c74f20a3", "c74f20a3 "), "not a verifier key"),
        (PETER.replace("c74f20a3", "c74f20a4"), "the key id is not that of the key"),
        (PETER.replace("Peter", "Pete"), "the key id is not that of the key"),
        (PETER + "\n", "not base64"),
        (PETER + "=", "not base64"),
        (PETER + "\u00e9", "not base64"),
        (PETER + "\ud800", "not base64"),
        ("name+00000000+", "of another type"),
        (_vkey("name", b"\x02" + PUBLIC), "of another type"),
        (_vkey("name", b"\x04" + PUBLIC), "of another type"),
        (_vkey("name", b"\x01" + PUBLIC[:-1]), "wrong length"),
        (_vkey("name", b"\x01" + PUBLIC + b"\x00"), "wrong length"),
        (_vkey("name", b"\x01" + b"\x01" + bytes(31)), "small order"),
        (_vkey("name", b"\x01" + b"\xff" * 32), "canonical"),
        (_vkey("", b"\x01" + PUBLIC), "not a key name"),
        (_vkey("a b", b"\x01" + PUBLIC), "not a key name"),
        (_vkey("a\u00a0b", b"\x01" + PUBLIC), "not a key name"),
        (_vkey("a\u2028b", b"\x01" + PUBLIC), "not a key name"),
        (_vkey("a\nb", b"\x01" + PUBLIC), "not a key name"),
        (_vkey("a\x00b", b"\x01" + PUBLIC), "not a key name"),
    ],
)
def test_malformed_and_weak_vkeys_are_rejected(text: str, reason: str) -> None:
    """A vkey that is ill-formed, of another type, weak, or under a wrong id is rejected with the reason."""
    with pytest.raises(KeyRejectedError, match=reason) as caught:
        parse_vkey(text, "trust/root/1.json")
    assert caught.value.where == "trust/root/1.json"


@pytest.mark.parametrize("name", ["", "a+b", "a b", "a\tb", "a\x01b", "a\u3000b", "\ud800"])
def test_keys_have_plain_names(name: str) -> None:
    """A name with a blank, a plus or a control character is never given to a key."""
    with pytest.raises(KeyRejectedError, match="not a key name"):
        format_vkey(name, PUBLIC)


def test_weak_keys_get_no_verifier() -> None:
    """A key of small order is refused however it comes."""
    with pytest.raises(KeyRejectedError):
        make_verifier("name", b"\x01" + bytes(31))
