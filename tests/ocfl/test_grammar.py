"""Tests of muniment.ocfl.rules."""

from __future__ import annotations

import pytest

from muniment.ocfl.rules import (
    DIGESTS,
    check_conflicts,
    check_content_path,
    check_path,
    check_sequence,
    is_digest,
    is_time,
    is_uri,
    sort_names,
)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T12:00:00Z",
        "2026-11-21t12:00:00z",
        "2021-03-30T15:18:29.613693922-05:00",
        "2024-02-29T23:59:60+14:00",
    ],
)
def test_times_of_rfc_3339_are_known(text: str) -> None:
    """Any time that RFC 3339 allows is one, a leap second too."""
    assert is_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-21",
        "2026-11-21T12:00Z",
        "2026-11-21T12:00:00",
        "2026-11-21 12:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T12:60:00Z",
        "2026-11-21T12:00:61Z",
        "2026-02-29T12:00:00Z",
        "0000-01-01T12:00:00Z",
        "2026-11-21T12:00:00+24:00",
        "2026-11-21T12:00:00+0100",
        "2026-11-21T12:00:00,5Z",
        "2026-11-21T12:00:00Z\n",
        "٢٠٢٦-11-21T12:00:00Z",
    ],
)
def test_other_times_are_not(text: str) -> None:
    """Days that do not exist, and forms without seconds or zone, are no times."""
    assert not is_time(text)


def test_uri_begins_with_a_scheme() -> None:
    """A scheme is a letter and more, up to a colon with something after it."""
    assert is_uri("mailto:a@example.org")
    assert is_uri("info:x")
    assert not is_uri("mailto:")
    assert not is_uri("1a:b")
    assert not is_uri("a@example.org")
    assert not is_uri("")


@pytest.mark.parametrize(
    ("algorithm", "empty"),
    [
        ("md5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("blake2b-160", "3345524abf6bbe1809449224b5972c41790b6cf2"),
        ("blake2b-256", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
        (
            "sha512",
            (
                "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
            ),
        ),
    ],
)
def test_digests_of_nothing_are_the_published_ones(algorithm: str, empty: str) -> None:
    """Each algorithm gives its known digest of no bytes, in its known length."""
    assert DIGESTS[algorithm][1](b"").hexdigest() == empty
    assert is_digest(empty, algorithm)
    assert is_digest(empty.upper(), algorithm)
    assert not is_digest(empty[:-1], algorithm)
    assert not is_digest("g" + empty[1:], algorithm)


@pytest.mark.parametrize("algorithm", DIGESTS)
def test_digest_has_the_length_that_is_stated(algorithm: str) -> None:
    """The length that values are judged by is the one that the function gives."""
    length, digest = DIGESTS[algorithm]
    assert len(digest(b"words").hexdigest()) == length


def _codes(path: str) -> list[str]:
    return [code for code, _ in check_content_path(path, ("v1", "v2"), "content")]


def test_paths_are_judged_by_the_codes_of_their_kind() -> None:
    """A slash at an edge and an element that leads elsewhere have each their own code."""
    assert list(check_path("a/b", "E053", "E052")) == []
    assert [code for code, _ in check_path("/a", "E053", "E052")] == ["E053"]
    assert [code for code, _ in check_path("a//b", "E053", "E052")] == ["E052"]
    assert _codes("v1/content/a") == []
    assert _codes("v2/content/a/b") == []
    assert _codes("v1/content/../a") == ["E099"]
    assert _codes("v1/content/a/") == ["E100"]
    assert _codes("v3/content/a") == ["E042"]
    assert _codes("v1/other/a") == ["E042"]
    assert _codes("v1/content") == ["E042"]
    assert _codes("content") == ["E042"]


def test_conflicting_paths_are_found() -> None:
    """A path that occurs twice, or is the folder of another, conflicts; a common prefix of names does not."""
    assert list(check_conflicts(["a", "ab", "b/c", "b/d"], "E095")) == []
    assert list(check_conflicts(["a", "a"], "E095")) == [("E095", "path 'a' occurs twice")]
    assert list(check_conflicts(["a/b/c", "a"], "E101")) == [
        ("E101", "path 'a' is a file and also the beginning of another path")
    ]


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        ((), ["E008"]),
        (("v1",), []),
        (tuple(f"v{n}" for n in range(1, 12)), []),
        (("v2",), ["E009"]),
        (("v0",), ["E105", "E009", "W001"]),
        (("v1", "v3"), ["E010"]),
        (("v01", "v02"), ["W001"]),
        (("v01", "v2"), ["W001", "E011", "E013"]),
        (("v1", "v02"), ["E012", "E013"]),
        (("v01", "v002"), ["W001", "E012", "E013"]),
        (("1", "version1"), ["E008"]),
    ],
)
def test_version_names_follow_one_convention(names: tuple[str, ...], codes: list[str]) -> None:
    """Versions are 1, 2, 3 … and all padded alike."""
    assert [code for code, _ in check_sequence(names)] == codes


def test_names_are_sorted_by_number() -> None:
    """Order is that of numbers; what is no version name is left out, however long."""
    assert sort_names(["v10", "v9", "x", "v" + "1" * 5000, "v٣"]) == ["v9", "v10"]
