"""What each file of a snapshot is: its media type, and one line about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from muniment.record import Original

_TEXT = "text/plain"
_JSON = "application/json"

_FILES: Sequence[tuple[str, str, str]] = (
    (r"README\.txt", _TEXT, "What this is, what it proves, and how to check it with stock tools"),
    (r"VERIFY\.txt", _TEXT, "How to check the snapshot, step by step"),
    (r"verify\.sh", "application/x-sh", "The same steps as a script for a POSIX shell"),
    (r"index\.html", "text/html", "A page to read the statement and to check it in a browser"),
    (r"record\.json", _JSON, "The version: words, description, provenance; its SHA-256 is what people cite"),
    (r"record\.json\.sig", _TEXT, "The signature over record.json (OpenSSH, Ed25519)"),
    (r"statement\.json", _JSON, "The entry in the archive's log"),
    (r"inclusion\.tlog-proof", _TEXT, "The proof that the entry is in the log, with the log's signed checkpoint"),
    (r"reading-text\.txt", _TEXT, "The text to read, with the editors' emendations in brackets"),
    (r"paragraphs\.tsv", "text/tab-separated-values", "The SHA-256 of each paragraph"),
    (r"provenance\.prov\.json", _JSON, "The provenance as PROV-JSON"),
    (r"cite/citation\.txt", _TEXT, "The citation in words, in several styles"),
    (r"cite/citation\.csl\.json", "application/vnd.citationstyles.csl+json", "The citation as CSL-JSON"),
    (r"cite/citation\.bib", "application/x-bibtex", "The citation for BibLaTeX"),
    (r"cite/citation\.ris", "application/x-research-info-systems", "The citation as RIS"),
    (r"cite/citation\.datacite\.json", "application/vnd.datacite.datacite+json", "The citation as DataCite JSON"),
    (r"trust/root/[0-9]+\.json", _JSON, "A trust root: who may sign what, and since when"),
    (r"trust/root/[0-9]+\.json\..+\.sig", _TEXT, "A signature over a trust root (OpenSSH, Ed25519)"),
    (r"trust/allowed_signers", _TEXT, "The keys of the trust roots, as ssh-keygen reads them"),
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
    for pattern, media_type, what in _FILES:
        if re.fullmatch(pattern, path):
            return media_type, what
    return OTHER
