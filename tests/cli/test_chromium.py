"""The program of a browser: how it ends, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

_CHILD = """
import sys
from muniment.cli.chromium import Chromium, running
with running(Chromium({program!r}, sandbox=False), 1, lambda: 60.0):
    print("started", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """Where a service is ended during a rendering, neither its browser nor the folder of its profile stays."""
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\necho $1 > {tmp_path}/profile\nexec sleep 60\n")
    program.chmod(0o700)
    command = [sys.executable, "-c", _CHILD.format(program=str(program))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"started\n"
        while not (tmp_path / "profile").exists() or not (tmp_path / "profile").read_text().endswith("\n"):
            sleep(0.01)
        folder = Path((tmp_path / "profile").read_text().strip().partition("=")[2]).parent
        assert folder.is_dir()
        child.send_signal(number)
        assert child.wait() != 0
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
