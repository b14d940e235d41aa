"""Every parser fuzzed for ten seconds in all, and the inputs that were interesting before tried again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from random import Random

import pytest
from tests.fuzz import command
from tests.fuzz.campaign import Campaign, Fault
from tests.fuzz.distil import ALL, LARGEST, distil
from tests.fuzz.growth import growth
from tests.fuzz.judge import ACCEPTED, FAULT, REFUSED, Verdict, judge
from tests.fuzz.minimise import minimise
from tests.fuzz.mutate import mutate, mutate_structure
from tests.fuzz.state import CORPUS, State, inputs_in
from tests.fuzz.table import TARGETS
from tests.fuzz.target import Target, bytes_of, pack, text_of, unpack

from muniment.errors import FormatError

SOURCE = Path(__file__).resolve().parents[2] / "src" / "muniment"
BY_NAME = {target.name: target for target in TARGETS}

SPARED = {
    "write.head.open_ground": "archive",
    "write.head.read_head": "archive",
    "archive.opening.read_root_files": "root-chain",
    "archive.opening.read_roots": "root-chain",
    "archive.stored_version.read_judged": "archive",
    "archive.opening.open_head": "archive",
    "archive.open_archive": "archive",
    "archive.signers.parse_keys": "public-json",
    "archive.stamps.read_certificates": "certificates",
    "sources.worker.decode_in_child": "response",
    "sources.web.visit.decode_answer": "response",
    "cli.verbs.diff.load_range": "cli-diff",
    "export.all.read_index": "export-index",
    "cli.keyring.load_key": "private-key",
    "cli.keyring.load_named_key": "private-key",
    "cli.keyring.load_keys": "private-key",
    "cli.verbs.diff_sides.load_sides": "cli-diff",
    "cli.verbs.status.read_status": "archive",
    "cli.authoring.open_to_write": "archive",
    "cli.release_table.read_table": "release-table",
    "cli.memory_check.open_heeding": "archive",
    "cli.memory_files.read_memory_file": "memory",
    "cli.inputs.read_named": "snapshot",
    "cli.inputs.read_snapshot": "snapshot",
    "cli.inputs.read_unpacked": "snapshot-unpacked",
    "cli.target.open_target": "archive",
    "cli.cluster.open_cluster": "cluster-releases",
    "cli.lines.read_earliest": "stamp-response",
    "cli.lines.read_times": "stamp-response",
    "cli.keyring.read_public": "public-key",
    "diff.views.json.parse_diff": "public-json",
    "diff.views.json.parse_diff_range": "public-json",
    "export.public_json.parse_export": "public-json",
    "export.public_json.parse_prove": "public-json",
    "sources.preview_json.parse_preview": "public-json",
    "history.public_json.parse_blame": "public-json",
    "history.public_json.parse_find_quote": "public-json",
    "history.public_json.parse_index": "public-json",
    "history.public_json.parse_list": "public-json",
    "history.public_json.parse_search": "public-json",
    "importing.report_json.parse_import": "public-json",
    "importing.map_file.read_map": "import-map",
    "record.provenance.read_provenance": "record",
    "history.lines_of_releases.read_line": "record",
    "site.catalogue.read_rows": "record",
    "site.ledger.read_ledger": "public-json",
    "site.ledger.read_again": "public-json",
    "archive.staged.read_decision": "decided",
    "archive.staged.read_staged": "staged",
    "cli.buckets.open_bucket": "object-address",
    "cli.buckets.open_address": "object-address",
    "cli.buckets.open_web_server": "",
    "history.index.index_file.open_database": "",
    "history.index.index_file.read_state": "",
    "history.index.lookup.open_index": "",
    "history.public_json.parse_when": "public-json",
    "history.moments.read_versions": "record",
    "verify.unfinished.read_found_marker": "marker-signed",
    "verify.checkpoints.open_head": "archive",
    "verify.entries.read_contents": "archive",
    "verify.log.open_log": "archive",
    "log.statement.read_plain_version": "archive",
    "archive.stored_version.read_logged": "record",
    "archive.stored_version.read_kept": "exchange",
    "archive.stored_version.read_original": "",
    "archive.stored_version.read_present": "",
    "archive.stored_version.read_static": "",
    "archive.stored_version.read_stored": "record",
    "files.open_regular": "",
    "files.read_file": "",
    "importing.web_documents.read_answer": "warc-list",
    "sources.warc.read_unpacked": "warc-list",
    "store.local.read_regular": "",
    "record.choices.read_choices": "record",
    "sources.child.read_frame": "",
}
"""What reads files or an archive, and hands the bytes to the parsers of a row; or to nobody, and only reads, or reads
what ends in its own hash (the search index)."""

NAMES = ("parse_", "load_", "read_", "open_", "decode")
"""How what takes bytes or text from outside is called."""


@pytest.mark.parametrize("name", BY_NAME)
def test_hostile_bytes_to_any_parser(name: str) -> None:
    """Changed inputs, the same in every run, lead to a value of which every claim holds, or to one of our errors."""
    campaign = Campaign(BY_NAME[name], "the same in every run", guided=False)
    campaign.load([*BY_NAME[name].seeds(), *inputs_in(CORPUS / name)])
    assert campaign.tally.accepted
    for _ in range(BY_NAME[name].steps):
        campaign.step()
    assert _told(campaign.faults.values()) == []


def _told(faults: Iterable[Fault]) -> list[tuple[str, bytes]]:
    return [(fault.verdict.detail, fault.data) for fault in faults]


def test_every_parser_has_a_row() -> None:
    """Whatever in ``muniment`` takes bytes or text from outside has a row, or hands them to what has one."""
    covered = {name for target in TARGETS for name in target.covers}
    rooms = {name for name in covered if "." not in name}
    found = {name for name in _readers() if name.split(".")[0] not in rooms}
    assert found - covered == SPARED.keys()
    assert {row for row in SPARED.values() if row} <= BY_NAME.keys()


def _readers() -> Iterator[str]:
    for path in sorted(SOURCE.rglob("*.py")):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(NAMES):
                yield f"{module}.{node.name}"


def test_rows_name_what_there_is() -> None:
    """Each row has a name of its own and names functions that exist; without a formatter it says why."""
    assert len(BY_NAME) == len(TARGETS)
    for target in TARGETS:
        for name in target.covers:
            module, _, function = f"muniment.{name}".rpartition(".")
            assert hasattr(import_module(module), function) or name == "cite", name
        assert (target.write is None) == bool(target.why), target.name


def test_corpus() -> None:
    """The corpus is small, and each of its folders is that of a row."""
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} <= BY_NAME.keys()
    assert sum(path.stat().st_size for path in files) < 1_000_000
    assert all(path.stat().st_size <= LARGEST for path in files)
    secret = re.compile(rb"PRIVATE KEY-----\s*[A-Za-z0-9+/]{16}")
    assert [path for path in files if secret.search(path.read_bytes())] == []


def _toy(data: bytes) -> bytes:
    """A parser with three faults."""
    if data.startswith(b"k") and b"\xff" in data:
        raise KeyError("no such member")
    if not data:
        raise FormatError("x", where="y" * 100_000)
    if b"?" in data:
        raise FormatError("not a toy")
    return data.lower() if b"Z" in data else data


TOY = Target("toy", (), _toy, lambda: [b"kind of a toy"], lambda value: value)


def test_faults_are_found() -> None:
    """A foreign exception, and bytes that are written otherwise than they were read, are found soon."""
    campaign = Campaign(TOY, "1")
    campaign.load(TOY.seeds())
    for _ in range(4000):
        campaign.step()
    kinds = {mark.split()[0] for mark in campaign.faults}
    assert {"KeyError", "ClaimError"} <= kinds
    fault = next(fault for mark, fault in campaign.faults.items() if mark.startswith("KeyError"))
    assert minimise(TOY, fault) == b"k\xff"


@pytest.mark.parametrize(
    ("data", "kind"), [(b"a toy", ACCEPTED), (b"a toy?", REFUSED), (b"k\xff", FAULT), (b"Z", FAULT)]
)
def test_verdicts(data: bytes, kind: str) -> None:
    """An input is accepted, refused by one of our errors, or a fault."""
    assert judge(TOY, data).kind == kind


def test_an_endless_input_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that does not end is stopped, and that is a fault."""

    def endless(_: bytes) -> None:
        while True:
            pass

    monkeypatch.setattr("tests.fuzz.judge._HANG", 0.05)
    verdict = judge(Target("endless", (), endless, list), b"")
    assert (verdict.kind, verdict.mark.split()[0]) == (FAULT, "HangError")


