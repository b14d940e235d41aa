"""The other verifiers on what is left out: script and page of a snapshot agree, or say what they did not check."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.attacks.hands import lay
from tests.attacks.parts import HOWS, Part, Varied, variations
from tests.attacks.test_left_out import KINDS, Evidence, snapshots
from tests.verify.test_snapshot import unpack

from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.snapshot.contents import DERIVED
from muniment.snapshot.signed_files import PROOF, STATEMENT
from muniment.verify.snapshot import verify_snapshot

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LONG = bool(os.environ.get("MUNIMENT_LONG"))
SNAPSHOTS = {"plain": "snapshot, plain", "stamped": "snapshot, stamped", "revoked": "snapshot, after a revocation"}
MADE = {f"data/{name}" for name in DERIVED} | {"data/ro-crate-metadata.json"}
"""The files that are made from the others; whether they are is left to ``archive verify``."""
LISTS = {"bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"}
"""The files that follow whatever is in the bag."""


def repaired(kind: str) -> Evidence:
    """A snapshot by its entries, whose lists follow."""
    return KINDS[f"{SNAPSHOTS[kind]}, lists repaired"]()


def wanted(kind: str) -> Iterator[Varied]:
    """What is tried on the script: without MUNIMENT_LONG, of one snapshot what is evidence, one removed or replaced."""
    for varied in variations(repaired(kind).parts, repaired(kind).others, named=True):
        evident = not {*varied.names} & MADE and all(name.startswith("data/") for name in varied.names)
        short = kind == "revoked" and evident and varied.how in {"one removed", "replaced"}
        if short or (LONG and varied.how != "two removed"):
            yield varied


@pytest.mark.parametrize("kind", list(SNAPSHOTS) if LONG else ["revoked"])
def test_script_agrees(kind: str, tmp_path: Path) -> None:
    """For each part the script fails where ``archive verify`` does, or it is one that it says it leaves."""
    evidence, whole = repaired(kind), unpack(snapshots()[kind][0])[1]
    script = lay({"verify.sh": whole["data/verify.sh"]}, tmp_path / "own") / "verify.sh"
    for number, varied in enumerate(wanted(kind)):
        data = evidence.join(varied.parts)
        report = verify_snapshot(data, subject="s.zip")
        folder, files = unpack(data)
        if files == whole:
            continue
        bag = lay(files, tmp_path / str(number) / folder)
        (bag / "data").mkdir(exist_ok=True)
        own = bag / "data" / "verify.sh"
        kept = own.read_bytes() if own.exists() else b""
        own.write_bytes(script.read_bytes())  # the reader's own copy of the script judges
        if kept != whole["data/verify.sh"]:
            continue
        done = subprocess.run(["sh", "data/verify.sh"], cwd=bag, capture_output=True, text=True, check=False)
        assert report.verdict == "failed", varied.names
        differ = {name for name in files.keys() | whole.keys() if files.get(name) != whole.get(name)}
        if not differ <= MADE | LISTS:
            assert done.returncode == 1, (varied.how, varied.names, done.stdout)
        elif done.returncode != 1:
            assert (done.returncode, "the files that are made from the others" in " ".join(done.stdout.split())) == (
                0,
                True,
            )


# The page


def page_parts(kind: str, which: int) -> tuple[str, list[Part]]:
    """The page of a snapshot, and the files that it carries as evidence; its stamps have tests of their own."""
    page = unpack(snapshots()[kind][which])[1]["00-START-HERE.html"].decode()
    found = re.search('id="evidence">(.*?)</script>', page)
    assert found is not None
    return page, [(name, _carried(name, data)) for name, data in json.loads(found[1])["files"].items()]


def _carried(name: str, data: str) -> bytes:
    return data.encode() if name.endswith(".json") else base64.b64decode(data)


@cache
def page_variations(kind: str) -> list[tuple[Varied, str]]:
    """The pages to try: one part removed, swapped or replaced; an object in a page cannot have a member twice."""
    page, parts = page_parts(kind, 0)
    others = dict(page_parts(kind, 1)[1])
    before, after = re.split('(?<="evidence">{"files":){.*?}', page, maxsplit=1)
    made = []
    for varied in variations(parts, others, named=True):
        if varied.how in {"one removed", "swapped", "replaced"}:
            said = json.dumps(
                {
                    name: data.decode(errors="replace") if name.endswith(".json") else base64.b64encode(data).decode()
                    for name, data in varied.parts
                }
            ).replace("<", "\\u003c")
            made.append((varied, before + said + after))
    return made


@pytest.mark.parametrize("kind", ["plain", "revoked"] if LONG else ["revoked"])
def test_page_agrees(kind: str, browser: Browser, tmp_path: Path) -> None:
    """For each part of the evidence that a page carries, the page says that it does not verify."""
    page = browser.new_page()
    for number, (varied, html) in enumerate(page_variations(kind)):
        file = tmp_path / f"{number}.html"
        file.write_text(html, encoding="utf-8")
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-state]")
        assert page.get_attribute("body", "data-state") == "failed", (varied.how, varied.names)
        assert page.inner_text("#verdict").startswith("Not verified: ")
    page.close()


def test_page_says_what_it_leaves(browser: Browser, tmp_path: Path) -> None:
    """What is not in a page is named there: it judges its own evidence, and sends the reader to the whole snapshot."""
    for kind in SNAPSHOTS:
        html, parts = page_parts(kind, 0)
        evidence = {RECORD_PATH, SIGNATURE_PATH, STATEMENT, PROOF}
        assert evidence <= {name for name, _ in parts}
        assert {name for name, _ in parts if not name.startswith("timestamps/")} - evidence == {
            path[5:] for path in unpack(snapshots()[kind][0])[1] if path.startswith("data/trust/root/")
        }
        file = tmp_path / f"{kind}.html"
        file.write_text(html, encoding="utf-8")
        page = browser.new_page()
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-state='passed']")
        text = " ".join(page.inner_text("section:has(#limits)").split())
        assert "Not checked in this page: the bytes as received" in text
        assert "Not known: what was revoked or withdrawn after log size" in text
        page.close()


def test_every_way_is_tried_somewhere() -> None:
    """The script is tried on every way but two at a time, which the report is tried on."""
    tried = {varied.how for kind in SNAPSHOTS for varied in wanted(kind)}
    assert tried == ({*HOWS} - {"two removed"} if LONG else {"one removed", "replaced"})
