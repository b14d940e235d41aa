"""A report as public JSON (``schemas/report.schema.json``): what ``archive verify --json`` prints, and its reader."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import Any

from muniment.archive.existence import Dated, Horizon, Proven, Witnesses, times_as_json
from muniment.checks import NAMES
from muniment.errors import FormatError
from muniment.schema import parse_public
from muniment.verify.report import Attested, Counts, Drawn, Finding, LeftOut, News, Report, Unfinished

FORMAT = "muniment-report/1"

_LATER = ("left_out", "sample", "since")
"""Members that reports had not from the beginning: an older one says nothing of them."""


def report_as_json(report: Report) -> dict[str, object]:
    """Give the value that ``archive verify --json`` prints (``schemas/report.schema.json``)."""
    checkpoint = None
    if report.size is not None and report.root_hash is not None:
        checkpoint = {"size": report.size, "root": base64.b64encode(report.root_hash).decode()}
    return {
        "format": FORMAT,
        "subject": report.subject,
        "verdict": report.verdict,
        "origin": report.origin,
        "root": report.root,
        "checkpoint": checkpoint,
        "unfinished": None if report.unfinished is None else asdict(report.unfinished),
        "witnesses": None if report.witnesses is None else asdict(report.witnesses),
        "left_out": None if report.left_out is None else asdict(report.left_out),
        "sample": None if report.drawn is None else asdict(report.drawn),
        "since": None if report.news is None else _news_as_json(report.news),
        "unknown_after": None if report.horizon is None else asdict(report.horizon),
        "counts": asdict(report.counts),
        "checks": [_check_as_json(report, check) for check in NAMES if check in report.passed],
        **times_as_json(report.proven, report.dated),
        "findings": [_finding_as_json(finding) for finding in report.findings],
        # Absent where no version has one, so that the report on such an archive has one form.
        **({"attested": [asdict(one) for one in report.attested]} if report.attested else {}),
    }


def parse_report(data: bytes, *, where: str = "") -> Report:
    """Read what ``report_as_json`` gives, strictly: what it says twice must agree.

    A report says no more of a notice than its words, and brings neither the signed checkpoint nor the two sides of a
    fork; so these are missing from what is read.

    Raises:
        CanonicalError: It is not strict JSON.
        SchemaError: It does not keep to ``schemas/report.schema.json``.
        FormatError: It is of another format, or its verdict, its counts and its findings do not agree.
    """
    value: dict[str, Any] = {**dict.fromkeys(_LATER), **parse_public("report", FORMAT, data, where=where)}
    value.pop("quotation", None)  # of a proof: how its words are cited
    checkpoint, witnesses, horizon, unfinished = (
        value[name] for name in ("checkpoint", "witnesses", "unknown_after", "unfinished")
    )
    size, root_hash = (None, None) if checkpoint is None else _parse_checkpoint(checkpoint, f"{where}/checkpoint")
    left_out, drawn, news = (value[name] for name in _LATER)
    report = Report(
        *(value["subject"], value["origin"], value["root"]),
        *(size, root_hash),
        Counts(**value["counts"]),
        {row["check"]: row["passed"] for row in value["checks"]},
        tuple(Finding(**{name: part for name, part in row.items() if name != "name"}) for row in value["findings"]),
        proven=tuple(Proven(**row) for row in value["proven"]),
        dated=tuple(Dated(row["reference"], row["index"], row["claimed"]) for row in value["versions"]),
        witnesses=None if witnesses is None else _parse_witnesses(witnesses),
        horizon=None if horizon is None else Horizon(**horizon),
        unfinished=None if unfinished is None else Unfinished(**unfinished),
        left_out=None if left_out is None else LeftOut(**left_out),
        drawn=None if drawn is None else Drawn(**drawn),
        news=None if news is None else _parse_news(news, f"{where}/since"),
        attested=tuple(Attested(**{**row, "faults": tuple(row["faults"])}) for row in value.get("attested", ())),
    )
    for name, part in json.loads(json.dumps(report_as_json(report))).items():
        if part != value[name]:
            raise FormatError("a report that contradicts itself", where=f"{where}/{name}")
    return report


def _parse_checkpoint(value: dict[str, Any], where: str) -> tuple[int, bytes]:
    return value["size"], _parse_hash(value["root"], f"{where}/root")


def _parse_hash(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise FormatError("a hash that is not base64", where=where, found=text[:80]) from error


def _parse_news(value: dict[str, Any], where: str) -> News:
    size, root_hash = _parse_checkpoint(value["checkpoint"], f"{where}/checkpoint")
    proof = tuple(_parse_hash(text, f"{where}/consistency_proof") for text in value["consistency_proof"])
    return News(size, root_hash, tuple(value["versions"]), proof)


def _parse_witnesses(value: dict[str, Any]) -> Witnesses:
    quorum = value["quorum"]
    cosigned = tuple(value["cosigned"])
    return Witnesses(**{**value, "cosigned": cosigned, "quorum": None if quorum is None else Proven(**quorum)})


def _news_as_json(news: News) -> dict[str, object]:
    return {
        "checkpoint": {"size": news.size, "root": base64.b64encode(news.root_hash).decode()},
        "versions": list(news.versions),
        "consistency_proof": [base64.b64encode(value).decode() for value in news.proof],
    }


def _check_as_json(report: Report, check: int) -> dict[str, object]:
    return {
        "check": check,
        "name": NAMES[check],
        "passed": report.passed[check],
        "failed": report.failed(check),
        "unread": report.unread(check),
    }


def _finding_as_json(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "name": NAMES[finding.check],
        "ok": finding.ok,
        "readable": finding.readable,
        "subject": finding.subject,
        "what": finding.what,
        "expected": finding.expected,
        "found": finding.found,
        "hint": finding.hint,
    }
