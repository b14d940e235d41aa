"""What cannot be read is not tampered with: exit code 3, named, and nobody is accused for it.

The acts of the system that ``LocalStore`` uses are made to fail at one path after the other, in every way that such an
act fails on real disks.
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from tests.attacks.hands import READING, lay, run, tree
from tests.conftest import NOW, ORIGIN

from muniment.archive.paths import UNFINISHED
from muniment.errors import MunimentError, StoreError
from muniment.ingest import Source
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.store import FaultyStore, LocalStore, MemoryStore
from muniment.store.interface import Node, WalkEntry
from muniment.verify.archive import verify_archive
from muniment.verify.report import FAILED, UNCHECKED, VERIFIED, Report
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, Publication, add_description, add_publication, add_publications

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import TypeAlias

    Scanned: TypeAlias = "AbstractContextManager[Iterator[os.DirEntry[str]]]"

CODES = (errno.EACCES, errno.EIO, errno.ESTALE, errno.ENAMETOOLONG)
ACTS = ("open", "read", "scandir", "lstat")
RECORD = "releases/harbour/v1/content/record.json"
ENTRIES = "log/tile/entries/000.p/4"


class Disk:
    """The disk under a folder, on which one act fails at one place.

    Attributes:
        act: ``open`` and ``read`` of a file, ``scandir`` of a folder, ``lstat`` of anything.
        place: Where it fails.
        code: How.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.act, self.place, self.code = "", "", 0
        self._real = {name: getattr(os, name) for name in ACTS}
        self._opened: set[int] = set()
        for name in ("open", "scandir", "lstat"):
            monkeypatch.setattr(os, name, self._wrapped(name))
        monkeypatch.setattr(os, "read", self._read)

    def fail(self, act: str, place: Path, code: int) -> None:
        """Let an act fail at a place from now on."""
        self.act, self.place, self.code = act, str(place), code
        self._opened.clear()

    def _error(self) -> OSError:
        return OSError(self.code, os.strerror(self.code), self.place)

    def _wrapped(self, name: str) -> Callable[..., object]:
        def act(path: object, *rest: object, **named: object) -> object:
            hit = isinstance(path, str | os.PathLike) and os.fspath(path) == self.place
            if hit and name == self.act:
                raise self._error()
            result = self._real[name](path, *rest, **named)
            if hit and name == "open" and self.act == "read":
                self._opened.add(result)
            elif name == "scandir" and self.act == "lstat":
                return _Entries(cast("Scanned", result), self)
            return result

        return act

    def _read(self, descriptor: int, size: int) -> bytes:
        if descriptor in self._opened:
            self._opened.discard(descriptor)
            raise self._error()
        return cast("bytes", self._real["read"](descriptor, size))


class _Entries:
    """The entries of a folder, of which one tells nothing of itself."""

    def __init__(self, inner: Scanned, disk: Disk) -> None:
        self._inner, self._disk = inner, disk

    def __enter__(self) -> Iterator[_Entry]:
        with self._inner as entries:
            return iter([_Entry(entry, self._disk) for entry in entries])

    def __exit__(self, *_: object) -> None:
        """Closed already."""


