"""CPU time of whole processes, in turn: small commands beside what they must import, and ours beside another checkout.

``archive --help`` stands beside ``import click``, and ``archive verify`` of the archive that is shipped beside the
import of a validator of schemas and of Ed25519.

``python bench/startup.py [SRC]``: SRC is the ``src`` folder of another checkout, whose ``--help``, ``cite v1`` and
``verify`` on the archive that it ships are run beside ours.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from verify import environment

RUNS = 20
MEMORY = tempfile.mkdtemp()
TOP = Path(__file__).resolve().parents[1]
START = "from muniment.cli import main; main()"
COMMANDS = (("--help",), ("cite", "v1"), ("verify", "--jobs", "1"))


def seconds(code: str, arguments: tuple[str, ...], source: Path) -> float:
    """Run a program to its end and give the CPU time that it took, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        cwd=source.parent,
        env={
            **environment(MEMORY),
            "PYTHONPATH": str(source),
            "ARCHIVE_MEMORY": f"{MEMORY}/{source.parent.name}",
        },
        stdout=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, one: tuple[str, tuple[str, ...], Path], other: tuple[str, tuple[str, ...], Path]) -> None:
    """Time two programs in turn and print medians and the ratio."""
    pairs = [(seconds(*one), seconds(*other)) for _ in range(RUNS + 1)][1:]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{name}: {ours * 1000:.0f} ms beside {theirs * 1000:.0f} ms, ratio {ours / theirs:.2f}")


def main() -> None:
    """Print the ratios."""
    source = TOP / "src"
    compare("archive --help beside import click", (START, ("--help",), source), ("import click", (), source))
    libraries = "import jsonschema, cryptography.hazmat.primitives.asymmetric.ed25519"
    verify = (START, ("--archive", str(TOP / "archive"), "verify", "--no-memory"), source)
    compare(f"archive verify of the shipped archive beside {libraries}", verify, (libraries, (), source))
    for folder in sys.argv[1:]:
        for command in COMMANDS:
            name = f"archive {' '.join(command)} beside {folder}"
            compare(name, (START, command, source), (START, command, Path(folder).resolve()))


if __name__ == "__main__":
    main()
