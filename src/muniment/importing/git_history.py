"""A git repository as a source: every committed state of every document, by first parent.

A document is followed over renames.  Its key is the path of its first state that is asked for, so that it has the same
key at every later import.  A document that comes back under the path that it had when it was deleted is the same one.
A new document under a path that another one began with has that path as key, and a number behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from muniment.errors import SourceError
from muniment.importing.git_commits import Commit, Person
from muniment.importing.git_repository import GitRepository, TreeChange
from muniment.importing.item import AskedFor, Item, Notice
from muniment.importing.patterns import parts_of
from muniment.record.capture import one_line
from muniment.record.provenance import Provenance, TimeClaim

MAX_FILE: Final = 64 * 1024 * 1024
"""Largest file that is read of a history, in bytes."""

_LONGEST_PATH: Final = 1000
_LONGEST_MESSAGE: Final = 2000
_LAST_SECOND: Final = 253402300799
_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_SMALL: Final = 1024
"""No pointer of LFS is larger, in bytes."""
_NO_TEXT: Final = {"120000": ("symbolic-link", "a symbolic link"), "160000": ("submodule", "a submodule")}
_NAMED: Final = re.compile(r"^[A-Za-z][A-Za-z-]*-by:.*$", re.MULTILINE)
_IN_BRACKETS: Final = re.compile(r"<[^<>\s@]*+@[^<>\s]*+>")
_AROUND_AT: Final = re.compile(r"(?<![\w.+-])[\w.+-]++(?:@++[\w.+-]++)++")
_MAILBOX: Final = re.compile(r"\b[\w.+-]+\Z")
_DOMAIN: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+")


@dataclass(slots=True)
class _Document:
    """A document over all its paths.

    Attributes:
        key: Its natural name.
        blob: That of its newest state; empty before the first one, and where it was deleted.
    """

    key: str
    blob: str = ""


@dataclass(slots=True)
class _Lives:
    """The documents that are there, and those that went, while the history is read.

    Attributes:
        live: By path.
        gone: Those that were deleted, by their last path.
        used: How many documents began with a path.
        folded: The newest path for each in small letters.
    """

    live: dict[bytes, _Document] = field(default_factory=dict)
    gone: dict[bytes, _Document] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    folded: dict[str, bytes] = field(default_factory=dict)

    def begin(self, path: bytes) -> _Document:
        """Give the document of a path that was not there: one that comes back, or a new one."""
        document = self.gone.pop(path, None)
        if document is None:
            key = printable(path)
            count = self.used[key] = self.used.get(key, 0) + 1
            parts = parts_of(key)
            stem = key.removesuffix(f".{parts['suffix']}") if parts["suffix"] else key
            document = _Document(key if count == 1 else f"{stem} #{count}{key[len(stem) :]}")
        document.blob = ""
        self.live[path] = document
        return document


class GitHistory:
    """The states of a branch of a repository.

    Args:
        folder: The repository.
        branch: None for the one that is checked out.
        selects: Whether a path is asked for.
        with_authors: Whether names and addresses of persons become part of records.
        name: What the repository is called in records; None for the name of its folder.
    """

    kind = "git"
    ordered = True

    def __init__(
        self,
        folder: Path,
        *,
        branch: str | None = None,
        selects: Callable[[str], bool] = lambda _: True,
        with_authors: bool = False,
        name: str | None = None,
    ) -> None:
        self._selects, self._choice = selects, AskedFor()
        self._branch = branch
        self._with_authors = with_authors
        self._repository = GitRepository(folder)
        self.name = name or one_line(_called(folder.resolve()))[:200] or "git"

    def items(self, since: str | None) -> Iterator[Item | Notice]:  # noqa: ARG002 - the engine leaves out what is older
        """See ``ImportSource.items``."""
        tip = self._repository.resolve(self._branch)
        commits = self._repository.chain(tip)
        yield from self._about(tip, commits)
        lives = _Lives()
        for commit, changes in self._repository.changes(commits):
            yield from self._of_commit(commit, changes, lives)
        yield from self._choice.notices(self.name)

    def covers(self, before: Provenance) -> bool:
        """See ``ImportSource.covers``; what a shallow clone does not have may be there still."""
        if self._repository.shallow:
            return False
        return before.kind == self.kind and before.source == self.name and self._selects(before.path or "")

    def close(self) -> None:
        """See ``ImportSource.close``."""
        self._repository.close()

    def _about(self, tip: str, commits: list[Commit]) -> Iterator[Notice]:
        """What is to be said of the repository as a whole."""
        aside = self._repository.count(tip) - len(commits)
        if aside:
            what = f"{aside:,} commits of merged branches are left out: what they brought is taken as of the merge"
            yield Notice("merged-branches", self.name, what)
        if commits[0].id in self._repository.shallow:
            what = "a shallow clone: the history before this commit is not here"
            yield Notice("shallow", commits[0].id, what)
        if self._repository.borrowed:
            yield Notice("borrowed-objects", self.name, "some of its objects lie in another folder of this computer")

    def _of_commit(self, commit: Commit, changes: list[TreeChange], lives: _Lives) -> Iterator[Item | Notice]:
        """Tell of each path that a commit changed; first what went away, so that paths may change places."""
        moved: dict[bytes, _Document] = {}
        when = time_of(commit.author) or time_of(commit.committer)
        for change in changes:
            if change.status not in {"D", "R"}:
                continue
            document = lives.live.pop(change.path_before, None)
            if document is None:
                continue
            if change.status == "R" and self._asked_for(change.path):
                moved[change.path] = document
                continue
            lives.gone[change.path_before] = document
            where = _place(commit, change.path_before)
            if change.status == "R":
                yield Notice("moved-away", where, "moved to a path that is not asked for", time=when)
            else:
                yield Notice("deletion", where, "deleted; a record says nothing of that", time=when)
        for change in changes:
            if change.status != "D" and self._asked_for(change.path):
                yield from self._of_change(commit, change, moved, lives)

    def _asked_for(self, path: bytes) -> bool:
        name = printable(path)
        return self._choice.note(name, asked_for=self._selects(name))

    def _of_change(
        self, commit: Commit, change: TreeChange, moved: dict[bytes, _Document], lives: _Lives
    ) -> Iterator[Item | Notice]:
        path, where = change.path, _place(commit, change.path)
        when = time_of(commit.author) or time_of(commit.committer)
        if change.path in moved:
            lives.live[path] = moved[path]
            yield Notice("rename", where, f"was {printable(change.path_before)}", time=when)
        document = lives.live.get(path)
        if document is None:
            yield from _about_path(path, where, lives)
            document = lives.begin(path)
        if change.mode in _NO_TEXT:
            sort, what = _NO_TEXT[change.mode]
            yield Notice(sort, where, f"{what}, which has no text of its own", time=when)
            return
        if change.status in {"M", "T"} and change.mode != change.mode_before and change.mode_before not in _NO_TEXT:
            yield Notice("mode-change", where, f"mode {change.mode_before} became {change.mode}", time=when)
        # What is as before is no state; but a file that moved here unasked for, or was a link of these very bytes, is.
        if change.blob == change.blob_before == document.blob:
            return
        if len(printable(path)) > _LONGEST_PATH:
            yield Notice("path-too-long", where[:200], "the path is longer than a record takes", failed=True, time=when)
            return
        if when is None:
            yield Notice("time-unreadable", where, "neither its author nor its committer has a time that can be read")
        document.blob = change.blob
        yield self._item(commit, change, document.key, when)

    def _item(self, commit: Commit, change: TreeChange, key: str, when: str | None) -> Item:
        path = printable(change.path)
        claims = (("author", time_of(commit.author)), ("committer", time_of(commit.committer)))
        provenance = Provenance(
            self.kind,
            self.name,
            commit.id,
            path,
            tuple(TimeClaim(basis, time) for basis, time in claims if time is not None),
            message_of(commit.message, with_authors=self._with_authors),
            self._authors(commit),
        )
        read = partial(self._read, change.blob, _place(commit, change.path))
        name = path.rpartition("/")[2]
        return Item(key, when, name, read, provenance, fixed=True, content=change.blob)

    def _authors(self, commit: Commit) -> tuple[str, ...]:
        if not self._with_authors:
            return ()
        named = (one_line(person.name)[:1000] for person in (commit.author, commit.committer))
        return tuple(dict.fromkeys(name for name in named if name))

    def _read(self, blob: str, where: str) -> bytes:
        data = self._repository.blob(blob, MAX_FILE, where)
        if len(data) <= _SMALL and data.startswith(_POINTER):
            raise SourceError(
                "a pointer of Git LFS: the text itself is not in the repository",
                where=where,
                hint="git lfs migrate export writes such files into the history of a clone",
            )
        return data


def _called(folder: Path) -> str:
    """The name of a repository: one with a work tree is called the same by its ``.git``."""
    return folder.parent.name if folder.name == ".git" else folder.name


def _about_path(path: bytes, where: str, lives: _Lives) -> Iterator[Notice]:
    """What is to be said of a path that was not there before."""
    try:
        folded = path.decode("utf-8").casefold()
    except UnicodeDecodeError:
        yield Notice("path-not-utf-8", where, "its path is not UTF-8, and is written with the numbers of the bytes")
        return
    other = lives.folded.get(folded, path)
    lives.folded[folded] = path
    if other != path and other in lives.live:
        yield Notice("case-only", where, "its path differs from another one only by capital and small letters")


def _place(commit: Commit, path: bytes) -> str:
    return f"{commit.id[:12]} {printable(path)}"


def printable(path: bytes) -> str:
    r"""Write a path on one line, and so that two never become one: what is not text becomes ``\xe9``."""
    text = path.decode("utf-8", "backslashreplace")
    if text.encode("utf-8", "replace") == path and one_line(text) == text and "\\" not in text:
        return text
    text = path.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(c if c == " " or one_line(f"x{c}x") == f"x{c}x" else f"\\u{{{ord(c):x}}}" for c in text)


def time_of(person: Person) -> str | None:
    """Write the time that a commit claims in RFC 3339 in UTC; None where it is none of the years 1 to 9999."""
    if person.seconds is None or not -62135596800 <= person.seconds <= _LAST_SECOND:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=person.seconds)
    return f"{moment.isoformat()[:19]}Z"


def message_of(text: str, *, with_authors: bool) -> str | None:
    """Put the words of a commit on one line; unless names were asked for, without addresses and ``…-by:`` lines."""
    if not with_authors:
        parts = _IN_BRACKETS.split(_NAMED.sub("", text))
        text = "".join(_AROUND_AT.sub(_without_addresses, part) for part in parts)
    return one_line(text)[:_LONGEST_MESSAGE].strip() or None


def _without_addresses(found: re.Match[str]) -> str:
    """Take the addresses out of words with ``@`` among them."""
    kept, last = list[str](), ""
    for number, part in enumerate(found[0].split("@")):
        mailbox, domain = _MAILBOX.search(last), _DOMAIN.match(part)
        if mailbox and domain:
            kept.append(last[: mailbox.start()])
            last = part[domain.end() :]
        else:
            kept += (last, "@") if number else ()
            last = part
    return "".join((*kept, last))
