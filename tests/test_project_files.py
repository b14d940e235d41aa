"""The files at the top that other software reads: licence, citation, changelog."""

from __future__ import annotations

import re
from pathlib import Path

from muniment import __version__
from muniment.cli.app import VERBS
from muniment.digest import sha256_hex

TOP = Path(__file__).resolve().parents[1]


def test_licence_is_the_standard_text() -> None:
    """LICENSE is the unmodified Apache License 2.0 as published by the Apache Software Foundation."""
    digest = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"

    assert sha256_hex((TOP / "LICENSE").read_bytes()) == digest


def test_citation_file() -> None:
    """CITATION.cff has what version 1.2.0 of its format requires, and the version of the software."""
    text = (TOP / "CITATION.cff").read_text(encoding="utf-8")
    members = dict(re.findall(r"^([a-z-]+): ?(.*)$", text, re.MULTILINE))

    assert {name: members[name] for name in ("cff-version", "type", "title", "license", "version")} == {
        "cff-version": "1.2.0",
        "type": "software",
        "title": "Muniment",
        "license": "Apache-2.0",
        "version": __version__,
    }
    assert set(members) == {
        *(["cff-version", "type", "title", "license", "version"]),
        *["message", "authors", "abstract", "keywords"],
    }
    assert re.search(r"^authors:\n  - name: The Muniment developers$", text, re.MULTILINE)
    assert all(re.match(r"[a-z]|  ", line) for line in text.splitlines())
    assert "\t" not in text


def test_changelog_names_every_verb() -> None:
    """The changelog has a place for what is not released, and names every verb of the command."""
    text = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(r"^## \[Unreleased\]$", text, re.MULTILINE)
    assert [verb for verb in VERBS if f"`{verb}`" not in text] == []
