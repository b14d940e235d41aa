"""Values that no record should say are refused with their reason, before anything is signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.cli.authoring import check_language, check_uri, in_future
from muniment.errors import InputError

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]
ADD = ("add", "notice.txt", "--release", "a")
NOW = "2027-01-15T08:00:00Z"
"""What the clock of these tests says."""


@pytest.mark.parametrize(
    ("said", "future"),
    [
        ("2027-01-15", False),
        ("2027-01-16", False),
        ("2027-01-16T23:59:59Z", False),
        ("2027-01-17", True),
        ("2027-01-17T00:00:00Z", True),
        ("2027-01", False),
        ("2027", False),
        ("2027-02", True),
        ("2028", True),
        ("0001", False),
    ],
)
def test_what_is_the_future(said: str, *, future: bool) -> None:
    """A date is of the future where all of it comes later than tomorrow: somewhere it is tomorrow already."""
    assert in_future(said, NOW) is future
    assert in_future(said, "9999-12-31T23:59:59Z") is False


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("option", ["--retrieved", "--received"])
def test_nothing_was_done_in_the_future(run: Run, refused: Refused, option: str) -> None:
    """Nothing can have been retrieved or received at a time that is still to come."""
    line = refused(*ADD, option, "2027-02-01", code=2)
    assert line == (
        f"archive: {option}: this is still to come, and cannot have been done: expected a time up to now, {NOW}, "
        "found 2027-02-01 (check the date, and the clock of this machine)\n"
    )
    assert run(*ADD, option, "2027-01-15").exit_code == 0


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("verb", [ADD, (*ADD, "--dry-run"), ("describe", "harbour-notice")])
def test_issued_in_the_future(run: Run, verb: tuple[str, ...]) -> None:
    """A release may be issued on a day to come, as one under embargo is: that is signed, and said aloud."""
    result = run(*verb, "--issued", "2027-02-01")
    assert (result.exit_code, result.stderr) == (
        0,
        "archive: note: issued 2027-02-01 is in the future, as 2027-01-15 is today: kept as you give it\n",
    )
    assert "future" not in run(*verb, "--issued", "2027-01-15").stderr


@pytest.mark.parametrize(
    "tag",
    ["en", "und", "kk", "pt-BR", "sr-Latn", "zh-Hant-TW", "de-CH-1901", "sl-rozaj-biske", "es-419", "en-x-mine",
     "ar-u-nu-latn", "zh-cmn-Hans-CN", "EN-gb", "mul", "zxx"],
)  # fmt: skip
def test_language_tags(tag: str) -> None:
    """Tags of the form of BCP 47 are taken, in any case of letters."""
    check_language(tag, where="--language")


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("english", "und where it is not known"),
        ("en_GB", "write en-GB"),
        ("e", "und"),
        ("en-", "und"),
        ("en--GB", "und"),
        ("en GB", "und"),
        ("en-GBRX1-", "und"),
        ("русский", "und"),
        ("en\n", "und"),
        ("", "und"),
    ],
)
def test_no_language_tags(tag: str, hint: str) -> None:
    """What is no such tag is refused; where only a hyphen is wrong, the right tag is named."""
    with pytest.raises(InputError, match="not in the form that it must have") as caught:
        check_language(tag, where="--language")
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "uri",
    ["https://example.org", "http://example.org/a?b=c#d", "HTTPS://EXAMPLE.ORG/", "https://пример.example/порт",
     "urn:isbn:0451450523", "doi:10.1000/182", "ftp://example.org/a", "mailto:press@example.org",
     "https://example.org/a%20b", "gemini://example.org/"],
)  # fmt: skip
def test_addresses(uri: str) -> None:
    """An address has a scheme; letters of any alphabet may stand in it."""
    check_uri(uri, where="--uri")


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("example.org/news", "an address begins with its scheme"),
        ("www.example.org", "write https://www.example.org"),
        ("//example.org/a", "an address begins with its scheme"),
        ("C:/news.txt", "an address begins with its scheme"),
        ("https://example.org/two words", "an address has no blanks"),
        ("https://me:word@example.org/a", "the address holds a name or password"),
        ("ftp://me@example.org/a", "the address holds a name or password"),
        ("https://example.org/a\u00a0b", "an address has no blanks"),
        ("https://", "not an address"),
        ("https:example.org", "not an address"),
        ("https:///a", "not an address"),
        ("https://example.org/<a>", "not an address"),
        ("", "an address begins with its scheme"),
    ],
)
def test_no_addresses(uri: str, said: str) -> None:
    """What no browser could open is refused with the reason."""
    with pytest.raises(InputError) as caught:
        check_uri(uri, where="--uri")
    assert said in str(caught.value)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("verb", [ADD, ("describe", "harbour-notice")])
@pytest.mark.parametrize(
    ("name", "value"), [("uri", "example.org/a"), ("language", "english"), ("retrieved", "2027-02-01")]
)
def test_by_option_and_by_file(refused: Refused, verb: tuple[str, ...], name: str, value: str) -> None:
    """The same is refused as an option and in a metadata file, and the line says where it stood."""
    assert f"archive: --{name}: " in refused(*verb, f"--{name}", value, code=2)
    Path("facts.json").write_text(json.dumps({name: value}))
    line = refused(*verb, "--metadata", "facts.json", code=2)
    assert line.startswith(("archive: metadata/", "archive: facts.json/"))
    assert f"/{name}: " in line
