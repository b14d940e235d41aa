"""Short selectors for elements of a page: by names that will most likely be there tomorrow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from muniment.sources.html.elements import PageElement

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

_PLAIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
# Names that a program counts up, and that are others tomorrow.
_COUNTED: Final = re.compile(r"\d{3,}|[0-9a-f]{8,}")
_FEW: Final = 4  # classes of which pairs are tried


class ShortSelectors:
    """The names on a page, and the elements that have them."""

    def __init__(self, root: PageElement) -> None:
        self._all = list(root.elements())
        self._ids: dict[str, list[PageElement]] = {}
        self._classes: dict[str, list[PageElement]] = {}
        for node in self._all:
            identifier, classes = node.attributes.get("id"), node.attributes.get("class")
            if identifier:
                self._ids.setdefault(identifier, []).append(node)
            for name in dict.fromkeys(classes.split()) if classes else ():
                self._classes.setdefault(name, []).append(node)

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
        if _is_name(identifier) and len(self._ids[identifier]) == 1:
            return f"#{identifier}"
        if node.tag in {"main", "article"} and len(self._with_tag(node.tag)) == 1:
            return node.tag
        unique = (name for name in _classes_of(node) if len(self._classes[name]) == 1)
        return next((f"{node.tag}.{name}" for name in unique), "")

    def _with_tag(self, tag: str) -> list[PageElement]:
        return [node for node in self._all if node.tag == tag]

    def _candidates(self, node: PageElement, reason: str) -> Iterator[tuple[str, Sequence[PageElement]]]:
        classes = _classes_of(node)
        if reason == node.tag:
            yield reason, self._with_tag(reason)
        elif reason == f"[role={node.attributes.get('role')}]":
            yield reason, [each for each in self._all if each.attributes.get("role") == node.attributes["role"]]
        elif reason[1:] in classes and reason.startswith("."):
            yield reason, self._classes[reason[1:]]
        identifier = node.attributes.get("id", "")
        if _is_name(identifier):
            yield f"#{identifier}", self._ids[identifier]
        for name in classes:
            yield f".{name}", self._classes[name]
        for name in classes:
            yield f"{node.tag}.{name}", [each for each in self._classes[name] if each.tag == node.tag]
        for name in classes[:_FEW]:
            for other in (each for each in classes[:_FEW] if each > name):
                both = [each for each in self._classes[name] if other in each.attributes["class"].split()]
                yield f".{name}.{other}", both


def _classes_of(node: PageElement) -> list[str]:
    return [name for name in node.attributes.get("class", "").split() if _is_name(name)]


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
