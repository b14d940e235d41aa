"""WARC and WACZ files as a source: every good answer of each address, in the order of time.

Good is an answer to GET with a status of 2xx that brings a document.  Redirects, errors, images, scripts and whatever
else crawls hold are counted in the report.  A revisit, which has no body of its own, takes that of the record that it
names; one whose record is in none of the files is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from muniment.errors import SourceError
from muniment.importing.item import AskedFor, Item, Notice, ReadState
from muniment.importing.warc_records import ListedAnswer, hash_file, list_file
from muniment.importing.web_documents import document_key, is_web, read_answer
from muniment.record.capture import one_line
from muniment.record.provenance import Provenance, TimeClaim
from muniment.sources.kinds import DOCX, HTML, MAIL, MARKDOWN, ODT, PDF, TEXT
from muniment.sources.warc.answer import capture_time

_OFFICE: Final = frozenset({DOCX.media_type, ODT.media_type})
DOCUMENTS: Final = (
    frozenset(
        {
            HTML.media_type,
            "application/xhtml+xml",
            TEXT.media_type,
            MARKDOWN.media_type,
            PDF.media_type,
            MAIL.media_type,
        }
    )
    | _OFFICE
)
"""What the head of an answer says that may be a document; of a crawl most answers say something else."""
_UNSAID: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""What says nothing: then the name in the address does."""
_NAMES: Final = (".html", ".htm", ".txt", ".pdf", ".docx", ".odt", ".md", ".eml")
_STATUSES: Final = {3: "redirect", 4: "not-there", 5: "server-error"}
_NO_BODY: Final = frozenset({204, 205})
_PARTIAL: Final = 206
_UNCHANGED: Final = 304


@dataclass(slots=True)
class WarcSource:
    """Web archive files that are brought in.

    Attributes:
        paths: The files.
        called: What the records call the source; None for the name of each file.
        wanted: Whether a document is taken, by its key.
        kind: As every source has it, and so are ``name`` and ``ordered``.
    """

    paths: Sequence[Path]
    called: str | None = None
    wanted: Callable[[str], bool] = lambda _: True
    kind: str = field(default="warc", init=False)
    ordered: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """What the report calls it."""
        return self.paths[0].name if len(self.paths) == 1 else f"{self.paths[0].name} and {len(self.paths) - 1} more"

    def items(self, since: str | None) -> Iterator[Item | Notice]:
        """Give every good answer, and what is to be told of the others.

        Raises:
            InputError: A file is not there; or the only one is no WARC or WACZ file, or is broken from its beginning.
            UnavailableError: A file cannot be read.
        """
        answers: dict[tuple[str, str], ListedAnswer] = {}
        for path in self.paths:
            for found in self._listed(path):
                if isinstance(found, Notice):
                    yield found
                    continue
                first = answers.setdefault((found.id, found.target), found)
                if first is not found:
                    yield _twice(found, first)
        for one in _judged(list(answers.values()), since, self.wanted):
            if isinstance(one, Item) and self.called is not None:
                yield replace(one, provenance=replace(one.provenance, source=self.called))
            else:
                yield one

    def _listed(self, path: Path) -> Iterator[ListedAnswer | Notice]:
        """List a file; one of several that cannot be used is told, and the others come in."""
        handed = hash_file(path)
        try:
            yield from list_file(handed)
        except SourceError as error:
            if len(self.paths) == 1:
                raise
            what = f"the file cannot be used: {error.what}" + (f": found {error.found}" if error.found else "")
            yield Notice("file-not-used", handed.name, one_line(what)[:400], failed=True)

    def covers(self, before: Provenance) -> bool:  # noqa: ARG002 - what every source is asked
        """Of no state: files need not hold what other files held."""
        return False

    def close(self) -> None:
        """Nothing is held."""


def _twice(found: ListedAnswer, first: ListedAnswer) -> Notice:
    if (found.time, found.digest) == (first.time, first.digest):
        what = f"{_place(found)}: the same record as in {first.file.name}"
        return Notice("duplicate", found.target, what, time=found.time or None)
    what = f"{_place(found)}: another record has this id and this address"
    return Notice("record-id-twice", found.target, what, failed=True, time=found.time or None)


def _judged(
    answers: Sequence[ListedAnswer], since: str | None, wanted: Callable[[str], bool]
) -> Iterator[Item | Notice]:
    bodies, choice = _Bodies(answers), AskedFor()
    for answer in answers:
        if is_web(answer.target):
            key = document_key(answer.target)
            if not choice.note(key, asked_for=wanted(key)):
                continue
        if since is not None and answer.time and answer.time < since[: len(answer.time)]:
            continue
        notice = _fault(answer)
        if notice is not None:
            yield notice
        elif answer.kind != "revisit":
            yield _item(answer, answer)
        else:
            yield _revisit(answer, bodies.of(answer))
    yield from choice.notices(answers[0].file.name if answers else "")


