"""``archive key rotate``: new keys in the place of those in use."""

from __future__ import annotations

from collections.abc import Callable

import click

from muniment.add.root import Successor
from muniment.archive import Archive
from muniment.cli.options import verb
from muniment.cli.successor import NewKeys, Writing, hand_over, refuse_roles, writing_options
from muniment.cli.target import open_target
from muniment.errors import InputError
from muniment.log.note import format_vkey
from muniment.signing.handover import with_log_key, with_record_key, with_root_keys
from muniment.signing.keys import SigningKey
from muniment.signing.trust_root import TrustRoot


@verb(
    "archive key rotate",
    "archive key rotate --log --root",
    "archive key rotate --new-record ~/.ssh/id_ed25519.pub",
    "archive key rotate --log --lost",
)
@click.option("--record", is_flag=True, help="The key that signs records; what is rotated unless something is named.")
@click.option("--log", is_flag=True, help="The key that signs the log.")
@click.option("--root", is_flag=True, help="The key that signs trust roots, where there is one.")
@click.option("--new-record", metavar="KEY", help="Take this key: FILE, or for ssh-agent FILE.pub, agent:SHA256:….")
@click.option("--new-log", metavar="KEY", help="Likewise.")
@click.option("--new-root", metavar="KEY", help="Likewise.")
@click.option("--lost", is_flag=True, help="The log key is lost or stolen: the new one signs from this entry on.")
@writing_options
def command(*, writing: Writing, lost: bool, **said: str | bool | None) -> None:
    """Replace keys by new ones.

    What the old keys have signed stays good. New keys lie beside the old ones; their
    names say with which trust root they came.
    """
    archive = open_target()
    roles = [role for role in ("record", "log", "root") if said[role] or said[f"new_{role}"]] or ["record"]
    _refuse(archive, roles, lost=lost)
    new = NewKeys(archive, writing.files)
    try:
        keys = {role: new.get(role, _named(said[f"new_{role}"])) for role in roles}
        for role, key in keys.items():
            refuse_roles(archive, key.public, role)
        _refuse_twice(keys)
    except BaseException:
        new.forget()
        raise
    roots = [keys["root"]] if "root" in keys else []
    log = keys["log"] if lost else None
    hand_over(archive, writing, _maker(keys, lost=lost), new=new, new_roots=roots, log=log)


def _refuse_twice(keys: dict[str, SigningKey]) -> None:
    if len({key.public for key in keys.values()}) < len(keys):
        raise InputError("one key cannot take two places")


def _named(value: str | bool | None) -> str | None:  # noqa: FBT001 - what click gives
    return value if isinstance(value, str) else None


def _refuse(archive: Archive, roles: list[str], *, lost: bool) -> None:
    if lost and "log" not in roles:
        raise InputError(
            "--lost is for the log key",
            hint="a lost record key is rotated like any other, a stolen one revoked with archive key revoke",
        )
    if "root" in roles and len(archive.chain[-1].root_keys) > 1:
        raise InputError("there are several root keys", hint="archive key root --add and --drop say which")


def _maker(keys: dict[str, SigningKey], *, lost: bool) -> Callable[[Archive], Successor]:
    def make(archive: Archive) -> Successor:
        root, index = archive.chain[-1], archive.checkpoint.size
        return Successor(_changed(root, index, archive.origin, keys, lost=lost))

    return make


def _changed(root: TrustRoot, index: int, origin: str, keys: dict[str, SigningKey], *, lost: bool) -> TrustRoot:
    if "record" in keys:
        root = with_record_key(root, index, keys["record"].public)
    if "log" in keys:
        root = with_log_key(root, index, format_vkey(origin, keys["log"].public.raw), lost=lost)
    if "root" in keys:
        root = with_root_keys(root, [keys["root"].public], root.root_keys, None)
    return root
