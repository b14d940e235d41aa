"""``archive witness forget``: begin anew with a log whose key was stolen.

What was cosigned is not destroyed but put aside: with a checkpoint of the true log it is the proof of two histories.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from muniment.cli.options import verb
from muniment.cli.terminal import is_terminal
from muniment.cli.verbs.witness.key import find_witness
from muniment.cli.verbs.witness.sign import alone, remembered_at, witness_folder
from muniment.display import plain
from muniment.errors import InputError, UnavailableError, UnresolvedReferenceError
from muniment.files import reason


@verb(
    "archive witness forget example.org/press",
)
@click.argument("origin", metavar="ORIGIN")
@click.option("--key", metavar="KEY", help="Private key file of the witness; for one in ssh-agent: FILE.pub, agent, ….")
@click.option("--name", metavar="NAME", help="Name of the witness, where nothing beside the key says it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(origin: str, *, key: str | None, name: str | None, yes: bool) -> None:
    """Forget what this witness cosigned of a log, its keys too.

    Only for a log whose key was stolen, and whose thief had a false checkpoint cosigned: after this, the witness will
    cosign another history. So ask the keeper by another way than a request, and tell those who count on the witness.
    What was cosigned is kept beside, as evidence. The next request needs --log with the new key.
    """
    witness = find_witness(key, name)
    folder = witness_folder()
    path = remembered_at(folder, witness.cosigner, origin)
    if not os.path.lexists(path):
        raise UnresolvedReferenceError("this witness has cosigned nothing of this log", found=origin)
    if not yes:
        if not is_terminal(sys.stdin):
            raise InputError("not forgotten without being asked", where=str(path), hint="--yes forgets it")
        click.confirm(f"Forget {plain(origin)}? Another history of it could be cosigned then", abort=True, err=True)
    with alone(folder):
        print(f"forgotten: {plain(origin)}; what was cosigned is in {plain(str(_put_aside(path)))}")


def _put_aside(path: Path) -> Path:
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.forgotten-{number}")):
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        raise UnavailableError("it cannot be put aside", where=str(path), found=reason(error)) from error
    return aside
