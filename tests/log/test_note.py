from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError, InputError, KeyRejectedError, SignatureError
from muniment.log.note import (
    SignatureLine,
    Verifier,
    format_note,
    format_vkey,
    make_verifier,
    open_note,
    parse_note,
    parse_vkey,
    sign_note,
)

# The example of golang/mod sumdb/note.
PETER = parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
TEXT = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
NOTE = TEXT + b"\n" + PETER_LINE

KEY = Ed25519PrivateKey.from_private_bytes(b"log key for tests, not a secret.")
PUBLIC = KEY.public_key().public_bytes_raw()
ANN = make_verifier("ann.example", PUBLIC)
STRANGER = "\u2014 stranger.example AAAAAAAAAAA=\n".encode()


def _line(name: str, text: bytes) -> bytes:
    blob = make_verifier(name, PUBLIC).key_id + KEY.sign(text)
    return f"\u2014 {name} {base64.b64encode(blob).decode()}\n".encode()


def test_the_note_of_golang_opens() -> None:
    """A note signed by another implementation is verified."""
    note = open_note(NOTE, [PETER])

    assert note.text == TEXT
    assert note.signed_by == ("PeterNeumann",)


def test_a_note_is_signed_to_the_byte() -> None:
    """Signing gives text, empty line and one signature line, and the note opens."""
    data = sign_note(TEXT, "ann.example", PUBLIC, KEY.sign)

    assert data == TEXT + b"\n" + _line("ann.example", TEXT)
    assert open_note(data, [PETER, ANN]).signed_by == ("ann.example",)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]) | st.just("\n"), max_size=40))
def test_any_text_that_ends_in_a_newline_is_signed(text: str) -> None:
    """Empty lines, odd blanks and text like a signature line are kept as the text they are."""
    signed = text.encode() + b"\n"

    assert open_note(sign_note(signed, "ann.example", PUBLIC, KEY.sign), [ANN]).text == signed


def test_text_that_looks_like_a_signature_is_text() -> None:
    """The last empty line ends the text, so a note within a note is signed whole."""
    text = NOTE + b"\n" + PETER_LINE

    note = open_note(sign_note(text, "ann.example", PUBLIC, KEY.sign), [ANN, PETER])

    assert note.text == text
    assert note.signed_by == ("ann.example",)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"no newline",
        b"a\n\n\xe2\x80\x94 ann.example AAAAAAA=",
        b"tab\there\n",
        b"carriage return\r\n",
        b"nul\x00\n",
        b"not UTF-8 \xff\n",
        b"x" * 65_536 + b"\n",
    ],
)
def test_nothing_is_signed_that_would_not_be_read(text: bytes) -> None:
    """A text that cannot be that of a note is refused before the key is used."""

    def sign(_: bytes) -> bytes:
        pytest.fail("the key was used")

    with pytest.raises(InputError, match="the text cannot be signed"):
        sign_note(text, "ann.example", PUBLIC, sign)


def test_the_signature_is_checked_before_it_goes_out() -> None:
    """A signing key that is not the one of the public key is found at once."""
    other = Ed25519PrivateKey.from_private_bytes(b"another key for tests, no secret")

    with pytest.raises(KeyRejectedError, match="not the one of this public key"):
        sign_note(TEXT, "ann.example", PUBLIC, other.sign)
    with pytest.raises(KeyRejectedError, match="not a key name"):
        sign_note(TEXT, "ann example", PUBLIC, KEY.sign)


def test_lines_of_strangers_are_ignored() -> None:
    """Unknown names, unknown ids and other types do not matter beside a known good signature."""
    same_name = b"\xe2\x80\x94 PeterNeumann " + base64.b64encode(b"\x00\x00\x00\x00" + bytes(64)) + b"\n"
    same_id = b"\xe2\x80\x94 Peter " + base64.b64encode(PETER.key_id + bytes(64)) + b"\n"
    long = b"\xe2\x80\x94 pq.example " + base64.b64encode(bytes(2432)) + b"\n"

    data = TEXT + b"\n" + STRANGER + same_name + same_id + PETER_LINE + long + STRANGER

    assert open_note(data, [PETER]).signed_by == ("PeterNeumann",)


