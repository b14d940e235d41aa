from __future__ import annotations

import time

import pytest

from muniment.errors import BeyondLimitsError, SourceError
from muniment.sources import extract, worker


def numbered(form: bytes, count: int) -> bytes:
    """A form filled with the numbers from 0."""
    return b"".join(form % number for number in range(count))


def refused(page: bytes) -> SourceError:
    """What is said of a page that is read in a process of its own."""
    with pytest.raises(SourceError) as caught:
        extract(page, media_type="text/html", where="a.html")
    assert caught.value.where == "a.html"
    return caught.value


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b"<div>" * 100_000, "the page is nested too deeply"),
        (b"<div>" * 600 + b"a", "the page is nested too deeply"),
        (b"<b>" * 100_000 + b"a", "the page is nested too deeply"),
        (b"<p " + numbered(b" a%d=1", 200_000) + b">a", "an element has too many attributes"),
        (b"<p " + numbered(b" a%d", 1001) + b">a", "an element has too many attributes"),
        (b"<p>" * 500_001, "the page is too large"),
        (b"<p>" + b"a" * 50_000_000, "the page is too large"),
        (b"<p>" + b"word " * 500_000, "the text is too large"),
        (b"<p>a" * 20_001, "the text has too many paragraphs"),
        (b"<p>\xff", "the page is not in utf-8"),
        (b"<p>", "no words stand in what was selected"),
        (b"<script>" * 100_000, "no words stand in what was selected"),
        (b"<!--" * 100_000, "no words stand in what was selected"),
    ],
    ids=range(13),
)
def test_a_page_built_to_stop_its_reader(page: bytes, said: str) -> None:
    """What is built to stop a reader is refused with one error, and soon."""
    start = time.monotonic()

    assert refused(page).what == said
    assert time.monotonic() - start < worker.PATIENCE


def test_within_the_limits() -> None:
    """What real pages do is far within the limits: tags in scripts, many attributes, deep nesting, large tables."""
    page = (
        b"<script>" + b"'<div>'" * 20_000 + b"</script>"
        + b"<p " + numbered(b" a%d=1", 900) + b">one"
        + b"<div>" * 400 + b"two" + b"</div>" * 400
        + b"<table>" + b"<tr><td>a<td>b" * 5_000 + b"</table>"
    )  # fmt: skip

    assert len(extract(page, media_type="text/html").paragraphs) == 5_002


@pytest.mark.parametrize("request_", [b"not json", b'{"reader":"none"}'])
def test_a_process_that_ends_is_replaced(request_: bytes) -> None:
    """Where the process ends without an answer the page is refused, and the next one is read by a new process."""
    assert worker._POOL.ask(request_, b"<p>a") is None
    assert extract(b"<p>a", media_type="text/html").paragraphs[0].text == "a"


def test_no_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that takes too long by the clock is refused, in one line that names the limits."""
    monkeypatch.setattr(worker, "PATIENCE", 0.05)
    page = b"<ul>" + b"<li>a b c" * 19_000 + b"</ul>"

    with pytest.raises(BeyondLimitsError, match=r"^a.html: it could not be read within 1 GiB and 20 s \("):
        extract(page, media_type="text/html", where="a.html")


def test_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs more memory than the process may have is refused."""
    monkeypatch.setattr(worker._POOL, "_asked", worker._RENEWED)
    script = f"from muniment.sources import child; child.MEMORY = {200 << 20}; child.serve()"
    monkeypatch.setattr(worker, "_COMMAND", ("-I", "-c", script))

    with pytest.raises(BeyondLimitsError):
        extract(b"<p>" + b"<b a=1>x</b>" * 240_000, media_type="text/html")

    worker._POOL.close()
