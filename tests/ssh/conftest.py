"""Keys and the outside judges, ssh-keygen and openssl."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.ssh.keys import PrivateKey

Judge = Callable[..., "subprocess.CompletedProcess[bytes]"]


def _judge(program: str, folder: Path) -> Judge:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")

    def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([path, *arguments], input=stdin, capture_output=True, check=False, cwd=folder)

    return run


@pytest.fixture
def ssh_keygen(tmp_path: Path) -> Judge:
    """Run ssh-keygen in the test's folder, or skip, saying that it is absent."""
    return _judge("ssh-keygen", tmp_path)


@pytest.fixture
def openssl(tmp_path: Path) -> Judge:
    """Run openssl in the test's folder, or skip, saying that it is absent."""
    return _judge("openssl", tmp_path)


@pytest.fixture(scope="session")
def key() -> PrivateKey:
    """A private key from a constant seed."""
    return PrivateKey.from_seed(b"\x01" * 32)


@pytest.fixture(scope="session")
def other_key() -> PrivateKey:
    """Another private key from a constant seed."""
    return PrivateKey.from_seed(b"\x02" * 32)


@pytest.fixture(scope="session")
def third_key() -> PrivateKey:
    """A third private key from a constant seed."""
    return PrivateKey.from_seed(b"\x03" * 32)