class _Entry:
    def __init__(self, inner: os.DirEntry[str], disk: Disk) -> None:
        self._inner, self._disk, self.name = inner, disk, inner.name

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        """Whether it is a folder, as the listing of the folder above says: that takes no look at it."""
        return self._inner.is_dir(follow_symlinks=follow_symlinks)

    def stat(self, *, follow_symlinks: bool) -> os.stat_result:
        """Its status, or the error."""
        if self._inner.path == self._disk.place:
            raise self._disk._error()
        return self._inner.stat(follow_symlinks=follow_symlinks)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk."""
    return Disk(monkeypatch)


def places(folder: Path) -> list[tuple[str, Path]]:
    """Every act that can fail at every file and folder of an archive."""
    found = []
    for path in sorted(folder.rglob("*")):
        folderly = stat.S_ISDIR(path.lstat().st_mode)
        found += [(act, path) for act in (("scandir", "lstat") if folderly else ("open", "read", "lstat"))]
    return [("scandir", folder), *found]


def check(report: Report, place: str) -> None:
    """Hold a report to what is promised of every file and folder that could not be read."""
    said = [(finding.subject, finding.what) for finding in report.failures]
    assert report.verdict == UNCHECKED, (place, [f for f in report.failures if f.readable])
    causes = [finding for finding in report.failures if not finding.cause]
    assert causes, (place, said)
    assert all(place == "." or f"{finding.subject}/".startswith(f"{place}/") for finding in causes), (place, said)
    waiting = [finding for finding in report.failures if finding.cause]
    assert all(any(f"{f.cause}/".startswith(f"{each.subject}/") for each in causes) for f in waiting), (place, said)


@pytest.mark.parametrize("code", CODES, ids=lambda code: errno.errorcode[code])
def test_every_act_at_every_place(small_archive: MemoryStore, tmp_path: Path, disk: Disk, code: int) -> None:
    """Whatever cannot be opened, read, listed or looked at is named and unchecked, and what depends on it too."""
    folder = lay(small_archive.files, tmp_path / "archive")
    for act, path in places(folder):
        disk.fail(act, path, code)
        place = str(path.relative_to(folder))
        check(verify_archive(LocalStore(folder)), place)
    disk.fail("", folder, 0)
    assert verify_archive(LocalStore(folder)).verdict == VERIFIED


@pytest.mark.parametrize("spoilt", ["README.txt", RECORD, "log/tile/0/000.p/4", "trust/allowed_signers"])
def test_beside_a_failure(small_archive: MemoryStore, tmp_path: Path, disk: Disk, spoilt: str) -> None:
    """What has failed fails all the same: the verdict is that, and what could not be read is named beside it."""
    folder = lay(small_archive.files, tmp_path / "archive")
    before = verify_archive(LocalStore(folder)).verdict
    (folder / spoilt).write_bytes((folder / spoilt).read_bytes()[:-1] + b"x")
    for place in ("releases/tide/v1/content/record.json", "log/checkpoints/2", "schemas/record.schema.json"):
        disk.fail("open", folder / place, errno.EACCES)
        report = verify_archive(LocalStore(folder))
        assert (before, report.verdict) == (VERIFIED, FAILED), place
        assert place in {finding.subject for finding in report.failures if not finding.readable}
        assert all(not finding.readable for finding in report.failures if finding.subject == place)


@pytest.mark.parametrize("lost", [RECORD, "log/tile/0/000.p/4", "releases/tide/v1/content/original.txt"])
def test_beside_a_missing_file(small_archive: MemoryStore, tmp_path: Path, disk: Disk, lost: str) -> None:
    """A file that is missing is missing, though its neighbours cannot be read."""
    folder = lay(small_archive.files, tmp_path / "archive")
    (folder / lost).unlink()
    for place in (ENTRIES, "releases/harbour/inventory.json", "trust/allowed_signers"):
        disk.fail("open", folder / place, errno.EIO)
        report = verify_archive(LocalStore(folder))
        releases_known = place != ENTRIES
        missing = [finding for finding in report.failures if finding.readable]
        assert any(finding.subject == lost for finding in missing) or not (releases_known or lost.startswith("log/"))
        assert place in {finding.subject for finding in report.failures if not finding.readable}


class Closed(MemoryStore):
    """A store of which some files cannot be read."""

    def __init__(self, files: dict[str, bytes], closed: set[str]) -> None:
        super().__init__(files)
        self.closed = closed

    def read(self, path: str, *, max_size: int = 1 << 28) -> bytes:
        """Refuse those."""
        if path in self.closed:
            raise StoreError("permission denied", where=path)
        return super().read(path, max_size=max_size)


def test_two_at_once(small_archive: MemoryStore) -> None:
    """Of any two files that cannot be read at once nobody is accused either."""
    paths = sorted(small_archive.files)
    for number, one in enumerate(paths):
        for other in paths[number + 1 :]:
            report = verify_archive(Closed(small_archive.files, {one, other}))
            assert report.verdict == UNCHECKED, (one, other, [f for f in report.failures if f.readable])


def test_whole_folders(small_archive: MemoryStore) -> None:
    """Nor where no file of a folder can be read, or none at all."""
    folders = {path[: at + 1] for path in small_archive.files for at, c in enumerate(path) if c == "/"}
    for folder in ("", *sorted(folders)):
        closed = {path for path in small_archive.files if path.startswith(folder)}
        report = verify_archive(Closed(small_archive.files, closed))
        assert report.verdict == UNCHECKED, (folder, [f for f in report.failures if f.readable])


def test_one_version(small_archive: MemoryStore) -> None:
    """With a reference, what its version stands on is told likewise."""
    for path in sorted(small_archive.files):
        report = verify_archive(Closed(small_archive.files, {path}), only=parse_reference("harbour/v1"))
        assert report.verdict in {UNCHECKED, VERIFIED}, path
        apart = path.startswith(("releases/tide/", "releases/harbour/v2/", "releases/harbour/inventory"))
        # Of the log only what proves the version: its entries, the tile, and the checkpoints of it and of the head.
        apart = apart or path in {"log/checkpoints/1", "log/checkpoints/3"}
        apart = apart or (path.startswith("log/tile/") and not path.endswith(".p/4"))
        assert (report.verdict == VERIFIED) == apart, path


def test_unfinished_addition(small_archive: MemoryStore, keys: Keys) -> None:
    """Where the marker of an unfinished addition, or the log to hold it against, cannot be read, no file is accused."""
    for stop in range(1, 30):
        store = MemoryStore(small_archive.files)
        source = Source(b"Tide\n\nLow at noon.\n", "tide.txt", NOW[:10])
        try:
            add_publication(FaultyStore(store, stop), keys, "tide", source, {}, Author(NOW))
        except MunimentError:
            pass
        else:
            return
        for path in (UNFINISHED, ENTRIES, "log/checkpoint", "releases/tide/inventory.json"):
            if path in store.files:
                report = verify_archive(Closed(store.files, {path}))
                accused = [f for f in report.failures if f.readable]
                assert (report.verdict, accused) == (UNCHECKED, []), (stop, path)
    raise AssertionError


@pytest.mark.parametrize("part", range(4))
def test_reading_verbs(small_archive: MemoryStore, tmp_path: Path, disk: Disk, part: int) -> None:
    """Every verb that reads says 3 and names the file, or did not need it and prints what it printed before."""
    folder = lay(small_archive.files, tmp_path / "archive")
    for arguments in READING[part::4]:
        named = (*arguments, "--archive", str(folder), *(["--no-memory"] if arguments[0] == "verify" else []))
        disk.fail("", folder, 0)
        before = run(*named)
        for path in sorted(small_archive.files):
            disk.fail("open", folder / path, errno.EACCES)
            result = run(*named)
            if result.exit_code != 3:
                assert (result.exit_code, result.stdout) == (before.exit_code, before.stdout), (arguments, path)
            else:
                assert path.partition(".p/")[0] in result.output or path in result.output, (arguments, path)
                assert not [word for word in ("FAILED", "no such file", "missing") if word in result.output]


def test_writers(small_archive: MemoryStore, keys: Keys, tmp_path: Path, disk: Disk) -> None:
    """A writer for whom something cannot be read writes nothing, or did not need it."""
    source = Source(b"Words\n\nMore words.\n", "words.txt", NOW[:10])
    acts: tuple[Callable[[LocalStore], object], ...] = (
        lambda store: add_publication(store, keys, "harbour", source, {}, Author(NOW)),
        lambda store: add_publication(store, keys, "new", source, {}, Author(NOW)),
        lambda store: add_description(store, keys, "harbour", {"subjects": ["boats"]}, Author(NOW, note="boats")),
    )
    for number, act in enumerate(acts):
        for path in sorted(small_archive.files):
            folder = lay(small_archive.files, tmp_path / str(number) / path.replace("/", "-"))
            disk.fail("open", folder / path, errno.EACCES)
            before, refused = tree(folder), 0
            try:
                act(LocalStore(folder, sync=False))
            except MunimentError as error:
                refused = error.exit_code
            disk.fail("", folder, 0)
            after = {name: said for name, said in tree(folder).items() if name != ".lock"}
            assert refused == (3 if after == before else 0), (number, path)
            assert verify_archive(LocalStore(folder)).verdict == VERIFIED, (number, path)


def test_vanished(small_archive: MemoryStore, tmp_path: Path, disk: Disk) -> None:
    """A file that is there and is said not to be when it is opened has vanished for a moment, and is not missing."""
    folder = lay(small_archive.files, tmp_path / "archive")
    for path in sorted(small_archive.files):
        disk.fail("open", folder / path, errno.ENOENT)
        report = verify_archive(LocalStore(folder))
        assert report.verdict == UNCHECKED, path
        assert "it vanished while it was read" in {finding.what for finding in report.failures}


_BARE = """
import json, os, sys
from pathlib import Path
from muniment.errors import MunimentError
from muniment.store import LocalStore
from muniment.verify.archive import verify_archive
folder = Path(sys.argv[1])
told = {}
for path in [folder, *sorted(folder.rglob("*"))]:
    mode = path.stat().st_mode & 0o777
    for bare in (0o000, 0o444 if path.is_dir() else 0o111, 0o111):
        path.chmod(bare)
        report = verify_archive(LocalStore(folder))
        told[f"{path.relative_to(folder)} {bare:03o}"] = [
            report.verdict, [f.subject for f in report.failures if f.readable]
        ]
    path.chmod(mode)
