"""The exchange that is kept beside an original: covered by the record, the inventory and the checks 1, 2 and 6."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tests.captures import ASKING, CERTIFICATE, SECRET, SERVER, TIME, URL, captured, visited
from tests.conftest import NOTICE, NOW
from tests.snapshot.conftest import RELEASE, TEXT, World
from tests.snapshot.test_verify_sh import TOOLS, folder_of
from tests.snapshot.test_verify_sh_parts import EXIT, judge, write
from tests.verify.test_snapshot import check, flipped, rebag, unpack
from tests.verify.test_tamper import each_byte, misses, named, verdict_of

from muniment.archive import open_archive
from muniment.digest import sha256_hex
from muniment.errors import FormatError, MunimentError, SourceError
from muniment.export.commands import archive_commands
from muniment.export.snapshot import build_snapshot
from muniment.ingest import Position, Source, publication
from muniment.record import EXCHANGE_PATH, Original
from muniment.reference import parse_reference
from muniment.snapshot.container import read_zip
from muniment.sources.warc.answer import unpack_answer
from muniment.sources.web.kept_exchange import MAX_EXCHANGE, check_exchange, keep_exchange
from muniment.sources.web.visit import Exchange
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.restore import restore
from muniment.write.version import Author, Keys, Publication, add_description, add_publication, add_publications

STEP = 1 if os.environ.get("MUNIMENT_LONG") else 61
"""Every so many bytes are changed; all of them with ``make test-long``."""
OTHER = NOTICE.replace(b"Monday", b"Tuesday")
CONTENT = "releases/harbour/v{}/content"


@pytest.fixture
def archive(empty_archive: MemoryStore, keys: Keys) -> MemoryStore:
    """Harbour: v1 captured, v2 described, v3 other bytes, v4 back to those of v1, v5 a file; in v6 v1 to the second."""
    store, author = empty_archive, Author(NOW)
    add_publication(store, keys, "harbour", captured(NOTICE), {}, author)
    add_description(store, keys, "harbour", {"subjects": ["harbours"]}, author)
    add_publication(store, keys, "harbour", captured(OTHER, packed=True), {}, author)
    add_publication(store, keys, "harbour", captured(NOTICE, time="2026-11-03T09:15:00Z"), {}, author)
    add_publication(store, keys, "harbour", Source(OTHER + b"\n3. More.\n", "h.txt", NOW), {}, author)
    add_publication(store, keys, "harbour", captured(NOTICE), {}, author)
    return store


def paths(store: MemoryStore) -> list[str]:
    """Where exchanges lie."""
    return sorted(path for path in store.files if path.endswith(EXCHANGE_PATH))


def test_where_it_lies(archive: MemoryStore) -> None:
    """A capture brings an exchange, which a description keeps; the very same one does not lie there twice."""
    assert verify_archive(archive).failures == ()
    assert paths(archive) == [f"{CONTENT.format(n)}/{EXCHANGE_PATH}" for n in (1, 3, 4)]
    inventory = json.loads(archive.files["releases/harbour/inventory.json"])
    where = {path: digest for digest, paths in inventory["manifest"].items() for path in paths}
    for version, first in (("v1", 1), ("v2", 1), ("v3", 3), ("v4", 4), ("v6", 1)):
        state = {name: digest for digest, names in inventory["versions"][version]["state"].items() for name in names}
        assert state[EXCHANGE_PATH] == where[f"v{first}/content/{EXCHANGE_PATH}"]
    assert EXCHANGE_PATH not in str(inventory["versions"]["v5"])


def test_no_secret_is_kept(archive: MemoryStore) -> None:
    """Nothing in the archive holds a header that may be meant for one reader, or the body of an answer that led on."""
    for path, data in archive.files.items():
        assert SECRET.encode() not in data, path
        assert b"It moved." not in data, path


def test_every_byte_changed(archive: MemoryStore) -> None:
    """Every byte of an exchange, changed once, makes verify fail and name the file."""
    files = dict(archive.files)
    for path in paths(archive):
        assert misses(files, path, islice(each_byte(files[path]), 0, None, STEP)) == []


def test_an_exchange_of_another_capture(archive: MemoryStore) -> None:
    """An exchange that is deleted, emptied, cut, made longer or that of another version is found and named."""
    files = dict(archive.files)
    for path in paths(archive):
        data = files[path]
        others = [files[other] for other in paths(archive) if other != path]
        assert misses(files, path, iter([b"", data[:-1], data + b"\n", *others])) == []
        report = verdict_of({other: files[other] for other in files if other != path})
        assert report is not None
        assert named(report, path)


def test_one_that_nobody_names(archive: MemoryStore) -> None:
    """An exchange beside a version that has none, or has that of an earlier one, does not belong in the archive."""
    for number in (2, 5, 6):
        path = f"{CONTENT.format(number)}/{EXCHANGE_PATH}"
        report = verify_archive(MemoryStore({**archive.files, path: archive.files[paths(archive)[0]]}))
        assert {(finding.check, finding.subject) for finding in report.failures} == {(1, path)}


def test_a_record_that_cannot_be_read(archive: MemoryStore) -> None:
    """Where a record is broken, the exchange beside it is not blamed, nor any version that has it too."""
    for number in (1, 3, 4):
        record = f"{CONTENT.format(number)}/record.json"
        report = verify_archive(MemoryStore({**archive.files, record: b"{}"}))
        assert report.verdict == "failed"
        assert not any(EXCHANGE_PATH in finding.subject for finding in report.failures), report.failures


def test_mended(archive: MemoryStore, keys: Keys) -> None:
    """A copy or a snapshot gives back an exchange that is lost or wrong, and nothing else is written."""
    files = archive.files
    version = open_archive(archive).read(parse_reference("harbour/v2"))
    snapshot = build_snapshot(open_archive(archive), version).data
    assert open_archive(archive).find_kept(version, version.record.original.kept[0])[0] == paths(archive)[0]
    loose = list(read_zip(snapshot).files.values())
    for path in paths(archive):
        for state in ({p: d for p, d in files.items() if p != path}, {**files, path: files[path] + b"\n"}):
            broken = MemoryStore(state)
            assert restore(broken, MemoryStore(files)).mended == (path,)
            assert broken.files == files
            with pytest.raises(MunimentError):
                add_description(MemoryStore(state), keys, "harbour", {"subjects": ["x"]}, Author(NOW))
    broken = MemoryStore({p: d for p, d in files.items() if p != paths(archive)[0]})
    assert restore(broken, None, loose).mended == (paths(archive)[0],)


def test_batches(empty_archive: MemoryStore, keys: Keys) -> None:
    """Many captures under one checkpoint each have their exchange, also where one is the same as one before it."""
    sources = [captured(NOTICE), captured(OTHER), captured(NOTICE), captured(NOTICE, url=f"{URL}/b")]
    wanted = [Publication("harbour", source, {}) for source in sources[:3]] + [Publication("tide", sources[3], {})]
    add_publications(empty_archive, keys, wanted, Author(NOW))
    assert verify_archive(empty_archive).failures == ()
    where = [tuple(path.split("/")[1:3]) for path in paths(empty_archive)]
    assert where == [("harbour", "v1"), ("harbour", "v2"), ("tide", "v1")]


def test_the_exchange_is_the_one_that_is_named(empty_archive: MemoryStore, keys: Keys) -> None:
    """A capture without its exchange, or with another one, is refused; and an exchange cannot be an original."""
    good = captured(NOTICE)
    before = dict(empty_archive.files)
    for wrong in (replace(good, exchange=None), replace(good, exchange=b"x"), replace(good, capture=None)):
        with pytest.raises(SourceError, match="not the one that its capture names"):
            add_publication(empty_archive, keys, "harbour", wrong, {}, Author(NOW))
    assert empty_archive.files == before
    add_publication(empty_archive, keys, "harbour", good, {}, Author(NOW))
    assert good.exchange is not None
    with pytest.raises(SourceError, match=f"this is {EXCHANGE_PATH} of v1"):
        add_publication(empty_archive, keys, "harbour", Source(good.exchange, "x.txt", NOW), {}, Author(NOW))


# What it says


def original_of(source: Source) -> Original:
    """The original of the record that a source makes."""
    return publication(Position("harbour", None, None, "me", NOW), source, {}).original


def test_warcio_reads_it() -> None:
    """An outside reader finds each request and answer, with digests that are right, names that are one, and no body."""
    iterator = pytest.importorskip("warcio.archiveiterator", reason="warcio is not installed")
    data = captured(NOTICE, packed=True).exchange
    assert data is not None
    found, ids = [], set()
    for record in iterator.ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        body = record.content_stream().read()
        head = record.rec_headers.get_header
        ids.add(head("WARC-Record-ID"))
        if record.rec_type == "response":
            assert (body, head("WARC-Truncated"), head("WARC-IP-Address")) == (b"", "unspecified", SERVER)
            assert record.http_headers.get_header("Set-Cookie") is None
            found.append((head("WARC-Target-URI"), record.http_headers.get_statuscode()))
        elif record.rec_type == "request":
            assert record.http_headers.protocol == "GET"
            assert record.http_headers.get_header("User-Agent") == ASKING.user_agent
        elif record.rec_type == "metadata":
            assert f"tls-certificate: {CERTIFICATE}".encode() in body
    assert found == [("https://press.example.org/n", "302"), (URL, "200")]
    assert len(ids) == 7
    assert f"original-digest: sha256:{sha256_hex(NOTICE)}".encode() in data
    assert b"codings-undone: gzip" in data


def test_the_reader_of_this_software_says_that_it_is_a_part() -> None:
    """Given to ``add`` as a capture, it is refused as what it is: a part of the answer."""
    data = captured(NOTICE).exchange
    assert data is not None
    with pytest.raises(SourceError, match="a part of the answer only"):
        unpack_answer(data, URL)


def test_the_same_visit_gives_the_same_bytes() -> None:
    """It is a pure function of the visit, and another second, page or address gives another one."""
    one = captured(NOTICE).exchange
    assert captured(NOTICE).exchange == one
    others = (captured(OTHER), captured(NOTICE, time=NOW), captured(NOTICE, url=f"{URL}2"))
    assert len({one, *(other.exchange for other in others)}) == 4


HEADS = {
    "no header that is kept": b"HTTP/1.1 200 OK\r\nSet-Cookie: a\r\n\r\n",
    "nothing": b"HTTP/1.1 200 OK\r\n\r\n",
    "bare line ends": b"HTTP/1.0 200\nETag: 1\nSet-Cookie: x\nServer: y\n\n",
    "lines that go on": b"HTTP/1.1 200 OK\r\nSet-Cookie: a;\r\n  b\r\nServer: x\r\n\t y\r\nCookie2: z\r\n\r\n",
    "bytes that are no ASCII": b"HTTP/1.1 200 \xe9\r\nServer: \xc3\xa9\xff\x00\r\nX: \xff\r\n\r\n",
    "names in other case": b"HTTP/1.1 200 OK\r\nSERVER: x\r\nSET-COOKIE: y\r\neTaG: 2\r\n\r\n",
    "the longest": b"HTTP/1.1 200 OK\r\n" + b"Server: " + b"x" * 900 + b"\r\nServer: " * 60 + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", HEADS)
def test_heads(name: str) -> None:
    """Whatever a head looks like, its kept lines are there as they came, and the others are counted."""
    whole = visited(NOTICE)
    response = HEADS[name] + NOTICE
    exchange = Exchange(whole.exchanges[-1].request, response, TIME, SERVER)
    data = keep_exchange(replace(whole, exchanges=(exchange,)), ASKING.user_agent)
    assert b"ookie" not in data.lower().replace(b"headers that", b"")
    assert f"answer-size: {len(response)}".encode() in data
    for line in HEADS[name].split(b"\n"):
        if line.lower().startswith((b"server", b"etag")):
            assert line.rstrip(b"\r") in data


def test_the_longest_exchange_has_room() -> None:
    """Eleven answers with heads as long as they may be are fewer bytes than an exchange may have."""
    whole = visited(NOTICE)
    head = b"HTTP/1.1 200 OK\r\n" + b"".join(b"Server: %b\r\n" % (b"x" * 500) for _ in range(120)) + b"\r\n"
    exchange = Exchange(whole.exchanges[-1].request, head + NOTICE, TIME, SERVER)
    assert len(keep_exchange(replace(whole, exchanges=(exchange,) * 11), ASKING.user_agent)) < MAX_EXCHANGE


OTHERWISE: dict[str, dict[str, Any]] = {
    "address": {"address": f"{URL}s"},
    "time": {"time": "2026-11-02T09:15:01Z"},
    "status": {"status": 201},
    "list of headers": {"headers": (("etag", '"8"'),)},
    "list of codings": {"codings": ("gzip",)},
    "list of redirects": {"redirects": ()},
    "server": {"ip_address": "93.184.216.35"},
    "certificate": {"certificate": None},
    "word on robots.txt": {"robots": "refused"},
    "software": {"software": "other/1"},
}


def otherwise(source: Source, members: dict[str, Any]) -> Source:
    """The same capture with another word in it."""
    assert source.capture is not None
    return replace(source, capture=replace(source.capture, **members))


@pytest.mark.parametrize("name", OTHERWISE)
def test_it_says_what_the_record_says(
    empty_archive: MemoryStore, keys: Keys, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A record that says otherwise than its exchange is not written; and where its keeper signed it, check 6 tells."""
    wrong = otherwise(captured(NOTICE), OTHERWISE[name])
    with pytest.raises(SourceError, match=f"another {name} than the record"):
        add_publication(empty_archive, keys, "harbour", wrong, {}, Author(NOW))
    monkeypatch.setattr("muniment.write.version.judge_capture", lambda *_: None)
    add_publication(empty_archive, keys, "harbour", wrong, {}, Author(NOW))
    (finding,) = verify_archive(empty_archive).failures
    assert (finding.check, finding.subject) == (6, paths(empty_archive)[0])
    assert finding.what == f"it gives another {name} than the record"


