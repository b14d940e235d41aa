"""``verify.sh`` run by real shells, with nothing on the PATH but the tools that it names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.digest import sha256_hex
from muniment.export.snapshot import Snapshot
from muniment.snapshot.shell import script
from muniment.snapshot.zip import parse_zip

POSIX = [
    *("awk", "cat", "cmp", "cut", "find", "fold", "grep", "head", "mkdir", "od", "rm", "sed"),
    *("sort", "tail", "tr", "uniq", "wc"),
]
SCRIPT, STAMPED_SCRIPT = (script(stamped=stamped) for stamped in (False, True))
TOOLS = ["sha256sum", "openssl", "ssh-keygen"]
SHELLS = [
    pytest.param(("dash",), id="dash"),
    pytest.param(("bash", "--posix"), id="bash"),
    pytest.param(("busybox", "sh"), id="busybox"),
]


def folder_of(tmp_path: Path, *tools: str, without: str = "") -> str:
    """A folder with links to these programs and to those of POSIX, or skip, saying which one is absent."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    for tool in {*POSIX, *tools} - {without}:
        program = shutil.which(tool)
        if program is None:
            pytest.skip(f"{tool} is not installed")
        (folder / tool).symlink_to(program)
    return str(folder)


def unzip(snapshot: Snapshot, tmp_path: Path) -> Path:
    """Unpack a snapshot; gives the folder of the bag."""
    for entry in parse_zip(snapshot.data)[1]:
        path = tmp_path / "out" / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.data)
    return tmp_path / "out" / snapshot.name[:-4]


