"""Rows: what sources of whole histories read: lists of answers in WARC files, TimeMaps, what other archives attest."""

from __future__ import annotations

import gzip
from functools import cache
from typing import Any

from tests.fuzz.material import archive, snapshots
from tests.fuzz.target import Target, hold
from tests.sources.warc.making import PAGE, digest, packed, record, response, wacz

from muniment.digest import sha256_hex
from muniment.errors import SourceError
from muniment.importing.snapshots import format_attestation
from muniment.importing.time_maps import TimeMap, parse_time_map
from muniment.importing.web_documents import document_key
from muniment.record import Attestation, Record
from muniment.snapshot.container import read_zip
from muniment.sources.warc.listing import list_answers, take_listed
from muniment.verify.attested import check_attested
from muniment.verify.report import Attested, Tally

_DATE = "Thu, 06 Jan 2022 04:00:00 GMT"


def _warc_seeds() -> list[bytes]:
    one = record(response(), WARC_Payload_Digest=digest(PAGE))
    again = record(b"HTTP/1.1 200 OK\r\n\r\n", "revisit", WARC_Refers_To="<urn:uuid:1>")
    asked = record(b"POST / HTTP/1.1\r\n\r\n", "request", Content_Type="application/http")
    both = [one, again, asked, record(PAGE, "resource")]
    return [b"".join(both), packed(*both), gzip.compress(b"".join(both), mtime=0), wacz({"archive/a.warc": one})]


def _list(data: bytes) -> dict[str, Any]:
    value = list_answers(data, software=None, last=True)
    for row in value["rows"][:3]:
        offset, size, inside = row["place"]
        part = data if row["packed_in"] else data[offset : offset + size]
        try:
            take_listed(part, name=row["packed_in"], inside=inside, software=None, whole=("0" * 64, len(data)))
        except SourceError as error:
            hold(not error.what.startswith("the record is not where"), "an answer that is not at its place")
    return value


def _check_list(data: bytes, value: dict[str, Any]) -> None:
    hold(value["next"] is None, "a list of a whole file that does not end")
    for row in value["rows"]:
        offset, size, _ = row["place"]
        hold(0 <= offset <= offset + size <= len(data), "a place beyond the file")


def _time_map(data: bytes) -> TimeMap:
    return parse_time_map(data, base="https://archive.example.org/web/timemap/json/http://a.example/", where="fuzz")


def _check_time_map(_data: bytes, value: TimeMap) -> None:
    for memento in value.mementos:
        hold(memento.address.lower().startswith(("http://", "https://")), "a state that is at no address of the web")
        hold(len(memento.time) == 20 and memento.time.endswith("Z"), "a state without a time")
        hold(document_key(document_key(memento.address)) == document_key(memento.address), "a key with another key")


def _time_maps() -> list[bytes]:
    links = f'<http://a.example/>; rel="original", <https://b.example/m>; rel="first memento"; datetime="{_DATE}"'
    table = b'[["timestamp","original","statuscode"],["20220106040000","http://a.example/","200"]]'
    states = b'[{"datetime":"2022-01-06T04:00:00Z","uri":"http://b.example/1"}]'
    value = b'{"original_uri":"http://a.example/","mementos":{"list":' + states + b"}}"
    said = b'20220106040000 {"uri":"https://b.example/m"}\n'
    lines = b'!meta {"original_uri":"http://a.example/"}\n' + said
    index = b'example,a)/ 20220106040000 {"url":"http://a.example/","status":"200"}\n'
    joined = b'{"timestamp":"20220106040000","url":"http://a.example/"}\n'
    return [links.encode(), f"{links}, </2>; rel=timemap".encode(), table, value, lines, index, joined]


@cache
def _attested() -> tuple[Record, Attestation, bytes, bytes]:
    there = archive()
    version = there.read_entry(next(iter(there.versions.values()))[0])
    bag = read_zip(snapshots()[0])
    data = format_attestation(version.record, version.statement.record, bag.files)
    kept = Attestation(
        sha256_hex(data),
        len(data),
        there.origin,
        there.roots[0].digest,
        version.record.release,
        version.record.version,
        version.statement.record,
    )
    return version.record, kept, data, there.read_original(version)


def _judge(data: bytes) -> Attested:
    record_, kept, _, original = _attested()
    tally = Tally()
    check_attested(tally, record_, kept, data, original)
    hold(not tally.findings and not tally.passed, "what another archive attests among our own findings")
    return tally.attested[0]


def _check_attested(data: bytes, value: Attested) -> None:
    hold(value.outcome == "unknown" or bool(value.faults), "an attestation that does not hold, and nobody says why")
    if value.outcome == "unknown":
        hold(data == _attested()[2], "another file that holds as well")


ROWS = (
    Target(
        "warc-list",
        ("sources.warc.listing.list_answers", "sources.warc.listing.take_listed"),
        _list,
        _warc_seeds,
        why="a WARC file is read, and what is in it is taken as it is",
        check=_check_list,
        words=(b"WARC/1.1\r\n", b"\r\n\r\n", b"WARC-Type: revisit\r\n", b"WARC-Refers-To: <", b"\x1f\x8b", b"POST "),
        cap=20_000,
    ),
    Target(
        "time-map",
        (
            "importing.time_maps.parse_time_map",
            "importing.time_maps.read_http_date",
            "importing.time_maps.read_links",
        ),
        _time_map,
        _time_maps,
        why="the list is that of a web archive, and is never written here",
        check=_check_time_map,
        words=(b'rel="memento"', b"datetime=", b"<", b">;", b'"', b"\\", _DATE.encode(), b"timemap", b'"mementos":'),
        cap=20_000,
    ),
    Target(
        "attestation",
        ("verify.attested.check_attested",),
        _judge,
        lambda: [_attested()[2]],
        why="the file is judged, and not read into a value",
        check=_check_attested,
        cap=64 * 1024,
    ),
)
