"""Seeded git repositories of texts with a long history, made by ``git fast-import``: the same commits every time.

    python bench/histories.py FOLDER [--documents 150] [--versions 5000] [--size 8192] [--sha256] [--eventful]

A plain history edits one document a commit.  An eventful one also renames, deletes, brings back, reverts, and merges
side branches, and has one of each thing that is no text.  What each commit leaves is git's to tell: a test compares
with what plain ``git`` says, never with this module.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

WORDS = (
    "harbour", "tide", "notice", "council", "bridge", "ferry", "market", "street", "school", "winter", "water",
    "paper", "station", "garden", "letter", "morning", "evening", "office", "public", "report", "measure",
    "account", "project", "village", "river", "border", "training", "transport", "energy"
)  # fmt: skip
START = 1_600_000_000
"""Time of the first commit; each one comes an hour after the one before."""

ODD: tuple[tuple[str, str, bytes], ...] = (
    ("100644", "odd/picture.txt", b"\x00\x01\x02\xff" * 40),
    ("100644", "odd/empty.txt", b""),
    ("120000", "odd/link.txt", b"../notices/notice-001.txt"),
    (
        "100644",
        "odd/large.txt",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"ab" * 32 + b"\nsize 12345\n",
    ),
    ("100644", "odd/Case.txt", b"Notice in capitals\n\nThe pier is closed.\n"),
    ("100644", "odd/case.txt", b"Notice in small letters\n\nThe pier is open.\n"),
    ("160000", "odd/module", b""),
)
"""Mode, path and bytes of what is no plain text under a plain name."""


@dataclass(slots=True)
class _Writer:
    """Writes a stream of commits.

    Attributes:
        rng: Decides on everything.
        size: Of a document, about, in bytes.
        out: The stream so far.
        texts: The paragraphs of each document that is there, by path.
        gone: Those that were deleted.
        count: Commits so far.
        states: States of documents so far.
    """

    rng: random.Random
    size: int
    out: list[bytes] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    states: int = 0

    def sentence(self) -> str:
        """Some forty words."""
        return " ".join(self.rng.choices(WORDS, k=self.rng.randint(25, 55))).capitalize() + "."

    def text(self, number: int) -> list[str]:
        """A new document."""
        parts = [f"Notice {number} of the harbour office"]
        while sum(map(len, parts)) < self.size - 150:
            parts.append(f"{len(parts)}. {self.sentence()}")
        return parts

    def commit(self, changes: list[bytes], message: str, *, branch: str = "main", merge: str = "") -> None:
        """One commit; ``changes`` are commands of fast-import."""
        self.count += 1
        when = START + 3600 * self.count
        words = message.encode()
        self.out += [
            b"commit refs/heads/%s\n" % branch.encode(),
            b"author Anna Author <anna@example.org> %d +0100\n" % when,
            b"committer Carl Committer <carl@example.org> %d +0000\n" % (when + 60),
            b"data %d\n%s\n" % (len(words), words),
        ]
        self.out += [b"merge refs/heads/%s\n" % merge.encode()] if merge else []
        self.out += [*changes, b"\n"]

    def put(self, path: str, parts: list[str]) -> bytes:
        """Write a document."""
        self.states += 1
        data = "\n\n".join(parts).encode() + b"\n"
        return b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)

    def edited(self, path: str) -> list[str]:
        """Change one paragraph of a document."""
        parts = list(self.texts[path])
        at = self.rng.randrange(1, len(parts))
        parts[at] = f"{at}. {self.sentence()}"
        return parts

    def edit(self, path: str, *, branch: str = "main") -> None:
        """Commit a change of a document."""
        parts = self.edited(path)
        self.before[path], self.texts[path] = self.texts[path], parts
        self.commit([self.put(path, parts)], f"Update {path}", branch=branch)

    def event(self) -> None:
        """Commit something else than an edit."""
        path = self.rng.choice(sorted(self.texts))
        kind = self.rng.choice(("rename", "rename and edit", "delete", "return", "revert", "merge", "two at once"))
        if kind == "return" and self.gone:
            path = self.rng.choice(sorted(self.gone))
            self.texts[path] = self.gone.pop(path)
            self.commit([self.put(path, self.texts[path])], f"Bring back {path}")
        elif kind.startswith("rename"):
            self._rename(path, edit=kind != "rename")
        elif kind == "delete" and len(self.texts) > 3:
            self.gone[path] = self.texts.pop(path)
            self.commit([b"D %s\n" % path.encode()], f"Withdraw {path}")
        elif kind == "revert" and path in self.before:
            self.texts[path], self.before[path] = self.before[path], self.texts[path]
            self.commit([self.put(path, self.texts[path])], f"Revert {path}")
        elif kind == "merge":
            self._merge(path)
        else:
            paths = self.rng.sample(sorted(self.texts), 2)
            for each in paths:
                self.texts[each] = self.edited(each)
            self.commit([self.put(each, self.texts[each]) for each in paths], "Update two notices")

    def _rename(self, path: str, *, edit: bool) -> None:
        new = f"moved/{self.count:05d}-{path.rpartition('/')[2]}"
        changes = [b"R %s %s\n" % (path.encode(), new.encode())]
        self.texts[new] = self.texts.pop(path)
        self.before.pop(path, None)
        if edit:
            self.texts[new] = self.edited(new)
            changes.append(self.put(new, self.texts[new]))
        self.commit(changes, f"Move {path}")

    def _merge(self, path: str) -> None:
        branch = f"side-{self.count}"
        self.out.append(b"reset refs/heads/%s\nfrom refs/heads/main\n\n" % branch.encode())
        self.edit(path, branch=branch)
        self.edit(path, branch=branch)
        other = self.rng.choice([each for each in sorted(self.texts) if each != path])
        self.edit(other)
        # fast-import takes the tree of the first parent: what the branch changed is written again.
        self.commit([self.put(path, self.texts[path])], f"Merge {branch}", merge=branch)

    def odd(self) -> None:
        """Commit what is no text, and a change of a mode."""
        for mode, path, data in ODD:
            if mode == "160000":
                change = b"M 160000 %s %s\n" % (b"1" * 40, path.encode())
            else:
                change = b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), path.encode(), len(data), data)
            self.commit([change], f"Add {path}")
        latin = b'M 100644 inline "odd/caf\\351.txt"\ndata 30\nNotice of the coffee house...\n\n'
        self.commit([latin], "Add a name in Latin-1")
        path = min(self.texts)
        data = "\n\n".join(self.texts[path]).encode() + b"\n"
        executable = b"M 100755 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)
        self.commit([executable], f"Make {path} executable")


def stream(documents: int, versions: int, size: int, *, eventful: bool, seed: int = 1) -> Iterator[bytes]:
    """Give the commits as ``git fast-import`` takes them."""
    writer = _Writer(random.Random(seed), size)
    for number in range(documents):
        path = f"notices/notice-{number:03d}.txt"
        writer.texts[path] = writer.text(number)
        writer.commit([writer.put(path, writer.texts[path])], f"Add {path}")
        yield b"".join(writer.out)
        writer.out.clear()
    if eventful:
        writer.odd()
    while writer.states < versions:
        if eventful and writer.rng.random() < 0.3:
            writer.event()
        else:
            writer.edit(writer.rng.choice(sorted(writer.texts)))
        yield b"".join(writer.out)
        writer.out.clear()


def make_repository(
    folder: Path,
    *,
    documents: int = 150,
    versions: int = 5000,
    size: int = 8192,
    eventful: bool = False,
    object_format: str = "sha1",
    seed: int = 1,
) -> None:
    """Make a bare repository, packed; its branch is ``main``."""
    env = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    init = ["git", "init", "-q", "--bare", "-b", "main", f"--object-format={object_format}", str(folder)]
    subprocess.run(init, check=True, env=env, capture_output=True)
    command = ["git", "-C", str(folder), "fast-import", "--quiet", "--force"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=env) as process:
        assert process.stdin is not None
        for part in stream(documents, versions, size, eventful=eventful, seed=seed):
            process.stdin.write(part.replace(b"1" * 40, b"1" * 64) if object_format == "sha256" else part)
        process.stdin.close()
        assert process.wait() == 0
    subprocess.run(["git", "-C", str(folder), "gc", "-q", "--aggressive"], check=True, env=env, capture_output=True)


def main() -> None:
    """Make one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=150)
    parser.add_argument("--versions", type=int, default=5000)
    parser.add_argument("--size", type=int, default=8192)
    parser.add_argument("--sha256", action="store_true")
    parser.add_argument("--eventful", action="store_true")
    given = parser.parse_args()
    make_repository(
        given.folder,
        documents=given.documents,
        versions=given.versions,
        size=given.size,
        eventful=given.eventful,
        object_format="sha256" if given.sha256 else "sha1",
    )


if __name__ == "__main__":
    main()
