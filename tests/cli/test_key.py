"""``archive key``: what each verb does, refuses and prints; and stock tools judge what came of it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import click
import pytest
from click.testing import Result
from tests.conftest import Agent

from muniment.archive import open_archive
from muniment.canonical import parse_json
from muniment.cli.verbs.key import VERBS
from muniment.export.snapshot import build_snapshot
from muniment.reference import parse_reference
from muniment.schema import validate
from muniment.store import LocalStore

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]
Tree: TypeAlias = Callable[[Path], object]

DAY = 86400


@pytest.fixture
def days(work: object, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let a day pass on the stopped clock."""
    del work

    def pass_() -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(os.environ["SOURCE_DATE_EPOCH"]) + DAY))

    return pass_


def keys_of(run: Run) -> dict[str, Any]:
    """What ``key list --json`` prints, held against its schema."""
    value = parse_json(run("key", "list", "--json").stdout_bytes)
    validate("keys", value)
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("verb", VERBS)
def test_help(run: Run, verb: str) -> None:
    """Each verb's module has the help that the table says, examples, and ``--json``."""
    module, said = VERBS[verb]
    command = import_module(f"muniment.cli.verbs.key.{module}").command
    assert isinstance(command, click.Command)
    assert (command.help or "").split("\n\n")[0].replace("\n", " ") == said
    result = run("key", verb, "--help")
    assert f"Usage: archive key {verb}" in result.stdout
    assert f"\n  Examples:\n    archive key {verb}" in result.stdout
    assert "--json" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 82


def test_group(run: Run) -> None:
    """The group lists its verbs, and knows no other."""
    result = run("key", "--help")
    assert all(f"  {verb}" in result.stdout and said in result.stdout for verb, (_, said) in VERBS.items())
    assert run("key", "remove").exit_code == 2


def test_rotate(run: Run, days: Callable[[], None]) -> None:
    """Each key can be replaced; the new files say with which root they came, and are found from then on."""
    days()
    made = json.loads(run("key", "rotate", "--json").stdout)
    assert (made["version"], made["index"], Path(made["keys"]["made"][0]).name) == (2, 3, "record-2")
    mode = Path(made["keys"]["made"][0]).stat().st_mode
    assert os.name == "nt" or stat.S_IMODE(mode) == 0o600
    assert run("add", "notice.txt", "--release", "harbour-notice", "--note", "again").exit_code == 0
    assert "trust root 3" in run("key", "rotate", "--log", "--root").stdout
    assert run("describe", "harbour-notice", "--title", "Other").exit_code == 0
    assert run("key", "rotate", "--record", "--log", "--lost").exit_code == 0
    assert run("describe", "harbour-notice", "--title", "Another").exit_code == 0
    value = keys_of(run)
    assert [(key["first_index"], key["last_index"]) for key in value["record_keys"]] == [(0, 3), (4, 7), (8, None)]
    assert [(key["first_index"], key["last_index"]) for key in value["log_keys"]] == [(0, 5), (6, 6), (7, None)]
    assert run("verify").exit_code == 0
    assert run("key", "list").stdout.count("record  SHA256:") == 3


