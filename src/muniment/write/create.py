"""Making an archive: static files, trust root 1, and a log whose first entry is that root."""

from __future__ import annotations

from dataclasses import dataclass, replace

from muniment.archive import Archive, open_archive
from muniment.archive.paths import (
    ALLOWED_SIGNERS,
    CHECKPOINT,
    LOCK,
    STAGING,
    TAG,
    TEMPORARY,
    UNFINISHED,
    checkpoint_path,
    root_path,
    root_signature_path,
)
from muniment.archive.staged import find_marker
from muniment.archive.unfinished import Introduced
from muniment.archive.unfinished_rules import check_introduced, has_checkpoint
from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError, KeyRejectedError, NotFoundError
from muniment.log.checkpoint import check_origin
from muniment.log.newest import NamedRoot
from muniment.log.note import format_vkey, parse_vkey
from muniment.log.statement import RootStatement, format_statement
from muniment.log.tree import Log
from muniment.memory import Recall
from muniment.ocfl.storage_root import FLAT
from muniment.ssh.keys import SigningKey, fingerprint_file_name
from muniment.store import Store
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.chain import sign_root
from muniment.trust.root import FIRST_TIME, LogKey, RecordKey, StaticFile, TrustRoot, format_trust_root, is_time
from muniment.write.commit import Plan, grow_log, plan
from muniment.write.guard import refuse_second_archive
from muniment.write.recover import execute_or_undo, recover
from muniment.write.static_files import static_files
from muniment.write.turns import in_turn


@dataclass(frozen=True, slots=True)
class InitialKeys:
    """The keys an archive is made with.  "Who wrote it", "what the log held" and "who may sign" are three claims."""

    root: SigningKey
    record: SigningKey
    log: SigningKey


def create_archive(
    store: Store,
    initial: InitialKeys,
    *,
    origin: str,
    now: str,
    layout: str = FLAT,
    url: str | None = None,
    recall: Recall | None = None,
) -> Archive:
    """Make an archive in an empty store.

    Args:
        store: Empty, or holding what an interrupted ``create_archive`` left.
        initial: The keys; nothing of their private halves is written.
        origin: Name of the archive and of its log, ``HOST/PATH``.
        now: RFC 3339 in UTC, to the second.
        layout: Storage layout of ``releases/``: one of ``muniment.ocfl.storage_root.LAYOUTS``.
        url: Address of the archive's web site, as ``muniment.trust.root.check_site`` gives it; None for none.
        recall: Gives what is remembered of an origin, which must be nothing; None to do without.

    Raises:
        InputError: The store is not empty, the origin is ill-formed, or one key has two roles that must be apart.
        KeyRejectedError: An archive of other keys is being made there; nothing is touched.
        IntegrityError: What lies there is not what an interrupted ``create_archive`` leaves; nothing is touched.
        WriteConflictError: An archive of this origin is remembered.
        StoreError: The store refused; nothing is left behind, or ``create_archive`` can be called again.
    """
    check_origin(origin)
    _check_roles(initial)
    if not is_time(now):
        raise InputError("the clock is wrong", expected=f"at least {FIRST_TIME}", found=now)
    root, static = _first_root(initial, origin, now, layout)
    in_turn(store, lambda store: _create(store, initial, (replace(root, url=url), static), recall))
    return open_archive(store)


def _create(
    store: Store, initial: InitialKeys, first: tuple[TrustRoot, dict[str, bytes]], recall: Recall | None
) -> None:
    """End what was begun here, or begin; under the lock, where there is one."""
    root, _ = first
    store.probe()
    _refuse_other_keys(store, initial)
    if not _is_published(store):
        # Before anything is taken back: what was finished once is an archive that lost its checkpoint.
        refuse_second_archive(root.archive, recall)
    done = recover(store, recall)
    if done is not None and done.completed and _is_of(open_archive(store), initial, root.archive):
        return
    _refuse_occupied(store)
    refuse_second_archive(root.archive, recall)
    execute_or_undo(store, _plan(store, initial, first, root.created))


def _check_roles(initial: InitialKeys) -> None:
    for role, key in (("record", initial.record), ("root", initial.root)):
        if key.public == initial.log.public:
            raise InputError(
                f"the log key must not be the {role} key too",
                where=key.public.fingerprint,
                hint="who wrote it and what the log held are two claims: let init make a log key, or name another",
            )


