"""What the verbs below ``archive key`` share: which root keys sign a new trust root, and what is printed of it.

Root keys are those that the user named, else those in the folder of keys and in ssh-agent.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path

import click

from muniment.archive import Archive
from muniment.cli.agent_keys import AGENT, agent_key, has_agent, names_agent
from muniment.cli.authoring import end_unfinished
from muniment.cli.clock import now
from muniment.cli.keyring import KeyFiles, find_log_key, held_keys, load_key
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive
from muniment.cli.terminal import json_text
from muniment.cli.verbs.key.difference import root_changes
from muniment.cli.verbs.key.new_keys import NewKeys
from muniment.digest import format_digest, sha256_hex
from muniment.display import plain
from muniment.errors import InputError, KeyRejectedError, MunimentError
from muniment.files import write_file
from muniment.ssh.keys import PublicKey, SigningKey
from muniment.ssh.sshsig import ROOT_NAMESPACE
from muniment.trust.chain import RootFile
from muniment.trust.root import TrustRoot, parse_trust_root
from muniment.write.trust_root import Make, RootKeys, add_root, draft_root


def root_keys(allowed: Sequence[PublicKey], home: Path, named: Iterable[str]) -> list[SigningKey]:
    """Load the root keys.

    Args:
        allowed: Those that may sign.
        home: The folder of keys.
        named: What the user named; empty to look for all of them.

    Raises:
        KeyRejectedError: None is there, or one that was named cannot be used.
        UnavailableError: ssh-agent is wanted, and cannot be asked.
    """
    keys: list[SigningKey] = [
        agent_key(name, allowed) if names_agent(name) else load_key("root", Path(name), "a root key") for name in named
    ]
    present = keys or held_root_keys(allowed, home)
    if not present:
        raise KeyRejectedError(
            "there is no root key",
            where=str(home / "root"),
            expected=f"the private key of {' or '.join(key.fingerprint for key in allowed)}",
            hint="name its place with --root-key, or let it sign elsewhere with --draft; nothing replaces root keys "
            "that are lost, for only they can say who follows them",
        )
    return present


def held_root_keys(allowed: Sequence[PublicKey], home: Path) -> list[SigningKey]:
    """Load those root keys that are here: in the folder, else in ssh-agent."""
    keys = [_load_present(home, key) for key in allowed]
    return [key for key in keys if key is not None]


def _load_present(home: Path, key: PublicKey) -> SigningKey | None:
    for entry in held_keys(home, "root", [key]):
        if entry.is_file:
            return load_key("root", entry.path, "a root key")
    if has_agent():
        with suppress(MunimentError):
            return agent_key(f"{AGENT}:{key.fingerprint}", None)
    return None


def print_root(file: RootFile, new: NewKeys, *, as_json: bool, changes: Sequence[str] | None = None) -> None:
    """Print a trust root that was written, and the keys that it brought; in JSON also what it changes, unless None."""
    root = file.root
    if as_json:
        members = {"version": root.version, "index": root.index, "digest": file.digest}
        more = {} if changes is None else {"changes": list(changes)}
        print(json_text({**members, **more, "keys": keys_json(new)}))
        return
    print(f"trust root {root.version}  log index {root.index}")
    print(file.digest)
    print_keys(new)


def print_draft(path: str, data: bytes, old: TrustRoot, new: NewKeys, *, as_json: bool) -> None:
    """Print where a draft lies, what it changes, and how it is signed elsewhere and finished here."""
    root = parse_trust_root(data, where=path)
    changes = root_changes(old, root)
    if as_json:
        print(json_text({"draft": path, **_draft_json(data, root, changes), "keys": keys_json(new)}))
        return
    quoted = plain(shlex.quote(path))
    print_shown(data, root, changes, as_json=False)
    print_keys(new)
    print("  tell the digest by another way to whoever signs it")
    print(f"  to sign it elsewhere: ssh-keygen -Y sign -n {ROOT_NAMESPACE} -f ROOT-KEY {quoted}")
    print(f"  then: archive key finish {quoted} {quoted}.sig --sign {format_digest(sha256_hex(data))}")
    print("  a draft that comes to nothing: destroy it, and every signature on it")


def print_shown(data: bytes, root: TrustRoot, changes: Sequence[str], *, as_json: bool) -> None:
    """Print the digest of a draft, and what it changes."""
    members = _draft_json(data, root, changes)
    if as_json:
        print(json_text(members))
        return
    print(f"draft of trust root {root.version}  log index {root.index}")
    print(members["digest"])
    print_changes(changes)


def _draft_json(data: bytes, root: TrustRoot, changes: Sequence[str]) -> dict[str, object]:
    digest = format_digest(sha256_hex(data))
    return {"version": root.version, "index": root.index, "digest": digest, "changes": list(changes)}


def print_changes(changes: Sequence[str]) -> None:
    """Print what a trust root changes in the one before."""
    for line in changes:
        print(f"  {line}")


def print_keys(new: NewKeys) -> None:
    """Print the private keys that were made, and those that the user named."""
    for path in new.made:
        print(f"made private key {plain(str(path))}")
    for name in new.existing:
        print(f"taken private key {plain(name)}")
    for name in new.joined:
        print(f"added key {name}, which somebody else holds")
    if new.made:
        print("  keep it out of the archive, and make a copy of it")


def keys_json(new: NewKeys) -> dict[str, list[str]]:
    """Give the same as JSON."""
    return {"made": [str(path) for path in new.made], "taken": new.existing, "joined": new.joined}


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
    @click.option("--log-key", metavar="KEY", help="Key that signs the log, named in the same way.")
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
        writing: What the user asked for.
        make: Drafts the successor.
        new: Keys that it brings; those that were made are removed where it is refused.
        new_roots: Root keys that it brings: they sign it too.
        log: Signs the log, where the key in use cannot.
    """
    new = new or NewKeys(archive, writing.files)
    if writing.draft is None:
        end_unfinished(archive.store, writing.memory)
    try:
        if writing.draft is not None:
            data = draft_root(archive.store, make, now(), recall=writing.memory.recall)
            write_file(Path(writing.draft), data, force=False)
            print_draft(writing.draft, data, archive.chain[-1], new, as_json=writing.as_json)
            return
        home = writing.files.home(archive.origin)
        roots = [*root_keys(archive.chain[-1].root_keys, home, writing.roots), *new_roots]
        keys = RootKeys(roots, log or find_log_key(archive, writing.files))
        file = add_root(archive.store, keys, make, now(), recall=writing.memory.recall)
    except BaseException:
        new.forget()
        raise
    writing.memory.keep_head(archive.store)
    print_root(file, new, as_json=writing.as_json)


def refuse_roles(archive: Archive, key: PublicKey, role: str) -> None:
    """Refuse, before anything is signed, a new key that the archive knows already.

    Raises:
        InputError: The key has or had a role that excludes the new one.
    """
    known = _known(archive, key)
    clashes = {"record": ("record", "log"), "log": ("record", "log", "root"), "root": ("log",)}[role]
    for known_role, state in known.items():
        if known_role in clashes:
            what = f"this key cannot become the {role} key"
            raise InputError(what, where=key.fingerprint, found=state, hint="a new key can")


def _known(archive: Archive, key: PublicKey) -> dict[str, str]:
    """What a key is or was in an archive, by role."""
    known = {}
    if key.raw in {verifier.public for verifier in archive.log_verifiers}:
        known["log"] = "a log key of this archive"
    if key in {root_key for root in archive.chain for root_key in root.root_keys}:
        known["root"] = "a root key of this archive"
    for row in archive.chain[-1].record_keys:
        if row.key == key:
            state = "was revoked" if row.revoked else "has ended" if row.last_index is not None else "is in use"
            known["record"] = f"a record key of this archive, which {state}"
    return known
