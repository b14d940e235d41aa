"""``archive init``: a new archive."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from muniment.archive import Archive
from muniment.archive.paths import LOCK, STAGING, TEMPORARY
from muniment.cli.agent_keys import names_agent
from muniment.cli.authoring import key_options
from muniment.cli.clock import now
from muniment.cli.enclosing_archive import refuse_inside
from muniment.cli.keyring import ROLES, KeyFiles, Keyring, found_keys, missing_roles
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, verb
from muniment.cli.questions import ask_keys, ask_name, ask_passphrase, can_ask, check_name
from muniment.cli.target import MARKER, TAG, place_to_write, store_at
from muniment.cli.terminal import json_text, print_note
from muniment.display import plain
from muniment.errors import InputError, KeyRejectedError, MunimentError
from muniment.ocfl.storage_root import FLAT, HASHED
from muniment.store import Store
from muniment.trust.root import check_site
from muniment.write.create import create_archive
from muniment.write.guard import refuse_second_archive

_LAYOUTS = {"flat": FLAT, "hashed": HASHED}
_OF_THE_STORE = {LOCK, TEMPORARY, STAGING}


@verb(
    "archive init",
    "archive init archive --origin example.org/press",
    "archive init archive --origin example.org/press --key ~/.ssh/id_ed25519",
    "archive init archive --origin example.org/press --key ~/.ssh/id_ed25519.pub",
    "archive init archive --origin example.org/press --root-key root.pub",
)
@click.argument("folder", metavar="[DIR]", default="archive")
@click.option("--origin", metavar="NAME", help="Name of the archive: HOST or HOST/PATH, without https://.")
@click.option(
    "--lock/--no-lock",
    default=None,
    help="Lock new keys with a passphrase: $ARCHIVE_PASSPHRASE, or one that is asked for.",
)
@click.option(
    "--layout",
    type=click.Choice(list(_LAYOUTS)),
    default="flat",
    show_default=True,
    help="How folders of releases are named; hashed is for very many.",
)
@click.option("--url", metavar="URL", help="Address of the archive's web site, if it has one: citations lead there.")
@click.option(
    "--root-key",
    metavar="FILE",
    help="Private key that signs trust roots, given as for --key.",
)
@key_options
@memory_option
@as_json
def command(
    folder: str, *, lock: bool | None, key_files: KeyFiles, memory: Memory, as_json: bool, **named: str | None
) -> None:
    """Make a new archive, its keys and its first trust root.

    On a terminal it asks for what you do not say: the name, where the keys go, a passphrase. Existing keys are used,
    missing ones are made, and no key is ever overwritten. If the folder of keys holds only the .pub file of a key,
    ssh-agent signs with it.
    """
    place = place_to_write(folder)
    store = store_at(place)
    _refuse_occupied(store, folder)
    refuse_inside(place)
    site = check_site(named["url"]) if named["url"] is not None else None
    origin, key_files = _name(named["origin"], replace(key_files, root=named["root_key"]), memory)
    if isinstance(place, Path):
        _refuse_keys_inside(key_files, origin, place)
    begun = _begun(store)
    passphrase = ask_passphrase(lock=lock) if missing_roles(key_files, origin) else None
    ring = found_keys(key_files, origin, passphrase)
    layout, moment = _LAYOUTS[named["layout"] or "flat"], now()
    try:
        archive = create_archive(
            store, ring.initial, origin=origin, now=moment, layout=layout, url=site, recall=memory.recall
        )
    except KeyRejectedError:
        ring.forget()  # of another archive that is being made there: nothing was written with them
        raise
    except MunimentError:
        if not _begun(store):
            ring.forget()
        raise
    if begun:
        print_note(f"{plain(folder)}: an init that was interrupted here was ended first")
    memory.keep_head(store)
    if as_json:
        print(json_text(_as_json(archive, folder, ring)))
    else:
        _print(archive, folder, ring)


def _name(origin: str | None, files: KeyFiles, memory: Memory) -> tuple[str, KeyFiles]:
    """Take the name and the folder of keys as they were said, or ask for them."""
    if origin is not None:
        refuse_second_archive(check_name(origin), memory.recall)
        return origin, files
    if not can_ask():
        raise InputError(
            "the archive needs a name",
            expected="a domain of yours, and a word if you like",
            hint="archive init DIR --origin press.example.org/archive; on a terminal archive init asks for it",
        )
    origin = ask_name()
    refuse_second_archive(origin, memory.recall)
    if files.folder is None and missing_roles(files, origin):
        files = replace(files, folder=ask_keys(files.home(origin)))
    return origin, files


def _refuse_occupied(store: Store, folder: str) -> None:
    """Say so before any key is made; ``create_archive`` looks again under the lock."""
    names = {node.name for node in store.list()} - _OF_THE_STORE
    if MARKER in names:
        return
    if TAG in names:
        raise InputError("there is an archive already", where=folder, hint="archive add FILE --release ID adds to it")
    if names:
        some = ", ".join(sorted(names)[:3])
        raise InputError("the folder is not empty", where=folder, found=some, hint="name a new or an empty folder")


def _refuse_keys_inside(files: KeyFiles, origin: str, folder: Path) -> None:
    """Keep private keys out of what will be handed around."""
    for role in ROLES:
        path = files.path(role, origin)
        if not names_agent(files.named(role)) and path.absolute().resolve().is_relative_to(folder.absolute().resolve()):
            raise InputError(
                "private keys must not lie in the archive", where=str(path), hint="name another --keys DIR"
            )


def _begun(store: Store) -> bool:
    """Whether something of the archive was written, so that its keys may be needed to go on."""
    try:
        return bool({node.name for node in store.list()} - _OF_THE_STORE)
    except MunimentError:
        return False


def _print(archive: Archive, folder: str, ring: Keyring) -> None:
    print(f"made the archive {archive.origin} in {plain(folder)}")
    print(f"trust root\n  {archive.roots[0].digest}")
    print("  publish this hash; it is how readers know this archive")
    for state, names in (("made", [*map(str, ring.made)]), ("reused", ring.reused)):
        for name in names:
            print(f"{state} private key {plain(name)}")
    print("  keep them out of the archive, and make a copy of them")
    if ring.made and not ring.locked:
        print("  they have no passphrase: whoever reads the files can sign")
    if ring.initial.root.public == ring.initial.record.public:
        print("  one key signs records and says who may: whoever has it has the archive")


def _as_json(archive: Archive, folder: str, ring: Keyring) -> dict[str, object]:
    return {
        "archive": archive.origin,
        "folder": folder,
        "root": archive.roots[0].digest,
        "keys": {"made": [str(path) for path in ring.made], "reused": list(ring.reused)},
    }
