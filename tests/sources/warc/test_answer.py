"""One answer out of a WARC or WACZ file: what comes out, of whose files, and what is refused in one clear error."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable
from types import ModuleType

import brotli
import pytest
from tests.sources.files_of_others import path_of
from tests.sources.warc.making import ADDRESS, PAGE, TIME, chunked, digest, packed, record, response, wacz, zstd
from warcio.archiveiterator import ArchiveIterator

from muniment.digest import sha256_hex
from muniment.errors import ExtractorMissingError, SourceError
from muniment.record.capture import WarcFile
from muniment.sources.kinds import WACZ, WARC, recognise
from muniment.sources.warc import answer, records, take_answer, unpacking
from muniment.sources.warc.answer import same_address

MAKERS = {
    "example.warc": "http://example.com/",
    "example.warc.gz": "http://example.com/",
    "example-bad-non-chunked.warc.gz": "http://example.com/",
    "example-iana.org-chunked.warc": "http://www.iana.org/",
    "example-resource.warc.gz": "http://example.com/",
    "example-wget-bad-target-uri.warc.gz": "http://example.com/",
    "post-test.warc.gz": "http://httpbin.org/post?foo=bar",
}
"""WARC files of several makers, and an address in each."""


@pytest.mark.parametrize(("name", "address"), MAKERS.items())
def test_files_of_several_makers(name: str, address: str) -> None:
    """The original out of a real WARC file is the one that warcio gives, and its digests hold."""
    data = path_of(name).read_bytes()
    taken = take_answer(data, address, where=name)
    if name.startswith("example-bad"):
        data = gzip.decompress(data)  # packed as a whole, which warcio does not read
    kinds = {"response", "resource"}
    theirs = [
        each.content_stream().read()
        for each in ArchiveIterator(io.BytesIO(data))
        if each.rec_type in kinds and (each.rec_headers.get_header("WARC-Target-URI") or "").strip("<>") == address
    ]
    assert [taken.payload] == theirs
    assert taken.capture.address == address
    assert taken.capture.warc is not None
    assert taken.capture.warc.sha256 == sha256_hex(path_of(name).read_bytes())
    assert len(taken.capture.warc.digests) == 2


@pytest.mark.parametrize("name", ["valid_example_1.wacz", "valid_example_2.wacz", "valid_signed_example_1.wacz"])
def test_wacz_of_other_makers(name: str) -> None:
    """The only page of a real WACZ file comes out without its address being named."""
    taken = take_answer(path_of(name).read_bytes(), where=name)
    assert taken.payload.startswith(b"<!doctype html>")
    assert taken.capture.codings == ("gzip",)
    assert taken.capture.status == 200


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("example-trunc.warc", "record 3: the record is not as long as it says"),
        ("example-wrong-chunks.warc.gz", "record 1: the record is not as long as it says"),
        ("example-digest.warc", "there is no page in it"),
        ("example-space-in-target-uri.warc.gz", "there is no page in it: found file:///example with spaces.png"),
        ("post-test.warc.gz", "there is no page in it"),
        ("invalid_example_1.wacz", "datapackage.json lists a file that is not there"),
    ],
)
def test_broken_files_of_other_makers(name: str, what: str) -> None:
    """A real file that is cut off, wrong or without a page is refused by what is wrong with it."""
    with pytest.raises(SourceError) as error:
        take_answer(path_of(name).read_bytes(), where=name)
    assert f"{name}: {what}" in str(error.value)


def test_what_is_known_of_a_capture() -> None:
    """Address, time, status, server, digests, codings and the file come with the original, and no cookie."""
    block = response(gzip.compress(PAGE), "Content-Encoding: gzip", "Set-Cookie: id=7", 'ETag: "7"')
    info = record(b"software: Harbourcrawl 7\r\n", "warcinfo", "", Content_Type="application/warc-fields")
    data = packed(info, record(block, WARC_IP_Address="203.0.113.7", WARC_Block_Digest=digest(block)))

    taken = take_answer(data, ADDRESS)

    capture = taken.capture
    assert (taken.payload, taken.media_type, taken.charset) == (PAGE, "text/html", "utf-8")
    assert (capture.address, capture.time, capture.status) == (ADDRESS, TIME, 200)
    assert (capture.codings, capture.ip_address, capture.software) == (("gzip",), "203.0.113.7", "Harbourcrawl 7")
    assert [name for name, _ in capture.headers] == ["content-encoding", "etag", "content-length", "content-type"]
    urn = "urn:uuid:00000000-0000-4000-8000-000000000007"
    assert capture.warc == WarcFile(sha256_hex(data), len(data), urn, (digest(block),))


CODED: dict[str, tuple[bytes, tuple[str, ...], tuple[str, ...]]] = {
    "plain": (PAGE, (), ()),
    "chunked": (chunked(PAGE), ("Transfer-Encoding: chunked",), ("chunked",)),
    "gzip": (gzip.compress(PAGE), ("Content-Encoding: gzip",), ("gzip",)),
    "both": (
        chunked(gzip.compress(PAGE)),
        ("Transfer-Encoding: chunked", "Content-Encoding: x-gzip"),
        ("chunked", "gzip"),
    ),
    "two members": (gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]), ("Content-Encoding: gzip",), ("gzip",)),
    "zlib": (zlib.compress(PAGE), ("Content-Encoding: deflate",), ("deflate",)),
    "bare deflate": (zlib.compress(PAGE)[2:-4], ("Content-Encoding: deflate",), ("deflate",)),
    "chunks undone before": (PAGE, ("Transfer-Encoding: chunked",), ()),
    "gzip undone before": (PAGE, ("Content-Encoding: gzip",), ()),
    "brotli": (brotli.compress(PAGE), ("Content-Encoding: br",), ("br",)),
    "zstd": (zstd.compress(PAGE), ("Content-Encoding: zstd",), ("zstd",)),
    "two frames": (zstd.compress(PAGE[:9]) + zstd.compress(PAGE[9:]), ("Content-Encoding: zstd",), ("zstd",)),
    "a frame to skip": (
        b"\x50\x2a\x4d\x18\x03\0\0\0abc" + zstd.compress(PAGE),
        ("Content-Encoding: zstd",),
        ("zstd",),
    ),
    "brotli in zstd": (zstd.compress(brotli.compress(PAGE)), ("Content-Encoding: br, zstd",), ("zstd", "br")),
    "zstd undone before": (PAGE, ("Content-Encoding: zstd",), ()),
    "no coding by a wrong name": (PAGE, ("Content-Encoding: utf-8",), ()),
}


@pytest.mark.parametrize(("wire", "headers", "codings"), CODED.values(), ids=CODED.keys())
def test_codings_are_undone(wire: bytes, headers: tuple[str, ...], codings: tuple[str, ...]) -> None:
    """Whatever the body went through, the original is what the publisher sent, and the record says what was undone."""
    for stated in (wire, PAGE):
        block = response(wire, *headers)
        taken = take_answer(record(block, WARC_Payload_Digest=digest(stated, "sha256")))
        assert (taken.payload, taken.capture.codings) == (PAGE, codings)


@pytest.mark.parametrize(
    ("stated", "right"),
    [
        (digest(PAGE), True),
        (f"sha1:{sha256_hex(PAGE)}", False),
        (f"sha256:{sha256_hex(PAGE).upper()}", True),
        (f"SHA-256:{sha256_hex(PAGE)}", True),
        (digest(PAGE + b"."), False),
        ("sha1:", False),
        ("md5:é", False),
        ("crc32:00000000", True),
    ],
)
def test_digests_are_compared(stated: str, *, right: bool) -> None:
    """A digest in any spelling is held against the bytes; one of an unknown kind is none."""
    data = record(PAGE, "resource", WARC_Payload_Digest=stated)
    if right:
        assert take_answer(data).payload == PAGE
    else:
        with pytest.raises(SourceError, match="record 1: the bytes are not those that the record was made of"):
            take_answer(data)


OTHER = "https://press.example.org/other"
TWO = record(response()) + record(response(b"<p>Another"), address=OTHER)
_WINDOW = zstd.CompressionParameter.window_log
WIDE = zstd.compress(hashlib.shake_128(b"wide").digest(1 << 17) * 130, options={_WINDOW: 24})
"""Small enough as an original, but over the 8 MB that a reader must keep at hand."""


def _coded(wire: bytes, coding: str) -> bytes:
    return record(response(wire, f"Content-Encoding: {coding}"))


HOSTILE: dict[str, tuple[bytes, str | None, str]] = {
    "two pages": (TWO, None, f"it holds more than one page: found {ADDRESS}, {OTHER}"),
    "twice": (record(response()) * 2, ADDRESS, f"more than one answer of {ADDRESS}: found {TIME}, {TIME}"),
    "another address": (TWO, "https://example.org/", f"no answer of https://example.org/ in it: found {ADDRESS}"),
    "an error page": (record(response(status="404 Not Found")), None, f"no page in it: found {ADDRESS} answers 404"),
    "a revisit": (record(b"", "revisit"), ADDRESS, "which holds no body"),
    "cut off as captured": (record(response(), WARC_Truncated="length"), None, "a part of the answer only"),
    "a segment": (record(response(), WARC_Segment_Number="1"), None, "a part of the answer only"),
    "cut off": (record(response())[:-40], None, "the WARC file is cut off"),
    "cut off in gzip": (packed(record(response()))[:-9], None, "gzip of the WARC file is cut off or broken"),
    "more after gzip": (packed(record(response())) + b"more", None, "gzip of the WARC file is cut off or broken"),
    "a longer record": (record(response(), Content_Length="999999"), None, "the WARC file is cut off"),
    "a shorter record": (record(response(), Content_Length="99"), None, "the record is not as long as it says"),
    "no length": (record(response(), Content_Length=""), None, "the record has no content-length"),
    "a length that is none": (record(response(), Content_Length="-1"), None, "no usable content-length"),
    "no date": (record(response(), WARC_Date=""), None, "the record has no warc-date"),
    "an odd date": (record(response(), WARC_Date="yesterday"), None, "no usable WARC-Date"),
    "no id": (record(response(), WARC_Record_ID=""), None, "the record has no warc-record-id"),
    "no address": (record(response(), address=""), None, "no usable WARC-Target-URI"),
    "endless fields": (b"WARC/1.0\r\n" + b"x: y\r\n" * 20000, None, "the fields of the record cannot be read"),
    "one endless line": (b"WARC/1.0\r\n" + b"x" * 200000, None, "the fields of the record cannot be read"),
    "a short body": (record(response(length=9999)), None, "not as long as its Content-Length"),
    "an endless length": (record(response(PAGE, f"Content-Length: {'9' * 5000}")), None, "does not say one length"),
    "two lengths": (record(response(PAGE, "Content-Length: 3")), None, "does not say one length"),
    "broken gzip": (
        record(response(gzip.compress(PAGE)[:-5], "Content-Encoding: gzip")), None, "it is not gzip as it says",
    ),
    "an unknown coding": (record(response(PAGE, "Content-Encoding: dcb")), None, "coded as 'dcb', which is not read"),
    "cut brotli": (_coded(brotli.compress(PAGE)[:-2], "br"), None, "it is not br as it says"),
    "more after brotli": (_coded(brotli.compress(PAGE) + b"x", "br"), None, "it is not br as it says"),
    "no brotli": (_coded(PAGE, "br"), None, "it is not br as it says"),
    "no byte of brotli": (_coded(b"", "br"), None, "it is not br as it says"),
    "a bomb of brotli": (_coded(brotli.compress(bytes(64 << 20), quality=5), "br"), None, "the body is too large"),
    "cut zstd": (_coded(zstd.compress(PAGE)[:-2], "zstd"), None, "it is not zstd as it says"),
    "more after zstd": (_coded(zstd.compress(PAGE) + b"more", "zstd"), None, "it is not zstd as it says"),
    "broken zstd": (_coded(zstd.compress(PAGE)[:4] + b"\xff" * 40, "zstd"), None, "it is not zstd as it says"),
    "a wide window of zstd": (_coded(WIDE, "zstd"), None, "it is not zstd as it says"),
    "a bomb of zstd": (_coded(zstd.compress(bytes(64 << 20)), "zstd"), None, "the body is too large"),
    "a cut chunk": (
        record(response(chunked(PAGE)[:-20], "Transfer-Encoding: chunked")), None, "the last chunk of the body",
    ),
    "chunks without end": (
        record(response(chunked(PAGE)[:-5], "Transfer-Encoding: chunked")), None, "the chunks of the body are broken",
    ),
    "an endless word beside a chunk": (
        record(response(b"3;" + b"x" * 1001 + b"\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked")), ADDRESS,
        "the chunks of the body are broken",
    ),
    "endless zeros before a size": (
        record(response(b"0" * 99 + b"3\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked")), ADDRESS,
        "the chunks of the body are broken",
    ),
    "a bomb": (
        record(response(gzip.compress(bytes(64 << 20)), "Content-Encoding: gzip")), None, "the body is too large",
    ),
    "a bomb in a bomb": (
        packed(record(response(gzip.compress(gzip.compress(bytes(64 << 20))), "Content-Encoding: gzip, gzip"))), None,
        "the body is too large",
    ),
    "codings without end": (
        record(response(PAGE, f"Content-Encoding: {'deflate,' * 6}")), None,
        "coded too often: expected at most 5 codings",
    ),
    "codings of the transfer without end": (
        record(response(PAGE, f"Transfer-Encoding: {'gzip,' * 6}chunked")), None, "the body is coded too often",
    ),
    "no body": (record(response(b"")), None, "the body is empty"),
    "no response": (record(b"Not Found"), ADDRESS, "this is no HTTP response"),
    "an endless head": (record(response(PAGE, "x: " + "y" * 70000)), ADDRESS, "this is no HTTP response"),
    "a file out of a WACZ": (wacz({"../archive/a.warc": b"x"}), None, "leads out of it: found '../archive/a.warc'"),
    "a wrong hash": (
        wacz({"archive/a.warc": TWO}, {"archive/a.warc": f"sha256:{64 * '0'}"}), None, "not the one that its list",
    ),
    "no hash": (wacz({"archive/a.warc": TWO}, {"archive/a.warc": "crc:0"}), None, "no hash that is known here"),
    "a listed file that is absent": (wacz({}, {"archive/b.warc": "sha256:00"}), None, "a file that is not there"),
    "a cut WACZ": (wacz({"archive/a.warc": TWO})[:-30], None, "the WACZ file is cut off or broken"),
    "an empty WACZ": (wacz({"pages/pages.jsonl": b"{}"}), None, "there is no page in it: found nothing"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "address", "what"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files(data: bytes, address: str | None, what: str) -> None:
    """What is cut off, lies, bursts or leads elsewhere gives one clear error that names the file."""
    with pytest.raises(SourceError) as error:
        take_answer(data, address, where="crawl.warc")
    assert what in str(error.value)
    assert str(error.value).startswith("crawl.warc: ")


@pytest.mark.parametrize(("coding", "wire"), [("br", brotli.compress(PAGE)), ("zstd", zstd.compress(PAGE))])
def test_codings_that_need_something(coding: str, wire: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body whose coding needs what is absent is neither refused nor taken as it is; what to install is said."""

    def absent(name: str) -> ModuleType:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(unpacking, "import_module", absent)
    with pytest.raises(ExtractorMissingError, match=rf"coded as '{coding}' needs pip install 'muniment\[capture\]'"):
        answer.unpack_answer(_coded(wire, coding), None)