def run(
    bag: Path,
    path: str,
    *arguments: str,
    shell: tuple[str, ...] = ("sh",),
    script: str = "data/verify.sh",
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run the script with nothing in its environment but its PATH and what is given."""
    program = shutil.which(shell[0])
    if program is None:
        pytest.skip(f"{shell[0]} is not there")
    command = [program, *shell[1:], script, *arguments]
    return subprocess.run(
        command, cwd=bag, env={"PATH": path, **environment}, capture_output=True, text=True, check=False
    )


def numbers(printed: str) -> dict[int, int]:
    """How often each check of the table passed."""
    found = re.findall(r"^ ?([0-9]+)  [a-z]+ +([0-9]+) passed", printed, re.MULTILINE)
    return {int(check): int(count) for check, count in found}


@pytest.mark.parametrize("shell", SHELLS)
def test_good(snapshot: Snapshot, tmp_path: Path, shell: tuple[str, ...]) -> None:
    """A good snapshot verifies in any POSIX shell, without Python, and leaves nothing behind."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    before = sorted(bag.rglob("*"))
    done = run(bag, path, shell=shell)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("\nverified\n")
    assert "  log index 1; the log has 2 entries\n" in done.stdout
    assert numbers(done.stdout) == {1: 1, 2: 29, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1, 11: 1}
    assert sorted(bag.rglob("*")) == before


def test_from_anywhere(snapshot: Snapshot, tmp_path: Path) -> None:
    """It finds its snapshot by its own path, and knows the trust root that it is given."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    root = sha256_hex((bag / "data/trust/root/1.json").read_bytes())
    for folder, name in ((tmp_path, f"{bag}/data/verify.sh"), (bag / "data", "verify.sh")):
        done = run(folder, path, f"sha256:{root}", script=name)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"trust root 1, held against the one given:\n  sha256:{root}\n" in done.stdout
        assert done.stdout.endswith("\nverified\n")
    assert run(bag, path, "0" * 64).returncode == 1
    for wrong in (("x",), (root[:-1],), (root, root), ("",)):
        assert run(bag, path, *wrong).returncode == 2


def test_without_a_tool_a_fault_is_a_fault(snapshot: Snapshot, tmp_path: Path) -> None:
    """A changed byte fails, whatever else could not be checked."""
    bag = unzip(snapshot, tmp_path)
    (bag / "data/record.json").write_bytes(b"{}")
    assert run(bag, folder_of(tmp_path, "sha256sum")).returncode == 1


@pytest.mark.parametrize("tool", ["openssl", "ssh-keygen"])
def test_old_tools(snapshot: Snapshot, tmp_path: Path, tool: str) -> None:
    """A tool that cannot verify what is known to be good is not there, so nothing fails because of it."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    real = (Path(path) / tool).resolve()
    (Path(path) / tool).unlink()
    refuse = {"openssl": f'case $1 in pkeyutl) exit 1 ;; esac\nexec {real} "$@"', "ssh-keygen": "exit 255"}[tool]
    (Path(path) / tool).write_text(f"#!/bin/sh\n{refuse}\n")
    (Path(path) / tool).chmod(0o755)
    done = run(bag, path)
    assert (done.returncode, done.stderr) == (3, "")
    assert "NOT CHECKED" in done.stdout
    assert "FAILED" not in done.stdout


def test_shasum(snapshot: Snapshot, tmp_path: Path) -> None:
    """``shasum`` does as well, as on systems without coreutils."""
    program = shutil.which("shasum")
    if program is None or shutil.which("perl") is None:
        pytest.skip("shasum is not there")
    path = folder_of(tmp_path, "openssl", "ssh-keygen", "shasum", "perl")
    assert run(unzip(snapshot, tmp_path), path).returncode == 0


NAMES = [
    *("$(touch hit)", "`touch hit`", "-rf", "a b", "a\nb", "a'b", 'a"b', "é", "\x1b[2Jx", "; touch hit", "*", "\\"),
    *(".x", "..x", "-n"),
]


@pytest.mark.parametrize("folder", [".", "data", "data/trust/root", "data/schemas"])
def test_hostile_names(snapshot: Snapshot, tmp_path: Path, folder: str) -> None:
    """A file name is never run, never an option, and never printed as it is; each is found."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    for name in NAMES:
        (bag / folder / name).write_bytes(b"x")
    done = run(bag, path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("FAILED 1 layout: ") >= len(NAMES)
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout
    assert not list(tmp_path.rglob("hit"))


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_special_files(snapshot: Snapshot, tmp_path: Path, kind: str) -> None:
    """A link is not followed and a pipe is not waited for."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    target = bag / "data/record.json"
    target.rename(tmp_path / "record.json")
    if kind == "link":
        target.symlink_to(tmp_path / "record.json")
    elif kind == "fifo":
        os.mkfifo(target)
    else:
        target.mkdir()
    done = run(bag, path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAILED 1 layout: " in done.stdout


@pytest.mark.parametrize(
    "words", [b"$(touch hit)", b"`touch hit`", b"\x00", b"\xff", b"\x1b[2J", b"\n\n", b'"', b"' ; touch hit #"]
)
def test_hostile_contents(snapshot: Snapshot, tmp_path: Path, words: bytes) -> None:
    """Whatever stands in a file, it is found as a change and not run."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    names = ["manifest-sha256.txt", "bag-info.txt", "data/statement.json", "data/inclusion.tlog-proof"]
    for name in (*names, "data/trust/root/1.json", "data/record.json.sig"):
        file = bag / name
        data = file.read_bytes()
        file.write_bytes(data[:30] + words + data[30:])
        done = run(bag, path)
        assert done.returncode == 1, (name, done.stdout)
        assert done.stdout.isascii()
        assert "\x1b" not in done.stdout
        file.write_bytes(data)
    assert not list(tmp_path.rglob("hit"))


@pytest.mark.parametrize("data", [SCRIPT, STAMPED_SCRIPT], ids=["plain", "stamped"])
def test_no_eval(data: bytes) -> None:
    """Nothing that is read is ever run."""
    text = data.decode()
    assert "eval" not in text.replace("archive verify", "")
    assert text.isascii()


@pytest.mark.parametrize("data", [SCRIPT, STAMPED_SCRIPT], ids=["plain", "stamped"])
def test_shellcheck(data: bytes) -> None:
    """ShellCheck has nothing to say."""
    program = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        pytest.skip("shellcheck is not installed")
    done = subprocess.run([program, "-s", "sh", "-"], input=data, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode()) == (0, "")


def test_steps(snapshot: Snapshot) -> None:
    """``VERIFY.txt`` names the hashes to compare, and that of the script."""
    files = {entry.name.split("/", 1)[1]: entry.data for entry in parse_zip(snapshot.data)[1]}
    text = files["data/VERIFY.txt"].decode()
    for name in ("data/trust/root/1.json", "data/record.json", "data/verify.sh"):
        assert sha256_hex(files[name]) in text
    assert "sh data/verify.sh" in text
