"""Tests of muniment.ocfl.inventory."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from muniment.errors import FormatError
from muniment.ocfl.inventory import INVENTORY, SIDECAR, format_sidecar, parse_sidecar

EMPTY = (
    b"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
    b"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
)


def test_sidecar_is_digest_two_spaces_and_name() -> None:
    """A sidecar is written in one form, and read back."""
    sidecar = format_sidecar(b"")
    assert sidecar == EMPTY + b"  inventory.json\n"
    assert parse_sidecar(sidecar) == EMPTY.decode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        EMPTY,
        EMPTY + b"  inventory.json",
        EMPTY + b" inventory.json\n",
        EMPTY + b"\tinventory.json\n",
        EMPTY + b"  inventory.json\r\n",
        EMPTY + b"  inventory.json\n\n",
        EMPTY + b"  inventory.json\nx",
        EMPTY + b"  ./inventory.json\n",
        EMPTY.upper() + b"  inventory.json\n",
        EMPTY[:-1] + b"  inventory.json\n",
        b" " + EMPTY + b"  inventory.json\n",
    ],
)
def test_other_forms_are_refused(data: bytes) -> None:
    """A sidecar in any other form, although OCFL may allow it, is refused by E061."""
    with pytest.raises(FormatError, match=r"^v1/inventory\.json\.sha512: OCFL E061: "):
        parse_sidecar(data, where="v1/inventory.json.sha512")


@pytest.mark.skipif(shutil.which("sha512sum") is None, reason="sha512sum is not installed")
def test_sha512sum_checks_it(tmp_path: Path) -> None:
    """Stock sha512sum accepts a sidecar, and sees a changed inventory."""
    (tmp_path / INVENTORY).write_bytes(b"{}")
    (tmp_path / SIDECAR).write_bytes(format_sidecar(b"{}"))
    check = ["sha512sum", "--check", "--strict", SIDECAR]
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    (tmp_path / INVENTORY).write_bytes(b"{ }")
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 1
