"""What the verbs below ``archive key`` share: whose keys sign a new trust root, which keys are new, what is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path

import click

from muniment.add.root import Make, RootKeys, write_root
from muniment.archive import Archive, open_archive
from muniment.cli.agent import AGENT, agent_key, has_agent, names_agent
from muniment.cli.clock import now
from muniment.cli.files import write_private
from muniment.cli.key_file import load_key, public_path, save_key
from muniment.cli.keyfolder import held_path
from muniment.cli.keyring import KeyFiles, find_log_key
from muniment.cli.memory import Memory, memory_option
from muniment.cli.options import as_json, in_archive
from muniment.cli.terminal import json_text, plain
from muniment.errors import InputError, KeyRejectedError, MunimentError
from muniment.marker import read_marker
from muniment.signing.keys import PublicKey, SigningKey, format_public_key, generate_key
from muniment.signing.root_chain import RootFile


@dataclass(frozen=True, slots=True)
class Writing:
    """What the user said about writing a trust root.

    Attributes:
        files: Where the keys lie.
        roots: ``--root-key``: files or keys of ssh-agent; none to look in the folder.
        memory: What this machine has seen.
        as_json: Whether to print JSON.
    """

    files: KeyFiles
    roots: tuple[str, ...]
    memory: Memory
    as_json: bool


@dataclass(slots=True)
class NewKeys:
    """Keys that the new trust root brings.

    Attributes:
        archive: The archive.
        files: Where they will lie.
        made: Private keys that were made.
        taken: Keys that the user named.
        written: Every file that was written.
    """

    archive: Archive
    files: KeyFiles
    made: list[Path] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    def get(self, role: str, named: str | None) -> SigningKey:
        """Take the key that was named, or make one; what it is called says with which root it came.

        Raises:
            KeyRejectedError: The named key cannot be used.
            UnavailableError: A key cannot be written, or ssh-agent not be asked.
        """
        path, comment = self._free(role), f"{self.archive.origin} {role}"
        if named is None:
            key = generate_key()
            self.written += [path, public_path(path)]
            save_key(path, key, comment)
            self.made.append(path)
            return key
        if not names_agent(named):
            self.taken.append(named)
            return load_key(role, Path(named), "a private key")
        held = agent_key(named, None)
        # The public half in the folder says that the agent is to be asked.
        self.written.append(public_path(path))
        write_private(public_path(path), f"{format_public_key(held.public, comment)}\n".encode())
        self.taken.append(f"{AGENT}:{held.public.fingerprint}")
        return held

    def _free(self, role: str) -> Path:
        home, number = self.files.home(self.archive.origin), len(self.archive.roots) + 1
        names = [f"{role}-{number}", *(f"{role}-{number}.{again}" for again in range(1, 1000))]
        taken = {path.name for path in home.iterdir()} if home.is_dir() else set()
        return home / next(name for name in names if not {name, f"{name}.pub"} & taken)

    def forget(self) -> None:
        """Remove what was written, for a root that was not; unless the root was begun and may yet be completed."""
        with suppress(MunimentError):
            store = self.archive.store
            if read_marker(store) is None and len(open_archive(store).roots) == len(self.archive.roots):
                for path in self.written:
                    path.unlink(missing_ok=True)


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
        roots = [*_root_keys(archive, writing), *new_roots]
        keys = RootKeys(roots, log or find_log_key(archive, writing.files))
        file = write_root(archive.store, keys, make, now(), recall=writing.memory.recall)
    except BaseException:
        new.forget()
        raise
    writing.memory.keep_head(archive.store)
    _print(file, new, as_json=writing.as_json)


def _root_keys(archive: Archive, writing: Writing) -> list[SigningKey]:
    """The root keys that sign for the newest root: those named, else those in the folder and in ssh-agent."""
    allowed = archive.chain[-1].root_keys
    if writing.roots:
        return [
            agent_key(named, allowed) if names_agent(named) else load_key("root", Path(named), "a root key")
            for named in writing.roots
        ]
    found = [held for key in allowed if (held := _held(writing.files.home(archive.origin), key)) is not None]
    if not found:
        raise KeyRejectedError(
            "there is no root key",
            where=str(writing.files.home(archive.origin) / "root"),
            expected=f"the private key of {' or '.join(key.fingerprint for key in allowed)}",
            hint="name its place with --root-key; nothing replaces root keys that are lost, for only they can say who "
            "follows them",
        )
    return found


def _held(home: Path, key: PublicKey) -> SigningKey | None:
    path = held_path(home, "root", [key])
    if path is not None and path.exists():
        return load_key("root", path, "a root key")
    if has_agent():
        with suppress(MunimentError):
            return agent_key(f"{AGENT}:{key.fingerprint}", None)
    return None


def refuse_roles(archive: Archive, key: PublicKey, role: str) -> None:
    """Refuse, before anything is signed, a new key that the archive knows already.

    Raises:
        InputError: It has or had a role that does not go with the new one.
    """
    logs = {verifier.public for verifier in archive.log_verifiers}
    records = {held.key for held in archive.chain[-1].record_keys}
    roots = {held for root in archive.chain for held in root.root_keys}
    taken = key.raw in logs or key in (records | roots if role == "log" else records if role == "record" else ())
    if taken:
        raise InputError(
            f"this key cannot become the {role} key", where=key.fingerprint, found="a key of this archive already"
        )


def _print(file: RootFile, new: NewKeys, *, as_json: bool) -> None:
    root = file.root
    if as_json:
        keys = {"made": [str(path) for path in new.made], "taken": new.taken}
        print(json_text({"version": root.version, "index": root.index, "digest": file.digest, "keys": keys}))
        return
    print(f"trust root {root.version}  entry {root.index}")
    print(file.digest)
    for path in new.made:
        print(f"made private key {plain(str(path))}")
    for name in new.taken:
        print(f"taken private key {plain(name)}")
    if new.made:
        print("  keep it out of the archive, and make a copy of it")
