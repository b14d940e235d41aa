"""Kinds of text: their spelling, their types, and what cannot be one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from muniment.cite.genres import GENRES, LONGEST, Types, capital, is_genre, spell_genre, types_of
from muniment.errors import InputError
from muniment.schema import schema_bytes

TERM = json.loads(schema_bytes("record"))["properties"]["genre"]["properties"]["term"]


@pytest.mark.parametrize(
    ("given_", "term"),
    [
        ("Press Release", "press release"),
        (" press   release ", "press release"),
        ("COMMUNIQUÉ", "communiqué"),
        ("Communique\u0301", "communiqué"),
        ("communique", "communiqué"),
        ("News release", "press release"),
        ("Terms", "terms of service"),
        ("Gesetz", "Gesetz"),
        ("新闻稿", "新闻稿"),
        ("avis d’ouverture", "avis d’ouverture"),
    ],
)
def test_spelling(given_: str, term: str) -> None:
    """A word of the list has one spelling; another one stays as it is."""
    assert spell_genre(given_) == term


@pytest.mark.parametrize("text", ["", "law, long", "[law]", "a “law”", "law.", "x" * 61, "a\u202eb", "a: b", "a\x00b"])
def test_refused(text: str) -> None:
    """What could not be read back out of a citation is refused, in words and with examples."""
    with pytest.raises(InputError, match="this cannot be a genre") as caught:
        spell_genre(text)
    assert "press release" in caught.value.hint


def test_the_list_is_a_list_of_genres() -> None:
    """Each word of the list is one that a record may have, and is its own spelling."""
    for term in GENRES:
        assert is_genre(term)
        assert spell_genre(term) == term
        assert spell_genre(capital(term)) == term


def test_csl_types_exist(vectors: Callable[[str], Path]) -> None:
    """Each type of CSL is one of its schema, and RIS types are of two to six capitals."""
    schema = json.loads((vectors("csl") / "csl-data.json").read_text(encoding="utf-8"))
    known = schema["items"]["properties"]["type"]["enum"]
    assert {types.csl for types in GENRES.values()} <= set(known)
    assert all(types.ris.isupper() and types.ris.isalpha() for types in GENRES.values())


def test_other_words_are_documents() -> None:
    """A word that is not of the list, and an unknown kind, have the types of a document."""
    assert types_of("Gesetz") == types_of(None) == Types()


@given(st.text(max_size=LONGEST + 5))
def test_same_as_the_schema(text: str) -> None:
    """What is accepted here is what the schema of records accepts."""
    assert is_genre(text) == Draft202012Validator(TERM).is_valid(text)
