"""``archive witness``: the whole exchange between two machines, and everything that a witness refuses."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from filelock import FileLock
from tests.cli.conftest import stop_at
from tests.conftest import Agent
from tests.verify.forge import with_witnesses

from muniment.archive import open_archive
from muniment.cli.verbs.witness import sign as witness_memory
from muniment.errors import UnavailableError
from muniment.log.checkpoint import sign_checkpoint
from muniment.log.note import format_vkey
from muniment.log.vkey import parse_cosigner
from muniment.log.witness import WitnessRequest, format_request, parse_witnessed
from muniment.ssh.keys import PrivateKey, load_private_key
from muniment.store import LocalStore, MemoryStore
from muniment.write.create import InitialKeys

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

NAME = "witness.example.org/anna"
ORIGIN = "example.org/press"


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the witness remembers; it is not there yet."""
    monkeypatch.setenv("ARCHIVE_MEMORY", str(tmp_path / "machine"))
    return tmp_path / "machine" / "witness"


@pytest.fixture
def vkey(run: Run, work: Path) -> str:
    """A witness whose key lies in the folder, named by the archive's trust root."""
    result = run("witness", "init", NAME, "--key", "anna")
    assert result.exit_code == 0
    named = result.stdout.splitlines()[0]
    name_witnesses(work / "archive", [named], 1)
    return named


def name_witnesses(folder: Path, witnesses: list[str], quorum: int) -> None:
    """Make the archive anew with a trust root 1 that names them."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    keys = {role: _key(folder.parent / "keys" / role) for role in ("root", "record", "log")}
    store = with_witnesses(
        MemoryStore(files), InitialKeys(keys["root"], keys["record"], keys["log"]), witnesses, quorum
    )
    for path, data in store.files.items():
        (folder / path).write_bytes(data)


def _key(path: Path) -> PrivateKey:
    return load_private_key(path.read_bytes())


def log_key() -> str:
    """The vkey of the archive's log."""
    return open_archive(LocalStore(Path("archive"))).chain[-1].log_keys[0].vkey


def exchange(run: Run, *sign: str, archive: str = "archive") -> Result:
    """Request, sign, import, each by files."""
    for name in ("request", "reply"):
        Path(name).unlink(missing_ok=True)
    assert run("--archive", archive, "witness", "request", "-o", "request").exit_code == 0
    signed = run("witness", "sign", "request", "--key", "anna", "-o", "reply", *sign)
    if signed.exit_code:
        return signed
    return run("--archive", archive, "witness", "import", "reply")


def add(run: Run, archive: str = "archive", words: str = "Words") -> None:
    """Add an entry."""
    name = words.lower().replace(" ", "-")
    Path("n.txt").write_text(f"{words}\n\nSome {words}.\n")
    result = run("--archive", archive, "add", "n.txt", "--release", name, "--no-memory")
    assert result.exit_code == 0, result.output


def last(memory: Path, vkey: str) -> int:
    """The size that the witness remembers."""
    (path,) = memory.glob("*.json")
    return parse_witnessed(path.read_bytes(), parse_cosigner(vkey), ORIGIN).checkpoint.size


def test_exchange(run: Run, work: Path, memory: Path, vkey: str) -> None:
    """The key of the log is given once; afterwards each side knows where to begin, and verify says what is there."""
    first = exchange(run, "--log", log_key())
    assert (first.exit_code, first.stdout) == (0, f"{NAME} cosigned size 3 at 2027-01-15T08:00:00Z\n")
    assert last(memory, vkey) == 3
    report = run("verify")
    assert report.exit_code == 0
    said = "1 of 1 wanted witnesses have cosigned size 3: there not later than 2027-01-15T08:00:00Z"
    assert said in " ".join(report.stdout.split())
    add(run)
    report = run("verify", "--json")
    assert json.loads(report.stdout)["witnesses"] == {
        "wanted": 1,
        "known": 1,
        "size": 4,
        "cosigned": [],
        "quorum": {"size": 3, "time": "2027-01-15T08:00:00Z", "who": NAME},
    }
    assert exchange(run).exit_code == 0
    assert Path("request").read_text().startswith("old 3\n")
    assert last(memory, vkey) == 4
    assert exchange(run).stdout.endswith("(it was there already)\n")
    assert {path.name for path in memory.iterdir()} <= {next(memory.glob("*.json")).name, ".lock"}
    del work


