"""``archive import`` at the command line: what it prints, its exit codes, and what a killed import leaves."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Run, Tree
from tests.importing.conftest import Repository, words

from muniment.archive import open_archive
from muniment.archive.paths import UNFINISHED
from muniment.canonical import parse_json
from muniment.importing.report_json import parse_import
from muniment.schema import parse_public
from muniment.store import LocalStore
from muniment.verify.archive import verify_archive

LONG = bool(os.environ.get("MUNIMENT_LONG"))


@pytest.fixture
def notices(tmp_path: Path) -> Repository:
    """A repository of two documents, one of which moves, with a link and a binary file."""
    made = Repository(tmp_path / "notices")
    made.folder.mkdir()
    made.git("init", "-q", "-b", "main")
    made.commit("Close", harbour=words(1), pier=words(2))
    made.commit("Open", harbour=words(3))
    made.git("mv", "pier.txt", "quay.txt")
    made.commit("Move")
    made.commit("Picture", picture=b"\x00\x01")
    return made


@pytest.mark.usefixtures("work")
def test_git(run: Run, notices: Repository) -> None:
    """The report says what came, what is missing and why, and what else is to be known."""
    told = run("import", "git", str(notices.folder))

    assert told.exit_code == 1
    lines = told.stdout.splitlines()
    assert lines[0] == "git notices: 4 states of 3 documents"
    assert lines[1] == "  3 added; 0 there already; 0 as the one before"
    assert lines[2] == "MISSING from the archive: 1"
    assert "picture.txt: this is binary" in " ".join(lines[3:5])
    assert "rename: 1" in lines
    shown = run("show", "harbour/v2").stdout
    assert "imported  git notices, " in shown
    assert "(claimed); “Open”" in " ".join(shown.split())
    assert run("verify").exit_code == 0


@pytest.mark.usefixtures("work")
def test_a_dry_run(run: Run, notices: Repository, tree: object) -> None:
    """A dry run needs no key, writes nothing, and shows what each rule makes."""
    assert callable(tree)
    before: Tree = tree(Path("archive"))
    Path("import.toml").write_text(
        '[[rule]]\nmatch = "harbour.*"\nrelease = "port"\ntitle = "The port"\n\n[[rule]]\nmatch = "**"\n',
        encoding="utf-8",
    )

    told = run("import", "git", str(notices.folder), "--map", "import.toml", "--dry-run", "--path", "[hpq]*")
    told = run("import", "git", str(notices.folder), "--map", "import.toml", "--dry-run")

    lines = told.stdout.splitlines()
    assert lines[:4] == [
        "rule 1: 1 document",
        "  harbour.txt → port (2 states)  “The port”",
        "rule 2: 2 documents",
        "  pier.txt → pier (1 state)",
    ]
    assert tree(Path("archive")) == before


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_json(run: Run, notices: Repository, more: tuple[str, ...]) -> None:
    """The JSON is of its schema, and the library reads it back."""
    printed = run("import", "git", str(notices.folder), "--json", *more).stdout_bytes

    value = parse_import(printed)
    assert value == parse_json(printed)
    assert value["dry_run"] == bool(more)
    assert (value["states"], len(json.loads(printed)["added"])) == (4, 4 if more else 3)


@pytest.mark.usefixtures("work")
def test_again_brings_nothing(run: Run, notices: Repository) -> None:
    """The same import again adds nothing, and leaves the archive byte for byte as it was."""
    run("import", "git", str(notices.folder))
    note = (Path("archive") / "log/checkpoint").read_bytes()

    told = run("import", "git", str(notices.folder), "--json")

    value = json.loads(told.stdout)
    assert (value["added"], value["present"]) == ([], 3)
    assert (Path("archive") / "log/checkpoint").read_bytes() == note


@pytest.mark.usefixtures("work")
def test_folder(run: Run, tmp_path: Path) -> None:
    """Dated files become versions in the order of their dates, and what has no date is told."""
    for day, number in (("2022-02-01", 2), ("2022-01-01", 1)):
        (tmp_path / "scans" / "harbour").mkdir(parents=True, exist_ok=True)
        (tmp_path / "scans" / "harbour" / f"{day}.txt").write_text(words(number))
    (tmp_path / "scans" / "readme.txt").write_text("Read me.\n")

    told = run("import", "folder", str(tmp_path / "scans"), "--dates", "{document}/{date}.txt")

    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "folder scans: 2 states of 1 document",
        "  2 added; 0 there already; 0 as the one before",
        "undated: 1",
        "  readme.txt: neither the pattern nor a list says its date",
    ]
    assert "retrieved 2022-01-01 (claimed)" in run("show", "harbour/v1").stdout


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("folder", "."), "the dates must be said"),
        (("folder", ".", "--dates", "{name}"), "{name} cannot be a part here"),
        (("folder", ".", "--dates", "{x}.txt"), "does not say where the date stands"),
        (("folder", "nowhere", "--dates", "{date}"), "there is no such folder"),
        (("folder", ".", "--list", "nowhere.csv"), "nowhere.csv"),
        (("git", "nowhere"), "there is no such folder"),
        (("git", "https://example.org/notices"), "git clone"),
        (("git", "keys"), "name the top of a git repository"),
        (("git", ".", "--path", "{"), "not a pattern"),
        (("git", "..", "--release-from", "{nothing}"), "there is no part {nothing}"),
        (("git", "..", "--since", "yesterday"), "--since"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_used(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """What cannot be used is refused with one line and exit code 2, and nothing is written."""
    subprocess.run(["git", "init", "-q", ".."], check=True)
    told = run("import", *arguments)

    assert told.exit_code == 2
    assert said in told.stderr


@pytest.mark.usefixtures("work")
def test_follow(run: Run, tmp_path: Path) -> None:
    """What the map file says of a successor is followed by log, blame and when."""
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "old_2022-01-01.txt").write_text("The pier is closed until the tide turns again.\n")
    (folder / "new_2022-02-01.txt").write_text(
        "The pier is closed until the tide turns again.\n\nBoats wait at the outer quay today.\n"
    )
    Path("import.toml").write_text(
        '[[rule]]\nmatch = "new.txt"\ncontinues = "old"\n\n[[rule]]\nmatch = "*"\n', encoding="utf-8"
    )
    run("import", "folder", str(folder), "--dates", "{x}_{date}.txt", "--map", "import.toml")

    log = run("log", "new", "--follow").stdout
    assert log.index("old/v1") < log.index("new/v1")
    blamed = run("blame", "new", "--follow").stdout
    assert "v1  old/v1  publication" in blamed
    assert "v2  new/v1  publication" in blamed
    searched = run("when", "tide turns", "new", "--follow").stdout
    assert "in the 2 versions of 2 releases\n\nnew, which goes on from old\n  first seen in old/v1, nn1\n" in searched
    assert "  still seen in new/v1, the newest version, nn1\n" in searched
    later = run("when", "outer quay", "new", "--follow").stdout
    assert "  not seen in old/v1\n  first seen in new/v1, nn2\n" in later
    value = json.loads(run("when", "tide turns", "new", "--follow", "--json").stdout)
    (one,) = value["releases"]
    assert (one["release"], one["line"]) == ("new", ["old", "new"])
    (stretch,) = one["stretches"]
    assert (stretch["first"]["reference"], stretch["last"]["reference"]) == ("old/v1", "new/v1")
    parse_public("when", "muniment-when/1", json.dumps(value).encode())
    assert "not seen in any of these" in run("when", "no such words", "new", "--follow").stdout
    for verb in (("log",), ("when", "tide")):
        assert "--follow speaks of a release" in run(*verb, "--follow").stderr


def process(archive: Path, keys: Path, repository: Path) -> subprocess.Popen[bytes]:
    """An import in a process of its own."""
    command = [sys.executable, "-m", "muniment", "import", "git", str(repository), "--archive", str(archive)]
    env = {**os.environ, "ARCHIVE_KEYS": str(keys), "SOURCE_DATE_EPOCH": "1800000000"}
    return subprocess.Popen([*command, "--no-memory"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)


def statements(archive: Path) -> list[tuple[str, str, str]]:
    """Name, record and paragraph root of every version."""
    every = open_archive(LocalStore(archive)).versions.values()
    found = (entry.statement for entries in every for entry in entries)
    return [(one.name, one.record, one.paragraph_root) for one in found]


@pytest.mark.skipif(os.name == "nt", reason="processes are killed by a signal")
def test_killed_and_run_again(work: Path, run: Run, tmp_path: Path) -> None:
    """Killed again and again, an import goes on where it stopped: in the end all is as of one that nobody killed."""
    from bench.histories import make_repository  # noqa: PLC0415 - for this test alone

    assert work.exists()
    make_repository(tmp_path / "notices.git", documents=6, versions=530, size=300)
    whole, archive, keys = tmp_path / "whole", Path("archive").absolute(), Path("keys").absolute()
    subprocess.run(["cp", "-r", str(archive), str(whole)], check=True)
    assert process(whole, keys, tmp_path / "notices.git").wait() == 0
    rng, stopped = random.Random(15), 0  # noqa: S311 - seeded, not secret
    for _ in range(20 if LONG else 4):
        going = process(archive, keys, tmp_path / "notices.git")
        while going.poll() is None and not (archive / UNFINISHED).exists():
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.05))
        stopped += going.poll() is None
        going.send_signal(signal.SIGKILL)
        going.wait()
        assert verify_archive(LocalStore(archive)).passed
    assert stopped
    last = process(archive, keys, tmp_path / "notices.git")
    assert last.wait() == 0

    assert statements(archive) == statements(whole)
    assert run("verify", "--archive", str(archive)).exit_code == 0


@pytest.mark.usefixtures("work")
def test_the_numbers_of_a_report_add_up(run: Run, tmp_path: Path) -> None:
    """States that get no release count too, name their commits, and those of one document are one line."""
    made = Repository(tmp_path / "notices")
    made.folder.mkdir()
    made.git("init", "-q", "-b", "main")
    first = made.commit("Close", harbour=words(1), con=words(2))
    made.commit("Open", con=words(3))
    made.commit("Shut", con=words(4))

    told = run("import", "git", str(made.folder))
    listed = parse_public(
        "import", "muniment-import/1", run("import", "git", str(made.folder), "--json").stdout.encode()
    )

    assert told.exit_code == 1
    lines = told.stdout.splitlines()
    assert lines[:3] == [
        "git notices: 4 states of 2 documents",
        "  1 added; 0 there already; 0 as the one before",
        "MISSING from the archive: 3",
    ]
    assert lines[3].startswith(f"  {first[:12]} con.txt and 2 later states: no release id")
    assert told.stdout.count("no release id") == 1
    failed = listed["failed"]
    assert isinstance(failed, list)
    assert (listed["states"], listed["present"], len(failed)) == (4, 1, 3)


@pytest.mark.usefixtures("work")
def test_hints_name_what_an_import_has(run: Run, tmp_path: Path) -> None:
    """Where a charset must be named, the report says where an import takes it; a place is named once."""
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "pier-2022-01-30.txt").write_bytes(b"caf\xe9 open")
    (folder / "quay-2022-01-30.txt").write_bytes(b"o\x00p\x00e\x00n\x00")
    import_it = ("import", "folder", str(folder), "--dates", "{document}-{date}.txt")

    told = " ".join(run(*import_it).stdout.split())

    assert 'say charset = "utf-16le" or "utf-16be" in the map file' in told
    assert 'charset = "windows-1251" in the map file' in run(*import_it, "--json").stdout.replace("\\", "")
    assert 'charset = "windows-1251" in the map file' in told
    assert "--charset" not in told
    assert told.count("pier-2022-01-30.txt") == 1
