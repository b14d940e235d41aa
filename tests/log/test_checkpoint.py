from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.errors import FormatError, InputError, KeyRejectedError, SignatureError
from muniment.log.checkpoint import (
    Checkpoint,
    TreeHead,
    check_origin,
    contradict,
    format_checkpoint,
    is_expected,
    open_checkpoint,
    open_published,
    open_tree_head,
    parse_checkpoint,
    parse_tree_head,
    sign_checkpoint,
)
from muniment.log.merkle import EMPTY_ROOT
from muniment.log.newest import NamedRoot
from muniment.log.note import make_verifier, parse_vkey, sign_note
from muniment.log.vkey import LogVerifier
from muniment.ssh.keys import PrivateKey

# From transparency-dev/tessera testdata/log, whose key is published beside it.
TESSERA = parse_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
TESSERA_TEXT = b"example.com/log/testdata\n3\nWqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=\n"
TESSERA_NOTE = (
    TESSERA_TEXT + b"\n\xe2\x80\x94 example.com/log/testdata "
    b"M9e0lvAQRtH832pk2RTbeSeZMkp4FZSdJYFBUjO5SKxuRbywPUF3cx+HUrb50kjd3rUWW/fj53Wj1dwcwh9bGQnqVAg=\n"
)

ORIGIN = "archive.example/press"
KEY = Ed25519PrivateKey.from_private_bytes(b"log key for tests, not a secret.")
PUBLIC = KEY.public_key().public_bytes_raw()
LOG = make_verifier(ORIGIN, PUBLIC)
NEWEST = NamedRoot(1, "sha256:" + "ab" * 32)
LINE = b"trust-root 1 sha256:" + b"ab" * 32
CHECKPOINT = Checkpoint(ORIGIN, 7, b"r" * 32, NEWEST)


def test_a_checkpoint_of_tessera_opens() -> None:
    """A checkpoint signed by another implementation is verified and read as what it is, and is not one of ours."""
    checkpoint = open_tree_head(TESSERA_NOTE, [TESSERA], "example.com/log/testdata")

    assert checkpoint.origin == "example.com/log/testdata"
    assert checkpoint.size == 3
    assert checkpoint.root.hex() == "5aac771c899ac292e74bf1afe2e6e302f8b55883b2d1bf197b46a6bea6dabca9"
    assert format_checkpoint(checkpoint) == TESSERA_TEXT
    for opened in (open_checkpoint, open_published):
        with pytest.raises(FormatError, match="does not name its newest trust root"):
            opened(TESSERA_NOTE, [TESSERA], "example.com/log/testdata")


def test_a_checkpoint_is_signed_and_opened() -> None:
    """What the log signs is what a reader gets, under the origin as key name."""
    data = sign_checkpoint(CHECKPOINT, PUBLIC, KEY.sign)

    assert data == sign_note(format_checkpoint(CHECKPOINT), ORIGIN, PUBLIC, KEY.sign)
    assert open_checkpoint(data, [TESSERA, LOG], ORIGIN) == CHECKPOINT


def test_the_empty_log_has_its_own_root() -> None:
    """Size 0 goes with the hash of nothing and with no other root."""
    empty = TreeHead(ORIGIN, 0, EMPTY_ROOT)

    assert parse_tree_head(format_checkpoint(empty)) == empty
    with pytest.raises(FormatError, match="an empty log has another root"):
        parse_tree_head(format_checkpoint(TreeHead(ORIGIN, 0, b"r" * 32)))
    with pytest.raises(FormatError, match="more trust roots than entries"):
        parse_tree_head(format_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT, NEWEST)))


@pytest.mark.parametrize("size", [1, 9, 10, 999_999, 10**18 - 1])
def test_checkpoints_of_any_size(size: int) -> None:
    """A checkpoint and its text name each other."""
    for version in (1, size):
        checkpoint = Checkpoint("host", size, bytes(range(32)), NamedRoot(version, NEWEST.digest))
        plain = TreeHead("host", size, bytes(range(32)))

        assert parse_checkpoint(format_checkpoint(checkpoint)) == parse_tree_head(format_checkpoint(checkpoint))
        assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint
        assert parse_tree_head(format_checkpoint(plain)) == plain
        with pytest.raises(FormatError, match="does not name its newest trust root"):
            parse_checkpoint(format_checkpoint(plain))


