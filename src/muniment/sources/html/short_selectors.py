"""Short selectors for elements of a page: by names that will most likely be there tomorrow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from muniment.sources.html.element_index import words_of
from muniment.sources.html.elements import PageElement

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from muniment.sources.html.element_index import ElementIndex

_PLAIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
# Names that a program counts up, and that are others tomorrow.
_COUNTED: Final = re.compile(r"\d{3,}|[0-9a-f]{8,}")
_FEW: Final = 4  # classes of which pairs are tried


class ShortSelectors:
    """The names on a page, and the elements that have them."""

    def __init__(self, index: ElementIndex) -> None:
        self._index = index

    def name(self, node: PageElement) -> str:
        """Give a selector that names this element and no other."""
        steps: list[str] = []
        here: PageElement | None = node
        while here is not None and here.tag not in {"body", "html"}:
            name = self._own_name(here)
            if name:
                return " > ".join([name, *steps])
            steps.insert(0, _step(here))
            here = here.parent
        return " > ".join(["body", *steps])

    def name_all(self, node: PageElement, reason: str, kept: Container[int]) -> str:
        """Give a selector that names this element, perhaps others, but none that is kept; empty where there is none.

        Args:
            node: The element.
            reason: The selector that is tried first, if it is one.
            kept: Identities of elements.
        """
        candidates = self._candidates(node, reason)
        return next((name for name, named in candidates if not any(id(each) in kept for each in named)), "")

    def _own_name(self, node: PageElement) -> str:
        """A name that no other element of the page answers to, or nothing."""
        identifier = node.attributes.get("id", "")
        if _is_name(identifier) and len(self._index.with_id(identifier)) == 1:
            return f"#{identifier}"
        if node.tag in {"main", "article"} and len(self._index.with_tag(node.tag)) == 1:
            return node.tag
        unique = (name for name in _classes_of(node) if len(self._index.with_class(name)) == 1)
        return next((f"{node.tag}.{name}" for name in unique), "")

    def _candidates(self, node: PageElement, reason: str) -> Iterator[tuple[str, Sequence[PageElement]]]:
        classes = _classes_of(node)
        if reason == node.tag:
            yield reason, self._index.with_tag(reason)
        elif reason == f"[role={node.attributes.get('role')}]":
            yield (
                reason,
                [each for each in self._index.elements if each.attributes.get("role") == node.attributes["role"]],
            )
        elif reason[1:] in classes and reason.startswith("."):
            yield reason, self._index.with_class(reason[1:])
        identifier = node.attributes.get("id", "")
        if _is_name(identifier):
            yield f"#{identifier}", self._index.with_id(identifier)
        for name in classes:
            yield f".{name}", self._index.with_class(name)
        for name in classes:
            yield f"{node.tag}.{name}", [each for each in self._index.with_class(name) if each.tag == node.tag]
        for name in classes[:_FEW]:
            for other in (each for each in classes[:_FEW] if each > name):
                both = [each for each in self._index.with_class(name) if other in words_of(each.attributes["class"])]
                yield f".{name}.{other}", both


def _classes_of(node: PageElement) -> list[str]:
    return [name for name in words_of(node.attributes.get("class", "")) if _is_name(name)]


def _is_name(text: str) -> bool:
    return bool(_PLAIN_NAME.fullmatch(text)) and not _COUNTED.search(text)


def _step(node: PageElement) -> str:
    alike = [
        child
        for child in (node.parent.children if node.parent else [])
        if isinstance(child, PageElement) and child.tag == node.tag
    ]
    if len(alike) < 2:
        return node.tag
    return f"{node.tag}:nth-of-type({next(at for at, each in enumerate(alike, 1) if each is node)})"
