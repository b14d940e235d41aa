"""Two writers at once, or eight: every version is there, in one history, and readers meanwhile never fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.write.killing import make_archive
from tests.write.writing import PATIENCE

from muniment.archive import open_archive
from muniment.store import LocalStore
from muniment.verify.archive import verify_archive

WRITING = Path(__file__).with_name("writing.py")
WRITERS, EACH, BEFORE = 8, 25, 100
ARCHIVE = [sys.executable, "-m", "muniment"]

# Runs commands again and again until stdin is closed, each as the command line does; prints "verb exit-code stderr".
READER = """
import json, select, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from muniment.cli import main
verbs = sys.argv[1:]
while not select.select([sys.stdin], [], [], 0)[0]:
    for verb in verbs:
        out, err = StringIO(), StringIO()
        sys.argv = ["archive", *verb.split()]
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main()
            except SystemExit as stop:
                code = stop.code
        wrong = out.getvalue() if code else ""
        print(json.dumps([verb, code or 0, err.getvalue(), wrong]), flush=True)
"""


@contextmanager
def readers(folder: Path, verbs: list[list[str]]) -> Iterator[list[list[str | int]]]:
    """Read without end, one process for each list of commands; afterwards the list holds what came of each reading."""
    done: list[list[str | int]] = []
    environment = {**os.environ, "ARCHIVE_DIR": str(folder)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", READER, *some], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        for some in verbs
    ]
    try:
        yield done
    finally:
        for process in processes:
            out, _ = process.communicate(timeout=PATIENCE)
            done += [json.loads(line) for line in out.splitlines()]
            assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="select cannot watch a pipe on Windows")
def test_many_writers(tmp_path: Path) -> None:
    """Eight processes add 25 versions each at once: all 200 are there in one log, and no reading failed meanwhile."""
    folder = tmp_path / "archive"
    make_archive(folder, BEFORE)
    assert len(open_archive(LocalStore(folder)).versions) == 20

    verbs = [["list", "show old-1", "list --json"], ["verify --jobs 1", "log old-2", "verify old-3/v1 --jobs 1"]]
    with readers(folder, verbs) as done:
        commands = [[sys.executable, str(WRITING), "add", str(folder), f"w{n}", str(EACH)] for n in range(WRITERS)]
        writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
        said = [writer.communicate(timeout=PATIENCE)[0].splitlines() for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * WRITERS
    assert [len(lines) for lines in said] == [EACH] * WRITERS
    assert [line for line in done if line[1] != 0] == []
    assert {line[0] for line in done} == {verb for some in verbs for verb in some}

    report = verify_archive(LocalStore(folder))
    assert (report.verdict, report.size, len(report.findings)) == ("verified", BEFORE + WRITERS * EACH, 1)
    archive = open_archive(LocalStore(folder))
    held = {f"added {e.statement.name} {e.statement.record}" for entries in archive.versions.values() for e in entries}
    assert {line for lines in said for line in lines} <= held
    assert len({line for lines in said for line in lines}) == WRITERS * EACH
    # 256 was passed, so partial tiles were dropped while others read.
    assert not (folder / "log/tile/0/000.p").exists()
