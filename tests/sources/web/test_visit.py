"""A visit, one request after another: by answers that the test makes up, without any network."""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping

import brotli
import pytest
from tests.sources.warc.making import PAGE, chunked, response
from warcio.archiveiterator import ArchiveIterator

from muniment.errors import BeyondLimitsError, InputError, MunimentError, SourceError, UnavailableError
from muniment.sources import worker
from muniment.sources.warc import take_answer
from muniment.sources.web.exchange_file import format_exchanges, keep_visit
from muniment.sources.web.visit import Asking, Exchange, Visit, WebRequest, visit

START = "https://press.example.org/notice"
ASKING = Asking("muniment/7 (+https://press.example.org/archive)")
NO_ROBOTS = response(b"no such file", status="404 Not Found")
TIME = "2026-11-02T09:15:00Z"

Answers = Mapping[str, bytes | MunimentError]


def _answer(request: WebRequest, answers: Answers) -> Exchange:
    answer = answers.get(request.target.url, NO_ROBOTS)
    if isinstance(answer, MunimentError):
        raise answer
    certificate = f"sha256:{7:064x}" if request.target.scheme == "https" else None
    return Exchange(request, answer, TIME, "93.184.216.34", certificate)


def play(answers: Answers, url: str = START, asking: Asking = ASKING) -> tuple[Visit, list[str]]:
    """Visit an address; give what came of it, and what was asked."""
    steps, asked = visit(url, asking), []
    try:
        request = next(steps)
        while True:
            asked.append(request.target.url)
            try:
                exchange = _answer(request, answers)
            except MunimentError as error:
                request = steps.throw(error)
            else:
                request = steps.send(exchange)
    except StopIteration as done:
        return done.value, asked


def _moved(location: str, status: str = "301 Moved Permanently") -> bytes:
    return response(b"", f"Location: {location}", status=status)


def test_one_page() -> None:
    """A page is asked once, after its robots.txt, in a request that says who asks and holds nothing more."""
    came, asked = play({START: response()})
    assert asked == ["https://press.example.org/robots.txt", START]
    assert came.body is not None
    assert (came.body.payload, came.robots) == (PAGE, "none")
    lines = came.exchanges[0].request.data.decode().split("\r\n")
    assert lines[:3] == ["GET /notice HTTP/1.1", "Host: press.example.org", f"User-Agent: {ASKING.user_agent}"]
    assert [line.partition(":")[0] for line in lines[3:6]] == ["Accept", "Accept-Encoding", "Connection"]
    assert lines[6:] == ["", ""]


def test_where_it_leads() -> None:
    """Redirects are followed, each site asked for its robots.txt, and each step is kept."""
    other = "https://www.example.org/a/notice?x=y"
    answers = {
        START: _moved("//www.example.org/a/"),
        "https://www.example.org/a/": _moved("notice?x=y#top", "307 Temporary Redirect"),
        other: response(),
        "https://www.example.org/robots.txt": response(b"User-agent: *\nDisallow: /b"),
    }
    came, asked = play(answers)
    assert [each.request.target.url for each in came.exchanges] == [START, "https://www.example.org/a/", other]
    assert asked.count("https://www.example.org/robots.txt") == 1
    assert came.robots == "allowed"


CIRCLES: dict[str, tuple[Answers, str]] = {
    "itself": ({START: _moved(START)}, "it leads in a circle"),
    "a circle": ({START: _moved("/b"), "https://press.example.org/b": _moved("/notice#x")}, "it leads in a circle"),
    "on and on": (
        {START: _moved("/0")} | {f"https://press.example.org/{n}": _moved(f"/{n + 1}") for n in range(20)},
        "it leads on and on",
    ),
    "two places": (
        {START: response(b"", "Location: /a", "location: /b", status="302 Found")},
        "leads to more than one place",
    ),
    "nowhere": ({START: response(b"", status="302 Found")}, "does not say where"),
    "an error": ({START: response(status="503 Busy")}, "there is no page: found status 503"),
    "another status": ({START: response(status="206 Partial Content")}, "there is no page: found status 206"),
    "not modified": ({START: b"HTTP/1.1 304 Not Modified\r\n\r\n"}, "there is no page: found status 304"),
    "nothing": ({START: response(b"")}, "the page is empty"),
}


@pytest.mark.parametrize(("answers", "what"), CIRCLES.values(), ids=CIRCLES.keys())
def test_no_page(answers: Answers, what: str) -> None:
    """Circles, endless ways, errors and empty pages end a visit."""
    with pytest.raises(UnavailableError, match=what):
        play(answers)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "https://a:b@example.org/", "https://example.org:22/", "gopher://example.org/"]
)
def test_where_no_answer_leads(location: str) -> None:
    """An answer leads to no file, no credentials and no odd port."""
    with pytest.raises(InputError):
        play({START: _moved(location)})


ROBOTS = "https://press.example.org/robots.txt"
REFUSING = response(b"User-agent: *\nDisallow: /notice")
SAID: dict[str, tuple[bytes | MunimentError, str | None]] = {
    "absent": (NO_ROBOTS, "none"),
    "forbidden": (response(status="403 Forbidden"), "none"),
    "allows": (response(b"User-agent: *\nDisallow: /other"), "allowed"),
    "refuses": (REFUSING, None),
    "refuses us": (response(b"User-agent: Muniment\nDisallow: /\n\nUser-agent: *\nDisallow:"), None),
    "fails": (response(status="500 Oops"), None),
    "is broken": (response(b"\x1f\x8bno gzip", "Content-Encoding: gzip"), None),
    "is too much": (SourceError("the answer is too large"), None),
    "leads in a circle": (_moved("/robots.txt"), None),
    "leads to a file": (_moved("file:///etc/passwd"), None),
    "leads to another port": (_moved("https://press.example.org:22/robots.txt"), None),
    "leads elsewhere": (_moved("https://www.example.org/robots.txt"), "none"),
}


