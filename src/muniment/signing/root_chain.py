"""The chain of trust roots as files: ``trust/root/N.json`` and ``trust/root/N.json.FINGERPRINT.sig``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muniment.canonical import parse_canonical
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError
from muniment.signing.succession import verify_root
from muniment.signing.trust_root import TrustRoot

FOLDER = "trust/root"

_NAME = re.compile(r"([1-9][0-9]{0,8})\.json(?:\.([A-Za-z0-9_-]{43})\.sig)?")


@dataclass(frozen=True, slots=True)
class RootFile:
    """A trust root with the bytes it was read from and the signatures beside it, by file-name fingerprint."""

    root: TrustRoot
    data: bytes
    signatures: tuple[tuple[str, bytes], ...]

    @property
    def digest(self) -> str:
        """Digest of the file: what a reader compares with a copy from elsewhere."""
        return format_digest(sha256_hex(self.data))

    @property
    def files(self) -> dict[str, bytes]:
        """The files of this root by name: the root, then its signatures."""
        named = {signature_name(self.root.version, fingerprint): data for fingerprint, data in self.signatures}
        return {root_name(self.root.version): self.data, **named}


def root_name(version: int) -> str:
    """Name the file of a trust root, ``1.json``."""
    return f"{version}.json"


def signature_name(version: int, fingerprint: str) -> str:
    """Name the file of a signature over a trust root; the fingerprint is in its file-name form (base64url)."""
    return f"{root_name(version)}.{fingerprint}.sig"


def verify_chain(files: Mapping[str, bytes], size: int | None = None) -> tuple[RootFile, ...]:
    """Verify a whole chain, given as the files of ``trust/root`` by name; oldest first.

    Args:
        files: The files.
        size: Number of entries in the log.  A root that stands beyond them does not count yet: a writer is at work on
            it, or was interrupted.  None where every root must count.

    Raises:
        FormatError: A number is missing, or there is a file that belongs to no root.
        IntegrityError: A root or a signature does not verify.
        KeyRejectedError: A root names a weak key.
    """
    signatures: dict[int, dict[str, bytes]] = {}
    for name, data in files.items():
        match = _NAME.fullmatch(name)
        if match is None:
            raise FormatError("no name of a trust root or of a signature", where=f"{FOLDER}/{name}")
        signed = signatures.setdefault(int(match[1]), {})
        if match[2] is not None:
            signed[match[2]] = data
    chain: list[RootFile] = []
    for number in sorted(signatures):
        if size is not None and number > 1 and not _counts(files, number, size):
            break
        if number != len(chain) + 1 or root_name(number) not in files:
            missing = f"{FOLDER}/{root_name(len(chain) + 1)}"
            raise FormatError("a trust root is missing from the chain", where=missing, hint="restore it from a copy")
        previous = (chain[-1].data, chain[-1].root) if chain else None
        data = files[root_name(number)]
        root = verify_root(data, signatures[number], previous, where=f"{FOLDER}/{root_name(number)}")
        chain.append(RootFile(root, data, tuple(sorted(signatures[number].items()))))
    if not chain:
        raise FormatError("there is no trust root", where=FOLDER, expected=root_name(1), hint="restore it from a copy")
    return tuple(chain)


def _counts(files: Mapping[str, bytes], number: int, size: int) -> bool:
    """Whether a root counts in a log of this size.  One that cannot be read does, so that its fault is found."""
    data = files.get(root_name(number))
    if data is None:
        # Signatures alone are what is left of a root that is being taken back, unless another root follows.
        return any(int(name[:-5]) > number for name in files if name.endswith(".json"))
    value = parse_canonical(data, where=f"{FOLDER}/{root_name(number)}")
    index = value.get("index") if isinstance(value, dict) else None
    return not isinstance(index, int) or index < size


def refuse_other_roots(roots: Sequence[tuple[int, int, str]], logged: Sequence[tuple[int, int, str]]) -> None:
    """Check that the log names exactly the roots that there are (check 11).

    Args:
        roots: Index in the log, number and digest of each trust root, as the roots say.
        logged: The same, as the entries of the log say.

    Raises:
        FormatError: It names others.
    """
    if list(roots) != list(logged):
        what, expected, found = "the log names other trust roots", _listed(roots), _listed(logged)
        raise FormatError(what, where=FOLDER, expected=expected, found=found, check=11)


def _listed(roots: Sequence[tuple[int, int, str]]) -> str:
    return ", ".join(f"trust root {version} {digest} as entry {index}" for index, version, digest in roots) or "none"
