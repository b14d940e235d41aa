"""Adding a trust root: the successor of the newest one, signed by enough root keys of both, as an entry of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from muniment.archive import Archive
from muniment.archive.opening import log_verifiers
from muniment.archive.paths import ALLOWED_SIGNERS, ROOTS, root_path
from muniment.archive.stored_version import read_present
from muniment.archive.unfinished import Introduced
from muniment.digest import sha256_hex
from muniment.errors import InputError, IntegrityError, KeyRejectedError, SignatureError
from muniment.log.newest import NamedRoot
from muniment.log.statement import RootStatement, format_statement
from muniment.memory import Recall
from muniment.ssh.keys import SigningKey, fingerprint_file_name
from muniment.store import Store
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.chain import RootFile, check_root, root_name, sign_root, signature_name, verify_root
from muniment.trust.root import StaticFile, TrustRoot, format_trust_root
from muniment.write.commit import Plan, Swap, grow_log, plan
from muniment.write.head import mendable, open_ground
from muniment.write.recover import execute_or_undo
from muniment.write.turns import in_turn


@dataclass(frozen=True, slots=True)
class RootKeys:
    """The keys that adding a trust root takes.

    Attributes:
        roots: Root keys of the newest root and of its successor; those that are neither are not used.
        log: Signs the checkpoint that names the new root.
    """

    roots: Sequence[SigningKey]
    log: SigningKey


@dataclass(frozen=True, slots=True)
class NextRoot:
    """What comes next.

    Attributes:
        root: Its keys, thresholds, authorities and witnesses; number, place, time and files are filled in.
        files: New static files that it vouches for, by path.
    """

    root: TrustRoot
    files: Mapping[str, bytes] = field(default_factory=dict)


Make = Callable[[Archive], NextRoot]


def add_root(store: Store, keys: RootKeys, make: Make, now: str, *, recall: Recall | None = None) -> RootFile:
    """Write the trust root that ``make`` drafts, under the lock.

    Args:
        store: The archive.
        keys: Who signs.
        make: Drafts the successor, given the archive; the index of the new root is the size of its log.
        now: RFC 3339 in UTC, to the second.
        recall: Gives the highest checkpoint seen of this log, below which nothing is signed; None to do without.

    Raises:
        InputError: The successor breaks a rule, or too few keys have signed; nothing was written.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """

    def write(store: Store) -> RootFile:
        archive = open_ground(store, recall)
        old = _signers(archive)
        draft = make(archive)
        root = _fill_in(archive, draft, now)
        file = _sign(archive.roots[-1], root, keys.roots, {})
        _refuse_other_log_key(archive, root, keys.log)
        execute_or_undo(store, _plan(archive, file, draft.files, old, keys.log))
        return file

    return in_turn(store, write)


def draft_root(store: Store, make: Make, now: str, *, recall: Recall | None = None) -> bytes:
    """Draft the trust root that ``add_root`` would write, for root keys that sign elsewhere; nothing is written.

    Args:
        store: The archive.
        make: Drafts the successor, given the archive.
        now: RFC 3339 in UTC, to the second.
        recall: As for ``add_root``.

    Returns:
        The file to sign (``succession.sign_root``); it is good while the log does not grow.

    Raises:
        InputError: The successor breaks a rule, or brings files, which a draft has no room for.
        UnavailableError: As for ``add_root``.
    """

    def fill(store: Store) -> bytes:
        archive = open_ground(store, recall)
        draft = make(archive)
        if draft.files:
            raise InputError("a draft holds no other files", found=", ".join(draft.files), hint="sign it here")
        with _ours():
            data = format_trust_root(_fill_in(archive, draft, now))
            check_root(data, (archive.roots[-1].data, archive.roots[-1].root), where=_path(archive))
        return data

    return in_turn(store, fill)


def finish_root(
    store: Store, data: bytes, signatures: Mapping[str, bytes], keys: RootKeys, *, recall: Recall | None = None
) -> RootFile:
    """Write a trust root that was drafted before, with what has been signed elsewhere.

    Args:
        store: The archive.
        data: What ``draft_root`` gave.
        signatures: Signature files from elsewhere, by the fingerprint of their key (``fingerprint_file_name``).
        keys: Who signs here: root keys only where somebody has seen what these very bytes change.
        recall: As for ``add_root``.

    Raises:
        InputError: The draft does not continue this archive, or the log has grown since; or too few have signed.
        UnavailableError: As for ``add_root``.
    """

    def write(store: Store) -> RootFile:
        archive = open_ground(store, recall)
        old, root = _signers(archive), check_draft(archive, data)
        file = _sign(archive.roots[-1], root, keys.roots, signatures)
        _refuse_other_log_key(archive, root, keys.log)
        execute_or_undo(store, _plan(archive, file, {}, old, keys.log))
        return file

    return in_turn(store, write)


def check_draft(archive: Archive, data: bytes) -> TrustRoot:
    """Hold a draft against the archive, before it is shown and before it is signed.

    Args:
        archive: The archive.
        data: What ``draft_root`` gave, as it came back.

    Raises:
        InputError: It is not a trust root, or does not continue this archive, or the log has grown since.
    """
    before = archive.roots[-1]
    with _ours():
        root = check_root(data, (before.data, before.root), where="the draft")
    if (root.index, root.files) != (archive.checkpoint.size, before.root.files):
        raise InputError(
            "the draft was made for another state of the log",
            expected=f"log index {archive.checkpoint.size}, and the files of trust root {before.root.version}",
            found=f"log index {root.index}",
            hint="draft it again, and destroy this one with every signature on it",
        )
    return root


def _signers(archive: Archive) -> bytes:
    """The file that will be replaced, which must be what the roots make, so that no damage is covered up."""
    with mendable():
        data = read_present(archive.store, ALLOWED_SIGNERS)
        if data != format_allowed_signers(archive.chain):
            raise IntegrityError("not what the trust roots make", where=ALLOWED_SIGNERS, check=11)
    return data


def _fill_in(archive: Archive, draft: NextRoot, now: str) -> TrustRoot:
    before, size = archive.roots[-1], archive.checkpoint.size
    static = [StaticFile(path, sha256_hex(data), len(data)) for path, data in draft.files.items()]
    files = sorted((*before.root.files, *static), key=lambda file: file.path)
    return replace(
        draft.root,
        version=before.root.version + 1,
        index=size,
        previous=before.digest,
        created=max(now, before.root.created),
        files=tuple(files),
    )


def _sign(before: RootFile, root: TrustRoot, keys: Sequence[SigningKey], elsewhere: Mapping[str, bytes]) -> RootFile:
    """Sign with every key that may, and hold the result against the rules that its readers will."""
    where = root_path(root.version)
    allowed = {*before.root.root_keys, *root.root_keys}
    with _ours():
        data = format_trust_root(root)
        here = {fingerprint_file_name(key.public): sign_root(key, data) for key in keys if key.public in allowed}
        signatures = {**elsewhere, **here}
        verify_root(data, signatures, (before.data, before.root), where=where)
    return RootFile(root, data, tuple(sorted(signatures.items())))


@contextmanager
def _ours() -> Iterator[None]:
    """Let what breaks a rule of trust roots be the fault of the person who handed it in: none of it is stored yet."""
    try:
        yield
    except SignatureError as error:
        raise error.as_(KeyRejectedError, hint="name each root key that shall sign") from error
    except IntegrityError as error:
        raise error.as_(InputError) from error


def _path(archive: Archive) -> str:
    return root_path(archive.roots[-1].root.version + 1)


def _refuse_other_log_key(archive: Archive, root: TrustRoot, key: SigningKey) -> None:
    """The checkpoint that names a root counts only with the key that the root itself gives its entry to."""
    counting = [
        verifier.public for verifier in log_verifiers((root,)) if verifier.counts_at(archive.checkpoint.size + 1)
    ]
    if key.public.raw not in counting:
        raise KeyRejectedError(
            "this key may not sign the log of this archive",
            where=key.public.fingerprint,
            hint="name the right log key",
        )


def _plan(archive: Archive, file: RootFile, static: Mapping[str, bytes], old: bytes, log: SigningKey) -> Plan:
    root = file.root
    statement = RootStatement(archive.origin, root.version, file.digest, root.created)
    entry, named = format_statement(statement), NamedRoot(root.version, file.digest)
    growth = grow_log(archive.log, archive.checkpoint, [entry], archive.origin, log, root=named)
    signatures = {signature_name(root.version, name): data for name, data in file.signatures}
    trust = {root_name(root.version): file.data, **signatures}
    create = (*static.items(), *((f"{ROOTS}/{name}", data) for name, data in trust.items()))
    signers = Swap(ALLOWED_SIGNERS, format_allowed_signers([*archive.chain, root]), old)
    known = {verifier.public for verifier in archive.log_verifiers if verifier.counts_at(growth.size)}
    introduced = None if log.public.raw in known else Introduced(file.data, file.signatures)
    return plan(
        growth,
        create=create,
        swap=(),
        before=archive.note,
        derived=(signers,),
        introduced=introduced,
    )
