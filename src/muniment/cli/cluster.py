"""A Dask cluster that verifies: ``verify --on tcp://SCHEDULER``.

Pieces of work are sent a few ahead of what is asked for, and what comes back is taken in order, so that neither side
holds all of it.  Dask gives the work of a machine that is lost to another one.  A scheduler that is lost, a machine
that is not fit, and a cluster without machines end the verification without a verdict.

Who can reach a scheduler can run programs on its machines, and whoever runs it can do so here: a cluster is trusted as
the own machine is.  Nothing secret is sent to it.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count, islice
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from muniment.archive.paths import root_path
from muniment.cli.cluster_worker import DONE, FAULT, Errand, carry_out, greet, software
from muniment.cli.target import Place, shown_address, store_at
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, InputError, MunimentError, UnavailableError
from muniment.parallel import within
from muniment.verify.piece_results import parse_results

if TYPE_CHECKING:
    from muniment.verify.pieces import Result, WorkPiece

_T = TypeVar("_T")

_ADDRESS = re.compile(r"(?:tcp|tls)://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")

AHEAD = 3
"""Pieces that are sent ahead for each thread of the cluster: one in work, one that waits there, one on its way."""

PATIENCE = 60
"""Seconds without any machine after which nobody is waited for: schedulers of clusters that grow need that long."""

_LOOK = 2.0
"""Seconds between two looks whether there still are machines."""

ANSWER = 10
"""Seconds that a scheduler has for its first answer."""

PATIENT = 3
"""In so many times that it has to be connected: on a busy machine the start of Dask takes its time."""

GREETING = 300
"""Seconds that all machines together have to say whether they are fit: so long Dask waits for one that is silent."""

_KEPT = "distributed.admin.low-level-log-length"
"""How many messages a connection of Dask keeps after they were sent, for its makers: 1,000, each with a piece in it."""


@contextmanager
def open_cluster(address: str, place: Place, threads: int) -> Iterator[DaskCluster]:
    """Ask the scheduler for its machines, and each of these whether it is fit.

    Args:
        address: That of the scheduler.
        place: The archive: an absolute folder, or its address.
        threads: How many files each machine reads at once.

    Raises:
        InputError: It is no such address.
        UnavailableError: Dask is missing, the scheduler does not answer, or a machine is not fit.
    """
    if _ADDRESS.fullmatch(address) is None:
        where = shown_address(address)
        raise InputError("not the address of a scheduler", where=where, expected="tcp://HOST:PORT or tls://HOST:PORT")
    client, disabled = _connect(address), logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # what it means for the verification is told once, and by us
    try:
        cluster = DaskCluster(client, address, Errand(place, _root_of(place), software(), threads))
        cluster.greet()
        yield cluster
    finally:
        with suppress(Exception):
            client.close(timeout=ANSWER)
        logging.disable(disabled)


def _connect(address: str) -> Any:  # noqa: ANN401 - a client of Dask, half of which says no types
    try:
        from dask import config  # noqa: PLC0415 - an extra
        from distributed import client as dask  # noqa: PLC0415 - as above
    except ImportError as error:
        raise UnavailableError(
            "a cluster cannot be asked here", where=address, hint="install muniment with the extra distributed"
        ) from error
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), config.set({_KEPT: 0}):
            warnings.simplefilter("ignore")  # of versions, which are compared in ``greet``
            make: Any = dask.Client
            return within(PATIENT * ANSWER, lambda: make(address, timeout=ANSWER, set_as_default=False))
    except (Exception, CancelledError) as error:  # another server's first bytes are taken for a length: MemoryError
        raise UnavailableError("no answer of the scheduler", where=address, hint=_START) from error
    finally:
        logging.disable(disabled)


_WORKERS = "start workers for it: docs/scale.md"
_ALIKE = "install the same on every machine, and let each read the archive: docs/scale.md"
_SILENT = "the scheduler, or a machine that it asked, says nothing; nothing was judged"
_START = "start it, or look at its address: docs/scale.md"


def _root_of(place: Place) -> str | None:
    with suppress(MunimentError):  # verifying says so
        return format_digest(sha256_hex(store_at(place).read(root_path(1))))
    return None


class DaskCluster:
    """The machines behind a scheduler; see ``verify/pieces``.

    Args:
        client: Connected to it.
        address: What to call it in an error.
        errand: What every piece has in common.
    """

    def __init__(self, client: Any, address: str, errand: Errand) -> None:  # noqa: ANN401 - as above
        self._client, self._address, self._errand = client, address, errand

    @property
    def threads(self) -> int:
        """See ``Cluster.threads``."""
        return self._errand.threads

    def greet(self) -> None:
        """Ask each machine whether it is fit.

        Raises:
            UnavailableError: One is not, or there is none.
        """
        answers = self._ask(lambda: self._client.run(greet, self._errand, on_error="return"), GREETING)
        if not answers:
            raise UnavailableError("this scheduler has no machines", where=self._address, hint=_WORKERS)
        for machine, answer in sorted(answers.items()):
            self._open(answer, machine)

    @contextmanager
    def work(self, pieces: Iterable[WorkPiece]) -> Iterator[Iterator[tuple[Result, ...]]]:
        """See ``Cluster.work``."""
        sent: deque[tuple[WorkPiece, Any]] = deque()
        waiting, name = iter(pieces), f"muniment-{uuid4().hex}"
        numbers = count()

        def send(number: int) -> None:
            for piece in islice(waiting, number):
                key = f"{name}-{next(numbers)}"
                with self._plain_errors():
                    # Each attempt reads the archive anew, so nothing is kept under the name of what was asked.
                    sent.append((piece, self._client.submit(carry_out, self._errand, piece, key=key, pure=False)))

        def results() -> Iterator[tuple[Result, ...]]:
            while sent:
                piece, future = sent.popleft()
                answer = self._answer_to(future)
                send(1)
                yield self._parse(answer, piece)

        machines = max(1, sum(self._ask(self._client.nthreads).values()))
        try:
            send(AHEAD * machines)
            yield results()
        finally:
            with suppress(Exception):
                within(ANSWER, lambda: self._client.cancel([future for _, future in sent], force=True))

    def _answer_to(self, future: Any) -> object:  # noqa: ANN401 - as above
        """Wait for an answer, as long as there are machines."""
        idle = 0.0
        with self._plain_errors():
            while True:
                with suppress(TimeoutError):
                    return future.result(timeout=_LOOK)
                if future.done():
                    return self._ask(future.result)
                idle = 0.0 if self._ask(self._client.nthreads) else idle + _LOOK
                if idle >= PATIENCE:
                    raise UnavailableError(
                        "all machines of this scheduler are gone", where=self._address, hint=_WORKERS
                    )

    def _ask(self, what: Callable[[], _T], seconds: float | None = None) -> _T:
        """Ask what a scheduler answers at once, however long the work takes, and machines soon.

        Raises:
            UnavailableError: It was lost, or says nothing, as one that was stopped.
        """
        seconds = PATIENCE if seconds is None else seconds
        with self._plain_errors():
            try:
                return within(seconds, what)
            except TimeoutError as error:
                found = f"nothing in {seconds:.0f} seconds"
                raise UnavailableError(_SILENT, where=self._address, found=found, hint=_START) from error

    def _parse(self, answer: object, piece: WorkPiece) -> tuple[Result, ...]:
        try:
            return parse_results(self._open(answer, ""), piece, where=self._address)
        except FormatError as error:
            raise error.as_(UnavailableError, hint="a machine of the cluster is not what it should be") from error

    def _open(self, answer: object, machine: str) -> bytes:
        """Take an answer apart.

        Raises:
            UnavailableError: It is no answer, or says what is wrong with the machine.
        """
        if isinstance(answer, bytes) and answer.startswith(DONE):
            return answer.removeprefix(DONE)
        if isinstance(answer, bytes) and answer.startswith(FAULT):
            with suppress(ValueError, TypeError):
                said = {str(name): str(text) for name, text in dict(json.loads(answer.removeprefix(FAULT))).items()}
                found = said.get("found", "")
                what = f"a machine of the cluster is not fit: {said.get('what', '')}: {said.get('where', '')}"
                where = said.get("machine") or machine or self._address
                raise UnavailableError(what, where=where, expected=said.get("expected", ""), found=found, hint=_ALIKE)
        found = f"{type(answer).__name__}: {answer}" if isinstance(answer, Exception) else ""
        what = "a machine of the cluster is not fit: it could not do what it was asked"
        raise UnavailableError(what, where=machine or self._address, found=found, hint=_ALIKE)

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Say what it means that the scheduler is gone, or gives up."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra

        try:
            yield
        except KilledWorker as error:
            what = "several machines ended over the same piece of work"
            hint = "look at their memory, and at their own output"
            raise UnavailableError(what, where=self._address, hint=hint) from error
        except MunimentError:
            raise
        except (Exception, CancelledError) as error:
            what = "the scheduler was lost, or refused the work; nothing was judged"
            found = f"{type(error).__name__}: {error}"
            raise UnavailableError(what, where=self._address, found=found, hint=_START) from error
