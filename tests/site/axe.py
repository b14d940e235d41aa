"""The checker of accessibility (axe-core), in a page that Chromium shows."""

from __future__ import annotations

import importlib.resources
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Give what axe finds wrong in a page (WCAG 2.2 AA and what it calls best practice), and where."""
    pytest.importorskip("axe_core_python", reason="axe-core-python is not installed")
    program = importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(program)  # through the debugger, which no policy of a page stops
    found = page.evaluate(f"axe.run(document, {{ runOnly: {json.dumps(TAGS)} }})")
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
