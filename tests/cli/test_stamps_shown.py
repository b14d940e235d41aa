"""``show``, ``log`` and ``cite`` say what is proven of a version's time, beside what is claimed, and what is not."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from tests.timestamp.authority import GENERATED
from tests.timestamp.stamping import CLOCK, STAMPED, WATCH, pin, stamp
from tests.verify.forge import with_log, with_witnesses
from tests.verify.test_cosignatures import ANNA, BEN, cosigned
from tests.verify.test_times import PATH, TSR

from muniment.archive import open_archive
from muniment.canonical import parse_json
from muniment.log.statement import StampStatement
from muniment.schema import validate
from muniment.store import MemoryStore
from muniment.verify.times import prove_earliest, prove_times
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_description

Run: TypeAlias = Callable[..., Result]
LATER, EARLIER = ((GENERATED + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ") for hours in (9, -9))
CLAIMED = "claimed 2026-11-22T10:00:00Z"
NOT_CHECKED = "stamped, not checked here: needs the extra timestamp"


@pytest.fixture
def stamped(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> MemoryStore:
    """Entries: root 1, three versions, root 2, stamp 5.1, tide v2 (6), stamp 7.1, tide v3 (8), which nothing covers."""
    pin(small_archive, founders)
    stamp(small_archive, founders, size=5)
    add_description(small_archive, keys, "tide", {"subjects": ["tides"]}, Author(STAMPED))
    stamp(small_archive, founders, "watch", WATCH.but(accuracy=1))
    add_description(small_archive, keys, "tide", {"subjects": ["ebb"]}, Author(STAMPED))
    return small_archive


def stamp_at(store: MemoryStore, founders: InitialKeys, hours: int) -> None:
    """A stamp of the newest checkpoint so many hours after the others, by a keeper whose clock agrees."""
    time = GENERATED + timedelta(hours=hours)
    stamp(store, founders, authority=CLOCK.but(generated=time), now=time.strftime("%Y-%m-%dT%H:%M:%SZ"))


def at(store: MemoryStore) -> None:
    """Write an archive into the current folder, in the place of the one that is there."""
    for path, data in store.files.items():
        file = Path("archive", path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def shown(run: Run, store: MemoryStore, version: str) -> tuple[str, ...]:
    """What show, log and cite say of the proven time of a version, the same; then what show doubts."""
    at(store)
    result = run("show", version)
    assert (result.exit_code, result.stderr) == (0, "")
    head, _, doubts = result.stdout.partition("\nproves no time, see archive verify\n")
    said = re.search(r"^  time +(.*?)\n  language ", head, re.DOTALL | re.MULTILINE)
    logged = " ".join(run("log").stdout.split(f"  {version}  ")[1].split("sha256:")[0].split())
    cited = run("cite", version)
    assert "claimed" in logged
    assert "proven" not in cited.stdout
    if said is None:
        assert "proven" not in logged + cited.stderr.split("proves no time")[0]
        assert NOT_CHECKED not in logged + cited.stderr
        return tuple(line.strip() for line in doubts.splitlines())
    words = " ".join(said[1].split())
    assert f" {words} logged " in logged
    assert cited.stderr.splitlines()[0].endswith(f"; {words}")
    return (words, *(line.strip() for line in doubts.splitlines()))


def test_stamped(run: Run, stamped: MemoryStore) -> None:
    """What a stamp covers is proven by the earliest that covers it; what came after the last one is not."""
    assert shown(run, stamped, "tide/v1") == (f"proven not later than {STAMPED} (clock)",)
    assert shown(run, stamped, "tide/v2") == ("proven not later than 2026-11-22T10:30:01Z (watch)",)
    assert shown(run, stamped, "tide/v3") == ()
    assert run("cite", "tide/v3").stderr == ""
    assert run("log", "tide").stdout.count("proven not later than") == 2


def test_log_json(run: Run, stamped: MemoryStore) -> None:
    """``log --json`` has the proven time of every version, in the shape of its schema; ``list --json`` has none."""
    at(stamped)
    printed = run("log", "--json").stdout_bytes
    validate("list", parse_json(printed))
    value = json.loads(printed)
    (versions,) = [each["versions"] for each in value["releases"] if each["release"] == "tide"]
    assert [each["proven"] for each in versions] == [
        {"time": STAMPED, "who": "clock"},
        {"time": "2026-11-22T10:30:01Z", "who": "watch"},
        None,
    ]
    assert value["doubts"] == []
    assert b"proven" not in run("list", "--json").stdout_bytes


def test_citation_is_the_same_for_ever(run: Run, small_archive: MemoryStore, founders: InitialKeys) -> None:
    """No form of a citation changes when a stamp comes: what is proven goes to stderr, and the citation to stdout."""
    forms = [(), ("--style", "apa"), ("--pin",), ("--json",), ("--format", "biblatex"), ("--format", "ris")]
    at(small_archive)
    before = [run("cite", "tide/v1", *form) for form in forms]
    assert {result.stderr for result in before} == {""}
    pin(small_archive, founders)
    stamp(small_archive, founders)
    at(small_archive)
    after = [run("cite", "tide/v1", *form) for form in forms]
    assert [result.stdout for result in after] == [result.stdout for result in before]
    said = f"tide/v1: claimed 2026-11-22T10:00:00Z; proven not later than {STAMPED} (clock)\n"
    assert {result.stderr for result in after} == {said}


def test_earliest_of_several(run: Run, stamped: MemoryStore, founders: InitialKeys) -> None:
    """Of several stamps the earliest time counts, whichever was logged first and whichever checkpoint it is of."""
    stamp_at(stamped, founders, 9)
    assert shown(run, stamped, "tide/v1") == (f"proven not later than {STAMPED} (clock)",)
    assert shown(run, stamped, "tide/v3") == (f"proven not later than {LATER} (clock)",)
    stamp_at(stamped, founders, -9)
    earlier = f"proven not later than {EARLIER} (clock)"
    assert shown(run, stamped, "tide/v1") == (earlier,)
    assert shown(run, stamped, "tide/v3") == (earlier,)


@pytest.mark.parametrize("path", [TSR, TSR.replace("tsr", "tsq"), "trust/authorities/clock.pem", "log/checkpoints/5"])
@pytest.mark.parametrize("how", ["gone", "changed"])
def test_broken_stamp(run: Run, stamped: MemoryStore, path: str, how: str) -> None:
    """A stamp that fails is said, not hidden; the next one that holds counts."""
    files = {**stamped.files, path: stamped.files[path][:-9] + b"\n"}
    at(stamped)
    if how == "gone":
        del files[path]
        Path("archive", path).unlink()
    first, *doubts = shown(run, MemoryStore(files), "tide/v1")
    assert first == "proven not later than 2026-11-22T10:30:01Z (watch)"
    assert any(path in doubt for doubt in doubts)
    assert path in run("cite", "tide/v1").stderr


@pytest.mark.parametrize("name", ["nobody", "watch"])
def test_stamp_of_nobody(stamped: MemoryStore, founders: InitialKeys, name: str) -> None:
    """A stamp by an authority that the trust root does not name, or that another one has made, proves nothing."""
    said = [
        replace(each, authority=name) if isinstance(each, StampStatement) and each.size == 5 else each
        for each in open_archive(stamped).statements
    ]
    stamps = {path: data for path, data in stamped.files.items() if path.startswith("log/timestamps/")}
    found = prove_earliest(open_archive(MemoryStore({**with_log(stamped, said, founders.log).files, **stamps})), 1)
    assert all(each.size != 5 for each in found.proven)
    named = "log entry 5 (time stamp 5.1)" if name == "nobody" else TSR
    assert named in {doubt.subject for doubt in found.doubts}


def test_checkpoint_that_did_not_grow(stamped: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """A good stamp of a checkpoint of another history proves nothing of this one."""
    twin = MemoryStore(stamped.files)
    add_description(twin, keys, "tide", {"subjects": ["others"]}, Author(STAMPED))
    size = open_archive(twin).checkpoint.size
    stamp(twin, founders)
    add_description(stamped, keys, "tide", {"subjects": ["ours"]}, Author(STAMPED))
    said = [*open_archive(stamped).statements, open_archive(twin).statements[-1]]
    files = {
        name: twin.files[name] for name in twin.files if f"/{size}" in name and "log/" in name and "tile" not in name
    }
    store = MemoryStore({**with_log(stamped, said, founders.log).files, **files})
    found = prove_earliest(open_archive(store), size - 1)
    assert found.proven == ()
    assert {doubt.subject for doubt in found.doubts} >= {f"log/checkpoints/{size}"}


def test_without_the_extra(run: Run, stamped: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the software is missing, what is stamped is called so, and not proven; what is not stamped is not."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    for version in ("tide/v1", "tide/v2"):
        said, *doubts = shown(run, stamped, version)
        assert said == NOT_CHECKED
        assert "not checked, nothing is proven" in " ".join(doubts)
    assert shown(run, stamped, "tide/v3") == ()
    assert run("log").stdout.count(NOT_CHECKED) == 4
    assert run("cite", "tide/v1").stderr == f"tide/v1: {CLAIMED}; {NOT_CHECKED}\n"


def test_quorum_of_witnesses(run: Run, small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A quorum proves a time as a stamp does; fewer prove none, and a forged cosignature is said."""
    two = with_witnesses(small_archive, founders, [ANNA.vkey, BEN.vkey], 2)
    assert shown(run, cosigned(two, (4, ANNA, 0)), "tide/v1") == ()
    both = cosigned(two, (4, ANNA, 60), (4, BEN, 0))
    assert shown(run, both, "tide/v1") == (f"proven not later than 2027-01-15T08:01:00Z ({ANNA.name}, {BEN.name})",)
    forged, good = (f"log/cosignatures/4.{each.key_id.hex()}" for each in (ANNA, BEN))
    broken = MemoryStore({**both.files, forged: both.files[good]})
    assert shown(run, broken, "tide/v1")[0].startswith(forged)


def test_earliest_as_all(stamped: MemoryStore, founders: InitialKeys) -> None:
    """For every entry, checking no more stamps than it takes proves what checking all of them does."""
    stamp_at(stamped, founders, 9)
    stamp_at(stamped, founders, -9)
    archive = open_archive(stamped)
    all_of_them = prove_times(archive).proven
    for index in range(archive.checkpoint.size):
        covering = [each for each in all_of_them if each.size > index]
        assert prove_earliest(archive, index).proven == tuple(covering[:1])
    assert PATH in stamped.files