def test_a_claim_may_not_be_refused() -> None:
    """An error of ours that comes when a value is checked is a fault: the bytes had been accepted."""

    def check(_data: bytes, _value: object) -> None:
        raise FormatError("too late")

    assert judge(Target("late", (), bytes.lower, list, check=check), b"a").kind == FAULT


def test_same_inputs_each_time() -> None:
    """Without guidance the same seed gives the same inputs, and another seed others."""
    target = BY_NAME["statement"]
    seeds = list(target.seeds())

    def inputs(seed: str) -> list[bytes]:
        random = Random(seed)
        return [mutate(target, random, random.choice(seeds), seeds) for _ in range(300)]

    assert inputs("1") == inputs("1")
    assert inputs("1") != inputs("2")
    assert len(set(inputs("1"))) > 250


@pytest.mark.parametrize("data", [b'{"a":[1,2],"b":"c"}', b"0\x06\x02\x01\x01\x04\x01\x41", b"\0\0\0\x01a\0\0\0\x02bc"])
def test_structure_is_changed(data: bytes) -> None:
    """JSON, DER and length-prefixed strings are changed in their parts."""
    changed = {mutate_structure(Random(number), data) for number in range(200)}
    assert None not in changed
    assert len(changed) > 20


def test_time_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time that grows faster than the input is told, and time that grows with it is not."""
    for power, found in ((1, False), (2, True)):
        monkeypatch.setattr(
            "tests.fuzz.growth.judge",
            lambda _, data, power=power: Verdict(ACCEPTED, "", (len(data) / 100) ** power),
        )
        assert (growth(TOY, b"x" * 400) is not None) is found


def test_packed_trees() -> None:
    """A tree is read from what it was packed into; any text is the text of some bytes."""
    files = {"a/b": b"c\nd", "e": b""}
    assert unpack(pack(files)) == files
    assert bytes_of(text_of(b"\xff\xed\xa0\x80a")) == b"\xff\xed\xa0\x80a"


def test_distilled() -> None:
    """Of many inputs those are chosen that take a way of their own: few, and small ones."""
    inputs = [*BY_NAME["digest"].seeds(), *(b"x" * number for number in range(1, 50)), b"y" * (LARGEST + 1)]
    chosen = distil(BY_NAME["digest"], inputs)
    assert 2 <= len(chosen) < 20
    assert sum(map(len, chosen)) <= ALL


def test_runs_add_up(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run on the same folder goes on where the first ended: executions and seconds add up."""
    monkeypatch.setattr("tests.fuzz.command._TURN", 0.05)
    arguments = ["--seconds", "0.1", "--state", str(tmp_path), "--target", "digest", "--target", "decimal"]
    assert command.main(arguments) == 0
    first = State(tmp_path).tally("digest")
    assert command.main(arguments) == 0
    second = State(tmp_path).tally("digest")
    assert second.executions > first.executions > 0
    assert second.cpu > first.cpu > 0
    assert "digest" in capsys.readouterr().out
    assert set(State(tmp_path).inputs("digest")) <= set(inputs_in(tmp_path / "corpus" / "digest"))


def test_faults_are_kept(tmp_path: Path) -> None:
    """An input that shows a fault is kept, with a smaller one and what was seen; the first of its kind stays."""
    state = State(tmp_path)
    for data in (b"first", b"second"):
        state.keep_fault(Fault("toy", data, Verdict(FAULT, "KeyError x", 0.0, "seen")), b"smaller")
    held = {path.suffix: path.read_bytes() for path in (tmp_path / "faults" / "toy").iterdir()}
    assert (held[".input"], held[".small"]) == (b"first", b"smaller")
    assert b"seen" in held[".txt"]
