"""An archive taken to pieces and put together again around a forged one, as an attacker would.

``pieces`` takes it apart, ``signed`` signs a changed record, ``with_objects`` rewrites every OCFL object and inventory,
``with_log`` the whole log with every checkpoint.  What an attacker lacks is a key: so keys are always handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from muniment.archive import Archive, open_archive
from muniment.archive.opening import read_roots
from muniment.archive.paths import CHECKPOINT
from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import MunimentError
from muniment.log.cosignature import cosign, format_cosignature
from muniment.log.newest import NamedRoot
from muniment.log.note import parse_note
from muniment.log.statement import RootStatement, Statement, VersionStatement, format_statement, parse_statement
from muniment.log.tree import Log
from muniment.log.vkey import Cosigner
from muniment.memory import Past, remember
from muniment.ocfl.inventory import format_inventory, pair
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record, format_record
from muniment.reference import Reference
from muniment.ssh import sshsig
from muniment.ssh.keys import SigningKey, fingerprint_file_name
from muniment.store import MemoryStore
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.chain import sign_root
from muniment.trust.root import format_trust_root
from muniment.verify.archive import verify_archive
from muniment.write.batch import Draft, _next_inventory, _statement, _version_files
from muniment.write.commit import grow_log
from muniment.write.create import InitialKeys
from muniment.write.head import ReleaseHead


@dataclass(frozen=True)
class Piece:
    """One version: what its files hold, and what the log says of it."""

    record: Record
    data: bytes
    signature: bytes
    original: bytes
    statement: VersionStatement

    @property
    def digest(self) -> str:
        """The citation hash of its bytes."""
        return format_digest(sha256_hex(self.data))


def pieces(store: MemoryStore) -> list[Piece]:
    """Take an archive apart, in the order of its log."""
    archive = open_archive(store)
    stored = [
        archive.read(Reference(statement.release, statement.version))
        for statement in archive.statements
        if isinstance(statement, VersionStatement)
    ]
    return [Piece(v.record, v.record_bytes, v.signature, archive.read_original(v), v.statement) for v in stored]


def signed(piece: Piece, key: SigningKey, record: Record | None = None, data: bytes | None = None) -> Piece:
    """Give a piece another record, or other bytes for it, with signature and statement to match."""
    record = record or piece.record
    data = data if data is not None else format_record(record)
    signature = sshsig.sign(key, sshsig.RECORD_NAMESPACE, data)
    said = piece.statement
    statement = _statement(said.archive, record, data, signature, key, said.logged_at)
    return replace(piece, record=record, data=data, signature=signature, statement=statement)


def chained(parts: Sequence[Piece], key: SigningKey) -> list[Piece]:
    """Sign again every version whose ``previous`` is no longer the digest of the version before it."""
    newest: dict[str, str | None] = {}
    done = []
    for part in parts:
        previous = newest.get(part.record.release)
        fits = part.record.previous == previous
        done.append(part if fits else signed(part, key, replace(part.record, previous=previous)))
        newest[part.record.release] = done[-1].digest
    return done


def with_objects(store: MemoryStore, parts: Iterable[Piece]) -> MemoryStore:
    """Write every OCFL object anew, with all inventories and sidecars; the log stays as it is."""
    archive = open_archive(store)
    old = tuple(f"{archive.object_folder(release)}/" for release in archive.versions)
    files = {path: data for path, data in store.files.items() if not path.startswith(old)}
    heads: dict[str, ReleaseHead] = {}
    for part in parts:
        release = part.statement.release
        heads[release] = _add(archive, files, heads.get(release), part)
    return MemoryStore(files)


def _add(archive: Archive, files: dict[str, bytes], head: ReleaseHead | None, part: Piece) -> ReleaseHead:
    draft = Draft(replace(part.record, release=part.statement.release), part.original, sha512_hex(part.original))
    new = _next_inventory(archive, head, draft, sha512_hex(part.data), part.signature, part.statement.logged_at)
    contents = {RECORD_PATH: part.data, SIGNATURE_PATH: part.signature, part.record.original.path: part.original}
    folder = archive.object_folder(part.statement.release)
    files.update(_version_files(folder, new, contents))
    files.update(pair(folder, format_inventory(new.inventory)))
    return ReleaseHead(part.record, part.digest, format_inventory(new.inventory), new.inventory)


def with_log(store: MemoryStore, said: Iterable[Statement], key: SigningKey) -> MemoryStore:
    """Write the whole log anew, with a checkpoint of each size; the objects stay as they are."""
    return with_entries(store, map(format_statement, said), key)


def with_entries(store: MemoryStore, entries: Iterable[bytes], key: SigningKey) -> MemoryStore:
    """Write the whole log anew from the bytes of its entries."""
    (first,) = read_roots(store, 1)
    newest, origin = NamedRoot(1, first.digest), first.root.archive
    files = {path: data for path, data in store.files.items() if not path.startswith("log/")}
    for size, entry in enumerate(entries):
        with suppress(MunimentError):  # an entry may be anything
            said = parse_statement(entry, where="entry")
            newest = NamedRoot(said.version, said.root) if isinstance(said, RootStatement) else newest
        growth = grow_log(Log(MemoryStore(_log_of(files)).read, size), None, [entry], origin, key, root=newest)
        files |= {**dict(growth.files), CHECKPOINT: growth.checkpoint}
    return MemoryStore(files)


def _log_of(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path.removeprefix("log/"): data for path, data in files.items() if path.startswith("log/")}


def rebuilt(store: MemoryStore, parts: Sequence[Piece], key: SigningKey) -> MemoryStore:
    """Write objects and log anew from the same pieces: what an attacker with the log key can do."""
    return with_log(with_objects(store, parts), [*roots(store), *(part.statement for part in parts)], key)


def roots(store: MemoryStore) -> list[RootStatement]:
    """The entries of the trust roots."""
    return [said for said in open_archive(store).statements if isinstance(said, RootStatement)]


def statements(store: MemoryStore) -> tuple[RootStatement, list[VersionStatement]]:
    """The entry of trust root 1, and those of the versions."""
    return roots(store)[0], [part.statement for part in pieces(store)]


def seen(store: MemoryStore, size: int | None = None) -> Past:
    """What a machine knows that saw this archive, or its earlier state of a size."""
    archive = open_archive(store)
    note = store.read(f"log/checkpoints/{size or archive.checkpoint.size}")
    remembered = remember(note, archive.roots[0].digest, "2026-11-20")
    return Past(recall=lambda _: remembered)


def failed(store: MemoryStore, past: Past | None = None) -> dict[int, set[str]]:
    """Verify, and give the subjects of the failures by number of the check."""
    found: dict[int, set[str]] = {}
    for finding in verify_archive(store, past=past).failures:
        found.setdefault(finding.check, set()).add(finding.subject)
    return found


def with_witnesses(store: MemoryStore, founders: InitialKeys, witnesses: Iterable[str], quorum: int) -> MemoryStore:
    """Give the archive as it would be had its trust root 1 named these witnesses from the start."""
    root = replace(open_archive(store).chain[0], witnesses=tuple(sorted(witnesses)), quorum=quorum)
    data = format_trust_root(root)
    named = fingerprint_file_name(founders.root.public)
    files = {
        **store.files,
        "trust/root/1.json": data,
        f"trust/root/1.json.{named}.sig": sign_root(founders.root, data),
        "trust/allowed_signers": format_allowed_signers([root]),
    }
    first, *rest = open_archive(store).statements
    assert isinstance(first, RootStatement)
    said = replace(first, root=format_digest(sha256_hex(data)))
    return with_log(MemoryStore(files), [said, *rest], founders.log)


def with_cosignature(
    store: MemoryStore, size: int, cosigner: Cosigner, key: SigningKey, time: int, text: bytes | None = None
) -> MemoryStore:
    """Put a cosignature into an archive, over its checkpoint of a size or over another text."""
    text = text or parse_note(store.read(f"log/checkpoints/{size}"))[0]
    line = format_cosignature(cosign(text, cosigner, time, key.sign))
    return MemoryStore({**store.files, f"log/cosignatures/{size}.{cosigner.key_id.hex()}": line})
