"""`archive verify --on` beside `verify` alone, threads beside waiting: CPU seconds of all processes, memory, ratios.

python bench/cluster.py [--releases 2000] [--runs 3] [--archive FOLDER] [--larger FOLDER] [--waiting 400]

Dask runs on this machine: a scheduler, and workers of one thread each.  Counted of them is what they take while the
command runs; of the command everything, with its start.  `--larger` is for the memory of the command, with four times
the releases.  For the threads the archive lies in SeaweedFS, behind a proxy that holds each request back for 20 ms;
there it is `--waiting` releases, and a tenth of these for one thread, which would take an hour for 10,000 versions.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import corpus
import psutil

from verify import Taken, environment, measure

TESTS = Path(__file__).resolve().parents[1] / "tests"


def of_the_tests(name: str) -> Any:  # noqa: ANN401 - a module
    """Load a module of the tests by its file: other packages are called so, too."""
    spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dask = of_the_tests("dask_servers").dask
seaweedfs = of_the_tests("object_servers").seaweedfs

DELAY = 0.02
VERSIONS = 5


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--archive", type=Path, help="a corpus that was built before, instead of a new one")
    parser.add_argument("--larger", type=Path, help="one of four times the releases, built before")
    parser.add_argument("--waiting", type=int, default=400, help="releases in the bucket")
    return parser.parse_args()


def verify(place: str | Path, *how: str) -> list[str]:
    """The command."""
    return [sys.executable, "-m", "muniment", "--archive", str(place), "verify", "--no-memory", *how]


def spent(machines: Any) -> float:  # noqa: ANN401 - of that module
    """CPU seconds that scheduler and workers have taken so far."""
    times = [psutil.Process(process.pid).cpu_times() for process in machines.processes]
    return sum(taken.user + taken.system for taken in times)


def on_cluster(machines: Any, archive: Path, env: dict[str, str]) -> Taken:  # noqa: ANN401 - as above
    """Verify on the machines; CPU time is that of all processes."""
    before = spent(machines)
    taken = measure(verify(archive, "--on", machines.address), env)
    return Taken(taken.wall, taken.cpu + spent(machines) - before, taken.memory)


def tell(name: str, runs: Sequence[Taken]) -> None:
    """Print a line."""
    cpu, memory = [one.cpu for one in runs], statistics.median(one.memory for one in runs)
    print(
        f"{name:34} CPU {statistics.median(cpu):.2f} s (min {min(cpu):.2f}, max {max(cpu):.2f})  memory {memory:.1f} MB"
    )


def cpu_and_memory(archive: Path, larger: Path, runs: int, folder: Path) -> None:
    """Alone and on two workers, in turn; then the memory of the larger archive."""
    names = ("verify --jobs 1", "verify --on, two workers")
    taken: dict[str, list[Taken]] = {name: [] for name in names}
    env = environment(str(folder))
    with dask(folder, 2, env) as machines:
        on_cluster(machines, archive, env)  # the first round keeps the byte code
        for _ in range(runs):
            taken[names[0]].append(measure(verify(archive, "--jobs", "1"), env))
            taken[names[1]].append(on_cluster(machines, archive, env))
        four = on_cluster(machines, larger, env)
    for name, all_runs in taken.items():
        tell(name, all_runs)
    tell("the larger archive, --on", [four])
    for name in names[1:]:
        pairs = zip(taken[name], taken[names[0]], strict=True)
        ratios = sorted(one.cpu / alone.cpu for one, alone in pairs)
        print(f"{name} beside one job: {statistics.median(ratios):.2f} (min {ratios[0]:.2f}, max {ratios[-1]:.2f})")
    memory = four.memory / statistics.median(one.memory for one in taken[names[1]])
    print(f"peak memory of the command, four times the versions: {memory:.2f}")


@contextmanager
def slow(port: int) -> Iterator[int]:
    """A proxy that holds back each request for a port of this machine; gives its own port."""

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, delay: float) -> None:
        while data := await source.read(1 << 20):
            if delay:
                await asyncio.sleep(delay)
            sink.write(data)
            await sink.drain()
        sink.close()

    async def serve(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(source, back, DELAY), pump(there, sink, 0), return_exceptions=True)

    async def start() -> int:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    yield asyncio.run_coroutine_threadsafe(start(), loop).result()
    loop.call_soon_threadsafe(loop.stop)


def waiting(folder: Path, releases: int) -> None:
    """32 threads, and one with a tenth of the archive, where each request takes 20 ms more: seconds a version."""
    (folder / "seaweedfs").mkdir()
    with seaweedfs(folder / "seaweedfs") as server, slow(int(server.endpoint.rpartition(":")[2])) as port:
        env = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        direct, held = ({**env, "AWS_ENDPOINT_URL": at} for at in (server.endpoint, f"http://127.0.0.1:{port}"))
        each = {}
        for jobs, number in ((32, releases), (1, max(1, releases // 10))):
            name, versions = f"waiting-{jobs}", number * VERSIONS
            corpus.build(folder / name, number, VERSIONS)
            corpus.publish_each(folder / name)
            command = [sys.executable, "-m", "muniment", "copy", str(folder / name), f"s3://muniment/{name}"]
            subprocess.run(command, check=True, env={**direct, "ARCHIVE_MEMORY": str(folder / f"{name}-memory")})
            start = time.perf_counter()
            measure(verify(f"s3://muniment/{name}", "--jobs", str(jobs)), held)
            each[jobs] = (time.perf_counter() - start) / versions
            print(f"{versions} versions, 20 ms more a request, {jobs} threads: {each[jobs] * 1000:.1f} ms a version")
        print(f"32 threads beside one: {each[1] / each[32]:.1f} times as fast")


def main() -> None:
    """Measure what is asked for."""
    asked = options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive, larger = asked.archive or folder / "archive", asked.larger or folder / "larger"
        for place, given, releases in (
            (archive, asked.archive, asked.releases),
            (larger, asked.larger, 4 * asked.releases),
        ):
            if given is None:
                corpus.build(place, releases, VERSIONS)
                corpus.publish_each(place)
        cpu_and_memory(archive, larger, asked.runs, folder)
        waiting(folder, asked.waiting)


if __name__ == "__main__":
    main()
