"""Addresses as they are asked: what is an address of the web, and where an answer leads."""

from __future__ import annotations

import pytest

from muniment.errors import InputError
from muniment.sources.web.targets import follow, parse_target


@pytest.mark.parametrize(
    ("url", "asked", "authority", "path"),
    [
        ("https://Press.Example.org", "https://press.example.org/", "press.example.org", "/"),
        ("HTTP://example.org:80/a?b=c#d", "http://example.org/a?b=c", "example.org", "/a?b=c"),
        ("https://example.org:8443/", "https://example.org:8443/", "example.org:8443", "/"),
        ("http://example.org/café", "http://example.org/caf%C3%A9", "example.org", "/caf%C3%A9"),
        ("http://example.org/caf%C3%A9?q=%20", "http://example.org/caf%C3%A9?q=%20", "example.org", "/caf%C3%A9?q=%20"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/", "[2606:4700::1111]", "/"),
        ("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
        ("http://2130706433/", "http://2130706433/", "2130706433", "/"),
    ],
)
def test_what_is_asked(url: str, asked: str, authority: str, path: str) -> None:
    """An address is asked in one spelling, in ASCII and without its fragment."""
    target = parse_target(url)
    assert (target.url, target.authority, target.path) == (asked, authority, path)
    assert parse_target(target.url) == target


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("ftp://example.org/", "no address of the web"),
        ("file:///etc/passwd", "no address of the web"),
        ("javascript:alert(1)", "no address of the web"),
        ("example.org", "no address of the web"),
        ("https://", "no address of the web"),
        ("https://example.org/a b", "no address of the web"),
        ("https://example.org/\r\nHost: other", "no address of the web"),
        ("https://example.org\\@other.example/", "no address of the web"),
        (f"https://example.org/{'a' * 1000}", "no address of the web"),
        (f"https://example.org/{'é' * 300}", "the address is too long"),
        ("https://example.org/\udc90", "no address of the web"),
        ("https://user:secret@example.org/", "a name or password"),
        ("https://user@example.org/", "a name or password"),
        ("https://example.org:x/", "no address of the web"),
        ("https://example.org:99999/", "no address of the web"),
        ("https://example.org:22/", "this port is not asked"),
        ("https://example.org:0/", "this port is not asked"),
        ("https://bücher.example/", "the host cannot be read"),
        ("https://exa%6dple.org/", "the host cannot be read"),
        ("https://-example.org/", "the host cannot be read"),
        ("https://[::1%25eth0]/", "the host cannot be read"),
        ("https://[::1/", "no address of the web"),
        ("ftp://user:secret@example.org/", "no address of the web: expected"),
        ("http:user:secret@example.org/", "no address of the web"),
        ("//user:secret@example.org/", "no address of the web"),
        (r"https:\\user:secret@example.org/", "no address of the web"),
        ("https://user:secret@example.org:99999/", "no address of the web"),
        ("https://user:secret@[::1/", "no address of the web"),
        ("https://user:secret@example.org/a b", "no address of the web"),
        (f"https://user:{'secret' * 40}@example.org:x/", "no address of the web"),
    ],
)
def test_what_is_not_asked(url: str, what: str) -> None:
    """Other schemes, credentials, odd ports, blanks and hosts that could be read in two ways are refused."""
    with pytest.raises(InputError, match=what) as error:
        parse_target(url)
    assert "secret" not in str(error.value)


def test_any_port_where_private_servers_are_asked() -> None:
    """Where private servers may be asked, any port may be, but for none."""
    assert parse_target("http://example.org:8000/", any_port=True).port == 8000
    with pytest.raises(InputError):
        parse_target("http://example.org:0/", any_port=True)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://example.org/b"),
        ("c?d", "https://example.org/a/c?d"),
        ("//other.example/x#y", "https://other.example/x"),
        ("http://other.example", "http://other.example/"),
        ("/caf\xc3\xa9", "https://example.org/caf%C3%A9"),
    ],
)
def test_where_an_answer_leads(location: str, url: str) -> None:
    """The address that an answer leads to is read beside the one that was asked, its letters as UTF-8."""
    assert follow(parse_target("https://example.org/a/b"), location).url == url


@pytest.mark.parametrize("location", ["file:///etc/passwd", "https://a:b@example.org", "http://example.org:25", "//["])
def test_where_no_answer_may_lead(location: str) -> None:
    """An answer leads nowhere that the keeper may not ask."""
    with pytest.raises(InputError):
        follow(parse_target("https://example.org/"), location)
