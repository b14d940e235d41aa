"""Making an archive: static files, trust root 1, and a log whose first entry is that root.

The text of ``README.txt`` in an archive: what this folder is, for someone who has only this folder.

The files that an archive is made with and that never change.
"""

from __future__ import annotations

from dataclasses import dataclass

from muniment.archive import Archive, open_archive
from muniment.archive.opening import ALLOWED_SIGNERS, CHECKPOINT, NAMASTE, checkpoint_path
from muniment.archive.unfinished import Introduced
from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError, NotFoundError
from muniment.log.checkpoint import check_origin
from muniment.log.newest import NamedRoot
from muniment.log.note import format_vkey
from muniment.log.statement import RootStatement, format_statement
from muniment.log.tree import Log
from muniment.memory import Recall
from muniment.ocfl.storage_root import FLAT, root_files
from muniment.schema import schema_bytes
from muniment.ssh.keys import SigningKey, fingerprint_file_name
from muniment.store import Store
from muniment.trust.chain import FOLDER, root_name, sign_root, signature_name
from muniment.trust.root import LogKey, RecordKey, StaticFile, TrustRoot, format_allowed_signers, format_trust_root
from muniment.write.commit import Plan, grow_log, plan
from muniment.write.guard import refuse_second_archive
from muniment.write.recover import execute_or_undo, recover

_TEXT = """\
This folder is an archive of public statements: {origin}

It keeps every version of each statement as evidence. Nothing in it is edited afterwards. It records
what was published; it does not endorse it.

WHAT IS WHERE

releases/            one folder a release (OCFL 1.1), in it one folder a version: v1, v2, ...
  RELEASE/vN/content/record.json       the version: words, description, provenance. Its SHA-256 is what
                                       people cite
  RELEASE/vN/content/record.json.sig   signature over exactly those bytes (OpenSSH signature, Ed25519)
  RELEASE/vN/content/original.*        the bytes as received; a version without it has those of an
                                       earlier version: the newest inventory.json says which
log/                 an append-only log of all versions (C2SP tlog-tiles); log/checkpoint is its signed head
log/timestamps/      time stamps by others (RFC 3161), where there are any
log/cosignatures/    what witnesses signed (C2SP tlog-cosignature), where there are any
trust/root/          who may sign what, and since when; trust/allowed_signers says the same to ssh-keygen
trust/authorities/   certificates of the time stamp authorities
schemas/             what a record, a log entry and a trust root may look like (JSON Schema)

HOW TO CHECK A CITATION WITH STOCK TOOLS

1. These exact words. The hash in the citation must be the one that this prints:
     sha256sum releases/RELEASE/vN/content/record.json
2. Signed by this archive:
     ssh-keygen -Y verify -f trust/allowed_signers -I {principal} -n record@muniment \\
       -s releases/RELEASE/vN/content/record.json.sig < releases/RELEASE/vN/content/record.json
   For a key that was replaced since, add -Overify-time=YYYYMMDDHHMMSSZ, with the time logged_at that
   the version's entry in the log has (step 4).
3. By the right archive. Compare this with the hash of the trust root that the citation's source, or
   any earlier copy, gives:
     sha256sum trust/root/1.json
4. In the log. Each entry in log/tile/entries/ is two bytes of length and a line of JSON that names a
   record by its SHA-256. Hash every entry as RFC 6962 section 2.1 says, and compare the root with the
   third line of log/checkpoint.
5. Not later than the time in a time stamp, where there is one for a log of that size or more:
     openssl ts -verify -data log/checkpoints/SIZE -in log/timestamps/SIZE.N.tsr \\
       -CAfile trust/authorities/NAME.pem -attime SECONDS
   where SECONDS is that time as seconds since 1970, and this prints it:
     openssl ts -reply -text -in log/timestamps/SIZE.N.tsr

All steps at once, with the software called muniment:  archive --archive . verify
"""


def readme_text(origin: str) -> str:
    """Write the text for an archive of this origin."""
    return _TEXT.format(origin=origin, principal=f"archive@{origin.split('/', 1)[0]}")


