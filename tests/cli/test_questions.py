"""What ``init`` asks on a terminal, and what the options say in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from muniment.cli import archive
from muniment.cli.questions import check_name
from muniment.errors import InputError
from muniment.ssh.keys import PassphraseNeededError, load_private_key

Run: TypeAlias = Callable[..., Result]
Answer: TypeAlias = Callable[..., Result]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Run ``archive`` as on a terminal, with answers to its questions, and passphrases to type."""

    def invoke(*arguments: str, lines: str = "", typed: tuple[str, ...] = ()) -> Result:
        passphrases: Iterator[str] = iter(typed)
        for module in ("questions", "keyring"):
            monkeypatch.setattr(f"muniment.cli.{module}.is_terminal", lambda _: True)
        monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(passphrases))
        result = CliRunner().invoke(archive, list(arguments), input=lines, prog_name="archive")
        assert next(passphrases, None) is None
        return result

    return invoke


def test_asks_for_all_three(answer: Answer, run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name, keys and passphrase are asked for, each with a line on it; keys are locked, and one answer opens all."""
    monkeypatch.delenv("ARCHIVE_KEYS")
    result = answer(
        "init",
        "new",
        lines="press.harbour.eu/kept\nfresh\n\n",
        typed=("short", "three long words", "other words here", "three long words", "three long words"),
    )
    assert result.exit_code == 0, result.output
    assert all(len(line) <= 80 for line in result.stderr.splitlines() if not line.startswith("Keys ["))
    for said in (
        "never changes",
        "Whoever has them can sign",
        "nobody can find it again",
        "at least 8",
        "These are two.",
    ):
        assert said in " ".join(result.stderr.split())
    assert "made the archive press.harbour.eu/kept in new\n" in result.stdout
    assert "no passphrase" not in result.stdout
    for role in ("root", "record", "log"):
        with pytest.raises(PassphraseNeededError):
            load_private_key((work / "fresh" / role).read_bytes(), where=role)
    added = answer(
        "add", "notice.txt", "--release", "a", "--archive", "new", "--keys", "fresh", typed=("three long words",)
    )
    assert added.exit_code == 0, added.output
    assert run("verify", "--archive", "new").exit_code == 0


def test_way_back_from_the_passphrase(answer: Answer, work: Path) -> None:
    """Twice nothing asks whether to do without; no asks for a passphrase again, and the end of input ends it all."""
    told = ("init", "new", "--origin", "press.harbour.eu", "--keys", "fresh")
    stayed = answer(*told, lines="y\nn\n", typed=("", "", "", "three long words", "three long words"))
    assert (stayed.exit_code, "no passphrase: whoever" in stayed.stdout) == (0, False), stayed.output
    assert stayed.stderr.count("Go on without a passphrase? [y/N]") == 1
    assert "Leave it empty twice to do without; Ctrl-D ends this." in " ".join(stayed.stderr.split())
    told = ("init", "other", "--origin", "sea.harbour.eu", "--keys", "loose")
    left = answer(*told, lines="y\ny\n", typed=("", ""))
    assert (left.exit_code, "they have no passphrase" in left.stdout) == (0, True), left.output
    told = ("init", "third", "--origin", "air.harbour.eu", "--keys", "none")
    ended = answer(*told, lines="y\n", typed=("", ""))
    assert (ended.exit_code, ended.stdout) == (130, "")
    assert not (work / "none").exists()


def test_asked_for_a_lock(answer: Answer, work: Path) -> None:
    """With --lock nothing typed is never taken for a wish to do without: it ends with the input alone."""
    typed = ("", "", "", "three long words", "three long words")
    locked = answer("init", "new", "--origin", "press.harbour.eu", "--keys", "fresh", "--lock", typed=typed)
    assert (locked.exit_code, "Go on without" in locked.stderr) == (0, False), locked.output
    with pytest.raises(PassphraseNeededError):
        load_private_key((work / "fresh" / "record").read_bytes(), where="record")


def test_asks_again(answer: Answer, work: Path) -> None:
    """A name that will not serve is told why, and asked for again; one for examples is taken when that is meant."""
    lines = "https://press.example.org/\nlocalhost\nMy Archive\nexample.org\nn\npress\nexample.org/new\ny\nn\n"
    result = answer("init", "new", "--keys", "fresh", lines=lines)
    assert result.exit_code == 0, result.output
    for said in ("write press.example.org", "another one", "no blanks", "belongs to nobody", "not a domain"):
        assert said in " ".join(result.stderr.split())
    assert "they have no passphrase: whoever reads the files can sign" in result.stdout
    assert (work / "fresh" / "record").exists()


@pytest.mark.usefixtures("work")
def test_asks_for_nothing_that_was_said(answer: Answer) -> None:
    """With name and --no-lock there is nothing to ask, and with keys that are there neither."""
    result = answer("init", "new", "--origin", "press.harbour.eu", "--keys", "fresh", "--no-lock")
    assert (result.exit_code, result.stderr) == (0, "")
    again = answer("init", "other", "--origin", "sea.harbour.eu", "--keys", "fresh")
    assert (again.exit_code, again.stderr) == (0, "")


@pytest.mark.usefixtures("work")
def test_passphrase_of_the_environment(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase that is set is taken without a question, but for --no-lock."""
    monkeypatch.setenv("ARCHIVE_PASSPHRASE", "from the environment")
    locked = answer("init", "new", "--origin", "press.harbour.eu", "--keys", "fresh")
    assert (locked.exit_code, locked.stderr, "no passphrase" in locked.stdout) == (0, "", False)
    loose = answer("init", "other", "--origin", "sea.harbour.eu", "--keys", "loose", "--no-lock")
    assert "no passphrase" in loose.stdout


def test_script_is_asked_nothing(refused: Callable[..., str]) -> None:
    """Without a terminal a missing name or passphrase is refused, and says which option gives it."""
    assert "--origin press.example.org/archive" in refused("init", "new", code=2)
    said = refused("init", "new", "--origin", "press.harbour.eu", "--keys", "fresh", "--lock", code=2)
    assert "ARCHIVE_PASSPHRASE" in said


@pytest.mark.parametrize(
    "name",
    [
        *(
            "localhost",
            "localhost/x",
            "harbour.local",
            "a.internal",
            "press",
            "192.168.1.7/a",
            "a b.org",
            "https://a.org",
        ),
        *("a.org/", "Press.org", "a.org//b", "a..org", "-a.org", "a.org/ü", "", "a.org/.."),
    ],
)
def test_names_that_will_not_serve(refused: Callable[..., str], name: str) -> None:
    """A name that means another archive elsewhere, or that no log may have, is refused before anything is made."""
    with pytest.raises(InputError):
        check_name(name)
    refused("init", "new", "--origin", name, "--keys", "fresh", code=2)


@pytest.mark.parametrize("name", ["press.example.org", "a.org/b/C.d~e", "xn--hfen-koa.de", "a.example"])
def test_names_that_serve(name: str) -> None:
    """A domain serves, with a path or without."""
    assert check_name(name) == name
