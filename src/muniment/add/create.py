"""Making an archive: static files, trust root 1, and a log whose first entry is that root."""

from __future__ import annotations

from dataclasses import dataclass

from muniment.add.commit import grow_log, plan
from muniment.add.floor import refuse_second_archive
from muniment.add.readme import readme_text
from muniment.add.recover import execute_or_undo, recover
from muniment.anchor import ALLOWED_SIGNERS, CHECKPOINT, NAMASTE
from muniment.archive import Archive, open_archive
from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError
from muniment.log.checkpoint import check_origin
from muniment.log.newest import NamedRoot
from muniment.log.note import format_vkey
from muniment.log.statement import RootStatement, format_statement
from muniment.log.tree import Log
from muniment.memory import Recall
from muniment.ocfl.layout import FLAT
from muniment.ocfl.root import root_files
from muniment.schema import schema_bytes
from muniment.signing.keys import SigningKey, fingerprint_file_name
from muniment.signing.root_chain import FOLDER, root_name, signature_name
from muniment.signing.succession import sign_root
from muniment.signing.trust_root import (
    LogKey,
    RecordKey,
    StaticFile,
    TrustRoot,
    format_allowed_signers,
    format_trust_root,
)
from muniment.store import Store

SCHEMAS = ("record", "statement", "trust-root")
"""The schemas that an archive carries: those of what is signed or logged."""


@dataclass(frozen=True, slots=True)
class Founders:
    """The keys an archive is made with.  "Who wrote it", "what the log held" and "who may sign" are three claims."""

    root: SigningKey
    record: SigningKey
    log: SigningKey


def create_archive(
    store: Store, founders: Founders, *, origin: str, now: str, layout: str = FLAT, recall: Recall | None = None
) -> Archive:
    """Make an archive in an empty store.

    Args:
        store: Empty, or holding what an interrupted ``create_archive`` left.
        founders: The keys; nothing of their private halves is written.
        origin: Name of the archive and of its log, ``HOST/PATH``.
        now: RFC 3339 in UTC, to the second.
        layout: Storage layout of ``releases/``: one of ``muniment.ocfl.layout.LAYOUTS``.
        recall: Gives what is remembered of an origin, which must be nothing; None to do without.

    Raises:
        InputError: The store is not empty, the origin is ill-formed, or one key has two roles that must be apart.
        WriteConflictError: An archive of this origin is remembered.
        StoreError: The store refused; nothing is left behind, or ``create_archive`` can be called again.
    """
    check_origin(origin)
    if founders.log.public in {founders.record.public, founders.root.public}:
        raise InputError("the log key must not be a record key or a root key", hint="let init make a log key")
    with store.lock():
        done = recover(store)
        if done is not None and done.completed and _is_of(open_archive(store), founders, origin):
            return open_archive(store)
        _refuse_occupied(store)
        refuse_second_archive(origin, recall)
        static = _static_files(origin, layout)
        root = _first_root(founders, origin, now, static)
        data = format_trust_root(root)
        trust = _trust_files(founders, root, data)
        named = NamedRoot(1, format_digest(sha256_hex(data)))
        entry = format_statement(RootStatement(origin, 1, named.digest, now))
        growth = grow_log(Log(store.read, 0), None, entry, origin, founders.log, root=named)
        create = (*static.items(), *trust.items())
        execute_or_undo(store, plan(growth, target=(None, None, None), create=create, swap=(), before=None))
    return open_archive(store)


def _trust_files(founders: Founders, root: TrustRoot, data: bytes) -> dict[str, bytes]:
    signature = signature_name(1, fingerprint_file_name(founders.root.public))
    return {
        f"{FOLDER}/{root_name(1)}": data,
        f"{FOLDER}/{signature}": sign_root(founders.root, data),
        ALLOWED_SIGNERS: format_allowed_signers([root]),
    }


def _is_of(archive: Archive, founders: Founders, origin: str) -> bool:
    """Whether an archive that was begun before, and is complete now, is the one that is asked for."""
    root = archive.chain[0]
    return (archive.origin, len(archive.roots), root.root_keys) == (origin, 1, (founders.root.public,))


def _refuse_occupied(store: Store) -> None:
    names = [node.name for node in store.list() if node.name not in {".lock", ".tmp"}]
    if NAMASTE[0] in names and any(node.name == "checkpoint" for node in store.list("log")):
        raise InputError(
            "there is an archive already", where=CHECKPOINT, hint="archive add FILE --release ID adds to it"
        )
    if names:
        raise InputError("the folder is not empty", found=", ".join(names[:3]), hint="name a new or an empty folder")


def _static_files(origin: str, layout: str) -> dict[str, bytes]:
    """Every file that never changes and that the trust root vouches for, the tag first."""
    schemas = {f"schemas/{name}.schema.json": schema_bytes(name) for name in SCHEMAS}
    releases = {f"releases/{path}": data for path, data in root_files(layout).items()}
    return {NAMASTE[0]: NAMASTE[1], "README.txt": readme_text(origin).encode(), **schemas, **releases}


def _first_root(founders: Founders, origin: str, now: str, static: dict[str, bytes]) -> TrustRoot:
    return TrustRoot(
        archive=origin,
        version=1,
        index=0,
        previous=None,
        created=now,
        threshold=1,
        principal=f"archive@{origin.split('/', 1)[0]}",
        root_keys=(founders.root.public,),
        record_keys=(RecordKey(key=founders.record.public, first_index=0, last_index=None),),
        log_keys=(LogKey(vkey=format_vkey(origin, founders.log.public.raw), first_index=0, last_index=None),),
        files=tuple(StaticFile(path, sha256_hex(data), len(data)) for path, data in sorted(static.items())),
    )
