from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import InputError, UnresolvedReferenceError
from muniment.reference import (
    RELEASE_ID,
    Reference,
    check_paragraph_id,
    check_release_id,
    format_reference,
    parse_reference,
)

HEX = "0123456789abcdef" * 4

HEADS = [
    ("v1", Reference(version=1)),
    ("v999999999", Reference(version=999999999)),
    ("kz-events-2022-01", Reference(release="kz-events-2022-01")),
    ("kz-events-2022-01/v12", Reference(release="kz-events-2022-01", version=12)),
    ("sha256", Reference(release="sha256")),
    ("v", Reference(release="v")),
    ("v1a", Reference(release="v1a")),
    ("16", Reference(release="16")),
    (f"sha256:{HEX}", Reference(digest=HEX)),
]
FRAGMENTS = [
    ("p16", "p16"),
    ("16", "p16"),
    ("p9.1", "p9.1"),
    ("9.1", "p9.1"),
    ("h1", "h1"),
    ("nn2", "nn2"),
    ("16.list2", "p16.list2"),
    ("p16.a", "p16.a"),
    ("16.а.ё", "p16.а.ё"),
    ("h210", "h210"),
]


@pytest.mark.parametrize(("head", "expected"), HEADS)
def test_each_form_is_read_and_written(head: str, expected: Reference) -> None:
    """Each form of a reference is taken apart, and written again as it was."""
    assert parse_reference(head) == expected
    assert format_reference(expected) == head


@pytest.mark.parametrize(("head", "expected"), HEADS)
@pytest.mark.parametrize(("fragment", "paragraph"), FRAGMENTS)
def test_each_form_may_name_a_paragraph(head: str, expected: Reference, fragment: str, paragraph: str) -> None:
    """A paragraph follows any form after #; a bare number gets its p."""
    whole = Reference(expected.release, expected.version, expected.digest, paragraph)
    assert parse_reference(f"{head}#{fragment}") == whole
    assert format_reference(whole) == f"{head}#{paragraph}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'': names nothing"),
        ("#p16", "'#p16': names nothing"),
        ("v0", "'v0': not a version: expected v1, v2, … without leading zeros, found 'v0'"),
        ("v01", "'v01': not a version"),
        ("r/v01", "'r/v01': not a version"),
        ("v1234567890", "'v1234567890': not a version"),
        ("r/", "'r/': not a version: expected v1, v2, … without leading zeros, found ''"),
        ("r/latest", "'r/latest': not a version"),
        ("r/1", "'r/1': not a version"),
        ("r/V1", "'r/V1': not a version"),
        ("r/v1/v2", "'r/v1/v2': not a version"),
        ("r/v١", "'r/v١': not a version"),
        ("r/v1\n", "'r/v1\\n': not a version"),
        ("/v1", "'/v1': not a release id"),
        ("v1/v2", "'v1/v2': a release id must not look like a version"),
        ("nul", "'nul': a release id must not be a Windows device name"),
        ("com1/v1", "'com1/v1': a release id must not be a Windows device name"),
        ("KZ-Events", "'KZ-Events': not a reference: expected RELEASE, RELEASE/v1"),
        (" kz", "' kz': not a reference"),
        ("../etc", "'../etc': not a release id"),
        ("a" * 64, f"'{'a' * 64}': a bare hash (write sha256:"),
        ("g" * 64, f"'{'g' * 64}': not a reference"),
        (HEX.upper(), f"'{HEX.upper()}': a bare hash (write sha256:{HEX})"),
        ("sha256:", "'sha256:': not a hash: expected sha256: and 64 hex digits, found 0 characters"),
        ("sha256:0123abc", "'sha256:0123abc': a short hash finds, never verifies: expected 64 hex digits, found 7"),
        (f"sha256:{HEX}0", f"'sha256:{HEX}0': not a hash"),
        (f"sha256:{'g' * 64}", f"'sha256:{'g' * 64}': not a hash"),
        (f"sha256:{HEX.upper()}", f"'sha256:{HEX.upper()}': a hash is written in lower case (sha256:{HEX})"),
        (f"sha256:{HEX}/v1", f"'sha256:{HEX}/v1': not a hash"),
        ("r#", "'r#': not a paragraph id: expected p16, p9.1, p16.a, nn1 or h1, found ''"),
        ("r#p", "'r#p': not a paragraph id"),
        ("r#P16", "'r#P16': not a paragraph id"),
        ("r#p16.A", "'r#p16.A': not a paragraph id"),
        ("r#p16.", "'r#p16.': not a paragraph id"),
        ("r#p16-", "'r#p16-': not a paragraph id"),
        ("r#p16-2-3", "'r#p16-2-3': not a paragraph id"),
        ("r#h1.1", "'r#h1.1': not a paragraph id"),
        ("r#p16#p17", "'r#p16#p17': not a paragraph id"),
        ("r#p16/..", "'r#p16/..': not a paragraph id"),
        ("r#١٦", "'r#١٦': not a paragraph id"),
        ("r#p" + "1" * 64, "'r#p1111"),
    ],
)
def test_anything_else_is_refused_with_a_reason(text: str, message: str) -> None:
    """What is no reference is refused as a whole, saying which part is at fault."""
    with pytest.raises(UnresolvedReferenceError) as caught:
        parse_reference(text)
    assert str(caught.value).startswith(message)


