"""``archive key add``, ``retire`` and ``finish``: a second keeper, keys elsewhere, and successors that are named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from tests.cli.test_key import days, keys_of
from tests.conftest import Agent

from muniment.canonical import parse_json
from muniment.schema import validate

__all__ = ["days"]

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

NEW = ("init", "new", "--origin", "example.org/new", "--keys", "fresh")
ADD = ("add", "notice.txt", "--release", "harbour-notice", "--note", "again")
HERS = ("--keys", "hers")


@pytest.fixture
def joined(run: Run, days: Callable[[], None]) -> str:
    """An archive to which a colleague's key was added; its fingerprint."""
    days()
    asked = json.loads(run("key", "add", "--request", *HERS, "--json").stdout)
    assert run("key", "add", "key-request.json").exit_code == 0
    return str(asked["fingerprint"])


def fingerprint(path: str) -> str:
    """What ssh-keygen says that the fingerprint of a key is."""
    return subprocess.run(["ssh-keygen", "-lf", path], check=True, capture_output=True, text=True).stdout.split()[1]


def test_second_keeper(run: Run, days: Callable[[], None]) -> None:
    """A colleague makes a key and a request elsewhere; added, both sign, each with the key of the own folder."""
    days()
    shutil.copytree("archive", "copy")
    asked = run("key", "add", "--request", "hers.json", "--archive", "copy", *HERS)
    assert asked.exit_code == 0
    assert "record key SHA256:" in asked.stdout
    validate("key-request", parse_json(Path("hers.json").read_bytes()))
    assert "PRIVATE" not in Path("hers.json").read_text() + asked.stdout
    mode = Path("hers/record-2").stat().st_mode
    assert os.name == "nt" or stat.S_IMODE(mode) == 0o600
    added = run("key", "add", "hers.json")
    assert f"added key {fingerprint('hers/record-2.pub')}" in added.stdout
    held = keys_of(run)["record_keys"]
    assert [(key["first_index"], key["last_index"]) for key in held] == [(0, None), (4, None)]
    shutil.copy("keys/log", "hers/log")
    assert run(*ADD, *HERS).exit_code == 0
    assert run("describe", "harbour-notice", "--title", "Other").exit_code == 0
    listed = json.loads(run("list", "--json").stdout)["releases"][0]["versions"]
    assert [each["signer"] for each in listed[2:]] == [held[1]["fingerprint"], held[0]["fingerprint"]]
    assert run("verify").exit_code == 0
    for number in (3, 4):
        assert run("export", f"v{number}", "-o", f"v{number}.zip").exit_code == 0
        assert run("verify", f"v{number}.zip").exit_code == 0


