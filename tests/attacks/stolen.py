"""An archive whose record key was stolen and then revoked: what honest keepers and forgers make of it.

Entry 0 is trust root 1, 1 a good version, 2 the thief's, 3 trust root 2 (a new record key), 4 trust root 3 (the old key
is revoked from entry 2 on), 5 a version by the new key.
"""

from __future__ import annotations

from dataclasses import replace

from tests.joining import with_key
from tests.snapshot.conftest import RELEASE, TEXT, World

from muniment.archive import Archive
from muniment.archive.stored_version import StoredVersion
from muniment.export.snapshot import gather
from muniment.log.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from muniment.log.note import parse_note
from muniment.log.proof_file import format_proof, parse_proof
from muniment.reference import parse_reference
from muniment.snapshot.contents import snapshot_files
from muniment.snapshot.zip import format_zip
from muniment.ssh.keys import PrivateKey, SigningKey
from muniment.trust.chain import RootFile
from muniment.trust.next_root import with_revoked
from muniment.trust.root import Revocation
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Keys

THIEF, AFTER = f"{RELEASE}/v2", f"{RELEASE}/v3"
REVOKED, SIZE = 3, 6
NEW = PrivateKey.from_seed(bytes([61]) * 32)
SINCE = "2026-11-22T10:01:30Z"


def make_stolen() -> World:
    """Make it."""
    world = World()
    world.publish(TEXT)
    world.publish(TEXT.replace("The last words", "Never published"))
    stolen = world.keys.record.public

    def rotate(archive: Archive) -> NextRoot:
        return NextRoot(with_key(archive.chain[-1], archive.checkpoint.size, NEW))

    def revoke(archive: Archive) -> NextRoot:
        said = Revocation(2, SINCE, "laptop stolen")
        return NextRoot(with_revoked(archive.chain[-1], archive.checkpoint.size, stolen, said))

    for change in (rotate, revoke):
        add_root(world.store, RootKeys([world.root_key], world.keys.log), change, "2026-11-22T10:03:00Z")
    world.keys = Keys(NEW, world.keys.log)
    world.publish(TEXT.replace("The last words", "The first words"))
    return world


def unjudged(world: World, reference: str) -> StoredVersion:
    """A version without its fault: whoever writes evidence by hand asks nobody whether its signer counts."""
    return replace(world.archive.read(parse_reference(reference)), fault=None)


def strip(world: World, reference: str, size: int, roots: tuple[RootFile, ...]) -> bytes:
    """A snapshot with these trust roots, made whole as a writer would make it: without any key."""
    archive = world.archive
    material = replace(gather(archive, unjudged(world, reference), size), roots=roots)
    return format_zip(material.name, snapshot_files(material))


def sign_again(world: World, reference: str, size: int, roots: tuple[RootFile, ...], key: SigningKey) -> bytes:
    """The same, under a checkpoint that names the last of them, signed with the log key."""
    archive = world.archive
    material = replace(gather(archive, unjudged(world, reference), size), roots=roots)
    proof = parse_proof(material.proof)
    said = said_by(proof.checkpoint)
    last = archive.newest_roots.at(roots[-1].root.index + 1)
    assert last is not None
    note = sign_checkpoint(replace(said, newest=last), key.public.raw, key.sign)
    material = replace(material, proof=format_proof(replace(proof, checkpoint=note)))
    return format_zip(material.name, snapshot_files(material))


def said_by(note: bytes) -> Checkpoint:
    """What a signed checkpoint says."""
    return parse_checkpoint(parse_note(note)[0])
