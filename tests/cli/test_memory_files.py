"""What this machine remembers: read and raised by ``verify`` and by the verbs that write."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from filelock import FileLock

from muniment.archive import open_archive
from muniment.canonical import parse_json
from muniment.cli.memory_files import Memory, memory_folder
from muniment.memory import memory_name, parse_memory
from muniment.schema import validate
from muniment.store import LocalStore
from muniment.verify.archive import verify_archive

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]
Tree: TypeAlias = Callable[[Path], object]

ORIGIN = "example.org/press"
DAY = "2027-01-15"
ADD = ("add", "notice.txt", "--release", "other")
WRITING = [
    ADD,
    ("describe", "harbour-notice", "--title", "Another"),
    ("emend", "harbour-notice#p2", "--after", "on the day", "--supply", "of", "--reason", "word missing"),
]


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The memory file of the archive that tests work on; its folder is not there yet."""
    monkeypatch.setenv("ARCHIVE_MEMORY", str(tmp_path / "machine" / "seen"))
    return tmp_path / "machine" / "seen" / memory_name(ORIGIN)


def line_13(result: Result) -> str:
    """What the report says of check 13, or that it says nothing."""
    said = [line.removeprefix("memory: ") for line in result.stdout.splitlines() if line.startswith("memory: ")]
    return said[0] if said else "nothing"


def size(seen: Path) -> int:
    """The size remembered."""
    return parse_memory(seen.read_bytes(), ORIGIN).size


@pytest.fixture
def backup(work: Path) -> Path:
    """A copy of the archive as it is at the start."""
    shutil.copytree(work / "archive", work / "backup")
    return work / "backup"


@pytest.fixture
def second_history(run: Run, work: Path, backup: Path) -> Path:
    """A copy that went on otherwise, with the same keys."""
    for number in (1, 2):
        (work / "n.txt").write_text(f"Notice {number}\n\nOther words.\n")
        assert run("--archive", str(backup), "add", "n.txt", "--release", f"r{number}", "--no-memory").exit_code == 0
    return backup


def test_first_same_and_grown(run: Run, seen: Path, work: Path) -> None:
    """The first look is remembered, in a file for its owner alone; the next says what happened since."""
    assert line_13(run("verify")) == "first seen on this machine"
    assert size(seen) == 3
    if os.name != "nt":
        assert stat.S_IMODE(seen.stat().st_mode) == 0o600
        assert stat.S_IMODE(seen.parent.stat().st_mode) == 0o700
    assert line_13(run("verify", "v1")) == f"the same 3 entries that this machine saw on {DAY}"
    assert run(*ADD, "--no-memory").exit_code == 0
    assert size(seen) == 3
    result = run("verify")
    assert line_13(result) == f"grown from 3 to 4 entries since this machine last looked ({DAY})"
    assert (result.exit_code, result.stderr, size(seen)) == (0, "", 4)
    assert {path.name for path in seen.parent.iterdir()} <= {seen.name, ".lock"}
    del work


@pytest.mark.usefixtures("work")
def test_json(run: Run, seen: Path) -> None:
    """The report as JSON says it too, and obeys its schema."""
    for said in ("first seen on this machine", f"the same 3 entries that this machine saw on {DAY}"):
        result = run("verify", "--json")
        value = json.loads(result.stdout)
        validate("report", parse_json(result.stdout_bytes))
        assert [finding["what"] for finding in value["findings"] if finding["check"] == 13] == [said]
        assert value["checks"][-1]["name"] == "memory"
    assert seen.exists()


@pytest.mark.usefixtures("work")
def test_no_memory(run: Run, seen: Path) -> None:
    """``--no-memory`` reads and writes nothing."""
    assert line_13(run("verify", "--no-memory")) == "nothing"
    assert run(*ADD, "--no-memory").exit_code == 0
    assert not seen.parent.exists()
    assert run("verify").exit_code == 0
    seen.write_bytes(b"damaged")
    assert run("verify", "--no-memory").exit_code == 0
    assert seen.read_bytes() == b"damaged"