def test_a_bomb_of_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """A WARC file that is larger than its bound when unpacked is refused while it is being unpacked."""
    monkeypatch.setattr(records, "MAX_UNPACKED", 1 << 20)
    data = packed(record(bytes(4 << 20), "resource", Content_Type="image/png"))
    with pytest.raises(SourceError, match="the WARC file is too large"):
        answer.unpack_answer(data, None)


def _zip(change: Callable[[zipfile.ZipFile], None]) -> bytes:
    out = io.BytesIO(wacz({"archive/a.warc": TWO}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file:
        change(file)
    return out.getvalue()


def test_a_bomb_in_a_wacz() -> None:
    """A file in a WACZ file that bursts its bound is refused while it is being unpacked."""
    data = _zip(lambda file: file.writestr("datapackage-digest.json", bytes(32 << 20)))
    with pytest.raises(SourceError, match="a file in the WACZ file is too large"):
        take_answer(data)


def test_a_file_that_the_list_hides() -> None:
    """A WARC file that the list of a WACZ file does not name is not read."""
    data = _zip(lambda file: file.writestr("archive/b.warc", record(response())))
    with pytest.raises(SourceError, match=r"archive/b.warc: datapackage.json does not list a file that is there"):
        take_answer(data)


def test_a_list_under_another_seal() -> None:
    """A WACZ file whose list is not the one that its seal names is refused."""
    data = _zip(lambda file: file.writestr("datapackage-digest.json", '{"hash": "sha256:00"}'))
    with pytest.raises(SourceError, match=r"datapackage.json: a file in the WACZ file is not the one"):
        take_answer(data)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("93.184.216.34", "93.184.216.34"),
        ("2606:2800:21F:0::1", "2606:2800:21F:0::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("93.184.216.34, verified", None),
        ("\x1b[31m", None),
        ("127.1", None),
    ],
)
def test_addresses_of_servers(stated: str, said: str | None) -> None:
    """What a file calls the address of a server is in the record only where it is one."""
    assert take_answer(record(response(), WARC_IP_Address=stated)).capture.ip_address == said


def test_a_password_in_an_address() -> None:
    """A name and a password in the address of an answer are in no record and in no error; it is found without them."""
    private = "https://me:word@press.example.org/notice"
    data = record(response(), address=private)
    for asked in (None, ADDRESS, private):
        assert take_answer(data, asked).capture.address == ADDRESS
    for asked in ("https://me:word@example.org/", None):
        with pytest.raises(SourceError) as error:
            take_answer(data * (2 if asked is None else 1), asked)
        assert "word" not in str(error.value)
        assert ADDRESS in str(error.value)


def test_a_page_among_what_is_none() -> None:
    """Without an address the only page comes out, whatever else a crawl has fetched, and however large."""
    data = packed(
        record(b"example.org. 1 IN A 192.0.2.1", address="dns:example.org", Content_Type="text/dns"),
        record(response(bytes(20 << 20), "Content-Type: video/mp4"), address="https://example.org/film"),
        record(b"", address="https://example.org/empty"),
        record(response(b"moved", status="301 Moved"), address="https://example.org/old"),
        record(response()),
    )
    assert take_answer(data).capture.address == ADDRESS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("HTTPS://Press.example.org:443/a#p", "https://press.example.org/a", True),
        ("http://example.org", "http://example.org/", True),
        ("http://example.org/a", "https://example.org/a", False),
        ("http://example.org/a?b", "http://example.org/a", False),
        ("http://example.org:x/", "http://example.org/", False),
    ],
)
def test_two_spellings_of_one_address(one: str, other: str, *, same: bool) -> None:
    """Capitals of the host, a port that goes without saying and a fragment make no other address."""
    assert same_address(one, other) is same


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2026-11-02T09:15:00.123456Z", TIME),
        ("2026-11-02T09:15Z", "2026-11-02"),
        ("2026-11", "2026-11"),
        ("2026", "2026"),
    ],
)
def test_times_in_their_precision(date: str, said: str) -> None:
    """A time is kept to the second; one that is not to the second is kept to the day, and none is made up."""
    assert take_answer(record(response(), WARC_Date=date)).capture.time == said


def test_kinds_by_their_bytes() -> None:
    """A WARC file is known packed or not, and no other gzip is one."""
    assert recognise(record(response())) == recognise(packed(record(response()))) == WARC
    assert recognise(wacz({})) == WACZ
    assert recognise(gzip.compress(b"WARC is no name of a version")).media_type == "application/gzip"
    assert recognise(b"\x1f\x8b\x08broken").media_type == "application/gzip"
