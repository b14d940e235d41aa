"""Which archive a command works on."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import click
from click.core import ParameterSource

from muniment.display import plain
from muniment.errors import InputError, MunimentError, NotAnArchiveError, UnavailableError

if TYPE_CHECKING:
    from muniment.archive import Archive
    from muniment.store import Store

Place: TypeAlias = Path | str
"""Where an archive lies: its folder, or its address in an object store or on a web server."""

ENVIRONMENT = "ARCHIVE_DIR"
TAG = "0=muniment_archive_1"
MARKER = "unfinished.signed"

_BUCKET = re.compile(r"(?:s3|gs|az)://.*", re.DOTALL)
# With a query, a fragment or a hash it is the address of one page, as citations have it.
_WEB = re.compile(r"https?://[^\s#?]+")
_ANY_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+://)([^?#]*)(.*)", re.DOTALL)  # a letter alone is a disk
_HASH = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)

_META, _FORGETFUL = "muniment.archive", "muniment.no_memory"
_Function = TypeVar("_Function", bound=Callable[..., object])


def archive_option(*, envvar: str | None = None) -> Callable[[_Function], _Function]:
    """Give the option ``--archive DIR``; it stands before the verb and after it, and the last one counts."""

    def remember(ctx: click.Context, param: click.Parameter, value: str | None) -> None:  # noqa: ARG001 - click's
        if value == "":
            raise InputError("the name of the folder is empty", where="--archive", hint="is the variable set?")
        if value is not None:
            # Shared by the group's context and the verb's.
            ctx.meta[_META] = value

    return click.option(
        "--archive",
        metavar="DIR",
        envvar=envvar,
        show_envvar=envvar is not None,
        expose_value=False,
        callback=remember,
        help="The archive: its folder, or s3://BUCKET/PREFIX, gs://, az://; to read, https://.",
    )


def place_of(name: str) -> Place:
    """Tell an address, in an object store or on a web server, from a folder."""
    on_the_web = _WEB.fullmatch(name) and not _HASH.search(name)
    return name if on_the_web or _BUCKET.fullmatch(name) else Path(name)


def place_to_write(name: str) -> Place:
    """As ``place_of``, for a place that will be written to.

    Raises:
        InputError: It is empty, on a web server, or an address that is not spoken, which must not become a folder
            unseen.
    """
    if not name:
        raise InputError("the name of the place is empty", hint="is the variable set?")
    place, where = place_of(name), shown_address(name)
    if name.lower().startswith(("http://", "https://")):
        raise InputError("on a web server an archive can only be read", where=where, hint="publish a copy of it there")
    if isinstance(place, Path) and _ANY_ADDRESS.fullmatch(name):
        hint = "s3://, gs:// and az:// are spoken, in small letters; a folder of this name is ./NAME"
        raise InputError("not the address of a place to write to", where=where, hint=hint)
    return place


def shown_address(name: str) -> str:
    """Give a name to print where it was refused: of an address nothing that may be a secret, wherever it stands.

    These are what stands before the last ``@``, a query and a fragment.
    """
    match = _ANY_ADDRESS.fullmatch(name)
    if match is None:
        return name
    scheme, rest, more = match.groups()
    _, at, host = rest.rpartition("@")
    if not at and "@" in more:  # a password with a question mark in it
        return f"{scheme}…"
    return f"{scheme}{'…' if at else ''}{host}{'…' if more else ''}"


def find_archive(ctx: click.Context | None = None) -> Place:
    """Find the archive: the one that was named, else the nearest folder upwards that is one or holds ``archive/``.

    Args:
        ctx: Context of the command; default: the current one, which completion does not have.

    Raises:
        NotAnArchiveError: There is none.
    """
    named = (ctx or click.get_current_context()).meta.get(_META)
    if named is not None:
        if is_named_archive(named):
            return place_of(named)
        raise NotAnArchiveError(
            "not an archive",
            where=shown_address(named),
            expected=f"a folder with a file {TAG}",
            hint="archive init DIR --origin example.org/archive makes one",
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        for candidate in (folder, folder / "archive"):
            if is_archive(candidate):
                return Path(os.path.relpath(candidate))
    raise NotAnArchiveError(
        "no archive in this folder or above it", where=str(here), hint="name one with --archive DIR"
    )


def how_found(ctx: click.Context) -> str:
    """Say how the archive of a command is found: ``--archive``, ``$ARCHIVE_DIR``, or the folder one is in."""
    named = ctx.meta.get(_META)
    if named is None:
        return "the nearest one upwards from this folder"
    here, root = (context.get_parameter_source("archive") for context in (ctx, ctx.find_root()))
    by_environment = root is ParameterSource.ENVIRONMENT and here is not ParameterSource.COMMANDLINE
    return f"${ENVIRONMENT}" if by_environment else "--archive"


def find_folder(ctx: click.Context) -> Place:
    """Find the archive, or the folder that was named as one and has lost its tag.

    Raises:
        NotAnArchiveError: There is none.
    """
    named = ctx.meta.get(_META)
    if named is not None and (Path(named) / "log").is_dir():
        return Path(named)
    return find_archive(ctx)


def is_archive(folder: Path) -> bool:
    """Whether a folder has the tag of an archive, or the marker of one that is being made."""
    try:
        return _has_tag(folder)
    except OSError:
        return False


def is_named_archive(name: str) -> bool:
    """Whether what the user named is the folder of an archive, or an address; nothing is asked there.

    Raises:
        UnavailableError: It is there, and what is in it cannot be looked at.
    """
    if isinstance(place_of(name), str):
        return True
    try:
        return _has_tag(Path(name))
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE}:
            raise UnavailableError("it cannot be read", where=name, found=str(error.strerror).lower()) from error
        return False  # such as a name that is too long for one


def _has_tag(folder: Path) -> bool:
    return any(_is_file(folder / name) for name in (TAG, MARKER))


def _is_file(path: Path) -> bool:
    """As ``Path.is_file``, which in some versions of Python says of what cannot be looked at that it is none."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 - the system's word, whatever the version
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False


