"""How much a batch saves: 256 versions in one, against 256 additions, in the library and through the command.

``python bench/batches.py`` prints ratios of processor time and of files, never a time alone.  A release of 2,500
versions is made of batches too, and its folder is held to the bytes of its records, signatures and originals.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from naming import ADD, write_files

from muniment.ingest import Source
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, Publication, add_publication, add_publications
from verify import environment
from verify import seconds as process_seconds

COUNT, LONG, ONE_BY_ONE, RUNS = 256, 2500, 8, 5
NOW = "2026-11-22T10:00:00Z"
WORDS = " ".join(f"The harbour at berth {berth} stays closed until the tide turns." for berth in range(6))


def publication(release: str, number: int) -> Publication:
    """One version of some paragraphs."""
    text = "\n\n".join([f"Notice {number} of {release}", *(f"{part}. {WORDS}" for part in range(1, 8))])
    return Publication(release, Source(f"{text}\n".encode(), "notice.txt", NOW), {})


def new_archive() -> tuple[MemoryStore, Keys]:
    """An empty archive in memory."""
    made = InitialKeys(*(PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3)))
    store = MemoryStore()
    create_archive(store, made, origin="press.example.org/archive", now=NOW)
    return store, Keys(made.record, made.log)


def seconds(act: Callable[[], object]) -> float:
    """Processor time of an act."""
    start = time.process_time()
    act()
    return time.process_time() - start


def in_library() -> None:
    """256 new releases, in one batch and one by one."""
    many = [publication(f"notice-{number}", number) for number in range(COUNT)]
    (one, keys), (other, _) = new_archive(), new_archive()

    def singly() -> None:
        for wanted in many:
            add_publication(one, keys, wanted.release, wanted.source, wanted.metadata, Author(NOW))

    ratio = seconds(singly) / seconds(lambda: add_publications(other, keys, many, Author(NOW)))
    print(f"library, {COUNT} versions: rate of one batch by that of single additions {ratio:.1f}")


def long_release() -> None:
    """A release of 2,500 versions, and the next one beside a first one in an empty archive: whole processes in turn."""
    (store, keys), (empty, _) = new_archive(), new_archive()
    for start in range(0, LONG, COUNT):
        some = [publication("notice", number) for number in range(start, min(LONG, start + COUNT))]
        add_publications(store, keys, some, Author(NOW))
    folder = {path: len(data) for path, data in store.files.items() if path.startswith("releases/notice/")}
    content = sum(size for path, size in folder.items() if "/content/" in path)
    print(f"release of {LONG} versions: folder by content {sum(folder.values()) / content:.2f}")
    with TemporaryDirectory() as name:
        env, ratios = environment(name), []
        command = [sys.executable, "-c", ADD]
        write_files(long := Path(name, "long"), store.files)
        for number in range(RUNS + 1):
            write_files(first := Path(name, str(number)), empty.files)
            before = process_seconds([*command, str(first), "first", str(number)], env)[1]
            after = process_seconds([*command, str(long), "notice", str(number)], env)[1]
            ratios.append(after / before)
    ratio = statistics.median(ratios[1:])  # the first round warms the caches
    print(f"release of {LONG} versions: adding the next by adding to an empty archive {ratio:.2f}, whole processes")


def run(folder: Path, *arguments: str) -> None:
    """Run the command in a folder."""
    environment = {**os.environ, "ARCHIVE_MEMORY": str(folder / "memory"), "ARCHIVE_KEYS": str(folder / "keys")}
    command = [sys.executable, "-m", "muniment", *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def children(act: Callable[[], object]) -> float:
    """Processor time of the processes that an act starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def through_the_command() -> None:
    """256 files in one call, and single calls, of which 8 are made: the others would be the same."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        run(folder, "init", "archive", "--origin", "press.example.org/archive", "--no-lock")
        paths = []
        for number in range(COUNT + ONE_BY_ONE):
            wanted = publication(f"notice-{number}", number)
            (folder / f"notice-{number}.txt").write_bytes(wanted.source.data)
            paths.append(f"notice-{number}.txt")
        batch = children(lambda: run(folder, "add", *paths[:COUNT], "--release-from-name"))
        singles = children(
            lambda: [run(folder, "add", path, "--release-from-name") for path in paths[COUNT:]],
        )
        ratio = singles / ONE_BY_ONE / (batch / COUNT)
        print(f"command, {COUNT} files: rate of one call by that of single calls {ratio:.1f}")


if __name__ == "__main__":
    in_library()
    through_the_command()
    long_release()
