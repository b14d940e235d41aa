"""Check 11: the trust roots, what is generated from them, and the static files that they vouch for.

And check 8: whether the signer of a version might sign at its place in the log, and what that rests on after a theft.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from muniment.archive.existence import Proven
from muniment.archive.judgement import judge_signer, judge_static
from muniment.archive.opening import claimed_size, explain_roots, read_root_files, read_roots
from muniment.archive.paths import ALLOWED_SIGNERS, CHECKPOINT, LOG, RELEASES, ROOTS, UNFINISHED, root_path
from muniment.digest import format_digest, sha256_hex
from muniment.errors import IntegrityError, MunimentError
from muniment.log.statement import RootStatement
from muniment.ssh.keys import PublicKey
from muniment.store import Store
from muniment.store.litter import litter_in
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.chain import refuse_other_roots, root_name, verify_chain
from muniment.trust.root import TrustRoot, parse_trust_root
from muniment.verify.entries import Contents, Entries
from muniment.verify.layout import UNLESS_AT_WORK, Walk
from muniment.verify.report import Tally


@dataclass(frozen=True, slots=True)
class TrustResult:
    """What checking trust gave.

    Attributes:
        chain: The trust roots, oldest first.  Where they do not verify but can be read they are given all the same, so
            that the other checks can name what they find; the report has failed by then.
        digests: Digest of each root's file, oldest first.
        files: Every file that belongs here.
    """

    chain: tuple[TrustRoot, ...]
    digests: tuple[str, ...]
    files: tuple[str, ...]


def check_roots(tally: Tally, store: Store, size: int | None, pinned: str | None) -> TrustResult:
    """Verify the chain of trust roots, and compare the first with the pinned digest.

    Args:
        tally: Where to count.
        store: The archive.
        size: Number of entries in the log: roots with an index beyond them do not count, and do not belong here.
            None where no checkpoint shows it.
        pinned: SHA-256 of ``trust/root/1.json`` that the reader has from elsewhere, 64 hex digits, or None.
    """
    try:
        files = read_root_files(store)
    except MunimentError as error:
        tally.error(11, error)
        if not tally.findings[-1].readable:
            for check, folder in ((9, RELEASES), (10, LOG)):
                tally.not_checked(check, folder, error.where)
        return TrustResult((), (), ())
    try:
        chain = verify_chain(files, size)
    except MunimentError as error:
        if isinstance(error, IntegrityError):
            explain_roots(files, size, error)
        tally.error(11, error)
        roots = _readable(files)
    else:
        tally.ok(11)
        roots = [(file.root, file.digest) for file in chain]
        files = {name: data for file in chain for name, data in file.files.items()}
    paths = tuple(f"{ROOTS}/{name}" for name in files)
    for data in files.values():
        tally.read(data)
    if roots:
        check_pin(tally, root_path(1), roots[0][1], pinned)
    return TrustResult(tuple(root for root, _ in roots), tuple(digest for _, digest in roots), paths)


def check_pin(tally: Tally, path: str, digest: str, pinned: str | None) -> None:
    """Compare trust root 1 with what the reader has from elsewhere, or say that nothing was compared."""
    if pinned is None:
        what = f"trusted on first use: {digest}"
        tally.notice(11, path, what, hint="compare it with a copy from elsewhere, or give the digest of that one")
    elif digest == format_digest(pinned):
        tally.ok(11)
    else:
        tally.fail(
            11,
            path,
            "not the trust root that was asked for",
            expected=format_digest(pinned),
            found=digest,
            hint="this is another archive, or a forgery",
        )


def _readable(files: dict[str, bytes]) -> list[tuple[TrustRoot, str]]:
    roots: list[tuple[TrustRoot, str]] = []
    while (data := files.get(root_name(len(roots) + 1))) is not None:
        try:
            root = parse_trust_root(data, where=root_path(len(roots) + 1))
        except MunimentError:
            break  # the chain has its finding
        roots.append((root, format_digest(sha256_hex(data))))
    return roots


def check_vouched(tally: Tally, store: Store, chain: Sequence[TrustRoot]) -> tuple[str, ...]:
    """Compare each static file with the newest root's digest (check 2); give them, and ``allowed_signers``."""
    for file in chain[-1].files:
        data = _read(tally, store, file.path, 2)
        if data is not None:
            with tally.check(2, file.path):
                judge_static(file, data)
    return (*(file.path for file in chain[-1].files), ALLOWED_SIGNERS)


def check_signers(tally: Tally, store: Store, chain: Sequence[TrustRoot], *, behind: bool | None) -> None:
    """Make ``allowed_signers`` again from the chain, and compare.

    Call it last.  A writer replaces the file right after a trust root is committed, so it may be that of a chain which
    has grown meanwhile.

    Args:
        tally: Where to count.
        store: The archive.
        chain: The trust roots, oldest first.
        behind: Whether a marker says that the newest of them was just committed, so that the file may be the one from
            before; None where the marker could not be read.
    """
    data = _read(tally, store, ALLOWED_SIGNERS, 11)
    if data is None:
        return
    if data == format_allowed_signers(chain) or data in _of_later_roots(store, chain):
        tally.ok(11)
    elif behind is not False and len(chain) > 1 and data == format_allowed_signers(chain[:-1]):
        what = f"does not know trust root {chain[-1].version} yet"
        if behind is None:
            tally.not_checked(11, ALLOWED_SIGNERS, UNFINISHED)
        else:
            tally.notice(11, ALLOWED_SIGNERS, what, hint=UNLESS_AT_WORK)
    else:
        what = "not what the trust roots make"
        tally.explain(ALLOWED_SIGNERS, format_allowed_signers(chain), data)
        tally.fail(11, ALLOWED_SIGNERS, what, hint="do not use it with ssh-keygen; restore it from a copy")


