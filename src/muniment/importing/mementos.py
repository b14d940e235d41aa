"""A TimeMap as a source: every state that a web archive lists of one address (RFC 7089), asked politely.

The bytes are those that the archive received, where its server can be asked for them: replay servers write addresses
and banners into the pages that they show, and give the page itself under ``id_``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import Final
from urllib.parse import urlsplit

from muniment.errors import InputError, SourceError, UnavailableError
from muniment.importing.item import Item, Notice, ReadState
from muniment.importing.polite_asking import PoliteAsker
from muniment.importing.time_maps import ListedMemento, TimeMap, parse_time_map, read_http_date
from muniment.importing.web_documents import document_key, is_web, read_answer
from muniment.record.capture import one_line
from muniment.record.provenance import Provenance, TimeClaim
from muniment.sources.web.exchange_file import keep_visit
from muniment.sources.web.visit import Visit

MAX_PAGES: Final = 100
"""TimeMaps that are asked for, one leading to another."""
REPLAY_HOSTS: Final = frozenset(
    {
        "arquivo.pt",
        "swap.stanford.edu",
        "wayback.archive-it.org",
        "wayback.vefsafn.is",
        "web.archive.org",
        "webarchive.loc.gov",
        "webarchive.nationalarchives.gov.uk",
        "www.webarchive.org.uk",
    }
)
"""Web archives that are known to rewrite what they show, and to give the bytes themselves under ``id_``."""
RAW_FORMS: Final = ("known", "always", "never")
"""Whose bytes are asked for as they were received: those of ``REPLAY_HOSTS``, of every server, or of none."""

_REPLAYED: Final = re.compile(r"(https?://[^/?#]+/(?:[^?#]*?/)?[0-9]{14})(?:[a-z]{2}_)?/(?=[^/])(.+)", re.DOTALL)


def raw_address(address: str, form: str) -> str:
    """Give the address under which a replay server has the bytes as received.

    Args:
        address: Of a memento.
        form: One of ``RAW_FORMS``.
    """
    match = _REPLAYED.fullmatch(address)
    asked = form == "always" or (form == "known" and urlsplit(address).hostname in REPLAY_HOSTS)
    return f"{match[1]}id_/{match[2]}" if match is not None and asked else address


@dataclass(slots=True)
class MementoSource:
    """A TimeMap that is brought in.

    Attributes:
        where: Name of the file, or its address.
        start: The bytes of the file; None to ask for the address.
        asker: Who asks the web archive.
        raw: One of ``RAW_FORMS``.
        called: What the records call the source; None for ``where``.
        kind: As every source has it, and so are ``name`` and ``ordered``.
    """

    where: str
    start: bytes | None
    asker: PoliteAsker
    raw: str = "known"
    called: str | None = None
    kind: str = field(default="memento", init=False)
    ordered: bool = field(default=False, init=False)
    _hosts: set[str] = field(default_factory=set, init=False)
    _silent: set[str] = field(default_factory=set, init=False)

    @property
    def name(self) -> str:
        """What the report calls it."""
        return self.where

    def items(self, since: str | None) -> Iterator[Item | Notice]:
        """Give every state that the TimeMap and those that it leads to list; none of them is asked for yet.

        Raises:
            InputError: It is no TimeMap, may not be asked for, or does not say what it is about.
            UnavailableError: It cannot be asked for.
        """
        seen: dict[str, str] = {}
        original: str | None = None
        for page, time_map in self._pages():
            if isinstance(time_map, Notice):
                yield time_map
                continue
            original = original or time_map.original or _original_of(time_map)
            if original is None or not is_web(original):
                what = "the TimeMap does not say of which address it is"
                raise SourceError(what, where=page, expected="a link with rel=original", found=repr(original or ""))
            if time_map.original is not None and document_key(time_map.original) != document_key(original):
                what = f"a TimeMap of another address: {time_map.original[:200]}"
                yield Notice("other-address", page, what, failed=True)
                continue
            for place, what, failed in time_map.faults:
                yield Notice("time-map-entry", one_line(place), what, failed=failed)
            for memento in time_map.mementos:
                if memento.address not in seen and (since is None or memento.time >= since):
                    yield self._item(memento, original)
                elif seen.get(memento.address, memento.time) != memento.time:
                    what = f"listed as of {seen[memento.address]} and as of {memento.time}"
                    yield Notice("listed-twice", memento.address, what, failed=True)
                seen.setdefault(memento.address, memento.time)

    def covers(self, before: Provenance) -> bool:  # noqa: ARG002 - what every source is asked
        """Of no state: a web archive may list less today, and a list may be of a part."""
        return False

    def close(self) -> None:
        """Nothing is held."""

    def _pages(self) -> Iterator[tuple[str, TimeMap | Notice]]:
        """Give every TimeMap that one leads to, each once; a page that is missing is told, the first one is raised."""
        waiting, met = [self.where], {self.where}
        count = 0
        while waiting:
            page = waiting.pop(0)
            count += 1
            if count > MAX_PAGES:
                what = f"the TimeMaps lead on and on: {MAX_PAGES} were read, and no more"
                yield page, Notice("rest-not-read", page, what, failed=True)
                return
            try:
                time_map = self._read(page)
            except (InputError, UnavailableError) as error:
                # Where the same server has all the pages, what it does not answer now stops the import.
                if count == 1 or (isinstance(error, UnavailableError) and _host(page) == _host(self.where)):
                    raise
                found = f": {error.found}" if error.found else ""
                yield page, Notice("time-map", page, f"{error.what}{found}", failed=True)
                continue
            yield page, time_map
            for other in time_map.pages:
                if other not in met:
                    met.add(other)
                    waiting.append(other)

    def _read(self, page: str) -> TimeMap:
        if self.start is not None and page == self.where:
            return parse_time_map(self.start, base="", where=page)
        visit = self.asker.get(page, first=page == self.where)
        assert visit.body is not None  # noqa: S101 - nothing was said to be known
        return parse_time_map(visit.body.payload, base=visit.exchanges[-1].request.target.url, where=page)

    def _item(self, memento: ListedMemento, original: str) -> Item:
        self._hosts.add(_host(memento.address))
        return Item(
            key=document_key(original),
            time=memento.time,
            name=memento.address,
            read=partial(self._take, memento),
            provenance=Provenance(
                kind="memento",
                source=self.called
                or one_line(PurePath(self.where).name if self.start is not None else self.where)[:1000],
                item=memento.address,
                times=(TimeClaim("memento", memento.time),),
            ),
            fixed=True,
            uri=original,
            remote=True,
        )

    def _take(self, memento: ListedMemento) -> ReadState:
        """Ask for a state, and see that it is the one that was listed."""
        visit = self._ask(memento.address)
        head = visit.exchanges[-1].head
        stated = head.get("memento-datetime")
        if read_http_date(stated) != memento.time:
            raise SourceError(
                "the answer is another state than the TimeMap lists" if stated else "the answer is no memento",
                where=memento.address,
                expected=f"Memento-Datetime {memento.time}",
                found=read_http_date(stated) or repr(stated[:80]) if stated else "none",
            )
        return read_answer(keep_visit(visit, self.asker.user_agent, named=False)[0], where=memento.address)

    def _ask(self, address: str) -> Visit:
        """Ask for a state; where a list names several servers, one that does not answer keeps no other out.

        Raises:
            SourceError: This server does not answer, or what it answers is of no use.
            UnavailableError: None of the servers answers.
        """
        host = _host(address)
        if host in self._silent:
            raise SourceError("not asked: its server did not answer before", where=address, hint="import it again")
        try:
            return self.asker.get(raw_address(address, self.raw))
        except UnavailableError as error:
            self._silent.add(host)
            if self._hosts <= self._silent:
                raise
            raise error.as_(SourceError, where=error.where or address, hint="import it again") from error


def _host(address: str) -> str:
    """The server of an address; the name of a file has none."""
    with suppress(ValueError):
        return urlsplit(address).hostname or ""
    return ""


def _original_of(time_map: TimeMap) -> str | None:
    """The address in that of a memento, as replay servers have it."""
    for memento in time_map.mementos[:1]:
        match = _REPLAYED.fullmatch(memento.address)
        if match is not None and is_web(match[2]):
            return match[2]
    return None
