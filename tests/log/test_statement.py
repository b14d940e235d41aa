"""Tests of ``muniment.log.statement``."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import pytest

from muniment.canonical import format_canonical
from muniment.errors import CanonicalError, FormatError, SchemaError
from muniment.log.statement import (
    MAX_SIZE,
    RootStatement,
    Statement,
    VersionStatement,
    format_statement,
    paragraph_root,
    parse_statement,
    plain_versions,
)
from muniment.log.tile import format_bundle
from muniment.record import Paragraph

DIGEST = f"sha256:{'0' * 64}"
VERSION = VersionStatement(
    archive="press.example.org/archive",
    release="harbour",
    version=2,
    record=DIGEST,
    record_size=1200,
    signature=DIGEST,
    signer=f"SHA256:{'A' * 43}",
    previous=DIGEST,
    original=DIGEST,
    paragraph_root=DIGEST,
    paragraph_count=3,
    logged_at="2026-11-22T10:00:00Z",
)
ROOT = RootStatement("press.example.org/archive", 1, DIGEST, "2026-11-22T10:00:00Z")


@pytest.mark.parametrize("statement", [VERSION, replace(VERSION, previous=None), ROOT])
def test_format_and_parse_are_a_pair(statement: Statement) -> None:
    """A statement is read back as the same value, and written as the same bytes."""
    entry = format_statement(statement)
    assert parse_statement(entry, where="log entry 0") == statement
    assert format_canonical(json.loads(entry)) == entry


def test_the_longest_statement_fits() -> None:
    """Even the longest members make an entry that can be read and that an entry bundle can hold."""
    longest = replace(VERSION, archive="a" * 128, release="r" * 63, version=2**53 - 1, record_size=2**53 - 1)
    entry = format_statement(longest)
    assert len(entry) < MAX_SIZE
    assert parse_statement(entry, where="") == longest


def test_names() -> None:
    """A statement is called by what it is about."""
    assert (VERSION.name, ROOT.name) == ("harbour/v2", "trust root 1")


@pytest.mark.parametrize(
    "change",
    [
        {"type": "version/2"},
        {"type": "root/1"},
        {"type": None},
        {"version": 0},
        {"record": "0" * 64},
        {"signer": "SHA256:x"},
        {"logged_at": "2026-11-22"},
        {"more": 1},
    ],
)
def test_schema_is_enforced(change: dict[str, object]) -> None:
    """An entry of an unknown type, or with members that its type does not have, is refused."""
    value = {"type": "version/1", **asdict(VERSION), **change}
    with pytest.raises(SchemaError, match=r"^log entry 7"):
        parse_statement(format_canonical(value), where="log entry 7")


@pytest.mark.parametrize("release", ["con", "v1", "v007"])
def test_release_must_be_fit(release: str) -> None:
    """An entry for a release that no folder can be named after is refused."""
    with pytest.raises(FormatError, match=r"^log entry 7: a release id must not"):
        parse_statement(format_statement(replace(VERSION, release=release)), where="log entry 7")


def test_other_bytes() -> None:
    """What is not canonical JSON, or larger than an entry may be, is refused."""
    entry = format_statement(VERSION)
    for data in (b"", entry + b"\n", entry[:-1] + b" " * MAX_SIZE + b"}"):
        with pytest.raises(CanonicalError, match=r"^log entry 7"):
            parse_statement(data, where="log entry 7")


def test_examples_of_the_schema() -> None:
    """The examples that the schema shows are statements."""
    schema = json.loads((Path(__file__).parents[2] / "schemas" / "statement.schema.json").read_text())
    names = [parse_statement(format_canonical(example), where="").name for example in schema["examples"]]
    assert names == ["trust root 1", "harbour-notice/v1", "time stamp 2.1"]


def test_paragraph_root() -> None:
    """The root is that of RFC 6962 over the canonical JSON of each paragraph, worked out by hand."""
    one, two = Paragraph("h1", "heading", None, "Título"), Paragraph("p1", "list-item", "1.", "a\nb")
    leaves = [
        '{"id":"h1","kind":"heading","label":null,"text":"Título"}',
        '{"id":"p1","kind":"list-item","label":"1.","text":"a\\nb"}',
    ]
    hashes = [hashlib.sha256(b"\0" + leaf.encode()).digest() for leaf in leaves]
    assert paragraph_root((one,)) == hashes[0]
    assert paragraph_root((one, two)) == hashlib.sha256(b"\1" + hashes[0] + hashes[1]).digest()
    assert paragraph_root((two, one)) != paragraph_root((one, two))


@pytest.mark.parametrize("logged_at", ["2026-02-30T10:00:00Z", "2026-04-31T10:00:00Z", "2025-02-29T10:00:00Z"])
def test_time_must_be_in_the_calendar(logged_at: str) -> None:
    """An entry with a day that no month has is refused: an OCFL inventory could not hold it (E049)."""
    with pytest.raises(FormatError, match=r"^log entry 7: not a time of the calendar"):
        parse_statement(format_statement(replace(VERSION, logged_at=logged_at)), where="log entry 7")


def test_plain_versions_can_be_parsed() -> None:
    """Whatever is taken for a plain version without parsing it is one: over changes of every byte of some."""
    plain = [VERSION, replace(VERSION, previous=f"sha256:{'0' * 64}"), replace(VERSION, release="con-1", version=12)]
    chance = random.Random(7)  # noqa: S311 - no secret
    said = set()
    for statement in plain:
        entry = format_statement(statement)
        assert plain_versions(entry, VERSION.archive) == [entry]
        assert plain_versions(entry, "example.net/other") == []
        for at in range(len(entry)):
            for byte in (0, 10, 34, 92, 48, 57, 58, 97, chance.randrange(256)):
                for changed in (entry[:at] + bytes([byte]) + entry[at + 1 :], entry[:at] + entry[at + 1 :]):
                    if plain_versions(changed, VERSION.archive) == [changed]:
                        assert isinstance(parse_statement(changed, where="x"), VersionStatement)
                        said.add(changed)
    assert len(said) > 1000
    devices = [f"{name}{number}" for name in ("com", "lpt") for number in range(10)]
    for release in ("con", "prn", "aux", "nul", "v1", "v1234567890", *devices):
        named = b'"release":"%b"' % VERSION.release.encode()
        forged = format_statement(VERSION).replace(named, b'"release":"%b"' % release.encode())
        assert plain_versions(forged, VERSION.archive) == []


def test_plain_versions_of_a_bundle() -> None:
    """Of a bundle every plain version is found; an entry that only holds some does not pass for them."""
    days = [f"2026-{month:02}-{day:02}T10:00:00Z" for month in range(1, 13) for day in range(1, 32)]
    entries = [format_statement(replace(VERSION, logged_at=day)) for day in days]
    found = plain_versions(format_bundle(entries), VERSION.archive)
    assert len(found) == 365
    for entry in found:
        assert isinstance(parse_statement(entry, where="x"), VersionStatement)
    assert set(found) == {entry for entry, day in zip(entries, days, strict=True) if _is_day(day)}
    within = b"x" + found[0] + found[1]
    assert plain_versions(within, VERSION.archive) == found[:2]
    assert format_bundle(found[:2]) != format_bundle([within])


def _is_day(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
