"""The other judge of time stamps: ``openssl ts -verify``."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest


@dataclass(frozen=True)
class OpenSSL:
    """OpenSSL, and a folder for the files that it is given."""

    folder: Path

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run it in the folder."""
        return subprocess.run(["openssl", *map(str, arguments)], cwd=self.folder, capture_output=True, check=False)

    def made(self, *arguments: str | Path) -> None:
        """Run it, and insist that it succeeds."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr.decode()

    def accepts(self, response: bytes, request: bytes, data: bytes, pinned: bytes, at: datetime) -> bool:
        """Whether it accepts a response for the data and for the request, at a time."""
        for name, held in (("r.tsr", response), ("r.tsq", request), ("data", data), ("pinned.pem", pinned)):
            (self.folder / name).write_bytes(held)
        common = ("-in", "r.tsr", "-CAfile", "pinned.pem", "-attime", str(int(at.timestamp())))
        asked = (("-data", "data"), ("-queryfile", "r.tsq"))
        return all(self.run("ts", "-verify", *each, *common).returncode == 0 for each in asked)


def openssl(folder: Path) -> OpenSSL:
    """Give OpenSSL 3, or skip, saying that it is absent."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return OpenSSL(folder)
