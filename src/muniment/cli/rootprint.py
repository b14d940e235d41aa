"""What the verbs below ``archive key`` print of a trust root that was written, or drafted."""

from __future__ import annotations

import shlex

from muniment.cli.newkeys import NewKeys
from muniment.cli.terminal import json_text, plain
from muniment.digest import format_digest, sha256_hex
from muniment.ssh.sshsig import ROOT_NAMESPACE
from muniment.trust.chain import RootFile
from muniment.trust.root import parse_trust_root


def print_root(file: RootFile, new: NewKeys, *, as_json: bool) -> None:
    """Print a trust root that was written, and the keys that it brought."""
    root = file.root
    if as_json:
        keys = keys_json(new)
        print(json_text({"version": root.version, "index": root.index, "digest": file.digest, "keys": keys}))
        return
    print(f"trust root {root.version}  entry {root.index}")
    print(file.digest)
    print_keys(new)


def print_draft(path: str, data: bytes, new: NewKeys, *, as_json: bool) -> None:
    """Print where a draft lies, and how it is signed elsewhere and finished here."""
    root = parse_trust_root(data, where=path)
    digest = format_digest(sha256_hex(data))
    if as_json:
        said = {"draft": path, "version": root.version, "index": root.index, "digest": digest}
        print(json_text({**said, "keys": keys_json(new)}))
        return
    quoted = shlex.quote(path)
    print(f"draft of trust root {root.version}  entry {root.index}")
    print(digest)
    print_keys(new)
    print(f"  to sign it elsewhere: ssh-keygen -Y sign -n {ROOT_NAMESPACE} -f ROOT-KEY {plain(quoted)}")
    print(f"  then: archive key finish {plain(quoted)} {plain(quoted)}.sig")


def print_keys(new: NewKeys) -> None:
    """Print the private keys that were made, and those that were taken."""
    for path in new.made:
        print(f"made private key {plain(str(path))}")
    for name in new.taken:
        print(f"taken private key {plain(name)}")
    for name in new.joined:
        print(f"added key {name}, which somebody else holds")
    if new.made:
        print("  keep it out of the archive, and make a copy of it")


def keys_json(new: NewKeys) -> dict[str, list[str]]:
    """Give the same as JSON."""
    return {"made": [str(path) for path in new.made], "taken": new.taken, "joined": new.joined}
