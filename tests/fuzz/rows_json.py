"""Rows: JSON, records and the statements of the log."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.fuzz.material import NOTICE, NOW, archive, files, files_like, vectors, version
from tests.fuzz.target import Target, bytes_of, hold, text_of

from muniment import schema
from muniment.archive.signers import KEYS, keys_json
from muniment.canonical import Json, format_canonical, parse_canonical, parse_json
from muniment.digest import format_digest, parse_digest
from muniment.errors import MetadataError, MunimentError
from muniment.ingest import Position, Source, publication
from muniment.log.statement import Statement, format_statement, parse_statement
from muniment.record import Record, format_record, parse_record
from muniment.record.reading import reading_paragraphs
from muniment.record.succession import check_record
from muniment.reference import (
    check_paragraph_id,
    check_release_id,
    format_reference,
    parse_reference,
)
from muniment.schema import parse_public
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.public_json import parse_report, report_as_json

_JSON_WORDS = (
    b"null",
    b"true",
    b'{"a":1}',
    b"[[",
    b'"\\ud800"',
    b'"\\u0000"',
    b"\\",
    b"-0",
    b"1E5",
    b"NaN",
    b"Infinity",
)


def _json_seeds() -> list[bytes]:
    """Also RFC 8785's own values, and the suite of hostile JSON."""
    own = [b'{"\xee\x80\x80":1,"\xf0\x9f\x98\x80":2,"a":[],"b":{"c":null}}', b"[]", b"0", b'"\xe2\x82\xac"', b"-5"]
    return [*own, *vectors("jcs/*/*.json"), *vectors("json-parsing/*.json", 2000, 120)]


def _check_record(_data: bytes, record: Record) -> None:
    """A record of the right shape is held to its rules, and read, without a fault."""
    try:
        check_record(record, where="record")
    except MunimentError:
        return
    for paragraph, reading in reading_paragraphs(record):
        hold(isinstance(reading, str), f"no reading text of {paragraph.id}")


def _publish(data: bytes) -> Record:
    value = parse_json(data, where="metadata")
    if not isinstance(value, dict):
        raise MetadataError("not a JSON object")
    place = Position("harbour", None, None, "Archive", NOW)
    return publication(place, Source(NOTICE, "notice.txt", NOW), value)


def _check_published(_data: bytes, record: Record) -> None:
    hold(parse_record(format_record(record)) == record, "the record that was made is not one that can be read")


def _descriptions() -> list[bytes]:
    values: list[dict[str, Json]] = [
        {"title": "Notice", "language": "en", "issuer": "The Harbour", "subjects": ["harbours"], "rights": None},
        {"issued": {"date": "2022-01", "basis": "inferred", "note": "from the words"}, "uri": "https://example.org/"},
        {"relations": [{"relation": "replaces", "target": "harbour/v1"}], "temporal": ["2022-01"], "abstract": "x"},
        {"retrieved": "2022-01-31T10:00:00Z"},
    ]
    return [format_canonical(value) for value in values]


def _references() -> list[bytes]:
    digest = version("v1").statement.record.encode()
    plain = (
        b"v1",
        b"v999999999",
        b"declaration",
        b"declaration/v2",
        b"declaration/v2#p16",
        b"#16",
        b"v1#p9.list2.1",
        b"x#h1",
    )
    return [*plain, digest, digest + b"#p1"]


def _validator(name: str) -> Callable[[bytes], None]:
    return lambda data: schema.validate(name, parse_json(data))


def _entries() -> list[bytes]:
    return [format_statement(statement) for statement in archive().statements]


def _reports() -> list[bytes]:
    stores = [MemoryStore(files()), MemoryStore({**files(), "log/checkpoints/1": b"x"})]
    return [json.dumps(report_as_json(verify_archive(store))).encode() for store in stores]


def _digested(name: str) -> bytes:
    return bytes_of(format_digest(name))


ROWS = (
    Target(
        "canonical",
        ("canonical.parse_canonical", "canonical.format_canonical"),
        parse_canonical,
        _json_seeds,
        format_canonical,
        words=_JSON_WORDS,
    ),
    Target(
        "json",
        ("canonical.parse_json",),
        parse_json,
        _json_seeds,
        format_canonical,
        alike=True,
        words=_JSON_WORDS,
    ),
    Target(
        "record",
        ("record.parse_record", "record.read_record", "record.format_record", "record.succession.check_record"),
        parse_record,
        lambda: files_like("record.json"),
        format_record,
        check=_check_record,
        steps=60,
    ),
    Target(
        "statement",
        ("log.statement.parse_statement", "log.statement.format_statement"),
        lambda data: parse_statement(data, where="entry"),
        _entries,
        format_statement,
        check=lambda _, statement: hold(isinstance(statement, Statement), "no statement"),
    ),
    Target(
        "metadata",
        ("ingest.publication", "cli.authoring._read"),
        _publish,
        _descriptions,
        why="metadata becomes part of a record",
        check=_check_published,
        steps=60,
    ),
    *(
        Target(
            f"schema-{name}",
            ("schema.validate",),
            _validator(name),
            lambda: [b"{}", *files_like("record.json"), *files_like("1.json"), *_entries()],
            why="a schema says yes or no",
        )
        for name in ("record", "trust-root", "statement")
    ),
    Target(
        "public-json",
        ("schema.parse_public",),
        lambda data: parse_public("keys", KEYS, data),
        lambda: [format_canonical(parse_json(json.dumps(keys_json(archive())).encode()))],
        format_canonical,
        alike=True,
        words=_JSON_WORDS,
    ),
    Target(
        "report",
        ("verify.public_json.parse_report", "verify.public_json.report_as_json"),
        parse_report,
        _reports,
        lambda report: json.dumps(report_as_json(report)).encode(),
        alike=True,
        words=_JSON_WORDS,
        steps=60,
    ),
    Target(
        "reference",
        ("reference.parse_reference", "reference.format_reference"),
        lambda data: parse_reference(text_of(data)),
        _references,
        lambda reference: bytes_of(format_reference(reference)),
        alike=True,
        cap=400,
    ),
    Target(
        "release-id",
        ("reference.check_release_id",),
        lambda data: check_release_id(text_of(data)),
        lambda: [b"kz-events-2022-01", b"con", b"v1", b"0", b"a" * 63],
        bytes_of,
        cap=200,
    ),
    Target(
        "paragraph-id",
        ("reference.check_paragraph_id",),
        lambda data: check_paragraph_id(text_of(data)),
        lambda: [b"p16", b"h1", b"p9.1", b"nn2", "p1.б".encode()],
        bytes_of,
        cap=200,
    ),
    Target(
        "digest",
        ("digest.parse_digest", "digest.format_digest"),
        lambda data: parse_digest(text_of(data)),
        lambda: [bytes_of(version("v1").statement.record)],
        _digested,
        cap=400,
    ),
)
