"""``verify --explain`` on time stamps: the commands of OpenSSL 3 that check them, offline."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from muniment.archive import Archive
from muniment.archive.opening import checkpoint_path
from muniment.archive.stamps import find_authority, read_certificates, stamp_paths
from muniment.cli.terminal import plain
from muniment.digest import parse_digest
from muniment.errors import MunimentError, UnavailableError
from muniment.log.statement import StampStatement
from muniment.timestamp.response import Stamp, check_response
from muniment.trust.root import Authority


def explain_stamps(archive: Archive, stamps: Iterable[StampStatement]) -> None:
    """Print the commands that check some time stamps."""
    for said in stamps:
        authority = find_authority(archive.chain[-1], said.authority)
        if authority is not None:
            _explain(archive, said, authority)


def _explain(archive: Archive, said: StampStatement, authority: Authority) -> None:
    request, response = stamp_paths(said.size, said.number)
    try:
        stamp = _read(archive, said, authority)
    except UnavailableError as error:
        # Without its own time the chain is not judged at any: then the certificates may have expired before.
        what, when = f"its time is in the last command ({error.what})", "-no_check_time"
    except MunimentError as error:
        what, when = f"IT DOES NOT HOLD: {error}", "-no_check_time"
    else:
        what, when = f"the first {said.size} entries existed no later than {stamp.time}", f"-attime {stamp.generated}"
    print(f"\n# {said.name} by {said.authority}: {plain(what)}.")
    print(f"echo {_quoted(f'{parse_digest(said.response)}  {response}')} | sha256sum -c")
    data = _quoted(checkpoint_path(said.size))
    pinned = _quoted(authority.certificates)
    print(f"openssl ts -verify -data {data} -in {_quoted(response)} -CAfile {pinned} {when}")
    print(f"openssl ts -verify -queryfile {_quoted(request)} -in {_quoted(response)} -CAfile {pinned} {when}")
    print(f"openssl ts -reply -in {_quoted(response)} -text")


def _read(archive: Archive, said: StampStatement, authority: Authority) -> Stamp:
    request, response = (archive.store.read(path) for path in stamp_paths(said.size, said.number))
    data = archive.store.read(checkpoint_path(said.size))
    certificates = read_certificates(archive.store, archive.chain[-1], authority)
    return check_response(response, request, data, certificates)


def _quoted(text: str) -> str:
    return plain(shlex.quote(text))
