"""What a witness is asked, and its rule: it cosigns only what the log signed and what continues what it cosigned."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError, InputError, MunimentError, ProofError, SignatureError
from muniment.log.checkpoint import Checkpoint, TreeHead, format_checkpoint
from muniment.log.merkle import EMPTY_ROOT, leaf_hash, prove_consistency, tree_root
from muniment.log.newest import NamedRoot
from muniment.log.note import MAX_NOTE, Verifier, make_verifier, sign_note
from muniment.log.witness import (
    MAX_REQUEST,
    OlderCheckpointError,
    OldSizeError,
    SecondHistoryError,
    UnknownLogError,
    WitnessRequest,
    format_request,
    judge_request,
    parse_request,
    requested_checkpoint,
)

ORIGIN = "example.org/press"
OLD, NEW, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 9))
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
OTHER = [*LEAVES[:3], *(leaf_hash(bytes([100 + number])) for number in range(3, 40))]
"""A second history: the same first three entries, others then."""


def public(key: Ed25519PrivateKey) -> bytes:
    """The public half, 32 bytes."""
    return key.public_key().public_bytes_raw()


LOG, LOG2 = make_verifier(ORIGIN, public(OLD)), make_verifier(ORIGIN, public(NEW))


NEWEST = NamedRoot(1, "sha256:" + "ab" * 32)


def at(size: int, leaves: list[bytes] = LEAVES) -> TreeHead:
    """The checkpoint of a size; that of an empty log names no trust root."""
    root = tree_root(leaves[:size])
    return Checkpoint(ORIGIN, size, root, NEWEST) if size else TreeHead(ORIGIN, size, root)


def note(size: int, leaves: list[bytes] = LEAVES, key: Ed25519PrivateKey = OLD) -> bytes:
    """That checkpoint as the log signs it."""
    return sign_note(format_checkpoint(at(size, leaves)), ORIGIN, public(key), key.sign)


def ask(old: int, size: int, leaves: list[bytes] = LEAVES, key: Ed25519PrivateKey = OLD) -> WitnessRequest:
    """An honest request over a history."""
    return WitnessRequest(old, prove_consistency(leaves[:size], old), note(size, leaves, key))


SPECIFIED = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()  # noqa: E501 - the example of C2SP tlog-witness

# Requests that the tests of another witness send, over one log (its key is theirs too).
PEER = make_verifier(
    "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562",
    bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"),
)
PEER_FIRST = """\
old 0

sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562
1
KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562 UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=
"""  # noqa: E501 - as they are
PEER_THREE = """\
old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562
3
RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=

— sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562 UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=
"""  # noqa: E501 - as they are
PEER_FIVE = """\
old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=
KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562
5
QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=

— sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562 UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=
"""  # noqa: E501 - as they are


def test_the_example_of_the_specification() -> None:
    """The example of C2SP tlog-witness is read, and written back byte for byte."""
    request = parse_request(SPECIFIED)
    assert (request.old_size, len(request.hashes), requested_checkpoint(request).size) == (20852014, 4, 20852163)
    assert format_request(request) == SPECIFIED


def test_requests_of_another_implementation() -> None:
    """Requests made by another implementation get the same answers: the first, growth, then a conflict of old sizes."""
    first, three, five = (parse_request(text.encode()) for text in (PEER_FIRST, PEER_THREE, PEER_FIVE))
    one = judge_request(first, None, [PEER])
    assert judge_request(three, one, [PEER]).size == 3
    last = judge_request(five, one, [PEER])
    assert last.root.hex() == "42bb57ad06420afa4882c4a63ac6a1ec77480b330b2f20dfc53a0caa5f564e36"
    with pytest.raises(OlderCheckpointError):
        judge_request(three, last, [PEER])
    with pytest.raises(OldSizeError) as caught:
        judge_request(five, last, [PEER])
    assert caught.value.size == 5
    with pytest.raises(FormatError, match="the proof is too long: expected at most 63 hashes, found 64"):
        parse_request(
            PEER_FIRST.replace("old 0\n", "old 0\n" + "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64).encode()
        )


def test_all_sizes_to_40() -> None:
    """From every size to every larger or equal one up to 40 an honest request is granted."""
    for size in range(41):
        for old in range(size + 1):
            request = ask(old, size)
            assert parse_request(format_request(request)) == request
            assert judge_request(request, at(old) if old else None, [LOG]) == at(size)


def test_no_second_history_at_any_size() -> None:
    """Whatever the sizes up to 40, a history other than what was cosigned is never cosigned, with either proof."""
    for size in range(4, 41):
        for old in range(4, size + 1):
            for proof in (prove_consistency(OTHER[:size], old), prove_consistency(LEAVES[:size], old)):
                with pytest.raises(SecondHistoryError):
                    judge_request(WitnessRequest(old, proof, note(size, OTHER)), at(old), [LOG])


def test_any_hash_changed() -> None:
    """A proof with a hash changed, dropped, doubled or swapped proves nothing; nor does one too many."""
    for size in range(2, 18):
        for old in range(1, size):
            good = ask(old, size)
            for place, value in enumerate(good.hashes):
                bad = bytes([value[0] ^ 1]) + value[1:]
                for hashes in (
                    (*good.hashes[:place], bad, *good.hashes[place + 1 :]),
                    (*good.hashes[:place], *good.hashes[place + 1 :]),
                    (*good.hashes[:place], value, *good.hashes[place:]),
                ):
                    with pytest.raises(SecondHistoryError):
                        judge_request(WitnessRequest(old, hashes, good.checkpoint), at(old), [LOG])


@given(st.integers(0, 45), st.integers(1, 40), st.integers(0, 40), st.lists(st.sampled_from(LEAVES), max_size=7))
def test_lying_requests(old: int, size: int, last: int, hashes: list[bytes]) -> None:
    """A request that lies about sizes or proofs is refused unless all of it is true, and never with a traceback."""
    request = WitnessRequest(old, tuple(hashes), note(size))
    true = old == last <= size and tuple(hashes) == prove_consistency(LEAVES[:size], old)
    try:
        judged = judge_request(request, at(last) if last else None, [LOG])
    except MunimentError:
        assert not true
    else:
        assert true
        assert judged == at(size)


def test_rollback_is_refused() -> None:
    """A checkpoint with fewer entries than were cosigned is refused, whatever it says of its beginning."""
    for old in (0, 3, 5):
        with pytest.raises(OlderCheckpointError, match="expected at least 7 entries, found 5"):
            judge_request(WitnessRequest(old, (), note(5)), at(7), [LOG])


def test_split_view_at_one_size() -> None:
    """Two checkpoints of one size with two roots: the second is refused, and both roots are said."""
    with pytest.raises(SecondHistoryError, match="two roots of one size") as caught:
        judge_request(WitnessRequest(7, (), note(7, OTHER)), at(7), [LOG])
    assert (caught.value.expected, caught.value.found) == (at(7).root.hex(), at(7, OTHER).root.hex())


def test_the_same_again() -> None:
    """What was cosigned may be cosigned again: the proof is empty then, and nothing else will do."""
    assert judge_request(WitnessRequest(7, (), note(7)), at(7), [LOG]) == at(7)
    with pytest.raises(SecondHistoryError, match="too long"):
        judge_request(WitnessRequest(7, (LEAVES[0],), note(7)), at(7), [LOG])


def test_trust_roots_that_contradict() -> None:
    """A witness cosigns no checkpoint whose newest trust root takes back what it cosigned, whatever the entries."""

    def named(size: int, version: int, digit: str = "a") -> Checkpoint:
        return Checkpoint(ORIGIN, size, tree_root(LEAVES[:size]), NamedRoot(version, "sha256:" + digit * 64))

    def asked(last: Checkpoint, new: Checkpoint) -> TreeHead:
        text = sign_note(format_checkpoint(new), ORIGIN, public(OLD), OLD.sign)
        return judge_request(
            WitnessRequest(last.size, prove_consistency(LEAVES[: new.size], last.size), text), last, [LOG]
        )

    for last, new in (
        (named(5, 2), named(5, 1)),
        (named(5, 2), named(5, 2, "b")),
        (named(5, 2), named(7, 1)),
        (named(5, 2), named(7, 5)),
        (named(5, 2), named(7, 2, "b")),
    ):
        with pytest.raises(SecondHistoryError, match="not the trust roots of the log that this witness cosigned"):
            asked(last, new)
    for last, new in ((named(5, 2), named(7, 2)), (named(5, 2), named(7, 4, "b")), (named(5, 2), named(5, 2))):
        assert asked(last, new) == new
    plain = TreeHead(ORIGIN, 5, tree_root(LEAVES[:5]))
    assert judge_request(ask(5, 7), plain, [LOG]) == at(7)  # the log of somebody else, which began to name roots


def test_another_old_size() -> None:
    """A proof that begins elsewhere is refused with the size that it must begin at."""
    for old, last in ((0, 3), (2, 3), (4, 3), (3, 0)):
        with pytest.raises(OldSizeError, match=f"expected old {last}, found old {old}") as caught:
            judge_request(ask(old, 7), at(last) if last else None, [LOG])
        assert caught.value.size == last
        assert f"begins at {last} entries" in caught.value.hint
    with pytest.raises(ProofError, match="the proof begins after the checkpoint: expected old at most 7, found 8"):
        judge_request(WitnessRequest(8, (), note(7)), at(3), [LOG])


def test_an_empty_log() -> None:
    """A log without entries may be cosigned, and what follows grows from it."""
    empty = judge_request(ask(0, 0), None, [LOG])
    assert empty == TreeHead(ORIGIN, 0, EMPTY_ROOT)
    assert judge_request(ask(0, 5), empty, [LOG]) == at(5)


def test_the_log_must_have_signed() -> None:
    """A key of the log itself must have signed; strangers' lines count for nothing beside a good one."""
    with pytest.raises(UnknownLogError, match=f"found {ORIGIN}"):
        judge_request(ask(0, 5), None, [])
    other = make_verifier("example.org/other", public(OLD))
    with pytest.raises(UnknownLogError):
        judge_request(ask(0, 5), None, [other])
    with pytest.raises(SignatureError, match="signed by no known key"):
        judge_request(ask(0, 5, key=STRANGER), None, [LOG])
    text = note(5).partition(b"\n\n")[0] + b"\n"
    foreign = sign_note(text, "example.org/other", public(OLD), OLD.sign)
    with pytest.raises(SignatureError):
        judge_request(WitnessRequest(0, (), foreign), None, [LOG, other])
    both = note(5) + foreign.partition(b"\n\n")[2]
    assert judge_request(WitnessRequest(0, (), both), None, [LOG]) == at(5)
    spoiled = bytearray(note(5))
    spoiled[-3] ^= 1
    with pytest.raises((SignatureError, FormatError)):
        judge_request(WitnessRequest(0, (), bytes(spoiled)), None, [LOG])