def test_key_that_is_held_here(
    run: Run, days: Callable[[], None], agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is made here, is in a file or in ssh-agent joins in one step."""
    days()
    agent.add(agent.make("hardware"))
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    agent.make("other")
    for key in ("new", str(agent.folder / "other"), f"agent:{agent.fingerprint('hardware')}"):
        result = run("key", "add", "--new-key", key)
        assert result.exit_code == 0, result.stderr
    assert len([key for key in keys_of(run)["record_keys"] if key["last_index"] is None]) == 4
    assert run("verify").exit_code == 0
    several = run(*ADD)
    assert (several.exit_code, "holds several record keys that may sign" in several.stderr) == (2, True)
    assert run(*ADD, "--key", "keys/record").exit_code == 0


def test_replaces(run: Run, joined: str) -> None:
    """A key that joins may take the place of one, and only of one that is in use."""
    gone = keys_of(run)["record_keys"][0]["fingerprint"]
    result = run("key", "add", "--new-key", "new", "--replaces", gone)
    assert result.exit_code == 0, result.stderr
    in_use = [key["fingerprint"] for key in keys_of(run)["record_keys"] if key["last_index"] is None]
    assert (len(in_use), joined in in_use, gone in in_use) == (2, True, False)
    again = run("key", "add", "--new-key", "new", "--replaces", gone)
    assert (again.exit_code, "no record key that is in use" in again.stderr) == (2, True)


def test_request_that_is_refused(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """What is no request, or one for something else, adds nothing: exit code 2, and it says what to ask for."""
    days()
    assert "which key joins?" in refused("key", "add", code=2)
    assert "which key joins?" in refused("key", "add", "f", "--new-key", "new", code=2)
    assert "a key alone does not show who holds it" in refused("key", "add", "keys/record.pub", code=2)
    assert "a key alone does not show who holds it" in refused("key", "add", "keys/record", code=2)
    assert "no such file" in refused("key", "add", "missing", code=2)
    assert "not a request of a key to join" in refused("key", "add", "notice.txt", code=2)
    assert "--request only asks" in refused("key", "add", "--request", "--draft", "d", code=2)
    assert run(*NEW).exit_code == 0
    assert run("key", "add", "--request", "other.json", "--archive", "new", *HERS).exit_code == 0
    assert "asks for another archive" in refused("key", "add", "other.json", code=2)
    assert run("key", "add", "--request", "old.json", *HERS).exit_code == 0
    assert "another file is there" in refused("key", "add", "--request", "old.json", *HERS, code=2)
    assert run("key", "rotate", "--log").exit_code == 0
    assert "asks for another trust root" in refused("key", "add", "old.json", code=2)
    data = Path("old.json").read_bytes()
    for number, spoiled in enumerate((data + b"\n", data.replace(b'"index":3', b'"index":4'), data[:-9], b"{}", b"")):
        Path(f"spoiled-{number}").write_bytes(spoiled)
        refused("key", "add", f"spoiled-{number}", code=2)


def test_key_that_is_known(run: Run, refused: Refused, joined: str, days: Callable[[], None]) -> None:
    """A key that is in use, has ended, was revoked, or signs the log cannot join."""
    days()
    assert "is in use" in refused("key", "add", "--new-key", "keys/record", code=2)
    assert "is in use" in refused("key", "add", "--request", "x.json", "--new-key", "hers/record-2", code=2)
    assert "a log key" in refused("key", "add", "--new-key", "keys/log", code=2)
    assert run("key", "retire", joined).exit_code == 0
    assert "has ended" in refused("key", "add", "--new-key", "hers/record-2", code=2)
    revoke = ("key", "revoke", joined, "--from-index", "4", "--reason", "lost")
    assert "not in use any more" in refused(*revoke, "--replace", code=2)
    assert run(*revoke).exit_code == 0
    assert "was revoked" in refused("key", "add", "--new-key", "hers/record-2", code=2)
    assert run("verify").exit_code == 0


def test_revoked_beside_another(run: Run, joined: str) -> None:
    """One of two keys is revoked and replaced; the other one stays in use."""
    stays = keys_of(run)["record_keys"][0]["fingerprint"]
    revoke = ("key", "revoke", joined, "--from-index", "4", "--reason", "lost")
    assert run(*revoke, "--new-key", "new").exit_code == 0
    in_use = [key["fingerprint"] for key in keys_of(run)["record_keys"] if key["last_index"] is None]
    assert (len(in_use), stays in in_use, joined in in_use) == (2, True, False)
    assert run("verify").exit_code == 0


def test_rotate_with_several_keys(run: Run, refused: Refused, joined: str) -> None:
    """The key of this folder is replaced, or the one that is named; where neither tells, nothing is."""
    before = keys_of(run)["record_keys"]
    assert "several record keys are in use" in refused(
        "key",
        "rotate",
        "--keys",
        "empty",
        "--root-key",
        "keys/root",
        "--log-key",
        "keys/log",
        "--new-key",
        "new",
        code=2,
    )
    assert "no record key that is in use" in refused("key", "rotate", "--replaces", "x", code=2)
    assert "--replaces is for record keys" in refused("key", "rotate", "--log", "--replaces", joined, code=2)
    assert run("key", "rotate").exit_code == 0
    after = {key["fingerprint"]: key["last_index"] for key in keys_of(run)["record_keys"]}
    assert (after[before[0]["fingerprint"]], after[joined]) == (4, None)
    assert run("key", "rotate", "--replaces", joined, "--new-key", "new").exit_code == 0
    assert keys_of(run)["record_keys"][1]["last_index"] == 5
    assert run("verify").exit_code == 0


def test_retire(run: Run, refused: Refused, joined: str) -> None:
    """A key is retired while another is left; who retired signs no more, and what they signed stays good."""
    mine = keys_of(run)["record_keys"][0]["fingerprint"]
    assert "no record key that is in use" in refused("key", "retire", "x", code=2)
    assert run("key", "retire", mine).exit_code == 0
    refused(*ADD, "--key", "keys/record", code=2)
    assert "no record key would be left" in refused("key", "retire", joined, code=2)
    assert run(*ADD, "--key", "hers/record-2").exit_code == 0
    assert run("verify").exit_code == 0


def hide(role: str, agent: Agent) -> None:
    """Let ssh-agent hold a key, of which only the public half stays in the folder."""
    agent.add(Path("keys", role))
    Path("keys", role).unlink()


ROTATE = {"record": ("key", "rotate"), "log": ("key", "rotate", "--log"), "root": ("key", "rotate", "--root")}


@pytest.mark.parametrize("role", ROTATE)
def test_agent_key_is_not_followed_by_a_file(
    run: Run, refused: Refused, days: Callable[[], None], agent: Agent, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """A key in ssh-agent has a successor only where one is named: a key of the agent, a file, or a new one."""
    days()
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    hide(role, agent)
    said = refused(*ROTATE[role], code=2)
    assert f"the present {role} key is in ssh-agent, and its successor is not named" in said
    assert f"--new-{role} agent:SHA256:… or --new-{role} FILE" in said
    agent.add(agent.make("next"))
    named = f"agent:{agent.fingerprint('next')}"
    assert run("key", "rotate", f"--new-{role}", named).exit_code == 0
    assert f"the present {role} key is in ssh-agent" in refused(*ROTATE[role], code=2)
    assert run("key", "rotate", f"--new-{role}", "new").exit_code == 0
    assert run(*ROTATE[role]).exit_code == 0
    assert run("verify").exit_code == 0


def test_agent_key_is_not_followed_by_a_file_elsewhere(
    run: Run, refused: Refused, days: Callable[[], None], agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where the agent alone holds it, the user names the agent, it is revoked, or a log key there is lost."""
    days()
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    mine = fingerprint("keys/record.pub")
    agent.add(Path("keys/record"))
    assert "in ssh-agent" in refused("key", "rotate", "--key", f"agent:{mine}", code=2)
    monkeypatch.setenv("ARCHIVE_KEY", "agent")
    assert "in ssh-agent" in refused("key", "rotate", code=2)
    monkeypatch.delenv("ARCHIVE_KEY")
    hide("record", agent)
    revoke = ("key", "revoke", mine, "--from-index", "3", "--reason", "lost")
    assert "--new-key agent:SHA256:…" in refused(*revoke, "--replace", code=2)
    Path("keys/record.pub").unlink()
    assert "in ssh-agent" in refused("key", "rotate", code=2)
    hide("log", agent)
    assert "in ssh-agent" in refused("key", "rotate", "--log", "--lost", code=2)
    assert run(*revoke, "--new-key", "new").exit_code == 0


def test_key_that_is_not_where_it_was(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """A record key that is nowhere needs a named successor; a log key that is said to be lost does not."""
    days()
    for path in ("keys/record", "keys/record.pub"):
        Path(path).unlink()
    assert "the present record key is not where it was" in refused("key", "rotate", code=2)
    assert run("key", "rotate", "--new-key", "new").exit_code == 0
    for path in ("keys/log", "keys/log.pub"):
        Path(path).unlink()
    assert "the present log key is not where it was" in refused("key", "rotate", "--log", code=2)
    assert run("key", "rotate", "--log", "--lost").exit_code == 0
    assert run("verify").exit_code == 0


def test_agent_that_offers_another_key(
    run: Run, refused: Refused, joined: str, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the folder names a key, an agent that holds only the colleague's does not sign in its place."""
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    agent.add(Path("hers/record-2"))
    Path("keys/record").unlink()
    said = refused(*ADD, code=2)
    assert "the agent does not hold this key" in said
    assert joined in run("key", "list").stdout
    assert run(*ADD, "--key", "agent").exit_code == 0


def sign_elsewhere(key: str, draft: str) -> None:
    """Sign a draft as the page says, with nothing but ssh-keygen."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", "root@muniment", "-f", key, draft]
    subprocess.run(command, check=True, capture_output=True)


def shown_and_refused(run: Run, *arguments: str) -> str:
    """Finish a draft that too few have signed: what it changes is printed, nothing is written; what is said of it."""
    before = _files(Path("archive"))
    result = run("key", "finish", *arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stdout.startswith("  trust root 2 follows 1, log index 3")
    assert _files(Path("archive")) == before
    return result.stderr


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_root_key_on_another_machine(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """A trust root is drafted here, signed elsewhere with ssh-keygen, and finished here."""
    days()
    shutil.move("keys/root", "elsewhere")
    assert "there is no root key" in refused("key", "rotate", code=2)
    drafted = run("key", "rotate", "--draft", "next.json")
    assert "ssh-keygen -Y sign -n root@muniment -f ROOT-KEY next.json" in drafted.stdout
    assert "too few root keys have signed" in shown_and_refused(run, "next.json")
    sign_elsewhere("elsewhere", "next.json")
    assert run("key", "finish", "next.json", "next.json.sig").exit_code == 0
    assert run(*ADD).exit_code == 0
    assert "does not follow" in refused("key", "finish", "next.json", "next.json.sig", code=2)
    assert run("verify").exit_code == 0


def test_draft_that_cannot_be_finished(run: Run, refused: Refused, days: Callable[[], None]) -> None:
    """A draft that was changed, has aged, is none, or comes with other signatures becomes no trust root."""
    days()
    assert run("key", "rotate", "--draft", "next.json").exit_code == 0
    assert "another file is there" in refused("key", "rotate", "--draft", "next.json", code=2)
    sign_elsewhere("keys/record", "next.json")
    assert "by no root key" in shown_and_refused(run, "next.json", "next.json.sig")
    refused("key", "finish", "next.json", "notice.txt", code=2)
    refused("key", "finish", "notice.txt", code=2)
    changed = Path("next.json").read_bytes().replace(b'"threshold":1', b'"threshold":2')
    Path("changed.json").write_bytes(changed)
    assert "threshold" in refused("key", "finish", "changed.json", code=2)
    assert run(*ADD).exit_code == 0
    assert "another state of the log" in refused("key", "finish", "next.json", code=2)


def test_root_key_that_was_never_here(run: Run, days: Callable[[], None]) -> None:
    """A root key of another machine joins by its public half: it signs the draft there, and drops the one from here."""
    days()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "offline"], check=True)
    here = keys_of(run)["root_keys"][0]["fingerprint"]
    change = ("key", "root", "--add", "offline.pub", "--drop", here)
    assert run(*change).exit_code == 3  # without --draft it would have to sign here, and no agent holds it
    assert run(*change, "--draft", "next.json").exit_code == 0
    sign_elsewhere("offline", "next.json")
    assert "--sign" in shown_and_refused(run, "next.json", "next.json.sig")
    digest = hashlib.sha256(Path("next.json").read_bytes()).hexdigest()
    assert run("key", "finish", "next.json", "next.json.sig", "--sign", digest).exit_code == 0
    assert [key["fingerprint"] for key in keys_of(run)["root_keys"]] == [fingerprint("offline.pub")]
    assert run("verify").exit_code == 0


ROLES = ("root", "record", "log")
OPTIONS = {"root": "--root-key", "record": "--key", "log": "--log-key"}


@pytest.mark.parametrize("given", [ROLES[:number] for number in range(4)] + [("root", "log"), ("record", "log")])
@pytest.mark.parametrize("where", ["file", "agent"])
@pytest.mark.usefixtures("work")
def test_init_with_given_keys(
    run: Run, agent: Agent, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], where: str
) -> None:
    """Any of the three keys may be given, in a file or in ssh-agent; for a role that is given nothing is made."""
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    named = []
    for role in given:
        file = agent.make(role)
        if where == "agent":
            agent.add(file)
        named += [OPTIONS[role], f"agent:{agent.fingerprint(role)}" if where == "agent" else str(file)]
    made = json.loads(run(*NEW, *named, "--json").stdout)["keys"]["made"]
    assert sorted(made) == sorted(str(Path("fresh", role)) for role in ROLES if role not in given)
    value = json.loads(run("key", "list", "--archive", "new", "--json").stdout)
    found = {role: value[f"{role}_keys"][0]["fingerprint"] for role in ROLES}
    assert all(found[role] == agent.fingerprint(role) for role in given)
    assert run("verify", "--archive", "new").exit_code == 0


def test_init_with_keys_that_cannot_be(run: Run, refused: Refused) -> None:
    """The log key is no other key; one key for root and record is said; what is no key of its type is refused."""
    for pair in (("--root-key", "--log-key"), ("--key", "--log-key")):
        said = refused(*NEW, pair[0], "keys/record", pair[1], "keys/record", code=2)
        assert "the log key must not be the" in said
    assert "no such file" in refused(*NEW, "--root-key", "missing.pub", code=2)
    assert "there is no root key" in refused(*NEW, "--root-key", "missing", code=2)
    refused(*NEW, "--root-key", "notice.txt", code=2)
    refused("init", "new", "--origin", "example.org/new", "--keys", "fresh", "--root-key", "new/root", code=2)
    Path("weak.pub").write_text("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA x\n")
    assert "small order" in refused(*NEW, "--root-key", "weak.pub", code=2)
    one = run(*NEW, "--root-key", "keys/record", "--key", "keys/record")
    assert one.exit_code == 0
    assert "one key signs records and says who may" in one.stdout
