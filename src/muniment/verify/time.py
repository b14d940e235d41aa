"""Check 12: time stamps, each offline, at its own time, against the certificates that the trust root pins."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from cryptography.x509 import Certificate

from muniment.archive.stamps import find_authority, read_certificates, stamp_paths
from muniment.digest import format_digest, sha256_hex
from muniment.errors import IntegrityError, MunimentError, UnavailableError
from muniment.log.statement import StampStatement, Statement
from muniment.store import Store
from muniment.timestamp.response import check_response
from muniment.trust.root import TrustRoot
from muniment.verify.checkpoints import CHECKPOINTS
from muniment.verify.proven import Proven, TimeResult
from muniment.verify.report import Tally

TIME = 12


@dataclass(slots=True)
class _State:
    """What is known while the stamps are checked in order.

    Attributes:
        tally: Where findings go.
        store: The archive.
        root: The newest trust root.
        files: Every file that was asked for.
        proven: What was proven so far.
        numbers: Number of the last stamp, by size.
        pinned: Certificates by name of the authority; None where they are damaged, which has its finding.
        unchecked: How many stamps could not be checked, and why.
        skipped: The size of the checkpoint of each of these.
        gaps: Whether an entry that could not be read came before.
    """

    tally: Tally
    store: Store
    root: TrustRoot
    files: list[str] = field(default_factory=list)
    proven: list[Proven] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    pinned: dict[str, tuple[Certificate, ...] | None] = field(default_factory=dict)
    unchecked: list[UnavailableError] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    gaps: bool = False


def check_time(
    tally: Tally,
    store: Store,
    chain: Sequence[TrustRoot],
    statements: Sequence[Statement | None],
    *,
    only: Container[int] | None = None,
) -> TimeResult:
    """Check the time stamps that the log names.

    Args:
        tally: Where to count.
        store: The archive.
        chain: The trust roots, oldest first; the newest says which authorities count.
        statements: The entries of the log; None for one that cannot be read.
        only: Indexes of the entries whose stamps are to be checked.  Default: all.
    """
    state = _State(tally, store, chain[-1])
    for index, statement in enumerate(statements):
        state.gaps = state.gaps or statement is None
        if not isinstance(statement, StampStatement):
            continue
        if only is None or index in only:
            _check_stamp(state, index, statement)
        else:
            state.numbers[statement.size] = statement.number
    if state.unchecked:
        number, why = len(state.unchecked), state.unchecked[0]
        what = f"{number} {'time stamp' if number == 1 else 'time stamps'} not checked, nothing is proven by them: "
        tally.notice(TIME, "log/timestamps", what + why.what, hint=why.hint, unvouched=True)
    return TimeResult(tuple(state.files), tuple(state.proven), tuple(state.skipped))


def _check_stamp(state: _State, index: int, statement: StampStatement) -> None:
    where = f"log entry {index} ({statement.name})"
    request_path, response_path = stamp_paths(statement.size, statement.number)
    request = _read(state, request_path, statement.request)
    response = _read(state, response_path, statement.response)
    if not _keeps_rules(state, index, statement, where):
        return
    certificates = _certificates(state, statement.authority)
    data = _checkpoint(state, statement.size)
    if request is None or response is None or data is None or certificates is None:
        return  # each has its finding
    try:
        stamp = check_response(response, request, data, certificates, where=response_path)
    except UnavailableError as error:
        state.unchecked.append(error)
        state.skipped.append(statement.size)
    except MunimentError as error:
        state.tally.error(TIME, error, response_path)
    else:
        state.tally.ok(TIME)
        state.proven.append(Proven(statement.size, stamp.time, statement.authority))


def _read(state: _State, path: str, logged: str) -> bytes | None:
    """Read a file and hold it against its digest in the log (check 9)."""
    state.files.append(path)
    try:
        data = state.tally.read(state.store.read(path))
    except MunimentError as error:
        state.tally.error(9, error, path)
        return None
    found = format_digest(sha256_hex(data))
    if found != logged:
        what = "not the file that the log names"
        state.tally.explain(path, logged, data)
        state.tally.fail(9, path, what, expected=logged, found=found, hint="restore the file from a copy")
        return None
    state.tally.ok(9)
    return data


def _keeps_rules(state: _State, index: int, statement: StampStatement, where: str) -> bool:
    """Whether the entry is one that a writer makes: of an earlier checkpoint, numbered, by a pinned authority."""
    number = state.numbers.get(statement.size, 0) + 1
    if state.gaps:
        # The stamps before it may be among the entries that cannot be read.
        number = max(number, statement.number)
    state.numbers[statement.size] = statement.number
    known = ", ".join(authority.name for authority in state.root.authorities) or "none"
    faults = (
        (statement.size > index, "a stamp of a checkpoint that came later", f"at most {index}", statement.size),
        (statement.number != number, "not the next stamp of this checkpoint", number, statement.number),
        (
            find_authority(state.root, statement.authority) is None,
            "a stamp by an authority that the trust root does not name",
            known,
            statement.authority,
        ),
    )
    for broken, what, expected, found in faults:
        if broken:
            state.tally.fail(TIME, where, what, expected=str(expected), found=str(found))
    return not any(broken for broken, *_ in faults)


def _certificates(state: _State, name: str) -> tuple[Certificate, ...] | None:
    if name not in state.pinned:
        authority = find_authority(state.root, name)
        assert authority is not None  # noqa: S101 - the rules were checked before
        try:
            state.pinned[name] = read_certificates(state.store, state.root, authority)
        except MunimentError as error:
            state.pinned[name] = None
            if isinstance(error, IntegrityError) and type(error) is not IntegrityError:
                state.tally.error(TIME, error)  # vouched for, and no certificates; else check 2 has its finding
    return state.pinned[name]


def _checkpoint(state: _State, size: int) -> bytes | None:
    try:
        return state.store.read(f"{CHECKPOINTS}/{size}")
    except MunimentError:
        return None  # check 10 has its finding
