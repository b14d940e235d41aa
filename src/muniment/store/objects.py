"""A store in a bucket of an object store: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.

There are no folders, no locks and no renames there.  What there is: a ``PUT`` is whole or not at all, and may be made
on condition.  ``create`` is ``If-None-Match: *``; ``replace`` reads, compares, and writes with ``If-Match`` of what it
read, or on Google's generation; what was read shortly before is not read again, as the condition says the same.
``probe`` finds out whether a store keeps to these conditions: some take the headers and do not look at them.

An answer can be lost after its request was done, and the client asks again; then the condition fails on our own
bytes.  So what a refused condition means is read back: the same bytes are success.  A conflict of two requests at once
(409) is not "exists", though clients call it so: what is then not there is tried again.

Listings are flat.  They come by code point, as S3 promises, or folder by folder, as SeaweedFS gives them; ``walk``
gives one order.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from obstore.exceptions import AlreadyExistsError, BaseError, InvalidPathError, PreconditionError

from muniment.errors import NotFoundError, StoreError, UnavailableError, WriteConflictError
from muniment.parallel import within
from muniment.store.interface import MAX_FILE, Node, WalkEntry, check_path, is_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from obstore import PutMode
    from obstore.store import ObjectStore as Client

TRIES = 6
"""How often a write that met another one in flight is tried."""

_FIRST_WAIT = 0.05
_STATUS = re.compile(r"status code: (\d{3})|status: (\d{3})")
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_CREDENTIALS = "check the credentials in the environment, and what they are allowed to do in this bucket"
_CODES = {
    "NoSuchBucket": ("there is no such bucket", "check its name and the endpoint, or make it"),
    "ContainerNotFound": ("there is no such container", "check its name and the account, or make it"),
    "SlowDown": ("the object store asks for fewer requests", "wait, then try again"),
    "RequestTimeTooSkewed": ("the clock of this machine is wrong", "set it, then try again"),
    "ObjectLocked": ("the object is locked against changes", "the retention of this bucket forbids it"),
}
_STATUSES = {
    "401": ("access denied", _CREDENTIALS),
    "403": ("access denied", _CREDENTIALS),
    "429": ("the object store asks for fewer requests", "wait, then try again"),
    "503": ("the object store asks for fewer requests", "wait, then try again"),
}
_NO_LIST = ("no list of the object store", "is something else at its address? try again")
_UNREADABLE = {
    "MissingEtag": (
        "the object store names no version of what it keeps",
        "without one two writers would destroy an archive: use another store, or a proxy that passes the header ETag",
    ),
    "NoContentRange": ("the answer was cut", "try again"),
    "InvalidListResponse": _NO_LIST,
}
"""What the client says of an answer that came, and is none."""

_PANIC = "PanicException"
"""What an assertion within the client is called here: no ``Exception``, and to be imported from nowhere."""

_ODD_KEY = re.compile(r'path: "((?:[^"\\]|\\.){1,1024})"')
_RECENT = 4096
"""Of so many files at most it is known which version was read last: a batch swaps two files of 256 releases."""

LISTED = 1800
"""Seconds in which a folder must be listed; a million names take some minutes."""

CHUNK = 300
"""Seconds in which the next thousand names of a list must come, or its end."""

_IMMUTABLE = "public, max-age=31536000, immutable"
_TYPES = {".json": "application/json", ".txt": "text/plain; charset=utf-8"}


def _plain_error(error: Exception, path: str) -> UnavailableError:
    """Say what a client's error means, in words that hold nothing of the request, which may have secrets."""
    text = str(error)
    code = _CODE.search(text)
    status = _STATUS.search(text)
    number = (status[1] or status[2]) if status else ""
    if code and code[1] in _CODES:
        what, hint = _CODES[code[1]]
        return StoreError(what, where=path, hint=hint)
    if isinstance(error, FileNotFoundError):
        return NotFoundError("no such file", where=path)
    if isinstance(error, InvalidPathError):
        odd = _ODD_KEY.search(text)
        hint = "remove it with the tools of the object store, then try again"
        return StoreError("an object whose name no path can hold", where=path, found=odd[1] if odd else "", hint=hint)
    what, hint = _STATUSES.get(number, ("the object store refused", ""))
    unreadable = next((said for name, said in _UNREADABLE.items() if name in text), None) if not number else None
    if unreadable is not None:
        what, hint = unreadable
    elif not number and "dispatch" not in text:
        what, hint = ("no answer of the object store", "check the endpoint and the network, then try again")
    found = " ".join(part for part in (f"status {number}" if number else "", code[1] if code else "") if part)
    return StoreError(what, where=path, found=found, hint=hint)