def test_it_has_one_form() -> None:
    """An exchange with any other byte in it, with more or less, or packed, is none, whatever the record says."""
    source = captured(NOTICE)
    data, original = source.exchange, original_of(source)
    assert data is not None
    check_exchange(data, original)
    record_3 = data.index(b"WARC/1.1", data.index(b"WARC/1.1", 8) + 8)
    others = (b"", data[:-1], data + b"\n", data + data, data[record_3:], data[:record_3], gzip.compress(data))
    for wrong in (*each_byte(data), *others):
        with pytest.raises(FormatError):
            check_exchange(wrong, original)
    with pytest.raises(FormatError, match="another original"):
        check_exchange(data, replace(original, size=original.size + 1))


# In a snapshot


@pytest.fixture
def world() -> World:
    """An archive with a version that was captured, and one with other words."""
    made = World()
    made.capture(TEXT)
    made.capture(TEXT.replace("last", "very last"), time="2026-11-03T09:15:00Z", packed=True)
    return made


def test_in_a_snapshot(world: World) -> None:
    """A snapshot has the exchange, named in its lists and texts, and none without one says a word of it."""
    _, files = unpack(world.snapshot("v1").data)
    path = f"data/{EXCHANGE_PATH}"
    assert check(world.snapshot("v1").data).verdict == "verified"
    assert check(world.snapshot("v1").data).passed[6] == 2
    assert sha256_hex(files[path]) in files["data/record.json"].decode()
    assert f"{sha256_hex(files[path])}  {path}\n" in files["manifest-sha256.txt"].decode()
    assert EXCHANGE_PATH in files["data/README.txt"].decode()
    assert "application/warc" in files["data/ro-crate-metadata.json"].decode()
    plain = World()
    plain.publish(TEXT)
    _, others = unpack(plain.snapshot("v1").data)
    assert [name for name, data in others.items() if EXCHANGE_PATH.encode() in data] == ["data/verify.sh"]


