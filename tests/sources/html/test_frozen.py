"""``muniment-html`` version 1 gives these paragraphs for ever: another digest needs another version of the rules."""

from __future__ import annotations

from hashlib import sha256

import pytest
from tests.sources.files_of_others import path_of

from muniment.canonical import format_canonical
from muniment.sources import Wish, extractor_for
from muniment.sources.html.extraction import VERSION, extract_page

FROZEN = (
    ("epa-partners-a", 114, "d47e82f40f87b7c11e34351ecc1aa35a1ef7bf24156fc8a97d7053039c8f489c"),
    ("epa-partners-b", 100, "cd70ad8dd57865f01ad8086e06f7adec4bd61d5684b3df158ba4977081bff66f"),
    ("normalize-spaces", 4, "c4ea724d2926949422974179036ffa2a02ca3c31961df438227ca41345cd40af"),
    ("ol", 1, "ce3262938f34f986b22b63e0afc58e15238139511be9df3dd7f5976f00b2069d"),
    ("remove-aria-hidden", 3, "19abb454485fa579e5c318679bf66f5a54bfde24e7aabe0bbeb2579816f35037"),
    ("replace-brs", 8, "6e5f5902d9787b7fe14dfac05d24eb292e277b16cfda1f0f19e1b4764e9a2d21"),
    ("rtl-1", 4, "2457f25d80e8a9c0cf8d3148ee1c7de6a00d7491ddc52de07128351ba8175aef"),
    ("title-en-dash", 2, "1f26a0efde080a5b4ea523eff4b7eaed639886a94548495f860ef900efe0fa94"),
)


@pytest.mark.parametrize(("name", "count", "digest"), FROZEN)
def test_version_1(name: str, count: int, digest: str) -> None:
    """The whole of a real page gives the same paragraphs, to the byte, on every machine and by every later software."""
    assert VERSION == "1"
    wish = Wish(select=("body",))
    data = path_of(f"{name}.html").read_bytes()

    taken = extract_page(data, None, wish).paragraphs

    assert taken == extractor_for("muniment-html", "1").extract(data, None, wish=wish).paragraphs
    assert len(taken) == count
    leaves = [format_canonical({**paragraph.as_json()}) for paragraph in taken]
    assert sha256(b"[" + b",".join(leaves) + b"]").hexdigest() == digest
