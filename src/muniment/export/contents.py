"""Every file of a snapshot, as a function of its material.

A snapshot is checked by making these files again.  So their texts are part of the format: who changes a word in one of
them changes ``FORMAT``, and keeps the old words for the old number.
"""

from __future__ import annotations

from muniment.cite import format_csl, format_long, format_short
from muniment.digest import format_digest, ni_uri
from muniment.export.bagit import bag_files
from muniment.export.material import Material
from muniment.export.reading_text import format_reading_text
from muniment.export.readme import readme_text
from muniment.export.shell import verify_script, verify_text
from muniment.signing.allowed_signers import format_allowed_signers

README = "README.txt"
ALLOWED_SIGNERS = "trust/allowed_signers"
READING_TEXT = "reading-text.txt"
CITATION = "citation.txt"
CSL = "citation.csl.json"
SCRIPT = "verify.sh"
STEPS = "VERIFY.txt"

FORMAT_LABEL = "Muniment-Snapshot"
FORMAT = "1"


def snapshot_files(material: Material) -> dict[str, bytes]:
    """Give every file of the bag by its path in the bag."""
    payload = {**material.files, **_derived(material)}
    return bag_files(payload, _bag_info(material))


def _derived(material: Material) -> dict[str, bytes]:
    """The files that are for people and tools, and that nobody has to trust: they can be made again."""
    return {
        README: readme_text(material).encode(),
        ALLOWED_SIGNERS: format_allowed_signers([file.root for file in material.roots]),
        READING_TEXT: format_reading_text(material.version.record, material.citation).encode(),
        CITATION: _citation_text(material).encode(),
        CSL: format_csl(material.citation),
        SCRIPT: verify_script(material),
        STEPS: verify_text(material),
    }


def _citation_text(material: Material) -> str:
    citation = material.citation
    lines = [
        format_long(citation),
        format_short(citation),
        f"{format_digest(citation.sha256)}\n{ni_uri(citation.sha256)}",
    ]
    return "".join(f"{line}\n" for line in "\n\n".join(lines).split("\n"))


def _bag_info(material: Material) -> list[tuple[str, str]]:
    """Nothing here depends on the day, on the version of the software or on who exports."""
    citation = material.citation
    return [
        ("External-Identifier", ni_uri(citation.sha256)),
        ("Internal-Sender-Identifier", citation.reference),
        ("Bagging-Date", citation.logged_at[:10]),
        ("Bag-Software-Agent", "muniment"),
        (FORMAT_LABEL, FORMAT),
    ]
