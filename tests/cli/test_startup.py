"""What is not needed for the verb at hand is not imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

_RUN = """
import sys
from muniment.cli import archive
try:
    archive(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["--help"], {"muniment.archive", "muniment.log", "cryptography"}),
        (
            ["cite", "v1"],
            {
                "muniment.diff",
                "muniment.history",
                "muniment.sources",
                "muniment.verify",
                "rapidfuzz",
                "regex",
                "jsonschema",
            },
        ),
        (
            ["verify", "--jobs", "1"],
            {"muniment.diff", "muniment.history", "muniment.cite", "muniment.snapshot", "rapidfuzz", "jsonschema"},
        ),
        (["verify", "v1"], {"muniment.diff", "muniment.cite", "muniment.snapshot", "muniment.parallel", "jsonschema"}),
    ],
)
def test_imports(arguments: list[str], unneeded: set[str]) -> None:
    """A verb loads no room and no library that it does not work with."""
    run = subprocess.run([sys.executable, "-c", _RUN, *arguments], capture_output=True, text=True, check=True)
    loaded = set(run.stderr.splitlines()[-1].split())
    assert "muniment.cli.app" in loaded
    assert loaded & unneeded == set()