def _plan(store: Store, initial: InitialKeys, first: tuple[TrustRoot, dict[str, bytes]], now: str) -> Plan:
    root, static = first
    data = format_trust_root(root)
    trust = _trust_files(initial, root, data)
    named = NamedRoot(1, format_digest(sha256_hex(data)))
    entry = format_statement(RootStatement(root.archive, 1, named.digest, now))
    growth = grow_log(Log(store.read, 0), None, [entry], root.archive, initial.log, root=named)
    introduced = Introduced(data, ((fingerprint_file_name(initial.root.public), trust[_signature(initial)]),))
    create = (*static.items(), *trust.items())
    return plan(growth, create=create, swap=(), before=None, introduced=introduced)


def _trust_files(initial: InitialKeys, root: TrustRoot, data: bytes) -> dict[str, bytes]:
    return {
        root_path(1): data,
        _signature(initial): sign_root(initial.root, data),
        ALLOWED_SIGNERS: format_allowed_signers([root]),
    }


def _signature(initial: InitialKeys) -> str:
    return root_signature_path(1, fingerprint_file_name(initial.root.public))


def _refuse_other_keys(store: Store, initial: InitialKeys) -> None:
    """Refuse to end what others began: anyone who can write to the folder may have put their own archive there."""
    signed = find_marker(store)
    if signed is None or signed.marker.introduced is None or signed.marker.size != 1:
        return
    root = check_introduced(signed.marker, signed.marker.introduced, None)
    if _keys_of(root) != tuple(key.public.raw for key in (initial.root, initial.record, initial.log)):
        raise KeyRejectedError(
            f"an archive of other keys is being made here, {root.archive}: nothing was touched",
            where=UNFINISHED,
            expected=f"root key {initial.root.public.fingerprint}",
            found=f"root key {root.root_keys[0].fingerprint}",
            hint="name a new folder; if those keys are yours, make the archive again with them, or recover it",
        )


def _keys_of(root: TrustRoot) -> tuple[bytes, bytes, bytes] | None:
    """The three keys of a first trust root; None where it has more of a kind, as none has that is made here."""
    if (len(root.root_keys), len(root.record_keys), len(root.log_keys)) != (1, 1, 1):
        return None
    log = parse_vkey(root.log_keys[0].vkey, where=UNFINISHED)
    return root.root_keys[0].raw, root.record_keys[0].key.raw, log.public


def _is_published(store: Store) -> bool:
    """Whether the checkpoint of an interrupted ``create_archive`` was signed, so that it will be completed."""
    try:
        return bool(store.read(checkpoint_path(1)))
    except NotFoundError:
        return False


def _is_of(archive: Archive, initial: InitialKeys, origin: str) -> bool:
    """Whether an archive that was begun before, and is complete now, is the one that is asked for."""
    keys = tuple(key.public.raw for key in (initial.root, initial.record, initial.log))
    return (archive.origin, len(archive.roots), _keys_of(archive.chain[0])) == (origin, 1, keys)


def _refuse_occupied(store: Store) -> None:
    names = [node.name for node in store.list() if node.name not in {LOCK, TEMPORARY, STAGING}]
    if TAG in names and has_checkpoint(store):
        raise InputError("there is an archive already", where=CHECKPOINT, hint="add to it")
    if names:
        raise InputError("the folder is not empty", found=", ".join(names[:3]), hint="name a new or an empty folder")


def _first_root(initial: InitialKeys, origin: str, now: str, layout: str) -> tuple[TrustRoot, dict[str, bytes]]:
    """The first trust root, and the static files that it vouches for."""
    static = static_files(origin, layout)
    root = TrustRoot(
        archive=origin,
        version=1,
        index=0,
        previous=None,
        created=now,
        threshold=1,
        principal=f"archive@{origin.split('/', 1)[0]}",
        root_keys=(initial.root.public,),
        record_keys=(RecordKey(key=initial.record.public, first_index=0, last_index=None),),
        log_keys=(LogKey(vkey=format_vkey(origin, initial.log.public.raw), first_index=0, last_index=None),),
        files=tuple(StaticFile(path, sha256_hex(data), len(data)) for path, data in sorted(static.items())),
    )
    return root, static
