"""What came of a piece, as bytes that say no more than they must: it crosses from another machine.

A line of JSON, and behind it the bundles and their hashes.  Whoever reads it holds each value to its type, and the
results to the tasks that they are of; a machine that says something else is not believed in part.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any, TypeVar

from muniment.checks import CHECKS
from muniment.errors import FormatError
from muniment.log.merkle import HASH_SIZE
from muniment.log.tile import Tile
from muniment.verify.checkpoints import CheckpointRange, RangeResult
from muniment.verify.fetched import FetchedBundle
from muniment.verify.layout import NOTHING, Counted, Other, Walk
from muniment.verify.listing import ReleaseResult
from muniment.verify.pieces import Result, Task, WorkPiece
from muniment.verify.report import Attested, Finding, Tally

_Value = TypeVar("_Value")


def format_results(results: Sequence[Result]) -> bytes:
    """Write the results of a piece."""
    blobs = [part for one in results if isinstance(one, FetchedBundle) for part in (one.data or b"", one.hashes)]
    return b"\n".join((json.dumps([_of_result(one) for one in results]).encode(), b"".join(blobs)))


def parse_results(data: bytes, piece: WorkPiece, *, where: str) -> tuple[Result, ...]:
    """Read the results of a piece.

    Args:
        data: What came.
        piece: What was to be done.
        where: What to name in an error.

    Raises:
        FormatError: They are not results of that piece.
    """
    line = data[: data.find(b"\n") + 1]  # nothing where there is none, which is no JSON
    rest = memoryview(data)[len(line) :]
    try:
        value = _list(json.loads(line))
        results: list[Result] = []
        for task, one in zip(piece.tasks, value, strict=True):
            result, size = _to_result(task, one, rest)
            results.append(result)
            rest = rest[size:]
        _no_more(rest)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FormatError("not the results of this piece of work", where=where) from error
    return tuple(results)


def _no_more(rest: memoryview) -> None:
    if len(rest):
        raise TypeError


def _of_result(result: Result) -> object:
    if isinstance(result, FetchedBundle):
        fault = None if result.fault is None else astuple(result.fault)
        return [None if result.data is None else len(result.data), len(result.hashes), fault]
    if isinstance(result, RangeResult):
        return [_of_tally(result.tally), result.unread]
    around = None if result.present == NOTHING and result.around == Tally() else _of_tally(result.around)
    return [_of_tally(result.tally), around, _of_walk(result.present), result.files]


def _to_result(task: Task, value: Any, rest: memoryview) -> tuple[Result, int]:  # noqa: ANN401 - JSON
    """Give a result, and how much of what follows belongs to it."""
    if isinstance(task, Tile):
        size, hashed, fault = _list(value)
        if size is None:
            if hashed != 0 or fault is None:
                raise TypeError
            return FetchedBundle(None, fault=_to_finding(fault)), 0
        end = _count(size) + _count(hashed)
        if hashed not in {0, HASH_SIZE * task.width} or end > len(rest) or fault is not None:
            raise TypeError
        return FetchedBundle(bytes(rest[:size]), bytes(rest[size:end])), end
    if isinstance(task, CheckpointRange):
        tally, unread = _list(value)
        return RangeResult(_to_tally(tally), _texts(unread)), 0
    tally, around, present, files = _list(value)
    walked = NOTHING if present is None else _to_walk(present)
    return ReleaseResult(_to_tally(tally), Tally() if around is None else _to_tally(around), walked, _texts(files)), 0


def _of_tally(tally: Tally) -> object:
    assert tally.fork is None  # noqa: S101 - only whoever knows the past finds one
    findings, attested = list(map(astuple, tally.findings)), list(map(astuple, tally.attested))
    passed = sorted(tally.passed.items())
    return [passed, findings, tally.file_count, tally.byte_count, tally.converted, attested]


def _to_tally(value: Any) -> Tally:  # noqa: ANN401 - JSON
    passed, findings, files, size, converted, attested = _list(value)
    return Tally(
        Counter({_check(number): _count(times) for number, times in map(_list, _list(passed))}),
        [_to_finding(one) for one in _list(findings)],
        _count(files),
        _count(size),
        converted={_text(path): _text(how) for path, how in _dict(converted).items()},
        attested=[_to_attested(one) for one in _list(attested)],
    )


_KINDS = {"int": int, "str": str, "bool": bool}
_FINDING = tuple(_KINDS[str(field.type)] for field in fields(Finding))


def _to_finding(value: Any) -> Finding:  # noqa: ANN401 - JSON
    if tuple(map(type, _list(value))) != _FINDING:
        raise TypeError
    _check(value[0])
    return Finding(*value)


def _to_attested(value: Any) -> Attested:  # noqa: ANN401 - JSON
    reference, archive, root, version, record, logged, outcome, faults = _list(value)
    said = None if logged is None else _text(logged)
    named = (_text(reference), _text(archive), _text(root), _text(version), _text(record))
    return Attested(*named, said, _text(outcome), _texts(faults))


def _of_walk(walked: Walk) -> object:
    if walked == NOTHING:
        return None
    counted = {top: astuple(some) for top, some in walked.counted.items()}
    others = list(map(astuple, walked.others))
    return [walked.files, others, walked.empty, sorted(walked.shared), walked.closed, counted]


def _to_walk(value: Any) -> Walk:  # noqa: ANN401 - JSON
    files, others, empty, shared, closed, counted = _list(value)
    return Walk(
        {_text(path): _count(size) for path, size in _dict(files).items()},
        tuple(Other(*map(_text, _list(one))) for one in _list(others)),
        _texts(empty),
        frozenset(_texts(shared)),
        _texts(closed),
        {
            _text(top): Counted(_count(files_), _count(linked), _text(first))
            for top, (files_, linked, first) in _dict(counted).items()
        },
    )


def _of_type(kind: type[_Value], value: Any) -> _Value:  # noqa: ANN401 - JSON
    if type(value) is not kind:
        raise TypeError
    return value


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return _of_type(list, value)


def _dict(value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return _of_type(dict, value)


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    return _of_type(str, value)


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    return tuple(map(_text, _list(value)))


def _count(value: Any) -> int:  # noqa: ANN401 - JSON
    number = _of_type(int, value)
    if number < 0:
        raise TypeError
    return number


def _check(value: Any) -> int:  # noqa: ANN401 - JSON
    number = _of_type(int, value)
    if number not in CHECKS:
        raise TypeError
    return number
