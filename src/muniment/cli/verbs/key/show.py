"""``archive key list``: the keys of an archive, and for which entries of the log they count."""

from __future__ import annotations

from muniment.archive import Archive
from muniment.archive.signers import keys_json
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text
from muniment.display import plain
from muniment.log.vkey import LogVerifier
from muniment.ssh.keys import PublicKey
from muniment.trust.root import KeyRange


@verb(
    "archive key list",
    "archive key list --json",
)
@in_archive
@as_json
def command(*, as_json: bool) -> None:
    """List the keys that may sign, or might.

    Ranges are log indexes, from 0, both ends included.
    """
    archive = open_target()
    if as_json:
        print(json_text(keys_json(archive)))
    else:
        _print(archive)


def _print(archive: Archive) -> None:
    newest = archive.roots[-1]
    root = newest.root
    print(f"trust root {root.version}  log index {root.index}  claimed {root.created}")
    print(newest.digest)
    needed = f"{root.threshold} of {len(root.root_keys)} must sign"
    for key in root.root_keys:
        print(f"root    {key.fingerprint}  {needed}")
    for row in root.record_keys:
        print(f"record  {row.key.fingerprint}  {in_words(row)}")
        if row.revoked is not None:
            end = row.revoked
            print(f"        revoked from log index {end.from_index}, since {end.since}: {plain(end.reason)}")
    for verifier in archive.log_verifiers:
        print(f"log     {PublicKey(verifier.public).fingerprint}  {in_words(verifier)}")
    for authority in root.authorities:
        print(f"time    {authority.name}  {plain(authority.url or 'no longer asked')}")
    if root.url is not None:
        print(f"site    {root.url}")
    for witness in root.witnesses:
        print(f"witness {plain(witness)}  {root.quorum} wanted")


def in_words(span: KeyRange | LogVerifier) -> str:
    """Say for which log entries a key may sign."""
    if span.last_index is None:
        return f"from log index {span.first_index}"
    if span.last_index == span.first_index:
        return f"log index {span.first_index}"
    return f"log indexes {span.first_index} to {span.last_index}"
