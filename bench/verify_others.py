"""What others take to verify: `git verify-commit` a signed commit, ocfl-py an object.  For `verify.py`.

Each is left out, with the reason, where its tools are not there.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

COMMITS = 50
OBJECTS = 40


@dataclass(frozen=True, slots=True)
class Other:
    """A command of others.

    Attributes:
        command: What to run.
        unit: What it verifies.
        count: How many of these.
    """

    command: list[str]
    unit: str
    count: int


def commands(folder: Path, archive: Path) -> dict[str, Other]:
    """Make what others are to verify, in a folder, and give their commands by name."""
    found: dict[str, Other] = {}
    if missing := [tool for tool in ("git", "ssh-keygen") if shutil.which(tool) is None]:
        print(f"git verify-commit: left out, as there is no {' and no '.join(missing)}")
    else:
        found["git verify-commit"] = Other(_signed_commits(folder / "git"), "version", COMMITS)
    if importlib.util.find_spec("ocfl") is None:
        print("ocfl-py: left out, as it is not installed (the dependencies of the tests bring it)")
    else:
        objects = [
            str(path) for path in sorted((archive / "releases").iterdir()) if (path / "inventory.json").is_file()
        ]
        some = objects[:OBJECTS]
        found["ocfl-py"] = Other([sys.executable, __file__, *some], "object", len(some))
    return found


def _signed_commits(folder: Path) -> list[str]:
    """Make commits, each signed with an SSH key; give the command that verifies all of them, one after another."""
    folder.mkdir()
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    signers = folder / "signers"
    signers.write_text(f"press@example.org {key.with_suffix('.pub').read_text()}")
    settings = {
        "user.name": "press",
        "user.email": "press@example.org",
        "gpg.format": "ssh",
        "user.signingkey": str(key.with_suffix(".pub")),
        "gpg.ssh.allowedSignersFile": str(signers),
        "commit.gpgsign": "true",
        "gc.auto": "0",
    }
    configured = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    git = ["git", "-C", str(folder), *configured]
    subprocess.run([*git, "init", "-q"], check=True)
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for number in range(COMMITS):
        (folder / "notice.txt").write_text(f"Notice {number}\n")
        subprocess.run([*git, "add", "notice.txt"], check=True, env=env)
        subprocess.run([*git, "commit", "-q", "-m", f"as published, {number}"], check=True, env=env)
    made = subprocess.run([*git, "rev-list", "HEAD"], check=True, capture_output=True, text=True, env=env)
    return [*git, "verify-commit", *made.stdout.split()]


def judge_with_ocfl_py(objects: list[str]) -> None:
    """ocfl-py on each object."""
    from ocfl.validator import Validator  # noqa: PLC0415 - for its own process only

    for place in objects:
        if not Validator(log_warnings=True).validate_object(place):
            sys.exit(f"invalid: {place}")


if __name__ == "__main__":
    judge_with_ocfl_py(sys.argv[1:])
