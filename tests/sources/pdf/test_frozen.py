"""``muniment-pdf`` version 1 gives these paragraphs by this engine: others need another version of the rules."""

from __future__ import annotations

from hashlib import sha256

import pypdfium2
import pytest
from tests.sources.files_of_others import path_of

from muniment.canonical import format_canonical
from muniment.sources import Wish, extractor_for
from muniment.sources.pdf.extraction import VERSION, extract_pdf

BUILD = "159.0.8149.0"
FROZEN = (
    ("002-trivial-libre-office-writer", 1, "40dbdc51b3e4a47e906ff1d3a7c03b8200315b45d3df190f29f2ee98a5ae9bcc"),
    ("ag-energy-round-up-2017-02-24", 106, "3e9e7e42a874241f60a216d1ed6321c6bbf7cff14be136a4aff73e26621fecd8"),
    ("background-checks", 66, "666cf7b945ac3e875f958e0396dcce9fde31d408d5a8cc9d955f274cad1247d9"),
    ("libre-office-link", 1, "3584e5c5b301c7be2210723c7980a23f4c2b712c2a3b4692e3e922bb2a3f4015"),
    ("pdfkit", 3, "1609dd836854891e1f3e9bf6c0099b2e56e1df5f6e7b66e90ef9589dea1084f4"),
    ("release-two-columns", 29, "7ee01fcb05745506f929f4e1bfa6425ade0568e48222927812fdbf63d5e0c2dc"),
    ("reportlab-overlay", 3, "2888c926612bff08b5ded15fdf2be6931c8715fe3ef32caa0b6e7a25d6c9fe99"),
)


@pytest.mark.parametrize(("name", "count", "digest"), FROZEN)
def test_version_1(name: str, count: int, digest: str) -> None:
    """A real PDF gives the same paragraphs, to the byte, by the engine for which they are frozen."""
    assert VERSION == "1"
    assert pypdfium2.version.PDFIUM_INFO.version.partition("@")[0] == BUILD, "freeze anew, beside this build"
    data = path_of(f"{name}.pdf").read_bytes()

    taken = extract_pdf(data, None, Wish()).paragraphs

    assert taken == extractor_for("muniment-pdf", "1").extract(data, None).paragraphs
    assert len(taken) == count
    leaves = [format_canonical({**paragraph.as_json()}) for paragraph in taken]
    assert sha256(b"[" + b",".join(leaves) + b"]").hexdigest() == digest
