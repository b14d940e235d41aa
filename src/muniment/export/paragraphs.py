"""The file ``paragraphs.tsv``: the hash of every paragraph, so that a quotation can be checked without reading JSON."""

from __future__ import annotations

from muniment.digest import sha256_hex
from muniment.export.material import Material

_HEAD = ("id", "sha256", "code_points")


def format_paragraphs(material: Material) -> bytes:
    """Write the table: a head line, then one line a paragraph in the order of the text, tabs between, LF at the end.

    The hash is the SHA-256 of the words as received, without their printed label, in UTF-8; the length is in code
    points.  Ids hold no tab (``docs/format.md`` section 8.7).
    """
    rows = [
        (paragraph.id, sha256_hex(paragraph.text.encode()), str(len(paragraph.text)))
        for paragraph in material.version.record.paragraphs
    ]
    return "".join("\t".join(row) + "\n" for row in (_HEAD, *rows)).encode()
