"""Rows: zips, snapshots, bags, time stamps and certificates, and the index beside many snapshots."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from random import Random

from tests.fuzz.material import archive, files, files_like, proofs, snapshots
from tests.fuzz.mutate import mutate_file, mutate_tree
from tests.fuzz.mutate_bytes import GENERAL
from tests.fuzz.target import Target, hold, pack, unpack
from tests.timestamp.stamping import CLOCK, NONCE, WATCH

from muniment.errors import FormatError, MunimentError
from muniment.export.all import IndexRow, check_sums, format_index, format_sums, parse_index
from muniment.memory import Past
from muniment.paragraph_proof import parse_paragraph_proof
from muniment.paragraph_proof.forms import form_of, format_as, read_proof
from muniment.snapshot.bagit import INFO, PAYLOAD, bag_files, check_bag
from muniment.snapshot.container import Bag, litter_of, read_folder, read_zip
from muniment.snapshot.zip import Entry, format_zip, parse_zip
from muniment.store import MemoryStore
from muniment.timestamp.certificates import parse_certificates
from muniment.timestamp.claimed_time import said_time
from muniment.timestamp.request import TimestampRequest, format_request, make_request, parse_request
from muniment.timestamp.response import Stamp, check_response, names_certificate
from muniment.verify.log_views import sight_checkpoint
from muniment.verify.proof import verify_proof
from muniment.verify.report import Report
from muniment.verify.snapshot import verify_snapshot
from muniment.verify.snapshot_evidence import sight_snapshot

_DATA = b"what is stamped\n"
_ZIP_CAP = 256 * 1024


@cache
def _root_1() -> str:
    return archive().roots[0].digest.removeprefix("sha256:")


def _small_zips() -> list[bytes]:
    return [format_zip("a", {"b": b"c"}), format_zip("top", {"x/y.txt": b"hello", "x/z": b"", "a": b"PK\x03\x04"})]


def _check_zip(data: bytes, value: tuple[str, tuple[Entry, ...]]) -> None:
    folder, entries = value
    if not any(entry.damaged for entry in entries):
        again = format_zip(folder, {entry.name[len(folder) + 1 :]: entry.data for entry in entries})
        hold(again == data, "the zip is not written to the same bytes")


def _mutate_zip(random: Random, data: bytes) -> bytes:
    """Change one file in a zip, or its name, and write a sound zip again; else change any bytes."""
    try:
        folder, entries = parse_zip(data)
    except FormatError:
        return random.choice(GENERAL)(random, data)
    named = {entry.name[len(folder) + 1 :]: entry.data for entry in entries}
    path = random.choice(list(named))
    how = random.randrange(8)
    if how == 0:
        del named[path]
    elif how == 1:
        named[f"{path}x"] = named[path]
    elif how == 2:
        named[path] = named[random.choice(list(named))]
    elif how == 3:
        folder += "x"
    elif how == 4:
        return random.choice(GENERAL)(random, data)
    else:
        named[path] = mutate_file(random, named[path])
    try:
        return format_zip(folder, _bagged(named) if random.random() < 0.5 else named)
    except MunimentError:
        return data


def _bagged(named: dict[str, bytes]) -> dict[str, bytes]:
    """Make the manifests of a bag anew, as whoever holds no key would."""
    info = [line.split(": ", 1) for line in named.get(INFO, b"").decode("utf-8", "replace").split("\n") if ": " in line]
    payload = {path[len(PAYLOAD) :]: data for path, data in named.items() if path.startswith(PAYLOAD)}
    kept = [(label, value) for label, value in info if label != "Payload-Oxum"]
    return named | bag_files(payload, kept)


def _verify_snapshot(data: bytes, report: Report) -> None:
    hold(report.verdict != "verified" or data in snapshots(), "another snapshot is verified")


@cache
def _packed() -> tuple[bytes, ...]:
    """The first snapshot, packed by another tool: compressed, with folders, and without its top folder."""
    made = []
    for top, method in (("a/", zipfile.ZIP_DEFLATED), ("", zipfile.ZIP_STORED)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as file:
            for name, data in {f"{top}data/": b"", **{top + path: held for path, held in _bag().items()}}.items():
                file.writestr(zipfile.ZipInfo(name, (2022, 5, 6, 7, 8, 10)), data, method)
        made.append(out.getvalue())
    return tuple(made)


def _check_packed(_: bytes, bag: Bag) -> None:
    for path in bag.files:
        hold(not {"", ".", ".."} & set(path.split("/")), "a path that leaves the folder")
    same = dict(bag.files) == _bag()
    hold(same or verify_snapshot(bag, subject="x", pinned_root=_root_1()).verdict != "verified", "others are verified")


def _check_unpacked(data: bytes, report: Report) -> None:
    kept = {path: held for path, held in unpack(data).items() if not litter_of(path)}
    hold(report.verdict != "verified" or kept == _bag(), "another folder is verified")


def _check_proof(data: bytes, report: Report) -> None:
    if report.verdict == "verified":
        said = [parse_paragraph_proof(proof) for proof in proofs()]
        found = read_proof(data)
        hold(found.paragraph in [each.paragraph for each in said], "other words are verified")
        hold(found.statement in [each.statement for each in said], "another entry is verified")


@cache
def _forms() -> tuple[bytes, ...]:
    """Each proof bare, as a text and as a page."""
    read = [parse_paragraph_proof(proof) for proof in proofs()]
    return (*proofs(), *(format_as(each, form) for each in read for form in ("text", "html")))


def _prove(data: bytes) -> Report:
    past = Past(None, sight_snapshot(snapshots()[1], "the snapshot"))
    return verify_proof(data, subject="proof", pinned_root=_root_1(), past=past)


@cache
def _bag() -> dict[str, bytes]:
    folder, entries = parse_zip(snapshots()[0])
    return {entry.name[len(folder) + 1 :]: entry.data for entry in entries}


def _check_bag(data: bytes, faults: tuple[MunimentError, ...]) -> None:
    held = unpack(data)
    tags = {path for path in _bag() if not path.startswith("data/")}
    if not faults and {path for path in held if not path.startswith("data/")} == tags:
        for path in tags:
            hold(held[path].endswith(b"\n"), "a tag file without its last line end")


@cache
def _responses() -> tuple[bytes, ...]:
    request = make_request(_DATA, NONCE)
    authorities = (CLOCK, CLOCK.but(accuracy=2, fraction=".5"), CLOCK.but(status=2, said="no"), WATCH)
    return tuple(authority.reply(request) for authority in authorities)


def _check_stamp(_data: bytes, stamp: Stamp) -> None:
    pinned = parse_certificates(CLOCK.pinned)
    known = [check_response(data, make_request(_DATA, NONCE), _DATA, pinned) for data in _responses()[:2]]
    hold(stamp in known, f"a stamp that the authority did not give: {stamp}")


def _respond(data: bytes) -> Stamp:
    return check_response(data, make_request(_DATA, NONCE), _DATA, parse_certificates(CLOCK.pinned))


def _check_said(data: bytes, time: str) -> None:
    try:
        stamp = _respond(data)
    except MunimentError:
        return
    hold(time == stamp.time, "the time that is read is not the one that is checked")


def _tokens() -> list[bytes]:
    return [data[data.index(bytes.fromhex("06092a864886f70d010702")) - 4 :] for data in _responses()[:2]]


def _rows() -> list[bytes]:
    digest = "sha256:" + "ab" * 32
    rows = [IndexRow(f"{name}-v1-{'ab' * 6}.zip", name, 1, digest, digest) for name in ("harbour", "tide")]
    return [format_index(rows), format_index([])]


def _sums() -> list[bytes]:
    return [format_sums(parse_index(_rows()[0]))]


ROWS = (
    Target(
        "zip",
        ("snapshot.zip.parse_zip", "snapshot.zip.format_zip"),
        parse_zip,
        lambda: [*_small_zips(), snapshots()[0]],
        why="a damaged file keeps its wrong CRC-32; the check writes all others again",
        check=_check_zip,
        words=(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08", b"../"),
        mutate=lambda random, data: (
            _mutate_zip(random, data) if random.random() < 0.3 else random.choice(GENERAL)(random, data)
        ),
        cap=_ZIP_CAP,
        steps=60,
    ),
    Target(
        "snapshot",
        ("verify.snapshot.verify_snapshot", "verify.snapshot.check_evidence"),
        lambda data: verify_snapshot(data, subject="snapshot", pinned_root=_root_1()),
        snapshots,
        why="it gives a report",
        check=_verify_snapshot,
        mutate=_mutate_zip,
        cap=_ZIP_CAP,
        steps=10,
    ),
    Target(
        "zip-packed",
        ("snapshot.container.read_zip", "snapshot.packed_zip.parse_packed"),
        read_zip,
        _packed,
        why="a tool of its own packed it",
        check=_check_packed,
        words=(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08", b"../", b"UT\x05\x00"),
        cap=_ZIP_CAP,
        steps=60,
    ),
    Target(
        "snapshot-unpacked",
        ("snapshot.container.read_folder",),
        lambda data: verify_snapshot(read_folder(MemoryStore(unpack(data))), subject="folder", pinned_root=_root_1()),
        lambda: [pack(_bag())],
        why="it gives a report",
        check=_check_unpacked,
        mutate=mutate_tree,
        cap=_ZIP_CAP,
        steps=10,
    ),
    Target(
        "snapshot-sighted",
        ("verify.snapshot_evidence.sight_snapshot",),
        lambda data: sight_snapshot(data, "old"),
        snapshots,
        why="it gives a checkpoint",
        mutate=_mutate_zip,
        cap=_ZIP_CAP,
        steps=20,
    ),
    Target(
        "checkpoint-sighted",
        ("verify.log_views.sight_checkpoint",),
        lambda data: sight_checkpoint(data, "old"),
        lambda: [data for path, data in sorted(files().items()) if path.startswith("log/checkpoints/")],
        lambda sighting: sighting.note,
    ),
    Target(
        "paragraph-proof-form",
        ("paragraph_proof.forms.read_proof",),
        lambda data: (read_proof(data), form_of(data)),
        _forms,
        lambda value: format_as(*value),
        words=(b"> ", b"c2sp.org/tlog-proof@v1", b"<!DOCTYPE html>", b"extra ", b"\n\n"),
        steps=40,
    ),
    Target(
        "paragraph-proof-reported",
        ("verify.proof.verify_proof",),
        _prove,
        _forms,
        why="it gives a report",
        check=_check_proof,
        steps=15,
    ),
    Target(
        "bag",
        ("snapshot.bagit.check_bag",),
        lambda data: check_bag(unpack(data)),
        lambda: [pack({path: data for path, data in _bag().items() if len(data) < 3000}), pack(_bag())],
        why="it gives faults",
        check=_check_bag,
        words=(b"\n@@ data/", b"Payload-Oxum: ", b"\n@@ bag-info.txt\n", b"%0A"),
        mutate=mutate_tree,
        cap=_ZIP_CAP,
    ),
    Target(
        "stamp-request",
        ("timestamp.request.parse_request", "timestamp.request.format_request"),
        parse_request,
        lambda: [
            make_request(_DATA, NONCE),
            make_request(b"", 1),
            format_request(TimestampRequest(bytes(32), 2**64 - 1)),
        ],
        format_request,
    ),
    Target(
        "stamp-response",
        ("timestamp.response.check_response",),
        _respond,
        _responses,
        why="it gives a time",
        check=_check_stamp,
        steps=60,
    ),
    Target(
        "stamp-said",
        ("timestamp.claimed_time.said_time",),
        said_time,
        _responses,
        why="it gives a time",
        check=_check_said,
        steps=60,
    ),
    Target(
        "stamp-signer",
        ("timestamp.response.names_certificate",),
        lambda data: names_certificate(data, CLOCK.leaf.der),
        _tokens,
        why="it says yes or no",
        refusals=(ValueError, LookupError),
    ),
    Target(
        "certificates",
        ("timestamp.certificates.parse_certificates",),
        parse_certificates,
        lambda: [CLOCK.pinned, CLOCK.pinned + CLOCK.leaf.pem, *files_like(".pem")],
        why="the bytes are kept as they are",
        check=lambda _, certificates: hold(certificates, "no certificate"),
        words=(b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n", b"-----BEGIN PRIVATE KEY-----"),
    ),
    Target(
        "export-index",
        ("export.all.parse_index", "export.all.format_index"),
        parse_index,
        _rows,
        format_index,
    ),
    Target(
        "export-sums",
        ("export.all.check_sums",),
        check_sums,
        _sums,
        why="it says yes or no",
    ),
)