@pytest.mark.parametrize(("robots", "word"), SAID.values(), ids=SAID.keys())
def test_robots(robots: bytes | MunimentError, word: str | None) -> None:
    """What robots.txt refuses, or cannot say, is not asked; overruled, it is, and that is kept."""
    answers = {START: response(), ROBOTS: robots}
    if word is not None:
        assert play(answers)[0].robots == word
        return
    with pytest.raises((InputError, UnavailableError)) as error:
        play(answers)
    assert "robots.txt" in str(error.value)
    overruled, _ = play(answers, asking=Asking("muniment/7", ignore_robots=True))
    assert overruled.robots == "refused"


def test_robots_of_a_site_that_it_leads_to() -> None:
    """A site may refuse what another one leads to."""
    answers = {
        START: _moved("https://www.example.org/notice"),
        "https://www.example.org/robots.txt": REFUSING,
        "https://www.example.org/notice": response(),
    }
    with pytest.raises(InputError, match=r"https://www.example.org/notice: its robots.txt refuses it"):
        play(answers)


def test_a_server_that_may_not_be_asked() -> None:
    """That a server may not be asked is said as it is, and not as a robots.txt that cannot be read."""
    for asking in (ASKING, Asking("muniment/7", ignore_robots=True)):
        with pytest.raises(InputError, match="not on the public internet"):
            play({ROBOTS: InputError("the address is not on the public internet")}, asking=asking)


def test_a_robots_txt_that_leads_into_a_private_network() -> None:
    """A robots.txt that leads where nobody may be asked cannot be read; overruled, the page is asked all the same."""
    private = "https://intranet.example.org/robots.txt"
    answers: Answers = {
        START: response(),
        ROBOTS: _moved(private),
        private: InputError("the address is not on the internet"),
    }
    with pytest.raises(InputError, match=r"its robots\.txt cannot be read"):
        play(answers)
    came, asked = play(answers, asking=Asking("muniment/7", ignore_robots=True))
    assert (came.robots, asked) == ("refused", [ROBOTS, private, START])


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (response(gzip.compress(bytes(64 << 20)), "Content-Encoding: gzip"), "the body is too large"),
        (response(PAGE, "Content-Encoding: dcb"), "which is not read here"),
        (response(brotli.compress(bytes(64 << 20), quality=5), "Content-Encoding: br"), "the body is too large"),
        (response(gzip.compress(PAGE)[:-3], "Content-Encoding: gzip"), "cut off or broken"),
    ],
)
def test_bodies_that_are_not_read(answer: bytes, what: str) -> None:
    """A body that bursts, is broken, or in a coding that was not asked for is refused."""
    with pytest.raises(SourceError, match=what):
        play({START: answer})


def _whole_visit() -> Visit:
    zipped = response(
        chunked(gzip.compress(PAGE)), "Transfer-Encoding: chunked", "Content-Encoding: gzip", "Set-Cookie: id=7"
    )
    return play({START: _moved("http://press.example.org/n"), "http://press.example.org/n": zipped})[0]


def test_the_file_of_a_visit() -> None:
    """The WARC file is sound for warcio, has every byte of each request and answer, and is the same each time."""
    came = _whole_visit()
    data = format_exchanges(came, "muniment/7")
    assert data == format_exchanges(came, "muniment/7")
    found = [
        (each.rec_type, each.raw_stream.read()) for each in ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    ]
    exchanges = [
        pair for each in came.exchanges for pair in (("response", each.response), ("request", each.request.data))
    ]
    assert [pair for pair in found if pair[0] in {"request", "response"}] == exchanges
    assert ("metadata", f"tls-certificate: sha256:{7:064x}\r\n".encode()) in found
    for each in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        each.content_stream().read()
        assert each.digest_checker.passed


def test_the_file_leads_back_to_the_original() -> None:
    """What is taken out of the WARC file of a visit is the original, and what is known of it is what was known."""
    came = _whole_visit()
    kept, data = keep_visit(came, "muniment/7", named=True)
    again = take_answer(data)
    assert (again.payload, again.media_type, again.charset) == (kept.payload, kept.media_type, kept.charset)
    same = ("address", "time", "status", "headers", "codings", "ip_address", "software", "warc")
    assert [getattr(again.capture, name) for name in same] == [getattr(kept.capture, name) for name in same]
    assert [hop.as_json() for hop in kept.capture.redirects] == [
        {"address": START, "status": 301, "ip_address": "93.184.216.34", "certificate": f"sha256:{7:064x}"}
    ]
    assert (kept.capture.certificate, kept.capture.codings) == (None, ("chunked", "gzip"))
    assert "set-cookie" not in dict(kept.capture.headers)
    unnamed, nothing = keep_visit(came, "muniment/7", named=False)
    assert (unnamed.capture.warc, nothing) == (None, b"")


def test_codings_are_undone_in_the_bounded_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that takes too long to unpack is refused by its address; one without a coding asks for no process."""
    packed = response(gzip.compress(PAGE), "Content-Encoding: gzip")
    slow = response(gzip.compress(b"x" * (15 << 20)), "Content-Encoding: gzip")
    with monkeypatch.context() as patched:
        patched.setattr(worker, "PATIENCE", 0.001)
        with pytest.raises(BeyondLimitsError) as caught:
            play({START: slow})
        assert caught.value.where == START
        assert play({START: response()})[0].exchanges
    body = play({START: packed})[0].body
    assert body is not None
    assert (body.payload, body.codings) == (PAGE, ("gzip",))
