"""The elements of a page by their tags, classes and ids, in the order of the page: read once, asked often."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.html.elements import PageElement

_WORD: Final = re.compile("[^\t\n\f\r ]+")


def words_of(value: str) -> list[str]:
    """Give the words of an attribute, parted by the white space of HTML and no other."""
    return _WORD.findall(value)


class ElementIndex:
    """All elements of a tree that does not change any more.

    Attributes:
        elements: All, in the order of the page.
    """

    def __init__(self, root: PageElement) -> None:
        self.elements: Sequence[PageElement] = list(root.elements())
        self._tags = tags = defaultdict[str, "list[PageElement]"](list)
        self._ids = ids = defaultdict[str, "list[PageElement]"](list)
        self._classes = named = defaultdict[str, "list[PageElement]"](list)
        known: dict[str, list[str]] = {}
        for node in self.elements:
            tags[node.tag].append(node)
            given = node.attributes
            if not given:
                continue
            identifier, classes = given.get("id"), given.get("class")
            if identifier is not None:
                ids[identifier].append(node)
            if classes:
                names = known.get(classes)
                if names is None:
                    names = known[classes] = list(dict.fromkeys(words_of(classes)))
                for name in names:
                    named[name].append(node)

    def with_tag(self, tag: str) -> Sequence[PageElement]:
        """Give the elements of a name in lower case."""
        return self._tags.get(tag, ())

    def with_id(self, identifier: str) -> Sequence[PageElement]:
        """Give the elements that have an id."""
        return self._ids.get(identifier, ())

    def with_class(self, name: str) -> Sequence[PageElement]:
        """Give the elements that have a class."""
        return self._classes.get(name, ())