def _revisit(answer: ListedAnswer, body: ListedAnswer | None) -> Item | Notice:
    if body is None:
        named = answer.refers["id"] or answer.refers["target"] or answer.digest or "an answer"
        what = f"{_place(answer)}: a revisit of {named[:200]}, which is in none of the files"
        return Notice("revisit", answer.target, what, failed=True, time=answer.time)
    fault = _fault(body)
    return _item(answer, body) if fault is None else replace(fault, where=answer.target, time=answer.time)


def _fault(answer: ListedAnswer) -> Notice | None:
    """Why an answer is no state of a document; None where it is one."""
    told: tuple[str, str, bool] | None = None
    status = answer.status
    good = status is None or (status // 100 == 2 and status not in _NO_BODY and status != _PARTIAL)
    if not is_web(answer.target):
        told = ("no-web-address", "kept under a name that is no address of the web", False)
    elif not answer.time:
        told = ("no-time", "the record does not say when it was made", True)
    elif answer.method != "GET":
        told = ("not-get", f"the answer to a {answer.method} request, which is nobody's page", False)
    elif answer.kind == "response" and status is None:
        told = ("no-head", "the head of the answer cannot be read", True)
    elif not good and not (answer.kind == "revisit" and status == _UNCHANGED):
        told = (_STATUSES.get((status or 0) // 100, "no-page"), f"the server answered {status}", False)
    elif answer.kind != "revisit" and not _is_document(answer):
        told = ("other-medium", answer.media_type[:80] or "a medium that nobody says", False)
    elif answer.part:
        told = ("cut-off", "the record holds a part of the answer only", True)
    elif answer.large:
        told = ("too-large", "the body is larger than an original may be", True)
    if told is None:
        return None
    sort, what, failed = told
    return Notice(sort, answer.target or answer.id, f"{_place(answer)}: {what}", failed, answer.time or None)


def _is_document(answer: ListedAnswer) -> bool:
    if answer.media_type in _UNSAID:
        path = answer.target.partition("?")[0].partition("#")[0].lower()
        return path.endswith(_NAMES) or (not answer.media_type and "." not in path.rpartition("/")[2])
    return answer.media_type in DOCUMENTS


def _place(answer: ListedAnswer) -> str:
    return f"{answer.file.name}, {answer.id}"


def _item(answer: ListedAnswer, body: ListedAnswer) -> Item:
    message = None if body is answer else f"A revisit: the server gave what it gave in {body.id}, of {body.time}."
    return Item(
        key=document_key(answer.target),
        time=answer.time,
        name=answer.file.name,
        read=partial(_read, answer, body),
        provenance=Provenance(
            kind="warc",
            source=answer.file.name,
            item=answer.id,
            path=answer.target,
            times=(TimeClaim("capture", answer.time),),
            message=message,
        ),
        fixed=True,
        uri=answer.target,
    )


def _read(answer: ListedAnswer, body: ListedAnswer) -> ReadState:
    """Take the body out; of a revisit all else is what it says itself."""
    unpacked = body.take()
    capture = unpacked.capture
    if answer is not body:
        headers = answer.headers or capture.headers
        capture = replace(
            capture, address=answer.target, time=answer.time, status=answer.status or capture.status, headers=headers
        )
    return read_answer(replace(unpacked, capture=capture), where=f"{answer.file.name}#{answer.target}")


class _Bodies:
    """The records that hold bodies, by all that a revisit may name."""

    def __init__(self, answers: Iterable[ListedAnswer]) -> None:
        self._by_id: dict[str, ListedAnswer] = {}
        self._by_place: dict[tuple[str, str], ListedAnswer] = {}
        self._by_digest: dict[tuple[str, str], list[ListedAnswer]] = {}
        for answer in answers:
            self._by_id.setdefault(answer.id, answer)
            key = document_key(answer.target)
            self._by_place.setdefault((key, answer.time), answer)
            if answer.kind != "revisit" and answer.digest:
                self._by_digest.setdefault((key, answer.digest), []).append(answer)

    def of(self, revisit: ListedAnswer) -> ListedAnswer | None:
        """Find the record whose body a revisit has; what says another digest is not the one."""
        answer, seen = revisit, {revisit.id}
        while answer.kind == "revisit":
            found = self._named(answer) or self._same(answer)
            if found is None or found.id in seen:
                return None
            seen.add(found.id)
            answer = found
        differ = answer.digest and revisit.digest and answer.digest != revisit.digest
        return None if differ and revisit.status != _UNCHANGED else answer

    def _named(self, revisit: ListedAnswer) -> ListedAnswer | None:
        refers = revisit.refers
        if refers["id"]:
            return self._by_id.get(refers["id"])
        try:
            return self._by_place.get((document_key(refers["target"]), capture_time(refers["date"])))
        except SourceError:
            return None

    def _same(self, revisit: ListedAnswer) -> ListedAnswer | None:
        """The last answer of this address before it that has the same digest."""
        same = self._by_digest.get((document_key(revisit.target), revisit.digest), [])
        return max((one for one in same if one.time <= revisit.time), key=lambda one: one.time, default=None)
