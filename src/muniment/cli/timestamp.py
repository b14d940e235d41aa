"""``archive timestamp``: stamps by the authorities that the trust root pins."""

from __future__ import annotations

from collections.abc import Sequence

import click

from muniment.cli.authoring import log_key_options
from muniment.cli.clock import now
from muniment.cli.completion import complete_authority
from muniment.cli.keyring import KeyFiles, find_log_key
from muniment.cli.memory import Memory, memory_option
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.stamping import Session, ask_authorities, chosen, import_response, print_outcomes, write_request
from muniment.cli.target import open_target
from muniment.errors import InputError, UnavailableError


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
    help="An authority of the trust root; may be repeated. All that have a URL unless given.",
)
@click.option("--renew", is_flag=True, help="Also where nothing but stamps was added since its last stamp.")
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
@click.option("--request", metavar="FILE", help="The request of --import; FILE.tsq beside FILE.tsr unless given.")
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

    Each stamp (RFC 3161) that holds is added to the log by itself. It proves that all entries so far existed no later
    than its time. Exit code 3: some authority failed; the stamps of the others were added.
    """
    archive, exchanged = open_target(), any(files.values())
    authorities = chosen(archive, named, need_url=not exchanged)
    if files["write_request"] is not None:
        _refuse_others(files, "write_request")
        write_request(archive, files["write_request"], as_json=as_json)
        return
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
