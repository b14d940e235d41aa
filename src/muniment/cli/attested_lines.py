"""What other archives attest, in lines of their own: it is apart from what this archive's checks say."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.verify.report import FAILED, UNCHECKED, UNKNOWN, VERIFIED, Attested, Report

_FEW = 3
_SAID = {
    VERIFIED: "holds, under the trust root that you gave",
    UNKNOWN: "holds by itself; whose trust root that is, nothing here tells",
    FAILED: "DOES NOT HOLD",
    UNCHECKED: "not checked",
}


def attested_lines(report: Report) -> Iterator[str]:
    """Give the lines: of each archive and outcome how many, some of them, and why they do not hold."""
    groups: dict[tuple[str, str, str], list[Attested]] = {}
    for one in report.attested:
        groups.setdefault((one.archive, one.root, one.outcome), []).append(one)
    if groups:
        yield "attested by others, which decides nothing above:"
    for (archive, root, outcome), found in groups.items():
        yield f"  {archive}: {_SAID[outcome]}: {_names(found)}"
        for one in found[:_FEW]:
            if one.faults:
                more = f" and {len(one.faults) - 1} more" if len(one.faults) > 1 else ""
                yield f"    {one.reference}: {one.faults[0]}{more}"
        yield f"    trust root {root}"


def _names(found: list[Attested]) -> str:
    names = [one.reference if one.reference == one.version else f"{one.reference} ({one.version})" for one in found]
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW:,} more" if len(names) > _FEW else "")
