"""One function from a request to a response: the site of an archive, and what only a server can add to it.

``Server.respond`` is all that a server does.  It has no state but what it keeps to be faster: the archive as it was
opened under the newest checkpoint, and answers that were made before.  It reads, and never writes.

A path is that of a file of the site (``addresses``), ``index.html`` left out, or one of these::

    search?q=…   when?phrase=…             words, and a phrase through all versions
    compare?release=ID&a=1&b=4             leads to the page of changes between two versions
    timegate/URI   timemap/link/URI        what stood at a time (RFC 7089)
    releases/ID/vN/blame                   which version brought each paragraph, as JSON alone

Who asks for ``application/json`` gets the public JSON of the command: of ``/`` and of a release that of ``list``, of a
version its record, of a page of changes that of ``diff``, and those of ``when`` and ``search``.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, LifoQueue
from typing import TypeAlias

from muniment.archive import Archive
from muniment.archive.paths import CHECKPOINT
from muniment.errors import InputError, IntegrityError, MunimentError, NoPageError
from muniment.history.index.lookup import SearchIndex, open_index
from muniment.site.catalogue import ReleaseRow, Tell
from muniment.site.fault_page import said_of
from muniment.site.http_messages import MAX_TARGET, HttpRequest, HttpResponse, conditioned, plain_answer
from muniment.site.routes import RequestTarget, answer, parse_target, released_at
from muniment.site.site import Settings, Site
from muniment.site.timeline_page import joined
from muniment.store import Store

_METHODS = "GET, HEAD, OPTIONS"
READERS = 4
"""Requests for which something is read or compared at once; the others wait, and what was made before needs none."""

PATIENCE = 20.0
"""Seconds that a request waits for one of them."""

CACHE = 64 << 20
"""Bytes of answers that are kept."""

_LARGEST = CACHE // 8
_Key: TypeAlias = tuple[str, bool, str | None]


Stamp: TypeAlias = tuple[int, int, int] | None
_Told: TypeAlias = tuple[str, int, dict[str, ReleaseRow]]


@dataclass(slots=True)
class _Desk:
    """What one request at a time works with."""

    site: Site
    index: SearchIndex
    stamp: Stamp


@dataclass(slots=True)
class _View:
    """The archive under one checkpoint, and what was made of it."""

    note: bytes
    desks: LifoQueue[_Desk | None]
    made: OrderedDict[_Key, HttpResponse] = field(default_factory=OrderedDict)
    size: int = 0


class Server:
    """Answers requests for the site of an archive; any number of threads may ask it at once.

    Args:
        opening: Opens the archive, verified.
        settings: What was chosen for the site; its address is where it is reached.
        hosts: Values of ``Host`` that are answered, in lower case; empty for any, where something before this one
            has looked at it.
        index: Where a search index of the archive may lie; None to do without.
    """

    def __init__(
        self,
        opening: Callable[[], Archive],
        settings: Settings,
        *,
        hosts: frozenset[str] = frozenset(),
        index: Path | None = None,
    ) -> None:
        self._opening = opening
        self._settings = settings
        self._hosts = hosts
        self._index = index
        self._lock = threading.Lock()
        self._told: _Told = ("", 0, {})
        archive = opening()
        self._store: Store = archive.store
        self._view = self._new_view(archive)

    def prepare(self, tell: Tell) -> None:
        """Read beforehand what every page needs, the newest version of each release, else the first request waits.

        Args:
            tell: Is told how far it is.

        Raises:
            MunimentError: The archive cannot be read.
        """
        desk = self._view.desks.get()
        try:
            if desk is not None:
                desk.site.read_rows(tell)
                self._learn(desk.site)
        finally:
            self._view.desks.put(desk)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, whatever is in it; nothing is raised."""
        try:
            return self._respond(request)
        except NoPageError as error:
            return _without_body(request, plain_answer(404, error.what))
        except InputError as error:
            return _without_body(request, plain_answer(400, _told(error)))
        except IntegrityError as error:
            return _without_body(request, plain_answer(503, said_of(error)))
        except MunimentError:
            return _without_body(request, plain_answer(503, "the archive cannot be read now", ("Retry-After", "30")))

    def _respond(self, request: HttpRequest) -> HttpResponse:
        refused = self._refuse(request)
        if refused is not None:
            return refused
        if request.method == "OPTIONS":
            return HttpResponse(204, (("Allow", _METHODS),))
        target = parse_target(request)
        return conditioned(request, self._answer(self._current(), target))

    def _refuse(self, request: HttpRequest) -> HttpResponse | None:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            return plain_answer(405, f"{_METHODS} alone: this archive is only read here", ("Allow", _METHODS))
        if len(request.target) > MAX_TARGET:
            return _without_body(request, plain_answer(414, f"more than {MAX_TARGET} characters"))
        if self._hosts and request.headers.get("host", "").lower() not in self._hosts:
            return _without_body(request, plain_answer(421, "this server has another name"))
        return None

    def _answer(self, view: _View, target: RequestTarget) -> HttpResponse:
        """Give what was made before, else make it; nothing else is shared between requests."""
        key = target.key
        kept = self._kept(view, key)
        if kept is not None:
            return kept
        try:
            desk = view.desks.get(timeout=PATIENCE)
        except Empty:
            return plain_answer(503, "too many requests at once", ("Retry-After", "10"))
        try:
            kept = self._kept(view, key)
            if kept is not None:
                return kept
            if desk is None:
                desk = self._new_desk(view.note)
            elif desk.stamp != (stamp := _stamp(self._index)):
                desk.index.close()
                desk.index, desk.stamp = _index_of(self._index, desk.site.archive), stamp
            made = answer(desk.site, desk.index, target)
            self._learn(desk.site)
            # What tells of a fault is made anew each time, so that what is mended is shown at once.
            lasts = made.status == 200 and not _shows_fault(desk.site, target)
        finally:
            if desk is not None:
                desk.site.look_again()
            view.desks.put(desk)
            if view is not self._view:
                _retire(view)
        if lasts:
            self._keep(view, key, made)
        return made

    def _kept(self, view: _View, key: _Key) -> HttpResponse | None:
        with self._lock:
            found = view.made.get(key)
            if found is not None:
                view.made.move_to_end(key)
            return found

    def _keep(self, view: _View, key: _Key, made: HttpResponse) -> None:
        size = len(made.body) + 1000
        if size > _LARGEST:
            return
        with self._lock:
            if key not in view.made:
                view.made[key] = made
                view.size += size
            while view.size > CACHE:
                _, dropped = view.made.popitem(last=False)
                view.size -= len(dropped.body) + 1000

    def _current(self) -> _View:
        """The view of the newest checkpoint; while that cannot be read or does not verify, the one before."""
        view = self._view
        try:
            if self._store.read(CHECKPOINT) == view.note:
                return view
            archive = self._opening()
        except MunimentError:
            return view
        with self._lock:
            if archive.note == self._view.note:
                return self._view
        fresh = self._new_view(archive)
        with self._lock:
            old, self._view = self._view, fresh
        _retire(old)
        return fresh

    def place(self, address: str, hosts: frozenset[str]) -> None:
        """Say where it is reached, and under which names, once that is known: a port may be found only by listening."""
        self._settings, self._hosts = replace(self._settings, address=address), hosts
        self.close()
        self._view = self._new_view(self._opening())

    def close(self) -> None:
        """Let go of what is open; nothing is asked any more."""
        _retire(self._view)

    def _new_view(self, archive: Archive) -> _View:
        desks: LifoQueue[_Desk | None] = LifoQueue()
        for _ in range(READERS - 1):
            desks.put(None)
        desks.put(self._desk(archive))
        return _View(archive.note, desks)

    def _new_desk(self, note: bytes) -> _Desk:
        archive = self._opening()
        if archive.note != note:
            raise MunimentError("the archive has grown meanwhile")
        return self._desk(archive)

    def _desk(self, archive: Archive) -> _Desk:
        root, _, known = self._told
        known = known if root == archive.roots[-1].digest else {}
        stamp = _stamp(self._index)  # asked first: what comes later is taken by the next request
        return _Desk(Site(archive, self._settings, known), _index_of(self._index, archive), stamp)

    def _learn(self, site: Site) -> None:
        """Keep the line of each release for the next site, so that of a longer log only what changed is read.

        The newest trust root says which versions are withdrawn, so under another one all are read again.
        """
        head = (site.archive.roots[-1].digest, site.archive.checkpoint.size)
        if "rows" in vars(site) and self._told[:2] != head:
            self._told = (*head, {row.record: row for row in site.rows.values() if not row.fault})


