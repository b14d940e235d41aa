"""``archive timestamp``: ask authorities of the trust root, add the stamps that hold, say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow

import click

from muniment.archive import Archive
from muniment.archive.paths import checkpoint_path
from muniment.archive.published import published
from muniment.cli.authoring import end_unfinished, log_key_options
from muniment.cli.clock import now
from muniment.cli.completion import complete_authority
from muniment.cli.hints import error_line
from muniment.cli.keyring import KeyFiles, find_log_key
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.network import ask
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text
from muniment.digest import sha256_hex
from muniment.display import plain
from muniment.errors import FormatError, InputError, MunimentError, StampError, UnavailableError
from muniment.files import read_file, write_file
from muniment.log.statement import StampStatement
from muniment.ssh.keys import SigningKey
from muniment.timestamp.request import MAX_REQUEST, NONCE_BITS, make_request, parse_request
from muniment.timestamp.response import MAX_RESPONSE, require_library
from muniment.trust.root import Authority
from muniment.write.batch import admit_log_key
from muniment.write.stamp import Reply, Stamped, add_stamp, current_stamp

_PIN = "archive key authority NAME --url URL --certificates FILE.pem pins one"


@dataclass(frozen=True, slots=True)
class Session:
    """What adding stamps takes: the archive as it was when the command began, the log key, the memory, the time."""

    archive: Archive
    key: SigningKey
    memory: Memory
    now: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one authority: a stamp that was added, one that still covers everything, or an error."""

    authority: str
    stamped: Stamped | None = None
    current: StampStatement | None = None
    error: MunimentError | None = None


def chosen(archive: Archive, named: Sequence[str], *, need_url: bool) -> tuple[Authority, ...]:
    """Find the authorities that the user means; all that can be asked where none is named.

    Raises:
        InputError: One is not pinned, or has no URL and needs one; or there is none at all.
    """
    pinned = archive.chain[-1].authorities
    if not pinned:
        raise InputError("the trust root names no time stamp authority", where=archive.origin, hint=_PIN)
    meant = tuple(dict.fromkeys(_find(pinned, name) for name in named)) if named else pinned
    able = tuple(authority for authority in meant if authority.url is not None or not need_url)
    if not able or (named and able != meant):
        without = next(authority for authority in meant if authority.url is None)
        raise InputError(
            f"{without.name} has no URL",
            where="the trust root",
            hint="--write-request FILE writes a request to be taken there by other means",
        )
    return able


def _find(pinned: Sequence[Authority], name: str) -> Authority:
    for authority in pinned:
        if name in {authority.name, authority.url}:
            return authority
    raise InputError(
        "not a time stamp authority that the trust root pins",
        where=name,
        expected=" or ".join(authority.name for authority in pinned),
        hint=_PIN,
    )


def write_request(archive: Archive, path: str, *, as_json: bool) -> None:
    """Write a request for the newest checkpoint into a new file."""
    size = archive.checkpoint.size
    request = make_request(published(archive, size), _nonce())
    write_file(Path(path), request, force=False)
    if as_json:
        print(json_text({"request": path, "size": size}))
    else:
        print(f"request for a stamp of {_entries(size)}")
        print(f"then: archive timestamp --import RESPONSE --request {plain(path)}")


def _nonce() -> int:
    return 1 + randbelow((1 << NONCE_BITS) - 1)


def ask_authorities(
    session: Session, authorities: Sequence[Authority], *, renew: bool, seconds: float
) -> list[Outcome]:
    """Ask each authority in turn for a stamp of the newest checkpoint; one that fails does not stop the others.

    Raises:
        KeyRejectedError: The log key may not sign, so nobody was asked.
        UnavailableError: No stamp could be checked here.
    """
    require_library()
    admit_log_key(session.archive, session.key)
    size = session.archive.checkpoint.size
    data = published(session.archive, size)
    outcomes = []
    for authority in authorities:
        current = None if renew else current_stamp(session.archive, authority.name)
        if current is not None:
            outcomes.append(Outcome(authority.name, current=current))
            continue
        request = make_request(data, _nonce())
        try:
            response = ask(authority.url or "", request, seconds=seconds)
            outcomes.append(_add(session, Reply(authority.name, size, request, response)))
        except MunimentError as error:
            outcomes.append(Outcome(authority.name, error=error))
    return outcomes


def _add(session: Session, reply: Reply) -> Outcome:
    stamped = add_stamp(session.archive.store, session.key, reply, session.now, recall=session.memory.recall)
    session.memory.keep_head(session.archive.store)
    return Outcome(reply.authority, stamped)