def test_pipe(work: Path, memory: Path, vkey: str) -> None:
    """The three commands work in a pipe, with - for stdin; what people read goes to stderr."""
    verbs = ("request", f"sign - --key anna --log '{log_key()}'", "import -")
    line = " | ".join(f"{sys.executable} -m muniment witness {verb}" for verb in verbs)
    done = subprocess.run(["sh", "-c", line], cwd=work, capture_output=True, text=True, check=True)
    assert done.stdout == f"{NAME} cosigned size 3 at 2027-01-15T08:00:00Z\n"
    assert done.stderr == f"archive: {ORIGIN} cosigned at size 3, the first that this witness saw of it\n"
    assert last(memory, vkey) == 3


def test_init(run: Run, work: Path) -> None:
    """The key is for its owner alone, lies in the user's configuration, and is made once."""
    first = run("witness", "init", NAME)
    assert first.exit_code == 0
    vkey, _, made = first.stdout.splitlines()
    path = Path(made.removeprefix("made private key "))
    assert parse_cosigner(vkey).name == NAME
    assert path.with_name(f"{path.name}.vkey").read_text() == f"{vkey}\n"
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    again = json.loads(run("witness", "init", NAME, "--json").stdout)
    assert again == {"vkey": vkey, "key": str(path), "made": False}
    assert run("witness", "init", "witness.example.org/ben", "--key", str(path)).exit_code == 2
    del work


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "x" * 129, "Ä"])
def test_names_that_are_none(refused: Refused, name: str) -> None:
    """A name that a trust root could not hold is refused before a key is made."""
    assert "not a name for a witness" in refused("witness", "init", name, "--key", "k", code=2)


@pytest.mark.usefixtures("memory", "vkey")
def test_unknown_log(run: Run, refused: Refused) -> None:
    """Without the key of the log nothing is cosigned; a key of another log is no help, nor one that did not sign."""
    run("witness", "request", "-o", "request")
    assert "this witness knows no key of the log: found example.org/press" in refused(
        "witness", "sign", "request", "--key", "anna", code=2
    )
    public = bytes([1] * 31 + [9])
    other = format_vkey("example.org/other", public)
    said = refused("witness", "sign", "request", "--key", "anna", "--log", other, code=2)
    assert "the key is of another log than the request" in said
    wrong = format_vkey(ORIGIN, public)
    said = refused("witness", "sign", "request", "--key", "anna", "--log", wrong, code=1)
    assert "signed by no known key" in said


def test_rollback(run: Run, refused: Refused, work: Path, memory: Path, vkey: str) -> None:
    """A restored backup offered to a witness is refused, whatever old size it claims; the witness forgets nothing."""
    shutil.copytree(work / "archive", work / "backup")
    add(run)
    assert exchange(run, "--log", log_key()).exit_code == 0
    for old in ("0", "3"):
        run("--archive", "backup", "witness", "request", "--old", old, "-o", "request", "--force")
        said = refused("witness", "sign", "request", "--key", "anna", code=1)
        assert "older than what this witness cosigned: expected at least 4 entries, found 3" in said
    assert last(memory, vkey) == 4


def test_split_view(run: Run, refused: Refused, work: Path, memory: Path, vkey: str) -> None:
    """Split view: a second history of the log is refused at the same size and when it has grown longer."""
    shutil.copytree(work / "archive", work / "second")
    add(run)
    add(run, "second", "Other words")
    assert exchange(run, "--log", log_key()).exit_code == 0
    run("--archive", "second", "witness", "request", "-o", "other")
    assert "two roots of one size" in refused("witness", "sign", "other", "--key", "anna", code=1)
    add(run, "second", "More words")
    run("--archive", "second", "witness", "request", "--old", "4", "-o", "longer")
    said = refused("witness", "sign", "longer", "--key", "anna", code=1)
    assert "not shown to continue the 4 entries that this witness cosigned" in said
    assert last(memory, vkey) == 4


