"""Check 10 on cosignatures: what witnesses signed, and which checkpoint enough of them have signed.

``log/cosignatures/SIZE.KEYID`` is one signature line by one witness over the checkpoint of one size.  The files are
not logged, so nobody can tell whether one is missing.  So too few are a notice and no failure (ADR 0014).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from muniment.archive.existence import Proven, Witnesses
from muniment.archive.paths import COSIGNATURES, batch_path, parse_path, root_path
from muniment.errors import IntegrityError, KeyRejectedError, MunimentError, SignatureError
from muniment.log.checkpoint import Checkpoint, format_checkpoint
from muniment.log.cosignature import Cosignature, parse_cosignature, verify_cosignature
from muniment.log.newest import NewestRoots
from muniment.log.note import MAX_NOTE
from muniment.log.vkey import Cosigner, parse_cosigner
from muniment.trust.root import TrustRoot
from muniment.verify.log import LogResult
from muniment.verify.report import Tally

_BySize = dict[int, dict[bytes, Cosignature]]
"""Good cosignatures by size, and by the public key of their witness."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may cosign, per the newest trust root.

    Attributes:
        wanted: The quorum.
        counted: The witnesses that count towards it: those of the newest trust root, each public key once.
        known: Every witness of any trust root, by name and key id.
    """

    wanted: int
    counted: tuple[Cosigner, ...]
    known: Mapping[tuple[str, bytes], Cosigner]


def check_cosignatures(
    tally: Tally, log: LogResult, chain: Sequence[TrustRoot], newest: NewestRoots
) -> tuple[Witnesses | None, list[Proven]]:
    """Check every cosignature file, and say which checkpoints the quorum has signed.

    Args:
        tally: Where to count.
        log: The log; its files are noted in it.
        chain: The trust roots, oldest first.
        newest: Which of them was the newest at each size.

    Returns:
        What is to be reported, None where no trust root names a witness or the log does not verify; and, for each size
        at which the quorum was reached, that its entries were there when the cosignature came that completed it.
    """
    policy = _policy(tally, chain)
    named = list(_named(log)) if log.vouched else []
    by_size: _BySize = {}
    if named:
        roots = log.roots_at({size for size, _, _ in named})
        for size, key_id, path in named:
            root = newest.at(size)
            if root is None:
                continue  # an entry before it cannot be read, which has its finding
            text = format_checkpoint(Checkpoint(log.origin, size, roots[size], root))
            _check(log, policy, (size, key_id, path), text, by_size)
    if not policy.known or log.hashes is None:
        return None, []
    proven = _proven(policy, by_size)
    witnesses = _summary(policy, by_size, proven, log.hashes.size)
    lacking = witnesses.wanted and (witnesses.quorum is None or witnesses.quorum.size < witnesses.size)
    tally.notice(10, COSIGNATURES, said_of(witnesses), unvouched=bool(lacking))
    return witnesses, proven


def said_of(witnesses: Witnesses) -> str:
    """Say how many witnesses have cosigned, and how far the quorum reaches."""
    have = len(witnesses.cosigned)
    if not witnesses.wanted:
        return f"{have} of {witnesses.known} witnesses have cosigned size {witnesses.size}; none is wanted"
    now = f"{have} of {witnesses.wanted} wanted witnesses have cosigned size {witnesses.size}"
    last = witnesses.quorum
    if last is None:
        return f"{now}; no checkpoint has reached the quorum"
    if last.size == witnesses.size:
        return f"{now}: there not later than {last.time} ({last.who})"
    return f"{now}; quorum last reached at size {last.size}, not later than {last.time} ({last.who})"


def _policy(tally: Tally, chain: Sequence[TrustRoot]) -> Policy:
    known: dict[tuple[str, bytes], Cosigner] = {}
    counted: dict[bytes, Cosigner] = {}
    for root in chain:
        where = root_path(root.version)
        for cosigner in _cosigners(tally, root, where):
            known[cosigner.name, cosigner.key_id] = cosigner
            if root is chain[-1] and counted.setdefault(cosigner.public, cosigner) != cosigner:
                what = f"the witnesses {counted[cosigner.public].name} and {cosigner.name} have one key: it counts once"
                tally.fail(11, where, what, hint="give each witness its own key")
    return Policy(chain[-1].quorum, tuple(counted.values()), known)


def _cosigners(tally: Tally, root: TrustRoot, where: str) -> Iterator[Cosigner]:
    for vkey in root.witnesses:
        try:
            yield parse_cosigner(vkey, where)
        except KeyRejectedError as error:
            tally.error(11, error, where)


def _named(log: LogResult) -> list[tuple[int, bytes, str]]:
    """The files that are named as cosignatures of checkpoints there are; any other is for check 1."""
    size = log.checkpoint.size if log.checkpoint else 0
    names: list[str] = []
    with suppress(MunimentError):  # the walk has a finding for what is no folder
        names = [node.name for node in log.reader.store.list(COSIGNATURES) if node.kind == "file"]
    paths = [path for name in names if (path := parse_path(f"{COSIGNATURES}/{name}")) is not None and path.size <= size]
    return [(path.size, bytes.fromhex(path.name), path.path) for path in paths]


def _check(log: LogResult, policy: Policy, named: tuple[int, bytes, str], text: bytes, by_size: _BySize) -> None:
    size, key_id, path = named
    data = log.reader.read(path, max_size=MAX_NOTE)
    if data is None:
        return
    with log.reader.tally.check(10, path):
        cosignature = parse_cosignature(data, path)
        cosigner = policy.known.get((cosignature.name, cosignature.key_id))
        if cosignature.key_id != key_id or cosigner is None:
            raise SignatureError(
                "by no witness that a trust root names",
                where=path,
                expected=f"key id {key_id.hex()}" if cosignature.key_id != key_id else "a witness of the trust roots",
                found=ascii(f"{cosignature.name}+{cosignature.key_id.hex()}")[1:-1][:200],
                hint="remove the file, or have the witness named in a trust root",
            )
        verify_cosignature(cosignature, text, cosigner, path)
        within = log.unpublished.batch_at(size)
        if within is not None:
            said = batch_path(within.size)
            what = "of a checkpoint that is said to have never been published"
            raise IntegrityError(what, where=path, found=said, hint="the log key has signed both: was it stolen?")
        by_size.setdefault(size, {})[cosigner.public] = cosignature


def _proven(policy: Policy, by_size: _BySize) -> list[Proven]:
    proven = []
    for size in sorted(by_size):
        good = [(by_size[size][c.public].time, c.name) for c in policy.counted if c.public in by_size[size]]
        first = sorted(good)[: policy.wanted]
        if policy.wanted and len(first) == policy.wanted:
            last = next(c for c in by_size[size].values() if c.time == first[-1][0])
            proven.append(Proven(size, last.moment, ", ".join(sorted(name for _, name in first))))
    return proven


def _summary(policy: Policy, by_size: _BySize, proven: Sequence[Proven], size: int) -> Witnesses:
    names = sorted(cosigner.name for cosigner in policy.counted if cosigner.public in by_size.get(size, {}))
    return Witnesses(policy.wanted, len(policy.counted), size, tuple(names), proven[-1] if proven else None)
