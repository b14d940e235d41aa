"""What a page states about itself, each fact with the place where it is stated.  Nothing is read out of the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from muniment.record.capture import without_credentials
from muniment.sources.adapter import StatedFact

if TYPE_CHECKING:
    from muniment.sources.html.element_index import ElementIndex
    from muniment.sources.html.elements import PageElement

_SPACE: Final = re.compile(r"\s+")
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:$|[T ])", re.ASCII)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_LONGEST: Final = 300  # characters of a fact
_MAX_LINKED: Final = 256 * 1024  # characters of one block of JSON-LD
_OBJECTS: Final = 1000  # in JSON-LD, that are looked at


def find_facts(index: ElementIndex, chosen: PageElement | None) -> tuple[StatedFact, ...]:
    """Give what is stated: at most one fact for each member, from the first place that has it.

    Args:
        index: The elements of the page.
        chosen: The first element whose text is taken: its language counts before that of the page.
    """
    page = _Stated(index)
    found: dict[str, StatedFact] = {}
    for fact in (
        *page.titles(chosen),
        *_language(chosen or index.elements[0]),
        *page.addresses(),
        *page.dates(),
        *page.issuers(),
    ):
        if fact.value and len(fact.value) <= _LONGEST:
            found.setdefault(fact.member, fact)
    return tuple(found.values())


class _Stated:
    """The head of a page, read once."""

    def __init__(self, index: ElementIndex) -> None:
        self._meta: dict[str, str] = {}
        for node in index.with_tag("meta"):
            name = node.attributes.get("property") or node.attributes.get("name") or ""
            self._meta.setdefault(name.lower(), node.attributes.get("content", ""))
        links = (node.attributes for node in index.with_tag("link"))
        self._links = [each.get("href", "") for each in links if "canonical" in each.get("rel", "").lower().split()]
        self._heads = index.with_tag("h1")
        self._times = [node.attributes.get("datetime", "") for node in index.with_tag("time")]
        in_head = (node for node in index.with_tag("title") if node.parent is not None and node.parent.tag == "head")
        self._title = next(filter(None, (node.text() for node in in_head)), "")
        linked = (node for node in index.with_tag("script") if _is_linked_data(node))
        self._linked = [value for node in linked for value in _objects(node.text())]

    def titles(self, chosen: PageElement | None) -> Iterator[StatedFact]:
        yield StatedFact("title", _line(self._meta.get("og:title", "")), "og:title")
        heads = [] if chosen is None else [node for node in self._heads if _is_inside(node, chosen)]
        if len(heads) == 1:
            yield StatedFact("title", _line(heads[0].text()), "h1")
        yield StatedFact("title", _line(self._title), "title")

    def addresses(self) -> Iterator[StatedFact]:
        for link in self._links:
            if re.match(r"https?://[^\s/]+", link.strip(), re.ASCII):
                yield StatedFact("uri", without_credentials(_line(link)), "link rel=canonical")

    def dates(self) -> Iterator[StatedFact]:
        places = [(value.get("datePublished"), "JSON-LD datePublished") for value in self._linked]
        places.append((self._meta.get("article:published_time"), "article:published_time"))
        places.extend((moment, "time datetime") for moment in self._times)
        for moment, place in places:
            match = _DATE.match(moment.strip()) if isinstance(moment, str) else None
            if match and _is_date(match[1]):
                yield StatedFact("issued", match[1], place)

    def issuers(self) -> Iterator[StatedFact]:
        yield StatedFact("issuer", _line(self._meta.get("og:site_name", "")), "og:site_name")
        for value in self._linked:
            publisher = value.get("publisher")
            name = publisher.get("name") if isinstance(publisher, dict) else publisher
            if isinstance(name, str):
                yield StatedFact("issuer", _line(name), "JSON-LD publisher")


def _is_inside(node: PageElement | None, around: PageElement) -> bool:
    while node is not None and node is not around:
        node = node.parent
    return node is not None


def _is_linked_data(node: PageElement) -> bool:
    return node.attributes.get("type", "").strip().lower() == "application/ld+json"


def _language(node: PageElement) -> Iterator[StatedFact]:
    here: PageElement | None = node
    while here is not None:
        language = here.attributes.get("lang", "").strip()
        if _LANGUAGE.fullmatch(language):
            yield StatedFact("language", language, "html lang" if here.tag == "html" else f"lang of {here.tag}")
            return
        here = here.parent


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The objects in a block of JSON-LD, those on top first; what is no JSON states nothing."""
    if len(text) > _MAX_LINKED:
        return
    try:
        pending: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    seen = 0
    while pending and seen < _OBJECTS:
        value = pending.pop(0)
        seen += 1
        if isinstance(value, list):
            pending.extend(value[:_OBJECTS])
        elif isinstance(value, dict):
            yield value
            pending.extend(part for name, part in value.items() if name in {"@graph", "mainEntity"})