def test_default_place(run: Run, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``ARCHIVE_MEMORY`` the memory lies with the state of the user."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert run("verify").exit_code == 0
    place = tmp_path / "state" / "muniment" / "seen" / memory_name(ORIGIN)
    if memory_folder() == place.parent:  # as on Linux
        assert place.exists()
    del work


@pytest.mark.usefixtures("work")
def test_no_home(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there is no home, the command says so, and works."""
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_: Path("~/.local/state/muniment"))
    result = run("verify")
    assert (result.exit_code, line_13(result)) == (0, "nothing")
    assert result.stderr == "archive: note: no home folder to remember in; ARCHIVE_MEMORY names one\n"
    assert not Path("~").exists()
    del tmp_path


@pytest.mark.parametrize("damage", [b"", b"{}", b"x", None])
@pytest.mark.parametrize("verb", [("verify",), *WRITING])
def test_damaged(run: Run, refused: Refused, seen: Path, damage: bytes | None, verb: tuple[str, ...]) -> None:
    """A damaged memory is an error that names it, and nothing is signed; so is one that cannot be read."""
    assert run("verify").exit_code == 0
    seen.unlink()
    if damage is None:
        seen.mkdir()
    else:
        seen.write_bytes(damage)
    line = refused(*verb, code=3)
    assert str(seen) in line
    assert "--no-memory" in line


def test_folder_that_is_none(run: Run, refused: Refused, seen: Path) -> None:
    """A file in the place of the folder is an error too, and not taken for a machine that has seen nothing."""
    seen.parent.parent.mkdir()
    seen.parent.write_bytes(b"")
    assert "the memory of this machine cannot be used" in refused("verify", code=3)
    assert run("verify", "--no-memory").exit_code == 0


@pytest.mark.usefixtures("work", "seen")
def test_memory_that_cannot_be_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was verified or added stands though it cannot be remembered: a note, and exit code 0."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    result = run("verify")
    assert (result.exit_code, line_13(result)) == (0, "first seen on this machine")
    assert result.stderr.startswith("archive: note: not remembered: ")
    assert "permission denied" in result.stderr


@pytest.mark.usefixtures("work")
def test_memory_that_is_locked(run: Run, seen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So where another process holds the memory."""
    assert run("verify").exit_code == 0
    monkeypatch.setattr("muniment.cli.memory_files._PATIENCE", 0.0)
    with FileLock(seen.parent / ".lock"):
        result = run(*ADD)
    assert result.exit_code == 0
    assert "another process holds the memory" in result.stderr
    assert size(seen) == 3


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("verb", WRITING)
def test_writing_raises(run: Run, seen: Path, verb: tuple[str, ...]) -> None:
    """Whatever signs a checkpoint remembers it; what changes nothing does not."""
    result = run(*verb)
    assert (result.exit_code, result.stderr) == (0, "")
    assert size(seen) == 4
    seen.unlink()
    assert run("add", "second.txt", "--release", "harbour-notice").exit_code == 0
    assert not seen.exists()


@pytest.mark.parametrize("verb", WRITING)
def test_restored_backup(
    run: Run, seen: Path, work: Path, backup: Path, refused: Refused, verb: tuple[str, ...]
) -> None:
    """A restored backup signs nothing, by whatever verb, and says both sizes; ``--no-memory`` overrides."""
    assert run("add", "notice.txt", "--release", "newer").exit_code == 0
    assert size(seen) == 4
    shutil.rmtree(work / "archive")
    backup.rename(work / "archive")
    line = refused(*verb, code=3)
    assert "this copy is older" in line
    assert "expected 4 entries" in line
    assert "found 3 entries" in line
    assert f"archive memory forget {ORIGIN}" in line
    result = run("verify")
    assert result.exit_code == 1
    assert "FAILED 13 memory: log/checkpoint\n  rolled back: fewer entries than" in result.stdout
    assert size(seen) == 4
    assert run(*verb, "--no-memory").exit_code == 0
    assert size(seen) == 4


@pytest.mark.usefixtures("seen")
def test_rolled_back_to_nothing(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a copy without a release, of which this machine has seen more, that is said before that nothing is there."""
    monkeypatch.setenv("ARCHIVE_KEYS", "fresh")
    assert run("init", "new", "--origin", "sea.harbour.eu", "--keys", "fresh").exit_code == 0
    shutil.copytree(work / "new", work / "old")
    assert run("add", "notice.txt", "--release", "a", "--archive", "new").exit_code == 0
    for verb in (("show", "a"), ("blame", "a"), ("find-quote", "x"), ("diff", "v1", "v2"), ("cite", "v1")):
        result = run("--archive", "old", *verb)
        assert (result.exit_code, result.stdout) == (1 if verb[0] == "cite" else 2, ""), verb
        first, *more = result.stderr.splitlines()
        assert first.startswith("archive: FAILED 13 memory: "), verb
        assert all(line.endswith("(see above: this machine has seen more of it)") for line in more), verb
    listed = run("--archive", "old", "list")
    assert listed.stderr.startswith("archive: FAILED 13 memory: ")
    assert listed.stdout == "no release here; this machine has seen more of this archive\n"
    for line in ("describe a --title x", "emend a#p1 --omit x --reason y"):
        result = run("--archive", "old", *line.split())
        assert (result.exit_code, result.stdout) == (3, "")
        assert "this copy is older than the archive that this machine has seen" in result.stderr
        assert "there is no release a" in run("--archive", "old", *line.split(), "--no-memory").stderr
    assert run("--archive", "old", "list", "--no-memory").stdout.startswith("no release yet")


@pytest.mark.usefixtures("seen")
def test_second_history(run: Run, refused: Refused, second_history: Path) -> None:
    """A copy with another history signs nothing, and does not verify on this machine."""
    assert run(*ADD).exit_code == 0
    for verb in WRITING:
        assert "another history" in refused("--archive", str(second_history), *verb, code=3)
    result = run("--archive", str(second_history), "verify")
    assert result.exit_code == 1
    assert "forked: not the history that this machine saw on" in result.stdout


def test_init(run: Run, seen: Path, work: Path, tree: Tree) -> None:
    """A second archive of a name is not made, and no keys for it; the first one is remembered."""
    new = ("init", "new", "--origin", ORIGIN, "--keys", "fresh")
    assert run("verify").exit_code == 0
    before = tree(work)
    result = run(*new)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "another archive of this name" in result.stderr
    assert f"archive memory forget {ORIGIN}" in result.stderr
    assert tree(work) == before
    assert run(*new, "--no-memory").exit_code == 0
    assert size(seen) == 3
    result = run("--archive", "new", "verify")
    assert result.exit_code == 1
    assert "FAILED 13 memory: trust/root/1.json\n  the trust root has changed" in result.stdout
    assert f"archive memory forget {ORIGIN}, and verify again" in " ".join(result.stdout.split())
    seen.unlink()
    assert run("--archive", "new", "verify").exit_code == 0
    assert size(seen) == 1
    seen.unlink()
    assert run("init", "third", "--origin", ORIGIN, "--keys", "fresh").exit_code == 0
    assert size(seen) == 1


@pytest.mark.usefixtures("work")
def test_failure_is_not_remembered(run: Run, seen: Path) -> None:
    """Only what verified is remembered."""
    path = Path("archive/README.txt")
    path.write_bytes(path.read_bytes() + b"x")
    assert run("verify").exit_code == 1
    assert not seen.exists()


@pytest.mark.usefixtures("work")
def test_growth_beside_a_version_by_a_thief(run: Run, seen: Path) -> None:
    """A version signed with a stolen key fails for ever; the growth of its log is remembered all the same."""
    assert run(*ADD).exit_code == 0
    chain = open_archive(LocalStore(Path("archive"))).chain
    stolen = chain[-1].record_keys[0].key.fingerprint
    entry = str(size(seen) - 1)
    revoke = ("key", "revoke", stolen, "--from-index", entry, "--reason", "stolen", "--replace", "--no-memory")
    assert run(*revoke).exit_code == 0
    before = size(seen)
    for _ in range(2):
        result = run("verify")
        assert result.exit_code == 1
        assert " 8  signer     2 passed, FAILED 1" in result.stdout
        assert size(seen) == before + 1


@pytest.mark.usefixtures("work")
def test_snapshot(run: Run, seen: Path) -> None:
    """A snapshot is remembered where nothing is; it never raises what is remembered, for it cannot show growth."""
    assert run("export", "v1", "-o", "one.zip").exit_code == 0
    assert run("export", "v2", "-o", "two.zip").exit_code == 0
    assert line_13(run("verify", "one.zip")) == "first seen on this machine"
    assert size(seen) == 2
    result = run("verify", "two.zip")
    assert (result.exit_code, size(seen), line_13(result)) == (0, 2, "nothing")
    assert "a checkpoint of 3 entries, not compared with the 2 that" in " ".join(result.stdout.split())
    assert "only the whole log can tell" in result.stdout
    assert "grown from 2 to 3 entries" in line_13(run("verify"))


@pytest.mark.usefixtures("seen")
def test_against(run: Run, work: Path, backup: Path, refused: Refused) -> None:
    """``--against`` takes a checkpoint, a snapshot or a copy; what is none of these is misuse."""
    (work / "kept").write_bytes((work / "archive/log/checkpoints/2").read_bytes())
    assert run("export", "v1", "-o", "one.zip").exit_code == 0
    assert run(*ADD).exit_code == 0
    for older, before in (("kept", 2), ("one.zip", 2), (str(backup), 3)):
        result = run("verify", "--against", older, "--no-memory")
        assert (result.exit_code, line_13(result)) == (0, f"grown from {before} to 4 entries since {older}")
    assert "not a checkpoint" in refused("verify", "--against", "notice.txt", code=2)
    assert "not an archive" in refused("verify", "--against", "keys", code=2)
    assert "no such file" in refused("verify", "--against", "nowhere", code=3)
    (backup / "log/tile/0/000.p/3").write_bytes(bytes(96))
    line = refused("verify", "--against", str(backup), code=3)
    assert f"{backup}/log/tile: nothing to compare with: the tiles do not give the signed root" in line
    assert "--explain stands alone" in refused("verify", "--explain", "--against", "kept", code=2)
    assert "--explain stands alone" in refused("verify", "--explain", "--evidence", "new", code=2)


@pytest.mark.usefixtures("seen")
def test_evidence(run: Run, refused: Refused, work: Path, second_history: Path) -> None:
    """A fork is written down when asked for: both notes, no other file overwritten, and nothing without a fork."""
    assert run(*ADD).exit_code == 0
    ours = (work / "archive/log/checkpoints/4").read_bytes()
    theirs = (second_history / "log/checkpoints/4").read_bytes()
    result = run("verify", "--against", str(second_history), "--evidence", "fork.txt", "--json")
    assert result.exit_code == 1
    validate("report", parse_json(result.stdout_bytes))
    assert result.stderr == "archive: evidence of the fork is in fork.txt\n"
    evidence = (work / "fork.txt").read_bytes()
    assert ours in evidence
    assert theirs in evidence
    assert "another file is there" in refused("verify", "--evidence", "fork.txt", code=2)
    assert run("verify", "--evidence", "none.txt").exit_code == 0
    assert not (work / "none.txt").exists()
    result = run("--archive", str(second_history), "verify", "--evidence", "memory.txt")
    assert result.exit_code == 1
    assert ours in (work / "memory.txt").read_bytes()


@pytest.mark.usefixtures("work")
def test_raised_by_many(run: Run, seen: Path) -> None:
    """Many that write at once never lower the size, and leave a whole file."""
    for number in range(4):
        Path("n.txt").write_text(f"Notice {number}\n\nWords.\n")
        assert run("add", "n.txt", "--release", f"r{number}", "--no-memory").exit_code == 0
    store = LocalStore(Path("archive"))
    report = verify_archive(store)
    root = open_archive(store).roots[0].digest
    memory = Memory(seen.parent)
    reports = [replace(report, note=store.read(f"log/checkpoints/{n}"), root=root) for n in range(1, 8)]
    highest = [0]

    def keep(number: int) -> None:
        before = max(highest)
        memory.keep_report(reports[number % 7], whole=True)
        assert size(seen) >= max(before, number % 7 + 1)
        highest.append(size(seen))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(42)))
    assert size(seen) == 7
    assert [path.name for path in seen.parent.iterdir() if path.name.endswith(".tmp")] == []


@pytest.mark.usefixtures("work")
def test_clock_that_was_wrong_once(run: Run, seen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that was ahead and is put right locks nobody out: the user is told, and the later day is kept."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    assert run(*ADD).exit_code == 0
    ahead = parse_memory(seen.read_bytes(), ORIGIN).seen
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    told = run("describe", "other", "--title", "Another")
    assert (told.exit_code, "clock says" in told.stderr) == (0, True)
    assert parse_memory(seen.read_bytes(), ORIGIN).seen == ahead
    assert run("verify").exit_code == 0


@pytest.mark.usefixtures("work")
def test_list_and_forget(run: Run, seen: Path) -> None:
    """What is remembered is listed with its file; forgetting asks, takes an origin or a file, and says what is lost."""
    assert "nothing" in run("memory", "list").stdout
    run("verify")
    assert ORIGIN in run("memory", "list").stdout
    rows = json.loads(run("memory", "list", "--json").stdout)
    assert [(row["origin"], row["entries"], row["file"]) for row in rows] == [(ORIGIN, size(seen), str(seen))]
    refused = run("memory", "forget", ORIGIN)
    assert (refused.exit_code, seen.exists()) == (2, True)
    done = run("memory", "forget", ORIGIN, "--yes")
    assert (done.exit_code, seen.exists(), ORIGIN in done.stdout) == (0, False, True)
    assert run("memory", "forget", ORIGIN, "--yes").exit_code == 2


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b"[" * 1000])
@pytest.mark.parametrize("by_file", [False, True])
def test_forget_what_cannot_be_read(run: Run, seen: Path, damage: bytes, by_file: bool) -> None:  # noqa: FBT001 - parametrized
    """A memory file that cannot be read is listed, and can be forgotten; then the next look is a first one."""
    run("verify")
    seen.write_bytes(damage)
    listed = run("memory", "list")
    assert (listed.exit_code, "cannot be read" in listed.stdout) == (0, True)
    assert run("verify").exit_code == 3
    assert run("memory", "forget", str(seen) if by_file else ORIGIN, "--yes").exit_code == 0
    assert run("verify").exit_code == 0


SHOWING: tuple[tuple[str, ...], ...] = (
    ("show", "v1"), ("log",), ("list",), ("when", "harbour"), ("blame", "v1"), ("diff", "v1", "v2"),
    ("find-quote", "unless a storm comes"), ("log", "--checkpoint"), ("key", "list"),
)  # fmt: skip
VOUCHING: tuple[tuple[str, ...], ...] = (
    ("cite", "v1"), ("prove", "v1#p1", "-o", "p"), ("export", "v1", "-o", "z.zip"), ("export", "--all", "all"),
    ("witness", "request", "-o", "r"),
)  # fmt: skip


def rolled_back(run: Run, work: Path, backup: Path) -> None:
    """Let this machine see the archive with one entry more, and put the older copy back."""
    assert run(*ADD).exit_code == 0
    shutil.rmtree(work / "archive")
    shutil.copytree(backup, work / "archive")


def swapped(run: Run, work: Path) -> None:
    """Let this machine see the archive, and put another of the same name in its place."""
    assert run("verify").exit_code == 0
    shutil.move(work / "archive", work / "true")
    for line in (
        ("init", "archive", "--origin", "example.org/press", "--keys", "other", "--no-memory"),
        ("add", "notice.txt", "--release", "harbour-notice", "--language", "en", "--keys", "other", "--no-memory"),
        ("add", "second.txt", "--release", "harbour-notice", "--keys", "other", "--no-memory"),
    ):
        result = run(*line)
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize("kind", ["older", "another"])
def test_archive_swapped_under_a_reader(run: Run, work: Path, seen: Path, backup: Path, kind: str) -> None:
    """What shows an archive that is not the one seen says so on stderr; what leaves this machine is refused, code 1."""
    rolled_back(run, work, backup) if kind == "older" else swapped(run, work)
    said = "rolled back: fewer entries" if kind == "older" else "the trust root has changed"
    kept = seen.read_bytes()
    for words in SHOWING:
        result = run(*words)
        assert said in result.stderr, (words, result.output)
        assert result.stdout
        assert result.stderr.count(said) == 1
    for words in VOUCHING:
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, ""), words
        assert said in result.stderr
        assert not any((work / name).exists() for name in ("p", "z.zip", "all", "r"))
    for words in VOUCHING:
        assert run(*words, "--no-memory").exit_code == 0, words
    for words in SHOWING[:-1]:
        assert said not in run(*words, "--no-memory").stderr
    assert seen.read_bytes() == kept
    assert sorted(path.name for path in seen.parent.iterdir()) == sorted({seen.name, ".lock"})


@pytest.mark.usefixtures("work")
def test_reading_verbs_and_a_memory_of_nothing(run: Run, seen: Path) -> None:
    """Where nothing is remembered, nothing is said and nothing written; a log that grew is no reason to speak."""
    for words in (*SHOWING, *VOUCHING):
        result = run(*words)
        assert "memory" not in result.stderr
        assert result.exit_code == 0, words
    assert not seen.parent.exists()
    assert run("verify").exit_code == 0
    kept = seen.read_bytes()
    assert run(*ADD, "--no-memory").exit_code == 0
    assert run("show", "other/v1").stderr == run("cite", "other/v1").stderr == ""
    assert seen.read_bytes() == kept


@pytest.mark.usefixtures("work")
def test_reading_verbs_and_a_damaged_memory(run: Run, seen: Path) -> None:
    """A memory that cannot be read is told where an archive is shown, and refused where something leaves, code 3."""
    assert run("verify").exit_code == 0
    seen.write_bytes(b"{")
    shown = run("show", "v1")
    assert (shown.exit_code, "the memory of this machine cannot be used" in shown.stderr) == (0, True)
    assert run("cite", "v1").exit_code == 3
    assert run("cite", "v1", "--no-memory").exit_code == 0
