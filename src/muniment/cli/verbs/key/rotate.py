"""``archive key rotate``: new keys in the place of those in use."""

from __future__ import annotations

from collections.abc import Callable, Collection

import click

from muniment.archive import Archive
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.verbs.key.change import Writing, drafting_options, hand_over, refuse_roles
from muniment.cli.verbs.key.new_keys import NewKeys, own_key, refuse_fall
from muniment.errors import InputError
from muniment.log.note import format_vkey
from muniment.ssh.keys import PublicKey, SigningKey
from muniment.trust.next_root import with_log_key, with_record_key, with_root_keys
from muniment.trust.possession import prove_possession
from muniment.trust.root import TrustRoot, record_keys_at
from muniment.write.trust_root import NextRoot


@verb(
    "archive key rotate",
    "archive key rotate --log --root",
    "archive key rotate --new-key ~/.ssh/id_ed25519.pub",
    "archive key rotate --log --lost",
)
@click.option("--record", is_flag=True, help="Replace the key that signs records (default, if no key is named).")
@click.option("--log", is_flag=True, help="Replace the key that signs the log.")
@click.option("--root", is_flag=True, help="Replace the key that signs trust roots, if there is only one.")
@click.option("--new-record", "--new-key", metavar="KEY", help="The new key: FILE, agent:SHA256:…, or new to make one.")
@click.option("--new-log", metavar="KEY", help="The new log key.")
@click.option("--new-root", metavar="KEY", help="The new root key.")
@click.option("--replaces", metavar="FINGERPRINT", help="The record key to replace, if several are in use.")
@click.option("--key", metavar="KEY", envvar="ARCHIVE_KEY", show_envvar=True, help="The present record key.")
@click.option("--lost", is_flag=True, help="The log key is lost or stolen: the new one signs this change already.")
@drafting_options
def command(
    *, writing: Writing, lost: bool, replaces: str | None, key: str | None, **values: str | bool | None
) -> None:
    """Replace keys by new ones.

    What the old keys have signed stays good. New keys are stored beside the old ones; their
    names say with which trust root they came. No key in ssh-agent is followed by a file
    unless --new-key and its like say so.
    """
    archive = open_target()
    named = {role: _named(values[f"new_{role}"]) for role in ("record", "log", "root")}
    roles = [role for role in named if values[role] or named[role]] or ["record"]
    _refuse(archive, roles, lost=lost, replaces=replaces)
    home = writing.files.home(archive.origin)
    in_use = record_keys_at(archive.chain[-1], archive.checkpoint.size)
    ends = own_key(in_use, home, replaces) if "record" in roles else ()
    for role in roles:
        if named[role] is None:
            refuse_fall(role, _present(archive, role, ends), home, _present_name(role, writing, key), lost=lost)
    new = NewKeys(archive, writing.files)
    try:
        keys = {role: new.get(role, named[role]) for role in roles}
        for role, new_key in keys.items():
            refuse_roles(archive, new_key.public, role)
        _refuse_twice(keys)
    except BaseException:
        new.forget()
        raise
    roots = [keys["root"]] if "root" in keys else []
    log = keys["log"] if lost else None
    hand_over(archive, writing, _maker(keys, ends, lost=lost), new=new, new_roots=roots, log=log)


def _present(archive: Archive, role: str, ends: Collection[PublicKey]) -> list[PublicKey]:
    if role == "record":
        return [*ends]
    if role == "root":
        return [*archive.chain[-1].root_keys]
    grown = archive.checkpoint.size + 1
    return [PublicKey(key.public) for key in archive.log_verifiers if key.counts_at(grown)]


def _present_name(role: str, writing: Writing, key: str | None) -> str | None:
    """How the user named the present key of a role."""
    roots = writing.roots[0] if writing.roots else None
    return {"record": key, "log": writing.files.log, "root": roots}[role]


def _refuse_twice(keys: dict[str, SigningKey]) -> None:
    if len({key.public for key in keys.values()}) < len(keys):
        raise InputError("one key cannot take two places")


def _named(value: str | bool | None) -> str | None:  # noqa: FBT001 - what click gives
    return value if isinstance(value, str) else None


def _refuse(archive: Archive, roles: list[str], *, lost: bool, replaces: str | None) -> None:
    if lost and "log" not in roles:
        raise InputError(
            "--lost is for the log key",
            hint="a lost record key is rotated like any other, a stolen one revoked with archive key revoke",
        )
    if replaces is not None and "record" not in roles:
        raise InputError("--replaces is for record keys", hint="--record, or --new-key KEY, goes with it")
    if "root" in roles and len(archive.chain[-1].root_keys) > 1:
        raise InputError("there are several root keys", hint="archive key root --add and --drop say which")


def _maker(keys: dict[str, SigningKey], ends: Collection[PublicKey], *, lost: bool) -> Callable[[Archive], NextRoot]:
    def make(archive: Archive) -> NextRoot:
        root, index = archive.chain[-1], archive.checkpoint.size
        if "record" in keys:
            proof = prove_possession(keys["record"], archive.chain[-1], index)
            root = with_record_key(root, index, keys["record"].public, proof, ends=ends)
        return NextRoot(_changed(root, index, archive.origin, keys, lost=lost))

    return make


def _changed(root: TrustRoot, index: int, origin: str, keys: dict[str, SigningKey], *, lost: bool) -> TrustRoot:
    if "log" in keys:
        root = with_log_key(root, index, format_vkey(origin, keys["log"].public.raw), lost=lost)
    if "root" in keys:
        root = with_root_keys(root, [keys["root"].public], root.root_keys, None)
    return root
