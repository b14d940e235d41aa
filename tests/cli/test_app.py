"""The table of verbs, held against the verbs; and the help of each."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

import click
import pytest
from click.testing import Result

from muniment.cli.app import VERBS, module_of

Run: TypeAlias = Callable[..., Result]


@pytest.mark.parametrize("verb", VERBS)
def test_table_says_what_the_verb_says(verb: str) -> None:
    """The one line that the table has is the first sentence of the verb's help."""
    command = import_module(module_of(verb)).command
    assert isinstance(command, click.Command)
    assert (command.help or "").split("\n\n")[0].replace("\n", " ") == VERBS[verb]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_examples(run: Run, verb: str) -> None:
    """Help is one sentence, examples with reserved names, and the option ``--json``."""
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert f"Usage: archive {verb}" in result.stdout
    assert f"\n  Examples:\n    archive {verb}" in result.stdout
    assert ("--json" in result.stdout) == (verb != "serve")  # which answers in JSON whoever asks for it
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("group", ["key", "witness", "memory"])
def test_help_of_a_verb_in_a_group_fits(run: Run, group: str) -> None:
    """The help of each verb in a group fits into 80 columns, its examples too."""
    listed = run(group, "--help").stdout.partition("\nVerbs:\n")[2].partition("\n\n")[0].splitlines()
    for line in listed:
        shown = run(group, line.split()[0], "--help")
        assert shown.exit_code == 0
        assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize("verb", VERBS)
def test_short_help_lines_fit(verb: str) -> None:
    """The list of verbs fits into 80 columns without wrapping."""
    assert len(VERBS[verb]) <= 66


def test_help_of_the_whole(run: Run) -> None:
    """The help of the whole lists every verb, and says what the exit codes mean."""
    result = run("--help")
    assert result.exit_code == 0
    for verb, line in VERBS.items():
        assert f"  {verb:<{max(map(len, VERBS))}}  {line}\n" in result.stdout
    assert "Exit codes:" in result.stdout


@pytest.mark.parametrize("group", [(), ("key",), ("witness",), ("memory",)])
def test_one_word_for_verbs(run: Run, group: tuple[str, ...]) -> None:
    """Every group calls its verbs by one word, and each of them says in one line what it does."""
    help_ = run(*group, "--help").stdout
    assert "\nVerbs:\n" in help_
    assert "Commands" not in help_
    listed = help_.partition("\nVerbs:\n")[2].partition("\n\n")[0].splitlines()
    assert len(listed) > 1
    assert all(line.endswith(".") and len(line) <= 80 for line in listed)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("verify", "--ocfl"), "archive: verify: --ocfl lacks its value: --ocfl DIR (archive verify --help)\n"),
        (("verify", "--since"), "archive: verify: --since lacks its value: --since OLD (archive verify --help)\n"),
        (
            ("show", "--archive"),
            "archive: show: --archive lacks its value: --archive DIR (archive show --help)\n",
        ),
        (("cite", "v1", "-o"), "archive: cite: -o lacks its value: -o FILE (archive cite --help)\n"),
        (
            ("key", "revoke", "--reason"),
            "archive: key revoke: --reason lacks its value: --reason TEXT (archive key revoke --help)\n",
        ),
    ],
)
def test_option_without_its_value(run: Run, arguments: tuple[str, ...], line: str) -> None:
    """The error names the verb, and what the option wants."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


def test_no_verb(run: Run) -> None:
    """Without a verb the help goes to stderr, with the exit code of misuse."""
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: archive [OPTIONS] VERB ...\n")


def test_version(run: Run) -> None:
    """``--version`` prints the version."""
    assert run("--version").stdout == "archive (muniment) 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("grow",), "archive: there is no verb 'grow' (archive --help)\n"),
        (("verfy",), "archive: there is no verb 'verfy'; did you mean verify? (archive --help)\n"),
        (("find_quote",), "archive: there is no verb 'find_quote'; did you mean find-quote? (archive --help)\n"),
        (("grep",), "archive: there is no verb 'grep'; did you mean search? (archive --help)\n"),
        (("citation",), "archive: there is no verb 'citation'; did you mean cite? (archive --help)\n"),
        (("rm",), "archive: there is no verb 'rm'; did you mean withdraw? (archive --help)\n"),
        (("key", "rotat"), "archive: key: there is no verb 'rotat'; did you mean rotate? (archive key --help)\n"),
        (("add",), "archive: add: Missing argument 'FILE...'. (archive add --help)\n"),
        (("list", "--jsn"), "archive: list: No such option '--jsn'. Did you mean '--json'? (archive list --help)\n"),
        (("verify", "--jobs", "0"), "archive: verify: Invalid value for '--jobs': 0 is not in the range 1<=x<=64."),
        (("list", "\x1b[2J"), "archive: list: Got unexpected extra argument (\\x1b[2J) (archive list --help)\n"),
    ],
)
def test_misuse(run: Run, arguments: tuple[str, ...], line: str) -> None:
    """Misuse gives one line that names verb and option, and exit code 2."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1


def test_modules_are_verbs_or_helpers() -> None:
    """Every verb has its module, one file a verb."""
    folder = Path(import_module("muniment.cli.verbs").__file__ or "").parent
    there = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    assert set(map(module_of, VERBS)) <= {f"muniment.cli.verbs.{name}" for name in there}
