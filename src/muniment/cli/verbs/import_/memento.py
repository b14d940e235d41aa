"""``archive import memento``: what a web archive has of one address."""

from __future__ import annotations

import click

from muniment.__about__ import __version__
from muniment.cli.options import asking_options, verb
from muniment.cli.target import open_target
from muniment.cli.transport import go_steps
from muniment.cli.verbs import capture
from muniment.cli.verbs.import_.histories import ImportOptions, import_from, import_options
from muniment.errors import SourceError
from muniment.files import read_file
from muniment.importing.mementos import RAW_FORMS, MementoSource
from muniment.importing.polite_asking import PoliteAsker, Refusal, visit_once
from muniment.importing.time_maps import MAX_TIME_MAP
from muniment.importing.web_documents import AddressTemplate, is_web
from muniment.sources.web.politeness import Politeness
from muniment.sources.web.targets import parse_target
from muniment.sources.web.visit import Asking, RobotsSaid, Visit

_DELAY = 5.0
"""Seconds between two visits to a host, as ``watch`` has it."""


@verb(
    "archive import memento https://archive.example.org/timemap/link/https://example.org/notice",
    "archive import memento notice.timemap --since 2020 --release-from '{name}'",
    "archive import memento notice.timemap --raw always --delay 2",
)
@click.argument("time_map", metavar="TIMEMAP", type=click.Path())
@click.option(
    "--raw",
    type=click.Choice(RAW_FORMS),
    default=RAW_FORMS[0],
    show_default=True,
    help="Whose bytes are asked for as received (id_).",
)
@click.option(
    "--delay",
    type=click.FloatRange(0, 3600),
    metavar="SECONDS",
    default=_DELAY,
    show_default=True,
    help="Between two visits to a host.",
)
@asking_options("records say so", "of a visit together")
@import_options
def command(
    time_map: str,
    *,
    raw: str,
    delay: float,
    allow_private: bool,
    ignore_robots: bool,
    seconds: int,
    options: ImportOptions,
) -> None:
    """Import the states that a web archive has of one address.

    TIMEMAP lists them (RFC 7089), in links, JSON or CDXJ: a file, or an address that is asked. Each state is asked for
    politely, one after another, and must say itself when it is from. Known web archives are asked for the bytes as
    they received them, with --raw always every one. --dry-run asks for the list alone. docs/import-web.md has the
    rules and the limits.
    """
    start = None
    if is_web(time_map):
        parse_target(time_map, any_port=allow_private)
    else:
        start = read_file(time_map, max_size=MAX_TIME_MAP, kind=SourceError)
    agent = f"muniment/{__version__} (+https://{open_target().origin})"
    asking, said = Asking(agent, allow_private, ignore_robots), RobotsSaid()
    network = capture.NETWORK

    def ask(url: str) -> Visit | Refusal:
        return go_steps(visit_once(url, asking, said), asking, network, seconds=seconds)

    asker = PoliteAsker(ask, network.sleep, network.monotonic, Politeness(delay), agent)
    import_from(MementoSource(time_map, start, asker, raw, options.source_name), options, usual=AddressTemplate())
