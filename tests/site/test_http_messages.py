"""What HTTP says of any request: conditions, ranges, media types."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from muniment.site.http_messages import PHRASES, HttpRequest, HttpResponse, chosen_type, conditioned, plain_answer

PAGE = HttpResponse(200, (("ETag", '"a"'), ("Cache-Control", "no-cache"), ("Content-Type", "text/html")), b"0123456789")


def given(method: str = "GET", **headers: str) -> HttpResponse:
    """Ask for the page with some headers."""
    return conditioned(
        HttpRequest(method, "/", {name.replace("_", "-"): value for name, value in headers.items()}), PAGE
    )


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("application/*", "application/json"),
        ("text/html;q=0.1, application/json", "application/json"),
        ("text/html, application/json", "text/html"),
        ("application/json;q=0.9, */*;q=0.8", "application/json"),
        ("text/*;q=0.5, application/json;q=0.4", "text/html"),
        ("*/*, text/html;q=0", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/ld+json", None),
        ("application/json;q=0", None),
        ("application/json;q=x", "application/json"),
        (";;;,,,", None),
        ("a/b," * 5000, None),
    ],
)
def test_the_choice_of_a_media_type(accept: str | None, chosen: str | None) -> None:
    """The best liked offer is sent; what names a type more exactly counts first (RFC 9110, section 12.5.1)."""
    assert chosen_type(accept, ("text/html", "application/json")) == chosen


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if_none_match": '"a"'}, 304),
        ({"if_none_match": 'W/"a"'}, 304),
        ({"if_none_match": '"b", "a"'}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"b"'}, 200),
        ({"if_none_match": "a"}, 200),
        ({"if_match": '"a"'}, 200),
        ({"if_match": "*"}, 200),
        ({"if_match": '"b"'}, 412),
        ({"if_match": 'W/"a"'}, 412),
        ({"if_match": '"b"', "if_none_match": '"a"'}, 412),
        ({"if_modified_since": "Mon, 03 Jan 2022 12:00:00 GMT"}, 200),
    ],
)
def test_conditions(headers: dict[str, str], status: int) -> None:
    """A known state is not sent again, and a request for another one fails (RFC 9110, 13)."""
    response = given(**headers)
    assert response.status == status
    assert given("HEAD", **headers).status == status
    if status == 304:
        assert (response.body, response.header("ETag"), response.has_content) == (b"", '"a"', False)
        assert response.header("Content-Type") is None


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-30", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=5-500", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
        ("bytes=5-3", 200, b"0123456789", None),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=a-b", 200, b"0123456789", None),
        ("pages=1-2", 200, b"0123456789", None),
        ("bytes=" + "9" * 5000 + "-", 200, b"0123456789", None),
    ],
)
def test_ranges(asked: str, status: int, body: bytes | None, told: str | None) -> None:
    """One range is given; what is none, and several, give the whole (RFC 9110, 14.2)."""
    response = given(range=asked)
    assert (response.status, response.header("Content-Range")) == (status, told)
    assert body is None or response.body == body
    assert given("HEAD", range=asked).status == 200
    assert given(range=asked, if_range='"b"').status == 200
    assert given(range=asked, if_range='"a"').status == status


def test_head() -> None:
    """A HEAD has the headers of a GET, tells the length, and sends nothing."""
    response = given("HEAD")
    assert (response.status, response.headers, response.body, response.length) == (200, PAGE.headers, b"", 10)


def test_phrases_are_those_of_the_standard_library() -> None:
    """What each status is called is what Python calls it too, but for names that RFC 9110 changed since."""
    renamed = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable"}
    assert {code: renamed.get(code, HTTPStatus(code).phrase) for code in PHRASES} == dict(PHRASES)


@pytest.mark.parametrize("status", [number for number in PHRASES if number >= 400])
def test_errors_are_said(status: int) -> None:
    """Each error says its number and what it means, is not kept by anybody, and is left alone by conditions."""
    answer = plain_answer(status, "why")
    assert answer.body == f"{status} {PHRASES[status]}: why\n".encode()
    assert answer.header("Cache-Control") == "no-store"
    request = HttpRequest("GET", "/", {"if-none-match": "*", "range": "bytes=0-1"})
    assert conditioned(request, answer) == answer