@pytest.mark.parametrize("known", [[LOG, LOG2], [LOG2, LOG]])
def test_log_key_rotated_between_requests(known: list[Verifier]) -> None:
    """After the log has a new key a witness that knows both follows it; one that knows the old one alone does not."""
    first = judge_request(ask(0, 4), None, [LOG])
    later = ask(4, 9, key=NEW)
    with pytest.raises(SignatureError):
        judge_request(later, first, [LOG])
    assert judge_request(later, first, known) == at(9)
    with pytest.raises(SecondHistoryError):
        judge_request(ask(4, 9, OTHER, NEW), first, known)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"\n\n" + note(5),
        note(5),
        b"old\n\n" + note(5),
        b"old \n\n" + note(5),
        b"old 00\n\n" + note(5),
        b"old -1\n\n" + note(5),
        b"old +1\n\n" + note(5),
        b"old 1_0\n\n" + note(5),
        b"old 1 \n\n" + note(5),
        b"old 1\r\n\n" + note(5),
        b"Old 1\n\n" + note(5),
        b"old  1\n\n" + note(5),
        b"old 1000000000000000000\n\n" + note(5),
        "old ١\n\n".encode() + note(5),
        b"old 1\n" + base64.b64encode(bytes(31)) + b"\n\n" + note(5),
        b"old 1\n" + base64.b64encode(bytes(33)) + b"\n\n" + note(5),
        b"old 1\n" + base64.b64encode(bytes(32))[:-1] + b"\n\n" + note(5),
        b"old 1\n" + base64.b64encode(bytes(32)) + b" \n\n" + note(5),
        b"old 1\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + note(5),
        b"old 0\n\n" + note(5)[:-1],
        b"old 0\n\n" + note(5).replace(b"\n5\n", b"\n05\n"),
        b"old 0\n\n" + note(5).replace(b"\n5\n", b"\n5\nmore\n"),
        b"old 0\n\n" + note(5) + b"\n",
        b"old 0\n\n" + note(5) + b"x" * MAX_NOTE,
        b"x" * (MAX_REQUEST + 1),
    ],
)
def test_not_a_request(data: bytes) -> None:
    """What breaks the format is refused before anything is verified."""
    with pytest.raises(FormatError):
        parse_request(data, "request.txt")


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Whatever the bytes are, they are refused, or are the ones that the value is written as."""
    for tried in (data, b"old 1\n" + data, b"old 1\n" + data + b"\n\n" + note(5)):
        try:
            request = parse_request(tried)
        except FormatError:
            continue
        assert format_request(request) == tried


def test_too_many_hashes_are_not_written() -> None:
    """A proof of more than 63 hashes is not written; one of 63 fits the size that is read."""
    with pytest.raises(InputError, match="at most 63 hashes, found 64"):
        format_request(WitnessRequest(1, (bytes(32),) * 64, note(5)))
    assert len(format_request(WitnessRequest(10**17, (bytes(32),) * 63, b""))) + MAX_NOTE <= MAX_REQUEST
