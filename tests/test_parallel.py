from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import os, sys, time
from muniment.parallel import begun_anew, share

def work(number):
    print(os.getpid(), flush=True)
    time.sleep(600)

if __name__ == "__main__":
    if sys.argv[1] == "share":
        with share(work, range(3), 3) as results:
            list(results)
    with begun_anew(3) as pool:
        list(pool.map(work, range(3)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that kills")
@pytest.mark.parametrize("way", ["share", "begun anew"])
def test_processes_end_when_the_one_that_asks_is_killed(tmp_path: Path, way: str) -> None:
    """Nobody is left when a run is killed in the midst of its work: each process sees that its parent has gone."""
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM)
    with subprocess.Popen([sys.executable, program, way], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert len({parent.stdout.readline() for _ in range(3)}) == 3
        parent.kill()
        # The pipe has its end when nobody holds it any more; who is left would hold it for ten minutes.
        assert parent.communicate(timeout=60)[0] == ""