ROOT = b"Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk="


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "a line each"),
        (b"\n\n\n", "not an origin"),
        (b"h\n3\n", "a line each"),
        (b"h\n3\n" + ROOT, "a line each"),
        (b"h\n3\n" + ROOT + b"\nextension\n", "must name its newest trust root"),
        (b"\nh\n3\n" + ROOT + b"\n", "not an origin"),
        (b"h \n3\n" + ROOT + b"\n", "not an origin"),
        (b"https://h\n3\n" + ROOT + b"\n", "not an origin"),
        (b"H\n3\n" + ROOT + b"\n", "not an origin"),
        (b"h/\n3\n" + ROOT + b"\n", "not an origin"),
        (b"h\xff\n3\n" + ROOT + b"\n", "not an origin"),
        (b"h" * 129 + b"\n3\n" + ROOT + b"\n", "too long"),
        (b"h\n03\n" + ROOT + b"\n", "not a decimal number"),
        (b"h\n+3\n" + ROOT + b"\n", "not a decimal number"),
        (b"h\n-3\n" + ROOT + b"\n", "not a decimal number"),
        (b"h\n3 \n" + ROOT + b"\n", "not a decimal number"),
        (b"h\n\n" + ROOT + b"\n", "not a decimal number"),
        (b"h\n3.0\n" + ROOT + b"\n", "not a decimal number"),
        (b"h\n1_0\n" + ROOT + b"\n", "not a decimal number"),
        (b"h\n" + b"9" * 19 + b"\n" + ROOT + b"\n", "not a decimal number"),
        (b"h\n3\n\n", "wrong length"),
        (b"h\n3\nAAAA\n", "wrong length"),
        (b"h\n3\n" + ROOT[:-1] + b"\n", "not base64"),
        (b"h\n3\n" + ROOT.replace(b"Kk=", b"Kl=") + b"\n", "not base64"),
        (b"h\n3\n" + ROOT + b" \n", "not base64"),
        (b"h\r\n3\r\n" + ROOT + b"\r\n", "not an origin"),
        (b"h\n0\n" + ROOT + b"\n", "an empty log has another root"),
        (b"h\n3\n" + ROOT + b"\n", "does not name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE, "a line each"),
        (b"h\n3\n" + ROOT + b"\n" + LINE + b"\n" + LINE + b"\n", "a line each"),
        (b"h\n3\n" + LINE + b"\n" + ROOT + b"\n", "not base64"),
        (b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"t 1", b"t 0") + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"t 1", b"t 01") + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"t 1", b"t +1") + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"t 1", b"t  1") + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"t 1", b"t 4") + b"\n", "more trust roots than entries"),
        (b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"ab", b"AB") + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"sha256:", b"") + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"trust", b"Trust") + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE[:-1] + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE + b"0\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE + b" \n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n " + LINE + b"\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n" + LINE + b"\r\n", "must name its newest trust root"),
        (b"h\n3\n" + ROOT + b"\n\n", "must name its newest trust root"),
        (
            b"h\n3\n" + ROOT + b"\n" + LINE.replace(b"t 1", "t \uff11".encode()) + b"\n",
            "must name its newest trust root",
        ),
    ],
)
def test_malformed_checkpoints_are_rejected(text: bytes, reason: str) -> None:
    """The text of a checkpoint is four lines in one spelling: with its newest trust root, without other extensions."""
    with pytest.raises(FormatError, match=reason) as caught:
        parse_checkpoint(text, "log/checkpoint")
    assert caught.value.where == "log/checkpoint"


def test_a_malformed_checkpoint_fails_though_signed() -> None:
    """A good signature does not excuse the form."""
    data = sign_note(TESSERA_TEXT + b"extension\n", ORIGIN, PUBLIC, KEY.sign)

    with pytest.raises(FormatError, match="must name its newest trust root"):
        open_checkpoint(data, [LOG], ORIGIN)