@pytest.mark.usefixtures("memory")
def test_wrong_old_size(run: Run, refused: Refused, vkey: str) -> None:
    """Whoever asks from the wrong size is told the right one, and --old asks again from there."""
    assert exchange(run, "--log", log_key()).exit_code == 0
    for path in Path("archive/log/cosignatures").iterdir():
        path.unlink()
    add(run)
    run("witness", "request", "-o", "request", "--force")
    said = refused("witness", "sign", "request", "--key", "anna", code=2)
    assert said.endswith("expected old 3, found old 0 (ask the keeper for archive witness request --old 3)\n")
    run("witness", "request", "-o", "request", "--old", "3", "--force")
    assert run("witness", "sign", "request", "--key", "anna", "-o", "reply2").exit_code == 0
    assert run("witness", "import", "reply2", "--json").exit_code == 0
    del vkey


def test_crash_between_remembering_and_signing(
    run: Run, work: Path, memory: Path, vkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was remembered and not signed is signed when asked again; another history is refused all the same."""
    shutil.copytree(work / "archive", work / "second")
    assert exchange(run, "--log", log_key()).exit_code == 0
    add(run)
    add(run, "second", "Other words")
    run("witness", "request", "-o", "request", "--force")

    def crash(*_: object) -> None:
        raise UnavailableError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(witness_memory, "cosign", crash)
        assert run("witness", "sign", "request", "--key", "anna").exit_code == 3
    assert last(memory, vkey) == 4
    run("--archive", "second", "witness", "request", "--old", "3", "-o", "other")
    assert run("witness", "sign", "other", "--key", "anna").exit_code == 1
    run("witness", "request", "--old", "4", "-o", "again")
    assert run("witness", "sign", "again", "--key", "anna", "-o", "late").exit_code == 0
    assert run("witness", "import", "late").exit_code == 0


def test_it_remembers_before_it_signs(run: Run, memory: Path, vkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory cannot be written, nothing is signed."""
    signed: list[object] = []

    def full(*_: object, **__: object) -> bool:
        raise UnavailableError("it cannot be written", found="no space left on device")

    monkeypatch.setattr(witness_memory, "write_file", full)
    monkeypatch.setattr(witness_memory, "cosign", lambda *_: signed.append(1))
    result = exchange(run, "--log", log_key())
    assert (result.exit_code, result.stdout, signed) == (3, "", [])
    assert not list(memory.glob("*.json"))
    del vkey


def test_two_processes_at_once(run: Run, work: Path, memory: Path, vkey: str) -> None:
    """Two histories offered at the same moment, many times over: one of them alone is ever cosigned."""
    assert exchange(run, "--log", log_key()).exit_code == 0
    for number in range(3):
        shutil.copytree(work / "archive", work / f"other{number}")
        add(run, f"other{number}", f"Words {number}")
        run("--archive", f"other{number}", "witness", "request", "--old", "3", "-o", f"r{number}")
    command = [sys.executable, "-m", "muniment", "witness", "sign", "--key", "anna"]
    started = [
        subprocess.Popen([*command, f"r{number % 3}"], cwd=work, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(9)
    ]
    done = [(number % 3, process.communicate(), process.returncode) for number, process in enumerate(started)]
    signed = {number for number, (out, _), code in done if code == 0 and out}
    assert len(signed) == 1
    assert {code for _, _, code in done} <= {0, 1, 2}
    assert all(not out for _, (out, _), code in done if code)
    assert last(memory, vkey) == 4


def test_threads_at_once(run: Run, memory: Path, vkey: str) -> None:
    """Older and newer requests side by side: the memory never falls."""
    assert exchange(run, "--log", log_key()).exit_code == 0
    for number in range(4):
        run("witness", "request", "--old", str(3 + number), "-o", f"r{number}")
        add(run, words=f"Words {number}")
        run("witness", "request", "--old", str(3 + number), "-o", f"s{number}")
    names = [f"{kind}{number}" for number in range(4) for kind in "rs"] * 2
    command = [sys.executable, "-m", "muniment", "witness", "sign", "--key", "anna"]
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda name: subprocess.run([*command, name], capture_output=True, check=False), names))
    assert all((done.returncode == 0) == bool(done.stdout) for done in codes)
    assert not any(b"Traceback" in done.stderr for done in codes)
    sizes = [int(done.stderr.split(b"at size ")[1].split(b",")[0]) for done in codes if done.returncode == 0]
    assert last(memory, vkey) == max([3, *sizes])


