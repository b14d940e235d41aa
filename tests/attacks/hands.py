"""What every test of hostile input uses: an archive laid on the disk, the command run on it, and what must hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from muniment.cli import archive

# Written out here, apart from the code under test: C0 but the line feed, DEL, C1; line and paragraph separator;
# embeddings, overrides and isolates; what shows nothing; tags; halves of surrogate pairs.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
PAYLOAD = "\x00\x07\x08\x1b\x7f\x85\x9b\u200b\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\ufff9\U000e0041"
"""One of each kind; the escape character, C1's CSI and the override are the ones that attack."""

READING: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("list", "--json"),
    ("status",),
    ("status", "--json"),
    ("show", "harbour"),
    ("show", "harbour/v1", "--as-received"),
    ("show", "harbour", "--original"),
    ("show", "harbour", "--json"),
    ("log",),
    ("log", "harbour", "--json"),
    ("log", "--checkpoint"),
    ("key", "list"),
    ("key", "list", "--json"),
    ("key", "allowed-signers"),
    ("verify",),
    ("verify", "--json"),
    ("verify", "harbour/v1"),
    ("verify", "--explain"),
    ("diff", "harbour/v1", "harbour/v2"),
    ("diff", "harbour/v1", "harbour/v2", "--json"),
    ("cite", "harbour/v1"),
    ("cite", "harbour", "--style", "short"),
    ("cite", "harbour", "--json"),
    ("export", "harbour/v1", "-o", "-"),
    ("blame", "harbour"),
    ("blame", "harbour", "--words"),
    ("blame", "harbour", "--json"),
    ("when", "harbour"),
    ("when", "harbour", "--json"),
    ("search", "harbour"),
    ("search", "harbour", "--json"),
    ("find-quote", "harbour"),
    ("find-quote", "harbour", "--json"),
)
"""Every command that reads an archive, each way that it prints."""

EXACT = ({"show", "--json"}, {"show", "--original"}, {"export", "-"})
"""What gives bytes as they are to a pipe, by design."""


def lay(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files of an archive into a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(archive, list(arguments), input=stdin, prog_name="archive")


def judge(result: Result, *arguments: str) -> Result:
    """Hold any run to what is promised of every run, whatever it was given.

    A designed exit code, never that of a fault of ours; an error in one line, after one that says that this machine saw
    more of the archive, if it did; nothing raw that a terminal obeys.
    """
    assert result.exit_code in {0, 1, 2, 3}, (arguments, result.stderr)
    assert "Traceback" not in result.output
    if result.exit_code and not result.stdout:
        error = re.sub(r"^archive: FAILED 13 memory: .*\n(?=.)", "", result.stderr, count=1)
        assert error.startswith("archive"), (arguments, result.stderr)
        assert error.count("\n") == 1, (arguments, result.stderr)
    assert not UNSAFE.search(result.stderr), (arguments, result.stderr)
    if not any(exact <= set(arguments) for exact in EXACT):
        assert not UNSAFE.search(result.stdout), (arguments, UNSAFE.search(result.stdout))
    return result


def read(folder: Path, *arguments: str) -> Result:
    """Run a command on an archive, and judge it."""
    return judge(run(*arguments, "--archive", str(folder)), *arguments)


def tree(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    """Everything in a folder: mode, and the bytes of regular files; links are not followed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        plain = path.is_file() and not path.is_symlink()
        found[str(path.relative_to(folder))] = (status.st_mode, path.read_bytes() if plain else None)
    return found
