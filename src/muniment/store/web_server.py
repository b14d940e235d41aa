"""A store on a web server: a published archive, which is only read.

Nothing that a server says is believed: who reads an archive holds each byte to signed hashes.  What a server leaves out
of a list of a folder is not seen, as in any folder that is handed over.

A redirection is not followed, so that what is read is what was named.  An answer has a bound for its bytes and its
time, whatever its lines say: the library goes on as long as a server does.

A server that answers for files that are not there, as some do with a page of theirs, would accuse an archive of what it
has not; so it is asked for one first.
"""

from __future__ import annotations

import ssl
import threading
import time
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn
from urllib.parse import quote, urlsplit

from muniment.errors import NotFoundError, StoreError
from muniment.store.bounded_answer import BoundedAnswer, TooLongError
from muniment.store.folder_pages import MAX_LISTING, no_list, parse_folder_page
from muniment.store.interface import MAX_FILE, Node, WalkEntry, check_path, walk_by_listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

TRIES: Final = 4
"""How often a server is asked that gives no answer, or one that may pass."""
_SECONDS: Final = 30.0
_FIRST_WAIT: Final = 0.25
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_ABSENT: Final = frozenset({404, 410})
_NOT_THERE: Final = "log/a-file-that-no-archive-has"
_DENIED: Final = "its keeper must let everybody read the archive"


class _Answer(NamedTuple):
    status: int
    kind: str
    data: bytes


class _Connection(HTTPConnection):
    """Closed when its thread, or the store, is gone."""

    def __del__(self) -> None:
        self.close()


class _SecureConnection(HTTPSConnection):
    """As above."""

    def __del__(self) -> None:
        self.close()


class WebStore:
    """What lies below an address of a web server as a store; safe in many threads at once.

    Args:
        address: ``https://host/folder``, without a query; ``http://`` is spoken too.
        agent: What this software calls itself to the server.
    """

    exclusive = False

    def __init__(self, address: str, agent: str) -> None:
        parts = urlsplit(address)
        self._address = address.rstrip("/")
        self._host, self._port = parts.hostname or "", parts.port
        self._top = quote(parts.path.rstrip("/"), safe="/%")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
        self._open = threading.local()
        self._asked_first = False

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """See ``Store.read``."""
        self._ask_first()
        return self._read(check_path(path), max_size)

    def list(self, path: str = "") -> tuple[Node, ...]:
        """See ``Store.list``; where the server says no sizes, they are 0."""
        self._ask_first()
        folder = f"{check_path(path)}/" if path else ""
        answer = self._ask(folder, MAX_LISTING, accept="application/json, text/html;q=0.9")
        if answer.status in _ABSENT and path:
            return ()
        if answer.status != 200:
            raise no_list(f"{self._address}/{folder}")
        is_json = "json" in answer.kind
        return parse_folder_page(answer.data, self._base() + quote(folder), is_json=is_json)

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """See ``Store.walk``."""
        return walk_by_listing(self, prefix)

    def create(self, path: str, data: bytes) -> None:  # noqa: ARG002 - as the interface has it
        """Refuse."""
        self._refuse()

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:  # noqa: ARG002 - as above
        """Refuse."""
        self._refuse()

    def remove(self, path: str) -> None:  # noqa: ARG002 - as above
        """Refuse."""
        self._refuse()

    def remove_many(self, paths: Iterable[str]) -> None:  # noqa: ARG002 - as above
        """Refuse."""
        self._refuse()

    def probe(self) -> None:
        """Refuse."""
        self._refuse()

    def together(self) -> AbstractContextManager[None]:
        """Refuse."""
        self._refuse()

    def lock(self) -> AbstractContextManager[None]:
        """Refuse."""
        self._refuse()

    def is_locked(self) -> bool:
        """See ``Store.is_locked``: it cannot be told, so nobody is."""
        return False

    def clean_temporary(self) -> None:
        """Refuse."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise StoreError(
            "an archive on a web server can only be read",
            where=self._address,
            hint="write to the archive that it is a copy of, then publish it again",
        )

    def _base(self) -> str:
        return f"{urlsplit(self._address).scheme}://{urlsplit(self._address).netloc}{self._top}/"

    def _ask_first(self) -> None:
        if self._asked_first:
            return
        try:
            self._read(_NOT_THERE, MAX_FILE)
        except NotFoundError:
            self._asked_first = True
            return
        raise StoreError(
            "this web server answers for files that are not there",
            where=self._address,
            expected="status 404",
            hint="its keeper can turn off the page that it shows instead, below the archive",
        )

    def _read(self, path: str, max_size: int) -> bytes:
        answer = self._ask(path, max_size, accept="*/*")
        if answer.status == 200:
            return answer.data
        if answer.status in _ABSENT:
            raise NotFoundError("no such file", where=path)
        raise _refused(answer.status, path)

    def _ask(self, path: str, max_size: int, accept: str) -> _Answer:
        found = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(_FIRST_WAIT * 2**attempt)
            try:
                answer = self._attempt(path, max_size, accept)
            except TooLongError as error:
                self._close()
                raise _too_large(path, max_size) from error
            except (OSError, HTTPException, ValueError) as error:
                self._close()  # a ValueError is what the library makes of a length below zero
                if isinstance(error, ssl.SSLCertVerificationError):
                    what = "the certificate of the server does not count"
                    raise StoreError(what, where=self._address, found=error.verify_message) from error
                found = getattr(error, "strerror", "") or str(error)
                continue
            if answer.status not in _PASSING:
                return answer
            if attempt == TRIES - 1:
                raise _refused(answer.status, path)
        hint = "check the address and the network, then try again"
        raise StoreError("no answer of the web server", where=self._address, found=found[:200], hint=hint)

    def _attempt(self, path: str, max_size: int, accept: str) -> _Answer:
        connection = self._connection()
        answer: Any = partial(BoundedAnswer, limit=max_size)
        connection.response_class = answer
        connection.request("GET", f"{self._top}/{quote(path)}", headers={**self._headers, "Accept": accept})
        with connection.getresponse() as response:
            data = response.read(max_size + 1)
            stated = response.headers.get("Content-Length", "0")
            if len(data) > max_size:
                connection.close()  # there is more to come
            if len(data) > max_size and response.status == 200:
                raise _too_large(path, max_size)
            if stated.isdecimal() and len(data) < min(int(stated[:20]), max_size):
                raise ConnectionError("the answer was cut off")  # the library does not say so of a part
            return _Answer(response.status, response.headers.get_content_type(), data)

    def _connection(self) -> HTTPConnection:
        connection: HTTPConnection | None = getattr(self._open, "connection", None)
        if connection is None:
            if self._tls is None:
                connection = _Connection(self._host, self._port, timeout=_SECONDS)
            else:
                connection = _SecureConnection(self._host, self._port, timeout=_SECONDS, context=self._tls)
            self._open.connection = connection
        return connection

    def _close(self) -> None:
        self._connection().close()


def _too_large(path: str, max_size: int) -> StoreError:
    return StoreError("too large to read", where=path, expected=f"at most {max_size:,} bytes")


def _refused(status: int, path: str) -> StoreError:
    if status in {401, 403}:
        return StoreError("access denied", where=path, found=f"status {status}", hint=_DENIED)
    if 300 <= status < 400:
        return StoreError(
            "the web server leads elsewhere", where=path, found=f"status {status}", hint="name that address"
        )
    return StoreError("the web server refused", where=path, found=f"status {status}", hint="try again later")
