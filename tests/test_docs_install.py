"""The pages on installing and configuring are true, and the manual page says what the help says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
SOURCES = sorted((TOP / "src" / "muniment" / "cli").rglob("*.py"))
MANUAL = TOP / "docs" / "man" / "archive.1"


def page(name: str) -> str:
    """The text of a page."""
    return (TOP / "docs" / name).read_text(encoding="utf-8")


def test_every_variable_of_the_environment() -> None:
    """``docs/configuration.md`` names each variable that the command reads, and the code each that the page names."""
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    read = {
        *re.findall(r'(?:environ(?:\.get)?[\[(]|envvar=)"([A-Z_]+)"', code),
        *re.findall(r'"((?:AWS|AZURE)_(?:STORAGE_)?ENDPOINT(?:_URL)?)"', code),
        *re.findall(r'^[A-Z_]+ = "(_?(?:ARCHIVE|MUNIMENT)_[A-Z_]+|S[A-Z]+_[A-Z_]+)"', code, flags=re.MULTILINE),
    } - {"COMP_WORDS", "COMP_CWORD"}
    rows = re.findall(r"^\| (`.*?`) \|", page("configuration.md"), flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named - {"http_proxy", "https_proxy", "no_proxy"} == read


def test_the_manual_page_is_made_from_the_help(tmp_path: Path) -> None:
    """The manual page is what its script writes now: whoever changes the help runs it again."""
    script = tmp_path / "scripts" / "make_man.py"
    script.parent.mkdir()
    (tmp_path / "docs").mkdir()
    script.write_bytes((TOP / "scripts" / "make_man.py").read_bytes())
    subprocess.run([sys.executable, str(script)], check=True, capture_output=True, cwd=TOP)
    assert (tmp_path / "docs" / "man" / "archive.1").read_bytes() == MANUAL.read_bytes()


def test_groff_has_nothing_to_say_of_the_manual_page() -> None:
    """The formatter of manual pages reads it without a warning, and shows each verb."""
    if shutil.which("groff") is None:
        pytest.skip("groff is not here")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", str(MANUAL)], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""
    assert "archive find-quote" in re.sub("\x1b\\[[0-9;]*m", "", done.stdout)


def test_the_glossary_has_fifteen_words() -> None:
    """The glossary is one page of fifteen words, each explained once."""
    words = re.findall(r"^- \*\*(.+?)\*\*: \S", page("glossary.md"), flags=re.MULTILINE)
    assert len(words) == len(set(words)) == 15


def test_completion_has_four_shells() -> None:
    """The page has a line for each of four shells, and the command answers each with a script."""
    table = re.findall(r"^\| (\w+) \| `[^`]+` \| `.*?(\w+)_source", page("install.md"), flags=re.MULTILINE)
    assert [shell for shell, _ in table] == ["bash", "zsh", "fish", "PowerShell"]
    assert [name for _, name in table] == ["bash", "zsh", "fish", "powershell"]


def test_the_image_installs_what_is_there() -> None:
    """The Dockerfile installs extras that the project has, and runs its command."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (TOP / "Dockerfile").read_text(encoding="utf-8")
    [extras] = re.findall(r"pip install .*'/source\[([\w,]+)\]'", lines)
    [command] = re.findall(r'^ENTRYPOINT \["(\w+)"\]$', lines, flags=re.MULTILINE)
    assert project["optional-dependencies"].keys() >= set(extras.split(","))
    assert command in project["scripts"]


def test_the_image_gets_what_it_installs() -> None:
    """The Dockerfile copies the checkout: all that is built into the package is there, and nothing of it is ignored."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    lines = (TOP / "Dockerfile").read_text(encoding="utf-8").splitlines()
    [base] = [line.removeprefix("FROM ") for line in lines if line.startswith("FROM ")]
    [version] = re.findall(r"^python:3\.(\d+)-slim$", base)
    assert int(version) >= int(project["project"]["requires-python"].removeprefix(">=3."))
    assert [line for line in lines if line.startswith(("COPY ", "ADD "))] == ["COPY . /source"]
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", "README.md", "LICENSE", "src", *wheel["force-include"], *wheel.get("shared-data", {})}
    ignored = (TOP / ".dockerignore").read_text(encoding="utf-8").split()
    for name in needed:
        assert (TOP / name).exists(), name
        assert not any(fnmatch(part, pattern.removeprefix("**/")) for part in Path(name).parts for pattern in ignored)


def test_what_is_packed(tmp_path: Path) -> None:
    """A source archive holds the pages, the policy and the examples, and the wheel made from it the manual page."""
    hatchling = pytest.importorskip("hatchling.build", reason="hatchling is not in this environment")
    assert hatchling
    build = "import sys, hatchling.build as b; print(b.build_sdist(sys.argv[1])); print(b.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=TOP, capture_output=True, text=True, check=True
    )
    source, wheel = done.stdout.split()[-2:]
    with tarfile.open(tmp_path / source) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {"SECURITY.md", "CONTRIBUTING.md", "examples/README.md", "docs/man/archive.1", "Dockerfile"} <= names
    assert any(name.endswith("share/man/man1/archive.1") for name in zipfile.ZipFile(tmp_path / wheel).namelist())
