"""WARC and WACZ files as a source: which answers are states of a document, and what is told of the others."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from tests.importing.conftest import bring_in, new_store, records, statements
from tests.sources.files_of_others import path_of
from tests.sources.warc.making import ADDRESS, PAGE, chunked, digest, packed, record, response, wacz

from muniment.errors import MunimentError, SourceError, StoreError, UnavailableError
from muniment.importing import warc_records
from muniment.importing.item import Item, Notice, ReadState
from muniment.importing.map_file import ImportMap
from muniment.importing.warc_files import WarcSource
from muniment.importing.web_documents import AddressTemplate, document_key
from muniment.store.testing import FaultyStore
from muniment.verify.archive import verify_archive
from muniment.write.recover import recover

RELEASE = "press-example-org-notice"


def page(word: str) -> bytes:
    """The page with another word in it."""
    return PAGE.replace(b"closes", word.encode())


def answer(
    number: int, body: bytes = PAGE, *headers: str, status: str = "200 OK", address: str = ADDRESS, **fields: str
) -> bytes:
    """A record with a response, of the day ``number``."""
    named = {"WARC_Record_ID": f"<urn:uuid:{number:08}>", "WARC_Date": f"2026-11-{number:02}T09:00:00Z", **fields}
    return record(response(body, *headers, status=status), address=address, **named)


def revisit(number: int, *, head: str = "", address: str = ADDRESS, **fields: str) -> bytes:
    """A record that says that the server gave what it gave before."""
    named = {"WARC_Record_ID": f"<urn:uuid:{number:08}>", "WARC_Date": f"2026-11-{number:02}T09:00:00Z", **fields}
    return record(head.encode(), "revisit", address, Content_Type="application/http;msgtype=response", **named)


def written(folder: Path, data: bytes, name: str = "crawl.warc.gz") -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


def found(*paths: Path, since: str | None = None) -> tuple[list[Item], list[Notice]]:
    """What a source gives: states and notices."""
    every = list(WarcSource(paths).items(since))
    return [one for one in every if isinstance(one, Item)], [one for one in every if isinstance(one, Notice)]


def read(item: Item) -> ReadState:
    """Read a state; more is known of an answer by then."""
    state = item.read()
    assert isinstance(state, ReadState)
    return state


def sorts(notices: Sequence[Notice]) -> list[tuple[str, bool]]:
    """Of which sort each notice is, and whether a state is missing for it."""
    return [(notice.sort, notice.failed) for notice in notices]


@pytest.mark.parametrize("packed_so", ["each record", "all at once", "not at all"])
def test_every_good_answer(tmp_path: Path, packed_so: str) -> None:
    """Each answer of an address is a state, however the file is packed; its bytes are those without any coding."""
    block = response(
        chunked(gzip.compress(page("opens"), mtime=0)), "Transfer-Encoding: chunked", "Content-Encoding: gzip"
    )
    both = [answer(1), record(block, WARC_Record_ID="<urn:uuid:2>", WARC_Date="2026-11-02T09:00:00.123Z")]
    data = {
        "each record": packed(*both),
        "all at once": gzip.compress(b"".join(both), mtime=0),
        "not at all": b"".join(both),
    }[packed_so]

    items, notices = found(written(tmp_path, data))

    assert notices == []
    assert [(one.key, one.time, one.uri) for one in items] == [
        (ADDRESS, "2026-11-01T09:00:00Z", ADDRESS),
        (ADDRESS, "2026-11-02T09:00:00Z", ADDRESS),
    ]
    assert [read(one).data for one in items] == [PAGE, page("opens")]
    capture = read(items[1]).capture
    assert capture is not None
    assert (capture.codings, capture.status) == (("chunked", "gzip"), 200)
    assert (items[1].provenance.item, items[1].provenance.path) == ("urn:uuid:2", ADDRESS)


def test_one_document_under_http_and_https(tmp_path: Path) -> None:
    """A site that went to https has one history; each version says under which address it was captured."""
    old = ADDRESS.replace("https", "http").replace("press.example.org", "PRESS.example.org:80")
    store = new_store()

    bring_in(store, WarcSource([written(tmp_path, packed(answer(2, page("opens")), answer(1, address=old)))]))

    assert [one.original.uri for one in records(store, RELEASE)] == [old, ADDRESS]
    assert [one.original.retrieved for one in records(store, RELEASE)] == [
        "2026-11-01T09:00:00Z", "2026-11-02T09:00:00Z",
    ]  # fmt: skip
    assert verify_archive(store).verdict == "verified"


NO_STATES = {
    "redirect": (answer(1, b"", "Location: /", status="301 Moved"), False),
    "not-there": (answer(1, status="404 Not Found"), False),
    "server-error": (answer(1, status="503 Busy"), False),
    "no-page": (answer(1, status="206 Partial Content"), False),
    "other-medium": (answer(1, b"GIF89a", "Content-Type: image/gif"), False),
    "cut-off": (answer(1, WARC_Truncated="length"), True),
    "no-time": (answer(1, WARC_Date="yesterday"), True),
    "no-head": (record(b"no HTTP at all"), True),
    "no-web-address": (record(PAGE, "resource", "urn:view:https://press.example.org/"), False),
    "other-record": (record(b"a: b\r\n", "metadata"), False),
    "revisit": (revisit(1, WARC_Refers_To="<urn:uuid:nowhere>"), True),
}


@pytest.mark.parametrize("sort", NO_STATES)
def test_what_is_no_state_is_told(tmp_path: Path, sort: str) -> None:
    """Whatever is no good answer is told by its sort, and only what a document lacks for it counts as missing."""
    data, failed = NO_STATES[sort]

    items, notices = found(written(tmp_path, packed(data)))

    assert items == []
    assert sorts(notices) == [(sort, failed)]
    assert "crawl.warc.gz" in notices[0].what + notices[0].where


def test_an_answer_to_post_is_nobodys_page(tmp_path: Path) -> None:
    """What a form was answered is told, whichever of request and answer stands first."""
    request = record(
        b"POST /n HTTP/1.1\r\n\r\n",
        "request",
        Content_Type="application/http",
        WARC_Concurrent_To="<urn:uuid:00000001>",
    )
    for parts in ((request, answer(1)), (answer(1), request)):
        items, notices = found(written(tmp_path, packed(*parts)))
        assert (items, sorts(notices)) == ([], [("not-get", False)])


@pytest.mark.parametrize(
    "named",
    [
        {"WARC_Refers_To": "<urn:uuid:00000001>"},
        {"WARC_Refers_To_Target_URI": ADDRESS, "WARC_Refers_To_Date": "2026-11-01T09:00:00Z"},
        {"WARC_Payload_Digest": digest(PAGE)},
    ],
)
def test_a_revisit_has_the_body_that_it_names(tmp_path: Path, named: dict[str, str]) -> None:
    """A revisit is resolved by id, by address and time, or by digest, also out of another file; its time is its own."""
    first = written(tmp_path, packed(revisit(3, head="HTTP/1.1 200 OK\r\nETag: x\r\n\r\n", **named)), "a.warc.gz")
    other = written(
        tmp_path, packed(answer(1, WARC_Payload_Digest=digest(PAGE)), answer(2, page("opens"))), "b.warc.gz"
    )
    store = new_store()

    bring_in(store, WarcSource([first, other]))

    last = records(store, RELEASE)[2]
    assert last.change.reverts_to == 1
    assert last.original.capture is not None
    assert (last.original.capture.time, last.original.capture.headers) == ("2026-11-03T09:00:00Z", (("etag", "x"),))
    assert last.original.imported is not None
    assert last.original.imported.message == (
        "A revisit: the server gave what it gave in urn:uuid:00000001, of 2026-11-01T09:00:00Z."
    )


def test_a_revisit_of_another_body_is_not_resolved(tmp_path: Path) -> None:
    """A revisit whose digest is not that of the record that it names, or that leads in a circle, brings nothing."""
    wrong = {"WARC_Refers_To": "<urn:uuid:00000001>", "WARC_Payload_Digest": digest(b"other")}
    circle = [revisit(4, WARC_Refers_To="<urn:uuid:00000005>"), revisit(5, WARC_Refers_To="<urn:uuid:00000004>")]

    items, notices = found(
        written(tmp_path, packed(answer(1, WARC_Payload_Digest=digest(PAGE)), revisit(2, **wrong), *circle))
    )

    assert len(items) == 1
    assert sorts(notices) == [("revisit", True)] * 3


def test_a_file_twice_and_ids_twice(tmp_path: Path) -> None:
    """A record in two files comes in once; another record of the same id and address is told as missing."""
    one, other = packed(answer(1)), packed(answer(1, page("opens"), WARC_Date="2026-11-05T09:00:00Z"))

    items, notices = found(
        written(tmp_path, one), written(tmp_path, one, "copy.warc.gz"), written(tmp_path, other, "o.warc.gz")
    )

    assert len(items) == 1
    assert sorts(notices) == [("duplicate", False), ("record-id-twice", True)]


def test_what_follows_a_fault_is_not_read(tmp_path: Path) -> None:
    """Of a file that is cut off the answers before the fault come in, and where it is cut off is told."""
    whole = packed(answer(1), answer(2, page("opens")))
    for data in (whole[:-9], b"".join((answer(1), answer(2)))[:-20], packed(answer(1)) + b"no record"):
        items, notices = found(written(tmp_path, data))
        assert [one.time for one in items] == ["2026-11-01T09:00:00Z"]
        assert sorts(notices) == [("rest-not-read", True)]
        assert read(items[0]).data == PAGE


def test_a_body_that_is_not_what_its_digest_says(tmp_path: Path) -> None:
    """A broken body is missing from the archive, and the others come in."""
    store = new_store()
    bad = answer(1, WARC_Payload_Digest=digest(b"other"))

    _, result = bring_in(store, WarcSource([written(tmp_path, packed(bad, answer(2)))]))

    assert [name for name, _ in result.added] == [f"{RELEASE}/v1"]
    assert ["the bytes are not those" in one.error.what for one in result.failed] == [True]


@pytest.mark.parametrize(
    "data",
    [b"hello", b"", b"WARC/1.1\r\nno", gzip.compress(b"x", mtime=0), wacz({"archive/a.warc": b"x"})[:-4]],
    ids=["text", "nothing", "a broken head", "gzip of no record", "a broken zip"],
)
def test_what_is_no_archive_of_the_web(tmp_path: Path, data: bytes) -> None:
    """A file that is none is refused by a typed error; one that is cut off in its first record is told."""
    try:
        items, notices = found(written(tmp_path, data))
    except SourceError as error:
        assert "crawl.warc.gz" in str(error)  # noqa: PT017 - either of both
    else:
        assert (items, sorts(notices)) == ([], [("rest-not-read", True)])


def test_files_that_are_none(tmp_path: Path) -> None:
    """A missing file and a folder are refused; one that vanishes after it was listed stops the import."""
    with pytest.raises(SourceError):
        found(tmp_path / "missing")
    with pytest.raises(MunimentError):
        found(tmp_path)
    path = written(tmp_path, packed(answer(1)))
    items, _ = found(path)
    path.unlink()
    with pytest.raises(UnavailableError):
        items[0].read()


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_large_file_is_listed_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gzipped: bool) -> None:  # noqa: FBT001 - a parameter
    """A file that is larger than a part gives the same states as at once, also where a record is larger than a part."""
    records_ = [answer(day, page(str(day) * (20_000 if day == 9 else 50))) for day in range(1, 20)]
    path = written(tmp_path, packed(*records_) if gzipped else b"".join(records_))
    at_once = [(one.time, read(one).data) for one in found(path)[0]]
    monkeypatch.setattr(warc_records, "PART", 700)

    items, notices = found(path)

    assert notices == []
    assert [(one.time, read(one).data) for one in items] == at_once
    assert len(at_once) == 19


def test_files_of_a_wacz(tmp_path: Path) -> None:
    """Each WARC file in a WACZ file is read, whether it lies there as it is or packed once more."""
    data = wacz({"archive/a.warc.gz": packed(answer(1)), "archive/b.warc": answer(2, page("opens"))})
    path = written(tmp_path, data, "a.wacz")
    deflated = tmp_path / "b.wacz"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    for one in (path, deflated):
        items, notices = found(one)
        assert notices == []
        assert [read(item).data for item in items] == [PAGE, page("opens")]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://Press.example.org:80/", "press-example-org"),
        ("https://press.example.org/news.php?id=7&lang=en#top", "press-example-org-news-php-id-7-lang-en"),
        (f"https://press.example.org/{'a' * 60}", f"press-example-org-{'a' * 36}"),
    ],
)
def test_the_release_of_an_address(address: str, name: str) -> None:
    """A release is named after host, path and query; two long addresses that begin alike are two releases."""
    made = ImportMap(template=AddressTemplate()).find(document_key(address))
    assert made is not None
    assert (made.release[:54], len(made.release) <= 63) == (name[:54], True)
    longer = ImportMap(template=AddressTemplate()).find(document_key(f"{address.partition('#')[0]}{'b' * 60}"))
    assert longer is not None
    assert longer.release != made.release


def test_since_and_addresses(tmp_path: Path) -> None:
    """Older states are left out, and so are other addresses where some are asked for."""
    path = written(tmp_path, packed(answer(1), answer(2), answer(3, address="https://other.example.org/")))
    assert [one.time for one in found(path, since="2026-11-02")[0]] == ["2026-11-02T09:00:00Z", "2026-11-03T09:00:00Z"]
    wanted = WarcSource([path], wanted=lambda key: key.startswith("https://other."))
    assert [one.uri for one in wanted.items(None) if isinstance(one, Item)] == ["https://other.example.org/"]


def test_files_of_two_makers_come_in_and_verify() -> None:
    """WARC files of warcio's and WACZ files of py-wacz's makers come in, verify, and bring nothing when run again."""
    names = ("example.warc.gz", "example-iana.org-chunked.warc", "example-resource.warc.gz", "valid_example_1.wacz")
    source = WarcSource([path_of(name) for name in names])
    store = new_store()

    _, result = bring_in(store, source)

    assert sorted(name for name, _ in result.added) == [
        "example-com/v1", "example-com/v2", "www-example-com/v1", "www-iana-org/v1",
    ]  # fmt: skip
    assert result.failed == []
    assert verify_archive(store).verdict == "verified"
    plan, again = bring_in(store, source)
    assert (again.added, plan.present) == ([], 4)


def test_a_stop_at_any_write(tmp_path: Path) -> None:
    """An import that stops at any write, run again, makes the records of one that nothing stopped."""
    source = WarcSource([written(tmp_path, packed(*(answer(day, page(f"closes {day}")) for day in range(1, 5))))])
    whole = new_store()
    counting = FaultyStore(whole)
    bring_in(counting, source)
    for stop in range(0, counting.operations, 5):
        store = new_store()
        with suppress(StoreError):
            bring_in(FaultyStore(store, stop), source)
        recover(store)
        bring_in(store, source)
        assert statements(store) == statements(whole)
        assert verify_archive(store).verdict == "verified"


def test_one_file_of_several_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """Among others a file that is no WARC file is told as missing, and they come in; alone it is refused."""
    good, bad = written(tmp_path, packed(answer(1))), written(tmp_path, b"A text.\n", "list.warc")

    items, notices = found(bad, good)

    assert len(items) == 1
    assert sorts(notices) == [("file-not-used", True)]
    assert "neither a WARC nor a WACZ file" in notices[0].what
    with pytest.raises(SourceError, match="neither a WARC nor a WACZ file"):
        found(bad)