def _retire(view: _View) -> None:
    """Close what no request of an older view works with; whoever still does closes it at its end."""
    waiting = []
    with suppress(Empty):
        while True:
            waiting.append(view.desks.get_nowait())
    for desk in waiting:
        if desk is not None:
            desk.index.close()
        view.desks.put(None)


def _shows_fault(site: Site, target: RequestTarget) -> bool:
    """Whether an answer may tell of what does not verify: of its release, of those joined with it, or of any."""
    if not site.faults:
        return False
    named = released_at(target.path)
    return bool(site.faults_of(*named, *(other for release in named for other in joined(site, release))))


def _stamp(path: Path | None) -> Stamp:
    """What tells one state of the index from the next, which replaces its file; None where there is none."""
    try:
        found = None if path is None else path.stat()
    except OSError:
        return None
    return None if found is None else (found.st_ino, found.st_size, found.st_mtime_ns)


def _index_of(path: Path | None, archive: Archive) -> SearchIndex:
    try:
        return open_index(path, archive)
    except MunimentError:
        return open_index(None, archive)


def _without_body(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return replace(response, body=b"", length=len(response.body)) if request.method == "HEAD" else response


def _told(error: InputError) -> str:
    said = f"{error.where}: {error.what}" if error.where else error.what
    facts = [f"expected {error.expected}"] if error.expected else []
    facts += [f"found {error.found}"] if error.found else []
    line = f"{said}{': ' if facts else ''}{', '.join(facts)}"
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)
