"""Snapshots that carry the time stamps of their checkpoint."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import pytest
from tests.timestamp.authority import GENERATED, make_authority
from tests.timestamp.stamping import CLOCK, PINNED, WATCH, pin, stamp
from tests.verify.test_snapshot import flipped, rebag, unpack

from muniment.archive.existence import Proven
from muniment.archive.paths import stamp_paths
from muniment.cli.reports import time_lines
from muniment.digest import sha256_hex
from muniment.errors import InputError, IntegrityError, UnavailableError
from muniment.export.snapshot import Snapshot, build_stamped_snapshot, gather
from muniment.reference import parse_reference
from muniment.snapshot.contents import snapshot_files
from muniment.snapshot.zip import format_zip
from muniment.timestamp.request import make_request
from muniment.timestamp.response import NOT_PINNED
from muniment.verify import snapshot_stamps
from muniment.verify.public_json import report_as_json
from muniment.verify.report import Report, Tally
from muniment.verify.snapshot import verify_snapshot
from muniment.write.create import InitialKeys

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

STAMPS = [f"data/timestamps/3.{n}.{kind}" for n in (1, 2) for kind in ("tsq", "tsr")]
PEMS = ["data/trust/authorities/clock.pem", "data/trust/authorities/watch.pem"]
LATER = WATCH.but(generated=GENERATED + timedelta(seconds=1))


def founders(world: World) -> InitialKeys:
    """The keys of the archive."""
    return InitialKeys(world.root_key, world.keys.record, world.keys.log)


def export(world: World, reference: str = "v1") -> Snapshot:
    """A version with its time stamps."""
    archive = world.archive
    return build_stamped_snapshot(archive, archive.read(parse_reference(reference)))


def check(data: bytes) -> Report:
    """The report on some bytes."""
    return verify_snapshot(data, subject="s.zip")


def failures(data: bytes) -> list[tuple[int, str, str]]:
    """Check, subject and fault of every failure."""
    return [(finding.check, finding.subject, finding.what) for finding in check(data).failures]


def forge(world: World, timestamps: dict[str, bytes]) -> bytes:
    """A snapshot of v1 under size 3 with whatever files of stamps, made as the writer would make it."""
    archive = world.archive
    material = gather(archive, archive.read(parse_reference("v1")), 3, timestamps)
    return format_zip(material.name, snapshot_files(material))


def carried(snapshot: Snapshot) -> dict[str, bytes]:
    """The files of stamps in a snapshot, by path below ``data/``."""
    files = unpack(snapshot.data)[1]
    return {path.removeprefix("data/"): files[path] for path in (*STAMPS, *PEMS)}


@pytest.fixture
def stamped(world: World) -> World:
    """An archive with v1 and, by two authorities, stamps of the checkpoint of 3 entries."""
    pin(world.store, founders(world))
    stamp(world.store, founders(world))
    stamp(world.store, founders(world), "watch", LATER, size=3)
    return world


def test_good(stamped: World) -> None:
    """The zip alone shows until when the version was there at the latest, and who says so."""
    snapshot = export(stamped)
    _, files = unpack(snapshot.data)
    report = check(snapshot.data)
    assert (report.verdict, report.size, report.passed[12]) == ("verified", 3, 2)
    assert [path for path in files if "timestamps" in path or "authorities" in path] == [*STAMPS, *PEMS]
    assert report.proven == (
        Proven(3, "2026-11-22T10:30:00Z", "clock"),
        Proven(3, "2026-11-22T10:30:01Z", "watch"),
    )
    (line,) = time_lines(report)
    assert line == (
        "declaration/v1: proven not later than 2026-11-22T10:30:00Z (clock), 2026-11-22T10:30:01Z (watch); "
        "claimed 2026-11-22T10:01:00Z"
    )
    said = report_as_json(report)
    assert said["versions"] == [
        {
            "reference": "declaration/v1",
            "index": 1,
            "claimed": "2026-11-22T10:01:00Z",
            "proven": [
                {"time": "2026-11-22T10:30:00Z", "who": "clock"},
                {"time": "2026-11-22T10:30:01Z", "who": "watch"},
            ],
        }
    ]


def test_files_are_those_of_the_archive(stamped: World) -> None:
    """Requests, responses and certificates are the bytes that the archive holds; the crate says what they are."""
    _, files = unpack(export(stamped).data)
    for number in (1, 2):
        for path, name in zip(stamp_paths(3, number), STAMPS[2 * number - 2 :], strict=False):
            assert files[name] == stamped.store.read(path)
    for path in PEMS:
        assert files[path] == stamped.store.read(path.removeprefix("data/"))
    crate = files["data/ro-crate-metadata.json"].decode()
    assert crate.count('"application/timestamp-reply"') == 2
    assert crate.count('"application/timestamp-query"') == 2
    assert crate.count('"application/x-pem-file"') == 2


def test_default_snapshot_stays(world: World) -> None:
    """Stamps leave the default snapshot the same bytes, and it says nothing of times."""
    before = world.snapshot().data
    pin(world.store, founders(world))
    stamp(world.store, founders(world))
    assert world.snapshot().data == before
    report = check(before)
    assert (report.proven, len(report.dated), report.passed[12]) == ((), 1, 0)


def test_smallest_stamped_size(stamped: World) -> None:
    """The first stamped checkpoint that covers the version counts, and a later one changes nothing."""
    before = export(stamped)
    stamped.publish("Other words.\n")
    with pytest.raises(InputError, match="no time stamp covers declaration/v2"):
        export(stamped, "v2")
    made = stamp(stamped.store, founders(stamped))
    assert export(stamped).data == before.data
    report = check(export(stamped, "v2").data)
    assert (report.verdict, report.size) == ("verified", made.statement.size)
    assert [each.who for each in report.proven] == ["clock"]


def test_no_stamp(world: World) -> None:
    """Without a stamp one line says how to get one."""
    with pytest.raises(InputError) as caught:
        export(world)
    assert str(caught.value) == "no time stamp covers declaration/v1 (ask the authorities for a stamp)"


def test_authority_pinned_later(world: World) -> None:
    """A stamp by an authority that the trust root of its checkpoint does not name yet is of no use in a snapshot."""
    pin(world.store, founders(world))
    stamp(world.store, founders(world), size=2)
    with pytest.raises(InputError, match=r"by authorities that were pinned later: .*another stamp"):
        export(world)
    stamp(world.store, founders(world))
    assert check(export(world).data).size == 4


@pytest.mark.parametrize("kind", [0, 1])
def test_damaged_in_the_archive(stamped: World, kind: int) -> None:
    """A stamp that is not the one that the log names is not exported."""
    path = stamp_paths(3, 1)[kind]
    data = stamped.store.read(path)
    stamped.store.replace(path, flipped(data, 30), expected=data)
    with pytest.raises(IntegrityError, match="not the file that the log names"):
        export(stamped)


def test_wrong_authority(stamped: World) -> None:
    """A stamp by somebody whom the trust root does not pin fails, and so do certificates that it does not pin."""
    files = carried(export(stamped))
    stranger = make_authority("Stranger", 40)
    reply = stranger.reply(files["timestamps/3.1.tsq"])
    forged = forge(stamped, {**files, "timestamps/3.1.tsr": reply})
    assert failures(forged) == [(12, "data/timestamps/3.1.tsr", "not by an authority of the pinned certificates")]
    assert [each.who for each in check(forged).proven] == ["watch"]
    forged = forge(stamped, {**files, "timestamps/3.1.tsr": reply, "trust/authorities/clock.pem": stranger.pinned})
    assert failures(forged) == [(2, PEMS[0], "not the certificates that the trust root pins")]
    assert check(forged).proven == ()
    forged = forge(stamped, {**files, "trust/authorities/stranger.pem": stranger.pinned})
    what = "not certificates of an authority that the trust root names"
    assert failures(forged) == [(1, "data/trust/authorities/stranger.pem", what)]


def test_another_checkpoint(stamped: World) -> None:
    """A stamp of another checkpoint proves nothing here, under its own name or under this one's."""
    files, other = carried(export(stamped)), stamp(stamped.store, founders(stamped)).statement
    request, response = map(stamped.store.read, stamp_paths(other.size, other.number))
    renamed = {**files, "timestamps/3.1.tsq": request, "timestamps/3.1.tsr": response}
    what = "asks for a stamp of other bytes than this checkpoint"
    assert failures(forge(stamped, renamed)) == [(12, STAMPS[0], what)]
    mixed = {**files, "timestamps/3.1.tsr": response}
    assert failures(forge(stamped, mixed)) == [(12, STAMPS[1], "stamps other bytes than it was asked for")]
    own = {**files, "timestamps/5.1.tsq": request, "timestamps/5.1.tsr": response}
    found = failures(forge(stamped, own))
    assert found == [
        (1, f"data/timestamps/5.1.{kind}", "a time stamp of another checkpoint") for kind in ("tsq", "tsr")
    ]
    assert check(forge(stamped, own)).proven == ()


