"""Reading a git repository that an enemy may have made: its objects, and nothing else of it.

``git`` is asked twice in the repository itself: where its objects lie, and which commit a branch names.  All else is
read from an empty repository of our own, made for the occasion, which has those objects as its store.  So no
configuration, hook, filter, attribute, replacement or graft of the repository is ever seen, and no other computer is
asked for what is missing.  Commits, trees and blobs are held to their ids.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from muniment.errors import InputError, MunimentError, SourceError, UnavailableError
from muniment.importing.git_commits import Commit, parse_commit
from muniment.importing.git_trees import MOST_CHANGES, Difference, HashedTrees, too_many_changes
from muniment.importing.named_folder import check_folder

_HARDENED: Final = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""What every ``git`` is started with; nothing of the environment of the user is handed on but where programs lie."""

_OPTIONS: Final = (
    "-c", "safe.directory=*", "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false",
    "-c", "core.commitGraph=false", "-c", "core.multiPackIndex=false", "-c", "core.bigFileThreshold=16m",
    "-c", "protocol.allow=never",
)  # fmt: skip

RENAMES: Final = ("-M50%", "-l400")
"""The one rule by which a document that moved is found again: at least half of it is the same, in one commit; where
more than 400 files came and went in a commit, only those that are the same byte for byte."""

_SECONDS: Final = 60
_TOP: Final = "name the top of a git repository, with a work tree or bare"
_LINE: Final = 4096
_FSCK: Final = "git fsck tells what is damaged or missing"
_BRANCHES: Final = 10
"""So many names are told where a branch is not there."""
_OBJECT: Final = 1 << 24
"""Largest commit that is read, in bytes."""


@dataclass(frozen=True, slots=True)
class TreeChange:
    """How a path differs between a commit and its first parent.

    Attributes:
        status: ``A``, ``M``, ``D``, ``T`` or ``R``, as ``git`` has it.
        mode: Of the file after, such as ``100644``; ``000000`` for none.
        mode_before: The same before.
        blob: Digest of the file after.
        blob_before: The same before.
        path: After the change; of a deletion, before it.
        path_before: Where it lay, of a rename; else the same.
    """

    status: str
    mode: str
    mode_before: str
    blob: str
    blob_before: str
    path: bytes
    path_before: bytes


