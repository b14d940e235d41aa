"""The rule that proposes the main part of a page, where the keeper has not chosen one.

It only proposes: the selector that it gives stands in the record, and the text comes out again by that selector alone.
So this rule may get better while the text of no record changes.  It looks at where the words are that are no links.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from muniment.sources.html.elements import PageElement, children_of
from muniment.sources.html.rendering import is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator

# Words in a block that are no link: fewer are rather a button or a caption than a sentence.
_SENTENCE: Final = 8
# Share of the words in sentences that the main part holds, at least.
_SHARE: Final = 0.75
# How many words more than the main part an article around it may have, as a share, to be taken for its headline.
_AROUND: Final = 0.5
_HOLDERS: Final = frozenset(
    ("p", "li", "td", "th", "dd", "dt", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")
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


def propose_part(root: PageElement) -> str:
    """Give a selector of the one element that holds the main part; ``body`` where nothing stands out."""
    body = next((child for child in children_of(root) if child.tag == "body"), root)
    words = _count_sentences(body)
    total = words.get(id(body), 0)
    if not total:
        return "body"
    here = body
    while True:
        inner = [
            child
            for child in here.children
            if isinstance(child, PageElement) and words.get(id(child), 0) >= _SHARE * total
        ]
        if not inner or inner[0].tag in _HOLDERS:
            break
        here = inner[0]
    return selector_of(_with_headline(here, body), root)


def _count_sentences(body: PageElement) -> dict[int, int]:
    """For each element the words below it that stand in sentences, by its identity."""
    counts: dict[int, int] = {}
    for holder, words in _sentences(body):
        above: PageElement | None = holder
        while above is not None:
            counts[id(above)] = counts.get(id(above), 0) + words
            above = above.parent
    return counts


def _sentences(body: PageElement) -> Iterator[tuple[PageElement, int]]:
    """The blocks that hold sentences, outside of what is beside the matter, with the number of words."""
    own: dict[int, tuple[PageElement, int]] = {}
    pending: list[tuple[PageElement | str, PageElement, bool]] = [(body, body, False)]
    while pending:
        node, holder, linked = pending.pop()
        if isinstance(node, str):
            if not linked:
                words = own.get(id(holder), (holder, 0))[1] + len(node.split())
                own[id(holder)] = (holder, words)
            continue
        if is_hidden(node) or (node is not body and _is_aside(node)):
            continue
        inner = node if node.tag in _HOLDERS or node.tag in {"div", "section", "article", "main"} else holder
        linked = linked or node.tag == "a"
        pending.extend((child, inner, linked) for child in reversed(node.children))
    return (pair for pair in own.values() if pair[1] >= _SENTENCE)


def _is_aside(node: PageElement) -> bool:
    if node.tag in _ASIDE and not (node.tag == "header" and _is_inside(node, "article")):
        return True
    if node.attributes.get("role", "") in _ASIDE_ROLES:
        return True
    if node.tag in {"main", "article", "body"}:
        return False
    return bool(_ASIDE_NAMES.search(f"{node.attributes.get('class', '')} {node.attributes.get('id', '')}"))


def _is_inside(node: PageElement, tag: str) -> bool:
    above = node.parent
    while above is not None and above.tag != tag:
        above = above.parent
    return above is not None


def _with_headline(part: PageElement, body: PageElement) -> PageElement:
    """Go up to the element that also holds the headline, unless much else lies there."""
    if any(node.tag == "h1" for node in part.elements()):
        return part
    size = len(part.text().split())
    above = part
    while above is not body and above.parent is not None:
        above = above.parent
        if len(above.text().split()) > (1 + _AROUND) * size:
            return part
        if any(node.tag == "h1" for node in above.elements()):
            return above
    return part


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