def test_another_request(stamped: World) -> None:
    """A request with another nonce, or in another form, is not the one that was answered."""
    files = carried(export(stamped))
    other = make_request(stamped.store.read("log/checkpoints/3"), 7)
    forged = forge(stamped, {**files, "timestamps/3.1.tsq": other})
    assert failures(forged) == [(12, STAMPS[1], "not the answer to this request: another nonce")]
    forged = forge(stamped, {**files, "timestamps/3.1.tsq": other + b"\0"})
    assert failures(forged) == [(12, STAMPS[0], "not a time stamp request of this software")]


def test_every_missing_file(stamped: World) -> None:
    """Half a stamp, or a stamp without its certificates, fails and is named."""
    files = carried(export(stamped))
    for path in files:
        rest = {name: data for name, data in files.items() if name != path}
        found = failures(forge(stamped, rest))
        if path.endswith("pem"):
            response, more = (STAMPS[1], NOT_PINNED) if "clock" in path else (STAMPS[3], "a stamp more than there are")
            assert [finding[:2] for finding in found] == [(12, response)]
            assert found[0][2].startswith(more)
        else:
            assert found == [(1, f"data/{path}", "missing from the snapshot")]
    stamps = {path: data for path, data in files.items() if not path.endswith("pem")}
    what = "missing from the snapshot: the certificates"
    assert failures(forge(stamped, stamps)) == [(1, "data/trust/authorities", what)]