def attacks(world: World) -> Iterator[tuple[str, int, bytes]]:
    """Snapshots with an exchange that is not the one, all lists made anew; what it is, and the check that finds it."""
    (folder, files), (_, later) = (unpack(world.snapshot(name).data) for name in ("v1", "v2"))
    path = f"data/{EXCHANGE_PATH}"
    data = files[path]
    yield "taken out", 1, rebag(folder, {name: each for name, each in files.items() if name != path})
    yield "of another version", 6, rebag(folder, {**files, path: later[path]})
    yield "changed", 6, rebag(folder, {**files, path: flipped(data, len(data) // 2)})
    yield "made longer", 6, rebag(folder, {**files, path: data + b"\n"})
    plain = World()
    plain.publish(TEXT)
    other, without = unpack(plain.snapshot("v1").data)
    yield "put where there was none", 1, rebag(other, {**without, path: data})


def test_attacked_in_a_snapshot(world: World, tmp_path: Path) -> None:
    """In a snapshot each such exchange is found, and the script in it finds the same."""
    tools = folder_of(tmp_path, *TOOLS)
    for name in ("v1", "v2"):
        done = judge(write(world.snapshot(name).data, tmp_path / name), tools)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    for number, (what, expected, data) in enumerate(attacks(world)):
        report = check(data)
        assert expected in {finding.check for finding in report.failures}, what
        done = judge(write(data, tmp_path / f"bag-{number}"), tools)
        assert done.returncode == EXIT[report.verdict] == 1, (what, done.stdout)
        assert f"FAILED {expected} " in done.stdout, (what, done.stdout)


def test_commands_by_hand(tmp_path: Path, world: World) -> None:
    """The commands that check a version by hand name its exchange, and they pass."""
    for path, data in world.store.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    archive = world.archive
    lines = list(archive_commands(archive, tmp_path, archive.history(RELEASE)))
    named = [line for line in lines if EXCHANGE_PATH in line]
    assert len(named) == 2
    for line in named:
        subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True, capture_output=True)
