"""The server of an archive, and the ASGI application that an ASGI server makes for itself.

::

    ARCHIVE_DIR=/srv/archive ARCHIVE_URL=https://archive.example.org uvicorn --factory muniment.cli.serving:application
"""

from __future__ import annotations

import os
import re

from muniment.archive import Archive, open_archive
from muniment.cli.kept_index import index_path
from muniment.cli.target import ENVIRONMENT, Place, place_of, store_at
from muniment.errors import InputError
from muniment.site import asgi
from muniment.site.memento import TIMEGATE
from muniment.site.server import Server
from muniment.site.site import Settings

ADDRESS = "ARCHIVE_URL"

_URL = re.compile(r"(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
_PORTS = {"http": ":80", "https": ":443"}


def check_address(url: str) -> str:
    """Read the address of a site, and give it without a slash at its end.

    Raises:
        InputError: It is no address of the web, or has a query.
    """
    if _URL.fullmatch(url) is None:
        expected = "an address such as https://archive.example.org"
        raise InputError("not the address of a site", where=repr(url[:80]), expected=expected)
    return url.rstrip("/")


def hosts_of(*addresses: str | None) -> frozenset[str]:
    """Give what browsers send as ``Host`` to reach any of some addresses; on this machine under each of its names."""
    hosts: set[str] = set()
    for address in addresses:
        match = None if address is None else _URL.fullmatch(address)
        if match is None:
            continue
        scheme, name, port = match[1], match[2].lower(), match[3] or ""
        names = {name, "localhost", "127.0.0.1", "[::1]"} if name in {"127.0.0.1", "[::1]", "localhost"} else {name}
        hosts |= {f"{one}{port}" for one in names}
        if not port or port == _PORTS[scheme]:
            hosts |= {*names, *(f"{one}{_PORTS[scheme]}" for one in names)}
    return frozenset(hosts)


def make_server(place: Place, address: str, *, hosts: frozenset[str]) -> Server:
    """Make the server of an archive.

    Args:
        place: Where the archive lies.
        address: Where its readers reach it.
        hosts: Values of ``Host`` that are answered; empty for any.

    Raises:
        MunimentError: It cannot be opened.
    """
    store = store_at(place)

    def opening() -> Archive:
        return open_archive(store, where=str(place))

    settings = Settings(address, search="server", timegate=TIMEGATE)
    return Server(opening, settings, hosts=hosts, index=index_path(opening()))


def application() -> asgi.Application:
    """Make the application for the archive in ``ARCHIVE_DIR``, which is reached at ``ARCHIVE_URL``.

    Raises:
        InputError: One of them is not set.
        MunimentError: The archive cannot be opened.
    """
    for name in (ENVIRONMENT, ADDRESS):
        if not os.environ.get(name):
            raise InputError("it is not set", where=name)
    address = check_address(os.environ[ADDRESS])
    server = make_server(place_of(os.environ[ENVIRONMENT]), address, hosts=hosts_of(address))
    return asgi.make_application(server)