def test_a_stamp_less(stamped: World) -> None:
    """A whole stamp can be taken out unseen, as docs/timestamps.md says; what is left stands."""
    files = carried(export(stamped))
    rest = {path: data for path, data in files.items() if ".2." in path or "watch" in path}
    report = check(forge(stamped, rest))
    assert (report.verdict, [each.who for each in report.proven]) == ("verified", ["watch"])
    assert forge(stamped, {}) == stamped.snapshot(size=3).data


@pytest.mark.parametrize(
    "path",
    [
        *("timestamps/3.1.tst", "timestamps/3.01.tsq", "timestamps/03.1.tsr", "timestamps/x", "timestamps/3.0.tsq"),
        *("trust/authorities/clock.txt", "trust/authorities/a/clock.pem", "trust/authorities/Clock.pem"),
    ],
)
def test_stray_file(stamped: World, path: str) -> None:
    """A file of another name in these folders does not belong."""
    folder, files = unpack(export(stamped).data)
    forged = rebag(folder, {**files, f"data/{path}": b"x"})
    assert (1, f"data/{path}", "not a file of a snapshot") in failures(forged)


def test_doubled(stamped: World) -> None:
    """A stamp twice, and certificates that no stamp leads to, fail."""
    files = carried(export(stamped))
    twice = {**files, **{f"timestamps/3.3.{kind}": files[f"timestamps/3.1.{kind}"] for kind in ("tsq", "tsr")}}
    what = "a stamp more than there are authorities with certificates here"
    assert failures(forge(stamped, twice)) == [(12, "data/timestamps/3.3.tsr", what)]
    one = {path: data for path, data in files.items() if ".2." not in path}
    what = "certificates that no time stamp here leads to"
    assert failures(forge(stamped, one)) == [(1, PEMS[1], what)]
    one = {path: data for path, data in files.items() if ".1." in path or ".pem" in path}
    once = {**one, **{f"timestamps/3.2.{kind}": one[f"timestamps/3.1.{kind}"] for kind in ("tsq", "tsr")}}
    what = "not by an authority of the pinned certificates"
    assert failures(forge(stamped, once)) == [(12, STAMPS[3], what)]


