"""Options of the verbs that write: keys, what is said of a statement, who says it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from muniment.cli.keyring import KeyFiles
from muniment.cli.metadata import Members

_Function = TypeVar("_Function", bound=Callable[..., None])


def key_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``--keys``, ``--key`` and ``--log-key``; the command gets them as one ``KeyFiles``."""

    @click.option("--keys", metavar="DIR", envvar="ARCHIVE_KEYS", show_envvar=True, help="Folder of the private keys.")
    @click.option(
        "--key",
        metavar="FILE",
        envvar="ARCHIVE_KEY",
        show_envvar=True,
        help="Private key for records; for one in ssh-agent: FILE.pub, agent, or agent:SHA256:….",
    )
    @click.option("--log-key", metavar="FILE", help="Private key for the log; likewise.")
    @wraps(command)
    def bundled(*, keys: str | None, key: str | None, log_key: str | None, **rest: object) -> None:
        command(key_files=KeyFiles(keys, key, log_key), **rest)

    return bundled


def log_key_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``--keys`` and ``--log-key``, for what is logged and signs no record; likewise one ``KeyFiles``."""

    @click.option("--keys", metavar="DIR", envvar="ARCHIVE_KEYS", show_envvar=True, help="Folder of the private keys.")
    @click.option(
        "--log-key",
        metavar="FILE",
        help="Private key for the log; for one in ssh-agent: FILE.pub, agent, or agent:SHA256:….",
    )
    @wraps(command)
    def bundled(*args: object, keys: str | None, log_key: str | None, **rest: object) -> None:
        command(*args, key_files=KeyFiles(keys, None, log_key), **rest)

    return bundled


def member_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the options that describe a statement; the command gets them as one ``Members``."""

    @click.option("--metadata", "file", metavar="FILE", help="JSON file of members; options override it.")
    @click.option("--title", help="Title as printed.")
    @click.option("--language", metavar="TAG", help="BCP 47 tag, such as en.")
    @click.option("--issuer", help="Who issued the statement.")
    @click.option("--issued", metavar="DATE", help="Date of issue: YYYY, YYYY-MM or YYYY-MM-DD.")
    @click.option(
        "--issued-basis",
        type=click.Choice(["stated", "inferred"]),
        help="Whether the statement itself says the date; inferred unless given.",
    )
    @click.option("--issued-note", metavar="TEXT", help="What the date rests on.")
    @click.option("--subject", metavar="TEXT", multiple=True, help="What it is about; may be repeated.")
    @click.option("--uri", help="Where the statement was published.")
    @click.option("--retrieved", metavar="TIME", help="When it was retrieved from there.")
    @wraps(command)
    def bundled(**options: object) -> None:
        members: dict[str, Any] = {name: options.pop(name) for name in Members.__slots__}
        command(members=Members(**members), **options)

    return bundled


def author_options(command: _Function) -> _Function:
    """Give ``--by`` and ``--note``."""
    by = click.option("--by", metavar="NAME", default="", help="Who does this; the archive itself unless given.")
    note = click.option("--note", metavar="TEXT", help="What changes, and why.")
    return by(note(command))
