"""Writes that are no version: a trust root and a time stamp, for tests of whatever all writes have in common."""

from __future__ import annotations

from dataclasses import replace

from tests.joining import record_key
from tests.write.writing import NOW, founders

from muniment.archive import Archive, open_archive
from muniment.digest import format_digest, sha256_hex
from muniment.log.statement import StampStatement, format_statement
from muniment.ssh.keys import PrivateKey
from muniment.store import Store
from muniment.trust.root import Authority
from muniment.write.commit import grow_log, plan
from muniment.write.recover import execute_or_undo, recover
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Keys

NEW = PrivateKey.from_seed(bytes([21]) * 32)
STAMP = ("log/timestamps/3.1.tsq", "log/timestamps/3.1.tsr")


def add_next_root(store: Store, keys: Keys) -> object:
    """Add trust root 2: a new record key, and an authority with its certificates."""

    def make(archive: Archive) -> NextRoot:
        root, size = archive.chain[-1], archive.checkpoint.size
        old, new = root.record_keys[0], record_key(root, size, NEW)
        authority = Authority("clock", "https://tsa.example.org")
        changed = replace(root, record_keys=(replace(old, last_index=size), new), authorities=(authority,))
        return NextRoot(changed, {authority.certificates: b"certificates"})

    return add_root(store, RootKeys([founders().root], keys.log), make, NOW)


def add_stamp(store: Store, keys: Keys) -> object:
    """Add a time stamp of the checkpoint of three entries; its content is nobody's business here."""
    with store.lock():
        recover(store)
        archive = open_archive(store)
        number = 1 + sum(isinstance(statement, StampStatement) for statement in archive.statements)
        create = tuple((path.replace("3.1", f"3.{number}"), path.encode()) for path in STAMP)
        digests = [format_digest(sha256_hex(data)) for _, data in create]
        entry = format_statement(StampStatement(archive.origin, 3, number, "clock", digests[0], digests[1], NOW))
        growth = grow_log(archive.log, archive.checkpoint, [entry], archive.origin, keys.log)
        before = store.read("log/checkpoint")
        execute_or_undo(store, plan(growth, create=create, swap=(), before=before))
    return True


UPKEEP = {"trust root 2": add_next_root, "time stamp 3.1": add_stamp}
"""The writers by what the marker calls their work."""