def test_strangers_in_a_default_snapshot(snapshot: Snapshot) -> None:
    """A snapshot whose trust root names no authority takes neither stamps nor certificates."""
    folder, files = unpack(snapshot.data)
    forged = rebag(folder, {**files, PEMS[0]: CLOCK.pinned})
    assert (1, PEMS[0], "not certificates of an authority that the trust root names") in failures(forged)
    forged = rebag(folder, {**files, "data/timestamps/2.1.tsq": b""})
    assert (1, "data/timestamps/2.1.tsr", "missing from the snapshot") in failures(forged)


def test_no_certificates(world: World) -> None:
    """What the trust root pins as certificates and is none fails check 12."""
    tally = Tally()
    pin(world.store, founders(world))
    newest = world.archive.chain[-1]
    data = b"no PEM"
    held = next(file for file in newest.files if file.path == "trust/authorities/clock.pem")
    other = replace(held, sha256=sha256_hex(data), size=len(data))
    found_marker = replace(newest, files=tuple(other if file == held else file for file in newest.files))
    assert snapshot_stamps._read_pinned(tally, found_marker, {"trust/authorities/clock.pem": data}) == {}
    assert [(f.check, f.subject, f.what) for f in tally.findings] == [(12, PEMS[0], "not certificates")]


@pytest.mark.parametrize("path", [STAMPS[0], STAMPS[1], PEMS[0]])
def test_a_changed_byte(stamped: World, path: str) -> None:
    """A changed byte is found, or lies where no signature covers the response and changes nothing that is proven."""
    snapshot = export(stamped)
    folder, files = unpack(snapshot.data)
    good, name = check(snapshot.data), path.removeprefix("data/")
    unsigned = 0
    for place in range(0, len(files[path]), 1 if path.endswith("tsq") else 7):
        changed = flipped(files[path], place)
        plain = format_zip(folder, {**files, path: changed})
        assert check(plain).verdict == "failed", place
        report = check(forge(stamped, {**carried(snapshot), name: changed}))
        if report.verdict == "verified":
            assert path.endswith("tsr"), place
            assert report.proven == good.proven, place
            unsigned += 1
    assert unsigned < len(files[path]) // 7


