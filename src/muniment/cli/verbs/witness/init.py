"""``archive witness init``: a key to cosign with."""

from __future__ import annotations

import click

from muniment.cli.options import as_json, verb
from muniment.cli.terminal import json_text
from muniment.cli.verbs.witness.key import found_witness
from muniment.display import plain


@verb(
    "archive witness init witness.example.org/anna",
    "archive witness init witness.example.org/anna --key ~/.ssh/witness.pub",
)
@click.argument("name", metavar="NAME")
@click.option(
    "--key",
    metavar="KEY",
    help="Private key: FILE, made if it is missing; in ssh-agent: FILE.pub or agent:SHA256:….",
)
@as_json
def command(name: str, *, key: str | None, as_json: bool) -> None:
    """Make the key of a witness, and print its vkey.

    NAME says who you are: HOST/NAME, as a web address without https://. Give the vkey to the keepers of the archives
    that you will witness. A new key is locked with $ARCHIVE_PASSPHRASE when it is set.
    """
    witness = found_witness(name, key)
    if as_json:
        print(json_text({"vkey": witness.cosigner.vkey, "key": witness.location, "made": witness.made}))
        return
    print(witness.cosigner.vkey)
    print("  give this to the keepers of the archives that you will witness")
    print(f"{'made' if witness.made else 'uses'} private key {plain(witness.location)}")
