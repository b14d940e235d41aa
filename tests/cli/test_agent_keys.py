"""Signing with keys that ssh-agent holds, from ``init`` to ``ssh-keygen -Y verify``; the agent is that of OpenSSH."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from click.testing import Result

if TYPE_CHECKING:
    from tests.conftest import Agent

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]
ADD = ("add", "second.txt", "--release", "other")
NEW = ("init", "new", "--origin", "example.org/new", "--keys", "fresh")


@pytest.fixture
def held(agent: Agent, work: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An agent that holds the three keys of the archive, whose files are gone but for the public ones."""
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    held = {}
    for role in ("root", "record", "log"):
        file = work / "keys" / role
        agent.add(file)
        said = subprocess.run(["ssh-keygen", "-lf", file], check=True, capture_output=True, text=True)
        held[role] = said.stdout.split()[1]
        file.unlink()
    return held


def signed(*fingerprints: str) -> str:
    """What stderr says of signatures by an agent; a log key signs twice, the marker and the checkpoint."""
    return "".join(f"signed with {fingerprint} from ssh-agent\n" for fingerprint in fingerprints)


def test_keys_without_files(run: Run, held: dict[str, str]) -> None:
    """Where no key file is found, the agent's key that the archive allows signs, and stderr says so."""
    result = run(*ADD)
    assert result.stdout.startswith("other/v1  publication")
    assert result.stderr == signed(held["record"], held["log"], held["log"])
    result = run(*ADD)
    assert (result.stdout, result.stderr) == ("unchanged since v1\n", "")
    assert run("describe", "other", "--title", "x").stderr == signed(held["record"], held["log"], held["log"])
    result = run("emend", "other#p1", "--omit", "harbour", "--reason", "y")
    assert result.stderr == signed(held["record"], held["log"], held["log"])
    assert run("verify").exit_code == 0


def test_named_keys(run: Run, held: dict[str, str], work: Path) -> None:
    """A key of the agent is named by its fingerprint, by its public file, or as the one that is allowed."""
    ways = (f"agent:{held['record']}", "keys/record.pub", "agent")
    log_ways = (f"agent:{held['log']}", "keys/log.pub", "agent")
    for number, (key, log_key) in enumerate(zip(ways, log_ways, strict=True)):
        result = run("add", "second.txt", "--release", f"n{number}", "--key", key, "--log-key", log_key)
        assert (result.exit_code, result.stderr) == (0, signed(held["record"], held["log"], held["log"]))
    assert run("verify").exit_code == 0
    assert not (work / "keys" / "record").exists()