def test_without_the_extra(stamped: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra a notice says that nothing is proven; the rest is checked, and what needs no extra."""
    snapshot = export(stamped)
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    report = check(snapshot.data)
    assert (report.verdict, report.proven, report.passed[12]) == ("verified", (), 0)
    (notice,) = [finding for finding in report.findings if finding.check == 12]
    assert notice.ok
    assert notice.subject == "data/timestamps"
    assert notice.what == (
        "2 time stamps not checked, nothing is proven by them: "
        "time stamps cannot be checked: rfc3161-client is not installed"
    )
    assert notice.hint == "python -m pip install 'muniment[timestamp]'"
    other = make_request(b"other bytes", 7)
    found = failures(forge(stamped, {**carried(snapshot), "timestamps/3.1.tsq": other}))
    assert found == [(12, STAMPS[0], "asks for a stamp of other bytes than this checkpoint")]
    with pytest.raises(UnavailableError, match="rfc3161-client is not installed"):
        export(stamped)


def test_nothing_is_proven_under_a_bad_checkpoint(stamped: World) -> None:
    """Where the proof does not lead to the checkpoint, its stamps prove nothing."""
    folder, files = unpack(export(stamped).data)
    path = "data/inclusion.tlog-proof"
    report = check(rebag(folder, {**files, path: files[path].replace(b"index 1", b"index 0")}))
    assert (report.verdict, report.proven) == ("failed", ())
    assert report.passed[12] == 0
    roots = {name: data for name, data in files.items() if not name.startswith("data/trust/root/")}
    assert check(rebag(folder, roots)).proven == ()


def test_same_certificates_under_two_names(world: World) -> None:
    """Two names for one authority are told apart as far as they can be: each has one stamp."""
    pinned = {"clock": PINNED["clock"], "dial": PINNED["clock"]}
    pin(world.store, founders(world), pinned)
    stamp(world.store, founders(world))
    stamp(world.store, founders(world), "dial", CLOCK, size=3)
    report = check(export(world).data)
    assert (report.verdict, [each.who for each in report.proven]) == ("verified", ["clock", "dial"])


def unzip(snapshot: Snapshot, folder: Path) -> Path:
    """Unpack a snapshot; gives the folder of its bag."""
    bag, files = unpack(snapshot.data)
    for path, data in files.items():
        (folder / bag / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / bag / path).write_bytes(data)
    return folder / bag


def test_bagit(stamped: World, tmp_path: Path) -> None:
    """The reference implementation of BagIt finds a valid bag."""
    bagit.Bag(str(unzip(export(stamped), tmp_path))).validate()


@pytest.fixture
def tools() -> Callable[[list[str], Path], subprocess.CompletedProcess[str]]:
    """Run stock tools, or skip, saying which one is absent."""
    for tool in ("sh", "sha256sum", "ssh-keygen", "openssl"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")

    def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    return run


Tools = Callable[[list[str], Path], "subprocess.CompletedProcess[str]"]


def test_verify_sh(stamped: World, tmp_path: Path, tools: Tools) -> None:
    """The script checks the stamps with openssl and prints what they prove, as VERIFY.txt says."""
    bag = unzip(export(stamped), tmp_path)
    done = tools(["sh", "data/verify.sh"], bag)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "12  each time stamp, by openssl" in (bag / "data/VERIFY.txt").read_text()
    for time, who in (("2026-11-22T10:30:00Z", "clock"), ("2026-11-22T10:30:01Z", "watch")):
        assert f"proven   not later than {time} ({who})\n" in done.stdout
    path = bag / STAMPS[1]
    path.write_bytes(flipped(path.read_bytes(), 40))
    done = tools(["sh", "data/verify.sh"], bag)
    assert f"FAILED 2 fixity: {STAMPS[1]}\n  not the bytes that manifest-sha256.txt lists\n" in done.stdout


def test_readme(stamped: World, tmp_path: Path, tools: Tools) -> None:
    """Step 8 of the README verifies the stamps with OpenSSL, and refuses a stamp of another checkpoint."""
    bag = unzip(export(stamped), tmp_path)
    lines = (bag / "data/README.txt").read_text(encoding="utf-8").split("\n")
    script = "\n".join(["set -e", *(line for line in lines if line.startswith("     "))])
    done = tools(["sh", "-c", script], bag)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Time stamp: Nov 22 10:30:0") == 2
    assert len(re.findall("^Verification: OK$", done.stdout + done.stderr, re.MULTILINE)) == 2
    request = make_request(b"other bytes", 7)
    (bag / STAMPS[1]).write_bytes(CLOCK.reply(request))
    script = script[script.index("     cat data/trust") :]
    assert tools(["sh", "-c", f"set -e\n{script}"], bag).returncode != 0


def test_openssl(stamped: World, tmp_path: Path, tools: Tools) -> None:
    """The commands of docs/timestamps.md verify each stamp from the unpacked files alone."""
    bag = unzip(export(stamped), tmp_path)
    page = (Path(__file__).parents[2] / "docs/timestamps.md").read_text(encoding="utf-8")
    match = re.search(r"<!-- snapshot -->\n```sh\n(.*?)```\n", page, re.DOTALL)
    assert match is not None
    script = match[1].replace("4.1", "3.1").replace("clock-example", "clock")
    done = tools(["sh", "-e", "-c", script], bag)
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stdout + done.stderr
