"""The rule that proposes the main part of a page, where the keeper has not chosen one.

It only proposes: the selector that it gives stands in the record, and the text comes out again by that selector alone.
So this rule may get better while the text of no record changes.  It weighs words in sentences against other words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from muniment.sources.html.elements import PageElement, children_of
from muniment.sources.html.rendering import is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Words in a block that are no link: fewer are rather a button or a caption than a sentence.
_SENTENCE: Final = 12
# What a word counts that stands in a sentence of a block such as a paragraph; of another block; and in no sentence.
_IN_PARAGRAPH, _IN_BLOCK, _BESIDE = 1.0, 0.5, -0.7
# What is beside the matter by its name, and holds more than this share of all sentences, is misnamed.
_MISNAMED: Final = 0.4
_HOLDERS: Final = frozenset(
    ("p", "li", "td", "th", "dd", "dt", "pre", "blockquote", *(f"h{level}" for level in range(1, 7)))
)
_GROUPS: Final = frozenset(
    (
        "div",
        "section",
        "article",
        "main",
        "aside",
        "header",
        "footer",
        "nav",
        "figure",
        "figcaption",
        "ul",
        "ol",
        "table",
    )
)
_ASIDE: Final = frozenset(("nav", "footer", "aside", "form", "header", "button", "label", "fieldset", "figure"))
_ASIDE_ROLES: Final = frozenset(("navigation", "contentinfo", "complementary", "search", "banner", "dialog"))
_ASIDE_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|footer|sidebar|side|related|comments?|cookies?|consent|share|social|promo|newsletter|"
    r"breadcrumbs?|banner|advert\w*|teasers?|recommend\w*|popular|more-news|disclaimer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
# Names that a program counts up, and that are others tomorrow.
_COUNTED: Final = re.compile(r"\d{3,}|[0-9a-f]{8,}")


class _Block:
    """The words right in one block: those in links, the others, and what is beside the matter around it."""

    __slots__ = ("aside", "holder", "linked", "words")

    def __init__(self, holder: PageElement, aside: PageElement | None) -> None:
        self.holder = holder
        self.aside = aside
        self.words = self.linked = 0

    @property
    def sentences(self) -> int:
        """Its words, if they are sentences and not mostly links."""
        return self.words if self.words >= max(_SENTENCE, self.linked) else 0


def propose_part(root: PageElement) -> tuple[str, ...]:
    """Give the selectors of the element that holds the main part, and of the headline where that stands outside.

    It is the element with the most: each word in a sentence counts for it, each other word against it.  Where
    nothing stands out that is ``body``.
    """
    body = next((child for child in children_of(root) if child.tag == "body"), root)
    worth = _weigh(list(_blocks(body)))
    part, most = body, worth.get(id(body), 0.0)
    for node in body.elements():
        # The inner one of two with the same.
        if node.tag not in _HOLDERS and worth.get(id(node), -1.0) >= max(most, 0.0):
            part, most = node, worth[id(node)]
    head = _headline_before(part, body)
    return (*([] if head is None else [selector_of(head, root)]), selector_of(part, root))


def _headline_before(part: PageElement, body: PageElement) -> PageElement | None:
    """The last ``h1`` before a part that has none itself."""
    if any(node.tag == "h1" for node in part.elements()):
        return None
    head = None
    for node in body.elements():
        if node is part:
            break
        head = node if node.tag == "h1" and node.text().strip() and not is_hidden(node) else head
    return head


def _blocks(body: PageElement) -> Iterator[_Block]:
    found: dict[int, _Block] = {}
    pending: list[tuple[PageElement | str, PageElement, bool, PageElement | None]] = [(body, body, False, None)]
    while pending:
        node, holder, linked, aside = pending.pop()
        if isinstance(node, str):
            block = found.setdefault(id(holder), _Block(holder, aside))
            if linked:
                block.linked += len(node.split())
            else:
                block.words += len(node.split())
        elif not is_hidden(node):
            if aside is None and node is not body and _is_aside(node):
                aside = node
            holder = node if node.tag in _HOLDERS or node.tag in _GROUPS else holder
            linked = linked or node.tag == "a"
            pending.extend((child, holder, linked, aside) for child in reversed(node.children))
    yield from found.values()


def _weigh(blocks: Sequence[_Block]) -> dict[int, float]:
    """For each element what the words in it count, by its identity."""
    total = sum(block.sentences for block in blocks)
    beside: dict[int, int] = {}
    for block in blocks:
        if block.aside is not None:
            beside[id(block.aside)] = beside.get(id(block.aside), 0) + block.sentences
    worth: dict[int, float] = {}
    for block in blocks:
        matters = block.aside is None or beside[id(block.aside)] > _MISNAMED * total
        count = (block.linked + block.words) * _BESIDE
        if block.sentences and matters:
            each = _IN_PARAGRAPH if block.holder.tag in _HOLDERS else _IN_BLOCK
            count = block.words * each + block.linked * _BESIDE
        above: PageElement | None = block.holder
        while above is not None:
            worth[id(above)] = worth.get(id(above), 0.0) + count
            above = above.parent
    return worth


def _is_aside(node: PageElement) -> bool:
    if node.tag in _ASIDE or node.attributes.get("role", "") in _ASIDE_ROLES:
        return True
    if node.tag in {"main", "article", "body"}:
        return False
    return bool(_ASIDE_NAMES.search(f"{node.attributes.get('class', '')} {node.attributes.get('id', '')}"))


def selector_of(node: PageElement, root: PageElement) -> str:
    """Give a short selector that names this element and no other."""
    elements = list(root.elements())
    steps: list[str] = []
    here: PageElement | None = node
    while here is not None and here.tag not in {"body", "html"}:
        name = _own_name(here, elements)
        if name:
            return " > ".join([name, *steps])
        steps.insert(0, _step(here))
        here = here.parent
    return " > ".join(["body", *steps])


def _own_name(node: PageElement, elements: list[PageElement]) -> str:
    """A name that no other element of the page answers to, or nothing."""
    identifier = node.attributes.get("id", "")
    if _is_name(identifier) and sum(each.attributes.get("id") == identifier for each in elements) == 1:
        return f"#{identifier}"
    if node.tag in {"main", "article"} and sum(each.tag == node.tag for each in elements) == 1:
        return node.tag
    for name in node.attributes.get("class", "").split():
        if _is_name(name) and sum(name in each.attributes.get("class", "").split() for each in elements) == 1:
            return f"{node.tag}.{name}"
    return ""


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
