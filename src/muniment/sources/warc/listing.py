"""All answers that WARC and WACZ files hold, each with its place in the file; and one of them, by its place.

What is listed needs no body to be unpacked; what is taken is sent alone, as a file of one record where the file allows
it.  So a file of any size is read in parts.  Both are done in the process that is bounded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from muniment.errors import SourceError
from muniment.record.capture import keep_headers
from muniment.sources.kinds import WACZ, recognise
from muniment.sources.warc.answer import (
    MAX_BLOCK,
    AnswerRecord,
    WholeFile,
    placed,
    read_content_type,
    software_of,
    unpack,
)
from muniment.sources.warc.http_response import MAX_HEAD, ResponseHead, split_response
from muniment.sources.warc.records import WarcHead, WarcRecord, read_records
from muniment.sources.warc.unpacking import GZIP, member_starts
from muniment.sources.warc.wacz import read_wacz, stored_starts

_MOST: Final = 20_000
"""Answers that one list has, where the next record can begin another one."""
_HTTP: Final = "application/http"
_LONGEST: Final = 1000  # letters of a field


@dataclass(slots=True)
class _Part:
    """What is known of a run of records that can be read by itself.

    Attributes:
        packed: Where it begins in the file.
        start: The same, unpacked.
        rows: Its answers, as JSON; each with where its record begins in the part, unpacked.
        others: How many records of each other kind.
        methods: How an answer was asked for, by its WARC-Record-ID, where that was not GET.
    """

    packed: int = 0
    start: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    methods: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Listing:
    """What was found in one WARC file.

    Attributes:
        starts: Where its members of gzip begin, as ``member_starts`` gives it; None where it is not packed.
        software: What made it, as it says of itself.
        whole: All parts that have ended, as one.
        part: The one that is read.
        fault: Why the rest was not read.
        next: Where the next list begins; None at the end.
    """

    starts: dict[int, int] | None
    software: str | None
    whole: _Part = field(default_factory=_Part)
    part: _Part = field(default_factory=_Part)
    fault: SourceError | None = None
    next: int | None = None

    def read(self, data: bytes, *, last: bool) -> None:
        """List the records; of what follows a fault nobody knows what it would be."""
        try:
            for record in read_records(data):
                if self._begins_part(record.start) and len(self.whole.rows) >= _MOST:
                    self.next = self.part.packed
                    return
                self._look(record)
        except SourceError as error:
            if not last:
                # Perhaps only this part of the file ends here.
                self.next = self.part.packed
                return
            self.fault = error
            whole = len(data) if self.starts is None else max(self.starts)
            broken = error.where.removeprefix("record ")
            self.part.rows = [row for row in self.part.rows if str(row["number"]) != broken and row["start"] < whole]
        self._end_part(len(data))

    def _begins_part(self, start: int) -> bool:
        packed = start if self.starts is None else self.starts.get(start)
        if packed is None:
            return False
        if start > self.part.start:
            self._end_part(packed)
        self.part = _Part(packed, start)
        return True

    def _end_part(self, packed: int) -> None:
        part, self.part = self.part, _Part(packed)
        for row in part.rows:
            row["place"] = [part.packed, packed - part.packed, row["start"] - part.start]
        self.whole.rows += part.rows
        self.whole.others += part.others
        self.whole.methods |= part.methods

    def _look(self, record: WarcRecord) -> None:
        head, part = record.head, self.part
        media_type = read_content_type(head.get("content-type"))[0]
        if head.kind == "warcinfo":
            self.software = software_of(record.beginning(MAX_HEAD)) or self.software
        elif head.kind == "request" and media_type == _HTTP:
            method = record.beginning(MAX_HEAD).partition(b" ")[0]
            if method != b"GET":
                answer = head.get("warc-concurrent-to").strip("<>")[:_LONGEST]
                part.methods[answer] = method[:20].decode("ascii", errors="replace")
        elif head.kind in {"resource", "revisit"} or (head.kind == "response" and media_type == _HTTP):
            part.rows.append({**_row(record), "start": record.start, "software": self.software})
        else:
            part.others[head.kind[:40] if head.kind != "response" else f"response as {media_type[:40]}"] += 1


def list_answers(data: bytes, *, software: str | None, last: bool) -> dict[str, Any]:
    """List the answers of a WARC or WACZ file, or of a part of a WARC file that begins with a record.

    Args:
        data: The file, or the part.
        software: What made it, as a part before this one says.
        last: Whether it ends where the file ends.

    Returns:
        As JSON: ``rows``, ``others``, ``methods``, ``faults``; and ``next``, the byte at which the next part begins.

    Raises:
        SourceError: It is no WACZ file, or one that hides something.
    """
    if recognise(data) != WACZ:
        return _as_json([("", _list_file(data, software, last=last), 0)])
    starts = stored_starts(data)
    return _as_json(
        [(name, _list_file(content, None, last=True), starts.get(name)) for name, content in read_wacz(data)]
    )


def take_listed(data: bytes, *, name: str, inside: int, software: str | None, whole: tuple[str, int]) -> dict[str, Any]:
    """Take out an answer that was listed, as JSON.

    Args:
        data: The part of the file that its place names.
        name: Of the WARC file in it, where it is a WACZ file; else empty.
        inside: The byte of it, unpacked, at which the record begins.
        software: What made the file, as it says of itself.
        whole: SHA-256 and size of the file that was handed in, which the record names.

    Raises:
        SourceError: The answer is cut off, not what its digests say, or cannot be read.
    """
    files = read_wacz(data) if name else iter([("", data)])
    content = next((content for other, content in files if other == name), b"")
    for record in read_records(content):
        if record.start == inside:
            try:
                candidate = AnswerRecord(record.head, record.block(MAX_BLOCK), software)
                return unpack(candidate, WholeFile(*whole)).as_json()
            except SourceError as error:
                raise placed(error, record.head.id[:200]) from error
    raise SourceError("the record is not where it was", hint="the file has changed: begin again")


def _list_file(data: bytes, software: str | None, *, last: bool) -> _Listing:
    listing = _Listing(member_starts(data) if data.startswith(GZIP) else None, software)
    listing.read(data, last=last)
    return listing


def _as_json(listed: list[tuple[str, _Listing, int | None]]) -> dict[str, Any]:
    """Join what was found in one file, or in those of a WACZ file, where their bytes may lie as they are."""
    rows: list[dict[str, Any]] = []
    others: Counter[str] = Counter()
    methods: dict[str, str] = {}
    faults: list[dict[str, str]] = []
    for name, listing, start in listed:
        for row in listing.whole.rows:
            offset, size, inside = row["place"]
            place = [0, 0, row["start"]] if start is None else [offset + start, size, inside]
            # A part that lies there as it is, is read without the file around it.
            row |= {"place": place, "file": name, "packed_in": name if start is None else ""}
            del row["start"]
            rows.append(row)
        others += listing.whole.others
        methods |= listing.whole.methods
        if listing.fault is not None:
            where = ", ".join(part for part in (name, listing.fault.where) if part)
            faults.append({"what": listing.fault.what, "where": where, "found": listing.fault.found})
    last = listed[-1][1] if listed else _Listing(None, None)
    counts = {"rows": rows, "others": dict(others), "methods": methods, "faults": faults}
    return {**counts, "next": last.next, "software": last.software}


def _row(record: WarcRecord) -> dict[str, Any]:
    """What the head of a record says, and that of the answer in it."""
    head = record.head
    row: dict[str, Any] = {
        "number": head.number,
        "kind": head.kind,
        "id": head.id[:_LONGEST],
        "target": head.target[: 2 * _LONGEST],
        "date": head.get("warc-date")[:40],
        "digest": head.get("warc-payload-digest")[:200],
        "truncated": bool(head.get("warc-truncated") or head.get("warc-segment-number")),
        "refers": _refers(head),
        "large": record.size > MAX_BLOCK,
        "status": None,
        "media_type": read_content_type(head.get("content-type"))[0],
        "headers": [],
    }
    if head.kind == "resource":
        return row
    answer = _head_of(record)
    row |= {"status": answer.status if answer else None, "media_type": ""}
    if answer is not None:
        row["media_type"] = read_content_type(answer.get("content-type"))[0]
        # Of a revisit this is all that it brings.
        row["headers"] = [list(pair) for pair in keep_headers(answer.headers)] if head.kind == "revisit" else []
    return row


def _head_of(record: WarcRecord) -> ResponseHead | None:
    """The head of an answer; None where it is none, or where a revisit brings none."""
    try:
        return split_response(record.beginning(MAX_HEAD))[0]
    except SourceError as error:
        if error.where:
            raise  # the file is at fault, and not the answer
        return None


def _refers(head: WarcHead) -> dict[str, str]:
    """What a revisit says of the record that has its body."""
    named = {
        "id": head.get("warc-refers-to").strip("<>"),
        "target": head.get("warc-refers-to-target-uri").strip("<>"),
        "date": head.get("warc-refers-to-date"),
    }
    return {name: value[:_LONGEST] for name, value in named.items()} if head.kind == "revisit" else {}