def test_explained_commands_run(run: Run, days: Callable[[], None]) -> None:
    """For a rotated archive ``--explain`` prints -Overify-time, and every command that it prints succeeds."""
    for program in ("sh", "ssh-keygen", "sha256sum", "sha512sum"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    days()
    run("key", "rotate", "--record", "--root")
    days()
    run("add", "notice.txt", "--release", "harbour-notice", "--note", "again")
    days()
    fingerprint = keys_of(run)["record_keys"][1]["fingerprint"]
    assert run("key", "revoke", fingerprint, "--from-index", "5", "--reason", "lost", "--replace").exit_code == 0
    days()
    run("describe", "harbour-notice", "--title", "Other")
    said = run("verify", "--explain").stdout
    assert said.count("-Overify-time=") >= 4
    done = subprocess.run(["sh", "-e"], input=said.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.count(b"Good ") == said.count("ssh-keygen")
    for number in (1, 4):
        name = f"notice-{number}.zip"
        assert run("export", f"v{number}", "-o", name).exit_code == 0
        assert run("verify", name).exit_code == 0


def test_commands_in_a_snapshot_run(run: Run, days: Callable[[], None]) -> None:
    """The README of a snapshot under a later checkpoint gives the time for a key that was retired since."""
    for program in ("sh", "ssh-keygen", "unzip"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    days()
    run("key", "rotate", "--record", "--root")
    archive = open_archive(LocalStore(Path("archive")))
    version = archive.read(parse_reference("v1"))
    Path("a.zip").write_bytes(build_snapshot(archive, version, size=4).data)
    assert run("verify", "a.zip").exit_code == 0
    subprocess.run(["unzip", "-q", "a.zip", "-d", "bag"], check=True)
    folder = next(Path("bag").iterdir())
    lines = (folder / "data/README.txt").read_text().replace("\\\n", " ").splitlines()
    commands = [line.strip() for line in lines if "ssh-keygen -Y verify" in line]
    assert len(commands) == 4
    assert sum("-Overify-time=" in command for command in commands) == 4
    for command in commands:
        subprocess.run(["sh", "-c", command], cwd=folder, check=True, capture_output=True)


def test_revoke(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """A revocation names an entry and a time; the versions before it have an unproven time, those after it fail."""
    days()
    fingerprint = keys_of(run)["record_keys"][0]["fingerprint"]
    revoke = ("key", "revoke", fingerprint, "--reason", "laptop stolen", "--from-index")
    assert "no record key would be left" in refused(*revoke, "2", code=2)
    assert "the log has no such entry" in refused(*revoke, "4", "--replace", code=2)
    assert "not a date" in refused(*revoke, "2", "--replace", "--since", "yesterday", code=2)
    assert "there is no such day" in refused(*revoke, "2", "--replace", "--since", "2026-02-30T00:00:00Z", code=2)
    assert "no record key of this archive" in refused("key", "revoke", "x", *revoke[3:], "2", code=2)
    root = keys_of(run)["root_keys"][0]["fingerprint"]
    assert "only record keys are revoked" in refused("key", "revoke", root, *revoke[3:], "2", code=2)
    assert run(*revoke, "2", "--replace").exit_code == 0
    assert "revoked from log index 2, since 2027-01-15T08:00:00Z: laptop stolen" in run("key", "list").stdout
    report = run("verify")
    assert report.exit_code == 1
    assert "unproven time" in report.stdout
    assert "signed by a key that is revoked from log index 2 on: laptop stolen" in report.stdout
    assert "unproven time" in run("verify", "v1").stdout


def test_revoke_and_leave_none(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """Asked for, no record key is left, and the next rotation brings one."""
    days()
    fingerprint = keys_of(run)["record_keys"][0]["fingerprint"]
    revoke = ("key", "revoke", fingerprint, "--from-index", "3", "--reason", "lost", "--since", "2027-01-16T00:00:00Z")
    assert run(*revoke, "--leave-none").exit_code == 0
    refused("add", "notice.txt", "--release", "harbour-notice", "--note", "again", code=2)
    assert run("key", "rotate").exit_code == 0
    assert run("add", "notice.txt", "--release", "harbour-notice", "--note", "again").exit_code == 0
    assert run("verify").exit_code == 0


def test_root_keys(run: Run, refused: Refused, write_keys: Callable[..., None], days: Callable[[], None]) -> None:
    """Root keys join and go, and as many must sign as the threshold says."""
    days()
    write_keys(Path("more"))
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "second-root"], check=True)
    assert "this key cannot become the root key" in refused("key", "root", "--add", "more/log", code=2)
    assert "nothing to change" in refused("key", "root", code=2)
    assert "no root key of this archive" in refused("key", "root", "--drop", "x", code=2)
    assert run("key", "root", "--add", "second-root", "--threshold", "2").exit_code == 0
    assert "2 of 2 must sign" in run("key", "list").stdout
    assert "too few root keys have signed" in refused("key", "rotate", code=2)
    assert "there are several root keys" in refused("key", "rotate", "--root", code=2)
    both = ("--root-key", "keys/root", "--root-key", "second-root")
    assert run("key", "rotate", *both).exit_code == 0
    gone = keys_of(run)["root_keys"][0]["fingerprint"]
    assert run("key", "root", "--drop", gone, "--threshold", "1", *both).exit_code == 0
    assert "there is no root key" in refused("key", "rotate", code=2)
    assert run("key", "rotate", "--root-key", "second-root").exit_code == 0
    assert run("verify").exit_code == 0


def test_refused_rotation_leaves_no_key(refused: Refused, days: Callable[[], None], tree: Tree) -> None:
    """Whatever is refused leaves the archive and the folder of keys as they were."""
    days()
    before = tree(Path.cwd())
    for command in (
        ("rotate", "--lost"),
        ("rotate", "--root-key", "notice.txt"),
        ("rotate", "--new-record", "keys/record"),
        ("rotate", "--new-log", "keys/root"),
        ("rotate", "--new-log", "notice.txt"),
        ("rotate", "--root", "--log-key", "keys/record"),
        ("root", "--threshold", "2"),
        ("authority", "clock"),
        ("authority", "clock", "--url", "https://tsa.example.org"),
        ("authority", "clock", "--no-url"),
        ("authority", "clock", "--url", "https://tsa.example.org", "--certificates", "notice.txt"),
        ("witness",),
        ("witness", "--drop", "x"),
        ("witness", "--quorum", "1"),
        ("witness", "no vkey"),
    ):
        refused("key", *command, code=2)
        assert tree(Path.cwd()) == before, command


def test_authority(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """An authority is named with its certificates, which never change; its address may."""
    days()
    Path("clock.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    new = ("key", "authority", "clock", "--url", "https://tsa.example.org", "--certificates", "clock.pem")
    assert run(*new).exit_code == 0
    assert Path("archive/trust/authorities/clock.pem").read_bytes() == Path("clock.pem").read_bytes()
    assert "certificates of an authority never change" in refused(*new, code=2)
    assert run("key", "authority", "clock", "--no-url").exit_code == 0
    assert "time    clock  no longer asked" in run("key", "list").stdout
    assert run("verify").exit_code == 0


def test_witness(run: Run, days: Callable[[], None]) -> None:
    """Witnesses are named and dropped, with how many are wanted."""
    days()
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert run("key", "witness", vkey, "--quorum", "1").exit_code == 0
    assert f"witness {vkey}  1 wanted" in run("key", "list").stdout
    assert run("key", "witness", "--drop", vkey, "--quorum", "0").exit_code == 0
    assert keys_of(run)["witnesses"] == []


def test_allowed_signers(run: Run, days: Callable[[], None]) -> None:
    """The file for ssh-keygen is printed as it lies in the archive."""
    days()
    run("key", "rotate")
    stored = Path("archive/trust/allowed_signers").read_bytes()
    assert run("key", "allowed-signers").stdout_bytes == stored
    assert json.loads(run("key", "allowed-signers", "--json").stdout) == {"allowed_signers": stored.decode()}


def test_older_copy_signs_no_root(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """A restored backup makes no second trust root 2, and no new key is left behind."""
    days()
    shutil.copytree("archive", "backup")
    assert run("key", "rotate").exit_code == 0
    assert "nothing was signed" in refused("key", "rotate", "--archive", "backup", code=3)


def test_agent_key(run: Run, days: Callable[[], None], agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record key in ssh-agent takes over, and is found there from then on."""
    days()
    agent.make("hardware")
    agent.add(agent.folder / "hardware")
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    taken = run("key", "rotate", "--new-record", f"agent:{agent.fingerprint('hardware')}")
    assert taken.exit_code == 0
    assert f"taken private key agent:{agent.fingerprint('hardware')}" in taken.stdout
    assert run("add", "notice.txt", "--release", "harbour-notice", "--note", "again").exit_code == 0
    assert run("verify").exit_code == 0