SCHEMAS = ("record", "statement", "trust-root")
"""The schemas that an archive carries: those of what is signed or logged."""

GIT_ATTRIBUTES = (".gitattributes", b"* -text\n")
"""Keeps git from changing a line end in what is evidence, wherever a copy of the archive is committed."""


def static_files(origin: str, layout: str) -> dict[str, bytes]:
    """Make every file that never changes and that the trust root vouches for, the tag first.

    Args:
        origin: Name of the archive.
        layout: Storage layout of ``releases/``.
    """
    schemas = {f"schemas/{name}.schema.json": schema_bytes(name) for name in SCHEMAS}
    releases = {f"releases/{path}": data for path, data in root_files(layout).items()}
    top = {NAMASTE[0]: NAMASTE[1], "README.txt": readme_text(origin).encode(), GIT_ATTRIBUTES[0]: GIT_ATTRIBUTES[1]}
    return top | schemas | releases


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
        layout: Storage layout of ``releases/``: one of ``muniment.ocfl.storage_root.LAYOUTS``.
        recall: Gives what is remembered of an origin, which must be nothing; None to do without.

    Raises:
        InputError: The store is not empty, the origin is ill-formed, or one key has two roles that must be apart.
        WriteConflictError: An archive of this origin is remembered.
        StoreError: The store refused; nothing is left behind, or ``create_archive`` can be called again.
    """
    check_origin(origin)
    for role, key in (("record", founders.record), ("root", founders.root)):
        if key.public == founders.log.public:
            raise InputError(
                f"the log key must not be the {role} key too",
                where=key.public.fingerprint,
                hint="who wrote it and what the log held are two claims: let init make a log key, or name another",
            )
    with store.lock():
        if not _is_published(store):
            # Before anything is taken back: what was finished once is an archive that lost its checkpoint.
            refuse_second_archive(origin, recall)
        done = recover(store)
        if done is not None and done.completed and _is_of(open_archive(store), founders, origin):
            return open_archive(store)
        _refuse_occupied(store)
        refuse_second_archive(origin, recall)
        execute_or_undo(store, _plan(store, founders, _first_root(founders, origin, now, layout), now))
    return open_archive(store)


def _plan(store: Store, founders: Founders, first: tuple[TrustRoot, dict[str, bytes]], now: str) -> Plan:
    root, static = first
    data = format_trust_root(root)
    trust = _trust_files(founders, root, data)
    named = NamedRoot(1, format_digest(sha256_hex(data)))
    entry = format_statement(RootStatement(root.archive, 1, named.digest, now))
    growth = grow_log(Log(store.read, 0), None, entry, root.archive, founders.log, root=named)
    introduced = Introduced(data, ((fingerprint_file_name(founders.root.public), trust[_signature(founders)]),))
    create, target = (*static.items(), *trust.items()), (None, None, None)
    return plan(growth, target=target, create=create, swap=(), before=None, introduced=introduced)


def _trust_files(founders: Founders, root: TrustRoot, data: bytes) -> dict[str, bytes]:
    return {
        f"{FOLDER}/{root_name(1)}": data,
        _signature(founders): sign_root(founders.root, data),
        ALLOWED_SIGNERS: format_allowed_signers([root]),
    }


def _signature(founders: Founders) -> str:
    return f"{FOLDER}/{signature_name(1, fingerprint_file_name(founders.root.public))}"


def _is_published(store: Store) -> bool:
    """Whether the checkpoint of an interrupted ``create_archive`` was signed, so that it will be completed."""
    try:
        return bool(store.read(checkpoint_path(1)))
    except NotFoundError:
        return False


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


def _first_root(founders: Founders, origin: str, now: str, layout: str) -> tuple[TrustRoot, dict[str, bytes]]:
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
        root_keys=(founders.root.public,),
        record_keys=(RecordKey(key=founders.record.public, first_index=0, last_index=None),),
        log_keys=(LogKey(vkey=format_vkey(origin, founders.log.public.raw), first_index=0, last_index=None),),
        files=tuple(StaticFile(path, sha256_hex(data), len(data)) for path, data in sorted(static.items())),
    )
    return root, static
