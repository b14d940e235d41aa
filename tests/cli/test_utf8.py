"""Bytes that are not UTF-8 where words are wanted: unusable, and said so, for every word of every verb."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.cli.conftest import Run

from muniment.cli import archive

FERRY = "Паром"
BYTES = {
    "windows-1251": FERRY.encode("windows-1251"),
    "Latin-1": "Fähre".encode("latin-1"),
    "Shift JIS": "港".encode("shift_jis"),
    "UTF-8 cut short": FERRY.encode()[:-1],
    "overlong": b"a\xc0\xaf",
    "half a pair": b"\xed\xa0\x80",
}
FILES = {"COPY", "DIR", "DRAFT", "FILE", "KEY", "REPLY", "REQUEST", "SIGNATURE"}


def verbs(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every verb, those of groups too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from verbs(command, (*path, name))
        else:
            yield (*path, name), command


def said(param: click.Parameter) -> str:
    """What the help calls a parameter."""
    return (param.metavar or str(param.name)).strip("[].")


WORDS = [
    (path, param)
    for path, command in verbs(archive)
    for param in command.params
    if isinstance(param.type, click.types.StringParamType)
    and not (isinstance(param, click.Option) and param.is_flag)
    and said(param) not in FILES
    and param.name != "parts"  # one of three words, and refused as another
]


def arguments(path: tuple[str, ...], wanted: click.Parameter, value: str) -> list[str]:
    """A call of a verb with a value for one parameter, and something for those that it cannot do without."""
    command = dict(verbs(archive))[path]
    given = [*path]
    for param in command.params:
        needed = param is wanted or param.required
        if isinstance(param, click.Option) and needed:
            given.append(f"{param.opts[-1]}={value if param is wanted else '1'}")
    # What comes after -- is no option, whatever it begins with; all arguments before the wanted one must be there.
    operands = [param for param in command.params if isinstance(param, click.Argument)]
    before = operands[: operands.index(wanted)] if isinstance(wanted, click.Argument) else []
    held = [param for param in operands if param in before or param is wanted or param.required]
    return [*given, "--", *(value if param is wanted else "x" for param in held)]


def test_all_words_are_tried() -> None:
    """The words that a user can hand over are all among those tried below."""
    tried = {(path[-1], param.name) for path, param in WORDS}
    assert {("find-quote", "quote"), ("when", "phrase"), ("cite", "reference"), ("verify", "target")} <= tried
    assert {
        ("add", "title"),
        ("add", "note"),
        ("prove", "quote"),
        ("describe", "issuer"),
        ("list", "json"),
    } - tried == {("list", "json")}
    assert len(tried) > 60


@pytest.mark.parametrize("kind", BYTES)
def test_words_that_are_not_utf_8(run: Run, kind: str) -> None:
    """Words in another charset are unusable: exit code 2; one line names them, the first such byte and a way out."""
    data = BYTES[kind]
    for path, param in WORDS:
        result = run(*arguments(path, param, os.fsdecode(data)))

        name = param.opts[-1] if isinstance(param, click.Option) else said(param)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert result.stderr.startswith(f"archive: {name}: not text in UTF-8: expected UTF-8, found byte 0x"), data
        assert result.stderr.endswith("(convert it first: iconv -f CHARSET -t UTF-8)\n")


def test_place_of_the_byte(run: Run, work: Path) -> None:
    """The byte is named with its place, counted in bytes."""
    assert "found byte 0xe4 at offset 7" in run("when", os.fsdecode("é: aa F".encode()[:7] + b"\xe4hre")).stderr
    assert work.exists()


def test_name_of_a_file(run: Run, work: Path) -> None:
    """The name of a file may be any bytes: it is the file that is there, not a text."""
    name = os.fsdecode(b"\xcf\xe0.txt")
    try:
        (work / name).write_text("The harbour closes on Monday.", encoding="utf-8")
    except OSError:
        pytest.skip("file names are Unicode here")
    assert run("find-quote", name, "harbour-notice/v1").exit_code == 0
    assert run("diff", name, name).exit_code == 0
    # A phrase is never a file.
    assert run("when", name).exit_code == 2


def test_of_the_shell(work: Path) -> None:
    """So it is for the bytes that a shell hands over, whatever the locale."""
    for locale in ("C.UTF-8", "C", "POSIX"):
        for verb in ("find-quote", "when"):
            done = subprocess.run(
                [sys.executable, "-m", "muniment", verb, FERRY.encode("windows-1251")],
                cwd=work,
                env={**os.environ, "LC_ALL": locale},
                capture_output=True,
                check=False,
            )
            assert (done.returncode, done.stdout) == (2, b""), done.stderr
            assert b"found byte 0xcf at offset 0" in done.stderr
