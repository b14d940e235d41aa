"""Proofs of possession and requests to join: good for one key, one archive, one trust root, one stretch of the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from muniment.canonical import Json, format_canonical, parse_json
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, InputError, IntegrityError, KeyRejectedError
from muniment.ssh.keys import PrivateKey
from muniment.ssh.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE, sign
from muniment.trust.chain import check_root
from muniment.trust.key_request import check_request, format_key_request, make_request, parse_key_request
from muniment.trust.next_root import with_record_key, with_retired
from muniment.trust.possession import format_challenge, prove_possession, verify_possession
from muniment.trust.root import LogKey, Possession, RecordKey, TrustRoot, format_trust_root, parse_trust_root

ORIGIN = "press.example.org/archive"
ROOT_KEY, RECORD, NEW, STRANGER = (PrivateKey.from_seed(bytes([number]) * 32) for number in range(1, 5))
FIRST = TrustRoot(
    archive=ORIGIN,
    version=1,
    index=0,
    previous=None,
    created="2026-11-22T10:00:00Z",
    threshold=1,
    principal="archive@press.example.org",
    root_keys=(ROOT_KEY.public,),
    record_keys=(RecordKey(key=RECORD.public, first_index=0, last_index=None),),
    log_keys=(LogKey(vkey=f"{ORIGIN}+0123abcd+{'A' * 44}", first_index=0, last_index=None),),
    files=(),
)


def digest(root: TrustRoot) -> str:
    """The digest of a root's file."""
    return format_digest(sha256_hex(format_trust_root(root)))


def followed(root: TrustRoot, changed: TrustRoot, index: int) -> TrustRoot:
    """The successor of a root at an index."""
    return replace(changed, version=root.version + 1, index=index, previous=digest(root))


def checked(before: TrustRoot, after: TrustRoot) -> TrustRoot:
    """Hold a root against the one before, as every reader does."""
    where = f"trust/root/{after.version}.json"
    return check_root(format_trust_root(after), (format_trust_root(before), before), where=where)


def proofs() -> Iterator[tuple[str, Possession | None, str]]:
    """Proofs that hold for something else, with what they are and what is said of them."""
    good = prove_possession(NEW, FIRST, 3)
    named = (1, digest(FIRST))

    def by(
        key: PrivateKey, archive: str, root: tuple[int, str], index: int, space: str = "possession@muniment"
    ) -> Possession:
        challenge = format_challenge(archive, root, index, NEW.public)
        return Possession(3, sign(key, space, challenge).decode())

    other = replace(FIRST, created="2026-11-22T10:00:01Z")
    yield "none", None, "nothing shows that somebody holds"
    yield "another key's", prove_possession(STRANGER, FIRST, 3), "does not hold"
    yield "by another key over the same", by(STRANGER, ORIGIN, named, 3), "by another key"
    yield "for another archive", by(NEW, "press.example.org/other", named, 3), "does not hold"
    yield "for a twin of the archive", prove_possession(NEW, other, 3), "does not hold"
    yield "for another root", by(NEW, ORIGIN, (2, named[1]), 3), "does not hold"
    yield "for another index", replace(good, index=4), "does not hold"
    yield "from before the root", prove_possession(NEW, FIRST, 0), "another place in the log"
    yield "from after the root", prove_possession(NEW, FIRST, 6), "another place in the log"
    yield "a signature over a record", by(NEW, ORIGIN, named, 3, RECORD_NAMESPACE), "does not hold"
    yield "a signature over a root", by(NEW, ORIGIN, named, 3, ROOT_NAMESPACE), "does not hold"
    yield "no signature", Possession(3, "x"), "does not hold"
    yield "two signatures", Possession(3, good.signature * 2), "does not hold"


CASES = list(proofs())