def check_unnamed_roots(tally: Tally, present: Walk, known: Container[str]) -> Walk:
    """Name roots and signatures beyond what the log names; give the rest.

    Args:
        tally: Where to count.
        present: What lies in the archive, without what an unfinished write excuses.
        known: Files that belong there.
    """
    roots = [path for path in present.files if path.startswith(f"{ROOTS}/") and path not in known]
    strange = {path for path in roots if litter_in(path) is None}
    for path in sorted(strange):
        hint = "the newest entries of the log were cut off, or the file was put there: compare with a copy"
        tally.fail(11, path, "of a trust root that the log does not name", hint=hint)
    return replace(present, files={path: size for path, size in present.files.items() if path not in strange})


def _of_later_roots(store: Store, chain: Sequence[TrustRoot]) -> Iterator[bytes]:
    """The files that roots make which were committed since the chain was read."""
    try:
        now = [file.root for file in read_roots(store, claimed_size(store.read(CHECKPOINT)))]
    except MunimentError:
        return  # then nothing is excused, and the next look judges it
    if now[: len(chain)] == list(chain):
        yield from (format_allowed_signers(now[:length]) for length in range(len(chain) + 1, len(now) + 1))


def _read(tally: Tally, store: Store, path: str, check: int) -> bytes | None:
    try:
        return tally.read(store.read(path))
    except MunimentError as error:
        tally.error(check, error, path)
        return None


def check_logged_roots(tally: Tally, trust: TrustResult, contents: Contents, unread: str = "") -> None:
    """Check that the log names exactly these roots, each at the index that it says, the first as its first entry.

    Args:
        tally: Where to count.
        trust: The roots.
        contents: What the log says.
        unread: A file for want of which entries are not known; then only those that are can contradict the roots.
    """
    logged = [(index, s.version, s.root) for index, s in contents.others if isinstance(s, RootStatement)]
    roots = [(root.index, root.version, digest) for root, digest in zip(trust.chain, trust.digests, strict=True)]
    if unread and [root for root in roots if contents.knows(root[0])] == logged:
        tally.not_checked(11, ROOTS, unread)
        return
    with tally.check(11):
        refuse_other_roots(roots, logged)


def check_withdrawals(
    tally: Tally, chain: Sequence[TrustRoot], entries: Entries, wanted: Entries, unread: Sequence[str] = ()
) -> None:
    """Check that each withdrawn version was logged before the root that says so, and tell those that are asked for.

    Args:
        tally: Where to count.
        chain: The trust roots, oldest first.
        entries: Every version of the log, by release.
        wanted: Those that are asked for.
        unread: Files for want of which entries are not known.
    """
    if not chain[-1].withdrawn:
        return
    named = {withdrawal.record for withdrawal in chain[-1].withdrawn}
    records = (entry.statement.record for logged in wanted.values() for entry in logged)
    told = {record for record in records if record in named}
    for withdrawal in chain[-1].withdrawn:
        root = next(root for root in chain if root.withdrawal_of(withdrawal.record))
        logged = [
            entry.index
            for entry in entries.get(withdrawal.release, ())
            if (entry.statement.version, entry.statement.record) == (withdrawal.version, withdrawal.record)
        ]
        path = root_path(root.version)
        if any(index < root.index for index in logged):
            tally.ok(11)
        elif unread:
            tally.not_checked(11, path, unread[0])
        else:
            what = f"withdraws {withdrawal.name}, which was not logged before"
            tally.fail(11, path, what, expected=withdrawal.record)
        if withdrawal.record in told:
            tally.notice(11, withdrawal.name, withdrawal.words)


def check_signer(
    tally: Tally, path: str, key: PublicKey, index: int, chain: Sequence[TrustRoot], proven: Sequence[Proven] = ()
) -> None:
    """Check 8: the key was allowed by the trust root at the index of the entry in the log.

    What a key signed before it was revoked counts where something shows that it was logged before the key may have been
    in other hands.  Otherwise the notice says so.

    Args:
        tally: Where to count.
        path: What to call the signature.
        key: The key that signed.
        index: Index of the entry in the log.
        chain: The trust roots, oldest first.
        proven: What shows how many entries were there at a time.
    """
    try:
        row = judge_signer(path, key, index, chain[-1])
    except MunimentError as error:
        tally.error(8, error)
        return
    tally.ok(8)
    if row.revoked is None:
        return
    earlier = [one for one in proven if one.is_before(index, row.revoked)]
    if earlier:
        # With a time rather than without, and the earliest.
        best = min(earlier, key=lambda one: (not one.time, one.time, one.who))
        tally.notice(8, path, f"signed before the key was revoked: {best}")
    else:
        tally.notice(
            8,
            path,
            f"unproven time: the key was revoked, and nothing shows that this was there before {row.revoked.since}",
            hint="a time stamp or a checkpoint from before that time would: give an older copy to compare with",
            unvouched=True,
        )


def check_fingerprint(tally: Tally, path: str, fingerprint: str, index: int, chain: Sequence[TrustRoot]) -> None:
    """Check 8 in the same way on a signer known only by the fingerprint in a log entry."""
    key = next((row.key for row in chain[-1].record_keys if row.key.fingerprint == fingerprint), None)
    if key is None:
        what = f"the entry names a signer that the trust root does not name at log index {index}"
        tally.fail(8, path, what, found=fingerprint)
    else:
        check_signer(tally, path, key, index, chain)
