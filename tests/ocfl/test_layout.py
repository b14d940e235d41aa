"""Tests of muniment.ocfl.storage_root."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError, InputError
from muniment.ocfl.storage_root import FLAT, HASHED, object_path, object_uri, release_of

LONG = "abcdefghij" * 10


@pytest.mark.parametrize(
    ("object_id", "path"),
    [
        ("object-01", "3c0/ff4/240/object-01"),
        ("..hor/rib:le-$id", "487/326/d8c/%2e%2ehor%2frib%3ale-%24id"),
        ("..Hor/rib:lè-$id", "373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id"),
        (
            LONG + "a",
            f"5cc/73e/648/{LONG}-5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220",
        ),
        (
            "abcdefghij" * 26,
            f"55b/432/806/{LONG}-55b432806f4e270da0cf23815ed338742179002153cd8d896f23b3e2d8a14359",
        ),
    ],
)
def test_hashed_layout_follows_its_extension(object_id: str, path: str) -> None:
    """Identifiers have the folders that the text of extension 0003 gives for them."""
    assert object_path(HASHED, object_id) == path


def test_hashed_layout_cuts_names_longer_than_100() -> None:
    """An encoded identifier of 100 characters is kept whole."""
    assert object_path(HASHED, LONG).endswith(f"/{LONG}")


@pytest.mark.parametrize(
    ("object_id", "path"),
    [
        ("namespace:12887296", "12887296"),
        ("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", "6e8bc430-9c3a-11d9-9669-0800200c9a66"),
        ("tag:archive.example.org,2026:kz-events-2022-01", "kz-events-2022-01"),
    ],
)
def test_flat_layout_follows_its_extension(object_id: str, path: str) -> None:
    """Identifiers have the folders that the text of extension 0006 gives for them."""
    assert object_path(FLAT, object_id) == path


@pytest.mark.parametrize("object_id", ["", "a:", "a:.", "a:..", "info:fedora/object-01", "a:b\\c", "a:\0"])
def test_flat_layout_refuses_what_is_no_folder(object_id: str) -> None:
    """An identifier never leads out of the storage root, or below another object."""
    with pytest.raises(InputError, match="the flat layout has no folder for this identifier"):
        object_path(FLAT, object_id)


def test_unknown_layout_is_refused() -> None:
    """Only two layouts are known."""
    with pytest.raises(InputError, match="unknown storage layout"):
        object_path("0002-flat-direct-storage-layout", "a")


def test_release_names_its_object() -> None:
    """A release id, host and year make a tag URI, which gives the release back."""
    uri = object_uri("archive.example.org", 2026, "kz-events-2022-01")
    assert uri == "tag:archive.example.org,2026:kz-events-2022-01"
    assert release_of(uri) == "kz-events-2022-01"


@given(
    st.from_regex(r"[a-z0-9]{1,20}(\.[a-z0-9]{1,10}){0,3}", fullmatch=True),
    st.integers(1, 9999),
    st.from_regex(r"r[a-z0-9-]{0,60}", fullmatch=True),
)
def test_every_release_is_found_again(host: str, year: int, release: str) -> None:
    """Whatever the host and year, the identifier leads to the release and to its folder."""
    uri = object_uri(host, year, release)
    assert release_of(uri) == release
    assert object_path(FLAT, uri) == release


@pytest.mark.parametrize(
    ("host", "year", "release", "fault"),
    [
        ("", 2026, "a", "not the name of a host"),
        ("Example.org", 2026, "a", "not the name of a host"),
        ("example.org:80", 2026, "a", "not the name of a host"),
        ("example.org/a", 2026, "a", "not the name of a host"),
        ("-a.org", 2026, "a", "not the name of a host"),
        ("a." * 127, 2026, "a", "not the name of a host"),
        ("example.org\n", 2026, "a", "not the name of a host"),
        ("example.org", 0, "a", "not a year"),
        ("example.org", 10000, "a", "not a year"),
        ("example.org", 2026, "A", "not a release id"),
        ("example.org", 2026, "v1", "a release id must not look like a version"),
    ],
)
def test_ill_formed_parts_make_no_identifier(host: str, year: int, release: str, fault: str) -> None:
    """What cannot stand in a tag URI is refused when it is made."""
    with pytest.raises(InputError, match=fault):
        object_uri(host, year, release)


@pytest.mark.parametrize(
    "object_id",
    [
        "",
        "kz-events",
        "urn:example:kz-events",
        "tag:example.org,26:a",
        "tag:example.org,0000:a",
        "tag:example.org,2026-01:a",
        "tag:Example.org,2026:a",
        "tag:example.org,2026:A",
        "tag:example.org,2026:a:b",
        "tag:example.org,2026:a\n",
        "tag:example.org,٢٠٢٦:a",
    ],
)
def test_other_identifiers_name_no_release(object_id: str) -> None:
    """Only the very identifiers that the archive makes are taken for releases."""
    with pytest.raises(FormatError, match="not the identifier of a release"):
        release_of(object_id)
