"""The conformance vectors: made again, judged by ``archive verify``, and by ``verify.sh``."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from muniment.digest import sha256_hex
from muniment.snapshot.zip import Entry, parse_zip
from muniment.verify.proof import verify_proof
from muniment.verify.snapshot import verify_snapshot

TOP = Path(__file__).resolve().parents[1]
FOLDER = TOP / "tests" / "vectors"
INDEX: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
EXIT = {"verified": 0, "failed": 1, "unchecked": 3}


@cache
def maker() -> ModuleType:
    """The script that writes the vectors."""
    spec = spec_from_file_location("make_vectors", TOP / "scripts" / "make_vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    import sys  # noqa: PLC0415 - dataclasses look their module up there

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def data_of(row: dict[str, Any]) -> bytes:
    """The file of a vector, put together where it is kept as a difference."""
    data: bytes = (FOLDER / row["file"]).read_bytes()
    if row["file"].endswith(".delta"):
        said = json.loads(data)
        data = bytes(maker().rebuild((FOLDER / said["base"]).read_bytes(), said["parts"]))
    assert sha256_hex(data) == row["sha256"]
    return bytes(data)


def test_made_again() -> None:
    """The committed files are those that ``python scripts/make_vectors.py`` writes."""
    made = maker().vectors()
    stored = {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    assert sorted(made) == sorted(stored)
    assert [name for name in made if made[name] != stored[name]] == []
    assert sum(map(len, stored.values())) < 1_000_000


@pytest.mark.parametrize("row", INDEX, ids=lambda row: f"{row['kind']}-{row['name']}")
def test_verdict(row: dict[str, Any]) -> None:
    """``archive verify`` gives the verdict of the index, by the checks that it names."""
    check = verify_snapshot if row["kind"] == "snapshot" else verify_proof
    report = check(data_of(row), subject=row["name"], pinned_root=row["root"])
    assert (report.verdict, sorted({finding.check for finding in report.failures})) == (row["verdict"], row["checks"])


SNAPSHOTS = [row for row in INDEX if row["kind"] == "snapshot"]


@pytest.mark.parametrize("row", SNAPSHOTS, ids=lambda row: row["name"])
def test_script_agrees(row: dict[str, Any], tmp_path: Path) -> None:
    """``verify.sh`` of a good snapshot gives the same verdict, or says that it does not check such a thing."""
    for tool in ("sh", "awk", "sha256sum", "openssl", "ssh-keygen"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    for entry in _entries(data_of(row)):
        path = tmp_path / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.data)
    bag = next(tmp_path.iterdir())
    (bag / "data" / "verify.sh").write_bytes((TOP / "src/muniment/snapshot/verify.sh").read_bytes())
    command = ["sh", "data/verify.sh", *([row["root"]] if row["root"] else [])]
    done = subprocess.run(command, cwd=bag, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    if row["beyond_script"] is None:
        assert done.returncode == EXIT[row["verdict"]], done.stdout
    else:
        assert row["verdict"] == "failed"
        assert done.returncode == 0, done.stdout
        said = {
            "canonical": "canonical JSON and schemas (3, 4)",
            "derived": "the files that are made from the others",
            "extraction": "words come out of the original again (6)",
            "paragraphs": "the paragraph tree (9)",
            "zip": "the zip itself (1)",
        }
        assert said[row["beyond_script"]] in " ".join(done.stdout.split())


def _entries(data: bytes) -> Iterator[Entry]:
    """What unpacking gives, whatever follows the zip."""
    yield from parse_zip(data[: data.rindex(b"PK\x05\x06") + 22])[1]


def test_the_page_names_every_word() -> None:
    """``docs/conformance.md`` counts the vectors and explains every member of the index."""
    page = (TOP / "docs" / "conformance.md").read_text(encoding="utf-8")
    for member in INDEX[0]:
        assert f"`{member}`" in page
    for word in {row["beyond_script"] for row in INDEX} - {None}:
        assert f"`{word}`" in page
    number = len(INDEX)
    good = sum(row["verdict"] == "verified" for row in INDEX)
    assert re.search(rf"\b{number} vectors, {good} of them good\b", page)
