"""What the verbs below ``archive key`` share: whose keys sign a new trust root, which keys are new, what is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path

import click

from muniment.archive import Archive
from muniment.cli.clock import now
from muniment.cli.keyring import KeyFiles, find_log_key
from muniment.cli.memory import Memory, memory_option
from muniment.cli.newkeys import NewKeys
from muniment.cli.options import as_json, in_archive
from muniment.cli.rootkeys import root_keys
from muniment.cli.rootprint import print_draft, print_root
from muniment.errors import InputError
from muniment.files import write_file
from muniment.ssh.keys import PublicKey, SigningKey
from muniment.write.trust_root import Make, RootKeys, draft_root, write_root


@dataclass(frozen=True, slots=True)
class Writing:
    """What the user said about writing a trust root.

    Attributes:
        files: Where the keys lie.
        roots: ``--root-key``: files or keys of ssh-agent; none to look in the folder.
        memory: What this machine has seen.
        as_json: Whether to print JSON.
        draft: ``--draft``: the file to draft the trust root in, for root keys elsewhere; None to write it.
    """

    files: KeyFiles
    roots: tuple[str, ...]
    memory: Memory
    as_json: bool
    draft: str | None = None


def drafting_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the options of ``writing_options``, and ``--draft`` for root keys on another machine."""

    @writing_options
    @click.option("--draft", metavar="FILE", help="Write FILE for root keys elsewhere to sign; see archive key finish.")
    @wraps(command)
    def bundled(*, writing: Writing, draft: str | None, **rest: object) -> None:
        command(writing=replace(writing, draft=draft), **rest)

    return bundled


def writing_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the options of whatever writes a trust root; the command gets them as one ``Writing``."""

    @click.option("--keys", metavar="DIR", envvar="ARCHIVE_KEYS", show_envvar=True, help="Folder of the private keys.")
    @click.option(
        "--root-key", "roots", metavar="KEY", multiple=True, help="Root key that signs: FILE, agent or agent:SHA256:…."
    )
    @click.option("--log-key", metavar="KEY", help="Key that signs the log; likewise.")
    @memory_option
    @in_archive
    @as_json
    @wraps(command)
    def bundled(
        *,
        keys: str | None,
        roots: tuple[str, ...],
        log_key: str | None,
        memory: Memory,
        as_json: bool,
        **rest: object,
    ) -> None:
        command(writing=Writing(KeyFiles(keys, None, log_key), roots, memory, as_json), **rest)

    return bundled


def hand_over(
    archive: Archive,
    writing: Writing,
    make: Make,
    *,
    new: NewKeys | None = None,
    new_roots: Sequence[SigningKey] = (),
    log: SigningKey | None = None,
) -> None:
    """Write the successor that ``make`` drafts, remember it, and print what came of it.

    Args:
        archive: The archive.
        writing: What the user said.
        make: Drafts the successor.
        new: Keys that it brings; those that were made are removed where it is refused.
        new_roots: Root keys that it brings: they sign it too.
        log: Signs the log, where the key in use cannot.
    """
    new = new or NewKeys(archive, writing.files)
    try:
        if writing.draft is not None:
            data = draft_root(archive.store, make, now(), recall=writing.memory.recall)
            write_file(Path(writing.draft), data, force=False)
            print_draft(writing.draft, data, new, as_json=writing.as_json)
            return
        home = writing.files.home(archive.origin)
        roots = [*root_keys(archive.chain[-1].root_keys, home, writing.roots), *new_roots]
        keys = RootKeys(roots, log or find_log_key(archive, writing.files))
        file = write_root(archive.store, keys, make, now(), recall=writing.memory.recall)
    except BaseException:
        new.forget()
        raise
    writing.memory.keep_head(archive.store)
    print_root(file, new, as_json=writing.as_json)


def refuse_roles(archive: Archive, key: PublicKey, role: str) -> None:
    """Refuse, before anything is signed, a new key that the archive knows already.

    Raises:
        InputError: It has or had a role that does not go with the new one.
    """
    known = _known(archive, key)
    clashes = {"record": ("record", "log"), "log": ("record", "log", "root"), "root": ("log",)}[role]
    for taken, said in known.items():
        if taken in clashes:
            what = f"this key cannot become the {role} key"
            raise InputError(what, where=key.fingerprint, found=said, hint="a new key can")


def _known(archive: Archive, key: PublicKey) -> dict[str, str]:
    """What a key is or was in an archive, by role."""
    known = {}
    if key.raw in {verifier.public for verifier in archive.log_verifiers}:
        known["log"] = "a log key of this archive"
    if key in {held for root in archive.chain for held in root.root_keys}:
        known["root"] = "a root key of this archive"
    for held in archive.chain[-1].record_keys:
        if held.key == key:
            state = "was revoked" if held.revoked else "has ended" if held.last_index is not None else "is in use"
            known["record"] = f"a record key of this archive, which {state}"
    return known