def import_response(session: Session, authorities: Sequence[Authority], path: str, request_path: str | None) -> Outcome:
    """Add a response that came as a file: of whichever authority it is, and whichever checkpoint.

    Raises:
        InputError: The request is none of this archive, or that authority has stamped the checkpoint already.
        UnavailableError: No stamp can be checked here.
    """
    require_library()
    response = read_file(path, max_size=MAX_RESPONSE, kind=InputError)
    named = request_path or str(Path(path).with_suffix(".tsq"))
    request = read_file(named, max_size=MAX_REQUEST, kind=InputError)
    size = _stamped_size(session.archive, request, named)
    refused: MunimentError | None = None
    for authority in authorities:
        try:
            return _add(session, Reply(authority.name, size, request, response, fresh=False))
        except StampError as error:
            error.where = path
            refused = refused or error
    return Outcome(" or ".join(authority.name for authority in authorities), error=refused)


def _stamped_size(archive: Archive, request: bytes, named: str) -> int:
    try:
        imprint = parse_request(request, where=named).imprint.hex()
    except FormatError as error:
        raise InputError(error.what, where=named, expected=error.expected) from error
    for size in range(archive.checkpoint.size, 0, -1):
        if sha256_hex(archive.store.read(checkpoint_path(size))) == imprint:
            return size
    raise InputError("a request for no checkpoint of this archive", where=named, found=f"sha256:{imprint}")


def print_outcomes(outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    """Print what was done, and on stderr what failed."""
    if as_json:
        print(json_text({"authorities": [_as_json(outcome) for outcome in outcomes]}))
    for outcome in outcomes:
        if outcome.error is not None:
            message = error_line(outcome.error)
            named = message if message.startswith(f"{outcome.authority}: ") else f"{outcome.authority}: {message}"
            print(f"archive: {plain(named)}", file=sys.stderr)
        elif not as_json:
            print(_line(outcome))


def _line(outcome: Outcome) -> str:
    if outcome.stamped is not None:
        statement = outcome.stamped.statement
        return f"{statement.authority}: {_entries(statement.size)} proven not later than {outcome.stamped.stamp.time}"
    assert outcome.current is not None  # noqa: S101 - one of three
    covered = _entries(outcome.current.size)
    return f"{outcome.authority}: nothing but stamps since its stamp of {covered} (--renew stamps all the same)"


def _as_json(outcome: Outcome) -> dict[str, object]:
    stamped, current = outcome.stamped, outcome.current
    statement = stamped.statement if stamped else current
    return {
        "authority": outcome.authority,
        "stamped": stamped is not None,
        "size": statement.size if statement else None,
        "number": statement.number if statement else None,
        "index": stamped.index if stamped else None,
        "time": stamped.stamp.time if stamped else None,
        "error": error_line(outcome.error) if outcome.error else None,
    }


def _entries(size: int) -> str:
    return f"{size} log entry" if size == 1 else f"{size} log entries"


@verb(
    "archive timestamp",
    "archive timestamp --tsa clock-example",
    "archive timestamp --tsa clock-example --write-request request.tsq",
    "archive timestamp --import request.tsr",
)
@click.option(
    "--tsa",
    "named",
    metavar="NAME|URL",
    multiple=True,
    shell_complete=complete_authority,
    help="An authority of the trust root; may be repeated (default: all that have a URL).",
)
@click.option("--renew", is_flag=True, help="Ask again even if only stamps were added since the last one.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for each authority.",
)
@click.option("--write-request", metavar="FILE", help="Write a request, to be taken to an authority by other means.")
@click.option("--import", "imported", metavar="FILE", help="Add the response to such a request.")
@click.option("--request", metavar="FILE", help="The request that --import answers (default: FILE.tsq for FILE.tsr).")
@log_key_options
@memory_option
@in_archive
@as_json
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    named: Sequence[str],
    renew: bool,
    timeout: float,
    key_files: KeyFiles,
    memory: Memory,
    as_json: bool,
    **files: str | None,
) -> None:
    """Have the newest checkpoint stamped by time stamp authorities.

    Each valid stamp (RFC 3161) is added to the log by itself. It proves that all entries so far existed at its
    time. Exit code 3: an authority failed; the stamps of the others were added.
    """
    archive, exchanged = open_target(), any(files.values())
    authorities = chosen(archive, named, need_url=not exchanged)
    if files["write_request"] is not None:
        _refuse_others(files, "write_request")
        write_request(archive, files["write_request"], as_json=as_json)
        return
    end_unfinished(archive.store, memory)
    session = Session(archive, find_log_key(archive, key_files), memory, now())
    if files["imported"] is not None:
        outcomes = [import_response(session, authorities, files["imported"], files["request"])]
    elif exchanged:
        raise InputError("--request goes with --import")
    else:
        outcomes = ask_authorities(session, authorities, renew=renew, seconds=timeout)
    print_outcomes(outcomes, as_json=as_json)
    ctx.exit(UnavailableError.exit_code if any(outcome.error for outcome in outcomes) else 0)


def _refuse_others(files: dict[str, str | None], name: str) -> None:
    """Refuse options that do not go together."""
    if any(value is not None for other, value in files.items() if other != name):
        raise InputError("--write-request stands alone: the response is imported later")