def store_at(place: Place) -> Store:
    """Give the store of a folder, or at an address.

    Raises:
        InputError: The address is none.
        UnavailableError: The library for object stores is missing.
    """
    # Loaded here: the group, which must start fast, imports this module for its option alone.
    if isinstance(place, str):
        opened: Store = import_module("muniment.cli.buckets").open_address(place)
        return opened
    store: Store = import_module("muniment.store").LocalStore(place)
    return store


def folder_of(place: Place) -> Path:
    """Give the folder of an archive that lies in one, for what works on files alone.

    Raises:
        InputError: It lies elsewhere.
    """
    if isinstance(place, str):
        raise InputError("not in a folder of this machine", where=place, hint="copy the archive here first")
    return place


def no_memory_option(command: _Function) -> _Function:
    """Give a verb that only reads ``--no-memory``, which ``open_target`` looks at."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001 - click's
        ctx.meta[_FORGETFUL] = value

    return click.option(
        "--no-memory",
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="Do not compare with what this machine has seen.",
    )(command)


def open_target(ctx: click.Context | None = None, *, vouching: bool = False) -> Archive:
    """Open the archive that the command works on; when the command ends, what it read and is in doubt is told.

    It is compared with what this machine remembers of it, unless the verb asks the memory itself, or completion asks.

    Args:
        ctx: Context of the command, where completion asks.
        vouching: Whether what the command makes leaves this machine, so that a difference is refused, not only printed.

    Raises:
        IntegrityError: With ``vouching``: it is not what this machine has seen of it (check 13).
    """
    folder = find_archive(ctx)

    def opening() -> Archive:
        opened: Archive = import_module("muniment.archive").open_archive(store_at(folder), where=str(folder))
        return opened

    if ctx is not None:
        return opening()
    current = click.get_current_context()
    check = import_module("muniment.cli.memory_check")
    memory = current.params.get("memory")
    said = memory is None and not current.meta.get(_FORGETFUL, False)
    if said:
        files = import_module("muniment.cli.memory_files")
        memory = files.Memory(files.memory_folder())
        archive: Archive = check.open_heeding(opening, memory, refuse=vouching)
    else:
        archive = opening()
    current.meta[check.OPENED] = archive, memory, said
    current.call_on_close(partial(_say_doubts, archive))
    return archive


def _say_doubts(archive: Archive) -> None:
    """Say on stderr which of the versions that were read are withdrawn, and whose signature does not count.

    Nothing is said where an error says more.
    """
    if isinstance(sys.exception(), MunimentError):
        return
    for name, withdrawal in archive.withdrawn.items():
        print(f"archive: {plain(f'{name} was {withdrawal.words}')}", file=sys.stderr)
    if not archive.doubted:
        return
    from muniment.cli.hints import error_line  # noqa: PLC0415 - start-up: only where something is wrong

    for name, fault in archive.doubted.items():
        print(f"archive: {plain(f'{name} does not verify: {error_line(fault)}')}", file=sys.stderr)
