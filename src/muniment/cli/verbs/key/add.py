"""``archive key add``: a further record key, for a second keeper; the key itself has signed that it is to join."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.archive import Archive
from muniment.cli.options import verb
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text
from muniment.cli.verbs.key.change import Writing, drafting_options, hand_over, keys_json, print_keys, refuse_roles
from muniment.cli.verbs.key.new_keys import NewKeys, key_in_use
from muniment.display import plain
from muniment.errors import InputError, IntegrityError
from muniment.files import STANDARD_STREAM, read_file, write_file
from muniment.ssh.keys import PublicKey
from muniment.trust.key_request import KeyRequest, check_request, format_key_request, make_request, parse_key_request
from muniment.trust.next_root import with_record_key
from muniment.trust.root import record_keys_at
from muniment.write.trust_root import NextRoot

_MAX_SIZE = 64 * 1024
_REQUEST = "key-request.json"


@verb(
    "archive key add --request",
    "archive key add key-request.json",
    "archive key add --new-key agent:SHA256:9f86d081…",
)
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--request", is_flag=True, help="Make a key here, and write FILE: a request for the keeper elsewhere.")
@click.option("--new-key", metavar="KEY", help="A key that is held here: FILE, agent:SHA256:…, or new to make one.")
@click.option("--replaces", metavar="FINGERPRINT", help="The record key that it replaces.")
@drafting_options
def command(*, file: str | None, request: bool, new_key: str | None, replaces: str | None, writing: Writing) -> None:
    """Let a further key sign records.

    FILE is what a colleague has made with --request, on a copy of the archive: a public key,
    and its signature that it is to join this archive, as it is now. It holds no secret. Compare the
    fingerprint with your colleague by another way before you add it. Both keys may sign from then on.
    """
    archive = open_target()
    if request:
        _refuse_more(writing, replaces)
        _write_request(archive, writing, file or _REQUEST, new_key)
        return
    if (file is None) == (new_key is None):
        raise InputError(
            "which key joins?",
            expected="a request of a colleague, or --new-key",
            hint="archive key add FILE, or --new-key new to make a key here; --request asks a keeper elsewhere",
        )
    new = NewKeys(archive, writing.files)
    try:
        joining = _read(file) if file is not None else _make(archive, new, new_key)
        where = file or "--new-key"
        check_request(joining, archive.chain[-1], archive.checkpoint.size, where=where)
        refuse_roles(archive, joining.key, "record")
    except BaseException:
        new.forget()
        raise
    ends = () if replaces is None else (key_in_use(_in_use(archive), replaces),)

    def make(archive: Archive) -> NextRoot:
        # Under the lock the archive may be a later one, to which the proof is not bound: then the root is refused.
        index = archive.checkpoint.size
        return NextRoot(with_record_key(archive.chain[-1], index, joining.key, joining.proof, ends=ends))

    if file is not None:
        new.joined.append(joining.key.fingerprint)
    hand_over(archive, writing, make, new=new)


def _in_use(archive: Archive) -> tuple[PublicKey, ...]:
    return record_keys_at(archive.chain[-1], archive.checkpoint.size)


def _make(archive: Archive, new: NewKeys, named: str | None) -> KeyRequest:
    return make_request(new.get("record", named), archive.chain[-1], archive.checkpoint.size)


def _read(file: str) -> KeyRequest:
    data = read_file(file, max_size=_MAX_SIZE, kind=InputError)
    if data.startswith((b"ssh-", b"-----BEGIN")):
        raise InputError(
            "a key alone does not show who holds it",
            where=file,
            expected="a request, which the key has signed",
            hint="your colleague makes it: archive key add --request; a key that is held here joins with --new-key",
        )
    try:
        return parse_key_request(data, where=file)
    except IntegrityError as error:
        what = f"not a request of a key to join: {error.what}"
        hint = "archive key add --request makes one"
        raise error.as_(InputError, what=what, hint=hint) from error


def _refuse_more(writing: Writing, replaces: str | None) -> None:
    if replaces is not None or writing.draft is not None:
        raise InputError("--request only asks", hint="--replaces and --draft are for the keeper who adds the key")


def _write_request(archive: Archive, writing: Writing, path: str, named: str | None) -> None:
    new = NewKeys(archive, writing.files)
    if path == STANDARD_STREAM or Path(path).exists():
        raise InputError("another file is there", where=path, hint="name another FILE for the request")
    try:
        asked = _make(archive, new, named)
        refuse_roles(archive, asked.key, "record")
        write_file(Path(path), format_key_request(asked), force=False)
    except BaseException:
        new.forget()
        raise
    if writing.as_json:
        members = {
            "request": path,
            "fingerprint": asked.key.fingerprint,
            "root": asked.root,
            "index": asked.proof.index,
        }
        print(json_text({**members, "keys": keys_json(new)}))
        return
    print(f"request for {archive.origin}, trust root {asked.root}: {plain(path)}")
    print(f"record key {asked.key.fingerprint}")
    print_keys(new)
    print("  give the request to the keeper, and tell them the fingerprint by another way")