print(json.dumps(told))
"""


def test_modes(small_archive: MemoryStore, tmp_path: Path) -> None:
    """So on a real disk, for a reader without the rights: of every file and every folder, closed or half closed."""
    folder = lay(small_archive.files, tmp_path / "archive")
    command = [sys.executable, "-c", _BARE, str(folder)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root reads everything, and there is no setpriv here")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    for place, (verdict, accused) in json.loads(done.stdout).items():
        # A folder that can be entered, though not listed, hides nothing that is known by name.
        assert (verdict, accused) == (UNCHECKED, []), place


@pytest.mark.parametrize("verb", [("verify",), ("list",), ("show", "harbour"), ("log",), ("recover",)])
def test_the_folder_itself(
    small_archive: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    """Of a folder that cannot be looked into no verb says that it is no archive."""
    folder = lay(small_archive.files, tmp_path / "archive")
    real: Callable[..., os.stat_result] = os.stat

    def refuse(path: object, *rest: object, **named: object) -> os.stat_result:
        if str(path).startswith(f"{folder}/"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *rest, **named)

    monkeypatch.setattr(os, "stat", refuse)
    result = run(*verb, "--archive", str(folder))
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"{folder}: it cannot be read" in result.stderr


class Throttled(MemoryStore):
    """A store that refuses some of what it is asked, as one that was asked too much; a folder as a whole, too."""

    def __init__(self, files: dict[str, bytes], seed: int) -> None:
        super().__init__(files)
        self.random, self.share = random.Random(seed), (0.01, 0.03, 0.1, 0.3)[seed % 4]  # noqa: S311 - no secret

    def read(self, path: str, **named: int) -> bytes:
        """Read, or refuse."""
        self._refuse(path)
        return super().read(path, **named)

    def list(self, path: str = "") -> tuple[Node, ...]:
        """List, or refuse."""
        self._refuse(path)
        return super().list(path)

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """Walk, in one request as in a bucket, or refuse."""
        try:
            self._refuse(prefix)
        except StoreError as error:
            yield WalkEntry(prefix, Node(prefix.rpartition("/")[2], "directory", 0), error)
        else:
            yield from super().walk(prefix)

    def _refuse(self, path: str) -> None:
        if self.random.random() < self.share:
            raise StoreError("asked too often", where=path)


ONCE = (55, 58, 71, 75, 86, 122, 133, 139, 143, 167, 179, 181, 207, 229, 246, 254, 286, 371, 441, 571, 630, 871, 1114)
SEEDS = range(1500) if os.environ.get("MUNIMENT_LONG") else (*range(7), *ONCE)
"""Those that once accused somebody, and some more."""


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_refused_nobody_is_accused(batched: dict[str, bytes], seed: int) -> None:
    """A store that is asked too much refuses any of the requests: what it did not say is not checked, and no failure.

    A listing may be refused where another one, which has the same names, was answered.
    """
    report = verify_archive(Throttled(batched, seed))
    assert [finding for finding in report.failures if finding.readable] == []
    assert report.verdict in {VERIFIED, UNCHECKED}


@pytest.fixture(scope="module")
def batched() -> dict[str, bytes]:
    """The files of an archive that has a batch, and a document that came by itself."""
    store, keys = MemoryStore(), [PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3)]
    create_archive(store, InitialKeys(*keys), origin=ORIGIN, now=NOW)
    words = [Source(f"Gate\n\nShut on day {day}.\n".encode(), "gate.txt", NOW[:10]) for day in range(5)]
    signers = Keys(keys[1], keys[2])
    add_publications(store, signers, [Publication("gate", source, {}) for source in words[:4]], Author(NOW))
    add_publication(store, signers, "gate", words[4], {}, Author(NOW))
    add_publication(store, signers, "tide", words[0], {}, Author(NOW))
    return dict(store.files)