def test_several_known_keys() -> None:
    """All known signers are named, in the order of their lines, each once."""
    data = TEXT + b"\n" + _line("ann.example", TEXT) + PETER_LINE + PETER_LINE

    assert open_note(data, [PETER, ANN]).signed_by == ("ann.example", "PeterNeumann")
    assert open_note(data, [PETER, PETER]).signed_by == ("PeterNeumann",)


def test_one_failing_known_signature_rejects_the_note() -> None:
    """A good signature does not make up for a bad one by another known key, before it or after it."""
    bad = b"\xe2\x80\x94 ann.example " + base64.b64encode(ANN.key_id + bytes(64)) + b"\n"
    short = b"\xe2\x80\x94 ann.example " + base64.b64encode(ANN.key_id + bytes(63)) + b"\n"

    for lines in (PETER_LINE + bad, bad + PETER_LINE, PETER_LINE + short, _line("ann.example", TEXT) + bad):
        with pytest.raises(SignatureError, match=r"checkpoint: the signature .* by ann\.example"):
            open_note(TEXT + b"\n" + lines, [PETER, ANN], "checkpoint")
    assert open_note(TEXT + b"\n" + PETER_LINE + bad, [PETER]).signed_by == ("PeterNeumann",)


def test_a_note_needs_a_known_signer() -> None:
    """Without a signature by a known key a note is worth nothing, and the error names both sides."""
    with pytest.raises(SignatureError, match=r"expected ann\.example\+\w{8}, found PeterNeumann\+c74f20a3"):
        open_note(NOTE, [ANN])
    with pytest.raises(SignatureError, match="expected a known key"):
        open_note(NOTE, [])


def test_an_error_about_many_strangers_stays_short() -> None:
    """A hostile note cannot flood the terminal through the error."""
    line = ("\u2014 \x7f\u202e" + "stranger" * 60 + " AAAAAAAAAAA=\n").encode()

    with pytest.raises(SignatureError) as caught:
        open_note(TEXT + b"\n" + line * 100, [PETER])

    assert len(str(caught.value)) < 400
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


def test_known_keys_are_told_apart() -> None:
    """Two keys under one name and id would make a verdict ambiguous."""
    twin = Verifier(PETER.name, PETER.key_id, PUBLIC)

    with pytest.raises(KeyRejectedError, match=r"share name and id: found PeterNeumann\+c74f20a3"):
        open_note(NOTE, [PETER, twin])


def test_a_weak_key_verifies_nothing() -> None:
    """A verifier made around the checks still accepts no signature under a key of small order."""
    weak = Verifier("weak.example", b"weak", b"\x01" + bytes(31))
    line = b"\xe2\x80\x94 weak.example " + base64.b64encode(b"weak\x01" + bytes(63)) + b"\n"

    with pytest.raises(SignatureError):
        open_note(TEXT + b"\n" + line, [weak])


@pytest.mark.parametrize("count", [1, 16, 100])
def test_many_signatures_are_accepted(count: int) -> None:
    """At least the 16 lines of the specification, and up to 100, are read."""
    assert open_note(TEXT + b"\n" + STRANGER * (count - 1) + PETER_LINE, [PETER]).text == TEXT


def test_the_largest_note() -> None:
    """A note of 64 KiB is read, one byte more is not."""
    tail = b"\n" + _line("ann.example", b"")
    text = b"x" * (65_536 - len(tail) - 1) + b"\n"

    data = sign_note(text, "ann.example", PUBLIC, KEY.sign)

    assert len(data) == 65_536
    assert open_note(data, [ANN]).text == text
    with pytest.raises(FormatError, match="too large"):
        parse_note(b"x" + data)


