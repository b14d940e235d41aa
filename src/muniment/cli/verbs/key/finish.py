"""``archive key finish``: a trust root that was drafted, signed by root keys elsewhere, becomes the newest.

A draft goes through other hands, and a root key that signs it hands the archive to whomever it names.  So what it
changes is printed first, and a root key of this machine signs only the bytes whose digest the user gives.
"""

from __future__ import annotations

import click

from muniment.archive import Archive
from muniment.cli.keyring import find_log_key_of
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import (
    Writing,
    held_root_keys,
    print_changes,
    print_root,
    print_shown,
    root_keys,
    writing_options,
)
from muniment.cli.verbs.key.difference import root_changes
from muniment.cli.verbs.key.new_keys import NewKeys
from muniment.digest import format_digest, parse_digest, sha256_hex
from muniment.errors import InputError, IntegrityError, KeyRejectedError, SignatureError
from muniment.files import read_file
from muniment.ssh.keys import SigningKey, fingerprint_file_name
from muniment.ssh.sshsig import MAX_SIZE, ROOT_NAMESPACE, verify
from muniment.trust.root import TrustRoot
from muniment.write.trust_root import RootKeys, check_draft, finish_root

_MAX_ROOT = 4 * 1024 * 1024


@verb(
    "archive key finish next-root.json --show",
    "archive key finish next-root.json next-root.json.sig",
    "archive key finish next-root.json by-anna.sig by-ben.sig",
    "archive key finish next-root.json by-anna.sig --sign sha256:9f86d081…",
)
@click.argument("draft", metavar="DRAFT")
@click.argument("signatures", metavar="[SIGNATURE]...", nargs=-1)
@click.option("--sign", metavar="SHA256", help="Let root keys of this machine sign too, if the draft has this digest.")
@click.option("--show", is_flag=True, help="Print what the draft changes, and its digest, and stop.")
@writing_options
def command(*, draft: str, signatures: tuple[str, ...], sign: str | None, show: bool, writing: Writing) -> None:
    """Make a drafted trust root the newest one.

    A SIGNATURE is what ssh-keygen -Y sign -n root@muniment -f KEY DRAFT makes, on whatever
    machine the root key is. What the draft changes is printed first. Root keys that are here
    sign only with --sign and the digest that --draft printed: anyone who had the file in the
    meantime may have changed it. A draft is good until the log grows.
    """
    archive = open_target()
    data = read_file(draft, max_size=_MAX_ROOT, kind=InputError)
    _refuse_unseen(data, draft, sign, writing)
    root = check_draft(archive, data)
    signed = dict(_read(path, data) for path in signatures)
    changes = root_changes(archive.chain[-1], root)
    if show:
        print_shown(data, root, changes, as_json=writing.as_json)
        return
    if not writing.as_json:
        print_changes(changes)
    here = [] if sign is None else _here(archive, root, writing)
    keys = RootKeys(here, find_log_key_of(root, archive, writing.files))
    try:
        file = finish_root(archive.store, data, signed, keys, recall=writing.memory.recall)
    except KeyRejectedError as error:
        if sign is None and isinstance(error.__cause__, SignatureError):
            error.hint = "root keys of this machine sign with --sign SHA256, the digest that --draft printed"
        raise
    writing.memory.keep_head(archive.store)
    print_root(file, NewKeys(archive, writing.files), as_json=writing.as_json, changes=changes)


def _refuse_unseen(data: bytes, draft: str, sign: str | None, writing: Writing) -> None:
    """Refuse to lend a root key to bytes that nobody has vouched for."""
    if sign is None:
        if writing.roots:
            raise InputError(
                "a root key signs a draft only by its digest",
                where="--root-key",
                hint="--sign SHA256 goes with it, the digest that --draft printed",
            )
        return
    expected, actual = format_digest(_digest(sign)), format_digest(sha256_hex(data))
    if expected != actual:
        raise InputError(
            "not the draft that you mean to sign: nothing was signed",
            where=draft,
            expected=expected,
            found=actual,
            hint="was it changed on its way? --show prints what it changes; if in doubt, draft again",
        )


def _digest(text: str) -> str:
    try:
        return parse_digest(text if ":" in text else f"sha256:{text}", where="--sign")
    except IntegrityError as error:
        raise error.as_(InputError) from error


def _read(path: str, data: bytes) -> tuple[str, bytes]:
    armored = read_file(path, max_size=MAX_SIZE, kind=InputError)
    try:
        return fingerprint_file_name(verify(armored, ROOT_NAMESPACE, data, where=path)), armored
    except IntegrityError as error:
        raise error.as_(InputError, hint=error.hint) from error


def _here(archive: Archive, root: TrustRoot, writing: Writing) -> list[SigningKey]:
    """The root keys of both roots that are on this machine: none need be."""
    allowed = tuple(dict.fromkeys((*archive.chain[-1].root_keys, *root.root_keys)))
    home = writing.files.home(archive.origin)
    return root_keys(allowed, home, writing.roots) if writing.roots else held_root_keys(allowed, home)