@contextmanager
def plain_errors(path: str) -> Iterator[None]:
    """Turn what the client raises into a ``StoreError``, or a ``NotFoundError``, about ``path``."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise _plain_error(error, path) from None
    except ValueError as error:
        raise StoreError("no object can have this name", where=ascii(path)) from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise StoreError(
            "the client of the object store gave up", where=path, hint="look at what the environment says of it"
        ) from error


def _never(_: str) -> bool:
    return False


class ObjectStore:
    """A prefix in a bucket as a store.

    Args:
        client: The client of ``obstore`` for the bucket and prefix.
        immutable: Whether a path, once written, never gets other bytes; for the caches on the way to readers.
    """

    exclusive = False

    def __init__(self, client: Client, *, immutable: Callable[[str], bool] = _never) -> None:
        self._client = client
        self._immutable = immutable
        self._recent: dict[str, tuple[bytes, PutMode]] = {}
        self._known, self._lists = "", False

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """See ``Store.read``; safe in many threads at once."""
        data, version = self._get(path, max_size)
        self._known = self._known or path
        if version and not self._immutable(path):
            if len(self._recent) >= _RECENT:
                self._recent = {}
            self._recent[path] = sha256(data).digest(), version
        return data

    def list(self, path: str = "") -> tuple[Node, ...]:
        """See ``Store.list``; some stores keep the name of a folder that was emptied."""
        prefix = check_path(path) if path else None
        with plain_errors(path), _ending(path):
            found = within(LISTED, lambda: self._client.list_with_delimiter(prefix))
        nodes = [_node(below.rpartition("/")[2]) for below in found["common_prefixes"]]
        nodes += [_node(m["path"].rpartition("/")[2], m["size"]) for m in found["objects"] if m["path"] != prefix]
        self._refuse_nothing(path, nodes)
        return tuple(sorted(nodes, key=attrgetter("name")))

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """See ``Store.walk``: in memory is what lies below one name, the next level down."""
        try:
            if prefix:
                yield from _in_order(self._flat(prefix), prefix.count("/") + 1)
                return
            for node in sorted(self.list(), key=lambda n: f"{n.name}/" if n.kind == "directory" else n.name):
                if node.kind == "directory":
                    yield from _in_order(self._flat(node.name), 1)
                else:
                    yield WalkEntry(node.name, node)
        except UnavailableError as error:
            yield WalkEntry(prefix, Node(prefix.rpartition("/")[2], "directory", 0), error)

    def create(self, path: str, data: bytes) -> None:
        """See ``Store.create``."""
        if not self._put(path, data, "create"):
            raise WriteConflictError("other bytes are already there", where=path)

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """See ``Store.replace``; where the bytes are there already, it was done before."""
        digest, version = self._recent.pop(path, (b"", None))
        if version and expected is not None and sha256(expected).digest() == digest and self._put(path, data, version):
            return
        # Not read yet, or no more what was read, though it may hold these bytes again.
        mode: PutMode = "create"
        if expected is not None:
            try:
                current, mode = self._get(path, MAX_FILE)
            except NotFoundError:
                raise WriteConflictError("changed by another writer", where=path) from None
            if current == data:
                return
            if current != expected:
                raise WriteConflictError("changed by another writer", where=path)
        if not self._put(path, data, mode):
            raise WriteConflictError("changed by another writer", where=path)

    def remove(self, path: str) -> None:
        """See ``Store.remove``."""
        self.remove_many((path,))

    def remove_many(self, paths: Iterable[str]) -> None:
        """See ``Store.remove_many``: up to 1,000 in a request."""
        wanted = [check_path(path) for path in paths]
        if not wanted:
            return
        if self._known in wanted:
            self._known = ""
        try:
            with plain_errors(wanted[0]):
                self._client.delete(wanted)
        except NotFoundError:
            # Some stores say so of one that is gone, and then leave the others.
            for path in wanted if len(wanted) > 1 else ():
                self.remove(path)

    @contextmanager
    def together(self) -> Iterator[None]:
        """See ``Store.together``: each write is there to stay once it is answered."""
        yield

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nothing: a writer does not keep others out, the staged commit decides between them."""
        yield

    def is_locked(self) -> bool:
        """See ``Store.is_locked``: it cannot be told, so nobody is."""
        return False

    def clean_temporary(self) -> None:
        """See ``Store.clean_temporary``; nothing is ever left aside here."""

    def probe(self) -> None:
        """See ``Store.probe``: create one object twice, and swap it on a condition that is false."""
        path = f"staging/probe-{os.urandom(8).hex()}"
        with plain_errors(path):
            try:
                self._client.put(path, b"1", mode="create", use_multipart=False)
                old: PutMode = self._get(path, 1)[1]
                if self._attempt(path, b"2", "create"):
                    raise _careless("create where an object exists")
                self._client.put(path, b"3", mode=old, use_multipart=False)
                if self._attempt(path, b"4", old):
                    raise _careless("swap what another has changed")
            finally:
                self._client.delete([path])

    def _get(self, path: str, max_size: int) -> tuple[bytes, PutMode]:
        """Give the bytes, and the version that they are, for a condition."""
        check_path(path)
        with plain_errors(path):
            result = self._client.get(path)
            meta = result.meta
            if meta["size"] > max_size:
                raise StoreError(
                    "too large to read",
                    where=path,
                    expected=f"at most {max_size:,} bytes",
                    found=f"{meta['size']:,} bytes",
                )
            data = bytes(result.bytes())
        if len(data) != meta["size"]:
            raise StoreError("the answer was cut", where=path, hint="try again")
        tags = (("e_tag", meta["e_tag"]), ("version", meta["version"]))
        return data, cast("PutMode", {name: tag for name, tag in tags if tag is not None})

    def _put(self, path: str, data: bytes, mode: PutMode) -> bool:
        """Write on condition; gives whether the bytes are there, by this request or one whose answer was lost."""
        check_path(path)
        for attempt in range(TRIES):
            if self._attempt(path, data, mode):
                return True
            try:
                there, version = self._get(path, MAX_FILE)
            except NotFoundError:
                if mode != "create":
                    return False
            else:
                if there == data:
                    return True
                if version != mode:
                    return False
            # A request in flight was in the way, and nothing landed.
            time.sleep(_FIRST_WAIT * 2**attempt)
        raise StoreError("other requests were in the way each time", where=path, hint="try again")

    def _attempt(self, path: str, data: bytes, mode: PutMode) -> bool:
        cache = _IMMUTABLE if self._immutable(path) else "no-cache"
        kind = _TYPES.get(path[path.rfind(".") :] if "." in path else "", "application/octet-stream")
        attributes = {"Cache-Control": cache, "Content-Type": kind}
        try:
            with plain_errors(path):
                try:
                    self._client.put(path, data, mode=mode, attributes=attributes, use_multipart=False)
                except (AlreadyExistsError, PreconditionError):
                    return False
        except NotFoundError:
            return False  # what was to be swapped is gone
        return True

    def _flat(self, prefix: str) -> Iterator[WalkEntry]:
        check_path(prefix)
        mark, count = "", 0
        with plain_errors(prefix), _ending(prefix):
            chunks = iter(self._client.list(prefix, chunk_size=1000))
            while (chunk := within(CHUNK, lambda: next(chunks, None))) is not None:
                for meta in chunk:
                    if (path := meta["path"]) == mark:
                        raise StoreError("the object store lists the same again", where=path)
                    count += 1
                    if not count & (count - 1):
                        mark = path  # of every power of two: a list that goes in a circle comes by it again
                    if path == prefix:
                        continue  # consoles make an object for a folder, whose key is that of the folder and a slash
                    yield WalkEntry(path, _node(path.rpartition("/")[2], meta["size"]))
        self._refuse_nothing(prefix, count)

    def _refuse_nothing(self, path: str, listed: object) -> None:
        """Refuse an empty list of a server that lists nothing at all, not even a file that was read.

        A page of somebody else, such as one to log in, has status 200, and the client finds no file named in it.
        """
        if listed or self._lists or not self._known:
            self._lists = self._lists or bool(listed)
            return
        folder, known = self._known.rpartition("/")[0] or None, self._known
        with plain_errors(path), _ending(path):
            found = within(LISTED, lambda: self._client.list_with_delimiter(folder))
        if known not in {meta["path"] for meta in found["objects"]}:
            raise StoreError(_NO_LIST[0], where=path, expected=f"at least {known}", found="nothing", hint=_NO_LIST[1])
        self._lists = True