def test_the_log_itself_must_have_signed() -> None:
    """A checkpoint is not that of a log because a witness vouches for it."""
    witness = make_verifier("witness.example", PUBLIC)
    data = sign_note(format_checkpoint(CHECKPOINT), "witness.example", PUBLIC, KEY.sign)

    with pytest.raises(SignatureError, match=r"expected archive\.example/press, found witness\.example"):
        open_checkpoint(data, [LOG, witness], ORIGIN, "checkpoint")


def test_a_checkpoint_of_another_log_is_refused() -> None:
    """A known log cannot speak for another one, nor be asked for under another name."""
    other = make_verifier("other.example", PUBLIC)
    crossed = sign_note(format_checkpoint(CHECKPOINT), "other.example", PUBLIC, KEY.sign)

    with pytest.raises(SignatureError, match="the checkpoint is of another log"):
        open_checkpoint(crossed, [LOG, other], "other.example")
    with pytest.raises(SignatureError, match="the checkpoint is of another log"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, PUBLIC, KEY.sign), [LOG, other], "other.example")
    with pytest.raises(SignatureError, match="signed by no known key"):
        open_tree_head(TESSERA_NOTE, [LOG], ORIGIN)


def test_a_checkpoint_is_signed_by_its_own_log_only() -> None:
    """A bad origin or a key that does not fit is refused before anything is published."""
    with pytest.raises(InputError, match="not an origin"):
        sign_checkpoint(Checkpoint("https://archive.example", 1, EMPTY_ROOT, NEWEST), PUBLIC, KEY.sign)
    with pytest.raises(KeyRejectedError):
        sign_checkpoint(CHECKPOINT, TESSERA.public, KEY.sign)


@pytest.mark.parametrize(
    "text",
    [
        "localhost",
        "archive.example.org",
        "archive.example.org/press",
        "a-b.example/A/b_c/d~e/f.g/-",
        "1.2.3.4/x",
        "xn--bcher-kva.example/...",
        "h/..x",
        "h/" + "x" * 126,
    ],
)
def test_origins_are_given_back(text: str) -> None:
    """A host with or without a path names a log."""
    assert check_origin(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/path",
        "host/",
        "host//path",
        "host/path/",
        "https://host",
        "Host",
        "host:443",
        "user@host",
        "host/a b",
        "host/a+b",
        "host/a%20b",
        "host/a?b",
        "host/a#b",
        "host/.",
        "host/..",
        "host/../x",
        "host/./x",
        "host\n",
        "host/path\n",
        "-host",
        "host-",
        ".host",
        "host.",
        "a..b",
        "a.-b",
        "h\u00f6st",
        "host/\u00e9",
        "host_name",
        "h/" + "x" * 127,
    ],
)
def test_other_names_are_refused(text: str) -> None:
    """A scheme, capitals in the host, empty, dotted or closing segments and odd characters are refused."""
    with pytest.raises(InputError):
        check_origin(text)


def test_log_key_counts_for_its_range() -> None:
    """A key of the log may sign the checkpoints whose last entry it covers, and no others."""
    signed = {
        size: sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32), NEWEST), PUBLIC, KEY.sign) for size in range(1, 7)
    }
    plain = make_verifier(ORIGIN, PUBLIC)
    for first, last in ((0, None), (0, 2), (2, 4), (3, None), (5, 5)):
        held = LogVerifier(plain.name, plain.key_id, plain.public, first, last)
        for size, data in signed.items():
            if first <= size - 1 and (last is None or size - 1 <= last):
                assert open_checkpoint(data, [held], ORIGIN).size == size
                assert open_published(data, [held], ORIGIN).size == size
                continue
            for opened in (open_checkpoint, open_published):
                with pytest.raises(SignatureError, match=f"a log key that may not sign a checkpoint of size {size}"):
                    opened(data, [held], ORIGIN, "checkpoint")
        assert not held.counts_at(0)


