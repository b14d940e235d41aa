"""An archive with a history, and a server of it that is asked in this process."""

from __future__ import annotations

from pathlib import Path

from muniment.archive import open_archive
from muniment.canonical import Json
from muniment.ingest import Source
from muniment.site.http_messages import HttpRequest, HttpResponse
from muniment.site.memento import TIMEGATE
from muniment.site.server import Server
from muniment.site.site import Settings
from muniment.store import MemoryStore
from muniment.write.version import Author, Keys, add_description, add_publication

ADDRESS = "http://127.0.0.1:8000"
NOTICE = "https://port.example.org/notice?id=7"
MOVED = "https://port.example.org/news/closure"
LOGGED = "2026-11-22T10:00:00Z"
TIMES = ("2026-02-03", "2026-02-09T08:00:00Z", "2026-03-02T12:30:00Z", "2026-03-20")

_WORDS = (
    "Notice\n\n1. The harbour is closed.\n\n2. It opens on Monday, six weeks from now.\n",
    "Notice\n\n1. The harbour is closed.\n\n2. It opens on Tuesday, six weeks from now.\n\n3. <b>Boats</b> wait.\n",
    "Notice\n\n1. The harbour is closed.\n\n2. It opens on Tuesday.\n",
    "Notice\n\n1. The harbour is open.\n",
)


def publish(store: MemoryStore, keys: Keys, release: str, text: str, uri: str | None, retrieved: str | None) -> None:
    """Add a publication."""
    members: dict[str, Json] = {"language": "en", "issuer": "Port of Example"}
    members |= {name: value for name, value in (("uri", uri), ("retrieved", retrieved)) if value is not None}
    source = Source(text.encode(), f"{release}.txt", LOGGED[:10])
    add_publication(store, keys, release, source, members, Author(LOGGED, note="as found"))


def with_history(store: MemoryStore, keys: Keys) -> MemoryStore:
    """Fill an archive: ``harbour``, published at two addresses in turn and described between; and ``tide``, at none."""
    for number, (text, time) in enumerate(zip(_WORDS, TIMES, strict=True)):
        publish(store, keys, "harbour", text, MOVED if number == 3 else NOTICE, time)
        if number == 1:
            add_description(store, keys, "harbour", {"subjects": ["harbours"]}, Author(LOGGED, note="subjects"))
    publish(store, keys, "tide", "Tide\n\nHigh at noon.\n\n潮汐表今天公布。\n", None, None)
    return store


def server_of(store: MemoryStore, *, hosts: frozenset[str] = frozenset(), index: Path | None = None) -> Server:
    """Make a server."""
    settings = Settings(ADDRESS, search="server", timegate=TIMEGATE)
    return Server(lambda: open_archive(store), settings, hosts=hosts, index=index)


def ask(server: Server, target: str, method: str = "GET", **headers: str) -> HttpResponse:
    """Ask a server; ``_`` in the names of headers stands for ``-``."""
    return server.respond(
        HttpRequest(method, target, {name.replace("_", "-"): value for name, value in headers.items()})
    )
