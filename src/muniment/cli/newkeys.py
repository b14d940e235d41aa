"""Keys that a new trust root brings: made in the folder of keys, or named by the user; none is made unasked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from muniment.archive import Archive, open_archive
from muniment.archive.unfinished import read_marker
from muniment.cli.agent import AGENT, agent_key, names_agent
from muniment.cli.key_file import load_key, public_path, save_key
from muniment.cli.keyring import KeyFiles
from muniment.errors import MunimentError
from muniment.files import write_private
from muniment.ssh.keys import SigningKey, format_public_key, generate_key

MADE = "new"
"""Named in the place of a key: make one, as a file in the folder of keys."""


@dataclass(slots=True)
class NewKeys:
    """Keys that the new trust root brings.

    Attributes:
        archive: The archive.
        files: Where they will lie.
        made: Private keys that were made.
        taken: Keys that the user named.
        joined: Fingerprints of keys that others hold.
        written: Every file that was written.
    """

    archive: Archive
    files: KeyFiles
    made: list[Path] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    def get(self, role: str, named: str | None) -> SigningKey:
        """Take the key that was named, or make one (``new``); what it is called says with which root it came.

        Raises:
            KeyRejectedError: The named key cannot be used.
            UnavailableError: A key cannot be written, or ssh-agent not be asked.
        """
        path, comment = self._free(role), f"{self.archive.origin} {role}"
        if named in {None, MADE}:
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
