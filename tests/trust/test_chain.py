"""Tests of ``muniment.trust.chain``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniment.archive import open_archive
from muniment.errors import FormatError, IntegrityError, SignatureError
from muniment.ssh.keys import PrivateKey, SigningKey, fingerprint_file_name
from muniment.store import MemoryStore
from muniment.trust.chain import root_name, sign_root, signature_name, verify_chain
from muniment.trust.root import TrustRoot, format_trust_root
from muniment.write.create import InitialKeys

NEW_KEY = PrivateKey.from_seed(bytes([7]) * 32)


def files_of(root: TrustRoot, *signers: SigningKey) -> dict[str, bytes]:
    """The files of one root: itself, and a signature by each key."""
    data = format_trust_root(root)
    named = {signature_name(root.version, fingerprint_file_name(key.public)): sign_root(key, data) for key in signers}
    return {root_name(root.version): data, **named}


@pytest.fixture
def chain(empty_archive: MemoryStore, founders: InitialKeys) -> dict[str, bytes]:
    """Three roots: the second hands over to a new root key."""
    first = open_archive(empty_archive).roots[0]
    second = replace(first.root, version=2, index=1, previous=first.digest, root_keys=(NEW_KEY.public,))
    files = {**first.files, **files_of(second, founders.root, NEW_KEY)}
    third = replace(second, version=3, index=2, previous=verify_chain(files)[1].digest)
    return {**files, **files_of(third, NEW_KEY)}


def test_chain(chain: dict[str, bytes]) -> None:
    """A chain of roots verifies, oldest first, each with its bytes and all its signatures."""
    roots = verify_chain(chain)
    assert [file.root.version for file in roots] == [1, 2, 3]
    assert [len(file.signatures) for file in roots] == [1, 2, 1]
    assert roots[1].root.previous == roots[0].digest
    assert {name: data for file in roots for name, data in file.files.items()} == chain


def test_order_of_files_does_not_matter(chain: dict[str, bytes]) -> None:
    """The chain is the same in whatever order its files are listed."""
    assert verify_chain(dict(sorted(chain.items(), reverse=True))) == verify_chain(chain)


def test_every_file_is_needed(chain: dict[str, bytes]) -> None:
    """A chain with a file missing does not verify, and the error names the root or the signature at fault."""
    for missing in chain:
        short = {name: data for name, data in chain.items() if name != missing}
        if missing == "3.json":
            short = {name: data for name, data in short.items() if not name.startswith("3.json.")}
            assert len(verify_chain(short)) == 2
            continue
        with pytest.raises(IntegrityError) as caught:
            verify_chain(short)
        assert caught.value.where.startswith(f"trust/root/{missing[:6]}")


def test_no_root_at_all() -> None:
    """No file at all is no chain."""
    with pytest.raises(FormatError, match=r"^trust/root: there is no trust root: expected 1\.json"):
        verify_chain({})


@pytest.mark.parametrize(
    "name", ["0.json", "01.json", "1.json.bak", "x.json", "1.json.short.sig", "1.JSON", "1.json\n", "-1.json", "٣.json"]
)
def test_strange_names(chain: dict[str, bytes], name: str) -> None:
    """A file that is neither a root nor a signature is refused and named."""
    with pytest.raises(FormatError, match="no name of a trust root or of a signature"):
        verify_chain({**chain, name: b""})


def test_gap(chain: dict[str, bytes]) -> None:
    """A root beyond the end of the chain is refused, and the error names the first that is missing."""
    with pytest.raises(FormatError) as caught:
        verify_chain({**chain, "9.json": chain["3.json"]})
    assert caught.value.where == "trust/root/4.json"
    with pytest.raises(FormatError, match=r"trust/root/4\.json"):
        verify_chain({**chain, f"4.json.{'A' * 43}.sig": b""})


def test_old_key_may_not_go_on(chain: dict[str, bytes], founders: InitialKeys) -> None:
    """Once the trust was handed over, the old root key signs no further root."""
    third = verify_chain(chain)[2].root
    kept = {name: data for name, data in chain.items() if not name.startswith("3.")}
    with pytest.raises(SignatureError):
        verify_chain({**kept, **files_of(third, founders.root)})