@pytest.mark.parametrize(("proof", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_proof_of_something_else(proof: Possession | None, said: str) -> None:
    """A proof holds for its key, archive, trust root and place in the log, and for nothing else."""
    with pytest.raises(FormatError, match=said):
        verify_possession(proof, NEW.public, ORIGIN, (1, digest(FIRST)), (1, 5), where="2.json")


@pytest.mark.parametrize("index", range(1, 6))
def test_proof_holds_until_the_next_root(index: int) -> None:
    """A proof made at any size between two roots is good, and the file of the root is read back as it was."""
    brought = with_record_key(FIRST, 5, NEW.public, prove_possession(NEW, FIRST, index), ends=())
    second = followed(FIRST, brought, 5)
    assert checked(FIRST, second) == second
    assert parse_trust_root(format_trust_root(second), where="") == second
    assert [(key.first_index, key.last_index) for key in second.record_keys] == [(0, None), (6, None)]


def test_every_later_root_carries_the_proof_on() -> None:
    """A proof stays as it was in later roots; it is not asked for again, and neither changed nor dropped."""
    second = followed(FIRST, with_record_key(FIRST, 5, NEW.public, prove_possession(NEW, FIRST, 5), ends=()), 5)
    third = followed(second, with_retired(second, 9, RECORD.public), 9)
    assert [(key.first_index, key.last_index) for key in checked(second, third).record_keys] == [(0, 9), (6, None)]
    old, new = third.record_keys
    for proof in (None, prove_possession(NEW, second, 7)):
        with pytest.raises(FormatError, match="the trust root disagrees") as caught:
            checked(second, replace(third, record_keys=(old, replace(new, proof=proof))))
        assert caught.value.expected == f"the proof of possession of {NEW.public.fingerprint} as it was"


def test_proof_replayed_in_a_later_root() -> None:
    """A proof that was made for trust root 1 brings the key into no root after the next."""
    proof = prove_possession(NEW, FIRST, 3)
    second = followed(FIRST, FIRST, 5)
    with pytest.raises(FormatError, match="made for another place in the log"):
        checked(second, followed(second, with_record_key(second, 9, NEW.public, proof), 9))
    with pytest.raises(FormatError, match="does not hold"):
        checked(second, followed(second, with_record_key(second, 9, NEW.public, replace(proof, index=7)), 9))


def test_no_proof_in_the_first_root() -> None:
    """The keys of trust root 1 are pinned by whoever pins the root: a proof there would be bound to nothing."""
    first = replace(FIRST, record_keys=(replace(FIRST.record_keys[0], proof=prove_possession(RECORD, FIRST, 1)),))
    with pytest.raises(FormatError, match="the trust root breaks a rule"):
        check_root(format_trust_root(first), None, where="1.json")


def test_request() -> None:
    """A request is one file in one form, and is good for the archive and the root that it names."""
    request = make_request(NEW, FIRST, 3)
    data = format_key_request(request)
    assert parse_key_request(data, where="") == request
    for size in (3, 4, 100):
        check_request(request, FIRST, size, where="f")
    vkey = f"press.example.org/other+0123abcd+{'A' * 44}"
    other = replace(FIRST, archive="press.example.org/other", log_keys=(replace(FIRST.log_keys[0], vkey=vkey),))
    for newest, size, said in (
        (FIRST, 2, "another place in the log"),
        (other, 3, "asks for another archive"),
        (replace(FIRST, created="2026-11-22T10:00:01Z"), 3, "asks for another trust root"),
        (followed(FIRST, FIRST, 4), 5, "asks for another trust root"),
    ):
        with pytest.raises(InputError, match=said):
            check_request(request, newest, size, where="f")


OTHERS: dict[str, Json] = {
    "format": "muniment-key-request/2",
    "archive": "press.example.org/other",
    "root": 2,
    "root_digest": f"sha256:{'0' * 64}",
    "index": 4,
    "key": STRANGER.public.line,
    "signature": prove_possession(STRANGER, FIRST, 3).signature,
}


@pytest.mark.parametrize("member", OTHERS)
def test_changed_request(member: str) -> None:
    """A request with any member changed, or without it, is refused."""
    value = parse_json(format_key_request(make_request(NEW, FIRST, 3)))
    assert isinstance(value, dict)
    assert set(value) == set(OTHERS)
    for changed in ({**value, member: OTHERS[member]}, {name: value[name] for name in value if name != member}):
        with pytest.raises((InputError, IntegrityError)):
            check_request(parse_key_request(format_canonical(changed), where="f"), FIRST, 5, where="f")


def test_weak_key_in_a_request() -> None:
    """A key under which everything verifies is refused in a request."""
    value = parse_json(format_key_request(make_request(NEW, FIRST, 3)))
    assert isinstance(value, dict)
    universal = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    with pytest.raises(KeyRejectedError):
        parse_key_request(format_canonical({**value, "key": universal}), where="f")