def test_line_of_a_retired_log_key_beside_a_good_one() -> None:
    """As the log publishes it, a checkpoint has no line by a key that does not count there."""
    other = PrivateKey.from_seed(bytes([77]) * 32)
    new, old = make_verifier(ORIGIN, PUBLIC), make_verifier(ORIGIN, other.public.raw)
    verifiers = [
        LogVerifier(old.name, old.key_id, old.public, 0, 1),
        LogVerifier(new.name, new.key_id, new.public, 2, None),
    ]
    checkpoint = Checkpoint(ORIGIN, 3, bytes(32), NEWEST)
    one = sign_checkpoint(checkpoint, PUBLIC, KEY.sign)
    both = one + sign_checkpoint(checkpoint, other.public.raw, other.sign).split(b"\n\n")[1]
    assert open_published(one, verifiers, ORIGIN) == open_checkpoint(both, verifiers, ORIGIN) == checkpoint
    with pytest.raises(FormatError, match="a signature line too many"):
        open_published(both, verifiers, ORIGIN)


def test_which_newest_roots_contradict() -> None:
    """Of two checkpoints the larger names as many trust roots or more, and no more than it has grown; a root is one."""

    def at(size: int, version: int, digit: str = "a") -> Checkpoint:
        return Checkpoint(ORIGIN, size, bytes(32), NamedRoot(version, "sha256:" + digit * 64))

    for small in range(1, 6):
        for large in range(small, 6):
            for one in range(1, small + 1):
                for two in range(1, large + 1):
                    good = 0 <= two - one <= large - small
                    assert contradict(at(small, one), at(large, two)) is not good
                    assert contradict(at(large, two), at(small, one)) is not good
                    assert contradict(at(small, one), at(large, two, "b")) is not (good and one != two)
    assert not contradict(TreeHead(ORIGIN, 3, bytes(32)), at(3, 1))


def test_an_expected_checkpoint_is_one_that_opens() -> None:
    """What is taken for the expected checkpoint without reading it opens as that: over changes of every byte of it."""
    data = sign_checkpoint(CHECKPOINT, PUBLIC, KEY.sign)
    verifier = LogVerifier(LOG.name, LOG.key_id, LOG.public, 0, None)
    assert is_expected(data, CHECKPOINT, verifier)
    assert open_published(data, [verifier], ORIGIN) == CHECKPOINT
    for at in range(len(data)):
        for changed in (data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], data[:at] + data[at + 1 :], data[:at]):
            assert not is_expected(changed, CHECKPOINT, verifier)
    assert not is_expected(data + data[data.index(b"\n\n") + 2 :], CHECKPOINT, verifier)


def test_a_checkpoint_is_not_expected_of_others() -> None:
    """Another size, root, trust root or name, and a key that does not count there, are not what was expected."""
    data = sign_checkpoint(CHECKPOINT, PUBLIC, KEY.sign)
    verifier = LogVerifier(LOG.name, LOG.key_id, LOG.public, 0, None)
    for other in (
        replace(CHECKPOINT, size=8),
        replace(CHECKPOINT, root=b"s" * 32),
        replace(CHECKPOINT, newest=NamedRoot(2, NEWEST.digest)),
        replace(CHECKPOINT, origin="other.example/press"),
    ):
        assert not is_expected(data, other, verifier)
    assert not is_expected(data, CHECKPOINT, LogVerifier(LOG.name, LOG.key_id, LOG.public, 7, None))
    assert not is_expected(data, CHECKPOINT, LogVerifier(LOG.name, LOG.key_id, LOG.public, 0, 5))


@pytest.mark.parametrize(
    "newest",
    [NamedRoot(8, NEWEST.digest), NamedRoot(1, NEWEST.digest + "\n"), NamedRoot(1, NEWEST.digest + "\nmore")],
)
def test_no_thief_makes_a_text_expected_that_does_not_open(newest: NamedRoot) -> None:
    """A text that no checkpoint may have is never expected, although the log key has signed it and entries say so."""
    false = replace(CHECKPOINT, newest=newest)
    verifier = LogVerifier(LOG.name, LOG.key_id, LOG.public, 0, None)
    data = sign_note(format_checkpoint(false), ORIGIN, PUBLIC, KEY.sign)
    with pytest.raises(FormatError):
        open_published(data, [verifier], ORIGIN)
    assert not is_expected(data, false, verifier)
