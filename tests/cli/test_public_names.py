"""The public names of the library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import muniment
from muniment.archive import Archive


@pytest.mark.parametrize("name", muniment.__all__)
def test_every_name_is_there(name: str) -> None:
    """Each public name can be had, and is listed."""
    assert getattr(muniment, name) is not None
    assert name in dir(muniment)


def test_other_names_are_not() -> None:
    """Another name is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="module 'muniment' has no attribute 'nonsense'"):
        _ = muniment.nonsense


@pytest.mark.parametrize("module", ["muniment", "muniment.cli"])
def test_import_is_light(module: str) -> None:
    """Importing the package or the group of verbs loads none of the heavy libraries."""
    heavy = "{'cryptography', 'jsonschema', 'jsonschema_rs', 'rich', 'regex', 'rapidfuzz', 'platformdirs', 'filelock'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)), 'muniment.archive' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"


def test_a_snapshot_needs_no_comparison() -> None:
    """Exporting loads nothing that only compares, shows progress, finds keys or reads HTML."""
    heavy = "{'regex', 'rapidfuzz', 'rich', 'platformdirs', 'filelock', 'html.parser', 'muniment.diff', 'jsonschema'}"
    code = f"import sys, muniment.cli.verbs.export; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_names_do_all(tmp_path: Path) -> None:
    """With the public names alone an archive is made, added to, rotated, checked, compared, cited and handed out."""
    m, now = muniment, "2026-11-22T10:00:00Z"
    root, record, log, new = (m.generate_key() for _ in range(4))
    store = m.LocalStore(tmp_path / "archive")
    m.create_archive(store, m.InitialKeys(root, record, log), origin="example.org/press", now=now)
    first, second = b"Notice\n\n1. Closed on Monday.\n", b"Notice\n\n1. Closed on Sunday.\n"
    m.add_publication(store, m.Keys(record, log), "notice", m.Source(first, "n.txt", now), {}, m.Author(now))

    def rotate(archive: Archive) -> m.NextRoot:
        newest, index = archive.chain[-1], archive.checkpoint.size
        proof = m.prove_possession(new, newest, index)
        return m.NextRoot(m.with_record_key(newest, index, new.public, proof))

    m.add_root(store, m.RootKeys([root], log), rotate, now)
    with pytest.raises(m.MunimentError):
        m.add_description(store, m.Keys(record, log), "notice", {"title": "Other"}, m.Author(now))
    m.add_publication(store, m.Keys(new, log), "notice", m.Source(second, "n.txt", now), {}, m.Author(now))
    m.recover(store)

    assert m.verify_archive(store).verdict == "verified"
    archive = m.open_archive(store)
    versions = [archive.read(m.parse_reference(f"notice/v{number}")) for number in (1, 2)]
    texts = [version.record.paragraphs for version in versions]
    records = [version.record for version in versions]
    assert [operation.op for operation in m.compare(*texts).operations] == ["equal", "replace"]
    assert [one.brought for one in m.blame(records).paragraphs] == [1, 2]
    assert [stretch.seen for stretch in m.find_phrase("Monday", records).stretches] == [True, False]
    assert m.find_quote("on Sunday", texts[1:]).found
    citation = m.make_citation(versions[1], origin=archive.origin, root=archive.roots[0].digest, paragraph="p1")
    for text in (m.format_citation(citation, "long"), m.format_citation(citation, "ris")):
        assert m.verify_citation(store, m.parse_citation(text)).verdict == "verified"
    snapshot = m.build_snapshot(archive, versions[1])
    proof = m.format_paragraph_proof(m.prove_paragraph(archive, versions[1], "p1"))
    assert m.verify_proof(proof, subject="proof").verdict == "verified"
    assert m.verify_snapshot(snapshot.data, subject=snapshot.name).verdict == "verified"
