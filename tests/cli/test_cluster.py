"""``verify --on``: on a real Dask cluster of this machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.attacks.hands import lay
from tests.cli.conftest import Run
from tests.dask_servers import Machines, dask
from tests.object_servers import seaweedfs

from muniment.archive.paths import root_path
from muniment.log.tile import Tile
from muniment.store import MemoryStore
from muniment.verify import pieces

pytest.importorskip("distributed", reason="distributed is not installed")

from dask import config

from muniment.cli import cluster
from muniment.cli.cluster_worker import Errand, carry_out, software

SOURCE = Path(__file__).parents[2] / "src" / "muniment"


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers."""
    with dask(tmp_path_factory.mktemp("dask"), workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler without workers; who starts one takes it away again."""
    with dask(tmp_path_factory.mktemp("scheduler"), workers=0) as running:
        yield running


@pytest.fixture
def place(small_archive: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small archive on the disk, cut into as many pieces as can be."""
    monkeypatch.setattr(pieces, "BUCKET", 1)
    monkeypatch.setattr(pieces, "RANGES", 1)
    return lay(small_archive.files, tmp_path / "archive")


def verify(run: Run, place: Path | str, *options: str) -> tuple[int, str, str]:
    """Exit code, report and errors; what machines have seen is no part of a report."""
    result = run("--archive", str(place), "verify", "--no-memory", *options)
    return result.exit_code, result.stdout, result.stderr


def same(run: Run, place: Path | str, machines: Machines) -> int:
    """The cluster says what this process says, in text and in JSON; gives the exit code."""
    for form in (("-v",), ("--json",)):
        alone = verify(run, place, *form, "--jobs", "1")
        assert verify(run, place, *form, "--on", machines.address) == alone
    return alone[0]


def test_reports_of_a_cluster(run: Run, place: Path, machines: Machines) -> None:
    """A sound archive, a changed file, a file more, a lost bundle: each report is the same byte for byte."""
    assert same(run, place, machines) == 0
    original = place / "releases/tide/v1/content/original.txt"
    data = original.read_bytes()
    original.write_bytes(data.replace(b"noon", b"five"))
    (place / "releases/harbour/\x1b[31mstray").write_bytes(b"")
    assert same(run, place, machines) == 1
    original.write_bytes(data)
    next((place / "log/tile/entries").rglob("4")).unlink()
    assert same(run, place, machines) == 1


def test_a_sample_and_what_is_new(run: Run, place: Path, machines: Machines, tmp_path: Path) -> None:
    """A part is checked there too; what is no archive is refused."""
    older = tmp_path / "older"
    shutil.copy(place / "log/checkpoints/2", older)
    for part in (("--sample", "1", "--seed", "tide"), ("--since", str(older))):
        alone = verify(run, place, *part, "--jobs", "1")
        assert (verify(run, place, *part, "--on", machines.address), alone[0]) == (alone, 0)
    code, _, said = verify(run, place, "harbour/v1", "--on", machines.address)
    assert (code, "--on is for an archive" in said) == (2, True)
    code, _, said = verify(run, place, "--explain", "--on", machines.address)
    assert (code, "--explain stands alone" in said) == (2, True)


def test_machines_come_and_go(run: Run, place: Path, machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four machines, and three of four after one was killed in the middle of its work: the report is the same."""
    last = [machines.start_worker() for _ in range(2)][-1]
    assert same(run, place, machines) == 0
    parse = cluster.DaskCluster._parse
    killed: list[object] = []

    def kill(self: Any, answer: object, piece: Any) -> Any:  # noqa: ANN401 - passed on
        if not killed:
            killed.append(piece)
            last.kill()
        return parse(self, answer, piece)

    monkeypatch.setattr(cluster.DaskCluster, "_parse", kill)
    assert same(run, place, machines) == 0
    assert (len(killed), last.wait() != 0) == (1, True)


def test_what_was_sent_is_not_kept(place: Path, machines: Machines) -> None:
    """Neither pieces nor results stay here once they are done with, of which a large log has more than fit."""
    kept = config.get(cluster._KEPT)
    with cluster.open_cluster(machines.address, place, 1) as opened:
        with opened.work([pieces.WorkPiece((Tile(-1, 0, 4),))] * 20) as results:
            assert len(list(results)) == 20
        client = opened._client
        assert client.scheduler_comm.message_count >= 20
        assert not client.scheduler_comm.recent_message_log
        assert not client.futures
    assert config.get(cluster._KEPT) == kept


def test_a_lost_scheduler(run: Run, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one machine says is the same; without the scheduler the run is lost, by a clear error, and nothing else."""
    with dask(tmp_path, workers=1) as machines:
        assert same(run, place, machines) == 0
        parse = cluster.DaskCluster._parse

        def kill(self: Any, answer: object, piece: Any) -> Any:  # noqa: ANN401 - passed on
            machines.processes[0].kill()
            return parse(self, answer, piece)

        monkeypatch.setattr(cluster.DaskCluster, "_parse", kill)
        code, said, error = verify(run, place, "--on", machines.address)
    assert (code, said) == (3, "")
    assert "the scheduler was lost, or refused the work; nothing was judged" in error
    monkeypatch.setattr(cluster, "ANSWER", 1)
    code, said, error = verify(run, place, "--on", machines.address)
    assert (code, said, "no answer of the scheduler" in error) == (3, "", True)
    assert verify(run, place)[0] == 0


def test_a_scheduler_that_says_nothing(
    run: Run, place: Path, scheduler: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was stopped, not ended, in the middle of a run or before it, is waited for so long and no longer."""
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    monkeypatch.setattr(cluster, "GREETING", 2)
    monkeypatch.setattr(cluster, "ANSWER", 1)
    monkeypatch.setattr(cluster, "_LOOK", 0.3)
    worker, parse = scheduler.start_worker(), cluster.DaskCluster._parse
    first = scheduler.processes[0].pid

    def stop(self: Any, answer: object, piece: Any) -> Any:  # noqa: ANN401 - passed on
        os.kill(first, signal.SIGSTOP)
        return parse(self, answer, piece)

    try:
        with monkeypatch.context() as patched:
            patched.setattr(cluster.DaskCluster, "_parse", stop)
            code, said, error = verify(run, place, "--on", scheduler.address)
        assert (code, said) == (3, "")
        assert "says nothing; nothing was judged" in error
        assert "no answer of the scheduler" in verify(run, place, "--on", scheduler.address)[2]
    finally:
        os.kill(first, signal.SIGCONT)
    os.kill(worker.pid, signal.SIGSTOP)
    code, said, error = verify(run, place, "--on", scheduler.address)
    os.kill(worker.pid, signal.SIGCONT)
    worker.kill()
    worker.wait()
    assert (code, said, "a machine that it asked, says nothing" in error) == (3, "", True)


def test_no_machines(run: Run, place: Path, scheduler: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler without workers is refused at once; one whose workers all went, after a while."""
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    monkeypatch.setattr(cluster, "_LOOK", 0.3)
    code, said, error = verify(run, place, "--on", scheduler.address)
    assert (code, said, "this scheduler has no machines" in error) == (3, "", True)
    worker = scheduler.start_worker()
    greet = cluster.DaskCluster.greet

    def kill(self: Any) -> None:  # noqa: ANN401 - passed on
        greet(self)
        worker.kill()
        worker.wait()

    monkeypatch.setattr(cluster.DaskCluster, "greet", kill)
    code, said, error = verify(run, place, "--on", scheduler.address)
    assert (code, said) == (3, "")
    assert "all machines of this scheduler are gone" in error


def test_a_machine_with_other_software(run: Run, place: Path, scheduler: Machines, tmp_path: Path) -> None:
    """One line of other code on one machine ends it: exit code 3, the machine and the difference are named."""
    other = tmp_path / "other" / "muniment"
    shutil.copytree(SOURCE, other, ignore=shutil.ignore_patterns("__pycache__"))
    (other / "digest.py").write_text((SOURCE / "digest.py").read_text("utf-8") + "\n# other\n", "utf-8")
    worker = scheduler.start_worker(source=other.parent)
    try:
        code, said, error = verify(run, place, "--on", scheduler.address)
    finally:
        worker.kill()
        worker.wait()
    assert (code, said) == (3, "")
    assert "a machine of the cluster is not fit: it has other software: the code of muniment" in error
    assert error.startswith("archive: tcp://127.0.0.1:")


def test_a_machine_that_reads_another_archive(
    run: Run, place: Path, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place where another archive lies for a machine, or none, is no finding but an error."""
    monkeypatch.setattr(cluster, "_root_of", lambda _: "sha256:" + "0" * 64)
    code, said, error = verify(run, place, "--on", machines.address)
    assert (code, said, "it reads another archive at this place" in error) == (3, "", True)


def test_a_disk_that_goes_away(place: Path, tmp_path: Path) -> None:
    """What a machine cannot find because all of it is gone is not called missing."""
    errand = Errand(place, cluster._root_of(place), software(), 1)
    piece = pieces.WorkPiece((Tile(-1, 0, 4),))
    assert carry_out(errand, piece).startswith(b"+")
    place.rename(tmp_path / "elsewhere")
    assert b"it cannot read the archive: no such file" in carry_out(errand, piece)
    (tmp_path / "elsewhere").rename(place)
    (place / root_path(1)).unlink()
    assert carry_out(errand, piece).startswith(b"-")


@pytest.mark.parametrize("address", ["scheduler:8786", "tcp://", "tcp://h:1:2", "inproc://a:1", "tcp://h:1/x", ""])
def test_what_is_no_scheduler(run: Run, place: Path, address: str) -> None:
    """Other addresses are refused before anything is asked."""
    code, said, error = verify(run, place, "--on", address)
    assert (code, said, "not the address of a scheduler" in error) == (2, "", True)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", b"\xff" * 4096])
def test_a_server_of_another_kind(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """A server that is no scheduler, whatever it says or does not, is waited for so long, and called what it is."""
    monkeypatch.setattr("muniment.cli.cluster.ANSWER", 1)

    def reply(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.sendall(said)
            while connection.recv(4096):
                pass

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                Thread(target=reply, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=accept, args=(listener,), daemon=True).start()
        code, out, error = verify(run, place, "--on", f"tcp://127.0.0.1:{listener.getsockname()[1]}")
    assert (code, out, "no answer of the scheduler" in error) == (3, "", True)


def test_in_a_bucket(run: Run, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines read a bucket by their own environment; where that says nothing they are told apart from damage."""
    pytest.importorskip("obstore", reason="obstore is not installed")
    environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "not-to-be-sent", "AWS_REGION": "us-east-1"}
    (tmp_path / "seaweedfs").mkdir()
    with seaweedfs(tmp_path / "seaweedfs") as server:
        environment["AWS_ENDPOINT_URL"] = server.endpoint
        with dask(tmp_path, 1, {**os.environ, **environment}) as machines:
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            address = "s3://muniment/clustered"
            assert run("copy", str(place), address).exit_code == 0
            assert same(run, address, machines) == 0
            assert verify(run, address, "--json", "--jobs", "8") == verify(run, address, "--json", "--jobs", "1")
            machines.start_worker({**os.environ, **environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
            code, said, error = verify(run, address, "--on", machines.address)
    assert (code, said) == (3, "")
    assert "it cannot read the archive: no answer of the object store" in error
    assert "not-to-be-sent" not in error
