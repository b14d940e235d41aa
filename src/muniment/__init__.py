"""Muniment keeps every version of a public statement as evidence.

::

    from pathlib import Path
    import muniment

    store = muniment.LocalStore(Path("archive"))
    report = muniment.verify_archive(store)
    archive = muniment.open_archive(store)
    version = archive.read(muniment.parse_reference("harbour-notice/v1"))
    print(report.verdict, version.statement.record, version.paragraph("p1").text)

The names below are the library: nearly all that the command ``archive`` does, they do.  Each is loaded when it is
first used, so that ``import muniment`` costs nothing.  Whatever goes wrong is a ``MunimentError``.  What each takes and
gives is said where it is defined.

=============  ========================================================================================
to             there is
=============  ========================================================================================
open, read     ``LocalStore``, ``open_archive``, ``parse_reference``
make           ``create_archive`` with ``InitialKeys``; keys by ``generate_key`` and ``load_private_key``
add            ``add_publication``, ``add_description`` and ``add_emendations``, with ``Keys``, ``Source``,
               ``Author`` and ``Emendation``
keep           ``add_root`` with ``RootKeys``, ``NextRoot``, ``with_record_key``, ``prove_possession``;
               ``recover``; ``add_stamp`` and ``add_cosignatures`` take what others answered
check          ``verify_archive``, ``verify_snapshot``, ``verify_proof``; ``verify_citation`` of what
               ``parse_citation`` gave
compare        ``compare``; over all versions of a text ``blame``, ``find_phrase`` and ``find_quote``
cite           ``make_citation``, then ``format_citation``; ``parse_citation`` reads one
hand out       ``build_snapshot``; ``prove_paragraph``, then ``format_paragraph_proof``
=============  ========================================================================================

A new record key takes the place of the old one so (``muniment.trust.next_root`` has the other changes)::

    def rotate(archive):
        root, index = archive.chain[-1], archive.checkpoint.size
        proof = muniment.prove_possession(new_key, root, index)
        return muniment.NextRoot(muniment.with_record_key(root, index, new_key.public, proof))

    muniment.add_root(store, muniment.RootKeys([root_key], log_key), rotate, "2026-11-22T10:00:00Z")
"""

from __future__ import annotations

from muniment.__about__ import __version__

TYPE_CHECKING = False  # as in ``typing``, which takes longer to load than all else that the command begins with
if TYPE_CHECKING:
    from muniment.archive import Archive, StoredVersion, open_archive
    from muniment.cite import Citation, make_citation
    from muniment.cite.formats import format_citation
    from muniment.cite.reading import parse_citation
    from muniment.diff import Difference
    from muniment.diff.compare import compare
    from muniment.errors import MunimentError
    from muniment.export.snapshot import Snapshot, build_snapshot
    from muniment.history import blame, find_phrase, find_quote
    from muniment.ingest import Source
    from muniment.memory import Past
    from muniment.paragraph_proof import format_paragraph_proof, prove_paragraph
    from muniment.record import Emendation, Paragraph, Record
    from muniment.reference import Reference, parse_reference
    from muniment.ssh.keys import generate_key, load_private_key
    from muniment.store import LocalStore, MemoryStore, Store
    from muniment.trust.next_root import with_record_key
    from muniment.trust.possession import prove_possession
    from muniment.verify.archive import verify_archive
    from muniment.verify.citation import verify_citation
    from muniment.verify.proof import verify_proof
    from muniment.verify.report import Finding, Report
    from muniment.verify.snapshot import verify_snapshot
    from muniment.write.cosign import add_cosignatures
    from muniment.write.create import InitialKeys, create_archive
    from muniment.write.recover import recover
    from muniment.write.stamp import add_stamp
    from muniment.write.trust_root import NextRoot, RootKeys, add_root
    from muniment.write.version import Author, Keys, add_description, add_emendations, add_publication

__all__ = [
    "Archive",
    "Author",
    "Citation",
    "Difference",
    "Emendation",
    "Finding",
    "InitialKeys",
    "Keys",
    "LocalStore",
    "MemoryStore",
    "MunimentError",
    "NextRoot",
    "Paragraph",
    "Past",
    "Record",
    "Reference",
    "Report",
    "RootKeys",
    "Snapshot",
    "Source",
    "Store",
    "StoredVersion",
    "__version__",
    "add_cosignatures",
    "add_description",
    "add_emendations",
    "add_publication",
    "add_root",
    "add_stamp",
    "blame",
    "build_snapshot",
    "compare",
    "create_archive",
    "find_phrase",
    "find_quote",
    "format_citation",
    "format_paragraph_proof",
    "generate_key",
    "load_private_key",
    "make_citation",
    "open_archive",
    "parse_citation",
    "parse_reference",
    "prove_paragraph",
    "prove_possession",
    "recover",
    "verify_archive",
    "verify_citation",
    "verify_proof",
    "verify_snapshot",
    "with_record_key",
]

_HOMES = {
    "Archive": "muniment.archive",
    "Author": "muniment.write.version",
    "Citation": "muniment.cite",
    "Difference": "muniment.diff",
    "Emendation": "muniment.record",
    "Finding": "muniment.verify.report",
    "InitialKeys": "muniment.write.create",
    "Keys": "muniment.write.version",
    "LocalStore": "muniment.store",
    "MemoryStore": "muniment.store",
    "MunimentError": "muniment.errors",
    "NextRoot": "muniment.write.trust_root",
    "Paragraph": "muniment.record",
    "Past": "muniment.memory",
    "Record": "muniment.record",
    "Reference": "muniment.reference",
    "Report": "muniment.verify.report",
    "RootKeys": "muniment.write.trust_root",
    "Snapshot": "muniment.export.snapshot",
    "Source": "muniment.ingest",
    "Store": "muniment.store",
    "StoredVersion": "muniment.archive",
    "add_cosignatures": "muniment.write.cosign",
    "add_description": "muniment.write.version",
    "add_emendations": "muniment.write.version",
    "add_publication": "muniment.write.version",
    "add_root": "muniment.write.trust_root",
    "add_stamp": "muniment.write.stamp",
    "blame": "muniment.history",
    "build_snapshot": "muniment.export.snapshot",
    "compare": "muniment.diff.compare",
    "create_archive": "muniment.write.create",
    "find_phrase": "muniment.history",
    "find_quote": "muniment.history",
    "format_citation": "muniment.cite.formats",
    "format_paragraph_proof": "muniment.paragraph_proof",
    "generate_key": "muniment.ssh.keys",
    "load_private_key": "muniment.ssh.keys",
    "make_citation": "muniment.cite",
    "open_archive": "muniment.archive",
    "parse_citation": "muniment.cite.reading",
    "parse_reference": "muniment.reference",
    "prove_paragraph": "muniment.paragraph_proof",
    "prove_possession": "muniment.trust.possession",
    "recover": "muniment.write.recover",
    "verify_archive": "muniment.verify.archive",
    "verify_citation": "muniment.verify.citation",
    "verify_proof": "muniment.verify.proof",
    "verify_snapshot": "muniment.verify.snapshot",
    "with_record_key": "muniment.trust.next_root",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - as for ``typing``

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what can be imported, loaded or not."""
    return sorted({*globals(), *__all__})
