"""What each file of a snapshot is: its media type, and one line about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from muniment.record import Original

_TEXT = "text/plain"
_JSON = "application/json"

_FILES: Mapping[str, tuple[str, str]] = {
    "README.txt": (_TEXT, "What this is, what it proves, and how to check it with stock tools"),
    "VERIFY.txt": (_TEXT, "How to check the snapshot, step by step"),
    "verify.sh": ("application/x-sh", "The same steps as a script for a POSIX shell"),
    "index.html": ("text/html", "A page to read the statement and to check it in a browser"),
    "record.json": (_JSON, "The version: words, description, provenance; its SHA-256 is what people cite"),
    "record.json.sig": (_TEXT, "The signature over record.json (OpenSSH, Ed25519)"),
    "statement.json": (_JSON, "The entry in the archive's log"),
    "inclusion.tlog-proof": (_TEXT, "The proof that the entry is in the log, with the log's signed checkpoint"),
    "reading-text.txt": (_TEXT, "The text to read, with the editors' emendations in brackets"),
    "paragraphs.tsv": ("text/tab-separated-values", "The SHA-256 of each paragraph"),
    "provenance.prov.json": (_JSON, "The provenance as PROV-JSON"),
    "cite/citation.txt": (_TEXT, "The citation in words, in several styles"),
    "cite/citation.csl.json": ("application/vnd.citationstyles.csl+json", "The citation as CSL-JSON"),
    "cite/citation.bib": ("application/x-bibtex", "The citation for BibLaTeX"),
    "cite/citation.ris": ("application/x-research-info-systems", "The citation as RIS"),
    "cite/citation.datacite.json": ("application/vnd.datacite.datacite+json", "The citation as DataCite JSON"),
    "trust/allowed_signers": (_TEXT, "The keys of the trust roots, as ssh-keygen reads them"),
}
_NUMBERED: Sequence[tuple[str, str, str]] = (
    (r"trust/root/[0-9]+\.json", _JSON, "A trust root: who may sign what, and since when"),
    (r"trust/root/[0-9]+\.json\..+\.sig", _TEXT, "A signature over a trust root (OpenSSH, Ed25519)"),
    (r"timestamps/[0-9.]+\.tsq", "application/timestamp-query", "What a time stamp authority was asked (RFC 3161)"),
    (r"timestamps/[0-9.]+\.tsr", "application/timestamp-reply", "A time stamp of the checkpoint (RFC 3161)"),
    (r"trust/authorities/.+\.pem", "application/x-pem-file", "Certificates of a time stamp authority, as pinned"),
    (r"schemas/.+\.schema\.json", "application/schema+json", "The JSON Schema that a file here follows"),
)

OTHER = ("application/octet-stream", "A file that the trust root vouches for")


def describe_file(path: str, original: Original) -> tuple[str, str]:
    """Give the media type of a file, and what it is.

    A trust root may vouch for files of other names; of those no more is known.

    Args:
        path: Below ``data/``.
        original: The record's own words about the bytes as received.
    """
    if path == original.path:
        return original.media_type, f"The bytes as received, in {original.charset}"
    if path in _FILES:
        return _FILES[path]
    for pattern, media_type, what in _NUMBERED:
        if re.fullmatch(pattern, path):
            return media_type, what
    return OTHER