@contextmanager
def _ending(path: str) -> Iterator[None]:
    """Say of a list that it goes on without end; the client follows whatever the server says comes next."""
    try:
        yield
    except TimeoutError as error:
        raise StoreError("the list of the object store does not end", where=path, hint="try again") from error


def _careless(found: str) -> StoreError:
    return StoreError(
        "this object store does not keep to conditions of a write",
        expected="If-None-Match and If-Match are obeyed",
        found=f"it let us {found}",
        hint="two writers would destroy an archive here: use another store, or a proxy that passes the headers",
    )


def _node(name: str, size: int | None = None) -> Node:
    """Describe a name: a file of that size, or a folder."""
    if not is_name(name):
        shown = name.encode("utf-8", "backslashreplace").decode()
        return Node(shown, "other", 0, odd="an object whose name no path can hold")
    return Node(name, "directory", 0) if size is None else Node(name, "file", size)


def _in_order(found: Iterable[WalkEntry], level: int) -> Iterator[WalkEntry]:
    """Give what is below a folder by code point, whether it comes so, or folder by folder.

    Folder by folder ``a/x`` comes before ``a.b``, though the full stop is before the slash.  So all below one name is
    kept back while names come that are this one and more, and then sorted.

    Args:
        found: What was listed.
        level: Which part of a path is the name below that folder.
    """
    kept: list[tuple[str, list[WalkEntry]]] = []
    for entry in found:
        # With its slash a folder's name stands where what is in it does.
        parts = entry.path.split("/", level + 1)
        name = f"{parts[level]}/" if len(parts) > level + 1 else parts[level]
        while kept and kept[-1][0] < name:
            yield from sorted(kept.pop()[1], key=attrgetter("path"))
        if not kept or kept[-1][0] != name:
            kept.append((name, []))
        kept[-1][1].append(entry)
    while kept:
        yield from sorted(kept.pop()[1], key=attrgetter("path"))