@given(st.text())
def test_any_text_gives_an_answer(text: str) -> None:
    """Whatever the text, the answer is a reference that survives writing, or one kind of error."""
    failure = None
    try:
        reference = parse_reference(text)
        assert parse_reference(format_reference(reference)) == reference
    except UnresolvedReferenceError as error:
        failure = error
    assert failure is None or str(failure).isprintable()


@given(
    st.from_regex(RELEASE_ID, fullmatch=True),
    st.none() | st.integers(1, 999_999_999),
    st.none()
    | st.from_regex(re.compile(r"p[0-9]{1,5}(\.([a-zа-я]{1,3}|[0-9]{1,3}[a-zа-я]?))?", re.ASCII), fullmatch=True),
)
def test_references_are_read_back(release: str, version: int | None, paragraph: str | None) -> None:
    """What format_reference writes, parse_reference reads, unless the release id is a reserved one."""
    reference = Reference(release, version, None, paragraph)
    try:
        check_release_id(release)
    except InputError:
        return
    assert parse_reference(format_reference(reference)) == reference


@pytest.mark.parametrize("text", ["a", "0", "kz-events-2022-01", "a" * 63, "v", "v1-a", "com", "com10", "lpt"])
def test_release_ids_that_are_fit(text: str) -> None:
    """Ids of lower-case letters, digits and hyphens are given back unchanged."""
    assert check_release_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "-a", "A", "a_b", "a.b", "a/b", "a b", "a\n", "é", "а", "a" * 64, ".."),
        *("v1", "v0", "v007"),
        *("con", "prn", "aux", "nul", "com0", "com9", "lpt0", "lpt9"),
    ],
)
def test_release_ids_that_are_not(text: str) -> None:
    """Other characters, versions in disguise and Windows device names are refused with an example to follow."""
    with pytest.raises(InputError, match="for example") as caught:
        check_release_id(text)
    assert not isinstance(caught.value, UnresolvedReferenceError)


def test_paragraph_ids_need_their_letter() -> None:
    """As an id, unlike in a reference, a number alone is not enough."""
    assert check_paragraph_id("p16") == "p16"
    with pytest.raises(InputError, match="not a paragraph id"):
        check_paragraph_id("16")


def test_long_text_is_cut_in_messages() -> None:
    """A reference of any length gives a message of one line."""
    with pytest.raises(UnresolvedReferenceError) as caught:
        parse_reference("x\x1b" * 10_000)
    assert len(str(caught.value)) < 500
