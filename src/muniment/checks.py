"""The numbered checks of ``docs/verify.md`` (DESIGN section 6)."""

from __future__ import annotations

CHECKS = {
    1: "layout",
    2: "fixity",
    3: "canonical",
    4: "schema",
    5: "chain",
    6: "original",
    7: "signature",
    8: "signer",
    9: "entry",
    10: "log",
    11: "trust",
    12: "time",
    13: "memory",
}
"""The checks by number."""

CITATION = 14
NAMES = {**CHECKS, CITATION: "citation"}
"""The checks by number, with the one that is run only where there is a citation to check."""
