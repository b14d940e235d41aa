"""Whatever is printed as public JSON is read back by the library: strictly, and to the same value."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.conftest import Run

from muniment.archive.existence import Dated, Horizon, Proven, Witnesses
from muniment.archive.signers import parse_keys
from muniment.canonical import Json, parse_json
from muniment.checks import CHECKS, NAMES
from muniment.diff.views.json import parse_diff, parse_diff_range
from muniment.errors import CanonicalError, FormatError, SchemaError
from muniment.export.public_json import parse_export, parse_prove
from muniment.history.public_json import (
    parse_blame,
    parse_find_quote,
    parse_index,
    parse_list,
    parse_search,
    parse_when,
)
from muniment.importing.report_json import parse_import
from muniment.sources.preview_json import parse_preview
from muniment.verify.public_json import parse_report, report_as_json
from muniment.verify.report import Counts, Drawn, Finding, LeftOut, News, Report, Unfinished

Reader = Callable[[bytes], dict[str, Json]]

PRINTED: dict[tuple[str, ...], Reader] = {
    ("list",): parse_list,
    ("log",): parse_list,
    ("blame", "harbour-notice"): parse_blame,
    ("when", "letter"): parse_when,
    ("search", "letter"): parse_search,
    ("index",): parse_index,
    ("find-quote", "It opens."): parse_find_quote,
    ("diff", "harbour-notice/v1", "harbour-notice/v2"): parse_diff,
    ("diff", "harbour-notice/v1..v2"): parse_diff_range,
    ("key", "list"): parse_keys,
    ("preview", "notice.txt"): parse_preview,
    ("export", "v1"): parse_export,
    ("export", "--all", "out"): parse_export,
    ("prove", "v1#p1"): parse_prove,
    ("import", "folder", ".", "--dates", "{document}_{date}.txt"): parse_import,
}


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(("arguments", "reader"), PRINTED.items(), ids=[" ".join(line) for line in PRINTED])
def test_what_is_printed_is_read(run: Run, arguments: tuple[str, ...], reader: Reader) -> None:
    """The JSON of a verb is read by the reader of its format, and by no other one."""
    Path("notice_2022-01-31.txt").write_text("A notice.\n", encoding="utf-8")  # of a folder without one there is none
    printed = run(*arguments, "--json").stdout_bytes
    assert reader(printed) == parse_json(printed)
    for other in {*PRINTED.values()} - {reader}:
        with pytest.raises(FormatError, match="JSON of another format"):
            other(printed)
    more = {**json.loads(printed), "more": 1}
    if reader not in {parse_diff, parse_diff_range}:  # their schema lets members of later versions through
        with pytest.raises(SchemaError):
            reader(json.dumps(more).encode())
    with pytest.raises(CanonicalError):
        reader(printed.replace(b"{", b'{"format": "twice", "format": "twice", ', 1))


@pytest.mark.usefixtures("work")
def test_a_report_is_read(run: Run) -> None:
    """The report that ``verify`` prints is read into a report that says the same, whatever its verdict and its part."""
    Path("seen").write_bytes(Path("archive/log/checkpoints/2").read_bytes())
    whole, version, since, sample = (
        run("verify", *part, "--json").stdout_bytes
        for part in ((), ("v1",), ("--since", "seen"), ("--sample", "1", "--seed", "a"))
    )
    Path("archive/log/checkpoints/1").write_bytes(b"x")
    damaged = run("verify", "--json").stdout_bytes
    sound = [(printed, "verified") for printed in (whole, version, since, sample)]
    for printed, verdict in (*sound, (damaged, "failed")):
        report = parse_report(printed)
        assert report.verdict == verdict
        assert json.loads(json.dumps(report_as_json(report))) == parse_json(printed)
    older = {name: part for name, part in json.loads(whole).items() if name not in {"left_out", "sample", "since"}}
    assert parse_report(json.dumps(older).encode()) == parse_report(whole)


TEXT = st.text(max_size=20)
COUNT = st.integers(0, 2**53 - 1)
TIME = st.datetimes().map(lambda when: f"{when.year:04}-{when:%m-%dT%H:%M:%S}Z")
HASH = st.binary(min_size=32, max_size=32)
PROVEN = st.builds(Proven, st.integers(1, 2**53 - 1), TIME, TEXT)
FINDINGS = st.builds(Finding, st.sampled_from(list(NAMES)), TEXT, st.booleans(), TEXT, TEXT, TEXT, TEXT)
REPORTS = st.builds(
    Report,
    TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
    st.just(3),
    HASH,
    st.builds(Counts, COUNT, COUNT, COUNT, COUNT, COUNT),
    st.fixed_dictionaries(dict.fromkeys(CHECKS, COUNT)),
    st.lists(FINDINGS, max_size=4).map(tuple),
    proven=st.lists(PROVEN, max_size=3).map(tuple),
    dated=st.lists(st.builds(Dated, TEXT, COUNT, TIME), max_size=3).map(tuple),
    witnesses=st.none() | st.builds(Witnesses, COUNT, COUNT, COUNT, st.lists(TEXT).map(tuple), st.none() | PROVEN),
    horizon=st.none() | st.builds(Horizon, COUNT, st.none() | TIME, st.none() | TIME),
    unfinished=st.none() | st.builds(Unfinished, st.none() | TEXT, COUNT),
    left_out=st.none() | st.builds(LeftOut, COUNT, COUNT, COUNT, COUNT, st.booleans()),
    drawn=st.none() | st.builds(Drawn, COUNT, TEXT),
    news=st.none() | st.builds(News, COUNT, HASH, st.lists(TEXT).map(tuple), st.lists(HASH, max_size=3).map(tuple)),
)


@given(REPORTS)
def test_any_report(report: Report) -> None:
    """A report is written and read back into the same one."""
    assert parse_report(json.dumps(report_as_json(report)).encode()) == report


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("change", "member"),
    [
        (lambda value: value.update(verdict="failed"), "verdict"),
        (lambda value: value["checks"][2].update(failed=1), "checks"),
        (lambda value: value["checks"][2].update(name="log"), "checks"),
        (lambda value: value["versions"][0].update(proven=[{"time": "2026-01-31T10:00:00Z", "who": "me"}]), "versions"),
        (lambda value: value["findings"][0].update(name="log"), "findings"),
    ],
)
def test_a_report_that_contradicts_itself(run: Run, change: Callable[[dict[str, object]], None], member: str) -> None:
    """What a report says twice must agree, so that nobody turns a verdict and keeps the findings."""
    value = json.loads(run("verify", "--json").stdout)
    change(value)
    with pytest.raises(FormatError, match=f"/{member}: a report that contradicts itself"):
        parse_report(json.dumps(value).encode())