class GitRepository:
    """A repository, open for reading.

    Args:
        folder: The repository, or the top of its work tree.

    Raises:
        InputError: It is no repository.
        UnavailableError: ``git`` is not installed, or does not answer.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own = tempfile.TemporaryDirectory(prefix="muniment-git-")
        self._blobs: subprocess.Popen[bytes] | None = None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        check_folder(self.folder, hint=_TOP, elsewhere="git clone makes a repository of an address or a bundle")
        asked = ("--git-dir", "--git-common-dir", "--git-path", "objects", "--show-object-format")
        above = {"GIT_CEILING_DIRECTORIES": str(self.folder.absolute().parent)}
        answer = self._ask(["-C", str(self.folder), "rev-parse", "--path-format=absolute", *asked], above)
        lines = os.fsdecode(answer).splitlines()
        if len(lines) != 4 or lines[3] not in {"sha1", "sha256"}:
            raise self._none()
        self._git, self._common, self.objects = map(Path, lines[:3])
        self.object_format = lines[3]
        self._length = 64 if self.object_format == "sha256" else 40
        own = Path(self._own.name)
        for name in ("objects", "refs"):
            (own / name).mkdir()
        (own / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        config = "[core]\nrepositoryformatversion = 1\nbare = true\n[extensions]\nobjectformat = "
        (own / "config").write_text(f"{config}{self.object_format}\n", encoding="ascii")
        self.shallow = frozenset(self._listed("shallow"))
        if self.shallow:
            (own / "shallow").write_text("".join(f"{each}\n" for each in sorted(self.shallow)), encoding="ascii")

    def _listed(self, name: str) -> list[str]:
        """The digests in a small file of the repository; none where it is not there."""
        try:
            with (self._common / name).open("rb") as file:
                lines = file.read(1 << 20).decode("ascii", "replace").split()
        except OSError:
            return []
        return [line for line in lines if re.fullmatch(f"[0-9a-f]{{{self._length}}}", line)]

    @property
    def borrowed(self) -> bool:
        """Whether some of its objects lie elsewhere on this computer."""
        return (self.objects / "info" / "alternates").exists()

    def resolve(self, branch: str | None) -> str:
        """Find the commit that a branch names; None for the branch that is checked out in this work tree.

        A branch goes before a tag of the same name, which ``git`` itself would take.

        Raises:
            InputError: There is none.
        """
        names = ("HEAD",) if branch is None else (f"refs/heads/{branch}", branch)
        arguments = ["--git-dir", str(self._git), "rev-parse", "--verify", "-q", "--end-of-options"]
        answer = b""
        for name in names:
            with suppress(InputError):
                answer = self._ask([*arguments, f"{name}^{{commit}}"])
                break
        else:
            raise self._no_commit(branch, arguments)
        found = answer.decode("ascii", "replace").strip()
        # Asked again in our own repository: what the first answer rests on may be the repository's word.
        if not re.fullmatch(f"[0-9a-f]{{{self._length}}}", found):
            raise InputError("the branch names no commit", where=str(self.folder), found=repr(found[:80]))
        return found

    def _no_commit(self, branch: str | None, arguments: Sequence[str]) -> MunimentError:
        """Say why there is no commit: nothing of that name is there, or what it names is not."""
        there, hint = self._branches(), "name a branch that is there"
        with suppress(InputError):
            self._ask([*arguments, "HEAD" if branch is None else f"refs/heads/{branch}"])
            what = "the commit that the branch names cannot be read"
            return UnavailableError(what, where=str(self.folder), hint=f"are all its objects there? {_FSCK}")
        if branch is not None:
            return InputError(f"there is no branch {branch}", where=str(self.folder), found=there, hint=hint)
        if there:
            return InputError("no commit is checked out", where=str(self.folder), found=there, hint=hint)
        return InputError("the repository has no commit", where=str(self.folder), hint="commit to it first")

    def _branches(self) -> str:
        """The first branches that there are, on one line; empty for none."""
        told = ("for-each-ref", f"--count={_BRANCHES + 1}", "--format=%(refname)", "refs/heads/", "refs/remotes/")
        with suppress(InputError):
            lines = os.fsdecode(self._ask(["--git-dir", str(self._git), *told])).splitlines()
            names = [line.removeprefix("refs/heads/").removeprefix("refs/remotes/") for line in lines]
            return ", ".join((*names[:_BRANCHES], *(["…"] if len(names) > _BRANCHES else [])))
        return ""

    def chain(self, tip: str) -> list[Commit]:
        """Give the commits from the first one to ``tip``, by first parent.

        Raises:
            SourceError: One of them is not what its id says, or is missing.
        """
        commits, at = [], tip
        with self._batch() as process:
            while at:
                kind, data = _object(process, at, _OBJECT, str(self.folder))
                self._hold(at, kind, "commit", data)
                commits.append(parse_commit(at, data))
                at = "" if at in self.shallow else next(iter(commits[-1].parents), "")
        commits.reverse()
        return commits

    def count(self, tip: str) -> int:
        """Say how many commits a commit has before it, and is, on all ways."""
        return int(self._ask(["rev-list", "--count", tip, "--"], self._own_environment()))

    def changes(self, commits: Sequence[Commit]) -> Iterator[tuple[Commit, list[TreeChange]]]:
        """Give what each commit changed beside its first parent, in order; a commit that changed nothing too.

        Raises:
            SourceError: A tree is not what its id says, or ``git`` does not tell of the commits what their trees do.
            UnavailableError: ``git`` stopped.
        """
        command = [
            "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--root", "--no-ext-diff",
            "--no-textconv", *RENAMES,
        ]  # fmt: skip
        with tempfile.TemporaryFile() as asked:
            for commit in commits:
                before = () if commit.id in self.shallow else commit.parents[:1]
                asked.write(" ".join((commit.id, *before)).encode() + b"\n")
            asked.seek(0)
            with self._start(command, asked) as process:
                assert process.stdout is not None  # noqa: S101 - a pipe was asked for
                told = _pair(commits, _fields(process.stdout), str(self.folder))
                yield from self._held(told)
                process.stdout.close()
            if process.returncode:
                raise UnavailableError("git stopped", where=str(self.folder), found=f"exit code {process.returncode}")

    def _held(self, told: Iterator[tuple[Commit, list[TreeChange]]]) -> Iterator[tuple[Commit, list[TreeChange]]]:
        """Hold what ``git`` tells of each commit to what the trees say, which are held to their ids."""
        trees, before = HashedTrees(self._tree, self._length // 2), None
        for commit, changes in told:
            without = commit.id in self.shallow or not commit.parents
            if trees.differences(None if without else before, commit.tree) != set(_sides(changes)):
                what = "git tells another change than the trees of this commit have"
                raise SourceError(what, where=commit.id, hint="is the repository damaged, or forged? git fsck tells")
            before = commit.tree
            yield commit, changes

    def _tree(self, digest: str) -> bytes:
        if self._blobs is None or self._blobs.poll() is not None:
            self._blobs = self._batch()
        kind, data = _object(self._blobs, digest, _OBJECT, str(self.folder))
        self._hold(digest, kind, "tree", data)
        return data

    def blob(self, digest: str, most: int, where: str) -> bytes:
        """Read a file.

        Raises:
            SourceError: It is missing, larger than ``most`` bytes, or not what its id says.
            UnavailableError: The repository cannot be read.
        """
        for again in (False, True):
            self._see_that_it_is_there()
            if self._blobs is None or self._blobs.poll() is not None:
                self._blobs = self._batch()
            try:
                kind, data = _object(self._blobs, digest, most, where)
                break
            except UnavailableError as error:
                _end(self._blobs)
                self._blobs = None
                if again:  # git ends at a damaged object, and would at each import: the others are not to wait for it
                    self._see_that_it_is_there()
                    raise SourceError("git ends where it reads this file", where=where, hint=_FSCK) from error
        self._hold(digest, kind, "blob", data, where)
        return data

    def _see_that_it_is_there(self) -> None:
        if not self.objects.is_dir():
            raise UnavailableError(
                "the repository is gone", where=str(self.folder), hint="bring it back, then try again"
            )

    def close(self) -> None:
        """End the process, and remove our own repository."""
        if self._blobs is not None:
            _end(self._blobs)
            self._blobs = None
        with suppress(OSError):
            self._own.cleanup()

    def _hold(self, digest: str, kind: str, expected: str, data: bytes, where: str = "") -> None:
        """Hold an object to its id: ``git`` does not hash what it reads from a pack."""
        found = hashlib.new(self.object_format, b"%s %d\x00" % (kind.encode(), len(data)), usedforsecurity=False)
        found.update(data)
        if kind != expected or found.hexdigest() != digest:
            raise SourceError(f"this {kind} is not what its id says", where=where or digest, expected=digest)

    def _own_environment(self) -> dict[str, str]:
        return {"GIT_DIR": self._own.name, "GIT_OBJECT_DIRECTORY": str(self.objects)}

    def _batch(self) -> subprocess.Popen[bytes]:
        return self._start(["cat-file", "--batch"], subprocess.PIPE)

    def _start(self, command: Sequence[str], stdin: int | IO[bytes]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - our own arguments; nothing of the repository is a name of a program
                ["git", *_OPTIONS, *command],  # noqa: S607 - the git of the user
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(self._own_environment()),
                cwd=self._own.name,
            )
        except OSError as error:
            raise UnavailableError("git could not be started", found=str(error.strerror)) from error

    def _ask(self, arguments: Sequence[str], more: dict[str, str] | None = None) -> bytes:
        """Run ``git`` to its end.

        Raises:
            InputError: It says no.
            UnavailableError: It is not there, or does not answer.
        """
        try:
            done = subprocess.run(  # noqa: S603 - as above
                ["git", *_OPTIONS, *arguments],  # noqa: S607 - the git of the user
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env=_environment(more or {}),
            )
        except FileNotFoundError as error:
            raise UnavailableError("git is not installed", hint="install git 2.31 or newer") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UnavailableError("git does not answer", where=str(self.folder)) from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise self._none(said[0][:200] if said else "")
        return done.stdout

    def _none(self, found: str = "") -> InputError:
        return InputError("not a git repository", where=str(self.folder), found=found, hint=_TOP)


def _environment(more: dict[str, str]) -> dict[str, str]:
    found = {**_HARDENED, **more, "PATH": os.pathsep.join(os.get_exec_path())}
    return {**found, "SystemRoot": os.path.expandvars("%SystemRoot%")} if os.name == "nt" else found


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.terminate()
    process.wait()


def _object(process: subprocess.Popen[bytes], digest: str, most: int, where: str) -> tuple[str, bytes]:
    """Ask a ``git cat-file --batch`` for an object; what is too large is read and thrown away."""
    assert process.stdin is not None  # noqa: S101 - pipes were asked for
    assert process.stdout is not None  # noqa: S101 - as above
    try:
        process.stdin.write(digest.encode() + b"\n")
        process.stdin.flush()
        head = process.stdout.readline(_LINE).split()
    except (OSError, ValueError) as error:
        raise UnavailableError("git stopped", where=where, hint=_FSCK) from error
    if len(head) == 2 and head[1] == b"missing":
        hint = "is it a partial clone, or damaged? a whole clone has it"
        raise SourceError("the repository does not have this object", where=where, expected=digest, hint=hint)
    if len(head) != 3 or not head[2].isdigit():
        raise UnavailableError("git stopped", where=where, hint=_FSCK)
    size = int(head[2])
    if size > most:
        _skip(process.stdout, size + 1)
        raise SourceError("too large", where=where, expected=f"at most {most:,} bytes", found=f"{size:,} bytes")
    data = process.stdout.read(size + 1)
    if len(data) != size + 1:
        raise UnavailableError("git stopped", where=where, hint=_FSCK)
    return head[1].decode("ascii", "replace"), data[:-1]


def _skip(file: IO[bytes], size: int) -> None:
    while size > 0:
        part = file.read(min(size, 1 << 20))
        if not part:
            return
        size -= len(part)


def _sides(changes: Sequence[TreeChange]) -> Iterator[Difference]:
    """What ``git`` says of each path; a document that moved has gone from one and come to another."""
    for change in changes:
        old, new = (change.mode_before, change.blob_before), (change.mode, change.blob)
        if change.status == "R":
            yield change.path_before, old, None
            yield change.path, None, new
        else:
            yield change.path, None if change.status == "A" else old, None if change.status == "D" else new


def _fields(file: IO[bytes]) -> Iterator[bytes]:
    """What stands between the NUL bytes of a stream."""
    rest = b""
    while part := file.read(1 << 16):
        *whole, rest = (rest + part).split(b"\x00")
        yield from whole


def _pair(commits: Sequence[Commit], fields: Iterator[bytes], where: str) -> Iterator[tuple[Commit, list[TreeChange]]]:
    """Put the changes to their commits; ``git`` does not name a commit that changed nothing."""
    waiting = iter(commits)
    current: Commit | None = None
    changes: list[TreeChange] = []
    for field in fields:
        if field.startswith(b":"):
            changes.append(_change(field, fields, where))
            if len(changes) > MOST_CHANGES:
                raise too_many_changes()
            continue
        if current is not None:
            yield current, changes
        changes = []
        for commit in waiting:
            if commit.id.encode() == field:
                current = commit
                break
            yield commit, []
        else:
            raise UnavailableError("git names a commit that was not asked for", where=where)
    if current is not None:
        yield current, changes
    for commit in waiting:
        yield commit, []


def _change(field: bytes, fields: Iterator[bytes], where: str) -> TreeChange:
    words = field[1:].decode("ascii", "replace").split(" ")
    path = next(fields, None)
    if len(words) != 5 or path is None:
        raise UnavailableError("git answers what cannot be read", where=where)
    mode_before, mode, blob_before, blob, status = words
    new = next(fields, path) if status[:1] in {"R", "C"} else path
    return TreeChange(status[:1], mode, mode_before, blob, blob_before, new, path)
