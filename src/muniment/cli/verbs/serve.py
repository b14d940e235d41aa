"""``archive serve``: the site of the archive, from this machine."""

from __future__ import annotations

import signal
import sys
from ipaddress import ip_address
from types import FrameType
from typing import NoReturn

import click

from muniment.archive import Archive
from muniment.cli.http_server import HttpServer
from muniment.cli.kept_index import describe, index_path
from muniment.cli.options import in_archive, is_verbose, verb, verbose_option
from muniment.cli.serving import check_address, hosts_of, make_server
from muniment.cli.target import find_archive, no_memory_option, open_target
from muniment.cli.terminal import ProgressBar
from muniment.display import plain
from muniment.errors import InputError
from muniment.history.index.index_file import CURRENT, read_state
from muniment.site.http_messages import HttpRequest, HttpResponse


@verb(
    "archive serve",
    "archive serve --port 8080 --address https://archive.example.org",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Where to listen.")
@click.option("--address", metavar="URL", help="Where readers reach it, if not here: for links.")
@verbose_option
@no_memory_option
@in_archive
def command(*, port: int, host: str, address: str | None) -> None:
    """Serve the site of the archive.

    The pages of archive site, made on request, and what only a server can do: search, a phrase through time, any two
    versions compared, JSON for programs, and Memento (RFC 7089): what stood at a time. It reads and never writes, and
    shows what is added while it runs. It listens on this machine alone; to open it to others put a web server with TLS
    before it and name its address with --address. -v prints a line for each request. Ctrl-C ends it.
    """
    if address is None and not _is_loopback(host):
        raise InputError("others will reach it, and nobody said where", where="--host", hint="give --address")
    address = None if address is None else check_address(address)
    archive = open_target()
    server = make_server(find_archive(), address or f"http://{_shown(host)}:{port or '*'}", hosts=frozenset())
    with HttpServer((host, port), server, _print_line if is_verbose() else None) as listening:
        here = f"http://{_shown(host)}:{listening.port}"
        server.place(address or here, hosts_of(here, address))
        signal.signal(signal.SIGTERM, _end)
        try:
            with ProgressBar("reading the newest versions") as bar:
                server.prepare(bar.update)
            print(f"{here}/")
            _say_index(archive)
            sys.stdout.flush()
            listening.serve_forever()
        except KeyboardInterrupt:
            print("archive: ended", file=sys.stderr)
        finally:
            server.close()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _end(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - of a signal
    raise KeyboardInterrupt


def _print_line(request: HttpRequest, response: HttpResponse, took: float) -> None:
    length = len(response.body) if response.length is None else response.length
    line = f"{response.status} {request.method} {request.target[:200]} {length} bytes {took * 1000:.1f} ms"
    print(plain(line), file=sys.stderr)


def _say_index(archive: Archive) -> None:
    path = index_path(archive)
    state = None if path is None else read_state(path, archive)
    if state is None or state.kind == CURRENT:
        return
    said = describe(state, archive) or "there is no search index"
    print(f"archive: note: {plain(said)}; archive index makes searches fast", file=sys.stderr)
