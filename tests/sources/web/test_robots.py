"""What a ``robots.txt`` allows, by RFC 9309 and its examples."""

from __future__ import annotations

import time

import pytest

from muniment.sources.web.robots import ALL_ALLOWED, MOST, NONE_ALLOWED, RobotsRules, parse_robots

EXAMPLE = b"""User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("muniment", "/a.gif", False),
        ("muniment", "/a.gif?b", True),
        ("muniment", "/example/", False),
        ("muniment", "/example", True),
        ("muniment", "/publications/a", True),
        ("FooBot", "/example/page.html", True),
        ("foobot", "/other", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/", True),
        ("quxbot", "/example/", True),
        ("foobot", "/robots.txt", True),
    ],
)
def test_the_example_of_the_standard(agent: str, path: str, *, allowed: bool) -> None:
    """The example of RFC 9309 section 5.1 means what the standard says."""
    assert parse_robots(EXAMPLE, agent).allows(path) is allowed


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Allow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/disallowed.gif", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow:", "/a", True),
        ("Disallow: /a*c", "/abbbc-d", False),
        ("Disallow: /a*c", "/abbb", True),
        ("Disallow: /*.php$", "/x/y.php", False),
        ("Disallow: /*.php$", "/x/y.php5", True),
        ("Disallow: /*a*b$", "/aab", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /a/%62", "/a/b", False),
        ("Disallow: /caf%c3%a9", "/caf%C3%A9", False),
        ("Disallow: /café", "/caf%C3%A9", False),
        ("Disallow: /a # and no more", "/a", False),
        ("disallow : /a", "/a", False),
        ("no line of the format\n\x00\nDisallow: /a", "/a", False),
        ("Crawl-delay: 9\nDisallow: /a", "/a", False),
        ("Disallow: a", "/a", True),
        (f"Disallow: /{'*a' * 900}b", "/" + "a" * 5000, True),
    ],
)
def test_rules(rules: str, path: str, *, allowed: bool) -> None:
    """The longest rule that fits decides; the one that allows, of two; stars, ends and escapes count."""
    assert parse_robots(f"User-agent: *\n{rules}".encode()).allows(path) is allowed


def test_groups_of_one_name_are_one() -> None:
    """Two groups for one product are read together, and rules before any group are nobody's."""
    text = "\ufeffDisallow: /x\nUser-agent: Muniment/1.0\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\n"
    rules = parse_robots(f"{text}user-agent: MUNIMENT\nDisallow: /b\n".encode())
    assert [rules.allows(path) for path in ("/a", "/b", "/c", "/x")] == [False, False, True, True]


def test_what_is_no_robots_txt() -> None:
    """Bytes that are none of it allow all, and a file of any size is looked at in bounds."""
    assert parse_robots(b"\xff\xfe\x00" * 100000) == ALL_ALLOWED
    assert parse_robots(b"User-agent: *\n" + b"Disallow: /a\n" * 100000).allows("/b")
    assert not NONE_ALLOWED.allows("/a")


def test_many_agents_and_many_rules() -> None:
    """What a file says to others costs nothing, however many it names before however many rules."""
    half = MOST // 2
    data = b"user-agent:\n" * (half // 12) + b"allow:/\n" * (half // 8) + b"user-agent:muniment\ndisallow:/x"
    started = time.process_time()
    rules = parse_robots(data[-MOST:])
    assert rules == RobotsRules(((False, "/x"),))
    assert time.process_time() - started < 5


def test_an_agent_that_is_named_often() -> None:
    """A rule stands once for an agent, however often the lines before it name that one."""
    assert parse_robots(b"user-agent:*\n" * 9 + b"allow:/") == RobotsRules(((True, "/"),))