MALFORMED = {
    "empty": b"",
    "newline": b"\n",
    "text only": TEXT,
    "text and empty line": TEXT + b"\n",
    "no text": b"\n" + PETER_LINE,
    "no empty line": TEXT + PETER_LINE,
    "last newline missing": NOTE[:-1],
    "line after the signatures": NOTE + b"more\n",
    "empty line after the signatures": NOTE + b"\n",
    "carriage returns": NOTE.replace(b"\n", b"\r\n"),
    "control character": b"\x01" + NOTE,
    "tab": b"\t" + NOTE,
    "nul in a signature line": NOTE + b"\xe2\x80\x94 a\x00 AAAAAAAA\n",
    "not UTF-8": b"\xff" + NOTE,
    "surrogate": b"\xed\xa0\x80" + NOTE,
    "hyphen for dash": TEXT + b"\n- " + PETER_LINE[4:],
    "en dash": TEXT + b"\n\xe2\x80\x93 " + PETER_LINE[4:],
    "no blank after the dash": TEXT + b"\n\xe2\x80\x94" + PETER_LINE[4:],
    "two blanks after the dash": TEXT + b"\n\xe2\x80\x94  " + PETER_LINE[4:],
    "two blanks before the signature": NOTE.replace(b"mann x", b"mann  x"),
    "blank at the end": NOTE[:-1] + b" \n",
    "name with a blank": NOTE.replace(b"PeterNeumann", b"Peter Neumann"),
    "name with a plus": NOTE.replace(b"PeterNeumann", b"Peter+Neumann"),
    "name with a no-break space": NOTE.replace(b"PeterNeumann", "Peter\u00a0Neumann".encode()),
    "name with a line separator": NOTE.replace(b"PeterNeumann", "Peter\u2028Neumann".encode()),
    "no name": NOTE.replace(b"PeterNeumann ", b" "),
    "no signature": TEXT + b"\n\xe2\x80\x94 PeterNeumann\n",
    "empty signature": TEXT + b"\n\xe2\x80\x94 PeterNeumann \n",
    "key id only": TEXT + b"\n\xe2\x80\x94 PeterNeumann x08gow==\n",
    "three bytes": TEXT + b"\n\xe2\x80\x94 PeterNeumann x08g\n",
    "padding missing": NOTE.replace(b"nAM=", b"nAM"),
    "unused bits": NOTE.replace(b"nAM=", b"nAN="),
    "URL alphabet": NOTE.replace(b"/", b"_"),
    "junk in the base64": NOTE.replace(b"x08g", b"x0.8g"),
    "101 signatures": TEXT + b"\n" + PETER_LINE * 101,
    "malformed line of a stranger": NOTE + b"\xe2\x80\x94 stranger AA\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_notes_are_rejected(name: str) -> None:
    """A note has one form; anything else is refused whether or not its signer is known."""
    for verifiers in ([PETER], []):
        with pytest.raises(FormatError) as caught:
            open_note(MALFORMED[name], verifiers, "checkpoint")
        assert caught.value.where == "checkpoint"


def test_no_byte_of_a_note_can_change() -> None:
    """Flip any bit of any byte and the note is refused, whether as a note or by its signature."""
    for at in range(len(NOTE)):
        for bit in range(8):
            changed = NOTE[:at] + bytes([NOTE[at] ^ 1 << bit]) + NOTE[at + 1 :]
            with pytest.raises((FormatError, SignatureError)):
                open_note(changed, [PETER])


def test_a_note_is_taken_apart_and_put_together() -> None:
    """Parsing gives every line, of strangers too, and formatting gives the same bytes."""
    data = NOTE + STRANGER

    text, lines = parse_note(data)

    assert text == TEXT
    assert [line.name for line in lines] == ["PeterNeumann", "stranger.example"]
    assert lines[1] == SignatureLine("stranger.example", bytes(4), bytes(4))
    assert format_note(text, lines) == data


def test_vkeys_stand_beside_notes() -> None:
    """What verifies a note can be named by a vkey."""
    assert parse_vkey(format_vkey(ANN.name, ANN.public)) == ANN