HOSTILE = [
    b"",
    b"damaged",
    b"{}",
    b'{"checkpoint":"","format":"muniment-witness/1","keys":[],"witness":""}',
    b"[" * 200_000,
    b"\x00" * 10,
    b" " * 1_000_000,
]


@pytest.mark.parametrize("data", HOSTILE)
def test_damaged_memory(run: Run, refused: Refused, memory: Path, vkey: str, data: bytes) -> None:
    """A damaged or hostile memory is a typed error: it is never taken for a witness that saw nothing."""
    assert exchange(run, "--log", log_key()).exit_code == 0
    (path,) = memory.glob("*.json")
    path.write_bytes(data)
    said = refused("witness", "sign", "request", "--key", "anna", "--log", log_key(), code=3)
    assert "what this witness remembers cannot be used: nothing was cosigned" in said
    assert path.read_bytes() == data
    del vkey


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
@pytest.mark.parametrize("kind", ["fifo", "folder", "link"])
def test_no_regular_memory(run: Run, refused: Refused, memory: Path, vkey: str, kind: str) -> None:
    """A FIFO, a folder or a dangling link in the memory's place is refused, and does not hang."""
    assert exchange(run, "--log", log_key()).exit_code == 0
    (path,) = memory.glob("*.json")
    path.unlink()
    {"fifo": os.mkfifo, "folder": os.mkdir, "link": lambda at: at.symlink_to("nowhere")}[kind](path)
    refused("witness", "sign", "request", "--key", "anna", "--log", log_key(), code=3)
    del vkey


