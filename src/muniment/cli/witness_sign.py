"""``archive witness sign``: cosign what another archive asks for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from muniment.cli.clock import seconds
from muniment.cli.options import as_json, verb
from muniment.cli.terminal import json_text, plain, write_bytes
from muniment.cli.witness_key import find_witness
from muniment.cli.witness_memory import Signed, cosign_request
from muniment.errors import FormatError, InputError
from muniment.files import STANDARD_STREAM, read_file, write_file
from muniment.log.cosignature import format_cosignature
from muniment.log.note import Verifier, parse_vkey
from muniment.log.witness import MAX_REQUEST, Request, parse_request, requested_checkpoint


@verb(
    "archive witness sign request.txt --log example.org/press+1a2b3c4d+AQ… -o reply.txt",
    "archive witness sign request.txt -o reply.txt",
    "archive witness sign - --key agent --name witness.example.org/anna < request.txt",
)
@click.argument("path", metavar="REQUEST")
@click.option("--key", metavar="KEY", help="Private key file of the witness; for one in ssh-agent: FILE.pub, agent, ….")
@click.option("--name", metavar="NAME", help="Name of the witness, where KEY.vkey does not say it.")
@click.option("--log", "logs", metavar="VKEY", multiple=True, help="Key of the log; needed once, then remembered.")
@click.option("-o", "--output", metavar="FILE", default=STANDARD_STREAM, help="File to write; stdout unless given.")
@as_json
def command(path: str, *, key: str | None, name: str | None, logs: tuple[str, ...], output: str, as_json: bool) -> None:
    """Cosign the checkpoint of another archive, if it only grew.

    REQUEST is what its keeper made with archive witness request; - is stdin. It needs no archive here. The checkpoint
    must be signed by the log, and continue what this witness cosigned of it last: that is remembered on this machine
    before anything is signed. Get the log's VKEY from its keeper by another way than the request.
    """
    where = "stdin" if path == STANDARD_STREAM else path
    request = _read(path, where)
    verifiers = [_verifier(vkey, request) for vkey in logs]
    _refuse_output(output, as_json=as_json)
    witness = find_witness(key, name)
    signed = cosign_request(request, witness.cosigner, verifiers, seconds(), witness.key.sign, where)
    line = format_cosignature(signed.cosignature)
    if output == STANDARD_STREAM:
        write_bytes(line)
        print(f"archive: {_said(signed)}", file=sys.stderr)
        return
    write_file(Path(output), line, force=False)
    print(json_text(_as_json(signed, output)) if as_json else f"{plain(output)}: {_said(signed)}")


def _read(path: str, where: str) -> Request:
    try:
        return parse_request(read_file(path, max_size=MAX_REQUEST), where)
    except FormatError as error:
        raise InputError(
            f"not a request to a witness: {error.what}",
            where=where,
            expected=error.expected,
            found=error.found,
            hint="the keeper makes one with archive witness request",
        ) from error


def _verifier(vkey: str, request: Request) -> Verifier:
    verifier, origin = parse_vkey(vkey, "--log"), requested_checkpoint(request).origin
    if verifier.name != origin:
        raise InputError("the key is of another log than the request", where="--log", expected=origin, found=vkey[:200])
    return verifier


def _refuse_output(output: str, *, as_json: bool) -> None:
    """Refuse before anything is cosigned: what was cosigned must also be handed out."""
    if output == STANDARD_STREAM and as_json:
        raise InputError("stdout cannot take both the cosignature and JSON", hint="write it to a file with -o")
    if output != STANDARD_STREAM and os.path.lexists(output):
        raise InputError("another file is there", where=output, hint="name a new file with -o")


def _said(signed: Signed) -> str:
    size, last = signed.checkpoint.size, signed.last
    grown = "the first that this witness saw of it" if last is None else f"grown from {last.size}"
    if last is not None and last.size == size:
        grown = "as before"
    return f"{signed.checkpoint.origin} cosigned at size {size}, {grown}"


def _as_json(signed: Signed, output: str) -> dict[str, object]:
    return {
        "file": output,
        "witness": signed.cosignature.name,
        "origin": signed.checkpoint.origin,
        "old": 0 if signed.last is None else signed.last.size,
        "size": signed.checkpoint.size,
        "time": signed.cosignature.moment,
    }
