from __future__ import annotations

import hashlib
import io
import json
import zipfile

from muniment.export.snapshot import Snapshot


def test_paragraphs(snapshot: Snapshot) -> None:
    """Each paragraph has its id, the SHA-256 of its words in UTF-8, and its length in code points."""
    with zipfile.ZipFile(io.BytesIO(snapshot.data)) as archive:
        folder = snapshot.name.removesuffix(".zip")
        table = archive.read(f"{folder}/data/paragraphs.tsv").decode()
        record = json.loads(archive.read(f"{folder}/data/record.json"))
    head, *rows, end = table.split("\n")
    assert (head, end) == ("id\tsha256\tcode_points", "")
    assert [row.split("\t") for row in rows] == [
        [item["id"], hashlib.sha256(item["text"].encode()).hexdigest(), str(len(item["text"]))]
        for item in record["paragraphs"]
    ]
    assert [row.split("\t")[0] for row in rows] == ["h1", "p1", "nn1", "p2"]
    # From a shell: printf %s 'The last words.' | sha256sum
    assert rows[-1] == f"p2\t{hashlib.sha256(b'The last words.').hexdigest()}\t15"