def test_same_bytes(run: Run, held: dict[str, str], template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive grown with the agent is, to the byte, that grown with the files."""
    assert run(*ADD).stderr == signed(held["record"], held["log"], held["log"])
    path = "releases/other/v1/content/record.json.sig"
    with_agent = [Path("archive", name).read_bytes() for name in (path, "log/checkpoint")]
    monkeypatch.setenv("ARCHIVE_KEYS", str(template / "keys"))
    monkeypatch.setenv("ARCHIVE_MEMORY", "another machine")
    subprocess.run(["rm", "-r", "archive"], check=True)
    subprocess.run(["cp", "-r", template / "archive", "archive"], check=True)
    assert run(*ADD).stderr == ""
    assert with_agent == [Path("archive", name).read_bytes() for name in (path, "log/checkpoint")]


def test_one_file_one_agent(run: Run, agent: Agent, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key file that is there is used without asking the agent; only the other one comes from it."""
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    agent.add(work / "keys" / "record")
    agent.add(work / "keys" / "log")
    (work / "keys" / "record").unlink()
    assert run(*ADD).stderr.count("from ssh-agent") == 1


def test_story(run: Run, agent: Agent, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a key with a passphrase in the agent to an archive that ``ssh-keygen -Y verify`` agrees with."""
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    agent.add(agent.make("mine", locked_with="open sesame"), answer="open sesame")
    agent.add(agent.make("rsa", "rsa"))
    mine = agent.fingerprint("mine")

    result = run(*NEW, "--key", "agent", "--json")

    keys = json.loads(result.stdout)["keys"]
    assert keys["made"] == [str(Path("fresh", role)) for role in ("root", "log")]
    assert keys["reused"] == [f"agent:{mine}"]
    add = ("add", "notice.txt", "--release", "a", "--archive", "new", "--keys", "fresh")
    assert run(*add).stderr == signed(mine)
    assert run("verify", "--archive", "new").exit_code == 0
    record = work / "new" / "releases" / "a" / "v1" / "content" / "record.json"
    command = ["ssh-keygen", "-Y", "verify", "-n", "record@muniment", "-I", "archive@example.org"]
    command += ["-f", "new/trust/allowed_signers", "-s", f"{record}.sig"]
    done = subprocess.run(command, input=record.read_bytes(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_init_with_every_key_in_the_agent(run: Run, held: dict[str, str], work: Path) -> None:
    """Where only public files lie in the folder of the keys, the agent signs the trust root and the log."""
    result = run("init", "new", "--origin", "example.org/new")
    assert result.stderr == signed(held["root"], held["log"], held["log"])
    assert [line for line in result.stdout.splitlines() if "private key " in line] == [
        f"reused private key agent:{held[role]}" for role in ("root", "record", "log")
    ]
    assert {path.name for path in (work / "keys").iterdir()} == {"root.pub", "record.pub", "log.pub"}
    assert run(*ADD, "--archive", "new").exit_code == 0
    assert run("verify", "--archive", "new").exit_code == 0


def test_init_in_this_folder(run: Run, held: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a key in the agent is not taken for a file inside the archive."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    keys = ("--keys", "../fresh", "--key", f"agent:{held['record']}")
    result = run("init", ".", "--origin", "example.org/here", *keys)
    assert result.exit_code == 0, result.stderr


def test_init_with_several_keys(refused: Refused, held: dict[str, str]) -> None:
    """``init --key agent`` does not choose between several keys, but names them."""
    line = refused(*NEW, "--key", "agent", code=2)
    assert "the agent holds several Ed25519 keys" in line
    assert all(fingerprint in line for fingerprint in held.values())
    assert "(name one: agent:SHA256:…)" in line


def test_key_that_is_not_held(refused: Refused, agent: Agent, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that the agent does not hold is refused with those that it holds."""
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    agent.add(agent.make("other"))
    other = agent.fingerprint("other")
    for key in ("keys/record.pub", "agent"):
        line = refused(*ADD, "--key", key, code=2)
        assert "ssh-agent: the agent does not hold this key: expected SHA256:" in line
        assert f"found {other} (ssh-add FILE adds a key)" in line
    assert "may not sign records" in refused(*ADD, "--key", f"agent:{other}", code=2)
    (work / "keys" / "record").unlink()
    line = refused(*ADD, code=2)
    assert "there is no record key" in line
    assert line.endswith("--key or --keys; ssh-agent was asked: the agent does not hold this key)\n")


def test_key_of_another_type(refused: Refused, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """An RSA key in the agent is refused with the reason, by its fingerprint and by its file."""
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    file = agent.make("rsa", "rsa")
    agent.add(file)
    for key in (f"agent:{agent.fingerprint('rsa')}", f"{file}.pub"):
        line = refused(*NEW, "--key", key, code=2)
        assert "is of type ssh-rsa (RSA), which is refused: it has many key sizes and paddings" in line


@pytest.mark.usefixtures("held")
def test_log_key_that_refuses(run: Run, agent: Agent, work: Path) -> None:
    """An agent that refuses while an archive is made leaves no archive and no new keys; ``init`` can be repeated."""
    agent.add("-c", agent.make("careful"))
    fingerprint = agent.fingerprint("careful")
    result = run(*NEW, "--log-key", f"agent:{fingerprint}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"archive: {fingerprint}: ssh-agent refused to sign with this key (confirm when it")
    assert not (work / "fresh").exists()
    assert {path.name for path in (work / "new").iterdir()} == {".lock"}
    assert run(*NEW).exit_code == 0


def test_record_key_that_refuses(refused: Refused, agent: Agent, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record key whose use nobody confirms adds nothing."""
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    agent.add("-c", work / "keys" / "record")
    assert "ssh-agent refused to sign" in refused(*ADD, "--key", "agent", code=2)


@pytest.mark.usefixtures("work")
def test_no_agent(refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an agent, or with a socket that is none, exit code 3 and the next step are given."""
    for key in ("agent", "agent:SHA256:" + "A" * 43, "keys/record.pub"):
        line = refused(*ADD, "--key", key, code=3)
        assert line.startswith(f"archive: {key}: no ssh-agent is running: expected the path of its socket in SSH_AUTH")
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "nowhere"))
    line = refused(*ADD, "--key", "agent", code=3)
    assert "nowhere: ssh-agent cannot be reached: found no such file or directory (see what ssh-add -l says" in line


@pytest.mark.usefixtures("work")
def test_badly_named_keys(refused: Refused, work: Path) -> None:
    """What is no fingerprint and no public key file is refused before any agent is asked."""
    for key in ("agent:", "agent:SHA256:short", "agent:MD5:00", "agent:SHA256:" + "A" * 44):
        assert f"{key}: not the fingerprint of a key" in refused(*ADD, "--key", key, code=2)
    assert "nothing.pub: no such file" in refused(*ADD, "--key", "nothing.pub", code=2)
    (work / "bad.pub").write_bytes((work / "keys" / "record").read_bytes())
    assert "bad.pub: this is a private key" in refused(*ADD, "--key", "bad.pub", code=2)
    (work / "odd.pub").write_bytes(b"\xff\xfe")
    assert "odd.pub: this is no public key" in refused(*ADD, "--key", "odd.pub", code=2)


def test_lone_public_file(refused: Refused, work: Path) -> None:
    """``init`` makes no second key beside a public file whose private half it cannot find."""
    (work / "keys" / "record").unlink()
    line = refused("init", "new", "--origin", "example.org/new", code=3)
    assert line.startswith(f"archive: {work / 'keys' / 'record.pub'}: no ssh-agent is running")
