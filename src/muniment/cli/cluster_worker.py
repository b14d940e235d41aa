"""What runs on a machine of a cluster: it opens the archive by its own means, and does a piece of work.

A machine is sent the address of the archive, never a key or a password: it has its own environment.  Before it does
anything it looks whether it is fit, since a machine with other software would find other things, and one without the
archive, or with another one in its place, would find everything missing.  What it says comes back as bytes: a letter,
and results or the words of a fault.
"""

from __future__ import annotations

import gc
import json
import platform
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import muniment
from muniment.archive.paths import root_path
from muniment.cli import CYCLES_AFTER
from muniment.cli.target import Place, store_at
from muniment.digest import format_digest, sha256_hex
from muniment.errors import MunimentError, UnavailableError
from muniment.parallel import ahead
from muniment.verify.fetched import FetchedBundle
from muniment.verify.listing import ReleaseResult
from muniment.verify.piece_results import format_results
from muniment.verify.pieces import Result, WorkPiece, check_piece

if TYPE_CHECKING:
    from collections.abc import Callable

    from muniment.store import Store

DONE, FAULT = b"+", b"-"

_DECIDING = ("cryptography", "jsonschema-rs", "markdown-it-py", "orjson", "pypdfium2", "regex", "rfc8785", "selectolax")
"""Libraries whose version may decide on what is found; one that is not installed is a difference too."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What all pieces of one verification have in common.

    Attributes:
        place: The archive: its folder, or its address.
        root: Digest of trust root 1 as the first machine read it; None where it could not be read.
        software: What ``software`` gave there.
        threads: How many files to read at once.
    """

    place: Place
    root: str | None
    software: tuple[tuple[str, str], ...]
    threads: int


@lru_cache(maxsize=1)
def software() -> tuple[tuple[str, str], ...]:
    """Name what must be the same on every machine: the version of each part, and the digest of our own code."""
    folder = Path(muniment.__file__).parent
    code = sha256()
    for path in sorted(folder.rglob("*.py")):
        data = path.read_bytes()
        code.update(f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode() + data)
    parts = {"muniment": muniment.__version__, "the code of muniment": code.hexdigest()}
    parts |= {"Python": ".".join(platform.python_version_tuple()[:2])}
    return (*parts.items(), *((name, _version(name)) for name in _DECIDING))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def greet(errand: Errand) -> bytes:
    """Say whether this machine is fit for the work."""

    def work() -> bytes:
        _fit(errand)
        return b""

    return _answer(work)


def carry_out(errand: Errand, piece: WorkPiece) -> bytes:
    """Do a piece, and give its results as bytes."""

    def work() -> bytes:
        with _few_cycles:
            return checked()

    def checked() -> bytes:
        store = _fit(errand)
        # Of a release the files are read one by one, but the releases of a piece together.
        results = check_piece(store, piece, map if errand.threads == 1 else partial(ahead, threads=errand.threads))
        if any(map(_failed, results)):
            _look(store, errand)  # else a disk that went away would be taken for files that were removed
        return format_results(results)

    return _answer(work)


class _FewCycles:
    """While work is done, let Python look for cycles as rarely as the command does: checking makes nearly none."""

    def __init__(self) -> None:
        self._lock, self._at_work, self._before = Lock(), 0, (0, 0, 0)

    def __enter__(self) -> None:
        with self._lock:
            if not self._at_work:
                self._before = gc.get_threshold()
                gc.set_threshold(CYCLES_AFTER)
            self._at_work += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._at_work -= 1
            if not self._at_work:
                gc.set_threshold(*self._before)


_few_cycles = _FewCycles()


def _answer(work: Callable[[], bytes]) -> bytes:
    try:
        return DONE + work()
    except MunimentError as error:
        said = {"what": error.what, "where": error.where, "expected": error.expected, "found": error.found}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this machine's, and must not look like a finding
        said = {"what": "it failed", "found": f"{type(error).__name__}: {error}"}
    return FAULT + json.dumps({**said, "machine": _name()}).encode()


def _name() -> str:
    from distributed import get_worker  # noqa: PLC0415 - an extra

    try:
        return str(get_worker().address)
    except ValueError:
        return ""


def _fit(errand: Errand) -> Store:
    """Give the archive as this machine sees it.

    Raises:
        UnavailableError: Its software is other, or it cannot read that archive.
    """
    for (name, expected), (_, found) in zip(errand.software, software(), strict=True):
        if expected != found:
            raise UnavailableError("it has other software", where=name, expected=expected, found=found)
    store = store_at(errand.place)
    _look(store, errand)
    return store


def _look(store: Store, errand: Errand) -> None:
    if errand.root is None:
        return
    try:
        found = format_digest(sha256_hex(store.read(root_path(1))))
    except MunimentError as error:
        raise error.as_(
            UnavailableError, what=f"it cannot read the archive: {error.what}", where=str(errand.place)
        ) from error
    if found != errand.root:
        what = "it reads another archive at this place"
        raise UnavailableError(what, where=str(errand.place), expected=errand.root, found=found)


def _failed(result: Result) -> bool:
    if isinstance(result, FetchedBundle):
        return result.fault is not None
    around = result.around.findings if isinstance(result, ReleaseResult) else []
    return not all(finding.ok for finding in (*result.tally.findings, *around))
