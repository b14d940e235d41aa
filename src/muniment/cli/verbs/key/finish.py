"""``archive key finish``: a trust root that was drafted here, signed by root keys elsewhere, becomes the newest."""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.keyring import find_log_key_of
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import Writing, held_root_keys, print_root, root_keys, writing_options
from muniment.cli.verbs.key.new_keys import NewKeys
from muniment.errors import InputError, IntegrityError
from muniment.files import read_file
from muniment.ssh.keys import SigningKey, fingerprint_file_name
from muniment.ssh.sshsig import MAX_SIZE, ROOT_NAMESPACE, verify
from muniment.trust.root import TrustRoot, parse_trust_root
from muniment.write.trust_root import RootKeys, finish_root

_MAX_ROOT = 4 * 1024 * 1024


@verb(
    "archive key finish next-root.json next-root.json.sig",
    "archive key finish next-root.json by-anna.sig by-ben.sig",
)
@click.argument("draft", metavar="DRAFT")
@click.argument("signatures", metavar="[SIGNATURE]...", nargs=-1)
@writing_options
def command(*, draft: str, signatures: tuple[str, ...], writing: Writing) -> None:
    """Make a drafted trust root the newest one.

    A SIGNATURE is what ssh-keygen -Y sign -n root@muniment -f KEY DRAFT makes, on whatever
    machine the root key is. Root keys that are here sign as well. A draft is good until
    the log grows.
    """
    archive = open_target()
    data = read_file(draft, max_size=_MAX_ROOT, kind=InputError)
    try:
        root = parse_trust_root(data, where=draft)
        signed = [_read(path, data) for path in signatures]
    except IntegrityError as error:
        raise error.as_(InputError, hint=error.hint) from error
    keys = RootKeys(_here(archive, root, writing), find_log_key_of(root, archive, writing.files))
    file = finish_root(archive.store, data, dict(signed), keys, recall=writing.memory.recall)
    writing.memory.keep_head(archive.store)
    print_root(file, NewKeys(archive, writing.files), as_json=writing.as_json)


def _read(path: str, data: bytes) -> tuple[str, bytes]:
    armored = read_file(path, max_size=MAX_SIZE, kind=InputError)
    return fingerprint_file_name(verify(armored, ROOT_NAMESPACE, data, where=path)), armored


def _here(archive: Archive, root: TrustRoot, writing: Writing) -> list[SigningKey]:
    """The root keys of both roots that are on this machine: none need be."""
    allowed = tuple(dict.fromkeys((*archive.chain[-1].root_keys, *root.root_keys)))
    home = writing.files.home(archive.origin)
    return root_keys(allowed, home, writing.roots) if writing.roots else held_root_keys(allowed, home)
