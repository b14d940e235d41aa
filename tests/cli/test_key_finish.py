"""``archive key finish``: a root key of this machine signs nothing that its keeper has not seen and named."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from tests.cli.test_key import days, keys_of

from muniment.archive import open_archive
from muniment.cli.verbs.key.difference import root_changes
from muniment.log.note import format_vkey
from muniment.ssh.keys import PrivateKey
from muniment.ssh.sshsig import ROOT_NAMESPACE, sign
from muniment.store import LocalStore
from muniment.trust.root import (
    Authority,
    LogKey,
    Possession,
    Revocation,
    StaticFile,
    TrustRoot,
    Withdrawal,
    parse_trust_root,
)

__all__ = ["days"]

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

THIEF = PrivateKey.from_seed(bytes([99]) * 32)


def newest() -> TrustRoot:
    """The newest trust root of the archive."""
    return open_archive(LocalStore(Path("archive"))).chain[-1]


def digest_of(path: str) -> str:
    """The digest of a file, as ``--draft`` prints it."""
    return f"sha256:{hashlib.sha256(Path(path).read_bytes()).hexdigest()}"


def draft(run: Run, *change: str) -> str:
    """Draft a trust root, and give the digest that was printed."""
    return str(json.loads(run("key", *change, "--draft", "next.json", "--json").stdout)["digest"])


def slip_in() -> None:
    """Add the thief's root key to the draft, as whoever can write to the file would."""
    value = json.loads(Path("next.json").read_bytes())
    value["root_keys"].append({"key": THIEF.public.line})
    Path("next.json").write_text(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def test_draft_changed_before_it_is_finished(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """A root key that was slipped into a draft is shown, and gets no signature of a root key that lies here."""
    days()
    printed = draft(run, "rotate")
    slip_in()
    shown = run("key", "finish", "next.json")
    assert shown.exit_code == 2
    assert f"root key {THIEF.public.fingerprint} joins" in shown.stdout
    assert "root keys: 1 of 2 must sign; was 1 of 1" in shown.stdout
    said = refused("key", "finish", "next.json", "--sign", printed, code=2)
    assert "not the draft that you mean to sign: nothing was signed" in said
    assert printed in said
    assert newest().version == 1


def test_stolen_root_key_borrows_no_other(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """Two of two must sign: a thief of one who swaps the draft does not get the other signature with it."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "second"], check=True)
    days()
    assert run("key", "root", "--add", "second", "--threshold", "2").exit_code == 0
    days()
    printed = draft(run, "rotate")
    slip_in()
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", "root@muniment", "-f", "second", "next.json"]
    subprocess.run(command, check=True, capture_output=True)
    alone = run("key", "finish", "next.json", "next.json.sig")
    assert alone.exit_code == 2
    assert "too few root keys have signed" in alone.stderr
    refused("key", "finish", "next.json", "next.json.sig", "--sign", printed, code=2)
    refused("key", "finish", "next.json", "next.json.sig", "--root-key", "keys/root", code=2)
    assert newest().version == 2


def test_show(run: Run, tree: Callable[[Path], object], days: Callable[[], None]) -> None:
    """--show prints digest and changes, asks for no key, and writes nothing."""
    days()
    printed = draft(run, "rotate")
    slip_in()
    for path in Path("keys").iterdir():
        path.unlink()
    before = tree(Path.cwd())
    shown = run("key", "finish", "next.json", "--show")
    assert (shown.exit_code, digest_of("next.json") in shown.stdout, printed in shown.stdout) == (0, True, False)
    assert f"root key {THIEF.public.fingerprint} joins" in shown.stdout
    value = json.loads(run("key", "finish", "next.json", "--show", "--json").stdout)
    assert value["digest"] == digest_of("next.json")
    assert f"root key {THIEF.public.fingerprint} joins" in value["changes"]
    assert tree(Path.cwd()) == before


def test_sign(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """With the digest that --draft printed, root keys that are here sign; what changed is printed, in JSON too."""
    days()
    printed = draft(run, "rotate", "--log")
    assert printed == digest_of("next.json")
    for wrong in ("", "sha256:00", "sha512:" + printed[7:], printed.upper(), "no"):
        assert "--sign" in refused("key", "finish", "next.json", "--sign", wrong, code=2)
    done = json.loads(run("key", "finish", "next.json", "--sign", printed[7:], "--json").stdout)
    assert done["digest"] == printed
    assert [line.split(" ")[0] for line in done["changes"]] == ["trust", "log", "log"]
    assert run("verify").exit_code == 0
    assert len(keys_of(run)["log_keys"]) == 2


def test_signatures_alone_are_enough(run: Run, days: Callable[[], None]) -> None:
    """A draft that enough root keys have signed elsewhere needs none from here."""
    days()
    draft(run, "rotate")
    signed = sign(PrivateKey.from_seed(bytes([1]) * 32), ROOT_NAMESPACE, Path("next.json").read_bytes())
    Path("next.json.sig").write_bytes(signed)
    done = run("key", "finish", "next.json", "next.json.sig")
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "  trust root 2 follows 1, log index 3, claimed 2027-01-16T08:00:00Z\n  record key SHA256:"
    )


def test_draft_says_what_to_destroy(run: Run, days: Callable[[], None]) -> None:
    """--draft prints what the draft changes, and that an abandoned one is to be destroyed with its signatures."""
    days()
    said = run("key", "rotate", "--log", "--draft", "next.json").stdout
    assert "log key SHA256:" in said
    assert "destroy it, and every signature on it" in said


OTHER = PrivateKey.from_seed(bytes([98]) * 32).public


def changed(root: TrustRoot) -> dict[str, TrustRoot]:
    """A trust root with each of its members changed in turn, and each part of the members that have parts."""
    record, log = root.record_keys[0], root.log_keys[0]
    revoked = Revocation(2, "2027-01-15T08:00:00Z", "stolen \x1b[31m")
    new_log = LogKey(vkey=format_vkey(root.archive, OTHER.raw), first_index=4, last_index=None)
    records = {
        "gone": (),
        "key": (replace(record, key=OTHER),),
        "first": (replace(record, first_index=1),),
        "last": (replace(record, last_index=4),),
        "revoked": (replace(record, revoked=revoked),),
        "proof": (replace(record, proof=Possession(3, "signed")),),
        "joins": (record, replace(record, key=OTHER)),
    }
    return {
        "archive": replace(root, archive="example.org/other"),
        "version": replace(root, version=7),
        "index": replace(root, index=9),
        "created": replace(root, created="2030-01-01T00:00:00Z"),
        "threshold": replace(root, threshold=2),
        "principal": replace(root, principal="archive@example.net"),
        "root_keys": replace(root, root_keys=(OTHER,)),
        "log_keys": replace(root, log_keys=(replace(log, last_index=3), new_log)),
        "authorities": replace(root, authorities=(Authority("clock", "https://tsa.example.org"),)),
        "witnesses": replace(root, witnesses=("w.example.org+00000000+AAAA",)),
        "quorum": replace(root, quorum=1),
        "url": replace(root, url="https://press.example.org"),
        "withdrawn": replace(root, withdrawn=(Withdrawal("notice", 1, f"sha256:{'0' * 64}", root.created, "wrong"),)),
        "files": replace(root, files=(*root.files, StaticFile("x", "0" * 64, 1))),
        **{f"record_keys {name}": replace(root, record_keys=held) for name, held in records.items()},
    }  # fmt: skip


@pytest.mark.usefixtures("work")
def test_every_member_that_changes_is_shown() -> None:
    """Whatever member of a trust root changes, either way, the lines differ from those of one that changes nothing."""
    root = newest()
    assert {name.split(" ")[0] for name in changed(root)} == {field.name for field in fields(TrustRoot)} - {"previous"}
    still = root_changes(root, root)
    assert len(still) == 1
    for name, other in changed(root).items():
        lines = root_changes(root, other)
        assert lines != still, name
        assert not any("\x1b" in line for line in lines)
        if name not in {"version", "index", "created"}:
            assert len(lines) > 1, name
            assert len(root_changes(other, root)) > 1, name


def test_weak_log_key_in_a_draft(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """A draft whose new log key is none is refused before anything is shown of it."""
    days()
    draft(run, "rotate", "--log")
    root = parse_trust_root(Path("next.json").read_bytes(), where="")
    bad = root.log_keys[1].vkey.replace("+", "+00000000+", 1).rsplit("+", 1)[0] + "+" + "A" * 44
    text = Path("next.json").read_text().replace(root.log_keys[1].vkey, bad)
    Path("next.json").write_text(text)
    refused("key", "finish", "next.json", code=2)