@pytest.mark.usefixtures("vkey")
def test_no_place_for_a_memory(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A witness that could not remember does not sign; and what holds its folder is said."""
    run("witness", "request", "-o", "request")
    (work / "file").write_text("")
    monkeypatch.setenv("ARCHIVE_MEMORY", str(work / "file"))
    result = run("witness", "sign", "request", "--key", "anna", "--log", log_key())
    assert (result.exit_code, result.stdout) == (3, "")
    monkeypatch.setattr(witness_memory, "memory_folder", lambda: None)
    result = run("witness", "sign", "request", "--key", "anna", "--log", log_key())
    assert (result.exit_code, result.stdout) == (3, "")
    assert "a witness must remember what it cosigned" in result.stderr


@pytest.mark.usefixtures("memory", "vkey")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n\nx",
        b"\xff" * 10,
        b"x" * 1_000_000,
        b"old 1\n" + b"KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\n",
        b"old 99999999999999999999999\n\nx\n\n",
        b"old 0\n\nexample.org/press\n3\n\x1b[2J\n\n\xe2\x80\x94 x AAAAAAA=\n",
    ],
)
def test_no_request(refused: Refused, data: bytes) -> None:
    """What is no request is refused in one line, without control characters of its own."""
    said = refused("witness", "sign", "-", "--key", "anna", code=2, stdin=data)
    assert "\x1b" not in said


@pytest.mark.usefixtures("memory")
def test_import_tells_what_is_unfinished(run: Run, work: Path, vkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cosignature is taken in beside an addition that was left undone, which is said and not ended."""
    del vkey
    assert exchange(run, "--log", log_key()).exit_code == 0
    with monkeypatch.context() as patch:
        stop_at(patch, "log/tile/entries/000.p/4")
        Path("n.txt").write_text("Words\n\nSome words.\n")
        assert run("add", "n.txt", "--release", "words").exit_code == 3
    result = run("witness", "import", "reply")
    assert (result.exit_code, result.stdout.endswith("(it was there already)\n")) == (0, True)
    said = "archive: note: an addition of words/v1 is unfinished: archive recover ends it, unless a writer is at work\n"
    assert result.stderr == said
    assert (work / "archive/unfinished.signed").exists()


def test_import_refuses(run: Run, refused: Refused, work: Path, vkey: str) -> None:
    """A stranger's reply is refused with the next step; so is what is no reply."""
    del vkey
    run("witness", "init", "witness.example.org/eve", "--key", "eve")
    run("witness", "request", "-o", "request")
    assert run("witness", "sign", "request", "--key", "eve", "--log", log_key(), "-o", "reply").exit_code == 0
    said = refused("witness", "import", "reply", code=2)
    assert "by no witness that the trust root names" in said
    assert "archive key witness VKEY" in said
    for data in (b"", b"3\n", (work / "request").read_bytes(), b"x" * 100_000):
        assert "not a" in refused("witness", "import", "-", code=2, stdin=data) or len(data) > 70_000


@pytest.mark.usefixtures("memory", "vkey")
def test_output_is_looked_at_first(run: Run, refused: Refused, memory: Path) -> None:
    """Where the reply could not be handed out, nothing is cosigned."""
    run("witness", "request", "-o", "request")
    Path("there").write_text("x")
    said = refused("witness", "sign", "request", "--key", "anna", "--log", log_key(), "-o", "there", code=2)
    assert "another file is there" in said
    refused("witness", "sign", "request", "--key", "anna", "--json", code=2)
    refused("witness", "request", "--json", code=2)
    assert not memory.exists()
    done = run("witness", "sign", "request", "--key", "anna", "--log", log_key(), "-o", "reply", "--json")
    assert json.loads(done.stdout) == {
        "file": "reply",
        "witness": NAME,
        "origin": ORIGIN,
        "old": 0,
        "size": 3,
        "time": "2027-01-15T08:00:00Z",
    }


@pytest.mark.usefixtures("memory")
def test_several_witnesses(run: Run, refused: Refused, work: Path, vkey: str) -> None:
    """Where witnesses have cosigned different sizes, the keeper must say which one is asked."""
    ben = run("witness", "init", "witness.example.org/ben", "--key", "ben").stdout.splitlines()[0]
    name_witnesses(work / "archive", [vkey, ben], 2)
    assert exchange(run, "--log", log_key()).exit_code == 0
    assert "say which one with --witness" in refused("witness", "request", code=2)
    assert run("witness", "request", "--witness", NAME).stdout.startswith("old 3\n")
    assert run("witness", "request", "--witness", "witness.example.org/ben").stdout.startswith("old 0\n")
    assert "no such witness" in refused("witness", "request", "--witness", "x", code=2)
    assert "fewer entries than the witness has seen" in refused("witness", "request", "--old", "9", code=2)
    said = json.loads(run("witness", "request", "--old", "2", "-o", "r2", "--json").stdout)
    assert said == {"file": "r2", "origin": ORIGIN, "old": 2, "size": 3, "written": True}


@pytest.mark.usefixtures("memory", "work")
def test_which_key(run: Run, refused: Refused) -> None:
    """Without --key the only witness of this user signs; none or several must be told apart by name."""
    run("witness", "request", "-o", "request")
    assert "there is no witness here" in refused("witness", "sign", "request", code=2)
    run("witness", "init", NAME)
    assert run("witness", "sign", "request", "--log", log_key()).exit_code == 0
    run("witness", "init", "witness.example.org/ben")
    assert "several witnesses here" in refused("witness", "sign", "request", code=2)
    run("witness", "request", "--old", "3", "-o", "request", "--force")
    assert run("witness", "sign", "request", "--name", NAME).exit_code == 0
    assert "nothing says the name" in refused("witness", "sign", "request", "--key", "keys/log", code=2)
    run("witness", "init", NAME, "--key", "anna")
    said = refused("witness", "sign", "request", "--key", "anna", "--name", "witness.example.org/ben", code=2)
    assert "the vkey beside this key is another" in said
    assert "there is no witness key" in refused("witness", "sign", "request", "--key", "nowhere", code=2)


@pytest.mark.usefixtures("memory", "work")
def test_key_in_an_agent(run: Run, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that ssh-agent holds cosigns without a key file."""
    agent.make("anna")
    agent.add(agent.folder / "anna")
    (agent.folder / "anna").unlink()
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.path)
    public = str(agent.folder / "anna.pub")
    vkey = run("witness", "init", NAME, "--key", public).stdout.splitlines()[0]
    name_witnesses(Path("archive"), [vkey], 1)
    run("witness", "request", "-o", "request")
    for number, key in enumerate(((public,), ("agent", "--name", NAME))):
        done = run("witness", "sign", "request", "--key", *key, "--log", log_key(), "-o", f"reply{number}")
        assert done.exit_code == 0, done.stderr
        run("witness", "request", "--old", "3", "-o", "request", "--force")
    assert run("witness", "import", "reply0").exit_code == 0
    assert run("verify").exit_code == 0
    fingerprint = agent.fingerprint("anna.pub")
    done = run("witness", "init", NAME, "--key", f"agent:{fingerprint}")
    assert done.stdout.splitlines()[0] == vkey


@pytest.mark.usefixtures("memory", "vkey")
def test_a_cosigned_checkpoint_as_the_older_side(run: Run) -> None:
    """``verify --against`` takes a checkpoint with cosignature lines, and ignores those of other keys."""
    assert exchange(run, "--log", log_key()).exit_code == 0
    Path("seen").write_bytes(Path("archive/log/checkpoint").read_bytes() + Path("reply").read_bytes())
    assert run("verify", "--no-memory", "--against", "seen").exit_code == 0
    add(run)
    report = run("verify", "--no-memory", "--against", "seen")
    assert report.exit_code == 0
    assert "grown from 3 to 4 entries since seen" in report.stdout
    Path("archive/log/checkpoints/3").write_bytes(Path("seen").read_bytes())
    assert run("verify", "--no-memory").exit_code == 1


@pytest.mark.usefixtures("vkey")
def test_many_log_keys(run: Run, refused: Refused, memory: Path) -> None:
    """Keys of a log that are given later stand beside the first; more than 64 are refused."""
    run("witness", "request", "-o", "request")
    others = [format_vkey(ORIGIN, PrivateKey.from_seed(bytes([100 + n]) * 32).public.raw) for n in range(64)]
    given = [part for key in (log_key(), *others) for part in ("--log", key)]
    assert "too many keys of one log" in refused("witness", "sign", "request", "--key", "anna", *given, code=2)
    assert not list(memory.glob("*.json"))
    assert run("witness", "sign", "request", "--key", "anna", *given[:-2]).exit_code == 0
    (path,) = memory.glob("*.json")
    assert json.loads(path.read_text())["keys"] == [log_key(), *others[:-1]]


@pytest.mark.usefixtures("vkey")
def test_a_lock_that_is_held(run: Run, refused: Refused, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process cosigns for too long, nothing is cosigned."""
    run("witness", "request", "-o", "request")
    memory.mkdir(parents=True)
    monkeypatch.setattr(witness_memory, "_PATIENCE", 0.01)
    with FileLock(memory / ".lock"):
        said = refused("witness", "sign", "request", "--key", "anna", "--log", log_key(), code=3)
    assert "another process is cosigning" in said


@pytest.mark.usefixtures("vkey")
def test_disk_that_fails(run: Run, refused: Refused, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory cannot be flushed or its lock not be made, nothing is handed out."""
    run("witness", "request", "-o", "request")

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(witness_memory, "sync_folder", fail)
        assert "input/output error" in refused(
            "witness", "sign", "request", "--key", "anna", "--log", log_key(), code=3
        )
    for path in memory.iterdir():
        path.unlink()
    (memory / ".lock").mkdir()
    assert "cannot be written" in refused("witness", "sign", "request", "--key", "anna", "--log", log_key(), code=3)


def forged_request(size: int, key: PrivateKey, old: int = 0) -> Path:
    """A request of whoever holds a log key: a log of that size, with invented siblings where it is to continue one."""
    last = open_archive(LocalStore(Path("archive"))).checkpoint
    note = sign_checkpoint(replace(last, size=size, root=bytes(32)), key.public.raw, key.sign)
    Path("forged").write_bytes(format_request(WitnessRequest(old, (), note)))
    return Path("forged")


@pytest.mark.usefixtures("memory", "vkey")
def test_sizes_that_a_thief_claims(run: Run, work: Path) -> None:
    """A log key alone makes no witness believe in 2^56 entries, whatever proof is invented; the honest log goes on."""
    log = _key(work / "keys" / "log")
    result = run("witness", "sign", str(forged_request(2**56, log)), "--key", "anna", "--log", log_key())
    assert (result.exit_code, "more entries than this witness believes" in result.stderr) == (1, True)
    assert exchange(run, "--log", log_key()).exit_code == 0
    size = open_archive(LocalStore(Path("archive"))).checkpoint.size
    for claimed in (2**56, 2**30, 2 * size + 2**20 + 1):
        result = run("witness", "sign", str(forged_request(claimed, log, size)), "--key", "anna")
        assert (result.exit_code, "more entries than this witness believes" in result.stderr) == (1, True)


@pytest.mark.usefixtures("vkey")
def test_forget(run: Run, work: Path, memory: Path) -> None:
    """A witness that cosigned a thief's log refuses the true one until it forgets; the evidence is put aside."""
    log = _key(work / "keys" / "log")
    forged = forged_request(900, log)
    assert run("witness", "sign", str(forged), "--key", "anna", "--log", log_key(), "-o", "bad").exit_code == 0
    assert run("witness", "request", "-o", "true").exit_code == 0
    assert run("witness", "sign", "true", "--key", "anna").exit_code != 0
    assert run("witness", "forget", ORIGIN, "--key", "anna").exit_code == 2
    result = run("witness", "forget", ORIGIN, "--key", "anna", "--yes")
    assert result.exit_code == 0
    (aside,) = memory.glob("*.forgotten-1")
    assert b"900" in aside.read_bytes()
    assert run("witness", "sign", "true", "--key", "anna", "-o", "good").exit_code == 2  # it knows no key again
    assert run("witness", "sign", "true", "--key", "anna", "--log", log_key(), "-o", "good").exit_code == 0
    assert run("witness", "forget", "example.org/other", "--key", "anna", "--yes").exit_code == 2


@pytest.mark.usefixtures("vkey", "memory")
def test_key_that_was_replaced(run: Run, work: Path) -> None:
    """Once the log has signed with a later key, an earlier one counts no longer, whatever it signs."""
    old, old_vkey = _key(work / "keys" / "log"), log_key()
    assert exchange(run, "--log", old_vkey).exit_code == 0
    result = run("key", "rotate", "--log", "--lost", "--no-memory")
    assert result.exit_code == 0, result.output
    new = open_archive(LocalStore(Path("archive"))).chain[-1].log_keys[-1].vkey
    assert new != old_vkey
    assert exchange(run, "--log", new).exit_code == 0
    size = open_archive(LocalStore(Path("archive"))).checkpoint.size
    result = run("witness", "sign", str(forged_request(size + 5, old, size)), "--key", "anna")
    assert (result.exit_code, "signed by no known key" in result.stderr) == (1, True)
