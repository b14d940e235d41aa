"""Every file of a snapshot, as a function of its signed_files.

A snapshot is checked by making these files again.  So their texts are part of the format: who changes a word in one of
them changes ``FORMAT``, and keeps the old words for the old number.
"""

from __future__ import annotations

from muniment.digest import ni_uri
from muniment.snapshot.bagit import bag_files
from muniment.snapshot.page import format_page
from muniment.snapshot.prov import PROVENANCE, format_provenance
from muniment.snapshot.readme import readme_text
from muniment.snapshot.rocrate import CRATE, format_crate
from muniment.snapshot.shell import verify_script, verify_text
from muniment.snapshot.signed_files import SignedFiles
from muniment.snapshot.texts import CITE_FILES, citation_files, format_paragraphs, format_reading_text
from muniment.trust.allowed_signers import format_allowed_signers

README = "README.txt"
ALLOWED_SIGNERS = "trust/allowed_signers"
READING_TEXT = "reading-text.txt"
PARAGRAPHS = "paragraphs.tsv"
PAGE = "00-START-HERE.html"
"""Beside ``bagit.txt``, and first of all files by name: what a person sees who unpacks the zip."""
SCRIPT = "verify.sh"
STEPS = "VERIFY.txt"

DERIVED = (
    README,
    ALLOWED_SIGNERS,
    READING_TEXT,
    PARAGRAPHS,
    PROVENANCE,
    *CITE_FILES,
    SCRIPT,
    STEPS,
    CRATE,
)
"""Every file below ``data/`` that nothing vouches for; nor does anything for ``PAGE``."""

FORMAT_LABEL = "Muniment-Snapshot"
FORMAT = "1"


def snapshot_files(signed_files: SignedFiles) -> dict[str, bytes]:
    """Give every file of the bag by its path in the bag."""
    payload = {**signed_files.files, **_derived(signed_files)}
    payload[CRATE] = format_crate(signed_files, payload)
    return bag_files(payload, _bag_info(signed_files), {PAGE: format_page(signed_files)})


def _derived(signed_files: SignedFiles) -> dict[str, bytes]:
    """The files that are for people and tools, and that nobody has to trust: they can be made again."""
    return {
        README: readme_text(signed_files).encode(),
        ALLOWED_SIGNERS: format_allowed_signers([file.root for file in signed_files.roots]),
        READING_TEXT: _reading_text(signed_files).encode(),
        PARAGRAPHS: format_paragraphs(signed_files),
        PROVENANCE: format_provenance(signed_files),
        **citation_files(signed_files),
        SCRIPT: verify_script(signed_files),
        STEPS: verify_text(signed_files),
    }


def _reading_text(signed_files: SignedFiles) -> str:
    return format_reading_text(signed_files.version.record, signed_files.citation, signed_files.withdrawal)


def _bag_info(signed_files: SignedFiles) -> list[tuple[str, str]]:
    """Nothing here depends on the day, on the version of the software or on who exports."""
    citation = signed_files.citation
    return [
        ("External-Identifier", ni_uri(citation.sha256)),
        ("Internal-Sender-Identifier", citation.reference),
        ("Bagging-Date", citation.logged_at[:10]),
        ("Bag-Software-Agent", "muniment"),
        (FORMAT_LABEL, FORMAT),
    ]
