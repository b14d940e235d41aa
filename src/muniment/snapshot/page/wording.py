"""What the page says in words of its own, once for the markup and once more for the script, which compares it."""

from __future__ import annotations

PROSE = {
    "eyebrow": " \u00b7 kept as evidence",
    "withdrawn": "Withdrawn by the archive on ",
    "verdict": "Nothing was checked: no script has run here.",
    "scope": (
        "This page checks the record inside it and cannot see the files beside it. To check those, run in this folder "
    ),
    "warning": (
        "A copy of this page made by somebody else can print anything, these lines and its hashes too. What it "
        "prints counts only when you hold it against something that you got elsewhere:"
    ),
    "root": (
        "Whose archive this is. Compare it with the hash in a citation, an older snapshot, or from the "
        "keeper. From the file: "
    ),
    "record": "What citations quote. From the file: ",
    "signer": "Who signed the record.",
    "original": "The bytes as received, which are not in this page. From the file: ",
    "stamped": (". This page does not check the stamps\u2019 signatures: archive verify and verify.sh do."),
    "note": "These words were not checked. They stand here as this page prints them.",
    "inferred": " inferred by the archive",
    "brackets": (
        "[ ] holds what the editors of the archive supply, correct, omit or cannot read; the list is at the end."
    ),
    "square": "\u27e6 \u27e7 are the square brackets of the original.",
    "place": (
        "When all checks pass, and the hash of trust root 1 is the one that you know, then these words are those "
        "that a key of the archive signed, and they stand in its log, unchanged: "
    ),
    "limits": (
        "It does not prove that the statement is true, who wrote it, when it was published, or that nothing was "
        "published before. Dates here are claims. An archive records; it does not endorse."
    ),
    "unchecked": (
        "Not checked in this page: the bytes as received and that the words come out of them, the JSON Schemas, "
        "what changed since the version before, and what its head tells to programs, such as reference managers. Nor "
        "can a page vouch for itself. To check all of it, keep the whole snapshot and use a program that did not come "
        "with it, in the folder that holds this page:"
    ),
    "again": "That makes this page again from the evidence and compares each byte. ",
}
"""By what it is about."""

NOTES = {
    "next": "Now compare the hash of trust root 1.",
    "passed": "These words were written by the script from the verified bytes of record.json.",
    "failed": "These words are not verified. They stand here as this page prints them.",
    "unable": "These words were not verified here. They stand as this page prints them.",
}
"""What the script says beside its verdict."""
